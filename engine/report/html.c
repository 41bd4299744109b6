/* SPDX-License-Identifier: MIT */
#include "report/html.h"

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"

#include <stdarg.h>
#include <string.h>

/* -- Escaping -- */

/* What means something in HTML, in texts and in attributes. */
static const struct escape {
	char c;
	const char *as;
} escapes[] = {
	{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" }, { '`', "&#96;" },
};

static void
put_char(struct buf *out, char c)
{
	for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
		if (escapes[i].c == c) {
			buf_puts(out, escapes[i].as);
			return;
		}
	buf_putc(out, c);
}

/*
 * The only way of a text into the page. A document is clean; it is cleaned once more, so that a control character, a change of direction or broken
 * UTF-8 is inert here whatever made the document.
 */
static void
put_text(struct html *h, const char *text, bool words)
{
	struct buf clean = {0};
	bool strong = false;

	if (!text)
		return;
	text_clean(&clean, text, strlen(text), 0);
	for (const char *p = buf_text(&clean); *p; p++) {
		if (words && p[0] == '*' && p[1] == '*' && (strong || strstr(p + 2, "**"))) {
			buf_puts(&h->out, strong ? "</strong>" : "<strong>");
			strong = !strong;
			p++;
		} else {
			put_char(&h->out, *p);
		}
	}
	buf_free(&clean);
}

static void
put_percent(struct html *h, int64_t share)
{
	if (share > 0 && share < HARDLY_PPM)
		buf_puts(&h->out, "&lt; 1 %");
	else if (share >= 995000 && share < 1000000)
		buf_puts(&h->out, "&gt; 99 %");
	else
		buf_printf(&h->out, "%d %%", (int)((share + 5000) / 10000));
}

static void
put_duration(struct html *h, int64_t seconds)
{
	char text[24];

	text_duration(text, sizeof text, seconds);
	buf_puts(&h->out, text);
}

void
html_put(struct html *h, const char *markup, ...)
{
	va_list ap;

	va_start(ap, markup);
	for (const char *p = markup; *p; p++) {
		size_t n = strcspn(p, "%");

		buf_add(&h->out, p, n);
		p += n;
		if (!*p || !*++p)
			break;
		switch (*p) {
		case 's': put_text(h, va_arg(ap, const char *), false); break;
		case 'w': put_text(h, va_arg(ap, const char *), true); break;
		case 'd': buf_printf(&h->out, "%d", va_arg(ap, int)); break;
		case 'p': put_percent(h, va_arg(ap, int64_t)); break;
		case 't': put_duration(h, va_arg(ap, int64_t)); break;
		default: buf_putc(&h->out, *p);
		}
	}
	va_end(ap);
}

/* -- What several parts need -- */

void
html_title(struct html *h, const json_t *o, const char *key)
{
	const char *subject = text_subject(&h->t, o);

	html_put(h, "%w", text_str(o, key));
	if (subject)
		html_put(h, " <span class=\"whose\">(%s)</span>", subject);
}

/* Thousandths, so that a bar is drawn in whole numbers. */
static int
thousandths(int64_t share)
{
	return (int)((share < 0 ? 0 : share > 1000000 ? 1000000 : share) / 1000);
}

void
html_bar(struct html *h, int64_t before, int64_t share)
{
	int from = thousandths(before), to = thousandths(before + share);

	if (share > 0 && to - from < 6)		/* is seen, however small */
		to = from + 6;
	html_put(h, "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">"
		"<rect class=\"track\" width=\"1000\" height=\"10\"/>");
	if (from)
		html_put(h, "<rect class=\"before\" width=\"%d\" height=\"10\"/>", from);
	html_put(h, "<rect class=\"share\" x=\"%d\" width=\"%d\" height=\"10\"/></svg>", from, to - from);
}

bool
html_is_minor(const struct html *h, const json_t *cause)
{
	return text_num(cause, "p_ppm") < HARDLY_PPM && json_array_get(text_list(h->t.doc, "causes"), 0) != cause;
}

const json_t *
html_cause_of(const struct html *h, const json_t *fix)
{
	json_t *c;
	size_t i;

	json_array_foreach(text_list(h->t.doc, "causes"), i, c)
		if (text_same_thing(c, fix))
			return html_is_minor(h, c) ? NULL : c;
	return NULL;
}

/* -- The page -- */

static void (*const parts[])(struct html *h) = {
	html_head, html_requirements, html_causes, html_timeline, html_steps, html_questions, html_graph, html_tables,
	html_foot,
};

static void
open_page(struct html *h)
{
	char digest[DIGEST_BASE64];

	digest_sha256_base64(html_style, strlen(html_style), digest);
	html_put(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; "
		"base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"robots\" content=\"noindex\">\n<title>%s - diagnosis</title>\n<style>",
		digest, text_str(h->t.doc, "title"));
	buf_puts(&h->out, html_style);
	html_put(h, "</style>\n</head>\n<body>\n");
}

void
report_html(const json_t *document, FILE *out)
{
	struct html h = { .t = { .doc = document, .verbose = true } };

	text_open(&h.t);
	open_page(&h);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		parts[i](&h);
	html_put(&h, "</body>\n</html>\n");
	fwrite(buf_text(&h.out), 1, h.out.len, out);
	buf_free(&h.out);
	text_close(&h.t);
}
