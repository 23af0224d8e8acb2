// SPDX-License-Identifier: BSD-2-Clause
/*
 * The GICv2 that one VM sees: distributor, SGIs, and the list registers of its vCPUs.
 *
 * Pure functions over values. The hypervisor reads GICH into a struct gich, calls vgic_fold(),
 * and later vgic_fill() to get what it has to write back. Between the two the state of the VM's
 * interrupts is all in struct vgic; between fill and fold part of it is in the hardware, and
 * struct vgic knows which INTIDs those are (their number, never their state). A vCPU that is
 * switched out needs no fold: its list registers can be saved and loaded like other registers.
 *
 * Locking: a function that is given a struct vgic_locked needs the VM's lock, and that proves it.
 * Nothing here waits, loops without a constant bound, or calls back. What the caller has to do
 * comes back in struct vgic_effects and is done after the lock was dropped.
 */
#ifndef BELLHOP_VGIC_VGIC_H
#define BELLHOP_VGIC_VGIC_H

#include <stdbool.h>
#include <stdint.h>

#include "bellhop/gicv2.h"

#define VGIC_MAX_VCPUS 8u
#define VGIC_MAX_LRS 64u
#define VGIC_MAX_INTIDS 1020u
#define VGIC_PRIVATE_INTIDS 32u

/* GICH as values (IHI 0048B, chapter 5.3). A driver reads and writes it; nobody else does. */
struct gich {
	uint32_t hcr;
	uint32_t vmcr;
	uint32_t apr;
	uint64_t elrsr; /* ELRSR1:ELRSR0 */
	uint64_t eisr;	/* EISR1:EISR0; never believed without the LR's state */
	uint32_t lr[VGIC_MAX_LRS];
	uint64_t lr_dirty; /* set by vgic_fill(): the LRs to write */
};

struct vgic_config {
	uint8_t n_vcpus;   /* 1..8 */
	uint16_t n_intids; /* 64..1020; ITLinesNumber is rounded up from it */
	uint8_t n_lrs;	   /* 1..64, GICH_VTR.ListRegs + 1 */
};

enum vgic_status {
	VGIC_OK,
	VGIC_FOLD_FIRST, /* the INTID may be in the caller's own LRs: fold, call again */
	VGIC_RETRY,	 /* ... in another vCPU's: effects.ask says whose; re-run the instruction */
	VGIC_ABORT,	 /* no such access: width or alignment that the register does not take */
};

/*
 * What the caller does after the lock was dropped, but for `notice`.
 * kick: bit per vCPU whose set of deliverable interrupts may have changed: wake it, or, where it
 *       runs on another CPU, make that CPU exit and refill. The caller's own vCPU may be in it.
 * ask:  with VGIC_RETRY: vCPUs whose CPU has to fold soon (vgic_fold) before the access is retried.
 * deactivate: physical INTIDs of hardware-mapped interrupts that left the active state outside a
 *       list register: write GICC_DIR for each.
 * notice: INTIDs of vgic_set_notify() that were deactivated, once for each time; or, with
 *       VGIC_NOTICE_ENABLED, that were enabled while their line made them pending. To be looked at
 *       while the lock is held: a line that is lowered before the next fill is not seen again.
 */
#define VGIC_MAX_DEACTIVATE 128u /* what a fold (31 EOIs and 64 LRs) and an access can need */
#define VGIC_MAX_NOTICES 128u	 /* likewise */
#define VGIC_NOTICE_ENABLED 0x8000u
struct vgic_effects {
	uint32_t kick;
	uint32_t ask;
	uint16_t n_deactivate;
	uint16_t n_notices;
	uint16_t deactivate[VGIC_MAX_DEACTIVATE];
	uint16_t notice[VGIC_MAX_NOTICES];
};

/*
 * To be called before the first use; every function below only adds. The array needs no clearing.
 */
static inline void vgic_effects_clear(struct vgic_effects *effects)
{
	effects->kick = 0u;
	effects->ask = 0u;
	effects->n_deactivate = 0u;
	effects->n_notices = 0u;
}

struct vgic; /* complete in vgic_state.h, so that the hypervisor can embed it */
struct vgic_locked {
	struct vgic *vgic;
};

/* Wiring of an interrupt input: declared by whoever drives it, never by the guest's ICFGR. */
enum vgic_wiring { VGIC_UNDRIVEN, VGIC_EDGE, VGIC_LEVEL, VGIC_HW };

/*
 * Fill in the state of a machine after power-on. Returns false when a limit of config is exceeded.
 */
