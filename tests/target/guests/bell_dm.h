/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the device model in bell_pair*.dts share. */
#ifndef BELLHOP_TARGET_BELL_DM_H
#define BELLHOP_TARGET_BELL_DM_H

#include "bell_pair.h"

/* A number of bootargs: option("races=", 1000). */
uint32_t option(const char *name, uint32_t otherwise);
/* Lets the client run, where both are on one CPU. */
void nap(uint32_t us);
/* The client has been in EL2, and has taken what came to it before. */
bool barrier(void);
/* What the client does from now on, after a barrier. */
void set_mode(uint32_t mode);

void test_t104_unbind_races(void);
void test_t104_in_flight(void);
void test_t104_store_races(void);

#endif
