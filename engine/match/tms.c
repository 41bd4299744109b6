/* SPDX-License-Identifier: MIT */
#include "match/tms.h"

#include <stdlib.h>
#include <string.h>

void
tms_open(struct tms *t, struct wm *wm, struct eval *ev)
{
	*t = (struct tms){ .wm = wm, .ev = ev };
	t->free = arena_array(wm->arena, wm->rb->ntemplates, sizeof *t->free);
	t->env = arena_array(wm->arena, (size_t)wm->net->most_aliases, sizeof *t->env);
}

void
tms_close(struct tms *t)
{
	free(t->touched);
}

/* ---- statements and claims of a fact ---- */

/* The slot that says which fact of its template it is; -1: none does. */
static int
identity(const struct template *of)
{
	return of->single ? -1 : of->key;
}

static bool
may_be_key(const struct tms *t, const struct wfact *f, value v)
{
	const struct wfact *other;

	if (v == UNKNOWN)
		return false;
	other = wm_by_key(t->wm, f->pub.of, v);
	return !other || other == f;
}

/* That the value of a slot was stated. */
static void
note(struct wfact *f, int slot, value v, uint64_t stamp, const struct origin *from)
{
	if (f->own)
		f->own[slot] = (struct statement){ v, stamp, from->source, from->time };
	f->pub.sources[slot] = v == UNKNOWN ? NULL : from->source;
	f->pub.times[slot] = from->time;
}

static void
state(struct tms *t, struct wfact *f, int slot, value v, uint64_t stamp, const struct origin *from)
{
	if (slot == identity(f->pub.of) && !may_be_key(t, f, v))
		return;
	wm_put(t->wm, f, slot, v, stamp);
	note(f, slot, v, stamp, from);
}

/* Who made the newest statement about the fact. The room for the reasons is used again. */
static void
credit(struct tms *t, struct wfact *f, const struct origin *from)
{
	struct reason *to = (struct reason *)f->pub.reasons;

	f->pub.by = from->rule;
	f->pub.nreasons = from->nreasons;
	if (from->nreasons > f->pub.reasons_cap) {
		to = arena_take(t->wm->arena, from->nreasons * sizeof *to);
		f->pub.reasons_cap = from->nreasons;
		f->pub.reasons = to;
	}
	for (uint32_t i = 0; i < from->nreasons; i++)
		to[i] = (struct reason){ from->reasons[i], from->reasons[i]->id };
}

/* Gives a slot the newest word about it. */
static bool
settle_slot(struct tms *t, struct wfact *f, int slot, uint64_t stamp)
{
	const struct statement *own = &f->own[slot];
	const struct claim *c = (const struct claim *)f->pub.why;

	while (c && c->since > own->since && c->values[slot] == UNKNOWN)
		c = (const struct claim *)c->pub.next;
	if (c && c->since > own->since) {
		f->pub.sources[slot] = NULL;
		f->pub.times[slot] = t->ev->now;
		return wm_put(t->wm, f, slot, c->values[slot], stamp);
	}
	f->pub.sources[slot] = own->since ? own->source : NULL;
	f->pub.times[slot] = own->since ? own->time : 0;
	return wm_put(t->wm, f, slot, own->since ? own->is : UNKNOWN, stamp);
}

static bool
settle(struct tms *t, struct wfact *f, uint64_t stamp)
{
	bool changed = false;

	for (int i = 0; i < f->pub.of->nslots; i++)
		if (i != identity(f->pub.of))
			changed |= settle_slot(t, f, i, stamp);
	return changed;
}

static struct claim *
new_claim(struct tms *t, struct wfact *f, struct match *by, const value *values, uint64_t stamp)
{
	const struct template *of = f->pub.of;
	size_t size = (size_t)of->nslots * sizeof *values;
	struct claim *c = t->free[of->index];

	if (c)
		t->free[of->index] = c->by_next;
	else
		c = arena_alloc(t->wm->arena, sizeof *c + size);
	*c = (struct claim){ .pub = { by->rule, by->facts, by->n, f->pub.why }, .by = by, .on = f,
		.by_next = by->claims, .older = t->newest, .since = stamp };
	memcpy(c->values, values, size);
	if (f->pub.why)
		((struct claim *)f->pub.why)->prev = c;
	f->pub.why = &c->pub;
	by->claims = c;
	*(t->newest ? &t->newest->newer : &t->oldest) = c;
	t->newest = c;
	return c;
}

