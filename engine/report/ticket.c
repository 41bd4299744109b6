/* SPDX-License-Identifier: MIT */
#include "report/ticket.h"

#include "base/canonical.h"
#include "base/text.h"
#include "report/text.h"

#include <stdlib.h>
#include <string.h>

/* The published limits, and in TITLE and GITHUB_BODY what is enough for us (docs/ticketing.md). In characters where nothing else is said; bytes are never fewer. */
enum {
	TITLE = 120, GITHUB_BODY = 60000, JIRA_DESCRIPTION = 32767, SERVICENOW_DESCRIPTION = 4000, SERVICENOW_FIELD = 100, ZENDESK_COMMENT = 60000,
	KEY_DIGITS = 40, FENCE_LEAST = 3,
};

/* -- Fields that are given -- */

enum { ANY = (1 << TICKET_SYSTEMS) - 1 };

static const struct field {
	const char *name;
	unsigned systems;		/* bits */
	size_t most;			/* characters */
	const char *usual;		/* NULL: none */
	bool wanted;			/* unless a ticket is updated */
} fields[] = {
	{ "project", 1 << TICKET_JIRA, 255, NULL, true },
	{ "issuetype", 1 << TICKET_JIRA, 255, "Task", false },
	{ "source", 1 << TICKET_SERVICENOW, SERVICENOW_FIELD, "diagnose", false },
	{ "node", 1 << TICKET_SERVICENOW, SERVICENOW_FIELD, NULL, false },
	{ "for", ANY & ~(1 << TICKET_CLOUDEVENT), 1000, NULL, false },
	{ "key", ANY & ~(1 << TICKET_CLOUDEVENT), 255, NULL, false },
	{ "update", ANY & ~(1 << TICKET_CLOUDEVENT | 1 << TICKET_SERVICENOW), 255, NULL, false },
};
enum { NFIELDS = sizeof fields / sizeof *fields };

static const char *const names[TICKET_SYSTEMS] = { "ticket:github", "ticket:jira", "ticket:servicenow", "ticket:zendesk", "cloudevent" };

const char *
ticket_name(enum ticket_system system)
{
	return names[system];
}

enum ticket_system
ticket_named(const char *name)
{
	int i = 0;

	while (i < TICKET_SYSTEMS && strcmp(names[i], name) != 0)
		i++;
	return (enum ticket_system)i;
}

static bool
is_named(const char *given, const char *name)
{
	size_t n = strlen(name);

	return strncmp(given, name, n) == 0 && given[n] == '=';
}

/* The value given last, or the usual one. */
static const char *
field(const struct ticket_fields *f, const char *name)
{
	for (size_t i = f->n; i--;)
		if (is_named(f->given[i], name))
			return f->given[i] + strlen(name) + 1;
	for (int i = 0; i < NFIELDS; i++)
		if (strcmp(fields[i].name, name) == 0)
			return fields[i].usual;
	return NULL;
}

static bool
knows(enum ticket_system system, const char *given, FILE *errors)
{
	struct buf clean = {0};

	for (int i = 0; i < NFIELDS; i++) {
		const char *is = given + strlen(fields[i].name) + 1;

		if (!(fields[i].systems & 1u << system) || !is_named(given, fields[i].name))
			continue;
		if (*is && text_columns(is, strlen(is)) <= fields[i].most)
			return true;
		fprintf(errors, "diagnose: the field %s has %s\n", fields[i].name, *is ? "a value that is too long" : "no value");
		return false;
	}
	text_clean(&clean, given, strcspn(given, "="), 100);
	fprintf(errors, strchr(given, '=') ? "diagnose: %s has no field '%s'; it has:" : "diagnose: %s needs fields as NAME=VALUE, not '%s'; it has:", names[system],
		buf_text(&clean));
	for (int i = 0; i < NFIELDS; i++)
		if (fields[i].systems & 1u << system)
			fprintf(errors, " %s", fields[i].name);
	fprintf(errors, "\n");
	buf_free(&clean);
	return false;
}

bool
ticket_fields_fit(enum ticket_system system, const struct ticket_fields *f, FILE *errors)
{
	bool fine = true;

	for (size_t i = 0; i < f->n; i++)
		fine &= knows(system, f->given[i], errors);
	for (int i = 0; fine && i < NFIELDS; i++)
		if ((fields[i].systems & 1u << system) && fields[i].wanted && !field(f, fields[i].name) && !field(f, "update")) {
			fprintf(errors, "diagnose: %s needs --field %s=VALUE\n", names[system], fields[i].name);
			fine = false;
		}
	return fine;
}

/* -- What all have -- */

/* A text that is given, clean. */
static json_t *
given(const char *text, size_t max)
{
	struct buf line = {0};
	json_t *s;

	ticket_line(&line, text, max);
	s = json_string(buf_text(&line));
	buf_free(&line);
	return s;
}

