/* SPDX-License-Identifier: MIT */
/* Readers of what commands print on macOS, of property lists, and of the multiplexer's list: on texts made here. The way from commands to a plan is in tests/macos. */
#include "facts/macos_read.h"
#include "facts/mux_list.h"
#include "facts/plist_keys.h"

#include <check.h>
#include <string.h>

#define SERIAL "00008110000A1B2C3D4E801E"

static struct macos_usb usb;

static bool
reads(bool (*reader)(const char *, size_t, struct macos_usb *), const char *text)
{
	return reader(text, strlen(text), &usb);
}

START_TEST(a_place_on_usb_is_written_as_on_linux)
{
	static const struct { uint32_t location; const char *path; int depth; } places[] = {
		{ 0x14100000, "20-1", 1 }, { 0x14130000, "20-1.3", 2 }, { 0x01123456, "1-1.2.3.4.5.6", 6 }, { 0x01000000, "1", 0 }, { 0xffffffff, "255-15.15.15.15.15.15", 6 },
	};
	char path[40];

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		apple_usb_path(places[i].location, path, sizeof path);
		ck_assert_str_eq(path, places[i].path);
		ck_assert_int_eq(apple_usb_depth(places[i].location), places[i].depth);
	}
}
END_TEST

START_TEST(the_registry_tells_a_phone_behind_a_hub)
{
	ck_assert(reads(macos_usb_registry,
		"+-o Root  <class IORegistryEntry>\n  | {\n  |   \"idVendor\" = 99\n  | }\n"
		"  +-o AppleT8112USBXHCI@01000000  <class AppleT8112USBXHCI>\n    +-o Hub@01100000  <class IOUSBHostDevice>\n    | {\n    |   \"idVendor\" = 3034\n"
		"    |   \"idProduct\" = 21521\n    | }\n    +-o iPhone@01120000  <class IOUSBHostDevice>\n        {\n          \"idVendor\" = 1452\n"
		"          \"idProduct\" = 4776\n          \"locationID\" = 17956864\n          \"Device Speed\" = 2\n"
		"          \"kUSBCurrentConfiguration\" = 0\n          \"USB Serial Number\" = \"" SERIAL "\"\n        }\n"));
	ck_assert_uint_eq(usb.n, 1);
	ck_assert_uint_eq(usb.items[0].product, 0x12a8);
	ck_assert_str_eq(usb.items[0].path, "1-1.2");
	ck_assert_int_eq(usb.items[0].depth, 2);
	ck_assert_int_eq(usb.items[0].configured, 0);
	ck_assert_double_eq(usb.items[0].speed, 480);
	ck_assert_str_eq(usb.items[0].serial, SERIAL);
	ck_assert(!reads(macos_usb_registry, "ioreg: error: illegal option\n"));
}
END_TEST

START_TEST(both_data_types_of_system_profiler_are_read)
{
	ck_assert(reads(macos_usb_json, "{\"SPUSBDataType\":[{\"_name\":\"USB31Bus\",\"_items\":[{\"_name\":\"hub_device\",\"vendor_id\":\"0x0bda  (Realtek)\","
		"\"product_id\":\"0x5411\",\"_items\":[{\"_name\":\"iPad\",\"vendor_id\":\"0x05ac  (Apple Inc.)\",\"product_id\":\"0x12ab\","
		"\"location_id\":\"0x14130000 / 5\",\"device_speed\":\"super_speed\",\"serial_num\":\"" SERIAL "\"}]}]}]}"));
	ck_assert_uint_eq(usb.n, 1);
	ck_assert_str_eq(usb.items[0].path, "20-1.3");
	ck_assert_double_eq(usb.items[0].speed, 5000);
	ck_assert(reads(macos_usb_json, "{\"SPUSBHostDataType\":[{\"_items\":[{\"USBDeviceKeyVendorID\":\"0x05ac\",\"USBDeviceKeyProductID\":\"0x12a8\","
		"\"USBKeyLocationID\":\"0x01100000\",\"USBDeviceKeyLinkSpeed\":\"10 Gb/s\",\"USBDeviceKeySerialNumber\":\"Not Provided\"}]}]}"));
	ck_assert_uint_eq(usb.n, 1);
	ck_assert_double_eq(usb.items[0].speed, 10000);
	ck_assert(reads(macos_usb_json, "{\"SPUSBDataType\":[]}"));
	ck_assert_uint_eq(usb.buses, 0);	/* what macOS 26 says to the old question */
	ck_assert(!reads(macos_usb_json, "{\"SPHardwareDataType\":[]}"));
	ck_assert(!reads(macos_usb_json, "{\"SPUSBDataType\":"));
}
END_TEST

START_TEST(old_system_profiler_tells_it_in_text)
{
	ck_assert(reads(macos_usb_text, "USB:\n\n    USB 2.0 Bus:\n\n      PCI Vendor ID: 0x8086\n\n        iPod:\n\n          Product ID: 0x1261\n"
		"          Vendor ID: 0x05ac (Apple Inc.)\n          Speed: Up to 480 Mb/sec\n          Location ID: 0x1d110000 / 4\n          Media:\n            iPod:\n"
		"              Capacity: 8 GB\n        Mouse:\n          Product ID: 0xc52b\n          Vendor ID: 0x046d  (Logitech Inc.)\n"));
	ck_assert_uint_eq(usb.n, 1);
	ck_assert_uint_eq(usb.items[0].product, 0x1261);
	ck_assert_str_eq(usb.items[0].path, "29-1.1");
	ck_assert(!reads(macos_usb_text, "Hardware:\n"));
}
END_TEST

