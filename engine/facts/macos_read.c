/* SPDX-License-Identifier: MIT */
#include "facts/macos_read.h"

#include "lang/json.h"

#include <stdlib.h>
#include <string.h>

/* -- Lines -- */

struct line {
	const char *s;
	size_t n;
	size_t indent;
};

/* Takes the next line of [*p, end), without the blanks around it; false at the end. */
static bool
next_line(const char **p, const char *end, struct line *out)
{
	const char *nl;

	if (*p >= end)
		return false;
	nl = memchr(*p, '\n', (size_t)(end - *p));
	nl = nl ? nl : end;
	*out = (struct line){ .s = *p, .n = (size_t)(nl - *p) };
	*p = nl + (nl < end);
	while (out->n && (out->s[0] == ' ' || out->s[0] == '\t'))
		out->s++, out->n--, out->indent++;
	while (out->n && strchr(" \t\r", out->s[out->n - 1]) && out->s[out->n - 1])
		out->n--;
	return true;
}

static void
copy(char *out, size_t size, const char *s, size_t n)
{
	n = n < size - 1 ? n : size - 1;
	memcpy(out, s, n);
	out[n] = '\0';
}

/* The value of a line "NAME:  value"; NULL when it is another line. */
static const char *
value_of(const struct line *l, const char *name, size_t *n)
{
	size_t len = strlen(name);
	const char *s;

	if (l->n <= len || memcmp(l->s, name, len) != 0 || l->s[len] != ':')
		return NULL;
	s = l->s + len + 1;
	*n = l->n - len - 1;
	while (*n && (*s == ' ' || *s == '\t'))
		s++, (*n)--;
	return s;
}

bool
macos_field(const char *text, size_t len, const char *name, char *out, size_t size)
{
	const char *end = text + len, *s;
	struct line l;
	size_t n;

	while (next_line(&text, end, &l))
		if ((s = value_of(&l, name, &n)) != NULL && n) {
			copy(out, size, s, n);
			return true;
		}
	return false;
}

bool
macos_line(const char *text, size_t len, char *out, size_t size)
{
	const char *end = text + len;
	struct line l;

	if (!next_line(&text, end, &l) || !l.n)
		return false;
	copy(out, size, l.s, l.n);
	return true;
}

bool
macos_has_group(const char *text, size_t len, long group)
{
	for (size_t i = 0; i < len;) {
		size_t digits = 0;
		long n = 0;

		while (i + digits < len && digits < 10 && text[i + digits] >= '0' && text[i + digits] <= '9')
			n = n * 10 + (text[i + digits++] - '0');
		if (digits && n == group)
			return true;
		i += digits ? digits : 1;
	}
	return false;
}

/* -- USB -- */

/* "0x12a8", "0x05ac  (Apple Inc.)", "4776": base 0. -1: no number. */
static int64_t
number_of(const char *s)
{
	char *end;
	int64_t n = s ? strtoll(s, &end, 0) : -1;

	return s && end != s && n >= 0 ? n : -1;
}

/* "Up to 480 Mb/s", "480 Mb/s", "5 Gb/s", "Up to 12 Mb/sec": Mbit/s. 0: none of these. */
static double
speed_of(const char *s)
{
	static const struct { const char *key; double speed; } keys[] = {
		{ "low_speed", 1.5 }, { "full_speed", 12 }, { "high_speed", 480 }, { "super_speed_plus", 10000 }, { "super_speed", 5000 },
	};
	size_t from = s ? strcspn(s, "0123456789") : 0;
	char *unit;
	double n;

	for (size_t i = 0; s && i < sizeof keys / sizeof *keys; i++)
		if (strcmp(s, keys[i].key) == 0)
			return keys[i].speed;
	if (!s || !s[from])
		return 0;
	n = strtod(s + from, &unit);
	unit += strspn(unit, " ");
	return *unit == 'M' && n < 1e6 ? n : *unit == 'G' && n < 1e3 ? n * 1000 : 0;
}

static void
put_place(struct apple_usb *d, int64_t location)
{
	if (location < 0 || location > 0xffffffff)
		return;
	apple_usb_path((uint32_t)location, d->path, sizeof d->path);
	d->depth = apple_usb_depth((uint32_t)location);
}

/* A serial number that is none ("Not Provided") does not become a UDID later. */
static void
add_device(struct macos_usb *out, int64_t vendor, struct apple_usb *d)
{
	out->buses++;
	if (vendor != APPLE_VENDOR || !d->product || out->n == MACOS_MOST_USB)
		return;
	if (!d->path[0])
		snprintf(d->path, sizeof d->path, "%zu", out->n + 1);
	out->items[out->n++] = *d;
}