static json_t *
title_of(const json_t *doc)
{
	return given(text_str(doc, "title"), TITLE);
}

/* The key of the ticket, null for none. The same problem of somebody else is another ticket; whose it is does not leave. */
static json_t *
key_of(const json_t *doc, const struct ticket_fields *f)
{
	const char *key = field(f, "key"), *own = text_str(doc, "ticket_key"), *whose = field(f, "for");
	char hex[DIGEST_HEX];
	json_t *both;

	if (key)
		return given(key, 255);
	if (!own || !whose)
		return own ? given(own, 255) : json_null();
	both = json_pack("[s, o]", own, given(whose, 1000));
	canonical_digest(both, hex);
	json_decref(both);
	return json_sprintf("k1:%s", hex);
}

/* "dx-0123..": the key as a label, which systems limit to 50 characters and to one word. */
static json_t *
label_of(const json_t *key)
{
	char hex[DIGEST_HEX];
	const char *text = json_string_value(key);

	if (text && strncmp(text, "k1:", 3) == 0 && strlen(text) == 3 + 64)
		return json_sprintf("dx-%.*s", KEY_DIGITS, text + 3);
	canonical_digest(key, hex);
	return json_sprintf("dx-%.*s", KEY_DIGITS, hex);
}

static json_t *
labels(const json_t *doc, const json_t *key)
{
	json_t *list = json_pack("[s]", "diagnose");

	if (text_is(doc, "status", "problem"))
		json_array_append_new(list, json_sprintf("severity-%s", text_str(doc, "severity")));
	if (json_is_string(key))
		json_array_append_new(list, label_of(key));
	return list;
}

static bool
is_ok(const json_t *doc)
{
	return text_is(doc, "status", "ok");
}

/* -- GitHub: https://docs.github.com/en/rest/issues/issues -- */

/* One tilde more than anywhere in the text, so that nothing in it ends the block. */
static int
fence_for(const char *text)
{
	int longest = FENCE_LEAST - 1;

	for (size_t n; *text; text += n ? n : 1) {
		n = strspn(text, "~");
		longest = (int)n > longest ? (int)n : longest;
	}
	return longest + 1;
}

/* The document in a fold at the end: GitHub takes no attachments here. Only when there is room. */
static void
add_document(struct buf *body, const json_t *doc)
{
	char *json = json_dumps(doc, JSON_COMPACT), fence[64] = "";
	int n = json ? fence_for(json) : 0;

	if (json && n < (int)sizeof fence && body->len + strlen(json) + 200 <= GITHUB_BODY) {
		memset(fence, '~', (size_t)n);
		buf_printf(body, "\n<details><summary>Plan document</summary>\n\n%sjson\n%s\n%s\n\n</details>\n", fence, json, fence);
	} else {
		buf_puts(body, "\nThe plan document is too long to stand here.\n");
	}
	free(json);
}

static json_t *
github(const json_t *doc, const struct ticket_fields *f, json_t *key)
{
	json_t *text = ticket_body(doc, MARKDOWN, GITHUB_BODY - 200), *request;
	struct buf body = {0}, mark = {0};

	buf_puts(&body, json_string_value(text));
	if (json_is_string(key)) {
		json_t *label = label_of(key);

		buf_printf(&mark, "\n<!-- diagnose %s -->\n", json_string_value(label));
		json_decref(label);
	}
	add_document(&body, doc);
	buf_puts(&body, buf_text(&mark));
	request = json_pack("{s:o, s:s}", "title", title_of(doc), "body", buf_text(&body));
	if (!field(f, "update"))	/* they would take the place of all labels that the issue has */
		json_object_set_new(request, "labels", labels(doc, key));
	else if (is_ok(doc))
		json_object_update_new(request, json_pack("{s:s, s:s}", "state", "closed", "state_reason", "completed"));
	buf_free(&body);
	buf_free(&mark);
	json_decref(text);
	return request;
}

/* -- Jira: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/ -- */

static json_t *
jira(const json_t *doc, const struct ticket_fields *f, json_t *key)
{
	json_t *request = json_pack("{s:{s:o, s:o}}", "fields", "summary", title_of(doc), "description", ticket_body(doc, ADF, JIRA_DESCRIPTION));
	json_t *inner = json_object_get(request, "fields");

	if (field(f, "update"))		/* neither can be edited, and labels are people's */
		return request;
	json_object_update_new(inner, json_pack("{s:{s:o}, s:{s:o}, s:o}", "project", "key", given(field(f, "project"), 255),
			"issuetype", "name", given(field(f, "issuetype"), 255), "labels", labels(doc, key)));
	return request;
}

/* -- ServiceNow: Event Management, em_event -- */

static const struct urgency {
	const char *name, *servicenow, *zendesk;
} severities[] = {
	{ "critical", "1", "urgent" }, { "high", "2", "high" }, { "medium", "3", "normal" }, { "low", "4", "low" }, { "info", "5", "low" },
};

