/* SPDX-License-Identifier: MIT */
#include "facts/record.h"

#include "facts/inputs.h"
#include "lang/codes.h"
#include "lang/json.h"

#include <string.h>

enum { LONGEST_TEXT = 32 << 10, MOST_STREAMS = 16 };

/* -- Writing -- */

static void
put_string(struct recorder *r, const char *s)
{
	struct buf quoted = {0};
	size_t n = strlen(s);

	json_quote(&quoted, s, n < LONGEST_TEXT ? n : LONGEST_TEXT);
	if (quoted.len > LONGEST_TEXT) {	/* escapes made it too long for a line */
		buf_clear(&quoted);
		json_quote(&quoted, s, n < LONGEST_TEXT / 6 ? n : LONGEST_TEXT / 6);
	}
	fputs(buf_text(&quoted), r->out);
	buf_free(&quoted);
}

static void
put_slot(struct recorder *r, const char *slot)
{
	fputs(r->more ? "," : "", r->out);
	put_string(r, slot);
	fputc(':', r->out);
	r->more = true;
}

void
record_begin(struct recorder *r, const char *template)
{
	fputs("{\"fact\":", r->out);
	put_string(r, template);
	fputs(",\"slots\":{", r->out);
	r->more = false;
}

void
record_text(struct recorder *r, const char *slot, const char *text)
{
	if (!text)
		return;
	put_slot(r, slot);
	put_string(r, text);
}

void
record_int(struct recorder *r, const char *slot, int64_t number)
{
	put_slot(r, slot);
	fprintf(r->out, "%lld", (long long)number);
}

void
record_yes_no(struct recorder *r, const char *slot, bool yes)
{
	put_slot(r, slot);
	fputs(yes ? "true" : "false", r->out);
}

void
record_end(struct recorder *r)
{
	fputs("}}\n", r->out);
	fflush(r->out);
}

void
record_unknown(struct recorder *r, const char *fact, const char *key, const char *reason)
{
	fputs("{\"unknown\":", r->out);
	put_string(r, fact);
	if (key) {
		fputs(",\"key\":", r->out);
		put_string(r, key);
	}
	fputs(",\"reason\":", r->out);
	put_string(r, reason);
	fputs("}\n", r->out);
	fflush(r->out);
}

void
record_surveyed(struct recorder *r, const char *template)
{
	fputs("{\"surveyed\":", r->out);
	put_string(r, template);
	fputs("}\n", r->out);
	fflush(r->out);
}

void
record_log(struct recorder *r, const char *stream, const char *line)
{
	fputs("{\"log\":", r->out);
	put_string(r, stream);
	fputs(",\"text\":", r->out);
	put_string(r, line);
	fputs("}\n", r->out);
}

/* -- Reading -- */

/* The lines of one log stream, kept until the end: patterns work on whole texts. */
struct stream {
	char name[64];
	struct buf text;
};

struct applying {
	struct factset *fs;
	struct records *rs;
	struct arena *arena;	/* of the line in hand */
	int64_t time;
	struct stream streams[MOST_STREAMS];
	size_t nstreams;
};

/* "device.battery", "device": the template, and the slot or -1. NULL for names that the rules do not know. */
static const struct template *
named(const struct rulebase *rb, const char *name, int *slot)
{
	size_t n = strcspn(name, ".");
	char template[128];
	const struct template *t;

	*slot = -1;
	if (n >= sizeof template)
		return NULL;
	memcpy(template, name, n);
	template[n] = '\0';
	t = rulebase_template(rb, template);
	if (!t || !name[n])
		return t;
	*slot = template_slot(t, name + n + 1);
	return *slot < 0 ? NULL : t;
}

static const struct node *
scalar(const struct node *map, const char *key)
{
	const struct node *n = node_get(map, key);

	return n && n->kind == NODE_SCALAR ? n : NULL;
}

static void
refuse_value(struct applying *a, const struct template *t, const struct slot *slot, const struct node *n, const char *wrong,
		value key)
{
	const char *reason = arena_printf(a->arena, "the value '%.*s' is %s", CLIP(n->len), n->text, wrong);

	factset_unknown(a->fs, t, slot->index, key, a->rs->source, reason, a->time);
}

