/* SPDX-License-Identifier: MIT */
#include "facts/scan_names.h"

#include <string.h>

#define COUNT(a) (sizeof a / sizeof *a)

enum { LONGEST_NAME = 64, LONGEST_HOST = 253 };

bool
scan_teaches(enum private_kind kind)
{
	static const bool teaches[PRIVATE_KINDS] = {
		[PRIVATE_USER] = true, [PRIVATE_HOST] = true, [PRIVATE_NAME] = true, [PRIVATE_SERIAL] = true, [PRIVATE_PHONE] = true,
		[PRIVATE_IMEI] = true, [PRIVATE_ICCID] = true, [PRIVATE_MAC] = true,
	};

	return teaches[kind];
}

/* A limit may have cut a character: it goes with the name. */
static bool
found(const struct scan *sc, struct scan_hit *hit, enum private_kind kind, size_t from, size_t to)
{
	while (to > from && to < sc->n && scan_is_middle(sc->s[to]))
		to++;
	*hit = (struct scan_hit){ kind, from, to };
	return to > from;
}

static bool
is_letter(char c)
{
	return scan_is_name(c) && !scan_is_digit(c);
}

static bool
has_letter(const struct scan *sc, size_t from, size_t to)
{
	while (from < to && !is_letter(sc->s[from]))
		from++;
	return from < to;
}

/* A name begins at i, not in its middle: scan_starts_word takes each byte above ASCII for a beginning. */
static bool
starts_name(const struct scan *sc, size_t i)
{
	return i == sc->start || !scan_is_name(sc->s[i - 1]);
}

static size_t
skip(const struct scan *sc, size_t i, const char *set, size_t most)
{
	size_t end = i;

	while (end - i < most && scan_is_one_of(sc, end, set))
		end++;
	return end;
}

/* -- Serial numbers -- */

/* "serial number: C02XK1ABJG5J"; only after that word, since so much looks like a serial number. */
static bool
find_serial(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	static const char *const between[] = { "number (system)", "number", "num", "nr", "no" };
	size_t p = i + strlen("serial"), from;
	bool letter = false, digit = false;

	if (!scan_is_at_any_case(sc, i, "serial"))
		return false;
	for (int round = 0; round < 2; round++) {
		p = skip(sc, p, " \t:=#\"'_.>-", 6);
		for (size_t k = 0; round == 0 && k < COUNT(between); k++)
			if (scan_is_at_any_case(sc, p, between[k])) {
				p += strlen(between[k]);
				break;
			}
	}
	if (p < sc->n && scan_is_alnum(sc->s[p]) && scan_is_alnum(sc->s[p - 1]))
		return false;	/* "serialized" */
	for (from = p; p < sc->n && p - from < 15 && scan_is_alnum(sc->s[p]); p++) {
		digit |= scan_is_digit(sc->s[p]);
		letter |= !scan_is_digit(sc->s[p]);
	}
	if (p - from < 8 || p - from > 14 || !letter || !digit || !scan_ends_word(sc, p))
		return false;
	return found(sc, hit, PRIVATE_SERIAL, from, p);
}

/* -- Home folders -- */

static bool
ends_folder(char c)
{
	return !c || strchr("/\\\"'<>|:;,*?\n\r\t`()[]{}", c);
}

/* Folders of everybody. */
static const char *const shared_folders[] = { "shared", "public", "default", "default user", "all users", "guest" };

static bool
is_shared(const struct scan *sc, size_t from, size_t to)
{
	for (size_t i = 0; i < COUNT(shared_folders); i++)
		if (strlen(shared_folders[i]) == to - from && scan_is_at_any_case(sc, from, shared_folders[i]))
			return true;
	return false;
}

/*
 * The name of a home folder. On Windows it may hold spaces: then it ends at a backslash that follows soon, or at the quotation mark of a
 * quoted path. Elsewhere, and when none follows, it ends at a space. The stop of a sentence is not a part of it.
 */
