// SPDX-License-Identifier: BSD-2-Clause
#include "gic.h"

#include <stddef.h>

#define EOIMODE_NS (1u << 9)

static gic_handler handlers[GIC_MAX_INTID];
static uint32_t unhandled[GUEST_MAX_VCPUS];
static uint32_t spurious[GUEST_MAX_VCPUS];

static uint32_t word_bit(uint32_t intid)
{
	return 1u << (intid & 31);
}

/* Byte offset of the word with an interrupt's bit, where a register has one bit for each. */
static uint32_t word_offset(uint32_t intid)
{
	return 4 * (intid / 32);
}

void gic_cpu_init(void)
{
	gicd_write(GICD_ICENABLER(0), 0xffff0000);
	gicd_write(GICD_ISENABLER(0), 0x0000ffff);
	for (uint32_t i = 0; i < 32; i += 4)
		gicd_write(GICD_IPRIORITYR(0) + i, GIC_DEFAULT_PRIORITY * 0x01010101u);
	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_BPR, 0);
	gicc_write(GICC_CTLR, 1);
	dsb();
}

void gic_init(void)
{
	const uint32_t lines = ((gicd_read(GICD_TYPER) & 0x1f) + 1) * 32;

	gicd_write(GICD_CTLR, 0);
	for (uint32_t i = 32; i < lines; i += 32) {
		gicd_write(GICD_ICENABLER(0) + word_offset(i), UINT32_MAX);
		gicd_write(GICD_ICPENDR(0) + word_offset(i), UINT32_MAX);
		gicd_write(GICD_ICACTIVER(0) + word_offset(i), UINT32_MAX);
	}
	for (uint32_t i = 32; i < lines; i += 4) {
		gicd_write(GICD_IPRIORITYR(0) + i, GIC_DEFAULT_PRIORITY * 0x01010101u);
		gicd_write(GICD_ITARGETSR(0) + i, 0x01010101u);
	}
	gicd_write(GICD_CTLR, 1);
	gic_cpu_init();
}

void gic_handle(uint32_t intid, gic_handler handler)
{
	handlers[intid] = handler;
	dmb();
}

void gic_dispatch(void)
{
	const uint32_t iar = gicc_read(GICC_IAR);
	const uint32_t intid = iar & 0x3ff;

	if (intid >= GIC_MAX_INTID) {
		spurious[cpu_index()]++;
		return;
	}
	if (handlers[intid])
		handlers[intid](iar);
	else
		unhandled[cpu_index()]++;
	dsb();
	gicc_write(GICC_EOIR, iar);
	if (gicc_read(GICC_CTLR) & EOIMODE_NS)
		gicc_write(GICC_DIR, iar);
}

uint32_t gic_unhandled(void)
{
	return unhandled[cpu_index()];
}

uint32_t gic_spurious(void)
{
	return spurious[cpu_index()];
}

void gic_enable(uint32_t intid)
{
	gicd_write(GICD_ISENABLER(0) + word_offset(intid), word_bit(intid));
	dsb();
}

void gic_disable(uint32_t intid)
{
	gicd_write(GICD_ICENABLER(0) + word_offset(intid), word_bit(intid));
	dsb();
}

void gic_pend(uint32_t intid)
{
	gicd_write(GICD_ISPENDR(0) + word_offset(intid), word_bit(intid));
	dsb();
}

void gic_unpend(uint32_t intid)
{
	gicd_write(GICD_ICPENDR(0) + word_offset(intid), word_bit(intid));
	dsb();
}

bool gic_is_pending(uint32_t intid)
{
	return (gicd_read(GICD_ISPENDR(0) + word_offset(intid)) & word_bit(intid)) != 0;
}

bool gic_is_active(uint32_t intid)
{
	return (gicd_read(GICD_ISACTIVER(0) + word_offset(intid)) & word_bit(intid)) != 0;
}

void gic_set_priority(uint32_t intid, uint8_t priority)
{
	mmio_write8(GICD_BASE + GICD_IPRIORITYR(0) + intid, priority);
}

void gic_set_target(uint32_t intid, uint8_t cpus)
{
	mmio_write8(GICD_BASE + GICD_ITARGETSR(0) + intid, cpus);
}

void gic_set_edge(uint32_t intid, bool edge)
{
	const uint32_t offset = GICD_ICFGR(0) + 4 * (intid / 16);
	const uint32_t bit = 2u << (2 * (intid % 16));
	const uint32_t old = gicd_read(offset);

	gicd_write(offset, edge ? old | bit : old & ~bit);
}

void gic_send_sgi(uint32_t id, uint8_t cpus)
{
	dsb();
	gicd_write(GICD_SGIR, (uint32_t)cpus << 16 | id);
}
