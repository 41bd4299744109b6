/* SPDX-License-Identifier: MIT */
#include "reply.h"

#include "base/system.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_LINE = 2000 };

/* -- Lines -- */

static struct {
	char part[4096];
	size_t at, n;
} input;

static int
next_byte(void)
{
	if (input.at < input.n)
		return (unsigned char)input.part[input.at++];
	input.n = system_read_input(input.part, sizeof input.part);
	if (!input.n)
		return EOF;
	input.at = 1;
	return (unsigned char)input.part[0];
}

/* A line without its end, and without blanks around it; what is too long is cut. False: there is none any more. */
static bool
read_line(char *line, size_t size)
{
	size_t n = 0, from;
	int c;

	while ((c = next_byte()) != EOF && c != '\n')
		if (n + 1 < size)
			line[n++] = (char)(c ? c : '?');
	if (c == EOF && (!n || system_was_interrupted()))
		return false;
	line[n] = '\0';
	while (n && isspace((unsigned char)line[n - 1]))
		line[--n] = '\0';
	from = strspn(line, " \t");
	memmove(line, line + from, n - from + 1);
	return true;
}

/* -- What a line means -- */

static const struct {
	const char *spelling;
	enum reply_kind kind;
} spellings[] = {
	{ "yes", REPLY_YES }, { "y", REPLY_YES }, { "no", REPLY_NO }, { "n", REPLY_NO },
	{ "don't know", REPLY_UNSURE }, { "dont know", REPLY_UNSURE }, { "do not know", REPLY_UNSURE }, { "unknown", REPLY_UNSURE },
	{ "d", REPLY_UNSURE }, { "done", REPLY_DONE }, { "skip", REPLY_SKIP }, { "s", REPLY_SKIP }, { "again", REPLY_AGAIN },
	{ "why", REPLY_WHY }, { "w", REPLY_WHY }, { "back", REPLY_BACK }, { "b", REPLY_BACK }, { "quit", REPLY_QUIT }, { "q", REPLY_QUIT },
	{ "exit", REPLY_QUIT }, { "hand over", REPLY_ESCALATE }, { "escalate", REPLY_ESCALATE },
};
enum { NSPELLINGS = sizeof spellings / sizeof *spellings };

/* The words for the kinds, in the order in which they are offered; the last column says what each does. */
static const struct {
	enum reply_kind kind;
	const char *word, *does;
} words[] = {
	{ REPLY_YES, "yes", "it is so" },
	{ REPLY_NO, "no", "it is not so" },
	{ REPLY_UNSURE, "don't know", "go on without the answer" },
	{ REPLY_DONE, "done", "the step is done" },
	{ REPLY_SKIP, "skip", "go on without this step" },
	{ REPLY_AGAIN, "again", "show the step once more" },
	{ REPLY_ESCALATE, "hand over", "try nothing more, and hand the case over" },
	{ REPLY_WHY, "why", "what this is good for" },
	{ REPLY_BACK, "back", "take the last answer back" },
	{ REPLY_QUIT, "quit", "stop here" },
};
enum { NWORDS = sizeof words / sizeof *words };

/* Case counts for nothing, nor does which apostrophe it is. */
static bool
is_spelled(const char *line, const char *spelling)
{
	for (; *spelling; spelling++) {
		size_t n = *spelling == '\'' && strncmp(line, "\u2019", 3) == 0 ? 3 : 1;

		if (n == 1 && tolower((unsigned char)*line) != tolower((unsigned char)*spelling))
			return false;
		line += n;
	}
	return !*line;
}

static const char *
choice(const char *line, const json_t *answers)
{
	char *end;
	unsigned long number = isdigit((unsigned char)*line) ? strtoul(line, &end, 10) : 0;
	json_t *a;
	size_t i;

	if (number && !*end)
		return json_string_value(json_array_get(answers, number - 1));
	json_array_foreach(answers, i, a)	/* as it is written, for two may differ in nothing but capitals */
		if (strcmp(line, json_string_value(a)) == 0)
			return json_string_value(a);
	json_array_foreach(answers, i, a)
		if (is_spelled(line, json_string_value(a)))
			return json_string_value(a);
	return NULL;
}

