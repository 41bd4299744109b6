/* SPDX-License-Identifier: MIT */
/*
 * The collectors of devices, one scene of the simulated usbmuxd at a time, through the real
 * libimobiledevice. Every scene is read-only unless it says otherwise: the simulator ends with
 * status 97 when a request changed something. tests/device/run goes through all modes with the
 * command.
 */
#include "../sim/launch.h"

#include "facts/collect.h"
#include "facts/device_ios_codes.h"
#include "facts/device_ios_link.h"
#include "facts/device_ios_watch.h"

#include <check.h>
#include <jansson.h>
#include <time.h>

#define UDID "00008030-0012345678ABCDEF"
#define COUNT(table) (sizeof table / sizeof *table)

enum {
	CHANGED = 97,			/* what a read-only simulator ends with when it was changed */
	MANY = 31			/* devices of one simulator */
};

/*
 * In a build with sanitizers: memory that the library asks for in vain, on the word of a device,
 * is NULL as everywhere.
 */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* ---- hearing what a collector says ---- */

static struct simulator sim;

/* What one collector said: its records, in order. */
static json_t *records;

static void
start(const char *const *arguments)
{
	ck_assert(simulator_start(&sim, arguments));
	setenv("USBMUXD_SOCKET_ADDRESS", sim.address, 1);
}

static void
start_device(const char *settings)
{
	char device[512];

	snprintf(device, sizeof device, "udid=" UDID ",%s", settings);
	start((const char *[]){ "--read-only", "--device", device, NULL });
}

/* Several devices, "device-0" and so on. */
static void
start_devices(const char *const *settings, size_t n)
{
	static char texts[MANY][256];
	const char *arguments[2 * MANY + 2] = { "--read-only" };

	ck_assert_uint_le(n, MANY);
	for (size_t i = 0; i < n; i++) {
		snprintf(texts[i], sizeof texts[i], "%s,udid=device-%zu", settings[i], i);
		arguments[1 + 2 * i] = "--device";
		arguments[2 + 2 * i] = texts[i];
	}
	arguments[1 + 2 * n] = NULL;
	start(arguments);
}

static void
run_row(const char *name, const char *subject, const struct collect_options *o, FILE *out)
{
	struct recorder r = { .out = out };

	for (const struct collector *c = device_collectors; c->name; c++)
		if (strcmp(c->name, name) == 0)
			c->run(o, subject, &r);
	fflush(out);
}

static void
read_records(FILE *out)
{
	char line[1 << 16];

	json_decref(records);
	records = json_array();
	rewind(out);
	while (fgets(line, sizeof line, out)) {
		json_t *record = json_loads(line, 0, NULL);

		ck_assert_msg(record, "not a record: %s", line);
		json_array_append_new(records, record);
	}
	fclose(out);
}

static void
hear(const char *name, const char *subject, const struct collect_options *o)
{
	FILE *out = tmpfile();

	ck_assert(out);
	run_row(name, subject, o, out);
	read_records(out);
}

static const struct collect_options plain = { .root = "" };

static void
hear_device(void)
{
	hear("device", UDID, &plain);
}

static void
hear_nth(size_t i)
{
	char udid[32];

	snprintf(udid, sizeof udid, "device-%zu", i);
	hear("device", udid, &plain);
}

static int
stop(void)
{
	json_decref(records);
	records = NULL;
	return simulator_stop(&sim);
}

/* The last value of a slot, in words; "" when it was not said. */
static const char *
said(const char *slot)
{
	static char number[32];
	const json_t *found = NULL;
	json_t *record;
	size_t i;

	json_array_foreach(records, i, record) {
		json_t *v = json_object_get(json_object_get(record, "slots"), slot);

		found = v ? v : found;
	}
	if (json_is_boolean(found))
		return json_is_true(found) ? "yes" : "no";
	if (json_is_integer(found)) {
		snprintf(number, sizeof number, "%lld", (long long)json_integer_value(found));
		return number;
	}
	return found ? json_string_value(found) : "";
}

/* Why a fact is unknown; "" when nobody said so. */
static const char *
why(const char *fact)
{
	json_t *record;
	size_t i;

	json_array_foreach(records, i, record) {
		const char *name = json_string_value(json_object_get(record, "unknown"));

		if (name && strcmp(name, fact) == 0)
			return json_string_value(json_object_get(record, "reason"));
	}
	return "";
}

