/* SPDX-License-Identifier: MIT */
/* The one question that every host can put to its multiplexer; for builds without libimobiledevice, which have no other way to learn of devices. */
#ifndef FACTS_HOST_MUX_H
#define FACTS_HOST_MUX_H

#include "facts/collect.h"
#include "facts/mux_list.h"

/*
 * Asks the multiplexer that programs here use: its state as in mux.state, and when that is "answers" the list. NULL: it cannot be asked; errno tells. Runs in a
 * collector's child.
 */
const char *host_mux_ask(const struct collect_options *o, struct mux_list *list);

#endif
