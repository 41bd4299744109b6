/* SPDX-License-Identifier: MIT */
#include "facts/host_windows.h"

#ifdef DX_STAND_IN
enum { LIVE_ONLY = false };	/* a root only holds what stands in for devices and packages */
#else
enum { LIVE_ONLY = true };
#endif

const struct collector host_collectors[] = {
	{ "os-release", "reading which system this is",
		"host.os host.os_name host.os_version", "", NULL, 3000, 0, LIVE_ONLY, run_os_release },
	{ "environment", "looking at the kind of computer",
		"host.architecture host.admin host.wsl host.virtual_machine host.container mux.address", "", NULL, 4000, 0, LIVE_ONLY, run_environment },
	{ "policy", "looking at the computer's settings",
		"host.firewall host.selective_suspend host.security_software security_product", "", NULL, 6000, 0, LIVE_ONLY, run_policy },
	{ "usb", "looking at the USB ports",
		"host.apple_usb_devices usb_device", "", NULL, 8000, 0, LIVE_ONLY, run_usb },
	{ "drivers", "looking at the drivers",
		"driver", "", NULL, 8000, 0, LIVE_ONLY, run_drivers },
	{ "mux-socket", "asking Apple's port",
		"mux.state mux.default_state", "", NULL, 8000, 0, LIVE_ONLY, run_mux_socket },
	{ "services", "asking for Apple's services",
		"service host.usbipd mux.port_owner", "", NULL, 6000, 0, LIVE_ONLY, run_services },
	{ "programs", "looking at the installed programs",
		"host.apple_software host.itunes_version host.devices_version host.mobile_support_version host.application_support host.bonjour_installed",
		"", NULL, 6000, 0, LIVE_ONLY, run_programs },
	{ "lockdown-folder", "looking at the folder of pair records",
		"record_folder.state record_folder.host_identity record_folder.records pair_record", "", NULL, 4000, 0, LIVE_ONLY, run_lockdown_folder },
	{ "processes", "looking at the running programs",
		"process mux.processes mux.process", "", NULL, 4000, 0, LIVE_ONLY, run_processes },
	{ "journal", "reading the system's logs",
		"host.journal log_event", "", NULL, 9000, 0, LIVE_ONLY, run_journal },
	{ .name = NULL },
};

void
say(struct recorder *r, const char *template, const char *slot, const char *text, const char *why)
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

const char *
error_text(unsigned long error, struct buf *out)
{
	wchar_t words[400];
	DWORD n = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error, 0, words, 400, NULL);
	char *s;

	while (n && (words[n - 1] == L'\n' || words[n - 1] == L'\r' || words[n - 1] == L'.'))
		words[--n] = 0;
	s = n ? windows_narrow(words) : NULL;
	buf_clear(out);
	buf_printf(out, "error %lu%s%s", error, s ? ": " : "", s ? s : "");
	free(s);
	return out->text;
}

bool
recorded_lines(const struct collect_options *o, const char *file, struct buf *out)
{
#ifdef DX_STAND_IN
	struct buf path = {0};
	char part[4096];
	size_t n;
	FILE *f;

	buf_printf(&path, "%s/%s", o->root, file);
	f = o->root[0] ? fopen(path.text, "r") : NULL;
	buf_free(&path);
	while (f && (n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, part, n);
	if (f)
		fclose(f);
	return f;
#else
	(void)o, (void)file, (void)out;
	return false;
#endif
}
