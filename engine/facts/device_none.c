/* SPDX-License-Identifier: MIT */
/* A build without libimobiledevice: what only a device can tell stays unknown, and says why. */
#include "facts/collect.h"

static const char reason[] = "this program was built without libimobiledevice";

static void
list_nothing(const struct collect_options *o, const char *subject, struct recorder *r)
{
	(void)o;
	(void)subject;
	record_unknown(r, "device", NULL, reason);
	record_unknown(r, "mux.devices", NULL, reason);
	record_unknown(r, "mux.network_devices", NULL, reason);
}

const char device_support[] = "none";

const struct collector device_collectors[] = {
	{ "mux", "looking for devices", "device mux.devices mux.network_devices", "", NULL, 1000, 0, false, list_nothing },
	{ .name = NULL },
};