static size_t
folder_end(const struct scan *sc, size_t from, bool windows, bool quoted)
{
	size_t space = 0, p = from;

	for (; p < sc->n && p - from < LONGEST_NAME && !ends_folder(sc->s[p]); p++)
		if (sc->s[p] == ' ' && !space)
			space = p;
	if (space && !(windows && scan_is_one_of(sc, p, quoted ? "\\\"" : "\\") && p - from <= 32))
		p = space;
	while (p > from + 1 && scan_is_one_of(sc, p - 1, ". "))
		p--;
	return p;
}

static bool
find_home(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	static const char *const prefixes[] = {
		"/home/", "/users/", "/run/media/", "\\users\\", "\\\\users\\\\", "\\documents and settings\\",
	};

	for (size_t k = 0; k < COUNT(prefixes); k++) {
		size_t from = i + strlen(prefixes[k]), to;

		if (!scan_is_at_any_case(sc, i, prefixes[k]))
			continue;
		to = folder_end(sc, from, prefixes[k][0] == '\\', i >= 3 && sc->s[i - 3] == '"');
		return !is_shared(sc, from, to) && found(sc, hit, PRIVATE_USER, from, to);
	}
	return false;
}

/* -- Behind a word that announces them -- */

/* A blank stands for a blank, hyphen, underscore or nothing. */
static const struct key {
	const char *words;
	enum private_kind kind;
	enum {
		PLAIN_WORD,	/* also an ordinary word: "host: try again" announces no name */
		ONE_WORD,
		TO_LINE_END,	/* names with blanks in them */
		DIGITS,		/* six or more, in groups or not */
		ID,		/* letters and digits, 6 to 20, a digit among them */
	} value;
} keys[] = {
	{ "user name", PRIVATE_USER, ONE_WORD }, { "user", PRIVATE_USER, PLAIN_WORD }, { "logname", PRIVATE_USER, ONE_WORD },
	{ "login", PRIVATE_USER, PLAIN_WORD }, { "host name", PRIVATE_HOST, ONE_WORD }, { "host", PRIVATE_HOST, PLAIN_WORD },
	{ "account name", PRIVATE_USER, ONE_WORD }, { "account domain", PRIVATE_HOST, ONE_WORD }, { "workstation name", PRIVATE_HOST, ONE_WORD },
	{ "node name", PRIVATE_HOST, ONE_WORD }, { "computer name", PRIVATE_HOST, TO_LINE_END },
	{ "device name", PRIVATE_NAME, TO_LINE_END }, { "full name", PRIVATE_NAME, TO_LINE_END }, { "registered owner", PRIVATE_NAME, TO_LINE_END },
	{ "phone number", PRIVATE_PHONE, DIGITS }, { "phone", PRIVATE_PHONE, DIGITS },
	{ "telephone", PRIVATE_PHONE, DIGITS }, { "tel", PRIVATE_PHONE, DIGITS }, { "mobile", PRIVATE_PHONE, DIGITS }, { "imei", PRIVATE_IMEI, ID },
	{ "meid", PRIVATE_IMEI, ID }, { "iccid", PRIVATE_ICCID, ID }, { "wi fi address", PRIVATE_MAC, ID }, { "bluetooth address", PRIVATE_MAC, ID },
	{ "mac address", PRIVATE_MAC, ID }, { "serial number", PRIVATE_SERIAL, ID }, { "serien nummer", PRIVATE_SERIAL, ID },
	{ "sn", PRIVATE_SERIAL, ID }, { "s/n", PRIVATE_SERIAL, ID }, { "ecid", PRIVATE_SERIAL, ID }, { "unique chip id", PRIVATE_SERIAL, ID },
	{ "die id", PRIVATE_SERIAL, ID },
};

