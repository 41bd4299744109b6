/* SPDX-License-Identifier: MIT */
/* Which of the three families of Apple's software is installed, and the folder of the pair records: how many there are and how old, nothing of what they hold. */
#include "facts/host_windows.h"

#define APPLE "SOFTWARE\\Apple Inc.\\"
#define PACKAGES "SOFTWARE\\Classes\\Local Settings\\Software\\Microsoft\\Windows\\CurrentVersion\\AppModel\\PackageRepository\\Packages"
#define UNINSTALL "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"

enum { MOST_PACKAGES = 8 };

/* -- The Store's packages -- */

struct store {
	const char *family;
	char version[40];
	bool found;
};

static void
see_package(void *context, const char *full)
{
	struct store *s = context;

	s->found |= windows_package(full, s->family, s->version, sizeof s->version);
}

typedef LONG WINAPI packages_function(PCWSTR family, UINT32 *count, PWSTR *names, UINT32 *size, WCHAR *room);

/* Of the account that runs this; not there before Windows 8.1. */
static void
ask_packages(struct store *s)
{
	packages_function *ask = (packages_function *)(void (*)(void))GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "GetPackagesByPackageFamily");
	wchar_t *family = windows_wide(s->family), *names[MOST_PACKAGES], *room = NULL;
	UINT32 count = 0, size = 0;

	if (ask && family && ask(family, &count, NULL, &size, NULL) == ERROR_INSUFFICIENT_BUFFER && count && count <= MOST_PACKAGES) {
		room = malloc(size * sizeof *room);
		if (room && ask(family, &count, names, &size, room) == ERROR_SUCCESS)
			for (UINT32 i = 0; i < count; i++) {
				char *full = windows_narrow(names[i]);

				see_package(s, full ? full : "");
				free(full);
			}
	}
	free(room);
	free(family);
}

/* In a build for tests, packages.txt of the root has full names, a line each. */
static void
find_package(const struct collect_options *o, struct store *s)
{
	struct buf text = {0};
	char *p, *line;

	if (recorded_lines(o, "packages.txt", &text)) {
		for (p = text.text; p && (line = strsep(&p, "\r\n")) != NULL;)
			see_package(s, line);
	} else {
		registry_each(PACKAGES, see_package, s);
		ask_packages(s);
	}
	buf_free(&text);
}

/* -- The classic installer -- */

struct uninstall {
	const char *name;
	char version[40];
	bool found;
};

static void
see_uninstall(void *context, const char *id)
{
	struct uninstall *u = context;
	char key[400], name[120], maker[120];

	snprintf(key, sizeof key, UNINSTALL "\\%s", id);
	if (!registry_text(key, "DisplayName", name, sizeof name) || strcmp(name, u->name) != 0
	    || !registry_text(key, "Publisher", maker, sizeof maker) || strncmp(maker, "Apple", 5) != 0)
		return;
	u->found = true;
	registry_text(key, "DisplayVersion", u->version, sizeof u->version);
}

/* By its own key, else by the list of what can be removed. */
static bool
is_installed(const char *key, const char *name, const char *title, char *version, size_t size)
{
	struct uninstall u = { .name = title };
	bool found = registry_has(key);

	version[0] = '\0';
	if (found && registry_text(key, name, version, size))
		return true;
	registry_each(UNINSTALL, see_uninstall, &u);
	snprintf(version, size, "%s", u.version);
	return found || u.found;
}

