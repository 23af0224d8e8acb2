// SPDX-License-Identifier: BSD-2-Clause
/* Every interrupt is acknowledged, ended and counted; a ping is answered. */
#include "bench.h"
#include "gic.h"

struct irq_counts irq_counts[2];

static void take_timer(struct irq_counts *counts, uint32_t iar)
{
	counts->timer_at = timer_now();
	cp15_write(0, 14, 3, 1, CNT_CTL_IMASK);
	isb();
	gicc_write(GICC_EOIR, iar);
	counts->timer++;
}

static void take_sgi(struct irq_counts *counts, uint32_t iar, uint32_t intid)
{
	gicc_write(GICC_EOIR, iar);
	if (intid == SGI_PING)
		trap_write(GICD_BASE + GICD_SGIR, 1u << (16 + (iar >> 10 & 7)) | SGI_PONG);
	counts->sgi[intid]++;
}

void bench_irq(void)
{
	const uint32_t iar = gicc_read(GICC_IAR);
	const uint32_t intid = iar & 0x3ff;
	struct irq_counts *counts = &irq_counts[cpu_index() & 1];

	if (intid < 16) {
		take_sgi(counts, iar, intid);
	} else if (intid == CNTV_INTID) {
		take_timer(counts, iar);
	} else if (intid - FIRST_SPI < N_SPIS) {
		gicc_write(GICC_EOIR, iar);
		counts->spi++;
	} else {
		counts->other++;
		if (intid < GIC_MAX_INTID)
			gicc_write(GICC_EOIR, iar);
	}
}
