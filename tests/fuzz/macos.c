/* SPDX-License-Identifier: MIT */
/* What commands of macOS print, through all of its readers: whatever it is, they find nothing that is not there. */
#include "fuzz.h"

#include "facts/macos_read.h"
#include "facts/mux_list.h"
#include "facts/plist_keys.h"

#include <string.h>

static const char *all;
static size_t all_len;

static void
is_inside(const char *s, size_t n)
{
	holds(s >= all && s + n <= all + all_len, "a reader gives parts of what it read");
}

static void
see_process(void *context, const char *path, size_t len)
{
	(void)context;
	is_inside(path, len);
	holds(len > 0, "a program has a name");
}

static void
see_extension(void *context, const char *name, size_t len, bool network)
{
	(void)context;
	(void)network;
	is_inside(name, len);
}

static void
check_usb(const struct macos_usb *found)
{
	holds(found->n <= MACOS_MOST_USB && found->n <= found->buses, "there are not more devices than places");
	for (size_t i = 0; i < found->n; i++)
		holds(found->items[i].path[0] && strlen(found->items[i].path) < sizeof found->items[i].path && found->items[i].depth <= 6
			&& found->items[i].speed >= 0, "a device has a place");
	apple_usb_record(&(struct recorder){ .out = nowhere() }, found->items, found->n);
}

static void
check_log(const char *text, size_t size)
{
	const char *p = text, *end = text + size, *nl, *process, *message;
	size_t nprocess, nmessage;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		if (!macos_log_line(p, (size_t)(nl - p), &process, &nprocess, &message, &nmessage))
			continue;
		is_inside(process, nprocess);
		is_inside(message, nmessage);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool (*const readers[])(const char *, size_t, struct macos_usb *) = { macos_usb_registry, macos_usb_json, macos_usb_text };
	struct buf text = {0};	/* with the NUL that is behind what a command printed */
	struct macos_usb usb;
	struct macos_job job;
	struct mux_list list;
	char out[80];

	buf_add(&text, (const char *)data, size);
	all = buf_text(&text);
	all_len = size;
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
		if (readers[i](all, size, &usb))
			check_usb(&usb);
	if (macos_job(all, size, &job))
		holds(job.pid >= 0 && job.last_exit >= 0, "numbers of processes are none below zero");
	macos_field(all, size, "ProductVersion", out, sizeof out);
	macos_line(all, size, out, sizeof out);
	macos_laptop_of_model(all);
	macos_hardware_name(all, size, out, sizeof out);
	macos_processes(all, size, see_process, NULL);
	macos_extensions(all, size, see_extension, NULL);
	macos_has_group(all, size, 80);
	check_log(all, size);
	plist_string(all, size, "CFBundleVersion", out, sizeof out);
	if (mux_list_read(all, size, &list))
		mux_list_record(&(struct recorder){ .out = nowhere() }, &list);
	buf_free(&text);
	return 0;
}
