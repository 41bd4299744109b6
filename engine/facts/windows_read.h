/* SPDX-License-Identifier: MIT */
/*
 * What Windows tells, judged: device nodes, packages, services, versions. Nothing here asks the system: all of it is compiled and tested on every system, and gets
 * its structures from host_windows_*.c, or from lines that were recorded.
 */
#ifndef FACTS_WINDOWS_READ_H
#define FACTS_WINDOWS_READ_H

#include "facts/apple_usb.h"

#include <stdbool.h>

/* A node of the device tree that is present. Texts are "" when they are not there. */
struct windows_device {
	char id[128];		/* the first hardware id, "USB\VID_05AC&PID_12A8&MI_01" */
	char instance[160];	/* "USB\VID_05AC&PID_12A8\00008110.." */
	char service[64], filters[128], inf[64], version[40], place[80];	/* place: "Port_#0002.Hub_#0003" */
	int problem;		/* code of the configuration manager; 0: none */
};

enum { WINDOWS_MOST_DEVICES = 256 };

struct windows_devices {
	struct windows_device items[WINDOWS_MOST_DEVICES];
	size_t n;
};

/* A recorded node: "id TAB instance TAB service TAB filters TAB inf TAB version TAB place TAB problem"; false: another line. */
bool windows_device_line(const char *line, size_t len, struct windows_device *out);

/* The facts of the tree: usb_device and host.apple_usb_devices; driver. */
void windows_record_usb(struct recorder *r, const struct windows_devices *all);
void windows_record_drivers(struct recorder *r, const struct windows_devices *all);

/* "Windows 11 23H2" for build 22631: what the registry calls the product still says 10. */
void windows_name(unsigned major, unsigned build, const char *display, char *out, size_t size);

/* The version in a package's full name, "AppleInc.iTunes_12134.5.57058.0_x64__nzyj5cx40ttqa"; iTunes packs its own three numbers into the first, 12.13.4.5. False: it is not of that family. */
bool windows_package(const char *full, const char *family, char *version, size_t size);

/* Names for the numbers of the service control manager; NULL: another number. */
const char *windows_service_state(unsigned state);
const char *windows_service_start(unsigned start);

/* Which families of Apple's software there are, as host.apple_software. */
const char *windows_families(bool classic, bool itunes, bool devices);

/* Whether a line of setupapi.dev.log tells of an error; those of sections about Apple's devices count. `apple` remembers between lines whether one is open. */
bool windows_setup_line(const char *line, size_t len, bool *apple);

/* What a program is, by its file name in any case: "apple-service", "apple-program", "security", "virtual-machine"; NULL: none that can matter. */
const char *windows_program(const char *name);

#endif