/* Takes a claim off its fact and out of existence; its firing's list is the caller's concern. */
static void
end_claim(struct tms *t, struct claim *c)
{
	struct claim *next = (struct claim *)c->pub.next;

	if (next)
		next->prev = c->prev;
	*(c->prev ? &c->prev->pub.next : &c->on->pub.why) = c->pub.next;
	*(c->older ? &c->older->newer : &t->oldest) = c->newer;
	*(c->newer ? &c->newer->older : &t->newest) = c->older;
	c->by_next = t->free[c->on->pub.of->index];
	t->free[c->on->pub.of->index] = c;
}

static void
forget_claim(struct match *m, const struct claim *c)
{
	struct claim **at = &m->claims;

	while (*at != c)
		at = &(*at)->by_next;
	*at = c->by_next;
}

static void
end_claims_of(struct tms *t, struct wfact *f)
{
	while (f->pub.why) {
		struct claim *c = (struct claim *)f->pub.why;

		forget_claim(c->by, c);
		end_claim(t, c);
	}
}

/* ---- changes ---- */

static struct wfact *
existing(const struct tms *t, const struct template *of, const value *values, bool merge)
{
	if (of->single)
		return wm_extent(t->wm, of)->first;
	if (of->key >= 0 && values[of->key] != UNKNOWN)
		return wm_by_key(t->wm, of, values[of->key]);
	return merge ? wm_equal(t->wm, of, values) : NULL;
}

struct wfact *
tms_assert(struct tms *t, const struct template *of, const value *values, bool merge, const struct origin *from)
{
	struct wfact *f = existing(t, of, values, merge);
	bool is_new = !f;
	uint64_t stamp = ++t->wm->clock;

	if (is_new)
		f = wm_add(t->wm, of, values, stamp);
	f->pub.stated = true;
	for (int i = 0; i < of->nslots; i++)
		if (values[i] == UNKNOWN)
			continue;
		else if (is_new)
			note(f, i, values[i], stamp, from);
		else
			state(t, f, i, values[i], stamp, from);
	credit(t, f, from);
	return f;
}

void
tms_set(struct tms *t, struct wfact *f, const int *slots, const value *values, int n, const struct origin *from)
{
	uint64_t stamp = ++t->wm->clock;

	for (int i = 0; i < n; i++)
		state(t, f, slots[i], values[i], stamp, from);
	credit(t, f, from);
}

void
tms_source(struct wfact *f, int slot, const char *source, int64_t time)
{
	if (f->own) {
		f->own[slot].source = source;
		f->own[slot].time = time;
	}
	f->pub.sources[slot] = source;
	f->pub.times[slot] = time;
}

static void
unstate(struct tms *t, struct wfact *f)
{
	uint64_t stamp = ++t->wm->clock;

	for (int i = 0; i < f->pub.of->nslots; i++) {
		if (i == identity(f->pub.of))
			continue;
		if (f->own) {
			f->own[i].since = 0;
			continue;
		}
		wm_put(t->wm, f, i, UNKNOWN, stamp);
		f->pub.sources[i] = NULL;
		f->pub.times[i] = 0;
	}
	if (f->own)
		settle(t, f, stamp);
}

void
tms_withdraw(struct tms *t, struct wfact *f)
{
	if (!f->pub.why) {
		tms_remove(t, f);
		return;
	}
	f->pub.stated = f->pub.of->single;
	t->suspect = true;
	unstate(t, f);
}

void
tms_remove(struct tms *t, struct wfact *f)
{
	end_claims_of(t, f);
	if (f->pub.of->single)
		unstate(t, f);
	else
		wm_drop(t->wm, f);
}

void
tms_conclude(struct tms *t, struct match *by, const struct template *of, const value *values)
{
	struct wfact *f = existing(t, of, values, true);
	uint64_t stamp = ++t->wm->clock;

	if (!f) {
		f = wm_add(t->wm, of, values, stamp);
		f->pub.by = by->rule;
	}
	new_claim(t, f, by, values, stamp);
	settle(t, f, stamp);
}

