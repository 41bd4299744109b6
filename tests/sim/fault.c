/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char rubbish[] = "\x17\x03\x7f<plist>not\x00one\xff\xfe\xc0\x80 bplist00 &&& </plist>";

static bool
send_plist(const struct answer *a, plist_t plist)
{
	return wire_send(a->wire, a->framing, a->tag, plist, a->binary);
}

static bool
play_ok(const struct fault *f, const struct answer *a)
{
	(void)f;
	return send_plist(a, a->plist);
}

static bool
play_silence(const struct fault *f, const struct answer *a)
{
	(void)f;
	wire_drain(a->wire);
	return false;
}

static bool
play_close(const struct fault *f, const struct answer *a)
{
	(void)f;
	(void)a;
	return false;
}

static bool
play_delay(const struct fault *f, const struct answer *a)
{
	wire_pause(a->wire, f->number);
	return send_plist(a, a->plist);
}

/* The errors that come with something to read. */
static void
add_details(plist_t reply, const char *error)
{
	plist_t extended;

	if (strcmp(error, "MCChallengeRequired") != 0)
		return;
	extended = plist_new_dict();
	plist_dict_set_item(extended, "PairingChallenge", plist_new_data(rubbish, 16));
	plist_dict_set_item(reply, "ExtendedResponse", extended);
}

static bool
play_error(const struct fault *f, const struct answer *a)
{
	plist_t reply = plist_new_dict();
	const char *request = dict_string(a->plist, "Request");
	bool sent;

	if (request)
		plist_dict_set_item(reply, "Request", plist_new_string(request));
	plist_dict_set_item(reply, "Error", plist_new_string(f->word));
	add_details(reply, f->word);
	sent = send_plist(a, reply);
	plist_free(reply);
	return sent;
}

static bool
play_result(const struct fault *f, const struct answer *a)
{
	plist_t reply = plist_new_dict();
	bool sent;

	plist_dict_set_item(reply, "MessageType", plist_new_string("Result"));
	plist_dict_set_item(reply, "Number", plist_new_uint((uint64_t)f->number));
	sent = send_plist(a, reply);
	plist_free(reply);
	return sent;
}

static bool
play_empty(const struct fault *f, const struct answer *a)
{
	plist_t reply = plist_new_dict();
	bool sent = send_plist(a, reply);

	(void)f;
	plist_free(reply);
	return sent;
}

static bool
play_array(const struct fault *f, const struct answer *a)
{
	plist_t reply = plist_new_array();
	bool sent;

	(void)f;
	plist_array_append_item(reply, plist_new_string("not a dictionary"));
	sent = send_plist(a, reply);
	plist_free(reply);
	return sent;
}

static bool
play_garbage(const struct fault *f, const struct answer *a)
{
	(void)f;
	return wire_frame(a->wire, a->framing, (uint32_t)sizeof rubbish + a->framing->own, a->tag,
	                  rubbish, sizeof rubbish);
}

static bool
play_noise(const struct fault *f, const struct answer *a)
{
	(void)f;
	(void)wire_write(a->wire, rubbish, sizeof rubbish);
	return false;
}

/* The first half of what a healthy answer would be, under an honest header. */
static bool
send_half(const struct answer *a)
{
	uint32_t length;
	char *bytes = wire_bytes(a->plist, a->binary, &length);
	bool sent = bytes && wire_frame(a->wire, a->framing, length + a->framing->own, a->tag, bytes,
	                                length / 2);

	free(bytes);
	return sent;
}

static bool
play_truncated(const struct fault *f, const struct answer *a)
{
	(void)f;
	(void)send_half(a);
	return false;
}

static bool
play_stall(const struct fault *f, const struct answer *a)
{
	return send_half(a) && play_silence(f, a);
}

static bool
play_oversize(const struct fault *f, const struct answer *a)
{
	(void)f;
	(void)wire_frame(a->wire, a->framing, 0x7ffffff0, a->tag, rubbish, sizeof rubbish);
	return false;
}

static bool
play_zero(const struct fault *f, const struct answer *a)
{
	(void)f;
	return wire_frame(a->wire, a->framing, 0, a->tag, NULL, 0);
}

static bool
play_short(const struct fault *f, const struct answer *a)
{
	(void)f;
	return wire_frame(a->wire, a->framing, 7, a->tag, rubbish, 7);
}

