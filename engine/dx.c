/* SPDX-License-Identifier: MIT */
#include "dx.h"

#include "base/digest.h"
#include "base/system.h"
#include "base/text.h"
#include "dx_private.h"
#include "facts/collect.h"
#include "facts/factfile.h"
#include "facts/inputs.h"
#include "facts/pick.h"
#include "lang/codes.h"
#include "lang/lint.h"
#include "lang/load.h"
#include "report/diff.h"
#include "report/findings.h"
#include "report/report.h"
#include "report/ticket.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

const char *
dx_version(void)
{
	return DX_VERSION;
}

const char *
dx_device_support(void)
{
	return device_support;
}

double
dx_clock(void)
{
	return (double)system_ns() / 1e9;
}

/* -- Rules -- */

struct paths {
	struct arena *arena;
	const char **items;
	size_t n, cap;
};

static void
add_path(struct paths *p, const char *path)
{
	p->items = arena_grow(p->arena, p->items, p->n, &p->cap, sizeof *p->items);
	p->items[p->n++] = path;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static bool
ends_in_yaml(const char *name)
{
	size_t n = strlen(name);

	return (n > 5 && strcmp(name + n - 5, ".yaml") == 0) || (n > 4 && strcmp(name + n - 4, ".yml") == 0);
}

/* A folder without rule files but with folders stands for these, in name order; anything else is a pack. */
static void
expand(struct paths *p, const char *path)
{
	struct dirent **entries;
	int n = is_folder(path) ? scandir(path, &entries, visible, alphasort) : -1;
	size_t before = p->n;
	bool pack = false;

	for (int i = 0; i < n; i++) {
		const char *inner = arena_printf(p->arena, "%s/%s", path, entries[i]->d_name);

		pack |= ends_in_yaml(entries[i]->d_name);
		if (is_folder(inner))
			add_path(p, inner);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	if (pack || p->n == before) {
		p->n = before;
		add_path(p, path);
	}
}

static struct dx_rules *
load(const char *const *paths, size_t n, struct rulebase *(*from)(const char *const *paths, size_t n, struct diags *d))
{
	struct dx_rules *rules = machine_alloc(sizeof *rules);
	struct paths all = { .arena = arena_new() };
	double start = dx_clock();

	for (size_t i = 0; i < n; i++)
		expand(&all, paths[i]);
	rules->diags = diags_new();
	rules->base = from(all.items, all.n, rules->diags);
	arena_free(all.arena);
	rules->took = dx_clock() - start;
	return rules;
}

struct dx_rules *
dx_load(const char *const *paths, size_t n)
{
	return load(paths, n, rulebase_load);
}

struct dx_rules *
dx_load_rules(const char *const *paths, size_t n)
{
	return load(paths, n, rulebase_load_rules);
}

void
dx_unload(struct dx_rules *rules)
{
	if (!rules)
		return;
	rulebase_free(rules->base);
	diags_free(rules->diags);
	free(rules);
}

void
dx_lint(struct dx_rules *rules)
{
	rulebase_lint(rules->base, rules->diags, collect_names());
}

size_t
dx_rules_errors(const struct dx_rules *rules)
{
	return diags_errors(rules->diags);
}

size_t
dx_rules_warnings(const struct dx_rules *rules)
{
	return diags_warnings(rules->diags);
}

void
dx_rules_write(struct dx_rules *rules, enum dx_findings format, FILE *out)
{
	static void (*const write[])(const struct diags *d, FILE *out) = {
		[DX_FINDINGS_TEXT] = diags_print, [DX_FINDINGS_JSON] = findings_json,
		[DX_FINDINGS_SARIF] = findings_sarif, [DX_FINDINGS_GITHUB] = findings_github,
	};

	diags_sort(rules->diags);
	write[format](rules->diags, out);
}

void
dx_rules_print(struct dx_rules *rules, FILE *out)
{
	dx_rules_write(rules, DX_FINDINGS_TEXT, out);
}

void
dx_rules_summary(const struct dx_rules *rules, FILE *out)
{
	const struct rulebase *b = rules->base;
	const struct {
		size_t n;
		const char *name;
	} counts[] = {
		{ b->ntemplates, "templates" }, { b->nrules, "rules" }, { b->npatterns, "patterns" },
		{ b->nrequirements, "requirements" }, { b->nissues, "issues" }, { b->nsteps, "steps" },
		{ b->nchecks, "checks" }, { b->nfacts, "stated facts" }, { b->ncases, "cases" },
	};
	struct buf line = {0};

	for (size_t i = 0; i < b->npacks; i++) {
		buf_puts(&line, i ? ", " : "");
		buf_printf(&line, "%s %s", b->packs[i]->id, b->packs[i]->version);
	}
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (counts[i].n)
			buf_printf(&line, "%s%zu %s", i ? ", " : ": ", counts[i].n, counts[i].name);
	fprintf(out, "%s\n", buf_text(&line));
	buf_free(&line);
}

/* -- Facts -- */

struct dx_session *
dx_open(const struct dx_rules *rules)
{
	struct dx_session *s = machine_alloc(sizeof *s);

	*s = (struct dx_session){
		.base = rules->base,
		.sources = rules->diags,
		.diags = diags_new(),
		.facts = factset_new(rules->base, (int64_t)time(NULL)),
		.arena = arena_new(),
		.loading = rules->took,
	};
	return s;
}

void
dx_close(struct dx_session *s)
{
	if (!s)
		return;
	session_free(s->session);
	factset_free(s->facts);
	arena_free(s->arena);
	diags_free(s->diags);
	free(s);
}

void
dx_collect(struct dx_session *s, const struct dx_collect *options)
{
	struct dx_collect o = options ? *options : (struct dx_collect){0};
	struct collect_options inner = {
		.root = o.root ? o.root : "",
		.device = o.device,
		.ask_trust = o.ask_trust,
		.deadline_ms = o.deadline_ms,
		.progress = o.progress,
		.context = o.context,
		.stop = o.stop,
	};

	collect_run(s->facts, &inner, o.only);
}

const char *const *
dx_collectors(void)
{
	return collect_names();
}

bool
dx_facts(struct dx_session *s, const char *name, const char *text, size_t len)
{
	size_t before = diags_errors(s->diags);
	double start = dx_clock();

	factfile_read(s->facts, s->diags, name, text, len);
	s->spent.json += dx_clock() - start;
	return diags_errors(s->diags) == before;
}

bool
dx_record(struct dx_session *s, const char *name, const char *text, size_t len)
{
	size_t before = diags_errors(s->diags);
	double start = dx_clock();

	factfile_read_record(s->facts, s->diags, name, text, len);
	s->spent.json += dx_clock() - start;
	return diags_errors(s->diags) == before;
}

bool
dx_answer(struct dx_session *s, const char *spec)
{
	return input_answer(s->facts, s->diags, spec);
}

bool
dx_error(struct dx_session *s, const char *code)
{
	return input_error(s->facts, s->diags, code);
}

bool
dx_message(struct dx_session *s, const char *text)
{
	return input_message(s->facts, s->diags, text);
}

bool
dx_log(struct dx_session *s, const char *path)
{
	return input_log(s->facts, s->diags, path);
}

/* Names of all steps, for a suggestion. */
static void
suggest_step(struct dx_session *s, struct diag *g, const char *wrong)
{
	const char **names = arena_array(s->arena, s->base->nsteps, sizeof *names);

	for (size_t i = 0; i < s->base->nsteps; i++)
		names[i] = s->base->steps[i]->entry.id;
	diag_suggest(s->diags, g, wrong, names, s->base->nsteps);
}

/* A step by its id; NULL with a diagnostic. */
static const struct step *
find_step(struct dx_session *s, const char *option, const char *id)
{
	const struct step *found = rulebase_step(s->base, id);
	uint32_t file;

	if (found)
		return found;
	file = diags_source(s->diags, option, id, strlen(id));
	suggest_step(s, diag_add(s->diags, SEV_ERROR, "D304", (struct place){ file, 1, 1, 0, 0 }, "no step is called '%s'", id), id);
	return NULL;
}

bool
dx_tried(struct dx_session *s, const char *step)
{
	const struct step *found = find_step(s, "--tried", step);

	if (!found)
		return false;
	s->tried = arena_grow(s->arena, s->tried, s->ntried, &s->tried_cap, sizeof *s->tried);
	s->tried[s->ntried++] = found;
	return true;
}

bool
dx_leave_out(struct dx_session *s, const char *step)
{
	const struct step *found = find_step(s, "left out", step);

	if (!found)
		return false;
	s->left_out = arena_grow(s->arena, s->left_out, s->nleft_out, &s->left_out_cap, sizeof *s->left_out);
	s->left_out[s->nleft_out++] = found;
	return true;
}

bool
dx_profile(struct dx_session *s, const char *profile)
{
	const struct profile_of_cost *found = rulebase_profile(s->base, profile);
	const char **names = arena_array(s->arena, s->base->nprofiles + 1, sizeof *names);
	struct diag *g;

	if (found) {
		s->profile = found;
		return true;
	}
	for (size_t i = 0; i < s->base->nprofiles; i++)
		names[i] = s->base->profiles[i]->entry.id;
	g = diag_add(s->diags, SEV_ERROR, "D309", (struct place){ diags_source(s->diags, "--profile", profile, strlen(profile)), 1, 1, 0, 0 },
			s->base->nprofiles ? "no profile is called '%s'" : "the rules have no profiles; '%s' is none", profile);
	if (s->base->nprofiles)
		diag_suggest(s->diags, g, profile, names, s->base->nprofiles);
	return false;
}

bool
dx_pick(struct dx_session *s, const char *device)
{
	const struct template *t = rulebase_template(s->base, collect_subject);
	struct buf labels = {0};
	bool fine = !t || t->key < 0 || pick_fact(s->facts, t, device, &labels);

	s->device = arena_strdup(s->arena, device);
	if (!fine) {
		uint32_t file = diags_source(s->diags, "--device", device, strlen(device));

		diag_hint(s->diags, diag_add(s->diags, SEV_ERROR, "D307", (struct place){ file, 1, 1, 0, 0 },
				"no device '%.*s'", CLIP(strlen(device)), device), "there are: %s", buf_text(&labels));
	}
	buf_free(&labels);
	return fine;
}

bool
dx_write_facts(const struct dx_session *s, FILE *out, bool redact)
{
	return factfile_write(s->facts, out, redact);
}

size_t
dx_session_errors(const struct dx_session *s)
{
	return diags_errors(s->diags);
}

void
dx_session_print(struct dx_session *s, FILE *out)
{
	diags_sort(s->diags);
	diags_print(s->diags, out);
}

void
dx_session_print_json(struct dx_session *s, size_t line, FILE *out)
{
	enum { MOST_ERRORS = 100 };
	json_t *errors = json_array(), *o;
	size_t all = diags_errors(s->diags), n;

	diags_sort(s->diags);
	for (size_t i = 0; i < diags_count(s->diags) && json_array_size(errors) < MOST_ERRORS; i++)
		if (diags_at(s->diags, i)->severity == SEV_ERROR)
			json_array_append_new(errors, finding_object(s->diags, diags_at(s->diags, i)));
	n = json_array_size(errors);
	o = json_pack("{s:s, s:I, s:o}", "schema", "diagnose-error/1", "line", (json_int_t)line, "errors", errors);
	if (n < all)
		json_object_set_new(o, "more", json_integer((json_int_t)(all - n)));
	json_dumpf(o, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(o);
}

/* -- Diagnosis -- */

/* A place in a rule file, as one of the session's own sources: for the excerpt. */
static struct place
place_in_rules(struct dx_session *s, struct place at)
{
	struct buf text = {0};

	diags_source_copy(s->sources, at.file, &text);
	at.file = diags_source(s->diags, diags_source_name(s->sources, at.file), buf_text(&text), text.len);
	buf_free(&text);
	return at;
}

bool
dx_infer_facts(struct dx_session *s)
{
	double start = dx_clock();
	enum run_end end;

	if (!s->session)
		s->session = session_new(s->base, s->facts);
	end = session_run(s->session);
	s->spent.match += dx_clock() - start;
	if (end == RUN_QUIET)
		return true;
	diag_add(s->diags, SEV_ERROR, "D305", place_in_rules(s, session_limit_place(s->session, end)), "%s",
			session_limit_message(s->session, end));
	return false;
}

enum dx_status
dx_run(struct dx_session *s)
{
	struct plan_options o = {
		.tried = s->tried, .ntried = s->ntried, .skipped = s->left_out, .nskipped = s->nleft_out, .profile = s->profile,
	};
	double start, believed;

	if (!dx_infer_facts(s))
		return DX_BAD_RULES;
	start = dx_clock();
	s->belief = belief_compute(s->session, s->arena, s->tried, s->ntried);
	believed = dx_clock();
	s->plan = plan_make(s->session, s->belief, s->arena, &o);
	s->spent.belief += believed - start;
	s->spent.plan += dx_clock() - believed;
	return s->plan->healthy ? DX_OK : s->plan->complete || s->plan->nsteps ? DX_PROBLEM : DX_INCOMPLETE;
}

const char *const *
dx_formats(void)
{
	static const char *const formats[] = { "text", "json", "html", "ticket:github", "ticket:jira", "ticket:servicenow", "ticket:zendesk", "cloudevent", NULL };

	return formats;
}

static enum ticket_system
system_of(enum dx_format format)
{
	return ticket_named(dx_formats()[format]);
}

bool
dx_fields_fit(enum dx_format format, const char *const *fields, size_t n, FILE *errors)
{
	if (system_of(format) != TICKET_SYSTEMS)
		return ticket_fields_fit(system_of(format), &(struct ticket_fields){ fields, n }, errors);
	if (n)
		fprintf(errors, "diagnose: --field has no effect: the format %s takes none\n", dx_formats()[format]);
	return n == 0;
}

static void
write_ticket(const json_t *document, enum dx_format format, const struct dx_report *o, FILE *out)
{
	json_t *request = ticket_document(system_of(format), document, &(struct ticket_fields){ o->fields, o->nfields });

	report_json(request, o->one_line, out);
	json_decref(request);
}

void
dx_report(struct dx_session *s, enum dx_format format, const struct dx_report *options, FILE *out)
{
	struct dx_report o = options ? *options : (struct dx_report){0};
	int64_t now = (int64_t)time(NULL);
	double start, made;
	json_t *document;

	if (!s->plan && dx_run(s) == DX_BAD_RULES)
		return;
	if (!*s->run_id)
		digest_uuid(s->run_id);
	start = dx_clock();
	document = report_document(&(struct report_input){
		.session = s->session, .sources = s->sources, .belief = s->belief, .plan = s->plan,
		.run_id = o.run_id ? o.run_id : s->run_id,
		.started = o.started ? o.started : now, .finished = o.finished ? o.finished : now,
		.redact = !o.open, .verbose = o.verbose, .device = s->device,
		.tried = s->tried, .ntried = s->ntried,
	});

	made = dx_clock();
	s->spent.report += made - start;
	if (format == DX_JSON)
		report_json(document, o.one_line, out);
	else if (format == DX_HTML)
		report_html(document, out);
	else if (format >= DX_TICKET_GITHUB)
		write_ticket(document, format, &o, out);
	else
		report_text(document, &(struct text_options){ o.width, o.color, !o.ascii, o.verbose }, out);
	json_decref(document);
	s->spent.json += dx_clock() - made;
}

enum dx_status
dx_diff(const struct dx_text *before, const struct dx_text *after, enum dx_format format, const struct dx_report *options, FILE *out, FILE *errors)
{
	struct dx_report o = options ? *options : (struct dx_report){0};
	json_t *a = plan_read(before->name, before->text, before->len, errors), *b = plan_read(after->name, after->text, after->len, errors);
	enum dx_status status = DX_BAD_RULES;

	if (a && b) {
		json_t *diff = diff_document(a, b);

		if (format == DX_JSON)
			report_json(diff, o.one_line, out);
		else
			diff_text(diff, &(struct text_options){ o.width, o.color, !o.ascii, o.verbose }, out);
		status = (enum dx_status)diff_exit(diff);
		json_decref(diff);
	}
	json_decref(a);
	json_decref(b);
	return status;
}

struct dx_spent
dx_spent(const struct dx_session *s)
{
	return (struct dx_spent){ s->spent.json, s->spent.match, s->spent.belief, s->spent.plan, s->spent.report };
}
