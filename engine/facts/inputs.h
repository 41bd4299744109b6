/* SPDX-License-Identifier: MIT */
/*
 * What a person gives on the command line: answers, messages, error codes, log files.
 */
#ifndef FACTS_INPUTS_H
#define FACTS_INPUTS_H

#include "facts/factset.h"

/*
 * `spec` is "template.slot=value" ("device[KEY].slot=value" when there are several). False after a diagnostic.
 * The diagnostics' source is named after the option.
 */
bool input_answer(struct factset *fs, struct diags *d, const char *spec);
bool input_error(struct factset *fs, struct diags *d, const char *code);
bool input_message(struct factset *fs, struct diags *d, const char *text);

/* Runs the pack's patterns over a text, line by line. `stream` is "log", "message" or a collector's stream ("usbmuxd"). */
void input_text(struct factset *fs, const char *stream, const char *text, size_t len, const char *source, int64_t time);

/* Reads a log file (bounded: the last 8 MiB) and runs the patterns. */
bool input_log(struct factset *fs, struct diags *d, const char *path);

#endif
