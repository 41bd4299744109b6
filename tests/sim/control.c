/* SPDX-License-Identifier: MIT */
#include "control.h"

#include "listen.h"
#include "mux.h"
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 16384 };

/* "N settings".  The listeners hear of a device that was plugged in or pulled out. */
static bool
change_device(const char *text, char mistake[MISTAKE])
{
	char *rest;
	struct device *d = scene_by_number((unsigned)strtoul(text, &rest, 10));
	bool was, is, fine;

	if (!d || *rest != ' ') {
		snprintf(mistake, MISTAKE, "no such device");
		return false;
	}
	was = d->attached;
	fine = settings_device(d, rest + 1, mistake);
	device_settle(d);
	is = d->attached;
	d->attached = was;
	mux_plug(d, is);
	return fine;
}

static bool
obey(const char *line, char mistake[MISTAKE])
{
	if (strncmp(line, "device ", 7) == 0)
		return change_device(line + 7, mistake);
	if (strncmp(line, "mux ", 4) == 0)
		return settings_mux(line + 4, mistake);
	snprintf(mistake, MISTAKE, "expected: device N SETTINGS, or: mux SETTINGS");
	return false;
}

static bool
serve_line(struct connection *c, const char *line)
{
	char mistake[MISTAKE] = "", reply[MISTAKE + 16];
	bool fine;

	scene_lock();
	fine = obey(line, mistake);
	scene_unlock();
	snprintf(reply, sizeof reply, fine ? "ok\n" : "error: %s\n", mistake);
	return wire_write(&c->wire, reply, strlen(reply));
}

void
control_serve(struct connection *c)
{
	char *line = malloc(LINE);
	size_t length = 0;

	while (line && length < LINE && wire_read(&c->wire, line + length, 1)) {
		if (line[length++] != '\n')
			continue;
		line[length - 1] = '\0';
		length = 0;
		if (!serve_line(c, line))
			break;
	}
	free(line);
}

bool
control_tell(const char *path, const char *line)
{
	struct wire w = { .fd = connect_unix(path) };
	char reply[MISTAKE + 16] = "";
	bool fine;

	if (w.fd < 0) {
		fprintf(stderr, "sim: %s: %s\n", path, strerror(errno));
		return false;
	}
	fine = wire_write(&w, line, strlen(line)) && wire_write(&w, "\n", 1);
	for (size_t i = 0; fine && i + 1 < sizeof reply && wire_read(&w, reply + i, 1); i++)
		if (reply[i] == '\n')
			break;
	close(w.fd);
	fine = fine && strcmp(reply, "ok\n") == 0;
	if (!fine)
		fprintf(stderr, "sim: %s", *reply ? reply : "no answer\n");
	return fine;
}
