/* SPDX-License-Identifier: MIT */
/*
 * What the readers of all sections share. A section says what its entries look like in a table of fields; everything that is wrong
 * with an entry is reported while it is read, and reading goes on.
 */
#ifndef LANG_READ_H
#define LANG_READ_H

#include "lang/codes.h"
#include "lang/cond.h"
#include "lang/own.h"

struct entry_kind;

/* An entry whose name is known and whose body is still to be read. */
struct pending {
	const struct entry_kind *kind;
	void *entry;
	const struct node *node;
	struct pack *pack;
};

/* An id in a field, found when all files are read. */
struct reference {
	enum name_kind kind;
	const char *id;
	struct place at;
	const void **where;
};

/* A name that was taken. Told at the end, when it is known whether all of a pack was given twice. */
struct taken {
	const char *what, *name;
	struct place at;
	const struct pack *pack;
	const struct entry *before;
};

struct loader {
	struct rulebase *rb;
	struct diags *d;
	struct arena *a, *temp;		/* of the rule base; till all is read */
	struct pending *pending;
	size_t npending, pending_cap;
	struct reference *references;
	size_t nreferences, references_cap;
	struct taken *taken;
	size_t ntaken, taken_cap;
	size_t caps[NAME_KINDS];	/* of the lists in the rule base */
	size_t packs_cap, facts_cap, cases_cap;
	bool ahead;			/* templates of the file at hand are declared before all other sections */
	bool kept;			/* its nodes stay in memory */
	/* while a body is read */
	struct pack *pack;
	const struct template *per;	/* the entry's `for` */
	bool lenient;			/* cond_context.lenient: in actions of a rule whose `when` failed */
	bool groups;			/* in a pattern: $name is a group of .. */
	const struct compiled *regex;	/* .. which is NULL when it did not compile */
};

/* One key that an entry may carry. */
struct field {
	const char *key;
	bool required;
	void (*read)(struct loader *l, const struct node *n, void *entry, const struct field *f);
	size_t offset;		/* of the member it fills */
	const void *how;	/* what the reader needs to know besides */
};

/* Entries of one section: a list of mappings with `id`. Their structs begin with struct entry. */
struct entry_kind {
	const char *section, *what;	/* "rules", "rule" */
	enum name_kind names;
	size_t size;
	const struct field *fields;
	size_t nfields;
	size_t list, count;		/* offsets of the array and its length in struct rulebase */
	size_t per;			/* offset of `const struct template *per`; 0: the section has none */
	void (*begin)(struct loader *l, void *entry, const struct node *n);	/* defaults; may be NULL */
	void (*end)(struct loader *l, void *entry, const struct node *n);	/* what several keys say together; may be NULL */
};

/* The kinds, each beside its readers (load_rules.c ..). */
extern const struct entry_kind pattern_kind, rule_kind, requirement_kind, issue_kind, step_kind, check_kind, setup_kind, profile_kind;

/* Sections of another shape. The declaring ones run first, over all files. */
void declare_templates(struct loader *l, const struct node *n);
void declare_pack(struct loader *l, const struct node *n);
void read_templates(struct loader *l, const struct node *n);
void read_facts(struct loader *l, const struct node *n);
void read_pack(struct loader *l, const struct node *n);
void read_cases(struct loader *l, const struct node *n);

/* Reads the keys of a mapping by the table, reports unknown and missing ones. `what` names the thing in messages. */
void read_fields(struct loader *l, const struct node *map, const char *what, const struct field *fields, size_t n, void *entry);

/* The entry's name is that of `before`. `what`: "id", "template". */
void note_taken(struct loader *l, const char *what, const struct entry *e, const struct entry *before);

/* Kinds of nodes; false after a complaint. */
bool want_scalar(struct loader *l, const struct node *n);
bool want_map(struct loader *l, const struct node *n, const char *what);

/* A list, or one value in place of a list: the first item and how many there are. False after a complaint about an empty list. */
bool want_items(struct loader *l, const struct node *n, const struct node **first, size_t *count);
/* The next item; `n` may be a value in place of a list. */
const struct node *next_item(const struct node *list, const struct node *item);

/* Readers for tables of fields. */
void read_id(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* read before; nothing to do */
void read_text(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* const char * */
void read_texts(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* const char **, NULL-terminated */
void read_symbol(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* const char * */
void read_symbols(struct loader *l, const struct node *n, void *entry, const struct field *f);	/* const char *const *, NULL-terminated */
void read_flag(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* bool */
void read_word(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* int; how: struct word[] */
void read_integer(struct loader *l, const struct node *n, void *entry, const struct field *f);	/* int64_t; how: struct range */
void read_int(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* int; how: struct range */
void read_duration(struct loader *l, const struct node *n, void *entry, const struct field *f);	/* int64_t milliseconds */
void read_likelihood(struct loader *l, const struct node *n, void *entry, const struct field *f);	/* ppm, neither 0 nor 1 */
void read_probability(struct loader *l, const struct node *n, void *entry, const struct field *f);	/* ppm, above 0, at most 1 */
void read_frequency(struct loader *l, const struct node *n, void *entry, const struct field *f);	/* int32_t millionths */
void read_frequency_or_none(struct loader *l, const struct node *n, void *entry, const struct field *f);	/* the same, or 0 */
void read_share(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* ppm, 0 too */
void read_thousandths(struct loader *l, const struct node *n, void *entry, const struct field *f);	/* int64_t */
void read_condition(struct loader *l, const struct node *n, void *entry, const struct field *f);	/* struct condition */
void read_link(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* pointer; how: struct link */
void read_links(struct loader *l, const struct node *n, void *entry, const struct field *f);		/* array; how: struct link */

/* A word and what it stands for; tables end with a NULL name. */
struct word {
	const char *name;
	int value;
};

struct range {
	int64_t least, most;
};

/* What ids in a field refer to; `count`: offset of the array's length in the entry. */
struct link {
	enum name_kind kind;
	size_t count;
};

extern const struct word sure_words[];	/* of the key `sure` */

#define FIELD(type, member) offsetof(struct type, member)
#define COUNT(array) (sizeof (array) / sizeof *(array))

/* Fills the pointers of all links, or complains with the nearest id. */
void resolve_references(struct loader *l);

/* What can be checked when they are filled. */
void check_order_of_steps(struct loader *l);
void check_remedies(struct loader *l);

/* Finds a template or slot by the text of a scalar, or complains with the nearest name. */
const struct template *find_template(struct loader *l, const struct node *n);
const struct slot *find_slot(struct loader *l, const struct template *t, const struct node *n);

/* Words for numbers (docs/rules.md). False after a complaint. */
bool probability_of(struct loader *l, const struct node *n, ppm *out);

/* Compiles a condition with the entry's `for` or the rule's aliases in scope. */
bool compile(struct loader *l, const struct node *n, struct condition *out);

/* A mapping from slots to values of a fact of `t`; scope NULL: constants, and groups of a pattern. False when a slot was wrong. */
bool read_settings(struct loader *l, const struct template *t, const struct node *n, struct scope *scope,
		struct setting **settings, size_t *nsettings);

/* A text with {template.slot} places. */
void read_say(struct loader *l, const struct node *n, struct say *out);

/* Warns when a # may have cut off this text, or a text inside this condition. */
void warn_cut(struct loader *l, const struct node *n);

/* Complains about a text that cannot be the name of `what` ("an alias"). */
void check_name(struct loader *l, const struct node *n, const char *what);

#endif
