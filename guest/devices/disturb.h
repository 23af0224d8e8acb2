/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests: what may happen to the interrupt of a device model while it works, at random. Its bell
 * is masked for up to 2 ms, it is taken off its input for as long and bound again, and the program
 * stands still for up to 5 ms. The device itself knows nothing of it.
 */
#ifndef BELLHOP_GUEST_DISTURB_H
#define BELLHOP_GUEST_DISTURB_H

#include <stdint.h>

#include "doorbell.h"

/* every: one of that many turns begins something; 0: none ever does, and nothing is reported. */
void disturb_init(struct doorbell_level *level, uint32_t every);

/* Once in each turn of the loop, before it is known what the device waits for. */
int32_t disturb(void);
/* ... after it: when the loop has to turn again at the latest. */
uint64_t disturb_next(void);

/*
 * What has happened, and the interrupt's account. As many handlers have ended as were told, which
 * are the signals that were not cut. runs: how often the client's handler has begun, as the device
 * can tell. A signal makes at most one: more are extra. Each end that was told is one of a run,
 * unless the client was reset before that.
 */
void disturb_report(const char *name, uint64_t runs);

#endif
