/* SPDX-License-Identifier: MIT */
/* Fact sets, fact files, answers, messages, codes and logs. */
#include "facts/factfile.h"
#include "facts/inputs.h"
#include "lang/json.h"
#include "lang/load.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char pack[] =
	"pack: {id: test, version: 1.0.0, title: test}\n"
	"templates:\n"
	"  host: {single: true, slots: {os: {type: symbol, of: [windows, macos, linux]}, version: {type: version}, note: {type: text}}}\n"
	"  device: {key: udid, slots: {udid: {type: text, private: udid}, name: {type: text, private: name}, battery: {type: integer},\n"
	"    size: {type: bytes}, speed: {type: number}, charges: {type: yes-no}, age: {type: duration}, seen: {type: time},\n"
	"    trust: {type: symbol, of: [trusted, stale]}}}\n"
	"  process: {key: name, slots: {name: {type: text}, count: {type: integer}}}\n"
	"  error: {slots: {code: {type: code, given-by: error}, source: {type: symbol}}}\n"
	"  message: {slots: {text: {type: text, given-by: message}}}\n"
	"  log_event: {slots: {kind: {type: symbol}, number: {type: integer}}}\n"
	"patterns:\n"
	"  - {id: code, in: [message, log], matches: '/(?<code>0xE80000[0-9A-F]{2})/i', gives: {error: {code: $code, source: message}}}\n"
	"  - {id: stale, in: [log, usbmuxd], matches: '/record for device \\S+ is invalid/', gives: {log_event: {kind: stale}}}\n"
	"  - {id: failed, in: usbmuxd, matches: '/lockdown error (?<n>\\S+)/', gives: {log_event: {kind: failed, number: $n}}}\n"
	"  - {id: usb, in: kernel, matches: '/unable to enumerate/', gives: {log_event: {kind: usb}}}\n";

static struct diags *d;
static struct rulebase *rb;
static struct factset *fs;

static void
setup(void)
{
	d = diags_new();
	rb = rulebase_load_text("pack.yaml", pack, strlen(pack), d);
	diags_print(d, stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
	fs = factset_new(rb, 1767268800);	/* 2026-01-01T12:00:00Z */
}

static void
teardown(void)
{
	factset_free(fs);
	rulebase_free(rb);
	diags_free(d);
}

/* -- What the set holds, as text -- */

static const char *
shown(enum type t, value v)
{
	static struct buf text;

	buf_clear(&text);
	value_print(&text, t, v, fs->syms);
	return buf_text(&text);
}

static const struct factrec *
nth(const char *template, size_t n)
{
	for (size_t i = 0; i < fs->nfacts; i++)
		if (strcmp(fs->facts[i]->of->entry.id, template) == 0 && n-- == 0)
			return fs->facts[i];
	return NULL;
}

static size_t
count_of(const char *template)
{
	size_t n = 0;

	while (nth(template, n))
		n++;
	return n;
}

static const char *
slot_of(const char *template, size_t n, const char *slot)
{
	const struct factrec *f = nth(template, n);
	int i = f ? template_slot(f->of, slot) : -1;

	ck_assert_msg(i >= 0, "no fact %zu of %s, or no slot %s", n, template, slot);
	return shown(f->of->slots[i].type, f->values[i]);
}

static const char *
source_of(const char *template, size_t n, const char *slot)
{
	const struct factrec *f = nth(template, n);

	ck_assert_ptr_nonnull(f);
	return f->sources[template_slot(f->of, slot)];
}

static void
read_text(const char *name, const char *text)
{
	factfile_read(fs, d, name, text, strlen(text));
}

static char *
written(bool redact)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	ck_assert(factfile_write(fs, f, redact));
	fclose(f);
	return text;
}

/* The first diagnostic as "line:col code message | hint". */
static const char *
complaint(void)
{
	static char text[400];
	const struct diag *g;

	if (diags_count(d) == 0)
		return "none";
	diags_sort(d);
	g = diags_at(d, 0);
	snprintf(text, sizeof text, "%u:%u %s%s", g->at.line, g->at.col, g->message, g->hint ? " | " : "");
	strcat(text, g->hint ? g->hint : "");
	return text;
}

/* -- Fact sets -- */

START_TEST(a_key_names_one_fact_however_often_it_comes)
{
	read_text("a.yaml", "facts: {device: [{udid: A, battery: 5}, {udid: B}, {udid: A, charges: yes, battery: 6}]}");
	ck_assert_str_eq(complaint(), "none");
	ck_assert_uint_eq(count_of("device"), 2);
	ck_assert_str_eq(slot_of("device", 0, "battery"), "6");
	ck_assert_str_eq(slot_of("device", 0, "charges"), "yes");
	ck_assert_str_eq(slot_of("device", 1, "battery"), "unknown");
}
END_TEST

