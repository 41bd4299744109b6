/* SPDX-License-Identifier: MIT */
#include "lockdown.h"

#include "log.h"
#include "tls.h"

#include <stdlib.h>
#include <string.h>

/* What happens after an answer. */
enum next { GO_ON, START_TLS, STOP_TLS, HANG_UP };

/* A connection to lockdown. */
struct session {
	struct connection *from;
	struct device *device;
	bool by_network;                /* not through usbmuxd */
	bool open;                      /* between StartSession and StopSession */
	char id[UUID_SIZE];
	struct tls_terms terms;
	enum next next;
};

static plist_t
reply_to(plist_t request)
{
	const char *name = dict_string(request, "Request");
	plist_t reply = plist_new_dict();

	if (name)
		plist_dict_set_item(reply, "Request", plist_new_string(name));
	return reply;
}

static plist_t
refuse(plist_t request, const char *error)
{
	plist_t reply = reply_to(request);

	plist_dict_set_item(reply, "Error", plist_new_string(error));
	return reply;
}

static plist_t
query_type(struct session *s, plist_t request)
{
	plist_t reply = reply_to(request);

	plist_dict_set_item(reply, "Type", plist_new_string(s->device->type));
	return reply;
}

/* A reply that repeats which value it is about. */
static plist_t
reply_about(plist_t request)
{
	static const char *const names[] = { "Domain", "Key" };
	plist_t reply = reply_to(request);

	for (size_t i = 0; i < 2; i++) {
		const char *text = dict_string(request, names[i]);

		if (text)
			plist_dict_set_item(reply, names[i], plist_new_string(text));
	}
	return reply;
}

static plist_t
get_value(struct session *s, plist_t request)
{
	const char *domain = dict_string(request, "Domain"), *key = dict_string(request, "Key");
	plist_t reply = reply_about(request), value;

	switch (values_get(s->device->values, domain ? domain : "", key, s->open, &value)) {
	case VALUE_FOUND:
		plist_dict_set_item(reply, "Value", value);
		break;
	case VALUE_REFUSED:
		if (s->device->refusal[0])
			plist_dict_set_item(reply, "Error", plist_new_string(s->device->refusal));
		break;
	case VALUE_MISSING:
		plist_dict_set_item(reply, "Error", plist_new_string("MissingValue"));
		break;
	}
	return reply;
}

/* Strings only: no caller has a reason to write, and the log shows that it did. */
static plist_t
set_value(struct session *s, plist_t request)
{
	const char *domain = dict_string(request, "Domain"), *key = dict_string(request, "Key");
	const char *value = dict_string(request, "Value");

	if (!s->open)
		return refuse(request, "SetProhibited");
	if (!key || !value)
		return refuse(request, key ? "MissingValue" : "MissingKey");
	if (!values_set(s->device->values, domain ? domain : "", key, value))
		return refuse(request, "ImmutableValue");
	return reply_about(request);
}

static plist_t
remove_value(struct session *s, plist_t request)
{
	const char *domain = dict_string(request, "Domain"), *key = dict_string(request, "Key");

	if (!s->open)
		return refuse(request, "RemoveProhibited");
	if (!key)
		return refuse(request, "MissingKey");
	(void)values_set(s->device->values, domain ? domain : "", key, NULL);
	return reply_about(request);
}

static plist_t
pair(struct session *s, plist_t request)
{
	plist_t record = plist_dict_get_item(request, "PairRecord"), reply;
	const char *host_id = record ? dict_string(record, "HostID") : NULL;
	X509 *root;

	if (s->by_network)
		return refuse(request, "PairingProhibitedOverThisConnection");
	if (!host_id)
		return refuse(request, record ? "MissingHostID" : "MissingPairRecord");
	root = certificate_of(plist_dict_get_item(record, "RootCertificate"));
	if (!root)
		return refuse(request, "InvalidPairRecord");
	device_trust(s->device, host_id, root);
	reply = reply_to(request);
	plist_dict_set_item(reply, "EscrowBag",
	                    plist_new_data((const char *)s->device->pairing->escrow_bag,
	                                   sizeof s->device->pairing->escrow_bag));
	return reply;
}

static bool
knows(const struct device *d, const char *host_id)
{
	return d->trust.any && strcmp(d->trust.host_id, host_id) == 0;
}

/* ValidatePair and Unpair begin alike: the error for a record that will not do, or NULL. */
static const char *
judge_record(const struct device *d, plist_t request)
{
	plist_t record = plist_dict_get_item(request, "PairRecord");
	const char *host_id = record ? dict_string(record, "HostID") : NULL;

	if (!host_id)
		return record ? "MissingHostID" : "MissingPairRecord";
	return knows(d, host_id) ? NULL : "InvalidHostID";
}

