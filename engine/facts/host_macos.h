/* SPDX-License-Identifier: MIT */
/*
 * What the macOS collectors share beyond host_unix.h. Each asks commands of the system by their absolute paths (never a shell) and hands what they print to
 * macos_read.h. All of it runs in a collector's child.
 */
#ifndef FACTS_HOST_MACOS_H
#define FACTS_HOST_MACOS_H

#include "facts/host_unix.h"
#include "facts/macos_read.h"

/*
 * Asks a command, within the time of its row. True when it ended well; else `why` says what went wrong, "sw_vers is not there". What it printed is in `out`, which is
 * emptied first.
 */
bool macos_ask(const struct collect_options *o, const char *const *argv, int ms, struct buf *out, struct buf *why);

/* The first line of what it printed; NULL when there is none. In `out`. */
const char *macos_ask_line(const struct collect_options *o, const char *const *argv, struct buf *out, struct buf *why);

/* One slot of a fact that there is once; without a value the reason. */
void macos_say(struct recorder *r, const char *template, const char *slot, const char *text, const char *why);

/* A name of an app or a text key of its Info.plist; false when there is no such app or key. */
bool macos_plist(const struct collect_options *o, const char *path, const char *key, char *out, size_t size);

typedef void run_function(const struct collect_options *o, const char *subject, struct recorder *r);

run_function run_os_release, run_environment, run_policy, run_usb, run_mux_socket, run_mux_install, run_lockdown_folder, run_processes, run_programs,
	run_journal;

#endif
