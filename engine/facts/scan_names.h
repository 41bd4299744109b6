/* SPDX-License-Identifier: MIT */
/*
 * Names by where they stand: of users, computers and devices, and serial numbers, which look like any word. Elsewhere in the text nothing
 * tells them from other words, so that a redactor learns them here.
 *
 *	/home/NAME  /Users/NAME  C:\Users\NAME		the home folder
 *	user=NAME  Username: NAME  "host": "NAME"	behind a word that announces it
 *	NAME@NAME  NAME\NAME  \\NAME\NAME		accounts: user at host, DOMAIN\user, \\server\user
 *	uid=1000(NAME)  NAME(uid=1000)			accounts by number
 *	Nov 24 12:00:01 NAME usbmuxd[12]: ...		the host of a log line
 *	NAME.local  NAME.fritz.box			a host of the local network
 *	phone: 555 1234  MLBSerialNumber: F3Y...	numbers behind a word that announces them
 */
#ifndef FACTS_SCAN_NAMES_H
#define FACTS_SCAN_NAMES_H

#include "facts/scan_text.h"

/* A name at byte i, where a word can start, or behind the words there that announce it. */
bool scan_name_in_words(struct scan *sc, size_t i, struct scan_hit *hit);

/* A name behind a part of a word at byte i > 0, inside the word: "MLBSerialNumber: ...". */
bool scan_name_in_compound(const struct scan *sc, size_t i, struct scan_hit *hit);

/* A name behind the sign at byte i: '/', '\\' or '@'. */
bool scan_name_behind_sign(struct scan *sc, size_t i, struct scan_hit *hit);

/* True when such a name tells what to look for elsewhere. */
bool scan_teaches(enum private_kind kind);

/* Shapes of mail that are none: "usbmuxd@1.service" is a unit of systemd. */
bool scan_is_unit(const struct scan *sc, size_t from, size_t to);

#endif