START_TEST(equal_facts_without_a_key_are_one_fact)
{
	read_text("a.yaml", "facts: {log_event: [{kind: stale}, {kind: stale}, {kind: stale, number: 1}, {kind: usb}]}");
	ck_assert_uint_eq(count_of("log_event"), 3);
	read_text("b.yaml", "facts: {log_event: {kind: usb}}");
	ck_assert_uint_eq(count_of("log_event"), 3);
}
END_TEST

START_TEST(many_facts_are_found_by_key_and_content_without_walking_them_all)
{
	const struct template *t = rulebase_template(rb, "process"), *e = rulebase_template(rb, "log_event");
	value key, values[2];
	char name[32];

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 100000; i++) {
			snprintf(name, sizeof name, "p%d", i);
			fact_value(fs, t->slots, name, strlen(name), &key);
			factset_put(fs, factset_keyed(fs, t, key, "test", 0), 1, i + round, "test", 0);
			values[0] = key;
			values[1] = i;
			factset_give(fs, e, values, "test", 0);
		}
	ck_assert_uint_eq(fs->nfacts, 200000);
	ck_assert_int_eq(factset_find(fs, t, key)->values[1], 100000);
}
END_TEST

START_TEST(the_reason_for_one_fact_goes_before_the_reason_for_all)
{
	const struct template *t = rulebase_template(rb, "device");
	int battery = template_slot(t, "battery");
	value a, b;

	fact_value(fs, t->slots, "A", 1, &a);
	fact_value(fs, t->slots, "B", 1, &b);
	ck_assert_ptr_null(factset_why(fs, t, battery, a));
	factset_unknown(fs, t, -1, UNKNOWN, "test", "nobody asked", 0);
	factset_unknown(fs, t, battery, UNKNOWN, "test", "no battery", 0);
	factset_unknown(fs, t, battery, a, "test", "it is locked", 0);
	ck_assert_str_eq(factset_why(fs, t, battery, a)->reason, "it is locked");
	ck_assert_str_eq(factset_why(fs, t, battery, b)->reason, "no battery");
	ck_assert_str_eq(factset_why(fs, t, 0, b)->reason, "nobody asked");
}
END_TEST

START_TEST(a_reason_is_forgotten_once_the_value_is_known)
{
	const struct template *t = rulebase_template(rb, "device");
	int battery = template_slot(t, "battery");
	value a;

	fact_value(fs, t->slots, "A", 1, &a);
	for (int i = 1; i < t->nslots; i++)
		factset_unknown(fs, t, i, a, "test", t->slots[i].name, 0);
	factset_put(fs, factset_keyed(fs, t, a, "test", 0), battery, 7, "test", 0);
	ck_assert_ptr_null(factset_why(fs, t, battery, a));
	for (int i = 1; i < t->nslots; i++)	/* the others are still found */
		if (i != battery)
			ck_assert_str_eq(factset_why(fs, t, i, a)->reason, t->slots[i].name);
}
END_TEST

START_TEST(bytes_that_are_no_utf8_do_not_enter_a_set)
{
	const struct slot *note = rulebase_template(rb, "host")->slots + 2;
	value v;

	ck_assert_ptr_null(fact_value(fs, note, "a\xff\0b\xc3", 5, &v));
	ck_assert_str_eq(shown(TYPE_TEXT, v), "a\xEF\xBF\xBD\xEF\xBF\xBD" "b\xEF\xBF\xBD");
	ck_assert_str_eq(fact_value(fs, rulebase_template(rb, "host")->slots, "beos", 4, &v), "not one of the values it can have");
}
END_TEST

/* -- JSON -- */

static const struct node *
json(struct arena *a, const char *text)
{
	return json_parse(a, d, diags_source(d, "t.json", text, strlen(text)), text, strlen(text));
}

START_TEST(all_of_json_is_read)
{
	struct arena *a = arena_new();
	const struct node *n = json(a, "\xEF\xBB\xBF{\t\"a\"\r\n:\t[1,-0.5e+3,true,null,\"\\u00e9\\uD83D\\uDE00\\/\\b\x7f\xe2\x80\xa8\"],\"b\":{}}");
	const struct node *item;

	ck_assert_msg(n, "%s", complaint());
	item = node_get(n, "a")->first;
	ck_assert_str_eq(item->text, "1");
	ck_assert(item->plain);
	ck_assert_str_eq(item->next->text, "-0.5e+3");
	ck_assert_str_eq(item->next->next->next->next->text, "\xc3\xa9\xf0\x9f\x98\x80/\b\x7f\xe2\x80\xa8");
	ck_assert(!item->next->next->next->next->plain);
	ck_assert_uint_eq(node_get(n, "b")->count, 0);
	arena_free(a);
}
END_TEST

