/* SPDX-License-Identifier: MIT */
#include "facts/mux_list.h"

#include "base/arena.h"
#include "facts/plist_keys.h"

#include <stdlib.h>
#include <string.h>

/* The longest reply that is read: far above any list of devices. */
enum { LONGEST_REPLY = 1 << 20, HEADER = 16, MESSAGE_PLIST = 8 };

static const char question[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>"
	"<key>MessageType</key><string>ListDevices</string><key>ClientVersionString</key><string>diagnose</string>"
	"<key>ProgName</key><string>diagnose</string><key>kLibUSBMuxVersion</key><integer>3</integer></dict></plist>\n";

static void
put_word(char *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(unsigned char)(v >> (8 * i));
}

static uint32_t
get_word(const char *at)
{
	uint32_t v = 0;

	for (int i = 4; i-- > 0;)
		v = v << 8 | (unsigned char)at[i];
	return v;
}

/* -- The list -- */

struct reading {
	struct mux_list *list;
	struct mux_entry entry;
	int list_depth;		/* of the array DeviceList; 0: not in it */
	bool found;
};

static bool
is_key(const struct plist_value *v, const char *name)
{
	return v->key && v->key_len == strlen(name) && memcmp(v->key, name, v->key_len) == 0;
}

/* Apple's daemon has the UDID under two names, the Linux daemon only as SerialNumber, with its hyphen. */
static void
see_value(void *context, const struct plist_value *v)
{
	struct reading *r = context;

	if (v->kind == PLIST_BEGIN && v->depth == 1 && is_key(v, "DeviceList")) {
		r->list_depth = v->depth;
		r->found = true;
	} else if (v->kind == PLIST_BEGIN && r->list_depth && v->depth == r->list_depth + 1) {
		r->entry = (struct mux_entry){0};
	} else if (v->kind == PLIST_END && r->list_depth && v->depth == r->list_depth + 1) {
		if (r->list->n < sizeof r->list->items / sizeof *r->list->items)
			r->list->items[r->list->n++] = r->entry;
		else
			r->list->more = true;
	} else if (v->kind == PLIST_END && v->depth == r->list_depth) {
		r->list_depth = 0;
	} else if (v->kind == PLIST_TEXT && r->list_depth && v->depth == r->list_depth + 3) {
		if (is_key(v, "SerialNumber") && v->len < sizeof r->entry.udid) {
			memcpy(r->entry.udid, v->text, v->len);
			r->entry.udid[v->len] = '\0';
		} else if (is_key(v, "ConnectionType")) {
			r->entry.network = v->len == 7 && memcmp(v->text, "Network", 7) == 0;
		}
	}
}

bool
mux_list_read(const char *reply, size_t len, struct mux_list *list)
{
	struct reading r = { .list = list };

	*list = (struct mux_list){0};
	return plist_walk(reply, len, see_value, &r) && r.found;
}

/* -- Asking -- */

const char *
mux_ask(struct mux_stream *s, struct mux_list *list)
{
	char message[HEADER + sizeof question], header[HEADER], *reply;
	const char *state = "bad-answer";
	bool late = false;
	uint32_t len;

	put_word(message, (uint32_t)(HEADER + sizeof question - 1));
	put_word(message + 4, 1);
	put_word(message + 8, MESSAGE_PLIST);
	put_word(message + 12, 1);
	memcpy(message + HEADER, question, sizeof question);
	if (!s->transfer(s, message, HEADER + sizeof question - 1, true, &late) || !s->transfer(s, header, HEADER, false, &late))
		return late ? "no-answer" : "bad-answer";
	len = get_word(header);
	if (len <= HEADER || len > LONGEST_REPLY || get_word(header + 8) != MESSAGE_PLIST)
		return "bad-answer";
	len -= HEADER;
	reply = machine_alloc(len);
	if (!s->transfer(s, reply, len, false, &late))
		state = late ? "no-answer" : "bad-answer";
	else if (mux_list_read(reply, len, list))
		state = "answers";
	free(reply);
	return state;
}

/* -- Facts -- */

/* A device that is there by cable and over Wi-Fi is one device, and the cable counts. */
static bool
has_cable(const struct mux_list *list, const char *udid)
{
	for (size_t i = 0; i < list->n; i++)
		if (!list->items[i].network && strcmp(list->items[i].udid, udid) == 0)
			return true;
	return false;
}

void
mux_list_record(struct recorder *r, const struct mux_list *list)
{
	int network = 0;

	for (size_t i = 0; i < list->n; i++) {
		network += list->items[i].network;
		if (!list->items[i].udid[0] || (list->items[i].network && has_cable(list, list->items[i].udid)))
			continue;
		record_begin(r, "device");
		record_text(r, "udid", list->items[i].udid);
		record_text(r, "connection", list->items[i].network ? "network" : "usb");
		record_end(r);
	}
	record_begin(r, "mux");
	record_int(r, "devices", (int64_t)list->n - network);
	record_int(r, "network_devices", network);
	record_end(r);
	if (!list->more)
		record_surveyed(r, "device");
}
