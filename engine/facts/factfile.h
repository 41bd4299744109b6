/* SPDX-License-Identifier: MIT */
/*
 * The fact file `diagnose-facts/1`, in JSON (written, read) and YAML (read).
 *
 * Long form, what `collect` writes. A fact's source and time hold for its slots; a slot that has others is {value, source, time}:
 *
 *	{"schema": "diagnose-facts/1", "written_by": "diagnose 1.0.0", "now": "2026-01-31T12:00:00Z", "redacted": true,
 *	 "facts": [{"fact": "host", "source": "collector os-release", "time": "2026-01-31T12:00:00Z", "slots": {"os": "linux"}}],
 *	 "unknown": [{"fact": "device.battery", "key": "device-1", "reason": "..", "source": "..", "time": ".."}],
 *	 "surveyed": [{"fact": "usb_device", "source": "..", "time": ".."}],
 *	 "digest": "sha256:.."}
 *
 * The digest is of the rest of the document in canonical form (RFC 8785). Of a JSON file whose digest does not fit a reader warns: it was changed or is
 * damaged. A file that was made smaller or prettier by a program has the same digest.
 *
 * Short form, for people and test cases: `facts: {template: {..} | [..]}`; a list surveys the template. Messages in the short form
 * go through the pack's patterns, as if they were typed in. `now`, `unknown` and `surveyed` may stand beside it.
 *
 * Names that the rules do not know are errors; in a file that a program wrote (`written_by`) they are warnings: another version may know more.
 */
#ifndef FACTS_FACTFILE_H
#define FACTS_FACTFILE_H

#include "facts/factset.h"

#include <stdio.h>

/* Reads a file into the set; what is wrong goes to `d` with its place. The format is found by content ('{' starts JSON). */
void factfile_read(struct factset *fs, struct diags *d, const char *name, const char *text, size_t len);

/* A record of a stream: JSON, either such a document or what stands below its `facts` in the short form. */
void factfile_read_record(struct factset *fs, struct diags *d, const char *name, const char *text, size_t len);

/* The `facts:` of a test case. */
void factfile_read_node(struct factset *fs, struct diags *d, const struct node *facts);

/*
 * Writes JSON, byte-identical for equal sets; private values are left out or tokenised when `redact`. False: writing failed (errno); EFBIG when it would
 * be larger than what factfile_read takes.
 */
bool factfile_write(const struct factset *fs, FILE *out, bool redact);

#endif
