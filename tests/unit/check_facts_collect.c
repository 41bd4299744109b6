/* SPDX-License-Identifier: MIT */
/* The runner: collectors that answer, hang, crash, flood, lie and leave things behind. */
#include "facts/collect.h"
#include "lang/lint.h"
#include "lang/load.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char pack[] =
	"pack: {id: test, version: 1.0.0, title: test}\n"
	"templates:\n"
	"  host: {single: true, slots: {os: {type: symbol, of: [linux, macos]}, size: {type: integer}, fast: {type: yes-no}, note: {type: text}}}\n"
	"  device: {key: udid, slots: {udid: {type: text, private: udid}, battery: {type: integer}, trust: {type: symbol}}}\n"
	"  log_event: {slots: {kind: {type: symbol}, number: {type: integer}}}\n"
	"patterns:\n"
	"  - {id: failed, in: usbmuxd, matches: '/error (?<n>-?\\d+)/', gives: {log_event: {kind: failed, number: $n}}}\n";

static struct diags *d;
static struct rulebase *rb;
static struct factset *fs;
static struct collect_options options;

static void
setup(void)
{
	d = diags_new();
	rb = rulebase_load_text("pack.yaml", pack, strlen(pack), d);
	diags_print(d, stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
	fs = factset_new(rb, 1000);
	options = (struct collect_options){ .root = "" };
}

static void
teardown(void)
{
	factset_free(fs);
	rulebase_free(rb);
	diags_free(d);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* "host.os=linux host.size=?(reason) ..": all facts and unknowns, in order. */
static const char *
everything(void)
{
	static struct buf out;

	buf_clear(&out);
	for (size_t i = 0; i < fs->nfacts; i++)
		for (int k = 0; k < fs->facts[i]->of->nslots; k++) {
			if (fs->facts[i]->values[k] == UNKNOWN)
				continue;
			buf_printf(&out, "%s.%s=", fs->facts[i]->of->entry.id, fs->facts[i]->of->slots[k].name);
			value_print(&out, fs->facts[i]->of->slots[k].type, fs->facts[i]->values[k], fs->syms);
			buf_putc(&out, ' ');
		}
	for (size_t i = 0; i < fs->nunknowns; i++) {
		const struct unknown *u = fs->unknowns + i;

		buf_printf(&out, "%s%s%s", u->of->entry.id, u->slot < 0 ? "" : ".", u->slot < 0 ? "" : u->of->slots[u->slot].name);
		if (u->key != UNKNOWN)
			buf_printf(&out, "[%s]", sym_text(fs->syms, (uint32_t)u->key));
		buf_printf(&out, "?(%s) ", u->reason);
	}
	return buf_text(&out);
}

static void
run_one(const char *provides, int deadline_ms, void (*run)(const struct collect_options *, const char *, struct recorder *))
{
	const struct collector rows[] = { { "one", "looking around", provides, "", NULL, deadline_ms, 0, false, run }, { .name = NULL } };

	collect_rows(fs, &options, rows, NULL);
}

#define COLLECTOR(name) static void name(const struct collect_options *o, const char *subject, struct recorder *r)
#define UNUSED (void)o, (void)subject, (void)r

static void
say_os(struct recorder *r, const char *os)
{
	record_begin(r, "host");
	record_text(r, "os", os);
	record_end(r);
}

COLLECTOR(is_quick)
{
	UNUSED;
	say_os(r, "linux");
}

COLLECTOR(answers)
{
	UNUSED;
	record_begin(r, "host");
	record_text(r, "os", "linux");
	record_int(r, "size", -7);
	record_yes_no(r, "fast", true);
	record_text(r, "note", "a \"b\"\n\x1b\xff");
	record_text(r, "note", NULL);
	record_end(r);
	record_log(r, "usbmuxd", "lockdown error -21");
	record_surveyed(r, "log_event");
}

START_TEST(what_a_collector_says_becomes_facts)
{
	run_one("host.os host.size host.fast host.note log_event", 5000, answers);
	ck_assert_str_eq(everything(), "host.os=linux host.size=-7 host.fast=yes host.note=a \"b\"\n\x1b\xEF\xBF\xBD "
		"log_event.kind=failed log_event.number=-21 ");
	ck_assert_str_eq(fs->facts[0]->sources[0], "collector one");
	ck_assert_str_eq(fs->facts[1]->sources[0], "log usbmuxd");
	ck_assert_int_ge(fs->facts[0]->times[0], 1000);
	ck_assert_int_le(fs->facts[0]->times[0], 1005);
	ck_assert_ptr_nonnull(factset_surveyed(fs, rulebase_template(rb, "log_event")));
}
END_TEST

COLLECTOR(hangs)
{
	UNUSED;
	say_os(r, "linux");
	fputs("{\"fact\":\"host\",\"slots\":{\"size\":12", r->out);	/* cut in the middle */
	fflush(r->out);
	signal(SIGTERM, SIG_IGN);
	for (;;)
		pause();
}

START_TEST(a_collector_that_hangs_is_killed_and_what_it_said_counts)
{
	double start = seconds();

	run_one("host.os host.size", 300, hangs);
	ck_assert(seconds() - start < 2);
	ck_assert_str_eq(everything(), "host.os=linux host.size?(looking around brought no answer within 0.3 s) ");
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);	/* no children are left */
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

COLLECTOR(crashes)
{
	UNUSED;
	say_os(r, "linux");
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

START_TEST(a_collector_that_crashes_is_named_with_its_signal)
{
	run_one("host.os host.size", 5000, crashes);
	ck_assert_str_eq(everything(), "host.os=linux host.size?(looking around broke off (signal 11)) ");
}
END_TEST

COLLECTOR(exits)
{
	UNUSED;
	_exit(3);
}

START_TEST(a_collector_that_fails_is_named_with_its_status)
{
	run_one("host.os", 5000, exits);
	ck_assert_str_eq(everything(), "host.os?(looking around broke off (status 3)) ");
}
END_TEST

COLLECTOR(silent)
{
	UNUSED;
}

START_TEST(what_a_collector_forgot_is_unknown_too)
{
	run_one("host.os log_event", 5000, silent);
	ck_assert_str_eq(everything(), "host.os?(looking around did not show it) log_event?(looking around did not show it) ");
}
END_TEST

COLLECTOR(explains)
{
	UNUSED;
	record_unknown(r, "host.os", NULL, "nobody knows\n\x1b");
	record_unknown(r, "device.battery", "A", "it is flat");
	record_unknown(r, "moon.phase", NULL, "x");
	record_unknown(r, "host.moon", NULL, "x");
	record_unknown(r, "log_event", NULL, "no log");
}

START_TEST(a_collector_gives_its_own_reasons)
{
	run_one("host.os log_event", 5000, explains);
	ck_assert_str_eq(everything(), "host.os?(nobody knows\n\x1b) device.battery[A]?(it is flat) log_event?(no log) ");
}
END_TEST

COLLECTOR(writes_garbage)
{
	UNUSED;
	fputs("hello\n{}\n{\"fact\":\"host\"}\n{\"fact\":7,\"slots\":{}}\n{\"log\":\"x\"}\n[1]\n\xff\xfe\n\n{\"surveyed\":[]}\n", r->out);
	say_os(r, "linux");
	fputs("{\"fact\":\"host\",\"slots\":{\"si", r->out);
}

START_TEST(garbage_is_told_and_the_rest_counts)
{
	run_one("host.os host.size", 5000, writes_garbage);
	ck_assert_str_eq(everything(), "host.os=linux host.size?(looking around brought something unreadable) ");
}
END_TEST

COLLECTOR(lies)
{
	UNUSED;
	record_begin(r, "host");
	record_text(r, "os", "beos");
	record_text(r, "size", "huge");
	record_text(r, "moon", "full");
	record_text(r, "fast", "yes");
	record_end(r);
	record_begin(r, "moon");
	record_text(r, "phase", "full");
	record_end(r);
	record_begin(r, "device");
	record_text(r, "udid", "A");
	record_text(r, "battery", "low");
	record_end(r);
}

START_TEST(values_that_are_none_are_unknown_with_the_value_in_the_reason)
{
	run_one("host.os host.size", 5000, lies);
	ck_assert_str_eq(everything(), "host.fast=yes device.udid=A "
		"host.os?(the value 'beos' is not one of the values it can have) "
		"host.size?(the value 'huge' is not a whole number (or too large)) "
		"device.battery[A]?(the value 'low' is not a whole number (or too large)) ");
}
END_TEST

COLLECTOR(floods)
{
	char text[20000];

	UNUSED;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	say_os(r, "linux");
	for (;;) {
		record_begin(r, "host");
		record_text(r, "note", text);
		record_end(r);
	}
}

START_TEST(a_flood_of_bytes_is_cut_off)
{
	double start = seconds();

	run_one("host.os host.size", 10000, floods);
	ck_assert(seconds() - start < 5);
	ck_assert_ptr_nonnull(strstr(everything(), "host.os=linux"));
	ck_assert_ptr_nonnull(strstr(everything(), "host.size?(looking around brought more than 4 MiB)"));
}
END_TEST

COLLECTOR(floods_records)
{
	UNUSED;
	for (int i = 0; i < 110000; i++)
		fputs("{\"surveyed\":\"x\"}\n", r->out);
	say_os(r, "linux");
}

START_TEST(a_flood_of_records_is_cut_off)
{
	run_one("host.os", 20000, floods_records);
	ck_assert_str_eq(everything(), "host.os?(looking around brought more than 100000 things) ");
}
END_TEST

COLLECTOR(writes_a_long_line)
{
	struct buf line = {0};

	UNUSED;
	buf_puts(&line, "{\"fact\":\"host\",\"slots\":{\"note\":\"");
	for (int i = 0; i < 70000; i++)
		buf_putc(&line, 'x');
	buf_puts(&line, "\"}}\n");
	fputs(line.text, r->out);
	buf_clear(&line);
	for (int i = 0; i < 70000; i++)
		buf_putc(&line, i % 2 ? '\x01' : '\xff');
	record_begin(r, "host");
	record_text(r, "note", line.text);		/* the recorder keeps it short enough */
	record_end(r);
	buf_free(&line);
}

START_TEST(lines_that_are_too_long_are_garbage_and_the_recorder_writes_none)
{
	run_one("host.note host.os", 5000, writes_a_long_line);
	ck_assert_ptr_nonnull(strstr(everything(), "host.note=\xEF\xBF\xBD\x01"));
	ck_assert_ptr_nonnull(strstr(everything(), "host.os?(looking around brought something unreadable)"));
}
END_TEST

/* Children that outlive the collector, with the pipe open or closed. Their group is told as a number. */
static void
leave_child(struct recorder *r, bool closed)
{
	record_begin(r, "host");
	record_int(r, "size", getpid());
	record_end(r);
	if (fork() != 0)
		return;
	if (closed)
		fclose(r->out);
	for (;;)
		pause();
}

COLLECTOR(leaves_a_child_with_the_pipe)
{
	UNUSED;
	leave_child(r, false);
}

COLLECTOR(leaves_a_child_without_the_pipe)
{
	UNUSED;
	leave_child(r, true);
}

/* Does a process of the group run? What was killed may be there still, as long as nobody has collected it. */
static bool
runs(pid_t group)
{
	DIR *all = opendir("/proc");
	bool found = false;

	for (struct dirent *e; !found && (e = readdir(all)); ) {
		char path[300], state = 'Z';
		int of = 0;
		FILE *f;

		snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
		f = *e->d_name >= '1' && *e->d_name <= '9' ? fopen(path, "r") : NULL;
		if (f && fscanf(f, "%*d (%*[^)]) %c %*d %d", &state, &of) == 2)
			found = of == group && state != 'Z' && state != 'X';
		if (f)
			fclose(f);
	}
	closedir(all);
	return found;
}

static bool
is_gone(pid_t group)
{
	for (int tries = 0; tries < 100; tries++, usleep(20000))
		if (!runs(group))
			return true;
	return false;
}

START_TEST(what_a_collector_starts_ends_with_it)
{
	double start = seconds();

	run_one("host.size", 1000, leaves_a_child_with_the_pipe);
	ck_assert(seconds() - start < 4);
	ck_assert(is_gone((pid_t)fs->facts[0]->values[1]));
	run_one("host.size", 10000, leaves_a_child_without_the_pipe);
	ck_assert(seconds() - start < 8);
	ck_assert(is_gone((pid_t)fs->facts[0]->values[1]));
}
END_TEST

static char trace[64];

static void
leave_trace(void)
{
	FILE *f = fopen(trace, "w");

	if (f)
		fclose(f);
}

START_TEST(what_the_parent_does_at_its_exit_no_collector_does)
{
	snprintf(trace, sizeof trace, "/tmp/check-facts-%d.exit", (int)getpid());
	atexit(leave_trace);
	run_one("host.os", 5000, is_quick);
	ck_assert_str_eq(everything(), "host.os=linux ");
	ck_assert_int_ne(access(trace, F_OK), 0);
	strcpy(trace, "/dev/null");
}
END_TEST

COLLECTOR(lingers)
{
	UNUSED;
	say_os(r, "linux");
	fclose(r->out);
	for (;;)
		pause();
}

START_TEST(a_collector_that_lingers_after_its_last_word_costs_no_time)
{
	double start = seconds();

	run_one("host.os", 10000, lingers);
	ck_assert(seconds() - start < 2);
	ck_assert_str_eq(everything(), "host.os=linux ");
}
END_TEST

COLLECTOR(looks_around)
{
	struct sigaction pipe_action, int_action;
	sigset_t blocked;
	int open = 0;

	UNUSED;
	for (int fd = 3; fd < 200; fd++)
		open += fcntl(fd, F_GETFD) >= 0;
	sigaction(SIGPIPE, NULL, &pipe_action);
	sigaction(SIGINT, NULL, &int_action);
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	printf("this must lead nowhere\n");
	fprintf(stderr, "and this\n");
	fflush(stdout);
	record_begin(r, "host");
	record_int(r, "size", open);
	record_yes_no(r, "fast", getpgrp() == getpid() && pipe_action.sa_handler == SIG_IGN && int_action.sa_handler == SIG_DFL
			&& !sigismember(&blocked, SIGINT) && o->deadline_ms == 5000);
	record_end(r);
}

START_TEST(a_collector_inherits_nothing_but_its_pipe)
{
	int out[2], saved = dup(STDOUT_FILENO), leak = open("/dev/null", O_RDONLY);
	char said[200] = "";
	ssize_t n;

	ck_assert_int_eq(pipe(out), 0);
	fflush(stdout);
	dup2(out[1], STDOUT_FILENO);
	signal(SIGINT, SIG_IGN);
	printf("parent ");		/* in the buffer while children are made: they must not write it */
	run_one("host.size host.fast", 5000, looks_around);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(out[1]);
	n = read(out[0], said, sizeof said - 1);
	ck_assert_int_eq(n, 7);
	ck_assert_str_eq(said, "parent ");
	ck_assert_str_eq(everything(), "host.size=1 host.fast=yes ");
	close(out[0]);
	close(saved);
	close(leak);
}
END_TEST

/* -- Several rows -- */

static void
nap(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

COLLECTOR(lists_devices)
{
	UNUSED;
	nap(200);
	for (const char *u = "CAB"; *u; u++) {
		char udid[] = { *u, '-', 'X', '\0' };

		record_begin(r, "device");
		record_text(r, "udid", udid);
		record_end(r);
	}
	record_surveyed(r, "device");
}

COLLECTOR(asks_device)
{
	UNUSED;
	if (subject[0] == 'A')
		nap(300);	/* the slowest is not the last in the set */
	if (subject[0] == 'B')
		raise(SIGKILL);
	record_begin(r, "device");
	record_text(r, "udid", subject);
	record_int(r, "battery", subject[0]);
	record_end(r);
}

static const struct collector several[] = {
	{ "list", "listing devices", "device.udid", "", NULL, 3000, 0, false, lists_devices },
	{ "ask", "asking the device", "device.battery device.trust", "list", "device.udid", 3000, 0, false, asks_device },
	{ "quick", "a quick look", "host.os", "", NULL, 3000, 0, false, is_quick },
	{ .name = NULL },
};

START_TEST(each_device_is_asked_by_a_child_of_its_own)
{
	double start = seconds();

	collect_rows(fs, &options, several, NULL);
	ck_assert(seconds() - start < 2);
	ck_assert_str_eq(everything(),
		"device.udid=C-X device.battery=67 device.udid=A-X device.battery=65 device.udid=B-X host.os=linux "
		"device.trust[C-X]?(asking the device did not show it) device.trust[A-X]?(asking the device did not show it) "
		"device.battery[B-X]?(asking the device broke off (signal 9)) device.trust[B-X]?(asking the device broke off (signal 9)) ");
}
END_TEST

START_TEST(one_device_can_be_chosen)
{
	options.device = "ax";
	collect_rows(fs, &options, several, "ask list");
	ck_assert_str_eq(everything(), "device.udid=C-X device.udid=A-X device.battery=65 device.udid=B-X "
		"device.trust[A-X]?(asking the device did not show it) ");
}
END_TEST

START_TEST(a_failure_before_is_the_reason_after)
{
	struct collector rows[4];

	memcpy(rows, several, sizeof rows);
	rows[0].run = crashes;
	collect_rows(fs, &options, rows, "list ask");
	ck_assert_ptr_nonnull(strstr(everything(), "device?(listing devices broke off (signal 11))"));
}
END_TEST

COLLECTOR(lists_many)
{
	UNUSED;
	for (int i = 0; i < 70; i++) {
		char udid[16];

		snprintf(udid, sizeof udid, "D%d", i);
		record_begin(r, "device");
		record_text(r, "udid", udid);
		record_end(r);
	}
	record_surveyed(r, "device");
}

START_TEST(no_more_than_64_devices_are_asked)
{
	const struct factrec *f;
	struct collector rows[4];
	size_t asked = 0;

	memcpy(rows, several, sizeof rows);
	rows[0].run = lists_many;
	collect_rows(fs, &options, rows, "list ask");
	for (size_t i = 0; i < fs->nfacts; i++) {
		f = fs->facts[i];
		asked += f->values[1] != UNKNOWN;
	}
	ck_assert_uint_eq(asked, 64);
	ck_assert_ptr_nonnull(strstr(everything(), "device.battery?(only the first 64 were asked)"));
}
END_TEST

static void
note(void *context, const char *does, int done, int total)
{
	buf_printf(context, "%s %d/%d;", does ? does : "-", done, total);
}

START_TEST(progress_is_told_while_it_lasts)
{
	struct buf told = {0};

	options.progress = note;
	options.context = &told;
	run_one("host.os", 700, hangs);
	ck_assert_ptr_nonnull(strstr(told.text, "looking around 0/1;looking around 0/1;"));
	ck_assert_ptr_nonnull(strstr(told.text, "- 1/1;"));
	buf_free(&told);
}
END_TEST

START_TEST(progress_names_what_is_still_at_work_and_ends_with_all_done)
{
	static const struct collector rows[] = {
		{ "one", "a quick look", "host.os", "", NULL, 3000, 0, false, is_quick },
		{ "two", "waiting", "host.size", "", NULL, 700, 0, false, hangs },
		{ "none", "asking the device", "device.trust", "one", "device.udid", 3000, 0, false, asks_device },
		{ .name = NULL },
	};
	struct buf told = {0};

	options.progress = note;
	options.context = &told;
	collect_rows(fs, &options, rows, NULL);
	ck_assert_msg(strstr(told.text, "waiting 1/3;waiting 1/2;") == told.text, "%s", told.text);
	ck_assert_ptr_null(strstr(told.text, "waiting 2/2"));
	ck_assert_ptr_nonnull(strstr(told.text, ";- 2/2;"));
	buf_free(&told);
}
END_TEST

START_TEST(the_whole_collection_has_a_deadline)
{
	const struct collector rows[] = {
		{ "first", "the first look", "host.os", "", NULL, 60000, 0, false, hangs }, { "second", "a second look", "host.size", "first", NULL, 60000, 0, false, is_quick },
		{ .name = NULL },
	};
	double start = seconds();

	options.deadline_ms = 500;
	collect_rows(fs, &options, rows, NULL);
	ck_assert(seconds() - start < 2);
	ck_assert_str_eq(everything(), "host.os=linux "
		"host.size?(there was no time left for a second look) ");
}
END_TEST

START_TEST(a_captured_tree_is_no_running_machine)
{
	const struct collector rows[] = { { "one", "looking around", "host.os", "", NULL, 1000, 0, true, is_quick }, { .name = NULL } };

	options.root = "/tmp";
	collect_rows(fs, &options, rows, NULL);
	ck_assert_str_eq(everything(), "host.os?(a captured tree has no running processes) ");
	ck_assert(!fs->live);
}
END_TEST

/* -- The shipped pack -- */

static bool
is_known(const char *name)
{
	for (const char *const *n = collect_names(); *n; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

static void
check_row(const struct rulebase *shipped, const struct collector *row)
{
	ck_assert_msg(is_known(row->name), "collector %s is not in collect_names", row->name);
	ck_assert_msg(row->does && strchr(row->does, ' ') && strlen(row->does) <= 40, "what %s does does not fit into a line of progress", row->name);
	for (const char *p = row->provides; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " "), dot = strcspn(p, ". ");
		char name[128];
		const struct template *t;

		snprintf(name, sizeof name, "%.*s", (int)dot, p);
		t = rulebase_template(shipped, name);
		ck_assert_msg(t, "%s provides %s, which the vocabulary does not have", row->name, name);
		if (p[dot] == '.') {
			snprintf(name, sizeof name, "%.*s", (int)(n - dot - 1), p + dot + 1);
			ck_assert_msg(template_slot(t, name) >= 0, "%s provides %s.%s, which the vocabulary does not have", row->name,
				t->entry.id, name);
		}
		p += n;
	}
}

/* True when the row says that it provides the slot, or its whole template. */
static bool
provides(const struct collector *row, const struct template *t, const struct slot *slot)
{
	char whole[128], part[256];
	size_t n;

	snprintf(whole, sizeof whole, "%s", t->entry.id);
	snprintf(part, sizeof part, "%s.%s", t->entry.id, slot->name);
	for (const char *p = row->provides; *p; p += strspn(p, " ")) {
		n = strcspn(p, " ");
		if ((strlen(whole) == n && memcmp(p, whole, n) == 0) || (strlen(part) == n && memcmp(p, part, n) == 0))
			return true;
		p += n;
	}
	return false;
}

static const struct collector *
row_named(const char *name)
{
	for (const struct collector *c = host_collectors; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	for (const struct collector *c = device_collectors; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

START_TEST(collectors_and_the_shipped_vocabulary_agree)
{
	const char *path = "rules/apple-trust";
	struct rulebase *shipped = rulebase_load(&path, 1, d);

	diags_print(d, stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
	for (const struct collector *c = host_collectors; c->name; c++)
		check_row(shipped, c);
	for (const struct collector *c = device_collectors; c->name; c++)
		check_row(shipped, c);
	for (size_t i = 0; i < shipped->ntemplates; i++)
		for (int k = 0; k < shipped->templates[i]->nslots; k++) {
			const struct slot *slot = shipped->templates[i]->slots + k;
			bool here = false, given = !slot->from || strcmp(device_support, "none") == 0;

			for (const char *const *from = slot->from; from && *from; from++) {
				const struct collector *row = row_named(*from);

				ck_assert_msg(is_known(*from), "%s.%s: no collector %s", shipped->templates[i]->entry.id, slot->name, *from);
				here |= row != NULL;
				given |= row && provides(row, shipped->templates[i], slot);
			}
			ck_assert_msg(given || !here || strcmp(slot->name, "lockdown_mode") == 0, "%s.%s: none of its collectors provides it",
				shipped->templates[i]->entry.id, slot->name);
		}
	rulebase_free(shipped);
}
END_TEST

Suite *check_facts_collect(void);

Suite *
check_facts_collect(void)
{
	const TTest *const tests[] = {
		what_a_collector_says_becomes_facts, a_collector_that_hangs_is_killed_and_what_it_said_counts,
		a_collector_that_crashes_is_named_with_its_signal, a_collector_that_fails_is_named_with_its_status,
		what_a_collector_forgot_is_unknown_too, a_collector_gives_its_own_reasons, garbage_is_told_and_the_rest_counts,
		values_that_are_none_are_unknown_with_the_value_in_the_reason, a_flood_of_bytes_is_cut_off, a_flood_of_records_is_cut_off,
		lines_that_are_too_long_are_garbage_and_the_recorder_writes_none, what_a_collector_starts_ends_with_it,
		what_the_parent_does_at_its_exit_no_collector_does,
		a_collector_that_lingers_after_its_last_word_costs_no_time, a_collector_inherits_nothing_but_its_pipe,
		each_device_is_asked_by_a_child_of_its_own, one_device_can_be_chosen, a_failure_before_is_the_reason_after,
		no_more_than_64_devices_are_asked, progress_is_told_while_it_lasts,
		progress_names_what_is_still_at_work_and_ends_with_all_done, the_whole_collection_has_a_deadline,
		a_captured_tree_is_no_running_machine, collectors_and_the_shipped_vocabulary_agree,
	};
	Suite *s = suite_create("facts_collect");
	TCase *c = tcase_create("facts_collect");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(c, tests[i]);
	suite_add_tcase(s, c);
	return s;
}
