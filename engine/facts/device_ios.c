/* SPDX-License-Identifier: MIT */
/*
 * The collectors of a build with libimobiledevice: `mux`, the list of devices, and `device`, the
 * talk with each of them. Read-only but for --ask-trust.
 */
#include "facts/device_ios_board.h"
#include "facts/device_ios_codes.h"
#include "facts/device_ios_link.h"
#include "facts/device_ios_list.h"
#include "facts/device_ios_values.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum {
	MUX_MS = 6000,			/* the library needs 5 s to notice that a multiplexer is silent */
	MUX_ROW_MS = 7000,
	DEVICE_MS = 11000,
	DEVICE_ROW_MS = 12000,
	PERSON_MS = 20000,		/* more, to find the phone, read the question, enter the passcode (domain: up to 30 s) */
	MARGIN_MS = DEVICE_ROW_MS - DEVICE_MS,	/* for the last words after a deadline of ours */
	/*
	 * Between two looks whether the Trust question was answered. Each is a request for which the
	 * library makes new keys, and lets nobody keep them; so the pauses grow, up to what a person
	 * who has answered is ready to wait.
	 */
	POLL_MS = 2000, POLL_LONGEST_MS = 5000,
	LAST_POLL_MS = 500,		/* when less is left, another look is not worth it */
	CLOSING_MS = 200,		/* a device that closes the connection has done so by then */
	SESSION_MS = 2500		/* kept back from waiting for that answer, for what comes after it */
};

const char device_support[] = "libimobiledevice " DX_DEVICE_VERSION;

/* One talk with one device, in the child. */
struct talk {
	const struct collect_options *o;
	struct board *board;
	struct watched *w;
	struct link *link;
	char version[32];		/* "" until the device gave one */
	bool other_mode;		/* recovery and the like: there is no trust to find out about */
	enum record record;
};

static void
enter_mode(struct talk *t, const char *mode)
{
	board_text(t->board, MODE, mode);
	t->other_mode = strcmp(mode, "normal") != 0;
	if (t->other_mode)
		board_rest(t->board, "the device is in %s mode", strcmp(mode, "dfu") == 0 ? "DFU" : mode);
}

/* Modes in which no lockdown answers, by USB product id. */
static const struct usb_mode {
	uint32_t from, to;
	const char *mode;
} usb_modes[] = {
	{ 0x1281, 0x1281, "recovery" }, { 0x1227, 0x1227, "dfu" }, { 0x1901, 0x1905, "restore" },
};

/* Finds the device in the list; false when there is nobody to talk to. */
static bool
meet(struct talk *t)
{
	struct buf why = { 0 };
	bool gone;
	uint32_t product;

	t->board->notes->stage = "asking the multiplexer for the device";
	t->link = link_find(t->board->udid, &why, &gone);
	if (!t->link && gone)
		board_trust(t->board, "gone", NO_CODE, buf_text(&why));
	else if (!t->link)
		board_rest(t->board, "%s", buf_text(&why));
	buf_free(&why);
	if (!t->link)
		return false;
	product = link_entry(t->link)->product;
	for (size_t i = 0; i < sizeof usb_modes / sizeof *usb_modes; i++)
		if (product >= usb_modes[i].from && product <= usb_modes[i].to)
			enter_mode(t, usb_modes[i].mode);
	return !t->other_mode;
}

static void
read_record(struct talk *t)
{
	static const char *const states[] = {
		[RECORD_ABSENT] = "absent", [RECORD_DAMAGED] = "damaged", [RECORD_USABLE] = "present",
	};
	struct buf missing = { 0 }, why = { 0 };

	t->board->notes->stage = "asking the multiplexer for the pair record";
	t->record = link_record(t->link, &missing, &why);
	if (t->record == RECORD_UNKNOWN)
		board_unknown(t->board, RECORD, "%s", buf_text(&why));
	else
		board_text(t->board, RECORD, states[t->record]);
	if (t->record == RECORD_DAMAGED || t->record == RECORD_USABLE)
		board_text(t->board, RECORD_MISSING, t->record == RECORD_USABLE ? "none" : buf_text(&missing));
	else
		board_unknown(t->board, RECORD_MISSING, "there is no pair record to look into");
	buf_free(&missing);
	buf_free(&why);
}

/* Why no connection could be made: the library says -8 to all of these. */
static const struct obstacle {
	int error;
	const char *trust, *because;
} obstacles[] = {
	{ ECONNREFUSED, "refused", "the device refuses the connection: its lockdown service does not listen" },
	{ ENODEV, "gone", "the multiplexer has lost the device" },
	{ ETIMEDOUT, "no-answer", "nobody answered when a connection to the device was opened" },
	{ EHOSTUNREACH, "no-answer", "the device cannot be reached over the network" },
	{ ENETUNREACH, "no-answer", "the network of the device cannot be reached" },
	{ EAFNOSUPPORT, "failed", "the multiplexer gave no network address that can be used" },
	{ EBADF, "mux-failed", "the multiplexer did not understand the request for a connection, or broke it off" },
};

