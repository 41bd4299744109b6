/* SPDX-License-Identifier: MIT */
/*
 * What USB tells of Apple's mobile devices, the same on every system: which products they are, in what state a device shows which, and how its serial
 * number becomes the identifier that everybody else writes.
 */
#ifndef FACTS_APPLE_USB_H
#define FACTS_APPLE_USB_H

#include "facts/record.h"

#include <stddef.h>
#include <stdint.h>

enum { APPLE_VENDOR = 0x05ac };

/* "normal", "recovery", "dfu" or "restore"; NULL: no phone, tablet or player. */
const char *apple_usb_mode(unsigned product);

/* The UDID for a serial number, in `out`, at least 42 bytes; NULL when it is none. */
const char *apple_udid(const char *serial, char *out, size_t size);

/*
 * A place in the USB tree that Apple and Microsoft write as one number: the bus in the top byte, then a digit for the port of each hub. In Linux' form,
 * "20-1.3"; and how many steps that is to the computer's own port.
 */
void apple_usb_path(uint32_t location, char *out, size_t size);
int apple_usb_depth(uint32_t location);

/* What a collector found of one device. */
struct apple_usb {
	unsigned product;
	char serial[64];	/* "": not known */
	char path[40];
	double speed;		/* Mbit/s; 0: not known */
	int depth;		/* 0: not known */
	int configured;		/* 1 yes, 0 no, -1 not known */
};

/* Writes the devices that are Apple's mobile ones, how many of them are in normal mode, and that all were looked at. */
void apple_usb_record(struct recorder *r, const struct apple_usb *devices, size_t n);

#endif
