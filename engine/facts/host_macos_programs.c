/* SPDX-License-Identifier: MIT */
/* Programs that run and may hold the device or the multiplexer, and programs that are installed; nothing else is told of what there is. */
#include "facts/host_macos.h"

#include <string.h>

enum { ASK_MS = 3000 };

/* -- Running -- */

/* A star stands for any end. */
static const struct watched {
	const char *name, *kind;
} watched[] = {
	{ "usbmuxd", "multiplexer" }, { "usbmuxd2", "multiplexer" }, { "netmuxd", "multiplexer" },
	{ "remoted", "apple-service" }, { "remotepairingd", "apple-service" }, { "AMPDevicesAgent", "apple-service" },
	{ "AMPDeviceDiscoveryAgent", "apple-service" }, { "MobileDeviceUpdater", "apple-service" }, { "MDRemoteServiceSupport", "apple-service" },
	{ "iTunes", "apple-program" }, { "Apple Configurator", "apple-program" }, { "Apple Configurator 2", "apple-program" },
	{ "Xcode", "apple-program" }, { "Image Capture", "photo-import" },
	{ "prl_vm_app", "virtual-machine" }, { "prl_client_app", "virtual-machine" }, { "vmware-vmx", "virtual-machine" },
	{ "VirtualBoxVM", "virtual-machine" }, { "QEMULauncher", "virtual-machine" }, { "qemu-system-*", "virtual-machine" },
	{ "ifuse", "file-access" },
};

enum { NWATCHED = sizeof watched / sizeof *watched };

static void
count(void *context, const char *path, size_t len)
{
	int *counts = context;
	const char *name = path + len;

	while (name > path && name[-1] != '/')
		name--;
	len = (size_t)(path + len - name);
	for (int i = 0; i < NWATCHED; i++) {
		size_t n = strcspn(watched[i].name, "*");

		counts[i] += (watched[i].name[n] ? len >= n : len == n) && memcmp(watched[i].name, name, n) == 0;
	}
}

void
run_processes(const struct collect_options *o, const char *subject, struct recorder *r)
{
	static const char *const ps[] = { "/bin/ps", "-A", "-o", "comm=", NULL };
	struct buf out = {0}, why = {0};
	int counts[NWATCHED] = {0};
	bool read = macos_ask(o, ps, ASK_MS, &out, &why) && out.len;

	(void)subject;
	if (read)
		macos_processes(buf_text(&out), out.len, count, counts);
	for (int i = 0; i < NWATCHED; i++) {
		char name[32];

		if (!counts[i])
			continue;
		snprintf(name, sizeof name, "%.*s", (int)strcspn(watched[i].name, "*"), watched[i].name);
		record_begin(r, "process");
		record_text(r, "name", name);
		record_text(r, "kind", watched[i].kind);
		record_int(r, "count", counts[i]);
		record_end(r);
	}
	if (read) {
		record_begin(r, "mux");
		record_int(r, "processes", counts[0]);
		record_end(r);
		record_surveyed(r, "process");
	} else {
		record_unknown(r, "process", NULL, why.len ? why.text : "ps shows no processes");
		record_unknown(r, "mux.processes", NULL, why.len ? why.text : "ps shows no processes");
	}
	buf_free(&out);
	buf_free(&why);
}

/* -- Installed -- */

static bool
first_version(const struct collect_options *o, const char *const *paths, char *out, size_t size)
{
	for (; *paths; paths++)
		if (macos_plist(o, *paths, "CFBundleShortVersionString", out, size) || macos_plist(o, *paths, "CFBundleVersion", out, size))
			return true;
	return false;
}

/* Updates of the device support bring a newer copy of the framework below /Library/Apple. */
void
run_programs(const struct collect_options *o, const char *subject, struct recorder *r)
{
	static const char *const itunes[] = { "/Applications/iTunes.app/Contents/Info.plist", "/System/Applications/iTunes.app/Contents/Info.plist", NULL };
	static const char *const framework[] = {
		"/Library/Apple/System/Library/PrivateFrameworks/MobileDevice.framework/Versions/A/Resources/Info.plist",
		"/System/Library/PrivateFrameworks/MobileDevice.framework/Versions/A/Resources/Info.plist", NULL,
	};
	static const char *const configurators[] = { "/Applications/Apple Configurator.app", "/Applications/Apple Configurator 2.app" };
	bool apps = host_exists(o, "/Applications");
	char version[64];

	(void)subject;
	macos_say(r, "host", "itunes_version", first_version(o, itunes, version, sizeof version) ? version : NULL,
			apps ? "iTunes is not installed; from macOS 10.15 on Finder does its work" : "/Applications cannot be looked into");
	macos_say(r, "host", "framework_version", first_version(o, framework, version, sizeof version) ? version : NULL,
			"the framework MobileDevice has no version that can be read");
	macos_say(r, "host", "configurator", !apps ? NULL : host_exists(o, configurators[0]) || host_exists(o, configurators[1]) ? "yes" : "no",
			"/Applications cannot be looked into");
	macos_say(r, "host", "device_support", NULL, "only an attached device asks for newer software");
}