static void
touch(struct tms *t, struct wfact *f)
{
	if (f->touched)
		return;
	f->touched = true;
	if (t->ntouched == t->touched_cap) {
		t->touched_cap = t->touched_cap ? t->touched_cap * 2 : 16;
		t->touched = machine_realloc(t->touched, t->touched_cap * sizeof *t->touched);
	}
	t->touched[t->ntouched++] = f;
}

void
tms_lapse(struct tms *t, struct match *m)
{
	while (m->claims) {
		struct claim *c = m->claims;

		m->claims = c->by_next;
		touch(t, c->on);
		end_claim(t, c);
		t->suspect = true;
	}
}

bool
tms_update(struct tms *t)
{
	uint64_t stamp;
	bool changed = false;

	if (!t->ntouched)
		return false;
	stamp = ++t->wm->clock;
	for (size_t i = 0; i < t->ntouched; i++) {
		struct wfact *f = t->touched[i];

		f->touched = false;
		if (f->pub.stated || f->pub.why) {
			changed |= settle(t, f, stamp);
			continue;
		}
		wm_drop(t->wm, f);
		changed = true;
	}
	t->ntouched = 0;
	return changed;
}

/* ---- well-founded support ---- */

/* Is it not sure yet that the slot would have its value if only what is supported existed? */
static bool
slot_in_doubt(const struct wfact *f, int slot)
{
	const struct statement *own;
	const struct claim *c = (const struct claim *)f->pub.why;
	bool claimed = false;

	if (!f->own || slot == identity(f->pub.of))
		return false;
	own = &f->own[slot];
	for (; c && c->since > own->since; c = (const struct claim *)c->pub.next) {
		if (c->values[slot] == UNKNOWN)
			continue;
		if (c->values[slot] != f->pub.slots[slot])
			return true;
		if (c->sure)
			return false;
		claimed = true;
	}
	return own->since ? own->is != f->pub.slots[slot] : claimed;
}

static bool
in_doubt(const struct wfact *f, int slot)
{
	return slot < 0 ? !f->pub.stated && !f->sure : slot_in_doubt(f, slot);
}

static bool
fact_is_sure(const struct wfact *f, uint64_t reads)
{
	if (in_doubt(f, -1))
		return false;
	for (int i = 0; i < f->pub.of->nslots; i++)
		if ((reads & slot_bit(i)) && slot_in_doubt(f, i))
			return false;
	return true;
}

static bool
is_supported(struct tms *t, const struct match *m)
{
	const struct scope *scope = &m->rule->when.scope;
	struct env env = { scope, t->env };
	enum truth held;

	for (int i = 0; i < m->n; i++) {
		if (!fact_is_sure((const struct wfact *)m->facts[i], scope->aliases[i].reads))
			return false;
		t->env[i] = m->facts[i];
	}
	if (!m->plan->quantified)
		return true;
	t->ev->doubtful = in_doubt;
	held = eval_truth(t->ev, m->rule->when.expr, &env);
	t->ev->doubtful = NULL;
	return held == TRUE;
}

/* One pass in the order of firing finds nearly all, since reasons come before what follows from them. */
static void
find_support(struct tms *t)
{
	bool more = true;

	for (struct claim *c = t->oldest; c; c = c->newer)
		c->sure = c->on->sure = false;
	while (more) {
		more = false;
		for (struct claim *c = t->oldest; c && !eval_overdue(t->ev); c = c->newer)
			if (!c->sure && is_supported(t, c->by))
				c->sure = c->on->sure = more = true;
	}
}

bool
tms_check(struct tms *t, void (*unsupported)(void *context, struct match *m), void *context)
{
	bool any = false;

	if (!t->oldest || !t->wm->net->circular || !(t->suspect || t->wm->net->quantified))
		return false;
	find_support(t);
	if (t->ev->overdue)
		return false;
	t->suspect = false;
	for (struct claim *c = t->oldest; c; c = c->newer)
		if (!c->sure) {
			unsupported(context, c->by);
			any = true;
		}
	return any;
}
