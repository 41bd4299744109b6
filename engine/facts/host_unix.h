/* SPDX-License-Identifier: MIT */
/*
 * What the collectors of Linux and macOS share: files below a root, commands, the multiplexer's socket. All of it runs in a collector's child. Nothing here
 * follows a link out of the root, opens anything but regular files, waits on a pipe, or reads more than it is told.
 */
#ifndef FACTS_HOST_UNIX_H
#define FACTS_HOST_UNIX_H

#include "base/buf.h"
#include "facts/collect.h"

#include <sys/stat.h>
#include <sys/types.h>

/* -- Files -- */

enum file_state { FILE_READ, FILE_ABSENT, FILE_DENIED, FILE_ODD };

enum { SMALL_FILE = 64 << 10, LARGE_FILE = 16 << 20 };

/* True when the tree is this machine itself. */
bool is_live(const struct collect_options *o);

/* Appends the path of `path` below the root, links resolved as if the root were "/". False: errno tells. */
bool host_path(const struct collect_options *o, const char *path, struct buf *out);

/* Appends at most `max` bytes of a file, from its end when `tail`. Anything but a regular file is FILE_ODD. */
enum file_state host_read(const struct collect_options *o, const char *path, size_t max, struct buf *out);
enum file_state host_read_tail(const struct collect_options *o, const char *path, size_t max, struct buf *out);

/* The first line of a small file without the space around it; NULL unless FILE_READ. In `out`, which is emptied first. */
const char *host_line(const struct collect_options *o, const char *path, struct buf *out);

enum file_state host_stat(const struct collect_options *o, const char *path, struct stat *st);
bool host_exists(const struct collect_options *o, const char *path);

/* The last part of what a link points to; NULL when it is no link. The link itself is not followed. */
const char *host_link(const struct collect_options *o, const char *path, struct buf *out);

/* The names in a folder, sorted, without "." and ".."; at most `max`. Freed by host_list_free. */
struct names {
	char **items;
	size_t n;
	bool more;	/* there are more than `max` */
};
enum file_state host_list(const struct collect_options *o, const char *path, size_t max, struct names *out);
void host_list_free(struct names *n);

/* "there is no such file" ..; and a reason made of it: "/etc/os-release: permission denied", in `out`. */
const char *file_state_text(enum file_state s);
const char *file_reason(struct buf *out, const char *path, enum file_state s);

/* -- Commands -- */

enum command_state { COMMAND_DONE, COMMAND_ABSENT, COMMAND_LATE, COMMAND_FAILED };

/*
 * Whether the tree's programs and sockets can be asked: those of this machine. A build with stand-ins (DX_STAND_IN, see the Makefile) runs what lies below
 * a root, too, and so is for tests only.
 */
bool host_can_ask(const struct collect_options *o);

/*
 * Runs a program of this machine by its absolute path, with a minimal environment and no input; appends at most `max` bytes of its output. It is
 * killed after `ms`. COMMAND_FAILED: it ended with another status than 0; the output is there all the same.
 */
enum command_state command_run(const struct collect_options *o, const char *const *argv, int ms, size_t max, struct buf *out);

/* -- usbmuxd's address -- */

enum mux_address_kind { ADDRESS_DEFAULT, ADDRESS_UNIX, ADDRESS_TCP, ADDRESS_IGNORED };

/* How libusbmuxd reads USBMUXD_SOCKET_ADDRESS (`text`, NULL: not set). */
struct mux_address {
	enum mux_address_kind kind;
	char where[256];	/* a path, or a host */
	int port;
};
void mux_address_read(const char *text, struct mux_address *out);

/* "default", "set" or "set-but-ignored": what the variable of this process comes to. */
const char *mux_address_kind(void);

/* Asks the multiplexer at the address in use and at the default one: mux.state, mux.socket_mode, mux.default_state. */
void mux_record_state(const struct collect_options *o, struct recorder *r);

/* -- Pair records -- */

/* The records in a folder, how many there are, and the identity of this computer beside them: record_folder.records, .host_identity, pair_record. */
void record_pairs(const struct collect_options *o, struct recorder *r, const char *folder);

#endif
