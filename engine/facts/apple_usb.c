/* SPDX-License-Identifier: MIT */
#include "facts/apple_usb.h"

#include <stdio.h>
#include <string.h>

/* Everything else of Apple's (keyboards, adapters, the T2 chip) is no device of ours. */
static const struct mode {
	unsigned from, to;
	const char *name;
} modes[] = {
	{ 0x1290, 0x12af, "normal" },
	{ 0x1280, 0x1283, "recovery" },
	{ 0x1227, 0x1227, "dfu" }, { 0x1222, 0x1222, "dfu" },
	{ 0x1901, 0x1905, "restore" },
};

const char *
apple_usb_mode(unsigned product)
{
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (product >= modes[i].from && product <= modes[i].to)
			return modes[i].name;
	return NULL;
}

/* Devices since the A12 generation have 24 digits, on USB without the hyphen. */
const char *
apple_udid(const char *serial, char *out, size_t size)
{
	size_t n = serial ? strspn(serial, "0123456789abcdefABCDEF") : 0;

	if (!n || serial[n] || (n != 24 && n != 40) || size < 42)
		return NULL;
	if (n == 40)
		memcpy(out, serial, 41);
	else
		snprintf(out, size, "%.8s-%s", serial, serial + 8);
	return out;
}

void
apple_usb_path(uint32_t location, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "%u", (unsigned)(location >> 24));

	for (int shift = 20; shift >= 0 && location >> shift & 15 && n < size; shift -= 4)
		n += (size_t)snprintf(out + n, size - n, "%c%u", shift == 20 ? '-' : '.', (unsigned)(location >> shift & 15));
}

int
apple_usb_depth(uint32_t location)
{
	int depth = 0;

	for (int shift = 20; shift >= 0 && location >> shift & 15; shift -= 4)
		depth++;
	return depth;
}

static void
record_device(struct recorder *r, const struct apple_usb *d)
{
	char udid[48], speed[32];

	record_begin(r, "usb_device");
	record_text(r, "path", d->path);
	record_text(r, "udid", apple_udid(d->serial, udid, sizeof udid));
	record_int(r, "product", d->product);
	record_text(r, "mode", apple_usb_mode(d->product));
	if (d->depth)
		record_int(r, "depth", d->depth);
	if (d->configured >= 0)
		record_yes_no(r, "configured", d->configured > 0);
	snprintf(speed, sizeof speed, "%g", d->speed);
	record_text(r, "speed", d->speed > 0 ? speed : NULL);
	record_end(r);
}

void
apple_usb_record(struct recorder *r, const struct apple_usb *devices, size_t n)
{
	int normal = 0;

	for (size_t i = 0; i < n; i++) {
		const char *mode = apple_usb_mode(devices[i].product);

		if (!mode)
			continue;
		record_device(r, devices + i);
		normal += strcmp(mode, "normal") == 0;
	}
	record_begin(r, "host");
	record_int(r, "apple_usb_devices", normal);
	record_end(r);
	record_surveyed(r, "usb_device");
}
