// SPDX-License-Identifier: BSD-2-Clause
/* The list registers and what GICH says about them (IHI 0048B, 5.2 and 5.3). */
#include "tests/model/gich_model.h"

#include <string.h>

#include "tests/model/gich_bits.h"

#define LR_RESERVED (7u << 20)
#define LR_RESERVED_WITHOUT_HW (0x3fu << 13)

void gich_model_reset(struct gich_model *m, unsigned int n_lrs)
{
	memset(m, 0, sizeof(*m));
	m->n_lrs = n_lrs;
	m->deactivated = -1;
	/* With 5 preemption bits the smallest binary points are 2 and, for the alias, 3. */
	m->reg.vmcr = 2u << VMCR_BP_SHIFT | 3u << VMCR_ABP_SHIFT;
}

void gich_model_write_lr(struct gich_model *m, unsigned int i, uint32_t value)
{
	if (i >= m->n_lrs)
		return;
	m->reg.lr[i] = value;
}

void gich_model_write(struct gich_model *m, const struct gich *gich)
{
	m->reg.hcr = gich->hcr & 0xf80000ffu;
	m->reg.vmcr = gich->vmcr;
	m->reg.apr = gich->apr;
	for (unsigned int i = 0; i < m->n_lrs; i++)
		gich_model_write_lr(m, i, gich->lr[i]);
}

/* 5.3.6: the LR is invalid, not of hardware, and asked for an EOI maintenance interrupt. */
static bool has_eoi_status(uint32_t lr)
{
	return lr_get_state(lr) == LR_INVALID && !lr_hw(lr) && lr_eoi(lr);
}

/* 5.3.7: an LR whose EOI was not yet seen does not count as empty. */
bool gich_model_lr_is_empty(uint32_t lr)
{
	return lr_get_state(lr) == LR_INVALID && !has_eoi_status(lr);
}

void gich_model_read(const struct gich_model *m, struct gich *gich)
{
	gich->hcr = m->reg.hcr;
	gich->vmcr = m->reg.vmcr;
	gich->apr = m->reg.apr;
	gich->elrsr = 0;
	gich->eisr = 0;
	for (unsigned int i = 0; i < m->n_lrs; i++) {
		gich->lr[i] = m->reg.lr[i];
		gich->elrsr |= (uint64_t)gich_model_lr_is_empty(m->reg.lr[i]) << i;
		gich->eisr |= (uint64_t)has_eoi_status(m->reg.lr[i]) << i;
	}
}

static uint32_t misr_of_lrs(const struct gich_model *m)
{
	unsigned int valid = 0;
	unsigned int pending = 0;
	uint32_t misr = 0;

	for (unsigned int i = 0; i < m->n_lrs; i++) {
		valid += lr_get_state(m->reg.lr[i]) != LR_INVALID;
		pending += lr_get_state(m->reg.lr[i]) == LR_PENDING;
		if (has_eoi_status(m->reg.lr[i]))
			misr |= MISR_EOI;
	}
	if ((m->reg.hcr & HCR_UIE) && valid <= 1)
		misr |= MISR_U;
	if ((m->reg.hcr & HCR_NPIE) && pending == 0)
		misr |= MISR_NP;
	return misr;
}

uint32_t gich_model_misr(const struct gich_model *m)
{
	uint32_t hcr = m->reg.hcr;
	bool group0 = m->reg.vmcr & VMCR_GRP0;
	bool group1 = m->reg.vmcr & VMCR_GRP1;
	uint32_t misr = misr_of_lrs(m);

	if ((hcr & HCR_LRENPIE) && hcr >> HCR_EOICOUNT_SHIFT)
		misr |= MISR_LRENP;
	if ((hcr & HCR_VGRP0EIE) && group0)
		misr |= MISR_VGRP0E;
	if ((hcr & HCR_VGRP0DIE) && !group0)
		misr |= MISR_VGRP0D;
	if ((hcr & HCR_VGRP1EIE) && group1)
		misr |= MISR_VGRP1E;
	if ((hcr & HCR_VGRP1DIE) && !group1)
		misr |= MISR_VGRP1D;
	return misr;
}

bool gich_model_maintenance(const struct gich_model *m)
{
	return (m->reg.hcr & HCR_EN) && gich_model_misr(m);
}

int gich_model_find(const struct gich_model *m, unsigned int intid)
{
	for (unsigned int i = 0; i < m->n_lrs; i++)
		if (lr_get_state(m->reg.lr[i]) != LR_INVALID &&
		    lr_virtual_id(m->reg.lr[i]) == intid)
			return (int)i;
	return GICH_MODEL_NO_LR;
}

static const char *check_hw_lr(uint32_t lr)
{
	if (lr_get_state(lr) == LR_PENDING_ACTIVE)
		return "LR: HW=1 with pending and active";
	if (lr_physical_id(lr) < 16 || lr_physical_id(lr) >= INTID_FIRST_SPECIAL)
		return "LR: HW=1 with a PhysicalID that is no PPI or SPI";
	if (lr_virtual_id(lr) < 16)
		return "LR: HW=1 with the VirtualID of an SGI";
	return NULL;
}

static const char *check_lr(uint32_t lr)
{
	if (lr & LR_RESERVED)
		return "LR: reserved bits [22:20] set";
	if (lr_virtual_id(lr) >= INTID_FIRST_SPECIAL)
		return "LR: VirtualID is a special INTID";
	if (lr_hw(lr))
		return check_hw_lr(lr);
	if (lr & LR_RESERVED_WITHOUT_HW)
		return "LR: reserved bits [18:13] set";
	if (lr_virtual_id(lr) >= 16 && lr_cpuid(lr))
		return "LR: CPUID given for what is no SGI";
	return NULL;
}

static const char *check_pair(uint32_t a, uint32_t b)
{
	if (lr_virtual_id(a) == lr_virtual_id(b))
		return "LR: one VirtualID in two list registers";
	if (lr_hw(a) && lr_hw(b) && lr_physical_id(a) == lr_physical_id(b))
		return "LR: one PhysicalID in two list registers";
	return NULL;
}

static const char *check_lrs(const struct gich_model *m)
{
	const char *error = NULL;

	for (unsigned int i = 0; i < m->n_lrs && !error; i++) {
		if (lr_get_state(m->reg.lr[i]) == LR_INVALID)
			continue;
		error = check_lr(m->reg.lr[i]);
		for (unsigned int j = 0; j < i && !error; j++)
			if (lr_get_state(m->reg.lr[j]) != LR_INVALID)
				error = check_pair(m->reg.lr[i], m->reg.lr[j]);
	}
	return error;
}

const char *gich_model_check(struct gich_model *m)
{
	if (!m->error)
		m->error = check_lrs(m);
	return m->error;
}
