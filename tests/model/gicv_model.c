// SPDX-License-Identifier: BSD-2-Clause
/* What the guest's accesses to GICV do to the list registers (IHI 0048B, 5.4 and 5.5). */
#include <stddef.h>

#include "tests/model/gich_bits.h"
#include "tests/model/gich_model.h"

static unsigned int binary_point(const struct gich_model *m)
{
	return (m->reg.vmcr >> VMCR_BP_SHIFT) & 7;
}

static unsigned int aliased_binary_point(const struct gich_model *m)
{
	return (m->reg.vmcr >> VMCR_ABP_SHIFT) & 7;
}

/* Number of the low bits of an 8-bit priority that do not take part in preemption (table 3-2). */
static unsigned int subpriority_bits(const struct gich_model *m, unsigned int group1)
{
	if (group1 && !(m->reg.vmcr & VMCR_CBPR))
		return aliased_binary_point(m);
	return binary_point(m) + 1;
}

unsigned int gich_model_preemption_level(const struct gich_model *m, uint32_t lr)
{
	unsigned int bits = subpriority_bits(m, lr_group1(lr));

	return ((lr_priority(lr) << 3) >> bits << bits) >> 3;
}

static unsigned int running_level(const struct gich_model *m)
{
	return m->reg.apr ? (unsigned int)__builtin_ctz(m->reg.apr) : 32;
}

static bool group_enabled(const struct gich_model *m, uint32_t lr)
{
	return m->reg.vmcr & (lr_group1(lr) ? VMCR_GRP1 : VMCR_GRP0);
}

/* The pending LR of the best priority; of several the first, which is a free choice of hardware. */
static int highest_pending(const struct gich_model *m)
{
	int best = GICH_MODEL_NO_LR;

	if (!(m->reg.hcr & HCR_EN))
		return GICH_MODEL_NO_LR;
	for (unsigned int i = 0; i < m->n_lrs; i++) {
		uint32_t lr = m->reg.lr[i];

		if (lr_get_state(lr) != LR_PENDING || !group_enabled(m, lr))
			continue;
		if (best < 0 || lr_priority(lr) < lr_priority(m->reg.lr[best]))
			best = (int)i;
	}
	return best;
}

int gich_model_signalled(const struct gich_model *m)
{
	int best = highest_pending(m);
	uint32_t lr;

	if (best < 0)
		return best;
	lr = m->reg.lr[best];
	if (lr_priority(lr) >= m->reg.vmcr >> VMCR_PMR_SHIFT)
		return GICH_MODEL_NO_LR;
	return gich_model_preemption_level(m, lr) < running_level(m) ? best : GICH_MODEL_NO_LR;
}

bool gich_model_fiq(const struct gich_model *m)
{
	int i = gich_model_signalled(m);

	return i >= 0 && !lr_group1(m->reg.lr[i]) && (m->reg.vmcr & VMCR_FIQEN);
}

bool gich_model_irq(const struct gich_model *m)
{
	return gich_model_signalled(m) >= 0 && !gich_model_fiq(m);
}

static uint32_t interrupt_id(uint32_t lr)
{
	if (lr_virtual_id(lr) < 16 && !lr_hw(lr))
		return lr_virtual_id(lr) | lr_cpuid(lr) << 10;
	return lr_virtual_id(lr);
}

/* IAR sees group 1 as 1022 without AckCtl; the aliased register sees nothing but group 1. */
static uint32_t visible_id(const struct gich_model *m, uint32_t lr, bool aliased)
{
	if (aliased && !lr_group1(lr))
		return INTID_SPURIOUS;
	if (!aliased && lr_group1(lr) && !(m->reg.vmcr & VMCR_ACKCTL))
		return INTID_GROUP1_PENDING;
	return interrupt_id(lr);
}

static uint32_t acknowledge(struct gich_model *m, bool aliased)
{
	int i = gich_model_signalled(m);
	uint32_t id;

	if (i < 0)
		return INTID_SPURIOUS;
	id = visible_id(m, m->reg.lr[i], aliased);
	if ((id & 0x3ff) >= INTID_FIRST_SPECIAL)
		return id;
	m->reg.apr |= 1u << gich_model_preemption_level(m, m->reg.lr[i]);
	m->reg.lr[i] = lr_with_state(m->reg.lr[i], LR_ACTIVE);
	return id;
}

static uint32_t highest_pending_id(const struct gich_model *m, bool aliased)
{
	int i = highest_pending(m);

	return i < 0 ? INTID_SPURIOUS : visible_id(m, m->reg.lr[i], aliased);
}

