/* SPDX-License-Identifier: MIT */
/* The Linux collectors, on captured trees (tests/cases/host), on trees made here, and on sockets made here. */
#include "facts/collect.h"
#include "facts/factfile.h"
#include "facts/plist_keys.h"
#include "lang/load.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#define UDID "00008030-0011223344556677"

static struct diags *d;
static struct rulebase *rb;
static struct factset *fs;
static char tree[64];		/* a folder for this test, removed afterwards */

static void
setup(void)
{
	const char *path = "rules/apple-trust";

	d = diags_new();
	rb = rulebase_load(&path, 1, d);
	diags_print(d, stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
	fs = factset_new(rb, 1767268800);
	strcpy(tree, "/tmp/check-host-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(tree));
	unsetenv("USBMUXD_SOCKET_ADDRESS");
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static void
teardown(void)
{
	nftw(tree, remove_one, 20, FTW_DEPTH | FTW_PHYS);
	factset_free(fs);
	rulebase_free(rb);
	diags_free(d);
}

/* -- Collecting, and what it gave -- */

static void
collect(const char *root, const char *only)
{
	struct collect_options o = { .root = root };

	factset_free(fs);
	fs = factset_new(rb, 1767268800);
	collect_rows(fs, &o, host_collectors, only);
}

/* No reason is one that the parent gave. */
static void
every_collector_did_its_work(void)
{
	for (size_t i = 0; i < fs->nunknowns; i++)
		for (const struct collector *row = host_collectors; row->name; row++)
			ck_assert_msg(!strstr(fs->unknowns[i].reason, row->does), "%s: %s", fs->unknowns[i].of->entry.id,
				fs->unknowns[i].reason);
}

static void
collect_case(const char *name, const char *only)
{
	char root[100];

	snprintf(root, sizeof root, "tests/cases/host/%s", name);
	ck_assert_int_eq(access(root, R_OK), 0);
	collect(root, only);
}

static const struct factrec *
fact(const char *template, const char *key)
{
	const struct template *t = rulebase_template(rb, template);
	value v;

	ck_assert_ptr_nonnull(t);
	if (t->single)
		return factset_single(fs, t);
	ck_assert_ptr_null(fact_value(fs, t->slots + t->key, key, strlen(key), &v));
	return factset_find(fs, t, v);
}

/* The value of "host.os", or "? reason", or "?". */
static const char *
of(const char *key, const char *name)
{
	static struct buf out;
	char template[64];
	const char *dot = strchr(name, '.');
	const struct factrec *f;
	const struct unknown *why;
	const struct template *t;
	value k = UNKNOWN;
	int slot;

	snprintf(template, sizeof template, "%.*s", (int)(dot - name), name);
	t = rulebase_template(rb, template);
	ck_assert_ptr_nonnull(t);
	slot = template_slot(t, dot + 1);
	ck_assert_msg(slot >= 0, "no slot %s", name);
	f = fact(template, key);
	if (key)
		fact_value(fs, t->slots + t->key, key, strlen(key), &k);
	buf_clear(&out);
	if (f && f->values[slot] != UNKNOWN) {
		value_print(&out, t->slots[slot].type, f->values[slot], fs->syms);
		return buf_text(&out);
	}
	why = factset_why(fs, t, slot, k);
	buf_printf(&out, "?%s%s", why ? " " : "", why ? why->reason : "");
	return buf_text(&out);
}

#define IS(name, expected) ck_assert_str_eq(of(NULL, name), expected)
#define IS_OF(key, name, expected) ck_assert_str_eq(of(key, name), expected)

static bool
surveyed(const char *template)
{
	return factset_surveyed(fs, rulebase_template(rb, template)) != NULL;
}

static size_t
count(const char *template)
{
	size_t n = 0;

	for (size_t i = 0; i < fs->nfacts; i++)
		n += strcmp(fs->facts[i]->of->entry.id, template) == 0;
	return n;
}

/* All log events as "kind number;". */
static const char *
log_events(void)
{
	static struct buf out;
	const struct template *t = rulebase_template(rb, "log_event");
	int kind = template_slot(t, "kind"), number = template_slot(t, "number");

	buf_clear(&out);
	for (size_t i = 0; i < fs->nfacts; i++) {
		const struct factrec *f = fs->facts[i];

		if (f->of != t)
			continue;
		value_print(&out, TYPE_SYMBOL, f->values[kind], fs->syms);
		if (f->values[number] != UNKNOWN)
			buf_printf(&out, " %lld", (long long)f->values[number]);
		buf_putc(&out, ';');
	}
	return buf_text(&out);
}

/* -- Trees made here -- */

static const char *
in_tree(const char *path)
{
	static char whole[600];

	snprintf(whole, sizeof whole, "%s/%s", tree, path);
	return whole;
}

static void
make_folders(const char *path)
{
	char part[400];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
		mkdir(in_tree(part), 0755);
	}
}

static void
put(const char *path, const char *text)
{
	FILE *f;

	make_folders(path);
	f = fopen(in_tree(path), "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void
put_accounts(unsigned uid, unsigned gid, unsigned plugdev)
{
	char text[200];

	snprintf(text, sizeof text, "root:x:0:0::/root:/bin/sh\nusbmux:x:%u:%u:,,,:/var/lib/usbmux:/bin/false\nbroken line\n:::\n", uid, gid);
	put("etc/passwd", text);
	snprintf(text, sizeof text, "other:x:77:usbmux\nplugdev:x:%u:\n", plugdev);
	put("etc/group", text);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* -- States of whole machines -- */

START_TEST(a_healthy_machine)
{
	collect_case("healthy", NULL);
	IS("host.os", "linux");
	IS("host.os_name", "Debian GNU/Linux 12 (bookworm)");
	IS("host.os_version", "12");
	IS("host.distribution", "debian");
	IS("host.family", "debian");
	IS("host.wsl", "none");
	IS("host.virtual_machine", "none");
	IS("host.container", "none");
	IS("host.usbip", "no");
	IS("host.sha1_signatures", "allowed");
	IS("host.crypto_policy", "? this system has no system-wide policy for cryptography");
	IS("host.journal", "read");
	IS("host.apple_usb_devices", "1");
	IS("mux.process", "running");
	IS("mux.processes", "1");
	IS("mux.pid_file", "live");
	IS("mux.installed", "yes");
	IS("mux.version", "1.1.1");
	IS("mux.library_version", "1.3");
	IS("mux.library_tls", "openssl");
	IS("mux.unit_file", "static");
	IS("mux.udev_rule", "present");
	IS("mux.user", "present");
	IS("record_folder.state", "present");
	IS("record_folder.read_only", "no");
	IS("record_folder.kept", "yes");
	IS("record_folder.host_identity", "present");
	IS("record_folder.records", "1");
	IS_OF(UDID, "pair_record.state", "complete");
	IS_OF(UDID, "pair_record.missing", "?");
	IS_OF("1-2", "usb_device.udid", UDID);
	IS_OF("1-2", "usb_device.mode", "normal");
	IS_OF("1-2", "usb_device.product", "4776");
	IS_OF("1-2", "usb_device.speed", "480");
	IS_OF("1-2", "usb_device.depth", "1");
	IS_OF("1-2", "usb_device.configured", "yes");
	IS_OF("1-2", "usb_device.authorized", "yes");
	IS_OF("1-2", "usb_device.mux_interface", "usbfs");
	ck_assert_uint_eq(count("usb_device"), 1);	/* the keyboard is none */
	IS_OF("gvfs-gphoto2-vo", "process.kind", "photo-import");
	ck_assert_uint_eq(count("process"), 2);		/* bash is nobody's business */
	ck_assert(surveyed("usb_device") && surveyed("process") && surveyed("pair_record") && surveyed("log_event"));
	ck_assert(!fs->live);
}
END_TEST

START_TEST(the_list_of_sockets_in_a_captured_tree_shows_that_nobody_listens)
{
	collect("tests/e2e/phone-on-usb", NULL);
	IS("mux.state", "absent");
	IS("mux.default_state", "absent");
	IS("mux.socket_mode", "? there is no socket");
}
END_TEST

START_TEST(nothing_of_this_machine_gets_into_a_captured_tree)
{
	static const char *const slots[] = { "mux.state", "mux.default_state", "mux.socket_mode" };

	setenv("USBMUXD_SOCKET_ADDRESS", "UNIX:/tmp/x", 1);
	collect_case("healthy", NULL);
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
		IS(slots[i], "? the captured tree does not hold /proc/net/unix, the list of sockets");
	IS("mux.address", "? a captured tree does not tell");
	IS("mux.unit", "? a captured tree has no running units");
	IS("host.admin", "? a captured tree does not tell");
	IS("record_folder.free", "? a captured tree does not tell how much space was left");
	IS("host.clock_synchronised", "? only the running machine knows the state of its clock");
	collect("tests/cases/host/recovery", NULL);	/* a tree with nearly nothing in it */
	IS("host.os", "? /etc/os-release: there is no such file");
	IS("mux.process", "? a captured tree has no running processes");
	IS("mux.installed", "? there is neither a package database nor a folder of programs");
	IS("mux.udev_rule", "? the folders of udev rules cannot be read");
	IS("mux.unit_file", "? the tree has no folder of units");
	IS("mux.user", "? the file of accounts cannot be read");
	IS("host.container", "? the group of the first process cannot be read");
	IS("host.journal", "? the tree has no log files");
	IS("record_folder.state", "? /var/lib/lockdown: there is no such file");
	ck_assert(!surveyed("process") && !surveyed("pair_record") && !surveyed("log_event"));
}
END_TEST

START_TEST(a_machine_without_the_daemon)
{
	collect_case("no-daemon", NULL);
	IS("host.os_name", "Ubuntu 24.04 LTS");
	IS("host.os_version", "24.4");		/* versions are compared part by part */
	IS("host.distribution", "ubuntu");
	IS("host.family", "debian");
	IS("mux.process", "absent");		/* a dead process that nobody collected runs no more */
	IS("mux.pid_file", "live");
	IS("mux.installed", "no");		/* removed, only its configuration is left */
	IS("mux.version", "? usbmuxd is not installed");
	IS("mux.unit", "not-found");
	IS("mux.unit_file", "not-found");
	IS("mux.udev_rule", "absent");
	IS("mux.user", "absent");
	IS("record_folder.state", "absent");
	IS("record_folder.records", "0");
	IS("record_folder.mode", "? the folder of the pair records is not there");
	ck_assert(surveyed("pair_record"));
	IS_OF("1-1", "usb_device.udid", "0123456789abcdef0123456789abcdef01234567");
	IS_OF("1-1", "usb_device.configured", "no");
	IS_OF("1-1", "usb_device.authorized", "no");
	IS_OF("1-1", "usb_device.mux_interface", "absent");
	IS_OF("1-1", "usb_device.readable", "? device nodes are no part of a captured tree");
}
END_TEST

START_TEST(devices_in_other_modes_are_told_and_not_counted)
{
	collect_case("recovery", "usb");
	IS("host.apple_usb_devices", "0");
	ck_assert_uint_eq(count("usb_device"), 3);
	IS_OF("1-3", "usb_device.mode", "recovery");
	IS_OF("1-3", "usb_device.udid", "?");	/* its serial text holds the chip's id, which is nobody's business */
	IS_OF("1-4", "usb_device.mode", "dfu");
	IS_OF("1-5", "usb_device.mode", "restore");
	IS_OF("1-5", "usb_device.configured", "no");
}
END_TEST

START_TEST(a_device_behind_two_hubs)
{
	collect_case("hub-3", "usb");
	IS_OF("1-2.4.1", "usb_device.depth", "3");
	IS_OF("1-2.4.1", "usb_device.speed", "12");
	IS_OF("1-2.4.1", "usb_device.mux_interface", "other-driver");
	ck_assert_uint_eq(count("usb_device"), 1);
}
END_TEST

START_TEST(windows_subsystem_for_linux)
{
	collect_case("wsl", NULL);
	IS("host.wsl", "wsl2");
	IS("host.virtual_machine", "hyper-v");
	IS("host.usbip", "yes");
	IS("host.apple_usb_devices", "? the kernel shows no USB bus (/sys/bus/usb/devices is not there)");
	put("proc/version", "Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)\n");
	collect(tree, "environment");
	IS("host.wsl", "wsl1");
}
END_TEST

START_TEST(virtual_machines_are_known_by_firmware_or_processor)
{
	static const struct { const char *vendor, *product, *flags, *expected; } cases[] = {
		{ "QEMU", "Standard PC (Q35 + ICH9, 2009)", "hypervisor", "qemu" }, { "VMware, Inc.", "VMware7,1", "hypervisor", "vmware" },
		{ "Microsoft Corporation", "Virtual Machine", "hypervisor", "hyper-v" }, { "Microsoft Corporation", "Surface Pro 7", "", "none" },
		{ "Parallels Software International Inc.", "Parallels Virtual Platform", "hypervisor", "parallels" },
		{ "Xen", "HVM domU", "hypervisor", "xen" }, { "Dell Inc.", "XPS", "", "none" }, { "Dell Inc.", "XPS", "hypervisor", "other" },
	};
	char flags[64];

	collect_case("virtual-machine", "environment");
	IS("host.virtual_machine", "virtualbox");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put("sys/class/dmi/id/sys_vendor", cases[i].vendor);
		put("sys/class/dmi/id/product_name", cases[i].product);
		snprintf(flags, sizeof flags, "flags\t: fpu %s sse\n", cases[i].flags);
		put("proc/cpuinfo", flags);
		collect(tree, "environment");
		IS("host.virtual_machine", cases[i].expected);
	}
}
END_TEST

START_TEST(a_container_of_alpine)
{
	collect_case("container", NULL);
	IS("host.container", "docker");
	IS("host.family", "alpine");
	IS("host.os_version", "3.19.1");
	IS("mux.version", "1.1.1");
	IS("mux.library_version", "1.3");
	IS("mux.library_tls", "gnutls");
	IS("record_folder.kept", "yes");	/* what is below the overlay cannot be seen from inside */
	IS("record_folder.host_identity", "damaged");
	put("proc/1/cgroup", "0::/machine.slice/libpod-0123.scope\n");
	collect(tree, "environment");
	IS("host.container", "podman");
	put("proc/1/cgroup", "0::/\n");
	put("run/systemd/container", "lxc\n");
	collect(tree, "environment");
	IS("host.container", "lxc");
}
END_TEST

START_TEST(crypto_policies_of_fedora_and_its_kin)
{
	static const struct { const char *os, *policy, *expected; } cases[] = {
		{ "ID=fedora\nVERSION_ID=40\n", "DEFAULT", "allowed" }, { "ID=fedora\nVERSION_ID=41\n", "LEGACY", "allowed" },
		{ "ID=fedora\nVERSION_ID=41\n", "FEDORA40", "allowed" }, { "ID=fedora\nVERSION_ID=42\n", "FUTURE", "refused" },
		{ "ID=fedora\nVERSION_ID=42\n", "DEFAULT:NO-SHA1", "refused" }, { "ID=rhel\nVERSION_ID=9.4\n", "DEFAULT", "refused" },
		{ "ID=rocky\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=8.9\n", "DEFAULT", "allowed" }, { "ID=rhel\nVERSION_ID=9.4\n", "FIPS", "refused" },
		{ "ID=fedora\nVERSION_ID=41\n", "OURS", "? it is not known what this policy allows" },
		{ "ID=fedora\nVERSION_ID=41\n", "L", "? it is not known what this policy allows" },
	};

	collect_case("fedora", NULL);
	IS("host.crypto_policy", "DEFAULT");
	IS("host.sha1_signatures", "refused");
	IS("mux.user", "present");		/* called usbmuxd there */
	IS("host.journal", "read");
	collect_case("fedora-sha1", "crypto-policy");
	IS("host.crypto_policy", "DEFAULT:SHA1");
	IS("host.sha1_signatures", "allowed");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put("etc/os-release", cases[i].os);
		put("etc/crypto-policies/config", cases[i].policy);
		collect(tree, "crypto-policy");
		IS("host.sha1_signatures", cases[i].expected);
	}
}
END_TEST

START_TEST(arch_with_a_masked_unit_and_rule)
{
	collect_case("arch", NULL);
	IS("host.os_version", "? the system has no version (it is updated all the time)");
	IS("mux.installed", "yes");
	IS("mux.version", "1.1.1");
	IS("mux.library_version", "1.3");
	IS("mux.library_tls", "openssl");
	IS("mux.unit_file", "masked");
	IS("mux.udev_rule", "absent");
}
END_TEST

START_TEST(damaged_records_of_every_sort)
{
	static const struct { const char *udid, *state, *missing; } cases[] = {
		{ "00008030-0011223344556601", "complete", "?" }, { "00008030-0011223344556602", "empty", "?" },
		{ "00008030-0011223344556603", "empty", "?" }, { "00008030-0011223344556604", "unreadable", "?" },
		{ "00008030-0011223344556605", "incomplete", "RootPrivateKey, HostID" },
		{ "00008030-0011223344556606", "incomplete", "RootCertificate" }, { "00008030-0011223344556607", "unreadable", "?" },
		{ "00008030-0011223344556608", "complete", "?" },
		{ "00008030-0011223344556609", "incomplete", "RootCertificate, RootPrivateKey, SystemBUID" },
		{ "00008030-0011223344556610", "unreadable", "?" }, { "00008030-0011223344556611", "unreadable", "?" },
		{ "00008030-0011223344556612", "complete", "?" }, { "0123456789abcdef0123456789abcdef01234567", "complete", "?" },
	};

	collect_case("damaged-records", "lockdown-folder");
	IS("record_folder.records", "13");
	IS("record_folder.kept", "no");		/* the folder above the overlay is in memory */
	IS("record_folder.host_identity", "damaged");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		IS_OF(cases[i].udid, "pair_record.state", cases[i].state);
		IS_OF(cases[i].udid, "pair_record.missing", cases[i].missing);
	}
}
END_TEST

START_TEST(nothing_of_a_record_is_told)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	collect_case("damaged-records", NULL);
	ck_assert(factfile_write(fs, f, false));
	fclose(f);
	ck_assert_ptr_null(strstr(text, "placeholder"));
	ck_assert_ptr_null(strstr(text, "cGxhY2V"));
	free(text);
}
END_TEST

START_TEST(a_record_has_an_age)
{
	struct utimbuf old = { .modtime = time(NULL) - 40 * 86400 };
	const struct factrec *f;

	put("var/lib/lockdown/" UDID ".plist", "");
	utime(in_tree("var/lib/lockdown/" UDID ".plist"), &old);
	collect(tree, "lockdown-folder");
	f = fact("pair_record", UDID);
	ck_assert_int_ge(f->values[template_slot(f->of, "age")], (value)40 * 86400 * 1000);
	ck_assert_int_lt(f->values[template_slot(f->of, "age")], (value)40 * 86400 * 1000 + 600000);
}
END_TEST

/* -- Rights -- */

START_TEST(rights_of_the_record_folder)
{
	unsigned me = getuid(), group = getgid();

	put("var/lib/lockdown/x", "");
	chmod(in_tree("var/lib/lockdown"), 02775);
	put_accounts(me ? me : 1234, 4242, group);
	if (me == 0)
		ck_assert_int_eq(chown(in_tree("var/lib/lockdown"), 1234, group), 0);
	chmod(in_tree("var/lib/lockdown"), 02775);
	collect(tree, "lockdown-folder");
	IS("record_folder.mode", "2775");
	IS("record_folder.owner_right", "yes");
	IS("record_folder.daemon_can_write", "yes");
	IS("record_folder.host_identity", "absent");

	put_accounts(4243, 4242, group + 1);
	collect(tree, "lockdown-folder");
	IS("record_folder.owner_right", "no");
	IS("record_folder.daemon_can_write", "no");
	put_accounts(4243, group, group + 1);		/* by its group */
	collect(tree, "lockdown-folder");
	IS("record_folder.daemon_can_write", "yes");
	chmod(in_tree("var/lib/lockdown"), 0755);
	collect(tree, "lockdown-folder");
	IS("record_folder.mode", "0755");
	IS("record_folder.daemon_can_write", "no");
	put("etc/passwd", "root:x:0:0::/root:/bin/sh\n");
	collect(tree, "lockdown-folder");
	IS("record_folder.daemon_can_write", "? the user that usbmuxd runs as is not known");
}
END_TEST

/* In a process of another user, whose answer is its status. */
static int
as_nobody(int (*ask)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(99);
		_exit(ask());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static int
ask_closed_folder(void)
{
	collect(tree, "lockdown-folder os-release");
	return strcmp(of(NULL, "record_folder.state"), "no-permission") == 0
		&& strcmp(of(NULL, "host.os_name"), "? /etc/os-release: permission denied") == 0 && !surveyed("pair_record");
}

static int
ask_closed_record(void)
{
	collect(tree, "lockdown-folder");
	return strcmp(of(UDID, "pair_record.state"), "? permission denied") == 0
		&& strcmp(of(NULL, "record_folder.host_identity"), "no-permission") == 0
		&& strcmp(of(NULL, "record_folder.records"), "1") == 0;
}

START_TEST(what_may_not_be_read_is_unknown)
{
	put("var/lib/lockdown/" UDID ".plist", "x");
	put("var/lib/lockdown/SystemConfiguration.plist", "x");
	put("etc/os-release", "ID=debian\n");
	chmod(tree, 0755);
	chmod(in_tree("var/lib/lockdown/" UDID ".plist"), 0);
	chmod(in_tree("var/lib/lockdown/SystemConfiguration.plist"), 0);
	ck_assert_int_eq(as_nobody(ask_closed_record), 1);
	chmod(in_tree("etc/os-release"), 0);
	chmod(in_tree("var/lib"), 0);
	ck_assert_int_eq(as_nobody(ask_closed_folder), 1);
	chmod(in_tree("var/lib"), 0755);
}
END_TEST

/* -- Odd files -- */

START_TEST(links_do_not_lead_out_of_a_tree)
{
	put("etc/x", "");
	put("real/os", "ID=debian\nPRETTY_NAME=inside\n");
	ck_assert_int_eq(symlink("/real/os", in_tree("etc/os-release")), 0);
	collect(tree, "os-release");
	IS("host.os_name", "inside");
	unlink(in_tree("etc/os-release"));
	ck_assert_int_eq(symlink("../../../../../../../../real/os", in_tree("etc/os-release")), 0);
	collect(tree, "os-release");
	IS("host.os_name", "inside");
	unlink(in_tree("etc/os-release"));
	ck_assert_int_eq(symlink("/etc/os-release", in_tree("etc/os-release")), 0);	/* of this machine? of itself */
	collect(tree, "os-release");
	IS("host.os_name", "? /etc/os-release: not a file that can be read");
	put("usr/os", "PRETTY_NAME=inside\n");
	unlink(in_tree("etc/os-release"));
	ck_assert_int_eq(symlink("/usr", in_tree("etc/way")), 0);
	ck_assert_int_eq(symlink("way/./../usr/os", in_tree("etc/os-release")), 0);
	collect(tree, "os-release");
	IS("host.os_name", "inside");
}
END_TEST

START_TEST(pipes_folders_and_devices_are_no_files)
{
	double start = seconds();

	put("etc/x", "");
	ck_assert_int_eq(mkfifo(in_tree("etc/os-release"), 0644), 0);
	mkdir(in_tree("etc/passwd"), 0755);
	put("proc/1/x", "");
	ck_assert_int_eq(mkfifo(in_tree("proc/1/comm"), 0644), 0);
	put("var/log/x", "");
	ck_assert_int_eq(mkfifo(in_tree("var/log/syslog"), 0644), 0);
	put("var/lib/x", "");
	put("var/lib/lockdown", "a file, not a folder");
	collect(tree, NULL);
	ck_assert(seconds() - start < 3);
	IS("host.os_name", "? /etc/os-release: not a file that can be read");
	IS("mux.user", "? the file of accounts cannot be read");
	IS("mux.process", "? a captured tree has no running processes");
	IS("host.journal", "absent");
	IS("record_folder.state", "? /var/lib/lockdown: not a file that can be read");
}
END_TEST

START_TEST(nonsense_in_files_does_no_harm)
{
	struct buf text = {0};

	for (int i = 0; i < 300000; i++)
		buf_putc(&text, (char)(i % 7 ? 'A' + i % 50 : "\n\0\xff:= "[i % 6]));
	put("etc/os-release", "ID=\nVERSION_ID=12.x\nPRETTY_NAME=\"unclosed\nID_LIKE='a\x1b[31m b'\nID\n=\n");
	put("proc/mounts", "one\n\n/dev/x / ext4\n///// ///// ///// /////\n");
	put("sys/bus/usb/devices/1-1/idVendor", "zzzz\n");
	put("sys/bus/usb/devices/1-2/idVendor", "05ac");
	put("sys/bus/usb/devices/1-2/idProduct", "12a8ffffffffffffffffff");
	put("sys/bus/usb/devices/1-3/idVendor", "05ac\n");
	put("sys/bus/usb/devices/1-3/idProduct", "12a8\n");
	put("sys/bus/usb/devices/1-3/serial", "\x1b[31m \xff\n");
	put("sys/bus/usb/devices/1-3/speed", "fast\n");
	put("sys/bus/usb/devices/1-3/bConfigurationValue", "-5\n");
	put("run/usbmuxd.pid", "99999999999999999999999\n");
	put("proc/1/comm", "init\n");
	make_folders("etc/passwd");
	for (const char *const *p = (const char *const[]){ "etc/passwd", "etc/group", "var/lib/dpkg/status", "var/log/syslog",
			"var/log/journal.export", "proc/1/cgroup", "proc/modules", "proc/cpuinfo", "var/lib/lockdown/" UDID ".plist", NULL }; *p; p++) {
		FILE *f;

		make_folders(*p);
		f = fopen(in_tree(*p), "w");
		fwrite(text.text, 1, text.len, f);
		fclose(f);
	}
	buf_free(&text);
	collect(tree, NULL);
	every_collector_did_its_work();	/* none died of it */
	IS("host.os_name", "unclosed");
	IS("host.os_version", "? the system's version is no number");
	ck_assert_uint_eq(count("usb_device"), 1);
	IS_OF("1-3", "usb_device.udid", "?");
	IS_OF("1-3", "usb_device.speed", "?");
	IS_OF("1-3", "usb_device.configured", "no");
	IS("mux.pid_file", "stale");
	IS_OF(UDID, "pair_record.state", "unreadable");
}
END_TEST

/* -- Logs -- */

START_TEST(lines_since_the_last_start_go_through_the_patterns)
{
	collect_case("healthy", "journal");
	ck_assert_ptr_null(strstr(log_events(), "-18"));	/* before the last start */
	ck_assert_ptr_nonnull(strstr(log_events(), "lockdown-unreachable;"));
	collect_case("journal-export", "journal");
	IS("host.journal", "read");
	ck_assert_ptr_nonnull(strstr(log_events(), "-18"));
	ck_assert_ptr_nonnull(strstr(log_events(), "-17"));	/* in a field with its length */
	ck_assert_ptr_null(strstr(log_events(), "-5"));	/* another program's */
}
END_TEST

START_TEST(a_tree_without_logs_has_no_surveyed_events)
{
	put("var/log/x", "");
	collect(tree, "journal");
	IS("host.journal", "absent");
	ck_assert(!surveyed("log_event"));
}
END_TEST

/* -- The multiplexer's socket -- */

enum behaviour { LISTS, REFUSES, TALKS_NONSENSE, CUTS, CUTS_SHORT, SILENT, HALF_SILENT, OVERSIZED, OVERSIZED_SILENT, TINY };

static const char list_reply[] = "<plist version=\"1.0\"><dict><key>DeviceList</key><array></array></dict></plist>";
static const char refusal[] = "<plist version=\"1.0\"><dict><key>MessageType</key><string>Result</string><key>Number</key><integer>1</integer></dict></plist>";

static void
reply(int fd, const char *text, uint32_t said)
{
	uint32_t header[4] = { said, 1, 8, 1 };

	if (write(fd, header, sizeof header) < 0 || write(fd, text, strlen(text)) < 0)
		_exit(1);
}

/* Serves connections until it is killed. */
static pid_t
serve(int listener, enum behaviour how)
{
	char request[4096];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (how != CUTS && read(fd, request, sizeof request) < 0)
			_exit(1);
		if (how == LISTS)
			reply(fd, list_reply, 16 + sizeof list_reply - 1);
		else if (how == REFUSES)
			reply(fd, refusal, 16 + sizeof refusal - 1);
		else if (how == TALKS_NONSENSE)
			reply(fd, "no property list", 32);
		else if (how == CUTS_SHORT)
			reply(fd, "<plist", 16 + sizeof list_reply - 1);
		else if (how == HALF_SILENT)
			reply(fd, "<plist", 5000);
		else if (how == OVERSIZED || how == OVERSIZED_SILENT)
			reply(fd, "<plist", 0xfffffff0u);
		else if (how == TINY)
			reply(fd, "", 3);
		if (how != SILENT && how != HALF_SILENT && how != OVERSIZED_SILENT)
			close(fd);
	}
}

static int
listen_unix(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%.100s", path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	return fd;
}

static void
use_socket(const char *prefix, const char *path)
{
	char text[500];

	snprintf(text, sizeof text, "%s%s", prefix, path);
	setenv("USBMUXD_SOCKET_ADDRESS", text, 1);
}

static void
finish(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

START_TEST(the_multiplexer_answers_or_does_not)
{
	static const struct { enum behaviour how; const char *state; } cases[] = {
		{ LISTS, "answers" }, { REFUSES, "bad-answer" }, { TALKS_NONSENSE, "bad-answer" }, { CUTS, "bad-answer" },
		{ CUTS_SHORT, "bad-answer" }, { OVERSIZED, "bad-answer" }, { OVERSIZED_SILENT, "bad-answer" }, { TINY, "bad-answer" },
	};
	int fd = listen_unix(in_tree("mux"));

	use_socket("UNIX:", in_tree("mux"));
	chmod(in_tree("mux"), 0660);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pid_t pid = serve(fd, cases[i].how);

		collect("", "mux-socket environment");
		IS("mux.state", cases[i].state);
		IS("mux.socket_mode", "0660");
		IS("mux.address", "set");
		finish(pid);
	}
	close(fd);
	ck_assert(fs->live);
}
END_TEST

START_TEST(a_multiplexer_that_hangs_has_a_deadline)
{
	static const enum behaviour cases[] = { SILENT, HALF_SILENT };
	double start;
	int fd = listen_unix(in_tree("mux"));

	use_socket("UNIX:", in_tree("mux"));
	for (size_t i = 0; i < 2; i++) {
		pid_t pid = serve(fd, cases[i]);

		start = seconds();
		collect("", "mux-socket");
		ck_assert(seconds() - start > 4.5 && seconds() - start < 8);
		IS("mux.state", "no-answer");
		finish(pid);
	}
	close(fd);
}
END_TEST

START_TEST(sockets_that_nobody_serves)
{
	int fd = listen_unix(in_tree("stale"));

	close(fd);
	use_socket("UNIX:", in_tree("stale"));
	collect("", "mux-socket");
	IS("mux.state", "refused");
	use_socket("UNIX:", in_tree("nothing"));
	collect("", "mux-socket");
	IS("mux.state", "absent");
	IS("mux.socket_mode", "? there is no socket");
	put("file", "");
	use_socket("UNIX:", in_tree("file"));
	collect("", "mux-socket");
	IS("mux.state", "not-a-socket");
	use_socket("UNIX:", in_tree("file/below"));
	collect("", "mux-socket");
	IS("mux.state", "absent");
}
END_TEST

static int
ask_closed_socket(void)
{
	collect("", "mux-socket");
	return strcmp(of(NULL, "mux.state"), "no-permission") == 0;
}

START_TEST(a_socket_may_be_closed_to_this_account)
{
	int fd = listen_unix(in_tree("mux"));

	use_socket("UNIX:", in_tree("mux"));
	chmod(tree, 0755);
	chmod(in_tree("mux"), 0600);
	ck_assert_int_eq(as_nobody(ask_closed_socket), 1);	/* the socket itself */
	chmod(in_tree("mux"), 0666);
	chmod(tree, 0700);
	if (geteuid() == 0)
		ck_assert_int_eq(as_nobody(ask_closed_socket), 1);	/* the folder */
	close(fd);
}
END_TEST

START_TEST(the_address_is_read_as_the_library_reads_it)
{
	static const struct { const char *text, *kind; } cases[] = {
		{ "UNIX:/x", "set" }, { "UNIX:x", "set" }, { "localhost:27015", "set" }, { "[::1]:27015", "set" }, { "::1:27015", "set" },
		{ "[::1:27015", "set" }, { "localhost: 27015", "set" }, { "localhost:+27015", "set" }, { "tcp://h:27015", "set" },
		{ "UNIX:", "set-but-ignored" }, { "unix:/x", "set-but-ignored" }, { "/x", "set-but-ignored" }, { "27015", "set-but-ignored" },
		{ ":27015", "set-but-ignored" }, { "h:0", "set-but-ignored" }, { "h:99999", "set-but-ignored" }, { "h:-1", "set-but-ignored" },
		{ "h:27015x", "set-but-ignored" }, { "h:27015 ", "set-but-ignored" }, { "h:", "set-but-ignored" }, { "[]:27015", "set-but-ignored" },
		{ "", "set-but-ignored" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		setenv("USBMUXD_SOCKET_ADDRESS", cases[i].text, 1);
		collect("", "environment");
		ck_assert_msg(strcmp(of(NULL, "mux.address"), cases[i].kind) == 0, "'%s' is %s", cases[i].text, of(NULL, "mux.address"));
	}
	unsetenv("USBMUXD_SOCKET_ADDRESS");
	collect("", "environment");
	IS("mux.address", "default");
}
END_TEST

START_TEST(the_multiplexer_may_be_reached_over_tcp)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char port[16];
	pid_t pid;

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	snprintf(port, sizeof port, "%d", ntohs(a.sin_port));
	pid = serve(fd, LISTS);
	use_socket("127.0.0.1:", port);
	collect("", "mux-socket");
	IS("mux.state", "answers");
	IS("mux.socket_mode", "? the address is no file");
	finish(pid);
	close(fd);
	collect("", "mux-socket");
	IS("mux.state", "refused");
}
END_TEST

/* -- This machine -- */

START_TEST(this_machine_is_read_without_a_failing_collector)
{
	double start = seconds();

	collect("", NULL);
	ck_assert(seconds() - start < 15);
	IS("host.os", "linux");
	ck_assert_str_ne(of(NULL, "host.architecture"), "?");
	every_collector_did_its_work();
}
END_TEST

/* -- Property lists -- */

static const char *
plist(const char *data, size_t n)
{
	static const char *const names[] = { "A", "B" };
	static char out[32];
	bool found[2];
	enum plist_state state = plist_keys(data, n, names, 2, found);

	snprintf(out, sizeof out, "%s%s%s", state == PLIST_GOOD ? "good" : state == PLIST_EMPTY ? "empty" : "bad", found[0] ? " A" : "",
		found[1] ? " B" : "");
	return out;
}

START_TEST(keys_of_xml_property_lists)
{
	static const struct { const char *text, *expected; } cases[] = {
		{ "<plist><dict><key>A</key><string>x</string><key>B</key><true/></dict></plist>", "good A B" },
		{ "<?xml version='1.0'?><!DOCTYPE plist PUBLIC 'x' 'y'><!-- <dict> --><plist version=\"1.0\"><dict/></plist>", "good" },
		{ "<plist><dict></dict></plist>", "good" },
		{ "<plist><dict><key>A</key><string/><key>B</key><data> \n</data></dict></plist>", "good" },
		{ "<plist><dict><key>A</key><dict><key>B</key><string>x</string></dict></dict></plist>", "good A" },
		{ "<plist><dict><key>C</key><string>A</string><key>B</key><integer>0</integer></dict></plist>", "good B" },
		{ "<plist><dict><key>A</key><string>x</string></dict>", "bad" },
		{ "<plist><dict><key>A</key><string>x</data></dict></plist>", "bad" },
		{ "<plist><array><dict><key>A</key><string>x</string></dict></array></plist>", "bad" },
		{ "<plist><dict><key>A</key><blink>x</blink></dict></plist>", "bad" },
		{ "<!DOCTYPE x [<!ENTITY a 'b'>]><plist><dict></dict></plist>", "bad" },
		{ "<dict></dict>", "bad" }, { "", "empty" }, { "\0\0\0", "empty" }, { " \n", "empty" }, { "<", "bad" }, { "<!--", "bad" }, { "<?", "bad" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(strcmp(plist(cases[i].text, strlen(cases[i].text)), cases[i].expected) == 0, "%s: %s", cases[i].text,
			plist(cases[i].text, strlen(cases[i].text)));
	ck_assert_str_eq(plist("\0\0\0", 3), "empty");
}
END_TEST

START_TEST(keys_of_binary_property_lists)
{
	static const char good[] = "bplist00" "\xd2\x01\x02\x03\x04" "\x51" "A" "\x51" "B" "\x41" "x" "\x50"
		"\x08\x0d\x0f\x11\x13" "\0\0\0\0\0\0" "\1\1" "\0\0\0\0\0\0\0\5" "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\x14";
	size_t n = sizeof good - 1;
	char bad[sizeof good];

	ck_assert_str_eq(plist(good, n), "good A");	/* B is an empty text */
	for (size_t i = 8; i < n; i++) {		/* any byte may be anything: never a crash, never a read outside (sanitizers watch) */
		char *copy = malloc(n);

		for (int v = 0; v < 256; v += 5) {
			memcpy(copy, good, n);
			copy[i] = (char)v;
			plist(copy, n);
		}
		free(copy);
	}
	for (size_t i = 0; i < n; i++) {
		memcpy(bad, good, n);
		ck_assert_str_ne(plist(bad, i), "good A");
	}
}
END_TEST

Suite *check_host(void);

Suite *
check_host(void)
{
	const TTest *const tests[] = {
		a_healthy_machine, the_list_of_sockets_in_a_captured_tree_shows_that_nobody_listens,
		nothing_of_this_machine_gets_into_a_captured_tree, a_machine_without_the_daemon,
		devices_in_other_modes_are_told_and_not_counted, a_device_behind_two_hubs, windows_subsystem_for_linux,
		virtual_machines_are_known_by_firmware_or_processor, a_container_of_alpine, crypto_policies_of_fedora_and_its_kin,
		arch_with_a_masked_unit_and_rule, damaged_records_of_every_sort, nothing_of_a_record_is_told, a_record_has_an_age,
		rights_of_the_record_folder, what_may_not_be_read_is_unknown, links_do_not_lead_out_of_a_tree,
		pipes_folders_and_devices_are_no_files, nonsense_in_files_does_no_harm, lines_since_the_last_start_go_through_the_patterns,
		a_tree_without_logs_has_no_surveyed_events, the_multiplexer_answers_or_does_not, a_multiplexer_that_hangs_has_a_deadline,
		sockets_that_nobody_serves, a_socket_may_be_closed_to_this_account, the_address_is_read_as_the_library_reads_it,
		the_multiplexer_may_be_reached_over_tcp, this_machine_is_read_without_a_failing_collector, keys_of_xml_property_lists,
		keys_of_binary_property_lists,
	};
	Suite *s = suite_create("host");
	TCase *c = tcase_create("host");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(c, tests[i]);
	suite_add_tcase(s, c);
	return s;
}
