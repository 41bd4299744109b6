/* SPDX-License-Identifier: MIT */
#include "facts/device_ios_library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* The binary interface that the headers of 1.3 and 1.4 describe, on Linux and on macOS, there where Homebrew puts it, too. */
static const char *const files[] = {
	"libimobiledevice-1.0.so.6", "libimobiledevice-1.0.6.dylib",
	"/opt/homebrew/lib/libimobiledevice-1.0.6.dylib", "/usr/local/lib/libimobiledevice-1.0.6.dylib",
};

struct library library;

static const struct function {
	const char *name;
	size_t offset;
} functions[] = {
#define F(name) { #name, offsetof(struct library, name) },
	LIBRARY_FUNCTIONS(F)
#undef F
};

static char failure[300];

static const char *
failed(const char *what)
{
	const char *why = dlerror();

	snprintf(failure, sizeof failure, "%s: %s", what, why ? why : "no reason was given");
	return failure;
}

/* The library's dependencies are searched, too: it brings libusbmuxd and libplist. */
static const char *
find_functions(void *handle)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		void *address = dlsym(handle, functions[i].name);

		if (!address)
			return failed("libimobiledevice is of another version");
		memcpy((char *)&library + functions[i].offset, &address, sizeof address);
	}
	return NULL;
}

const char *
library_open(void)
{
	static void *handle;

	if (*failure)
		return failure;
	if (handle)
		return NULL;
	for (size_t i = 0; i < sizeof files / sizeof *files && !handle; i++) {
		handle = dlopen(files[i], RTLD_NOW | RTLD_LOCAL);
		if (!handle && !*failure)
			failed("libimobiledevice cannot be loaded");	/* the first name is the one that counts */
	}
	if (!handle)
		return failure;
	*failure = '\0';
	return find_functions(handle);
}
