// SPDX-License-Identifier: BSD-2-Clause
/*
 * Software-generated interrupts (IHI 0048B, 4.3.15 to 4.3.17).
 *
 * The same SGI from two sources is two interrupts: each vCPU has a set of sources per SGI. The
 * latch of the word is set while the set is not empty; the source that went into a list register
 * is not in it. None of this needs the list registers of the vCPU that is sent to.
 */
#include "vgic_dist.h"

#define SGIS_PER_REGISTER 4u

/*
 * While resident with LR.EOI other sources were waiting already: the guest's EOI brings the fold
 * that takes the next one, and nothing has to be done before. But a source that was filled as
 * pending, and comes again, may be the same occurrence: only a fold can tell.
 */
static bool can_wait_for_eoi(const struct vgic *vgic, unsigned int vcpu, unsigned int intid,
			     uint32_t sources)
{
	const struct vgic_cpu *cpu = &vgic->cpu[vcpu];
	uint32_t lr = cpu->lr[vgic->irq[vcpu * VGIC_PRIVATE_INTIDS + intid].slot];

	if ((vgic->word[vcpu].resident & vgic_bit(intid)) == 0u || (lr & GICH_LR_EOI) == 0u)
		return false;
	return (lr & GICH_LR_PENDING) == 0u || (sources & (1u << gich_lr_cpuid(lr))) == 0u;
}

void vgic_send_sgi(struct vgic *vgic, unsigned int vcpu, unsigned int intid, uint32_t sources,
		   struct vgic_effects *effects)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, 0u);
	uint8_t *pending = &vgic->cpu[vcpu].sgi_pending[intid];

	if ((sources & ~(uint32_t)*pending) == 0u)
		return;
	*pending |= (uint8_t)sources;
	w->latch |= vgic_bit(intid);
	if (!can_wait_for_eoi(vgic, vcpu, intid, sources))
		vgic_occurred(vgic, vcpu, intid, effects);
}

/* The vCPUs that a write to GICD_SGIR is for. Filter 3 is reserved: none. */
static uint32_t sgir_targets(uint32_t value, unsigned int vcpu, unsigned int n_vcpus)
{
	uint32_t list = (value >> GICD_SGIR_CPUTARGETLIST_SHIFT) & GICD_SGIR_CPUTARGETLIST_MASK;
	uint32_t existing = (1u << n_vcpus) - 1u;

	switch ((value >> GICD_SGIR_TARGETLISTFILTER_SHIFT) & GICD_SGIR_TARGETLISTFILTER_MASK) {
	case GICD_SGIR_FILTER_LIST:
		return list & existing;
	case GICD_SGIR_FILTER_OTHERS:
		return existing & ~(1u << vcpu);
	case GICD_SGIR_FILTER_SELF:
		return 1u << vcpu;
	default:
		return 0u;
	}
}

/* Not while anybody waits: an access by the waiting vCPU ends that. */
unsigned int vgic_sgir_target(const struct vgic *vgic, unsigned int vcpu, uint32_t value)
{
	uint32_t targets = sgir_targets(value, vcpu, vgic->n_vcpus);

	if (vgic->askers != 0u || targets == 0u || (targets & (targets - 1u)) != 0u)
		return VGIC_NO_VCPU;
	return vgic_lowest(targets);
}

/* NSATT means nothing without the Security Extensions. */
VGIC_WRITE(vgic_write_sgir)
{
	uint32_t targets = sgir_targets(value, vcpu, vgic->n_vcpus);
	unsigned int intid = value & GICD_SGIR_SGIINTID_MASK;

	for (; targets != 0u; targets &= targets - 1u)
		vgic_send_sgi(vgic, vgic_lowest(targets), intid, 1u << vcpu, effects);
	return VGIC_OK;
}

enum vgic_status vgic_sgir_write(struct vgic_locked v, unsigned int vcpu, uint32_t value,
				 struct vgic_effects *effects)
{
	if (v.vgic->askers != 0u)
		return vgic_dist_write_word(v, vcpu, GICD_SGIR, value, effects);
	return vgic_write_sgir(v.vgic, vcpu, 0u, value, effects);
}

/* GICD_SPENDSGIRn and GICD_CPENDSGIRn read the same: a byte of sources per SGI. */
VGIC_READ(vgic_read_sgi_pending)
{
	const uint8_t *pending = &vgic->cpu[vcpu].sgi_pending[SGIS_PER_REGISTER * n];
	unsigned int i;

	*value = 0u;
	for (i = 0u; i < SGIS_PER_REGISTER; i++)
		*value |= (uint32_t)pending[i] << (8u * i);
	return vgic_settled(vgic, vcpu, 0u,
			    vgic_word(vgic, vcpu, 0u)->resident & (0xfu << SGIS_PER_REGISTER * n),
			    effects);
}

/* The source in the list register is cleared there like any latch. */
static void clear_sources(struct vgic *vgic, unsigned int vcpu, unsigned int intid,
			  uint32_t sources, struct vgic_effects *effects)
{
	struct vgic_cpu *cpu = &vgic->cpu[vcpu];
	struct vgic_word *w = vgic_word(vgic, vcpu, 0u);
	uint32_t lr = cpu->lr[vgic_irq(vgic, vcpu, intid)->slot];
	uint32_t bit = vgic_bit(intid);

	cpu->sgi_pending[intid] &= (uint8_t)~sources;
	if ((w->resident & bit) != 0u && (sources & (1u << gich_lr_cpuid(lr))) != 0u)
		vgic_unlatch(vgic, vcpu, 0u, bit, effects);
	if (cpu->sgi_pending[intid] != 0u) {
		w->latch |= bit;
	} else {
		w->latch &= ~bit;
		vgic_requeue(vgic, vcpu, intid, effects);
	}
}

VGIC_WRITE(vgic_write_cpendsgir)
{
	unsigned int i;

	for (i = 0u; i < SGIS_PER_REGISTER; i++) {
		uint32_t sources = (value >> (8u * i)) & 0xffu;

		if (sources != 0u)
			clear_sources(vgic, vcpu, SGIS_PER_REGISTER * n + i, sources, effects);
	}
	return VGIC_OK;
}

VGIC_WRITE(vgic_write_spendsgir)
{
	uint32_t existing = (1u << vgic->n_vcpus) - 1u;
	unsigned int i;

	for (i = 0u; i < SGIS_PER_REGISTER; i++) {
		uint32_t sources = (value >> (8u * i)) & existing;

		if (sources != 0u)
			vgic_send_sgi(vgic, vcpu, SGIS_PER_REGISTER * n + i, sources, effects);
	}
	return VGIC_OK;
}
