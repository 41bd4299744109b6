/* SPDX-License-Identifier: MIT */
/* Which system this is, on what computer it runs, and what is set there. */
#include "facts/host_macos.h"

#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 3000, PROFILER_MS = 5000, ADMIN_GROUP = 80 };

/* -- System -- */

void
run_os_release(const struct collect_options *o, const char *subject, struct recorder *r)
{
	static const char *const sw_vers[] = { "/usr/bin/sw_vers", NULL };
	struct buf text = {0}, why = {0}, name = {0};
	char product[64] = "macOS", version[64];
	bool found = macos_ask(o, sw_vers, ASK_MS, &text, &why) && macos_field(buf_text(&text), text.len, "ProductVersion", version, sizeof version);

	(void)subject;
	macos_say(r, "host", "os", "macos", NULL);
	if (found) {
		macos_field(buf_text(&text), text.len, "ProductName", product, sizeof product);	/* "Mac OS X" up to 10.15 */
		buf_printf(&name, "%s %s", product, version);
	}
	macos_say(r, "host", "os_version", found ? version : NULL, why.len ? why.text : "sw_vers does not tell the version");
	macos_say(r, "host", "os_name", found ? name.text : NULL, why.len ? why.text : "sw_vers does not tell the version");
	buf_free(&text);
	buf_free(&why);
	buf_free(&name);
}

/* -- Environment -- */

static const char *
sysctl(const struct collect_options *o, const char *name, struct buf *out, struct buf *why)
{
	const char *argv[] = { "/usr/sbin/sysctl", "-n", name, NULL };

	return macos_ask_line(o, argv, out, why);
}

/* A program that runs translated sees an Intel processor; hw.optional.arm64 does not lie to it. */
static const char *
architecture(const struct collect_options *o, struct buf *out, struct buf *why)
{
	const char *s = sysctl(o, "hw.optional.arm64", out, why);

	if (s && strcmp(s, "1") == 0)
		return "arm64";
	s = sysctl(o, "hw.machine", out, why);
	return !s ? NULL : strcmp(s, "x86_64") == 0 ? "x86-64" : strcmp(s, "arm64") == 0 ? "arm64" : strcmp(s, "i386") == 0 ? "x86" : "other";
}

static const char *
virtual_machine(const struct collect_options *o, struct buf *out, struct buf *why)
{
	static const struct { const char *model, *name; } models[] = {
		{ "VMware", "vmware" }, { "Parallels", "parallels" }, { "VirtualMac", "other" }, { "VirtualBox", "virtualbox" },
	};
	const char *s = sysctl(o, "hw.model", out, why);

	for (size_t i = 0; s && i < sizeof models / sizeof *models; i++)
		if (strncmp(s, models[i].model, strlen(models[i].model)) == 0)
			return models[i].name;
	if (!s)
		return NULL;
	s = sysctl(o, "kern.hv_vmm_present", out, why);
	return s && strcmp(s, "1") == 0 ? "other" : "none";
}

static const char *
is_admin(const struct collect_options *o, struct buf *out, struct buf *why)
{
	static const char *const id[] = { "/usr/bin/id", "-G", NULL };
	const char *s = macos_ask_line(o, id, out, why);

	return !s ? NULL : macos_has_group(s, strlen(s), ADMIN_GROUP) || macos_has_group(s, strlen(s), 0) ? "yes" : "no";
}

void
run_environment(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct buf out = {0}, why = {0};

	(void)subject;
	macos_say(r, "host", "architecture", architecture(o, &out, &why), buf_text(&why));
	macos_say(r, "host", "virtual_machine", virtual_machine(o, &out, &why), buf_text(&why));
	macos_say(r, "host", "admin", is_admin(o, &out, &why), buf_text(&why));
	macos_say(r, "host", "wsl", "none", NULL);
	macos_say(r, "host", "container", "none", NULL);
	macos_say(r, "mux", "address", host_can_ask(o) ? mux_address_kind() : NULL, "a captured tree does not tell");
	buf_free(&out);
	buf_free(&why);
}

