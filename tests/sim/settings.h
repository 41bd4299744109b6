/* SPDX-License-Identifier: MIT */
/*
 * The language of scenes: "key=value,key=value".
 *
 * A comma ends a value only when another "key=" follows, so product=iPhone12,1 needs no quoting.
 * In values \n \t \e \\ \, \xHH and \uHHHH are understood.  The mode of a device and the mode of
 * usbmuxd are names for such texts, held in two tables.
 */
#ifndef SIM_SETTINGS_H
#define SIM_SETTINGS_H

#include "scene.h"

#include <stddef.h>

/* Where a mistake is explained. */
enum { MISTAKE = 256 };

/* Both apply a text from left to right; false, and the reason in mistake, at the first error. */
bool settings_device(struct device *d, const char *text, char mistake[MISTAKE]);
bool settings_mux(const char *text, char mistake[MISTAKE]);

/* All keys and all modes, for --help. */
void settings_help(FILE *out);

#endif
