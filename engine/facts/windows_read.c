/* SPDX-License-Identifier: MIT */
#include "facts/windows_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* -- Device nodes -- */

bool
windows_device_line(const char *line, size_t len, struct windows_device *out)
{
	char problem[16] = "";
	const struct { char *to; size_t size; } fields[] = {
		{ out->id, sizeof out->id }, { out->instance, sizeof out->instance }, { out->service, sizeof out->service }, { out->filters, sizeof out->filters },
		{ out->inf, sizeof out->inf }, { out->version, sizeof out->version }, { out->place, sizeof out->place }, { problem, sizeof problem },
	};
	const char *end = line + len;
	size_t n = 0;

	*out = (struct windows_device){0};
	for (; n < sizeof fields / sizeof *fields && line <= end; n++) {
		const char *tab = memchr(line, '\t', (size_t)(end - line));
		size_t part = (size_t)((tab ? tab : end) - line);

		while (part && line[part - 1] == '\r')
			part--;
		part = part < fields[n].size - 1 ? part : fields[n].size - 1;
		memcpy(fields[n].to, line, part);
		fields[n].to[part] = '\0';
		line = tab ? tab + 1 : end + 1;
	}
	out->problem = atoi(problem);
	return n == sizeof fields / sizeof *fields && strncmp(out->id, "USB\\", 4) == 0;
}

/* The four digits behind "PID_"; 0 when the node is not Apple's. */
static unsigned
product_of(const struct windows_device *d)
{
	return strncasecmp(d->id, "USB\\VID_05AC&PID_", 17) == 0 ? (unsigned)strtoul(d->id + 17, NULL, 16) : 0;
}

/* The number of the interface behind "&MI_"; -1: the node is the device itself. */
static int
interface_of(const struct windows_device *d)
{
	const char *at = strstr(d->id, "&MI_");

	return at ? (int)strtol(at + 4, NULL, 16) : -1;
}

static bool
is_phone(const struct windows_device *d)
{
	return apple_usb_mode(product_of(d)) != NULL;
}

void
windows_record_usb(struct recorder *r, const struct windows_devices *all)
{
	struct apple_usb found[WINDOWS_MOST_DEVICES];
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct windows_device *d = all->items + i;
		const char *serial = strrchr(d->instance, '\\');
		unsigned hub = 0, port = 0;

		if (!is_phone(d) || interface_of(d) >= 0)
			continue;
		found[n] = (struct apple_usb){ .product = product_of(d), .configured = -1 };
		snprintf(found[n].serial, sizeof found[n].serial, "%.60s", serial ? serial + 1 : "");
		if (sscanf(d->place, "Port_#%u.Hub_#%u", &port, &hub) == 2)
			snprintf(found[n].path, sizeof found[n].path, "hub %u, port %u", hub, port);
		else
			snprintf(found[n].path, sizeof found[n].path, "%zu", n + 1);
		n++;
	}
	apple_usb_record(r, found, n);
}

/* The driver that a node stands for. The device itself carries the classic driver, or Microsoft's for composite devices with Apple's filter; with a problem it is the reason why there is no multiplexer. */
static const char *
driver_of(const struct windows_device *d, const char **kind)
{
	unsigned product = product_of(d);
	const char *mode = apple_usb_mode(product);
	int interface = interface_of(d);

	*kind = strncasecmp(d->service, "usbaapl", 7) == 0 ? "classic" : strcasecmp(d->service, "winusb") == 0 ? "winusb" : NULL;
	if (!mode)
		return NULL;
	if (strcmp(mode, "normal") != 0)
		return interface < 0 ? "apple-recovery" : NULL;
	if (strncasecmp(d->service, "netaapl", 7) == 0)
		return "apple-ethernet";
	if (*kind || interface == 1 || (interface < 0 && d->problem))
		return "apple-usb";
	if (interface == 0 || strncasecmp(d->service, "WUDFWpd", 7) == 0)
		return "apple-portable";
	return NULL;
}

static void
record_driver(struct recorder *r, const char *name, const char *kind, const struct windows_device *d)
{
	record_begin(r, "driver");
	record_text(r, "name", name);
	record_text(r, "state", !d ? "absent" : d->problem ? "problem" : "working");
	if (d && d->problem)
		record_int(r, "problem", d->problem);
	record_text(r, "kind", kind);
	record_text(r, "version", d && d->version[0] ? d->version : NULL);
	record_text(r, "inf", d && d->inf[0] ? d->inf : NULL);
	record_end(r);
}

