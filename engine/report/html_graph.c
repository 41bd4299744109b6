/* SPDX-License-Identifier: MIT */
/*
 * The reasoning as a drawing: signs on the left, the causes that they speak for or against in the middle, the steps that settle these on the right.
 * The same stands below it in words.
 */
#include "report/html.h"

#include "base/text.h"

#include <string.h>

enum side { SIGNS, CAUSES, STEPS, SIDES };

/* What fits on a page, the strongest first. */
enum { SIGNS_MOST = 14, CAUSES_MOST = 6, STEPS_MOST = 10, OF_A_CAUSE = 4, LINES_MOST = 3, LINE_MAX = 160, WEAK = 300 };
enum { NODES_MOST = SIGNS_MOST, EDGES_MOST = CAUSES_MOST * (OF_A_CAUSE + STEPS_MOST) };

/* Pixels: the drawing, its lines of text, what is around them. */
enum { WIDTH = 900, LINE = 17, SMALL = 14, INSIDE = 9, GAP = 12, EDGE = 2, HEAD = 26, TEXT_CELL = 7 };

static const struct side_of {
	int x, width;
	const char *title;
	size_t most;
} places[SIDES] = {
	{ 2, 300, "Signs and facts", SIGNS_MOST }, { 364, 220, "Causes", CAUSES_MOST }, { 646, 252, "Steps", STEPS_MOST },
};

struct box {
	const json_t *of;
	char lines[LINES_MOST][LINE_MAX], small[LINE_MAX];
	int nlines, y, height;
};

struct edge {
	int from, to;		/* numbers of nodes */
	int64_t effect;		/* millibits; of a step: 0 */
};

struct graph {
	struct box nodes[SIDES][NODES_MOST];
	size_t n[SIDES];
	struct edge edges[2][EDGES_MOST];	/* to the causes, from the causes */
	size_t nedges[2];
};

/* -- Text in boxes -- */

/* The bytes of the first characters of `s` that take no more than `cells`. */
static size_t
fitting(const char *s, int cells)
{
	size_t n = 0, left = strlen(s);

	while (n < left) {
		uint32_t cp;
		size_t len = text_decode(s + n, left - n, &cp);
		char one[8] = "";

		len = len ? len : 1;
		memcpy(one, s + n, len);
		cells -= (int)text_width(one);
		if (cells < 0)
			break;
		n += len;
	}
	return n;
}

/* One line of at most so many cells, cut with "…" when it must be. */
static void
cut(char out[LINE_MAX], const char *s, int cells)
{
	size_t n = fitting(s, cells);
	bool whole = s[n] == '\0';

	if (!whole)
		n = fitting(s, cells - 1);
	if (n > LINE_MAX - 5)
		n = fitting(s, (LINE_MAX - 5) / 4);
	memcpy(out, s, n);
	strcpy(out + n, whole && s[n] == '\0' ? "" : "…");
}

/* Words on lines; the last line takes what is left, cut. */
static void
wrap(struct box *node, const char *text, int cells)
{
	while (*text && node->nlines < LINES_MOST) {
		size_t n = fitting(text, cells), end = n;
		char *line = node->lines[node->nlines++];

		if (!text[n] || node->nlines == LINES_MOST) {
			cut(line, text, cells);
			return;
		}
		while (end && text[end] != ' ')
			end--;
		n = end ? end : n ? n : 1;
		n = n < LINE_MAX ? n : LINE_MAX - 1;
		memcpy(line, text, n);
		line[n] = '\0';
		text += n + strspn(text + n, " ");
	}
}

static int
height_of(const struct box *node)
{
	return node->nlines * LINE + (*node->small ? SMALL : 0) + 2 * INSIDE;
}

/* The text without asterisks, and whose it is. */
static void
plain(struct html *h, struct buf *out, const json_t *o, const char *key)
{
	const char *subject = text_subject(&h->t, o), *text = text_str(o, key);
	struct buf clean = {0};

	text_clean(&clean, text ? text : "", text ? strlen(text) : 0, 0);
	for (const char *p = buf_text(&clean); *p; p++)
		if (p[0] == '*' && p[1] == '*')
			p++;
		else
			buf_putc(out, *p);
	buf_free(&clean);
	if (subject)
		buf_printf(out, " (%s)", subject);
}

/* -- What is drawn -- */

static int
add_node(struct graph *g, enum side side, const json_t *of, const char *text, const char *small)
{
	struct box *node = &g->nodes[side][g->n[side]];
	int cells = (places[side].width - 2 * INSIDE) / TEXT_CELL;

	*node = (struct box){ .of = of };
	wrap(node, text, cells);
	cut(node->small, small, cells);
	node->height = height_of(node);
	return (int)g->n[side]++;
}