static plist_t
validate_pair(struct session *s, plist_t request)
{
	const char *error = judge_record(s->device, request);

	return error ? refuse(request, error) : reply_to(request);
}

static plist_t
unpair(struct session *s, plist_t request)
{
	const char *error = judge_record(s->device, request);

	if (!error)
		device_trust_nobody(s->device);
	return error ? refuse(request, error) : reply_to(request);
}

static plist_t
start_session(struct session *s, plist_t request)
{
	const char *host_id = dict_string(request, "HostID");
	plist_t reply;

	if (s->open)
		return refuse(request, "SessionActive");
	/* libimobiledevice sends no HostID at all when it could not read back what it has stored. */
	if (!host_id || !knows(s->device, host_id))
		return refuse(request, "InvalidHostID");
	s->open = true;
	make_uuid(s->id);
	if (s->device->tls) {
		s->next = START_TLS;
		s->terms = tls_terms_of(s->device);
	}
	reply = reply_to(request);
	plist_dict_set_item(reply, "SessionID", plist_new_string(s->id));
	plist_dict_set_item(reply, "EnableSessionSSL", plist_new_bool(s->device->tls));
	return reply;
}

static plist_t
stop_session(struct session *s, plist_t request)
{
	const char *id = dict_string(request, "SessionID");

	if (!id || !s->open)
		return refuse(request, id ? "SessionInactive" : "MissingSessionID");
	if (strcmp(id, s->id) != 0)
		return refuse(request, "InvalidSessionID");
	s->open = false;
	s->next = STOP_TLS;
	return reply_to(request);
}

/* Services that start.  Nothing is behind them: they accept a connection and listen. */
static const char *const services[] = {
	"com.apple.afc",
	"com.apple.mobile.heartbeat",
	"com.apple.mobile.notification_proxy",
	"com.apple.mobile.diagnostics_relay",
};

enum { SERVICES = sizeof services / sizeof *services, FIRST_PORT = 49152 };

static plist_t
start_service(struct session *s, plist_t request)
{
	const char *name = dict_string(request, "Service");
	unsigned i = 0;
	plist_t reply;

	if (!s->open)
		return refuse(request, "SessionInactive");
	if (!name)
		return refuse(request, "MissingService");
	while (i < SERVICES && strcmp(services[i], name) != 0)
		i++;
	if (i == SERVICES)
		return refuse(request, "InvalidService");
	s->device->started |= 1u << i;
	reply = reply_to(request);
	plist_dict_set_item(reply, "Service", plist_new_string(name));
	plist_dict_set_item(reply, "Port", plist_new_uint(FIRST_PORT + i));
	plist_dict_set_item(reply, "EnableServiceSSL", plist_new_bool(s->device->tls));
	return reply;
}

static plist_t
goodbye(struct session *s, plist_t request)
{
	s->next = HANG_UP;
	return reply_to(request);
}

/* Requests that no simulated device grants, though a real one might. */
static plist_t
forbid(struct session *s, plist_t request)
{
	(void)s;
	return refuse(request, "ServiceProhibited");
}

static plist_t
reset_pairing(struct session *s, plist_t request)
{
	(void)s;
	return refuse(request, "RemoveProhibited");
}

