/* SPDX-License-Identifier: MIT */
#include "facts/device_ios_codes.h"

const struct lockdown_code lockdown_codes[] = {
	{    0, "SUCCESS", NULL, "it worked", "trusted" },
	{   -1, "INVALID_ARG", NULL, "the library was called in a way it does not allow", "failed" },
	{   -2, "INVALID_CONF", NULL, "the pair record on this computer cannot be used", "damaged-record" },
	{   -3, "PLIST_ERROR", NULL, "there was no reply that the library can read", "garbage" },
	{   -4, "PAIRING_FAILED", NULL, "pairing failed and the device did not say why", "failed" },
	{   -5, "SSL_ERROR", NULL, "the encrypted connection could not be set up or broke", "tls-failed" },
	{   -6, "DICT_ERROR", NULL, "the reply lacks a part it must have", "garbage" },
	{   -7, "RECEIVE_TIMEOUT", NULL, "the device did not answer in time", "no-answer" },
	{   -8, "MUX_ERROR", NULL, "the connection to the device could not be opened or was lost", "cut-off" },
	{   -9, "NO_RUNNING_SESSION", NULL, "there is no session", "failed" },
	{  -10, "INVALID_RESPONSE", "InvalidResponse", "the device did not accept an answer of this computer", "garbage" },
	{  -11, "MISSING_KEY", "MissingKey", "the device misses a part of the request", "failed" },
	{  -12, "MISSING_VALUE", "MissingValue", "the device has no such value", "failed" },
	{  -13, "GET_PROHIBITED", "GetProhibited", "the device does not allow reading now", "prohibited" },
	{  -14, "SET_PROHIBITED", "SetProhibited", "the device does not allow writing", "failed" },
	{  -15, "REMOVE_PROHIBITED", "RemoveProhibited", "the device does not allow removing", "failed" },
	{  -16, "IMMUTABLE_VALUE", "ImmutableValue", "the value cannot be changed", "failed" },
	{  -17, "PASSWORD_PROTECTED", "PasswordProtected", "the device is locked with a passcode", "locked" },
	{  -18, "USER_DENIED_PAIRING", "UserDeniedPairing", "Don't Trust was chosen on the device", "denied" },
	{  -19, "PAIRING_DIALOG_RESPONSE_PENDING", "PairingDialogResponsePending",
		"the Trust question on the device has no answer yet", "dialog-pending" },
	{  -20, "MISSING_HOST_ID", "MissingHostID", "this computer gave no identity, as with a damaged pair record",
		"damaged-record" },
	{  -21, "INVALID_HOST_ID", "InvalidHostID", "the device does not know this computer (any more)", "stale" },
	{  -22, "SESSION_ACTIVE", "SessionActive", "a session is open already", "failed" },
	{  -23, "SESSION_INACTIVE", "SessionInactive", "no session is open", "failed" },
	{  -24, "MISSING_SESSION_ID", "MissingSessionID", "the session was not named", "failed" },
	{  -25, "INVALID_SESSION_ID", "InvalidSessionID", "the device does not know the session", "failed" },
	{  -26, "MISSING_SERVICE", "MissingService", "the service was not named", "failed" },
	{  -27, "INVALID_SERVICE", "InvalidService", "the device has no such service", "failed" },
	{  -28, "SERVICE_LIMIT", "ServiceLimit", "the service runs too many times", "failed" },
	{  -29, "MISSING_PAIR_RECORD", "MissingPairRecord", "the device has no pair record of this computer", "record-refused" },
	{  -30, "SAVE_PAIR_RECORD_FAILED", "SavePairRecordFailed", "the device could not store the pair record", "no-room" },
	{  -31, "INVALID_PAIR_RECORD", "InvalidPairRecord", "the device does not accept the pair record", "record-refused" },
	{  -32, "INVALID_ACTIVATION_RECORD", "InvalidActivationRecord", "the device's activation is not valid",
		"not-activated" },
	{  -33, "MISSING_ACTIVATION_RECORD", "MissingActivationRecord", "the device is not activated", "not-activated" },
	{  -34, "SERVICE_PROHIBITED", "ServiceProhibited", "the device does not allow it: restrictions or a lock",
		"prohibited" },
	{  -35, "ESCROW_LOCKED", "EscrowLocked", "the device was not unlocked since it started", "before-first-unlock" },
	{  -36, "PAIRING_PROHIBITED_OVER_THIS_CONNECTION", "PairingProhibitedOverThisConnection",
		"trust can be given over the cable only", "wifi-only" },
	{  -37, "FMIP_PROTECTED", "FMiPProtected", "the device is in Lost Mode", "lost-mode" },
	{  -38, "MC_PROTECTED", "MCProtected", "a management profile does not allow pairing with this computer", "supervised" },
	{  -39, "MC_CHALLENGE_REQUIRED", "MCChallengeRequired",
		"a management profile asks for the signature of the supervising computer", "supervised-challenge" },
	{ -256, "UNKNOWN_ERROR", NULL, "the device closed the connection, or gave an answer the library does not know",
		"cut-off" },
};

const size_t lockdown_code_count = sizeof lockdown_codes / sizeof *lockdown_codes;

const struct lockdown_code *
code_find(int number)
{
	for (size_t i = 0; i < lockdown_code_count; i++)
		if (lockdown_codes[i].number == number)
			return &lockdown_codes[i];
	return NULL;
}

const char *
code_trust(int number)
{
	const struct lockdown_code *c = code_find(number);

	return c ? c->trust : "failed";
}

bool
code_ends_talk(int number)
{
	switch (number) {
	case CODE_GARBAGE: case -5: case -6: case CODE_TIMEOUT: case CODE_LINK: case CODE_UNKNOWN:
		return true;
	}
	return false;
}

void
code_explain(struct buf *out, int number)
{
	const struct lockdown_code *c = code_find(number);

	if (!c)
		buf_printf(out, "an error the library has no name for (%d)", number);
	else
		buf_printf(out, "%s (%s, %d)", c->meaning, c->wire ? c->wire : c->name, number);
}
