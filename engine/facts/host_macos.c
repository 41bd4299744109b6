/* SPDX-License-Identifier: MIT */
#include "facts/host_macos.h"

#include "facts/plist_keys.h"

#include <string.h>

enum { LINE_MS = 2000, MOST_OUTPUT = 2 << 20 };

/* system_profiler and log take seconds on a healthy Mac; the others are there at once. */
const struct collector host_collectors[] = {
	{ "os-release", "reading which system this is",
		"host.os host.os_name host.os_version", "", NULL, 4000, 0, false, run_os_release },
	{ "environment", "looking at the kind of computer",
		"host.architecture host.admin host.wsl host.virtual_machine host.container mux.address", "", NULL,
		8000, 0, false, run_environment },
	{ "policy", "looking at the computer's settings",
		"host.laptop host.model host.firewall host.accessory_policy host.sidebar_devices host.security_software security_product", "", NULL,
		10000, 0, false, run_policy },
	{ "usb", "looking at the USB ports",
		"host.apple_usb_devices usb_device", "", NULL, 12000, 0, false, run_usb },
	{ "mux-socket", "looking for the USB multiplexer",
		"mux.state mux.socket_mode mux.default_state", "", NULL, 11000, 0, false, run_mux_socket },
	{ "mux-install", "looking at the installed multiplexer",
		"mux.process mux.installed", "mux-socket", NULL, 4000, 0, false, run_mux_install },
	{ "lockdown-folder", "looking at the folder of pair records",
		"record_folder.state record_folder.owner_right record_folder.mode record_folder.daemon_can_write "
		"record_folder.host_identity record_folder.records host.lockdown_mode pair_record", "", NULL, 6000, 0, false, run_lockdown_folder },
	{ "processes", "looking at the running programs",
		"mux.processes process", "mux-socket", NULL, 4000, 0, false, run_processes },
	{ "programs", "looking at the installed programs",
		"host.itunes_version host.framework_version host.configurator host.device_support", "", NULL, 4000, 0, false, run_programs },
	{ "journal", "reading the system's log",
		"host.journal log_event", "", NULL, 12000, 0, false, run_journal },
	{ .name = NULL },
};

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool
macos_ask(const struct collect_options *o, const char *const *argv, int ms, struct buf *out, struct buf *why)
{
	static const char *const states[] = {
		[COMMAND_DONE] = "", [COMMAND_ABSENT] = "is not there", [COMMAND_LATE] = "gave no answer", [COMMAND_FAILED] = "failed",
	};
	enum command_state state;

	buf_clear(out);
	buf_clear(why);
	if (!host_can_ask(o)) {
		buf_puts(why, "a captured tree has no running processes");
		return false;
	}
	state = command_run(o, argv, ms, MOST_OUTPUT, out);
	if (state != COMMAND_DONE)
		buf_printf(why, "%s %s", last_part(argv[0]), states[state]);
	return state == COMMAND_DONE;
}

const char *
macos_ask_line(const struct collect_options *o, const char *const *argv, struct buf *out, struct buf *why)
{
	char line[400];

	if (!macos_ask(o, argv, LINE_MS, out, why))
		return NULL;
	if (!macos_line(buf_text(out), out->len, line, sizeof line)) {
		buf_printf(why, "%s told nothing", last_part(argv[0]));
		return NULL;
	}
	buf_clear(out);
	buf_puts(out, line);
	return out->text;
}

void
macos_say(struct recorder *r, const char *template, const char *slot, const char *text, const char *why)
{
	char name[64];

	if (text) {
		record_begin(r, template);
		record_text(r, slot, text);
		record_end(r);
		return;
	}
	snprintf(name, sizeof name, "%s.%s", template, slot);
	record_unknown(r, name, NULL, why);
}

bool
macos_plist(const struct collect_options *o, const char *path, const char *key, char *out, size_t size)
{
	struct buf text = {0};
	bool found = host_read(o, path, SMALL_FILE, &text) == FILE_READ && plist_string(buf_text(&text), text.len, key, out, size);

	buf_free(&text);
	return found;
}
