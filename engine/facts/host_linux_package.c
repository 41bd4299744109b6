/* SPDX-License-Identifier: MIT */
/* What the package database says about a package: dpkg, apk and pacman keep text files; rpm is asked on the running machine. */
#include "facts/host_linux.h"

#include <string.h>

/* "1.1.1" of "1:1.1.1-2+deb12u1" and "1.1.1_git20250201-r0". */
static void
upstream(const char *s, size_t n, char *out, size_t size)
{
	const char *colon = memchr(s, ':', n);
	size_t len = 0;

	if (colon) {
		n -= (size_t)(colon + 1 - s);
		s = colon + 1;
	}
	while (len < n && len + 1 < size && strchr("0123456789.", s[len]) && s[len])
		len++;
	while (len && s[len - 1] == '.')
		len--;
	memcpy(out, s, len);
	out[len] = '\0';
}

/* The rest of the line after a prefix in a block of lines; NULL when no line starts so. */
static const char *
line_after(const char *block, size_t n, const char *prefix, size_t *len)
{
	size_t want = strlen(prefix);
	const char *p = block, *end = block + n, *nl;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		if ((size_t)(nl - p) >= want && memcmp(p, prefix, want) == 0) {
			*len = (size_t)(nl - p) - want;
			return p + want;
		}
	}
	return NULL;
}

/* Databases of blocks of lines with an empty line between them. */
static const struct block_database {
	const char *path, *name, *version, *depends;
	const char *status, *installed;		/* a line that must end so; NULL: none */
} databases[] = {
	{ "/var/lib/dpkg/status", "Package: ", "Version: ", "Depends: ", "Status: ", " installed" },
	{ "/lib/apk/db/installed", "P:", "V:", "D:", NULL, NULL },
};

static bool
is_installed(const struct block_database *db, const char *block, size_t n)
{
	size_t len, want = db->status ? strlen(db->installed) : 0;
	const char *s = db->status ? line_after(block, n, db->status, &len) : NULL;

	return !db->status || (s && len >= want && memcmp(s + len - want, db->installed, want) == 0);
}

static bool
take_block(const struct block_database *db, const char *block, size_t n, const char *name, struct package *p)
{
	size_t len;
	const char *s = line_after(block, n, db->name, &len);

	if (!s || len != strlen(name) || memcmp(s, name, len) != 0 || !is_installed(db, block, n))
		return false;
	p->found = true;
	if ((s = line_after(block, n, db->version, &len)) != NULL)
		upstream(s, len, p->version, sizeof p->version);
	if ((s = line_after(block, n, db->depends, &len)) != NULL)
		buf_add(&p->depends, s, len);
	return true;
}

static void
find_block(const struct block_database *db, const struct buf *text, const char *name, struct package *p)
{
	const char *at = buf_text(text), *end = at + text->len, *gap;

	for (; at < end; at = gap + 2) {
		gap = memmem(at, (size_t)(end - at), "\n\n", 2);
		gap = gap ? gap : end;
		if (take_block(db, at, (size_t)(gap - at), name, p) || end - gap < 2)
			return;
	}
}

static void
ask_blocks(const struct collect_options *o, const struct block_database *db, const char *const *names, struct package *p)
{
	struct buf text = {0};

	if (host_read(o, db->path, LARGE_FILE, &text) == FILE_READ) {
		p->known = true;
		for (; *names && !p->found; names++)
			find_block(db, &text, *names, p);
	}
	buf_free(&text);
}

/* pacman has a folder for each package: usbmuxd-1.1.1-2, with a file desc of "%NAME%\nvalue\n\n". */
static void
ask_pacman(const struct collect_options *o, const char *const *names, struct package *p)
{
	static const char folder[] = "/var/lib/pacman/local";
	struct names all;
	struct buf text = {0};
	char path[300];
	const char *s;
	size_t len;

	p->known |= host_list(o, folder, 100000, &all) == FILE_READ;
	for (; *names && !p->found; names++)
		for (size_t i = 0; i < all.n && !p->found; i++) {
			size_t n = strlen(*names);

			if (strncmp(all.items[i], *names, n) != 0 || all.items[i][n] != '-' || strlen(all.items[i]) > 200
			    || !strchr("0123456789", all.items[i][n + 1]) || !all.items[i][n + 1])
				continue;
			snprintf(path, sizeof path, "%s/%s/desc", folder, all.items[i]);
			buf_clear(&text);
			if (host_read(o, path, SMALL_FILE, &text) != FILE_READ)
				continue;
			p->found = true;
			upstream(all.items[i] + n + 1, strlen(all.items[i] + n + 1), p->version, sizeof p->version);
			s = strstr(buf_text(&text), "%DEPENDS%\n");
			len = s ? (size_t)((strstr(s, "\n\n") ? strstr(s, "\n\n") : s + strlen(s)) - s) : 0;
			buf_add(&p->depends, s ? s : "", len);
		}
	host_list_free(&all);
	buf_free(&text);
}

static void
ask_rpm(const struct collect_options *o, const char *const *names, struct package *p)
{
	struct buf text = {0};

	for (; *names && !p->found; names++) {
		const char *version[] = { "/usr/bin/rpm", "-q", "--qf", "%{VERSION}\\n", *names, NULL };
		const char *requires[] = { "/usr/bin/rpm", "-q", "--requires", *names, NULL };
		enum command_state state;

		buf_clear(&text);
		state = command_run(o, version, 3000, SMALL_FILE, &text);
		p->known |= state == COMMAND_DONE || state == COMMAND_FAILED;
		if (state != COMMAND_DONE)
			continue;
		p->found = true;
		upstream(buf_text(&text), strcspn(buf_text(&text), "\n"), p->version, sizeof p->version);
		command_run(o, requires, 3000, SMALL_FILE, &p->depends);
	}
	buf_free(&text);
}

void
package_find(const struct collect_options *o, const char *const *names, struct package *p)
{
	*p = (struct package){0};
	for (size_t i = 0; i < sizeof databases / sizeof *databases && !p->found; i++)
		ask_blocks(o, databases + i, names, p);
	if (!p->found)
		ask_pacman(o, names, p);
	if (!p->found && !p->known && is_live(o))
		ask_rpm(o, names, p);
}

void
package_free(struct package *p)
{
	buf_free(&p->depends);
}
