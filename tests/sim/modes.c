/* SPDX-License-Identifier: MIT */
#include "modes.h"

#include <stddef.h>
#include <string.h>

#define UNPAIRED "record=none,trust=none"

const struct mode device_modes[] = {
	{ "trusted", "", "healthy, paired with this host" },

	{ "unpaired", UNPAIRED, "no record; Pair succeeds" },
	{ "pair-locked", UNPAIRED ",locked=yes,at.pair=error:PasswordProtected",
	  "no record; Pair: locked with a passcode" },
	{ "pair-pending", UNPAIRED ",at.pair=error:PairingDialogResponsePending",
	  "no record; Pair: the dialog is on the screen" },
	{ "pair-denied", UNPAIRED ",at.pair=error:UserDeniedPairing",
	  "no record; Pair: the user said no" },
	{ "pair-over-wifi", UNPAIRED ",at.pair=error:PairingProhibitedOverThisConnection",
	  "no record; Pair: only by cable" },
	{ "pair-lost", UNPAIRED ",at.pair=error:FMiPProtected",
	  "no record; Pair: in lost mode" },
	{ "pair-managed", UNPAIRED ",at.pair=error:MCProtected",
	  "no record; Pair: forbidden by a profile" },
	{ "pair-challenge", UNPAIRED ",at.pair=error:MCChallengeRequired",
	  "no record; Pair: wants the supervisor's signature" },

	{ "forgotten", "trust=none", "a good record that the device no longer knows (-21)" },
	{ "record-empty", "record=empty", "a record of no bytes" },
	{ "record-garbage", "record=garbage", "a record that is no plist" },
	{ "record-truncated", "record=truncated", "half a record" },
	{ "record-no-host-id", "record=no-host-id", "a record without HostID" },
	{ "record-no-root-cert", "record=no-root-cert", "a record without RootCertificate" },
	{ "record-no-root-key", "record=no-root-key", "a record without RootPrivateKey" },
	{ "record-no-escrow", "record=no-escrow", "a record without EscrowBag, which works" },

	{ "locked", "locked=yes,at.start=error:PasswordProtected", "locked: no session (-17)" },
	{ "locked-in-session", "locked=yes", "locked, yet a session works and says so" },
	{ "escrow-locked", "locked=yes,at.start=error:EscrowLocked",
	  "not unlocked since it started (-35)" },
	{ "get-prohibited", "at.get=error:GetProhibited,at.session-get=error:GetProhibited",
	  "refuses every GetValue (-13)" },
	{ "get-missing", "at.get=error:MissingValue,at.session-get=error:MissingValue",
	  "has no value for any key (-12)" },

	{ "tls-drop", "at.tls=close", "closes when TLS should start" },
	{ "tls-noise", "at.tls=noise", "sends rubbish when TLS should start" },
	{ "tls-reject", "trust=other,tls=1.2", "rejects our certificate, TLS 1.2" },
	{ "tls-reject-late", "trust=other,tls=1.3", "rejects our certificate, TLS 1.3" },
	{ "tls-needs-1.2", "tls=1.2+", "speaks TLS 1.2 and later only" },
	{ "tls-old", "tls=1.0", "speaks TLS 1.0 only" },

	{ "restore", "type=com.apple.mobile.restored", "in restore mode" },
	{ "connect-bad-command", "at.connect=result:1", "Connect: result 1" },
	{ "connect-bad-device", "at.connect=result:2", "Connect: result 2" },
	{ "connect-refused", "at.connect=result:3", "Connect: result 3, lockdown does not listen" },
	{ "cut", "at.open=close", "closes every connection at once" },
	{ "cut-in-session", "at.session-get=close", "closes at the first question in a session" },

	{ "silent", "at.any=silence", "connects, never answers" },
	{ "silent-connect", "at.connect=silence", "usbmuxd never answers Connect" },
	{ "silent-query", "at.query=silence", "never answers QueryType" },
	{ "silent-get", "at.get=silence", "never answers GetValue outside a session" },
	{ "silent-pair", UNPAIRED ",at.pair=silence", "no record; never answers Pair" },
	{ "silent-start", "at.start=silence", "never answers StartSession" },
	{ "silent-tls", "at.tls=silence", "never answers in the TLS handshake" },
	{ "silent-session", "at.session-get=silence", "never answers GetValue in a session" },

	{ "garbage", "at.any=garbage", "answers that are no plist" },
	{ "noise", "at.any=noise", "answers that are no frame" },
	{ "truncated", "at.any=truncated", "answers that end half-way" },
	{ "stall", "at.any=stall", "answers that stop half-way" },
	{ "oversize", "at.any=oversize", "answers that claim 2 GiB" },
	{ "zero", "at.any=zero", "answers of no length" },
	{ "short", "at.any=short", "answers of 7 bytes" },
	{ "empty", "at.any=empty", "answers that say nothing" },
	{ "array", "at.any=array", "answers that are no dictionary" },
	{ "deep", "at.any=deep", "answers of 2000 nested arrays" },

	{ "network", "conn=network", "healthy, reached over Wi-Fi" },
	{ "hostile-name", "name=@hostile,format=binary",
	  "healthy, with a name that means harm to terminals and parsers" },
	{ NULL, NULL, NULL },
};

const struct mode mux_modes[] = {
	{ "ok", "", "healthy" },
	{ "refuse-list", "list=result:1", "knows no ListDevices" },
	{ "refuse-all", "list=result:1,listen=result:1", "knows neither ListDevices nor Listen" },
	{ "refuse-records", "save-record=result:13", "may not store pair records" },
	{ "refuse-read", "read-record=result:13", "may not read pair records" },
	{ "refuse-connect", "connect=result:1", "refuses every Connect" },
	{ "old", "any=result:6", "does not speak this version of the protocol" },
	{ "hang", "accept=silence", "accepts and never answers" },
	{ "hang-list", "list=silence,listen=silence", "never answers what devices there are" },
	{ "hang-records", "read-record=silence,buid=silence", "never answers about records" },
	{ "hang-connect", "connect=silence", "never answers Connect" },
	{ "close", "accept=close", "closes every connection at once" },
	{ "garbage", "any=garbage", "answers that are no plist" },
	{ "noise", "any=noise", "answers that are no frame" },
	{ "truncated", "any=truncated", "answers that end half-way" },
	{ "stall", "any=stall", "answers that stop half-way" },
	{ "oversize", "any=oversize", "answers that claim 2 GiB" },
	{ "zero", "any=zero", "answers of no length" },
	{ "short", "any=short", "answers that claim 7 bytes" },
	{ "empty", "any=empty", "answers that say nothing" },
	{ "absent", "socket=absent", "no daemon: no socket" },
	{ "stale", "socket=stale", "no daemon: a socket nobody listens to" },
	{ "forbidden", "socket=forbidden", "a socket without permission" },
	{ "file", "socket=file", "a plain file in place of the socket" },
	{ "directory", "socket=directory", "a folder in place of the socket" },
	{ NULL, NULL, NULL },
};

const char *
mode_settings(const struct mode *modes, const char *name)
{
	for (; modes->name; modes++)
		if (strcmp(modes->name, name) == 0)
			return modes->settings;
	return NULL;
}
