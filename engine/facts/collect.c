/* SPDX-License-Identifier: MIT */
#include "facts/collect.h"

#include "base/system.h"
#include "facts/collect_child.h"
#include "facts/pick.h"

#include <string.h>

enum {
	DEADLINE_MS = 14000,	/* for everything: a run with a hung device stays below 15 s */
	TICK_MS = 200,		/* how often progress is told */
	GRACE_MS = 300,		/* between the end of the records and the end of the process */
	MOST_BYTES = 4 << 20,	/* of one child */
	MOST_RUNNING = 16,
	MOST_SUBJECTS = 64,	/* children of one row */
};

enum job_state { WAITING, RUNNING, ENDED };

/* One child. */
struct job {
	const struct collector *row;
	const char *subject;	/* NULL without `each` */
	enum job_state state;
	struct child child;
	int64_t started, deadline;
	struct buf text;
	struct record_time *times;
	size_t ntimes, times_cap;
	const char *reason;	/* what went wrong; NULL: nothing */
};

/* A row and its children. */
struct run {
	const struct collector *row;
	struct job *jobs;
	size_t njobs;
	bool expanded;
	const char *reason;	/* why it has no children */
};

struct collection {
	struct factset *fs;
	struct arena *arena;
	struct collect_options options;
	struct run *runs;
	size_t nruns;
	int64_t start, end;
	int64_t told;		/* when progress was told last */
	int done, total, running;
};

/* True when `name` is one of the words of a list separated by spaces. */
static bool
lists(const char *words, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = words; *p; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");

		if (len == n && memcmp(p, name, n) == 0)
			return true;
		p += len;
	}
	return false;
}

/* The first of the table that is still at work, NULL: none. */
static const struct collector *
at_work(const struct collection *c)
{
	for (size_t i = 0; i < c->nruns; i++)
		for (size_t k = 0; k < c->runs[i].njobs; k++)
			if (c->runs[i].jobs[k].state == RUNNING)
				return c->runs[i].row;
	return NULL;
}

static void
tell_progress(struct collection *c)
{
	const struct collector *row = at_work(c);

	c->told = system_ms();
	if (c->options.progress)
		c->options.progress(c->options.context, row ? row->does : NULL, c->done, c->total);
}

/* -- The parent: start, read, end -- */

static void
end_job(struct collection *c, struct job *j, const char *reason)
{
	j->state = ENDED;
	if (!j->reason)
		j->reason = reason;
	c->done++;
	tell_progress(c);
}

static void
start_job(struct collection *c, struct job *j)
{
	struct buf why = {0};

	j->started = system_ms();
	j->deadline = j->started + j->row->deadline_ms + (c->options.ask_trust ? j->row->patience_ms : 0);
	if (j->deadline > c->end)
		j->deadline = c->end;
	if (child_start(&j->child, j->row, &c->options, j->subject, (int)(j->deadline - j->started), &why)) {
		j->state = RUNNING;
		c->running++;
	} else {
		end_job(c, j, arena_printf(c->arena, "%s was not possible: %s", j->row->does, buf_text(&why)));
	}
	buf_free(&why);
}

static void
note_time(struct collection *c, struct job *j)
{
	int64_t time = c->fs->now + (system_ms() - c->start) / 1000;

	if (j->ntimes && j->times[j->ntimes - 1].time == time)
		return;
	j->times = arena_grow(c->arena, j->times, j->ntimes, &j->times_cap, sizeof *j->times);
	j->times[j->ntimes++] = (struct record_time){ j->text.len, time };
}

static bool
has_more(const struct job *j)
{
	return j->child.records != -1;
}

/* The child is gone, or goes now, with everything it started; what it wrote stays. */
static void
reap(struct collection *c, struct job *j, bool kill_it, const char *reason)
{
	struct buf how = {0};

	c->running--;
	if (!child_end(&j->child, kill_it, &how) && !reason)
		reason = arena_printf(c->arena, "%s broke off (%s)", j->row->does, buf_text(&how));
	buf_free(&how);
	end_job(c, j, reason);
}

static void
read_job(struct collection *c, struct job *j)
{
	char chunk[1 << 16];
	int n = child_read(&j->child, chunk, sizeof chunk);

	if (n == 0)
		return;
	if (n < 0) {
		if (j->deadline > system_ms() + GRACE_MS)
			j->deadline = system_ms() + GRACE_MS;
		return;
	}
	note_time(c, j);
	buf_add(&j->text, chunk, (size_t)n);
	if (j->text.len > MOST_BYTES)
		reap(c, j, true, arena_printf(c->arena, "%s brought more than %d MiB", j->row->does, MOST_BYTES >> 20));
}

