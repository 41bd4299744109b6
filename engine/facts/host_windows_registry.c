/* SPDX-License-Identifier: MIT */
#include "facts/host_windows.h"

static const REGSAM views[] = { KEY_WOW64_64KEY, KEY_WOW64_32KEY };

enum { MOST_KEYS = 4096 };

static HKEY
open_key(const char *key, REGSAM view, REGSAM rights)
{
	wchar_t *w = windows_wide(key);
	HKEY h = NULL;

	if (!w || RegOpenKeyExW(HKEY_LOCAL_MACHINE, w, 0, rights | view, &h) != ERROR_SUCCESS)
		h = NULL;
	free(w);
	return h;
}

static bool
read_value(HKEY h, const char *name, char *out, size_t size)
{
	wchar_t *w = windows_wide(name), text[1024];
	DWORD type = 0, n = sizeof text - sizeof *text, number;
	bool found = w && RegQueryValueExW(h, w, NULL, &type, (BYTE *)text, &n) == ERROR_SUCCESS;
	char *s = NULL;

	free(w);
	if (!found)
		return false;
	if (type == REG_DWORD && n == sizeof number) {
		memcpy(&number, text, sizeof number);
		snprintf(out, size, "%lu", (unsigned long)number);
		return true;
	}
	if (type == REG_SZ || type == REG_EXPAND_SZ) {
		text[n / sizeof *text] = 0;
		s = windows_narrow(text);
	}
	if (s)
		snprintf(out, size, "%s", s);
	free(s);
	return s;
}

bool
registry_text(const char *key, const char *name, char *out, size_t size)
{
	bool found = false;

	for (int i = 0; i < 2 && !found; i++) {
		HKEY h = open_key(key, views[i], KEY_QUERY_VALUE);

		if (h) {
			found = read_value(h, name, out, size) && *out;
			RegCloseKey(h);
		}
	}
	return found;
}

bool
registry_number(const char *key, const char *name, unsigned *out)
{
	char text[32], *end;

	if (!registry_text(key, name, text, sizeof text))
		return false;
	*out = (unsigned)strtoul(text, &end, 10);
	return end != text && !*end;
}

bool
registry_has(const char *key)
{
	bool found = false;

	for (int i = 0; i < 2 && !found; i++) {
		HKEY h = open_key(key, views[i], KEY_QUERY_VALUE);

		found = h;
		if (h)
			RegCloseKey(h);
	}
	return found;
}

bool
registry_each(const char *key, void (*see)(void *context, const char *name), void *context)
{
	bool read = false;

	for (int i = 0; i < 2; i++) {
		HKEY h = open_key(key, views[i], KEY_ENUMERATE_SUB_KEYS);

		for (DWORD k = 0; h && k < MOST_KEYS; k++) {
			wchar_t name[260];
			DWORD n = 260;
			char *s;

			if (RegEnumKeyExW(h, k, name, &n, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
				break;
			s = windows_narrow(name);
			if (s)
				see(context, s);
			free(s);
		}
		read |= h != NULL;
		if (h)
			RegCloseKey(h);
	}
	return read;
}
