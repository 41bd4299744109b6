/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include "modes.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A text of settings being read. */
struct reader {
	const char *at;
	char key[128];
	char *value;                    /* decoded; as long as the whole text at most */
};

static bool
is_key_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_' || c == '/';
}

/* Whether the comma at s begins another "key=". */
static bool
ends_value(const char *s)
{
	const char *end = s + 1;

	while (is_key_char(*end))
		end++;
	return *s == ',' && end > s + 1 && *end == '=';
}

static char *
put_utf8(char *out, unsigned rune)
{
	if (rune >= 0x800) {
		*out++ = (char)(0xe0 | rune >> 12);
		*out++ = (char)(0x80 | (rune >> 6 & 0x3f));
	} else if (rune >= 0x80) {
		*out++ = (char)(0xc0 | rune >> 6);
	}
	*out++ = (char)(rune < 0x80 ? rune : 0x80 | (rune & 0x3f));
	return out;
}

/* n hexadecimal digits, none of which may be missing; 0 is refused: it would end the string. */
static bool
read_hex(const char **at, int n, unsigned *number)
{
	*number = 0;
	for (; n; n--, (*at)++) {
		const char c = **at;

		if (!isxdigit((unsigned char)c))
			return false;
		*number = *number * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return *number != 0;
}

/* The escape after a backslash. */
static bool
decode(const char **at, char **out)
{
	static const char names[] = "nte\\,", meant[] = "\n\t\x1b\\,";
	const char c = **at;
	const char *known = c ? strchr(names, c) : NULL;
	unsigned number;

	if (!c)
		return false;
	(*at)++;
	if (known) {
		*(*out)++ = meant[known - names];
		return true;
	}
	if ((c != 'x' && c != 'u') || !read_hex(at, c == 'x' ? 2 : 4, &number))
		return false;
	if (c == 'x')
		*(*out)++ = (char)number;
	else
		*out = put_utf8(*out, number);
	return true;
}

/* The next pair.  False at a mistake; key is empty at the end. */
static bool
next(struct reader *r)
{
	const char *equals = r->at + strcspn(r->at, "=");
	size_t length = (size_t)(equals - r->at);
	char *out = r->value;

	r->key[0] = '\0';
	if (!*r->at)
		return true;
	if (!*equals || length == 0 || length >= sizeof r->key)
		return false;
	memcpy(r->key, r->at, length);
	r->key[length] = '\0';
	for (r->at = equals + 1; *r->at && !ends_value(r->at);)
		if (*r->at != '\\')
			*out++ = *r->at++;
		else if (r->at++, !decode(&r->at, &out))
			return false;
	*out = '\0';
	r->at += *r->at == ',';
	return true;
}

/* Names that a terminal, a log, a JSON writer or a layout may stumble over. */
static const struct {
	const char *name, *text;
} names[] = {
	{ "@control", "bell\a back\b esc\x1b[31mred\x1b[0m\x1b]0;title\a line\nfeed tab\t del\x7f "
	              "c1\xc2\x9b" },
	{ "@bidi",    "phone\xe2\x80\xae" "enohp\xe2\x80\xac \xe2\x81\xa6iso\xe2\x81\xa9 \xe2\x80\x8f" },
	{ "@quotes",  "Ann's \"iPhone\" `id` $(id) %s%n \\ {} [] ; | & <>" },
	{ "@markup",  "<b>&amp;<script>alert(1)</script>]]><!-- --><?x?>" },
	{ "@yaml",    "- !!x &a *a : # | > ? @" },
	{ "@invalid", "bad\xff\xfe\xc0\x80\xed\xa0\x80\xf5 utf8\xe2\x82" },
	{ "@hostile", "\x1b[2J\"x'\\\xe2\x80\xae<b>&\r\n\xff\xc0\x80\xed\xa0\x80\a%n\xe2\x82" },
	{ "@emoji",   "\xf0\x9f\x93\xb1 \xe6\x89\x8b\xe6\x9c\xba \xd7\x98\xd7\x9c e\xcc\x81" },
};

static bool
set_long_name(struct device *d)
{
	enum { LENGTH = 10240 };
	char name[LENGTH + 1];

	for (int i = 0; i < LENGTH; i++)
		name[i] = (char)('a' + i % 26);
	name[LENGTH] = '\0';
	return values_set(d->values, "", "DeviceName", name);
}

static bool
set_name(struct device *d, const char *value)
{
	if (strcmp(value, "@long") == 0)
		return set_long_name(d);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].name, value) == 0)
			value = names[i].text;
	return values_set(d->values, "", "DeviceName", value);
}

