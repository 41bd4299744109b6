/* SPDX-License-Identifier: MIT */
/*
 * The facts of an earlier run, from whatever was kept of it: a fact file, a plan document, or the journal of a dialogue.
 */
#include "earlier.h"

#include "journal.h"

#include <stdlib.h>
#include <string.h>

/* "device[device-1].trust": the length of what names the fact, and where the slot begins; 0: it names no slot. */
static size_t
split(const char *id, const char **slot)
{
	const char *close = strrchr(id, ']'), *dot = strchr(close ? close : id, '.');

	*slot = dot ? dot + 1 : NULL;
	return dot ? (size_t)(dot - id) : 0;
}

/* A fact of a plan document goes to the others of the same thing. */
static void
add_fact(json_t *by_thing, json_t *list, const json_t *fact)
{
	const char *id = json_string_value(json_object_get(fact, "id")), *slot;
	size_t n = id ? split(id, &slot) : 0;
	json_t *thing = n ? json_object_getn(by_thing, id, n) : NULL, *value = json_object_get(fact, "value");

	if (!n || !json_is_string(value))
		return;
	if (!thing) {
		thing = json_pack("{s:s%, s:{}}", "fact", id, strcspn(id, "[."), "slots");
		json_object_setn(by_thing, id, n, thing);
		json_array_append_new(list, thing);
	}
	json_object_set(json_object_get(thing, "slots"), slot, value);
}

static json_t *
facts_of_plan(const json_t *plan)
{
	json_t *by_thing = json_object(), *list = json_array(), *fact;
	size_t i;

	json_array_foreach(json_object_get(plan, "facts"), i, fact)
		add_fact(by_thing, list, fact);
	json_decref(by_thing);
	return json_pack("{s:s, s:s, s:o}", "schema", "diagnose-facts/1", "written_by", "a plan document", "facts", list);
}

static bool
has_schema(const json_t *o, const char *schema)
{
	const char *is = json_string_value(json_object_get(o, "schema"));

	return is && strcmp(is, schema) == 0;
}

/* The facts with which the dialogue of a journal began. NULL: it is no journal. */
static json_t *
facts_of_journal(const char *text, size_t len)
{
	const char *why;
	size_t whole, i;
	json_t *entries = journal_parse(text, len, &whole, &why), *e, *facts = NULL;

	json_array_foreach(entries, i, e)
		if (!facts)
			facts = json_incref(json_object_get(e, "facts"));
	json_decref(entries);
	return facts;
}

char *
earlier_facts(const char *text, size_t len)
{
	json_t *whole = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL), *facts = NULL;
	char *out = NULL;

	if (has_schema(whole, "diagnose-plan/1"))
		facts = facts_of_plan(whole);
	else if (!whole)
		facts = facts_of_journal(text, len);
	if (facts)
		out = json_dumps(facts, JSON_COMPACT);
	json_decref(whole);
	json_decref(facts);
	return out;
}