static bool
is_surveyed(void)
{
	json_t *record;
	size_t i;

	json_array_foreach(records, i, record)
		if (json_object_get(record, "surveyed"))
			return true;
	return false;
}

#define ck_contains(text, part) ck_assert_msg(strstr(text, part), "\"%s\" does not contain \"%s\"", text, part)
#define ck_said(scene, slot, value) ck_assert_msg(strcmp(said(slot), value) == 0, "%s: %s is \"%s\"", scene, slot, said(slot))

/* ---- codes ---- */

/* The states that the vocabulary allows, as its text. */
static void
read_trust_states(char *states, size_t size)
{
	FILE *f = fopen("rules/apple-trust/vocabulary.yaml", "r");
	char line[4096];

	ck_assert_msg(f, "run the tests in the top folder");
	states[0] = '\0';
	while (fgets(line, sizeof line, f)) {
		char *list = strstr(line, " trust: ") ? strstr(line, "of: [") : NULL;

		if (list && strstr(list, "dialog-pending"))
			snprintf(states, size, ", %.*s,", (int)strcspn(list + 5, "]"), list + 5);
	}
	fclose(f);
	ck_assert_msg(states[0], "the vocabulary has no device.trust");
}

START_TEST(every_code_has_a_name_a_meaning_and_a_trust_state_of_the_vocabulary)
{
	char states[2048], state[64];

	read_trust_states(states, sizeof states);
	for (int number = 0; number >= -39; number--)
		ck_assert_msg(code_find(number), "no row for %d", number);
	ck_assert_ptr_nonnull(code_find(-256));
	for (size_t i = 0; i < lockdown_code_count; i++) {
		const struct lockdown_code *c = &lockdown_codes[i];

		ck_assert_ptr_eq(code_find(c->number), c);
		ck_assert_msg(c->name[0] && c->meaning[0], "%d", c->number);
		ck_assert_msg(!c->wire == (c->number >= -9 || c->number == -256), "%d: the device's own have a wire string", c->number);
		snprintf(state, sizeof state, ", %s,", c->trust);
		ck_assert_msg(strstr(states, state), "%s is no state of device.trust", c->trust);
	}
}
END_TEST

START_TEST(a_code_is_never_shown_without_its_meaning)
{
	struct buf b = { 0 };

	code_explain(&b, -21);
	ck_assert_str_eq(buf_text(&b), "the device does not know this computer (any more) (InvalidHostID, -21)");
	buf_clear(&b);
	code_explain(&b, -77);
	ck_assert_str_eq(buf_text(&b), "an error the library has no name for (-77)");
	ck_assert_str_eq(code_trust(-77), "failed");
	buf_free(&b);
}
END_TEST

/* One device for each wire string, which it answers to StartSession. */
START_TEST(the_numbers_are_those_the_library_gives_for_the_wire_strings)
{
	enum { FIRST = 10, LAST = 39 };
	static char texts[LAST - FIRST + 1][128];
	const char *settings[COUNT(texts)];

	for (int i = 0; i <= LAST - FIRST; i++) {
		snprintf(texts[i], sizeof texts[i], "mode=trusted,at.start=error:%s", code_find(-FIRST - i)->wire);
		settings[i] = texts[i];
	}
	start_devices(settings, COUNT(settings));
	for (int i = 0; i <= LAST - FIRST; i++) {
		hear_nth((size_t)i);
		ck_assert_msg(atoi(said("lockdown_error")) == -FIRST - i, "%s gave %s", texts[i], said("lockdown_error"));
		ck_said(texts[i], "trust", code_trust(-FIRST - i));
	}
	ck_assert_int_eq(stop(), 0);
}
END_TEST

/* ---- watching ---- */

static void
work_hang(struct watched *w, void *context)
{
	(void)w, (void)context;
	for (;;)
		pause();
}