static size_t
key_end(const struct scan *sc, size_t i, const char *words)
{
	for (; *words; words++) {
		if (*words == ' ')
			i += scan_is_one_of(sc, i, " -_");
		else if (i >= sc->n || scan_lower(sc->s[i++]) != *words)
			return 0;
	}
	return i;
}

/*
 * What stands between a key and its value: `sign` is '=', ':', ' ' before a quotation mark, or '<' in a property list; `quote` the
 * quotation mark or 0.
 */
static size_t
value_start(const struct scan *sc, size_t i, char *sign, char *quote)
{
	static const char *const elements[] = { "<string>", "<integer>" };

	i = skip(sc, i, ".", 1);
	i = skip(sc, i, "\\\"'", 2);
	if (scan_is_at(sc, i, "</key>")) {
		i = skip(sc, i + strlen("</key>"), " \t\r\n", 16);
		*sign = '<';
		*quote = '<';
		for (size_t k = 0; k < COUNT(elements); k++)
			if (scan_is_at(sc, i, elements[k]))
				return i + strlen(elements[k]);
		return 0;
	}
	if (scan_is_one_of(sc, i, " ") && scan_is_one_of(sc, i + 1, "\"'")) {
		*sign = ' ';
		*quote = sc->s[i + 1];
		return i + 2;
	}
	i = skip(sc, i, " \t", 16);
	if (!scan_is_one_of(sc, i, "=:"))
		return 0;
	*sign = sc->s[i];
	i = skip(sc, i + 1, *sign == '=' ? "> \t" : " \t", 16);
	i += scan_is_one_of(sc, i, "\\") && scan_is_one_of(sc, i + 1, "\"");
	*quote = scan_is_one_of(sc, i, "\"'") ? sc->s[i] : 0;
	return i + (*quote != 0);
}

static size_t
value_end(const struct scan *sc, size_t from, const char *stops, char quote)
{
	size_t p = from;

	while (p < sc->n && p - from < LONGEST_NAME && sc->s[p] && sc->s[p] != '\n' && !(quote ? sc->s[p] == quote : scan_is_one_of(sc, p, stops)))
		p++;
	while (p > from && scan_is_one_of(sc, p - 1, quote ? "\\" : " ."))
		p--;
	return p;
}

/* "on the host: ..." speaks of one. */
static bool
follows_article(const struct scan *sc, size_t i)
{
	static const char *const articles[] = { "the", "a", "this", "that", "your", "each", "every", "another", "same", "no" };

	for (size_t k = 0; i && sc->s[i - 1] == ' ' && k < COUNT(articles); k++) {
		size_t n = strlen(articles[k]) + 1;

		if (i >= n && scan_is_at_any_case(sc, i - n, articles[k]) && (i == n || !scan_is_name(sc->s[i - n - 1])))
			return true;
	}
	return false;
}

/* In "user: anna" and "user: anna, ..." a name stands behind the colon, not in "user: did not answer". */
static bool
is_whole_value(const struct scan *sc, size_t to)
{
	return to >= sc->n || scan_is_one_of(sc, skip(sc, to, " .", 2), "\r\n,;\"}") || skip(sc, to, " .", 2) >= sc->n;
}

/* Six digits or more, with what people write between them. */
static size_t
digits_value_end(const struct scan *sc, size_t from)
{
	size_t to = from, count = 0;

	for (size_t p = from; p < sc->n && p - from < 32 && scan_is_one_of(sc, p, "0123456789 +-()/.") && !scan_is_at(sc, p, ". "); p++)
		if (scan_is_digit(sc->s[p])) {
			count++;
			to = p + 1;
		}
	return count >= 6 && scan_ends_word(sc, to) ? to : 0;
}

static size_t
id_value_end(const struct scan *sc, size_t from)
{
	size_t to = from, digits = 0;

	for (; to < sc->n && to - from < 21 && scan_is_alnum(sc->s[to]); to++)
		digits += scan_is_digit(sc->s[to]);
	return to - from >= 6 && to - from <= 20 && digits && scan_ends_word(sc, to) && !scan_is_one_of(sc, to, "-") ? to : 0;
}

