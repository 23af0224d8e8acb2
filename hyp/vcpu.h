/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One virtual CPU. Its registers are in the struct while it is switched out; while it is
 * cpu->current, r0-r12, lr, pc and cpsr are here whenever EL2 runs, the rest is in the hardware.
 *
 * Who may change what: everything belongs to the CPU that the vCPU is pinned to, except
 *   events        any CPU, atomically, through vcpu_post()
 *   power, start  under the VM's lock
 */
#ifndef BELLHOP_HYP_VCPU_H
#define BELLHOP_HYP_VCPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hyp/cpu.h"
#include "hyp/insn.h"

#define CPSR_T 0x20u

/* Registers that only a switch saves, DDI 0406C B1.3.2 and B3.17. */
struct banked_regs {
	uint32_t sp_usr, sp_svc, lr_svc, spsr_svc, sp_abt, lr_abt, spsr_abt;
	uint32_t sp_und, lr_und, spsr_und, sp_irq, lr_irq, spsr_irq;
	uint32_t r8_fiq, r9_fiq, r10_fiq, r11_fiq, r12_fiq, sp_fiq, lr_fiq, spsr_fiq;
};

struct sysregs {
	uint64_t ttbr0, ttbr1, par;
	uint32_t sctlr, cpacr, ttbcr, dacr, dfsr, ifsr, adfsr, aifsr, dfar, ifar;
	uint32_t prrr, nmrr, amair0, amair1, vbar, contextidr;
	uint32_t tpidrurw, tpidruro, tpidrprw, csselr, cntkctl;
	uint32_t teecr, teehbr; /* only where hstr opens them */
};

struct timer_regs {
	uint64_t cval;
	uint32_t ctl;
};

struct vfp_regs {
	uint64_t d[32];
	uint32_t fpscr;
	uint32_t fpexc;
};

enum vcpu_state {
	VCPU_OFF,     /* powered off */
	VCPU_READY,   /* in its CPU's ready ring; the head of the best ring runs */
	VCPU_BLOCKED, /* in WFI: an interrupt makes it ready */
	VCPU_PARKED,  /* an access of its waits for another VM (hyp/client.h) */
};

enum vcpu_power { POWER_OFF, POWER_ON_PENDING, POWER_ON };

/* Work that EL2 does in the place of the vCPU, in slices, before it runs (again). */
enum vcpu_job { JOB_NONE, JOB_CLEAN_RAM, JOB_CLEAN_AND_LOAD, JOB_LOAD };

/* Posted by any CPU, handled by the vCPU's own. */
#define EVENT_KICK 1u	  /* its deliverable interrupts changed */
#define EVENT_ASK 2u	  /* somebody needs the state in its list registers: fold */
#define EVENT_START 4u	  /* power == POWER_ON_PENDING: reset it to `start` and run */
#define EVENT_STOP 8u	  /* the VM stops: leave the guest for good */
#define EVENT_WAKE 16u	  /* a doorbell that it may WAIT for is ready: look again */
#define EVENT_FORWARD 32u /* the access that it is parked for may have a result */

struct vcpu_start {
	uint32_t entry; /* bit 0: Thumb */
	uint32_t r[3];
	bool load; /* JOB_LOAD first */
};

/* A load or store that another VM carries out: what is needed to go on when it has. */
struct vcpu_access {
	bool pending;
	bool by_syndrome; /* hsr says which register; else insn */
	bool half;	  /* of a store of eight bytes: for devices only */
	uint8_t done;	  /* accesses of insn */
	uint32_t hsr, far, ipa;
	struct insn insn;
	uint32_t loaded[INSN_MAX_ACCESSES];
};

struct vgic_cpu;

struct vcpu {
	/* What boot/vectors.S saves and restores; offsets asserted below. */
	uint32_t r[13];
	uint32_t lr;
	uint32_t pc;
	uint32_t cpsr;
	uint32_t stack_top; /* of the CPU it is pinned to */
	struct cpu *cpu;

