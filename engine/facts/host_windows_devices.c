/* SPDX-License-Identifier: MIT */
/* The nodes of USB in the device tree, with their drivers and problems. What they mean is judged in windows_read.c. */
#include "facts/host_windows.h"

#include <initguid.h>
#include <setupapi.h>
#include <cfgmgr32.h>
#include <devpkey.h>

static void
keep(char *out, size_t size, const wchar_t *w)
{
	char *s = windows_narrow(w);

	snprintf(out, size, "%s", s ? s : "");
	free(s);
}

static void
read_property(HDEVINFO all, SP_DEVINFO_DATA *d, DWORD which, char *out, size_t size)
{
	wchar_t text[512] = L"";

	if (SetupDiGetDeviceRegistryPropertyW(all, d, which, NULL, (BYTE *)text, sizeof text - 2 * sizeof *text, NULL))
		keep(out, size, text);
}

static void
read_driver(HDEVINFO all, SP_DEVINFO_DATA *d, const DEVPROPKEY *which, char *out, size_t size)
{
	wchar_t text[256] = L"";
	DEVPROPTYPE type;

	if (SetupDiGetDevicePropertyW(all, d, which, &type, (BYTE *)text, sizeof text - sizeof *text, NULL, 0) && type == DEVPROP_TYPE_STRING)
		keep(out, size, text);
}

static void
read_node(HDEVINFO all, SP_DEVINFO_DATA *d, struct windows_device *out)
{
	wchar_t instance[512] = L"";
	ULONG status = 0, problem = 0;

	*out = (struct windows_device){0};
	read_property(all, d, SPDRP_HARDWAREID, out->id, sizeof out->id);
	read_property(all, d, SPDRP_SERVICE, out->service, sizeof out->service);
	read_property(all, d, SPDRP_LOWERFILTERS, out->filters, sizeof out->filters);
	read_property(all, d, SPDRP_LOCATION_INFORMATION, out->place, sizeof out->place);
	read_driver(all, d, &DEVPKEY_Device_DriverInfPath, out->inf, sizeof out->inf);
	read_driver(all, d, &DEVPKEY_Device_DriverVersion, out->version, sizeof out->version);
	if (SetupDiGetDeviceInstanceIdW(all, d, instance, 512, NULL))
		keep(out->instance, sizeof out->instance, instance);
	if (CM_Get_DevNode_Status(&status, &problem, d->DevInst, 0) == CR_SUCCESS && status & DN_HAS_PROBLEM)
		out->problem = (int)problem;
}

bool
usb_nodes(const struct collect_options *o, struct windows_devices *out, struct buf *why)
{
	struct buf text = {0};
	SP_DEVINFO_DATA d = { .cbSize = sizeof d };
	HDEVINFO all;
	char *p, *line;

	out->n = 0;
	if (recorded_lines(o, "devices.txt", &text)) {
		for (p = text.text; p && out->n < WINDOWS_MOST_DEVICES && (line = strsep(&p, "\n")) != NULL;)
			out->n += windows_device_line(line, strlen(line), out->items + out->n);
		buf_free(&text);
		return true;
	}
	all = SetupDiGetClassDevsW(NULL, L"USB", NULL, DIGCF_PRESENT | DIGCF_ALLCLASSES);
	if (all == INVALID_HANDLE_VALUE) {
		error_text(GetLastError(), why);
		return false;
	}
	for (DWORD i = 0; out->n < WINDOWS_MOST_DEVICES && SetupDiEnumDeviceInfo(all, i, &d); i++)
		read_node(all, &d, out->items + out->n++);
	SetupDiDestroyDeviceInfoList(all);
	if (!out->n)	/* even a computer without devices has its ports */
		buf_puts(why, "Windows shows no USB ports");
	return out->n > 0;
}

void
run_usb(const struct collect_options *o, const char *subject, struct recorder *r)
{
	static struct windows_devices all;
	struct buf why = {0};

	(void)subject;
	if (usb_nodes(o, &all, &why)) {
		windows_record_usb(r, &all);
	} else {
		record_unknown(r, "usb_device", NULL, why.text);
		record_unknown(r, "host.apple_usb_devices", NULL, why.text);
	}
	buf_free(&why);
}

void
run_drivers(const struct collect_options *o, const char *subject, struct recorder *r)
{
	static struct windows_devices all;
	struct buf why = {0};

	(void)subject;
	if (usb_nodes(o, &all, &why))
		windows_record_drivers(r, &all);
	else
		record_unknown(r, "driver", NULL, why.text);
	buf_free(&why);
}
