/* SPDX-License-Identifier: MIT */
/*
 * diagnose batch [PACK [FILE]]: records in, one a line; plans out, one a line, in the same order.
 *
 * The main thread reads lines into a ring. Workers take them in order, and whoever finishes the record that is to be written
 * next writes it and all that follow and are finished. The ring has a few places for each worker: a reader that is faster waits.
 * Nothing that workers share changes but the ring; the rule base is only read.
 */
#include "cmd.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/system.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	JOBS_MAX = 256, PLACES = 4,		/* of the ring, for each worker */
	LONGEST_LINE = (16 << 20) + 1,	/* what is longer is cut here, and refused by the reader of JSON */
	PART = 1 << 16
};

struct record {
	struct buf text;		/* the line; kept for the next record */
	size_t line;
	char *out;			/* what is to be written */
	size_t out_len;
	bool done;
};

/* What records cost: seconds of a clock for each part and for all, and of processors. */
struct tally {
	struct dx_spent parts;
	double whole, busy;
};

struct batch {
	const struct dx_rules *rules;
	const struct settings *s;
	pthread_mutex_t lock;		/* of everything below */
	pthread_cond_t free, work;	/* a place became free; a record came, or the end */
	struct record *ring;
	size_t size, read, taken, written;	/* records so far: written <= taken <= read <= written + size */
	bool ended, writing;
	size_t bad;
	struct tally tally;
};

/* ---- lines ---- */

struct lines {
	int fd;
	char *part;
	size_t at, n, line;
	int failed;		/* errno of a read that failed; 0: none */
};

/* More of the input, as it comes. False at its end. */
static bool
more(struct lines *in)
{
	ssize_t n;

	do
		n = read(in->fd, in->part, PART);
	while (n < 0 && errno == EINTR);
	in->failed = n < 0 ? errno : 0;
	in->at = 0;
	in->n = n > 0 ? (size_t)n : 0;
	return n > 0;
}

static bool
is_blank(const struct buf *b)
{
	size_t i = 0;

	while (i < b->len && strchr(" \t\r", b->text[i]) && b->text[i])
		i++;
	return i == b->len;
}

/* The next line that is not empty. False at the end. */
static bool
next_line(struct lines *in, struct buf *line)
{
	bool any = false;

	buf_clear(line);
	while (in->at < in->n || more(in)) {
		char *from = in->part + in->at, *end = memchr(from, '\n', in->n - in->at);
		size_t n = end ? (size_t)(end - from) : in->n - in->at;
		size_t room = (size_t)LONGEST_LINE - line->len;

		buf_add(line, from, n < room ? n : room);
		in->at += n + (end != NULL);
		in->line += !any;
		any = end == NULL;
		if (end && !is_blank(line))
			return true;
		if (end)
			buf_clear(line);
	}
	return !in->failed && any && !is_blank(line);
}

/* ---- work ---- */

static bool
answer(const struct batch *b, struct dx_session *session, const struct record *r, FILE *out)
{
	if (!dx_record(session, "record", buf_text(&r->text), r->text.len))
		return false;
	if (b->s->infer)
		return dx_infer(session, &(struct dx_infer){ .one_line = true }, out);
	if (dx_run(session) == DX_BAD_RULES)
		return false;
	dx_report(session, DX_JSON, &(struct dx_report){ .open = b->s->open, .one_line = true }, out);
	return true;
}

static double
clock_seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
add_tally(struct tally *to, const struct tally *t)
{
	to->parts.json += t->parts.json;
	to->parts.match += t->parts.match;
	to->parts.belief += t->parts.belief;
	to->parts.plan += t->parts.plan;
	to->parts.report += t->parts.report;
	to->whole += t->whole;
	to->busy += t->busy;
}

