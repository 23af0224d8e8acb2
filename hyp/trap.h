/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest did that came to EL2. v is loaded, its pc and cpsr are as the hardware left them. */
#ifndef BELLHOP_HYP_TRAP_H
#define BELLHOP_HYP_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/inject.h"
#include "hyp/mmio.h"

struct vcpu;

typedef void (*trap_handler)(struct vcpu *v, uint32_t hsr);

/* From boot/vectors.S: by HSR.EC, and IRQ or FIQ. */
extern const trap_handler trap_handlers[64];
void trap_irq(struct vcpu *v);

/* Make the guest take an exception in place of what trapped. */
void trap_inject(struct vcpu *v, const struct inject_request *request);
void trap_inject_undef(struct vcpu *v);

/* hyp/abort.c, hyp/abort_other.c: data and prefetch aborts of stage 2. */
void abort_data(struct vcpu *v, uint32_t hsr);
void abort_prefetch(struct vcpu *v, uint32_t hsr);
/* The access that the loaded vCPU was parked for ended: MMIO_OK with what was loaded, or
 * MMIO_ABORT. The vCPU goes on behind the instruction, unless that makes another access. */
void abort_resume(struct vcpu *v, enum mmio_status status, uint32_t value);

/* hyp/sysreg.c: CP14 and CP15. */
void sysreg_trapped(struct vcpu *v, uint32_t hsr);

#endif
