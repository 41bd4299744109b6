/* SPDX-License-Identifier: MIT */
#include "facts/device_ios_board.h"

#include "facts/device_ios_codes.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const names[ITEMS] = {
	[MODE] = "device.mode", [RECORD] = "device.record", [RECORD_MISSING] = "device.record_missing", [TRUST] = "device.trust",
	[LOCKDOWN_ERROR] = "device.lockdown_error", [SERIAL_READABLE] = "device.serial_readable",
	[IOS_VERSION] = "device.ios_version", [NAME] = "device.name", [FAMILY] = "device.family", [PRODUCT] = "device.product",
	[BETA] = "device.beta", [HOST_WAITING] = "device.host_waiting", [MIN_ITUNES] = "device.min_itunes",
	[MIN_MACOS] = "device.min_macos", [ACTIVATED] = "device.activated", [PASSCODE_PROTECTED] = "device.passcode_protected",
	[BATTERY] = "device.battery", [CHARGING] = "device.charging", [EXTERNAL_POWER] = "device.external_power",
	[DISK_TOTAL] = "device.disk_total", [DISK_FREE] = "device.disk_free", [SUPERVISED] = "device.supervised",
	[FIND_MY] = "device.find_my", [SETUP_DONE] = "device.setup_done", [WIFI_SYNC] = "device.wifi_sync",
	[BACKUP_ENCRYPTED] = "device.backup_encrypted", [CLOCK_SKEW] = "device.clock_skew",
};
enum { PREFIX = sizeof "device." - 1 };

bool
board_open(struct board *board, const char *udid, struct recorder *r)
{
	board->udid = udid;
	board->r = r;
	board->notes = watch_shared(sizeof *board->notes);
	if (board->notes)
		board->notes->stage = "before the first request";
	else
		record_unknown(r, names[TRUST], udid, "there is no memory to talk with the device");
	return board->notes;
}

static void
begin(struct board *board)
{
	record_begin(board->r, "device");
	record_text(board->r, "udid", board->udid);
}

/* Each fact leaves at once: what is known when the device falls silent is not lost. */
static void
end(struct board *board, enum item i)
{
	record_end(board->r);
	fflush(board->r->out);
	board->notes->done[i] = true;
}

void
board_text(struct board *board, enum item i, const char *v)
{
	begin(board);
	record_text(board->r, names[i] + PREFIX, v);
	end(board, i);
}

void
board_int(struct board *board, enum item i, int64_t v)
{
	begin(board);
	record_int(board->r, names[i] + PREFIX, v);
	end(board, i);
}

void
board_yes_no(struct board *board, enum item i, bool v)
{
	begin(board);
	record_yes_no(board->r, names[i] + PREFIX, v);
	end(board, i);
}

void
board_unknown(struct board *board, enum item i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(board->notes->why[i], REASON_SIZE, fmt, ap);
	va_end(ap);
}

void
board_unknown_code(struct board *board, enum item i, int code)
{
	struct buf b = { 0 };

	code_explain(&b, code);
	board_unknown(board, i, "%s", buf_text(&b));
	buf_free(&b);
}

void
board_rest(struct board *board, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(board->notes->rest, REASON_SIZE, fmt, ap);
	va_end(ap);
}

void
board_trust(struct board *board, const char *trust, int code, const char *because)
{
	struct buf b = { 0 };

	board_text(board, TRUST, trust);
	if (because)
		buf_puts(&b, because);
	else
		code_explain(&b, code);
	if (code == NO_CODE)
		board_unknown(board, LOCKDOWN_ERROR, "there was no error number: %s", buf_text(&b));
	else
		board_int(board, LOCKDOWN_ERROR, code);
	board_rest(board, "could not be read: %s", buf_text(&b));
	buf_free(&b);
}

void
board_trust_code(struct board *board, int code)
{
	board_trust(board, code_trust(code), code, NULL);
}

void
board_end(struct board *board, enum ending end, int detail)
{
	struct notes *b = board->notes;
	char late[REASON_SIZE];

	snprintf(late, sizeof late, "the device did not answer in time (last: %s)", b->stage);
	if (end == ENDED_LATE && !b->done[TRUST])
		board_trust(board, b->so_far ? b->so_far : code_trust(CODE_TIMEOUT), CODE_TIMEOUT, late);
	else if (end == ENDED_LATE)
		board_rest(board, "%s", late);
	else if (end == ENDED_BY_SIGNAL)
		board_rest(board, "the library crashed on what it was sent (signal %d; last: %s)", detail, b->stage);
	else if (end == ENDED_BADLY)
		board_rest(board, "there could be no talk with the device (status %d)", detail);
	for (int i = 0; i < ITEMS; i++)
		if (!b->done[i])
			record_unknown(board->r, names[i], board->udid, b->why[i][0] ? b->why[i] : b->rest);
	fflush(board->r->out);
}
