/* SPDX-License-Identifier: MIT */
/* Names for whole situations.  A mode is nothing but a text of settings (settings.h). */
#ifndef SIM_MODES_H
#define SIM_MODES_H

struct mode {
	const char *name;
	const char *settings;
	const char *help;
};

/* Both end with a row without a name. */
extern const struct mode device_modes[];
extern const struct mode mux_modes[];

/* The settings of the mode called name, or NULL. */
const char *mode_settings(const struct mode *modes, const char *name);

#endif
