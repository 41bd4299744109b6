/* SPDX-License-Identifier: MIT */
/* What the Windows collectors share: the registry, names of processes, the device tree. All of it runs in a collector's child. Texts are UTF-8. */
#ifndef FACTS_HOST_WINDOWS_H
#define FACTS_HOST_WINDOWS_H

#include "base/buf.h"
#include "facts/collect.h"
#include "facts/windows_read.h"

#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <windows.h>

/* -- Registry, below HKEY_LOCAL_MACHINE; the view for programs of 64 bits first, then that of 32 bits -- */

/* A text, or a number as its digits; false when there is none in either view. */
bool registry_text(const char *key, const char *name, char *out, size_t size);
bool registry_number(const char *key, const char *name, unsigned *out);
bool registry_has(const char *key);

/* Calls `see` for the name of each key below one, in both views. False: there is no such key, or it may not be read. */
bool registry_each(const char *key, void (*see)(void *context, const char *name), void *context);

/* -- The running system -- */

/* Calls `see` for each process; false: the list cannot be had. */
bool each_process(void (*see)(void *context, const char *name, unsigned long pid), void *context);

/* Fills the list of USB nodes that are present; false, with the reason in `why`, when it cannot be had. */
bool usb_nodes(const struct collect_options *o, struct windows_devices *out, struct buf *why);

/* "error 5", in words of Windows where it has some. */
const char *error_text(unsigned long error, struct buf *out);

/* One slot of a fact that there is once; without a value the reason. */
void say(struct recorder *r, const char *template, const char *slot, const char *text, const char *why);

/* What stands in for what Wine cannot show, in a build for tests: the file below the root; false: there is none, or it is no such build. */
bool recorded_lines(const struct collect_options *o, const char *file, struct buf *out);

typedef void run_function(const struct collect_options *o, const char *subject, struct recorder *r);

run_function run_os_release, run_environment, run_policy, run_usb, run_drivers, run_services, run_mux_socket, run_programs, run_lockdown_folder, run_processes,
	run_journal;

#endif
