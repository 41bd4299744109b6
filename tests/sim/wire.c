/* SPDX-License-Identifier: MIT */
#include "wire.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool
mux_read_header(const uint8_t *header, uint32_t *length, uint32_t *tag)
{
	uint32_t word[4];

	memcpy(word, header, sizeof word);
	*length = le32toh(word[0]) - 16;
	*tag = le32toh(word[3]);
	return le32toh(word[0]) >= 16 && le32toh(word[1]) == 1 && le32toh(word[2]) == 8;
}

static void
mux_write_header(uint8_t *header, uint32_t claimed, uint32_t tag)
{
	const uint32_t word[4] = { htole32(claimed), htole32(1), htole32(8), htole32(tag) };

	memcpy(header, word, sizeof word);
}

static bool
lockdown_read_header(const uint8_t *header, uint32_t *length, uint32_t *tag)
{
	uint32_t word;

	memcpy(&word, header, sizeof word);
	*length = be32toh(word);
	*tag = 0;
	return true;
}

static void
lockdown_write_header(uint8_t *header, uint32_t claimed, uint32_t tag)
{
	const uint32_t word = htobe32(claimed);

	(void)tag;
	memcpy(header, &word, sizeof word);
}

const struct framing framing_mux = {
	.header = 16, .limit = 65536 - 16, .own = 16,
	.read = mux_read_header, .write = mux_write_header,
};

const struct framing framing_lockdown = {
	.header = 4, .limit = 1 << 20, .own = 0,
	.read = lockdown_read_header, .write = lockdown_write_header,
};

/* One read of whatever there is: more than 0 bytes, or the end. */
static size_t
read_some(struct wire *w, void *bytes, size_t n)
{
	ssize_t got;
	size_t some = 0;

	if (w->ssl)
		return SSL_read_ex(w->ssl, bytes, n, &some) == 1 ? some : 0;
	do
		got = recv(w->fd, bytes, n, 0);
	while (got < 0 && errno == EINTR);
	return got > 0 ? (size_t)got : 0;
}

static size_t
write_some(struct wire *w, const void *bytes, size_t n)
{
	ssize_t put;
	size_t some = 0;

	if (w->ssl)
		return SSL_write_ex(w->ssl, bytes, n, &some) == 1 ? some : 0;
	do
		put = send(w->fd, bytes, n, MSG_NOSIGNAL);
	while (put < 0 && errno == EINTR);
	return put > 0 ? (size_t)put : 0;
}

bool
wire_read(struct wire *w, void *bytes, size_t n)
{
	size_t got;

	for (char *at = bytes; n; at += got, n -= got)
		if (!(got = read_some(w, at, n)))
			return false;
	return true;
}

bool
wire_write(struct wire *w, const void *bytes, size_t n)
{
	size_t put;

	for (const char *at = bytes; n; at += put, n -= put)
		if (!(put = write_some(w, at, n)))
			return false;
	return true;
}

/* Below TLS on purpose: whoever drains no longer cares what the bytes mean. */
void
wire_drain(struct wire *w)
{
	struct wire raw = { .fd = w->fd, .ssl = NULL };
	char sink[4096];

	while (read_some(&raw, sink, sizeof sink))
		;
}

void
wire_pause(struct wire *w, int milliseconds)
{
	/* No events asked for: only a hang-up or the time ends the wait. */
	struct pollfd p = { .fd = w->fd, .events = 0 };

	(void)poll(&p, 1, milliseconds);
}

bool
wire_frame(struct wire *w, const struct framing *f, uint32_t claimed, uint32_t tag,
           const void *bytes, size_t n)
{
	char *frame = malloc(f->header + n);
	bool sent;

	if (!frame)
		return false;
	f->write((uint8_t *)frame, claimed, tag);
	if (n)
		memcpy(frame + f->header, bytes, n);
	sent = wire_write(w, frame, f->header + n);
	free(frame);
	return sent;
}

