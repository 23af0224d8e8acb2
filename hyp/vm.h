/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual machine: configuration, memory, devices and interrupt state. */
#ifndef BELLHOP_HYP_VM_H
#define BELLHOP_HYP_VM_H

#include <stdbool.h>
#include <stdint.h>

#include "doorbell/state.h"
#include "hyp/client.h"
#include "hyp/config.h"
#include "hyp/image.h"
#include "hyp/mmio.h"
#include "hyp/pte.h"
#include "hyp/rng.h"
#include "hyp/spinlock.h"
#include "hyp/vcpu.h"
#include "hyp/vpl011.h"
#include "hyp/vuart.h"
#include "vgic/vgic_state.h"

enum vm_state { VM_OFF, VM_RUNNING, VM_STOPPING };
enum vm_stop { VM_STOP_OFF, VM_STOP_RESET };

/* What a guest did that has no effect beyond itself; shown at its end and in a panic. */
struct vm_counters {
	uint32_t raz_wi;    /* data access to nothing below RAM */
	uint32_t aborts;    /* injected data and prefetch aborts */
	uint32_t undefs;    /* injected Undefined Instruction exceptions */
	uint32_t bad_calls; /* HVC or SMC with an id nobody serves */
	uint32_t refused;   /* doorbell calls that ended in an error: BELLHOP_INVAL and others */
	uint32_t async_aborts;
	uint32_t unlisted; /* CP14 and CP15 registers that hyp/cp15.c has no line for */
};

struct vm {
	const struct vm_config *config;
	uint8_t index; /* in vms[]; VMID = index + 1 */
	uint8_t n_vcpus;
	struct vcpu *vcpu[VGIC_MAX_VCPUS];
	struct image_plan plan;
	uint64_t vttbr;
	uint64_t cntvoff;
	const void *fdt; /* the guest's, built at boot, copied in at each start */
	uint32_t fdt_size;
	uint8_t *rng_seed; /* in fdt, other bytes at each start; NULL: there are none */

	struct spinlock lock; /* protects all below, and power and start of its vCPUs */
	enum vm_state state;
	enum vm_stop stop;
	bool restarted;	      /* its memory may be in caches that it wrote past */
	uint32_t n_running;   /* vCPUs whose CPU has yet to answer EVENT_STOP */
	struct mmio_map mmio; /* before what is large: its offset is in every look-up */
	struct vgic vgic;
	struct doorbells bells;
	struct vpl011 uart;
	bool uart_line;		    /* its interrupt output as the vGIC was last told */
	uint8_t input[VUART_INPUT]; /* typed ahead: [input_read, input_write), free running */
	uint32_t input_read, input_write;
	struct vm_counters counters;
	struct rng rng; /* of rng_seed */
	struct client client;
};

extern struct vm *vms[CONFIG_MAX_VMS];
extern unsigned int n_vms;

/* The proof that a VM's lock is held (the vGIC's functions ask for it). */
struct vm_locked {
	struct vm *vm;
};

static inline struct vm_locked vm_lock(struct vm *vm)
{
	spin_lock(&vm->lock);
	return (struct vm_locked){ vm };
}

static inline void vm_unlock(struct vm_locked locked)
{
	spin_unlock(&locked.vm->lock);
}

/* Whoever had it when this was called is out of it, and who takes it next sees what was written
 * before. So what was unbound under another VM's lock has no effect here any more. */
static inline void vm_pass(struct vm *vm)
{
	vm_unlock(vm_lock(vm));
}

static inline struct vgic_locked vm_vgic(struct vm_locked locked)
{
	return (struct vgic_locked){ &locked.vm->vgic };
}

/* Build VM `index` of the configuration: memory map, vCPUs, devices, with random numbers from rng
 * unless that is NULL. At boot, on one CPU. */
bool vm_create(const struct config *config, unsigned int index, struct rng *rng,
	       struct fmt_line *error);

/* Start a VM that is off: vCPU 0 loads the images and then runs. From any CPU; no effect on one
 * that is not off. */
void vm_start(struct vm *vm);
/* Start those that the description starts. At boot. */
void vm_start_all(void);

/* All vCPUs leave the guest; then it is off, or starts again. From any CPU, no lock held. */
void vm_stop(struct vm *vm, enum vm_stop how);

/* A vCPU's CPU took it out of the guest for EVENT_STOP. */
void vm_vcpu_stopped(struct vcpu *v);

/* One slice of v->job; true when the job is done. */
bool vm_job_step(struct vcpu *v);

#endif
