/* SPDX-License-Identifier: MIT */
/*
 * libimobiledevice with its kin (libusbmuxd, libplist), loaded when it is first needed, in a
 * collector's child, and not together with the program: with OpenSSL behind it, it takes longer
 * to load than the program, and a run on recorded facts needs none of it (docs/performance.md).
 *
 * The headers are those of the build, so calls through `library` are type-checked as direct ones
 * are.
 */
#ifndef FACTS_DEVICE_IOS_LIBRARY_H
#define FACTS_DEVICE_IOS_LIBRARY_H

#include <libimobiledevice/libimobiledevice.h>
#include <libimobiledevice/lockdown.h>
#include <plist/plist.h>
#include <usbmuxd.h>

#define LIBRARY_FUNCTIONS(F) \
	F(idevice_new_with_options) F(idevice_free) \
	F(lockdownd_client_new) F(lockdownd_client_new_with_handshake) F(lockdownd_client_free) \
	F(lockdownd_query_type) F(lockdownd_get_value) F(lockdownd_pair) F(lockdownd_validate_pair) \
	F(usbmuxd_get_device_list) F(usbmuxd_device_list_free) F(usbmuxd_connect) F(usbmuxd_disconnect) F(usbmuxd_read_pair_record) \
	F(plist_free) F(plist_from_bin) F(plist_from_xml) F(plist_get_node_type) \
	F(plist_get_string_ptr) F(plist_get_data_ptr) F(plist_get_bool_val) F(plist_get_uint_val) F(plist_get_real_val) \
	F(plist_dict_get_item) F(plist_dict_new_iter) F(plist_dict_next_item)

struct library {
#define F(name) __typeof__(name) *name;
	LIBRARY_FUNCTIONS(F)
#undef F
};

/* The library's own functions; to be used after library_open has returned NULL. */
extern struct library library;

/*
 * Loads the library, once in a process. Returns NULL, or why it cannot be used, in text that
 * stays. Not for several threads at once.
 */
const char *library_open(void);

#endif
