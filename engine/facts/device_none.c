/* SPDX-License-Identifier: MIT */
/*
 * A build without libimobiledevice: the multiplexer is asked which devices it lists. What only a device can tell stays unknown, and says why.
 */
#include "facts/host_mux.h"

#include <string.h>

static const char asked[] =
	"device.mode device.record device.record_missing device.trust device.lockdown_error device.serial_readable device.ios_version device.name "
	"device.family device.product device.beta device.host_waiting device.min_itunes device.min_macos device.activated "
	"device.passcode_protected device.battery device.charging device.external_power device.disk_total device.disk_free "
	"device.supervised device.find_my device.setup_done device.wifi_sync device.backup_encrypted device.clock_skew";

static void
list_devices(const struct collect_options *o, const char *subject, struct recorder *r)
{
	static const char *const facts[] = { "device", "mux.devices", "mux.network_devices" };
	const char *why = o->root[0] ? "a captured tree has no running processes" : "the multiplexer gives no list of devices";
	struct mux_list list;
	const char *state = host_mux_ask(o, &list);

	(void)subject;
	if (state && strcmp(state, "answers") == 0) {
		mux_list_record(r, &list);
		return;
	}
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		record_unknown(r, facts[i], NULL, why);
}

static void
ask_nothing(const struct collect_options *o, const char *subject, struct recorder *r)
{
	char name[64];

	(void)o;
	for (const char *p = asked; *p; p += strspn(p, " ")) {
		int n = (int)strcspn(p, " ");

		snprintf(name, sizeof name, "%.*s", n, p);
		record_unknown(r, name, subject, "this program was built without libimobiledevice");
		p += n;
	}
}

const char device_support[] = "none";

const struct collector device_collectors[] = {
	{ "mux", "asking the multiplexer for devices", "device mux.devices mux.network_devices", "", NULL, 7000, 0, false, list_devices },
	{ "device", "asking the device", asked, "mux", "device.udid", 1000, 0, false, ask_nothing },
	{ .name = NULL },
};
