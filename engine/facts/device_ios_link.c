/* SPDX-License-Identifier: MIT */
#include "facts/device_ios_link.h"

#include "base/system.h"
#include "facts/device_ios_codes.h"
#include "facts/device_ios_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LABEL "diagnose"			/* what the device is told who asks */
#define MUX_SOCKET "/var/run/usbmuxd"

enum {
	LOCKDOWN_PORT = 62078,
	MUX_PATIENCE = 5,		/* seconds the library waits for an answer of the multiplexer */
	NETWORK_MS = 4000,		/* for a connection to a device on the network */
	RECORD_MAX = 1 << 20		/* no honest pair record is larger than a few KiB */
};

struct link {
	struct link_entry entry;
	uint32_t handle;
	struct sockaddr_storage address;	/* network only */
	socklen_t address_size;			/* 0: the multiplexer gave none that can be used */
	idevice_t device;
	lockdownd_client_t client;
};

/* The guard over the handshake, see link_session. */
static struct {
	bool up, hit;
} guard;

typedef lockdownd_error_t pair_function(lockdownd_client_t, lockdownd_pair_record_t);

/*
 * The handshake looks at version and pair record by itself, and pairs or validates when they are
 * not there any more. To have looked before it is not enough, for the record may go in between.
 * So these two stand in for the library's functions of that name, which its handshake calls
 * through the dynamic symbol table (the Makefile exports them), and pass on everything but what
 * comes while the guard is up, also to a program's own copy of the library. In a program that does
 * not export them, looking before is all there is.
 */
static lockdownd_error_t
guarded(pair_function *loaded, const char *name, lockdownd_client_t client, lockdownd_pair_record_t record)
{
	union { pair_function *call; void *object; } real = { .call = loaded };

	guard.hit |= guard.up;
	if (!guard.up && !real.call)
		real.object = dlsym(RTLD_NEXT, name);
	return !guard.up && real.call ? real.call(client, record) : LOCKDOWN_E_INVALID_CONF;
}

__attribute__((weak)) lockdownd_error_t
lockdownd_pair(lockdownd_client_t client, lockdownd_pair_record_t record)
{
	return guarded(library.lockdownd_pair, __func__, client, record);
}

__attribute__((weak)) lockdownd_error_t
lockdownd_validate_pair(lockdownd_client_t client, lockdownd_pair_record_t record)
{
	return guarded(library.lockdownd_validate_pair, __func__, client, record);
}

/*
 * True when the library will connect to a Unix socket; `path` is it then. It takes UNIX:path and
 * host:port, and ignores all else.
 */
static bool
mux_is_file(const char **path)
{
	const char *set = getenv("USBMUXD_SOCKET_ADDRESS");
	const char *colon = set ? strrchr(set, ':') : NULL;

	*path = MUX_SOCKET;
	if (!set || !colon)
		return true;
	if (strncmp(set, "UNIX:", 5) == 0) {
		if (set[5])
			*path = set + 5;
		return true;
	}
	return colon == set || strtol(colon + 1, NULL, 10) <= 0;
}

/*
 * Why there was no list. The library says little more than errno, and not even that when the path
 * is no socket.
 */
