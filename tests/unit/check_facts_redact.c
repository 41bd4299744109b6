/* SPDX-License-Identifier: MIT */
/* What must not leave: by its form, by what the facts hold, by what this machine is called. */
#include "facts/factfile.h"
#include "facts/redact.h"
#include "lang/load.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char pack[] =
	"pack: {id: test, version: 1.0.0, title: test}\n"
	"templates:\n"
	"  device: {key: udid, slots: {udid: {type: text, private: udid}, name: {type: text, private: name}, note: {type: text},\n"
	"    family: {type: symbol, of: [iPhone, iPad]}, chip: {type: integer, private: serial}, version: {type: version}}}\n"
	"  person: {slots: {user: {type: text, private: user}, host: {type: text, private: host}, phone: {type: text, private: phone}}}\n"
	"  line: {slots: {text: {type: text}}}\n";

static struct diags *d;
static struct rulebase *rb;
static struct factset *fs;
static struct redactor *r;

static void
setup(void)
{
	d = diags_new();
	rb = rulebase_load_text("pack.yaml", pack, strlen(pack), d);
	diags_print(d, stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
	fs = factset_new(rb, 0);
	fs->live = false;
}

static void
teardown(void)
{
	redactor_free(r);
	r = NULL;
	factset_free(fs);
	rulebase_free(rb);
	diags_free(d);
}

static void
facts(const char *text)
{
	factfile_read(fs, d, "facts.yaml", text, strlen(text));
	diags_print(d, stderr);
	ck_assert_uint_eq(diags_count(d), 0);
	redactor_free(r);
	r = redactor_new(fs, true);
}

static const char *
redacted(const char *text)
{
	static struct buf out;

	if (!r)
		r = redactor_new(fs, true);
	buf_clear(&out);
	redact_text(r, &out, text, strlen(text));
	return buf_text(&out);
}

#define B64 "MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAq7BFUpkGp3LQmlQ5x1mE"

START_TEST(private_things_are_known_by_their_form)
{
	static const struct { const char *text, *expected; } cases[] = {
		/* device ids */
		{ "device 00008030-001A35E11A12402E gone", "device device-1 gone" },
		{ "(00008030001a35e11a12402e)", "(device-1)" },
		{ "id=0123456789abcdef0123456789abcdef01234567.", "id=device-1." },
		{ "F3A1C9E2-0D4B-4C6E-9A7F-112233445566", "<uuid>" },
		{ "30142955-444094379208051516", "<buid>" },
		/* addresses */
		{ "wifi a4:83:e7:00:11:fe and A4-83-E7-00-11-FE", "wifi <mac> and <mac>" },
		{ "peer 192.168.1.23:62078, 10.0.0.1.", "peer <ip>:62078, <ip-2>." },
		{ "fe80::1c2d:3e4f%en0 2001:db8::8a2e:370:7334 ::ffff:10.1.2.3", "<ip> <ip-2> <ip-3>" },
		{ "mail ann.smith+x@mail.example.org!", "mail <email>!" },
		{ "call +49 (170) 123-45678 now", "call <phone> now" },
		/* folders */
		{ "/home/ann/.config /Users/Ann/Library", "/home/<user>/.config /Users/<user>/Library" },
		{ "C:\\Users\\Ann Smith\\AppData", "C:\\Users\\<user>\\AppData" },
		{ "\"C:\\\\Users\\\\ann\\\\x\"", "\"C:\\\\Users\\\\<user>\\\\x\"" },
		{ "c:/users/ann", "c:/users/<user>" },
		/* numbers */
		{ "IMEI 356938035643809, SIM 8949226907652831234", "IMEI <imei>, SIM <iccid>" },
		{ "Serial Number: C02XK1ABJG5J", "Serial Number: <serial>" },
		{ "serial=DNPXG1ABCDEF;", "serial=<serial>;" },
		{ "SerialNumber F2LX1234HG7F", "SerialNumber <serial>" },
		/* keys */
		{ "x -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- y", "x <pem> y" },
		{ "-----BEGIN CERTIFICATE-----\nabc", "<pem>" },
		{ "<data>\nAAEC\n</data>", "<data><base64></data>" },
		{ "blob " B64 " end", "blob <base64> end" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_str_eq(redacted(cases[i].text), cases[i].expected);
		redactor_free(r);
		r = NULL;
	}
}
END_TEST

START_TEST(numbers_are_known_in_the_groups_people_write)
{
	static const struct { const char *text, *expected; } cases[] = {
		{ "id 00008030 001A35E11A12402E, 00008030 001a35e11a12402e", "id device-1, device-1" },
		{ "00008030\u2013001A35E11A12402E, 00008030%2D001A35E11A12402E, 00008030_001a35e11a12402e", "device-1, device-1, device-1" },
		{ "ABCDEF0123456789ABCDEF0123456789ABCDEF01", "device-1" },
		{ "wifi a483.e712.3456 or A4:83:E7:12:34:56", "wifi <mac> or <mac>" },
		{ "0170-1234567, 0170 1234567; 0170/1234567.", "<phone>, <phone>; <phone>." },
		{ "call 01701234567 or 030 12345678 now", "call <phone> or <phone-2> now" },
		{ "(0170) 123 45 67 and 089 / 1234567", "<phone> and <phone-2>" },
		{ "(555) 123-4567, 555-123-4567 or (555)123-4567", "<phone>, <phone> or <phone>" },
		{ "tel:020 7946 0958 tel +49 170 1234567", "tel:<phone> tel <phone-2>" },
		{ "0170.1234567 or 0800 123 4567, (0170) 1234567", "<phone> or <phone-2>, <phone>" },
		{ "06 12 34 56 78 or 06.12.34.56.78", "<phone> or <phone>" },
		{ "555.123.4567, 1-555-123-4567, 1 (555) 123-4567", "<phone>, <phone-2>, <phone-2>" },
		{ "+1 (555) 123-4567 +1 (555) 123-4567 (555) 123-4567", "<phone> <phone> <phone-2>" },
		{ "+49 (0)170 1234567 +49 170 1234567", "<phone> <phone-2>" },
		{ "EID 89049032123451234512345678901235, SIM 8949020000012345678", "EID <iccid>, SIM <iccid-2>" },
		{ "1-555-123-4567, +1 (555) 123-4567 1 (555) 123-4568", "<phone>, <phone-2> <phone-3>" },
		{ "+49 170 1234567 0170 7654321 or +49-170-1234567 2026-01-31", "<phone> <phone-2> or <phone> 2026-01-31" },
		{ "tel=+49%20170%201234567&x", "tel=<phone>&x" },
		{ "0049 170 1234567 at 0170 1234567 12:00:01", "<phone> at <phone-2> 12:00:01" },
		{ "IMEI 35 693803 564380 9, 35-693803-564380-9; 356 938 035 643 809", "IMEI <imei>, <imei>; <imei>" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_str_eq(redacted(cases[i].text), cases[i].expected);
		redactor_free(r);
		r = NULL;
	}
}
END_TEST

START_TEST(names_are_known_by_their_place_and_hidden_elsewhere_in_the_text)
{
	static const struct { const char *text, *expected; } cases[] = {
		/* home folders */
		{ "/home/anna/x denied for anna", "/home/<user>/x denied for <user>" },
		{ "ANNA opened C:\\Users\\Anna\\x.", "<user> opened C:\\Users\\<user>\\x." },
		{ "/Users/anna.k. Anna.K left", "/Users/<user>. <user> left" },
		{ "/run/media/anna/stick", "/run/media/<user>/stick" },
		{ "\"C:\\Users\\Anna Smith\" was denied to anna smith", "\"C:\\Users\\<user>\" was denied to <user>" },
		/* behind a word */
		{ "\"DeviceName\" => \"Anna's iPhone\";", "\"DeviceName\" => \"<name>\";" },
		{ "hostname \"annas-pc\", user 'anna'", "hostname \"<host>\", user '<user>'" },
		{ "Registered Owner:    Anna Smith\nanna smith", "Registered Owner:    <name>\\u{a}<name>" },
		{ "uid=1000(anna) gid=0(root) anna", "uid=1000(<user>) gid=0(root) <user>" },
		{ "session opened for user anna(uid=1000) by (uid=0)", "session opened for user <user>(uid=1000) by (uid=0)" },
		{ "user=anna: anna", "user=<user>: <user>" },
		{ "USER='Anna Smith' anna smith", "USER='<user>' <user>" },
		{ "user=a, a b", "user=<user>, a b" },
		{ "Username: anna.", "Username: <user>." },
		{ "{\"user\": \"anna\", \"host\":\"annas-pc\"} annas-pc", "{\"user\": \"<user>\", \"host\":\"<host>\"} <host>" },
		{ "host=ANNAS-PC.fritz.box, annas-pc", "host=<host>, <host>" },
		{ "Host: annas-pc\r\nx", "Host: <host>\\u{d}\\u{a}x" },
		{ "user=corp\\anna; anna", "user=<user>; <user-2>" },
		{ "DeviceName: Anna's iPhone\nx Annas-iPhone.local", "DeviceName: <name>\\u{a}x <host>" },
		{ "<key>DeviceName</key>\n\t<string>Anna</string> anna", "<key>DeviceName</key>\\u{a}\\u{9}<string><name></string> <name>" },
		{ "user 'anna' not found, host \"annas-pc\"", "user '<user>' not found, host \"<host>\"" },
		{ "uid=1000(anna) gid=1000(anna) groups=27(sudo)", "uid=1000(<user>) gid=1000(<user>) groups=27(sudo)" },
		{ "on the host: annas-pc, user: anna", "on the host: annas-pc, user: <user>" },
		{ "phone: 5551234567. 5551234567", "phone: <phone>. <phone>" },
		{ "<key>PhoneNumber</key>\n<integer>5551234567</integer>", "<key>PhoneNumber</key>\\u{a}<integer><phone></integer>" },
		{ "Tel.: 123 45-67, phone: 17.5.1, phone=none", "Tel.: <phone>, phone: 17.5.1, phone=none" },
		{ "meid: A0000012345678, WiFiAddress=a483e7123456", "meid: <imei>, WiFiAddress=<mac>" },
		{ "<key>SerialNumber</key><string>F17QSECRET42</string> F17QSECRET42", "<key>SerialNumber</key><string><serial></string> <serial>" },
		{ "MLBSerialNumber: F3Y123456789ABCDE, DieID: 1234567890123456789", "MLBSerialNumber: <serial>, DieID: <serial-2>" },
		{ "Serial Number (system): C02XK1ABJG5J", "Serial Number (system): <serial>" },
		{ "Account Name: anna\n Account Domain: CORP", "Account Name: <user>\\u{a} Account Domain: <host>" },
		{ "S/N: F17QSECRET42, Seriennummer F17QSECRET42", "S/N: <serial>, Seriennummer <serial>" },
		{ "serial C02XK1ABJG5J, c02xk1abjg5j, SerialNumber: dnpxg1abcdef", "serial <serial>, <serial>, SerialNumber: <serial-2>" },
		/* accounts */
		{ "anna@annas-pc: anna on annas-pc.fritz.box", "<user>@<host>: <user> on <host>" },
		{ "ssh anna@192.168.1.4, anna", "ssh <user>@<ip>, <user>" },
		{ "afp://annas-nas.local/x, ssh://anna@annas-pc", "afp://<host>/x, ssh://<user>@<host-2>" },
		{ "root@annas-pc, anna@annas-pc.local", "root@<host>, <user>@<host>" },
		{ "by CORP\\anna, anna of CORP", "by <host>\\<user>, <user> of <host>" },
		{ "\\\\annas-nas\\anna\\x anna", "\\\\<host>\\<user>\\x <user>" },
		{ "\"\\\\\\\\annas-nas\\\\anna\"", "\"\\\\\\\\<host>\\\\<user>\"" },
		/* log lines */
		{ "Nov 24 12:00:01 annas-laptop usbmuxd[12]: annas-laptop", "Nov 24 12:00:01 <host> usbmuxd[12]: <host>" },
		{ "Jan  2 02:14:07 a kernel: usb 1-1", "Jan  2 02:14:07 <host> kernel: usb 1-1" },
		{ "2026-11-24T12:00:01.25+01:00 annas-laptop usbmuxd: x", "2026-11-24T12:00:01.25+01:00 <host> usbmuxd: x" },
		{ "2026-11-24 12:00:01.250000+0100  annas-mac usbmuxd[93]: x", "2026-11-24 12:00:01.250000+0100  <host> usbmuxd[93]: x" },
		{ "Tue Nov 24 12:00:01 2026 annas-laptop usbmuxd[12]: x", "Tue Nov 24 12:00:01 2026 <host> usbmuxd[12]: x" },
		{ "Tue 2026-11-24 12:00:01 CET annas-laptop usbmuxd[12]: x", "Tue 2026-11-24 12:00:01 CET <host> usbmuxd[12]: x" },
		{ "<30>1 2026-11-24T12:00:01Z annas-laptop usbmuxd 12 - - x", "<30>1 2026-11-24T12:00:01Z <host> usbmuxd 12 - - x" },
		/* the local network */
		{ "Annas-iPhone.local. at annas-iphone", "<host>. at <host>" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_str_eq(redacted(cases[i].text), cases[i].expected);
		redactor_free(r);
		r = NULL;
	}
}
END_TEST

START_TEST(a_name_that_one_fact_teaches_is_hidden_in_all)
{
	facts("facts: {line: [{text: anna was here}, {text: 'Nov 24 12:00:01 jupiter sshd[1]: user=anna'}]}");
	ck_assert_str_eq(redacted("Anna, Jupiter, Hanna"), "<user>, <host>, Hanna");
}
END_TEST

START_TEST(names_that_later_facts_teach_have_their_label_where_they_occur_first)
{
	facts("facts: {line: [{text: 'anna, not user=bert'}, {text: user=anna}]}");
	ck_assert_str_eq(redacted("bert anna"), "<user-2> <user>");
}
END_TEST

START_TEST(a_known_name_is_found_whole_between_letters_marks_and_escapes)
{
	facts("facts: {device: [{udid: A, name: Login}, {udid: B, name: Bo}, {udid: C, name: Anna Smith}], person: [{user: Ren\u00e9, host: jupiter.example.org}]}");
	ck_assert_str_eq(redacted("Rene\u0301! JUPITER.corp.example.org; jupiter"), "<user>! <host>; <host>");
	ck_assert_str_eq(redacted("x%20Bo%20y \\u0020Bo B\u00f6 Bot"), "x%20<name-2>%20y \\u0020<name-2> <name-2> Bot");
	ck_assert_str_eq(redacted("login=anna, user=Anna Smith"), "<name>=<user-2>, user=<name-3>");
}
END_TEST

START_TEST(known_names_are_found_however_they_are_written)
{
	static const char *const names[] = {
		"Anna's iPhone", "ANNA'S IPHONE", "Anna\u2019s iPhone", "Anna%27s%20iPhone", "Anna%E2%80%99s+iPhone", "Annas-iPhone", "annas_iphone",
		"Anna\\u2019s iPhone", "A\u0301nna\u00b4s\u00a0iPhone", "An\u200bna's iPhone", "Anna&apos;s iPhone", "Anna\\x27s\\x20iPhone", "Anna&#8217;s\niPhone",
		"An\007na's  iPhone", "Anna\\u{2019}s iPhone",
	};
	static const char *const users[] = {
		"J\u00fcrgen", "Ju\u0308rgen", "J\u00dcRGEN", "JU\u0308RGEN", "j%c3%bcrgen", "%4A%C3%BCrgen", "Jurgen", "J\\u00fcrgen",
	};
	static const char *const hosts[] = {
		"\u042e\u043b\u0438\u0439-\u043f\u043a", "\u044e\u043b\u0438\u0438\u0306-\u041f\u041a", "\u044e\u043b\u0438\u0439-\u043f\u043a.fritz.box",
	};

	facts("facts: {device: [{udid: A, name: \"Anna\u2019s iPhone\"}], person: [{user: J\u00fcrgen, host: \u042e\u043b\u0438\u0439-\u043f\u043a.local}]}");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		ck_assert_msg(strcmp(redacted(names[i]), "<name>") == 0, "%s: %s", names[i], redacted(names[i]));
	for (size_t i = 0; i < sizeof users / sizeof *users; i++)
		ck_assert_msg(strcmp(redacted(users[i]), "<user>") == 0, "%s: %s", users[i], redacted(users[i]));
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		ck_assert_msg(strcmp(redacted(hosts[i]), "<host>") == 0, "%s: %s", hosts[i], redacted(hosts[i]));
	ck_assert_str_eq(redacted("url?name=Anna%27s%20iPhone&x, \u201cAnna's iPhone\u201d"), "url?name=<name>&x, \u201c<name>\u201d");
}
END_TEST

START_TEST(what_is_not_private_stays)
{
	static const char *const texts[] = {
		"iOS 17.5.1, usbmuxd 1.1.1-2, build 21F90", "version 17.5.0.12", "iTunes 12.5.1.21, Apple Mobile Device Support 12.6.5.3", "Support-17.5.0.12", "127.0.0.1:27015 ::1 0.0.0.0",
		"02:14:07 took 12:34", "0xE8000065 -402653083", "usb 1-2.4: new high-speed USB device number 12",
		"idVendor=05ac, idProduct=12a8", "std::string a::", "/usr/lib/x86_64-linux-gnu/libimobiledevice-1.0.so.6",
		"/home/ and /Users/Shared/x C:\\Users\\Public", "the serial cable is serialized; serial number missing",
		"sha 0123456789abcdef0123456789abcdef", "a@b root@localhost @home", "1234567890123", "deadbeef",
		"/Library/Developer/CoreSimulator/Profiles/Runtimes/Contents/Resources/RuntimeRoot", "device-1 <user> <mac-3> <pem>",
		"+1 2 3", "2026-01-31T12:00:00Z", "10.0.22631.3593",
		/* codes, dates, sizes and lists that resemble numbers of telephones */
		"0xE8000065, -402653083, 0xE800 0065", "2026-01-31 12:00:00, 31.01.2026, 01/31/2026, 02-03-2026", "Bus 001 Device 012: ID 05ac:12a8",
		"001 002 003 004", "010 011 012 013", "480 512 1024 2048", "1 234 567 890 bytes, 64 000 000 kB", "[   12.345678] usb 1-1: 480 512 1024",
		"(1234) 5678 and (12)", "0123 4567", "Build 605.1.15 (17605.1.15)", "12 345678 901234 5 of 16", "1.1.0170 1234567",
		/* words that resemble names */
		"host: try another cable", "the user \"did not answer\" the host", "python@3.11 openssl@3.1.4 py@3.1.4.2b", "either UNIX:/path or host:port, as it says", "0123456789", "user: did not answer", "the user denied it; user=root, user=0, host=127.0.0.1, host=true", "--host=http://x --host=ldap://x",
		"Nov 24 12:00:01 localhost usbmuxd[12]: x", "Nov 24 12:00:01 usbmuxd[12]: x", "2026-01-31 12:00:00 Pairing usbmuxd: x",
		"Nov 24 12:00:01 ERROR usbmuxd: x", "C:\\Program Files\\iTunes and C:\\WINDOWS\\system32", "USB\\VID_05AC&PID_12A8\\x", "HKLM\\Software",
		"NT AUTHORITY\\SYSTEM", "FAILED\\nRetry", "\\\\.\\pipe", "usbmuxd@1.service getty@tty1.service", "usb@fe980000 memcpy@GLIBC_2.14",
		"_apple-mobdev2._tcp.local", "/etc/rc.local ~/.local/share", "1404.2024", "12345678 12345678",
		"Record keys on the host: HostID, BUID", "kernel 5.15.153.1-microsoft-standard-WSL2", "alsa-topology-conf 1.2.5.1-2", "actions/checkout@v2",
		"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
		/* long numbers */
		"20260131120000", "0000000000000000", "max_idle_ns: 7645041785100000 ns, 123456789012345 bytes", "9223372036854775807", "1769860800000000000",
		"0020.0002.1173.0033, 0123.4567.8901.2345", "05 11 22 33 44 55 66", "555.123.4567.8", "phone: 2026, phone: iPhone12,1",
		"00000000-0000-0000-0000-000000000000", "ff:ff:ff:ff:ff:ff 00:00:00:00:00:00", "1:14~++20211111061527+d56b", "[.0A15.0020.0008.0041]",
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		ck_assert_str_eq(redacted(texts[i]), texts[i]);
}
END_TEST

START_TEST(values_of_private_slots_are_hidden_in_every_text)
{
	facts("facts: {device: [{udid: 00008030-001A35E11A12402E, name: \"Ann's phone\", note: x}, {udid: ODD-ID-77, name: Bo}],\n"
		"  person: [{user: mercury7, host: jupiter, phone: '0170 1234'}]}");
	ck_assert_str_eq(redacted("\"ANN'S PHONE\" on Jupiter.local: mercury7s, call 0170 1234"),
		"\"<name>\" on <host>: <user>s, call <phone>");
	ck_assert_str_eq(redacted("Bo, Bob, BO_x odd-id-77 00008030001a35e11a12402e"), "<name-2>, Bob, <name-2>_x device-2 device-1");
}
END_TEST

START_TEST(words_of_the_pack_and_common_names_are_no_secret)
{
	facts("facts: {device: [{udid: A1B2C3D4, name: iphone}], person: [{user: root, host: localhost}]}");
	ck_assert_str_eq(redacted("the iPhone of root at localhost"), "the iPhone of root at localhost");
}
END_TEST

START_TEST(a_slot_shows_its_label_and_other_slots_their_value)
{
	struct buf out = {0};
	const struct factrec *f;

	facts("facts: {device: [{udid: A, name: iPhone, note: 'id A at 10.1.1.1', family: iPhone, version: 10.1.1.1}]}");
	f = fs->facts[0];
	for (int i = 0; i < f->of->nslots; i++) {
		redact_value(r, &out, f->of->slots + i, f->values[i], fs->syms);
		buf_putc(&out, '|');
	}
	ck_assert_str_eq(buf_text(&out), "device-1|<name>|id device-1 at <ip>|iPhone|unknown|10.1.1.1|");
	buf_free(&out);
}
END_TEST

START_TEST(private_numbers_are_left_out_of_redacted_files)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	facts("facts: {device: [{udid: A, chip: 424242}]}");
	ck_assert(factfile_write(fs, f, true));
	fclose(f);
	ck_assert_ptr_null(strstr(text, "424242"));
	ck_assert_ptr_null(strstr(text, "chip"));
	free(text);
}
END_TEST

START_TEST(labels_follow_the_order_of_the_facts_not_of_the_questions)
{
	facts("facts: {line: [{text: at 10.9.9.9}, {text: at 10.8.8.8}], device: [{udid: A}, {udid: B}]}");
	ck_assert_str_eq(redacted("10.8.8.8 10.9.9.9 B"), "<ip-2> <ip> device-2");
}
END_TEST

START_TEST(labels_that_are_there_keep_their_number)
{
	facts("facts: {device: [{udid: 00008030-001A35E11A12402E}, {udid: device-1}, {udid: device-4, name: <name>}, {udid: x-y-z, name: Jo}]}");
	ck_assert_str_eq(redacted("00008030-001A35E11A12402E device-1 device-4 x-y-z Jo"), "device-5 device-1 device-4 device-6 <name-2>");
}
END_TEST

START_TEST(without_redaction_texts_are_only_cleaned)
{
	struct buf out = {0};
	struct redactor *open = redactor_new(fs, false);

	redact_text(open, &out, "10.1.2.3\x1b[31m\xff", strlen("10.1.2.3\x1b[31m\xff"));
	ck_assert_str_eq(buf_text(&out), "10.1.2.3\\u{1b}[31m\\x{ff}");
	buf_free(&out);
	redactor_free(open);
	ck_assert_str_eq(redacted("10.1.2.3\x1b[31m"), "<ip>\\u{1b}[31m");
}
END_TEST

START_TEST(this_machine_s_names_are_private_when_it_was_looked_at)
{
	char host[256] = "", text[600], expected[600];

	ck_assert_int_eq(gethostname(host, sizeof host - 1), 0);
	setenv("USER", "zebulon", 1);
	fs->live = true;
	snprintf(text, sizeof text, "zebulon@%s said", host);
	if (strlen(host) > 2 && strcmp(host, "localhost") != 0) {
		snprintf(expected, sizeof expected, "<user>@<host> said");
		ck_assert_str_eq(redacted(text), expected);
	}
	ck_assert_str_eq(redacted("by zebulon"), "by <user>");
	fs->live = false;
	redactor_free(r);
	r = redactor_new(fs, true);
	ck_assert_str_eq(redacted("by zebulon"), "by zebulon");
}
END_TEST

static void
count(void *context, const char *kind, int n)
{
	buf_printf(context, "%s %d;", kind, n);
}

START_TEST(replacements_are_counted_by_kind)
{
	struct buf out = {0};

	facts("facts: {device: [{udid: 00008030-001A35E11A12402E, note: 10.1.2.3}]}");
	redact_counts(r, count, &out);
	ck_assert_str_eq(buf_text(&out), "");	/* learning counts nothing */
	redacted("10.1.2.3 10.1.2.4 00008030-001A35E11A12402E device-1");
	redact_counts(r, count, &out);		/* what was hidden before counts as well */
	ck_assert_str_eq(buf_text(&out), "udid 2;ip 2;");
	buf_free(&out);
}
END_TEST

/* Texts made of private things, near-misses and noise, pressed together. */
static void
make_text(struct buf *out, unsigned *seed)
{
	static const char *const parts[] = {
		"00008030-001A35E11A12402E", "0123456789abcdef0123456789abcdef01234567", "10.1.2.3", "fe80::1", "a4:83:e7:00:11:fe",
		"ann@example.org", "/home/ann", "\\Users\\Ann Smith\\", "356938035643809", "serial ", "C02XK1ABJG5J", "+49 170 1234567",
		"-----BEGIN X-----", "-----END X-----", "<data>", "</data>", B64, "mercury7", "Bo", "device-", "device-3", "<", ">", "<user>",
		"<mac-2>", "-", ".", ":", "@", " ", "\n", "1", "a", "Z9", "12345678", "\xc3\xa4", "\xff", "<base64>", "/", "=", "%", "\\",
		"user=", "Host: ", "anna", "CORP\\", "\\\\nas\\", "Nov 24 12:00:01 ", "usbmuxd[1]: ", ".local", "(555) 123-4567", "0170 ", "%27",
		"uid=1000(", ")", "phone: ", "<key>SerialNumber</key>", "<string>", " (", "2026 ", "sn=", "'", "\u2019", "e\u0301", "a483.e712.3456", "DeviceName: ", "root@", "B%6f", "\\u0042o", "\\x42o", "&#66;o", "&amp;", "\\u{42}", "MLBSerialNumber: ", ",",
	};
	int n = 1 + (int)(*seed >> 16) % 12;

	while (n--) {
		*seed = *seed * 1103515245u + 12345u;
		buf_puts(out, parts[(*seed >> 10) % (sizeof parts / sizeof *parts)]);
	}
}

START_TEST(redacting_twice_changes_nothing)
{
	unsigned seed = 7;

	for (int i = 0; i < 20000; i++) {
		struct buf text = {0}, once = {0}, twice = {0};
		struct redactor *again;

		if (i % 100 == 0) {
			redactor_free(r);
			r = NULL;
			factset_free(fs);
			fs = factset_new(rb, 0);
			facts("facts: {device: [{udid: A1, name: Bo}], person: [{user: mercury7}]}");
		}
		make_text(&text, &seed);
		redact_text(r, &once, buf_text(&text), text.len);
		redact_text(r, &twice, buf_text(&once), once.len);
		ck_assert_msg(strcmp(buf_text(&once), buf_text(&twice)) == 0, "%s\n%s\n%s", buf_text(&text), buf_text(&once), buf_text(&twice));
		buf_clear(&twice);
		again = redactor_new(fs, true);		/* one that has not seen the text before */
		redact_text(again, &twice, buf_text(&once), once.len);
		ck_assert_str_eq(buf_text(&once), buf_text(&twice));
		redactor_free(again);
		ck_assert_ptr_null(strstr(buf_text(&once), "mercury7"));
		buf_free(&text);
		buf_free(&once);
		buf_free(&twice);
	}
}
END_TEST

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Repetitions that make careless scanners take the square of their length. */
START_TEST(a_large_text_costs_its_length)
{
	static const char *const unit[] = {
		"a", "a.", "a@", "a-", "1", "1.", "1:", "a:", "+1 ", "<data>", "-----BEGIN ", "/home/", "\\users\\a ", "serial ", "serial: ",
		"mercury", "device-", "<", "A1b2", "10.1.2.3 ", "::", "-",
		"user=", "user=a", "a@b", "aa@", "\\", "\\\\a", "A\\", "A-", "a.local ", ".local", "01 ", "(5", "0170-", "Nov 24 12:00:01 a ",
		"2026-01-01T00:00:00 ", "uid=1(", "phone=1 ", "phone=", "sn=A", "user 'a", "+1 (", "1.", "01.", "%61", "\\u0061", "\\x61", "&#97;", "&amp;", "\\u{61}", " ", "aA", "a - ", "\001", "\u00e4", "a\u0301", "'", "device name: ",
	};

	facts("facts: {person: [{user: mercury7}, {user: mercury8}], device: [{udid: A, name: aaaaaaaaaaaaaaaaab}]}");
	for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
		struct buf text = {0}, out = {0};
		double start, took;

		while (text.len < 1 << 20)
			buf_puts(&text, unit[i]);
		start = seconds();
		redact_text_raw(r, &out, text.text, text.len);
		took = seconds() - start;
		ck_assert_msg(took < 4, "1 MiB of '%s' took %.1f s", unit[i], took);
		buf_free(&text);
		buf_free(&out);
	}
}
END_TEST

START_TEST(names_without_number_are_learnt_in_the_length_of_the_text)
{
	struct buf text = {0}, out = {0};
	double start, took;

	facts("facts: {line: [{text: x}]}");
	for (int i = 0; text.len < 1 << 20; i++)
		buf_printf(&text, "user=anna%dx ", i);
	start = seconds();
	redact_text_raw(r, &out, text.text, text.len);
	took = seconds() - start;
	ck_assert_msg(took < 4, "1 MiB of names took %.1f s", took);
	ck_assert_ptr_null(strstr(buf_text(&out), "anna"));
	buf_free(&text);
	buf_free(&out);
}
END_TEST

Suite *check_facts_redact(void);

Suite *
check_facts_redact(void)
{
	const TTest *const tests[] = {
		private_things_are_known_by_their_form, numbers_are_known_in_the_groups_people_write,
		names_are_known_by_their_place_and_hidden_elsewhere_in_the_text, a_name_that_one_fact_teaches_is_hidden_in_all,
		names_that_later_facts_teach_have_their_label_where_they_occur_first,
		a_known_name_is_found_whole_between_letters_marks_and_escapes,
		known_names_are_found_however_they_are_written, what_is_not_private_stays, values_of_private_slots_are_hidden_in_every_text,
		words_of_the_pack_and_common_names_are_no_secret, a_slot_shows_its_label_and_other_slots_their_value,
		private_numbers_are_left_out_of_redacted_files, labels_follow_the_order_of_the_facts_not_of_the_questions,
		labels_that_are_there_keep_their_number, without_redaction_texts_are_only_cleaned,
		this_machine_s_names_are_private_when_it_was_looked_at, replacements_are_counted_by_kind,
		redacting_twice_changes_nothing, a_large_text_costs_its_length,
		names_without_number_are_learnt_in_the_length_of_the_text,
	};
	Suite *s = suite_create("facts_redact");
	TCase *c = tcase_create("facts_redact");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 120);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(c, tests[i]);
	suite_add_tcase(s, c);
	return s;
}