/* -- ioreg: a node begins with "+-o NAME@LOCATION  <class ..>", its properties are lines `"key" = value` -- */

/* The lines of the tree before a node's own text. */
static void
skip_tree(struct line *l)
{
	while (l->n && (l->s[0] == '|' || l->s[0] == ' '))
		l->s++, l->n--;
}

struct property {
	const char *key, *value;
	size_t nkey, nvalue;
};

/* `"key" = value`, the value without quotes. */
static bool
property_of(const struct line *l, struct property *p)
{
	const char *close;

	if (l->n < 2 || l->s[0] != '"')
		return false;
	close = memchr(l->s + 1, '"', l->n - 1);
	if (!close || l->s + l->n - close < 4 || memcmp(close, "\" = ", 4) != 0)
		return false;
	*p = (struct property){ .key = l->s + 1, .nkey = (size_t)(close - l->s - 1), .value = close + 4, .nvalue = (size_t)(l->s + l->n - close - 4) };
	if (p->nvalue >= 2 && p->value[0] == '"' && p->value[p->nvalue - 1] == '"')
		p->value++, p->nvalue -= 2;
	return true;
}

static bool
is_property(const struct property *p, const char *name)
{
	return p->nkey == strlen(name) && memcmp(p->key, name, p->nkey) == 0;
}

/* What one node told. */
struct node_read {
	bool open;
	int64_t vendor;
	struct apple_usb d;
};

/* "Device Speed" counts from low speed; "UsbLinkSpeed" is in bit/s. */
static void
take_property(struct node_read *node, const struct property *p)
{
	static const double speeds[] = { 1.5, 12, 480, 5000, 10000, 20000 };
	char text[80];
	int64_t n;

	copy(text, sizeof text, p->value, p->nvalue);
	n = number_of(text);
	if (is_property(p, "idVendor"))
		node->vendor = n;
	else if (is_property(p, "idProduct") && n >= 0 && n <= 0xffff)
		node->d.product = (unsigned)n;
	else if (is_property(p, "locationID"))
		put_place(&node->d, n);
	else if (is_property(p, "kUSBSerialNumberString") || is_property(p, "USB Serial Number"))
		copy(node->d.serial, sizeof node->d.serial, p->value, p->nvalue);
	else if (is_property(p, "kUSBCurrentConfiguration") && n >= 0)
		node->d.configured = n > 0;
	else if (is_property(p, "UsbLinkSpeed") && n > 0)
		node->d.speed = (double)n / 1e6;
	else if (is_property(p, "Device Speed") && node->d.speed <= 0 && n >= 0 && n < (int64_t)(sizeof speeds / sizeof *speeds))
		node->d.speed = speeds[n];
}

/* Anything but its own class in the IOUSB plane is a controller. */
static void
close_node(struct macos_usb *out, struct node_read *node)
{
	if (node->open)
		add_device(out, node->vendor, &node->d);
	*node = (struct node_read){ .d = { .configured = -1 } };
}

bool
macos_usb_registry(const char *text, size_t len, struct macos_usb *out)
{
	const char *end = text + len;
	struct node_read node = { .d = { .configured = -1 } };
	struct property p;
	struct line l;
	bool tree = false;

	*out = (struct macos_usb){0};
	while (next_line(&text, end, &l)) {
		skip_tree(&l);
		if (l.n > 4 && memcmp(l.s, "+-o ", 4) == 0) {
			close_node(out, &node);
			tree = node.open = true;
		} else if (node.open && property_of(&l, &p)) {
			take_property(&node, &p);
		}
	}
	close_node(out, &node);
	return tree;
}

/* -- system_profiler -json: devices nest in "_items" -- */

static const char *
member(const struct node *map, const char *old, const char *host)
{
	const struct node *n = node_get(map, host);

	n = n ? n : node_get(map, old);
	return n && n->kind == NODE_SCALAR ? n->text : NULL;
}

