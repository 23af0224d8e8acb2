/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole interrupt state of one VM. Flat, without pointers, so that a machine can be copied,
 * compared and hashed. Everything here is protected by the VM's lock.
 *
 * Outside vgic/ only the size matters: no field is read or written but through vgic.h, and through
 * the questions at the end, which are asked at nearly every exit.
 */
#ifndef BELLHOP_VGIC_STATE_H
#define BELLHOP_VGIC_STATE_H

#include "vgic.h"

#define VGIC_MAX_WORDS 32u /* of 32 INTIDs each; word 0 is banked per vCPU */
#define VGIC_NO_VCPU VGIC_MAX_VCPUS

/* 32 interrupts, as the distributor's bitmap registers show them: bit = INTID % 32. */
struct vgic_word {
	uint32_t valid;	  /* implemented; 0 makes every register of the word RAZ/WI */
	uint32_t sgis;	  /* which are SGIs */
	uint32_t enabled; /* GICD_ISENABLER */
	uint32_t group1;  /* GICD_IGROUPR */
	uint32_t edge;	  /* GICD_ICFGR bit [2F+1], as the guest wrote it */

	/* The input. What is driven behaves as wired, whatever the guest wrote to ICFGR. */
	uint32_t driven;
	uint32_t level; /* level-sensitive: wired so, or undriven and not edge */
	uint32_t hw;	/* backed by a physical interrupt */
	uint32_t line;	/* level of the input line */

	uint32_t notify; /* its driver wants to know when it is deactivated */

	uint32_t latch;	 /* pending by edge, ISPENDR, hw_raise or SGI; in an LR it is not here */
	uint32_t active; /* of resident interrupts: as of the last fill */
	/* Active ones, acknowledged with EOImode 0: an EOI drops the priority and deactivates. */
	uint32_t held;

	uint32_t flight;      /* hw: the physical interrupt is active on behalf of this one */
	uint32_t flight_next; /* hw: acknowledged at EL2 again while resident */

	uint32_t resident; /* in a list register of irq.owner */
	uint32_t withheld; /* kept out of the LRs until another vCPU's access has been served */
};

struct vgic_irq {
	union {
		struct {
			uint8_t priority;
			uint8_t targets; /* GICD_ITARGETSR; not used for SGIs and PPIs */
			uint8_t owner;	 /* the vCPU whose queue it is in, or VGIC_NO_VCPU */
			uint8_t slot;	 /* the LR that it was last put into */
		};
		uint32_t word; /* all of them: a reset writes thousands */
	};
	uint8_t active_priority; /* group priority that GICH_APR has for it, while held */
	uint8_t unused;
	uint16_t physical_intid;
};

/* vgic_cpu.dirty other than an INTID */
#define VGIC_AGAIN 0x8000u	/* + n: what was filled into LR n occurred again, and that is all */
#define VGIC_CLEAN 0x10000u	/* nothing; only while loaded */
#define VGIC_ALL_DIRTY 0x20000u /* more than one interrupt, or not only list registers */

struct vgic_cpu {
	uint8_t id;
	bool loaded;	      /* filled and not folded since: lr[] is in the hardware */
	bool fits;	      /* the last fill had room for everything */
	uint32_t dirty;	      /* the INTID whose LR is not what it should be, or VGIC_AGAIN .. */
	uint32_t dirty_lr;    /* the LR of that INTID; VGIC_NO_LR: it has none */
	uint32_t vmcr;	      /* as of the last fold */
	uint32_t queue_words; /* bit per word of queue[] that is not 0 */
	/* Group priorities, as in GICH_APR, that an EOI will drop of what is inactive by now. */
	uint32_t owed;

	uint64_t lrs;	    /* list registers in use */
	uint64_t lrs_stale; /* not in use, not empty in the hardware: the next fill clears them */
	uint32_t lr[VGIC_MAX_LRS];   /* as filled; the guest's changes are seen by the next fold */
	bool lr_latch[VGIC_MAX_LRS]; /* its pending state came from the latch (or an SGI source) */

	/* Interrupts that have to do with this vCPU: pending and enabled here, or active. */
	uint32_t queue[VGIC_MAX_WORDS];

	uint8_t sgi_pending[GIC_N_SGIS]; /* bit per source vCPU that waits, LR not counted */
	uint8_t sgi_active[GIC_N_SGIS];	 /* source vCPU of the active one */

	/* A RETRY that has not been taken again yet (vgic_ask.c). */
	uint32_t ask_bits;   /* of word ask_word */
	uint32_t ask_served; /* whose owner has folded since */
	uint8_t ask_word;
	uint8_t ask_folds;
	uint16_t withheld_fills;
};

