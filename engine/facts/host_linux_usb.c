/* SPDX-License-Identifier: MIT */
/* Apple mobile devices in the kernel's USB tree (/sys/bus/usb/devices). */
#include "facts/host_linux.h"

#include "facts/apple_usb.h"

#include <stdlib.h>
#include <string.h>

#define TREE "/sys/bus/usb/devices"

enum { MOST_ENTRIES = 4096 };

/* The content of a small file of one device; NULL when it cannot be read. */
static const char *
attribute(const struct collect_options *o, const char *device, const char *name, struct buf *out)
{
	char path[300];

	if (snprintf(path, sizeof path, TREE "/%s/%s", device, name) >= (int)sizeof path)
		return NULL;
	return host_line(o, path, out);
}

/* False when it cannot be read or is no number of that base. */
static bool
number(const struct collect_options *o, const char *device, const char *name, int base, long *out)
{
	struct buf text = {0};
	const char *s = attribute(o, device, name, &text);
	char *end = NULL;
	bool fine;

	if (s)
		*out = strtol(s, &end, base);
	fine = s && end && end != s && !*end && *out >= 0;
	buf_free(&text);
	return fine;
}

/* "1-2" and "1-2.4" are devices; "usb1" is a root hub, "1-2:1.0" an interface. */
static bool
is_device(const char *name)
{
	return name[0] >= '0' && name[0] <= '9' && strchr(name, '-') && !strchr(name, ':') && strlen(name) < 64;
}

static int
depth(const char *path)
{
	int n = 1;

	for (; *path; path++)
		n += *path == '.';
	return n;
}

/* Who holds the interface that the multiplexer needs: class ff, subclass fe, protocol 02. */
static const char *
mux_interface(const struct collect_options *o, const struct names *all, const char *device)
{
	size_t n = strlen(device);
	struct buf text = {0};
	const char *holder = "absent", *driver;
	char path[200];

	for (size_t i = 0; i < all->n && strcmp(holder, "absent") == 0; i++) {
		const char *name = all->items[i];
		long class = 0, subclass = 0, protocol = 0;

		if (strncmp(name, device, n) != 0 || name[n] != ':' || strlen(name) > 100
		    || !number(o, name, "bInterfaceClass", 16, &class) || !number(o, name, "bInterfaceSubClass", 16, &subclass)
		    || !number(o, name, "bInterfaceProtocol", 16, &protocol) || class != 0xff || subclass != 0xfe || protocol != 2)
			continue;
		snprintf(path, sizeof path, TREE "/%s/driver", name);
		driver = host_link(o, path, &text);
		holder = !driver ? "free" : strcmp(driver, "usbfs") == 0 ? "usbfs" : "other-driver";
	}
	buf_free(&text);
	return holder;
}

/* Whether the daemon's user may read and write the device's node. */
static void
record_rights(const struct collect_options *o, struct recorder *r, const char *device, const char **why)
{
	long bus = 0, number_on_bus = 0;
	struct account daemon;
	char path[64];
	struct stat st;

	*why = NULL;
	account_of_daemon(o, &daemon);
	if (!number(o, device, "busnum", 10, &bus) || !number(o, device, "devnum", 10, &number_on_bus)) {
		*why = "the kernel does not tell the number of the device";
		return;
	}
	snprintf(path, sizeof path, "/dev/bus/usb/%03ld/%03ld", bus, number_on_bus);
	if (host_stat(o, path, &st) != FILE_READ)
		*why = is_live(o) ? "the node of the device in /dev/bus/usb is not there" : "device nodes are no part of a captured tree";
	else if (daemon.state != ACCOUNT_PRESENT)
		*why = "the user that usbmuxd runs as is not known";
	else
		record_yes_no(r, "readable", account_may(&daemon, &st, 6));
}

static void
record_configuration(const struct collect_options *o, struct recorder *r, const char *device)
{
	struct buf text = {0};
	const char *s = attribute(o, device, "bConfigurationValue", &text);
	long authorized = 0;

	if (s)	/* empty or 0: nobody chose one */
		record_yes_no(r, "configured", strtol(s, NULL, 10) > 0);
	if (number(o, device, "authorized", 10, &authorized))
		record_yes_no(r, "authorized", authorized != 0);
	s = attribute(o, device, "speed", &text);
	if (s && strspn(s, "0123456789.") == strlen(s) && *s)
		record_text(r, "speed", s);
	buf_free(&text);
}

static void
record_device(const struct collect_options *o, struct recorder *r, const struct names *all, const char *device, long product)
{
	struct buf text = {0};
	const char *why;
	char udid[48];

	record_begin(r, "usb_device");
	record_text(r, "path", device);
	record_text(r, "udid", apple_udid(attribute(o, device, "serial", &text), udid, sizeof udid));
	record_int(r, "product", product);
	record_text(r, "mode", apple_usb_mode((unsigned)product));
	record_int(r, "depth", depth(device));
	record_configuration(o, r, device);
	record_text(r, "mux_interface", mux_interface(o, all, device));
	record_rights(o, r, device, &why);
	record_end(r);
	if (why)
		record_unknown(r, "usb_device.readable", device, why);
	buf_free(&text);
}

void
run_usb(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct names all;
	enum file_state state = host_list(o, TREE, MOST_ENTRIES, &all);
	struct buf why = {0};
	int found = 0;

	(void)subject;
	if (state != FILE_READ) {
		const char *reason = state == FILE_ABSENT ? "the kernel shows no USB bus (" TREE " is not there)"
			: file_reason(&why, TREE, state);

		record_unknown(r, "usb_device", NULL, reason);
		record_unknown(r, "host.apple_usb_devices", NULL, reason);
	}
	for (size_t i = 0; i < all.n; i++) {
		long vendor = 0, product = 0;

		if (!is_device(all.items[i]) || !number(o, all.items[i], "idVendor", 16, &vendor) || vendor != APPLE_VENDOR
		    || !number(o, all.items[i], "idProduct", 16, &product) || !apple_usb_mode((unsigned)product))
			continue;
		record_device(o, r, &all, all.items[i], product);
		found += strcmp(apple_usb_mode((unsigned)product), "normal") == 0;
	}
	if (state == FILE_READ && !all.more) {
		record_begin(r, "host");
		record_int(r, "apple_usb_devices", found);
		record_end(r);
		record_surveyed(r, "usb_device");
	}
	host_list_free(&all);
	buf_free(&why);
}