bool vgic_init(struct vgic *vgic, const struct vgic_config *config);

/*
 * Reset of the VM: latches, active and enable state go, wiring and the levels of the lines stay.
 * Physical interrupts in flight are forgotten: the caller makes them inactive
 * (vgic_hw_in_flight()).
 */
void vgic_reset(struct vgic_locked v);
/*
 * Reset of one vCPU (PSCI CPU_ON): its CPU interface, SGIs and PPIs; SPIs are left alone. Only
 * after a fold. PPIs in flight are forgotten, as above.
 */
void vgic_reset_vcpu(struct vgic_locked v, unsigned int vcpu, struct vgic_effects *effects);

void vgic_set_wiring(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
		     enum vgic_wiring wiring, unsigned int physical_intid);

/* Does the driver of this SPI, wired as VGIC_LEVEL, want effects.notice? Survives a reset. */
void vgic_set_notify(struct vgic_locked v, unsigned int intid, bool notify);

/*
 * The distributor page: offset 0..0xfff, width 1, 2 or 4 bytes. Every register of IHI 0048B
 * table 4-1 with its access widths; what is reserved reads zero and ignores writes.
 */
enum vgic_status vgic_dist_read(struct vgic_locked v, unsigned int vcpu, uint32_t offset,
				unsigned int width, uint32_t *value, struct vgic_effects *effects);
/*
 * The same for a whole word, without the lock, where what the register shows is one word of struct
 * vgic or a constant. False: not such a register, no word-aligned offset, or a vCPU waits for
 * another one (VGIC_RETRY). Then call vgic_dist_read().
 */
bool vgic_dist_peek(struct vgic *vgic, unsigned int vcpu, uint32_t offset, uint32_t *value);
enum vgic_status vgic_dist_write(struct vgic_locked v, unsigned int vcpu, uint32_t offset,
				 unsigned int width, uint32_t value, struct vgic_effects *effects);
/* The same with width 4. */
enum vgic_status vgic_dist_write_word(struct vgic_locked v, unsigned int vcpu, uint32_t offset,
				      uint32_t value, struct vgic_effects *effects);
/*
 * A word to GICD_ICENABLERn or GICD_ISENABLERn (n: 0..31) that makes one interrupt at most leave or
 * enter the list registers of the writer, which is loaded:
 *	m = vgic_icenabler_reads(); read lr[m] if m is not VGIC_NO_LR
 *	m = vgic_icenabler_write(m), or vgic_isenabler_write(); write lr[m] unless it is VGIC_NO_LR
 * VGIC_FOLD, of any of them: not so, and nothing was done. Then, and it is never wrong, call
 * vgic_dist_write_word(). They need of gich what vgic_refresh() needs.
 */
unsigned int vgic_icenabler_reads(struct vgic_locked v, unsigned int vcpu, unsigned int n,
				  uint32_t value);
unsigned int vgic_icenabler_write(struct vgic_locked v, unsigned int vcpu, unsigned int n,
				  uint32_t value, unsigned int m, struct gich *gich);
unsigned int vgic_isenabler_write(struct vgic_locked v, unsigned int vcpu, unsigned int n,
				  uint32_t value, struct gich *gich);
/* The same for GICD_SGIR, which is written for every inter-processor interrupt. */
enum vgic_status vgic_sgir_write(struct vgic_locked v, unsigned int vcpu, uint32_t value,
				 struct vgic_effects *effects);
/* GICC_DIR (offset 0x1000 of the CPU interface), which the guest never reaches in hardware. */
enum vgic_status vgic_dir_write(struct vgic_locked v, unsigned int vcpu, uint32_t value,
				struct vgic_effects *effects);

/* Drive the input line of a level interrupt. vcpu matters for PPIs only. */
void vgic_set_line(struct vgic_locked v, unsigned int vcpu, unsigned int intid, bool level,
		   struct vgic_effects *effects);
/* One rising edge on an edge input. */
void vgic_pulse(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
		struct vgic_effects *effects);
/*
 * The physical interrupt of a VGIC_HW input was acknowledged at EL2 (it is active there, priority
 * dropped). It becomes pending here; the guest's EOI deactivates it in hardware through LR.HW.
 */
void vgic_hw_raise(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
		   struct vgic_effects *effects);