static size_t
word_value_end(const struct scan *sc, size_t from, bool line, char quote)
{
	size_t to = value_end(sc, from, line ? ",;\"<\r" : " \t\r,;:\"'<>()[]{}|&", quote);

	return to > from && has_letter(sc, from, to) && !scan_is_at(sc, to, "://") ? to : 0;
}

static bool
find_value(const struct scan *sc, size_t key, size_t i, const struct key *k, struct scan_hit *hit)
{
	char sign, quote;
	size_t from = value_start(sc, i, &sign, &quote), to;

	if (!from || from >= sc->n || !(scan_is_name(sc->s[from]) || scan_is_one_of(sc, from, "_.%+(")))
		return false;
	switch (k->value) {
	case DIGITS:	return found(sc, hit, k->kind, from, digits_value_end(sc, from));
	case ID:	return found(sc, hit, k->kind, from, id_value_end(sc, from));
	case PLAIN_WORD:
	case ONE_WORD:
	case TO_LINE_END:
		break;
	}
	to = word_value_end(sc, from, k->value == TO_LINE_END, quote);
	if (!to || (k->value == PLAIN_WORD && sign == ':' && !quote && (!is_whole_value(sc, to) || follows_article(sc, key))))
		return false;
	if (sign == ' ' && (!scan_is_one_of(sc, to, "\"'") || (k->value != TO_LINE_END && memchr(sc->s + from, ' ', to - from))))
		return false;	/* the user "did not answer" */
	return found(sc, hit, k->kind, from, to);
}

static bool
find_announced(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	for (size_t k = 0; k < COUNT(keys); k++) {
		size_t end = scan_lower(sc->s[i]) == keys[k].words[0] ? key_end(sc, i, keys[k].words) : 0;

		if (end && scan_ends_word(sc, end) && find_value(sc, i, end, keys + k, hit))
			return true;
	}
	return false;
}

/* -- Hosts -- */

static bool
is_host(char c)
{
	return scan_is_name(c) || c == '-' || c == '.';
}

static size_t
host_end(const struct scan *sc, size_t i)
{
	size_t end = i;

	while (end < sc->n && end - i < LONGEST_HOST && is_host(sc->s[end]))
		end++;
	while (end > i && (sc->s[end - 1] == '.' || sc->s[end - 1] == '-'))
		end--;
	return end;
}

static bool
ends_with(const struct scan *sc, size_t from, size_t to, const char *const *endings, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (to - from > strlen(endings[k]) && scan_is_at_any_case(sc, to - strlen(endings[k]), endings[k]))
			return true;
	return false;
}

/* Domains that only exist in the home. */
static bool
is_local(const struct scan *sc, size_t from, size_t to)
{
	static const char *const domains[] = { ".local", ".fritz.box", ".lan", ".home.arpa", ".localdomain" };

	return ends_with(sc, from, to, domains, COUNT(domains));
}

bool
scan_is_unit(const struct scan *sc, size_t from, size_t to)
{
	static const char *const units[] = { ".service", ".socket", ".target", ".timer", ".mount", ".slice", ".scope", ".device", ".path" };

	return ends_with(sc, from, to, units, COUNT(units));
}

/* "_apple-mobdev2._tcp.local" is a service, "/etc/rc.local" a file. */
static bool
find_local_host(struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t run = scan_run_end(sc, i, &sc->mail_end, scan_is_mail), to = run;

	while (to > i && (sc->s[to - 1] == '.' || (unsigned char)sc->s[to - 1] >= 0x80))
		to--;
	if (to - i > LONGEST_HOST || !is_local(sc, i, to) || host_end(sc, i) < to)
		return false;
	if (i && scan_is_one_of(sc, i - 1, "-_./\\") && !(i > 1 && scan_is_at(sc, i - 2, "//")))
		return false;
	return found(sc, hit, PRIVATE_HOST, i, to);
}

