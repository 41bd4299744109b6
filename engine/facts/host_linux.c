/* SPDX-License-Identifier: MIT */
#include "facts/host_linux.h"

/* Deadlines are for a sick machine; a healthy one answers all of this in milliseconds. */
const struct collector host_collectors[] = {
	{ "os-release", "reading which system this is",
		"host.os host.os_name host.os_version host.distribution host.family", "", NULL, 3000, 0, false, run_os_release },
	{ "environment", "looking at the kind of computer",
		"host.architecture host.admin host.wsl host.virtual_machine host.container host.usbip mux.address", "", NULL,
		4000, 0, false, run_environment },
	{ "usb", "looking at the USB ports",
		"host.apple_usb_devices usb_device", "", NULL, 6000, 0, false, run_usb },
	{ "mux-socket", "looking for the USB multiplexer",
		"mux.state mux.socket_mode mux.default_state", "", NULL, 11000, 0, false, run_mux_socket },
	{ "mux-install", "looking at the installed multiplexer",
		"mux.process mux.pid_file mux.installed mux.version mux.library_version mux.library_tls mux.unit mux.unit_file "
		"mux.udev_rule mux.user", "", NULL, 11000, 0, false, run_mux_install },
	{ "lockdown-folder", "looking at the folder of pair records",
		"record_folder.state record_folder.owner_right record_folder.mode record_folder.daemon_can_write "
		"record_folder.read_only record_folder.kept record_folder.free record_folder.host_identity record_folder.records "
		"pair_record", "", NULL, 6000, 0, false, run_lockdown_folder },
	{ "processes", "looking at the running programs",
		"mux.processes process", "", NULL, 6000, 0, false, run_processes },
	{ "crypto-policy", "reading the policy for cryptography",
		"host.crypto_policy host.sha1_signatures", "", NULL, 3000, 0, false, run_crypto_policy },
	{ "clock", "asking whether the clock is set",
		"host.clock_synchronised", "", NULL, 3000, 0, false, run_clock },
	{ "journal", "reading the system's log",
		"host.journal log_event", "", NULL, 9000, 0, false, run_journal },
	{ .name = NULL },
};