static void
work_crash(struct watched *w, void *context)
{
	(void)w, (void)context;
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

static void
work_slow_to_leave(struct watched *w, void *context)
{
	*(bool *)context = true;
	watch_done(w);
	work_hang(w, context);
}

static void
work_write_to_nobody(struct watched *w, void *context)
{
	int ends[2];

	(void)w;
	if (pipe(ends) != 0)
		return;
	close(ends[0]);
	*(bool *)context = write(ends[1], "x", 1) < 0 && errno == EPIPE;
}

START_TEST(work_that_hangs_ends_at_its_deadline)
{
	int detail;
	int64_t begin = watch_clock(), took;

	ck_assert_int_eq(watch(work_hang, NULL, 200, 0, &detail), ENDED_LATE);
	took = watch_clock() - begin;
	ck_assert_int_ge(took, 200);
	ck_assert_int_lt(took, 2000);
}
END_TEST

START_TEST(work_that_crashes_is_told_by_its_signal)
{
	int detail;

	ck_assert_int_eq(watch(work_crash, NULL, 5000, 0, &detail), ENDED_BY_SIGNAL);
	ck_assert_int_eq(detail, SIGSEGV);
}
END_TEST

START_TEST(results_count_when_only_the_leaving_hangs)
{
	bool *seen = watch_shared(sizeof *seen);
	int detail;
	int64_t begin = watch_clock();

	ck_assert_int_eq(watch(work_slow_to_leave, seen, 20000, 0, &detail), ENDED);
	ck_assert(*seen);
	ck_assert_int_lt(watch_clock() - begin, 5000);
}
END_TEST

START_TEST(a_broken_pipe_is_an_error_and_no_end)
{
	bool *seen = watch_shared(sizeof *seen);
	int detail;

	ck_assert_int_eq(watch(work_write_to_nobody, seen, 5000, 0, &detail), ENDED);
	ck_assert(*seen);
}
END_TEST

/* ---- the list ---- */

START_TEST(the_list_names_each_device_once_with_its_best_connection)
{
	start((const char *[]){ "--read-only", "--device", "mode=network,udid=11112222-3333444455556666", "--device",
		"mode=trusted,udid=11112222-3333444455556666", "--device", "mode=network,udid=aaaaaaaa-bbbbccccddddeeee", NULL });
	hear("mux", NULL, &plain);
	ck_assert_int_eq((int)json_array_size(records), 4);
	ck_assert_str_eq(said("devices"), "1");
	ck_assert_str_eq(said("network_devices"), "1");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(json_array_get(records, 0), "slots"), "connection")), "usb");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(json_array_get(records, 1), "slots"), "connection")), "network");
	ck_assert(is_surveyed());
	ck_assert_int_eq(stop(), 0);
}
END_TEST

START_TEST(every_device_is_listed_whichever_is_chosen)
{
	struct collect_options o = { .root = "", .device = "AAAAAAAAbbbbccccddddeeee" };

	start((const char *[]){ "--read-only", "--device", "mode=trusted", "--device", "mode=trusted,udid=aaaaaaaa-bbbbccccddddeeee", NULL });
	hear("mux", NULL, &o);
	ck_assert_str_eq(said("devices"), "2");
	ck_assert_int_eq((int)json_array_size(records), 4);
	ck_assert_int_eq(stop(), 0);
}
END_TEST

START_TEST(an_empty_list_is_an_answer)
{
	start((const char *[]){ "--read-only", NULL });
	hear("mux", NULL, &plain);
	ck_assert_str_eq(said("devices"), "0");
	ck_assert(is_surveyed());
	ck_assert_int_eq(stop(), 0);
}
END_TEST

START_TEST(an_identifier_that_could_be_a_path_is_not_followed)
{
	start((const char *[]){ "--read-only", "--device", "mode=trusted,udid=../../../etc/shadow", "--device", "mode=trusted,udid=" UDID, NULL });
	hear("mux", NULL, &plain);
	ck_assert_str_eq(said("udid"), UDID);
	ck_assert_str_eq(said("devices"), "2");
	ck_assert(!is_surveyed());
	ck_contains(why("device"), "identifier");
	ck_assert_int_eq(stop(), 0);
}
END_TEST

