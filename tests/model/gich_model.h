/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hardware side of struct gich: what one GICv2 virtual CPU interface does (IHI 0048B,
 * chapter 5).
 *
 * It plays the guest's accesses to GICV against the list registers, and reports the maintenance
 * interrupt. Typed from the specification and not from vgic/, so that a mistake has to be made
 * twice to go unseen. What the specification calls UNPREDICTABLE sets `error` and stays put.
 *
 * GICV_DIR is here too (5.5.4), although no guest of ours reaches it.
 */
#ifndef BELLHOP_MODEL_GICH_MODEL_H
#define BELLHOP_MODEL_GICH_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "vgic/vgic.h"

#define GICH_MODEL_IDLE_PRIORITY 0xffu
#define GICH_MODEL_NO_LR (-1)

struct gich_model {
	struct gich reg;    /* elrsr, eisr and lr_dirty are not kept here: see gich_model_read() */
	unsigned int n_lrs; /* 1..64 */
	int deactivated;    /* PhysicalID that the last EOIR or DIR deactivated, -1 for none */
	const char *error;  /* first UNPREDICTABLE use, NULL while there was none */
};

/* State after reset: interface disabled, list registers empty. */
void gich_model_reset(struct gich_model *m, unsigned int n_lrs);

/* The hypervisor's accesses. Writing takes hcr, vmcr, apr and all of lr[]. */
void gich_model_write(struct gich_model *m, const struct gich *gich);
void gich_model_write_lr(struct gich_model *m, unsigned int i, uint32_t value);
/* Reading gives every field, with elrsr and eisr computed; lr_dirty is left alone. */
void gich_model_read(const struct gich_model *m, struct gich *gich);

/* 5.3.7: its bit in GICH_ELRSR. */
bool gich_model_lr_is_empty(uint32_t lr);

/* GICH_MISR, and the level of the maintenance interrupt (5.3.5: needs GICH_HCR.En). */
uint32_t gich_model_misr(const struct gich_model *m);
bool gich_model_maintenance(const struct gich_model *m);

/* Look for what 5.2 and 5.3.8 forbid in the list registers. Returns the error or NULL. */
const char *gich_model_check(struct gich_model *m);

/* Group priority of an LR as bit number in GICH_APR, with the binary points of now. */
unsigned int gich_model_preemption_level(const struct gich_model *m, uint32_t lr);

/* The LR that would be acknowledged next, or GICH_MODEL_NO_LR when nothing is signalled. */
int gich_model_signalled(const struct gich_model *m);
bool gich_model_irq(const struct gich_model *m);
bool gich_model_fiq(const struct gich_model *m);

/* The guest's accesses. Offsets are those of GICC (4.4), values the full register. */
uint32_t gicv_read(struct gich_model *m, uint32_t offset);
void gicv_write(struct gich_model *m, uint32_t offset, uint32_t value);

/* The LR in a state other than invalid that holds this INTID, or GICH_MODEL_NO_LR. */
int gich_model_find(const struct gich_model *m, unsigned int intid);

#endif
