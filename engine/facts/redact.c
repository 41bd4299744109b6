/* SPDX-License-Identifier: MIT */
#include "facts/redact.h"

#include "base/text.h"
#include "facts/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A private value that is looked for in texts, in lower case. */
struct literal {
	const char *text;
	size_t len;
	enum private_kind kind;
};

struct redactor {
	bool on;
	struct arena *arena;
	const struct factset *fs;
	struct symtab *known;		/* kind and canonical form of each value that has a label */
	const char **labels;		/* by id in `known` */
	size_t labels_cap;
	int next[PRIVATE_KINDS];	/* the number of the next label */
	int counts[PRIVATE_KINDS];
	struct literal *literals;	/* sorted by text */
	size_t nliterals, literals_cap;
	bool starts[256];		/* a literal begins with this byte */
};

/* -- Labels -- */

/* Equal for all ways to write one value: UDIDs and hardware addresses with and without hyphens, in any case. */
static void
canonical(struct buf *out, enum private_kind kind, const char *s, size_t n)
{
	bool id = kind == PRIVATE_UDID || kind == PRIVATE_MAC || kind == PRIVATE_UUID;

	buf_putc(out, (char)('A' + kind));
	for (size_t i = 0; i < n; i++)
		if (!id || (s[i] != '-' && s[i] != ':'))
			buf_putc(out, scan_lower(s[i]));
}

static const char *
make_label(struct redactor *r, enum private_kind kind)
{
	int number = r->next[kind]++;

	if (kind == PRIVATE_UDID)
		return arena_printf(r->arena, "device-%d", number);
	if (number == 1 || kind == PRIVATE_PEM || kind == PRIVATE_BASE64)
		return arena_printf(r->arena, "<%s>", private_kind_name(kind));
	return arena_printf(r->arena, "<%s-%d>", private_kind_name(kind), number);
}

static const char *
label_of(struct redactor *r, enum private_kind kind, const char *s, size_t n)
{
	struct buf key = {0};
	uint32_t id;

	if (kind == PRIVATE_PEM || kind == PRIVATE_BASE64)
		n = 0;	/* content that nobody compares */
	canonical(&key, kind, s, n);
	id = sym_intern(r->known, buf_text(&key), key.len);
	buf_free(&key);
	r->labels = arena_grow(r->arena, r->labels, id, &r->labels_cap, sizeof *r->labels);
	if (!r->labels[id])
		r->labels[id] = make_label(r, kind);
	return r->labels[id];
}

static bool
is_label(const char *s, size_t n, enum private_kind want)
{
	enum private_kind kind;
	int number;

	return n && scan_label(s, n, 0, &kind, &number) == n && kind == want;
}

/* Numbers that labels in the text use already belong to them. */
static void
reserve_labels(struct redactor *r, const char *s, size_t n)
{
	enum private_kind kind;
	int number;

	for (size_t i = 0, len; i < n; i += len ? len : 1) {
		len = s[i] == '<' || s[i] == 'd' ? scan_label(s, n, i, &kind, &number) : 0;
		if (len && number >= r->next[kind])
			r->next[kind] = number + 1;
	}
}

/* -- Literals -- */

/* Names that tell nothing about a person. */
static const char *const common_names[] = {
	"root", "user", "admin", "administrator", "guest", "debian", "ubuntu", "fedora", "pi", "localhost", "localdomain",
	"linux", "computer", "laptop", "desktop", "unknown", "default",
};

static bool
equals_any_case(const char *a, const char *b)
{
	while (*a && scan_lower(*a) == scan_lower(*b))
		a++, b++;
	return !*a && !*b;
}

/* A word of the vocabulary tells nothing about a person either: a device that is called just "iPhone". */
static bool
is_word_of_pack(const struct rulebase *rb, const char *s)
{
	for (size_t i = 0; i < rb->ntemplates; i++) {
		const struct template *t = rb->templates[i];

		if (equals_any_case(t->entry.id, s))
			return true;
		for (int k = 0; k < t->nslots; k++)
			for (const char *const *of = t->slots[k].of; of && *of; of++)
				if (equals_any_case(*of, s))
					return true;
	}
	return false;
}