/* One line for the record: its answer, or what is wrong with it. */
static bool
judge(const struct batch *b, struct record *r, struct tally *tally)
{
	double start = clock_seconds(CLOCK_MONOTONIC);
	struct dx_session *session = dx_open(b->rules);
	FILE *out = system_memory_open(&r->out, &r->out_len);
	struct tally mine = {0};
	bool good;

	if (!out)
		machine_failed("out of memory");
	good = answer(b, session, r, out);
	if (!good) {
		rewind(out);
		dx_session_print_json(session, r->line, out);
	}
	if (!system_memory_close(out, &r->out, &r->out_len))
		machine_failed("out of memory");
	mine.parts = dx_spent(session);
	dx_close(session);
	mine.whole = clock_seconds(CLOCK_MONOTONIC) - start;
	add_tally(tally, &mine);
	return good;
}

/* Writes the next record if it is finished. The lock is held, and given back while it is written. */
static bool
write_next(struct batch *b)
{
	struct record *r = &b->ring[b->written % b->size];

	if (b->written == b->taken || !r->done)
		return false;
	pthread_mutex_unlock(&b->lock);
	if (fwrite(r->out, 1, r->out_len, stdout) != r->out_len)
		_exit(output_failed());	/* nobody waits for the input's end then */
	free(r->out);
	pthread_mutex_lock(&b->lock);
	r->done = false;
	b->written++;
	pthread_cond_signal(&b->free);
	return true;
}

/* Writes what is finished and next in order, unless another worker does; the reader at the other end sees it at once. */
static void
write_finished(struct batch *b)
{
	if (b->writing)
		return;
	b->writing = true;
	while (write_next(b)) {
		while (write_next(b))
			;
		pthread_mutex_unlock(&b->lock);
		if (fflush(stdout) != 0)
			_exit(output_failed());
		pthread_mutex_lock(&b->lock);
	}
	b->writing = false;
}

/* The next record; NULL when there is none any more. The lock is held. */
static struct record *
take(struct batch *b)
{
	while (b->taken == b->read && !b->ended)
		pthread_cond_wait(&b->work, &b->lock);
	return b->taken < b->read ? &b->ring[b->taken++ % b->size] : NULL;
}

static void *
work(void *context)
{
	struct batch *b = context;
	struct tally tally = {0};
	struct record *r;

	pthread_mutex_lock(&b->lock);
	while ((r = take(b))) {
		bool good;

		pthread_mutex_unlock(&b->lock);
		good = judge(b, r, &tally);
		pthread_mutex_lock(&b->lock);
		b->bad += !good;
		r->done = true;
		write_finished(b);
	}
	tally.busy = clock_seconds(CLOCK_THREAD_CPUTIME_ID);
	add_tally(&b->tally, &tally);
	pthread_mutex_unlock(&b->lock);
	return NULL;
}

/* ---- the main thread ---- */

/* Fills the ring until the input ends. */
static void
feed(struct batch *b, struct lines *in)
{
	pthread_mutex_lock(&b->lock);
	for (;;) {
		struct record *r = &b->ring[b->read % b->size];
		bool there;

		while (b->read == b->written + b->size)
			pthread_cond_wait(&b->free, &b->lock);
		pthread_mutex_unlock(&b->lock);
		there = next_line(in, &r->text);
		pthread_mutex_lock(&b->lock);
		if (!there)
			break;
		r->line = in->line;
		b->read++;
		pthread_cond_signal(&b->work);
	}
	b->ended = true;
	pthread_cond_broadcast(&b->work);
	pthread_mutex_unlock(&b->lock);
}