static const struct urgency *
severity_of(const json_t *doc)
{
	for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
		if (text_is(doc, "severity", severities[i].name))
			return &severities[i];
	return &severities[4];
}

/* "2026-01-31 12:00:00", GMT. */
static json_t *
event_time(const json_t *doc)
{
	const char *time = text_str(doc, "finished");

	return time && strlen(time) >= 19 ? json_sprintf("%.10s %.8s", time, time + 11) : json_null();
}

/* What has no field of its own, as a text that is JSON. */
static json_t *
additional(const json_t *doc)
{
	const json_t *issue = text_list(doc, "issue");
	json_t *all = json_pack("{s:O?, s:O?, s:O?, s:O?, s:O?, s:O?}", "run_id", text_list(doc, "run_id"), "fingerprint", text_list(doc, "fingerprint"),
			"severity", text_list(doc, "severity"), "p_ppm", text_list(issue, "p_ppm"), "complete", text_list(doc, "complete"),
			"facts_digest", text_list(doc, "facts_digest"));
	char *text = json_dumps(all, JSON_COMPACT);
	json_t *s = json_string(text ? text : "{}");

	free(text);
	json_decref(all);
	return s;
}

static json_t *
servicenow(const json_t *doc, const struct ticket_fields *f, json_t *key)
{
	const json_t *issue = text_list(doc, "issue");
	const char *subject = text_str(issue, "subject"), *type = text_str(issue, "id");
	json_t *event = json_pack("{s:o, s:s, s:o, s:o, s:s, s:o, s:o, s:s, s:o}", "source", given(field(f, "source"), SERVICENOW_FIELD),
			"event_class", "diagnose", "resource", given(subject ? subject : "host", SERVICENOW_FIELD),
			"type", given(type ? type : text_str(doc, "status"), SERVICENOW_FIELD),
			"severity", is_ok(doc) ? "0" : severity_of(doc)->servicenow,
			"description", ticket_body(doc, PLAIN_TEXT, SERVICENOW_DESCRIPTION), "time_of_event", event_time(doc),
			"resolution_state", is_ok(doc) ? "Closing" : "New", "additional_info", additional(doc));

	if (field(f, "node"))
		json_object_set_new(event, "node", given(field(f, "node"), SERVICENOW_FIELD));
	if (json_is_string(key))
		json_object_set(event, "message_key", key);
	return json_pack("{s:[o]}", "records", event);
}

/* -- Zendesk: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/ -- */

static json_t *
zendesk(const json_t *doc, const struct ticket_fields *f, json_t *key)
{
	json_t *request = json_pack("{s:{s:o, s:{s:o, s:b}, s:s}}", "ticket", "subject", title_of(doc), "comment",
			"body", ticket_body(doc, PLAIN_TEXT, ZENDESK_COMMENT), "public", 0, "priority", severity_of(doc)->zendesk);
	json_t *ticket = json_object_get(request, "ticket");

	if (json_is_string(key))
		json_object_set(ticket, "external_id", key);
	if (!field(f, "update"))	/* tags would take the place of those that the ticket has */
		json_object_update_new(ticket, json_pack("{s:s, s:o}", "type", "incident", "tags", labels(doc, key)));
	else if (is_ok(doc))
		json_object_set_new(ticket, "status", json_string("solved"));
	return request;
}

/* -- CloudEvents 1.0: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md -- */

static json_t *
cloudevent(const json_t *doc, const struct ticket_fields *f, json_t *key)
{
	const char *subject = text_str(text_list(doc, "issue"), "subject");
	json_t *event = json_pack("{s:s, s:O?, s:s, s:o, s:s, s:s}", "specversion", "1.0", "id", text_list(doc, "run_id"), "source", "urn:diagnose",
			"type", json_sprintf("diagnose.plan.%s", text_str(doc, "status")), "datacontenttype", "application/json",
			"dataschema", "urn:diagnose:schema:plan-1");

	(void)f;
	if (subject)
		json_object_set_new(event, "subject", given(subject, 255));
	if (text_str(doc, "finished"))
		json_object_set(event, "time", text_list(doc, "finished"));
	if (json_is_string(key))
		json_object_set(event, "ticketkey", key);
	json_object_set(event, "data", (json_t *)doc);
	return event;
}

static json_t *(*const systems[TICKET_SYSTEMS])(const json_t *doc, const struct ticket_fields *f, json_t *key) = {
	[TICKET_GITHUB] = github, [TICKET_JIRA] = jira, [TICKET_SERVICENOW] = servicenow, [TICKET_ZENDESK] = zendesk, [TICKET_CLOUDEVENT] = cloudevent,
};

json_t *
ticket_document(enum ticket_system system, const json_t *document, const struct ticket_fields *f)
{
	json_t *key = key_of(document, f), *request = systems[system](document, f, key);

	json_decref(key);
	return request;
}
