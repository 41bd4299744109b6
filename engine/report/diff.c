/* SPDX-License-Identifier: MIT */
#include "report/diff.h"

#include "base/arena.h"
#include "base/canonical.h"
#include "base/text.h"
#include "report/text.h"

#include <string.h>

/* A cause that is less probable decides nothing; a probability that changed by less did not change. */
enum { DECIDES_PPM = 50000, CHANGED_PPM = 10000, DEEPEST = 8 };

/* -- Reading -- */

static const char *const lists[] = { "packs", "subjects", "requirements", "causes", "steps", "findings", "unknowns", "facts" };
static const char *const statuses[] = { "ok", "problem", "incomplete" };

static const char *
complaint_about(const json_t *document)
{
	bool known = false;

	if (!text_is(document, "schema", "diagnose-plan/1"))
		return "this is no plan document (diagnose-plan/1), which 'diagnose --json' writes";
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		known |= text_is(document, "status", statuses[i]);
	if (!known)
		return "the plan document has no status that is known";
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (!json_is_array(text_list(document, lists[i])))
			return "the plan document is not complete: a list is missing";
	return NULL;
}

json_t *
plan_read(const char *name, const char *text, size_t len, FILE *errors)
{
	json_error_t error;
	json_t *document = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	const char *complaint = document ? complaint_about(document) : NULL;
	struct buf clean = {0}, why = {0};

	text_clean(&clean, name, strlen(name), 200);
	if (!document) {
		text_clean(&why, error.text, strlen(error.text), 0);
		fprintf(errors, "%s:%d:%d: this is no JSON: %s\n", buf_text(&clean), error.line, error.column, buf_text(&why));
	} else if (complaint) {
		fprintf(errors, "%s: %s\n", buf_text(&clean), complaint);
		json_decref(document);
		document = NULL;
	}
	buf_free(&clean);
	buf_free(&why);
	return document;
}

/* -- Two documents -- */

struct diff {
	const json_t *before, *after;
	json_t *known[2];	/* facts and findings by id: before, after */
	json_t *unknown;	/* ids of what could not be found out the second time */
};

/* A text from a document, on one line and clean; null when it is none. */
static json_t *
text_of(const json_t *v)
{
	struct buf clean = {0};
	json_t *s;

	if (!json_is_string(v))
		return json_null();
	text_clean(&clean, json_string_value(v), json_string_length(v), 0);
	s = json_string(buf_text(&clean));
	buf_free(&clean);
	return s;
}

static json_t *
member(const json_t *o, const char *key)
{
	return text_of(json_object_get(o, key));
}

static json_t *
number_of(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_integer(v) ? json_integer(json_integer_value(v)) : json_null();
}

static json_t *
by_id(const json_t *document)
{
	static const char *const keys[] = { "facts", "findings" };
	json_t *all = json_object(), *o;
	size_t i;

	for (int k = 0; k < 2; k++)
		json_array_foreach(text_list(document, keys[k]), i, o)
			if (text_str(o, "id"))
				json_object_set(all, text_str(o, "id"), o);
	return all;
}

/* The entry of a list that is of the same thing, about the same subject. */
static const json_t *
same_in(const json_t *document, const char *list, const json_t *entry)
{
	json_t *o;
	size_t i;

	json_array_foreach(text_list(document, list), i, o)
		if (text_same_thing(o, entry))
			return o;
	return NULL;
}

/* -- What decided -- */

/* Something that happened, of which there may be any number: it has a number for a key, and that it is not there tells something. */
static bool
is_event(const char *id)
{
	const char *key = strchr(id, '[');

	return key && key[1] >= '0' && key[1] <= '9' && key[1 + strspn(key + 1, "0123456789")] == ']';
}

static bool
was_told(const json_t *fact)
{
	const char *source = text_str(fact, "source");

	return source && strncmp(source, "collector ", 10) != 0 && strncmp(source, "log ", 4) != 0 && strcmp(source, "file") != 0;
}

/* Something of the template could not be found out: that there is no event any more says nothing then. */
static bool
is_dark(const struct diff *d, const char *id)
{
	size_t n = strcspn(id, "[.");
	const char *key;
	json_t *v;

	json_object_foreach(d->unknown, key, v)
		if (strncmp(key, id, n) == 0 && strchr("[.", key[n]))
			return true;
	return false;
}

/* The finding of which an id names a slot ("reported[1].kind"), NULL. */
static const json_t *
finding_of_slot(const struct diff *d, const char *id)
{
	const char *dot = strrchr(id, '.');
	json_t *o = dot ? json_object_getn(d->known[0], id, (size_t)(dot - id)) : NULL;

	return text_list(o, "because") ? o : NULL;
}