static const char *
late(struct collection *c, const struct job *j)
{
	return arena_printf(c->arena, "%s brought no answer within %g s", j->row->does,
			(double)((j->deadline - j->started + 50) / 100) / 10);
}

/* A child whose records have ended and that lingers said what it had to say: that is no fault of the facts. */
static void
check_job(struct collection *c, struct job *j)
{
	if (!has_more(j) && child_has_ended(&j->child))
		reap(c, j, false, NULL);
	else if (system_ms() >= j->deadline && !has_more(j))
		reap(c, j, true, NULL);
	else if (system_ms() >= j->deadline)
		reap(c, j, true, late(c, j));
}

/* -- What to run when -- */

static bool
has_ended(const struct run *r)
{
	for (size_t i = 0; i < r->njobs; i++)
		if (r->jobs[i].state != ENDED)
			return false;
	return r->expanded;
}

static struct run *
run_named(const struct collection *c, const char *name, size_t n)
{
	for (size_t i = 0; i < c->nruns; i++)
		if (strlen(c->runs[i].row->name) == n && memcmp(c->runs[i].row->name, name, n) == 0)
			return c->runs + i;
	return NULL;
}

/* Calls `see` for each run of `after`; false as soon as it returns false. Collectors that were not asked for are no hindrance. */
static bool
each_before(const struct collection *c, const struct run *r, bool (*see)(const struct run *before))
{
	for (const char *p = r->row->after; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		const struct run *before = run_named(c, p, n);

		if (before && !see(before))
			return false;
		p += n;
	}
	return true;
}

static void
apply_job(struct collection *c, struct factset *fs, const struct job *j, struct records *rs)
{
	static const struct record_time never = { 0, 0 };

	*rs = (struct records){
		.source = arena_printf(c->arena, "collector %s", j->row->name), .text = buf_text(&j->text), .len = j->text.len,
		.times = j->ntimes ? j->times : &never, .ntimes = j->ntimes ? j->ntimes : 1,
	};
	records_apply(fs, rs);
}

/* The values of "device.udid" that the collectors before it found. */
static size_t
find_subjects(struct collection *c, const struct run *r, const char **subjects, size_t max)
{
	struct factset *found = factset_new(c->fs->rb, c->fs->now);
	const char *only = c->options.device && !pick_is_label(c->options.device) ? c->options.device : NULL;
	size_t dot = strcspn(r->row->each, "."), n = 0;
	const struct template *t = rulebase_template(found->rb, arena_strndup(c->arena, r->row->each, dot));
	int slot = t ? template_slot(t, r->row->each + dot + 1) : -1;
	struct records rs;

	for (size_t i = 0; i < c->nruns; i++)
		for (size_t k = 0; lists(r->row->after, c->runs[i].row->name) && k < c->runs[i].njobs; k++)
			apply_job(c, found, c->runs[i].jobs + k, &rs);
	for (size_t i = 0; slot >= 0 && i < found->nfacts && n < max; i++) {
		struct buf written = {0};

		if (found->facts[i]->of != t || found->facts[i]->values[slot] == UNKNOWN)
			continue;
		value_print(&written, t->slots[slot].type, found->facts[i]->values[slot], found->syms);
		if (!only || pick_means(only, buf_text(&written)))
			subjects[n++] = arena_strdup(c->arena, buf_text(&written));
		buf_free(&written);
	}
	factset_free(found);
	return n;
}

/* The reason of a collector whose failure leaves this one nothing to ask about. */
static const char *
failure_before(struct collection *c, const struct run *r)
{
	for (size_t i = 0; i < c->nruns; i++) {
		const struct run *before = c->runs + i;

		if (!lists(r->row->after, before->row->name))
			continue;
		for (size_t k = 0; k < before->njobs; k++)
			if (before->jobs[k].reason)
				return before->jobs[k].reason;
		if (before->reason)
			return before->reason;
	}
	return NULL;
}

