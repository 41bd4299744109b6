/* SPDX-License-Identifier: MIT */
/* A pair record, or what lies in its place: which keys it has. */
#include "fuzz.h"

#include "facts/plist_keys.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "HostID", "SystemBUID", "DeviceCertificate", "" };
	bool found[4];

	if (plist_keys((const char *)data, size, names, 4, found) != PLIST_GOOD)
		holds(!found[0] && !found[1] && !found[2] && !found[3], "a file that is no property list has no keys");
	return 0;
}
