/* SPDX-License-Identifier: MIT */
#include "lang/load.h"

#include "base/text.h"
#include "lang/read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef DX_VERSION
#define DX_VERSION "1.0.0"
#endif

enum {
	LARGEST_FILE = 16 << 20,
	MOST_FILES = 4096,
	DEEPEST_FOLDER = 8,
	MOST_FIRINGS = 1000000000,
	DEFAULT_FIRINGS = 100000, DEFAULT_FACTS = 1000000, DEFAULT_TIME_MS = 10000,
	DEFAULT_SOMETHING_ELSE = 25000, DEFAULT_LEAVE_OUT = 10000,
};

/* --- pack: --- */

static const struct range counts = { 1, MOST_FIRINGS };

static const struct field limit_fields[] = {
	{ "firings",	false,	read_integer,	FIELD(limits, firings),	&counts },
	{ "facts",	false,	read_integer,	FIELD(limits, facts),	&counts },
	{ "time",	false,	read_duration,	FIELD(limits, time_ms),	NULL },
};

static void
read_limits(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	((struct pack *)entry)->limits_at = n->key->at;
	if (want_map(l, n, "'limits'"))
		read_fields(l, n, "'limits'", limit_fields, COUNT(limit_fields), (char *)entry + f->offset);
}

static void
read_version(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const char *why;
	value v;

	if (!want_scalar(l, n))
		return;
	why = value_parse(TYPE_VERSION, n->text, n->len, l->rb->syms, &v);
	if (why)
		complain(l->d, BAD_VALUE, n->at, "'%.*s': %s", CLIP(n->len), n->text, why);
	else
		*(const char **)((char *)entry + f->offset) = n->text;
}

static void
read_strategy(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	static const struct word words[] = { { "depth", false }, { "breadth", true }, { NULL, 0 } };
	static const struct field field = { .key = "strategy", .how = words };
	struct pack *p = entry;
	int breadth = 0;

	(void)f;
	read_word(l, n, &breadth, &field);
	p->breadth = breadth != 0;
}

/* ">= 1.0": the versions of the engine that a pack works with. */
static void
read_engine(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const char *s, *why;
	struct diag *g;
	value v;

	(void)entry, (void)f;
	if (!want_scalar(l, n))
		return;
	s = n->text + (strncmp(n->text, ">=", 2) == 0 ? 2 : 0);
	s += strspn(s, " ");
	why = value_parse(TYPE_VERSION, s, strlen(s), l->rb->syms, &v);
	if (why || s == n->text) {
		g = complain(l->d, BAD_VALUE, n->at, "'%.*s' names no versions of the engine", CLIP(n->len), n->text);
		diag_hint(l->d, g, "write \">= 1.0\"");
	} else if (version_compare(DX_VERSION, s) < 0) {
		complain(l->d, ENGINE_TOO_OLD, n->at, "the pack needs version %s of the engine; this is %s", s, DX_VERSION);
	}
}

static void
read_bool(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	int word = 0;

	read_word(l, n, &word, &(struct field){ .key = f->key, .how = f->how });
	*(bool *)((char *)entry + f->offset) = word != 0;
}

static const struct word escalations[] = { { "nothing-helps", false }, { "it-is-cheaper", true }, { NULL, 0 } };
static const struct word faults[] = { { "one", false }, { "several", true }, { NULL, 0 } };

static const struct link to_step = { NAME_STEP, 0 };

static const struct field pack_fields[] = {
	{ "id",		false,	read_id,	0,			NULL },
	{ "version",	true,	read_version,	FIELD(pack, version),	NULL },
	{ "title",	false,	read_text,	FIELD(pack, title),	NULL },
	{ "requires-engine", false, read_engine, 0,			NULL },
	{ "strategy",	false,	read_strategy,	0,			NULL },
	{ "limits",	false,	read_limits,	FIELD(pack, limits),	NULL },
	{ "healthy",	false,	read_condition,	FIELD(pack, healthy),	NULL },
	{ "escalate",	false,	read_link,	FIELD(pack, escalate),	&to_step },
	{ "escalate-when", false, read_bool,	FIELD(pack, escalate_early), escalations },
	{ "faults",	false,	read_bool,	FIELD(pack, several_faults), faults },
	{ "leave-out",	false,	read_share,	FIELD(pack, leave_out),	NULL },
	{ "something-else", false, read_frequency_or_none, FIELD(pack, something_else), NULL },
	{ "note",	false,	read_id,	0,			NULL },
	{ "source",	false,	read_id,	0,			NULL },
};