static void
report_obstacle(struct talk *t, int error, int code)
{
	for (size_t i = 0; i < sizeof obstacles / sizeof *obstacles; i++)
		if (obstacles[i].error == error) {
			board_trust(t->board, obstacles[i].trust, code, obstacles[i].because);
			return;
		}
	if (error)
		board_trust(t->board, "failed", code, strerror(error));
	else
		board_trust_code(t->board, code);
}

/* Opens a plain connection. The probe before it only tells the reason should that fail. */
static bool
reach(struct talk *t)
{
	int error, code = CODE_TIMEOUT;

	t->board->notes->stage = "opening a connection";
	error = link_probe(t->link);
	if (error != ETIMEDOUT)
		code = link_open(t->link);
	if (code != CODE_OK)
		report_obstacle(t, error, code);
	return code == CODE_OK;
}

static int
ask_type(struct talk *t)
{
	char type[64];
	int code;

	t->board->notes->stage = "asking which service answers";
	code = link_type(t->link, type, sizeof type);
	if (code != CODE_OK)
		board_unknown_code(t->board, MODE, code);
	else if (strcmp(type, "com.apple.mobile.restored") == 0)
		enter_mode(t, "restore");
	else if (strcmp(type, "com.apple.mobile.lockdown") == 0)
		enter_mode(t, "normal");
	else
		values_odd_text(t->board, MODE, type);
	return code;
}

static void
sleep_ms(int64_t ms)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&pause, NULL);
}

/*
 * A talk that broke off at its first words. The library has one number for a closed connection
 * and for a reply it has no use for; the next request tells them apart, for on a closed
 * connection it cannot even be sent. A reply too long to be held comes back before the device had
 * the time to close, hence the pause.
 */
static void
report_break(struct talk *t, int first, int code)
{
	char version[sizeof t->version];
	int known = first != CODE_OK ? first : code;

	if (code == CODE_UNKNOWN)
		sleep_ms(CLOSING_MS);
	if (code == CODE_UNKNOWN
			&& values_ask_version(t->board, t->link, version, sizeof version) == CODE_UNKNOWN)
		board_trust(t->board, code_trust(CODE_GARBAGE), known,
			"the device answers, but nothing that the library understands");
	else
		board_trust_code(t->board, known);
}

/*
 * First words on a plain connection. One that breaks here gets a second chance: that happens
 * while a device is being plugged in. False when the talk is over; else `code` is what the device
 * had to say against giving its version.
 */
static bool
greet(struct talk *t, int *code)
{
	for (int again = 1;; again--) {
		int first = ask_type(t);

		if (t->other_mode)
			return false;
		*code = values_ask_version(t->board, t->link, t->version, sizeof t->version);
		if (!code_ends_talk(*code))
			return true;
		if (!again || link_open(t->link) != CODE_OK) {
			report_break(t, first, *code);
			return false;
		}
	}
}

/*
 * Without a usable record there is nothing to try: the library's handshake would ask the device
 * for trust.
 */
static void
report_no_record(struct talk *t)
{
	if (t->record == RECORD_ABSENT)
		board_trust(t->board, "not-paired", NO_CODE, "this computer has no pair record of the device");
	else if (t->record == RECORD_DAMAGED)
		board_trust(t->board, "damaged-record", NO_CODE, "the pair record on this computer is damaged");
	else
		board_trust(t->board, "mux-failed", NO_CODE, t->board->notes->why[RECORD]);
}

/*
 * Raises the Trust question and waits for the answer while there is time. True when there is a
 * new record to try.
 */
static bool
ask_for_trust(struct talk *t)
{
	int64_t left, took, rest;
	int code;

	t->board->notes->stage = "asking for trust";
	for (int64_t pause = POLL_MS;; pause = 2 * pause < POLL_LONGEST_MS ? 2 * pause : POLL_LONGEST_MS) {
		left = watch_left(t->w);
		code = link_open(t->link);
		if (code == CODE_OK)
			code = link_pair(t->link);
		took = left - watch_left(t->w);		/* making the keys is slow on a small computer */
		if (code == CODE_DIALOG_PENDING)
			watch_person(t->w);
		rest = watch_left(t->w) - took - SESSION_MS;
		if (code != CODE_DIALOG_PENDING || rest < LAST_POLL_MS)
			break;
		t->board->notes->so_far = code_trust(code);
		sleep_ms(rest < pause ? rest : pause);
	}
	if (code != CODE_OK) {
		board_trust_code(t->board, code);
		return false;
	}
	t->board->notes->so_far = NULL;
	read_record(t);			/* the library reports success even when the record was not stored */
	if (t->record == RECORD_ABSENT)
		board_trust(t->board, "not-kept", NO_CODE, "the device gave its trust, but the pair record was not kept");
	else if (t->record != RECORD_USABLE)
		report_no_record(t);
	return t->record == RECORD_USABLE;
}

