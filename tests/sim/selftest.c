/* SPDX-License-Identifier: MIT */
/*
 * Whether the simulator misbehaves as it should, asked with the real libimobiledevice.
 *
 * Each case starts a simulator and a child that probes it and writes down what the library
 * returned, word by word.  A case passes when those words are the expected ones; when the words
 * end in "...", the child must also still be waiting.  All cases that wait run at the same time.
 */
#include "launch.h"
#include "modes.h"

#include <libimobiledevice/libimobiledevice.h>
#include <libimobiledevice/lockdown.h>
#include <plist/plist.h>
#include <usbmuxd.h>
#include <poll.h>
#include <stdarg.h>
#include <time.h>

enum { STILL_MS = 700, CASE_MS = 20000, AT_ONCE = 4, TEXT = 512 };

/* Writes a word of the result. */
static void
say(const char *format, ...)
{
	char text[TEXT];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (write(STDOUT_FILENO, text, (size_t)n) != n)
		_exit(1);
}

static idevice_t
device(void)
{
	idevice_t d = NULL;
	const enum idevice_options anyhow = IDEVICE_LOOKUP_USBMUX | IDEVICE_LOOKUP_NETWORK;
	idevice_error_t e = idevice_new_with_options(&d, NULL, anyhow);

	if (e != IDEVICE_E_SUCCESS)
		say("device %d", e);
	return d;
}

/* HostID of the stored record, or NULL. */
static char *
stored_host_id(const char *udid)
{
	char *bytes = NULL, *id = NULL;
	uint32_t length = 0;
	plist_t record = NULL, node;

	if (usbmuxd_read_pair_record(udid, &bytes, &length) == 0)
		plist_from_memory(bytes, length, &record);
	node = record ? plist_dict_get_item(record, "HostID") : NULL;
	if (node)
		plist_get_string_val(node, &id);
	plist_free(record);
	free(bytes);
	return id;
}

static int
get(lockdownd_client_t c, const char *key)
{
	plist_t value = NULL;
	int e = lockdownd_get_value(c, NULL, key, &value);

	if (e == 0 && !value)
		e = 1;
	plist_free(value);
	return e;
}

/* Everything that is harmless before trust, then a session by hand. */
static void
plain(void)
{
	lockdownd_client_t c = NULL;
	idevice_t d = device();
	char *type = NULL, *udid = NULL, *id;
	int e;

	if (!d)
		return;
	e = lockdownd_client_new(d, &c, "selftest");
	say("new %d", e);
	if (e == 0) {
		say(" query %d", lockdownd_query_type(c, &type));
		if (type && strcmp(type, "com.apple.mobile.lockdown") != 0)
			say(" (%s)", type);
		say(" version %d", get(c, "ProductVersion"));
		say(" serial %d", get(c, "SerialNumber"));
		idevice_get_udid(d, &udid);
		id = stored_host_id(udid);
		if (id)
			say(" session %d", lockdownd_start_session(c, id, NULL, NULL));
		free(id);
		free(udid);
		free(type);
		lockdownd_client_free(c);
	}
	idevice_free(d);
}

static void
handshake(void)
{
	lockdownd_client_t c = NULL;
	idevice_t d = device();
	int e;

	if (!d)
		return;
	e = lockdownd_client_new_with_handshake(d, &c, "selftest");
	say("handshake %d", e);
	if (e == 0) {
		say(" serial %d", get(c, "SerialNumber"));
		say(" again %d", get(c, "SerialNumber"));
		lockdownd_client_free(c);
	}
	idevice_free(d);
}

/* Pair, and what the host has stored afterwards. */
static void
pair(void)
{
	lockdownd_client_t c = NULL;
	idevice_t d = device();
	char *udid = NULL, *bytes = NULL;
	uint32_t length;

	if (!d || lockdownd_client_new(d, &c, "selftest") != 0)
		return;
	say("pair %d", lockdownd_pair(c, NULL));
	idevice_get_udid(d, &udid);
	say(" record %d", usbmuxd_read_pair_record(udid, &bytes, &length));
	say(" validate %d", lockdownd_validate_pair(c, NULL));
	free(bytes);
	free(udid);
	lockdownd_client_free(c);
	idevice_free(d);
}