/* Ids of facts from outside that stand behind an id: itself, its slots, or what a finding rests on. */
static void
add_roots(const struct diff *d, json_t *set, const char *id, int depth)
{
	const json_t *whole = json_object_get(d->known[0], id), *o = whole ? whole : finding_of_slot(d, id);
	size_t n = strlen(id), i;
	const char *key;
	json_t *v;

	if (text_str(o, "value")) {
		json_object_set(set, id, (json_t *)o);
		return;
	}
	if (o && depth)
		json_array_foreach(text_list(o, "because"), i, v)
			if (json_is_string(v))
				add_roots(d, set, json_string_value(v), depth - 1);
	if (!o)
		json_object_foreach(d->known[0], key, v)
			if (strncmp(key, id, n) == 0 && key[n] == '.' && text_str(v, "value"))
				json_object_set(set, key, v);
}

static void
add_all_roots(const struct diff *d, json_t *set, const json_t *ids)
{
	json_t *id;
	size_t i;

	json_array_foreach(ids, i, id)
		if (json_is_string(id))
			add_roots(d, set, json_string_value(id), DEEPEST);
}

/*
 * Adds to `missing` which of the facts are not known the second time. What a person was shown and told once does not count while there is something
 * else to go by: nobody is told of a message that no longer comes.
 */
static void
add_missing(const struct diff *d, const json_t *facts, json_t *missing)
{
	json_t *told = json_array(), *v;
	size_t others = 0;
	const char *id;

	json_object_foreach((json_t *)facts, id, v) {
		bool event = is_event(id);

		if (event && was_told(v)) {
			if (!json_object_get(d->known[1], id))
				json_array_append_new(told, json_string(id));
			continue;
		}
		others++;
		if (!json_object_get(d->known[1], id) && (!event || is_dark(d, id)))
			json_object_set_new(missing, id, json_true());
	}
	for (size_t i = 0; !others && i < json_array_size(told); i++)
		json_object_set_new(missing, json_string_value(json_array_get(told, i)), json_true());
	json_decref(told);
}

/* The facts that spoke for a cause. */
static json_t *
deciding(const struct diff *d, const json_t *cause)
{
	json_t *set = json_object(), *e;
	size_t i;

	json_array_foreach(text_list(cause, "evidence"), i, e)
		if (text_num(e, "effect_millibits") > 0)
			add_all_roots(d, set, text_list(e, "facts"));
	return set;
}

static void
add_missing_of(const struct diff *d, const json_t *cause, json_t *missing)
{
	json_t *facts = deciding(d, cause);

	add_missing(d, facts, missing);
	json_decref(facts);
}

static json_t *
missing_of_requirement(const struct diff *d, const json_t *requirement)
{
	json_t *facts = json_object(), *missing = json_object();

	add_all_roots(d, facts, text_list(requirement, "facts"));
	add_missing(d, facts, missing);
	json_decref(facts);
	return missing;
}

/* Everything that decided the first time and is missing the second, as a list of ids. */
static json_t *
all_missing(const struct diff *d)
{
	json_t *missing = json_object(), *list = json_array(), *o, *v;
	const char *id;
	size_t i;

	json_array_foreach(text_list(d->before, "causes"), i, o)
		if (i == 0 || text_num(o, "p_ppm") >= DECIDES_PPM)
			add_missing_of(d, o, missing);
	json_array_foreach(text_list(d->before, "requirements"), i, o)
		if (text_is(o, "state", "unmet")) {
			json_t *more = missing_of_requirement(d, o);

			json_object_update(missing, more);
			json_decref(more);
		}
	json_object_foreach(missing, id, v) {
		json_t *s = json_string(id);

		json_array_append_new(list, text_of(s));
		json_decref(s);
	}
	json_decref(missing);
	return list;
}

/* -- Changes -- */

static json_t *
change(const char *kind, const json_t *o, const char *key, json_t *from, json_t *to)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "kind", kind, "id", member(o, "id"), "title", member(o, key),
			"subject", member(o, "subject"), "from", from, "to", to);
}

/* From what a requirement was to what it is; of a state that is not known nothing is said but that it changed. */
static const struct turn {
	const char *from, *to, *kind;
} turns[] = {
	{ "unmet", "met", "fixed" }, { "unknown", "met", "known" }, { "met", "unmet", "new" }, { "unknown", "unmet", "new" },
	{ "met", "unknown", "unknown" }, { "unmet", "unknown", "unknown" },
};