/* "0x14100000 / 14" and "0x02100000". */
static void
take_item(const struct node *item, struct macos_usb *out)
{
	const char *vendor = member(item, "vendor_id", "USBDeviceKeyVendorID"), *serial = member(item, "serial_num", "USBDeviceKeySerialNumber");
	int64_t product = number_of(member(item, "product_id", "USBDeviceKeyProductID"));
	struct apple_usb d = { .configured = -1, .product = product > 0 && product <= 0xffff ? (unsigned)product : 0 };
	bool apple = vendor && (strcmp(vendor, "apple_vendor_id") == 0 || number_of(vendor) == APPLE_VENDOR);

	if (serial)
		copy(d.serial, sizeof d.serial, serial, strlen(serial));
	d.speed = speed_of(member(item, "device_speed", "USBDeviceKeyLinkSpeed"));
	put_place(&d, number_of(member(item, "location_id", "USBKeyLocationID")));
	add_device(out, apple ? APPLE_VENDOR : 0, &d);
}

static void
take_items(const struct node *list, struct macos_usb *out, int depth)
{
	if (!list || list->kind != NODE_LIST || depth == 16)
		return;
	for (const struct node *item = list->first; item; item = item->next)
		if (item->kind == NODE_MAP) {
			take_item(item, out);
			take_items(node_get(item, "_items"), out, depth + 1);
		}
}

bool
macos_usb_json(const char *text, size_t len, struct macos_usb *out)
{
	static const char *const types[] = { "SPUSBDataType", "SPUSBHostDataType" };
	struct arena *a = arena_new();
	const struct node *top = json_parse(a, NULL, 0, text, len);
	bool found = false;

	*out = (struct macos_usb){0};
	for (size_t i = 0; top && i < sizeof types / sizeof *types; i++) {
		const struct node *list = node_get(top, types[i]);

		found |= list && list->kind == NODE_LIST;
		take_items(list, out, 0);
	}
	arena_free(a);
	return found;
}

/* -- system_profiler as text: "iPhone:", indented, and below it, more indented, "Product ID: 0x12a8" -- */

struct text_node {
	bool open;
	size_t indent;
	bool apple;
	struct apple_usb d;
};

static void
close_text(struct macos_usb *out, struct text_node *t)
{
	if (t->open)
		add_device(out, t->apple ? APPLE_VENDOR : 0, &t->d);
	*t = (struct text_node){ .d = { .configured = -1 } };
}

static void
take_field(struct text_node *t, const struct line *l)
{
	static const char *const names[] = { "Product ID", "Vendor ID", "Serial Number", "Speed", "Location ID" };
	char text[80];
	size_t n = 0, i;
	const char *s = NULL;
	int64_t number;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if ((s = value_of(l, names[i], &n)) != NULL)
			break;
	if (!s)
		return;
	copy(text, sizeof text, s, n);
	number = number_of(text);
	switch (i) {
	case 0:	t->d.product = number > 0 && number <= 0xffff ? (unsigned)number : 0; break;
	case 1:	t->apple = number == APPLE_VENDOR; break;
	case 2:	copy(t->d.serial, sizeof t->d.serial, text, strlen(text)); break;
	case 3:	t->d.speed = speed_of(text); break;
	case 4:	put_place(&t->d, number); break;
	}
}

bool
macos_usb_text(const char *text, size_t len, struct macos_usb *out)
{
	const char *end = text + len;
	struct text_node t = { .d = { .configured = -1 } };
	struct line l;
	bool usb = false;

	*out = (struct macos_usb){0};
	while (next_line(&text, end, &l)) {
		if (l.n == 4 && l.indent == 0 && memcmp(l.s, "USB:", 4) == 0) {
			usb = true;
		} else if (usb && l.n && l.s[l.n - 1] == ':') {
			close_text(out, &t);
			t.open = true;
			t.indent = l.indent;
		} else if (t.open && l.indent > t.indent) {
			take_field(&t, &l);
		}
	}
	close_text(out, &t);
	return usb;
}

/* -- launchctl -- */

/* "name = value" of the job itself, one tab in; deeper ones are of its endpoints and instances. */
static const char *
assigned(const struct line *l, const char *name, size_t *n)
{
	size_t len = strlen(name);

	if (l->indent > 1 || l->n < len + 3 || memcmp(l->s, name, len) != 0 || memcmp(l->s + len, " = ", 3) != 0)
		return NULL;
	*n = l->n - len - 3;
	return l->s + len + 3;
}