/* Of several nodes of one driver the one with a problem counts. A device without descriptor may be anybody's; it is taken for the phone when there is no other. */
void
windows_record_drivers(struct recorder *r, const struct windows_devices *all)
{
	static const char *const names[] = { "apple-usb", "apple-portable", "apple-ethernet", "apple-recovery" };
	const struct windows_device *best, *nameless = NULL, *composite = NULL;
	bool phone = false;

	for (size_t i = 0; i < all->n; i++) {
		const struct windows_device *d = all->items + i;
		const char *mode = apple_usb_mode(product_of(d));

		phone |= mode && strcmp(mode, "normal") == 0;
		if (mode && interface_of(d) < 0 && strcasecmp(d->service, "usbccgp") == 0)
			composite = d;
		if (strncasecmp(d->id, "USB\\VID_0000&PID_000", 20) == 0 && d->problem)
			nameless = d;
	}
	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		const char *kind = NULL, *of;

		best = NULL;
		for (size_t i = 0; i < all->n; i++) {
			const char *name = driver_of(all->items + i, &of);

			if (name && strcmp(name, names[k]) == 0 && (!best || (all->items[i].problem && !best->problem))) {
				best = all->items + i;
				kind = of;
			}
		}
		if (k == 0 && !best && !phone)
			best = nameless;
		if (best || (k == 0 && phone))
			record_driver(r, names[k], kind, best);
	}
	if (composite)
		record_driver(r, "apple-filter", NULL, strstr(composite->filters, "AppleLowerFilter") || strstr(composite->filters, "AppleKmdfFilter") ? composite : NULL);
	record_surveyed(r, "driver");
}

/* -- Versions and packages -- */

void
windows_name(unsigned major, unsigned build, const char *display, char *out, size_t size)
{
	if (major < 10)
		snprintf(out, size, "Windows (build %u)", build);
	else
		snprintf(out, size, "Windows %s%s%s", build >= 22000 ? "11" : "10", display && *display ? " " : "", display ? display : "");
}

bool
windows_package(const char *full, const char *family, char *version, size_t size)
{
	size_t name = strcspn(family, "_"), n;
	unsigned a, b, c, d;

	if (strncmp(full, family, name + 1) != 0 || !strstr(full + name, family + name))
		return false;
	n = strcspn(full + name + 1, "_");
	snprintf(version, size, "%.*s", (int)n, full + name + 1);
	if (sscanf(version, "%u.%u.%u.%u", &a, &b, &c, &d) == 4 && a >= 1000)
		snprintf(version, size, "%u.%u.%u.%u", a / 1000, a / 10 % 100, a % 10, b);
	return true;
}

const char *
windows_service_state(unsigned state)
{
	static const char *const names[] = { NULL, "stopped", "starting", "stopping", "running", "starting", "stopping", "paused" };

	return state < sizeof names / sizeof *names ? names[state] : NULL;
}

const char *
windows_service_start(unsigned start)
{
	static const char *const names[] = { "automatic", "automatic", "automatic", "manual", "disabled" };

	return start < sizeof names / sizeof *names ? names[start] : NULL;
}

const char *
windows_families(bool classic, bool itunes, bool devices)
{
	return classic && (itunes || devices) ? "both" : classic ? "classic" : devices ? "apple-devices" : itunes ? "store-itunes" : "none";
}

/* -- Logs and programs -- */

bool
windows_setup_line(const char *line, size_t len, bool *apple)
{
	bool begins = len > 4 && memcmp(line, ">>>", 3) == 0;

	if (begins && memchr(line, '[', len))
		*apple = memmem(line, len, "VID_05AC", 8) || memmem(line, len, "vid_05ac", 8) || memmem(line, len, "usbaapl", 7) || memmem(line, len, "appleusb", 8);
	return *apple && len > 3 && memcmp(line, "!!!", 3) == 0;
}

static const struct {
	const char *name, *kind;
} programs[] = {
	{ "AppleMobileDeviceService.exe", "apple-service" }, { "AppleMobileDeviceProcess.exe", "apple-service" }, { "AppleMobileDeviceHelper.exe", "apple-service" },
	{ "AppleMobileDeviceLauncher.exe", "apple-service" }, { "AppleMobileBackup.exe", "apple-service" }, { "AppleMobileSync.exe", "apple-service" },
	{ "mDNSResponder.exe", "apple-service" }, { "iPodService.exe", "apple-service" }, { "iTunesHelper.exe", "apple-program" }, { "iTunes.exe", "apple-program" },
	{ "AppleDevices.exe", "apple-program" }, { "MsMpEng.exe", "security" }, { "vmware-vmx.exe", "virtual-machine" }, { "VirtualBoxVM.exe", "virtual-machine" },
	{ "vmware-usbarbitrator64.exe", "virtual-machine" },
};

const char *
windows_program(const char *name)
{
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		if (strcasecmp(programs[i].name, name) == 0)
			return programs[i].kind;
	return NULL;
}