START_TEST(values_of_json_know_their_place)
{
	struct arena *a = arena_new();
	const struct node *n = json(a, "{\n  \"ä\": \"ö\", \"x\": [7,\n    \"y\\u0041\"]}"), *item;

	item = node_get(n, "ä");
	ck_assert_uint_eq(item->at.line, 2);
	ck_assert_uint_eq(item->at.col, 8);
	ck_assert_uint_eq(item->at.end_col, 11);
	item = node_get(n, "x")->first;
	ck_assert_uint_eq(item->at.col, 19);
	ck_assert_uint_eq(item->next->at.line, 3);
	ck_assert_uint_eq(item->next->at.col, 5);
	ck_assert_str_eq(item->next->text, "yA");
	arena_free(a);
}
END_TEST

START_TEST(what_is_no_json_is_refused_where_it_stands)
{
	static const struct { const char *text, *complaint; } cases[] = {
		{ "{\"a\": 01}", "1:7 expected a value" },
		{ "{\"a\": nul}", "1:7 expected a value" },
		{ "{\"a\" 1}", "1:6 expected ':'" },
		{ "{\"a\": 1,}", "1:9 expected a key in double quotes" },
		{ "[1 2]", "1:4 expected ',' or ']'" },
		{ "{\"a\": \"x\ny\"}", "1:9 a control character in a string (write it as an escape)" },
		{ "{\"a\": \"\\x\"}", "1:9 unknown escape in a string" },
		{ "{\"a\": \"\\u12g4\"}", "1:12 \\u needs four hexadecimal digits" },
		{ "{\"a\": \"\\u\xc1\xa1\xc2\x80\"}", "1:10 \\u needs four hexadecimal digits" },
		{ "{\"a\": \"x", "1:9 a string that does not end" },
		{ "{\"a\":", "1:6 the text ends too early" },
		{ "{} {}", "1:4 something follows the end of the document" },
		{ "{\"a\": 1, \"a\": 2}", "1:10 the key 'a' is there twice" },
		{ "{\"a\": \"\xff\"}", "1:8 a byte that is no UTF-8" },
		{ "{'a': 1}", "1:2 expected a key in double quotes" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *a = arena_new();

		ck_assert_ptr_null(json(a, cases[i].text));
		ck_assert_str_eq(complaint(), cases[i].complaint);
		arena_free(a);
		diags_free(d);
		d = diags_new();
	}
}
END_TEST

START_TEST(depth_of_json_is_limited)
{
	char deep[200], wide[4000] = "{";
	struct arena *a = arena_new();

	memset(deep, '[', 33);
	memset(deep + 33, ']', 33);
	deep[66] = '\0';
	ck_assert_ptr_null(json(a, deep));
	ck_assert_str_eq(complaint(), "1:33 nested too deep (32 levels are allowed)");
	memmove(deep, deep + 1, 64);
	deep[64] = '\0';
	ck_assert_ptr_nonnull(json(a, deep));
	for (int i = 0; i < 100; i++)
		sprintf(wide + strlen(wide), "\"k%d\": 1, ", i);
	strcat(wide, "\"k57\": 1}");	/* a duplicate among many keys */
	ck_assert_ptr_null(json(a, wide));
	arena_free(a);
}
END_TEST

/* -- Fact files -- */

START_TEST(the_short_form_reads_every_type)
{
	read_text("a.yaml",
		"now: 2026-02-01T00:00:00Z\n"
		"facts:\n"
		"  host: {os: linux, version: 12.5, note: null}\n"
		"  device:\n"
		"    - {udid: A, battery: 12, size: 20 GB, speed: 1.5, charges: yes, age: 3d, seen: '2026-01-02T03:04:05+01:00', trust: stale}\n"
		"    - {udid: B, trust: unknown, battery: unknown, charges: ~}\n"
		"  process: []\n");
	ck_assert_str_eq(complaint(), "none");
	ck_assert_int_eq(fs->now, 1769904000);
	ck_assert_str_eq(slot_of("host", 0, "version"), "12.5");
	ck_assert_str_eq(slot_of("host", 0, "note"), "unknown");
	ck_assert_str_eq(slot_of("device", 0, "size"), "20 GB");
	ck_assert_str_eq(slot_of("device", 0, "speed"), "1.5");
	ck_assert_str_eq(slot_of("device", 0, "age"), "3d");
	ck_assert_str_eq(slot_of("device", 0, "seen"), "2026-01-02T02:04:05Z");
	for (int i = 1; i < nth("device", 1)->of->nslots; i++)
		ck_assert_int_eq(nth("device", 1)->values[i], UNKNOWN);
	ck_assert_ptr_nonnull(factset_surveyed(fs, rulebase_template(rb, "process")));
	ck_assert_ptr_nonnull(factset_surveyed(fs, rulebase_template(rb, "device")));
	ck_assert_ptr_null(factset_surveyed(fs, rulebase_template(rb, "error")));
	ck_assert_str_eq(source_of("host", 0, "os"), "file");
	ck_assert_str_eq(fs->origin, "a.yaml");
}
END_TEST

START_TEST(messages_of_the_short_form_go_through_the_patterns)
{
	read_text("a.yaml", "facts: {message: [{text: 'failed (0xe8000065)'}]}");
	ck_assert_uint_eq(count_of("error"), 1);
	ck_assert_str_eq(slot_of("error", 0, "code"), "0xE8000065");
}
END_TEST

START_TEST(mistakes_of_a_file_are_located_and_corrected)
{
	static const struct { const char *text, *complaint; } cases[] = {
		{ "facts:\n  hots: {os: linux}\n", "2:3 no template 'hots' | did you mean 'host'?" },
		{ "facts:\n  host: {so: linux}\n", "2:10 no such slot: 'so' | did you mean 'os'?" },
		{ "facts:\n  host: {os: linus}\n", "2:14 'linus' is not one of the values it can have | did you mean 'linux'?" },
		{ "facts:\n  device: [{udid: A, battery: full}]\n", "2:31 'full' is not a whole number (or too large)" },
		{ "facts:\n  device: [{udid: A, battery: [1]}]\n", "2:31 battery must be one value, not a list" },
		{ "facts:\n  device: [A]\n", "2:12 a fact must be a mapping of slots, not text" },
		{ "fatcs: {}\n", "1:1 unknown key 'fatcs' | did you mean 'facts'?" },
		{ "host: {os: linux}\n", "1:1 unknown key 'host' | facts stand below `facts:`" },
		{ "schema: diagnose-facts/9\nfacts: {}\n", "1:9 not a fact file that this program reads (diagnose-facts/1)" },
		{ "now: yesterday\nfacts: {}\n", "1:6 'yesterday' is not a time (such as 2026-01-31T12:00:00Z)" },
		{ "facts: 7\n", "1:8 facts must be a list or a mapping, not text" },
		{ "[1]\n", "1:1 a fact file must be a mapping with the key `facts`, not a list" },
		{ "{\"facts\": [{\"fact\": \"host\", \"slots\": {\"os\": {\"value\": \"linux\", \"sorce\": \"x\"}}}]}",
			"1:64 unknown key 'sorce' | did you mean 'source'?" },
		{ "{\"facts\": [{\"fact\": \"host\"}]}", "1:12 the key 'slots' is missing" },
		{ "{\"facts\": [], \"unknown\": [{\"fact\": \"host.so\", \"reason\": \"x\"}]}", "1:36 no such slot: 'so' | did you mean 'os'?" },
		{ "{\"facts\": [], \"unknown\": [{\"fact\": \"host.os\", \"key\": \"A\", \"reason\": \"x\"}]}", "1:54 facts of 'host' have no key" },
		{ "{\"facts\": [], \"surveyed\": [{\"fact\": \"host.os\"}]}", "1:37 a whole template is surveyed, not a slot" },
		{ "{\"facts\": [], \"surveyed\": 3}", "1:27 surveyed must be a list, not text" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_text("a", cases[i].text);
		ck_assert_uint_ge(diags_errors(d), 1);
		ck_assert_str_eq(complaint(), cases[i].complaint);
		diags_free(d);
		d = diags_new();
	}
}
END_TEST

START_TEST(names_of_another_version_are_warnings_in_a_written_file)
{
	read_text("a.json", "{\"schema\": \"diagnose-facts/1\", \"written_by\": \"diagnose 9.0.0\", \"future\": 1, \"facts\": ["
		"{\"fact\": \"hologram\", \"slots\": {\"x\": 1}},"
		"{\"fact\": \"host\", \"slots\": {\"os\": \"haiku\", \"aura\": 7, \"version\": \"12\"}},"
		"{\"fact\": \"device\", \"slots\": {\"udid\": \"A\", \"battery\": \"full\"}}]}");
	ck_assert_uint_eq(diags_count(d), 5);
	ck_assert_uint_eq(diags_errors(d), 1);	/* the battery: no version would write that */
	ck_assert_str_eq(slot_of("host", 0, "version"), "12");
	ck_assert_str_eq(slot_of("host", 0, "os"), "unknown");
}
END_TEST

static const char full[] =
	"{\"schema\": \"diagnose-facts/1\", \"written_by\": \"diagnose 1.0.0\", \"now\": \"2026-03-01T10:00:00Z\", \"facts\": ["
	"{\"fact\": \"device\", \"source\": \"collector mux\", \"time\": \"2026-03-01T10:00:01Z\", \"slots\": {\"udid\": \"AB\\u202e\\u0007\\\"\\\\\","
	" \"battery\": {\"value\": -3, \"source\": \"answer\", \"time\": \"2026-03-01T10:00:09Z\"}, \"charges\": false, \"speed\": 0.1,"
	" \"size\": \"20 GB\", \"age\": \"90s\", \"seen\": \"2026-01-01T00:00:00Z\"}},"
	"{\"fact\": \"error\", \"source\": \"option --error\", \"time\": \"2026-03-01T10:00:00Z\", \"slots\": {\"code\": \"0xE8000065\"}},"
	"{\"fact\": \"host\", \"source\": \"collector os\", \"time\": \"2026-03-01T10:00:00Z\", \"slots\": {\"note\": \"x\\ny\\u0000z\"}}],"
	"\"unknown\": [{\"fact\": \"device.name\", \"key\": \"AB\\u202e\\u0007\\\"\\\\\", \"reason\": \"it said \\\"no\\\"\", \"source\": \"collector device\","
	" \"time\": \"2026-03-01T10:00:02Z\"}, {\"fact\": \"process\", \"reason\": \"hidden\", \"source\": \"s\", \"time\": \"2026-03-01T10:00:00Z\"}],"
	"\"surveyed\": [{\"fact\": \"device\", \"source\": \"collector mux\", \"time\": \"2026-03-01T10:00:01Z\"}]}";

START_TEST(a_file_that_was_written_reads_back_to_the_same_set)
{
	char *first, *second;

	read_text("a.json", full);
	ck_assert_str_eq(complaint(), "none");
	ck_assert_str_eq(slot_of("device", 0, "battery"), "-3");
	ck_assert_str_eq(source_of("device", 0, "battery"), "answer");
	ck_assert_str_eq(source_of("device", 0, "speed"), "collector mux");
	first = written(false);
	factset_free(fs);
	fs = factset_new(rb, 0);
	read_text("b.json", first);
	ck_assert_str_eq(complaint(), "none");
	second = written(false);
	ck_assert_str_eq(first, second);
	for (const char *p = first; *p; p++)	/* no control characters, nothing invisible */
		ck_assert(*p == '\n' || (*p >= 0x20 && *p < 0x7f) || (unsigned char)*p >= 0xa0 || strchr("\x80\xbd", *p));
	ck_assert_ptr_nonnull(strstr(first, "\\u202e"));
	ck_assert_ptr_nonnull(strstr(first, "\"now\": \"2026-03-01T10:00:00Z\""));
	ck_assert_str_eq(fs->unknowns[0].reason, "it said \"no\"");
	free(first);
	free(second);
}
END_TEST

START_TEST(a_redacted_file_reads_back_to_itself)
{
	char *first, *second;

	read_text("a.yaml", "facts: {device: [{udid: 00008030-001A35E11A12402E, name: Ann's phone, battery: 4}, {udid: B, name: iPhone}],\n"
		"  host: {note: 'Ann''s phone at /home/ann, 00008030001a35e11a12402e, 10.1.2.3'}}");
	first = written(true);
	ck_assert_ptr_null(strstr(first, "402"));
	ck_assert_ptr_null(strstr(first, "Ann"));
	ck_assert_ptr_nonnull(strstr(first, "\"note\": \"<name> at /home/<user>, device-1, <ip>\""));
	ck_assert_ptr_nonnull(strstr(first, "\"udid\": \"device-2\", \"name\": \"<name-2>\""));
	factset_free(fs);
	fs = factset_new(rb, 0);
	read_text("b.json", first);
	second = written(true);
	ck_assert_str_eq(first, second);
	free(first);
	free(second);
}
END_TEST

START_TEST(an_output_that_fails_is_told)
{
	FILE *full_disk = fopen("/dev/full", "w");

	read_text("a.json", full);
	ck_assert(!factfile_write(fs, full_disk, true));
	fclose(full_disk);
}
END_TEST

/* Cut, doubled and disturbed files end in diagnostics, never in a crash; a fact set stays usable. */
START_TEST(damaged_files_do_no_harm)
{
	size_t n = strlen(full);
	unsigned seed = 1;
	char *text;

	for (int i = 0; i < 2000; i++) {
		size_t len = i < 1000 ? (size_t)i % n : n;

		text = strdup(full);
		for (int k = 0; i >= 1000 && k < 3; k++) {
			seed = seed * 1103515245u + 12345u;
			text[(seed >> 8) % n] = "{}[]\",:\\u0\xff\n- "[(seed >> 4) % 15];
		}
		factfile_read(fs, d, "damaged", text, len);
		free(text);
	}
	free(written(true));
	read_text("a.json", full);
}
END_TEST

/* -- Answers -- */

START_TEST(an_answer_fills_the_slot_it_names)
{
	ck_assert(input_answer(fs, d, "host.os=linux"));
	ck_assert(input_answer(fs, d, "device.battery=40"));
	ck_assert(input_answer(fs, d, "device.charges=no"));
	ck_assert_uint_eq(count_of("device"), 1);	/* one device, though nobody knows its id */
	ck_assert_str_eq(slot_of("device", 0, "battery"), "40");
	ck_assert_str_eq(source_of("device", 0, "charges"), "answer");
	ck_assert(input_answer(fs, d, "error.code=e8000065"));
	ck_assert(input_answer(fs, d, "error.source=itunes"));
	ck_assert(input_answer(fs, d, "error.code=e8000063"));
	ck_assert_uint_eq(count_of("error"), 2);
	ck_assert_str_eq(slot_of("error", 0, "source"), "itunes");
}
END_TEST

START_TEST(an_answer_says_which_of_several_devices_it_means)
{
	read_text("a.yaml", "facts: {device: [{udid: 00008030-001A35E11A12402E}, {udid: 00008030-001A35E11A12402F}]}");
	ck_assert(!input_answer(fs, d, "device.battery=40"));
	ck_assert_str_eq(complaint(), "1:1 there are 2 facts of 'device': which one?"
		" | there are: device-1, device-2 (written device[..].battery=..)");
	ck_assert(input_answer(fs, d, "device[device-2].battery=40"));
	ck_assert(input_answer(fs, d, "device[00008030-001A35E11A12402E].battery=41"));
	ck_assert_str_eq(slot_of("device", 0, "battery"), "41");
	ck_assert_str_eq(slot_of("device", 1, "battery"), "40");
	ck_assert(!input_answer(fs, d, "device[device-3].battery=40"));
	ck_assert(input_answer(fs, d, "device.udid=C"));
	ck_assert_uint_eq(count_of("device"), 3);
}
END_TEST

START_TEST(the_answer_unknown_empties_a_slot_and_is_remembered)
{
	ck_assert(input_answer(fs, d, "device.battery=40"));
	ck_assert(input_answer(fs, d, "device.battery=unknown"));
	ck_assert_str_eq(slot_of("device", 0, "battery"), "unknown");
	ck_assert_ptr_nonnull(factset_why(fs, nth("device", 0)->of, 2, UNKNOWN));
}
END_TEST

START_TEST(a_wrong_answer_is_corrected)
{
	static const struct { const char *spec, *complaint; } cases[] = {
		{ "devise.battery=1", "1:1 no template 'devise' | did you mean 'device'?" },
		{ "device.batery=1", "1:8 'device' has no slot 'batery' | did you mean 'battery'?" },
		{ "device.battery=lots", "1:16 'lots' is not a whole number (or too large)" },
		{ "host.os=Windows", "1:9 'Windows' is not one of the values it can have | did you mean 'windows'?" },
		{ "device.battery", "1:1 an answer is written template.slot=value | such as device.battery=40, or "
			"device[device-2].battery=40 when there are several" },
		{ "error[1].code=e8000065", "1:7 facts of 'error' have no key" },
		{ "=", "1:1 an answer is written template.slot=value | such as device.battery=40, or device[device-2].battery=40 "
			"when there are several" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert(!input_answer(fs, d, cases[i].spec));
		ck_assert_str_eq(complaint(), cases[i].complaint);
		ck_assert_str_eq(diags_source_name(d, diags_at(d, 0)->at.file), "--answer");
		diags_free(d);
		d = diags_new();
	}
	ck_assert_uint_eq(fs->nfacts, 0);
}
END_TEST

/* -- Codes, messages, logs -- */

START_TEST(all_spellings_of_a_code_are_one_code)
{
	ck_assert(input_error(fs, d, "0xE8000065"));
	ck_assert(input_error(fs, d, "e8000065"));
	ck_assert(input_error(fs, d, "-402653083"));
	ck_assert(input_error(fs, d, "iTunes could not connect (0xE8000065)"));
	ck_assert_uint_eq(count_of("error"), 1);
	ck_assert_str_eq(slot_of("error", 0, "code"), "0xE8000065");
	ck_assert_str_eq(source_of("error", 0, "code"), "option --error");
	ck_assert(!input_error(fs, d, "none at all"));
	ck_assert_str_eq(diags_source_name(d, diags_at(d, 0)->at.file), "--error");
}
END_TEST

START_TEST(a_message_is_kept_and_searched)
{
	ck_assert(input_message(fs, d, "Could not connect\n(0xE8000065)"));
	ck_assert_str_eq(slot_of("message", 0, "text"), "Could not connect\n(0xE8000065)");
	ck_assert_str_eq(slot_of("error", 0, "code"), "0xE8000065");
	ck_assert_str_eq(source_of("error", 0, "code"), "option --message");
}
END_TEST

START_TEST(lines_of_a_log_go_to_the_stream_of_their_program)
{
	static const char log[] =
		"Jan 31 12:00:00 pc usbmuxd[77]: [12:00:00.1][1] ERROR StartSession failed on device x, lockdown error -21\r\n"
		"Jan 31 12:00:00 pc kernel: [1.5] usb 1-2: unable to enumerate USB device\n"
		"\xff\xfe The stored pair record for device ABC is invalid. 0xe8000063\n"
		"Jan 31 12:00:00 pc other[77]: lockdown error -5";

	input_text(fs, "log", log, strlen(log), "log test", 9);
	ck_assert_uint_eq(count_of("log_event"), 3);
	ck_assert_str_eq(slot_of("log_event", 0, "number"), "-21");
	ck_assert_str_eq(slot_of("log_event", 1, "kind"), "usb");
	ck_assert_str_eq(slot_of("log_event", 2, "kind"), "stale");
	ck_assert_str_eq(slot_of("error", 0, "code"), "0xE8000063");
	ck_assert_str_eq(source_of("error", 0, "code"), "log test");
}
END_TEST

START_TEST(a_captured_text_that_is_no_value_leaves_the_slot_unknown)
{
	static const char log[] = "lockdown error many";

	input_text(fs, "usbmuxd", log, strlen(log), "log usbmuxd", 9);
	ck_assert_str_eq(slot_of("log_event", 0, "kind"), "failed");
	ck_assert_str_eq(slot_of("log_event", 0, "number"), "unknown");
}
END_TEST

START_TEST(a_flood_of_hits_does_not_become_a_flood_of_facts)
{
	struct buf log = {0};

	for (int i = 0; i < 20000; i++)
		buf_printf(&log, "lockdown error %d\n", i);
	input_text(fs, "usbmuxd", log.text, log.len, "log usbmuxd", 0);
	ck_assert_uint_eq(fs->nfacts, 10000);
	buf_free(&log);
}
END_TEST

static const char *
temporary(const char *text, size_t n)
{
	static char path[64];
	int fd;

	snprintf(path, sizeof path, "/tmp/check-facts-%d.log", (int)getpid());
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	ck_assert_int_eq(write(fd, text, n), (ssize_t)n);
	close(fd);
	return path;
}

START_TEST(only_the_end_of_a_large_log_is_read)
{
	size_t n = 9 << 20;
	char *text = malloc(n);
	const char *path;

	memset(text, 'x', n);
	for (size_t i = 99; i < n; i += 100)
		text[i] = '\n';
	memcpy(text, "0xE8000011\n", 11);		/* too far back */
	memcpy(text + n - 20, "\n0xE8000022", 11);
	path = temporary(text, n);
	ck_assert(input_log(fs, d, path));
	unlink(path);
	ck_assert_uint_eq(count_of("error"), 1);
	ck_assert_str_eq(slot_of("error", 0, "code"), "0xE8000022");
	free(text);
}
END_TEST

START_TEST(the_start_of_a_huge_log_costs_nothing)
{
	const char *path = temporary("", 0);
	int fd = open(path, O_WRONLY);

	ck_assert_int_eq(ftruncate(fd, (off_t)1 << 32), 0);	/* holes */
	ck_assert_int_eq(pwrite(fd, "\n0xE8000022\n", 12, ((off_t)1 << 32) - 12), 12);
	close(fd);
	ck_assert(input_log(fs, d, path));
	unlink(path);
	ck_assert_str_eq(slot_of("error", 0, "code"), "0xE8000022");
}
END_TEST

START_TEST(a_log_that_cannot_be_read_is_told)
{
	ck_assert(!input_log(fs, d, "/nonexistent/log"));
	ck_assert_str_eq(complaint(), "0:0 the log cannot be read: No such file or directory");
	ck_assert(!input_log(fs, d, "/tmp"));
	ck_assert(!input_log(fs, d, "/dev/zero"));	/* endless */
	ck_assert_uint_eq(diags_errors(d), 3);
}
END_TEST

START_TEST(a_fact_in_a_list_needs_its_key)
{
	read_text("a.yaml", "facts: {device: [{udid: A}, {battery: 5}]}");
	ck_assert_str_eq(complaint(), "1:29 a fact of 'device' needs its key | say which one it is: udid");
	ck_assert_uint_eq(diags_errors(d), 1);
	read_text("b.yaml", "written_by: x\nfacts: [{fact: device, slots: {battery: 5}}]");
	ck_assert_uint_eq(diags_errors(d), 1);	/* what a program wrote is read all the same */
	ck_assert_uint_eq(diags_warnings(d), 1);
	read_text("c.yaml", "facts: {device: {battery: 5}}");
	ck_assert_uint_eq(diags_count(d), 2);
}
END_TEST

START_TEST(the_one_fact_of_a_single_template_is_given_once)
{
	read_text("a.yaml", "facts: {host: [{os: linux}, {os: windows}]}");
	ck_assert_str_eq(complaint(), "1:29 there is one 'host' only, and it is given twice | give all its slots in one mapping");
	read_text("b.yaml", "facts: {host: [{os: linux}]}");
	ck_assert_uint_eq(diags_errors(d), 1);
}
END_TEST

START_TEST(a_program_is_found_in_a_line_of_syslog)
{
	static const struct { const char *line, *program, *message; } cases[] = {
		{ "Jan 31 12:00:00 pc usbmuxd[77]: text: more", "usbmuxd", "text: more" },
		{ "2026-01-31T12:00:00.123456+01:00 pc kernel: [1.0] usb", "kernel", "[1.0] usb" },
		{ "Jan 31 12:00:00 pc kernel: ", NULL, "" },
		{ "usbmuxd: text", NULL, NULL }, { "", NULL, NULL }, { "a", NULL, NULL }, { ": ", NULL, NULL },
		{ "no program here at all", NULL, NULL },
	};
	const char *program;
	size_t n, message;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *line = cases[i].line;
		bool found = syslog_line(line, strlen(line), &program, &n, &message);

		if (cases[i].program) {
			ck_assert(found && strlen(cases[i].program) == n && memcmp(program, cases[i].program, n) == 0);
			ck_assert_str_eq(line + message, cases[i].message);
		} else if (!cases[i].message) {
			ck_assert(!found);
		}
	}
}
END_TEST

Suite *check_facts(void);

Suite *
check_facts(void)
{
	const TTest *const tests[] = {
		a_key_names_one_fact_however_often_it_comes, equal_facts_without_a_key_are_one_fact,
		many_facts_are_found_by_key_and_content_without_walking_them_all, the_reason_for_one_fact_goes_before_the_reason_for_all,
		a_reason_is_forgotten_once_the_value_is_known, bytes_that_are_no_utf8_do_not_enter_a_set,
		all_of_json_is_read, values_of_json_know_their_place, what_is_no_json_is_refused_where_it_stands, depth_of_json_is_limited,
		the_short_form_reads_every_type, messages_of_the_short_form_go_through_the_patterns,
		mistakes_of_a_file_are_located_and_corrected, names_of_another_version_are_warnings_in_a_written_file,
		a_file_that_was_written_reads_back_to_the_same_set, a_redacted_file_reads_back_to_itself, an_output_that_fails_is_told,
		damaged_files_do_no_harm,
		an_answer_fills_the_slot_it_names, an_answer_says_which_of_several_devices_it_means,
		the_answer_unknown_empties_a_slot_and_is_remembered, a_wrong_answer_is_corrected,
		all_spellings_of_a_code_are_one_code, a_message_is_kept_and_searched, lines_of_a_log_go_to_the_stream_of_their_program,
		a_captured_text_that_is_no_value_leaves_the_slot_unknown, a_flood_of_hits_does_not_become_a_flood_of_facts,
		only_the_end_of_a_large_log_is_read, the_start_of_a_huge_log_costs_nothing, a_log_that_cannot_be_read_is_told,
		a_fact_in_a_list_needs_its_key, the_one_fact_of_a_single_template_is_given_once, a_program_is_found_in_a_line_of_syslog,
	};
	Suite *s = suite_create("facts");
	TCase *c = tcase_create("facts");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(c, tests[i]);
	suite_add_tcase(s, c);
	return s;
}
