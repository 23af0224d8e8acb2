/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ideal GIC of tests/model beside each VM's real one, at EL2. The image bellhop_ghost is the
 * hypervisor's own objects, linked with ld --wrap so that every call of vgic/ passes through
 * hooks.c; the release image has none of this.
 *
 * What EL2 sees of a guest: its accesses to the distributor and to GICC_DIR, which trap; the input
 * lines, which EL2 drives; and the list registers, GICH_APR and EOIcount of the vCPU that is loaded
 * on this CPU, whenever it is not in the guest. The guest's acknowledges and EOIs do not trap: they
 * follow from how a list register changed, and for interrupts outside the list registers from the
 * bit that went from GICH_APR. That is not what vgic/ looks at: it counts EOIs.
 *
 * Everything here is protected by the VM's lock, which the callers of vgic/ hold.
 */
#ifndef BELLHOP_TARGET_GHOST_H
#define BELLHOP_TARGET_GHOST_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/model/gich_model.h"
#include "tests/model/ideal_gic.h"
#include "vgic/vgic_state.h"

#define GHOST_WORDS VGIC_MAX_WORDS
#define GHOST_NOBODY 0xffu

/* A bit per interrupt, private ones of each vCPU apart. */
struct ghost_bits {
	uint32_t private_word[VGIC_MAX_VCPUS];
	uint32_t spi_word[GHOST_WORDS]; /* [0] is not used */
};

/* Acknowledged with EOImode 0: this priority is in GICH_APR of that vCPU until the EOI. */
struct ghost_held {
	uint8_t vcpu; /* GHOST_NOBODY: none */
	uint8_t priority;
};

struct ghost_cpu {
	bool loaded;	   /* between fill and fold */
	uint64_t in_use;   /* list registers that the last fill has filled */
	uint32_t eoicount; /* as last seen */
	uint32_t owed;	   /* EOIs to come for what ICACTIVER ended */
	uint32_t held; /* what GICH_APR should have, as the guest's acknowledges and EOIs have it */
	uint32_t ended;		 /* private ones that ended outside the LRs, and no fold since */
	struct gich_model image; /* list registers as filled and as seen since */
};

struct ghost_counts {
	uint32_t folds, fills, refreshes, accesses, wakes, acks, ends, unsure;
};

struct ghost {
	struct vgic *vgic;
	struct ideal_gic ideal;
	struct ghost_cpu cpu[VGIC_MAX_VCPUS];
	struct ghost_held private_held[VGIC_MAX_VCPUS][VGIC_PRIVATE_INTIDS];
	struct ghost_held spi_held[VGIC_MAX_INTIDS];
	uint8_t wiring[VGIC_MAX_INTIDS]; /* enum vgic_wiring */
	/* Occurred again while another vCPU has it pending in a list register: one occurrence or
	 * two, nobody can tell. Acknowledged since: what vgic/ makes of it is right. */
	struct ghost_bits again, unsure;
	struct ghost_counts counts;
	uint32_t fault; /* seeded, see fault.c */
	struct gich now;
};

/* state.c */
struct ghost *ghost_of(const struct vgic *vgic);
struct ghost *ghost_new(struct vgic *vgic);
struct ghost_counts ghost_total(void);
/* The word of a bitmap that has this vCPU's bit of an interrupt. */
uint32_t *ghost_word(struct ghost_bits *bits, unsigned int vcpu, unsigned int intid);
struct ghost_held *ghost_held(struct ghost *g, unsigned int vcpu, unsigned int intid);
/* GICH_VMCR as the ideal CPU interface has it. */
void ghost_set_interface(struct ghost *g, unsigned int vcpu, uint32_t vmcr);
/* After a VM's or a vCPU's reset. */
void ghost_reset(struct ghost *g);
void ghost_reset_vcpu(struct ghost *g, unsigned int vcpu);
/* End the machine: which rule does not hold, in which VM, with its list registers. */
void __attribute__((noreturn))
ghost_fail(const struct ghost *g, unsigned int vcpu, const char *property, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* observe.c: what the guest of the vCPU that is loaded on this CPU has done since the last look. */
void ghost_observe(struct ghost *g);
/* Before EL2 has done anything: no timer is active in the physical GIC without a reason. */
void ghost_check_physical(const struct ghost *g, unsigned int vcpu);
void ghost_machine_gic(uintptr_t gicd);
/* The priority that GICH_APR has a bit for. */
uint8_t ghost_group_priority(const struct ideal_cpu *c, bool group1, uint8_t priority);

/* check.c */
void ghost_check_fold(struct ghost *g, unsigned int vcpu);
void ghost_check_fill(struct ghost *g, unsigned int vcpu, bool refresh);
void ghost_check_read(struct ghost *g, unsigned int vcpu, uint32_t offset, unsigned int width,
		      uint32_t value);
void ghost_check_wake(struct ghost *g, unsigned int vcpu, bool deliverable);

/* fault.c: spoil what vgic/ has done, when a guest has asked for it. */
void ghost_spoil_fold(struct ghost *g, unsigned int vcpu);
void ghost_spoil_fill(struct ghost *g, unsigned int vcpu, struct gich *gich);
bool ghost_spoil_wake(struct ghost *g, bool deliverable);

#endif
