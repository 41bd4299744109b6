/* SPDX-License-Identifier: MIT */
/*
 * Inference alone: any pack over any facts, the final facts as one JSON document.
 */
#include "dx.h"

#include "base/system.h"
#include "base/text.h"
#include "dx_private.h"
#include "report/report.h"

#include <jansson.h>
#include <string.h>

static void
set_text(json_t *object, const char *key, const struct buf *text)
{
	struct buf clean = {0};

	text_clean(&clean, buf_text(text), text->len, 0);
	json_object_set_new(object, key, json_stringn(buf_text(&clean), clean.len));
	buf_free(&clean);
}

/* Integers and yes-no as themselves, everything else in its written form; no floats. */
static void
set_value(json_t *object, const struct slot *slot, value v, const struct symtab *syms)
{
	struct buf text = {0};

	if (slot->type == TYPE_INTEGER) {
		json_object_set_new(object, slot->name, json_integer(v));
	} else if (slot->type == TYPE_YES_NO) {
		json_object_set_new(object, slot->name, json_boolean(v));
	} else {
		value_print(&text, slot->type, v, syms);
		set_text(object, slot->name, &text);
	}
	buf_free(&text);
}

static json_t *
support(struct session *s, const struct justification *j)
{
	const struct fact *reasons[REASONS_MOST];
	json_t *one = json_object(), *facts = json_array();
	bool more;
	int n = session_reasons(s, j, false, reasons, &more);

	json_object_set_new(one, "rule", json_string(j->rule->entry.id));
	for (int i = 0; i < n; i++)
		json_array_append_new(facts, json_integer(reasons[i]->id));
	json_object_set_new(one, "facts", facts);
	if (more)
		json_object_set_new(one, "more", json_true());
	return one;
}

static json_t *
supports(struct session *s, const struct fact *f)
{
	json_t *all = json_array();

	for (const struct justification *j = f->why; j; j = j->next)
		json_array_append_new(all, support(s, j));
	return all;
}

/* What the firing rested on that added or last set the fact, by their ids then: some may be gone. */
static json_t *
reasons_then(const struct fact *f)
{
	json_t *facts = json_array();

	for (uint32_t i = 0; i < f->nreasons; i++)
		json_array_append_new(facts, json_integer(f->reasons[i].id));
	return facts;
}

/* Who said what of a fact from outside: a source for each slot that has one. */
static void
set_sources(json_t *object, const struct fact *f)
{
	json_t *sources = json_object();
	struct buf text = {0};

	for (int i = 0; i < f->of->nslots; i++) {
		if (f->slots[i] == UNKNOWN || !f->sources[i])
			continue;
		buf_clear(&text);
		buf_puts(&text, f->sources[i]);
		set_text(sources, f->of->slots[i].name, &text);
	}
	buf_free(&text);
	if (json_object_size(sources))
		json_object_set(object, "sources", sources);
	json_decref(sources);
}

static json_t *
fact_object(struct session *s, const struct fact *f)
{
	json_t *object = json_object(), *slots = json_object();

	json_object_set_new(object, "id", json_integer(f->id));
	json_object_set_new(object, "template", json_string(f->of->entry.id));
	for (int i = 0; i < f->of->nslots; i++)
		if (f->slots[i] != UNKNOWN)
			set_value(slots, f->of->slots + i, f->slots[i], session_syms(s));
	json_object_set_new(object, "slots", slots);
	set_sources(object, f);
	if (f->by)
		json_object_set_new(object, "by", json_string(f->by->entry.id));
	if (f->nreasons)
		json_object_set_new(object, "by_facts", reasons_then(f));
	if (f->why)
		json_object_set_new(object, "because", supports(s, f));
	return object;
}

static json_t *
infer_document(struct session *s, bool quiet)
{
	const struct rulebase *b = session_rules(s);
	json_t *document = json_object(), *facts = json_array();

	for (size_t t = 0; t < b->ntemplates; t++)
		for (struct fact *f = session_first(s, b->templates[t]); f; f = session_next(s, f))
			json_array_append_new(facts, fact_object(s, f));
	json_object_set_new(document, "schema", json_string("diagnose-infer/1"));
	json_object_set_new(document, "complete", json_boolean(quiet));
	json_object_set_new(document, "firings", json_integer(session_stats(s).firings));
	json_object_set_new(document, "facts", facts);
	return document;
}

struct tracer {
	FILE *notes;
	struct session *session;
	int64_t n;
};

static void
print_fact(FILE *out, struct session *s, const struct fact *f)
{
	struct buf text = {0}, clean = {0};

	for (int i = 0; i < f->of->nslots; i++) {
		if (f->slots[i] == UNKNOWN)
			continue;
		buf_printf(&text, "%s%s: ", text.len ? ", " : "", f->of->slots[i].name);
		value_print(&text, f->of->slots[i].type, f->slots[i], session_syms(s));
	}
	text_clean(&clean, buf_text(&text), text.len, 400);
	fprintf(out, "        #%u %s {%s}\n", (unsigned)f->id, f->of->entry.id, buf_text(&clean));
	buf_free(&text);
	buf_free(&clean);
}

static void
trace_firing(void *context, const struct rule *rule, struct fact *const *facts, int n)
{
	struct tracer *t = context;

	fprintf(t->notes, "%6lld  %s\n", (long long)++t->n, rule->entry.id);
	for (int i = 0; i < n; i++)
		print_fact(t->notes, t->session, facts[i]);
}

static void
print_stats(FILE *out, const struct dx_session *s)
{
	struct session_stats stats = session_stats(s->session);

	fprintf(out, "firings      %lld\nactivations  %lld\nfacts        %lld\nevaluations  %lld\n",
		(long long)stats.firings, (long long)stats.activations, (long long)stats.facts,
		(long long)stats.evaluations);
	fprintf(out, "load rules   %.3f ms\nread facts   %.3f ms\nmatch        %.3f ms\npeak memory  %ld KiB\n",
		s->loading * 1000, s->spent.json * 1000, s->spent.match * 1000, system_peak_memory());
}

bool
dx_infer(struct dx_session *s, const struct dx_infer *options, FILE *out)
{
	struct dx_infer o = options ? *options : (struct dx_infer){0};
	struct tracer tracer = { .notes = o.notes ? o.notes : stderr };
	struct profile *profile = NULL;
	double start = dx_clock();
	json_t *document;
	bool quiet;

	s->session = session_new(s->base, s->facts);
	s->spent.match += dx_clock() - start;
	tracer.session = s->session;
	if (o.trace)
		session_trace(s->session, trace_firing, &tracer);
	if (o.profile)
		profile = session_profile(s->session);
	quiet = dx_infer_facts(s);
	if (o.stats)
		print_stats(tracer.notes, s);
	if (o.profile)
		dx_print_profile(s, profile, tracer.notes);
	start = dx_clock();
	document = infer_document(s->session, quiet);
	s->spent.report += dx_clock() - start;
	start = dx_clock();
	report_json(document, o.one_line, out);
	json_decref(document);
	s->spent.json += dx_clock() - start;
	return quiet;
}
