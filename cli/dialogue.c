/* SPDX-License-Identifier: MIT */
#include "dialogue.h"

#include "base/buf.h"
#include "report/text.h"

#include <string.h>

void
dialogue_open(struct dialogue *d)
{
	*d = (struct dialogue){ json_array(), json_array(), json_object() };
}

void
dialogue_close(struct dialogue *d)
{
	json_decref(d->moves);
	json_decref(d->keys);
	json_decref(d->labels);
}

/* -- The stack -- */

/* What stands in the brackets of "device[device-1].trust", at most `size` bytes of it; an empty text where there are none. */
static const char *
label_of(const char *fact, char *label, size_t size)
{
	const char *from = fact ? strchr(fact, '[') : NULL, *to = from ? strrchr(from, ']') : NULL;

	snprintf(label, size, "%.*s", to ? (int)(to - from - 1) : 0, from ? from + 1 : "");
	return label;
}

/* The key of the thing that a move is about, as far as it can be told now. */
static json_t *
key_of(const struct dialogue *d, const json_t *move)
{
	char label[256];
	json_t *key = json_object_get(d->labels, label_of(text_str(move, "fact"), label, sizeof label));

	return key ? json_incref(key) : json_null();
}

void
dialogue_push(struct dialogue *d, json_t *move)
{
	json_array_append_new(d->keys, key_of(d, move));
	json_array_append_new(d->moves, move);
}

void
dialogue_labels(struct dialogue *d, json_t *labels)
{
	json_decref(d->labels);
	d->labels = labels;
	for (size_t i = 0; i < json_array_size(d->moves); i++)	/* those of a journal */
		if (json_is_null(json_array_get(d->keys, i)))
			json_array_set_new(d->keys, i, key_of(d, json_array_get(d->moves, i)));
}

json_t *
dialogue_pop(struct dialogue *d)
{
	size_t n = json_array_size(d->moves);
	json_t *last = n ? json_incref(json_array_get(d->moves, n - 1)) : NULL;

	if (n) {
		json_array_remove(d->moves, n - 1);
		json_array_remove(d->keys, n - 1);
	}
	return last;
}

static bool
is_move(const json_t *entry)
{
	static const char *const kinds[] = { "answered", "tried", "skipped", "reported" };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (text_is(entry, "what", kinds[i]))
			return true;
	return false;
}

void
dialogue_replay(struct dialogue *d, const json_t *entry)
{
	if (text_is(entry, "what", "undone") && !text_is(entry, "of", "done"))
		json_decref(dialogue_pop(d));
	else if (is_move(entry))
		dialogue_push(d, json_deep_copy(entry));
}

/* -- Into a session -- */

/* The fact of a move as it is called now: false when the thing it is about is not there. */
static bool
name_now(const struct dialogue *d, size_t move, const char *fact, struct buf *out)
{
	const char *key = json_string_value(json_array_get(d->keys, move)), *label;
	const char *open = strchr(fact, '['), *close = open ? strrchr(open, ']') : NULL;
	json_t *is;

	if (!key || !close) {
		buf_puts(out, fact);
		return true;
	}
	json_object_foreach(d->labels, label, is)
		if (strcmp(json_string_value(is), key) == 0) {
			buf_add(out, fact, (size_t)(open + 1 - fact));
			buf_puts(out, label);
			buf_puts(out, close);
			return true;
		}
	return false;
}

/* "device[1].battery" as "device.battery": of a thing without a key there is only one that could be meant. */
static void
without_number(struct buf *out, const char *fact)
{
	const char *open = strchr(fact, '['), *close = open ? strchr(open, ']') : NULL;
	bool numbered = close && close - open > 1 && strspn(open + 1, "0123456789") == (size_t)(close - open - 1);

	buf_add(out, fact, numbered ? (size_t)(open - fact) : strlen(fact));
	buf_puts(out, numbered ? close + 1 : "");
}

static void
give_answer(const struct dialogue *d, size_t move, const char *fact, const char *answer, struct dx_session *s)
{
	struct buf name = {0}, spec = {0};

	if (fact && answer && name_now(d, move, fact, &name)) {
		without_number(&spec, buf_text(&name));
		buf_printf(&spec, "=%s", answer);
		dx_answer(s, buf_text(&spec));
	}
	buf_free(&name);
	buf_free(&spec);
}

void
dialogue_answers(const struct dialogue *d, struct dx_session *s)
{
	json_t *m, *of;
	size_t i, k;

	json_array_foreach(d->moves, i, m) {
		if (text_is(m, "what", "answered"))
			give_answer(d, i, text_str(m, "fact"), text_str(m, "answer"), s);
		json_array_foreach(text_list(m, "forgets"), k, of)
			give_answer(d, i, json_string_value(of), "unknown", s);
	}
}