/* Pair with a record of our own, which spares the library making keys for it. */
static void
offer(void)
{
	static char text[] = "certificate", host[] = "HOST", buid[] = "BUID";
	struct lockdownd_pair_record record = {
		.device_certificate = text, .host_certificate = text, .root_certificate = text,
		.host_id = host, .system_buid = buid,
	};
	lockdownd_client_t c = NULL;
	idevice_t d = device();

	if (!d || lockdownd_client_new(d, &c, "selftest") != 0)
		return;
	say("pair %d", lockdownd_pair(c, &record));
	lockdownd_client_free(c);
	idevice_free(d);
}

static void
list(void)
{
	usbmuxd_device_info_t *all = NULL;
	int n;

	errno = 0;
	n = usbmuxd_get_device_list(&all);
	say("list %d%s", n, all ? "" : " null");
	if (n == -1)
		say(" %s", errno == ENOENT ? "ENOENT" : errno == ECONNREFUSED ? "ECONNREFUSED"
		         : errno == EACCES ? "EACCES" : "-");
	if (all)
		for (int i = 0; i < n; i++)
			say(" %x/%d", all[i].product_id, all[i].conn_type);
	usbmuxd_device_list_free(&all);
}

static void
records(void)
{
	char *text = NULL, *bytes = NULL;
	uint32_t length = 0;

	say("buid %d", usbmuxd_read_buid(&text));
	say(" record %d", usbmuxd_read_pair_record("00008030-001C2D3E4F500001", &bytes, &length));
	say(" bytes %s", length ? "some" : "none");
	free(text);
	free(bytes);
}

static const char *
outcome(int fd)
{
	switch (fd) {
	case -ECONNREFUSED:
		return "ECONNREFUSED";
	case -ENODEV:
		return "ENODEV";
	case -EBADF:
		return "EBADF";
	}
	return fd >= 0 ? "open" : "other";
}

static void
connect_port(void)
{
	usbmuxd_device_info_t d;
	int fd;

	if (usbmuxd_get_device(NULL, &d, DEVICE_LOOKUP_USBMUX) != 1)
		return;
	fd = usbmuxd_connect(d.handle, 62078);
	say("lockdown %s", outcome(fd));
	if (fd >= 0)
		usbmuxd_disconnect(fd);
	say(" ssh %s", outcome(usbmuxd_connect(d.handle, 22)));
	say(" elsewhere %s", outcome(usbmuxd_connect(d.handle + 77, 62078)));
}

/* The bytes of the name as they arrive, those that are no letters in hexadecimal. */
static void
name(void)
{
	lockdownd_client_t c = NULL;
	idevice_t d = device();
	char *text = NULL;

	if (!d || lockdownd_client_new(d, &c, "selftest") != 0)
		return;
	if (lockdownd_get_device_name(c, &text) == 0 && strlen(text) > 100)
		say("%zu", strlen(text));
	else
		for (const char *s = text; s && *s; s++)
			say(*s > ' ' && *s < 0x7f ? "%c" : "%%%02x", (unsigned char)*s);
	free(text);
	lockdownd_client_free(c);
	idevice_free(d);
}

/* A service that exists, its port, and one that does not exist. */
static void
service(void)
{
	lockdownd_client_t c = NULL;
	lockdownd_service_descriptor_t s = NULL;
	idevice_connection_t line = NULL;
	idevice_t d = device();

	if (!d || lockdownd_client_new_with_handshake(d, &c, "selftest") != 0)
		return;
	say("nothing %d", lockdownd_start_service(c, "com.example.nothing", &s));
	say(" afc %d", lockdownd_start_service(c, "com.apple.afc", &s));
	if (s) {
		say(" connect %d", idevice_connect(d, s->port, &line));
		say(" tls %d", line ? idevice_connection_enable_ssl(line) : 1);
	}
	idevice_disconnect(line);
	lockdownd_service_descriptor_free(s);
	lockdownd_client_free(c);
	idevice_free(d);
}

/* Values by domain: one that exists, one that does not, a whole domain. */
static void
values(void)
{
	lockdownd_client_t c = NULL;
	idevice_t d = device();
	plist_t v = NULL;
	uint64_t n = 0;

	if (!d || lockdownd_client_new_with_handshake(d, &c, "selftest") != 0)
		return;
	lockdownd_get_value(c, "com.apple.mobile.battery", "BatteryCurrentCapacity", &v);
	plist_get_uint_val(v, &n);
	say("battery %d", (int)n);
	plist_free(v);
	v = NULL;
	say(" none %d", get(c, "NoSuchKey"));
	say(" imei %d", get(c, "MobileEquipmentIdentifier"));
	lockdownd_get_value(c, "com.apple.disk_usage", NULL, &v);
	say(" disk %u", v ? plist_dict_get_size(v) : 0);
	plist_free(v);
	lockdownd_client_free(c);
	idevice_free(d);
}