static void
apply_fact(struct applying *a, const struct template *t, const struct node *slots)
{
	value *values = arena_array(a->arena, (size_t)t->nslots, sizeof *values);
	const struct node *n;
	const char *wrong;
	int slot;

	for (int i = 0; i < t->nslots; i++)
		values[i] = UNKNOWN;
	for (n = slots->first; n; n = n->next) {
		slot = template_slot(t, n->key->text);
		if (slot >= 0 && n->kind == NODE_SCALAR && fact_value(a->fs, t->slots + slot, n->text, n->len, values + slot))
			values[slot] = UNKNOWN;
	}
	factset_give(a->fs, t, values, a->rs->source, a->time);
	for (n = slots->first; n; n = n->next) {	/* the values that were none, now that the key is known */
		value v;

		slot = template_slot(t, n->key->text);
		if (slot < 0 || n->kind != NODE_SCALAR || values[slot] != UNKNOWN)
			continue;
		wrong = fact_value(a->fs, t->slots + slot, n->text, n->len, &v);
		if (wrong)
			refuse_value(a, t, t->slots + slot, n, wrong, t->key < 0 ? UNKNOWN : values[t->key]);
	}
}

static void
apply_unknown(struct applying *a, const char *name, const struct node *key, const struct node *reason)
{
	int slot;
	const struct template *t = named(a->fs->rb, name, &slot);
	value v = UNKNOWN;
	struct buf valid = {0};

	if (!t || (key && (t->key < 0 || fact_value(a->fs, t->slots + t->key, key->text, key->len, &v))))
		return;
	fact_text(&valid, reason->text, reason->len);
	factset_unknown(a->fs, t, slot, v, a->rs->source, buf_text(&valid), a->time);
	buf_free(&valid);
}

static void
keep_line(struct applying *a, const struct node *stream, const struct node *text)
{
	struct stream *s = a->streams;

	if (stream->len >= sizeof s->name)
		return;
	while (s < a->streams + a->nstreams && strcmp(s->name, stream->text) != 0)
		s++;
	if (s == a->streams + a->nstreams) {
		if (a->nstreams == MOST_STREAMS)
			return;
		strcpy(s->name, stream->text);
		a->nstreams++;
	}
	buf_add(&s->text, text->text, text->len);
	buf_putc(&s->text, '\n');
}

/* False: not a record. */
static bool
apply_record(struct applying *a, const struct node *record)
{
	const struct node *n, *more;
	const struct template *t;
	int slot;

	if ((n = scalar(record, "fact")) != NULL) {
		more = node_get(record, "slots");
		t = rulebase_template(a->fs->rb, n->text);
		if (more && more->kind == NODE_MAP && t)
			apply_fact(a, t, more);
		return more && more->kind == NODE_MAP;
	}
	if ((n = scalar(record, "unknown")) != NULL) {
		more = scalar(record, "reason");
		if (more)
			apply_unknown(a, n->text, scalar(record, "key"), more);
		return more;
	}
	if ((n = scalar(record, "log")) != NULL) {
		more = scalar(record, "text");
		if (more)
			keep_line(a, n, more);
		return more;
	}
	n = scalar(record, "surveyed");
	t = n ? named(a->fs->rb, n->text, &slot) : NULL;
	if (t)
		factset_survey(a->fs, t, a->rs->source, a->time);
	return n;
}

static void
apply_line(struct applying *a, const char *line, size_t n)
{
	const struct node *record;

	a->arena = arena_new();
	record = n && n <= LONGEST_RECORD ? json_parse(a->arena, NULL, 0, line, n) : NULL;
	if (record && record->kind == NODE_MAP && apply_record(a, record))
		a->rs->good++;
	else
		a->rs->bad++;
	arena_free(a->arena);
}

static void
apply_logs(struct applying *a)
{
	char source[80];

	for (size_t i = 0; i < a->nstreams; i++) {
		struct stream *s = a->streams + i;

		snprintf(source, sizeof source, "log %s", s->name);
		input_text(a->fs, s->name, buf_text(&s->text), s->text.len, source, a->time);
		buf_free(&s->text);
	}
}

void
records_apply(struct factset *fs, struct records *rs)
{
	struct applying a = { .fs = fs, .rs = rs };
	const char *p = rs->text, *end = rs->text + rs->len, *nl;
	size_t t = 0;

	rs->good = rs->bad = 0;
	rs->too_many = false;
	for (; p < end; p = nl + 1) {
		while (t + 1 < rs->ntimes && rs->times[t + 1].from <= (size_t)(p - rs->text))
			t++;
		a.time = rs->times[t].time;
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		if (rs->good + rs->bad >= MOST_RECORDS) {
			rs->too_many = true;
			break;
		}
		apply_line(&a, p, (size_t)(nl - p));
	}
	apply_logs(&a);
}
