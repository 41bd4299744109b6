/* SPDX-License-Identifier: MIT */
/* A system that this program cannot look at: what its collectors would tell stays unknown, and says why. */
#include "facts/host_mux.h"

#include <errno.h>

const char *
host_mux_ask(const struct collect_options *o, struct mux_list *list)
{
	(void)o;
	(void)list;
	errno = ENOTSUP;
	return NULL;
}

static const char *const names[] = { "host", "mux.state", "record_folder", "pair_record", "usb_device", "process" };

static void
see_nothing(const struct collect_options *o, const char *subject, struct recorder *r)
{
	(void)o;
	(void)subject;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		record_unknown(r, names[i], NULL, "this program cannot look at this operating system yet");
}

const struct collector host_collectors[] = {
	{ "os-release", "looking at this computer", "host mux.state record_folder pair_record usb_device process", "", NULL, 1000, 0, false, see_nothing },
	{ .name = NULL },
};
