/* SPDX-License-Identifier: MIT */
/*
 * Lines of usbmuxd and the kernel since the last start, for the pack's patterns: from the journal, or from the files of syslog. Only
 * the messages are handed on, without host name and process numbers.
 */
#include "facts/host_linux.h"

#include "facts/inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <unistd.h>

enum {
	COMMAND_MS = 3500,
	MOST_TEXT = 1 << 20,	/* of one stream; the newest are kept */
	MOST_LINES = 20000,
	FILE_TAIL = 2 << 20,
	KERNEL_BUFFER = 1 << 20,
	READ_ALL = 3,		/* klogctl: SYSLOG_ACTION_READ_ALL */
};

struct journal {
	const struct collect_options *o;
	struct buf usbmuxd, kernel;	/* messages, one a line */
	bool read;			/* lines of usbmuxd would have been found */
	bool denied;
	const char *why;		/* a log is there, and yet could not be read */
};

static void
add_line(struct buf *out, const char *s, size_t n)
{
	buf_add(out, s, n);
	buf_putc(out, '\n');
}

/* -- systemd's journal, on the running machine -- */

enum journal_state { JOURNAL_ABSENT, JOURNAL_DENIED, JOURNAL_READABLE };

/* Whether this account may read the system's journal: journalctl itself only shows nothing. */
static enum journal_state
journal_state(const struct collect_options *o)
{
	static const char *const folders[] = { "/var/log/journal", "/run/log/journal" };
	enum journal_state state = JOURNAL_ABSENT;

	for (size_t i = 0; i < 2; i++) {
		struct names machines;
		char path[400];

		if (host_list(o, folders[i], 100, &machines) == FILE_DENIED && state == JOURNAL_ABSENT)
			state = JOURNAL_DENIED;
		for (size_t k = 0; k < machines.n && state != JOURNAL_READABLE; k++) {
			snprintf(path, sizeof path, "%s/%.200s/system.journal", folders[i], machines.items[k]);
			if (access(path, R_OK) == 0)
				state = JOURNAL_READABLE;
			else if (errno == EACCES)
				state = JOURNAL_DENIED;
		}
		host_list_free(&machines);
	}
	return state;
}

static enum command_state
ask_journal(const struct collect_options *o, const char *const *query, struct buf *out)
{
	const char *argv[24] = { "/usr/bin/journalctl", "-q", "--no-pager", "-b", "-o", "cat", "-n", "5000" };
	size_t n = 8;
	enum command_state state;

	while (*query)
		argv[n++] = *query++;
	state = command_run(o, argv, COMMAND_MS, 2 * MOST_TEXT, out);
	if (state != COMMAND_ABSENT)
		return state;
	argv[0] = "/bin/journalctl";
	return command_run(o, argv, COMMAND_MS, 2 * MOST_TEXT, out);
}

static void
read_journal(struct journal *j)
{
	static const char *const usbmuxd[] = {
		"_SYSTEMD_UNIT=usbmuxd.service", "+", "SYSLOG_IDENTIFIER=usbmuxd", "+", "UNIT=usbmuxd.service", NULL,
	};
	static const char *const kernel[] = { "_TRANSPORT=kernel", "--since=-24h", NULL };
	enum journal_state state = journal_state(j->o);

	j->denied |= state == JOURNAL_DENIED;
	if (state != JOURNAL_READABLE)
		return;
	switch (ask_journal(j->o, usbmuxd, &j->usbmuxd)) {
	case COMMAND_DONE:	j->read = true; break;
	case COMMAND_ABSENT:	j->why = "the program journalctl is not there"; break;
	case COMMAND_LATE:	j->why = "journalctl gave no answer"; break;
	case COMMAND_FAILED:	j->why = "journalctl failed"; break;
	}
	if (j->read)
		ask_journal(j->o, kernel, &j->kernel);
}

/* -- Files of syslog -- */

/* Where the last start of the system begins in a text; 0 when it does not say. */
static size_t
last_start(const struct buf *text)
{
	const char *at = buf_text(text), *end = at + text->len, *found = NULL;

	while ((at = memmem(at, (size_t)(end - at), "kernel: ", 8)) != NULL) {
		const char *nl = memchr(at, '\n', (size_t)(end - at)), *stop = nl ? nl : end;

		if (memmem(at, (size_t)(stop - at), "Linux version ", 14))
			found = at;
		at = stop;
	}
	return found ? (size_t)(found - buf_text(text)) : 0;
}

/* "[12345.678901] " of the kernel. */
static size_t
uptime_len(const char *s, size_t n)
{
	size_t i = 1;

	if (!n || s[0] != '[')
		return 0;
	while (i < n && i < 24 && strchr(" .0123456789", s[i]) && s[i])
		i++;
	return i + 1 < n && s[i] == ']' && s[i + 1] == ' ' ? i + 2 : 0;
}

static void
take_line(struct journal *j, const char *line, size_t n)
{
	const char *program;
	size_t len, message, up;

	if (!syslog_line(line, n, &program, &len, &message))
		return;
	if (len == 7 && memcmp(program, "usbmuxd", 7) == 0) {
		add_line(&j->usbmuxd, line + message, n - message);
	} else if (len == 6 && memcmp(program, "kernel", 6) == 0) {
		up = uptime_len(line + message, n - message);
		add_line(&j->kernel, line + message + up, n - message - up);
	}
}

static void
take_lines(struct journal *j, const struct buf *text)
{
	const char *p = buf_text(text) + last_start(text), *end = buf_text(text) + text->len, *nl;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		take_line(j, p, (size_t)(nl - p));
	}
}

/* -- `journalctl -o export`: fields a line, an empty line between entries; long fields with their length -- */