/* -- Accounts -- */

/* The end of a host behind an @: "annas-laptop" or one of a local domain; what has another domain is an address of mail. */
static size_t
account_host_end(const struct scan *sc, size_t from)
{
	size_t to = host_end(sc, from), digits = 0, others = 0;

	if (to - from < 2 || !is_letter(sc->s[from]) || scan_is_one_of(sc, to, "_@(*"))
		return 0;
	if (memchr(sc->s + from, '.', to - from) && !is_local(sc, from, to))
		return 0;
	for (size_t p = from; p < to; p++) {
		digits += scan_is_digit(sc->s[p]);
		others += !scan_is_hex(sc->s[p]);
	}
	/* "usb@fe980000" is a device at its address, "checkout@v2" a version. */
	return (digits && !others && to - from >= 6) || (sc->s[from] == 'v' && digits == to - from - 1) ? 0 : to;
}

/* "192.168.1.4" */
static bool
is_address(const struct scan *sc, size_t i)
{
	for (int part = 0; part < 4; part++, i++) {
		size_t end = scan_digits_end(sc, i, 3);

		if (end == i || (part < 3 && !scan_is_one_of(sc, end, ".")))
			return false;
		i = end;
	}
	return scan_ends_word(sc, i - 1);
}

/* "uid=1000(anna)" as id(1) writes it, and "anna(uid=1000)" as PAM does. */
static bool
find_account_number(const struct scan *sc, size_t i, size_t end, struct scan_hit *hit)
{
	size_t open = scan_is_at(sc, i, "uid=") ? scan_digits_end(sc, i + 4, 10) : i, to;

	if (scan_is_at(sc, end, "(uid="))
		return has_letter(sc, i, end) && found(sc, hit, PRIVATE_USER, i, end);
	if (open == i || !scan_is_one_of(sc, open, "("))
		return false;
	to = value_end(sc, open + 1, ") \t", 0);
	return scan_is_one_of(sc, to, ")") && found(sc, hit, PRIVATE_USER, open + 1, to);
}

static bool
find_user_at(struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t end = scan_run_end(sc, i, &sc->mail_end, scan_is_mail);

	if (end - i > LONGEST_NAME)
		return false;
	return find_account_number(sc, i, end, hit)
		|| (end - i >= 2 && scan_is_one_of(sc, end, "@") && has_letter(sc, i, end)
		    && (account_host_end(sc, end + 1) || is_address(sc, end + 1)) && found(sc, hit, PRIVATE_USER, i, end));
}

static bool
find_host_at(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	return i >= 2 && scan_is_mail(sc->s[i - 1]) && scan_is_mail(sc->s[i - 2])
		&& found(sc, hit, PRIVATE_HOST, i + 1, account_host_end(sc, i + 1));
}

/* What Windows writes before a backslash that is no domain: registries, buses. */
static bool
is_no_domain(const struct scan *sc, size_t from, size_t to)
{
	static const char *const words[] = {
		"HKLM", "HKCU", "HKCR", "HKU", "NT", "USB", "PCI", "ACPI", "ROOT", "SWD", "HID", "SCSI", "STORAGE", "SOFTWARE", "SYSTEM",
	};

	for (size_t k = 0; k < COUNT(words); k++)
		if (strlen(words[k]) == to - from && scan_is_at(sc, from, words[k]))
			return true;
	return false;
}

/* The end of a name behind a backslash, when it is the last of its path; 0 when it is not. */
static size_t
account_end(const struct scan *sc, size_t from)
{
	size_t to = from;

	while (to < sc->n && to - from < LONGEST_NAME && (scan_is_name(sc->s[to]) || scan_is_one_of(sc, to, "._-")))
		to++;
	while (to > from && scan_is_one_of(sc, to - 1, ".-"))
		to--;
	return to - from < 2 || !is_letter(sc->s[from]) || scan_is_one_of(sc, to, "\\/&%*$=") ? 0 : to;
}