static void
add_edge(struct graph *g, int which, int from, int to, int64_t effect)
{
	g->edges[which][g->nedges[which]++] = (struct edge){ from, to, effect };
}

/* The same sign of another cause has its node. */
static int
find_sign(const struct graph *g, const json_t *e)
{
	for (size_t i = 0; i < g->n[SIGNS]; i++) {
		const json_t *o = g->nodes[SIGNS][i].of;

		if (json_equal(text_list(o, "says"), text_list(e, "says")) && json_equal(text_list(o, "seen"), text_list(e, "seen"))
				&& json_equal(text_list(o, "facts"), text_list(e, "facts")))
			return (int)i;
	}
	return -1;
}

/* "device[device-1].trust: absent", the first of its facts. */
static void
first_fact(struct html *h, struct buf *out, const json_t *e)
{
	const char *id = json_string_value(json_array_get(text_list(e, "facts"), 0));
	const json_t *f = id ? json_object_get(h->t.by_id, id) : NULL;
	const char *is = f ? text_str(f, "value") : NULL;

	if (id)
		buf_printf(out, "%s%s%s", id, is ? ": " : "", is ? is : "");
}

static void
add_sign(struct html *h, struct graph *g, const json_t *e, int cause)
{
	struct buf says = {0}, fact = {0};
	int at = find_sign(g, e);

	if (at < 0 && g->n[SIGNS] < SIGNS_MOST) {
		buf_puts(&says, text_yes(e, "seen") ? "" : "not so: ");
		plain(h, &says, e, "says");
		first_fact(h, &fact, e);
		at = add_node(g, SIGNS, e, buf_text(&says), buf_text(&fact));
	}
	if (at >= 0)
		add_edge(g, 0, at, cause, text_num(e, "effect_millibits"));
	buf_free(&says);
	buf_free(&fact);
}

static void
add_cause(struct html *h, struct graph *g, const json_t *c)
{
	int64_t share = text_share(c), at;
	struct buf title = {0};
	size_t i, n = 0;
	char percent[24];
	json_t *e;

	plain(h, &title, c, "title");
	snprintf(percent, sizeof percent, share < HARDLY_PPM ? "< 1 %%" : "%d %%", (int)((share + 5000) / 10000));
	at = add_node(g, CAUSES, c, buf_text(&title), percent);
	json_array_foreach(text_list(c, "evidence"), i, e) {
		int64_t effect = text_num(e, "effect_millibits");

		if ((effect >= WEAK || effect <= -WEAK) && n++ < OF_A_CAUSE)
			add_sign(h, g, e, (int)at);
	}
	buf_free(&title);
}

static void
add_step(struct html *h, struct graph *g, const json_t *s)
{
	struct buf title = {0};
	int at = -1;
	json_t *fix;
	size_t i;

	json_array_foreach(text_list(s, "fixes"), i, fix)
		for (size_t k = 0; k < g->n[CAUSES]; k++) {
			if (!text_same_thing(g->nodes[CAUSES][k].of, fix))
				continue;
			if (at < 0) {
				buf_printf(&title, "%d. ", (int)text_num(s, "n"));
				plain(h, &title, s, "title");
				at = add_node(g, STEPS, s, buf_text(&title), "");
			}
			add_edge(g, 1, (int)k, at, 0);
			break;
		}
	buf_free(&title);
}

static void
gather(struct html *h, struct graph *g)
{
	json_t *o;
	size_t i;

	json_array_foreach(text_list(h->t.doc, "causes"), i, o)
		if (g->n[CAUSES] < CAUSES_MOST && !html_is_minor(h, o))
			add_cause(h, g, o);
	json_array_foreach(text_list(h->t.doc, "steps"), i, o)
		if (g->n[STEPS] < STEPS_MOST && g->nedges[1] + CAUSES_MOST <= EDGES_MOST)
			add_step(h, g, o);
}

/* Columns begin below their heads, the shorter ones in the middle; the height of the drawing. */
static int
lay_out(struct graph *g)
{
	int heights[SIDES] = {0}, most = 0;

	for (int side = 0; side < SIDES; side++) {
		for (size_t i = 0; i < g->n[side]; i++)
			heights[side] += g->nodes[side][i].height + (i ? GAP : 0);
		most = heights[side] > most ? heights[side] : most;
	}
	for (int side = 0; side < SIDES; side++) {
		int y = HEAD + (most - heights[side]) / 2;

		for (size_t i = 0; i < g->n[side]; i++) {
			g->nodes[side][i].y = y;
			y += g->nodes[side][i].height + GAP;
		}
	}
	return HEAD + most + EDGE;
}

/* -- Drawing -- */

/* A strong sign is a thick line: one width for each two doublings of the odds. */
static int
thickness(int64_t effect)
{
	int64_t strength = effect < 0 ? -effect : effect;

	return strength > 8000 ? 5 : (int)(1 + strength / 2000);
}

