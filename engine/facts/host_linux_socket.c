/* SPDX-License-Identifier: MIT */
/* Does the multiplexer answer? Of a captured tree: was there a socket? */
#include "facts/host_linux.h"

#include <string.h>

enum { LONGEST_LIST = 1 << 20 };

static void
record_absent(struct recorder *r)
{
	record_begin(r, "mux");
	record_text(r, "default_state", "absent");
	record_text(r, "state", "absent");
	record_end(r);
}

/* A captured tree cannot be asked, but it may hold the kernel's list of sockets: what is not in it, nobody listens at. */
static void
record_captured(const struct collect_options *o, struct recorder *r)
{
	static const char *const slots[] = { "mux.default_state", "mux.state", "mux.socket_mode" };
	const char *why = "the captured tree does not hold /proc/net/unix, the list of sockets";
	struct buf list = {0};

	if (host_read(o, "/proc/net/unix", LONGEST_LIST, &list) == FILE_READ) {
		why = "a captured tree cannot be asked whether it answers";
		if (!memmem(buf_text(&list), list.len, "/run/usbmuxd\n", strlen("/run/usbmuxd\n"))) {
			record_absent(r);
			why = "there is no socket";
		}
	}
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)	/* does nothing where the value is known */
		record_unknown(r, slots[i], NULL, why);
	buf_free(&list);
}

void
run_mux_socket(const struct collect_options *o, const char *subject, struct recorder *r)
{
	(void)subject;
	if (is_live(o))
		mux_record_state(o, r);
	else
		record_captured(o, r);
}
