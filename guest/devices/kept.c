// SPDX-License-Identifier: BSD-2-Clause
#include "kept.h"

#include "cpu.h"
#include "gic.h"
#include "smccc.h"
#include "timer.h"

#define VALID 0x6b657074u /* the page is zero at power-on */

/* By words: the page is Device memory here, which takes no unaligned accesses. */
bool kept_recall(uintptr_t address, void *state, size_t size)
{
	uint32_t *word = state;

	if (address == 0 || mmio_read32(address) != VALID)
		return false;
	for (size_t i = 0; i < size / 4; i++)
		word[i] = mmio_read32(address + 4 + 4 * i);
	return true;
}

void kept_save(uintptr_t address, const void *state, size_t size)
{
	const uint32_t *word = state;

	if (address == 0)
		return;
	for (size_t i = 0; i < size / 4; i++)
		mmio_write32(address + 4 + 4 * i, word[i]);
	mmio_write32(address, VALID);
}

static void on_timer(uint32_t iar)
{
	(void)iar;
	smccc_hvc(PSCI_SYSTEM_RESET, 0, 0, 0);
}

void kept_restart(uint32_t ms)
{
	gic_handle(CNTV_INTID, on_timer);
	gic_enable(CNTV_INTID);
	cntv_set(timer_now() + timer_ms(ms), CNT_CTL_ENABLE);
	irq_enable();
}