plist_t
wire_receive(struct wire *w, const struct framing *f, uint32_t *tag)
{
	uint8_t header[16];
	uint32_t length, ignored;
	plist_t plist = NULL;
	char *bytes;

	if (!wire_read(w, header, f->header) || !f->read(header, &length, tag ? tag : &ignored) ||
	    length == 0 || length > f->limit || !(bytes = malloc(length)))
		return NULL;
	if (wire_read(w, bytes, length))
		plist_from_memory(bytes, length, &plist);
	free(bytes);
	if (plist && plist_get_node_type(plist) != PLIST_DICT) {
		plist_free(plist);
		plist = NULL;
	}
	return plist;
}

bool
wire_send(struct wire *w, const struct framing *f, uint32_t tag, plist_t plist, bool binary)
{
	uint32_t length;
	char *bytes = wire_bytes(plist, binary, &length);
	bool sent = bytes && wire_frame(w, f, length + f->own, tag, bytes, length);

	free(bytes);
	return sent;
}

static bool
is_utf8(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	static const unsigned least[] = { 0, 0x80, 0x800, 0x10000 };

	while (*s) {
		unsigned more = *s < 0x80 ? 0 : *s >= 0xf0 ? 3 : *s >= 0xe0 ? 2 : 1;
		unsigned rune = more ? *s & (0x3fu >> more) : *s;

		if (*s >= 0xf8 || (*s >= 0x80 && *s < 0xc0))
			return false;
		s++;
		for (unsigned i = 0; i < more; i++, s++) {
			if ((*s & 0xc0) != 0x80)
				return false;
			rune = rune << 6 | (*s & 0x3fu);
		}
		if (rune < least[more] || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
			return false;
	}
	return true;
}

/*
 * libplist cannot write such a string in binary, so it is given one of equal length that it can,
 * a run of DEL characters, whose place the real bytes take afterwards.  At most one string is
 * looked for: a second one would be the first one again, since libplist writes equal strings once.
 */
static char *
hide_bad_string(plist_t node)
{
	char *text = NULL, *key = NULL, *hidden = NULL;
	plist_dict_iter it = NULL;
	plist_t item = NULL;

	if (plist_get_node_type(node) == PLIST_STRING) {
		plist_get_string_val(node, &text);
		if (text && !is_utf8(text)) {
			char *cover = strdup(text);

			if (cover)
				plist_set_string_val(node, memset(cover, 0x7f, strlen(cover)));
			free(cover);
			return text;
		}
		free(text);
	} else if (plist_get_node_type(node) == PLIST_DICT) {
		plist_dict_new_iter(node, &it);
		do {
			free(key);
			key = NULL;
			plist_dict_next_item(node, it, &key, &item);
		} while (item && !(hidden = hide_bad_string(item)));
		free(key);
		free(it);
	}
	return hidden;
}

static void
restore_bad_string(char *bytes, uint32_t length, const char *hidden)
{
	size_t n = strlen(hidden);
	char *cover = malloc(n);
	char *at = cover ? memmem(bytes, length, memset(cover, 0x7f, n), n) : NULL;

	if (at)
		memcpy(at, hidden, n);
	free(cover);
}

char *
wire_bytes(plist_t plist, bool binary, uint32_t *length)
{
	char *bytes = NULL, *hidden;
	plist_t copy;

	*length = 0;
	if (!binary) {
		plist_to_xml(plist, &bytes, length);
		return bytes;
	}
	copy = plist_copy(plist);
	hidden = hide_bad_string(copy);
	plist_to_bin(copy, &bytes, length);
	if (bytes && hidden)
		restore_bad_string(bytes, *length, hidden);
	free(hidden);
	plist_free(copy);
	return bytes;
}

const char *
dict_string(plist_t dict, const char *key)
{
	plist_t node = plist_dict_get_item(dict, key);

	return node && plist_get_node_type(node) == PLIST_STRING ? plist_get_string_ptr(node, NULL)
	                                                          : NULL;
}

uint64_t
dict_number(plist_t dict, const char *key, uint64_t fallback)
{
	plist_t node = plist_dict_get_item(dict, key);

	if (node && plist_get_node_type(node) == PLIST_UINT)
		plist_get_uint_val(node, &fallback);
	return fallback;
}