/* What a model brings with it. */
static const struct {
	const char *prefix;
	unsigned product_id;
} models[] = {
	{ "iPhone", 0x12a8 }, { "iPad", 0x12ab }, { "iPod", 0x12aa }, { "Watch", 0x12af },
	{ "AppleTV", 0x12a7 },
};

static bool
set_product(struct device *d, const char *value)
{
	for (size_t i = 0; i < sizeof models / sizeof *models; i++)
		if (strncmp(value, models[i].prefix, strlen(models[i].prefix)) == 0) {
			d->product_id = models[i].product_id;
			(void)values_set(d->values, "", "DeviceClass", models[i].prefix);
		}
	return values_set(d->values, "", "ProductType", value);
}

static bool
set_copy(char *to, size_t size, const char *value)
{
	return (size_t)snprintf(to, size, "%s", value) < size;
}

/* One device may be in the list twice, by cable and by Wi-Fi: then it trusts the same host. */
static bool
set_udid(struct device *d, const char *value)
{
	const struct device *twin = scene_by_udid(value);

	if (twin && twin != d)
		device_trust(d, twin->pairing->host_id,
		             certificate_from_pem(twin->pairing->root_pem, strlen(twin->pairing->root_pem)));
	return set_copy(d->udid, sizeof d->udid, value) &&
	       values_set(d->values, "", "UniqueDeviceID", value);
}

static bool
set_type(struct device *d, const char *value)
{
	return set_copy(d->type, sizeof d->type, value);
}

static bool
set_refuse(struct device *d, const char *value)
{
	return set_copy(d->refusal, sizeof d->refusal, strcmp(value, "empty") == 0 ? "" : value);
}

static bool
set_pid(struct device *d, const char *value)
{
	char *end;

	d->product_id = (unsigned)strtoul(value, &end, 16);
	return end != value && *end == '\0' && d->product_id <= 0xffff;
}

static bool
set_address(struct device *d, const char *value)
{
	return inet_pton(AF_INET, value, &d->address) == 1;
}

/* The place of value in a list of words, or -1. */
static int
choose(const char *value, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], value) == 0)
			return i;
	return -1;
}

static bool
set_conn(struct device *d, const char *value)
{
	int n = choose(value, (const char *const[]){ "usb", "network", NULL });

	d->network = n == 1;
	return n >= 0;
}

static bool
set_format(struct device *d, const char *value)
{
	int n = choose(value, (const char *const[]){ "xml", "binary", NULL });

	d->binary = n == 1;
	return n >= 0;
}

static bool
set_attached(struct device *d, const char *value)
{
	int n = choose(value, (const char *const[]){ "no", "yes", NULL });

	d->attached = n == 1;
	return n >= 0;
}

static bool
set_entry(struct device *d, const char *value)
{
	static const char *const words[] = {
		[ENTRY_GOOD] = "good",         [ENTRY_NO_SERIAL] = "no-serial",
		[ENTRY_NO_TYPE] = "no-type",   [ENTRY_ODD_TYPE] = "odd-type",
		[ENTRY_NO_ADDRESS] = "no-address", [ENTRY_NO_PROPERTIES] = "no-properties", NULL,
	};
	int n = choose(value, words);

	if (n >= 0)
		d->entry = (enum entry)n;
	return n >= 0;
}

static bool
set_record(struct device *d, const char *value)
{
	const struct record_kind *kind = record_kind(value);

	if (kind)
		d->wanted = kind;
	return kind != NULL;
}

static bool
set_trust(struct device *d, const char *value)
{
	const char *pem;

	switch (choose(value, (const char *const[]){ "good", "none", "other", NULL })) {
	case 0:
		device_trust_good(d);
		return true;
	case 1:
		device_trust_nobody(d);
		return true;
	case 2:
		/* The right HostID, but a certificate that the host does not present. */
		pem = d->pairing->host_pem;
		device_trust(d, d->pairing->host_id, certificate_from_pem(pem, strlen(pem)));
		return true;
	}
	return false;
}

