/* SPDX-License-Identifier: MIT */
/*
 * What a person gives on the command line: answers, messages, error codes, log files.
 */
#ifndef FACTS_INPUTS_H
#define FACTS_INPUTS_H

#include "facts/factset.h"

/*
 * `spec` is "template.slot=value" ("device[KEY].slot=value" when there are several; KEY is the key or its label in a redacted report, "device-2").
 * The value "unknown" empties the slot. Without a fact of the template one is made. False after a diagnostic. The diagnostics' source is named after the option.
 */
bool input_answer(struct factset *fs, struct diags *d, const char *spec);
bool input_error(struct factset *fs, struct diags *d, const char *code);
bool input_message(struct factset *fs, struct diags *d, const char *text);

/*
 * Runs the pack's patterns over a text, line by line. `stream` is "log", "message" or a collector's stream ("usbmuxd"). Lines of a "log" in the
 * form of syslog also go to the stream that their program names ("usbmuxd", "kernel"), without what stands before the message. True when a pattern
 * fitted.
 */
bool input_text(struct factset *fs, const char *stream, const char *text, size_t len, const char *source, int64_t time);

/* The same for a message that a person gives. When no pattern fits, that is noted as the reason why nothing is known of it. */
void input_complaint(struct factset *fs, const char *text, size_t len, const char *source);

/* Reads a log file (bounded: the last 8 MiB) and runs the patterns. */
bool input_log(struct factset *fs, struct diags *d, const char *path);

/*
 * The program and the message of a line in the form of syslog: "Jan 31 12:00:00 host usbmuxd[123]: message". False when it has another form.
 */
bool syslog_line(const char *s, size_t n, const char **program, size_t *nprogram, size_t *message);

#endif
