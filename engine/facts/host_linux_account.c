/* SPDX-License-Identifier: MIT */
#include "facts/host_linux.h"

#include <stdlib.h>
#include <string.h>

/* Field `i` of a line of fields separated by colons; empty when there are fewer. */
static void
field(const char *line, size_t n, int i, const char **text, size_t *len)
{
	const char *end = line + n, *colon;

	*text = line;
	for (;; i--) {
		colon = memchr(*text, ':', (size_t)(end - *text));
		*len = (size_t)((colon ? colon : end) - *text);
		if (i == 0)
			return;
		if (!colon) {
			*text = end;
			*len = 0;
			return;
		}
		*text = colon + 1;
	}
}

static unsigned long
number_field(const char *line, size_t n, int i)
{
	char digits[16] = "";
	const char *text;
	size_t len;

	field(line, n, i, &text, &len);
	if (len == 0 || len >= sizeof digits)
		return (unsigned long)-1;
	memcpy(digits, text, len);
	return strtoul(digits, NULL, 10);
}

static bool
is_field(const char *line, size_t n, int i, const char *word)
{
	const char *text;
	size_t len;

	field(line, n, i, &text, &len);
	return len == strlen(word) && memcmp(text, word, len) == 0;
}

/* The next line of *p; false at the end. */
static bool
next_line(const char **p, const char *end, const char **line, size_t *n)
{
	const char *nl;

	if (*p >= end)
		return false;
	nl = memchr(*p, '\n', (size_t)(end - *p));
	*line = *p;
	*n = (size_t)((nl ? nl : end) - *p);
	*p = nl ? nl + 1 : end;
	return true;
}

static bool
lists_member(const char *line, size_t n, const char *name)
{
	const char *text, *comma;
	size_t len, want = strlen(name);

	field(line, n, 3, &text, &len);
	for (const char *end = text + len; text < end; text = comma + 1) {
		comma = memchr(text, ',', (size_t)(end - text));
		comma = comma ? comma : end;
		if ((size_t)(comma - text) == want && memcmp(text, name, want) == 0)
			return true;
	}
	return false;
}

static void
add_groups(const struct collect_options *o, struct account *a)
{
	struct buf text = {0};
	const char *p, *line;
	size_t n;

	host_read(o, "/etc/group", LARGE_FILE, &text);
	p = buf_text(&text);
	while (next_line(&p, buf_text(&text) + text.len, &line, &n))
		if (a->ngids < sizeof a->gids / sizeof *a->gids && lists_member(line, n, a->name))
			a->gids[a->ngids++] = (gid_t)number_field(line, n, 2);
	buf_free(&text);
}

void
account_find(const struct collect_options *o, const char *name, struct account *a)
{
	struct buf text = {0};
	enum file_state state = host_read(o, "/etc/passwd", LARGE_FILE, &text);
	const char *p = buf_text(&text), *line;
	size_t n;

	*a = (struct account){ .state = state == FILE_READ ? ACCOUNT_ABSENT : ACCOUNT_UNREADABLE };
	while (a->state == ACCOUNT_ABSENT && next_line(&p, buf_text(&text) + text.len, &line, &n)) {
		if (!is_field(line, n, 0, name) || strlen(name) >= sizeof a->name)
			continue;
		a->state = ACCOUNT_PRESENT;
		strcpy(a->name, name);
		a->uid = (uid_t)number_field(line, n, 2);
		a->gids[a->ngids++] = (gid_t)number_field(line, n, 3);
	}
	buf_free(&text);
	if (a->state == ACCOUNT_PRESENT)
		add_groups(o, a);
}

void
account_of_daemon(const struct collect_options *o, struct account *a)
{
	account_find(o, "usbmux", a);
	if (a->state == ACCOUNT_ABSENT)
		account_find(o, "usbmuxd", a);
}

bool
group_find(const struct collect_options *o, const char *name, gid_t *gid)
{
	struct buf text = {0};
	const char *p, *line;
	bool found = false;
	size_t n;

	host_read(o, "/etc/group", LARGE_FILE, &text);
	p = buf_text(&text);
	while (!found && next_line(&p, buf_text(&text) + text.len, &line, &n))
		if (is_field(line, n, 0, name)) {
			*gid = (gid_t)number_field(line, n, 2);
			found = true;
		}
	buf_free(&text);
	return found;
}

bool
account_may(const struct account *a, const struct stat *st, unsigned rights)
{
	unsigned mode = st->st_mode;

	if (a->uid == 0)
		return true;
	if (a->uid == st->st_uid)
		return (mode >> 6 & rights) == rights;
	for (size_t i = 0; i < a->ngids; i++)
		if (a->gids[i] == st->st_gid)
			return (mode >> 3 & rights) == rights;
	return (mode & rights) == rights;
}