static const char *
requirement_kind(const char *from, const char *to)
{
	for (size_t i = 0; to && i < sizeof turns / sizeof *turns; i++)
		if (strcmp(turns[i].from, from) == 0 && strcmp(turns[i].to, to) == 0)
			return turns[i].kind;
	return "unknown";
}

static json_t *
changed_requirements(const struct diff *d)
{
	json_t *list = json_array(), *o;
	size_t i;

	json_array_foreach(text_list(d->before, "requirements"), i, o) {
		const json_t *now = same_in(d->after, "requirements", o);
		const char *from = text_str(o, "state"), *to = text_str(now, "state");

		if (!from || (to && strcmp(from, to) == 0))
			continue;
		json_array_append_new(list, change(requirement_kind(from, to), o, "title", member(o, "state"), member(now, "state")));
	}
	json_array_foreach(text_list(d->after, "requirements"), i, o)
		if (!same_in(d->before, "requirements", o) && text_is(o, "state", "unmet"))
			json_array_append_new(list, change("new", o, "title", json_null(), member(o, "state")));
	return list;
}

/* What became of a cause that is there no more. */
static const char *
gone_or_unknown(const struct diff *d, const json_t *cause)
{
	json_t *missing = json_object();
	bool dark;

	add_missing_of(d, cause, missing);
	dark = json_object_size(missing) != 0;
	json_decref(missing);
	return dark || text_is(d->after, "status", "incomplete") ? "unknown" : "gone";
}

static json_t *
changed_causes(const struct diff *d)
{
	json_t *list = json_array(), *o;
	size_t i;

	json_array_foreach(text_list(d->before, "causes"), i, o) {
		const json_t *now = same_in(d->after, "causes", o);
		int64_t from = text_num(o, "p_ppm"), to = text_num(now, "p_ppm"), by = from < to ? to - from : from - to;

		if (!now && from >= CHANGED_PPM)
			json_array_append_new(list, change(gone_or_unknown(d, o), o, "title", number_of(o, "p_ppm"), json_null()));
		else if (now && by >= CHANGED_PPM)
			json_array_append_new(list, change("moved", o, "title", number_of(o, "p_ppm"), number_of(now, "p_ppm")));
	}
	json_array_foreach(text_list(d->after, "causes"), i, o)
		if (!same_in(d->before, "causes", o) && text_num(o, "p_ppm") >= CHANGED_PPM)
			json_array_append_new(list, change("new", o, "title", json_null(), number_of(o, "p_ppm")));
	return list;
}

/* The number of an entry among those of its step and subject before it: the same step may stand in a plan twice. */
static const json_t *
same_step(const json_t *document, const json_t *of, const json_t *step)
{
	json_t *o;
	size_t i, n = 0;

	json_array_foreach(text_list(of, "steps"), i, o) {
		if (o == step)
			break;
		n += text_same_thing(o, step);
	}
	json_array_foreach(text_list(document, "steps"), i, o)
		if (text_same_thing(o, step) && n-- == 0)
			return o;
	return NULL;
}

static json_t *
changed_steps(const struct diff *d)
{
	json_t *list = json_array(), *o;
	size_t i;

	json_array_foreach(text_list(d->before, "steps"), i, o) {
		const json_t *now = same_step(d->after, d->before, o);

		if (!now)
			json_array_append_new(list, change("gone", o, "title", number_of(o, "n"), json_null()));
		else if (text_num(now, "n") != text_num(o, "n"))
			json_array_append_new(list, change("moved", o, "title", number_of(o, "n"), number_of(now, "n")));
		if (now && text_num(text_list(now, "cost"), "seconds") != text_num(text_list(o, "cost"), "seconds"))
			json_array_append_new(list, change("cost", o, "title", number_of(text_list(o, "cost"), "seconds"),
					number_of(text_list(now, "cost"), "seconds")));
	}
	json_array_foreach(text_list(d->after, "steps"), i, o)
		if (!same_step(d->before, d->after, o))
			json_array_append_new(list, change("new", o, "title", json_null(), number_of(o, "n")));
	return list;
}

static json_t *
changed_facts(const struct diff *d)
{
	json_t *list = json_array(), *o;
	size_t i;

	json_array_foreach(text_list(d->before, "facts"), i, o) {
		const char *id = text_str(o, "id");
		const json_t *now = id ? json_object_get(d->known[1], id) : o;

		if (!now)
			json_array_append_new(list, change(json_object_get(d->unknown, id) ? "unknown" : "gone", o, "title", member(o, "value"), json_null()));
		else if (!json_equal(text_list(o, "value"), text_list(now, "value")))
			json_array_append_new(list, change("value", o, "title", member(o, "value"), member(now, "value")));
	}
	json_array_foreach(text_list(d->after, "facts"), i, o)
		if (text_str(o, "id") && !json_object_get(d->known[0], text_str(o, "id")))
			json_array_append_new(list, change("new", o, "title", json_null(), member(o, "value")));
	return list;
}

