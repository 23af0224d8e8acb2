/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An ideal GICv2: distributor and CPU interfaces of one VM, as IHI 0048B describes them in chapters
 * 3 and 4, without list registers. It is the oracle: slow, flat, and with no idea of a hypervisor.
 *
 * No Security Extensions, two groups, five priority bits, level inputs with the pending latch of
 * figure 4-10. Where the architecture leaves a choice it makes the one in docs: an SPI with
 * several targets goes to the lowest, SGI sources are delivered in any order.
 *
 * What is pending and what is active is kept a second time, as bitmaps: a check that is made after
 * every event cannot look at each interrupt.
 */
#ifndef BELLHOP_MODEL_IDEAL_GIC_H
#define BELLHOP_MODEL_IDEAL_GIC_H

#include <stdbool.h>
#include <stdint.h>

#define IDEAL_MAX_VCPUS 8u
#ifndef IDEAL_MAX_INTIDS /* fewer make the state smaller, for those who keep many of it */
#define IDEAL_MAX_INTIDS 1020u
#endif
#define IDEAL_NOTHING 0x1ffu

struct ideal_irq {
	bool enabled;
	bool group1;
	bool latch; /* ISPENDR or an edge; cleared by ICPENDR and by acknowledge */
	bool line;  /* level of the input; stays low for edges */
	bool active;
	bool count_ends;       /* `ended` counts how often it was deactivated */
	uint8_t ended;	       /* whoever looks takes it away */
	bool edge_config;      /* what the guest wrote to ICFGR: stored, no more */
	uint8_t priority;      /* 8 bits, the low three zero */
	uint8_t targets;       /* bit per vCPU, SPIs only */
	uint8_t active_source; /* SGIs: whose is active */
	uint8_t active_cpu;    /* SPIs: whose EOI ends it: who acknowledged, else the target */
};

struct ideal_cpu {
	struct ideal_irq private_irq[32];
	bool group_enabled[2];
	bool ack_ctl;
	bool fiq_en;
	bool common_bpr;
	bool eoi_mode;
	uint8_t pmr;
	uint8_t bpr;
	uint8_t abpr;
	bool running[32];    /* active group priorities, by priority >> 3 */
	uint8_t sources[16]; /* SGIs: pending, bit per sending vCPU */
	/* A bit per private interrupt, as ideal_update() made them of the fields */
	uint32_t pending;
	uint32_t active;
};

struct ideal_gic {
	unsigned int n_vcpus;
	unsigned int n_intids; /* a multiple of 32 */
	bool group_enabled[2]; /* GICD_CTLR */
	struct ideal_cpu cpu[IDEAL_MAX_VCPUS];
	struct ideal_irq spi[IDEAL_MAX_INTIDS - 32];
	/* The same for the SPIs; [0] is not used */
	uint32_t spi_pending[IDEAL_MAX_INTIDS / 32 + 1];
	uint32_t spi_active[IDEAL_MAX_INTIDS / 32 + 1];
};

/* After reset: all off, SGIs enabled (their enable bits are RAO/WI), SPIs without a target. */
void ideal_init(struct ideal_gic *g, unsigned int n_vcpus, unsigned int n_intids);
/* The CPU interface and the banked interrupts of one CPU as after reset; lines stay. */
void ideal_reset_cpu(struct ideal_gic *g, unsigned int cpu);

/* Who writes latch, line, active or sources tells ideal_update(). */
struct ideal_irq *ideal_irq(struct ideal_gic *g, unsigned int cpu, unsigned int intid);
const struct ideal_irq *ideal_irq_const(const struct ideal_gic *g, unsigned int cpu,
					unsigned int intid);
void ideal_update(struct ideal_gic *g, unsigned int cpu, unsigned int intid);
bool ideal_pending(const struct ideal_gic *g, unsigned int cpu, unsigned int intid);
/* GICD_ISPENDRn and GICD_ISACTIVERn at once. */
uint32_t ideal_pending_word(const struct ideal_gic *g, unsigned int cpu, unsigned int n);
uint32_t ideal_active_word(const struct ideal_gic *g, unsigned int cpu, unsigned int n);
/* Pending, not active, enabled, group forwarded, and this CPU is the one that gets it (4.3.1). */
bool ideal_forwarded(const struct ideal_gic *g, unsigned int cpu, unsigned int intid);
/* Where the distributor sends an interrupt when it is pending; -1 for an SPI without a target. */
int ideal_target(const struct ideal_gic *g, unsigned int cpu, unsigned int intid);

/*
 * Distributor registers; widths 1, 2 and 4. False where the register does not take the access: the
 * architecture has bytes in some registers only (4.1.4); here those take halfwords as well, reads
 * of all widths work everywhere, and so do writes to what is reserved and ignores them.
 */
bool ideal_dist_access_ok(uint32_t offset, unsigned int width, bool write);
uint32_t ideal_dist_read(const struct ideal_gic *g, unsigned int cpu, uint32_t offset,
			 unsigned int width);
void ideal_dist_write(struct ideal_gic *g, unsigned int cpu, uint32_t offset, unsigned int width,
		      uint32_t value);

/* Which interrupts an access touches; false for a register that is not made of their fields. */
bool ideal_dist_fields(uint32_t offset, unsigned int width, unsigned int *first,
		       unsigned int *count);

void ideal_set_line(struct ideal_gic *g, unsigned int cpu, unsigned int intid, bool level);
void ideal_pulse(struct ideal_gic *g, unsigned int cpu, unsigned int intid);

/*
 * What a CPU interface would take now. priority is IDEAL_NOTHING when nothing is signalled;
 * groups has a bit per group among the interrupts of that priority. Interrupts whose bit is set
 * in `without` (a bitmap of INTIDs, or NULL) are left out of account.
 */
struct ideal_best {
	unsigned int priority;
	unsigned int groups;
	unsigned int intid; /* one of them */
};
struct ideal_best ideal_signalled(const struct ideal_gic *g, unsigned int cpu,
				  const uint32_t *without);
/* Would it wake this CPU from WFI: group and PMR count, the running priority does not. */
bool ideal_wakes(const struct ideal_gic *g, unsigned int cpu, const uint32_t *without);

/* Acknowledge what somebody chose; priority and group are those that it was taken with. */
void ideal_acknowledge(struct ideal_gic *g, unsigned int cpu, unsigned int intid,
		       unsigned int source, uint8_t priority, bool group1);
void ideal_eoi(struct ideal_gic *g, unsigned int cpu, unsigned int intid, unsigned int source);
/* Returns false where the write has no effect (EOImode 0, not active, other SGI source). */
bool ideal_dir(struct ideal_gic *g, unsigned int cpu, unsigned int intid, unsigned int source);
uint32_t ideal_running_priority(const struct ideal_gic *g, unsigned int cpu);
/* Writes of GICC_CTLR, PMR, BPR and ABPR, by their offsets in 4.4. */
void ideal_cpu_write(struct ideal_gic *g, unsigned int cpu, uint32_t offset, uint32_t value);

#endif
