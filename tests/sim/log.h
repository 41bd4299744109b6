/* SPDX-License-Identifier: MIT */
/*
 * The log of requests: one line for each, "r" before those that read and "w" before those that
 * change the device or its pairing.  A run that must be read-only has no line that begins with w.
 */
#ifndef SIM_LOG_H
#define SIM_LOG_H

#include <stdbool.h>

/* Begins the log afresh in a file; NULL: only count. */
bool log_open(const char *file);
void log_close(void);

/* May be called from any thread; the text may come from a client. */
void log_request(bool writes, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How many requests were seen that write. */
unsigned log_writes(void);

#endif
