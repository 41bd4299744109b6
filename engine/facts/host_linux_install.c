/* SPDX-License-Identifier: MIT */
/* How usbmuxd is installed: package, program, process, unit, udev rule, user; and the library that clients use. */
#include "facts/host_linux.h"

#include <stdlib.h>
#include <string.h>

enum { COMMAND_MS = 3000 };

/* Facts about the multiplexer, gathered while the collector works. */
struct install {
	const struct collect_options *o;
	struct recorder *r;
};

static void
say(struct install *in, const char *slot, const char *text, const char *why)
{
	char name[64];

	snprintf(name, sizeof name, "mux.%s", slot);
	if (!text) {
		record_unknown(in->r, name, NULL, why);
		return;
	}
	record_begin(in->r, "mux");
	record_text(in->r, slot, text);
	record_end(in->r);
}

/* -- Package and program -- */

static const char *const programs[] = {
	"/usr/sbin/usbmuxd", "/usr/bin/usbmuxd", "/usr/local/sbin/usbmuxd", "/usr/local/bin/usbmuxd", "/sbin/usbmuxd",
};

static const char *
find_program(const struct collect_options *o)
{
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		if (host_exists(o, programs[i]))
			return programs[i];
	return NULL;
}

/* "usbmuxd 1.1.1": a program that no package brought tells its version itself. */
static void
ask_program(const struct collect_options *o, const char *program, char *out, size_t size)
{
	const char *argv[] = { program, "--version", NULL };
	struct buf text = {0};
	size_t from, n = 0;

	command_run(o, argv, COMMAND_MS, 1000, &text);
	from = strcspn(buf_text(&text), "0123456789");
	while (n + 1 < size && strchr("0123456789.", buf_text(&text)[from + n]) && buf_text(&text)[from + n])
		n++;
	memcpy(out, buf_text(&text) + from, n);
	while (n && out[n - 1] == '.')
		n--;
	out[n] = '\0';
	buf_free(&text);
}

static void
say_program(struct install *in)
{
	static const char *const names[] = { "usbmuxd", NULL };
	const char *program = find_program(in->o);
	struct package p;

	package_find(in->o, names, &p);
	say(in, "installed", p.found || program ? "yes" : p.known || host_exists(in->o, "/usr/bin") ? "no" : NULL,
			"there is neither a package database nor a folder of programs");
	if (!p.version[0] && program && is_live(in->o))
		ask_program(in->o, program, p.version, sizeof p.version);
	say(in, "version", p.version[0] ? p.version : NULL,
			p.found || program ? "neither the package database nor the program tells it" : "usbmuxd is not installed");
	package_free(&p);
}

static void
say_library(struct install *in)
{
	static const char *const names[] = {
		"libimobiledevice6", "libimobiledevice-1.0-6", "libimobiledevice-1_0-6", "libimobiledevice", NULL,
	};
	static const struct { const char *part, *name; } kinds[] = {
		{ "libssl", "openssl" }, { "openssl", "openssl" }, { "gnutls", "gnutls" }, { "mbedtls", "mbedtls" },
	};
	const char *tls = NULL;
	struct package p;

	package_find(in->o, names, &p);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !tls; i++)
		if (strstr(buf_text(&p.depends), kinds[i].part))
			tls = kinds[i].name;
	say(in, "library_version", p.version[0] ? p.version : NULL,
			p.known ? "no package of libimobiledevice is installed" : "the package database cannot be read");
	say(in, "library_tls", tls, p.found ? "the package does not name its TLS library" : "no package of libimobiledevice is known");
	package_free(&p);
}

/* -- Process -- */

static void
see_process(void *context, const char *comm)
{
	*(bool *)context |= strcmp(comm, "usbmuxd") == 0;
}

static void
say_process(struct install *in)
{
	bool running = false;
	const char *why, *line, *comm;
	struct buf text = {0}, name = {0};
	bool known = each_process(in->o, see_process, &running, &why);
	long pid;

	say(in, "process", running ? "running" : known ? "absent" : NULL, why);
	line = host_line(in->o, "/run/usbmuxd.pid", &text);
	line = line ? line : host_line(in->o, "/var/run/usbmuxd.pid", &text);
	pid = line ? strtol(line, NULL, 10) : 0;
	comm = pid > 0 ? process_name(in->o, pid, &name) : NULL;
	if (!line)
		say(in, "pid_file", host_exists(in->o, "/run") || host_exists(in->o, "/var/run") ? "absent" : NULL,
				"the folder /run is no part of the captured tree");
	else
		say(in, "pid_file", comm && strcmp(comm, "usbmuxd") == 0 ? "live" : known ? "stale" : NULL, why);
	buf_free(&text);
	buf_free(&name);
}

/* -- systemd -- */

/* Unit folders in the order in which systemd looks. */
static const char *const unit_folders[] = {
	"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
};

static bool
is_wanted(const struct collect_options *o)
{
	struct names all;
	bool wanted = false;
	char path[300];

	host_list(o, unit_folders[0], 10000, &all);
	for (size_t i = 0; i < all.n && !wanted; i++) {
		struct buf link = {0};
		size_t n = strlen(all.items[i]);

		if ((n > 6 && strcmp(all.items[i] + n - 6, ".wants") == 0) || (n > 9 && strcmp(all.items[i] + n - 9, ".requires") == 0)) {
			snprintf(path, sizeof path, "%s/%.200s/usbmuxd.service", unit_folders[0], all.items[i]);
			wanted = host_link(o, path, &link) || host_exists(o, path);
		}
		buf_free(&link);
	}
	host_list_free(&all);
	return wanted;
}

