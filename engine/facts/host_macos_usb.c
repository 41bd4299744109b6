/* SPDX-License-Identifier: MIT */
/*
 * Apple's mobile devices on USB. The registry of the kernel first, for it is quick and the same since macOS 10.11; system_profiler when the registry cannot be
 * had, whose form changed in 10.15 (JSON) and 26 (another data type).
 */
#include "facts/host_macos.h"

#include <string.h>

enum { REGISTRY_MS = 4000, PROFILER_MS = 3500 };

static const char *const ioreg[] = { "/usr/sbin/ioreg", "-p", "IOUSB", "-l", "-w0", NULL };
static const char *const host_json[] = { "/usr/sbin/system_profiler", "SPUSBHostDataType", "-json", NULL };
static const char *const json[] = { "/usr/sbin/system_profiler", "SPUSBDataType", "-json", NULL };
static const char *const plain[] = { "/usr/sbin/system_profiler", "SPUSBDataType", NULL };

/* The first that shows any bus wins: a data type that a system no longer fills is an empty list. */
static const struct source {
	const char *const *argv;
	bool (*read)(const char *text, size_t len, struct macos_usb *out);
	int ms;
} sources[] = {
	{ ioreg, macos_usb_registry, REGISTRY_MS },
	{ host_json, macos_usb_json, PROFILER_MS }, { json, macos_usb_json, PROFILER_MS }, { plain, macos_usb_text, PROFILER_MS },
};

void
run_usb(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct buf text = {0}, why = {0}, first = {0};
	struct macos_usb found = {0};
	bool read = false;

	(void)subject;
	for (size_t i = 0; i < sizeof sources / sizeof *sources && !read; i++) {
		read = macos_ask(o, sources[i].argv, sources[i].ms, &text, &why)
			&& sources[i].read(buf_text(&text), text.len, &found) && found.buses > 0;
		if (i == 0)
			buf_puts(&first, why.len ? why.text : "the registry shows no USB bus");
	}
	if (read) {
		apple_usb_record(r, found.items, found.n);
	} else {
		record_unknown(r, "usb_device", NULL, first.text);
		record_unknown(r, "host.apple_usb_devices", NULL, first.text);
	}
	buf_free(&text);
	buf_free(&why);
	buf_free(&first);
}