START_TEST(a_job_of_launchd_runs_or_not)
{
	static const char running[] = "system/x = {\n\tactive count = 1\n\tstate = running\n\tpid = 412\n\tlast exit code = (never exited)\n"
		"\tsockets = {\n\t\t\"L\" = {\n\t\t\tstate = active\n\t\t}\n\t}\n}\n";
	static const char ended[] = "system/x = {\n\tstate = not running\n\tlast exit code = 78: EX_CONFIG\n}\n";
	struct macos_job job;

	ck_assert(macos_job(running, strlen(running), &job));
	ck_assert(job.running && job.pid == 412 && !job.has_exit);
	ck_assert(macos_job(ended, strlen(ended), &job));
	ck_assert(!job.running && job.pid == 0 && job.has_exit && job.last_exit == 78);
	ck_assert(!macos_job("Could not find service", 22, &job));
}
END_TEST

START_TEST(the_model_tells_a_laptop_up_to_2022)
{
	char name[40];

	ck_assert_str_eq(macos_laptop_of_model("MacBookPro18,3"), "yes");
	ck_assert_str_eq(macos_laptop_of_model("iMac21,1"), "no");
	ck_assert_ptr_null(macos_laptop_of_model("Mac14,2"));
	ck_assert(macos_hardware_name("Hardware:\n\n      Model Name: MacBook Air\n", 40, name, sizeof name));
	ck_assert_str_eq(name, "MacBook Air");
}
END_TEST

START_TEST(a_line_of_the_log_is_cut_to_its_message)
{
	static const char line[] = "2026-01-31 12:00:00.123456+0100  localhost usbmuxd[412]: (MobileDevice) could not [x]: y";
	const char *process, *message;
	size_t nprocess, nmessage;

	ck_assert(macos_log_line(line, strlen(line), &process, &nprocess, &message, &nmessage));
	ck_assert(nprocess == 7 && memcmp(process, "usbmuxd", 7) == 0);
	ck_assert_str_eq(message, "(MobileDevice) could not [x]: y");
	ck_assert(!macos_log_line("Timestamp                       (process)[PID]", 46, &process, &nprocess, &message, &nmessage));
}
END_TEST

START_TEST(a_text_of_a_property_list_is_found_in_both_forms)
{
	static const char xml[] = "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>a</key><dict><key>V</key><string>no</string></dict><key>V</key><string>17.2</string></dict></plist>";
	/* {"V": "17.2"} */
	static const char binary[] = "bplist00" "\xd1\x01\x02" "\x51V" "\x54" "17.2" "\x08\x0b\x0d" "\0\0\0\0\0\0\1\1" "\0\0\0\0\0\0\0\3" "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\x12";
	char out[8], little[3];

	ck_assert(plist_string(xml, strlen(xml), "V", out, sizeof out));
	ck_assert_str_eq(out, "17.2");
	ck_assert(plist_string(binary, sizeof binary - 1, "V", out, sizeof out));
	ck_assert_str_eq(out, "17.2");
	ck_assert(plist_string(xml, strlen(xml), "V", little, sizeof little));
	ck_assert_str_eq(little, "17");
	ck_assert(!plist_string(xml, strlen(xml), "W", out, sizeof out));
	ck_assert(!plist_string(xml, strlen(xml) - 9, "V", out, sizeof out));
}
END_TEST

START_TEST(the_list_of_devices_has_cables_and_networks)
{
	static const char reply[] =
		"<plist version=\"1.0\"><dict><key>DeviceList</key><array>"
		"<dict><key>DeviceID</key><integer>1</integer><key>Properties</key><dict><key>ConnectionType</key><string>USB</string>"
		"<key>SerialNumber</key><string>aaaa</string></dict></dict>"
		"<dict><key>Properties</key><dict><key>SerialNumber</key><string>bbbb</string><key>ConnectionType</key><string>Network</string>"
		"<key>Deeper</key><dict><key>SerialNumber</key><string>cccc</string></dict></dict></dict>"
		"</array></dict></plist>";
	struct mux_list list;

	ck_assert(mux_list_read(reply, strlen(reply), &list));
	ck_assert_uint_eq(list.n, 2);
	ck_assert(strcmp(list.items[0].udid, "aaaa") == 0 && !list.items[0].network);
	ck_assert(strcmp(list.items[1].udid, "bbbb") == 0 && list.items[1].network);
	ck_assert(mux_list_read("<plist><dict><key>DeviceList</key><array/></dict></plist>", 57, &list));
	ck_assert_uint_eq(list.n, 0);
	ck_assert(!mux_list_read("<plist><dict><key>Number</key><integer>1</integer></dict></plist>", 65, &list));
}
END_TEST

Suite *check_macos(void);

Suite *
check_macos(void)
{
	Suite *s = suite_create("macos");
	TCase *c = tcase_create("readers");

	tcase_add_test(c, a_place_on_usb_is_written_as_on_linux);
	tcase_add_test(c, the_registry_tells_a_phone_behind_a_hub);
	tcase_add_test(c, both_data_types_of_system_profiler_are_read);
	tcase_add_test(c, old_system_profiler_tells_it_in_text);
	tcase_add_test(c, a_job_of_launchd_runs_or_not);
	tcase_add_test(c, the_model_tells_a_laptop_up_to_2022);
	tcase_add_test(c, a_line_of_the_log_is_cut_to_its_message);
	tcase_add_test(c, a_text_of_a_property_list_is_found_in_both_forms);
	tcase_add_test(c, the_list_of_devices_has_cables_and_networks);
	suite_add_tcase(s, c);
	return s;
}
