/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of fuzz_devices.c share: choices by bytes, and the parts with their models. */
#ifndef BELLHOP_FUZZ_DEVICES_H
#define BELLHOP_FUZZ_DEVICES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "doorbell/doorbell.h"

#define check(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* A number below n, at most 256; 0 when there are no bytes left. Any number. */
uint32_t choose(uint32_t n);
uint32_t any(void);
/* One of four. */
struct bell_ref a_bell(void);

typedef void (*device_action)(void);

/* Each part begins empty, and has actions, NULL behind the last one. */
void begin_events(void);
void begin_claims(void);
void begin_msix(void);
extern const device_action event_actions[], claim_actions[], msix_actions[];

#endif