/* The id of an entry; NULL after a complaint. */
static const char *
id_of(struct loader *l, const struct node *n, const char *what)
{
	const struct node *id = node_get(n, "id");
	const char *text;

	if (!id) {
		complain(l->d, MISSING_KEY, n->first ? n->first->key->at : n->at, "%s needs the key 'id'", what);
		return NULL;
	}
	if (!want_scalar(l, id))
		return NULL;
	text = own_name(l->rb, id->text, id->len);
	if (!text_is_kebab(text))
		diag_hint(l->d, complain(l->d, BAD_NAME, id->at, "'%.*s' is no id", CLIP(id->len), id->text),
			"an id is small letters and digits, words joined by hyphens");
	return text;
}

void
note_taken(struct loader *l, const char *what, const struct entry *e, const struct entry *before)
{
	l->taken = arena_grow(l->temp, l->taken, l->ntaken, &l->taken_cap, sizeof *l->taken);
	l->taken[l->ntaken++] = (struct taken){ what, e->id, e->at, l->pack, before };
}

/* Two copies of one pack have everything twice: that was said where the second `pack` stands. */
static bool
are_copies(const struct pack *a, const struct pack *b)
{
	return a != b && a->id && b->id && *a->id && strcmp(a->id, b->id) == 0;
}

static void
complain_taken(struct loader *l)
{
	for (size_t i = 0; i < l->ntaken; i++) {
		const struct taken *t = l->taken + i;
		const struct place *before = &t->before->at;

		if (!are_copies(t->pack, t->before->pack))
			diag_hint(l->d, complain(l->d, DUPLICATE_ID, t->at, "the %s '%.*s' is taken", t->what, CLIP(strlen(t->name)), t->name),
				"by %s:%u", diags_source_name(l->d, before->file), (unsigned)before->line);
	}
}

void
declare_pack(struct loader *l, const struct node *n)
{
	struct pack *p = l->pack, *before;
	struct diag *g;

	if (p->id) {
		g = complain(l->d, TWO_PACKS, n->key->at, "a second section 'pack'");
		diag_hint(l->d, g, "the first one is %s:%u", diags_source_name(l->d, p->at.file), (unsigned)p->at.line);
		return;
	}
	p->at = n->key->at;
	p->id = "";
	if (!want_map(l, n, "'pack'"))
		return;
	p->id = id_of(l, n, "a pack");
	if (!p->id) {
		p->id = "";
		return;
	}
	before = own_enter(l->rb, NAME_PACK, p->id, p);
	if (!before)
		return;
	g = complain(l->d, DUPLICATE_ID, node_get(n, "id")->at, "the pack '%s' is loaded twice", p->id);
	diag_hint(l->d, g, "the other one is %s:%u; give one of them", diags_source_name(l->d, before->at.file), (unsigned)before->at.line);
}

void
read_pack(struct loader *l, const struct node *n)
{
	if (n->kind == NODE_MAP)
		read_fields(l, n, "a pack", pack_fields, COUNT(pack_fields), l->pack);
}

/* --- cases: --- */

