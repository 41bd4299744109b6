/* SPDX-License-Identifier: MIT */
/* Where the computer itself runs: processor, rights, virtual machine, container, Windows' Linux; and one variable. */
#include "facts/host_linux.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static void
record_one(struct recorder *r, const char *template, const char *slot, const char *text, const char *why)
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

static const char captured[] = "a captured tree does not tell";

/* -- Processor -- */

/* The machine of a program in the tree (ELF header, e_machine), or what the kernel says. */
static const char *
architecture(const struct collect_options *o)
{
	static const struct { unsigned machine; const char *kernel, *name; } known[] = {
		{ 62, "x86_64", "x86-64" }, { 3, "i?86", "x86" }, { 183, "aarch64", "arm64" }, { 40, "arm*", "arm" },
	};
	struct buf head = {0};
	const char *name = NULL;
	unsigned machine = 0;
	struct utsname u;

	if (is_live(o) && uname(&u) == 0) {
		for (size_t i = 0; i < 4 && !name; i++)
			if (fnmatch(known[i].kernel, u.machine, 0) == 0)
				name = known[i].name;
		return name ? name : "other";
	}
	if (host_read(o, "/bin/sh", 20, &head) == FILE_READ && head.len == 20 && memcmp(head.text, "\177ELF", 4) == 0) {
		machine = (unsigned char)head.text[18] | (unsigned)(unsigned char)head.text[19] << 8;
		name = "other";
		for (size_t i = 0; i < 4; i++)
			if (known[i].machine == machine)
				name = known[i].name;
	}
	buf_free(&head);
	return name;
}

/* -- Rights -- */

/* Root, or a member of a group that may become root. Without either somebody may still know root's password. */
static bool
is_admin(const struct collect_options *o)
{
	static const char *const groups[] = { "sudo", "wheel", "admin" };
	gid_t mine[256], gid;
	int n = getgroups(256, mine);

	if (geteuid() == 0)
		return true;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		for (int k = 0; group_find(o, groups[i], &gid) && k < n; k++)
			if (mine[k] == gid)
				return true;
	return false;
}

/* -- WSL, virtual machines, containers -- */

static bool
contains(const char *text, const char *word)
{
	return text && strcasestr(text, word);
}

/* "none", "wsl1", "wsl2"; NULL when the kernel's version is not there to read. */
static const char *
wsl(const struct collect_options *o)
{
	static const char *const files[] = { "/proc/sys/kernel/osrelease", "/proc/version" };
	struct buf text = {0};
	const char *kind = NULL, *line;

	for (size_t i = 0; i < 2 && (!kind || strcmp(kind, "none") == 0); i++) {
		line = host_line(o, files[i], &text);
		if (line)
			kind = !contains(line, "microsoft") ? "none"
				: contains(line, "microsoft-standard") || contains(line, "wsl2") ? "wsl2" : "wsl1";
	}
	buf_free(&text);
	return kind;
}

static const struct {
	const char *text, *name;
} machines[] = {
	{ "qemu", "qemu" }, { "kvm", "qemu" }, { "vmware", "vmware" }, { "innotek", "virtualbox" }, { "virtualbox", "virtualbox" },
	{ "parallels", "parallels" }, { "xen", "xen" }, { "bochs", "other" }, { "bhyve", "other" }, { "openstack", "qemu" },
	{ "google compute", "other" }, { "amazon ec2", "other" },
};

/* By the names that the firmware shows. A Microsoft computer is a virtual one only when its product says so. */
static const char *
machine_of_firmware(const struct collect_options *o, bool *read)
{
	struct buf vendor = {0}, product = {0};
	const char *v = host_line(o, "/sys/class/dmi/id/sys_vendor", &vendor), *name = NULL;
	const char *p = host_line(o, "/sys/class/dmi/id/product_name", &product);

	*read = v || p;
	for (size_t i = 0; i < sizeof machines / sizeof *machines && !name; i++)
		if (contains(v, machines[i].text) || contains(p, machines[i].text))
			name = machines[i].name;
	if (!name && contains(v, "microsoft") && contains(p, "virtual"))
		name = "hyper-v";
	buf_free(&vendor);
	buf_free(&product);
	return name;
}