/* Makes the children of a row whose time has come. */
static void
expand(struct collection *c, struct run *r)
{
	const char *subjects[MOST_SUBJECTS + 1];
	size_t n = 1;

	r->expanded = true;
	subjects[0] = NULL;
	if (r->row->host_only && c->options.root[0]) {
		r->reason = "a captured tree has no running processes";
		n = 0;
	} else if (r->row->each) {
		n = find_subjects(c, r, subjects, MOST_SUBJECTS + 1);
		if (n == 0)
			r->reason = failure_before(c, r);
		if (n > MOST_SUBJECTS)
			r->reason = arena_printf(c->arena, "only the first %d were asked", MOST_SUBJECTS);
		n = n > MOST_SUBJECTS ? MOST_SUBJECTS : n;
	}
	r->jobs = arena_array(c->arena, n, sizeof *r->jobs);
	r->njobs = n;
	c->total += (int)n - 1;
	for (size_t i = 0; i < n; i++) {
		r->jobs[i].row = r->row;
		r->jobs[i].subject = subjects[i];
		r->jobs[i].child.records = -1;
	}
}

static void
start_jobs(struct collection *c)
{
	for (size_t i = 0; i < c->nruns; i++) {
		struct run *r = c->runs + i;

		if (!r->expanded && each_before(c, r, has_ended))
			expand(c, r);
		for (size_t k = 0; k < r->njobs && c->running < MOST_RUNNING; k++)
			if (r->jobs[k].state == WAITING)
				start_job(c, r->jobs + k);
	}
}

static bool
all_ended(const struct collection *c)
{
	for (size_t i = 0; i < c->nruns; i++)
		if (!has_ended(c->runs + i))
			return false;
	return true;
}

/* When somebody wants no more of it, all deadlines are over. */
static void
heed_stop(struct collection *c)
{
	int64_t now = system_ms();

	if (!c->options.stop || !c->options.stop(c->options.context) || c->end <= now)
		return;
	c->end = now;
	for (size_t i = 0; i < c->nruns; i++)
		for (size_t k = 0; k < c->runs[i].njobs; k++)
			if (c->runs[i].jobs[k].deadline > now)
				c->runs[i].jobs[k].deadline = now;
}

/* Waits for the next thing to happen and deals with it. */
static void
wait_a_little(struct collection *c)
{
	struct child *children[MOST_RUNNING];
	struct job *jobs[MOST_RUNNING];
	bool ready[MOST_RUNNING] = { false };
	int64_t now = system_ms(), next = now + TICK_MS;
	size_t n = 0;

	for (size_t i = 0; i < c->nruns; i++)
		for (size_t k = 0; k < c->runs[i].njobs; k++) {
			struct job *j = c->runs[i].jobs + k;

			if (j->state != RUNNING)
				continue;
			if (j->deadline < next)
				next = j->deadline;
			if (!has_more(j)) {
				next = next < now + 5 ? next : now + 5;	/* nothing tells of its end */
				continue;
			}
			children[n] = &j->child;
			jobs[n++] = j;
		}
	child_wait(children, n, next > now ? (int)(next - now) : 0, ready);
	for (size_t i = 0; i < n; i++)
		if (ready[i])
			read_job(c, jobs[i]);
	for (size_t i = 0; i < c->nruns; i++)
		for (size_t k = 0; k < c->runs[i].njobs; k++)
			if (c->runs[i].jobs[k].state == RUNNING)
				check_job(c, c->runs[i].jobs + k);
	if (system_ms() - c->told >= TICK_MS)
		tell_progress(c);
}

/* The time is over: what waits will not start. */
static void
give_up_waiting(struct collection *c)
{
	for (size_t i = 0; i < c->nruns; i++) {
		struct run *r = c->runs + i;
		const char *reason = arena_printf(c->arena, "there was no time left for %s", r->row->does);

		if (!r->expanded) {
			r->expanded = true;
			r->reason = reason;
		}
		for (size_t k = 0; k < r->njobs; k++)
			if (r->jobs[k].state == WAITING)
				end_job(c, r->jobs + k, reason);
	}
}

/* -- What it comes to -- */

/* Each slot that a collector should have provided and did not gets the reason, unless it gave one itself. */
static void
explain_slot(struct factset *fs, const struct template *t, int slot, value key, const char *source, const char *reason)
{
	const struct factrec *f = t->single ? factset_single(fs, t) : factset_find(fs, t, key);

	if (slot < 0 ? factset_surveyed(fs, t) != NULL : f && f->values[slot] != UNKNOWN)
		return;
	if (!factset_why(fs, t, slot, key))
		factset_unknown(fs, t, slot, key, source, reason, fs->now);
}