static const struct probe {
	const char *name;
	void (*run)(void);
} probes[] = {
	{ "plain", plain },         { "handshake", handshake }, { "pair", pair },
	{ "list", list },           { "records", records },     { "connect", connect_port },
	{ "offer", offer },         { "name", name },           { "service", service },
	{ "values", values },
};

/* What the program does as a command of the simulator. */
static int
run_probe(const char *wanted)
{
	for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
		if (strcmp(probes[i].name, wanted) == 0) {
			say("%s: ", wanted);
			probes[i].run();
			return EXIT_SUCCESS;
		}
	return EXIT_FAILURE;
}

#define OPEN "new 0 query 0 version 0 serial -13"

/* mux, device, second device: settings, or NULL.  A mode stands first in each. */
static const struct test {
	const char *mux, *device, *second;
	const char *probe;
	const char *expected;
} tests[] = {
	{ NULL, "mode=trusted", NULL, "plain", OPEN " session 0" },
	{ NULL, "mode=trusted", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=trusted,record=binary", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=trusted,format=binary", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=trusted,tls=off", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=trusted,at.query=delay:50,at.start=delay:50", NULL, "handshake",
	  "handshake 0 serial 0 again 0" },
	{ NULL, "mode=trusted,battery=7,MobileEquipmentIdentifier=(none)", NULL, "values",
	  "battery 7 none -12 imei -12 disk 4" },
	{ NULL, "mode=trusted", NULL, "service", "nothing -27 afc 0 connect 0 tls 0" },

	{ NULL, "mode=unpaired", NULL, "plain", OPEN },
	{ NULL, "mode=unpaired,refuse=MissingValue", NULL, "plain", "new 0 query 0 version 0 serial -12" },
	{ NULL, "mode=unpaired,refuse=empty", NULL, "plain", "new 0 query 0 version 0 serial 1" },
	{ NULL, "mode=unpaired", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=unpaired", NULL, "pair", "pair 0 record 0 validate 0" },
	{ NULL, "mode=pair-locked", NULL, "offer", "pair -17" },
	{ NULL, "mode=unpaired", NULL, "offer", "pair -31" },
	{ NULL, "mode=pair-pending", NULL, "pair", "pair -19 record -2 validate -21" },
	{ NULL, "mode=pair-pending", NULL, "plain", OPEN },
	{ NULL, "mode=unpaired,at.pair=error:PairingDialogResponsePending*1", NULL, "handshake",
	  "handshake -19" },
	{ NULL, "mode=pair-denied", NULL, "handshake", "handshake -18" },
	{ NULL, "mode=pair-over-wifi", NULL, "offer", "pair -36" },
	{ NULL, "mode=unpaired,conn=network", NULL, "offer", "pair -36" },
	{ NULL, "mode=pair-lost", NULL, "offer", "pair -37" },
	{ NULL, "mode=pair-managed", NULL, "offer", "pair -38" },
	{ NULL, "mode=pair-challenge", NULL, "offer", "pair -39" },
	{ "mode=refuse-records", "mode=unpaired", NULL, "pair", "pair 0 record -2 validate -21" },
	{ "mode=refuse-records", "mode=unpaired", NULL, "handshake", "handshake -21" },

	{ NULL, "mode=forgotten", NULL, "plain", OPEN " session -21" },
	{ NULL, "mode=forgotten", NULL, "handshake", "handshake -21" },
	{ NULL, "mode=record-empty", NULL, "records", "buid 0 record 1 bytes none" },
	{ NULL, "mode=record-empty,at.pair=error:UserDeniedPairing", NULL, "handshake", "handshake -18" },
	{ NULL, "mode=record-garbage", NULL, "records", "buid 0 record 0 bytes some" },
	{ NULL, "mode=record-truncated", NULL, "records", "buid 0 record 0 bytes some" },
	{ NULL, "mode=record-garbage,at.pair=error:UserDeniedPairing", NULL, "handshake", "handshake -18" },
	{ NULL, "mode=record-truncated,at.pair=error:UserDeniedPairing", NULL, "handshake",
	  "handshake -18" },
	{ NULL, "mode=record-no-host-id", NULL, "handshake", "handshake -2" },
	{ NULL, "mode=record-no-root-cert,tls=1.2", NULL, "handshake", "handshake -5" },
	{ NULL, "mode=record-no-root-cert", NULL, "handshake", "handshake 0 serial -5 again -8" },
	{ NULL, "mode=record-no-root-key,tls=1.2", NULL, "handshake", "handshake -5" },
	{ NULL, "mode=record-no-root-key", NULL, "handshake", "handshake 0 serial -5 again -8" },
	{ NULL, "mode=record-no-escrow", NULL, "handshake", "handshake 0 serial 0 again 0" },

	{ NULL, "mode=locked", NULL, "plain", OPEN " session -17" },
	{ NULL, "mode=locked", NULL, "handshake", "handshake -17" },
	{ NULL, "mode=locked-in-session", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=escrow-locked", NULL, "handshake", "handshake -35" },
	{ NULL, "mode=get-prohibited", NULL, "plain", "new 0 query 0 version -13 serial -13 session 0" },
	{ NULL, "mode=get-missing", NULL, "plain", "new 0 query 0 version -12 serial -12 session 0" },
	{ NULL, "mode=trusted,at.session-get=error:GetProhibited", NULL, "handshake",
	  "handshake 0 serial -13 again -13" },

	{ NULL, "mode=tls-drop", NULL, "plain", OPEN " session -5" },
	{ NULL, "mode=tls-drop", NULL, "handshake", "handshake -5" },
	{ NULL, "mode=tls-noise", NULL, "handshake", "handshake -5" },
	{ NULL, "mode=tls-reject", NULL, "handshake", "handshake -5" },
	{ NULL, "mode=tls-reject-late", NULL, "handshake", "handshake 0 serial -5 again -8" },
	{ NULL, "mode=tls-needs-1.2", NULL, "plain", OPEN " session -5" },
	{ NULL, "mode=tls-needs-1.2", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=tls-old", NULL, "plain", OPEN " session 0" },
	{ NULL, "mode=tls-old", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=cut-in-session", NULL, "handshake", "handshake 0 serial -5 again -8" },

	{ NULL, "mode=restore", NULL, "plain",
	  "new 0 query 0 (com.apple.mobile.restored) version 0 serial -13 session 0" },
	{ NULL, "mode=restore", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=trusted", NULL, "connect",
	  "lockdown open ssh ECONNREFUSED elsewhere ENODEV" },
	{ NULL, "mode=connect-refused", NULL, "connect",
	  "lockdown ECONNREFUSED ssh ECONNREFUSED elsewhere ENODEV" },
	{ NULL, "mode=connect-bad-device", NULL, "plain", "new -8" },
	{ NULL, "mode=connect-bad-device", NULL, "connect",
	  "lockdown ENODEV ssh ENODEV elsewhere ENODEV" },
	{ NULL, "mode=connect-bad-command", NULL, "plain", "new -8" },
	{ NULL, "mode=connect-bad-command", NULL, "connect",
	  "lockdown EBADF ssh EBADF elsewhere ENODEV" },
	{ NULL, "mode=connect-refused", NULL, "handshake", "handshake -8" },
	{ NULL, "mode=cut", NULL, "plain", "new 0 query -256 version -8 serial -8 session -8" },
	{ NULL, "mode=cut", NULL, "handshake", "handshake -8" },

	{ NULL, "mode=garbage", NULL, "plain", "new 0 query -3 version -3 serial -3 session -3" },
	{ NULL, "mode=noise", NULL, "plain",
	  "new 0 query -256 version -8 serial -8 session -8" },
	{ NULL, "mode=truncated", NULL, "plain",
	  "new 0 query -256 version -8 serial -8 session -8" },
	{ NULL, "mode=oversize", NULL, "plain",
	  "new 0 query -256 version -8 serial -8 session -8" },
	{ NULL, "mode=zero", NULL, "plain",
	  "new 0 query -3 version -3 serial -3 session -3" },
	{ NULL, "mode=short", NULL, "plain",
	  "new 0 query -3 version -3 serial -3 session -3" },
	{ NULL, "mode=empty", NULL, "plain",
	  "new 0 query -256 version -256 serial -256 session -256" },
	{ NULL, "mode=array", NULL, "plain",
	  "new 0 query -256 version -256 serial -256 session -256" },
	{ NULL, "mode=deep", NULL, "plain",
	  "new 0 query -256 version -256 serial -256 session -256" },

	{ NULL, NULL, NULL, "list", "list 0" },
	{ NULL, NULL, NULL, "plain", "device -3" },
	{ NULL, "mode=trusted", "product=iPad13,4", "list", "list 2 12a8/1 12ab/1" },
	{ NULL, "mode=network", NULL, "list", "list 1 12a8/2" },
	{ NULL, "mode=network", NULL, "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "udid=00008030-000000000000ABCD", "mode=network,udid=00008030-000000000000ABCD", "list",
	  "list 2 12a8/1 12a8/2" },
	{ NULL, "udid=00008030-000000000000ABCD,attached=no",
	  "mode=network,udid=00008030-000000000000ABCD", "handshake", "handshake 0 serial 0 again 0" },
	{ NULL, "mode=trusted,attached=no", NULL, "list", "list 0" },
	{ NULL, "entry=no-serial", "mode=trusted", "list", "list -1 null -" },
	{ NULL, "entry=no-type", NULL, "list", "list -1 null -" },
	{ NULL, "entry=odd-type", NULL, "list", "list -1 null -" },
	{ NULL, "conn=network,entry=no-address", NULL, "list", "list -1 null -" },
	{ NULL, "entry=no-properties", NULL, "list", "list -1 null -" },
	{ "mode=ok", "mode=trusted", NULL, "list", "list 1 12a8/1" },
	{ "mode=refuse-list", "mode=trusted", NULL, "list", "list 1 12a8/1" },
	{ "mode=refuse-all", "mode=trusted", NULL, "list", "list 1 null" },
	{ "list=garbage*1", "mode=trusted", NULL, "list", "list 1 12a8/1" },
	{ "mode=old", "mode=trusted", NULL, "list", "list -1 null -" },
	{ "mode=close", "mode=trusted", NULL, "list", "list -1 null -" },
	{ "mode=garbage", "mode=trusted", NULL, "list", "list -1 null -" },
	{ "mode=noise", "mode=trusted", NULL, "list", "list -1 null -" },
	{ "mode=truncated", "mode=trusted", NULL, "list", "list -1 null -" },
	{ "mode=oversize", "mode=trusted", NULL, "list", "list -1 null -" },
	{ "mode=empty", "mode=trusted", NULL, "list", "list -1 null -" },
	{ "mode=refuse-read", "mode=trusted", NULL, "records", "buid 0 record -13 bytes none" },
	{ "mode=refuse-connect", "mode=trusted", NULL, "handshake", "handshake -8" },
	{ "mode=absent", NULL, NULL, "list", "list -1 null ENOENT" },
	{ "mode=forbidden", NULL, NULL, "list", "list -1 null EACCES" },
	{ "mode=stale", NULL, NULL, "list", "list -1 null ECONNREFUSED" },
	{ "mode=file", NULL, NULL, "list", "list -1 null -" },
	{ "mode=directory", NULL, NULL, "list", "list -1 null -" },

	{ NULL, "mode=trusted,name=Ann\\x27s\\, phone", NULL, "name", "Ann's,%20phone" },
	{ NULL, "mode=hostile-name", NULL, "name",
	  "%1b[2J\"x'\\%e2%80%ae<b>&%0d%0a%ff%c0%80%ed%a0%80%07%n%e2%82" },
	{ NULL, "mode=trusted,name=@control,format=binary", NULL, "name",
	  "bell%07%20back%08%20esc%1b[31mred%1b[0m%1b]0;title%07%20line%0afeed%20tab%09%20del%7f%20c1%c2%9b" },
	{ NULL, "mode=trusted,name=@quotes", NULL, "name",
	  "Ann's%20\"iPhone\"%20`id`%20$(id)%20%s%n%20\\%20{}%20[]%20;%20|%20&%20<>" },
	{ NULL, "mode=trusted,name=@long", NULL, "name", "10240" },

	{ "mode=hang", "mode=trusted", NULL, "list", "..." },
	{ "mode=hang-list", "mode=trusted", NULL, "list", "..." },
	{ "mode=hang-records", "mode=trusted", NULL, "records", "..." },
	{ "mode=hang-connect", "mode=trusted", NULL, "handshake", "..." },
	{ "mode=stall", "mode=trusted", NULL, "list", "..." },
	{ "mode=zero", "mode=trusted", NULL, "list", "..." },
	{ "mode=short", "mode=trusted", NULL, "list", "..." },
	{ NULL, "mode=silent", NULL, "plain", "new 0..." },
	{ NULL, "mode=silent-connect", NULL, "plain", "..." },
	{ NULL, "mode=silent-query", NULL, "plain", "new 0..." },
	{ NULL, "mode=silent-get", NULL, "plain", "new 0 query 0..." },
	{ NULL, "mode=silent-pair", NULL, "pair", "..." },
	{ NULL, "mode=silent-start", NULL, "plain", OPEN "..." },
	{ NULL, "mode=silent-tls", NULL, "handshake", "..." },
	{ NULL, "mode=silent-session", NULL, "handshake", "handshake 0..." },
	{ NULL, "mode=stall", NULL, "plain", "new 0..." },
};

enum { TESTS = sizeof tests / sizeof *tests };

/* A simulator with a probe as its command. */
struct run {
	pid_t pid;
	int out;                        /* what the probe says */
	long quiet_since;               /* when it had said what it has to say; 0: not yet */
	char text[TEXT + 64];
};

static int passed, failed;

static void
judge(bool fine, const char *what, const char *got)
{
	if (fine)
		passed++;
	else
		failed++;
	if (!fine)
		printf("FAILED %s\n       got: %s\n", what, got);
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Starts argv with its standard output in a pipe. */
static void
begin(struct run *r, char *const *argv)
{
	int ends[2] = { -1, -1 };

	*r = (struct run){ .pid = -1 };
	if (pipe2(ends, O_CLOEXEC) == 0)
		r->pid = fork();
	if (r->pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execv(argv[0], argv);
		_exit(127);
	}
	close(ends[1]);
	r->out = ends[0];
}

/* Waits a little for words and reads them; false at the end of them. */
static bool
hear(struct run *r, int milliseconds)
{
	struct pollfd p = { .fd = r->out, .events = POLLIN };
	const size_t length = strlen(r->text);

	return poll(&p, 1, milliseconds) == 0 || read(r->out, r->text + length, TEXT - 1 - length) > 0;
}

/* Waits until then at most.  One that has not ended by itself gets "..." at its end. */
static void
end(struct run *r, long until)
{
	bool ended;
	int status = -1;

	while (!(ended = !hear(r, 10)) && now_ms() < until)
		;
	if (!ended)
		kill(r->pid, SIGTERM);
	while (hear(r, 10))
		;
	close(r->out);
	waitpid(r->pid, &status, 0);
	if (!ended)
		strcat(r->text, "...");
	else if (status != 0)
		snprintf(r->text + strlen(r->text), 32, " (status %d)", WEXITSTATUS(status));
}

static char self[PATH_MAX], program[PATH_MAX];

static void
begin_test(struct run *r, const struct test *t)
{
	const char *argv[16] = { program };
	size_t n = 1;

	if (t->mux)
		argv[n++] = "--mux", argv[n++] = t->mux;
	if (t->device)
		argv[n++] = "--device", argv[n++] = t->device;
	if (t->second)
		argv[n++] = "--device", argv[n++] = t->second;
	argv[n++] = "--";
	argv[n++] = self;
	argv[n++] = t->probe;
	begin(r, (char *const *)(const void *)argv);
}

static bool
waits(const struct test *t)
{
	size_t n = strlen(t->expected);

	return n >= 3 && strcmp(t->expected + n - 3, "...") == 0;
}

static void
end_test(struct run *r, const struct test *t, long until)
{
	char what[3 * TEXT], expected[TEXT];

	snprintf(expected, sizeof expected, "%s: %s", t->probe, t->expected);
	end(r, until);
	snprintf(what, sizeof what, "--mux %s --device %s -- %s\n  expected: %s", t->mux ? t->mux : "-",
	         t->device ? t->device : "-", t->probe, expected);
	judge(strcmp(r->text, expected) == 0, what, r->text);
}

static struct run runs[TESTS];

/* Those that end by themselves, a few at a time. */
static void
run_ending_tests(void)
{
	size_t next = 0;

	for (size_t i = 0; i < TESTS; i++) {
		for (; next < TESTS && next < i + AT_ONCE; next++)
			if (!waits(tests + next))
				begin_test(runs + next, tests + next);
		if (!waits(tests + i))
			end_test(runs + i, tests + i, now_ms() + CASE_MS);
	}
}

/* Looks after a test that waits.  True when it is over: it said what it had to, then was quiet. */
static bool
watch(struct run *r, const struct test *t, long until)
{
	const size_t enough = strlen(t->probe) + strlen(": ") + strlen(t->expected) - strlen("...");
	const bool ended = !hear(r, 1);

	if (!r->quiet_since && strlen(r->text) >= enough)
		r->quiet_since = now_ms();
	if (!ended && now_ms() < (r->quiet_since ? r->quiet_since + STILL_MS : until))
		return false;
	end_test(r, t, 0);
	return true;
}

/* Those that wait, all at once. */
static void
run_waiting_tests(void)
{
	const long until = now_ms() + CASE_MS;
	bool over[TESTS];
	size_t left = 0;

	for (size_t i = 0; i < TESTS; i++) {
		over[i] = !waits(tests + i);
		if (!over[i]) {
			begin_test(runs + i, tests + i);
			left++;
		}
	}
	while (left)
		for (size_t i = 0; i < TESTS; i++)
			if (!over[i] && watch(runs + i, tests + i, until)) {
				over[i] = true;
				left--;
			}
}

/* Every mode must occur above. */
static void
check_coverage(const struct mode *modes, bool mux)
{
	char text[80];

	for (; modes->name; modes++) {
		size_t n = (size_t)snprintf(text, sizeof text, "mode=%s", modes->name), i = 0;
		const char *used;

		for (; i < TESTS; i++) {
			used = mux ? tests[i].mux : tests[i].device;
			if (used && strncmp(used, text, n) == 0 && (used[n] == '\0' || used[n] == ','))
				break;
		}
		judge(i < TESTS, "every mode is tested", modes->name);
	}
}

static bool
log_has(const struct simulator *s, const char *start)
{
	FILE *in = fopen(s->log, "re");
	char line[TEXT];
	bool found = false;

	while (in && fgets(line, sizeof line, in))
		found = found || strncmp(line, start, strlen(start)) == 0;
	if (in)
		fclose(in);
	return found;
}

static void
expect(const char *probe, const char *words)
{
	char expected[TEXT];
	struct run r;

	begin(&r, (char *const[]){ self, (char *)(uintptr_t)probe, NULL });
	end(&r, now_ms() + CASE_MS);
	snprintf(expected, sizeof expected, "%s: %s", probe, words);
	judge(strcmp(r.text, expected) == 0, expected, r.text);
}

/* One simulator whose device lives through a day. */
static void
check_changes(void)
{
	struct simulator s;

	judge(simulator_start(&s, (const char *[]){ "--device", "mode=trusted", NULL }),
	      "a simulator starts", "nothing");
	setenv("USBMUXD_SOCKET_ADDRESS", s.address, 1);
	expect("handshake", "handshake 0 serial 0 again 0");
	judge(log_has(&s, "r mux Connect device=1 port=62078") &&
	      log_has(&s, "r lockdown GetValue device=1 session=yes domain=- key=SerialNumber"),
	      "the log names requests", "-");
	judge(!log_has(&s, "w "), "a handshake with a good record only reads", "w");
	judge(simulator_tell(&s, "device 1 mode=forgotten"), "a device changes", "-");
	expect("handshake", "handshake -21");
	judge(simulator_tell(&s, "device 1 attached=no"), "a device is pulled out", "-");
	expect("list", "list 0");
	judge(simulator_tell(&s, "device 1 attached=yes,mode=unpaired"), "and plugged in", "-");
	expect("list", "list 1 12a8/1");
	judge(!log_has(&s, "w "), "nothing has written so far", "w");
	expect("handshake", "handshake 0 serial 0 again 0");
	judge(log_has(&s, "w lockdown Pair device=1") && log_has(&s, "w mux SavePairRecord device=1"),
	      "the log marks what writes", "-");
	judge(!simulator_tell(&s, "device 2 mode=trusted"), "there is no second device", "-");
	judge(!simulator_tell(&s, "device 1 mode=nonsense"), "there is no such mode", "-");
	judge(simulator_tell(&s, "mux mode=refuse-connect"), "usbmuxd changes", "-");
	expect("handshake", "handshake -8");
	judge(simulator_stop(&s) == 0, "the simulator ends well", "-");
}

/* Events as they come to a listener. */
static volatile int events[4];

static void
count_event(const usbmuxd_event_t *event, void *data)
{
	(void)data;
	if (event->event >= 1 && event->event <= 3)
		events[event->event]++;
}

static bool
await(int event, int count)
{
	for (long until = now_ms() + 3000; now_ms() < until; usleep(2000))
		if (events[event] >= count)
			return true;
	return false;
}

static void
check_events(void)
{
	struct simulator s;
	usbmuxd_subscription_context_t listening = NULL;

	judge(simulator_start(&s, (const char *[]){ "--device", "mode=trusted", NULL }),
	      "a simulator starts", "nothing");
	setenv("USBMUXD_SOCKET_ADDRESS", s.address, 1);
	libusbmuxd_set_use_inotify(0);
	usbmuxd_events_subscribe(&listening, count_event, NULL);
	judge(await(UE_DEVICE_ADD, 1), "a listener hears of devices that are there", "-");
	simulator_tell(&s, "device 1 attached=no");
	judge(await(UE_DEVICE_REMOVE, 1), "and of their going", "-");
	simulator_tell(&s, "device 1 attached=yes");
	judge(await(UE_DEVICE_ADD, 2), "and of their coming", "-");
	usbmuxd_save_pair_record("00008030-001C2D3E4F500001", "x", 1);
	judge(await(UE_DEVICE_PAIRED, 1), "and of their pairing", "-");
	usbmuxd_events_unsubscribe(listening);
	judge(simulator_stop(&s) == 0, "the simulator ends well", "-");
}

/* What the command line does with commands; SIM names the program. */
static void
check_commands(void)
{
	static const struct {
		const char *line;
		int status;
	} commands[] = {
		{ "--device mode=trusted -- sh -c 'exit 7'", 7 },
		{ "--device mode=trusted -- sh -c 'kill -9 $$'", 137 },
		{ "--deadline 1 -- sleep 20", 124 },
		{ "-- /nonexistent 2>/dev/null", 127 },
		{ "-- sh -c 'test -S ${USBMUXD_SOCKET_ADDRESS#UNIX:}'", 0 },
		{ "--mux absent -- sh -c 'test ! -e ${USBMUXD_SOCKET_ADDRESS#UNIX:}'", 0 },
		{ "--device mode=trusted -- sh -c '$SIM --tell \"device 1 mode=locked\"'", 0 },
		{ "--device mode=trusted -- sh -c 'test -f $SIM_LOG'", 0 },
		{ "-- sh -c 'd=$(mktemp -d) && $SIM --records $d --device mode=trusted -- "
		  "grep -q HostPrivateKey $d/00008030-001C2D3E4F500001.plist; s=$?; rm -r $d; exit $s'", 0 },
		{ "--device mode=trusted -- sh -c '$SIM --tell \"device 9 mode=locked\"' 2>/dev/null", 1 },
		{ "--device mode=trusted --read-only -- true", 0 },
		{ "--device mode=nonsense -- true 2>/dev/null", 98 },
		{ "--device at.nowhere=close -- true 2>/dev/null", 98 },
		{ "--device at.get=nonsense -- true 2>/dev/null", 98 },
		{ "--device battery=much -- true 2>/dev/null", 98 },
		{ "--nonsense 2>/dev/null", 98 },
		{ "--help >/dev/null", 0 },
	};
	char line[PATH_MAX + TEXT], got[16];

	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		int status;

		snprintf(line, sizeof line, "%s %s", program, commands[i].line);
		status = system(line);
		snprintf(got, sizeof got, "%d", WEXITSTATUS(status));
		judge(WEXITSTATUS(status) == commands[i].status, commands[i].line, got);
	}
}

int
main(int argc, char **argv)
{
	const char *found;

	signal(SIGPIPE, SIG_IGN);
	if (argc == 2)
		return run_probe(argv[1]);
	if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
		return EXIT_FAILURE;
	found = simulator_program(program);
	if (found != program)
		snprintf(program, sizeof program, "%s", found);
	setvbuf(stdout, NULL, _IOLBF, 0);
	check_coverage(device_modes, false);
	check_coverage(mux_modes, true);
	run_waiting_tests();
	run_ending_tests();
	check_changes();
	check_commands();
	check_events();
	printf("simulator: %d passed, %d failed\n", passed, failed);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