void
run_programs(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct store itunes = { .family = "AppleInc.iTunes_nzyj5cx40ttqa" }, devices = { .family = "AppleInc.AppleDevices_nzyj5cx40ttqa" };
	char support[40], classic_itunes[40], application[40], bonjour[40];
	bool has_support = is_installed(APPLE "Apple Mobile Device Support", "Version", "Apple Mobile Device Support", support, sizeof support);
	bool has_itunes = is_installed("SOFTWARE\\Apple Computer, Inc.\\iTunes", "Version", "iTunes", classic_itunes, sizeof classic_itunes);
	bool has_application = is_installed(APPLE "Apple Application Support", "Version", "Apple Application Support (64-bit)", application, sizeof application);
	bool has_bonjour = is_installed(APPLE "Bonjour", "Version", "Bonjour", bonjour, sizeof bonjour);
	const char *version;

	(void)subject;
	find_package(o, &itunes);
	find_package(o, &devices);
	version = has_itunes && classic_itunes[0] ? classic_itunes : itunes.found ? itunes.version : NULL;
	say(r, "host", "apple_software", windows_families(has_support || has_itunes, itunes.found, devices.found), NULL);
	say(r, "host", "itunes_version", version, has_itunes ? "iTunes does not tell its version" : "iTunes is not installed");
	say(r, "host", "devices_version", devices.found ? devices.version : NULL, "Apple Devices is not installed");
	say(r, "host", "mobile_support_version", has_support && support[0] ? support : NULL, "Apple Mobile Device Support is not installed");
	say(r, "host", "application_support", has_application ? "yes" : "no", NULL);
	say(r, "host", "bonjour_installed", has_bonjour ? "yes" : "no", NULL);
}

/* -- Pair records -- */

static long long
age_of(const WIN32_FIND_DATAW *f)
{
	FILETIME now;
	ULARGE_INTEGER a, b;

	GetSystemTimeAsFileTime(&now);
	a.LowPart = now.dwLowDateTime, a.HighPart = now.dwHighDateTime;
	b.LowPart = f->ftLastWriteTime.dwLowDateTime, b.HighPart = f->ftLastWriteTime.dwHighDateTime;
	return a.QuadPart > b.QuadPart ? (long long)((a.QuadPart - b.QuadPart) / 10000000) : 0;
}

static bool
see_record(struct recorder *r, const WIN32_FIND_DATAW *f)
{
	char *name = windows_narrow(f->cFileName), age[40];
	size_t n = name ? strspn(name, "0123456789abcdefABCDEF-") : 0;
	bool is = name && n >= 20 && n <= 44 && strcmp(name + n, ".plist") == 0;

	if (is) {
		name[n] = '\0';
		snprintf(age, sizeof age, "%llds", age_of(f));
		record_begin(r, "pair_record");
		record_text(r, "udid", name);
		record_text(r, "state", f->nFileSizeLow || f->nFileSizeHigh ? NULL : "empty");
		record_text(r, "age", age);
		record_end(r);
	}
	free(name);
	return is;
}

void
run_lockdown_folder(const struct collect_options *o, const char *subject, struct recorder *r)
{
	const char *data = getenv("ProgramData");
	struct buf pattern = {0}, why = {0};
	WIN32_FIND_DATAW f;
	bool identity = false;
	HANDLE search;
	int records = 0;
	wchar_t *w;

	(void)o;
	(void)subject;
	buf_printf(&pattern, "%s\\Apple\\Lockdown\\*", data ? data : "C:\\ProgramData");
	w = windows_wide(pattern.text);
	search = w ? FindFirstFileW(w, &f) : INVALID_HANDLE_VALUE;
	free(w);
	if (search == INVALID_HANDLE_VALUE && GetLastError() != ERROR_FILE_NOT_FOUND && GetLastError() != ERROR_PATH_NOT_FOUND) {
		bool denied = GetLastError() == ERROR_ACCESS_DENIED;

		say(r, "record_folder", "state", denied ? "no-permission" : NULL, error_text(GetLastError(), &why));
		record_unknown(r, "pair_record", NULL, error_text(GetLastError(), &why));
	} else {
		bool there = search != INVALID_HANDLE_VALUE;

		for (BOOL more = there; more; more = FindNextFileW(search, &f)) {
			identity |= _wcsicmp(f.cFileName, L"SystemConfiguration.plist") == 0;
			records += see_record(r, &f);
		}
		if (there)
			FindClose(search);
		record_begin(r, "record_folder");
		record_text(r, "state", there ? "present" : "absent");
		record_int(r, "records", records);
		record_text(r, "host_identity", identity ? "present" : "absent");
		record_end(r);
		record_surveyed(r, "pair_record");
	}
	buf_free(&pattern);
	buf_free(&why);
}
