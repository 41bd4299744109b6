/* SPDX-License-Identifier: MIT */
/* Apple's usbmuxd: its socket, its job, the folder of its records. launchd starts it when its socket is asked, as it does for every client. */
#include "facts/host_macos.h"

#include <stdlib.h>
#include <string.h>

#define FOLDER "/var/db/lockdown"

enum { ASK_MS = 3000 };

void
run_mux_socket(const struct collect_options *o, const char *subject, struct recorder *r)
{
	static const char *const slots[] = { "mux.default_state", "mux.state", "mux.socket_mode" };

	(void)subject;
	if (host_can_ask(o)) {
		mux_record_state(o, r);
		return;
	}
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
		record_unknown(r, slots[i], NULL, "a captured tree cannot be asked whether it answers");
}

/* The command fails when there is no such job: then there is no usbmuxd that launchd could start. */
void
run_mux_install(const struct collect_options *o, const char *subject, struct recorder *r)
{
	static const char *const files[] = {
		"/Library/Apple/System/Library/LaunchDaemons/com.apple.usbmuxd.plist", "/System/Library/LaunchDaemons/com.apple.usbmuxd.plist",
	};
	static const char *const print[] = { "/bin/launchctl", "print", "system/com.apple.usbmuxd", NULL };
	struct buf out = {0}, why = {0};
	struct macos_job job;
	bool done = macos_ask(o, print, ASK_MS, &out, &why), known = done && macos_job(buf_text(&out), out.len, &job);
	bool installed = host_exists(o, files[0]) || host_exists(o, files[1]);

	(void)subject;
	macos_say(r, "mux", "installed", installed ? "yes" : host_exists(o, "/System/Library/LaunchDaemons") ? "no" : NULL,
			"the folder of daemons cannot be looked into");
	if (known)
		macos_say(r, "mux", "process", job.running && job.pid ? "running" : "absent", NULL);
	else
		macos_say(r, "mux", "process", NULL, why.len ? why.text : "launchctl does not tell its state");
	buf_free(&out);
	buf_free(&why);
}

/* -- Records -- */

static void
record_rights(const struct collect_options *o, struct recorder *r, const struct stat *st)
{
	static const char *const id[] = { "/usr/bin/id", "-u", "_usbmuxd", NULL };
	struct buf out = {0}, why = {0};
	const char *s = macos_ask_line(o, id, &out, &why);
	bool right;
	char mode[8], three[8];

	if (s && strspn(s, "0123456789") != strlen(s))
		s = NULL;
	right = s && strtol(s, NULL, 10) == (long)st->st_uid;
	snprintf(mode, sizeof mode, "%04o", (unsigned)st->st_mode & 07777);
	snprintf(three, sizeof three, "%o", (unsigned)st->st_mode & 07777);
	record_begin(r, "record_folder");
	record_text(r, "state", "present");
	record_text(r, "mode", mode);
	if (s) {
		record_yes_no(r, "owner_right", right);
		record_yes_no(r, "daemon_can_write", (st->st_mode & (right ? 0300 : 0003)) == (right ? 0300 : 0003));
	}
	record_end(r);
	macos_say(r, "host", "lockdown_mode", three, NULL);
	if (!s) {
		record_unknown(r, "record_folder.owner_right", NULL, "the user that usbmuxd runs as is not known");
		record_unknown(r, "record_folder.daemon_can_write", NULL, "the user that usbmuxd runs as is not known");
	}
	buf_free(&out);
	buf_free(&why);
}

void
run_lockdown_folder(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct stat st;
	enum file_state state = host_stat(o, FOLDER, &st);
	struct buf why = {0};

	(void)subject;
	if (state == FILE_READ && S_ISDIR(st.st_mode)) {
		record_rights(o, r, &st);
		record_pairs(o, r, FOLDER);
	} else if (state == FILE_ABSENT && host_exists(o, "/var/db")) {
		record_begin(r, "record_folder");
		record_text(r, "state", "absent");
		record_int(r, "records", 0);
		record_end(r);
		record_surveyed(r, "pair_record");
	} else {
		file_reason(&why, FOLDER, state == FILE_READ ? FILE_ODD : state);
		record_unknown(r, "record_folder", NULL, why.text);
		record_unknown(r, "pair_record", NULL, why.text);
	}
	buf_free(&why);
}