/* How the multiplexer can fail, and what is said then. */
static const struct failure {
	const char *mux, *device, *says;
} failures[] = {
	{ "absent", "mode=trusted", "does not run" },
	{ "stale", "mode=trusted", "it stopped" },
	{ "file", "mode=trusted", "no socket" },
	{ "directory", "mode=trusted", "no socket" },
	{ "refuse-all", "mode=trusted", "refused to list devices" },
	{ "close", "mode=trusted", "cannot be read" },
	{ "garbage", "mode=trusted", "cannot be read" },
	{ "oversize", "mode=trusted", "cannot be read" },
	{ "short", "mode=trusted", "cannot be read" },
	{ "hang", "mode=trusted", "did not answer" },
	{ "stall", "mode=trusted", "did not answer" },
	{ "ok", "mode=trusted,entry=no-serial", "an entry is malformed" },
	{ "ok", "mode=trusted,entry=no-type", "an entry is malformed" },
	{ "ok", "mode=network,entry=no-address", "an entry is malformed" },
};

START_TEST(a_list_that_cannot_be_had_is_unknown_for_its_reason)
{
	const struct failure *f = &failures[_i];
	struct collect_options o = { .root = "", .deadline_ms = 2200 };

	start((const char *[]){ "--mux", f->mux, "--device", f->device, NULL });
	hear("mux", NULL, &o);
	ck_assert_int_eq((int)json_array_size(records), 3);
	ck_contains(why("device"), f->says);
	ck_assert_str_eq(why("device"), why("mux.devices"));
	ck_assert_str_eq(why("device"), why("mux.network_devices"));
	stop();
}
END_TEST

START_TEST(a_list_that_fails_once_is_asked_for_again_in_a_fresh_process)
{
	start((const char *[]){ "--mux", "list=garbage*1,listen=close*1", "--device", "mode=trusted", NULL });
	hear("mux", NULL, &plain);
	ck_assert_str_eq(said("devices"), "1");
	ck_assert(is_surveyed());
	stop();
}
END_TEST

/* ---- one device ---- */

START_TEST(a_trusted_device_tells_all)
{
	static const char *const facts[][2] = {
		{ "trust", "trusted" }, { "lockdown_error", "0" }, { "record", "present" }, { "mode", "normal" }, { "serial_readable", "yes" },
		{ "ios_version", "17.5.1" }, { "name", "Simulated iPhone" }, { "family", "iPhone" }, { "product", "iPhone12,1" },
		{ "beta", "yes" }, { "host_waiting", "yes" }, { "battery", "12" }, { "charging", "no" }, { "external_power", "yes" },
		{ "passcode_protected", "yes" }, { "supervised", "yes" }, { "activated", "yes" }, { "setup_done", "no" },
		{ "disk_total", "64000000000" }, { "disk_free", "1000" }, { "find_my", "yes" }, { "backup_encrypted", "yes" },
		{ "wifi_sync", "yes" }, { "min_itunes", "12.12.10" }, { "min_macos", "10.15" },
	};

	start_device("mode=trusted,build=21F5048f,UntrustedHostBUID=1-2,battery=12,charging=false,external=true,locked=true,supervised=true,setup=false,"
		"capacity=64000000000,com.apple.disk_usage/AmountDataAvailable=1000,findmy=true,encrypted=true");
	hear_device();
	for (size_t i = 0; i < COUNT(facts); i++)
		ck_said("trusted", facts[i][0], facts[i][1]);
	ck_assert_int_eq(stop(), 0);
}
END_TEST

START_TEST(the_difference_of_the_clocks_is_never_negative)
{
	static const char *const skews[] = { "mode=trusted,skew=-200000", "mode=trusted,skew=200000" };

	start_device(skews[_i]);
	hear_device();
	ck_assert_int_ge(atoi(said("clock_skew")), 199990);
	ck_assert_int_le(atoi(said("clock_skew")), 200010);
	ck_assert_int_eq(said("clock_skew")[strlen(said("clock_skew")) - 1], 's');
	ck_assert_int_eq(stop(), 0);
}
END_TEST

