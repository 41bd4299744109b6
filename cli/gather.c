/* SPDX-License-Identifier: MIT */
/*
 * What several commands do first: find the rules, collect, read what was given.
 */
#include "cmd.h"

#include "base/arena.h"
#include "base/system.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_INPUT = 64 << 20, QUIET_MS = 500 };

int
output_failed(void)
{
	fprintf(stderr, "diagnose: the output could not be written: %s\n", strerror(errno));
	return EXIT_MACHINE;
}

int
finish(int status)
{
	return fflush(stdout) == 0 && !ferror(stdout) ? status : output_failed();
}

bool
close_written(FILE *out, bool fine)
{
	int why;

	fine = fine && fflush(out) == 0 && !ferror(out);
	why = errno;
	if (fclose(out) != 0 && fine)
		return false;
	errno = why;
	return fine;
}

void
cannot(const char *what, const char *path, const char *why)
{
	struct buf clean = {0};

	text_clean(&clean, path, strlen(path), 400);
	fprintf(stderr, "diagnose: cannot %s %s: %s\n", what, buf_text(&clean), why);
	buf_free(&clean);
}

char *
read_input(const char *path, size_t *len)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	struct buf text = {0};
	char part[65536];
	size_t n;
	bool failed;

	if (!f) {
		cannot("open", path, strerror(errno));
		return NULL;
	}
	while (text.len <= LARGEST_INPUT && (n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&text, part, n);
	failed = ferror(f) != 0;
	if (failed || text.len > LARGEST_INPUT)
		cannot("read", path, failed ? strerror(errno) : "larger than 64 MiB");
	if (f != stdin)
		fclose(f);
	if (failed || text.len > LARGEST_INPUT) {
		buf_free(&text);
		return NULL;
	}
	buf_add(&text, "", 0);
	*len = text.len;
	return text.text;
}

/* The shipped rules: of $DIAGNOSE_RULES, beside the program (in a build tree or where it is installed), or of the prefix it was built for. */
const char *
shipped_rules(char *path, size_t size)
{
	static const char *const beside[] = { "../share/diagnose/rules", "../rules", "../../rules", "rules" };
	const char *given = getenv("DIAGNOSE_RULES");
	const char *found = DX_RULES_DIR;
	char self[4096];
	size_t folder;

	if (given && *given)
		return given;
	for (folder = system_program(self, sizeof self) ? strlen(self) : 0; folder && self[folder] != '/'; folder--)
		;
	for (size_t i = 0; folder && found != path && i < sizeof beside / sizeof *beside; i++)
		if (snprintf(path, size, "%.*s/%s", (int)folder, self, beside[i]) < (int)size && access(path, R_OK | X_OK) == 0)
			found = path;
	return found;
}

struct dx_rules *
load_any(const struct settings *s, bool cases)
{
	struct dx_rules *(*load)(const char *const *paths, size_t n) = cases ? dx_load : dx_load_rules;
	char path[SHIPPED_MAX];
	const char *shipped = shipped_rules(path, sizeof path);
	const char **paths = machine_alloc((s->nrules + 1) * sizeof *paths);
	struct dx_rules *rules;

	paths[0] = shipped;
	for (size_t i = 0; i < s->nrules; i++)
		paths[i] = strcmp(s->rules[i], "shipped") == 0 ? shipped : s->rules[i];
	rules = load(paths, s->nrules ? s->nrules : 1);
	free(paths);
	return rules;
}

struct dx_rules *
load_rules(const struct settings *s, bool cases)
{
	struct dx_rules *rules = load_any(s, cases);

	if (dx_rules_errors(rules) == 0)
		return rules;
	dx_rules_print(rules, stderr);
	fprintf(stderr, "diagnose: the rules have %zu error%s; 'diagnose check' looks deeper\n",
		dx_rules_errors(rules), dx_rules_errors(rules) == 1 ? "" : "s");
	dx_unload(rules);
	return NULL;
}

/* Shown on a terminal's stderr when collecting takes longer than half a second. */
struct progress {
	int64_t start;
	bool ask_trust, shown;
};

/* One line, which the next one replaces: it must not be longer than the terminal is wide. */
static void
show_progress(void *context, const char *does, int done, int total)
{
	struct progress *p = context;
	int64_t ms = system_ms() - p->start;
	char line[160];

	if (ms < QUIET_MS)
		return;
	snprintf(line, sizeof line, "%s: %d of %d done%s%s (%ld s)", p->ask_trust ? "Look at the device" : "Collecting facts",
		done, total, does ? ", " : "", does ? does : "", (long)(ms / 1000));
	fprintf(stderr, "\r\033[K%.*s", terminal_width(STDERR_FILENO) - 1, line);
	p->shown = true;
}

