/* SPDX-License-Identifier: MIT */
#include "facts/device_ios_values.h"

#include "base/text.h"
#include "facts/device_ios_codes.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum {
	TEXT_MAX = 200,			/* bytes kept of a text that the device's owner wrote */
	ODD_MAX = 40,			/* bytes quoted of a text that has no meaning */
	VERSION_MAX = 30,
	REOPENINGS = 2			/* connections made anew because one value cut or garbled them */
};

static bool
is_utf8(const char *s, size_t n)
{
	uint32_t cp;

	for (size_t i = 0, step; i < n; i += step)
		if (!(step = text_decode(s + i, n - i, &cp)))
			return false;
	return true;
}

/* A device's own text: bounded, and UTF-8 whatever was sent. */
static void
take_text(struct board *board, enum item i, const struct answer *a)
{
	struct buf b = { 0 };
	size_t n = strlen(a->text);

	if (n <= TEXT_MAX && is_utf8(a->text, n))
		buf_puts(&b, a->text);
	else
		text_clean(&b, a->text, n, TEXT_MAX);
	board_text(board, i, buf_text(&b));
	buf_free(&b);
}

void
values_odd_text(struct board *board, enum item i, const char *text)
{
	struct buf b = { 0 };

	text_clean(&b, text, strlen(text), ODD_MAX);
	board_unknown(board, i, "the device gave \"%s\", which has no meaning here", buf_text(&b));
	buf_free(&b);
}

static void
take_family(struct board *board, enum item i, const struct answer *a)
{
	static const char *const known[] = { "iPhone", "iPad", "iPod", "Watch", "AppleTV" };

	for (size_t k = 0; k < sizeof known / sizeof *known; k++)
		if (strcmp(a->text, known[k]) == 0) {
			board_text(board, i, known[k]);
			return;
		}
	values_odd_text(board, i, a->text);
}

/* "17", "17.5.1": numbers of at most six digits with single dots. */
static bool
is_version(const char *s)
{
	size_t digits = 0;

	if (strlen(s) > VERSION_MAX)
		return false;
	for (; *s; s++) {
		if (isdigit((unsigned char)*s) && ++digits <= 6)
			continue;
		if (*s != '.' || digits == 0 || digits > 6)
			return false;
		digits = 0;
	}
	return digits > 0;
}

static void
take_version(struct board *board, enum item i, const struct answer *a)
{
	if (is_version(a->text))
		board_text(board, i, a->text);
	else
		values_odd_text(board, i, a->text);
}

/* Builds of test versions end in a small letter: 21F5048f. */
static void
take_beta(struct board *board, enum item i, const struct answer *a)
{
	size_t n = strlen(a->text);

	if (n > 0 && isalnum((unsigned char)a->text[n - 1]))
		board_yes_no(board, i, islower((unsigned char)a->text[n - 1]));
	else
		values_odd_text(board, i, a->text);
}

static void
take_activated(struct board *board, enum item i, const struct answer *a)
{
	const char *end = strlen(a->text) >= 9 ? a->text + strlen(a->text) - 9 : a->text;

	if (strcmp(a->text, "Unactivated") == 0)
		board_yes_no(board, i, false);
	else if (strcasecmp(end, "activated") == 0)	/* FactoryActivated, WildcardActivated */
		board_yes_no(board, i, true);
	else
		values_odd_text(board, i, a->text);
}

static void
take_yes_no(struct board *board, enum item i, const struct answer *a)
{
	board_yes_no(board, i, a->yes);
}

static void
take_percent(struct board *board, enum item i, const struct answer *a)
{
	if (a->integer <= 100)
		board_int(board, i, (int64_t)a->integer);
	else
		board_unknown(board, i, "the device gave %" PRIu64 ", which is no percentage", a->integer);
}

static void
take_bytes(struct board *board, enum item i, const struct answer *a)
{
	if (a->integer <= INT64_MAX)
		board_int(board, i, (int64_t)a->integer);
	else
		board_unknown(board, i, "the device gave a negative size");
}

static void
take_skew(struct board *board, enum item i, const struct answer *a)
{
	char skew[32];

	if (!isfinite(a->real) || fabs(a->real) > 1e12) {
		board_unknown(board, i, "the device gave an impossible time");
		return;
	}
	snprintf(skew, sizeof skew, "%.0fs", fabs(a->real - (double)time(NULL)));
	board_text(board, i, skew);
}

/*
 * The values, in the order they are asked for. A slot may have two rows: the second is asked for
 * only when the first gave nothing.
 */
