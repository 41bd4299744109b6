/* SPDX-License-Identifier: MIT */
#include "report/findings.h"

#include "base/text.h"
#include "lang/codes.h"

#include <string.h>

/* How each format calls a severity. */
static const struct {
	const char *json, *sarif, *github;
} levels[] = {
	[SEV_ERROR] = { "error", "error", "error" },
	[SEV_WARNING] = { "warning", "warning", "warning" },
	[SEV_NOTE] = { "note", "note", "notice" },
};

static json_t *
clean(const char *text)
{
	struct buf b = {0};
	json_t *s;

	text_clean(&b, text, strlen(text), 0);
	s = json_string(buf_text(&b));
	buf_free(&b);
	return s;
}

/* -- The document -- */

json_t *
finding_object(const struct diags *d, const struct diag *g)
{
	json_t *o = json_object();

	json_object_set_new(o, "code", json_string(g->code));
	json_object_set_new(o, "message", clean(g->message));
	json_object_set_new(o, "source", clean(diags_source_name(d, g->at.file)));
	if (g->at.line)
		json_object_set_new(o, "line", json_integer(g->at.line));
	json_object_set_new(o, "column", g->at.line ? json_integer(g->at.col) : json_null());
	if (g->hint)
		json_object_set_new(o, "hint", clean(g->hint));
	return o;
}

static json_t *
whole_object(const struct diags *d, const struct diag *g)
{
	json_t *o = finding_object(d, g);

	json_object_set_new(o, "severity", json_string(levels[g->severity].json));
	if (g->at.end_line) {
		json_object_set_new(o, "end_line", json_integer(g->at.end_line));
		json_object_set_new(o, "end_column", json_integer(g->at.end_col));
	}
	return o;
}

static void
write_and_drop(json_t *o, FILE *out)
{
	json_dumpf(o, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(o);
}

void
findings_json(const struct diags *d, FILE *out)
{
	json_t *all = json_array();

	for (size_t i = 0; i < diags_count(d); i++)
		json_array_append_new(all, whole_object(d, diags_at(d, i)));
	write_and_drop(json_pack("{s:s, s:I, s:I, s:o}", "schema", "diagnose-check/1", "errors", (json_int_t)diags_errors(d),
			"warnings", (json_int_t)diags_warnings(d), "findings", all), out);
}

/* -- SARIF -- */

/* A path as a relative reference (RFC 3986): what may not stand there is percent-encoded. */
static json_t *
uri(const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
	struct buf b = {0};
	json_t *s;

	for (const char *p = path; *p; p++)
		if (strchr(plain, *p))
			buf_putc(&b, *p);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*p);
	s = json_string(buf_text(&b));
	buf_free(&b);
	return s;
}

static const struct complaint_row *
row_of(const struct diag *g)
{
	for (const struct complaint_row *r = complaints; r < complaints + COMPLAINTS; r++)
		if (strcmp(r->code, g->code) == 0)
			return r;
	return NULL;
}

static json_t *
sarif_rules(void)
{
	json_t *rules = json_array();

	for (const struct complaint_row *r = complaints; r < complaints + COMPLAINTS; r++)
		json_array_append_new(rules, json_pack("{s:s, s:{s:s}, s:{s:s}}", "id", r->code,
				"shortDescription", "text", r->meaning, "defaultConfiguration", "level", levels[r->severity].sarif));
	return rules;
}

static json_t *
sarif_place(const struct diags *d, const struct place *at)
{
	json_t *place = json_pack("{s:{s:o}}", "artifactLocation", "uri", uri(diags_source_name(d, at->file)));
	json_t *region;

	if (at->line) {
		region = json_pack("{s:I, s:I}", "startLine", (json_int_t)at->line, "startColumn", (json_int_t)at->col);
		if (at->end_line) {
			json_object_set_new(region, "endLine", json_integer(at->end_line));
			json_object_set_new(region, "endColumn", json_integer(at->end_col));
		}
		json_object_set_new(place, "region", region);
	}
	return json_pack("[{s:o}]", "physicalLocation", place);
}

static json_t *
sarif_result(const struct diags *d, const struct diag *g)
{
	const struct complaint_row *row = row_of(g);
	struct buf text = {0};
	json_t *o;

	text_clean(&text, g->message, strlen(g->message), 0);
	if (g->hint) {
		buf_puts(&text, "; ");
		text_clean(&text, g->hint, strlen(g->hint), 0);
	}
	o = json_pack("{s:s, s:s, s:{s:s}, s:o}", "ruleId", g->code, "level", levels[g->severity].sarif,
			"message", "text", buf_text(&text), "locations", sarif_place(d, &g->at));
	if (row)
		json_object_set_new(o, "ruleIndex", json_integer(row - complaints));
	buf_free(&text);
	return o;
}

void
findings_sarif(const struct diags *d, FILE *out)
{
	json_t *results = json_array();

	for (size_t i = 0; i < diags_count(d); i++)
		json_array_append_new(results, sarif_result(d, diags_at(d, i)));
	write_and_drop(json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:s, s:o}]}",
			"$schema", "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0",
			"runs", "tool", "driver", "name", "diagnose", "version", DX_VERSION, "rules", sarif_rules(),
			"columnKind", "unicodeCodePoints", "results", results), out);
}

/* -- GitHub -- */

/* What would end a workflow command or one of its properties is percent-encoded (docs.github.com, "Workflow commands"). */
static void
put_escaped(FILE *out, const char *text, const char *special)
{
	struct buf b = {0};

	text_clean(&b, text, strlen(text), 0);
	for (const char *p = buf_text(&b); *p; p++)
		if (strchr(special, *p))
			fprintf(out, "%%%02X", (unsigned)*p);
		else
			fputc(*p, out);
	buf_free(&b);
}

static void
github_line(const struct diags *d, const struct diag *g, FILE *out)
{
	fprintf(out, "::%s file=", levels[g->severity].github);
	put_escaped(out, diags_source_name(d, g->at.file), "%:,");
	if (g->at.line)
		fprintf(out, ",line=%u,col=%u", g->at.line, g->at.col);
	/* columns of an end on another line are refused */
	if (g->at.end_line == g->at.line && g->at.line)
		fprintf(out, ",endColumn=%u", g->at.end_col);
	fprintf(out, ",title=%s::", g->code);
	put_escaped(out, g->message, "%");
	if (g->hint) {
		fputs("; ", out);
		put_escaped(out, g->hint, "%");
	}
	fputc('\n', out);
}

void
findings_github(const struct diags *d, FILE *out)
{
	for (size_t i = 0; i < diags_count(d); i++)
		github_line(d, diags_at(d, i), out);
}
