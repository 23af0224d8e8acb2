// SPDX-License-Identifier: BSD-2-Clause
/*
 * Power-on and reset: what of the state is configuration (wiring, lines) and stays, and what is
 * the guest's and goes (IHI 0048B, table 4-1, column Reset).
 */
#include <string.h>

#include "vgic_core.h"

#define SGI_BITS 0x0000ffffu

/* SGIs are edge-triggered and always enabled, as on a GIC-400. */
static void reset_word(struct vgic_word *w)
{
	w->enabled = w->sgis;
	w->group1 = 0u;
	w->edge = w->driven & ~w->level & ~w->hw;
	w->edge |= w->sgis;
	w->level = (w->level & w->driven) | (w->valid & ~w->driven & ~w->edge);
	w->latch = 0u;
	w->active = 0u;
	w->held = 0u;
	w->flight = 0u;
	w->flight_next = 0u;
	w->resident = 0u;
	w->withheld = 0u;
}

static void reset_irq(struct vgic_irq *irq)
{
	const struct vgic_irq fresh = { .owner = VGIC_NO_VCPU };

	irq->word = fresh.word;
}

/* What was filled may still be in the hardware. */
static void reset_cpu(struct vgic_cpu *cpu)
{
	cpu->lrs_stale |= cpu->lrs;
	cpu->lrs = 0u;
	cpu->vmcr = 0u;
	cpu->owed = 0u;
	cpu->loaded = false;
	cpu->dirty = VGIC_ALL_DIRTY;
	cpu->ask_bits = 0u;
	cpu->ask_served = 0u;
	cpu->withheld_fills = 0u;
	memset(cpu->sgi_pending, 0, sizeof(cpu->sgi_pending));
	memset(cpu->sgi_active, 0, sizeof(cpu->sgi_active));
}

bool vgic_init(struct vgic *vgic, const struct vgic_config *config)
{
	unsigned int words = (config->n_intids + 31u) / 32u;
	unsigned int n;

	memset(vgic, 0, sizeof(*vgic));
	if (config->n_vcpus < 1u || config->n_vcpus > VGIC_MAX_VCPUS || config->n_lrs < 1u ||
	    config->n_lrs > VGIC_MAX_LRS || config->n_intids < 64u ||
	    config->n_intids > VGIC_MAX_INTIDS)
		return false;
	vgic->n_vcpus = config->n_vcpus;
	vgic->n_lrs = config->n_lrs;
	vgic->n_intids = (uint16_t)(words < VGIC_MAX_WORDS ? 32u * words : VGIC_MAX_INTIDS);
	vgic->typer = (words - 1u) | (config->n_vcpus - 1u) << GICD_TYPER_CPUNUMBER_SHIFT;
	for (n = 0u; n < VGIC_MAX_VCPUS - 1u + words; n++)
		vgic->word[n].valid = ~0u;
	/* INTIDs 1020 to 1023 are not interrupts */
	vgic->word[VGIC_MAX_VCPUS + VGIC_MAX_WORDS - 2u].valid &= 0x0fffffffu;
	for (n = 0u; n < VGIC_MAX_VCPUS; n++)
		vgic->word[n].sgis = SGI_BITS;
	for (n = 0u; n < VGIC_MAX_VCPUS; n++)
		vgic->cpu[n].id = (uint8_t)n;
	vgic_reset((struct vgic_locked){ vgic });
	return true;
}

void vgic_reset(struct vgic_locked v)
{
	struct vgic *vgic = v.vgic;
	unsigned int n;

	vgic->ctlr = 0u;
	vgic->askers = 0u;
	for (n = 0u; n < VGIC_MAX_VCPUS + VGIC_MAX_WORDS - 1u; n++)
		reset_word(&vgic->word[n]);
	for (n = 0u; n < sizeof(vgic->irq) / sizeof(vgic->irq[0]); n++)
		reset_irq(&vgic->irq[n]);
	for (n = 0u; n < VGIC_MAX_VCPUS; n++) {
		reset_cpu(&vgic->cpu[n]);
		memset(vgic->cpu[n].queue, 0, sizeof(vgic->cpu[n].queue));
		vgic->cpu[n].queue_words = 0u;
	}
}

void vgic_set_notify(struct vgic_locked v, unsigned int intid, bool notify)
{
	struct vgic_word *w;

	if (intid < VGIC_PRIVATE_INTIDS || intid >= v.vgic->n_intids)
		return;
	w = vgic_word(v.vgic, 0u, intid / 32u);
	w->notify = notify ? w->notify | vgic_bit(intid) : w->notify & ~vgic_bit(intid);
}

/*
 * What this vCPU had acknowledged stays active, but its CPU interface has forgotten the priorities:
 * it owes no EOI any more.
 */
static void forget_held(struct vgic *vgic, unsigned int vcpu)
{
	uint32_t words = vgic->cpu[vcpu].queue_words & ~1u;

	for (; words != 0u; words &= words - 1u) {
		unsigned int n = vgic_lowest(words);
		struct vgic_word *w = vgic_word(vgic, vcpu, n);

		w->held &= ~vgic->cpu[vcpu].queue[n];
	}
}

void vgic_reset_vcpu(struct vgic_locked v, unsigned int vcpu, struct vgic_effects *effects)
{
	struct vgic *vgic = v.vgic;
	unsigned int intid;

	if (vcpu >= vgic->n_vcpus)
		return;
	vgic_unload(vgic, vcpu, effects);
	vgic_ask_done(vgic, vcpu, effects);
	forget_held(vgic, vcpu);
	reset_word(vgic_word(vgic, vcpu, 0u));
	for (intid = 0u; intid < VGIC_PRIVATE_INTIDS; intid++)
		reset_irq(vgic_irq(vgic, vcpu, intid));
	reset_cpu(&vgic->cpu[vcpu]);
	vgic->cpu[vcpu].queue[0] = 0u;
	vgic->cpu[vcpu].queue_words &= ~1u;
	/* A PPI whose line is high is pending, but disabled: there is nothing to queue */
}
