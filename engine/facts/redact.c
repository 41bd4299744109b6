/* SPDX-License-Identifier: MIT */
#include "facts/redact.h"

#include "base/fold.h"
#include "base/system.h"
#include "base/text.h"
#include "facts/scan.h"
#include "facts/scan_names.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A private value that is looked for in texts, folded. */
struct literal {
	const char *text;
	size_t len;
	enum private_kind kind;
	bool whole;		/* as whole words only */
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
	struct symtab *common;		/* names that tell nothing, folded; NULL until asked for */
	struct symtab *names;		/* what was considered as a literal, folded */
	struct literal *literals;	/* the first nsorted are sorted by text, those behind were learnt since */
	size_t nliterals, nsorted, literals_cap;
	bool starts[256];		/* a literal may begin where this byte stands */
};

/* -- Labels -- */

/* The name of a host without its domain. */
static size_t
host_len(enum private_kind kind, const char *s, size_t n)
{
	const char *dot = kind == PRIVATE_HOST ? memchr(s, '.', n) : NULL;

	return dot && strspn(s, "0123456789") < (size_t)(dot - s) ? (size_t)(dot - s) : n;	/* not of an address */
}

/* Equal for all ways to write one value: folded; ids and numbers without what stands between their parts, hosts without domain. */
static void
canonical(struct buf *out, enum private_kind kind, const char *s, size_t n)
{
	static const bool in_parts[PRIVATE_KINDS] = {
		[PRIVATE_UDID] = true, [PRIVATE_MAC] = true, [PRIVATE_UUID] = true, [PRIVATE_IMEI] = true, [PRIVATE_PHONE] = true,
	};
	size_t kept = 0;

	buf_putc(out, (char)('A' + kind));
	kept = out->len;
	fold_text(out, s, host_len(kind, s, n));
	if (!in_parts[kind])
		return;
	for (size_t i = kept; i < out->len; i++)
		if (!strchr("-:./()", out->text[i]))
			out->text[kept++] = out->text[i];
	out->len = kept;
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

/* Names that tell nothing about a person or a computer, folded: accounts of systems, placeholders, words of log lines. */
static const char *const common_names[] = {
	"root", "user", "users", "username", "admin", "administrator", "administrators", "guest", "debian", "ubuntu", "fedora", "pi", "localhost",
	"localdomain", "linux", "computer", "laptop", "desktop", "unknown", "default", "public", "shared", "share", "system", "authority", "builtin",
	"everyone", "localservice", "networkservice", "nobody", "daemon", "mobile", "usbmux", "usbmuxd", "lockdownd", "mail", "git", "kernel",
	"iphone", "ipad", "ipod", "apple", "windows", "mac", "macbook", "imac", "macos", "ios", "itunes", "finder", "device", "phone", "host", "hostname",
	"name", "pc", "port", "path", "usb", "tcp", "http", "https", "error", "warning", "warn", "info", "debug", "notice", "failed", "fatal", "trace",
	"null", "none", "nil", "true", "false", "yes", "no", "ok",
};

static void
add_common(struct redactor *r, const char *word)
{
	struct buf folded = {0};

	fold_text(&folded, word, strlen(word));
	sym_intern(r->common, buf_text(&folded), folded.len);
	buf_free(&folded);
}

/* A word of the vocabulary tells nothing about a person either: a device that is called just "iPhone". */
static void
add_words_of_pack(struct redactor *r, const struct rulebase *rb)
{
	for (size_t i = 0; i < rb->ntemplates; i++) {
		const struct template *t = rb->templates[i];

		add_common(r, t->entry.id);
		for (int k = 0; k < t->nslots; k++)
			for (const char *const *of = t->slots[k].of; of && *of; of++)
				add_common(r, *of);
	}
}

/* The table is made when the first name is met. */
static bool
is_common(struct redactor *r, const char *folded, size_t n)
{
	uint32_t id;

	if (!r->common) {
		r->common = sym_new(NULL);
		for (size_t i = 0; i < sizeof common_names / sizeof *common_names; i++)
			add_common(r, common_names[i]);
		add_words_of_pack(r, r->fs->rb);
	}
	return sym_find(r->common, folded, n, &id);
}

/* A name that was found by its place is hidden there unless it is everybody's. */
static bool
is_harmless(struct redactor *r, const struct scan_hit *hit, const char *s)
{
	struct buf folded = {0};
	bool harmless;

	if (!scan_teaches(hit->kind))
		return false;
	fold_text(&folded, s + hit->from, host_len(hit->kind, s + hit->from, hit->to - hit->from));
	harmless = is_common(r, buf_text(&folded), folded.len);
	buf_free(&folded);
	return harmless;
}

/* Which first bytes a folded text can be written with, beside the byte itself: a capital, an escape, any letter above ASCII. */
static void
note_start(struct redactor *r, char first)
{
	static const char others[] = "%&\\";

	r->starts[(unsigned char)first] = true;
	if (scan_is_lower(first))
		r->starts[(unsigned char)(first & ~0x20)] = true;
	for (const char *c = others; *c; c++)
		r->starts[(unsigned char)*c] = true;
	for (int c = 0x80; c < 0x100; c++)
		r->starts[c] = true;
}

/* `whole`: found by its place in a text, so that it may be any word. A single character is none then. */
static void
add_literal(struct redactor *r, enum private_kind kind, const char *s, size_t n, bool whole)
{
	struct buf folded = {0};
	size_t known = sym_count(r->names), len;
	const char *text;

	fold_text(&folded, s, n);
	text = buf_text(&folded);
	for (len = folded.len; len && *text == '-'; text++)
		len--;
	while (len && text[len - 1] == '-')
		len--;
	if (len > whole && sym_intern(r->names, text, len) >= known && !is_common(r, text, len)) {
		r->literals = arena_grow(r->arena, r->literals, r->nliterals, &r->literals_cap, sizeof *r->literals);
		r->literals[r->nliterals++] = (struct literal){ arena_strndup(r->arena, text, len), len, kind, whole };
		note_start(r, *text);
	}
	buf_free(&folded);
}

static int
by_text(const void *pa, const void *pb)
{
	const struct literal *a = pa, *b = pb;
	int c = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	return c ? c : (a->len > b->len) - (a->len < b->len);
}

static void
sort_literals(struct redactor *r)
{
	if (r->nsorted < r->nliterals)
		qsort(r->literals, r->nliterals, sizeof *r->literals, by_text);
	r->nsorted = r->nliterals;
}

/* Short values count as whole words only. */
enum { WHOLE_WORD = 6 };

/* True when %XX, \xXX or \uXXXX ends at byte i: `mark` and so many hexadecimal digits. */
static bool
is_escape(const char *s, size_t start, size_t i, const char *mark, size_t digits)
{
	size_t n = strlen(mark) + digits;

	if (i < start + n || memcmp(s + i - n, mark, strlen(mark)) != 0)
		return false;
	while (digits && scan_is_hex(s[i - digits]))
		digits--;
	return digits == 0;
}

/* True when a word goes on to byte i: what stands before it is a part of one. What stands there as an escape ends a word. */
static bool
word_before(const char *s, size_t start, size_t i)
{
	size_t from = i - 1;
	uint32_t cp;

	if (i == start || is_escape(s, start, i, "%", 2) || is_escape(s, start, i, "\\x", 2) || is_escape(s, start, i, "\\u", 4))
		return false;
	while (from > start && i - from < 4 && ((unsigned char)s[from] & 0xc0) == 0x80)
		from--;
	return text_decode(s + from, i - from, &cp) == i - from && fold_is_word(cp);
}

static bool
word_at(const char *s, size_t n, size_t i)
{
	uint32_t cp;

	return i < n && text_decode(s + i, n - i, &cp) && fold_is_word(cp);
}

static bool
stands_alone(const char *s, size_t n, size_t start, size_t from, size_t to)
{
	return !(word_at(s, n, from) && word_before(s, start, from)) && !(word_before(s, from, to) && word_at(s, n, to));
}

/* Narrows a range of literals to those whose byte k is c. */
static void
narrow(const struct redactor *r, size_t *low, size_t *high, size_t k, char c)
{
	while (*low < *high && r->literals[*low].len <= k)
		++*low;
	for (size_t l = *low, h = *high; l < h;) {	/* the first whose byte k is not below c */
		size_t mid = (l + h) / 2;

		if ((unsigned char)r->literals[mid].text[k] < (unsigned char)c)
			*low = l = mid + 1;
		else
			h = mid;
	}
	for (size_t l = *low, h = *high; l < h;) {	/* the first whose byte k is above c */
		size_t mid = (l + h) / 2;

		if ((unsigned char)r->literals[mid].text[k] > (unsigned char)c)
			*high = h = mid;
		else
			l = mid + 1;
	}
}

/* The longest literal at byte i, and where it ends: the range of those that fit is narrowed byte by byte. A word can start at `start`. */
static const struct literal *
find_literal(const struct redactor *r, const struct scan *sc, size_t i, size_t *to)
{
	size_t low = 0, high = r->starts[(unsigned char)sc->s[i]] ? r->nsorted : 0, p = i, k = 0, len, end;
	const struct literal *best = NULL;
	char unit[FOLD_MAX];

	while (low < high && p < sc->n) {
		p += fold_unit(sc->s + p, sc->n - p, unit, &len);
		if (k == 0 && len == 0)
			return NULL;
		for (size_t j = 0; j < len && low < high; j++)
			narrow(r, &low, &high, k++, unit[j]);
		if (!len || low >= high || r->literals[low].len != k)
			continue;
		end = p + fold_marks(sc->s + p, sc->n - p);
		if ((k >= WHOLE_WORD && !r->literals[low].whole) || stands_alone(sc->s, sc->n, sc->start, i, end)) {
			best = r->literals + low;
			*to = end;
		}
	}
	return best;
}

/* -- This machine, and a captured one -- */

enum { FIRST_PERSON = 1000, LAST_PERSON = 60000 };	/* login.defs: accounts with other numbers are no people's */

/* A file of the tree, not what a link there leads to. */
static FILE *
open_captured(const char *root, const char *path)
{
	struct buf name = {0};
	int fd;

	buf_printf(&name, "%s%s", root, path);
	fd = open(buf_text(&name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	buf_free(&name);
	return fd < 0 ? NULL : fdopen(fd, "r");
}

/* Names and full names of the accounts in a password file whose numbers lie in a range; closes it. */
static void
learn_accounts(struct redactor *r, FILE *passwd, unsigned long first, unsigned long last)
{
	char line[1024], *field[7], *p;
	int n;

	while (passwd && fgets(line, sizeof line, passwd)) {
		unsigned long uid;

		p = line;
		for (n = 0; n < 7 && p; n++)
			field[n] = strsep(&p, ":");
		if (n < 5 || (uid = strtoul(field[2], NULL, 10)) < first || uid > last)
			continue;
		add_literal(r, PRIVATE_USER, field[0], strlen(field[0]), false);
		add_literal(r, PRIVATE_NAME, field[4], strcspn(field[4], ",\n"), false);
	}
	if (passwd)
		fclose(passwd);
}

static void
learn_machine(struct redactor *r)
{
	static const char *const variables[] = { "USER", "LOGNAME", "SUDO_USER", "USERNAME" };
	char host[256] = "";

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *user = getenv(variables[i]);

		if (user)
			add_literal(r, PRIVATE_USER, user, strlen(user), false);
	}
	if (getuid() != 0)	/* from the file itself: a name service may hang */
		learn_accounts(r, fopen("/etc/passwd", "re"), getuid(), getuid());
	if (system_host_name(host, sizeof host))
		add_literal(r, PRIVATE_HOST, host, host_len(PRIVATE_HOST, host, strlen(host)), false);
}

/* The accounts of people and the host name of a captured tree. */
static void
learn_captured(struct redactor *r, const char *root)
{
	char line[1024];
	FILE *f = open_captured(root, "/etc/hostname");

	if (f && fgets(line, sizeof line, f))
		add_literal(r, PRIVATE_HOST, line, host_len(PRIVATE_HOST, line, strcspn(line, " \t\r\n")), false);
	if (f)
		fclose(f);
	learn_accounts(r, open_captured(root, "/etc/passwd"), FIRST_PERSON, LAST_PERSON);
}

/* -- The pass over a text -- */

/* The domain behind a host: ".local", ".fritz.box". */
static size_t
domain_end(const struct scan *sc, size_t i)
{
	size_t end = i, label;

	for (int k = 0; k < 6 && scan_is_one_of(sc, end, ".") && end + 1 < sc->n && scan_is_name(sc->s[end + 1]); k++) {
		for (label = end + 1; label < sc->n && label - end < 64 && (scan_is_name(sc->s[label]) || sc->s[label] == '-'); label++)
			;
		end = label;
	}
	return end;
}

/* A private value that the facts hold or a text taught, at byte i. */
static bool
find_known(const struct redactor *r, const struct scan *sc, size_t i, struct scan_hit *hit)
{
	const struct literal *l;
	size_t to = i;

	if (i >= sc->n || !(l = find_literal(r, sc, i, &to)))
		return false;
	*hit = (struct scan_hit){ l->kind, i, l->kind == PRIVATE_HOST ? domain_end(sc, to) : to };
	return true;
}

/* What is private at byte i, by its form or because it is known: where both are, what reaches further. */
static bool
find_private(struct redactor *r, struct scan *sc, bool inert, size_t i, struct scan_hit *hit)
{
	struct scan_hit known;
	bool formed = !inert && scan_at(sc, i, hit) && !is_harmless(r, hit, sc->s);

	if (!find_known(r, sc, i, &known) && !(formed && hit->from > i && find_known(r, sc, hit->from, &known)))
		return formed;
	if (!formed || known.to > hit->to)
		*hit = known;
	return true;
}

/* -- Names that a text teaches -- */

/* The parts of a name: of "CORP\anna" and "anna@host" both. */
static void
teach(struct redactor *r, const struct scan_hit *hit, const char *s)
{
	for (size_t from = hit->from, to; from < hit->to; from = to + 1) {
		for (to = from; to < hit->to && s[to] != '\\' && s[to] != '@'; to++)
			;
		add_literal(r, hit->kind, s + from, host_len(hit->kind, s + from, to - from), true);
	}
}

static bool
is_any_label(const char *s, size_t n)
{
	enum private_kind kind;
	int number;

	return n && scan_label(s, n, 0, &kind, &number) == n;
}

/* What stands where a name is announced is looked for elsewhere. A serial number or name is learnt once, however often it occurs. */
static void
learn_names(struct redactor *r, const char *s, size_t n)
{
	struct scan sc = { .s = s, .n = n };
	struct scan_hit hit;

	if (scan_is_inert(s, n))
		return;
	for (size_t i = 0; i < n;) {
		if (!scan_at(&sc, i, &hit) || is_harmless(r, &hit, s)) {
			i++;
			continue;
		}
		if (scan_teaches(hit.kind) && !is_any_label(s + hit.from, hit.to - hit.from))
			teach(r, &hit, s);
		i = sc.start = hit.to;
	}
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
	bool inert = scan_is_inert(s, n);

	for (size_t i = 0; i < n;) {
		len = s[i] == '<' || s[i] == 'd' ? scan_label(s, n, i, &kind, &number) : 0;
		if (len || !find_private(r, &sc, inert, i, &hit)) {
			i += len ? len : 1;
			continue;
		}
		if (!is_any_label(s + hit.from, hit.to - hit.from)) {
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
static void
hide_all(struct redactor *r, struct buf *text)
{
	enum { MOST_PASSES = 8 };
	struct buf old = {0};
	int more = r->on;

	if (!more)
		return;
	learn_names(r, buf_text(text), text->len);
	sort_literals(r);
	for (int i = 0; more && i < MOST_PASSES; i++) {
		struct buf swap = old;

		old = *text;
		*text = swap;
		buf_clear(text);
		more = pass(r, text, buf_text(&old), old.len);
	}
	buf_free(&old);
}

static void
put_hidden(struct redactor *r, struct buf *out, struct buf *text)
{
	if (r->on)
		count_labels(r, buf_text(text), text->len);
	buf_add(out, buf_text(text), text->len);
	buf_free(text);
}

void
redact_text_raw(struct redactor *r, struct buf *out, const char *s, size_t n)
{
	struct buf text = {0};

	buf_add(&text, s, n);
	hide_all(r, &text);
	put_hidden(r, out, &text);
}

/* Where bytes become escapes, words end that did not before: what is hidden is hidden again then, so that what is shown stays as it is. */
void
redact_text(struct redactor *r, struct buf *out, const char *s, size_t n)
{
	struct buf raw = {0}, text = {0};

	buf_add(&raw, s, n);
	hide_all(r, &raw);
	text_clean(&text, buf_text(&raw), raw.len, 0);
	if (text.len != raw.len || memcmp(buf_text(&text), buf_text(&raw), raw.len) != 0)
		hide_all(r, &text);
	buf_free(&raw);
	put_hidden(r, out, &text);
}

static bool
is_texty(const struct slot *slot)
{
	return slot->type == TYPE_TEXT || slot->type == TYPE_SYMBOL;
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

static void
write_value(struct redactor *r, struct buf *out, const struct slot *slot, value v, const struct symtab *syms,
	void (*write_text)(struct redactor *r, struct buf *out, const char *s, size_t n))
{
	struct buf written = {0};

	value_print(&written, slot->type, v, syms);
	if (r->on && slot->hidden && v != UNKNOWN && v != ABSENT)
		hide(r, out, private_kind_of(slot->hidden), &written);
	else if (is_texty(slot))
		write_text(r, out, buf_text(&written), written.len);
	else
		buf_add(out, buf_text(&written), written.len);
	buf_free(&written);
}

void
redact_value_raw(struct redactor *r, struct buf *out, const struct slot *slot, value v, const struct symtab *syms)
{
	write_value(r, out, slot, v, syms, redact_text_raw);
}

void
redact_value(struct redactor *r, struct buf *out, const struct slot *slot, value v, const struct symtab *syms)
{
	write_value(r, out, slot, v, syms, redact_text);
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
		add_literal(r, kind, buf_text(&written), host_len(kind, buf_text(&written), written.len), false);
	}
	buf_free(&written);
}

static void
learn_taught(struct redactor *r, const struct slot *slot, value v)
{
	if (!slot->hidden && is_texty(slot))
		learn_names(r, sym_text(r->fs->syms, (uint32_t)v), sym_len(r->fs->syms, (uint32_t)v));
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
	r->names = sym_new(NULL);
	for (int k = 0; k < PRIVATE_KINDS; k++)
		r->next[k] = 1;
	if (!on)
		return r;
	each_value(r, reserve);
	each_value(r, learn_private);
	if (fs->live)
		learn_machine(r);
	if (fs->root)
		learn_captured(r, fs->root);
	each_value(r, learn_taught);
	for (size_t i = 0; i < fs->nunknowns; i++)
		learn_names(r, fs->unknowns[i].reason, strlen(fs->unknowns[i].reason));
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
	sym_free(r->names);
	sym_free(r->common);
	arena_free(r->arena);
}