static void
explain_no_list(struct buf *why, int error, int result, time_t took, bool *transient)
{
	const char *path;
	struct stat st;
	bool file = mux_is_file(&path);

	*transient = false;
	if (file && stat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
		buf_puts(why, "the multiplexer's address is no socket");
	else if (took >= MUX_PATIENCE)
		buf_puts(why, "the multiplexer did not answer");
	else if (result > 0)
		buf_printf(why, "the multiplexer refused to list devices (result %d)", result);
	else if (error == ENOENT)
		buf_puts(why, "there is no socket of the multiplexer: it does not run");
	else if (error == ECONNREFUSED)
		buf_puts(why, "nobody answers on the socket of the multiplexer: it stopped");
	else if (error == EACCES || error == EPERM)
		buf_puts(why, "no permission to use the socket of the multiplexer");
	else {
		buf_puts(why, "the multiplexer's list cannot be read: the connection was cut, or an entry is malformed");
		*transient = true;
	}
}

/*
 * The list with the pointer checked: a multiplexer that refuses both ways to list makes the
 * library return a number above 0 and no list.
 */
static int
get_list(usbmuxd_device_info_t **list, struct buf *why, bool *transient)
{
	const char *unusable = library_open();
	time_t start = time(NULL);
	int n;

	*list = NULL;
	*transient = false;
	if (unusable) {
		buf_puts(why, unusable);
		return -1;
	}
	errno = 0;
	n = library.usbmuxd_get_device_list(list);
	if (n >= 0 && *list)
		return n;
	explain_no_list(why, errno, n, time(NULL) - start, transient);
	return -1;
}

static void
copy_entry(struct link_entry *to, const usbmuxd_device_info_t *from)
{
	memcpy(to->udid, from->udid, sizeof to->udid);
	to->udid[sizeof to->udid - 1] = '\0';
	to->product = from->product_id;
	to->usb = from->conn_type != CONNECTION_TYPE_NETWORK;
}

int
link_list(struct link_entry **entries, struct buf *why, bool *transient)
{
	usbmuxd_device_info_t *list;
	int n = get_list(&list, why, transient);

	*entries = NULL;
	if (n < 0)
		return -1;
	*entries = calloc((size_t)n + 1, sizeof **entries);
	if (*entries)
		for (int i = 0; i < n; i++)
			copy_entry(&(*entries)[i], &list[i]);
	else
		buf_puts(why, "no memory for the multiplexer's list");
	library.usbmuxd_device_list_free(&list);
	return *entries ? n : -1;
}

/*
 * The address of a device on the network is a sockaddr as macOS lays it out: length, family (2 or
 * 30), port, address. The library believes the length and copies that much from a smaller field,
 * so a wrong one must not get there.
 */
static void
read_address(struct link *l, const char *data, size_t size)
{
	const unsigned char *u = (const unsigned char *)data;

	if (u[1] == 2 && u[0] >= 16 && u[0] <= size) {
		struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(LOCKDOWN_PORT) };

		memcpy(&in.sin_addr, data + 4, 4);
		memcpy(&l->address, &in, l->address_size = sizeof in);
	} else if (u[1] == 30 && u[0] >= 28 && u[0] <= size) {
		struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(LOCKDOWN_PORT) };

		memcpy(&in6.sin6_addr, data + 8, 16);
		memcpy(&in6.sin6_scope_id, data + 24, 4);
		memcpy(&l->address, &in6, l->address_size = sizeof in6);
	}
}

/* The entry of that identifier, the one by cable when there are two. */
static const usbmuxd_device_info_t *
choose(const usbmuxd_device_info_t *list, int n, const char *udid)
{
	const usbmuxd_device_info_t *found = NULL;

	for (int i = 0; i < n; i++)
		if (strcmp(list[i].udid, udid) == 0 && (!found || list[i].conn_type == CONNECTION_TYPE_USB))
			found = &list[i];
	return found;
}

struct link *
link_find(const char *udid, struct buf *why, bool *gone)
{
	usbmuxd_device_info_t *list;
	const usbmuxd_device_info_t *found;
	struct link *l = NULL;
	bool transient;
	int n = get_list(&list, why, &transient);

	*gone = false;
	if (n < 0)
		return NULL;
	found = choose(list, n, udid);
	*gone = !found;
	if (!found)
		buf_puts(why, "the multiplexer does not list the device any more");
	else if (!(l = calloc(1, sizeof *l)))
		buf_puts(why, "no memory");
	else {
		copy_entry(&l->entry, found);
		l->handle = found->handle;
		if (!l->entry.usb)
			read_address(l, found->conn_data, sizeof found->conn_data);
		if (l->entry.usb || l->address_size)
			library.idevice_new_with_options(&l->device, udid,
				l->entry.usb ? IDEVICE_LOOKUP_USBMUX : IDEVICE_LOOKUP_NETWORK);
	}
	library.usbmuxd_device_list_free(&list);
	return l;
}