/*
 * The LR of a loaded vCPU into which this interrupt (an SGI: from this source vCPU) was filled as
 * pending, if nothing is to be done about any LR but what the interrupt's next occurrence takes;
 * VGIC_NO_LR otherwise. Then the next occurrence is recorded by lr[n] = *lr alone:
 * hardware-mapped, acknowledged by EL2 again: the LR is empty now, because only the guest's EOI
 *	lets the physical interrupt come again
 *	edge, SGI: only where the LR is empty; where it is pending, the two occurrences are one;
 *	where it is active, this is not the way
 * Otherwise, and it is never wrong, call vgic_hw_raise(), vgic_pulse() or vgic_dist_write().
 */
unsigned int vgic_again(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
			unsigned int source, uint32_t *lr);
/* The only vCPU that a write of value to GICD_SGIR is for; VGIC_NO_VCPU: there are none or several,
 * or the write does more than to send an SGI. */
unsigned int vgic_sgir_target(const struct vgic *vgic, unsigned int vcpu, uint32_t value);
/* True while a VGIC_HW interrupt is pending or active here, that is: while the physical one has to
 * be active (restored on the next switch to this vCPU). Only after a fold. */
bool vgic_hw_in_flight(struct vgic_locked v, unsigned int vcpu, unsigned int intid);

/*
 * The line of a level-sensitive VGIC_HW input (a timer) went low before the guest acknowledged it.
 * Where it is in flight, pending and not active it is not pending any more, and true is returned:
 * the caller deactivates the physical interrupt. Otherwise nothing happens. Only after a fold.
 */
bool vgic_hw_withdraw(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
		      struct vgic_effects *effects);

/*
 * Hardware to software: call with what GICH holds, after the guest ran. Reads vmcr, the EOIcount of
 * hcr (it can be other than 0 only where the last fill set GICH_HCR_LRENPIE), and the lr[] named by
 * vgic_lrs_in_use(). Of an LR only the state bits are believed; where GICH_ELRSR says empty the
 * driver may store 0 without reading it. Afterwards all state of the vCPU is in software.
 * Does nothing, and looks at nothing, where the vCPU is not loaded: folding twice is harmless.
 * Returns true when a hardware-mapped interrupt went inactive (QEMU wants a poke then).
 */
bool vgic_fold(struct vgic_locked v, unsigned int vcpu, const struct gich *gich,
	       struct vgic_effects *effects);
/*
 * Software to hardware: choose what goes into the list registers. Only after a fold. Needs vmcr,
 * and lr[] as the hardware has it; writes lr[], hcr (with EOIcount 0) and lr_dirty, which names
 * the elements of lr[] that it changed. After it the vCPU's state is partly in hardware.
 */
void vgic_fill(struct vgic_locked v, unsigned int vcpu, struct gich *gich);

/*
 * Instead of fold and fill, where only one interrupt changed since the last fill and there is room:
 *	n = vgic_refresh_reads(); read lr[n] if n is not VGIC_NO_LR
 *	n = vgic_refresh(n); write lr[n] unless it is VGIC_NO_LR; no other register is touched
 * VGIC_FOLD means: not so, fold and fill. Needs lr[] of the other LRs as the last fill left it. It
 * is never wrong to fold and fill instead.
 */
#define VGIC_NO_LR 0xfeu /* neither is the number of a list register */
#define VGIC_FOLD 0xffu
unsigned int vgic_refresh_reads(struct vgic_locked v, unsigned int vcpu);
unsigned int vgic_refresh(struct vgic_locked v, unsigned int vcpu, unsigned int n,
			  struct gich *gich, struct vgic_effects *effects);

/*
 * Instead of a fold, where the guest has ended the level that was in LR n, an SPI, and that is all:
 * n is the only LR that GICH_EISR shows. 0: not so, and nothing was done. Else *lr is what is to be
 * in lr[n] now, and if anybody wants to be told of the end (vgic_set_notify()) the INTID is
 * returned: its line is low then, and whoever drives it says whether it is high again
 * (vgic_again_level()). Nobody: VGIC_ENDED. It is never wrong to fold and fill instead.
 */
#define VGIC_ENDED 1u /* not an SPI */
unsigned int vgic_end_level(struct vgic_locked v, unsigned int vcpu, unsigned int n, uint32_t *lr);
/*
 * The line of an interrupt that ended so rises again: the LR to be written, and *lr, what is to be
 * in it; it is empty now. VGIC_NO_LR: not so, and nothing was done; then call vgic_set_line(). As
 * vgic_again().
 */
unsigned int vgic_again_level(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
			      uint32_t *lr);

/*
 * Would this vCPU be interrupted (IRQ or FIQ) or woken from WFI now? vmcr is its own. After a
 * fold.
 */
bool vgic_deliverable(struct vgic_locked v, unsigned int vcpu, uint32_t vmcr);

#endif