/* "error 0xE8000065", "message The device ...": the rest of the line; NULL: it is something else. */
static const char *
report(const char *line, const char *word)
{
	size_t n = strlen(word);

	return strncasecmp(line, word, n) == 0 && line[n] == ' ' ? line + n + strspn(line + n, " ") : NULL;
}

static struct reply
understand(const char *line, unsigned allowed, const json_t *answers)
{
	const char *text;

	if ((allowed & REPLY_CHOICE) && (text = choice(line, answers)) != NULL)
		return (struct reply){ REPLY_CHOICE, text, false };
	for (size_t i = 0; i < NSPELLINGS; i++)
		if ((allowed & spellings[i].kind) && is_spelled(line, spellings[i].spelling))
			return (struct reply){ .kind = spellings[i].kind };
	if ((text = report(line, "error")) != NULL)
		return (struct reply){ REPLY_REPORT, text, true };
	if ((text = report(line, "message")) != NULL)
		return (struct reply){ REPLY_REPORT, text, false };
	return (struct reply){0};
}

/* -- Talking -- */

/* "yes, no, don't know, why, back or quit" */
static void
list_words(struct buf *out, unsigned allowed, const json_t *answers)
{
	const char *list[NWORDS];
	size_t n = 0;

	if (answers && (allowed & REPLY_CHOICE))
		buf_printf(out, "1 to %zu, ", json_array_size(answers));
	for (size_t i = 0; i < NWORDS; i++)
		if (allowed & words[i].kind)
			list[n++] = words[i].word;
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", list[i]);
}

static void
say_help(struct words *w, unsigned allowed, const json_t *answers)
{
	if (answers && (allowed & REPLY_CHOICE))
		words_item(w, PLAIN, "a number from the list, or the word behind it");
	for (size_t i = 0; i < NWORDS; i++)
		if (allowed & words[i].kind) {
			struct buf line = {0};

			buf_printf(&line, "%s: %s", words[i].word, words[i].does);
			words_item(w, PLAIN, buf_text(&line));
			buf_free(&line);
		}
	words_item(w, PLAIN, "error CODE: the screen shows this error code");
	words_item(w, PLAIN, "message TEXT: the screen shows this message");
}

static void
say_misunderstood(struct words *w, const char *line, const char *can_be_said)
{
	struct buf clean = {0}, text = {0};

	text_clean(&clean, line, strlen(line), 60);
	if (*line)
		buf_printf(&text, "'%s' is no answer here. ", buf_text(&clean));
	buf_printf(&text, "Say %s; help explains them.", can_be_said);
	words_say(w, PLAIN, buf_text(&text));
	buf_free(&clean);
	buf_free(&text);
}

/* What was typed where nobody sees it being typed. */
static void
echo(struct words *w, const char *line)
{
	struct buf clean = {0};

	if (isatty(STDIN_FILENO))
		return;
	text_clean(&clean, line, strlen(line), 400);
	page_put(&w->text.page, PLAIN, buf_text(&clean));
	page_end(&w->text.page);
	buf_free(&clean);
}

struct reply
reply_read(struct words *w, const char *question, unsigned allowed, const json_t *answers)
{
	static char line[LONGEST_LINE];
	struct buf can = {0}, prompt = {0};
	struct reply r = {0};

	allowed |= REPLY_ALWAYS;
	list_words(&can, allowed, answers);
	if (question)
		words_say(w, BOLD, question);
	buf_printf(&prompt, "(%s)", buf_text(&can));
	while (!r.kind) {
		words_prompt(w, buf_text(&prompt));
		if (!read_line(line, sizeof line)) {
			page_end(&w->text.page);
			r.kind = REPLY_END;
			break;
		}
		echo(w, line);
		r = understand(line, allowed, answers);
		if (!r.kind && (is_spelled(line, "help") || strcmp(line, "?") == 0))
			say_help(w, allowed, answers);
		else if (!r.kind)
			say_misunderstood(w, line, buf_text(&can));
	}
	buf_free(&can);
	buf_free(&prompt);
	return r;
}