/* Values that cannot be: the slot stays unknown, and all the others are there. */
static const struct oddity {
	const char *settings, *fact, *says;
} oddities[] = {
	{ "mode=trusted,battery=250", "device.battery", "no percentage" },
	{ "mode=trusted,com.apple.mobile.battery/BatteryCurrentCapacity=(none)", "device.battery", "has no such value (MissingValue, -12)" },
	{ "mode=trusted,DeviceClass=Toaster", "device.family", "the device gave \"Toaster\"" },
	{ "mode=trusted,DeviceClass=\xe2\x80\xae\n", "device.family", "gave \"\\u{202e}\\u{a}\"" },
	{ "mode=trusted,activation=Perhaps", "device.activated", "the device gave \"Perhaps\"" },
	{ "mode=trusted,itunes=twelve", "device.min_itunes", "the device gave \"twelve\"" },
	{ "mode=trusted,itunes=1.2..3", "device.min_itunes", "the device gave" },
	{ "mode=trusted,build=", "device.beta", "no meaning" },
};

START_TEST(a_value_that_cannot_be_stays_unknown_for_its_reason)
{
	const char *settings[COUNT(oddities)];

	for (size_t i = 0; i < COUNT(oddities); i++)
		settings[i] = oddities[i].settings;
	start_devices(settings, COUNT(settings));
	for (size_t i = 0; i < COUNT(oddities); i++) {
		hear_nth(i);
		ck_contains(why(oddities[i].fact), oddities[i].says);
		ck_said(settings[i], "trust", "trusted");
		ck_said(settings[i], "backup_encrypted", "no");
	}
	ck_assert_int_eq(stop(), 0);
}
END_TEST

START_TEST(a_name_of_any_bytes_becomes_bounded_text)
{
	static const char *const settings[] = {
		"mode=trusted,name=@control", "mode=trusted,name=@bidi", "mode=trusted,name=@quotes", "mode=trusted,name=@invalid",
		"mode=trusted,name=@hostile", "mode=trusted,name=@emoji", "mode=trusted,name=@long",
		"mode=trusted,name=@control,format=binary", "mode=trusted,name=@bidi,format=binary",
		"mode=trusted,name=@invalid,format=binary", "mode=trusted,name=@hostile,format=binary", "mode=trusted,name=@long,format=binary",
	};

	start_devices(settings, COUNT(settings));
	for (size_t i = 0; i < COUNT(settings); i++) {
		hear_nth(i);			/* jansson refuses what is no UTF-8 */
		ck_said(settings[i], "trust", "trusted");
		ck_assert_msg(said("name")[0] && strlen(said("name")) < 1000, "%s: \"%s\"", settings[i], said("name"));
	}
	ck_assert_int_eq(stop(), 0);
}
END_TEST

/* Runs in a process of its own: what somebody else does to the scene after a while. */
static pid_t
later(int ms, const char *line)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
	pid_t other = fork();

	ck_assert_int_ge(other, 0);
	if (other == 0) {
		nanosleep(&pause, NULL);
		_exit(simulator_tell(&sim, line) ? 0 : 1);
	}
	return other;
}

static void
await(pid_t other)
{
	int status = -1;

	ck_assert_int_eq(waitpid(other, &status, 0), other);
	ck_assert_int_eq(status, 0);
}

/* The device takes its time for each value, and one answer among them is bad. */
START_TEST(one_bad_answer_costs_at_most_one_value)
{
	static const char *const faults[] = { "garbage", "close", "empty", "oversize" };
	static const char *const early[] = { "family", "product", "beta", "name", "host_waiting", "min_itunes", "min_macos" };
	char line[64];
	int missing = 0;
	pid_t other;

	start_device("mode=unpaired,at.get=delay:80");
	snprintf(line, sizeof line, "device 1 at.get=%s*1", faults[_i]);
	other = later(250, line);
	hear_device();
	await(other);
	for (size_t i = 0; i < COUNT(early); i++)
		missing += !said(early[i])[0];
	ck_assert_int_le(missing, 1);
	ck_assert_str_eq(said("ios_version"), "17.5.1");
	ck_assert_str_eq(said("trust"), "not-paired");
	ck_assert_int_eq(stop(), 0);
}
END_TEST

START_TEST(usb_modes_without_lockdown_are_told_by_the_product_id)
{
	static const char *const settings[] = { "mode=trusted,pid=1281", "mode=trusted,pid=1227", "mode=trusted,pid=1903" };
	static const char *const modes[] = { "recovery", "dfu", "restore" };

	start_devices(settings, COUNT(settings));
	for (size_t i = 0; i < COUNT(settings); i++) {
		hear_nth(i);
		ck_said(settings[i], "mode", modes[i]);
		ck_said(settings[i], "trust", "");
		ck_contains(why("device.trust"), "mode");
	}
	ck_assert_int_eq(stop(), 0);
}
END_TEST

