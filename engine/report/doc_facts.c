/* SPDX-License-Identifier: MIT */
#include "report/doc.h"

#include <string.h>

static bool
is_derived(const struct fact *f)
{
	return f->why || f->by;
}

/* -- Facts from outside -- */

static bool
is_listed(const struct fact *f, int slot)
{
	const char *source = f->sources ? f->sources[slot] : NULL;

	if (f->slots[slot] == UNKNOWN)
		return false;
	return source ? strcmp(source, "pack") != 0 : !is_derived(f);
}

static void
list_slots(struct doc *d, json_t *list, const struct fact *f)
{
	for (int i = 0; i < f->of->nslots; i++) {
		const struct slot *slot = &f->of->slots[i];

		if (!is_listed(f, i))
			continue;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", doc_fact(d, f, i),
				"value", doc_value(d, slot, f->slots[i]), "unit", doc_own(d, slot->unit),
				"source", doc_outside(d, f->sources ? f->sources[i] : NULL),
				"collected", f->sources && f->sources[i] ? doc_time(d, f->times[i]) : json_null()));
	}
}

json_t *
doc_facts(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->rb->ntemplates; i++)
		for (struct fact *f = session_first(d->session, d->rb->templates[i]); f; f = session_next(d->session, f))
			list_slots(d, list, f);
	return list;
}

/* -- Conclusions -- */

static json_t *
values_of(struct doc *d, const struct fact *f)
{
	json_t *object = json_object();

	for (int i = 0; i < f->of->nslots; i++)
		if (f->slots[i] != UNKNOWN)
			json_object_set_new(object, f->of->slots[i].name, doc_value(d, &f->of->slots[i], f->slots[i]));
	return object;
}

int
doc_past_reasons(const struct fact *f, const struct fact *out[REASONS_MOST])
{
	int n = 0;

	for (uint32_t i = 0; i < f->nreasons; i++)
		if (!f->reasons[i].fact->gone && f->reasons[i].fact->id == f->reasons[i].id)
			out[n++] = f->reasons[i].fact;
	return n;
}

static json_t *
because(struct doc *d, const struct fact *f)
{
	const struct fact *reasons[REASONS_MOST];
	int n = f->why ? session_reasons(d->session, f->why, true, reasons, NULL) : doc_past_reasons(f, reasons);
	json_t *list = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(list, doc_fact(d, reasons[i], -1));
	return list;
}

static json_t *
finding_of(struct doc *d, const struct fact *f)
{
	const struct rule *rule = f->why ? f->why->rule : f->by;
	json_t *tells;

	name_line(&d->names, &d->text, &f->of->tells, f);
	tells = d->text.len ? doc_taken(d) : json_null();
	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:s, s:o, s:o}", "id", doc_fact(d, f, -1), "template", f->of->entry.id,
			"title", doc_own(d, f->of->entry.title), "tells", tells, "values", values_of(d, f),
			"by", rule->entry.id, "rule", doc_place(d, &rule->entry, rule->entry.at), "because", because(d, f));
}

json_t *
doc_findings(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->rb->ntemplates; i++)
		for (struct fact *f = session_first(d->session, d->rb->templates[i]); f; f = session_next(d->session, f))
			if (is_derived(f))
				json_array_append_new(list, finding_of(d, f));
	return list;
}

/* -- What nobody could find out -- */

/* The fact that an unknown speaks of, NULL: none in particular. */
static const struct fact *
fact_of(const struct doc *d, const struct unknown *u)
{
	const struct fact *f = session_first(d->session, u->of);

	if (u->of->single)
		return f;
	if (u->of->key < 0 || u->key == UNKNOWN)
		return NULL;
	while (f && f->slots[u->of->key] != u->key)
		f = session_next(d->session, f);
	return f;
}

/* What one collector missed another may have found. */
static bool
is_known_now(const struct doc *d, const struct unknown *u)
{
	const struct fact *f = fact_of(d, u);

	if (u->slot < 0)
		return session_surveyed(d->session, u->of) && !u->of->single;
	return f && f->slots[u->slot] != UNKNOWN;
}

static json_t *
unknown_name(struct doc *d, const struct unknown *u)
{
	const struct fact *f = fact_of(d, u);

	if (f)
		return doc_fact(d, f, u->slot);
	buf_puts(&d->text, u->of->entry.id);
	if (u->of->key >= 0 && u->key != UNKNOWN) {
		buf_putc(&d->text, '[');
		name_value(&d->names, &d->text, &u->of->slots[u->of->key], u->key);
		buf_putc(&d->text, ']');
	}
	if (u->slot >= 0)
		buf_printf(&d->text, ".%s", u->of->slots[u->slot].name);
	return doc_taken(d);
}

