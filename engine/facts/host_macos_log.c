/* SPDX-License-Identifier: MIT */
/* Lines of Apple's device daemons of the last ten minutes, for the pack's patterns: the messages alone, without host, user and numbers of processes. */
#include "facts/host_macos.h"

#include <stdio.h>
#include <string.h>

enum { LOG_MS = 9000, MOST_LINES = 20000 };

static void
record_lines(struct recorder *r, const struct buf *text)
{
	const char *p = buf_text(text), *end = p + text->len, *nl;
	struct buf line = {0};

	for (int n = 0; p < end && n < MOST_LINES; p = nl + 1, n++) {
		const char *process, *message;
		size_t nprocess, nmessage;

		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		if (!macos_log_line(p, (size_t)(nl - p), &process, &nprocess, &message, &nmessage))
			continue;
		buf_clear(&line);
		buf_add(&line, message, nmessage);
		record_log(r, "system", line.text);
	}
	buf_free(&line);
	fflush(r->out);
}

void
run_journal(const struct collect_options *o, const char *subject, struct recorder *r)
{
	static const char *const show[] = {
		"/usr/bin/log", "show", "--last", "10m", "--style", "syslog", "--predicate",
		"process == \"usbmuxd\" OR process == \"AMPDevicesAgent\" OR process == \"MobileDeviceUpdater\" OR process == \"remotepairingd\"", NULL,
	};
	static const char *const id[] = { "/usr/bin/id", "-G", NULL };
	struct buf out = {0}, why = {0}, groups = {0}, no = {0};
	bool read = macos_ask(o, show, LOG_MS, &out, &why);
	const char *s = read ? NULL : macos_ask_line(o, id, &groups, &no);

	(void)subject;
	if (read) {
		record_lines(r, &out);
		macos_say(r, "host", "journal", "read", NULL);
		record_surveyed(r, "log_event");
	} else {	/* only administrators may read it */
		bool denied = s && strcmp(why.text, "log failed") == 0 && !macos_has_group(s, strlen(s), 80) && !macos_has_group(s, strlen(s), 0);

		macos_say(r, "host", "journal", denied ? "no-permission" : NULL, buf_text(&why));
		record_unknown(r, "log_event", NULL, denied ? "the log may not be read with this account's rights" : buf_text(&why));
	}
	buf_free(&out);
	buf_free(&why);
	buf_free(&groups);
	buf_free(&no);
}
