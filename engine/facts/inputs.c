/* SPDX-License-Identifier: MIT */
#include "facts/inputs.h"

#include "base/regexset.h"
#include "base/text.h"
#include "facts/redact.h"
#include "lang/codes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_KEPT = 8 << 20, LOG_READ = 64 << 20, LONGEST_LINE = 16 << 10, MOST_FACTS = 10000, LONGEST_PROGRAM = 64 };

/* -- Patterns -- */

/* The patterns of one stream. */
struct stream {
	const char *name;
	size_t len;
	const struct pattern **patterns;
	size_t n;
	struct regexset *set;	/* theirs, in the same order */
};

struct search {
	struct factset *fs;
	struct arena *arena;
	struct regex_scratch *scratch;
	struct stream *streams;
	size_t n, cap;
	const char *source;
	int64_t time;
	size_t before;		/* facts in the set when the search began */
	bool found;		/* some pattern fitted */
};

static bool
listens(const struct pattern *p, const char *stream)
{
	for (const char *const *s = p->streams; s && *s; s++)
		if (strcmp(*s, stream) == 0)
			return true;
	return false;
}

static const struct stream *
stream_of(struct search *q, const char *name, size_t len)
{
	const struct rulebase *rb = q->fs->rb;
	const struct regex **regexes;
	struct stream *s;

	for (size_t i = 0; i < q->n; i++)
		if (q->streams[i].len == len && memcmp(q->streams[i].name, name, len) == 0)
			return q->streams + i;
	q->streams = arena_grow(q->arena, q->streams, q->n, &q->cap, sizeof *q->streams);
	s = q->streams + q->n++;
	*s = (struct stream){ .name = arena_strndup(q->arena, name, len), .len = len };
	s->patterns = arena_array(q->arena, rb->npatterns, sizeof *s->patterns);
	regexes = arena_array(q->arena, rb->npatterns, sizeof *regexes);
	for (size_t i = 0; i < rb->npatterns; i++)
		if (listens(rb->patterns[i], s->name)) {
			regexes[s->n] = rb->patterns[i]->regex;
			s->patterns[s->n++] = rb->patterns[i];
		}
	s->set = regexset_new(q->arena, regexes, NULL, s->n);
	return s;
}

/* A captured text that is no value of the slot leaves it unknown. */
static value
setting_value(struct search *q, const struct pattern *p, const struct setting *set, const char *line)
{
	size_t from, to;
	value v;

	if (set->to->op != OP_CAPTURE)
		return set->to->constant;
	if (!regex_captured(q->scratch, set->to->slot, &from, &to)
	    || fact_value(q->fs, p->of->slots + set->slot, line + from, to - from, &v))
		return UNKNOWN;
	return v;
}

static void
give(struct search *q, const struct pattern *p, const char *line)
{
	size_t n = (size_t)p->of->nslots;
	value few[64], *values = n <= 64 ? few : machine_alloc(n * sizeof *values);

	for (size_t i = 0; i < n; i++)
		values[i] = UNKNOWN;
	for (size_t i = 0; i < p->nsettings; i++)
		values[p->settings[i].slot] = setting_value(q, p, p->settings + i, line);
	factset_give(q->fs, p->of, values, q->source, q->time);
	if (values != few)
		free(values);
}

static void
search_line(struct search *q, const struct stream *s, const char *line, size_t n)
{
	size_t count;
	const uint32_t *may = regexset_candidates(s->set, q->scratch, line, n, &count);

	for (size_t i = 0; i < count; i++)
		if (q->fs->nfacts - q->before < MOST_FACTS
		    && regex_match(s->patterns[may[i]]->regex, q->scratch, line, n) == REGEX_YES) {
			give(q, s->patterns[may[i]], line);
			q->found = true;
		}
}

static bool
is_program(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-_./@", c));
}

bool
syslog_line(const char *s, size_t n, const char **program, size_t *nprogram, size_t *message)
{
	size_t from, to, end;

	for (from = 0; from < n && from < 200; from = to + 1) {
		for (to = from; to < n && is_program(s[to]); to++)
			;
		end = to;
		if (end < n && s[end] == '[' && end > from)	/* the process id */
			for (end++; end < n && (s[end] == ']' || (s[end] >= '0' && s[end] <= '9')); end++)
				;
		if (end + 1 < n && s[end] == ':' && s[end + 1] == ' ' && to > from && from > 0 && s[from - 1] == ' '
		    && to - from <= LONGEST_PROGRAM) {
			*program = s + from;
			*nprogram = to - from;
			*message = end + 2;
			return true;
		}
	}
	return false;
}

/* The stream that syslog's program names: the last part of a path. */
static void
search_program(struct search *q, const char *line, size_t n)
{
	const char *program, *slash;
	size_t len, message;

	if (!syslog_line(line, n, &program, &len, &message))
		return;
	while ((slash = memchr(program, '/', len)) != NULL) {
		len -= (size_t)(slash + 1 - program);
		program = slash + 1;
	}
	search_line(q, stream_of(q, program, len), line + message, n - message);
}

bool
input_text(struct factset *fs, const char *stream, const char *text, size_t len, const char *source, int64_t time)
{
	struct search q = { .fs = fs, .arena = arena_new(), .source = source, .time = time, .before = fs->nfacts };
	bool log = strcmp(stream, "log") == 0;
	struct buf valid = {0};

	q.scratch = regex_scratch_new();
	stream_of(&q, stream, strlen(stream));
	for (const char *p = text, *end = text + len, *nl; p < end; p = nl + 1) {
		size_t n;

		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		n = (size_t)(nl - p);
		n -= n && p[n - 1] == '\r';
		buf_clear(&valid);
		fact_text(&valid, p, n < LONGEST_LINE ? n : LONGEST_LINE);
		search_line(&q, stream_of(&q, stream, strlen(stream)), buf_text(&valid), valid.len);
		if (log && q.n < 1000)
			search_program(&q, buf_text(&valid), valid.len);
	}
	regex_scratch_free(q.scratch);
	buf_free(&valid);
	arena_free(q.arena);
	return q.found;
}