static void
read_case(struct loader *l, const struct node *n)
{
	struct testcase *c = arena_alloc(l->a, sizeof *c);
	static const struct field fields[] = {
		{ "case",	true,	read_text,	FIELD(testcase, name),	NULL },
		{ "facts",	true,	read_id,	0,			NULL },
		{ "expect",	true,	read_id,	0,			NULL },
		{ "note",	false,	read_id,	0,			NULL },
		{ "source",	false,	read_id,	0,			NULL },
	};

	if (!want_map(l, n, "a case"))
		return;
	*c = (struct testcase){ .at = n->at, .facts = node_get(n, "facts"), .expect = node_get(n, "expect"), .pack = l->pack };
	read_fields(l, n, "a case", fields, COUNT(fields), c);
	if (c->facts)
		want_map(l, c->facts, "'facts'");
	if (c->expect)
		want_map(l, c->expect, "'expect'");
	l->rb->cases = arena_grow(l->a, l->rb->cases, l->rb->ncases, &l->cases_cap, sizeof c);
	l->rb->cases[l->rb->ncases++] = c;
}

void
read_cases(struct loader *l, const struct node *n)
{
	if (n->kind != NODE_LIST) {
		complain(l->d, WRONG_KIND, n->at, "'cases' is a list");
		return;
	}
	if (!l->kept) {
		complain(l->d, UNKNOWN_SECTION, n->at, "cases stand in a section 'cases', or in a list that begins in the first column of its file");
		return;
	}
	for (const struct node *v = n->first; v; v = v->next)
		read_case(l, v);
}

/* --- sections --- */

static const struct section {
	const char *name;
	const struct entry_kind *kind;		/* a list of entries with ids */
	void (*declare)(struct loader *l, const struct node *n);	/* or something else */
	void (*read)(struct loader *l, const struct node *n);
} sections[] = {
	{ "pack",		NULL,			declare_pack,		read_pack },
	{ "templates",		NULL,			declare_templates,	read_templates },
	{ "facts",		NULL,			NULL,			read_facts },
	{ "patterns",		&pattern_kind,		NULL,			NULL },
	{ "rules",		&rule_kind,		NULL,			NULL },
	{ "requirements",	&requirement_kind,	NULL,			NULL },
	{ "issues",		&issue_kind,		NULL,			NULL },
	{ "steps",		&step_kind,		NULL,			NULL },
	{ "checks",		&check_kind,		NULL,			NULL },
	{ "setups",		&setup_kind,		NULL,			NULL },
	{ "profiles",		&profile_kind,		NULL,			NULL },
	{ "cases",		NULL,			NULL,			read_cases },
};

static const struct section *
find_section(const char *name)
{
	for (size_t i = 0; i < COUNT(sections); i++)
		if (strcmp(sections[i].name, name) == 0)
			return sections + i;
	return NULL;
}

static void
complain_section(struct loader *l, const struct node *key)
{
	const char *names[COUNT(sections)];
	struct diag *g = complain(l->d, UNKNOWN_SECTION, key->at, "no section '%.*s'", CLIP(key->len), key->text);

	for (size_t i = 0; i < COUNT(sections); i++)
		names[i] = sections[i].name;
	diag_suggest(l->d, g, key->text, names, COUNT(sections));
}

/* --- entries with ids --- */

/* Enters an entry under its id. False when it is not read on. */
static bool
name_entry(struct loader *l, const struct entry_kind *k, struct entry *e, const struct node *n)
{
	const struct entry *before;

	e->id = id_of(l, n, k->what);
	if (!e->id)
		return false;
	e->at = node_get(n, "id")->at;
	e->pack = l->pack;
	before = own_enter(l->rb, k->names, e->id, e);
	if (before)
		note_taken(l, "id", e, before);
	return !before;
}

static void
list_entry(struct loader *l, const struct entry_kind *k, void *entry)
{
	void **list = (void **)((char *)l->rb + k->list), *items;
	size_t *count = (size_t *)((char *)l->rb + k->count);

	memcpy(&items, list, sizeof items);
	items = arena_grow(l->temp, items, *count, &l->caps[k->names], sizeof entry);
	memcpy(list, &items, sizeof items);
	((void **)items)[(*count)++] = entry;
}

