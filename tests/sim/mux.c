/* SPDX-License-Identifier: MIT */
#include "mux.h"

#include "lockdown.h"
#include "log.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { RESULT_OK = 0, BAD_COMMAND = 1, BAD_DEVICE = 2, REFUSED = 3, INVALID = 22 };

/* A request being answered. */
struct request {
	plist_t dict;
	struct connection *from;
	struct device *device;          /* the device it names, by UDID or by DeviceID, or NULL */
	uint16_t port;                  /* Connect: the port it asks for */
	bool listen, tunnel;            /* what the connection becomes after the answer */
	struct fault fault;             /* what spoils the answer */
};

static plist_t
result(unsigned number)
{
	plist_t reply = plist_new_dict();

	plist_dict_set_item(reply, "MessageType", plist_new_string("Result"));
	plist_dict_set_item(reply, "Number", plist_new_uint(number));
	return reply;
}

/* A socket address as Apple's systems lay it out: length, family, port, IPv4 address. */
static plist_t
network_address(const struct device *d)
{
	char address[16] = { 16, 2 };

	memcpy(address + 4, &d->address, 4);
	return plist_new_data(address, sizeof address);
}

static plist_t
properties(const struct device *d)
{
	plist_t p = plist_new_dict();
	const char *type = d->entry == ENTRY_ODD_TYPE ? "Telepathy" : d->network ? "Network" : "USB";

	plist_dict_set_item(p, "DeviceID", plist_new_uint(d->handle));
	plist_dict_set_item(p, "ProductID", plist_new_uint(d->product_id));
	if (d->entry != ENTRY_NO_TYPE)
		plist_dict_set_item(p, "ConnectionType", plist_new_string(type));
	if (d->entry != ENTRY_NO_SERIAL)
		plist_dict_set_item(p, "SerialNumber", plist_new_string(d->udid));
	if (!d->network) {
		plist_dict_set_item(p, "LocationID", plist_new_uint(1u << 16 | d->handle));
		plist_dict_set_item(p, "ConnectionSpeed", plist_new_uint(480000000));
	} else if (d->entry != ENTRY_NO_ADDRESS) {
		plist_dict_set_item(p, "NetworkAddress", network_address(d));
	}
	return p;
}

static plist_t
attached(const struct device *d)
{
	plist_t event = plist_new_dict();

	plist_dict_set_item(event, "MessageType", plist_new_string("Attached"));
	plist_dict_set_item(event, "DeviceID", plist_new_uint(d->handle));
	if (d->entry != ENTRY_NO_PROPERTIES)
		plist_dict_set_item(event, "Properties", properties(d));
	return event;
}

/* Tells the listeners that something happened to a device. */
static void
tell(const char *what, const struct device *d)
{
	plist_t event = plist_new_dict();

	plist_dict_set_item(event, "MessageType", plist_new_string(what));
	plist_dict_set_item(event, "DeviceID", plist_new_uint(d->handle));
	server_tell(event);
	plist_free(event);
}

void
mux_plug(struct device *d, bool in)
{
	plist_t event;

	if (d->attached == in)
		return;
	d->attached = in;
	if (in) {
		d->handle = scene.next_handle++;
		event = attached(d);
		server_tell(event);
		plist_free(event);
	} else {
		tell("Detached", d);
		server_cut(d->number);
	}
}

static plist_t
list_devices(struct request *r)
{
	plist_t reply = plist_new_dict(), list = plist_new_array();

	(void)r;
	for (const struct device *d = scene.devices; d < scene.devices + scene.count; d++)
		if (d->attached)
			plist_array_append_item(list, attached(d));
	plist_dict_set_item(reply, "DeviceList", list);
	return reply;
}

static plist_t
listen_for_devices(struct request *r)
{
	r->listen = true;
	return result(RESULT_OK);
}

static void
add_listener(const struct connection *c, void *list)
{
	plist_t entry = plist_new_dict();

	plist_dict_set_item(entry, "ProgName", plist_new_string(c->program));
	plist_dict_set_item(entry, "ConnType", plist_new_uint(0));
	plist_array_append_item(list, entry);
}

static plist_t
list_listeners(struct request *r)
{
	plist_t reply = plist_new_dict(), list = plist_new_array();

	(void)r;
	server_listeners(add_listener, list);
	plist_dict_set_item(reply, "ListenerList", list);
	return reply;
}

static plist_t
read_buid(struct request *r)
{
	plist_t reply = plist_new_dict();

	(void)r;
	plist_dict_set_item(reply, "BUID", plist_new_string(scene.buid));
	return reply;
}

static plist_t
read_record(struct request *r)
{
	const struct device *d = r->device;
	plist_t reply;

	if (!d || !d->record)
		return result(BAD_DEVICE);
	reply = plist_new_dict();
	plist_dict_set_item(reply, "PairRecordData", plist_new_data(d->record, d->record_length));
	return reply;
}

static plist_t
save_record(struct request *r)
{
	plist_t data = plist_dict_get_item(r->dict, "PairRecordData");
	const char *bytes = NULL;
	uint64_t length = 0;

	if (data && plist_get_node_type(data) == PLIST_DATA)
		bytes = plist_get_data_ptr(data, &length);
	if (!r->device || !bytes)
		return result(INVALID);
	device_store_record(r->device, bytes, length);
	tell("Paired", r->device);
	return result(RESULT_OK);
}

