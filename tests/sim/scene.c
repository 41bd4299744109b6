/* SPDX-License-Identifier: MIT */
#include "scene.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct scene scene;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

const char *const mux_stage_names[MUX_STAGES] = {
	[MUX_ACCEPT] = "accept",           [MUX_LIST] = "list",
	[MUX_LISTEN] = "listen",           [MUX_LISTENERS] = "listeners",
	[MUX_BUID] = "buid",               [MUX_READ_RECORD] = "read-record",
	[MUX_SAVE_RECORD] = "save-record", [MUX_DELETE_RECORD] = "delete-record",
	[MUX_CONNECT] = "connect",
};

const char *const stage_names[AT_STAGES] = {
	[AT_CONNECT] = "connect", [AT_OPEN] = "open",     [AT_QUERY] = "query",
	[AT_GET] = "get",         [AT_PAIR] = "pair",     [AT_VALIDATE] = "validate",
	[AT_UNPAIR] = "unpair",   [AT_START] = "start",   [AT_TLS] = "tls",
	[AT_STOP] = "stop",       [AT_SERVICE] = "service", [AT_SESSION_GET] = "session-get",
	[AT_OTHER] = "other",
};

void
scene_lock(void)
{
	pthread_mutex_lock(&lock);
}

void
scene_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

void
scene_open(void)
{
	make_uuid(scene.buid);
	scene.next_handle = 1;
}

void
scene_close(void)
{
	for (struct device *d = scene.devices; d < scene.devices + scene.count; d++) {
		device_trust_nobody(d);
		values_free(d->values);
		pairing_free(d->pairing);
		free(d->record);
	}
	free(scene.records);
}

struct device *
scene_add(void)
{
	struct device *d = scene.devices + scene.count;

	if (scene.count == DEVICES)
		return NULL;
	d->number = scene.count + 1;
	d->handle = scene.next_handle++;
	d->attached = true;
	d->product_id = 0x12a8;
	snprintf(d->udid, sizeof d->udid, "00008030-001C2D3E4F50%04X", d->number);
	d->values = values_new();
	if (!d->values || !values_set(d->values, "", "DevicePublicKey", record_public_key()))
		return NULL;
	d->pairing = pairing_new(scene.buid);
	if (!d->pairing)
		return NULL;
	scene.count++;
	(void)values_set(d->values, "", "UniqueDeviceID", d->udid);
	device_heal(d);
	return d;
}

struct device *
scene_by_handle(uint64_t handle)
{
	for (struct device *d = scene.devices; d < scene.devices + scene.count; d++)
		if (d->attached && d->handle == handle)
			return d;
	return NULL;
}

struct device *
scene_by_number(unsigned number)
{
	return number >= 1 && number <= scene.count ? scene.devices + number - 1 : NULL;
}

struct device *
scene_by_udid(const char *udid)
{
	for (struct device *d = scene.devices; udid && d < scene.devices + scene.count; d++)
		if (strcasecmp(d->udid, udid) == 0)
			return d;
	return NULL;
}

/* The files are for tests that look into a captured tree as well; nobody here reads them again. */
static void
write_file(const char *name, const char *bytes, size_t length)
{
	char path[4096];
	int fd;

	if (!scene.records || strchr(name, '/') ||
	    snprintf(path, sizeof path, "%s/%s.plist", scene.records, name) >= (int)sizeof path)
		return;
	if (!bytes) {
		(void)unlink(path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, bytes, length) < 0)
		perror(path);
	if (fd >= 0)
		close(fd);
}

void
scene_mirror(const char *folder)
{
	plist_t system = plist_new_dict();
	uint32_t length;
	char *bytes;

	scene.records = strdup(folder);
	plist_dict_set_item(system, "SystemBUID", plist_new_string(scene.buid));
	bytes = wire_bytes(system, false, &length);
	write_file("SystemConfiguration", bytes, length);
	free(bytes);
	plist_free(system);
	for (struct device *d = scene.devices; d < scene.devices + scene.count; d++)
		write_file(d->udid, d->record, d->record_length);
}

void
device_store_record(struct device *d, const char *bytes, size_t length)
{
	free(d->record);
	d->record = bytes ? malloc(length + 1) : NULL;
	d->record_length = d->record ? length : 0;
	if (d->record)
		memcpy(d->record, bytes, length);
	write_file(d->udid, d->record, d->record_length);
}

void
device_settle(struct device *d)
{
	size_t length;
	char *bytes;

	/* Of two entries for one device the first holds the record. */
	if (!d->wanted || scene_by_udid(d->udid) != d)
		return;
	snprintf(d->pairing->wifi_mac, sizeof d->pairing->wifi_mac, "%s",
	         values_text(d->values, "", "WiFiAddress"));
	bytes = record_bytes(d->wanted, d->pairing, &length);
	device_store_record(d, bytes, length);
	free(bytes);
	d->wanted = NULL;
}

void
device_trust_nobody(struct device *d)
{
	X509_free(d->trust.root);
	d->trust = (struct trust){ 0 };
}

void
device_trust(struct device *d, const char *host_id, X509 *root)
{
	device_trust_nobody(d);
	d->trust.any = true;
	d->trust.root = root;
	snprintf(d->trust.host_id, sizeof d->trust.host_id, "%s", host_id);
}

void
device_trust_good(struct device *d)
{
	const char *pem = d->pairing->root_pem;

	device_trust(d, d->pairing->host_id, certificate_from_pem(pem, strlen(pem)));
}

void
device_heal(struct device *d)
{
	memset(d->at, 0, sizeof d->at);
	d->network = false;
	d->entry = ENTRY_GOOD;
	d->tls = true;
	d->tls_least = d->tls_most = 0;
	d->binary = false;
	snprintf(d->type, sizeof d->type, "com.apple.mobile.lockdown");
	snprintf(d->refusal, sizeof d->refusal, "GetProhibited");
	(void)values_set(d->values, "", "PasswordProtected", "false");
	d->wanted = record_kind("good");
	device_trust_good(d);
}
