/* SPDX-License-Identifier: MIT */
/*
 * Plists in frames, over a socket that may or may not speak TLS.
 *
 * Both protocols of the simulator send a header that holds a length, then a property list.  A
 * struct framing says how one of them writes and reads its header; the rest is the same code.
 * Nothing here decides what to answer.
 */
#ifndef SIM_WIRE_H
#define SIM_WIRE_H

#include <plist/plist.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One end of a connection.  ssl is NULL while the connection is in clear.  Owns neither. */
struct wire {
	int fd;
	SSL *ssl;
};

/* The header of a protocol.  All lengths are those of the payload, without the header. */
struct framing {
	size_t header;                  /* bytes, at most 16 */
	uint32_t limit;                 /* longest payload accepted from a client */
	/* False when the header is not one of this protocol. */
	bool (*read)(const uint8_t *header, uint32_t *length, uint32_t *tag);
	/* claimed is written as it is, even when it is a lie: faults need that. */
	void (*write)(uint8_t *header, uint32_t claimed, uint32_t tag);
	uint32_t own;                   /* what the length field counts besides the payload */
};

extern const struct framing framing_mux;        /* 16 bytes, little endian, length with header */
extern const struct framing framing_lockdown;   /* 4 bytes, big endian, length without header */

/* All n bytes, or false: the other end closed, or the link broke. */
bool wire_read(struct wire *w, void *bytes, size_t n);
bool wire_write(struct wire *w, const void *bytes, size_t n);

/* Reads and forgets until the other end closes.  This is what silence looks like. */
void wire_drain(struct wire *w);

/* Waits; ends early when the other end closes. */
void wire_pause(struct wire *w, int milliseconds);

/* Writes a header that claims `claimed` (as the length field), then n bytes. */
bool wire_frame(struct wire *w, const struct framing *f, uint32_t claimed, uint32_t tag,
                const void *bytes, size_t n);

/* The next dictionary, to be freed with plist_free; NULL when there is none.  tag may be NULL. */
plist_t wire_receive(struct wire *w, const struct framing *f, uint32_t *tag);

/* Sends one plist; XML, or binary.  Does not take the plist. */
bool wire_send(struct wire *w, const struct framing *f, uint32_t tag, plist_t plist, bool binary);

/*
 * The bytes of a plist, to be freed with free.  In the binary form a string that is not valid UTF-8
 * goes out byte by byte, which no library would write but every library reads.
 */
char *wire_bytes(plist_t plist, bool binary, uint32_t *length);

/* A string of a dictionary, owned by it, or NULL.  A number, or fallback. */
const char *dict_string(plist_t dict, const char *key);
uint64_t dict_number(plist_t dict, const char *key, uint64_t fallback);

#endif
