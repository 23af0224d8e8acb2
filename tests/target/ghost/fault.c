// SPDX-License-Identifier: BSD-2-Clause
/*
 * Faults that a guest can ask for, to show that each property speaks up: an SMCCC call that only
 * this image has spoils, once, what vgic/ has done.
 */
#include <stddef.h>

#include "tests/target/ghost/ghost.h"

#include "hyp/psci.h"
#include "hyp/vm.h"
#include "tests/model/gich_bits.h"
#include "tests/target/ghost/fault.h"

#define VICTIM 40u /* an SPI that the guest does not use */

void __real_psci_call(struct vcpu *v);
void __wrap_psci_call(struct vcpu *v);

void __wrap_psci_call(struct vcpu *v)
{
	if (v->r[0] != GHOST_FAULT_CALL) {
		__real_psci_call(v);
		return;
	}
	ghost_of(&v->vm->vgic)->fault = v->r[1];
	v->r[0] = 0;
}

static bool due(struct ghost *g, enum ghost_fault fault)
{
	if (g->fault != fault)
		return false;
	g->fault = GHOST_NO_FAULT;
	return true;
}

void ghost_spoil_fold(struct ghost *g, unsigned int vcpu)
{
	struct vgic_word *w = &g->vgic->word[VGIC_MAX_VCPUS - 1 + VICTIM / 32];

	if (due(g, GHOST_ACTIVE_APPEARS))
		w->active |= 1u << VICTIM % 32;
	if (due(g, GHOST_PENDING_APPEARS))
		w->latch |= 1u << VICTIM % 32;
	if (due(g, GHOST_SGI_SOURCE_APPEARS))
		g->vgic->cpu[vcpu].sgi_pending[9] ^= 0x80;
}

/* The list register that is pending, or none: the fault waits for one. */
static uint32_t *pending_lr(const struct ghost *g, unsigned int vcpu, struct gich *gich)
{
	uint64_t in_use = vgic_lrs_in_use(g->vgic, vcpu);

	for (unsigned int n = 0; n < g->vgic->n_lrs; n++)
		if ((in_use >> n & 1) != 0 && lr_get_state(gich->lr[n]) == LR_PENDING)
			return &gich->lr[n];
	return NULL;
}

void ghost_spoil_fill(struct ghost *g, unsigned int vcpu, struct gich *gich)
{
	uint32_t *lr = pending_lr(g, vcpu, gich);

	if (due(g, GHOST_ALWAYS_MAINTENANCE))
		gich->hcr |= HCR_UIE;
	if (lr == NULL)
		return;
	if (due(g, GHOST_LR_PRIORITY))
		*lr ^= 1u << 23;
	if (due(g, GHOST_LR_LOST))
		*lr = 0;
	if (due(g, GHOST_LR_OF_ANOTHER))
		*lr = (*lr & ~0x3ffu) | VICTIM;
	if (due(g, GHOST_LR_TWICE)) {
		uint32_t *other = &gich->lr[lr == &gich->lr[0] ? 1 : 0];

		*other = *lr;
	}
}

bool ghost_spoil_wake(struct ghost *g, bool deliverable)
{
	return deliverable && !due(g, GHOST_NEVER_WAKES);
}
