/* SPDX-License-Identifier: MIT */
#include "report/html.h"

#include <string.h>

static bool
is_service(const json_t *step)
{
	return text_is(step, "kind", "service");
}

void
html_plan_line(struct html *h)
{
	const json_t *plan = text_list(h->t.doc, "plan");
	size_t i, n = 0;
	json_t *s;

	json_array_foreach(text_list(h->t.doc, "steps"), i, s)
		n += !is_service(s);
	if (!n) {
		html_put(h, "No step that is known helps here.");
		return;
	}
	html_put(h, "The plan has %d step%s", (int)n, n == 1 ? "" : "s");
	if (text_num(plan, "p_solved_ppm"))
		html_put(h, ". It takes about %t on average and works with %p", (text_num(plan, "expected_time_s") + 29) / 60 * 60,
			text_num(plan, "p_solved_ppm"));
	html_put(h, ".");
}

/* -- Timeline -- */

/* How far one is after a step, when everything up to it had to be done. */
struct progress {
	int64_t seconds, solved;
};

static void
go_on(struct progress *p, const json_t *step)
{
	p->seconds += text_num(text_list(step, "cost"), "seconds");
	p->solved += text_num(step, "p_settles_ppm");
}

/* The drawing: a column for each step, as high as the chance that it works by then; what the step itself adds is darker. */
enum { LEFT = 44, TOP = 14, HEIGHT = 150, COLUMN = 64, WIDEST = 46, LABELS = 40 };

static int
y_of(int64_t share)
{
	return TOP + HEIGHT - (int)(share * HEIGHT / 1000000);
}

static void
column(struct html *h, const json_t *step, int i, const struct progress *before, const struct progress *now)
{
	int x = LEFT + i * COLUMN + (COLUMN - WIDEST) / 2, bottom = TOP + HEIGHT;

	html_put(h, "<rect class=\"before\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", x, y_of(before->solved), WIDEST,
		bottom - y_of(before->solved));
	html_put(h, "<rect class=\"share\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", x, y_of(now->solved), WIDEST,
		y_of(before->solved) - y_of(now->solved));
	html_put(h, "<text x=\"%d\" y=\"%d\" class=\"mid big\">%d</text><text x=\"%d\" y=\"%d\" class=\"mid\">%t</text>\n",
		x + WIDEST / 2, bottom + 18, (int)text_num(step, "n"), x + WIDEST / 2, bottom + 34, now->seconds);
}

static void
grid(struct html *h, int width)
{
	static const int lines[] = { 0, 50, 100 };

	for (int i = 0; i < 3; i++) {
		int y = y_of(lines[i] * 10000);

		html_put(h, "<path class=\"grid\" d=\"M%d %d H%d\"/><text x=\"%d\" y=\"%d\" class=\"end\">%d %%</text>\n", LEFT, y, width,
			LEFT - 6, y + 4, lines[i]);
	}
}

static void
chart(struct html *h, size_t n)
{
	int width = LEFT + (int)n * COLUMN + 6;
	struct progress now = {0};
	int at = 0;
	json_t *s;
	size_t i;

	html_put(h, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Drawing of the plan\">\n"
		"<svg class=\"chart\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"chart-title\">"
		"<title id=\"chart-title\">The chance that it works by the end of each step, and the time until then. The table that follows has the same "
		"figures.</title>\n", width, TOP + HEIGHT + LABELS, width, TOP + HEIGHT + LABELS);
	grid(h, width);
	json_array_foreach(text_list(h->t.doc, "steps"), i, s) {
		struct progress before = now;

		if (is_service(s))
			continue;
		go_on(&now, s);
		column(h, s, at++, &before, &now);
	}
	html_put(h, "</svg>\n</div>\n");
}

static void
row(struct html *h, const json_t *s, struct progress *now)
{
	int64_t before = now->solved;

	go_on(now, s);
	html_put(h, "<tr><th scope=\"row\"><a href=\"#step-%d\">%d. ", (int)text_num(s, "n"), (int)text_num(s, "n"));
	html_title(h, s, "title");
	html_put(h, "</a></th><td class=\"number\">%t</td><td class=\"number\">%t</td>", text_num(text_list(s, "cost"), "seconds"), now->seconds);
	if (is_service(s)) {
		html_put(h, "<td class=\"number\">&ndash;</td></tr>\n");
		return;
	}
	html_put(h, "<td class=\"number\">%p", now->solved);
	html_bar(h, before, text_num(s, "p_settles_ppm"));
	html_put(h, "</td></tr>\n");
}

void
html_timeline(struct html *h)
{
	struct progress now = {0};
	size_t i, n = 0;
	json_t *s;

	json_array_foreach(text_list(h->t.doc, "steps"), i, s)
		n += !is_service(s);
	if (!n)
		return;
	html_put(h, "<section aria-labelledby=\"plan\">\n<h2 id=\"plan\">The plan at a glance</h2>\n<p>");
	html_plan_line(h);
	html_put(h, " Stop as soon as it works.</p>\n");
	if (text_num(text_list(h->t.doc, "plan"), "p_solved_ppm"))
		chart(h, n);
	html_put(h, "<table class=\"timeline\">\n<thead><tr><th scope=\"col\">Step</th><th scope=\"col\" class=\"number\">Takes</th>"
		"<th scope=\"col\" class=\"number\">Time so far</th><th scope=\"col\" class=\"number\">Works by then</th></tr></thead>\n<tbody>\n");
	json_array_foreach(text_list(h->t.doc, "steps"), i, s)
		row(h, s, &now);
	html_put(h, "</tbody>\n</table>\n</section>\n");
}