static bool
set_tls(struct device *d, const char *value)
{
	static const struct {
		const char *name;
		bool on;
		int least, most;
	} ranges[] = {
		{ "any",  true,  0, 0 },
		{ "off",  false, 0, 0 },
		{ "1.0",  true,  TLS1_VERSION,   TLS1_VERSION },
		{ "1.1",  true,  TLS1_1_VERSION, TLS1_1_VERSION },
		{ "1.2",  true,  TLS1_2_VERSION, TLS1_2_VERSION },
		{ "1.3",  true,  TLS1_3_VERSION, TLS1_3_VERSION },
		{ "1.2+", true,  TLS1_2_VERSION, 0 },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (strcmp(ranges[i].name, value) == 0) {
			d->tls = ranges[i].on;
			d->tls_least = ranges[i].least;
			d->tls_most = ranges[i].most;
			return true;
		}
	return false;
}

static bool
set_mode(struct device *d, const char *value)
{
	const char *text = mode_settings(device_modes, value);
	char mistake[MISTAKE];

	if (!text)
		return false;
	device_heal(d);
	return settings_device(d, text, mistake);
}

static const struct key {
	const char *name;
	bool (*set)(struct device *d, const char *value);
	const char *help;
} keys[] = {
	{ "mode",     set_mode,     "one of the modes below; put it first, it heals everything else" },
	{ "udid",     set_udid,     "the device's identity; also UniqueDeviceID" },
	{ "name",     set_name,     "DeviceName; or @control @bidi @quotes @markup @yaml @invalid "
	                            "@hostile @emoji @long" },
	{ "product",  set_product,  "ProductType; also sets DeviceClass and pid" },
	{ "pid",      set_pid,      "USB product id in hexadecimal" },
	{ "conn",     set_conn,     "usb, network" },
	{ "address",  set_address,  "IPv4 address of a network device; lockdown listens there" },
	{ "attached", set_attached, "yes, no" },
	{ "entry",    set_entry,    "good, no-serial, no-type, odd-type, no-address, no-properties" },
	{ "type",     set_type,     "answer to QueryType" },
	{ "record",   set_record,   "the pair record on the host, see below" },
	{ "trust",    set_trust,    "good, none, other: the host that the device trusts" },
	{ "tls",      set_tls,      "any, 1.0, 1.1, 1.2, 1.3, 1.2+, off" },
	{ "format",   set_format,   "xml, binary: form of lockdown's answers" },
	{ "refuse",   set_refuse,   "error for a key that needs a session, or: empty" },
};

/* Short names for values. */
static const struct alias {
	const char *name, *domain, *key;
} aliases[] = {
	{ "ios",        "", "ProductVersion" },
	{ "build",      "", "BuildVersion" },
	{ "serial",     "", "SerialNumber" },
	{ "locked",     "", "PasswordProtected" },
	{ "activation", "", "ActivationState" },
	{ "skew",       "", "TimeIntervalSince1970" },
	{ "phone",      "", "PhoneNumber" },
	{ "battery",    "com.apple.mobile.battery", "BatteryCurrentCapacity" },
	{ "charging",   "com.apple.mobile.battery", "BatteryIsCharging" },
	{ "external",   "com.apple.mobile.battery", "ExternalConnected" },
	{ "capacity",   "com.apple.disk_usage", "TotalDiskCapacity" },
	{ "available",  "com.apple.disk_usage", "TotalDataAvailable" },
	{ "supervised", "com.apple.mobile.chaperone", "DeviceIsChaperoned" },
	{ "findmy",     "com.apple.fmip", "IsAssociated" },
	{ "setup",      "com.apple.PurpleBuddy", "SetupDone" },
	{ "encrypted",  "com.apple.mobile.backup", "WillEncrypt" },
	{ "itunes",     "com.apple.mobile.iTunes", "MinITunesVersion" },
};

static bool
set_value(struct device *d, const char *domain, const char *key, const char *value)
{
	if (strcmp(value, "(none)") == 0)
		return values_set(d->values, domain, key, NULL);
	return values_set(d->values, domain, key, value) ||
	       (strcmp(value, "yes") == 0 && values_set(d->values, domain, key, "true")) ||
	       (strcmp(value, "no") == 0 && values_set(d->values, domain, key, "false"));
}

/* DeviceColor=2, or com.apple.fmip/IsAssociated=true. */
static bool
set_any_value(struct device *d, char *key, const char *value, bool *known)
{
	char *slash = strchr(key, '/');

	*known = slash || isupper((unsigned char)*key);
	if (!slash)
		return *known && set_value(d, "", key, value);
	*slash = '\0';
	return set_value(d, key, slash + 1, value);
}

/* at.STAGE and, for all that answer a request, at.any. */
static bool
set_fault(struct fault *at, const char *const *stages, size_t count, size_t first, const char *stage,
          const char *value, bool *known)
{
	bool all = strcmp(stage, "any") == 0, fine = true;

	*known = all;
	for (size_t i = 0; i < count; i++)
		if (strcmp(stages[i], stage) == 0 || (all && i >= first)) {
			*known = true;
			fine = fine && fault_parse(at + i, value);
		}
	return fine;
}

static bool
device_pair(struct device *d, char *key, const char *value, bool *known)
{
	*known = true;
	if (strncmp(key, "at.", 3) == 0)
		return set_fault(d->at, stage_names, AT_STAGES, AT_QUERY, key + 3, value, known);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(keys[i].name, key) == 0)
			return keys[i].set(d, value);
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (strcmp(aliases[i].name, key) == 0)
			return set_value(d, aliases[i].domain, aliases[i].key, value);
	return set_any_value(d, key, value, known);
}

