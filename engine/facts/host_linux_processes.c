/* SPDX-License-Identifier: MIT */
/* Programs that may hold the device or the multiplexer: looked for by name, nothing else is told of what runs. */
#include "facts/host_linux.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PROCESSES = 100000 };

/* The kernel keeps 15 characters of a name. A star stands for any end. */
static const struct watched {
	const char *name, *kind;
} watched[] = {
	{ "usbmuxd", "multiplexer" }, { "netmuxd", "multiplexer" }, { "usbmuxd2", "multiplexer" },
	{ "gvfsd-gphoto2", "photo-import" }, { "gvfs-gphoto2-vo", "photo-import" }, { "gphoto2", "photo-import" },
	{ "shotwell", "photo-import" }, { "digikam", "photo-import" },
	{ "gvfsd-afc", "file-access" }, { "gvfs-afc-volume", "file-access" }, { "ifuse", "file-access" },
	{ "mtp-probe", "file-access" }, { "gvfsd-mtp", "file-access" }, { "gvfs-mtp-volume", "file-access" },
	{ "VBoxSVC", "virtual-machine" }, { "VirtualBox", "virtual-machine" }, { "VirtualBoxVM", "virtual-machine" },
	{ "VBoxHeadless", "virtual-machine" }, { "vmware-vmx", "virtual-machine" }, { "vmware-usbarbit", "virtual-machine" },
	{ "qemu-system-*", "virtual-machine" }, { "qemu-kvm", "virtual-machine" }, { "spice-client*", "virtual-machine" },
	{ "remote-viewer", "virtual-machine" },
	{ "usbipd", "other" },
};

enum { NWATCHED = sizeof watched / sizeof *watched };

static bool
is_name(const char *pattern, const char *name)
{
	size_t n = strcspn(pattern, "*");

	return pattern[n] ? strncmp(pattern, name, n) == 0 : strcmp(pattern, name) == 0;
}

const char *
process_name(const struct collect_options *o, long pid, struct buf *out)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/comm", pid);
	return host_line(o, path, out);
}

/* A process that ended and was not yet collected by its parent runs no more. */
static bool
is_dead(const struct collect_options *o, long pid)
{
	struct buf text = {0};
	char path[64];
	const char *s, *end;
	bool dead;

	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	s = host_line(o, path, &text);
	end = s ? strrchr(s, ')') : NULL;
	dead = end && (end[1] == ' ') && (end[2] == 'Z' || end[2] == 'X');
	buf_free(&text);
	return dead;
}

bool
each_process(const struct collect_options *o, void (*see)(void *context, const char *comm), void *context, const char **why)
{
	struct names all;
	struct buf name = {0};
	bool any = false, first = false;

	host_list(o, "/proc", MOST_PROCESSES, &all);
	for (size_t i = 0; i < all.n; i++) {
		char *end;
		long pid = strtol(all.items[i], &end, 10);
		const char *comm = *end || pid <= 0 ? NULL : process_name(o, pid, &name);

		if (!comm || is_dead(o, pid))
			continue;
		any = true;
		first |= pid == 1;
		see(context, comm);
	}
	host_list_free(&all);
	buf_free(&name);
	*why = !any ? is_live(o) ? "the kernel shows no processes" : "a captured tree has no running processes"
		: "processes of other users are hidden";
	return any && (first || !is_live(o));
}

static void
count(void *context, const char *comm)
{
	int *counts = context;

	for (int i = 0; i < NWATCHED; i++)
		counts[i] += is_name(watched[i].name, comm);
}

/* A name with a star is given without it. */
static void
record_process(struct recorder *r, const struct watched *w, int n)
{
	char name[32];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(w->name, "*"), w->name);
	for (size_t end = strlen(name); end && name[end - 1] == '-'; end--)
		name[end - 1] = '\0';
	record_begin(r, "process");
	record_text(r, "name", name);
	record_text(r, "kind", w->kind);
	record_int(r, "count", n);
	record_end(r);
}

void
run_processes(const struct collect_options *o, const char *subject, struct recorder *r)
{
	int counts[NWATCHED] = {0};
	const char *why;
	bool all = each_process(o, count, counts, &why);

	(void)subject;
	for (int i = 0; i < NWATCHED; i++)
		if (counts[i])
			record_process(r, watched + i, counts[i]);
	if (!all) {
		record_unknown(r, "process", NULL, why);
		record_unknown(r, "mux.processes", NULL, why);
		return;
	}
	record_begin(r, "mux");
	record_int(r, "processes", counts[0]);
	record_end(r);
	record_surveyed(r, "process");
}
