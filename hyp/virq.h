/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between vgic/ (values) and the machine: list registers, physical interrupts, kicks.
 *
 * Rule: state stays in the list registers until something needs it. A vCPU whose interrupts
 * changed is only marked (WORK_SYNC); the fold and fill happen once, on the way to the guest.
 */
#ifndef BELLHOP_HYP_VIRQ_H
#define BELLHOP_HYP_VIRQ_H

#include <stdbool.h>
#include <stdint.h>

#include "vgic/vgic.h"

struct cpu;
struct vcpu;
struct vm;

/* Do what a vGIC function asked for; after the VM's lock was dropped. */
void virq_apply(struct vm *vm, const struct vgic_effects *effects);

/* All state of v to where the vGIC can see it: its list registers, or those that were saved. Takes
 * the VM's lock. */
void virq_fold(struct vcpu *v);
/* A maintenance interrupt came while v ran, and nothing else: if it is the end of one level, that
 * is told and the list register written. False: not so, and virq_sync() has to see what is true.
 * What is told may be posts to other VMs (bells_deliver()). */
bool virq_end_level(struct vcpu *v);
/* Fold and fill, or less where that is enough, on the way to the guest. */
void virq_sync(struct vcpu *v);
/* v, which is current, cannot be interrupted by anything that the vGIC knows, and its list
 * registers are as they should be: it can sleep as it is, and a physical interrupt will end
 * that. */
bool virq_is_quiet(struct vcpu *v);
/* The CPU is about to sleep with v current: no maintenance interrupt until the next sync. */
void virq_rest(struct vcpu *v);
/* v is current: is there an interrupt that ends a WFI? */
bool virq_deliverable(struct vcpu *v);

/* v stops or starts being current: list registers, VMCR, APR, active state of timer PPIs. */
void virq_put(struct vcpu *v);
void virq_put_quiet(struct vcpu *v); /* the same, right after virq_is_quiet() */
void virq_load(struct vcpu *v);
/* v rests, and something in its list registers is or will be another vCPU's: fold it soon. */
bool virq_keeps(const struct vcpu *v);
/* v, which is not current, starts anew. */
void virq_reset(struct vcpu *v);

/* An acknowledged physical PPI becomes v's, as hardware-mapped interrupt. v need not be current. */
void virq_hw_raise(struct vcpu *v, uint32_t intid);

/*
 * v runs, or rests on this CPU, and inputs of its VM changed under the lock, which is dropped: its
 * list registers are brought up to date at once, and others are told.
 */
struct vm_locked;
void virq_end_input(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects);

/* GICD and GICC_DIR pages. */
enum vgic_status virq_dist_read(struct vcpu *v, uint32_t offset, uint32_t width, uint32_t *value);
enum vgic_status virq_dist_write(struct vcpu *v, uint32_t offset, uint32_t width, uint32_t value);
/* GICD_SGIR, which is written for every inter-processor interrupt: virq_dist_write() does the
 * same. */
enum vgic_status virq_sgir_write(struct vcpu *v, uint32_t value);
/* GICD_ISENABLERn, n = 0..31, and GICD_ICENABLER(n - 32), n = 32..63: likewise. */
enum vgic_status virq_enabler_write(struct vcpu *v, unsigned int n, uint32_t value);
enum vgic_status virq_dir_write(struct vcpu *v, uint32_t value);

#endif