/* The kernel says that some hypervisor is below it. */
static bool
has_hypervisor(const struct collect_options *o, bool *read)
{
	struct buf text = {0};
	bool found;

	*read = host_read(o, "/proc/cpuinfo", SMALL_FILE, &text) == FILE_READ && text.len;
	found = *read && (contains(text.text, " hypervisor ") || contains(text.text, " hypervisor\n"));
	buf_free(&text);
	return found || host_exists(o, "/proc/device-tree/hypervisor") || host_exists(o, "/sys/hypervisor/type");
}

static const char *
virtual_machine(const struct collect_options *o, const char *wsl_kind)
{
	bool firmware, processor, below = has_hypervisor(o, &processor);
	const char *name = machine_of_firmware(o, &firmware);
	struct buf text = {0};

	if (!name && wsl_kind && strcmp(wsl_kind, "wsl2") == 0)
		name = "hyper-v";
	if (!name && contains(host_line(o, "/sys/hypervisor/type", &text), "xen"))
		name = "xen";
	if (!name && below)
		name = "other";
	if (!name && (firmware || processor))
		name = "none";
	buf_free(&text);
	return name;
}

static const struct {
	const char *text, *name;
} containers[] = {
	{ "docker", "docker" }, { "podman", "podman" }, { "libpod", "podman" }, { "lxc", "lxc" }, { "kubepods", "other" },
	{ "containerd", "other" }, { "systemd-nspawn", "other" }, { "machine.slice", "other" },
};

static const char *
container_in(const char *text)
{
	for (size_t i = 0; text && i < sizeof containers / sizeof *containers; i++)
		if (contains(text, containers[i].text))
			return containers[i].name;
	return NULL;
}

/* The first process runs in a group named after the container, when it runs in one. Docker leaves a file, podman another. */
static const char *
container(const struct collect_options *o)
{
	struct buf text = {0};
	const char *name = NULL, *line;
	bool read = host_read(o, "/proc/1/cgroup", SMALL_FILE, &text) == FILE_READ;

	if (is_live(o) && getenv("SNAP") && getenv("SNAP_NAME"))
		name = "snap";
	else if (host_exists(o, "/.dockerenv"))
		name = "docker";
	else if (host_exists(o, "/run/.containerenv"))
		name = "podman";
	else if (host_exists(o, "/.flatpak-info"))
		name = "other";
	else if (read)
		name = container_in(buf_text(&text));
	if (!name && (line = host_line(o, "/run/systemd/container", &text)) != NULL && *line) {
		name = container_in(line);
		name = name ? name : "other";
	}
	buf_free(&text);
	return name ? name : read ? "none" : NULL;
}

/* -- USB over IP -- */

static const char *
usbip(const struct collect_options *o)
{
	struct buf text = {0};
	bool read = host_read(o, "/proc/modules", LARGE_FILE, &text) == FILE_READ;
	bool found = (read && (strncmp(buf_text(&text), "vhci_hcd ", 9) == 0 || strstr(buf_text(&text), "\nvhci_hcd ")))
		|| host_exists(o, "/sys/bus/platform/drivers/vhci_hcd");

	buf_free(&text);
	return found ? "yes" : read ? "no" : NULL;
}

void
run_environment(const struct collect_options *o, const char *subject, struct recorder *r)
{
	bool live = is_live(o);
	const char *linux_of_windows = wsl(o);

	(void)subject;
	record_one(r, "host", "architecture", architecture(o), captured);
	record_one(r, "host", "admin", live && is_admin(o) ? "yes" : NULL,
			live ? "this account is in none of the groups sudo, wheel and admin" : captured);
	record_one(r, "host", "wsl", linux_of_windows, "the kernel's version cannot be read");
	record_one(r, "host", "virtual_machine", virtual_machine(o, linux_of_windows), "neither firmware nor processor tells");
	record_one(r, "host", "container", container(o), "the group of the first process cannot be read");
	record_one(r, "host", "usbip", usbip(o), "the list of kernel modules cannot be read");
	record_one(r, "mux", "address", live ? mux_address_kind() : NULL, captured);
}
