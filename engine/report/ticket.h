/* SPDX-License-Identifier: MIT */
/*
 * Plan documents as ticket systems take them: the body of the request that opens or updates a ticket, within the limits that its maker publishes
 * (docs/ticketing.md has the pages). Everything is taken from the document. What does not fit is cut between two steps, with a note.
 *
 * A ticket has a key, `ticket_key` of the document: the same problem looked at again has the same key, so that a second run finds the ticket of the first.
 */
#ifndef REPORT_TICKET_H
#define REPORT_TICKET_H

#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum ticket_system { TICKET_GITHUB, TICKET_JIRA, TICKET_SERVICENOW, TICKET_ZENDESK, TICKET_CLOUDEVENT, TICKET_SYSTEMS };

/* What a system wants and the document cannot know, as NAME=VALUE. */
struct ticket_fields {
	const char *const *given;
	size_t n;
};

/* "ticket:github" .. "cloudevent"; the other way TICKET_SYSTEMS for no name of a system. */
const char *ticket_name(enum ticket_system system);
enum ticket_system ticket_named(const char *name);

/* False after a complaint: an unknown field, one without value or too long, one that is missing. */
bool ticket_fields_fit(enum ticket_system system, const struct ticket_fields *fields, FILE *errors);

/* The request; the caller owns it. The fields fit. */
json_t *ticket_document(enum ticket_system system, const json_t *document, const struct ticket_fields *fields);

/* -- The text of a ticket: for ticket.c and its test -- */

enum dialect { MARKDOWN, PLAIN_TEXT, ADF };

/*
 * A text of at most `max` bytes (of Markdown, of plain text, of the JSON of an Atlassian document): a head, then as many whole steps as fit, then the
 * rest; the number of steps that were left out is told in it. A string, or for ADF an object; the caller owns it.
 */
json_t *ticket_body(const json_t *document, enum dialect dialect, size_t max);

/* Appends a text so that it means nothing in Markdown: no markup, link, mention or reference. What is between double asterisks is bold. */
void ticket_markdown(struct buf *out, const char *text);

/* Appends at most `max` characters of a text on one line, cut with "…". */
void ticket_line(struct buf *out, const char *text, size_t max);

#endif
