/* SPDX-License-Identifier: MIT */
#include "facts/device_ios_list.h"

#include "facts/device_ios_link.h"
#include "facts/device_ios_watch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	RETRY_MS = 300,			/* before a list that could not be read is asked for again: a device may be arriving */
	UDID_MIN = 8
};

/* What the child that lists leaves for its parent. */
struct outcome {
	bool done, transient;
	char why[256];
};

struct lister {
	struct recorder *r;
	struct outcome *outcome;
};

/* What may be a device's identifier: it names a file of the multiplexer's, and people read it. */
static bool
is_udid(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-')
			return false;
	return n >= UDID_MIN;
}

/* True for the first entry of a device; it may be listed a second time, over the network. */
static bool
is_first(const struct link_entry *list, int i)
{
	for (int j = 0; j < i; j++)
		if (strcmp(list[j].udid, list[i].udid) == 0)
			return false;
	return true;
}

static bool
by_cable(const struct link_entry *list, int n, const char *udid)
{
	for (int i = 0; i < n; i++)
		if (list[i].usb && strcmp(list[i].udid, udid) == 0)
			return true;
	return false;
}

static void
write_device(struct recorder *r, const char *udid, bool cable)
{
	record_begin(r, "device");
	record_text(r, "udid", udid);
	record_text(r, "connection", cable ? "usb" : "network");
	record_end(r);
}

/* The template is surveyed only when every device of the list could be told. */
static void
write_list(const struct lister *l, const struct link_entry *list, int n)
{
	int cable = 0, network = 0, odd = 0;

	for (int i = 0; i < n; i++) {
		const char *udid = list[i].udid;

		if (!is_first(list, i))
			continue;
		if (by_cable(list, n, udid))
			cable++;
		else
			network++;
		if (!is_udid(udid))
			odd++;
		else
			write_device(l->r, udid, by_cable(list, n, udid));
	}
	record_begin(l->r, "mux");
	record_int(l->r, "devices", cable);
	record_int(l->r, "network_devices", network);
	record_end(l->r);
	if (odd)
		record_unknown(l->r, "device", NULL, "the multiplexer lists a device under an identifier that cannot be one");
	else
		record_surveyed(l->r, "device");
}

static void
list_devices(struct watched *w, void *context)
{
	struct lister *l = context;
	struct link_entry *list;
	struct buf why = { 0 };
	int n = link_list(&list, &why, &l->outcome->transient);

	if (n >= 0)
		write_list(l, list, n);
	fflush(l->r->out);
	snprintf(l->outcome->why, sizeof l->outcome->why, "%s", buf_text(&why));
	l->outcome->done = n >= 0;
	watch_done(w);
	free(list);
	buf_free(&why);
}

/*
 * One attempt in a fresh process: after a list that failed, the library never asks for one again
 * in the same.
 */
static void
attempt(struct lister *l, int64_t ms)
{
	struct outcome *o = l->outcome;
	int detail;
	enum ending end;

	memset(o, 0, sizeof *o);
	end = watch(list_devices, l, ms, 0, &detail);
	o->transient |= end == ENDED_BY_SIGNAL;
	if (end == ENDED_LATE)
		snprintf(o->why, sizeof o->why, "the multiplexer did not answer");
	else if (end == ENDED_BY_SIGNAL)
		snprintf(o->why, sizeof o->why, "the library crashed on what the multiplexer sent (signal %d)", detail);
	else if (end == ENDED_BADLY)
		snprintf(o->why, sizeof o->why, "the multiplexer could not be asked (status %d)", detail);
}

void
list_run(struct recorder *r, int64_t ms)
{
	struct lister l = { .r = r, .outcome = watch_shared(sizeof *l.outcome) };
	struct timespec pause = { .tv_nsec = RETRY_MS * 1000000L };
	int64_t end = watch_clock() + ms;
	const char *why = "there is no memory to ask the multiplexer";

	if (l.outcome) {
		fflush(r->out);
		attempt(&l, end - watch_clock());
		if (!l.outcome->done && l.outcome->transient && end - watch_clock() > 2 * RETRY_MS) {
			nanosleep(&pause, NULL);
			attempt(&l, end - watch_clock());
		}
		why = l.outcome->done ? NULL : l.outcome->why;
	}
	if (why) {
		record_unknown(r, "mux.devices", NULL, why);
		record_unknown(r, "mux.network_devices", NULL, why);
		record_unknown(r, "device", NULL, why);
	}
	fflush(r->out);
}
