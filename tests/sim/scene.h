/* SPDX-License-Identifier: MIT */
/*
 * The state of the simulated world: one usbmuxd and its devices.
 *
 * Connections run in threads of their own and the control socket changes the scene under them, so
 * everything here is read and written between scene_lock and scene_unlock.  Answers are sent
 * outside; only events, which are small, go out under the lock.  The scene lives as long as main.
 */
#ifndef SIM_SCENE_H
#define SIM_SCENE_H

#include "fault.h"
#include "record.h"
#include "values.h"

#include <netinet/in.h>

/* Where usbmuxd can misbehave.  Names as in scene.c. */
enum mux_stage {
	MUX_ACCEPT,                     /* before anything is read */
	MUX_LIST,
	MUX_LISTEN,
	MUX_LISTENERS,
	MUX_BUID,
	MUX_READ_RECORD,
	MUX_SAVE_RECORD,
	MUX_DELETE_RECORD,
	MUX_CONNECT,
	MUX_STAGES
};

/* Where a device can misbehave. */
enum stage {
	AT_CONNECT,                     /* usbmuxd's answer to Connect for this device */
	AT_OPEN,                        /* the connection is made, nothing is said yet */
	AT_QUERY,
	AT_GET,                         /* GetValue before a session */
	AT_PAIR,
	AT_VALIDATE,
	AT_UNPAIR,
	AT_START,
	AT_TLS,                         /* in place of the TLS handshake */
	AT_SESSION_GET,                 /* GetValue in a session */
	AT_STOP,
	AT_SERVICE,
	AT_OTHER,                       /* every other request */
	AT_STAGES
};

/* What is at the path where the socket should be. */
enum endpoint { SERVED, ABSENT_SOCKET, STALE_SOCKET, FORBIDDEN_SOCKET, PLAIN_FILE, DIRECTORY };

/* What is odd about a device's entry in usbmuxd's list. */
enum entry { ENTRY_GOOD, ENTRY_NO_SERIAL, ENTRY_NO_TYPE, ENTRY_ODD_TYPE, ENTRY_NO_ADDRESS,
             ENTRY_NO_PROPERTIES };

/* The one host that a device trusts. */
struct trust {
	bool any;                       /* false: nobody */
	char host_id[UUID_SIZE];
	X509 *root;                     /* what the host must present in TLS */
};

struct device {
	unsigned number;                /* 1 for the first; names it in logs and on the control socket */
	unsigned handle;                /* usbmuxd's DeviceID; a new one after each plug-in */
	bool attached;
	bool network;
	struct in_addr address;         /* of a network device; 0: none chosen yet */
	unsigned product_id;
	char udid[64];
	char type[64];                  /* what QueryType says */
	enum entry entry;
	struct fault at[AT_STAGES];
	bool tls;                       /* whether a session is encrypted */
	int tls_least, tls_most;        /* OpenSSL's version numbers; 0: whatever OpenSSL can */
	bool binary;                    /* answer in binary plists */
	char refusal[32];               /* error for a key that needs a session; "" : no value at all */
	struct values *values;
	struct pairing *pairing;        /* what "good" means for the record and the trust */
	const struct record_kind *wanted; /* record to be made when the settings are complete, or NULL */
	char *record;                   /* what usbmuxd has stored; NULL: nothing */
	size_t record_length;
	struct trust trust;
	unsigned started;               /* services that were started: bits, by row of their table */
};

enum { DEVICES = 32 };

struct scene {
	enum endpoint endpoint;
	struct fault at[MUX_STAGES];
	char buid[UUID_SIZE];
	char *records;                  /* folder that mirrors the records as files, or NULL */
	unsigned next_handle;
	unsigned count;
	struct device devices[DEVICES];
};

extern struct scene scene;

extern const char *const mux_stage_names[MUX_STAGES];
extern const char *const stage_names[AT_STAGES];

void scene_lock(void);
void scene_unlock(void);

/* Prepares an empty scene, and frees one. */
void scene_open(void);
void scene_close(void);

/* A new, healthy, trusted, attached device; NULL when there is no room. */
struct device *scene_add(void);

/* By usbmuxd's DeviceID, by number, by UDID; NULL when there is none (attached, for a handle). */
struct device *scene_by_handle(uint64_t handle);
struct device *scene_by_number(unsigned number);
struct device *scene_by_udid(const char *udid);

/* Stores, replaces or (bytes NULL) removes a record, and its file when records are mirrored. */
void device_store_record(struct device *d, const char *bytes, size_t length);

/* Makes and stores the wanted record, if one is wanted. */
void device_settle(struct device *d);

/* Writes all records to files in folder from now on, and the host's SystemConfiguration.plist. */
void scene_mirror(const char *folder);

/* Makes the device trust nobody, or the host of host_id that presents root (which it takes). */
void device_trust_nobody(struct device *d);
void device_trust(struct device *d, const char *host_id, X509 *root);
void device_trust_good(struct device *d);

/* Puts everything that modes change back to healthy; values and identity stay. */
void device_heal(struct device *d);

#endif