/* -- Settings -- */

/* The model's name tells up to 2022; after that only system_profiler does, and it takes a second. */
static void
say_laptop(const struct collect_options *o, struct recorder *r, const char *model, struct buf *out, struct buf *why)
{
	static const char *const json[] = { "/usr/sbin/system_profiler", "SPHardwareDataType", "-json", NULL };
	static const char *const plain[] = { "/usr/sbin/system_profiler", "SPHardwareDataType", NULL };
	const char *laptop = macos_laptop_of_model(model);
	char name[80];

	if (!laptop && ((macos_ask(o, json, PROFILER_MS, out, why) && macos_hardware_name(buf_text(out), out->len, name, sizeof name))
			|| (macos_ask(o, plain, PROFILER_MS, out, why) && macos_hardware_name(buf_text(out), out->len, name, sizeof name))))
		laptop = strncmp(name, "MacBook", 7) == 0 ? "yes" : "no";
	macos_say(r, "host", "laptop", laptop, why->len ? why->text : "the model does not tell");
}

static void
say_firewall(const struct collect_options *o, struct recorder *r, struct buf *out, struct buf *why)
{
	static const char *const argv[] = { "/usr/libexec/ApplicationFirewall/socketfilterfw", "--getglobalstate", NULL };
	const char *s = macos_ask_line(o, argv, out, why);
	const char *state = !s ? NULL : strstr(s, "enabled") || strstr(s, "State = 1") || strstr(s, "State = 2") ? "on"
		: strstr(s, "disabled") || strstr(s, "State = 0") ? "off" : NULL;

	macos_say(r, "host", "firewall", state, why->len ? why->text : "socketfilterfw does not tell");
}

struct products {
	struct recorder *r;
	int n;
};

static void
see_extension(void *context, const char *name, size_t len, bool network)
{
	struct products *p = context;
	char text[120];

	snprintf(text, sizeof text, "%.*s", (int)(len < 100 ? len : 100), name);
	record_begin(p->r, "security_product");
	record_text(p->r, "name", text);
	record_text(p->r, "kind", network ? "firewall" : "antivirus");
	record_text(p->r, "maker", "other");
	record_text(p->r, "state", "on");
	record_end(p->r);
	p->n++;
}

/* What watches the system or its network from outside is a system extension since macOS 10.15. */
static void
say_products(const struct collect_options *o, struct recorder *r, struct buf *out, struct buf *why)
{
	static const char *const argv[] = { "/usr/bin/systemextensionsctl", "list", NULL };
	struct products p = { .r = r };
	bool read = macos_ask(o, argv, ASK_MS, out, why) && macos_extensions(buf_text(out), out->len, see_extension, &p);

	macos_say(r, "host", "security_software", !read ? NULL : p.n ? "third-party" : "system-only",
			why->len ? why->text : "systemextensionsctl does not tell");
	if (read)
		record_surveyed(r, "security_product");
	else
		record_unknown(r, "security_product", NULL, why->len ? why->text : "systemextensionsctl does not tell");
}

void
run_policy(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct buf out = {0}, why = {0};
	char model[80] = "";
	const char *s = sysctl(o, "hw.model", &out, &why);

	(void)subject;
	snprintf(model, sizeof model, "%s", s ? s : "");
	macos_say(r, "host", "model", s ? model : NULL, buf_text(&why));
	say_firewall(o, r, &out, &why);
	say_products(o, r, &out, &why);
	macos_say(r, "host", "accessory_policy", NULL, "macOS has no documented way to ask for it");
	macos_say(r, "host", "sidebar_devices", NULL, "macOS has no documented way to ask for it");
	say_laptop(o, r, model, &out, &why);	/* last: it may take longest */
	buf_free(&out);
	buf_free(&why);
}
