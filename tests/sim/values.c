/* SPDX-License-Identifier: MIT */
#include "values.h"

#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum type { STRING, INTEGER, BOOLEAN, DATA, NUMBERS, CLOCK };

/* Bits.  ASKED: only by its own name, never as part of a whole domain. */
enum access { OPEN = 1, SESSION = 2, ASKED = 4 };

#define BATTERY "com.apple.mobile.battery"
#define DISK "com.apple.disk_usage"
#define ITUNES "com.apple.mobile.iTunes"

struct row {
	const char *domain, *key;
	enum type type;
	int access;
	const char *text;               /* NULL: a key that this device happens not to have */
};

/* CLOCK holds the seconds by which the device's clock is ahead of this machine's. */
static const struct row table[] = {
	{ "", "ProductVersion",         STRING,  OPEN, "17.5.1" },
	{ "", "BuildVersion",           STRING,  OPEN, "21F90" },
	{ "", "ProductType",            STRING,  OPEN, "iPhone12,1" },
	{ "", "ProductName",            STRING,  OPEN, "iPhone OS" },
	{ "", "DeviceClass",            STRING,  OPEN, "iPhone" },
	{ "", "HardwareModel",          STRING,  OPEN, "N104AP" },
	{ "", "DeviceName",             STRING,  OPEN, "Simulated iPhone" },
	{ "", "DeviceColor",            STRING,  OPEN, "1" },
	{ "", "CPUArchitecture",        STRING,  OPEN, "arm64e" },
	{ "", "PartitionType",          STRING,  OPEN, "GUID_partition_scheme" },
	{ "", "HasSiDP",                BOOLEAN, OPEN, "true" },
	{ "", "ProductionSOC",          BOOLEAN, OPEN, "true" },
	{ "", "UniqueDeviceID",         STRING,  OPEN, "" },
	{ "", "UniqueChipID",           INTEGER, OPEN, "7881299347898369" },
	{ "", "ChipID",                 INTEGER, OPEN, "32816" },
	{ "", "BoardId",                INTEGER, OPEN, "4" },
	{ "", "DieID",                  INTEGER, OPEN, "7881299347898369" },
	{ "", "WiFiAddress",            STRING,  OPEN, "02:00:5e:10:00:01" },
	{ "", "BasebandVersion",        STRING,  OPEN, "5.00.00" },
	{ "", "BasebandCertId",         INTEGER, OPEN, "524245983" },
	{ "", "BasebandSerialNumber",   DATA,    OPEN, "BBSERIAL0001" },
	{ "", "TelephonyCapability",    BOOLEAN, OPEN, "true" },
	{ "", "SupportedDeviceFamilies", NUMBERS, OPEN, "1" },
	{ "", "ProtocolVersion",        STRING,  OPEN, "2" },
	{ "", "UntrustedHostBUID",      STRING,  OPEN, NULL },
	{ "", "DevicePublicKey",        DATA,    OPEN | ASKED, "" },

	{ "", "SerialNumber",           STRING,  SESSION, "F4GSIM000001" },
	{ "", "PasswordProtected",      BOOLEAN, SESSION, "false" },
	{ "", "TrustedHostAttached",    BOOLEAN, SESSION, "true" },
	{ "", "HostAttached",           BOOLEAN, SESSION, "true" },
	{ "", "ActivationState",        STRING,  SESSION, "Activated" },
	{ "", "ActivationStateAcknowledged", BOOLEAN, SESSION, "true" },
	{ "", "BrickState",             BOOLEAN, SESSION, "false" },
	{ "", "ModelNumber",            STRING,  SESSION, "MSIM2" },
	{ "", "RegionInfo",             STRING,  SESSION, "ZD/A" },
	{ "", "InternationalMobileEquipmentIdentity", STRING, SESSION, "350000000000014" },
	{ "", "InternationalMobileEquipmentIdentity2", STRING, SESSION, "350000000000022" },
	{ "", "MobileEquipmentIdentifier", STRING, SESSION, "35000000000001" },
	{ "", "IntegratedCircuitCardIdentity", STRING, SESSION, "8900000000000000001" },
	{ "", "InternationalMobileSubscriberIdentity", STRING, SESSION, "001010000000001" },
	{ "", "PhoneNumber",            STRING,  SESSION, "+1 202-555-0143" },
	{ "", "BluetoothAddress",       STRING,  SESSION, "02:00:5e:10:00:02" },
	{ "", "EthernetAddress",        STRING,  SESSION, "02:00:5e:10:00:03" },
	{ "", "MLBSerialNumber",        STRING,  SESSION, "MLBSIM0000000001" },
	{ "", "SIMStatus",              STRING,  SESSION, "kCTSIMSupportSIMStatusReady" },
	{ "", "TimeIntervalSince1970",  CLOCK,   SESSION, "0" },
	{ "", "TimeZone",               STRING,  SESSION, "Etc/UTC" },
	{ "", "TimeZoneOffsetFromUTC",  INTEGER, SESSION, "0" },
	{ "", "Uses24HourClock",        BOOLEAN, SESSION, "true" },
	{ "", "PairRecordProtectionClass", INTEGER, SESSION, "4" },

	{ BATTERY, "BatteryCurrentCapacity", INTEGER, SESSION, "80" },
	{ BATTERY, "BatteryIsCharging", BOOLEAN, SESSION, "true" },
	{ BATTERY, "ExternalChargeCapable", BOOLEAN, SESSION, "true" },
	{ BATTERY, "ExternalConnected", BOOLEAN, SESSION, "true" },
	{ BATTERY, "FullyCharged",      BOOLEAN, SESSION, "false" },
	{ BATTERY, "GasGaugeCapability", BOOLEAN, SESSION, "true" },
	{ BATTERY, "HasBattery",        BOOLEAN, SESSION, "true" },

	{ DISK, "TotalDiskCapacity",    INTEGER, SESSION, "128000000000" },
	{ DISK, "TotalDataCapacity",    INTEGER, SESSION, "115000000000" },
	{ DISK, "TotalDataAvailable",   INTEGER, SESSION, "48000000000" },
	{ DISK, "AmountDataAvailable",  INTEGER, SESSION, "47000000000" },

	{ "com.apple.mobile.chaperone", "DeviceIsChaperoned", BOOLEAN, SESSION, "false" },
	{ "com.apple.security.mac.amfi", "DeveloperModeStatus", BOOLEAN, SESSION | ASKED, "false" },
	{ "com.apple.fmip", "IsAssociated", BOOLEAN, SESSION, "false" },
	{ "com.apple.PurpleBuddy", "SetupDone", BOOLEAN, SESSION, "true" },
	{ "com.apple.mobile.wireless_lockdown", "EnableWifiConnections", BOOLEAN, SESSION, "true" },
	{ "com.apple.mobile.wireless_lockdown", "EnableWifiDebugging", BOOLEAN, SESSION, "false" },
	{ "com.apple.international", "Language", STRING, SESSION, "en" },
	{ "com.apple.international", "Locale", STRING, SESSION, "en_US" },
	{ "com.apple.mobile.backup", "WillEncrypt", BOOLEAN, SESSION, "false" },
	{ ITUNES, "MinITunesVersion",   STRING,  OPEN, "12.12.10" },
	{ ITUNES, "MinMacOSVersion",    STRING,  OPEN, "10.15" },
	{ ITUNES, "FamilyID",           INTEGER, OPEN, "10120" },
	{ ITUNES, "iTunesSetupComplete", BOOLEAN, OPEN, "true" },
	{ ITUNES, "SyncDataClasses",    STRING,  SESSION, "Contacts" },
};

