/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the guest doorbell share: two SPIs, how they are handled, and the tests. */
#ifndef BELLHOP_TARGET_DOORBELL_TESTS_H
#define BELLHOP_TARGET_DOORBELL_TESTS_H

#include <stdint.h>

#include "bell.h"

#define SPI 48u
#define OTHER_SPI 49u
#define ROUNDS 20000u

/* doorbell.c. How often each interrupt was taken so far. */
extern volatile uint32_t taken[128];

/* What the handler does besides counting. */
extern volatile uint32_t reads; /* the bell that it reads, or 0 */
extern volatile uint32_t masks; /* with this one, and later, it disables its own interrupt */

/* Nothing is left of the test before; both SPIs are counted, and enabled. */
void begin(void);

/* Interrupts of this vCPU are taken before the next instruction. */
static inline void settle(void)
{
	isb();
}

/* doorbell_irq.c. */
int32_t irq_bind(uint32_t gsi, uint32_t signal, uint32_t resample, uint32_t flags);
void test_t93_edge_irqfd(void);
void test_t96_resample(void);
void test_t97_two_resamplers(void);
void test_t101_sources(void);
void test_t47_oneshot_handler(void);
void test_t47_two_at_once(void);
void test_t102_close_resample(void);
void test_t107_eo3_sequence(void);
void test_t119_loop(void);

/* doorbell_wait.c. */
void test_wait_deadline(void);
void test_wait_takes_interrupts(void);
void test_take(void);
void test_signal_and_wait(void);
void test_signal_and_take(void);

#endif