bool
macos_job(const char *text, size_t len, struct macos_job *out)
{
	const char *end = text + len, *s;
	char number[64];
	struct line l;
	bool found = false;
	size_t n;

	*out = (struct macos_job){0};
	while (next_line(&text, end, &l)) {
		if ((s = assigned(&l, "state", &n)) != NULL) {
			out->running = n == 7 && memcmp(s, "running", 7) == 0;
			found = true;
		} else if ((s = assigned(&l, "pid", &n)) != NULL) {
			copy(number, sizeof number, s, n);
			out->pid = number_of(number) > 0 ? (long)number_of(number) : 0;
		} else if ((s = assigned(&l, "last exit code", &n)) != NULL) {
			copy(number, sizeof number, s, n);	/* "0", "78: EX_CONFIG", "(never exited)" */
			out->has_exit = number_of(number) >= 0;
			out->last_exit = out->has_exit ? (long)number_of(number) : 0;
		}
	}
	return found;
}

/* -- ps -- */

void
macos_processes(const char *text, size_t len, void (*see)(void *context, const char *path, size_t len), void *context)
{
	const char *end = text + len;
	struct line l;

	while (next_line(&text, end, &l))
		if (l.n)
			see(context, l.s, l.n);
}

/* -- Model -- */

/* Up to 2022 the model has the name in it; "Mac14,2" may be anything. */
const char *
macos_laptop_of_model(const char *model)
{
	static const char *const others[] = { "iMac", "Macmini", "MacPro", "Xserve", "VirtualMac", "VMware", "Parallels" };

	if (strncmp(model, "MacBook", 7) == 0)
		return "yes";
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strncmp(model, others[i], strlen(others[i])) == 0)
			return "no";
	return NULL;
}

bool
macos_hardware_name(const char *text, size_t len, char *out, size_t size)
{
	struct arena *a = arena_new();
	const struct node *top = json_parse(a, NULL, 0, text, len), *list = top ? node_get(top, "SPHardwareDataType") : NULL;
	const struct node *name = list && list->kind == NODE_LIST && list->first ? node_get(list->first, "machine_name") : NULL;
	bool found = name && name->kind == NODE_SCALAR && name->len;

	if (found)
		copy(out, size, name->text, name->len);
	arena_free(a);
	return found || macos_field(text, len, "Model Name", out, size);
}

/* -- systemextensionsctl -- */

/*
 * "--- com.apple.system_extension.network_extension", then lines with tabs: "*	*	TEAM	bundle (version)	name	[activated enabled]".
 */
bool
macos_extensions(const char *text, size_t len, void (*see)(void *context, const char *name, size_t len, bool network), void *context)
{
	static const char kind[] = "--- com.apple.system_extension.", state[] = "[activated enabled]";
	const char *end = text + len, *from;
	bool read = false, watches = false, network = false;
	struct line l;

	while (next_line(&text, end, &l)) {
		if (l.n > sizeof kind - 1 && memcmp(l.s, kind, sizeof kind - 1) == 0) {
			size_t n = l.n - (sizeof kind - 1);

			from = l.s + sizeof kind - 1;
			network = n >= 17 && memcmp(from, "network_extension", 17) == 0;
			watches = network || (n >= 17 && memcmp(from, "endpoint_security", 17) == 0);
			read = true;
		} else if (memmem(l.s, l.n, "extension(s)", 12)) {
			read = true;	/* "0 extension(s)" */
		} else if (watches && l.n > sizeof state && memcmp(l.s + l.n - (sizeof state - 1), state, sizeof state - 1) == 0) {
			size_t n = l.n - (sizeof state - 1);

			while (n && (l.s[n - 1] == '\t' || l.s[n - 1] == ' '))
				n--;
			for (from = l.s + n; from > l.s && from[-1] != '\t'; from--)
				;
			see(context, from, (size_t)(l.s + n - from), network);
		}
	}
	return read;
}

/* -- log show -- */

/* "2026-01-31 12:00:00.123456+0100  localhost usbmuxd[123]: (Library) [sub:cat] message". */
bool
macos_log_line(const char *line, size_t len, const char **process, size_t *nprocess, const char **message, size_t *nmessage)
{
	const char *end = line + len, *colon, *open, *from;

	if (len < 30 || line[4] != '-' || line[7] != '-' || line[10] != ' ')
		return false;
	colon = memmem(line, len, "]: ", 3);
	if (!colon)
		return false;
	for (open = colon; open > line && *open != '['; open--)
		;
	for (from = open; from > line && from[-1] != ' '; from--)
		;
	if (open == line || from == open)
		return false;
	*process = from;
	*nprocess = (size_t)(open - from);
	*message = colon + 3;
	*nmessage = (size_t)(end - *message);
	return *nmessage > 0;
}
