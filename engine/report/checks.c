/* SPDX-License-Identifier: MIT */
#include "report/checks.h"

#include "report/doc.h"

#include <string.h>

/* What became of a check: by its state then and now. */
static const char *const changes[3][3] = {
	[FALSE] = { [FALSE] = "still_unmet", [MAYBE] = "cannot_tell", [TRUE] = "fixed" },
	[MAYBE] = { [FALSE] = "found_unmet", [MAYBE] = "cannot_tell", [TRUE] = "found_met" },
	[TRUE] = { [FALSE] = "broken", [MAYBE] = "cannot_tell", [TRUE] = "kept" },
};

/* A check for one of the things that it is about. */
struct instance {
	const struct check *check;
	struct fact *subject;		/* NULL: about no thing, or there is none */
	enum truth state;
};

/* What is known of a check: nothing when it asks a person, or is about a thing that is not there. */
static enum truth
state_of(struct session *s, const struct check *c, struct fact *subject)
{
	return !c->when.expr || (c->per && !subject) ? MAYBE : session_ask(s, &c->when, subject, NULL);
}

/* All checks of a session, each for each of its things; an array in the session's arena. */
static struct instance *
instances(struct session *s, size_t *n)
{
	const struct rulebase *rb = session_rules(s);
	struct instance *list = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < rb->nchecks; i++) {
		const struct check *c = rb->checks[i];
		struct fact *f = c->per ? session_first(s, c->per) : NULL;

		do {
			list = arena_grow(session_arena(s), list, *n, &cap, sizeof *list);
			list[(*n)++] = (struct instance){ c, f, state_of(s, c, f) };
			f = f ? session_next(s, f) : NULL;
		} while (f);
	}
	return list;
}

struct earlier {
	struct names names;
	struct instance *list;
	size_t n;
};

/* Both name the same thing: their labels are equal, which holds also for facts that were redacted. */
static bool
same_subject(struct doc *d, const struct fact *now, struct earlier *e, const struct fact *then)
{
	struct buf a = {0}, b = {0};
	bool same;

	if (!now || !then)
		return now == then;
	name_subject(&d->names, &a, now);
	name_subject(&e->names, &b, then);
	same = strcmp(buf_text(&a), buf_text(&b)) == 0;
	buf_free(&a);
	buf_free(&b);
	return same;
}

/* The state of the same check then: for the same thing, or for the only one there was. */
static enum truth
state_before(struct doc *d, struct earlier *e, const struct instance *now)
{
	const struct instance *only = NULL;
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++) {
		if (e->list[i].check != now->check)
			continue;
		if (same_subject(d, now->subject, e, e->list[i].subject))
			return e->list[i].state;
		only = &e->list[i];
		n++;
	}
	return n == 1 && (!now->subject || !only->subject) ? only->state : MAYBE;
}

static json_t *
check_of(struct doc *d, struct earlier *e, const struct instance *i)
{
	const struct check *c = i->check;
	enum truth before = e ? state_before(d, e, i) : MAYBE;
	json_t *facts = json_array();

	doc_reads(d, facts, &c->when, i->subject, NULL);
	return json_pack("{s:s, s:o, s:o, s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "id", c->entry.id,
			"title", doc_own(d, c->entry.title), "subject", doc_subject(d, i->subject), "state", doc_truth(i->state),
			"by_facts", c->when.expr != NULL, "ask", doc_own(d, c->ask),
			"before", e ? json_string(doc_truth(before)) : json_null(),
			"change", e ? json_string(changes[before][i->state]) : json_null(),
			"facts", facts, "rule", doc_place(d, &c->entry, c->entry.at));
}

static size_t
count(const json_t *checks, const char *key, const char *wanted)
{
	json_t *c;
	size_t i, n = 0;

	json_array_foreach(checks, i, c) {
		const char *is = json_string_value(json_object_get(c, key));

		n += is && strcmp(is, wanted) == 0;
	}
	return n;
}

/* How many checks were unmet then and cannot be told now: nobody may call them fixed. */
static size_t
count_untold(const json_t *checks)
{
	json_t *c;
	size_t i, n = 0;

	json_array_foreach(checks, i, c)
		n += strcmp(json_string_value(json_object_get(c, "state")), "unknown") == 0
			&& strcmp(json_string_value(json_object_get(c, "before")), "unmet") == 0;
	return n;
}

/* What was unmet and is not met now, or was met and is not any more, is a problem, even where all seems well. */
static enum doc_status
status_with(const json_t *checks, enum doc_status status, bool compared)
{
	if (!compared || status != STATUS_OK)
		return status;
	if (count(checks, "change", "still_unmet") + count(checks, "change", "broken"))
		return STATUS_PROBLEM;
	return count_untold(checks) ? STATUS_INCOMPLETE : STATUS_OK;
}

static json_t *
counts_of(const json_t *checks, bool compared)
{
	static const char *const names[] = { "fixed", "found_met", "kept", "still_unmet", "found_unmet", "broken", "cannot_tell" };
	json_t *all = compared ? json_object() : json_null();

	for (size_t i = 0; compared && i < sizeof names / sizeof *names; i++)
		json_object_set_new(all, names[i], json_integer((json_int_t)count(checks, "change", names[i])));
	return all;
}

static json_t *
put_together(struct doc *d, json_t *checks, bool compared)
{
	d->status = status_with(checks, d->status, compared);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "schema", json_string("diagnose-checks/1"),
			"run_id", doc_run_id(d), "started", doc_started(d), "finished", doc_finished(d), "engine", doc_engine(d),
			"packs", doc_packs(d), "status", doc_status(d), "exit_code", doc_exit_code(d), "subjects", doc_subjects(d),
			"checks", checks, "changes", counts_of(checks, compared), "redacted", d->in->redact);
}

json_t *
checks_document(const struct checks_input *in)
{
	struct doc d = {
		.in = &in->now, .rb = session_rules(in->now.session), .session = in->now.session, .plan = in->now.plan,
		.status = in->now.plan->healthy ? STATUS_OK : in->now.plan->complete ? STATUS_PROBLEM : STATUS_INCOMPLETE,
	};
	struct earlier e = {0};
	struct instance *list;
	json_t *checks = json_array(), *document;
	size_t n;

	names_open(&d.names, &in->now);
	if (in->earlier) {
		names_open(&e.names, &(struct report_input){ .session = in->earlier, .redact = in->now.redact });
		e.list = instances(in->earlier, &e.n);
	}
	list = instances(in->now.session, &n);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(checks, check_of(&d, in->earlier ? &e : NULL, &list[i]));
	document = put_together(&d, checks, in->earlier != NULL);
	if (in->earlier)
		names_close(&e.names);
	names_close(&d.names);
	buf_free(&d.text);
	return document;
}