/* The text as it was made for the entry before, when that had the same. */
static json_t *
same_or_new(struct doc *d, const json_t *list, const char *key, const char *before, const char *text)
{
	const json_t *last = json_array_get(list, json_array_size(list) - 1);

	if (last && before && text && strcmp(before, text) == 0)
		return json_incref(json_object_get(last, key));
	return doc_outside(d, text);
}

json_t *
doc_unknowns(struct doc *d)
{
	const struct factset *fs = session_factset(d->session);
	const struct unknown none = {0}, *before = &none;
	json_t *list = json_array();

	for (size_t i = 0; fs && i < fs->nunknowns; i++) {
		const struct unknown *u = &fs->unknowns[i];
		const char *title = u->slot >= 0 ? u->of->slots[u->slot].title : u->of->entry.title;

		if (is_known_now(d, u))
			continue;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}",
				"fact", unknown_name(d, u), "title", doc_own(d, title),
				"reason", same_or_new(d, list, "reason", before->reason, u->reason),
				"source", same_or_new(d, list, "source", before->source, u->source),
				"at", doc_time(d, u->time)));
		before = u;
	}
	return list;
}

/* -- Rules -- */

enum rule_state { MATCHED, NOT_MATCHED, NOT_KNOWN, NOT_APPLICABLE, STATES };

static const char *const state_names[] = { "matched", "not_matched", "unknown", "not_applicable" };

/* A rule over more combinations of facts than this is judged by what stands concluded by it. */
enum { COMBINATIONS_MAX = 1000 };

/*
 * How many combinations of facts a rule looks at, COMBINATIONS_MAX + 1 for more; 0: there is
 * none.
 */
static size_t
combinations(const struct doc *d, const struct rule *r)
{
	size_t product = 1;

	for (int i = 0; i < r->when.scope.njoin; i++) {
		size_t n = 0;

		for (struct fact *f = session_first(d->session, r->when.scope.aliases[i].of); f && n <= COMBINATIONS_MAX;
				f = session_next(d->session, f))
			n++;
		product *= n;
		if (product > COMBINATIONS_MAX)
			product = COMBINATIONS_MAX + 1;
	}
	return product;
}

static bool
has_concluded(const struct doc *d, const struct rule *r)
{
	for (size_t i = 0; i < r->nactions; i++) {
		const struct template *t = r->actions[i].of;

		for (struct fact *f = t ? session_first(d->session, t) : NULL; f; f = session_next(d->session, f)) {
			if (f->by == r)
				return true;
			for (const struct justification *j = f->why; j; j = j->next)
				if (j->rule == r)
					return true;
		}
	}
	return false;
}

static enum rule_state
state_of(const struct doc *d, const struct rule *r)
{
	size_t n = combinations(d, r);

	if (n == 0)
		return NOT_APPLICABLE;
	if (n > COMBINATIONS_MAX)
		return has_concluded(d, r) ? MATCHED : NOT_MATCHED;
	switch (session_ask(d->session, &r->when, NULL, NULL)) {
	case TRUE: return MATCHED;
	case FALSE: return NOT_MATCHED;
	case MAYBE: break;
	}
	return NOT_KNOWN;
}

json_t *
doc_rules(struct doc *d)
{
	json_t *rules = json_object(), *ids[STATES];
	json_int_t counts[STATES] = {0};

	for (int k = 0; k < STATES; k++)
		ids[k] = json_array();
	for (size_t i = 0; i < d->rb->nrules; i++) {
		enum rule_state k = state_of(d, d->rb->rules[i]);

		counts[k]++;
		if (d->in->verbose)
			json_array_append_new(ids[k], json_string(d->rb->rules[i]->entry.id));
	}
	for (int k = 0; k < STATES; k++)
		json_object_set_new(rules, state_names[k], json_integer(counts[k]));
	if (d->in->verbose)
		json_object_set_new(rules, "ids", json_pack("{s:O, s:O, s:O, s:O}", state_names[0], ids[0],
				state_names[1], ids[1], state_names[2], ids[2], state_names[3], ids[3]));
	for (int k = 0; k < STATES; k++)
		json_decref(ids[k]);
	return rules;
}