struct vgic {
	uint32_t ctlr;	/* GICD_CTLR */
	uint32_t typer; /* GICD_TYPER */
	uint16_t n_intids;
	uint8_t n_vcpus;
	uint8_t n_lrs;
	uint32_t askers; /* bit per vCPU with ask_bits */
	/*
	 * Word 0 of each vCPU, then the words of the SPIs; irq[] likewise. An INTID of 10 bits and
	 * an irq.owner are always an index inside of these arrays.
	 */
	struct vgic_word word[VGIC_MAX_VCPUS + VGIC_MAX_WORDS - 1u];
	struct vgic_cpu cpu[VGIC_MAX_VCPUS + 1u]; /* the last is VGIC_NO_VCPU's, and never used */
	struct vgic_irq irq[VGIC_MAX_VCPUS * VGIC_PRIVATE_INTIDS + 32u * (VGIC_MAX_WORDS - 1u)];
};

/*
 * Somebody was told VGIC_RETRY and has not come back: an interrupt may be withheld from its owner,
 * who gets it back after a number of fills. The caller sees to it that there are some, also where
 * the owner's guest causes no exit. Without the lock: a change comes with a kick.
 */
static inline bool vgic_is_asked(const struct vgic *vgic)
{
	return vgic->askers != 0u;
}

/* The PPIs of which vgic_hw_in_flight() is true, bit per INTID. Without the lock, on the vCPU's own
 * CPU: nobody else raises or ends them. Only after a fold. */
static inline uint32_t vgic_ppis_in_flight(const struct vgic *vgic, unsigned int vcpu)
{
	return vgic->word[vcpu].flight | vgic->word[vcpu].flight_next;
}

/*
 * The same questions are asked of a VM's vCPU by number, and of what vgic_cpu() returns, which does
 * not change: the latter is quicker.
 */
static inline const struct vgic_cpu *vgic_cpu(const struct vgic *vgic, unsigned int vcpu)
{
	return &vgic->cpu[vcpu];
}

/* Between a fill and the next fold: part of the vCPU's state is in the hardware. */
static inline bool vgic_cpu_is_loaded(const struct vgic_cpu *cpu)
{
	return cpu->loaded;
}

static inline bool vgic_is_loaded(const struct vgic *vgic, unsigned int vcpu)
{
	return vgic_cpu_is_loaded(vgic_cpu(vgic, vcpu));
}

/* Which LRs the hardware holds for this vCPU, bit per LR; 0 after a fold. For the driver, so that
 * it reads no more than it has to. */
static inline uint64_t vgic_cpu_lrs_in_use(const struct vgic_cpu *cpu)
{
	return cpu->lrs;
}

static inline uint64_t vgic_lrs_in_use(const struct vgic *vgic, unsigned int vcpu)
{
	return vgic_cpu_lrs_in_use(vgic_cpu(vgic, vcpu));
}

/* True when a fill would change what the guest sees: to be asked before an entry. */
static inline bool vgic_cpu_needs_fill(const struct vgic_cpu *cpu)
{
	return cpu->dirty != VGIC_CLEAN;
}

static inline bool vgic_needs_fill(const struct vgic *vgic, unsigned int vcpu)
{
	return vgic_cpu_needs_fill(vgic_cpu(vgic, vcpu));
}

/* More was to go in than there are list registers, at the last fill. On the vCPU's own CPU. */
static inline bool vgic_is_crowded(const struct vgic *vgic, unsigned int vcpu)
{
	return !vgic->cpu[vcpu].fits;
}

/*
 * The list registers hold all that is pending and enabled, and need no maintenance but for the EOI
 * of level interrupts. Without the lock, on the vCPU's own CPU: a change comes with a kick.
 */
static inline bool vgic_cpu_is_clean(const struct vgic_cpu *cpu)
{
	return cpu->dirty == VGIC_CLEAN && cpu->fits && cpu->owed == 0u;
}

/* ... and no timer has fired again behind the end of its list register, and none is in flight but
 * in a list register. */
bool vgic_is_settled(const struct vgic *vgic, unsigned int vcpu);

/*
 * Something in its list registers is not what it should be, so that it may be another vCPU's by
 * now, or is asked for: only a fold can give it away. Not where all that happened is that something
 * came for this vCPU. Without the lock, likewise.
 */
bool vgic_waits_for_fold(const struct vgic *vgic, unsigned int vcpu);

/* The vCPU in whose queue this implemented SPI is; none: VGIC_NO_VCPU. */
static inline unsigned int vgic_spi_owner(const struct vgic *vgic, unsigned int intid)
{
	return vgic->irq[(VGIC_MAX_VCPUS - 1u) * VGIC_PRIVATE_INTIDS + intid].owner;
}

#endif
