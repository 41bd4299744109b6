/* SPDX-License-Identifier: MIT */
/*
 * The collector `mux`: which devices the multiplexer lists, by cable or over the network.
 */
#ifndef FACTS_DEVICE_IOS_LIST_H
#define FACTS_DEVICE_IOS_LIST_H

#include "facts/collect.h"

#include <stdint.h>

/* With --device only that device becomes a fact; all are counted. Takes at most `ms`. */
void list_run(struct recorder *r, int64_t ms);

#endif
