// SPDX-License-Identifier: BSD-2-Clause
/*
 * A VM that another one serves, without a console: it takes each interrupt once, and enables it
 * again, until its END_SPI comes. Meanwhile it looks for devices, which may be there or not.
 */
#include "bell_fuzz.h"
#include "common.h"

#define ACCESSES 4u /* for each interrupt */

static void on_spi(uint32_t iar)
{
	gic_disable(iar & 0x3ff);
}

static void on_end(uint32_t iar)
{
	(void)iar;
	psci_system_off();
}

/* Whatever comes of it: a value, zero, an abort at once or when nobody answers. */
static void access_something(uint32_t *state)
{
	const uint32_t width = 1u << random32(state) % 3;
	const uint32_t offset = random32(state) % 0x20 * 4;
	const uint32_t address = DEVICES + random32(state) % N_DEVICES * DEVICE_SIZE + offset;
	struct fault fault;
	uint32_t value;

	if (random32(state) % 2 != 0)
		fault_write(address, width, random32(state) % 3, &fault);
	else
		fault_read(address, width, &value, &fault);
}

int main(void)
{
	uint32_t state = 1;

	for (uint32_t i = 0; i < N_SPIS; i++) {
		gic_handle(FIRST_SPI + i, on_spi);
		gic_set_target(FIRST_SPI + i, 1);
	}
	for (uint32_t i = 0; i < N_MSIS; i++) {
		gic_handle(FIRST_MSI + i, on_spi);
		gic_set_target(FIRST_MSI + i, 1);
	}
	gic_handle(CNTV_INTID, on_spi);
	gic_handle(END_SPI, on_end);
	gic_set_target(END_SPI, 1);
	gic_enable(END_SPI);
	irq_enable();
	for (;;) {
		for (uint32_t i = 0; i < N_SPIS; i++)
			gic_enable(FIRST_SPI + i);
		for (uint32_t i = 0; i < N_MSIS; i++)
			gic_enable(FIRST_MSI + i);
		gic_enable(CNTV_INTID);
		cntv_set(timer_now() + timer_us(100), CNT_CTL_ENABLE);
		wfi();
		for (uint32_t i = 0; i < ACCESSES; i++)
			access_something(&state);
		cntv_set(TIMER_FAR, 0);
	}
}
