/* SPDX-License-Identifier: MIT */
/* The system's name, its policy for cryptography, its clock. */
#include "facts/host_linux.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

/* -- os-release -- */

/* The value of "NAME=value" or "NAME="value"" (shell quoting, os-release(5)), cut to the room there is. */
static void
copy_value(const char *s, size_t n, char *out, size_t size)
{
	char quote = n && (*s == '"' || *s == '\'') ? *s : 0;
	size_t len = 0;

	for (size_t i = quote != 0; i < n && s[i] != quote && len + 1 < size; i++) {
		if (s[i] == '\\' && quote == '"' && i + 1 < n)
			i++;
		if (s[i] == '\0' || s[i] == '\r')
			break;
		out[len++] = s[i];
	}
	out[len] = '\0';
}

static void
read_pairs(const struct buf *text, struct os_release *os)
{
	const struct { const char *name; char *out; size_t size; } keys[] = {
		{ "ID=", os->id, sizeof os->id }, { "ID_LIKE=", os->like, sizeof os->like },
		{ "VERSION_ID=", os->version, sizeof os->version }, { "PRETTY_NAME=", os->name, sizeof os->name },
	};
	const char *p = buf_text(text), *end = p + text->len, *nl;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
			size_t n = strlen(keys[i].name);

			if ((size_t)(nl - p) > n && memcmp(p, keys[i].name, n) == 0)
				copy_value(p + n, (size_t)(nl - p) - n, keys[i].out, keys[i].size);
		}
	}
}

void
os_release_read(const struct collect_options *o, struct os_release *out)
{
	struct buf text = {0};

	*out = (struct os_release){0};
	out->state = host_read(o, "/etc/os-release", SMALL_FILE, &text);
	if (out->state == FILE_ABSENT)
		out->state = host_read(o, "/usr/lib/os-release", SMALL_FILE, &text);
	if (out->state == FILE_READ)
		read_pairs(&text, out);
	buf_free(&text);
}

static const struct {
	const char *id, *family;
} families[] = {
	{ "debian", "debian" }, { "ubuntu", "debian" }, { "raspbian", "debian" }, { "linuxmint", "debian" },
	{ "fedora", "fedora" }, { "rhel", "fedora" }, { "centos", "fedora" }, { "rocky", "fedora" }, { "almalinux", "fedora" },
	{ "suse", "suse" }, { "opensuse", "suse" }, { "sles", "suse" }, { "arch", "arch" }, { "archarm", "arch" },
	{ "alpine", "alpine" },
};

static const char *
family_of(const char *words)
{
	for (; *words; words += strspn(words, " ")) {
		size_t n = strcspn(words, " ");

		for (size_t i = 0; i < sizeof families / sizeof *families; i++)
			if (strlen(families[i].id) == n && memcmp(words, families[i].id, n) == 0)
				return families[i].family;
		words += n;
	}
	return NULL;
}

const char *
os_family(const struct os_release *os)
{
	const char *family = family_of(os->id);

	if (!family)
		family = family_of(os->like);
	return family ? family : "other";
}

static bool
is_version(const char *s)
{
	size_t n;

	for (;; s++) {
		n = strspn(s, "0123456789");
		if (n == 0 || n > 12)
			return false;
		s += n;
		if (*s != '.')
			return !*s;
	}
}

/* Every slot that os-release fills, with its value or the reason why it has none. */
static void
record_os(struct recorder *r, const struct os_release *os, const char *unreadable)
{
	const struct { const char *slot, *text, *why; } slots[] = {
		{ "os_name", os->name, "the system does not say its name" },
		{ "os_version", is_version(os->version) ? os->version : "", os->version[0] ? "the system's version is no number"
			: "the system has no version (it is updated all the time)" },
		{ "distribution", os->id, "the system does not say its name" },
		{ "family", os->id[0] ? os_family(os) : "", "the system does not say its name" },
	};
	char name[40];

	record_begin(r, "host");
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
		record_text(r, slots[i].slot, slots[i].text[0] ? slots[i].text : NULL);
	record_end(r);
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
		snprintf(name, sizeof name, "host.%s", slots[i].slot);
		if (!slots[i].text[0])
			record_unknown(r, name, NULL, unreadable ? unreadable : slots[i].why);
	}
}

void
run_os_release(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct os_release os;
	struct buf why = {0};
	const char *unreadable;

	(void)subject;
	os_release_read(o, &os);
	unreadable = os.state == FILE_READ ? NULL : file_reason(&why, "/etc/os-release", os.state);
	if (unreadable && !is_live(o)) {
		record_unknown(r, "host.os", NULL, unreadable);
	} else {
		record_begin(r, "host");
		record_text(r, "os", "linux");
		record_end(r);
	}
	record_os(r, &os, unreadable);
	buf_free(&why);
}