static void
run_threads(struct batch *b, struct lines *in, size_t jobs)
{
	pthread_t *threads = machine_alloc(jobs * sizeof *threads);

	for (size_t i = 0; i < jobs; i++)
		if (pthread_create(&threads[i], NULL, work, b) != 0)
			machine_failed("no more threads");
	feed(b, in);
	for (size_t i = 0; i < jobs; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}

static void
print_stats(const struct batch *b, double took, size_t jobs)
{
	const struct dx_spent *t = &b->tally.parts;
	double whole = b->tally.whole, busy = b->tally.busy;
	const struct {
		const char *name;
		double seconds;
	} parts[] = {
		{ "JSON", t->json }, { "matching", t->match }, { "belief", t->belief }, { "planning", t->plan },
		{ "report", t->report }, { "rest", whole - t->json - t->match - t->belief - t->plan - t->report },
	};

	fprintf(stderr, "records      %zu, %zu with errors\nthreads      %zu\ntime         %.3f s, of processors %.3f s\n",
		b->written, b->bad, jobs, took, busy);
	fprintf(stderr, "records/s    %.0f, for each core that worked %.0f\nshare       ",
		took > 0 ? (double)b->written / took : 0, busy > 0 ? (double)b->written / busy : 0);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		fprintf(stderr, "%s %s %.1f %%", i ? "," : "", parts[i].name, whole > 0 ? 100 * parts[i].seconds / whole : 0);
	fprintf(stderr, "\n");
}

static int
run_batch(const struct dx_rules *rules, const struct settings *s, int fd, size_t jobs)
{
	struct lines in = { .fd = fd, .part = machine_alloc(PART) };
	struct batch b = {
		.rules = rules, .s = s, .lock = PTHREAD_MUTEX_INITIALIZER, .free = PTHREAD_COND_INITIALIZER,
		.work = PTHREAD_COND_INITIALIZER, .size = jobs * PLACES,
	};
	double start = clock_seconds(CLOCK_MONOTONIC);

	b.ring = machine_alloc(b.size * sizeof *b.ring);
	memset(b.ring, 0, b.size * sizeof *b.ring);
	run_threads(&b, &in, jobs);
	if (in.failed)
		fprintf(stderr, "diagnose: the records could not be read: %s\n", strerror(in.failed));
	if (s->stats)
		print_stats(&b, clock_seconds(CLOCK_MONOTONIC) - start, jobs);
	for (size_t i = 0; i < b.size; i++)
		buf_free(&b.ring[i].text);
	free(b.ring);
	free(in.part);
	return in.failed ? EXIT_MACHINE : finish(b.bad ? EXIT_USAGE : EXIT_OK);
}

/* ---- arguments ---- */

/* One thread for each processor unless told. 0 after a complaint. */
static size_t
jobs_of(const struct settings *s)
{
	long n = system_processors();
	char *end = NULL;

	if (!s->jobs)
		return n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : (size_t)n;
	n = strtol(s->jobs, &end, 10);
	if (*s->jobs && !*end && n >= 1 && n <= JOBS_MAX)
		return (size_t)n;
	fprintf(stderr, "diagnose: --jobs takes a number from 1 to %d\n", (int)JOBS_MAX);
	return 0;
}

/* The file of records; -1 after a complaint. */
static int
open_records(const char *path)
{
	int fd = !path || strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		cannot("open", path, strerror(errno));
	return fd;
}

static int
load_and_run(struct settings *s, size_t jobs)
{
	struct dx_rules *rules;
	int status = EXIT_USAGE, fd;

	if (s->nwords > 0)
		s->rules[s->nrules++] = s->words[0];
	rules = load_rules(s, false);
	fd = rules ? open_records(s->nwords > 1 ? s->words[1] : NULL) : -1;
	if (fd >= 0)
		status = run_batch(rules, s, fd, jobs);
	if (fd > STDIN_FILENO)
		close(fd);
	dx_unload(rules);
	return status;
}

int
cmd_batch(const struct command *self, int argc, char **argv)
{
	struct settings s;
	int status;
	size_t jobs;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	status = EXIT_USAGE;
	jobs = jobs_of(&s);
	if (s.nwords > 2)
		fprintf(stderr, "diagnose: 'batch' takes a pack and a file of records: diagnose batch PACK FILE\n");
	else if (jobs)
		status = load_and_run(&s, jobs);
	settings_free(&s);
	return status;
}