/* The list of a kind of entries, when it grows no more. */
static void
keep_list(struct loader *l, const struct entry_kind *k)
{
	void **list = (void **)((char *)l->rb + k->list), *items;
	size_t n = *(size_t *)((char *)l->rb + k->count) * sizeof items;
	void *kept = arena_take(l->a, n);

	memcpy(&items, list, sizeof items);
	if (n)
		memcpy(kept, items, n);
	memcpy(list, &kept, sizeof kept);
}

/* An entry without a usable id is read all the same, for the sake of its other mistakes. */
static void
declare_entry(struct loader *l, const struct entry_kind *k, const struct node *n)
{
	void *entry;

	if (!want_map(l, n, k->what))
		return;
	entry = arena_alloc(l->a, k->size);
	if (name_entry(l, k, entry, n) || !((struct entry *)entry)->id)
		list_entry(l, k, entry);
	if (!((struct entry *)entry)->id)
		((struct entry *)entry)->id = "?";
	if (k->begin)
		k->begin(l, entry, n);
	l->pending = arena_grow(l->temp, l->pending, l->npending, &l->pending_cap, sizeof *l->pending);
	l->pending[l->npending++] = (struct pending){ k, entry, n, l->pack };
}

static void
declare_entries(struct loader *l, const struct entry_kind *k, const struct node *n)
{
	if (n->kind != NODE_LIST) {
		complain(l->d, WRONG_KIND, n->at, "'%s' is a list; each entry begins with -", k->section);
		return;
	}
	for (const struct node *v = n->first; v; v = v->next)
		declare_entry(l, k, v);
}

static void
read_entry(struct loader *l, const struct pending *p)
{
	const struct node *per = p->kind->per ? node_get(p->node, "for") : NULL;

	l->pack = p->pack;
	l->per = per ? find_template(l, per) : NULL;
	if (p->kind->per)
		*(const struct template **)((char *)p->entry + p->kind->per) = l->per;
	read_fields(l, p->node, p->kind->what, p->kind->fields, p->kind->nfields, p->entry);
	if (p->kind->end)
		p->kind->end(l, p->entry, p->node);
	l->per = NULL;
}

/* --- files --- */

/* A file that was read. Nodes of files with cases are kept; those of the others live while the file is at work, or till all are read. */
struct file {
	uint32_t number;		/* in the diagnostics, which are lent the text till all is read */
	char *copy;			/* the text once more, for the scalars */
	struct pack *pack;
	const struct node *root;	/* when it was parsed ahead */
	bool templates, cases;		/* it may hold this section */
	bool bad;
};

/* A file on disk, however it was called. */
struct known {
	dev_t dev;
	ino_t ino;
	const struct pack *pack;
};

struct files {
	struct loader l;
	struct file *list;
	size_t n, cap, read;
	struct known *known;
	size_t nknown, known_cap;
	const struct pack *twice;	/* the last pack of which a file was given before */
	struct arena *nodes;		/* of the file at work */
	bool rules_only;
};

