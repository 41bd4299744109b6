/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "facts/factfile.h"
#include "lang/load.h"
#include "match/session.h"
#include "plan/belief.h"
#include "plan/plan.h"
#include "report/explain.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

const struct rulebase *
shipped_rules(void)
{
	static struct rulebase *rules;
	static const char *const path = "rules/apple-trust";
	struct diags *d;

	if (rules)
		return rules;
	d = diags_new();
	rules = rulebase_load(&path, 1, d);
	diags_print(d, stderr);
	holds(diags_errors(d) == 0, "the shipped rules have no errors");
	diags_free(d);
	return rules;
}

FILE *
nowhere(void)
{
	static FILE *null;

	if (!null)
		null = fopen("/dev/null", "w");
	holds(null, "/dev/null can be opened");
	return null;
}

void
holds(bool is, const char *what)
{
	if (is)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

uint64_t
seed_of(const uint8_t *data, size_t size)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < size; i++)
		h = (h ^ data[i]) * 1099511628211u;
	return h | 1;
}

/* xorshift64* (Vigna 2016). */
uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 2685821657736338717u >> 32;
}

static const char *const written[TYPE_COUNT][5] = {
	[TYPE_SYMBOL] = { "a", "b", "none", "other", "x-1" },
	[TYPE_TEXT] = { "", "a", "Ann's \"phone\"", "\xf0\x9f\x98\x80", "00008030-0011223344556677" },
	[TYPE_INTEGER] = { "0", "1", "-1", "9223372036854775807", "-9223372036854775806" },
	[TYPE_NUMBER] = { "0", "0.5", "-1e308", "1e308", "3" },
	[TYPE_YES_NO] = { "yes", "no", "yes", "no", "no" },
	[TYPE_VERSION] = { "0", "17.5.1", "99999999999999999999.1", "1", "3.10" },
	[TYPE_CODE] = { "0xE8000065", "0", "-1", "4294967295", "0x1" },
	[TYPE_TIME] = { "1970-01-01T00:00:00Z", "2026-01-31T12:00:00Z", "9999-12-31T23:59:59Z", "2038-01-19T03:14:08Z", "2026-01-31T11:59:59Z" },
	[TYPE_DURATION] = { "0s", "1ms", "30d", "100000000d", "-5s" },
	[TYPE_BYTES] = { "0", "1", "20 GB", "8000 TB", "-1" },
};

void
random_values(const struct template *t, struct symtab *syms, uint64_t *seed, value *values)
{
	for (int i = 0; i < t->nslots; i++) {
		const struct slot *s = t->slots + i;
		uint64_t pick = next_random(seed);
		const char *text = written[s->type][pick % 5];
		size_t n = 0;

		while (s->of && s->of[n])
			n++;
		if (n)
			text = s->of[pick % n];
		values[i] = UNKNOWN;
		if (next_random(seed) % 4)
			value_parse(s->type, text, strlen(text), syms, values + i);
	}
}

static void
change_facts(struct session *s, uint64_t seed)
{
	const struct rulebase *rb = session_rules(s);
	value *values;

	for (size_t i = 0; i < rb->ntemplates && i < 30; i++) {
		const struct template *t = rb->templates[i];
		struct fact *f = session_first(s, t);
		int slot = t->nslots ? (int)(next_random(&seed) % (uint64_t)t->nslots) : 0;

		values = machine_alloc(((size_t)t->nslots + 1) * sizeof *values);
		random_values(t, session_syms(s), &seed, values);
		if (f && next_random(&seed) % 3 == 0)
			session_retract(s, f);
		else if (f && t->nslots && next_random(&seed) % 3 == 0)
			session_set(s, f, slot, values[slot], "answer", FUZZ_NOW);
		else
			session_assert(s, t, values, "answer", FUZZ_NOW);
		if (next_random(&seed) % 4 == 0)
			session_survey(s, t, next_random(&seed) % 2);
		free(values);
	}
	session_run(s);
}

static void
report_all(struct session *s, struct arena *a)
{
	struct belief *b = belief_compute(s, a, NULL, 0);
	struct plan *p = plan_make(s, b, a, &(struct plan_options){ .tried = NULL });
	ppm sum = b->other;

	for (size_t i = 0; i < b->ncauses; i++) {
		holds(b->causes[i].p >= 0, "no probability is negative");
		sum += b->causes[i].p;
	}
	holds(sum == PPM_ONE || b->ncauses == 0, "probabilities sum to one");
	for (int open = 0; open < 2; open++) {
		json_t *document = report_document(&(struct report_input){
			.session = s, .belief = b, .plan = p, .started = FUZZ_NOW, .finished = FUZZ_NOW, .redact = !open, .verbose = open,
		});

		report_json(document, !open, nowhere());
		report_text(document, &(struct text_options){ open ? 40 : 0, open, !open, open }, nowhere());
		json_decref(document);
	}
}

void
explain_to_nowhere(struct session *s, const char *what)
{
	json_t *document = explain_document(&(struct explain_input){ .session = s, .redact = true, .what = what });

	if (!document)
		return;
	report_json(document, true, nowhere());
	explain_text(document, &(struct text_options){ 0 }, nowhere());
	json_decref(document);
}

/* Some names of each kind. */
static void
explain_some(struct session *s, struct arena *a)
{
	size_t n;
	const char **names = explain_names(session_rules(s), a, &n);

	for (size_t i = 0; i < n; i += 1 + n / 8)
		explain_to_nowhere(s, names[i]);
}

void
diagnose_some(const struct rulebase *rb, const struct factset *fs, uint64_t seed)
{
	if (seed % 16 == 0)
		diagnose_all(rb, fs, 0);
	factfile_write(fs, nowhere(), true);
}

void
diagnose_all(const struct rulebase *rb, const struct factset *fs, uint64_t seed)
{
	struct session *s = session_new(rb, fs);
	struct arena *a = arena_new();
	enum run_end end = session_run(s);

	if (end != RUN_QUIET)
		holds(session_limit_message(s, end)[0], "a limit says what it is");
	if (seed)
		change_facts(s, seed);
	report_all(s, a);
	if (seed)
		explain_some(s, a);
	arena_free(a);
	session_free(s);
	factfile_write(fs, nowhere(), true);
	factfile_write(fs, nowhere(), false);
}