/*
 * "CORP\anna", "CORP\\anna" with the account's domain or computer in capitals, as Windows writes it, of at most 15 characters (NetBIOS);
 * small letters before a backslash are rather a folder. In "FAILED\nRetry" it is an escape.
 */
static bool
is_account(const struct scan *sc, size_t i, size_t *slash, size_t *from, size_t *to)
{
	size_t p = i;

	while (p < sc->n && p - i <= 15 && (scan_is_upper(sc->s[p]) || scan_is_digit(sc->s[p]) || sc->s[p] == '-'))
		p++;
	if (p - i < 2 || p - i > 15 || !scan_is_one_of(sc, p, "\\") || !has_letter(sc, i, p) || is_no_domain(sc, i, p))
		return false;
	if (i && (scan_is_alnum(sc->s[i - 1]) || scan_is_one_of(sc, i - 1, "\\/:_.%$&@-")))
		return false;
	*slash = p;
	*from = skip(sc, p, "\\", 2);
	*to = account_end(sc, *from);
	return *to && !(scan_is_one_of(sc, *from, "nrt") && scan_is_upper(sc->s[*from + 1]));
}

/*
 * "\\server\user" and, escaped, "\\\\server\\user": i is where the backslashes begin. Gives the server's bounds and, when one
 * follows, the user's; *user_to is 0 when none does.
 */
static bool
is_share(const struct scan *sc, size_t i, size_t *from, size_t *to, size_t *user, size_t *user_to)
{
	size_t lead = skip(sc, i, "\\", 5) - i, sep;

	if ((lead != 2 && lead != 4) || (i && !scan_is_one_of(sc, i - 1, " \t\n\"'=(<,;")))
		return false;
	*from = i + lead;
	*to = host_end(sc, *from);
	sep = skip(sc, *to, "\\", 3) - *to;
	if (*to - *from < 2 || sep != lead / 2 || !scan_is_name(sc->s[*from]) || !has_letter(sc, *from, *to))
		return false;
	*user = *to + sep;
	for (*user_to = *user; *user_to < sc->n && *user_to - *user < LONGEST_NAME && is_host(sc->s[*user_to]); ++*user_to)
		;
	if (*user_to == *user || scan_is_one_of(sc, *user_to, "$") || scan_is_at_any_case(sc, *user, "users"))
		*user_to = 0;
	return true;
}

/* Bytes back from i to where a run of a class begins, at most `most`. */
static size_t
run_start(const struct scan *sc, size_t i, size_t most, bool (*in)(char c))
{
	size_t start = i;

	while (start && i - start < most && in(sc->s[start - 1]))
		start--;
	return start;
}

static bool
is_backslash(char c)
{
	return c == '\\';
}

static bool
is_domain(char c)
{
	return scan_is_upper(c) || scan_is_digit(c) || c == '-';
}

static bool
find_behind_backslash(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t slash, from, to, user, user_to;

	if (is_share(sc, i, &from, &to, &user, &user_to))
		return found(sc, hit, PRIVATE_HOST, from, to);
	if (is_account(sc, run_start(sc, i, 16, is_domain), &slash, &from, &to) && slash == i)
		return found(sc, hit, PRIVATE_USER, from, to);
	from = run_start(sc, i, LONGEST_HOST, is_host);
	return from < i && is_share(sc, run_start(sc, from, 5, is_backslash), &from, &to, &user, &user_to) && to == i && user_to
		&& found(sc, hit, PRIVATE_USER, user, user_to);
}

static bool
find_domain(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t slash, from, to;

	return is_account(sc, i, &slash, &from, &to) && found(sc, hit, PRIVATE_HOST, i, slash);
}

/* -- Names in sentences -- */