/* -- Crypto policy -- */

/* The first line that is no comment. */
static bool
read_policy(const struct collect_options *o, const char *path, struct buf *out)
{
	struct buf text = {0};
	bool found = false;

	if (host_read(o, path, SMALL_FILE, &text) == FILE_READ)
		for (char *p = text.text, *line; !found && p && (line = strsep(&p, "\n")) != NULL;) {
			size_t n = strcspn(line, "#\r");

			while (n && (line[n - 1] == ' ' || line[n - 1] == '\t'))
				n--;
			found = n > 0;
			if (found)
				buf_add(out, line, n < 200 ? n : 200);
		}
	buf_free(&text);
	return found;
}

/* A part of "DEFAULT:SHA1:NO-CBC". */
static bool
has_part(const char *policy, const char *part)
{
	size_t n = strlen(part);

	for (const char *p = policy; *p; p += *p == ':') {
		size_t len = strcspn(p, ":");

		if (len == n && strncasecmp(p, part, n) == 0)
			return true;
		p += len;
	}
	return false;
}

/* Whether the distribution's DEFAULT refuses SHA-1 signatures: Fedora since 41, RHEL and its kin since 9. */
static bool
is_strict(const struct os_release *os)
{
	long version = strtol(os->version, NULL, 10);

	if (strcmp(os_family(os), "fedora") != 0)
		return false;
	return strcmp(os->id, "fedora") == 0 ? version >= 41 : version >= 9;
}

/* "allowed", "refused", or NULL for a policy that is not known. */
static const char *
sha1_of(const char *policy, const struct os_release *os)
{
	size_t base = strcspn(policy, ":");
	static const char *const strict[] = { "DEFAULT", "FUTURE", "FIPS" };

	if (has_part(policy, "NO-SHA1"))
		return "refused";
	if (has_part(policy, "SHA1") || (base == 6 && memcmp(policy, "LEGACY", 6) == 0))
		return "allowed";
	if (strncmp(policy, "FEDORA", 6) == 0 && base > 6)	/* the policy of an earlier release: FEDORA40 */
		return strtol(policy + 6, NULL, 10) < 41 ? "allowed" : "refused";
	for (size_t i = 0; i < sizeof strict / sizeof *strict; i++)
		if (strlen(strict[i]) == base && memcmp(policy, strict[i], base) == 0)
			return is_strict(os) ? "refused" : "allowed";
	return NULL;
}

void
run_crypto_policy(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct buf policy = {0};
	struct os_release os;
	bool found = read_policy(o, "/etc/crypto-policies/state/current", &policy)
		|| read_policy(o, "/etc/crypto-policies/config", &policy);
	const char *sha1;

	(void)subject;
	os_release_read(o, &os);
	if (!found)
		record_unknown(r, "host.crypto_policy", NULL, "this system has no system-wide policy for cryptography");
	sha1 = found ? sha1_of(policy.text, &os) : host_exists(o, "/etc/crypto-policies") ? NULL : "allowed";
	if (os.state != FILE_READ)
		sha1 = NULL;
	record_begin(r, "host");
	record_text(r, "crypto_policy", found ? policy.text : NULL);
	record_text(r, "sha1_signatures", sha1);
	record_end(r);
	if (!sha1)
		record_unknown(r, "host.sha1_signatures", NULL, os.state != FILE_READ ? "the system's name is not known"
				: found ? "it is not known what this policy allows" : "the policy cannot be read");
	buf_free(&policy);
}

/* -- Clock -- */

enum { RELEASE_YEAR = 2024 };	/* no clock that is right shows an earlier year */

static bool
is_sane(time_t now)
{
	struct tm tm;

	return gmtime_r(&now, &tm) && tm.tm_year + 1900 >= RELEASE_YEAR && tm.tm_year + 1900 < RELEASE_YEAR + 60;
}

void
run_clock(const struct collect_options *o, const char *subject, struct recorder *r)
{
	bool marked = host_exists(o, "/run/systemd/timesync/synchronized");
	struct timex t = { .modes = 0 };
	int state = is_live(o) ? adjtimex(&t) : -1;

	(void)subject;
	if (!is_live(o) && !marked) {
		record_unknown(r, "host.clock_synchronised", NULL, "only the running machine knows the state of its clock");
		return;
	}
	if (is_live(o) && state < 0 && !marked && is_sane(time(NULL))) {
		record_unknown(r, "host.clock_synchronised", NULL, "the kernel does not tell the state of its clock");
		return;
	}
	record_begin(r, "host");
	if (is_live(o))
		record_yes_no(r, "clock_synchronised", is_sane(time(NULL)) && (marked || (state != TIME_ERROR && !(t.status & STA_UNSYNC))));
	else
		record_yes_no(r, "clock_synchronised", true);
	record_end(r);
}