/* A message that says nothing to the rules leaves open what it means, and the report says so. */
void
input_complaint(struct factset *fs, const char *text, size_t len, const char *source)
{
	if (input_text(fs, "message", text, len, source, fs->now))
		return;
	for (size_t i = 0; i < fs->rb->ntemplates; i++) {
		const struct template *t = fs->rb->templates[i];

		for (int k = 0; k < t->nslots; k++)
			if (t->slots[k].given_by && strcmp(t->slots[k].given_by, "message") == 0)
				factset_unknown(fs, t, -1, UNKNOWN, source,
					"it was not recognised: no pattern of the rules fits it", fs->now);
	}
}

/* -- Messages, codes, logs -- */

/* A fact for the text; of a text with several codes one for each of them. */
static const char *
give_text(struct factset *fs, const struct template *t, int slot, const char *text, size_t n, const char *source)
{
	value *values = machine_alloc((size_t)t->nslots * sizeof *values);
	bool codes = t->slots[slot].type == TYPE_CODE;
	size_t end = codes ? value_next_code(text, n, values + slot) : 0;
	const char *wrong;

	for (int j = 0; j < t->nslots; j++)
		values[j] = UNKNOWN;
	wrong = fact_value(fs, t->slots + slot, text, n, values + slot);
	if (!wrong)
		do {
			factset_give(fs, t, values, source, fs->now);
			text += end;
			n -= end;
		} while (codes && (end = value_next_code(text, n, values + slot)));
	free(values);
	return wrong;
}

/* The slots that an option fills: "message" or "error". */
static bool
give_by(struct factset *fs, const char *option, const char *text, size_t n, const char *source, const char **wrong)
{
	bool any = false;

	*wrong = NULL;
	for (size_t i = 0; i < fs->rb->ntemplates; i++) {
		const struct template *t = fs->rb->templates[i];

		for (int k = 0; k < t->nslots && !*wrong; k++) {
			if (!t->slots[k].given_by || strcmp(t->slots[k].given_by, option) != 0)
				continue;
			any = true;
			*wrong = give_text(fs, t, k, text, n, source);
		}
	}
	return any;
}

static bool
given(struct factset *fs, struct diags *d, const char *option, const char *text)
{
	const char *name = strcmp(option, "error") == 0 ? "--error" : "--message", *wrong;
	char source[32] = "option ";
	uint32_t file;
	struct place all;
	bool any;

	strcat(source, name);
	any = give_by(fs, option, text, strlen(text), source, &wrong);
	if (any && !wrong)
		return true;
	file = diags_source(d, name, text, strlen(text));
	all = (struct place){ file, 1, 1, 1, (uint32_t)text_columns(text, strcspn(text, "\n")) + 1 };
	if (wrong)
		complain(d, BAD_VALUE, all, "%s: %s", name, wrong);
	else
		complain(d, UNKNOWN_TEMPLATE, all, "the rules have no place for %s",
				strcmp(option, "error") == 0 ? "an error code" : "a message");
	return false;
}

bool
input_error(struct factset *fs, struct diags *d, const char *code)
{
	return given(fs, d, "error", code);
}

/* A pack without a slot for messages may still have patterns for them. */
bool
input_message(struct factset *fs, struct diags *d, const char *text)
{
	bool listening = false;

	for (size_t i = 0; i < fs->rb->npatterns; i++)
		listening |= listens(fs->rb->patterns[i], "message");
	input_complaint(fs, text, strlen(text), "option --message");
	if (listening) {
		const char *wrong;

		if (!give_by(fs, "message", text, strlen(text), "option --message", &wrong) || !wrong)
			return true;
	}
	return given(fs, d, "message", text);
}

/* Reads all there is, up to a limit that only an endless file reaches. */
static bool
read_log(int fd, struct buf *text)
{
	struct stat st;
	char chunk[1 << 16];
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return false;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return false;
	}
	if (S_ISREG(st.st_mode) && st.st_size > LOG_KEPT && lseek(fd, st.st_size - LOG_KEPT, SEEK_SET) < 0)
		return false;
	while ((n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		buf_add(text, chunk, (size_t)n);
		if (text->len > LOG_READ) {
			errno = EFBIG;
			return false;
		}
	}
	return true;
}

bool
input_log(struct factset *fs, struct diags *d, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool good;
	struct buf text = {0};
	size_t from = 0;

	good = fd >= 0 && read_log(fd, &text);
	if (!good) {
		struct place whole = { diags_source(d, path, "", 0), 0, 0, 0, 0 };

		complain(d, BAD_PATH, whole, "the log cannot be read: %s", strerror(errno));
	}
	if (fd > STDIN_FILENO)
		close(fd);
	if (good && text.len > LOG_KEPT) {
		const char *nl;

		from = text.len - LOG_KEPT;
		nl = memchr(text.text + from, '\n', text.len - from);
		from = nl ? (size_t)(nl + 1 - text.text) : from;
	}
	if (good)
		input_text(fs, "log", buf_text(&text) + from, text.len - from, "option --log", fs->now);
	buf_free(&text);
	return good;
}