/* "for user anna", "on host annas-laptop": after these words, and when what follows is none of those. */
static const struct phrase {
	const char *words;
	enum private_kind kind;
} phrases[] = {
	{ "for user ", PRIVATE_USER }, { "by user ", PRIVATE_USER }, { "as user ", PRIVATE_USER }, { "of user ", PRIVATE_USER },
	{ "on host ", PRIVATE_HOST }, { "from host ", PRIVATE_HOST }, { "to host ", PRIVATE_HOST }, { "at host ", PRIVATE_HOST },
};
static const char *const no_names[] = {
	"interface", "interfaces", "mode", "space", "name", "names", "data", "account", "accounts", "agent", "id", "ids", "side", "computer",
	"controller", "controllers", "system", "systems", "key", "keys", "file", "files", "group", "groups", "session", "sessions", "settings",
	"profile", "profiles", "input", "request", "requests", "interaction", "action", "permission", "permissions", "and", "or", "is", "has",
	"was", "to", "with", "in", "on", "at", "the", "a", "that", "who", "not", "error", "port", "ports", "bus", "machine", "process", "service",
};

static bool
is_no_name(const struct scan *sc, size_t from, size_t to)
{
	for (size_t i = 0; i < COUNT(no_names); i++)
		if (strlen(no_names[i]) == to - from && scan_is_at_any_case(sc, from, no_names[i]))
			return true;
	return false;
}

static bool
find_in_phrase(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	for (size_t k = 0; k < COUNT(phrases); k++) {
		size_t from = i + strlen(phrases[k].words), to;

		if (!scan_is_at_any_case(sc, i, phrases[k].words) || from >= sc->n || !scan_is_name(sc->s[from]))
			continue;
		to = host_end(sc, from);
		return to - from >= 2 && !is_no_name(sc, from, to) && has_letter(sc, from, to) && found(sc, hit, phrases[k].kind, from, to);
	}
	return false;
}

/* The names that Windows gives a computer when it is set up. */
static bool
find_given_host(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	static const struct { const char *start; size_t rest; } given[] = { { "desktop-", 7 }, { "laptop-", 8 }, { "win-", 11 } };

	for (size_t k = 0; k < COUNT(given); k++) {
		size_t from = i + strlen(given[k].start), to = from;

		if (!scan_is_at_any_case(sc, i, given[k].start))
			continue;
		while (to < sc->n && scan_is_alnum(sc->s[to]))
			to++;
		return to - from == given[k].rest && found(sc, hit, PRIVATE_HOST, i, to);
	}
	return false;
}

/* -- Log lines -- */

/* "12:00:01", "12:00:01.250" */
static size_t
clock_end(const struct scan *sc, size_t i)
{
	for (int k = 0; k < 8; k++, i++)
		if (i >= sc->n || !(k % 3 == 2 ? sc->s[i] == ':' : scan_is_digit(sc->s[i])))
			return 0;
	if (scan_is_one_of(sc, i, ".,"))
		i = scan_digits_end(sc, i + 1, 9);
	return i;
}

/* "Nov 24 12:00:01" (RFC 3164) */
static size_t
old_stamp_end(const struct scan *sc, size_t i)
{
	static const char months[] = "jan feb mar apr may jun jul aug sep oct nov dec ";
	size_t day, end;
	int k = 0;

	while (k < 48 && !(scan_lower(sc->s[i]) == months[k] && i + 3 < sc->n && scan_lower(sc->s[i + 1]) == months[k + 1]
	    && scan_lower(sc->s[i + 2]) == months[k + 2]))
		k += 4;
	if (k == 48 || sc->s[i + 3] != ' ')
		return 0;
	day = skip(sc, i + 3, " ", 2);
	end = scan_digits_end(sc, day, 2);
	return end > day && scan_is_one_of(sc, end, " ") ? clock_end(sc, end + 1) : 0;
}

