/* SPDX-License-Identifier: MIT */
/*
 * What the commands of macOS print, made structures. Nothing here runs anything: all of it is compiled, tested and fuzzed on every system. Any bytes are
 * safe. A text that is not what it should be gives false or nothing, never a guess.
 */
#ifndef FACTS_MACOS_READ_H
#define FACTS_MACOS_READ_H

#include "base/buf.h"
#include "facts/apple_usb.h"

#include <stdbool.h>
#include <stddef.h>

/* The value of the line "NAME: value" of sw_vers, system_profiler and others, without the space around it, in `out`. False: there is no such line. */
bool macos_field(const char *text, size_t len, const char *name, char *out, size_t size);

/* The first line, without the space around it; false when there is none (sysctl -n). */
bool macos_line(const char *text, size_t len, char *out, size_t size);

/* -- USB: all devices of Apple's vendor number, in the order in which they are printed; hubs and others only count for the place -- */

enum { MACOS_MOST_USB = 64 };

struct macos_usb {
	struct apple_usb items[MACOS_MOST_USB];
	size_t n;
	size_t buses;	/* controllers and hubs, devices of other makers: what shows that the tree was really read */
};

bool macos_usb_registry(const char *text, size_t len, struct macos_usb *out);	/* ioreg -p IOUSB -l -w0 */
bool macos_usb_json(const char *text, size_t len, struct macos_usb *out);	/* system_profiler -json, SPUSBDataType and SPUSBHostDataType */
bool macos_usb_text(const char *text, size_t len, struct macos_usb *out);	/* system_profiler SPUSBDataType, before macOS 10.15 */

/* -- launchctl print system/NAME -- */

struct macos_job {
	bool running;
	long pid;		/* 0: none */
	bool has_exit;
	long last_exit;
};
bool macos_job(const char *text, size_t len, struct macos_job *out);

/* -- ps -A -o comm= : calls `see` for each program's path -- */
void macos_processes(const char *text, size_t len, void (*see)(void *context, const char *path, size_t len), void *context);

/* -- The model: whether it is a laptop ("yes", "no", NULL: the model does not tell) -- */
const char *macos_laptop_of_model(const char *model);		/* sysctl -n hw.model */
bool macos_hardware_name(const char *text, size_t len, char *out, size_t size);	/* system_profiler SPHardwareDataType, text or JSON: "MacBook Pro" */

/* -- systemextensionsctl list: calls `see` for the name of each extension that watches the system or the network and is in use -- */
bool macos_extensions(const char *text, size_t len, void (*see)(void *context, const char *name, size_t len, bool network), void *context);

/* -- log show --style syslog: the message of a line, behind date, host and process; false: a line of another kind -- */
bool macos_log_line(const char *line, size_t len, const char **process, size_t *nprocess, const char **message, size_t *nmessage);

/* Whether a group number is among the numbers that id -G prints. */
bool macos_has_group(const char *text, size_t len, long group);

#endif
