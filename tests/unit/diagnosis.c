/* SPDX-License-Identifier: MIT */
#include "diagnosis.h"

#include "facts/factfile.h"
#include "lang/load.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const int64_t now = 1769860800;	/* 2026-01-31T12:00:00Z */

static void
must_be_clean(struct diags *d)
{
	if (diags_errors(d))
		diags_print(d, stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
}

static void
add_tried(struct diagnosis *d, const char *tried)
{
	char *copy = strdup(tried), *rest = copy, *id;

	while ((id = strsep(&rest, " ")))
		if (*id) {
			d->tried[d->ntried] = rulebase_step(d->rb, id);
			ck_assert_ptr_nonnull(d->tried[d->ntried++]);
		}
	free(copy);
}

void
diagnose(struct diagnosis *d, const char *pack, const char *facts, const char *tried)
{
	*d = (struct diagnosis){ .diags = diags_new(), .arena = arena_new() };
	d->rb = rulebase_load_text("pack.yaml", pack, strlen(pack), d->diags);
	must_be_clean(d->diags);
	d->facts = factset_new(d->rb, now);
	factfile_read(d->facts, d->diags, "facts.yaml", facts, strlen(facts));
	must_be_clean(d->diags);
	add_tried(d, tried);
	d->session = session_new(d->rb, d->facts);
	ck_assert_int_eq(session_run(d->session), RUN_QUIET);
	d->belief = belief_compute(d->session, d->arena, d->tried, d->ntried);
	d->plan = plan_make(d->session, d->belief, d->arena, &(struct plan_options){ .tried = d->tried, .ntried = d->ntried });
}

void
diagnosis_free(struct diagnosis *d)
{
	json_decref(d->document);
	session_free(d->session);
	factset_free(d->facts);
	rulebase_free(d->rb);
	arena_free(d->arena);
	diags_free(d->diags);
}

const struct cause *
cause_named(const struct diagnosis *d, const char *issue)
{
	for (size_t i = 0; i < d->belief->ncauses; i++)
		if (strcmp(d->belief->causes[i].issue->entry.id, issue) == 0)
			return &d->belief->causes[i];
	return NULL;
}

int
step_index(const struct diagnosis *d, const char *step, int n)
{
	for (size_t i = 0; i < d->plan->nsteps; i++)
		if (strcmp(d->plan->steps[i].step->entry.id, step) == 0 && n-- == 0)
			return (int)i;
	return -1;
}

const struct left_out *
left_out_named(const struct diagnosis *d, const char *step)
{
	for (size_t i = 0; i < d->plan->nout; i++)
		if (strcmp(d->plan->out[i].step->entry.id, step) == 0)
			return &d->plan->out[i];
	return NULL;
}

const json_t *
document_of(struct diagnosis *d)
{
	if (!d->document)
		d->document = report_document(&(struct report_input){
			.session = d->session, .sources = d->diags, .belief = d->belief, .plan = d->plan,
			.run_id = "00000000-0000-4000-8000-000000000000", .started = now, .finished = now,
			.redact = true, .tried = d->tried, .ntried = d->ntried,
		});
	return d->document;
}

char *
text_of(struct diagnosis *d, struct text_options o)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	report_text(document_of(d), &o, out);
	fclose(out);
	return text;
}