struct entry_fields {
	const char *message, *program, *unit, *transport;
	size_t message_len, program_len, unit_len, transport_len;
};

static bool
is_text(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(s, word, n) == 0;
}

static void
take_entry(struct journal *j, const struct entry_fields *e)
{
	if (!e->message)
		return;
	if (is_text(e->transport, e->transport_len, "kernel"))
		add_line(&j->kernel, e->message, e->message_len);
	else if (is_text(e->program, e->program_len, "usbmuxd") || is_text(e->unit, e->unit_len, "usbmuxd.service"))
		add_line(&j->usbmuxd, e->message, e->message_len);
}

static void
take_field(struct entry_fields *e, const char *name, size_t n, const char *text, size_t len)
{
	const struct { const char *name, **text; size_t *len; } fields[] = {
		{ "MESSAGE", &e->message, &e->message_len }, { "SYSLOG_IDENTIFIER", &e->program, &e->program_len },
		{ "_SYSTEMD_UNIT", &e->unit, &e->unit_len }, { "_TRANSPORT", &e->transport, &e->transport_len },
	};

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (is_text(name, n, fields[i].name)) {
			*fields[i].text = text;
			*fields[i].len = len;
		}
}

static uint64_t
little_endian(const char *s)
{
	uint64_t v = 0;

	for (int i = 8; i-- > 0;)
		v = v << 8 | (unsigned char)s[i];
	return v;
}

static void
take_export(struct journal *j, const struct buf *text)
{
	const char *p = buf_text(text), *end = p + text->len, *nl, *equals;
	struct entry_fields e = {0};

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		equals = memchr(p, '=', (size_t)(nl - p));
		if (nl == p) {
			take_entry(j, &e);
			e = (struct entry_fields){0};
		} else if (equals) {
			take_field(&e, p, (size_t)(equals - p), equals + 1, (size_t)(nl - equals - 1));
		} else if (end - nl > 9 && little_endian(nl + 1) < (uint64_t)(end - nl - 9)) {
			uint64_t len = little_endian(nl + 1);

			take_field(&e, p, (size_t)(nl - p), nl + 9, (size_t)len);
			nl += 9 + len;
		}
	}
	take_entry(j, &e);
}

/* The first of usbmuxd's files that is there, and the kernel's own. A captured tree may hold what journalctl printed. */
static const struct log_file {
	const char *path;
	void (*take)(struct journal *j, const struct buf *text);
	bool only_kernel;
} files[] = {
	{ "/var/log/journal.export", take_export, false }, { "/var/log/journal.txt", take_lines, false },
	{ "/var/log/syslog", take_lines, false }, { "/var/log/messages", take_lines, false },
	{ "/var/log/daemon.log", take_lines, false }, { "/var/log/kern.log", take_lines, true },
};

static void
read_files(struct journal *j)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct buf text = {0};
		enum file_state state;

		if (files[i].only_kernel ? j->kernel.len > 0 : j->read)
			continue;
		state = host_read_tail(j->o, files[i].path, FILE_TAIL, &text);
		j->denied |= state == FILE_DENIED;
		if (state == FILE_READ)
			files[i].take(j, &text);
		j->read |= state == FILE_READ && !files[i].only_kernel;
		buf_free(&text);
	}
}

/* The kernel's own buffer, when no file has its lines: "<6>[12.345678] message". */
static void
read_kernel(struct journal *j)
{
	char *text = malloc(KERNEL_BUFFER), *p = text, *line;
	int n = text ? klogctl(READ_ALL, text, KERNEL_BUFFER - 1) : -1;

	if (n > 0) {
		text[n] = '\0';
		while ((line = strsep(&p, "\n")) != NULL) {
			char *close = line[0] == '<' ? strchr(line, '>') : NULL;

			line = close ? close + 1 : line;
			line += uptime_len(line, strlen(line));
			add_line(&j->kernel, line, strlen(line));
		}
	}
	free(text);
}

/* -- What is told -- */

/* The newest lines of a stream: where they begin. */
static char *
newest(const struct buf *text)
{
	char *p = text->text + text->len;
	int lines = 0;

	while (p > text->text && text->text + text->len - p < MOST_TEXT && lines <= MOST_LINES)
		lines += *--p == '\n';
	return p > text->text ? p + strcspn(p, "\n") : p;
}

static void
record_stream(struct recorder *r, const char *name, struct buf *text)
{
	char *p = text->len ? newest(text) : NULL, *line;

	while (p && (line = strsep(&p, "\n")) != NULL)
		if (*line)
			record_log(r, name, line);
	fflush(r->out);
}

/* Whether the log was read, and else why not. */
static void
record_log_state(struct recorder *r, const struct journal *j)
{
	bool looked = is_live(j->o) || host_exists(j->o, "/var/log");
	const char *state = j->read ? "read" : j->why ? NULL : j->denied ? "no-permission" : looked ? "absent" : NULL;
	const char *why = j->why ? j->why : j->denied ? "the log may not be read with this account's rights"
		: looked ? "there is no log to read" : "the tree has no log files";

	if (state) {
		record_begin(r, "host");
		record_text(r, "journal", state);
		record_end(r);
	} else {
		record_unknown(r, "host.journal", NULL, why);
	}
	if (j->read)
		record_surveyed(r, "log_event");
	else
		record_unknown(r, "log_event", NULL, why);
}

void
run_journal(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct journal j = { .o = o };

	(void)subject;
	if (is_live(o))
		read_journal(&j);
	read_files(&j);
	if (is_live(o) && !j.kernel.len)
		read_kernel(&j);
	record_stream(r, "usbmuxd", &j.usbmuxd);
	record_stream(r, "kernel", &j.kernel);
	record_log_state(r, &j);
	buf_free(&j.usbmuxd);
	buf_free(&j.kernel);
}