static void
explain(struct collection *c, const struct collector *row, const char *subject, const char *failure)
{
	const char *source = arena_printf(c->arena, "collector %s", row->name);
	const char *silent = arena_printf(c->arena, "%s did not show it", row->does);

	for (const char *p = row->provides; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " "), dot = strcspn(p, ". ");
		const struct template *t = rulebase_template(c->fs->rb, arena_strndup(c->arena, p, dot));
		int slot = t && p[dot] == '.' ? template_slot(t, arena_strndup(c->arena, p + dot + 1, n - dot - 1)) : -1;
		value key = UNKNOWN;

		p += n;
		if (!t || (dot < n && slot < 0))
			continue;
		if (subject && t->key >= 0 && fact_value(c->fs, t->slots + t->key, subject, strlen(subject), &key))
			continue;
		if (failure && t->key >= 0 && key == UNKNOWN && !factset_surveyed(c->fs, t))
			slot = -1;	/* no fact of it can be told: one reason is enough */
		if (failure)
			explain_slot(c->fs, t, slot, key, source, failure);
		else if (t->single || key != UNKNOWN || slot < 0)
			explain_slot(c->fs, t, slot, key, source, silent);
	}
}

static void
merge_job(struct collection *c, struct job *j)
{
	const char *reason = j->reason;
	struct records rs;

	apply_job(c, c->fs, j, &rs);
	if (!reason && rs.too_many)
		reason = arena_printf(c->arena, "%s brought more than %d things", j->row->does, MOST_RECORDS);
	if (!reason && rs.bad)
		reason = arena_printf(c->arena, "%s brought something unreadable", j->row->does);
	explain(c, j->row, j->subject, reason);
	buf_free(&j->text);
}

static void
merge(struct collection *c)
{
	for (size_t i = 0; i < c->nruns; i++) {
		struct run *r = c->runs + i;

		for (size_t k = 0; k < r->njobs; k++)
			merge_job(c, r->jobs + k);
		if (r->reason)
			explain(c, r->row, NULL, r->reason);
	}
}

static void
add_rows(struct collection *c, const struct collector *rows, const char *only)
{
	size_t n = 0;
	struct run *more;

	while (rows[n].name)
		n++;
	more = arena_array(c->arena, c->nruns + n, sizeof *more);
	if (c->nruns)
		memcpy(more, c->runs, c->nruns * sizeof *more);
	c->runs = more;
	for (size_t i = 0; i < n; i++)
		if (!only || lists(only, rows[i].name))
			c->runs[c->nruns++].row = rows + i;
}

static int
longest_patience(const struct collection *c)
{
	int most = 0;

	for (size_t i = 0; c->options.ask_trust && i < c->nruns; i++)
		if (c->runs[i].row->patience_ms > most)
			most = c->runs[i].row->patience_ms;
	return most;
}

static void
collect(struct factset *fs, const struct collect_options *o, const struct collector *const *tables, size_t n, const char *only)
{
	struct collection c = { .fs = fs, .arena = arena_new(), .options = *o };

	for (size_t i = 0; i < n; i++)
		add_rows(&c, tables[i], only);
	if (!c.options.root)
		c.options.root = "";
	c.start = c.told = system_ms();
	c.end = c.start + (o->deadline_ms > 0 ? o->deadline_ms : DEADLINE_MS + longest_patience(&c));
	c.total = (int)c.nruns;
	if (c.options.root[0]) {
		fs->live = false;
		fs->root = arena_strndup(fs->arena, c.options.root, strlen(c.options.root));
	}
	for (;;) {
		heed_stop(&c);
		if (system_ms() < c.end)
			start_jobs(&c);
		else
			give_up_waiting(&c);
		if (all_ended(&c))
			break;
		wait_a_little(&c);
	}
	merge(&c);
	arena_free(c.arena);
}

void
collect_rows(struct factset *fs, const struct collect_options *o, const struct collector *rows, const char *only)
{
	collect(fs, o, &rows, 1, only);
}

void
collect_run(struct factset *fs, const struct collect_options *o, const char *only)
{
	static const struct collector *const tables[] = { device_collectors, host_collectors };

	collect(fs, o, tables, 2, only);
}

const char collect_subject[] = "device";

/*
 * Every collector that some build has, so that a pack means the same everywhere: Linux and the device, then what only Windows and
 * macOS have.
 */
const char *const *
collect_names(void)
{
	static const char *const names[] = {
		"os-release", "usb", "mux-socket", "mux-install", "lockdown-folder", "processes", "environment", "crypto-policy", "clock",
		"journal", "mux", "device",
		"services", "drivers", "programs", "policy", NULL,
	};

	return names;
}
