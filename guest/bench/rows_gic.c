// SPDX-License-Identifier: BSD-2-Clause
/* Distributor, CPU interface and the ways of an interrupt, on one vCPU. */
#include "bench.h"
#include "gic.h"

#define SGI_TO_SELF (2u << 24)
#define WFI_AHEAD_US 100
#define WFI_ITERATIONS 100u

static inline void sgi_to_self(void)
{
	const uint32_t seen = irq_counts[0].sgi[SGI_SELF];

	trap_write(GICD_BASE + GICD_SGIR, SGI_TO_SELF | SGI_SELF);
	while (irq_counts[0].sgi[SGI_SELF] == seen)
		;
}

static inline void fire_timer(void)
{
	const uint32_t seen = irq_counts[0].timer;

	cntv_set(0, CNT_CTL_ENABLE);
	while (irq_counts[0].timer == seen)
		;
}

/* From the moment for which the timer was set until its handler, out of WFI. */
static uint64_t wfi_overshoot(void)
{
	const uint32_t seen = irq_counts[0].timer;

	irq_disable();
	region_begin();
	const uint64_t at = timer_now() + timer_us(WFI_AHEAD_US);

	cntv_set(at, CNT_CTL_ENABLE);
	while (irq_counts[0].timer == seen) {
		wfi();
		irq_enable();
		isb();
		irq_disable();
	}
	region_end();
	irq_enable();
	return irq_counts[0].timer_at - at;
}

/* Here every single sleep is a repetition. */
static void row_wfi(void)
{
	for (uint32_t i = 0; i < WFI_ITERATIONS; i++)
		row_add("wfi_overshoot", wfi_overshoot(), 1);
}

static inline void disable_enable(uint32_t intid)
{
	trap_write(GICD_BASE + GICD_ICENABLER(0) + 4 * (intid / 32), 1u << intid % 32);
	trap_write(GICD_BASE + GICD_ISENABLER(0) + 4 * (intid / 32), 1u << intid % 32);
}

/* Pending and not taken, because IRQs are masked. */
static void row_disable_enable(void)
{
	gic_set_edge(FIRST_SPI, true);
	gic_enable(FIRST_SPI);
	gic_pend(FIRST_SPI);
	MEASURE("spi_disable_enable", ITERATIONS, 1, disable_enable(FIRST_SPI));
	gic_unpend(FIRST_SPI);
}

/* The write to EOIR of a level, whose end EL2 has to look at: a maintenance interrupt. */
static uint64_t end_level(uint32_t intid)
{
	uint32_t iar;

	gic_pend(intid);
	iar = gicc_read(GICC_IAR);
	const uint64_t start = timer_now();

	gicc_write(GICC_EOIR, iar);
	isb();
	return timer_now() - start;
}

/* A tick is many instructions, but where in one it begins varies from one end to the next. */
static void row_eoi_level(void)
{
	gic_set_edge(FIRST_SPI, false);
	gic_enable(FIRST_SPI);
	for (unsigned int rep = 0; rep < REPETITIONS; rep++) {
		uint64_t ticks = 0;

		region_begin();
		for (uint32_t i = 0; i < ITERATIONS; i++)
			ticks += end_level(FIRST_SPI);
		region_end();
		row_add("eoi_level", ticks, ITERATIONS);
	}
}

/* More than there are list registers for. All SPIs in the same word. */
static inline void pend_and_drain(void)
{
	const uint32_t end = irq_counts[0].spi + N_SPIS;

	irq_disable();
	trap_write(GICD_BASE + GICD_ISPENDR(0) + 4 * (FIRST_SPI / 32), ((1u << N_SPIS) - 1)
									       << FIRST_SPI % 32);
	irq_enable();
	while (irq_counts[0].spi != end)
		;
}

static void row_drain(void)
{
	for (uint32_t i = 0; i < N_SPIS; i++) {
		gic_set_edge(FIRST_SPI + i, true);
		gic_enable(FIRST_SPI + i);
	}
	MEASURE("spi_drain_16", ITERATIONS / 10, N_SPIS, pend_and_drain());
}

void rows_gic(void)
{
	MEASURE("gicd_typer_read", ITERATIONS, 1, trap_read(GICD_BASE + GICD_TYPER));
	MEASURE("gicd_isenabler0_read", ITERATIONS, 1, trap_read(GICD_BASE + GICD_ISENABLER(0)));
	MEASURE("gicd_isenabler0_write", ITERATIONS, 1,
		trap_write(GICD_BASE + GICD_ISENABLER(0), 8));
	MEASURE("gicc_pmr_write", ITERATIONS, 1, trap_write(GICC_BASE + GICC_PMR, 0xff));
	MEASURE("gicc_iar_spurious", ITERATIONS, 1, trap_read(GICC_BASE + GICC_IAR));
	MEASURE("sgi_masked", ITERATIONS, 1,
		trap_write(GICD_BASE + GICD_SGIR, SGI_TO_SELF | SGI_IDLE));
	row_disable_enable();
	row_eoi_level();
	irq_enable();
	isb();
	MEASURE("sgi_self", ITERATIONS, 1, sgi_to_self());
	MEASURE("vtimer_fire", ITERATIONS, 1, fire_timer());
	row_wfi();
	row_drain();
	irq_disable();
}