static void
drop_client(struct link *l)
{
	if (l->client)
		library.lockdownd_client_free(l->client);
	l->client = NULL;
}

void
link_close(struct link *l)
{
	if (!l)
		return;
	drop_client(l);
	if (l->device)
		library.idevice_free(l->device);
	free(l);
}

const struct link_entry *
link_entry(const struct link *l)
{
	return &l->entry;
}

static int
probe_network(const struct link *l)
{
	struct pollfd p = { .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof error;

	if (!l->address_size)
		return EAFNOSUPPORT;
	p.fd = socket(l->address.ss_family, SOCK_STREAM, 0);
	if (p.fd < 0)
		return errno;
	fcntl(p.fd, F_SETFD, FD_CLOEXEC);
	fcntl(p.fd, F_SETFL, O_NONBLOCK);
	if (connect(p.fd, (const struct sockaddr *)&l->address, l->address_size) < 0)
		error = errno;
	if (error == EINPROGRESS) {
		if (poll(&p, 1, NETWORK_MS) <= 0)
			error = ETIMEDOUT;
		else if (getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
			error = errno;
	}
	close(p.fd);
	return error;
}

int
link_probe(struct link *l)
{
	time_t start = time(NULL);
	int fd;

	if (!l->entry.usb)
		return probe_network(l);
	fd = library.usbmuxd_connect(l->handle, LOCKDOWN_PORT);
	if (fd < 0)
		return time(NULL) - start >= MUX_PATIENCE ? ETIMEDOUT : -fd;
	library.usbmuxd_disconnect(fd);
	return 0;
}

int
link_open(struct link *l)
{
	drop_client(l);
	return l->device ? (int)library.lockdownd_client_new(l->device, &l->client, LABEL) : CODE_LINK;
}

int
link_type(struct link *l, char *type, size_t size)
{
	char *got = NULL;
	int code = library.lockdownd_query_type(l->client, &got);

	snprintf(type, size, "%s", code == CODE_OK && got ? got : "");
	free(got);
	return code;
}

static void
read_answer(struct answer *a, plist_t node)
{
	const char *text;
	uint64_t length;
	uint8_t yes = 0;

	switch (library.plist_get_node_type(node)) {
	case PLIST_STRING:
		text = library.plist_get_string_ptr(node, &length);
		a->kind = ANSWER_TEXT;
		snprintf(a->text, sizeof a->text, "%s", text ? text : "");
		break;
	case PLIST_BOOLEAN:
		library.plist_get_bool_val(node, &yes);
		a->kind = ANSWER_YES_NO;
		a->yes = yes;
		break;
	case PLIST_UINT:
		library.plist_get_uint_val(node, &a->integer);
		a->kind = ANSWER_INTEGER;
		break;
	case PLIST_REAL:
		library.plist_get_real_val(node, &a->real);
		a->kind = ANSWER_REAL;
		break;
	default:
		a->kind = ANSWER_OTHER;
	}
}

int
link_ask(struct link *l, const char *domain, const char *key, struct answer *a)
{
	plist_t node = NULL;
	int code = library.lockdownd_get_value(l->client, domain, key, &node);

	memset(a, 0, sizeof *a);
	if (node) {
		if (code == CODE_OK)
			read_answer(a, node);
		library.plist_free(node);
	}
	return code;
}

/* The bytes of a text or data node; they stay the node's. */
static const char *
bytes_of(plist_t node, uint64_t *size)
{
	*size = 0;
	switch (node ? library.plist_get_node_type(node) : PLIST_NONE) {
	case PLIST_STRING:
		return library.plist_get_string_ptr(node, size);
	case PLIST_DATA:
		return library.plist_get_data_ptr(node, size);
	default:
		return NULL;
	}
}

/*
 * Frees a pair record so that no key stays in memory. The library has no call for it; the
 * pointers it gives lead to its own bytes.
 */
static void
wipe_record(plist_t record)
{
	plist_dict_iter it = NULL;
	plist_t node = NULL;
	char *key = NULL;

	if (record && library.plist_get_node_type(record) == PLIST_DICT)
		library.plist_dict_new_iter(record, &it);
	while (it) {
		union { const char *given; char *bytes; } p;
		uint64_t size;

		library.plist_dict_next_item(record, it, &key, &node);
		if (!node)
			break;
		free(key);
		p.given = bytes_of(node, &size);
		if (p.given)
			system_wipe(p.bytes, (size_t)size);
	}
	free(it);
	library.plist_free(record);
}

/*
 * What a session needs of the record; without one of the two PEM parts the library offers no
 * certificate and the device hangs up.
 */
static const struct part {
	const char *key;
	plist_type type;
	const char *begins, *ends;
} parts[] = {
	{ "HostID", PLIST_STRING, "", "" },
	{ "RootCertificate", PLIST_DATA, "-----BEGIN ", "-----END " },
	{ "RootPrivateKey", PLIST_DATA, "-----BEGIN ", "-----END " },
};

static bool
has_part(plist_t record, const struct part *p)
{
	plist_t node = library.plist_dict_get_item(record, p->key);
	uint64_t size;
	const char *bytes = bytes_of(node, &size);

	return bytes && size > 0 && library.plist_get_node_type(node) == p->type
		&& memmem(bytes, (size_t)size, p->begins, strlen(p->begins))
		&& memmem(bytes, (size_t)size, p->ends, strlen(p->ends));
}

static enum record
judge_record(const char *data, uint32_t size, struct buf *missing)
{
	plist_t record = NULL;
	bool dict, usable = true;

	if (size > 8 && size <= RECORD_MAX) {
		if (memcmp(data, "bplist00", 8) == 0)
			library.plist_from_bin(data, size, &record);
		else
			library.plist_from_xml(data, size, &record);
	}
	dict = record && library.plist_get_node_type(record) == PLIST_DICT;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!dict || !has_part(record, &parts[i])) {
			buf_printf(missing, "%s%s", usable ? "" : ", ", parts[i].key);
			usable = false;
		}
	wipe_record(record);
	return usable ? RECORD_USABLE : RECORD_DAMAGED;
}

enum record
link_record(struct link *l, struct buf *missing, struct buf *why)
{
	char *data = NULL;
	uint32_t size = 0;
	time_t start = time(NULL);
	int result = library.usbmuxd_read_pair_record(l->entry.udid, &data, &size);
	enum record state = RECORD_UNKNOWN;

	if (result >= 0)		/* above 0: a record without a byte */
		state = judge_record(data, size, missing);
	else if (result == -ENOENT)
		state = RECORD_ABSENT;
	else if (time(NULL) - start >= MUX_PATIENCE)
		buf_puts(why, "the multiplexer did not answer when asked for the pair record");
	else
		buf_printf(why, "the multiplexer could not give the pair record: %s (%d)", strerror(-result), -result);
	if (data) {
		system_wipe(data, size);
		free(data);
	}
	return state;
}

/*
 * True for versions with which the handshake asks for nothing but a session: 7.0 and later, as it
 * reads and packs them itself.
 */
static bool
never_pairs(const char *version)
{
	int major, minor;

	return sscanf(version, "%d.%d", &major, &minor) == 2 && major >= 7 && major <= 255;
}

int
link_session(struct link *l, const char *version)
{
	struct buf missing = { 0 }, why = { 0 };
	enum record record = RECORD_UNKNOWN;
	int code = LINK_REFUSED;

	drop_client(l);
	if (l->device && never_pairs(version))
		record = link_record(l, &missing, &why);
	if (record == RECORD_USABLE) {
		guard.hit = false;
		guard.up = true;
		code = library.lockdownd_client_new_with_handshake(l->device, &l->client, LABEL);
		guard.up = false;
		if (guard.hit)
			code = LINK_REFUSED;
	}
	buf_free(&missing);
	buf_free(&why);
	return code;
}

int
link_pair(struct link *l)
{
	return l->client ? (int)library.lockdownd_pair(l->client, NULL) : CODE_LINK;
}
