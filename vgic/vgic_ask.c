// SPDX-License-Identifier: BSD-2-Clause
/*
 * Looking at an interrupt that is in the list registers of another vCPU, without waiting for it.
 *
 * The access is not done; the caller re-runs the guest's instruction (VGIC_RETRY) and makes the
 * owner's CPU fold (effects.ask). If the owner filled the same interrupts in again before the
 * asker comes back, both could go on like this for ever. So what is asked for is withheld: the
 * owner keeps it in software, where the asker finds it, until the asker's next access to the
 * distributor has been done, or until one of them has shown that it does not come: the owner after
 * VGIC_ASK_MAX_FILLS fills, the asker after VGIC_ASK_MAX_FOLDS folds without it. Both
 * bounds count exits that have to do with interrupts; nothing here makes a guest exit. A vCPU that
 * is not loaded has everything in software and is never asked.
 *
 * An active interrupt outside the list registers is not settled either, as long as its owner owes
 * an EOI: it may have been counted in EOIcount already. There is nothing to withhold then; that
 * the owner has folded since is the answer (ask_served), and it stays one until it was used.
 */
#include "vgic_core.h"

/* What of word n is withheld: what any vCPU asks for. */
static void update_withheld(struct vgic *vgic, unsigned int n)
{
	uint32_t bits = 0u;
	unsigned int i;

	for (i = 0u; i < vgic->n_vcpus; i++) {
		if (vgic->cpu[i].ask_word == n)
			bits |= vgic->cpu[i].ask_bits;
	}
	vgic_word(vgic, 0u, n)->withheld = bits;
}

/*
 * bits are not settled now; of their owners everything that is wanted is asked for, because the
 * next fill could put it into an LR in the place of what was there.
 */
static void ask(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
		uint32_t wanted, struct vgic_effects *effects)
{
	struct vgic_cpu *cpu = &vgic->cpu[vcpu];

	if (cpu->ask_word != n)
		vgic_ask_done(vgic, vcpu, effects);
	vgic->askers |= 1u << vcpu;
	cpu->ask_word = (uint8_t)n;
	cpu->ask_folds = 0u;
	for (; bits != 0u; bits &= bits - 1u) {
		unsigned int owner = vgic_irq(vgic, vcpu, 32u * n + vgic_lowest(bits))->owner;

		cpu->ask_bits |= vgic->cpu[owner].queue[n] & wanted;
		vgic->cpu[owner].dirty = VGIC_ALL_DIRTY;
		effects->ask |= 1u << owner;
	}
	update_withheld(vgic, n);
}

void vgic_ask_serve(struct vgic *vgic, unsigned int owner)
{
	uint32_t askers = vgic->askers;

	for (; askers != 0u; askers &= askers - 1u) {
		struct vgic_cpu *asker = &vgic->cpu[vgic_lowest(askers)];

		asker->ask_served |= asker->ask_bits & vgic->cpu[owner].queue[asker->ask_word];
	}
}

enum vgic_status vgic_settled(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
			      struct vgic_effects *effects)
{
	const struct vgic_word *w = vgic_word(vgic, vcpu, n);
	const struct vgic_cpu *cpu = &vgic->cpu[vcpu];
	uint32_t served = cpu->ask_word == n ? cpu->ask_served : 0u;
	uint32_t wanted = bits;
	uint32_t remote = 0u;

	for (bits &= w->resident | (w->held & ~served); bits != 0u; bits &= bits - 1u) {
		unsigned int owner = vgic_irq(vgic, vcpu, 32u * n + vgic_lowest(bits))->owner;

		if (!vgic->cpu[owner].loaded)
			continue;
		if (owner == vcpu)
			return VGIC_FOLD_FIRST;
		remote |= bits & (~bits + 1u);
	}
	if (remote == 0u)
		return VGIC_OK;
	ask(vgic, vcpu, n, remote, wanted, effects);
	return VGIC_RETRY;
}

void vgic_ask_done(struct vgic *vgic, unsigned int vcpu, struct vgic_effects *effects)
{
	struct vgic_cpu *cpu = &vgic->cpu[vcpu];
	unsigned int n = cpu->ask_word;
	uint32_t bits = cpu->ask_bits;

	if (bits == 0u)
		return;
	cpu->ask_bits = 0u;
	cpu->ask_served = 0u;
	vgic->askers &= ~(1u << vcpu);
	update_withheld(vgic, n);
	for (bits &= ~vgic_word(vgic, vcpu, n)->withheld; bits != 0u; bits &= bits - 1u) {
		unsigned int owner = vgic_irq(vgic, vcpu, 32u * n + vgic_lowest(bits))->owner;

		if (owner == VGIC_NO_VCPU)
			continue;
		vgic->cpu[owner].withheld_fills = 0u;
		vgic_touch(vgic, owner, effects);
	}
}

void vgic_ask_expire(struct vgic *vgic, unsigned int owner)
{
	unsigned int i;

	vgic->cpu[owner].withheld_fills = 0u;
	for (i = 0u; i < vgic->n_vcpus; i++) {
		struct vgic_cpu *asker = &vgic->cpu[i];

		if (asker->ask_bits == 0u)
			continue;
		asker->ask_bits &= ~vgic->cpu[owner].queue[asker->ask_word];
		asker->ask_served &= asker->ask_bits;
		if (asker->ask_bits == 0u)
			vgic->askers &= ~(1u << i);
		update_withheld(vgic, asker->ask_word);
	}
}