START_TEST(a_device_that_left_the_list_is_gone)
{
	start((const char *[]){ "--read-only", "--device", "mode=trusted", NULL });
	hear("device", "00008030-00000000DEADBEEF", &plain);
	ck_assert_str_eq(said("trust"), "gone");
	ck_assert_int_eq(stop(), 0);
}
END_TEST

/* A connection that was closed and one that speaks of unknown things give the same number. */
START_TEST(an_answer_that_means_nothing_is_no_cut)
{
	static const char *const settings[] = {
		"mode=trusted,at.session-get=error:Nonsense", "mode=trusted,at.session-get=empty", "mode=trusted,at.get=error:Nonsense",
		"mode=trusted,at.any=close",
	};
	static const char *const trust[] = { "garbage", "garbage", "garbage", "cut-off" };

	start_devices(settings, COUNT(settings));
	for (size_t i = 0; i < COUNT(settings); i++) {
		hear_nth(i);
		ck_said(settings[i], "lockdown_error", "-256");
		ck_said(settings[i], "trust", trust[i]);
	}
	ck_assert_int_eq(stop(), 0);
}
END_TEST

/* ---- nothing is changed ---- */

/* With these the library's handshake would pair, or ask for validation, by itself. */
static const struct unsafe {
	const char *settings, *trust, *says;
} unsafe[] = {
	{ "mode=unpaired", "not-paired", "no pair record" },
	{ "mode=trusted,ios=6.1.3", "", "could itself ask for trust" },
	{ "mode=trusted,ios=17", "", "could itself ask for trust" },
	{ "mode=trusted,ios=263.1", "", "could itself ask for trust" },
	{ "mode=trusted,ios=new", "", "could itself ask for trust" },
	{ "mode=trusted,ProductVersion=(none)", "failed", "no such value" },
	{ "mode=record-garbage", "damaged-record", "damaged" },
	{ "mode=record-empty", "damaged-record", "damaged" },
	{ "mode=record-truncated", "damaged-record", "damaged" },
	{ "mode=trusted,record=array", "damaged-record", "damaged" },
	{ "mode=trusted,record=no-keys", "damaged-record", "damaged" },
};

START_TEST(a_session_is_not_tried_when_the_library_would_pair)
{
	const char *settings[COUNT(unsafe)];

	for (size_t i = 0; i < COUNT(unsafe); i++)
		settings[i] = unsafe[i].settings;
	start_devices(settings, COUNT(settings));
	for (size_t i = 0; i < COUNT(unsafe); i++) {
		hear_nth(i);
		ck_said(settings[i], "trust", unsafe[i].trust);
		ck_contains(why("device.battery"), unsafe[i].says);
	}
	ck_assert_int_eq(stop(), 0);
}
END_TEST

/* The record goes while the handshake waits for the answer to its first question. */
START_TEST(a_record_that_goes_during_the_handshake_does_not_make_it_pair)
{
	struct buf why_not = { 0 };
	struct link *l;
	bool gone;
	pid_t other;

	start_device("mode=trusted,at.query=delay:700");
	l = link_find(UDID, &why_not, &gone);
	ck_assert_ptr_nonnull(l);
	other = later(300, "device 1 record=none");
	ck_assert_int_eq(link_session(l, "17.5.1"), LINK_REFUSED);
	await(other);
	link_close(l);
	buf_free(&why_not);
	ck_assert_int_eq(stop(), 0);
}
END_TEST

/* ---- asking for trust ---- */

static const struct collect_options asking = { .root = "", .ask_trust = true };

START_TEST(asking_for_trust_pairs_and_proves_it)
{
	start_device("mode=unpaired");
	hear("device", UDID, &asking);
	ck_assert_str_eq(said("trust"), "trusted");
	ck_assert_str_eq(said("record"), "present");
	ck_assert_str_eq(said("battery"), "80");
	ck_assert_int_eq(stop(), CHANGED);
}
END_TEST