static bool
set_socket(const char *value)
{
	static const char *const words[] = {
		[SERVED] = "served", [ABSENT_SOCKET] = "absent", [STALE_SOCKET] = "stale",
		[FORBIDDEN_SOCKET] = "forbidden", [PLAIN_FILE] = "file", [DIRECTORY] = "directory", NULL,
	};
	int n = choose(value, words);

	if (n >= 0)
		scene.endpoint = (enum endpoint)n;
	return n >= 0;
}

static bool
mux_pair(struct device *none, char *key, const char *value, bool *known)
{
	const char *text;
	char mistake[MISTAKE];

	(void)none;
	*known = true;
	if (strcmp(key, "socket") == 0)
		return set_socket(value);
	if (strcmp(key, "mode") != 0)
		return set_fault(scene.at, mux_stage_names, MUX_STAGES, MUX_LIST, key, value, known);
	text = mode_settings(mux_modes, value);
	memset(scene.at, 0, sizeof scene.at);
	return text && settings_mux(text, mistake);
}

/* Reads all pairs of a text and hands each to set. */
static bool
apply(struct device *d, const char *text, char mistake[MISTAKE],
      bool (*set)(struct device *, char *, const char *, bool *))
{
	struct reader r = { .at = text, .value = malloc(strlen(text) + 1) };
	bool known = true, fine = r.value != NULL;
	char key[sizeof r.key];

	while (fine && (fine = next(&r)) && r.key[0]) {
		memcpy(key, r.key, sizeof key);
		fine = set(d, key, r.value, &known) && known;
	}
	if (!known)
		snprintf(mistake, MISTAKE, "unknown key \"%s\"", r.key);
	else if (!fine && r.key[0])
		snprintf(mistake, MISTAKE, "bad value for \"%s\"", r.key);
	else if (!fine)
		snprintf(mistake, MISTAKE, "expected key=value at \"%.60s\"", r.at);
	free(r.value);
	return fine;
}

bool
settings_device(struct device *d, const char *text, char mistake[MISTAKE])
{
	return apply(d, text, mistake, device_pair);
}

bool
settings_mux(const char *text, char mistake[MISTAKE])
{
	return apply(NULL, text, mistake, mux_pair);
}

static void
help_modes(FILE *out, const struct mode *m)
{
	for (; m->name; m++)
		fprintf(out, "  %-20s %s\n", m->name, m->help);
}

static void
help_stages(FILE *out, const char *const *stages, size_t count)
{
	fputs("  any", out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, " %s", stages[i]);
	fputc('\n', out);
}

void
settings_help(FILE *out)
{
	fputs("\nkeys of --device:\n", out);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		fprintf(out, "  %-11s %s\n", keys[i].name, keys[i].help);
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		fprintf(out, "  %-11s %s%s%s\n", aliases[i].name, aliases[i].domain,
		        *aliases[i].domain ? "/" : "", aliases[i].key);
	fputs("  Key, domain/Key   any other value of lockdown (--values lists them); (none) removes it\n"
	      "  at.STAGE    a fault in place of an answer\n"
	      "\nstages of a device:\n", out);
	help_stages(out, stage_names, AT_STAGES);
	fputs("\nfaults, KIND or KIND:ARGUMENT, with *N only for the first N answers:\n", out);
	fault_help(out);
	fputs("\nrecords:\n", out);
	record_help(out);
	fputs("\nmodes of a device:\n", out);
	help_modes(out, device_modes);
	fputs("\nkeys of --mux: mode, socket, or one of the stages:\n", out);
	help_stages(out, mux_stage_names, MUX_STAGES);
	fputs("\nmodes of usbmuxd:\n", out);
	help_modes(out, mux_modes);
}