static bool
is_null_link(const struct collect_options *o, const char *path)
{
	struct buf target = {0};
	const char *s = host_link(o, path, &target);
	bool null = s && strcmp(s, "null") == 0;

	buf_free(&target);
	return null;
}

/* The state of the unit's file as `systemctl is-enabled` would name it. */
static const char *
unit_file(const struct collect_options *o)
{
	char path[128];

	for (size_t i = 0; i < sizeof unit_folders / sizeof *unit_folders; i++) {
		struct buf text = {0};
		bool found, section;

		snprintf(path, sizeof path, "%s/usbmuxd.service", unit_folders[i]);
		if (is_null_link(o, path))
			return "masked";
		found = host_read(o, path, SMALL_FILE, &text) == FILE_READ;
		section = found && strstr(buf_text(&text), "[Install]");
		buf_free(&text);
		if (found)
			return !section ? "static" : is_wanted(o) ? "enabled" : "disabled";
	}
	return "not-found";
}

static bool
has_line(const char *text, const char *line)
{
	size_t n = strlen(line);

	for (const char *p = text; (p = strstr(p, line)) != NULL; p++)
		if ((p == text || p[-1] == '\n') && (!p[n] || p[n] == '\n'))
			return true;
	return false;
}

static const char *
unit_state(const char *shown)
{
	static const struct { const char *line, *state; } lines[] = {
		{ "LoadState=not-found", "not-found" }, { "ActiveState=active", "active" }, { "ActiveState=reloading", "active" },
		{ "ActiveState=activating", "activating" }, { "ActiveState=failed", "failed" },
		{ "ActiveState=inactive", "inactive" }, { "ActiveState=deactivating", "inactive" },
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (has_line(shown, lines[i].line))
			return lines[i].state;
	return NULL;
}

static void
say_unit(struct install *in)
{
	const char *argv[] = { "/usr/bin/systemctl", "show", "-p", "LoadState,ActiveState", "usbmuxd.service", NULL };
	struct buf shown = {0};
	bool systemd = host_exists(in->o, "/run/systemd/system");
	bool folders = host_exists(in->o, "/usr/lib/systemd/system") || host_exists(in->o, "/lib/systemd/system");
	enum command_state state;

	say(in, "unit_file", folders ? unit_file(in->o) : is_live(in->o) ? "not-found" : NULL, "the tree has no folder of units");
	if (!is_live(in->o)) {
		say(in, "unit", folders && strcmp(unit_file(in->o), "not-found") == 0 ? "not-found" : NULL,
				"a captured tree has no running units");
		return;
	}
	if (!systemd) {
		say(in, "unit", "no-systemd", NULL);
		return;
	}
	state = command_run(in->o, argv, COMMAND_MS, SMALL_FILE, &shown);
	if (state == COMMAND_ABSENT) {
		argv[0] = "/bin/systemctl";
		state = command_run(in->o, argv, COMMAND_MS, SMALL_FILE, &shown);
	}
	say(in, "unit", state == COMMAND_LATE ? NULL : unit_state(buf_text(&shown)),
			state == COMMAND_LATE ? "systemctl gave no answer" : "systemctl does not tell");
	buf_free(&shown);
}

/* -- udev and the user -- */

static const char *const rule_folders[] = {
	"/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d",
};

/* True when the file says something; a link to /dev/null, or an empty file, switches the rule off. */
static bool
is_rule(const struct collect_options *o, const char *path)
{
	struct stat st;

	return !is_null_link(o, path) && host_stat(o, path, &st) == FILE_READ && S_ISREG(st.st_mode) && st.st_size > 0;
}

/* A file of the same name in an earlier folder hides the later one. */
static void
say_rule(struct install *in)
{
	const char *state = NULL;
	struct names all;
	char path[300];

	for (size_t i = 0; i < sizeof rule_folders / sizeof *rule_folders && (!state || strcmp(state, "absent") == 0); i++) {
		bool hidden = false;

		if (host_list(in->o, rule_folders[i], 10000, &all) == FILE_READ)
			state = "absent";
		for (size_t k = 0; k < all.n; k++) {
			size_t n = strlen(all.items[k]);

			if (!strstr(all.items[k], "usbmuxd") || n < 6 || strcmp(all.items[k] + n - 6, ".rules") != 0)
				continue;
			snprintf(path, sizeof path, "%s/%.200s", rule_folders[i], all.items[k]);
			if (is_rule(in->o, path))
				state = "present";
			else
				hidden = true;
		}
		host_list_free(&all);
		if (hidden)
			break;
	}
	say(in, "udev_rule", state, "the folders of udev rules cannot be read");
}

static void
say_user(struct install *in)
{
	struct account daemon;

	account_of_daemon(in->o, &daemon);
	say(in, "user", daemon.state == ACCOUNT_UNREADABLE ? NULL : daemon.state == ACCOUNT_PRESENT ? "present" : "absent",
			"the file of accounts cannot be read");
}

void
run_mux_install(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct install in = { o, r };

	(void)subject;
	say_process(&in);
	say_user(&in);
	say_rule(&in);
	say_program(&in);
	say_library(&in);
	say_unit(&in);
}
