/* SPDX-License-Identifier: MIT */
/*
 * Private numbers by their form: those of devices (IMEI, SIM card), of pairings (SystemBUID) and of telephones. Digits may stand in groups,
 * as people write them; what else is written in groups of digits (dates, versions, sizes, bus numbers) has none of these forms.
 */
#ifndef FACTS_SCAN_NUMBERS_H
#define FACTS_SCAN_NUMBERS_H

#include "facts/scan_text.h"

/* A number that begins with the digit, "+" or "(" at byte i, where a word can start. */
bool scan_number(const struct scan *sc, size_t i, struct scan_hit *hit);

#endif