void
dialogue_give(const struct dialogue *d, struct dx_session *s)
{
	json_t *m, *of;
	size_t i, k;

	dialogue_answers(d, s);
	json_array_foreach(d->moves, i, m) {
		if (text_is(m, "what", "tried"))
			json_array_foreach(text_list(m, "steps"), k, of)
				if (json_is_string(of))
					dx_tried(s, json_string_value(of));
		of = json_array_get(text_list(m, "steps"), 0);
		if (text_is(m, "what", "skipped") && json_is_string(of))
			dx_leave_out(s, json_string_value(of));
	}
}

/* -- What comes next -- */

/* Did somebody say that they do not know? */
static bool
is_unsure(const struct dialogue *d, const json_t *question)
{
	json_t *m;
	size_t i;

	json_array_foreach(d->moves, i, m)
		if (text_is(m, "what", "answered") && json_is_null(text_list(m, "answer"))
				&& json_equal(text_list(m, "fact"), text_list(question, "fact")))
			return true;
	return false;
}

static bool
is_skipped(const struct dialogue *d, const json_t *step)
{
	json_t *m;
	size_t i;

	json_array_foreach(d->moves, i, m)
		if (text_is(m, "what", "skipped") && json_equal(json_array_get(text_list(m, "steps"), 0), text_list(step, "id")))
			return true;
	return false;
}

size_t
dialogue_count(const struct dialogue *d, const char *what)
{
	json_t *m;
	size_t i, n = 0;

	json_array_foreach(d->moves, i, m)
		n += text_is(m, "what", what);
	return n;
}

static const json_t *
step_number(const json_t *plan, const json_t *number)
{
	return json_array_get(text_list(plan, "steps"), (size_t)json_integer_value(number) - 1);
}

/* It is not left out, and neither is a step that it needs. */
static bool
can_be_done(const struct dialogue *d, const json_t *plan, const json_t *step)
{
	json_t *n;
	size_t i;

	if (is_skipped(d, step))
		return false;
	json_array_foreach(text_list(step, "requires"), i, n)
		if (is_skipped(d, step_number(plan, n)))
			return false;
	return true;
}

static const json_t *
first_question(const struct dialogue *d, const json_t *plan)
{
	json_t *q;
	size_t i;

	json_array_foreach(text_list(plan, "questions"), i, q)
		if (!is_unsure(d, q))
			return q;
	return NULL;
}

static const json_t *
first_step(const struct dialogue *d, const json_t *plan)
{
	json_t *s;
	size_t i;

	json_array_foreach(text_list(plan, "steps"), i, s)
		if (!json_is_integer(text_list(s, "completes")) && can_be_done(d, plan, s))
			return s;
	return NULL;
}

struct next
dialogue_next(const struct dialogue *d, const json_t *plan)
{
	const json_t *of;

	if (text_is(plan, "status", "ok"))
		return (struct next){ NEXT_WELL, NULL };
	if ((of = first_question(d, plan)) != NULL)
		return (struct next){ NEXT_ASK, of };
	if (text_is(plan, "status", "incomplete"))
		return (struct next){ NEXT_STUCK, NULL };
	of = first_step(d, plan);
	return (struct next){ !of || text_is(of, "kind", "service") ? NEXT_HAND_OVER : NEXT_STEP, of };
}

const json_t *
dialogue_completion(const json_t *plan, const json_t *step, const json_t *done)
{
	json_t *s;
	size_t i;

	json_array_foreach(text_list(plan, "steps"), i, s)
		if (json_equal(text_list(s, "completes"), text_list(step, "n")) && (!done || text_num(s, "n") > text_num(done, "n")))
			return s;
	return NULL;
}

bool
dialogue_prepares(const json_t *step)
{
	return text_num(step, "p_settles_ppm") == 0;
}

static bool
is_answer(const json_t *plan, const char *id)
{
	json_t *f;
	size_t i;

	json_array_foreach(text_list(plan, "facts"), i, f)
		if (text_is(f, "id", id))
			return text_is(f, "source", "answer");
	return false;
}

json_t *
dialogue_forgets(const json_t *plan, const json_t *step)
{
	json_t *list = json_array(), *r, *id;
	size_t i, k;

	json_array_foreach(text_list(plan, "requirements"), i, r) {
		if (!text_is(r, "state", "unmet") || text_num(r, "step") != text_num(step, "n"))
			continue;
		json_array_foreach(text_list(r, "facts"), k, id)
			if (json_array_size(list) == 0 && is_answer(plan, json_string_value(id)))
				json_array_append(list, id);
	}
	return list;
}