static plist_t
delete_record(struct request *r)
{
	if (!r->device || !r->device->record)
		return result(BAD_DEVICE);
	device_store_record(r->device, NULL, 0);
	return result(RESULT_OK);
}

static plist_t
connect_device(struct request *r)
{
	if (!r->device)
		return result(BAD_DEVICE);
	r->fault = fault_take(r->device->at + AT_CONNECT);
	if (!lockdown_has_port(r->device, r->port))
		return result(REFUSED);
	r->tunnel = true;
	return result(RESULT_OK);
}

static const struct command {
	const char *name;
	enum mux_stage stage;
	bool writes;
	plist_t (*answer)(struct request *r);
} commands[] = {
	{ "ListDevices",      MUX_LIST,          false, list_devices },
	{ "Listen",           MUX_LISTEN,        false, listen_for_devices },
	{ "ListListeners",    MUX_LISTENERS,     false, list_listeners },
	{ "ReadBUID",         MUX_BUID,          false, read_buid },
	{ "ReadPairRecord",   MUX_READ_RECORD,   false, read_record },
	{ "SavePairRecord",   MUX_SAVE_RECORD,   true,  save_record },
	{ "DeletePairRecord", MUX_DELETE_RECORD, true,  delete_record },
	{ "Connect",          MUX_CONNECT,       false, connect_device },
};

static const struct command *
find(const char *name)
{
	for (size_t i = 0; name && i < sizeof commands / sizeof *commands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands + i;
	return NULL;
}

/* A request that nobody knows might change anything, so it counts as one that does. */
static void
log_command(const struct request *r, const struct command *command)
{
	const char *name = dict_string(r->dict, "MessageType");
	const bool writes = !command || command->writes;

	if (!name)
		name = "(no MessageType)";
	if (r->device && r->port)
		log_request(writes, "mux %s device=%u port=%u", name, r->device->number, r->port);
	else if (r->device)
		log_request(writes, "mux %s device=%u", name, r->device->number);
	else
		log_request(writes, "mux %s", name);
}

/* What the request is about.  The port comes with its two bytes swapped. */
static void
look_at(struct request *r)
{
	const char *udid = dict_string(r->dict, "PairRecordID");
	const char *program = dict_string(r->dict, "ProgName");

	r->device = udid ? scene_by_udid(udid) : scene_by_handle(dict_number(r->dict, "DeviceID", 0));
	r->port = ntohs((uint16_t)dict_number(r->dict, "PortNumber", 0));
	if (program)
		snprintf(r->from->program, sizeof r->from->program, "%s", program);
}

/* The answer to a request.  A dishonest fault has no effects, so it begins with a plain answer. */
static plist_t
answer(struct request *r)
{
	const struct command *command = find(dict_string(r->dict, "MessageType"));
	plist_t reply;

	scene_lock();
	look_at(r);
	log_command(r, command);
	if (command)
		r->fault = fault_take(scene.at + command->stage);
	if (command && fault_is_honest(&r->fault))
		reply = command->answer(r);
	else
		reply = result(command ? RESULT_OK : BAD_COMMAND);
	scene_unlock();
	return reply;
}

/* First all devices that are there, then whatever happens, until the client has enough. */
static void
serve_listener(struct connection *c)
{
	scene_lock();
	for (const struct device *d = scene.devices; d < scene.devices + scene.count; d++)
		if (d->attached) {
			plist_t event = attached(d);

			(void)wire_send(&c->wire, &framing_mux, 0, event, false);
			plist_free(event);
		}
	c->listening = true;
	scene_unlock();
	wire_drain(&c->wire);
}

static void
serve_tunnel(struct connection *c, const struct request *r)
{
	scene_lock();
	c->device = r->device->number;
	/* Pulled out between the answer and now? */
	if (!r->device->attached)
		shutdown(c->wire.fd, SHUT_RDWR);
	scene_unlock();
	lockdown_serve_port(c, r->port);
}

/* One request and its answer.  False when nothing more is to come on this connection. */
static bool
serve_request(struct connection *c, plist_t dict, uint32_t tag)
{
	struct request r = { .dict = dict, .from = c };
	struct answer a = {
		.wire = &c->wire, .framing = &framing_mux, .tag = tag, .plist = answer(&r),
	};
	bool more = fault_answer(&r.fault, &a);

	plist_free(a.plist);
	if (!more || !fault_is_honest(&r.fault))
		return more;
	if (r.listen)
		serve_listener(c);
	else if (r.tunnel)
		serve_tunnel(c, &r);
	return !r.listen && !r.tunnel;
}

static bool
welcome(struct connection *c)
{
	struct answer a = { .wire = &c->wire, .framing = &framing_mux, .plist = result(RESULT_OK) };
	struct fault fault;
	bool more;

	scene_lock();
	fault = fault_take(scene.at + MUX_ACCEPT);
	scene_unlock();
	more = fault_greet(&fault, &a);
	plist_free(a.plist);
	return more;
}

void
mux_serve(struct connection *c)
{
	uint32_t tag;
	plist_t dict;
	bool more;

	if (!welcome(c))
		return;
	do {
		dict = wire_receive(&c->wire, &framing_mux, &tag);
		more = dict && serve_request(c, dict, tag);
		plist_free(dict);
	} while (more);
}