/*
 * A session proves nothing until a value came through it: with TLS 1.3 a refused certificate
 * shows no earlier.
 */
static bool
prove_trust(struct talk *t)
{
	struct answer a;
	bool in_session;
	int code;

	t->board->notes->stage = "starting a session";
	code = link_session(t->link, t->version);
	if (code == LINK_REFUSED) {
		board_rest(t->board, "the device was not asked: with iOS %s, or without a pair record by now, "
			"that could itself ask for trust", t->version);
		return false;
	}
	in_session = code == CODE_OK;
	if (in_session) {
		t->board->notes->stage = "reading the serial number";
		code = link_ask(t->link, NULL, "SerialNumber", &a);
		if (code == CODE_OK || code == CODE_MISSING_VALUE) {
			board_yes_no(t->board, SERIAL_READABLE, code == CODE_OK && a.kind == ANSWER_TEXT && a.text[0]);
			code = CODE_OK;		/* that it has none was said in the session, too */
		}
	}
	if (in_session && code == CODE_UNKNOWN)
		report_break(t, CODE_OK, code);
	else
		board_trust_code(t->board, code);
	return code == CODE_OK;
}

/* What only a trusted computer may know. */
static void
ask_the_rest(struct talk *t)
{
	struct buf why = { 0 };
	int code = values_ask(t->board, t->link, true);

	if (code == CODE_OK)
		buf_puts(&why, "the device did not report it");
	else {
		buf_printf(&why, "the session ended at %s: ", t->board->notes->stage);
		code_explain(&why, code);
	}
	board_rest(t->board, "%s", buf_text(&why));
	buf_free(&why);
}

/*
 * First what any computer may know; then, where there is a record, whether the device still
 * accepts it.
 */
static void
talk(struct talk *t)
{
	int code;

	if (!meet(t))
		return;
	read_record(t);			/* needs no device, so it is known even when that is silent */
	if (!reach(t) || !greet(t, &code))
		return;
	values_ask(t->board, t->link, false);
	if (t->o->ask_trust && (t->record == RECORD_ABSENT || t->record == RECORD_DAMAGED)) {
		if (!ask_for_trust(t))
			return;
	} else if (t->record != RECORD_USABLE) {
		report_no_record(t);
		return;
	}
	if (t->version[0]) {
		if (prove_trust(t))
			ask_the_rest(t);
	} else if (code != CODE_OK)
		board_trust_code(t->board, code);
	else
		board_rest(t->board, "the device was not asked: that could itself ask for trust "
			"while the iOS version is not known");
}

static void
talk_and_leave(struct watched *w, void *context)
{
	struct talk *t = context;

	t->w = w;
	talk(t);
	watch_done(w);
	link_close(t->link);		/* good manners, over which the device may keep us waiting */
}

/* The time for work that may take `own`: less when the whole collection has less. */
static int64_t
budget(const struct collect_options *o, int own)
{
	int given = o->deadline_ms - MARGIN_MS;

	if (o->deadline_ms <= 0 || given >= own)
		return own;
	return given > MARGIN_MS ? given : MARGIN_MS;
}

static void
run_device(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct board board;
	struct talk t = { .o = o, .board = &board };
	int64_t own = budget(o, DEVICE_MS), patience = o->ask_trust ? budget(o, DEVICE_MS + PERSON_MS) - own : 0;
	enum ending end;
	int detail;

	if (!board_open(&board, subject, r))
		return;
	fflush(r->out);
	end = watch(talk_and_leave, &t, own, patience, &detail);
	board_end(&board, end, detail);
}

static void
run_mux(const struct collect_options *o, const char *subject, struct recorder *r)
{
	(void)subject;
	list_run(r, budget(o, MUX_MS));
}

const struct collector device_collectors[] = {
	{ "mux", "asking the multiplexer for devices",
		"device.udid device.connection mux.devices mux.network_devices", "", NULL, MUX_ROW_MS, 0, true, run_mux },
	{ "device", "asking the device",
		"device.mode device.record device.record_missing device.trust device.lockdown_error device.serial_readable "
		"device.ios_version device.name device.family device.product device.beta device.host_waiting device.min_itunes "
		"device.min_macos device.activated device.passcode_protected device.battery device.charging device.external_power "
		"device.disk_total device.disk_free device.supervised device.find_my device.setup_done device.wifi_sync "
		"device.backup_encrypted device.clock_skew", "mux", "device.udid", DEVICE_ROW_MS, PERSON_MS, true, run_device },
	{ .name = NULL },
};
