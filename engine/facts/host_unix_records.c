/* SPDX-License-Identifier: MIT */
/* The pair records in a folder. They hold keys that open phones: only whether they are whole is told. */
#include "facts/host_unix.h"

#include "base/arena.h"
#include "base/system.h"
#include "facts/plist_keys.h"

#include <string.h>
#include <time.h>

#define SYSTEM_RECORD "SystemConfiguration.plist"

enum { LARGEST_RECORD = 256 << 10, MOST_RECORD_FILES = 1000 };

/* Without these no session can be made; a record without EscrowBag or WiFiMACAddress still serves. */
static const char *const required[] = {
	"DeviceCertificate", "HostCertificate", "RootCertificate", "HostPrivateKey", "RootPrivateKey", "HostID", "SystemBUID",
};

enum { NREQUIRED = sizeof required / sizeof *required };

/* Reads the keys of one file and forgets its content at once. */
static enum file_state
read_keys(const struct collect_options *o, const char *folder, const char *name, const char *const *names, size_t n, bool *found, enum plist_state *plist)
{
	struct buf text = {0}, path = {0};
	enum file_state state;

	text.text = machine_alloc(LARGEST_RECORD + 64);	/* no growing: it would leave copies behind */
	text.cap = LARGEST_RECORD + 64;
	buf_printf(&path, "%s/%s", folder, name);
	state = host_read(o, path.text, LARGEST_RECORD, &text);
	*plist = PLIST_BAD;
	if (state == FILE_READ && text.len < LARGEST_RECORD)
		*plist = plist_keys(text.text, text.len, names, n, found);
	system_wipe(text.text, text.cap);
	buf_free(&text);
	buf_free(&path);
	return state;
}

/* "UDID.plist", the UDID without anything but hexadecimal digits and hyphens. */
static bool
is_record(const char *name)
{
	size_t n = strspn(name, "0123456789abcdefABCDEF-");

	return n >= 20 && n <= 44 && strcmp(name + n, ".plist") == 0;
}

static void
record_state(struct recorder *r, enum plist_state plist, const bool *found)
{
	struct buf missing = {0};

	for (size_t i = 0; plist == PLIST_GOOD && i < NREQUIRED; i++)
		if (!found[i])
			buf_printf(&missing, "%s%s", missing.len ? ", " : "", required[i]);
	record_text(r, "state", plist == PLIST_EMPTY ? "empty" : plist == PLIST_BAD ? "unreadable"
			: missing.len ? "incomplete" : "complete");
	record_text(r, "missing", missing.len ? missing.text : NULL);
	buf_free(&missing);
}

static void
record_age(struct recorder *r, const struct stat *st)
{
	time_t age = time(NULL) - st->st_mtime;
	char text[40];

	snprintf(text, sizeof text, "%llds", (long long)(age > 0 ? age : 0));
	record_text(r, "age", text);
}

static void
record_pair(const struct collect_options *o, struct recorder *r, const char *folder, const char *name)
{
	bool found[NREQUIRED] = {0};
	enum plist_state plist;
	enum file_state state = read_keys(o, folder, name, required, NREQUIRED, found, &plist);
	struct buf path = {0}, udid = {0};
	struct stat st;

	buf_printf(&path, "%s/%s", folder, name);
	buf_add(&udid, name, strlen(name) - strlen(".plist"));
	record_begin(r, "pair_record");
	record_text(r, "udid", udid.text);
	if (state == FILE_READ)
		record_state(r, plist, found);
	if (host_stat(o, path.text, &st) == FILE_READ)
		record_age(r, &st);
	record_end(r);
	if (state != FILE_READ)
		record_unknown(r, "pair_record.state", udid.text, file_state_text(state));
	buf_free(&path);
	buf_free(&udid);
}

static const char *
host_identity(const struct collect_options *o, const char *folder)
{
	static const char *const buid[] = { "SystemBUID" };
	bool found = false;
	enum plist_state plist;

	switch (read_keys(o, folder, SYSTEM_RECORD, buid, 1, &found, &plist)) {
	case FILE_READ:		return plist == PLIST_GOOD && found ? "present" : "damaged";
	case FILE_ABSENT:	return "absent";
	case FILE_DENIED:	return "no-permission";
	case FILE_ODD:		break;
	}
	return "damaged";
}

void
record_pairs(const struct collect_options *o, struct recorder *r, const char *folder)
{
	struct names all;
	enum file_state state = host_list(o, folder, MOST_RECORD_FILES, &all);
	struct buf why = {0};
	int records = 0;

	for (size_t i = 0; i < all.n; i++)
		if (is_record(all.items[i])) {
			record_pair(o, r, folder, all.items[i]);
			records++;
		}
	record_begin(r, "record_folder");
	if (state == FILE_READ)
		record_int(r, "records", records);
	record_text(r, "host_identity", host_identity(o, folder));
	record_end(r);
	if (state == FILE_READ && !all.more)
		record_surveyed(r, "pair_record");
	else
		record_unknown(r, "pair_record", NULL, file_reason(&why, folder, state));
	host_list_free(&all);
	buf_free(&why);
}