static const struct question {
	enum item item;
	bool early;			/* readable before trust, at least on some releases */
	const char *domain, *key;
	enum answer_kind kind;
	void (*take)(struct board *board, enum item i, const struct answer *a);	/* NULL: that there is a value is the answer */
} questions[] = {
	{ FAMILY,             true,  NULL, "DeviceClass", ANSWER_TEXT, take_family },
	{ PRODUCT,            true,  NULL, "ProductType", ANSWER_TEXT, take_text },
	{ BETA,               true,  NULL, "BuildVersion", ANSWER_TEXT, take_beta },
	{ NAME,               true,  NULL, "DeviceName", ANSWER_TEXT, take_text },
	{ HOST_WAITING,       true,  NULL, "UntrustedHostBUID", ANSWER_NOTHING, NULL },
	{ ACTIVATED,          true,  NULL, "ActivationState", ANSWER_TEXT, take_activated },
	{ MIN_ITUNES,         true,  "com.apple.mobile.iTunes", "MinITunesVersion", ANSWER_TEXT, take_version },
	{ MIN_MACOS,          true,  "com.apple.mobile.iTunes", "MinMacOSVersion", ANSWER_TEXT, take_version },
	{ PASSCODE_PROTECTED, false, NULL, "PasswordProtected", ANSWER_YES_NO, take_yes_no },
	{ CLOCK_SKEW,         false, NULL, "TimeIntervalSince1970", ANSWER_REAL, take_skew },
	{ BATTERY,            false, "com.apple.mobile.battery", "BatteryCurrentCapacity", ANSWER_INTEGER, take_percent },
	{ CHARGING,           false, "com.apple.mobile.battery", "BatteryIsCharging", ANSWER_YES_NO, take_yes_no },
	{ EXTERNAL_POWER,     false, "com.apple.mobile.battery", "ExternalConnected", ANSWER_YES_NO, take_yes_no },
	{ DISK_TOTAL,         false, "com.apple.disk_usage", "TotalDiskCapacity", ANSWER_INTEGER, take_bytes },
	{ DISK_TOTAL,         false, "com.apple.disk_usage", "TotalDataCapacity", ANSWER_INTEGER, take_bytes },
	{ DISK_FREE,          false, "com.apple.disk_usage", "AmountDataAvailable", ANSWER_INTEGER, take_bytes },
	{ DISK_FREE,          false, "com.apple.disk_usage", "TotalDataAvailable", ANSWER_INTEGER, take_bytes },
	{ SUPERVISED,         false, "com.apple.mobile.chaperone", "DeviceIsChaperoned", ANSWER_YES_NO, take_yes_no },
	{ FIND_MY,            false, "com.apple.fmip", "IsAssociated", ANSWER_YES_NO, take_yes_no },
	{ SETUP_DONE,         false, "com.apple.PurpleBuddy", "SetupDone", ANSWER_YES_NO, take_yes_no },
	{ WIFI_SYNC,          false, "com.apple.mobile.wireless_lockdown", "EnableWifiConnections", ANSWER_YES_NO, take_yes_no },
	{ BACKUP_ENCRYPTED,   false, "com.apple.mobile.backup", "WillEncrypt", ANSWER_YES_NO, take_yes_no },
};

static void
take(struct board *board, const struct question *q, int code, const struct answer *a)
{
	if (!q->take && (code == CODE_OK || code == CODE_MISSING_VALUE))
		board_yes_no(board, q->item, a->kind != ANSWER_NOTHING);
	else if (code != CODE_OK)
		board_unknown_code(board, q->item, code);
	else if (a->kind == q->kind)
		q->take(board, q->item, a);
	else
		board_unknown(board, q->item, a->kind == ANSWER_NOTHING ? "the device did not report it"
			: "the device reported it in a form that has no meaning here");
}

int
values_ask(struct board *board, struct link *l, bool session)
{
	int reopenings = session ? 0 : REOPENINGS;

	for (const struct question *q = questions; q < questions + sizeof questions / sizeof *questions; q++) {
		struct answer a;
		int code;

		if (board->notes->done[q->item] || (!session && !q->early))
			continue;
		board->notes->stage = q->key;
		code = link_ask(l, q->domain, q->key, &a);
		take(board, q, code, &a);
		if (code_ends_talk(code) && (reopenings-- <= 0 || link_open(l) != CODE_OK))
			return code;
	}
	return CODE_OK;
}

int
values_ask_version(struct board *board, struct link *l, char *version, size_t size)
{
	static const struct question q = { IOS_VERSION, true, NULL, "ProductVersion", ANSWER_TEXT, take_version };
	struct answer a;
	int code;

	board->notes->stage = q.key;
	code = link_ask(l, q.domain, q.key, &a);
	take(board, &q, code, &a);
	snprintf(version, size, "%s", board->notes->done[IOS_VERSION] ? a.text : "");
	return code;
}