static bool
is_common(const struct redactor *r, const char *s)
{
	for (size_t i = 0; i < sizeof common_names / sizeof *common_names; i++)
		if (equals_any_case(common_names[i], s))
			return true;
	return is_word_of_pack(r->fs->rb, s);
}

static void
add_literal(struct redactor *r, enum private_kind kind, const char *s, size_t n)
{
	char *text = arena_strndup(r->arena, s, n);

	if (n == 0 || is_common(r, text))
		return;
	for (size_t i = 0; i < n; i++)
		text[i] = scan_lower(text[i]);
	r->literals = arena_grow(r->arena, r->literals, r->nliterals, &r->literals_cap, sizeof *r->literals);
	r->literals[r->nliterals++] = (struct literal){ text, n, kind };
	r->starts[(unsigned char)*text] = true;
}

static int
by_text(const void *pa, const void *pb)
{
	const struct literal *a = pa, *b = pb;
	int c = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	return c ? c : a->len != b->len ? (a->len > b->len) - (a->len < b->len) : (a->kind > b->kind) - (a->kind < b->kind);
}

/* Short values count as whole words only. */
enum { WHOLE_WORD = 6 };

static bool
stands_alone(const char *s, size_t n, size_t start, size_t from, size_t to)
{
	return !(from > start && scan_is_alnum(s[from]) && scan_is_alnum(s[from - 1]))
		&& !(to < n && scan_is_alnum(s[to - 1]) && scan_is_alnum(s[to]));
}

/* The longest literal at byte i: the range of those that fit is narrowed byte by byte. A word can start at `start`. */
static const struct literal *
find_literal(const struct redactor *r, const char *s, size_t n, size_t start, size_t i)
{
	size_t low = 0, high = r->nliterals;
	const struct literal *best = NULL;

	for (size_t k = 0; low < high && i + k < n; k++) {
		char c = scan_lower(s[i + k]);

		while (low < high && r->literals[low].len <= k)
			low++;
		for (size_t l = low, h = high; l < h;) {	/* the first whose byte k is not below c */
			size_t mid = (l + h) / 2;

			if ((unsigned char)r->literals[mid].text[k] < (unsigned char)c)
				low = l = mid + 1;
			else
				h = mid;
		}
		for (size_t l = low, h = high; l < h;) {	/* the first whose byte k is above c */
			size_t mid = (l + h) / 2;

			if ((unsigned char)r->literals[mid].text[k] > (unsigned char)c)
				high = h = mid;
			else
				l = mid + 1;
		}
		if (low < high && r->literals[low].len == k + 1
		    && (k + 1 >= WHOLE_WORD || stands_alone(s, n, start, i, i + k + 1)))
			best = r->literals + low;
	}
	return best;
}

/* -- This machine -- */

/* The user's name and full name, from the password file itself: a name service may hang. */
static void
learn_account(struct redactor *r)
{
	FILE *f = fopen("/etc/passwd", "re");
	char line[1024], *field[7], *p;
	int n;

	while (f && fgets(line, sizeof line, f)) {
		p = line;
		for (n = 0; n < 7 && p; n++)
			field[n] = strsep(&p, ":");
		if (n < 5 || strtoul(field[2], NULL, 10) != getuid() || getuid() == 0)
			continue;
		add_literal(r, PRIVATE_USER, field[0], strlen(field[0]));
		add_literal(r, PRIVATE_NAME, field[4], strcspn(field[4], ",\n"));
	}
	if (f)
		fclose(f);
}

