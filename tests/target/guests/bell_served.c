// SPDX-License-Identifier: BSD-2-Clause
/*
 * A VM that another one serves, without a console: it takes each interrupt once, and enables it
 * again, until its END_SPI comes.
 */
#include "common.h"

#define FIRST_SPI 40u
#define N_SPIS 8u
#define END_SPI 60u

static void on_spi(uint32_t iar)
{
	gic_disable(iar & 0x3ff);
}

static void on_end(uint32_t iar)
{
	(void)iar;
	psci_system_off();
}

int main(void)
{
	for (uint32_t i = 0; i < N_SPIS; i++) {
		gic_handle(FIRST_SPI + i, on_spi);
		gic_set_target(FIRST_SPI + i, 1);
	}
	gic_handle(CNTV_INTID, on_spi);
	gic_handle(END_SPI, on_end);
	gic_set_target(END_SPI, 1);
	gic_enable(END_SPI);
	irq_enable();
	for (;;) {
		for (uint32_t i = 0; i < N_SPIS; i++)
			gic_enable(FIRST_SPI + i);
		gic_enable(CNTV_INTID);
		cntv_set(timer_now() + timer_us(100), CNT_CTL_ENABLE);
		wfi();
		cntv_set(TIMER_FAR, 0);
	}
}
