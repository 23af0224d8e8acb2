/* SPDX-License-Identifier: BSD-2-Clause */
/* One physical CPU. Everything here is private to that CPU, except `kicked`. */
#ifndef BELLHOP_HYP_CPU_H
#define BELLHOP_HYP_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "doorbell/doorbell.h"
#include "hyp/arm.h"
#include "hyp/config.h"
#include "vgic/vgic.h"

#define CPU_MAX MACHINE_MAX_CPUS
#define CPU_MAX_VCPUS 128u /* 16 VMs of 8, all on one CPU */
#define CPU_PRIORITIES (CONFIG_MAX_PRIORITY + 1u)

/* Why the way back to the guest is longer than a restore of its registers. */
#define WORK_EVENTS 1u /* a vCPU of this CPU was kicked */
#define WORK_SYNC 2u   /* list registers: fold and fill */
#define WORK_SCHEDULE 4u
#define WORK_BELLS 8u /* posts to be delivered */

#define DEFERRED_WRITE 1u /* gich_write_lrs() and gich_write_hcr() */
#define DEFERRED_POKE 2u  /* gic_poke() */

struct vcpu;

struct cpu {
	uint32_t work;		    /* WORK_*; first, for boot/vectors.S */
	const struct vcpu *running; /* whose slice it is */
	struct vcpu *current;	    /* whose registers are in the hardware; NULL: nobody's */
	uint32_t stack_top;
	uint32_t number; /* index into machine.mpidr[] */
	bool online;
	bool idle;

	/* vCPUs that live here, in order of their slot. */
	struct vcpu **vcpu; /* CPU_MAX_VCPUS */
	uint32_t n_vcpus;
	/* Slots with events; other CPUs set bits (RELEASE), this one takes them (ACQUIRE). */
	uint32_t kicked[CPU_MAX_VCPUS / 32];

	/* Ready vCPUs, a ring per priority; the head runs. */
	struct vcpu *ready[CPU_PRIORITIES];
	uint32_t ready_priorities; /* bit per ring that is not empty */

	uint32_t gic_mask;			   /* its bit in GICD_SGIR */
	struct vcpu *last_of_vmid[CONFIG_MAX_VMS]; /* whose TLB entries may be here */
	struct vcpu *fp_owner;			   /* whose VFP registers are in the hardware */
	uint64_t slice_end;			   /* CNTPCT; 0: nobody to share with */
	uint64_t parked_deadline;		   /* earliest timer of a vCPU that is not loaded */
	uint64_t hyp_timer;			   /* what CNTHP_CVAL holds; UINT64_MAX: disabled */
	bool backstop;				   /* CNTHP comes soon, see timer_fired() */

	uint32_t deferred;	   /* DEFERRED_*: device accesses to do when the lock is free */
	uint32_t hcr;		   /* GICH_HCR as last written */
	uint32_t apr;		   /* GICH_APR while nobody is current */
	struct bell_effects bells; /* clear but for posts whenever no VM's lock is held */
};

extern struct cpu *cpus[CPU_MAX]; /* those that the machine has, once there is a heap */

static inline struct cpu *this_cpu(void)
{
	return (struct cpu *)read_htpidr();
}

#endif