static void
learn_machine(struct redactor *r)
{
	static const char *const variables[] = { "USER", "LOGNAME", "SUDO_USER" };
	char host[256] = "";

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *user = getenv(variables[i]);

		if (user)
			add_literal(r, PRIVATE_USER, user, strlen(user));
	}
	learn_account(r);
	if (gethostname(host, sizeof host - 1) != 0)
		return;
	add_literal(r, PRIVATE_HOST, host, strlen(host));
	if (strchr(host, '.'))
		add_literal(r, PRIVATE_HOST, host, strcspn(host, "."));
}

/* -- The pass over a text -- */

/* What is private at byte i, by its form or because the facts hold it. */
static bool
find_private(const struct redactor *r, struct scan *sc, size_t i, struct scan_hit *hit)
{
	const struct literal *l;

	if (scan_at(sc, i, hit))
		return true;
	l = r->starts[(unsigned char)scan_lower(sc->s[i])] ? find_literal(r, sc->s, sc->n, sc->start, i) : NULL;
	if (l)
		*hit = (struct scan_hit){ l->kind, i, i + l->len };
	return l;
}

/* Appends the text with labels in it; how many there are more than before. */
static int
pass(struct redactor *r, struct buf *out, const char *s, size_t n)
{
	struct scan sc = { .s = s, .n = n };
	enum private_kind kind;
	struct scan_hit hit;
	size_t copied = 0, len;
	int number, count = 0;

	for (size_t i = 0; i < n;) {
		len = s[i] == '<' || s[i] == 'd' ? scan_label(s, n, i, &kind, &number) : 0;
		if (len || !find_private(r, &sc, i, &hit)) {
			i += len ? len : 1;
			continue;
		}
		if (!is_label(s + hit.from, hit.to - hit.from, hit.kind)) {
			buf_add(out, s + copied, hit.from - copied);
			buf_puts(out, label_of(r, hit.kind, s + hit.from, hit.to - hit.from));
			copied = hit.to;
			count++;
		}
		i = sc.start = hit.to;
	}
	buf_add(out, s + copied, n - copied);
	return count;
}

/* What was hidden before counts too, so that a redacted file and its origin give equal reports. */
static void
count_labels(struct redactor *r, const char *s, size_t n)
{
	enum private_kind kind;
	int number;

	for (size_t i = 0, len; i < n; i += len ? len : 1) {
		len = s[i] == '<' || s[i] == 'd' ? scan_label(s, n, i, &kind, &number) : 0;
		if (len)
			r->counts[kind]++;
	}
}

/*
 * A label is not a part of a word, as the value in its place may have been: what stands beside it can only now be a word of its own. So
 * the passes are repeated until one finds nothing, or, for texts made to prolong that, a few times.
 */
void
redact_text_raw(struct redactor *r, struct buf *out, const char *s, size_t n)
{
	struct buf texts[2] = {0};
	enum { MOST_PASSES = 8 };
	int i = 0;

	if (r->on)
		for (int more = 1; more && i < MOST_PASSES; i++) {
			struct buf *to = texts + i % 2;

			buf_clear(to);
			more = pass(r, to, s, n);
			s = buf_text(to);
			n = to->len;
		}
	if (r->on)
		count_labels(r, s, n);
	buf_add(out, s, n);
	buf_free(texts);
	buf_free(texts + 1);
}

void
redact_text(struct redactor *r, struct buf *out, const char *s, size_t n)
{
	struct buf raw = {0};

	redact_text_raw(r, &raw, s, n);
	text_clean(out, buf_text(&raw), raw.len, 0);
	buf_free(&raw);
}

/* A private value as its label. */
static void
hide(struct redactor *r, struct buf *out, enum private_kind kind, const struct buf *written)
{
	const char *s = buf_text(written);

	if (!written->len)
		return;
	buf_puts(out, is_label(s, written->len, kind) ? s : label_of(r, kind, s, written->len));
	r->counts[kind]++;
}

