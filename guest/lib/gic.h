/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 as a guest uses it (IHI 0048B). Register offsets come from the public header; `intid` is
 * 0-1019, priorities are 8 bits, lower is more urgent.
 */
#ifndef BELLHOP_GUEST_GIC_H
#define BELLHOP_GUEST_GIC_H

#include <stdbool.h>
#include <stdint.h>

#include <bellhop/gicv2.h>

#include "cpu.h"

#define GIC_SPURIOUS 1023u
#define GIC_MAX_INTID 1020u
#define GIC_DEFAULT_PRIORITY 0xa0u

/* `iar` is GICC_IAR as read: INTID in 9:0, source CPU of an SGI in 12:10. */
typedef void (*gic_handler)(uint32_t iar);

/* Distributor on, everything disabled, SPIs to CPU 0, group 0; then gic_cpu_init(). vCPU 0 only. */
void gic_init(void);

/* This vCPU's CPU interface on: PMR 0xff, BPR 0, EOImode 0. SGIs enabled. */
void gic_cpu_init(void);

/* Handler called with IRQs masked between GICC_IAR and GICC_EOIR, for all vCPUs. */
void gic_handle(uint32_t intid, gic_handler handler);

/* IRQ entry: one GICC_IAR, handler, GICC_EOIR (and GICC_DIR when EOImode is 1). */
void gic_dispatch(void);

/* Number of interrupts dispatched on this vCPU that had no handler, and of spurious ones. */
uint32_t gic_unhandled(void);
uint32_t gic_spurious(void);

void gic_enable(uint32_t intid);
void gic_disable(uint32_t intid);
void gic_pend(uint32_t intid);
void gic_unpend(uint32_t intid);
bool gic_is_pending(uint32_t intid);
bool gic_is_active(uint32_t intid);
void gic_set_priority(uint32_t intid, uint8_t priority);
/* SPIs only: bit n of `cpus` is CPU interface n. */
void gic_set_target(uint32_t intid, uint8_t cpus);
/* SPIs only; the interrupt should be disabled (4.3.13). */
void gic_set_edge(uint32_t intid, bool edge);

/* Sends SGI `id` to the CPU interfaces in `cpus`; memory written before is visible to them. */
void gic_send_sgi(uint32_t id, uint8_t cpus);

static inline uint32_t gicd_read(uint32_t offset)
{
	return mmio_read32(GICD_BASE + offset);
}

static inline void gicd_write(uint32_t offset, uint32_t value)
{
	mmio_write32(GICD_BASE + offset, value);
}

static inline uint32_t gicc_read(uint32_t offset)
{
	return mmio_read32(GICC_BASE + offset);
}

static inline void gicc_write(uint32_t offset, uint32_t value)
{
	mmio_write32(GICC_BASE + offset, value);
}
#endif