START_TEST(asking_for_trust_leaves_a_trusted_or_forgotten_device_alone)
{
	static const char *const scenes[][2] = { { "mode=trusted", "trusted" }, { "mode=forgotten", "stale" } };

	start_device(scenes[_i][0]);
	hear("device", UDID, &asking);
	ck_assert_str_eq(said("trust"), scenes[_i][1]);
	ck_assert_int_eq(stop(), 0);
}
END_TEST

START_TEST(an_answer_on_the_device_is_waited_for)
{
	pid_t owner;

	start_device("mode=pair-pending");
	owner = later(2000, "device 1 at.pair=ok");
	hear("device", UDID, &asking);
	await(owner);
	ck_assert_str_eq(said("trust"), "trusted");
	ck_assert_int_eq(stop(), CHANGED);
}
END_TEST

START_TEST(a_person_may_take_longer_than_a_device)
{
	pid_t owner;

	start_device("mode=pair-pending");
	owner = later(13000, "device 1 at.pair=ok");
	hear("device", UDID, &asking);
	await(owner);
	ck_assert_str_eq(said("trust"), "trusted");
	ck_assert_str_eq(said("battery"), "80");
	ck_assert_int_eq(stop(), CHANGED);
}
END_TEST

START_TEST(asking_for_trust_waits_no_longer_for_a_device_that_hangs)
{
	int64_t from = watch_clock();

	start_device("mode=unpaired,at.pair=silence");
	hear("device", UDID, &asking);
	ck_assert_int_lt(watch_clock() - from, 13000);
	ck_assert_str_eq(said("trust"), "no-answer");
	stop();
}
END_TEST

START_TEST(an_answer_that_does_not_come_is_pending)
{
	struct collect_options o = asking;

	o.deadline_ms = 5000;
	start_device("mode=pair-pending");
	hear("device", UDID, &o);
	ck_assert_str_eq(said("trust"), "dialog-pending");
	ck_assert_str_eq(said("lockdown_error"), "-19");
	stop();
}
END_TEST

START_TEST(trust_that_is_not_kept_is_told)
{
	start((const char *[]){ "--mux", "refuse-records", "--device", "udid=" UDID ",mode=unpaired", NULL });
	hear("device", UDID, &asking);
	ck_assert_str_eq(said("trust"), "not-kept");
	ck_assert_str_eq(said("record"), "absent");
	stop();
}
END_TEST

/* ---- silence ---- */

/* Where a device can fall silent, what is known by then, and what it was asked last. */
static const struct silence {
	const char *settings, *mode, *last;
} silences[] = {
	{ "mode=silent", "", "which service" },
	{ "mode=silent-get", "normal", "ProductVersion" },
	{ "mode=silent-start", "normal", "session" },
	{ "mode=silent-tls", "normal", "session" },
	{ "mode=silent-session", "normal", "serial number" },
	{ "mode=stall", "", "which service" },
};

/* All at once, each in a process of its own, as they are collected. */
static void
hear_silences(FILE **out, const struct collect_options *o)
{
	pid_t pids[COUNT(silences)];

	for (size_t i = 0; i < COUNT(silences); i++) {
		char udid[32];

		snprintf(udid, sizeof udid, "device-%zu", i);
		out[i] = tmpfile();
		ck_assert(out[i]);
		pids[i] = fork();
		ck_assert_int_ge(pids[i], 0);
		if (pids[i] == 0) {
			run_row("device", udid, o, out[i]);
			_exit(0);
		}
	}
	for (size_t i = 0; i < COUNT(silences); i++)
		await(pids[i]);
}

START_TEST(a_device_that_falls_silent_leaves_what_is_known_and_the_last_question)
{
	struct collect_options o = { .root = "", .deadline_ms = 4000 };
	const char *settings[COUNT(silences)];
	FILE *out[COUNT(silences)];
	int64_t begin;

	for (size_t i = 0; i < COUNT(silences); i++)
		settings[i] = silences[i].settings;
	start_devices(settings, COUNT(settings));
	begin = watch_clock();
	hear_silences(out, &o);
	ck_assert_int_lt(watch_clock() - begin, o.deadline_ms);
	for (size_t i = 0; i < COUNT(silences); i++) {
		read_records(out[i]);
		ck_said(settings[i], "trust", "no-answer");
		ck_said(settings[i], "lockdown_error", "-7");
		ck_said(settings[i], "record", "present");
		ck_said(settings[i], "mode", silences[i].mode);
		ck_contains(why("device.battery"), silences[i].last);
	}
	ck_assert_int_eq(stop(), 0);
}
END_TEST

