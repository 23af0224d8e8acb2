// SPDX-License-Identifier: BSD-2-Clause
/*
 * Distributor registers with one byte per interrupt: priority and targets (IHI 0048B, 4.3.11 and
 * 4.3.12). A register has four interrupts; one whose byte does not change is left alone.
 */
#include "vgic_dist.h"

#define PRIORITY_BITS 0xf8u /* 5 bits, as many as a list register holds */

static uint8_t byte_of(uint32_t value, unsigned int i)
{
	return (uint8_t)(value >> (8u * i));
}

/* Pending interrupts are ordered by priority, and those in a list register carry it. */
static void requeue_if_pending(struct vgic *vgic, unsigned int vcpu, unsigned int intid,
			       struct vgic_effects *effects)
{
	const struct vgic_word *w = vgic_word(vgic, vcpu, intid / 32u);

	if (((vgic_pending(w) | w->resident) & vgic_bit(intid)) != 0u)
		vgic_requeue(vgic, vcpu, intid, effects);
}

VGIC_READ(vgic_read_priority)
{
	const struct vgic_irq *irq;
	unsigned int i;

	*value = 0u;
	if (4u * n >= vgic->n_intids)
		return VGIC_OK;
	irq = vgic_irq(vgic, vcpu, 4u * n);
	for (i = 0u; i < 4u; i++)
		*value |= (uint32_t)irq[i].priority << (8u * i);
	return VGIC_OK;
}

VGIC_WRITE(vgic_write_priority)
{
	struct vgic_irq *irq;
	unsigned int i;

	if (4u * n >= vgic->n_intids)
		return VGIC_OK;
	irq = vgic_irq(vgic, vcpu, 4u * n);
	for (i = 0u; i < 4u; i++) {
		uint8_t priority = byte_of(value, i) & PRIORITY_BITS;

		if (irq[i].priority == priority)
			continue;
		irq[i].priority = priority;
		requeue_if_pending(vgic, vcpu, 4u * n + i, effects);
	}
	return VGIC_OK;
}

static bool is_private(unsigned int n)
{
	return n < VGIC_PRIVATE_INTIDS / 4u;
}

/* The first eight say which vCPU reads them, also on a uniprocessor. */
VGIC_READ(vgic_read_targets)
{
	const struct vgic_irq *irq;
	unsigned int i;

	*value = is_private(n) ? 0x01010101u << vcpu : 0u;
	if (is_private(n) || 4u * n >= vgic->n_intids)
		return VGIC_OK;
	irq = vgic_irq(vgic, vcpu, 4u * n);
	for (i = 0u; i < 4u; i++)
		*value |= (uint32_t)irq[i].targets << (8u * i);
	return VGIC_OK;
}

/* A pending interrupt moves at once, or when its old vCPU has folded; an active one stays. */
VGIC_WRITE(vgic_write_targets)
{
	uint32_t existing = (1u << vgic->n_vcpus) - 1u;
	struct vgic_irq *irq;
	unsigned int i;

	if (is_private(n) || 4u * n >= vgic->n_intids)
		return VGIC_OK;
	irq = vgic_irq(vgic, vcpu, 4u * n);
	for (i = 0u; i < 4u; i++) {
		uint8_t targets = (uint8_t)(byte_of(value, i) & existing);

		if (irq[i].targets == targets)
			continue;
		irq[i].targets = targets;
		requeue_if_pending(vgic, vcpu, 4u * n + i, effects);
	}
	return VGIC_OK;
}
