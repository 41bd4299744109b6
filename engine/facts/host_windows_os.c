/* SPDX-License-Identifier: MIT */
/* Which Windows this is, on what computer it runs and with what rights, and what is set there. */
#include "facts/host_windows.h"

#define VERSION "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define FIREWALL "SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\"
#define PROVIDERS "SOFTWARE\\Microsoft\\Security Center\\Provider\\"

/* The registry's name of the product says 10 on Windows 11, too; the build decides. */
void
run_os_release(const struct collect_options *o, const char *subject, struct recorder *r)
{
	char build[32] = "", display[64] = "", name[128], version[64];
	unsigned major = 10, minor = 0, revision = 0;
	bool found = registry_text(VERSION, "CurrentBuildNumber", build, sizeof build) || registry_text(VERSION, "CurrentBuild", build, sizeof build);

	(void)o;
	(void)subject;
	if (!registry_number(VERSION, "CurrentMajorVersionNumber", &major) && registry_text(VERSION, "CurrentVersion", version, sizeof version))
		sscanf(version, "%u.%u", &major, &minor);
	if (!registry_text(VERSION, "DisplayVersion", display, sizeof display))
		registry_text(VERSION, "ReleaseId", display, sizeof display);
	windows_name(major, (unsigned)strtoul(build, NULL, 10), display, name, sizeof name);
	if (registry_number(VERSION, "UBR", &revision))
		snprintf(version, sizeof version, "%u.%u.%.20s.%u", major, minor, build, revision);
	else
		snprintf(version, sizeof version, "%u.%u.%.20s", major, minor, build);
	say(r, "host", "os", "windows", NULL);
	say(r, "host", "os_version", found ? version : NULL, "the registry does not tell the build");
	say(r, "host", "os_name", found ? name : NULL, "the registry does not tell the build");
}

/* -- Environment -- */

/* As administrator now, or with an account that may become one with the system's question. */
static bool
is_admin(void)
{
	TOKEN_ELEVATION elevation = {0};
	TOKEN_ELEVATION_TYPE type = TokenElevationTypeDefault;
	HANDLE token;
	DWORD n;
	bool yes;

	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
		return false;
	yes = GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &n) && elevation.TokenIsElevated;
	yes |= GetTokenInformation(token, TokenElevationType, &type, sizeof type, &n) && type == TokenElevationTypeLimited;
	CloseHandle(token);
	return yes;
}

static const char *
virtual_machine(void)
{
	static const struct { const char *text, *name; } machines[] = {
		{ "VMware", "vmware" }, { "VirtualBox", "virtualbox" }, { "innotek", "virtualbox" }, { "QEMU", "qemu" }, { "Parallels", "parallels" }, { "Xen", "xen" },
	};
	char maker[128] = "", product[128] = "";
	bool read = registry_text("HARDWARE\\DESCRIPTION\\System\\BIOS", "SystemManufacturer", maker, sizeof maker);

	read |= registry_text("HARDWARE\\DESCRIPTION\\System\\BIOS", "SystemProductName", product, sizeof product);
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
		if (strstr(maker, machines[i].text) || strstr(product, machines[i].text))
			return machines[i].name;
	if (strstr(maker, "Microsoft") && strstr(product, "Virtual"))
		return "hyper-v";
	return read ? "none" : NULL;
}

void
run_environment(const struct collect_options *o, const char *subject, struct recorder *r)
{
	SYSTEM_INFO info;
	const char *processor;

	(void)o;
	(void)subject;
	GetNativeSystemInfo(&info);
	switch (info.wProcessorArchitecture) {
	case PROCESSOR_ARCHITECTURE_AMD64:	processor = "x86-64"; break;
	case PROCESSOR_ARCHITECTURE_INTEL:	processor = "x86"; break;
	case PROCESSOR_ARCHITECTURE_ARM64:	processor = "arm64"; break;
	default:				processor = "other"; break;
	}
	say(r, "host", "architecture", processor, NULL);
	say(r, "host", "admin", is_admin() ? "yes" : "no", NULL);
	say(r, "host", "virtual_machine", virtual_machine(), "the firmware does not tell");
	say(r, "host", "wsl", "none", NULL);
	say(r, "host", "container", "none", NULL);
	say(r, "mux", "address", getenv("USBMUXD_SOCKET_ADDRESS") ? "set" : "default", NULL);
}

/* -- Settings -- */

static const char *
firewall(void)
{
	static const char *const profiles[] = { FIREWALL "StandardProfile", FIREWALL "PublicProfile", FIREWALL "DomainProfile" };
	unsigned on;
	bool read = false;

	for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
		if (registry_number(profiles[i], "EnableFirewall", &on)) {
			read = true;
			if (on)
				return "on";
		}
	return read ? "off" : NULL;
}

struct products {
	struct recorder *r;
	const char *key, *kind;
	int n, others;
};

/* The state is a number of three bytes; the middle one tells whether it is switched on (10). */
static void
see_product(void *context, const char *id)
{
	struct products *p = context;
	char key[400], name[120];
	unsigned state = 0;
	bool told, system;

	snprintf(key, sizeof key, "%s\\%s", p->key, id);
	if (!registry_text(key, "DISPLAYNAME", name, sizeof name))
		return;
	told = registry_number(key, "STATE", &state);
	system = strstr(name, "Windows Defender") || strstr(name, "Microsoft Defender") || strstr(name, "Windows Firewall");
	record_begin(p->r, "security_product");
	record_text(p->r, "name", name);
	record_text(p->r, "kind", p->kind);
	record_text(p->r, "maker", system ? "microsoft" : "other");
	record_text(p->r, "state", !told ? NULL : (state >> 12 & 15) == 1 ? "on" : "off");
	record_end(p->r);
	p->n++;
	p->others += !system;
}

void
run_policy(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct products av = { .r = r, .key = PROVIDERS "Av", .kind = "antivirus" }, fw = { .r = r, .key = PROVIDERS "Fw", .kind = "firewall" };
	bool read = registry_each(av.key, see_product, &av);
	unsigned off = 0;

	(void)o;
	(void)subject;
	read |= registry_each(fw.key, see_product, &fw);
	say(r, "host", "firewall", firewall(), "the registry has no profiles of the firewall");
	say(r, "host", "selective_suspend", registry_number("SYSTEM\\CurrentControlSet\\Services\\USB", "DisableSelectiveSuspend", &off) ? off ? "no" : "yes" : NULL,
			"it is not set; Windows decides for each device");
	say(r, "host", "security_software", !read ? NULL : av.others + fw.others ? "third-party" : av.n + fw.n ? "system-only" : NULL,
			"the security centre does not tell which there is");
	if (read)
		record_surveyed(r, "security_product");
	else
		record_unknown(r, "security_product", NULL, "the security centre does not tell which there is");
}