/* A document whose arrays are nested more deeply than a recursive reader may like. */
static bool
play_deep(const struct fault *f, const struct answer *a)
{
	static const char head[] = "<?xml version=\"1.0\"?><plist version=\"1.0\">";
	static const char open[] = "<array>", close[] = "</array>", tail[] = "</plist>";
	enum { DEPTH = 2000 };
	size_t room = sizeof head + DEPTH * (sizeof open + sizeof close) + sizeof tail;
	char *text = malloc(room), *end = text;
	bool sent;

	(void)f;
	if (!text)
		return false;
	end = stpcpy(end, head);
	for (int i = 0; i < DEPTH; i++)
		end = stpcpy(end, open);
	for (int i = 0; i < DEPTH; i++)
		end = stpcpy(end, close);
	end = stpcpy(end, tail);
	sent = wire_frame(a->wire, a->framing, (uint32_t)(end - text) + a->framing->own, a->tag, text,
	                  (size_t)(end - text));
	free(text);
	return sent;
}

enum argument { NOTHING, WORD, NUMBER };

static const struct fault_kind {
	const char *name;
	enum argument argument;
	bool honest;
	bool (*play)(const struct fault *f, const struct answer *a);
	const char *help;
} kinds[] = {
	{ "ok",        NOTHING, true,  play_ok,        "the healthy answer" },
	{ "delay",     NUMBER,  true,  play_delay,     "delay:MS, the healthy answer after that time" },
	{ "silence",   NOTHING, false, play_silence,   "never answers, keeps the connection open" },
	{ "close",     NOTHING, false, play_close,     "closes the connection instead of answering" },
	{ "error",     WORD,    false, play_error,     "error:STRING, a lockdown error" },
	{ "result",    NUMBER,  false, play_result,    "result:N, a usbmux result number" },
	{ "empty",     NOTHING, false, play_empty,     "an empty dictionary" },
	{ "array",     NOTHING, false, play_array,     "a plist that is no dictionary" },
	{ "deep",      NOTHING, false, play_deep,      "a plist of 2000 nested arrays" },
	{ "garbage",   NOTHING, false, play_garbage,   "a well-framed payload that is no plist" },
	{ "noise",     NOTHING, false, play_noise,     "random bytes without a frame, then closes" },
	{ "truncated", NOTHING, false, play_truncated, "half of the promised bytes, then closes" },
	{ "stall",     NOTHING, false, play_stall,     "half of the promised bytes, then silence" },
	{ "oversize",  NOTHING, false, play_oversize,  "a frame that claims 2 GiB, then closes" },
	{ "zero",      NOTHING, false, play_zero,      "a frame that claims a length of 0" },
	{ "short",     NOTHING, false, play_short,     "a frame that claims a length of 7" },
};

static const struct fault_kind *
find(const char *name, size_t length)
{
	for (const struct fault_kind *k = kinds; k < kinds + sizeof kinds / sizeof *kinds; k++)
		if (strlen(k->name) == length && memcmp(k->name, name, length) == 0)
			return k;
	return NULL;
}

static bool
read_number(const char *text, size_t length, unsigned *number)
{
	unsigned long n;
	char *end;

	if (length == 0 || *text < '0' || *text > '9')
		return false;
	n = strtoul(text, &end, 10);
	*number = (unsigned)n;
	return end == text + length && n <= INT_MAX;
}

bool
fault_parse(struct fault *f, const char *text)
{
	struct fault new = { 0 };
	const char *star = strchr(text, '*');
	const char *end = star ? star : text + strlen(text);
	const char *colon = memchr(text, ':', (size_t)(end - text));
	const char *argument = colon ? colon + 1 : end;
	size_t length = (size_t)(end - argument);
	unsigned number = 0;

	new.kind = find(text, (size_t)((colon ? colon : end) - text));
	if (!new.kind || (colon != NULL) != (new.kind->argument != NOTHING))
		return false;
	if (star && (!read_number(star + 1, strlen(star + 1), &new.left) || new.left == 0))
		return false;
	if (new.kind->argument == NUMBER && !read_number(argument, length, &number))
		return false;
	if (new.kind->argument == WORD && (length == 0 || length >= sizeof new.word))
		return false;
	if (new.kind->argument == WORD)
		memcpy(new.word, argument, length);
	new.number = (int)number;
	*f = new;
	return true;
}

struct fault
fault_take(struct fault *f)
{
	const struct fault now = *f;

	if (f->left && --f->left == 0)
		*f = (struct fault){ 0 };
	return now;
}

bool
fault_is_honest(const struct fault *f)
{
	return !f->kind || f->kind->honest;
}

bool
fault_answer(const struct fault *f, const struct answer *a)
{
	return f->kind ? f->kind->play(f, a) : play_ok(f, a);
}

bool
fault_greet(const struct fault *f, const struct answer *a)
{
	if (!fault_is_honest(f))
		return f->kind->play(f, a);
	if (f->number)
		wire_pause(a->wire, f->number);
	return true;
}

void
fault_help(FILE *out)
{
	for (const struct fault_kind *k = kinds; k < kinds + sizeof kinds / sizeof *kinds; k++)
		fprintf(out, "  %-11s %s\n", k->name, k->help);
}