enum { ROWS = sizeof table / sizeof *table };

struct value {
	char *domain, *key;
	enum type type;
	int access;
	char *text;                     /* NULL: the device has no such key */
};

struct values {
	struct value *list;
	size_t count;
};

/* A new value at the end, or NULL. */
static struct value *
add(struct values *v, const struct row *row)
{
	struct value *grown = reallocarray(v->list, v->count + 1, sizeof *grown);
	struct value *new;

	if (!grown)
		return NULL;
	v->list = grown;
	new = grown + v->count++;
	*new = (struct value){
		.domain = strdup(row->domain), .key = strdup(row->key), .type = row->type,
		.access = row->access, .text = row->text ? strdup(row->text) : NULL,
	};
	return new;
}

struct values *
values_new(void)
{
	struct values *v = calloc(1, sizeof *v);

	for (size_t i = 0; v && i < ROWS; i++)
		if (!add(v, table + i)) {
			values_free(v);
			v = NULL;
		}
	return v;
}

void
values_free(struct values *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->count; i++) {
		free(v->list[i].domain);
		free(v->list[i].key);
		free(v->list[i].text);
	}
	free(v->list);
	free(v);
}

static struct value *
find(const struct values *v, const char *domain, const char *key)
{
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->list[i].key, key) == 0 && strcmp(v->list[i].domain, domain) == 0)
			return v->list + i;
	return NULL;
}