static int find_active(const struct gich_model *m, uint32_t id)
{
	for (unsigned int i = 0; i < m->n_lrs; i++) {
		uint32_t lr = m->reg.lr[i];

		if (lr_get_state(lr) != LR_ACTIVE && lr_get_state(lr) != LR_PENDING_ACTIVE)
			continue;
		if (interrupt_id(lr) == (id & 0x1fff))
			return (int)i;
	}
	return GICH_MODEL_NO_LR;
}

static void count_eoi(struct gich_model *m)
{
	m->reg.hcr += 1u << HCR_EOICOUNT_SHIFT; /* wraps at 31, as 5.3.2 says */
}

static void deactivate_lr(struct gich_model *m, unsigned int i)
{
	uint32_t lr = m->reg.lr[i];

	m->reg.lr[i] =
		lr_with_state(lr, lr_get_state(lr) == LR_PENDING_ACTIVE ? LR_PENDING : LR_INVALID);
	if (lr_hw(lr))
		m->deactivated = (int)lr_physical_id(lr);
}

/* An EOI counts only when it dropped a priority and no LR answers to it (5.3.2). */
static void end_of_interrupt(struct gich_model *m, uint32_t id)
{
	bool dropped = m->reg.apr;
	int i;

	m->deactivated = -1;
	if ((id & 0x3ff) >= INTID_FIRST_SPECIAL)
		return;
	m->reg.apr &= m->reg.apr - 1;
	if (m->reg.vmcr & VMCR_EOIMODE)
		return;
	i = find_active(m, id);
	if (i >= 0)
		deactivate_lr(m, (unsigned int)i);
	else if (dropped)
		count_eoi(m);
}

static void deactivate(struct gich_model *m, uint32_t id)
{
	int i;

	m->deactivated = -1;
	if ((id & 0x3ff) >= INTID_FIRST_SPECIAL || !(m->reg.vmcr & VMCR_EOIMODE))
		return;
	i = find_active(m, id);
	if (i >= 0)
		deactivate_lr(m, (unsigned int)i);
	else
		count_eoi(m);
}

static void set_vmcr(struct gich_model *m, uint32_t mask, uint32_t value)
{
	m->reg.vmcr = (m->reg.vmcr & ~mask) | (value & mask);
}

static uint32_t at_least(uint32_t value, uint32_t least)
{
	return (value & 7) < least ? least : value & 7;
}

uint32_t gicv_read(struct gich_model *m, uint32_t offset)
{
	switch (offset) {
	case GICV_AT_CTLR:
		return m->reg.vmcr & VMCR_CTLR_MASK;
	case GICV_AT_PMR:
		return m->reg.vmcr >> VMCR_PMR_SHIFT << 3;
	case GICV_AT_BPR:
		return binary_point(m);
	case GICV_AT_IAR:
		return acknowledge(m, false);
	case GICV_AT_RPR:
		return m->reg.apr ? running_level(m) << 3 : GICH_MODEL_IDLE_PRIORITY;
	case GICV_AT_HPPIR:
		return highest_pending_id(m, false);
	case GICV_AT_ABPR:
		return aliased_binary_point(m);
	case GICV_AT_AIAR:
		return acknowledge(m, true);
	case GICV_AT_AHPPIR:
		return highest_pending_id(m, true);
	case GICV_AT_APR:
		return m->reg.apr;
	default:
		return 0;
	}
}

void gicv_write(struct gich_model *m, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case GICV_AT_CTLR:
		set_vmcr(m, VMCR_CTLR_MASK, value);
		break;
	case GICV_AT_PMR:
		set_vmcr(m, 0x1fu << VMCR_PMR_SHIFT, value << (VMCR_PMR_SHIFT - 3));
		break;
	case GICV_AT_BPR:
		set_vmcr(m, 7u << VMCR_BP_SHIFT, at_least(value, 2) << VMCR_BP_SHIFT);
		break;
	case GICV_AT_ABPR:
		set_vmcr(m, 7u << VMCR_ABP_SHIFT, at_least(value, 3) << VMCR_ABP_SHIFT);
		break;
	case GICV_AT_EOIR:
	case GICV_AT_AEOIR:
		end_of_interrupt(m, value);
		break;
	case GICV_AT_APR:
		m->reg.apr = value;
		break;
	case GICV_AT_DIR:
		deactivate(m, value);
		break;
	default:
		break;
	}
}