void
redact_value_raw(struct redactor *r, struct buf *out, const struct slot *slot, value v, const struct symtab *syms)
{
	struct buf written = {0};

	value_print(&written, slot->type, v, syms);
	if (r->on && slot->hidden && v != UNKNOWN && v != ABSENT)
		hide(r, out, private_kind_of(slot->hidden), &written);
	else if (r->on && (slot->type == TYPE_TEXT || slot->type == TYPE_SYMBOL))
		redact_text_raw(r, out, buf_text(&written), written.len);
	else
		buf_add(out, buf_text(&written), written.len);
	buf_free(&written);
}

void
redact_value(struct redactor *r, struct buf *out, const struct slot *slot, value v, const struct symtab *syms)
{
	struct buf raw = {0};

	redact_value_raw(r, &raw, slot, v, syms);
	text_clean(out, buf_text(&raw), raw.len, 0);
	buf_free(&raw);
}

void
redact_counts(const struct redactor *r, void (*see)(void *context, const char *kind, int count), void *context)
{
	for (int k = 0; k < PRIVATE_KINDS; k++)
		if (r->counts[k])
			see(context, private_kind_name((enum private_kind)k), r->counts[k]);
}

/* -- Learning -- */

/* Calls `visit` for each known slot of each fact, in order. */
static void
each_value(struct redactor *r, void (*visit)(struct redactor *r, const struct slot *slot, value v))
{
	for (size_t i = 0; i < r->fs->nfacts; i++) {
		const struct factrec *f = r->fs->facts[i];

		for (int k = 0; k < f->of->nslots; k++)
			if (f->values[k] != UNKNOWN)
				visit(r, f->of->slots + k, f->values[k]);
	}
}

static bool
is_texty(const struct slot *slot)
{
	return slot->type == TYPE_TEXT || slot->type == TYPE_SYMBOL;
}

static void
reserve(struct redactor *r, const struct slot *slot, value v)
{
	if (is_texty(slot))
		reserve_labels(r, sym_text(r->fs->syms, (uint32_t)v), sym_len(r->fs->syms, (uint32_t)v));
}

/* The value gets its label now, in the order of the facts, and is looked for in texts from now on. */
static void
learn_private(struct redactor *r, const struct slot *slot, value v)
{
	enum private_kind kind = slot->hidden ? private_kind_of(slot->hidden) : PRIVATE_OTHER;
	struct buf written = {0};

	if (!slot->hidden)
		return;
	value_print(&written, slot->type, v, r->fs->syms);
	if (written.len && !is_label(buf_text(&written), written.len, kind)) {
		label_of(r, kind, buf_text(&written), written.len);
		add_literal(r, kind, buf_text(&written), written.len);
	}
	buf_free(&written);
}

/* What texts hold gets its label now too, so that it does not depend on the order in which a report uses them. */
static void
learn_text(struct redactor *r, const struct slot *slot, value v)
{
	struct buf away = {0};

	if (!slot->hidden && is_texty(slot))
		redact_text_raw(r, &away, sym_text(r->fs->syms, (uint32_t)v), sym_len(r->fs->syms, (uint32_t)v));
	buf_free(&away);
}

struct redactor *
redactor_new(const struct factset *fs, bool on)
{
	struct arena *arena = arena_new();
	struct redactor *r = arena_alloc(arena, sizeof *r);
	struct buf away = {0};

	r->arena = arena;
	r->fs = fs;
	r->on = on;
	r->known = sym_new(NULL);
	for (int k = 0; k < PRIVATE_KINDS; k++)
		r->next[k] = 1;
	if (!on)
		return r;
	each_value(r, reserve);
	each_value(r, learn_private);
	if (fs->live)
		learn_machine(r);
	if (r->nliterals)
		qsort(r->literals, r->nliterals, sizeof *r->literals, by_text);
	each_value(r, learn_text);
	for (size_t i = 0; i < fs->nunknowns; i++)
		redact_text_raw(r, &away, fs->unknowns[i].reason, strlen(fs->unknowns[i].reason));
	buf_free(&away);
	memset(r->counts, 0, sizeof r->counts);
	return r;
}

void
redactor_free(struct redactor *r)
{
	if (!r)
		return;
	sym_free(r->known);
	arena_free(r->arena);
}