START_TEST(silence_after_the_proof_leaves_the_device_trusted)
{
	struct collect_options o = { .root = "", .deadline_ms = 3000 };

	start_device("mode=trusted,at.stop=silence");
	hear("device", UDID, &o);
	ck_assert_str_eq(said("trust"), "trusted");
	ck_assert_str_eq(said("backup_encrypted"), "no");
	ck_assert_int_eq(stop(), 0);
}
END_TEST

/* ---- the suite ---- */

static TCase *
add_case(Suite *s, const char *name, double seconds)
{
	TCase *c = tcase_create(name);

	tcase_set_timeout(c, seconds);
	suite_add_tcase(s, c);
	return c;
}

static void
add_list(TCase *c)
{
	tcase_add_test(c, the_list_names_each_device_once_with_its_best_connection);
	tcase_add_test(c, every_device_is_listed_whichever_is_chosen);
	tcase_add_test(c, an_empty_list_is_an_answer);
	tcase_add_test(c, an_identifier_that_could_be_a_path_is_not_followed);
	tcase_add_loop_test(c, a_list_that_cannot_be_had_is_unknown_for_its_reason, 0, (int)COUNT(failures));
	tcase_add_test(c, a_list_that_fails_once_is_asked_for_again_in_a_fresh_process);
}

static void
add_device(TCase *c)
{
	tcase_add_test(c, a_trusted_device_tells_all);
	tcase_add_loop_test(c, the_difference_of_the_clocks_is_never_negative, 0, 2);
	tcase_add_test(c, a_value_that_cannot_be_stays_unknown_for_its_reason);
	tcase_add_test(c, a_name_of_any_bytes_becomes_bounded_text);
	tcase_add_loop_test(c, one_bad_answer_costs_at_most_one_value, 0, 4);
	tcase_add_test(c, usb_modes_without_lockdown_are_told_by_the_product_id);
	tcase_add_test(c, a_device_that_left_the_list_is_gone);
	tcase_add_test(c, an_answer_that_means_nothing_is_no_cut);
	tcase_add_test(c, a_session_is_not_tried_when_the_library_would_pair);
	tcase_add_test(c, a_record_that_goes_during_the_handshake_does_not_make_it_pair);
}

Suite *check_device(void);

Suite *
check_device(void)
{
	Suite *s = suite_create("device");
	TCase *c = add_case(s, "codes", 60);

	tcase_add_test(c, every_code_has_a_name_a_meaning_and_a_trust_state_of_the_vocabulary);
	tcase_add_test(c, a_code_is_never_shown_without_its_meaning);
	tcase_add_test(c, the_numbers_are_those_the_library_gives_for_the_wire_strings);
	c = add_case(s, "watch", 30);
	tcase_add_test(c, work_that_hangs_ends_at_its_deadline);
	tcase_add_test(c, work_that_crashes_is_told_by_its_signal);
	tcase_add_test(c, results_count_when_only_the_leaving_hangs);
	tcase_add_test(c, a_broken_pipe_is_an_error_and_no_end);
	add_list(add_case(s, "list", 30));
	add_device(add_case(s, "device", 30));
	c = add_case(s, "asking", 60);
	tcase_add_test(c, asking_for_trust_pairs_and_proves_it);
	tcase_add_loop_test(c, asking_for_trust_leaves_a_trusted_or_forgotten_device_alone, 0, 2);
	tcase_add_test(c, an_answer_on_the_device_is_waited_for);
	tcase_add_test(c, a_person_may_take_longer_than_a_device);
	tcase_add_test(c, asking_for_trust_waits_no_longer_for_a_device_that_hangs);
	tcase_add_test(c, an_answer_that_does_not_come_is_pending);
	tcase_add_test(c, trust_that_is_not_kept_is_told);
	c = add_case(s, "silence", 30);
	tcase_add_test(c, a_device_that_falls_silent_leaves_what_is_known_and_the_last_question);
	tcase_add_test(c, silence_after_the_proof_leaves_the_device_trusted);
	return s;
}