/* A year or time zone behind the time: "2026", "CET". */
static size_t
zone_end(const struct scan *sc, size_t i)
{
	size_t end = scan_digits_end(sc, i + 1, 5);

	if (!scan_is_one_of(sc, i, " "))
		return i;
	if (end - i == 5 && scan_is_one_of(sc, end, " "))
		return end;
	for (end = i + 1; end < sc->n && end - i < 6 && scan_is_upper(sc->s[end]); end++)
		;
	return end - i > 3 && scan_is_one_of(sc, end, " ") ? end : i;
}

/* "2026-11-24T12:00:01+01:00" (RFC 3339); with a blank for the T many programs write lines without a host. */
static size_t
new_stamp_end(const struct scan *sc, size_t i, bool *blank)
{
	static const char form[] = "dddd-dd-dd";

	for (const char *f = form; *f; f++, i++)
		if (i >= sc->n || !(*f == 'd' ? scan_is_digit(sc->s[i]) : sc->s[i] == *f))
			return 0;
	*blank = scan_is_one_of(sc, i, " ");
	if (!scan_is_one_of(sc, i, "T "))
		return 0;
	i = clock_end(sc, i + 1);
	return i ? skip(sc, i, "Z+-:0123456789", 6) : 0;
}

/* The program that wrote the line, behind the host: "usbmuxd[12]" or, when that is enough, "kernel:". */
static bool
is_tag(const struct scan *sc, size_t i, bool number)
{
	size_t p = i, end;

	while (p < sc->n && p - i < LONGEST_NAME && !scan_is_one_of(sc, p, " \t\r\n:[]<>") && sc->s[p])
		p++;
	if (p == i)
		return false;
	if (!number && scan_is_one_of(sc, p, ":"))
		return true;
	end = scan_is_one_of(sc, p, "[") ? scan_digits_end(sc, p + 1, 10) : 0;
	return end > p + 1 && scan_is_one_of(sc, end, "]");
}

static bool
find_log_host(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	bool number = false, sent = i >= 3 && scan_is_at(sc, i - 3, ">1 ");	/* as sent to another computer (RFC 5424) */
	size_t end = scan_is_digit(sc->s[i]) ? new_stamp_end(sc, i, &number) : old_stamp_end(sc, i), from, to;

	if (!end || !scan_is_one_of(sc, end, " "))
		return false;
	from = zone_end(sc, end);
	number |= from > end;
	from = skip(sc, from, " ", 4);
	for (to = from; to < sc->n && to - from < LONGEST_HOST && (is_host(sc->s[to]) || sc->s[to] == '_'); to++)
		;
	return to > from && scan_is_one_of(sc, to, " ") && (sent || is_tag(sc, skip(sc, to, " ", 4), number)) && has_letter(sc, from, to)
		&& found(sc, hit, PRIVATE_HOST, from, to);
}

/* -- All of them -- */

bool
scan_name_in_words(struct scan *sc, size_t i, struct scan_hit *hit)
{
	if (find_log_host(sc, i, hit) || find_announced(sc, i, hit) || find_in_phrase(sc, i, hit) || find_given_host(sc, i, hit) || find_serial(sc, i, hit) || find_domain(sc, i, hit))
		return true;
	return starts_name(sc, i) && (find_user_at(sc, i, hit) || find_local_host(sc, i, hit));
}

bool
scan_name_in_compound(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	bool small = scan_is_lower(sc->s[i - 1]), next = i + 1 < sc->n && scan_is_lower(sc->s[i + 1]);

	return scan_is_upper(sc->s[i]) && (small || (next && scan_is_upper(sc->s[i - 1]))) && (find_announced(sc, i, hit) || find_serial(sc, i, hit));
}

bool
scan_name_behind_sign(struct scan *sc, size_t i, struct scan_hit *hit)
{
	switch (sc->s[i]) {
	case '@':	return find_host_at(sc, i, hit);
	case '\\':	return find_home(sc, i, hit) || find_behind_backslash(sc, i, hit);
	default:	return find_home(sc, i, hit);
	}
}