static bool
is_boolean(const char *text)
{
	return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

static bool
is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

static bool
fits(enum type type, const char *text)
{
	switch (type) {
	case BOOLEAN:
		return is_boolean(text);
	case INTEGER:
		return is_number(text);
	case CLOCK:
		return is_number(text + (*text == '-'));
	case STRING:
	case DATA:
	case NUMBERS:
		return true;
	}
	return false;
}

bool
values_set(struct values *v, const char *domain, const char *key, const char *text)
{
	struct value *known = find(v, domain, key);
	char *copy = text ? strdup(text) : NULL;

	if (known && (!text || fits(known->type, text))) {
		free(known->text);
		known->text = copy;
		return true;
	}
	free(copy);
	if (known || !text)
		return !known;
	return add(v, &(struct row){
		.domain = domain, .key = key, .access = SESSION, .text = text,
		.type = is_boolean(text) ? BOOLEAN : is_number(text) ? INTEGER : STRING,
	}) != NULL;
}

const char *
values_text(const struct values *v, const char *domain, const char *key)
{
	const struct value *known = find(v, domain, key);

	return known && known->text ? known->text : "";
}

static plist_t
numbers(const char *text)
{
	plist_t array = plist_new_array();
	char *end;

	for (unsigned long n = strtoul(text, &end, 10); end != text; n = strtoul(text, &end, 10)) {
		plist_array_append_item(array, plist_new_uint(n));
		text = *end == ',' ? end + 1 : end;
	}
	return array;
}

static plist_t
clock_ahead(const char *seconds)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return plist_new_real((double)now.tv_sec + (double)now.tv_usec / 1e6 + atof(seconds));
}

static plist_t
to_plist(const struct value *v)
{
	switch (v->type) {
	case STRING:
		return plist_new_string(v->text);
	case INTEGER:
		return plist_new_uint(strtoull(v->text, NULL, 10));
	case BOOLEAN:
		return plist_new_bool(strcmp(v->text, "true") == 0);
	case DATA:
		return plist_new_data(v->text, strlen(v->text));
	case NUMBERS:
		return numbers(v->text);
	case CLOCK:
		return clock_ahead(v->text);
	}
	return NULL;
}

static bool
readable(const struct value *v, bool session)
{
	return session || (v->access & OPEN);
}

static enum lookup
get_all(const struct values *v, const char *domain, bool session, plist_t *found)
{
	plist_t all = plist_new_dict();
	bool exists = false;

	for (const struct value *i = v->list; i < v->list + v->count; i++) {
		if (strcmp(i->domain, domain) != 0)
			continue;
		exists = true;
		if (i->text && readable(i, session) && !(i->access & ASKED))
			plist_dict_set_item(all, i->key, to_plist(i));
	}
	if (exists && (session || plist_dict_get_size(all) > 0)) {
		*found = all;
		return VALUE_FOUND;
	}
	plist_free(all);
	return session ? VALUE_MISSING : VALUE_REFUSED;
}

enum lookup
values_get(const struct values *v, const char *domain, const char *key, bool session,
           plist_t *found)
{
	const struct value *one;

	*found = NULL;
	if (!key)
		return get_all(v, domain, session, found);
	one = find(v, domain, key);
	if (!one || (!one->text && readable(one, session)))
		return VALUE_MISSING;
	if (!readable(one, session))
		return VALUE_REFUSED;
	*found = to_plist(one);
	return VALUE_FOUND;
}

void
values_help(FILE *out)
{
	for (const struct row *r = table; r < table + ROWS; r++)
		fprintf(out, "  %s%s%s=%s%s\n", r->domain, *r->domain ? "/" : "", r->key,
		        r->text ? r->text : "(none)", r->access & OPEN ? "" : "   [session]");
}
