/* SPDX-License-Identifier: MIT */
/*
 * A text in which private things are looked for (scan.h), and what the files that know their forms share. Each form is a function that
 * says whether it begins at byte i, and looks at a bounded number of bytes to say it; where a run of characters may be long, its end is
 * remembered.
 */
#ifndef FACTS_SCAN_TEXT_H
#define FACTS_SCAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Kinds of private values; the first nine are what `private:` of a slot can say. */
enum private_kind {
	PRIVATE_UDID, PRIVATE_SERIAL, PRIVATE_IMEI, PRIVATE_PHONE, PRIVATE_MAC, PRIVATE_NAME, PRIVATE_USER, PRIVATE_PATH, PRIVATE_HOST,
	PRIVATE_IP, PRIVATE_EMAIL, PRIVATE_UUID, PRIVATE_BUID, PRIVATE_ICCID, PRIVATE_PEM, PRIVATE_BASE64, PRIVATE_OTHER,
	PRIVATE_KINDS
};

/* Where runs of one class of characters end; remembered, so that a run is walked once. */
struct scan {
	const char *s;
	size_t n;
	size_t start;		/* a word can start here: at 0, and where the last hit ended */
	size_t hex_end, mail_end, base64_end;
	bool no_data_end;	/* no </data> follows */
};

struct scan_hit {
	enum private_kind kind;
	size_t from, to;	/* the private part; from may lie behind the place asked about */
};

/* Classes of characters, ASCII in any locale. In the header, as every byte of every text is asked about. */
static inline bool
scan_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
scan_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool
scan_is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline char
scan_lower(char c)
{
	return scan_is_upper(c) ? (char)(c | 0x20) : c;
}

static inline bool
scan_is_hex(char c)
{
	return scan_is_digit(c) || (scan_lower(c) >= 'a' && scan_lower(c) <= 'f');
}

static inline bool
scan_is_alnum(char c)
{
	return scan_is_digit(c) || scan_is_upper(c) || scan_is_lower(c);
}

/* What a name can be written with: letters and digits, and any byte above ASCII. */
static inline bool
scan_is_name(char c)
{
	return scan_is_alnum(c) || (unsigned char)c >= 0x80;
}

/* What stands before the @ of an address. */
static inline bool
scan_is_mail(char c)
{
	return scan_is_name(c) || (c && strchr("._%+-", c));
}

/* A byte of a character of UTF-8 that is not its first. */
static inline bool
scan_is_middle(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The end of the run of a class that byte i belongs to, from memory when the run is known. */
size_t scan_run_end(const struct scan *sc, size_t i, size_t *known, bool (*in)(char c));

/* The end of the run of digits from i, at most `most` of them. */
size_t scan_digits_end(const struct scan *sc, size_t i, size_t most);

bool scan_starts_word(const struct scan *sc, size_t i);
bool scan_ends_word(const struct scan *sc, size_t i);

/* True when the byte at i, if there is one, is one of these. */
bool scan_is_one_of(const struct scan *sc, size_t i, const char *set);

/* True when a word stands at i; the second takes it in any case, `word` in lower case. */
bool scan_is_at(const struct scan *sc, size_t i, const char *word);
bool scan_is_at_any_case(const struct scan *sc, size_t i, const char *word);

#endif