static void
collect(struct dx_session *session, const struct settings *s)
{
	struct progress progress = { .ask_trust = s->ask_trust };
	struct dx_collect o = {
		.root = s->root, .device = s->device, .only = s->only, .ask_trust = s->ask_trust,
		.progress = !s->quiet && isatty(STDERR_FILENO) ? show_progress : NULL, .context = &progress, .stop = s->stop,
	};

	progress.start = system_ms();
	dx_collect(session, &o);
	if (progress.shown)
		fprintf(stderr, "\r\033[K");
}

static bool
read_facts(struct dx_session *session, const char *path)
{
	size_t len;
	char *text = read_input(path, &len);
	bool fine = text && dx_facts(session, strcmp(path, "-") == 0 ? "stdin" : path, text, len);

	free(text);
	return fine;
}

static bool
give(struct dx_session *session, const struct input *in)
{
	switch (in->kind) {
	case INPUT_FACTS:	return read_facts(session, in->text);
	case INPUT_ANSWER:	return dx_answer(session, in->text);
	case INPUT_ERROR:	return dx_error(session, in->text);
	case INPUT_MESSAGE:	return dx_message(session, in->text);
	case INPUT_LOG:		return dx_log(session, in->text);
	case INPUT_TRIED:	return dx_tried(session, in->text);
	case INPUT_PROFILE:	return dx_profile(session, in->text);
	}
	return false;
}

static bool
is_readable_folder(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (access(path, R_OK | X_OK) == 0)
		return true;
	cannot("look into", path, strerror(errno));
	return false;
}

static bool
reads_facts(const struct settings *s)
{
	for (size_t i = 0; i < s->ninputs; i++)
		if (s->inputs[i].kind == INPUT_FACTS)
			return true;
	return false;
}

/* An option that would do nothing is a mistake that somebody wants to hear of. */
static bool
is_in_vain(const char *option, bool given, const char *why)
{
	if (given)
		fprintf(stderr, "diagnose: %s has no effect: %s\n", option, why);
	return given;
}

static bool
is_one_of(const char *name, size_t n, const char *const *names)
{
	for (; *names; names++)
		if (strlen(*names) == n && strncmp(*names, name, n) == 0)
			return true;
	return false;
}

/* The collectors of --collectors must exist; which there are is said otherwise. */
static bool
knows_collectors(const char *only)
{
	for (const char *p = only; p && *(p += strspn(p, " ")); p += strcspn(p, " ")) {
		int n = (int)strcspn(p, " ");

		if (is_one_of(p, (size_t)n, dx_collectors()))
			continue;
		fprintf(stderr, "diagnose: no collector is called '%.*s'; there are:", n > 100 ? 100 : n, p);
		for (const char *const *name = dx_collectors(); *name; name++)
			fprintf(stderr, " %s", *name);
		fprintf(stderr, "\n");
		return false;
	}
	return true;
}

static bool
has_vain_options(const struct settings *s, bool collects)
{
	const char *why = s->no_collect ? "with --no-collect nothing is collected" : "with --facts nothing is collected";
	bool vain = false;

	if (!collects) {
		vain |= is_in_vain("--root", s->root != NULL, why);
		vain |= is_in_vain("--collectors", s->only != NULL, why);
		vain |= is_in_vain("--ask-trust", s->ask_trust, why);
	} else if (s->root) {
		vain |= is_in_vain("--ask-trust", s->ask_trust, "a captured tree has no device that could be asked");
	}
	return vain;
}

bool
gather(struct dx_session *session, const struct settings *s)
{
	bool fine = true, collects = !s->no_collect && !reads_facts(s);

	if (!knows_collectors(s->only) || has_vain_options(s, collects) || (s->root && !is_readable_folder(s->root)))
		return false;
	if (collects)
		collect(session, s);
	for (size_t i = 0; i < s->ninputs; i++)	/* files first: answers speak of their facts */
		if (s->inputs[i].kind == INPUT_FACTS)
			fine &= give(session, s->inputs + i);
	for (size_t i = 0; i < s->ninputs; i++)
		if (s->inputs[i].kind != INPUT_FACTS)
			fine &= give(session, s->inputs + i);
	if (fine && s->device)
		fine = dx_pick(session, s->device);
	dx_session_print(session, stderr);
	return fine;
}

int
run_session(const struct settings *s, int (*action)(struct dx_session *session, const struct settings *s))
{
	struct dx_rules *rules = load_rules(s, false);
	struct dx_session *session;
	int status = EXIT_USAGE;

	if (rules) {
		session = dx_open(rules);
		status = action(session, s);
		dx_close(session);
	}
	dx_unload(rules);
	return status;
}

int
with_session(const struct command *self, int argc, char **argv,
		int (*action)(struct dx_session *session, const struct settings *s))
{
	struct settings s;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	status = run_session(&s, action);
	settings_free(&s);
	return status;
}