static const struct command {
	const char *name;
	enum stage before, within;      /* the place of its faults, before and within a session */
	bool writes;
	plist_t (*answer)(struct session *s, plist_t request);
} commands[] = {
	{ "QueryType",     AT_QUERY,    AT_QUERY,       false, query_type },
	{ "GetValue",      AT_GET,      AT_SESSION_GET, false, get_value },
	{ "SetValue",      AT_OTHER,    AT_OTHER,       true,  set_value },
	{ "RemoveValue",   AT_OTHER,    AT_OTHER,       true,  remove_value },
	{ "Pair",          AT_PAIR,     AT_PAIR,        true,  pair },
	{ "ValidatePair",  AT_VALIDATE, AT_VALIDATE,    true,  validate_pair },
	{ "Unpair",        AT_UNPAIR,   AT_UNPAIR,      true,  unpair },
	{ "StartSession",  AT_START,    AT_START,       false, start_session },
	{ "StopSession",   AT_STOP,     AT_STOP,        false, stop_session },
	{ "StartService",  AT_SERVICE,  AT_SERVICE,     false, start_service },
	{ "Goodbye",       AT_OTHER,    AT_OTHER,       false, goodbye },
	{ "EnterRecovery", AT_OTHER,    AT_OTHER,       true,  forbid },
	{ "Activate",      AT_OTHER,    AT_OTHER,       true,  forbid },
	{ "Deactivate",    AT_OTHER,    AT_OTHER,       true,  forbid },
	{ "ResetPairing",  AT_OTHER,    AT_OTHER,       true,  reset_pairing },
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
log_command(const struct session *s, const struct command *command, plist_t request)
{
	const bool writes = !command || command->writes;
	const unsigned device = s->device->number;
	const char *name = dict_string(request, "Request");
	const char *domain = dict_string(request, "Domain"), *key = dict_string(request, "Key");
	const char *service = dict_string(request, "Service");

	if (!name)
		name = "(no Request)";
	if (command && command->before == AT_GET)
		log_request(writes, "lockdown %s device=%u session=%s domain=%s key=%s", name, device,
		            s->open ? "yes" : "no", domain ? domain : "-", key ? key : "-");
	else if (service)
		log_request(writes, "lockdown %s device=%u service=%s", name, device, service);
	else
		log_request(writes, "lockdown %s device=%u", name, device);
}

/* The answer to a request.  A dishonest fault has no effects, so it begins with a plain answer. */
static plist_t
answer(struct session *s, plist_t request, struct fault *fault, bool *binary)
{
	const struct command *command = find(dict_string(request, "Request"));
	plist_t reply;

	scene_lock();
	log_command(s, command, request);
	*binary = s->device->binary;
	*fault = (struct fault){ 0 };
	if (command)
		*fault = fault_take(s->device->at + (s->open ? command->within : command->before));
	s->next = GO_ON;
	if (command && fault_is_honest(fault))
		reply = command->answer(s, request);
	else
		reply = command ? reply_to(request) : refuse(request, "InvalidRequest");
	scene_unlock();
	return reply;
}

/* Takes the fault of a place where nothing has been said yet, and plays it. */
static bool
greet(struct connection *c, struct device *d, enum stage stage)
{
	struct answer a = {
		.wire = &c->wire, .framing = &framing_lockdown, .plist = plist_new_dict(),
	};
	struct fault fault;
	bool more;

	scene_lock();
	fault = fault_take(d->at + stage);
	scene_unlock();
	more = fault_greet(&fault, &a);
	plist_free(a.plist);
	return more;
}

static bool
enter_tls(struct session *s)
{
	return greet(s->from, s->device, AT_TLS) && tls_start(&s->from->wire, &s->terms);
}

/* What an answer leads to.  False when the connection is to end. */
static bool
follow(struct session *s)
{
	bool more = true;

	switch (s->next) {
	case GO_ON:
		break;
	case START_TLS:
		more = enter_tls(s);
		tls_terms_free(&s->terms);
		break;
	case STOP_TLS:
		tls_stop(&s->from->wire);
		break;
	case HANG_UP:
		more = false;
		break;
	}
	return more;
}

static bool
serve_request(struct session *s)
{
	struct answer a = { .wire = &s->from->wire, .framing = &framing_lockdown };
	plist_t request = wire_receive(a.wire, a.framing, NULL);
	struct fault fault;
	bool more;

	if (!request)
		return false;
	a.plist = answer(s, request, &fault, &a.binary);
	more = fault_answer(&fault, &a) && follow(s);
	plist_free(a.plist);
	plist_free(request);
	tls_terms_free(&s->terms);
	return more;
}

static void
serve_lockdown(struct connection *c, struct device *d, bool by_network)
{
	struct session s = { .from = c, .device = d, .by_network = by_network };

	if (!greet(c, d, AT_OPEN))
		return;
	while (serve_request(&s))
		;
	tls_drop(&c->wire);
}

static void
serve_service(struct connection *c, const struct device *d)
{
	struct tls_terms terms = { 0 };
	bool tls;

	scene_lock();
	tls = d->tls;
	if (tls)
		terms = tls_terms_of(d);
	scene_unlock();
	if (!tls || tls_start(&c->wire, &terms))
		wire_drain(&c->wire);
	tls_terms_free(&terms);
	tls_drop(&c->wire);
}

bool
lockdown_has_port(const struct device *d, uint16_t port)
{
	return port == LOCKDOWN_PORT || (port >= FIRST_PORT && port < FIRST_PORT + SERVICES &&
	                                 (d->started >> (port - FIRST_PORT) & 1u));
}

void
lockdown_serve_port(struct connection *c, uint16_t port)
{
	struct device *d = scene.devices + c->device - 1;

	if (port == LOCKDOWN_PORT)
		serve_lockdown(c, d, false);
	else
		serve_service(c, d);
}

void
lockdown_serve_network(struct connection *c)
{
	serve_lockdown(c, scene.devices + c->device - 1, true);
}
