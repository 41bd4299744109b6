/* SPDX-License-Identifier: MIT */
/*
 * What a rule base keeps for lang/ alone: its tables of names, its compiled regular expressions and its table of equal
 * conditions. The rest of the engine sees rulebase.h.
 */
#ifndef LANG_OWN_H
#define LANG_OWN_H

#include "base/buf.h"
#include "base/map.h"
#include "lang/rulebase.h"

/* Kinds of names; a name is unique within its kind. Slots have one kind per template: NAME_SLOT + template.index. */
enum name_kind {
	NAME_TEMPLATE, NAME_PATTERN, NAME_RULE, NAME_REQUIREMENT, NAME_ISSUE, NAME_STEP, NAME_CHECK, NAME_SETUP, NAME_PROFILE, NAME_PACK,
	NAME_KINDS, NAME_SLOT = NAME_KINDS
};

/* A compiled regular expression and where it was first written. */
struct compiled {
	struct regex *regex;
	const char *text;	/* the expression's own: without the slashes */
	size_t len;
	const char *flags;
	struct place at;
};

struct own {
	struct map names;		/* map_key(kind, symbol) -> entry, template or slot */
	struct symtab *shapes;		/* conditions as byte strings -> their ids (build.c) */
	struct map leaves, constants;	/* slots of joined facts and constants in conditions, each made once */
	struct buf key;			/* for look-ups in both */
	struct symtab *regex_texts;	/* "flags/pattern" -> its place in regexes */
	struct compiled *regexes;
	size_t nregexes, regexes_cap;
	size_t compared;		/* names that were looked at for suggestions */
	bool templates_missing;		/* a file that declares templates could not be read: .. */
	bool ids_missing;		/* .. or any other: a name that is not known may stand in it */
	bool spared;			/* .. and such a name was not complained about */
};

/* The entry of that name, NULL when there is none. */
void *own_find(const struct rulebase *rb, uint32_t kind, const char *name, size_t n);

/* Enters a name; returns NULL, or what has it already. */
void *own_enter(struct rulebase *rb, uint32_t kind, const char *name, void *entry);

/* The slot of a template by name, NULL when there is none. Faster than template_slot while rules are read. */
const struct slot *own_slot(const struct rulebase *rb, const struct template *t, const char *name, size_t n);

/* An unknown template or id is not complained about, because a file that may declare it could not be read. */
bool own_spares_template(struct rulebase *rb);
bool own_spares_id(struct rulebase *rb);

/* The interned, NUL-terminated copy of a name: equal names are equal pointers. */
const char *own_name(struct rulebase *rb, const char *s, size_t n);

/*
 * Suggestions: room for `n` names, then the hint with the nearest of them (`names` is freed). NULL when enough names were compared: a file
 * of 16 MiB can hold a million mistakes.
 */
const char **own_names(struct rulebase *rb, size_t n);
void own_suggest(struct diags *d, struct diag *g, const char *wrong, size_t len, const char **names, size_t n);

/* The same with the slots of a template, and with all templates. */
void own_suggest_slot(struct rulebase *rb, struct diags *d, struct diag *g, const struct template *t, const char *wrong, size_t len);
void own_suggest_template(struct rulebase *rb, struct diags *d, struct diag *g, const char *wrong, size_t len);

/* An empty rule base, and its end (rulebase_free). */
struct rulebase *own_new(void);
void own_free(struct rulebase *rb);

#endif