/* A complaint about a path: the file gets a number for it, without text. */
__attribute__((format(printf, 3, 4)))
static void
complain_path(struct loader *l, const char *path, const char *fmt, ...)
{
	struct place at = { .file = diags_source(l->d, path, "", 0) };
	char why[1000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	complain(l->d, BAD_PATH, at, "%s", why);
	l->rb->own->templates_missing = l->rb->own->ids_missing = true;
}

static bool
mentions(const char *text, size_t len, const char *word)
{
	return memmem(text, len, word, strlen(word)) != NULL;
}

/*
 * A file that holds nothing but cases: a list, or the one section `cases`. Told by what stands in the first column, so it need not be parsed;
 * what could be anything else (quotes, braces) counts as something else.
 */
static bool
has_cases_only(const char *s, size_t n)
{
	static const char section[] = "cases:";
	const char *end = s + n;
	bool cases = false;

	for (const char *line = s, *next; line < end; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next + 1 : end;
		if (*line == '-' && line + 1 < end && (line[1] == ' ' || line[1] == '\n'))
			cases = true;
		else if ((size_t)(next - line) >= sizeof section - 1 && memcmp(line, section, sizeof section - 1) == 0)
			cases = true;
		else if (!memchr("# \r\n", *line, 4) && !((size_t)(next - line) >= 3 && memcmp(line, "---", 3) == 0))
			return false;
	}
	return cases;
}

/* `text` lives till all is read. */
static void
add_text(struct files *f, struct pack *p, const char *name, const char *text, size_t len)
{
	if (f->rules_only && has_cases_only(text, len))
		return;
	f->list = arena_grow(f->l.a, f->list, f->n, &f->cap, sizeof *f->list);
	f->list[f->n++] = (struct file){
		.number = diags_source_lent(f->l.d, name, text, len), .copy = arena_strndup(f->l.a, text, len), .pack = p,
		.templates = mentions(text, len, "templates"), .cases = mentions(text, len, "cases") || mentions(text, len, "case:"),
	};
}

static bool
read_all(int fd, char *text, size_t size, size_t *len)
{
	ssize_t n;

	*len = 0;
	while (*len < size && (n = read(fd, text + *len, size - *len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		*len += (size_t)n;
	}
	return true;
}

/* True when the file was given before, with this pack or another one; said once for a pack. */
static bool
is_known(struct files *f, const struct pack *p, const char *path, const struct stat *st)
{
	for (size_t i = 0; i < f->nknown; i++) {
		const struct known *k = f->known + i;

		if (!st->st_ino || k->dev != st->st_dev || k->ino != st->st_ino)	/* Windows' library does not tell the number */
			continue;
		if (f->twice != p)
			complain_path(&f->l, p->path, "%s is loaded already, with %s; give each pack once", path, k->pack->path);
		f->twice = p;
		return true;
	}
	f->known = arena_grow(f->l.a, f->known, f->nknown, &f->known_cap, sizeof *f->known);
	f->known[f->nknown++] = (struct known){ st->st_dev, st->st_ino, p };
	return false;
}

static void
add_file(struct files *f, struct pack *p, const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	char *text;
	size_t len;

	if (++f->read > MOST_FILES) {
		if (f->read == MOST_FILES + 1)
			complain_path(&f->l, path, "more than %d rule files", MOST_FILES);
	} else if (fd < 0 || fstat(fd, &st) < 0) {
		complain_path(&f->l, path, "cannot be read: %s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		complain_path(&f->l, path, "is no regular file");
	} else if (st.st_size > LARGEST_FILE) {
		complain_path(&f->l, path, "has %lld bytes; at most %d are allowed", (long long)st.st_size, LARGEST_FILE);
	} else if (!is_known(f, p, path, &st)) {
		text = arena_take(f->l.temp, (size_t)st.st_size);
		if (read_all(fd, text, (size_t)st.st_size, &len))
			add_text(f, p, path, text, len);
		else
			complain_path(&f->l, path, "cannot be read: %s", strerror(errno));
	}
	if (fd >= 0)
		close(fd);
}

static bool
has_ending(const char *name, const char *ending)
{
	size_t n = strlen(name), e = strlen(ending);

	return n > e && strcmp(name + n - e, ending) == 0;
}

/* The same order in every locale. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Links to folders are not followed, so a folder cannot contain itself. */
static void
add_folder(struct files *f, struct pack *p, const char *path, int depth)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, by_name);

	if (n < 0)
		complain_path(&f->l, path, "cannot be read: %s", strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		char *inner = arena_printf(f->l.a, "%s%s%s", path, has_ending(path, "/") ? "" : "/", name);
		struct stat st;

		if (name[0] != '.' && lstat(inner, &st) == 0 && S_ISDIR(st.st_mode)) {
			if (depth == DEEPEST_FOLDER)
				complain_path(&f->l, inner, "lies more than %d folders deep", DEEPEST_FOLDER);
			else
				add_folder(f, p, inner, depth + 1);
		} else if (name[0] != '.' && (has_ending(name, ".yaml") || has_ending(name, ".yml"))) {
			add_file(f, p, inner);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static struct pack *
new_pack(struct files *f, const char *path)
{
	struct loader *l = &f->l;
	struct pack *p = arena_alloc(l->a, sizeof *p);

	p->path = arena_strdup(l->a, path);
	p->limits = (struct limits){ DEFAULT_FIRINGS, DEFAULT_FACTS, DEFAULT_TIME_MS };
	p->something_else = DEFAULT_SOMETHING_ELSE;
	p->leave_out = DEFAULT_LEAVE_OUT;
	l->rb->packs = arena_grow(l->a, l->rb->packs, l->rb->npacks, &l->packs_cap, sizeof p);
	l->rb->packs[l->rb->npacks++] = p;
	return p;
}

static void
add_path(struct files *f, const char *path)
{
	struct pack *p = new_pack(f, path);
	size_t before = f->read;
	struct stat st;

	if (stat(path, &st) < 0)
		complain_path(&f->l, path, "cannot be read: %s", strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		add_file(f, p, path);
	else
		add_folder(f, p, path, 0);
	if (f->read == before && !f->l.rb->own->ids_missing)
		complain_path(&f->l, path, "holds no rule files (*.yaml)");
}

/* --- the two passes --- */

/* Calls a section's reader for every section of a file. A file with a list at its top holds cases. */
static void
walk(struct loader *l, const struct node *root, void (*visit)(struct loader *l, const struct section *s, const struct node *n))
{
	for (const struct node *n = root->kind == NODE_MAP ? root->first : NULL; n; n = n->next) {
		const struct section *s = find_section(n->key->text);
		bool heading = n->kind == NODE_SCALAR && n->plain && n->len == 0;	/* without entries */

		if (s && !heading)
			visit(l, s, n);
	}
}

static void
declare_early(struct loader *l, const struct section *s, const struct node *n)
{
	if (s->declare == declare_templates)
		declare_templates(l, n);
}

static void
declare_rest(struct loader *l, const struct section *s, const struct node *n)
{
	if (s->kind)
		declare_entries(l, s->kind, n);
	else if (s->declare && (s->declare != declare_templates || !l->ahead))
		s->declare(l, n);
}

static void
read_section(struct loader *l, const struct section *s, const struct node *n)
{
	if (s->read)
		s->read(l, n);
}

static const struct node *
parse(struct files *f, struct file *file, struct arena *nodes)
{
	struct loader *l = &f->l;
	size_t len;
	const char *text = diags_source_text(l->d, file->number, &len);
	bool whole;
	const struct node *root = yaml_parse_apart(nodes, l->a, l->d, file->number, text, len, file->copy, &whole);

	file->bad = !root;
	l->rb->own->ids_missing |= !whole;
	l->rb->own->templates_missing |= !whole && file->templates;
	return root;
}

/* Templates come first: what a condition means depends on them. */
static void
read_ahead(struct files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct file *file = f->list + i;

		if (!file->templates)
			continue;
		file->root = parse(f, file, file->cases ? f->l.a : f->l.temp);
		f->l.pack = file->pack;
		f->l.ahead = true;
		if (file->root)
			walk(&f->l, file->root, declare_early);
	}
}

/* A file's entries: first their names, then their bodies. */
static void
read_file(struct files *f, struct file *file)
{
	struct loader *l = &f->l;
	const struct node *root = file->root;

	l->ahead = file->templates;
	l->kept = file->cases;
	l->pack = file->pack;
	l->npending = 0;
	if (!root && !file->bad)
		root = parse(f, file, l->kept ? l->a : f->nodes);
	if (!root)
		return;
	if (root->kind == NODE_LIST)
		read_cases(l, root);
	else
		want_map(l, root, "a rule file");
	for (const struct node *n = root->kind == NODE_MAP ? root->first : NULL; n; n = n->next)
		if (!find_section(n->key->text))
			complain_section(l, n->key);
	walk(l, root, declare_rest);
	walk(l, root, read_section);
	for (size_t i = 0; i < l->npending; i++)
		read_entry(l, l->pending + i);
	arena_clear(f->nodes);
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What holds for all packs together. */
static void
combine(struct rulebase *rb)
{
	rb->limits = (struct limits){ MOST_FIRINGS, MOST_FIRINGS, INT64_MAX };
	rb->leave_out = DEFAULT_LEAVE_OUT;
	for (size_t i = 0; i < rb->npacks; i++) {
		const struct pack *p = rb->packs[i];

		rb->limits.firings = smaller(rb->limits.firings, p->limits.firings);
		rb->limits.facts = smaller(rb->limits.facts, p->limits.facts);
		rb->limits.time_ms = smaller(rb->limits.time_ms, p->limits.time_ms);
		rb->breadth |= p->breadth;
		rb->escalate_early |= p->escalate_early;
		rb->several_faults |= p->several_faults;
		rb->leave_out = p->leave_out < rb->leave_out ? p->leave_out : rb->leave_out;
		if (p->something_else > rb->something_else)
			rb->something_else = p->something_else;
	}
}

static void
note_missing_names(struct loader *l)
{
	struct diag *g;

	if (!l->rb->own->spared || l->rb->npacks == 0)
		return;
	g = complain(l->d, NAMES_MISSING, (struct place){ .file = diags_source(l->d, l->rb->packs[0]->path, "", 0) },
		"names that are not known were not complained about");
	diag_hint(l->d, g, "they may be declared in a file that could not be read; check again when it can");
}

/* What was needed to read goes, and the room that lists had to grow. */
static void
finish(struct files *f)
{
	struct loader *l = &f->l;

	for (size_t i = 0; i < f->n; i++)
		diags_source_keep(l->d, f->list[i].number, f->list[i].cases ? NULL : f->list[i].copy);
	for (size_t i = 0; i < COUNT(sections); i++)
		if (sections[i].kind)
			keep_list(l, sections[i].kind);
	map_free(&l->rb->own->leaves);
	map_free(&l->rb->own->constants);
	arena_free(f->nodes);
	arena_free(l->temp);
}

static struct rulebase *
build(struct files *f)
{
	read_ahead(f);
	for (size_t i = 0; i < f->n; i++)
		read_file(f, f->list + i);
	complain_taken(&f->l);
	resolve_references(&f->l);
	check_remedies(&f->l);
	check_order_of_steps(&f->l);
	combine(f->l.rb);
	note_missing_names(&f->l);
	finish(f);
	return f->l.rb;
}

static void
start(struct files *f, struct diags *d)
{
	struct rulebase *rb = own_new();

	*f = (struct files){ .l = { .rb = rb, .d = d, .a = rb->arena, .temp = arena_new() }, .nodes = arena_new() };
}

static struct rulebase *
load(const char *const *paths, size_t n, struct diags *d, bool rules_only)
{
	struct files f;
	struct rulebase *rb;

	start(&f, d);
	f.rules_only = rules_only;
	for (size_t i = 0; i < n; i++)
		add_path(&f, paths[i]);
	rb = build(&f);
	for (size_t i = 0; i < rb->npacks; i++)
		if (!rb->packs[i]->id && !rb->own->ids_missing)
			complain(d, NO_PACK, (struct place){ .file = diags_source(d, rb->packs[i]->path, "", 0) }, "no file has the section 'pack'");
	return rb;
}

struct rulebase *
rulebase_load(const char *const *paths, size_t n, struct diags *d)
{
	return load(paths, n, d, false);
}

struct rulebase *
rulebase_load_rules(const char *const *paths, size_t n, struct diags *d)
{
	return load(paths, n, d, true);
}

struct rulebase *
rulebase_load_text(const char *name, const char *text, size_t len, struct diags *d)
{
	struct files f;
	struct pack *p;

	start(&f, d);
	p = new_pack(&f, name);
	add_text(&f, p, name, text, len);
	build(&f);
	if (!p->id) {
		p->id = "unnamed";
		p->version = "0";
	}
	return f.l.rb;
}

void
rulebase_free(struct rulebase *rb)
{
	if (rb)
		own_free(rb);
}
