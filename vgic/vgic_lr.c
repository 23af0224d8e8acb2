// SPDX-License-Identifier: BSD-2-Clause
/*
 * What goes into one list register, and into which (IHI 0048B, section 5.3.10).
 *
 * Priority, group and virtual ID are those of the distributor. Pending and active together only for
 * an edge whose EOI makes it pending right here: a level has to be looked at again (LR.EOI), and so
 * does what goes to another vCPU then, an SGI from another source, and a hardware-mapped one, whose
 * PhysicalID takes the place of LR.EOI and which is deactivated in software in that case.
 *
 * An interrupt keeps the list register that it had, because then there is mostly nothing to write.
 */
#include "vgic_core.h"

/* There is one, always: the latch says so. With this bit the number of none is a number as well. */
#define LAST_SOURCE (1u << (VGIC_MAX_VCPUS - 1u))

/* Pending: the lowest source first, and EOI while more of them wait (one at a time). */
static uint32_t sgi_pending_lr(const struct vgic_cpu *cpu, unsigned int intid, uint32_t lr)
{
	uint32_t sources = cpu->sgi_pending[intid];

	lr = gich_lr_set_cpuid(lr, vgic_lowest(sources | LAST_SOURCE)) | GICH_LR_PENDING;
	return (sources & (sources - 1u)) != 0u ? lr | GICH_LR_EOI : lr;
}

static uint32_t pending_lr(const struct vgic_cpu *cpu, const struct vgic_word *w,
			   const struct vgic_irq *irq, unsigned int intid)
{
	uint32_t lr = gich_lr_set_priority(intid, irq->priority);

	if (intid < GIC_N_SGIS)
		return sgi_pending_lr(cpu, intid, lr);
	if ((w->flight & vgic_bit(intid)) == 0u)
		return vgic_input_lr(w, irq, intid);
	lr |= GICH_LR_PENDING;
	return gich_lr_set_physicalid(lr, irq->physical_intid) | GICH_LR_HW;
}

/* An active LR has to agree with GICH_APR: is the priority of now still that of the acknowledge? */
static bool same_priority(const struct vgic_cpu *cpu, const struct vgic_word *w,
			  const struct vgic_irq *irq, uint32_t bit)
{
	return (w->held & bit) == 0u || vgic_group_priority(cpu->vmcr, (w->group1 & bit) != 0u,
							    irq->priority) == irq->active_priority;
}

/* Would the guest's EOI of this active edge interrupt make it pending here, and just so? */
static bool pends_here(const struct vgic_cpu *cpu, const struct vgic_word *w,
		       const struct vgic_irq *irq, unsigned int intid)
{
	uint32_t bit = vgic_bit(intid);

	if (((w->hw | w->level) & bit) != 0u || vgic_target(irq, cpu->id, intid) != cpu->id ||
	    !same_priority(cpu, w, irq, bit))
		return false;
	return intid >= GIC_N_SGIS || cpu->sgi_pending[intid] == 1u << cpu->sgi_active[intid];
}

static uint32_t active_lr(const struct vgic *vgic, const struct vgic_cpu *cpu,
			  const struct vgic_word *w, const struct vgic_irq *irq, unsigned int intid)
{
	uint32_t bit = vgic_bit(intid);
	uint32_t pending = vgic_pending(w) & w->enabled & vgic_forwarded(vgic, w) & bit;
	bool same = same_priority(cpu, w, irq, bit);
	uint32_t lr = gich_lr_set_priority(intid, same ? irq->priority : irq->active_priority);

	lr |= GICH_LR_ACTIVE;
	if (intid < GIC_N_SGIS)
		lr = gich_lr_set_cpuid(lr, cpu->sgi_active[intid]);
	if ((w->level & bit) != 0u)
		return lr | GICH_LR_EOI;
	if (pending != 0u)
		return lr | (pends_here(cpu, w, irq, intid) ? GICH_LR_PENDING : GICH_LR_EOI);
	if ((w->flight & bit) != 0u)
		return gich_lr_set_physicalid(lr, irq->physical_intid) | GICH_LR_HW;
	return lr;
}

/* The occurrence that is in the LR now is not in software any more. */
static bool take_latch(struct vgic_cpu *cpu, struct vgic_word *w, unsigned int intid, uint32_t lr)
{
	uint32_t bit = vgic_bit(intid);

	if ((w->latch & bit) == 0u)
		return false;
	if (intid < GIC_N_SGIS) {
		cpu->sgi_pending[intid] &= (uint8_t) ~(1u << gich_lr_cpuid(lr));
		if (cpu->sgi_pending[intid] != 0u)
			return true;
	}
	w->latch &= ~bit;
	return true;
}

/*
 * The LR that has this INTID already, else an empty one, else one that is about to be cleared.
 * While lr[n] names an INTID no other interrupt was put there since, so n is not in use now.
 */
static unsigned int slot_for(const struct vgic_cpu *cpu, const struct vgic_irq *irq,
			     unsigned int intid, unsigned int n_lrs)
{
	uint64_t empty = ~(cpu->lrs | cpu->lrs_stale);
	unsigned int n = irq->slot;

	if (gich_lr_virtualid(cpu->lr[n]) == intid)
		return n;
	n = vgic_lowest64(empty);
	return n < n_lrs ? n : vgic_lowest64(~cpu->lrs);
}

unsigned int vgic_put(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int intid)
{
	struct vgic_word *w = vgic_word(vgic, cpu->id, intid / 32u);
	struct vgic_irq *irq = vgic_irq(vgic, cpu->id, intid);
	unsigned int n = slot_for(cpu, irq, intid, vgic->n_lrs);
	uint32_t bit = vgic_bit(intid);
	uint32_t lr;

	if (n >= vgic->n_lrs)
		return VGIC_FOLD;
	lr = (w->active & bit) != 0u ? active_lr(vgic, cpu, w, irq, intid) :
				       pending_lr(cpu, w, irq, intid);
	if ((w->group1 & bit) != 0u)
		lr |= GICH_LR_GRP1;
	vgic_occupy(cpu, w, irq, n, lr);
	cpu->lr_latch[n] = (lr & GICH_LR_PENDING) != 0u && take_latch(cpu, w, intid, lr);
	return n;
}

/* Leftovers would be taken by the guest, or show in GICH_EISR. */
void vgic_clear_stale(struct vgic_cpu *cpu, struct gich *gich)
{
	uint64_t stale = cpu->lrs_stale & ~cpu->lrs;

	gich->lr_dirty |= stale;
	for (; stale != 0u; stale &= stale - 1u)
		gich->lr[vgic_lowest64(stale)] = 0u;
	cpu->lrs_stale = 0u;
}
