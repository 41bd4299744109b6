/* SPDX-License-Identifier: MIT */
/*
 * A plan document of any shape: the page, the tickets and what changed, made from it. Nothing in it becomes markup, whatever it is; tickets keep their
 * limits; a document is the same as itself.
 */
#include "fuzz.h"

#include "base/canonical.h"
#include "report/diff.h"
#include "report/ticket.h"

#include <stdlib.h>
#include <string.h>

/* Elements and attributes that the page never has, wherever a text would have to put them. */
static void
check_page(const json_t *document)
{
	static const char *const never[] = { "<script", "<img", "<iframe", "<a href=\"h", "<b>", "<!--", " onerror=\"", " style=\"", "</style></style>" };
	char *page;
	size_t n;
	FILE *out = open_memstream(&page, &n);

	report_html(document, out);
	fclose(out);
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		holds(!strstr(page, never[i]), "a text is no markup");
	holds(strlen(page) == n && n > 20 && strcmp(page + n - 8, "</html>\n") == 0, "a page is whole");
	free(page);
}

static void
check_tickets(const json_t *document)
{
	static const char *const fields[] = { "project=SUP", "for=somebody" };
	static const size_t limits[] = { [MARKDOWN] = 65536, [PLAIN_TEXT] = 4000, [ADF] = 32767 };

	for (int i = 0; i < TICKET_SYSTEMS; i++)
		json_decref(ticket_document((enum ticket_system)i, document, &(struct ticket_fields){ fields, 2 }));
	for (int i = MARKDOWN; i <= ADF; i++) {
		json_t *body = ticket_body(document, (enum dialect)i, limits[i]);
		size_t steps = json_array_size(json_object_get(document, "steps"));
		size_t n = json_is_string(body) ? json_string_length(body) : json_dumpb(body, NULL, 0, JSON_COMPACT);

		holds(body && (n <= limits[i] || (i == PLAIN_TEXT && n < 16000)) && steps < 1000000, "a ticket keeps its limit");
		json_decref(body);
	}
}

static void
check_diff(const json_t *document)
{
	json_t *diff = diff_document(document, document);
	const char *verdict = json_string_value(json_object_get(diff, "verdict"));

	holds(verdict && strcmp(verdict, "fixed") && strcmp(verdict, "new") && strcmp(verdict, "changed"), "a document is the same as itself");
	diff_text(diff, &(struct text_options){ .width = 60, .verbose = true }, nowhere());
	json_decref(diff);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *document = plan_read("fuzz.json", (const char *)data, size, nowhere());
	char hex[DIGEST_HEX];

	if (!document)
		return 0;
	canonical_digest(document, hex);
	check_page(document);
	check_tickets(document);
	check_diff(document);
	json_decref(document);
	return 0;
}