	struct vm *vm;
	const struct vgic_cpu *gic; /* its part of vm->vgic, for what is asked often */
	uint8_t id;		    /* in its VM */
	uint8_t slot;		    /* in cpu->vcpu[] */
	uint8_t priority;	    /* 0..15, higher first */
	uint8_t state;		    /* enum vcpu_state */
	uint8_t job;		    /* enum vcpu_job */
	uint8_t power;		    /* enum vcpu_power */
	bool waits;		    /* blocked in a WAIT or TAKE: its pc is that of the HVC */
	bool caches_on;		    /* SCTLR.C as last seen: HCR.TVM traps until then */
	uint32_t events;	    /* EVENT_* */
	uint32_t hcr, hcptr, hstr;
	uint32_t slice_ticks;
	uint32_t job_region; /* JOB_*: position */
	uint32_t job_offset;
	struct vcpu *next, *previous; /* ready ring */
	uint64_t deadline;	      /* CNTPCT at which it is ready again; TIMER_NEVER */
	struct vcpu_access access;
	struct vcpu_start start;

	/*
	 * List registers, hyp/virq.c. gich is what GICH held as last read or written; of a vCPU
	 * that is switched out it is what GICH has to hold when it runs again, and lrs_live says
	 * which LRs are not empty.
	 */
	struct gich gich;
	uint64_t lrs_live;
	uint32_t active_ppis; /* GICD_ISACTIVER0 bits that are set while it is current */
	struct timer_regs cntv, cntp;
	struct banked_regs banked;
	struct sysregs sys;
	struct vfp_regs vfp;
};

_Static_assert(offsetof(struct vcpu, lr) == 52, "boot/vectors.S pushes r0-r12 and lr");
_Static_assert(offsetof(struct vcpu, pc) == 56, "boot/vectors.S stores ELR_hyp here");
_Static_assert(offsetof(struct vcpu, cpsr) == 60, "boot/vectors.S stores SPSR_hyp here");
_Static_assert(offsetof(struct vcpu, stack_top) == 64, "boot/vectors.S loads its stack here");
_Static_assert(offsetof(struct vcpu, cpu) == 68, "boot/vectors.S finds its CPU here");
_Static_assert(offsetof(struct cpu, work) == 0, "boot/vectors.S looks for work here");

/* Everything to the state of a CPU after reset, entered at v->start. Not for the loaded vCPU. */
void vcpu_reset(struct vcpu *v);

/* Make v the owner of this CPU's registers. */
void vcpu_switch(struct cpu *cpu, struct vcpu *v);
/* v, which is current and virq_is_quiet(), makes room for another one that is ready. */
void vcpu_put_quiet(struct vcpu *v);
/* Nothing of v is in registers of this CPU, and its interrupts are all with the vGIC: it is off. */
void vcpu_unload(struct vcpu *v);

/* Tell the CPU of v about events; from any CPU, without a lock that v's CPU could hold. */
void vcpu_post(struct vcpu *v, uint32_t events);

/* The guest's view of register n (0..15) in its current mode; v is loaded. 15 reads as PC + 8/4. */
uint32_t vcpu_get_high_reg(const struct vcpu *v, unsigned int n);
void vcpu_set_high_reg(struct vcpu *v, unsigned int n, uint32_t value);

static inline uint32_t vcpu_get_reg(const struct vcpu *v, unsigned int n)
{
	return n < 8 ? v->r[n] : vcpu_get_high_reg(v, n);
}

static inline void vcpu_set_reg(struct vcpu *v, unsigned int n, uint32_t value)
{
	if (n < 8)
		v->r[n] = value;
	else
		vcpu_set_high_reg(v, n, value);
}

/* The User mode register n (8..14), whatever the mode. */
uint32_t vcpu_get_user_reg(const struct vcpu *v, unsigned int n);
void vcpu_set_user_reg(struct vcpu *v, unsigned int n, uint32_t value);

/* Step over the trapped instruction, ITSTATE included. */
static inline void vcpu_skip(struct vcpu *v, uint32_t bytes)
{
	v->pc += bytes;
	if (v->cpsr & CPSR_T)
		v->cpsr = cpsr_advance_it(v->cpsr);
}

#endif