/* -- Steps -- */

/* What the document says in one word is told in several. */
static const struct told {
	const char *key, *word, *shown;
} told[] = {
	{ "place", "device", "on the device" }, { "place", "computer", "on the computer" }, { "place", "both", "on the device and the computer" },
	{ "actor", "agent", "done by support" }, { "actor", "administrator", "done by an administrator" },
};

static void
figures(struct html *h, const json_t *s)
{
	html_put(h, "<p class=\"figures\">%t", text_num(text_list(s, "cost"), "seconds"));
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (text_is(s, told[i].key, told[i].word))
			html_put(h, " · %s", told[i].shown);
	if (text_num(s, "p_settles_ppm"))
		html_put(h, " · settles it in %p of cases", text_num(s, "p_settles_ppm"));
	html_put(h, "</p>\n");
}

static void
heading(struct html *h, const json_t *s)
{
	int n = (int)text_num(s, "n");

	html_put(h, "<h3><label for=\"done-%d\"><input type=\"checkbox\" id=\"done-%d\"><span class=\"n\">%d.</span> ", n, n, n);
	if (is_service(s))
		html_put(h, "If nothing helped: ");
	else if (text_yes(s, "last_resort"))
		html_put(h, "<span class=\"pill bad\">Last resort</span> ");
	html_title(h, s, "title");
	html_put(h, "</label></h3>\n");
}

static void
helps_against(struct html *h, const json_t *s)
{
	const json_t *fixes = text_list(s, "fixes");
	json_t *fix;
	size_t i, n = 0;

	json_array_foreach(fixes, i, fix) {
		const json_t *c = html_cause_of(h, fix);

		if (!c)
			continue;
		html_put(h, n++ ? "; " : "<p class=\"soft\">Helps against: ");
		html_title(h, c, "title");
	}
	html_put(h, n ? "</p>\n" : "");
}

static void
instructions(struct html *h, const json_t *s)
{
	int same = text_same_before(&h->t, s);
	json_t *in;
	size_t i;

	if (same) {
		html_put(h, "<p>Do as in <a href=\"#step-%d\">step %d</a>.</p>\n", same, same);
		return;
	}
	if (!text_count(s, "instructions"))
		return;
	html_put(h, "<ol>\n");
	json_array_foreach(text_list(s, "instructions"), i, in)
		html_put(h, "<li>%w</li>\n", json_string_value(in));
	html_put(h, "</ol>\n");
}

static void
verification(struct html *h, const json_t *s)
{
	json_t *c;
	size_t i;

	if (!text_count(s, "verify"))
		return;
	html_put(h, "<p class=\"soft\">It worked when:</p>\n<ul class=\"checks\">\n");
	json_array_foreach(text_list(s, "verify"), i, c)
		html_put(h, "<li><label><input type=\"checkbox\"> %w</label></li>\n", text_str(c, "title"));
	html_put(h, "</ul>\n");
}

static void
unknown_needs(struct html *h, const json_t *s)
{
	json_t *r;
	size_t i;

	json_array_foreach(text_list(s, "requirements"), i, r)
		if (text_is(r, "state", "unknown"))
			html_put(h, "<p><span class=\"pill doubt\">make sure first</span> %w</p>\n", text_str(r, "title"));
}

static void
step(struct html *h, const json_t *s)
{
	const json_t *risk = text_list(s, "risk");

	html_put(h, "<li class=\"step\" id=\"step-%d\">\n", (int)text_num(s, "n"));
	heading(h, s);
	figures(h, s);
	if (text_str(risk, "warning"))
		html_put(h, "<p class=\"notice bad\"><strong>Mind:</strong> %w</p>\n", text_str(risk, "warning"));
	unknown_needs(h, s);
	instructions(h, s);
	verification(h, s);
	if (text_str(risk, "undo"))
		html_put(h, "<p class=\"soft\">To undo: %w</p>\n", text_str(risk, "undo"));
	helps_against(h, s);
	if (text_str(s, "why"))
		html_put(h, "<p class=\"soft\">Why here: %w</p>\n", text_str(s, "why"));
	html_put(h, "</li>\n");
}

void
html_steps(struct html *h)
{
	json_t *s;
	size_t i;

	if (!text_count(h->t.doc, "steps"))
		return;
	html_put(h, "<section aria-labelledby=\"steps\">\n<h2 id=\"steps\">The steps</h2>\n"
		"<p class=\"soft\">Tick what is done. The ticks are not saved.</p>\n<ol class=\"steps\">\n");
	json_array_foreach(text_list(h->t.doc, "steps"), i, s)
		step(h, s);
	html_put(h, "</ol>\n</section>\n");
}