/* Conclusions have numbers, not names: they are known by what they say. */
static json_t *
key_of(const json_t *finding)
{
	json_t *key = json_pack("[O?, O?]", text_list(finding, "template"), text_list(finding, "values"));
	struct buf text = {0};
	json_t *s;

	canonical_json(&text, key);
	json_decref(key);
	s = json_stringn(buf_text(&text), text.len);
	buf_free(&text);
	return s ? s : json_string("");
}

static void
add_findings(json_t *list, const json_t *of, const json_t *other, const char *kind)
{
	json_t *keys = json_object(), *o, *key;
	size_t i;

	json_array_foreach(text_list(other, "findings"), i, o) {
		key = key_of(o);
		json_object_set_new(keys, json_string_value(key), json_true());
		json_decref(key);
	}
	json_array_foreach(text_list(of, "findings"), i, o) {
		key = key_of(o);
		if (!json_object_get(keys, json_string_value(key)))
			json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o}", "kind", kind, "id", member(o, "id"), "by", member(o, "by"),
					"says", text_of(key)));
		json_decref(key);
	}
	json_decref(keys);
}

static json_t *
changed_findings(const struct diff *d)
{
	json_t *list = json_array();

	add_findings(list, d->before, d->after, "gone");
	add_findings(list, d->after, d->before, "new");
	return list;
}

/* -- The verdict -- */

/* By status before and after, in the order of `statuses`; what is fixed must have been looked at, what is wrong may be the same. */
static const char *const verdicts[3][3] = {
	/*		 ok       problem  incomplete */
	/* ok */	{ "fine",  "new",  "unknown" },
	/* problem */	{ "fixed", "same", "unknown" },
	/* incomplete */ { "fine", "new",  "unknown" },
};

static int
status_of(const json_t *document)
{
	for (int i = 0; i < 3; i++)
		if (text_is(document, "status", statuses[i]))
			return i;
	return 2;
}

/* By the key; documents without one are compared by their issue. */
static bool
same_problem(const json_t *before, const json_t *after)
{
	const char *a = text_str(before, "ticket_key"), *b = text_str(after, "ticket_key");

	if (!a || !b) {
		a = text_str(text_list(before, "issue"), "id");
		b = text_str(text_list(after, "issue"), "id");
	}
	return a && b ? strcmp(a, b) == 0 : !a && !b;
}

static const char *
verdict(const struct diff *d, const json_t *missing)
{
	const char *v = verdicts[status_of(d->before)][status_of(d->after)];

	if (strcmp(v, "fixed") == 0 && json_array_size(missing))
		return "unknown";
	if (strcmp(v, "same") == 0 && !same_problem(d->before, d->after))
		return "changed";
	return v;
}

static json_t *
run_of(const json_t *document)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "run_id", member(document, "run_id"), "started", member(document, "started"),
			"status", member(document, "status"), "title", member(document, "title"), "fingerprint", member(document, "fingerprint"),
			"ticket_key", member(document, "ticket_key"));
}

json_t *
diff_document(const json_t *before, const json_t *after)
{
	struct diff d = { before, after, { by_id(before), by_id(after) }, json_object() };
	json_t *missing, *o, *document;
	size_t i;

	json_array_foreach(text_list(after, "unknowns"), i, o)
		if (text_str(o, "fact"))
			json_object_set_new(d.unknown, text_str(o, "fact"), json_true());
	missing = all_missing(&d);
	document = json_pack("{s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", "diagnose-diff/1", "verdict", verdict(&d, missing),
			"missing", missing, "rules_changed", !json_equal(text_list(before, "packs"), text_list(after, "packs")),
			"before", run_of(before), "after", run_of(after), "requirements", changed_requirements(&d), "causes", changed_causes(&d),
			"steps", changed_steps(&d), "findings", changed_findings(&d), "facts", changed_facts(&d));
	json_decref(d.known[0]);
	json_decref(d.known[1]);
	json_decref(d.unknown);
	return document;
}

int
diff_exit(const json_t *diff)
{
	if (text_is(diff, "verdict", "unknown"))
		return 4;
	return text_is(diff, "verdict", "fixed") || text_is(diff, "verdict", "fine") ? 0 : 1;
}