static void
draw_edges(struct html *h, const struct graph *g, int which)
{
	const struct side_of *left = &places[which], *right = &places[which + 1];
	int x1 = left->x + left->width, x2 = right->x, middle = (x1 + x2) / 2;

	for (size_t i = 0; i < g->nedges[which]; i++) {
		const struct edge *e = &g->edges[which][i];
		const struct box *from = &g->nodes[which][e->from], *to = &g->nodes[which + 1][e->to];
		int y1 = from->y + from->height / 2, y2 = to->y + to->height / 2;

		html_put(h, "<path class=\"edge %s\" stroke-width=\"%d\" d=\"M%d %d C%d %d %d %d %d %d\"/>\n",
			which == 1 ? "then" : e->effect < 0 ? "against" : "for", which == 1 ? 2 : thickness(e->effect),
			x1, y1, middle, y1, middle, y2, x2, y2);
	}
}

static void
draw_node(struct html *h, enum side side, const struct box *node)
{
	static const char *const classes[SIDES] = { "sign", "cause-box", "step-box" };
	const struct side_of *p = &places[side];
	int y = node->y + INSIDE + LINE - 5;

	html_put(h, "<rect class=\"box %s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>", classes[side], p->x, node->y, p->width, node->height);
	for (int i = 0; i < node->nlines; i++, y += LINE)
		html_put(h, "<text x=\"%d\" y=\"%d\">%s</text>", p->x + INSIDE, y, node->lines[i]);
	if (*node->small)
		html_put(h, "<text class=\"small\" x=\"%d\" y=\"%d\">%s</text>", p->x + INSIDE, y - 2, node->small);
	html_put(h, "\n");
}

static void
draw(struct html *h, struct graph *g)
{
	int height = lay_out(g);

	html_put(h, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Drawing of the reasoning\">\n"
		"<svg class=\"graph\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"graph-title\">"
		"<title id=\"graph-title\">Which signs speak for and against which causes, and which steps settle these. "
		"The list that follows says the same in words.</title>\n", WIDTH, height, WIDTH, height);
	for (int which = 0; which < 2; which++)
		draw_edges(h, g, which);
	for (int side = 0; side < SIDES; side++) {
		if (g->n[side])
			html_put(h, "<text class=\"head\" x=\"%d\" y=\"14\">%s</text>\n", places[side].x, places[side].title);
		for (size_t i = 0; i < g->n[side]; i++)
			draw_node(h, (enum side)side, &g->nodes[side][i]);
	}
	html_put(h, "</svg>\n</div>\n");
}

/* -- In words -- */

/* The signs for or against a cause, or the steps that settle it, as far as they are drawn. */
static void
tell_edges(struct html *h, const struct graph *g, int which, size_t cause, bool against, const char *before)
{
	size_t n = 0;

	for (size_t i = 0; i < g->nedges[which]; i++) {
		const struct edge *e = &g->edges[which][i];
		const json_t *o = which ? g->nodes[STEPS][e->to].of : g->nodes[SIGNS][e->from].of;

		if ((size_t)(which ? e->from : e->to) != cause || (e->effect < 0) != against)
			continue;
		html_put(h, n++ ? "; " : before);
		if (which)
			html_put(h, "step %d, ", (int)text_num(o, "n"));
		else if (!text_yes(o, "seen"))
			html_put(h, "not so: ");
		html_title(h, o, which ? "title" : "says");
	}
	html_put(h, n ? ".</li>\n" : "");
}

static void
tell(struct html *h, const struct graph *g)
{
	html_put(h, "<details>\n<summary>The same in words</summary>\n<ul>\n");
	for (size_t i = 0; i < g->n[CAUSES]; i++) {
		html_put(h, "<li>");
		html_title(h, g->nodes[CAUSES][i].of, "title");
		html_put(h, ", %p\n<ul>\n", text_share(g->nodes[CAUSES][i].of));
		tell_edges(h, g, 0, i, false, "<li>For it: ");
		tell_edges(h, g, 0, i, true, "<li>Against it: ");
		tell_edges(h, g, 1, i, false, "<li>Settled by: ");
		html_put(h, "</ul>\n</li>\n");
	}
	html_put(h, "</ul>\n</details>\n");
}

void
html_graph(struct html *h)
{
	struct graph g = {0};

	if (!json_is_object(text_list(h->t.doc, "issue")))
		return;
	gather(h, &g);
	if (!g.nedges[0] && !g.nedges[1])
		return;
	html_put(h, "<section aria-labelledby=\"reasoning\">\n<h2 id=\"reasoning\">How this was concluded</h2>\n"
		"<p class=\"soft\">A thick line is a strong sign. Whole lines speak for a cause, broken ones against it.</p>\n");
	draw(h, &g);
	tell(h, &g);
	html_put(h, "</section>\n");
}
