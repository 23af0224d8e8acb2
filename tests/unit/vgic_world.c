// SPDX-License-Identifier: BSD-2-Clause
#include "vgic_world.h"

#include <string.h>

#include "bellhop/gicv2.h"

static struct vgic_locked locked(struct world *w)
{
	return (struct vgic_locked){ &w->vgic };
}

static void check_hw(struct world *w, unsigned int vcpu)
{
	const char *error = gich_model_check(&w->hw[vcpu]);

	if (error != NULL)
		fail_msg("vCPU %u: %s", vcpu, error);
}

/* Before the next fill, as the interface demands. */
static void take_notices(struct world *w)
{
	for (unsigned int i = 0; i < w->effects.n_notices; i++) {
		unsigned int intid = w->effects.notice[i] & ~VGIC_NOTICE_ENABLED;

		if ((w->effects.notice[i] & VGIC_NOTICE_ENABLED) != 0)
			w->enabled[intid]++;
		else
			w->ended[intid]++;
		if (w->resample)
			vgic_set_line(locked(w), 0, intid, false, &w->effects);
	}
	w->effects.n_notices = 0;
}

void world_exit(struct world *w, unsigned int vcpu)
{
	gich_model_read(&w->hw[vcpu], &w->gich[vcpu]);
	vgic_fold(locked(w), vcpu, &w->gich[vcpu], &w->effects);
	take_notices(w);
}

static void write_dirty(struct world *w, unsigned int vcpu)
{
	const struct gich *gich = &w->gich[vcpu];
	unsigned int n;

	for (n = 0; n < w->hw[vcpu].n_lrs; n++) {
		if ((gich->lr_dirty & (1ull << n)) != 0)
			gich_model_write_lr(&w->hw[vcpu], n, gich->lr[n]);
	}
	check_hw(w, vcpu);
}

/* Writes what the driver would: GICH_HCR and the dirty list registers, nothing else. */
static void load(struct world *w, unsigned int vcpu)
{
	unsigned int n;

	w->hw[vcpu].reg.hcr = w->gich[vcpu].hcr;
	write_dirty(w, vcpu);
	for (n = 0; n < w->hw[vcpu].n_lrs; n++)
		assert_int_equal(w->hw[vcpu].reg.lr[n], w->gich[vcpu].lr[n]);
	/* A maintenance interrupt that a fill itself asserts would come back for ever */
	assert_int_equal(gich_model_misr(&w->hw[vcpu]), 0);
}

/* Reads no more than it is told to. */
static bool refresh(struct world *w, unsigned int vcpu)
{
#ifdef WORLD_REFRESH
	struct gich *gich = &w->gich[vcpu];
	unsigned int n = vgic_refresh_reads(locked(w), vcpu);

	if (n != VGIC_NO_LR)
		gich->lr[n] = w->hw[vcpu].reg.lr[n];
	n = vgic_refresh(locked(w), vcpu, n, gich, &w->effects);
	if (n == VGIC_FOLD)
		return false;
	assert_int_equal(w->effects.n_notices, 0);
	if (n != VGIC_NO_LR)
		gich_model_write_lr(&w->hw[vcpu], n, gich->lr[n]);
	check_hw(w, vcpu);
	w->refreshes++;
	return true;
#else
	(void)w;
	(void)vcpu;
	return false;
#endif
}

void world_enter(struct world *w, unsigned int vcpu)
{
	if (!vgic_needs_fill(&w->vgic, vcpu) || refresh(w, vcpu))
		return;
	world_exit(w, vcpu);
	vgic_fill(locked(w), vcpu, &w->gich[vcpu]);
	load(w, vcpu);
}

void world_refill(struct world *w, unsigned int vcpu)
{
	world_exit(w, vcpu);
	world_enter(w, vcpu);
}

void world_settle(struct world *w)
{
	unsigned int round;
	unsigned int i;

	if (w->deaf)
		return;
	for (round = 0; round < 4; round++) {
		uint32_t who = w->effects.kick | w->effects.ask;

		w->effects.kick = 0;
		w->effects.ask = 0;
		for (i = 0; i < w->n_vcpus; i++) {
			if ((who & (1u << i)) != 0)
				world_enter(w, i);
		}
	}
}

void world_start(struct world *w, unsigned int n_vcpus, unsigned int n_lrs)
{
	struct vgic_config config = { .n_vcpus = (uint8_t)n_vcpus,
				      .n_intids = 128,
				      .n_lrs = (uint8_t)n_lrs };
	unsigned int i;

	memset(w, 0, sizeof(*w));
	w->n_vcpus = n_vcpus;
	vgic_effects_clear(&w->effects);
	assert_true(vgic_init(&w->vgic, &config));
	for (i = 0; i < n_vcpus; i++) {
		gich_model_reset(&w->hw[i], n_lrs);
		world_enter(w, i);
		gicv_wr(w, i, GICV_PMR, 0xf8);
		gicv_wr(w, i, GICV_CTLR, GICC_CTLR_ENABLEGRP0);
	}
	wr(w, GICD_CTLR, GICD_CTLR_ENABLEGRP0);
}

static enum vgic_status try_read(struct world *w, unsigned int vcpu, uint32_t offset,
				 unsigned int width, uint32_t *value)
{
	enum vgic_status status =
		vgic_dist_read(locked(w), vcpu, offset, width, value, &w->effects);

	if (status != VGIC_FOLD_FIRST)
		return status;
	world_exit(w, vcpu);
	status = vgic_dist_read(locked(w), vcpu, offset, width, value, &w->effects);
	assert_int_not_equal(status, VGIC_FOLD_FIRST);
	return status;
}

/* Returns false where that is not the way to enable or disable an interrupt. */
static bool switched(struct world *w, unsigned int vcpu, uint32_t offset, unsigned int width,
		     uint32_t value)
{
#ifdef WORLD_REFRESH
	struct gich *gich = &w->gich[vcpu];
	unsigned int n = (offset - GICD_ISENABLER(0u)) / 4;
	unsigned int m;

	if (n >= 64 || width != 4 || offset % 4 != 0)
		return false;
	if (n < 32) {
		m = vgic_isenabler_write(locked(w), vcpu, n, value, gich);
	} else {
		m = vgic_icenabler_reads(locked(w), vcpu, n - 32, value);
		if (m == VGIC_FOLD)
			return false;
		if (m != VGIC_NO_LR)
			gich->lr[m] = w->hw[vcpu].reg.lr[m];
		m = vgic_icenabler_write(locked(w), vcpu, n - 32, value, m, gich);
	}
	if (m == VGIC_FOLD)
		return false;
	w->switches++;
	if (m != VGIC_NO_LR)
		gich_model_write_lr(&w->hw[vcpu], m, gich->lr[m]);
	check_hw(w, vcpu);
	return true;
#else
	(void)w, (void)vcpu, (void)offset, (void)width, (void)value;
	return false;
#endif
}

static enum vgic_status try_write(struct world *w, unsigned int vcpu, uint32_t offset,
				  unsigned int width, uint32_t value)
{
	enum vgic_status status;

	if (switched(w, vcpu, offset, width, value))
		return VGIC_OK;
	status = vgic_dist_write(locked(w), vcpu, offset, width, value, &w->effects);
	if (status == VGIC_FOLD_FIRST) {
		world_exit(w, vcpu);
		status = vgic_dist_write(locked(w), vcpu, offset, width, value, &w->effects);
	}
	assert_int_not_equal(status, VGIC_FOLD_FIRST);
	take_notices(w);
	return status;
}

enum vgic_status world_try_read(struct world *w, unsigned int vcpu, uint32_t offset,
				uint32_t *value)
{
	enum vgic_status status = try_read(w, vcpu, offset, 4, value);

	world_settle(w);
	world_enter(w, vcpu);
	return status;
}

uint32_t gicd_read(struct world *w, unsigned int vcpu, uint32_t offset, unsigned int width)
{
	enum vgic_status status = VGIC_RETRY;
	uint32_t value = 0;
	unsigned int i;

	for (i = 0; i < 4 && status == VGIC_RETRY; i++) {
		status = try_read(w, vcpu, offset, width, &value);
		world_settle(w);
		world_enter(w, vcpu);
	}
	assert_int_equal(status, VGIC_OK);
	return value;
}

void gicd_write(struct world *w, unsigned int vcpu, uint32_t offset, unsigned int width,
		uint32_t value)
{
	enum vgic_status status = VGIC_RETRY;
	unsigned int i;

	for (i = 0; i < 4 && status == VGIC_RETRY; i++) {
		status = try_write(w, vcpu, offset, width, value);
		world_settle(w);
		world_enter(w, vcpu);
	}
	assert_int_equal(status, VGIC_OK);
}

uint32_t rd(struct world *w, uint32_t offset)
{
	return gicd_read(w, 0, offset, 4);
}

void wr(struct world *w, uint32_t offset, uint32_t value)
{
	gicd_write(w, 0, offset, 4, value);
}

bool world_bit(struct world *w, unsigned int vcpu, uint32_t base, unsigned int intid)
{
	return ((gicd_read(w, vcpu, base + intid / 32 * 4, 4) >> (intid % 32)) & 1) != 0;
}

void world_set_bit(struct world *w, unsigned int vcpu, uint32_t base, unsigned int intid)
{
	gicd_write(w, vcpu, base + intid / 32 * 4, 4, 1u << (intid % 32));
}

void world_enable(struct world *w, unsigned int vcpu, unsigned int intid, bool enable)
{
	world_set_bit(w, vcpu, enable ? GICD_ISENABLER(0u) : GICD_ICENABLER(0u), intid);
}

void world_priority(struct world *w, unsigned int vcpu, unsigned int intid, unsigned int priority)
{
	gicd_write(w, vcpu, GICD_IPRIORITYR(0u) + intid, 1, priority);
}

void world_target(struct world *w, unsigned int intid, uint32_t targets)
{
	gicd_write(w, 0, GICD_ITARGETSR(0u) + intid, 1, targets);
}

void world_spi(struct world *w, unsigned int intid, enum vgic_wiring wiring, unsigned int priority)
{
	vgic_set_wiring(locked(w), 0, intid, wiring, intid + 100);
	world_priority(w, 0, intid, priority);
	if (intid >= GIC_FIRST_SPI)
		world_target(w, intid, 1);
	world_enable(w, 0, intid, true);
}

void world_line(struct world *w, unsigned int intid, bool level)
{
	vgic_set_line(locked(w), 0, intid, level, &w->effects);
	world_settle(w);
}

void world_pulse(struct world *w, unsigned int intid)
{
	vgic_pulse(locked(w), 0, intid, &w->effects);
	world_settle(w);
}

/* Returns false where the interrupt's list register does not only have to be written again. */
static bool again(struct world *w, unsigned int vcpu, unsigned int intid)
{
#ifdef WORLD_REFRESH
	uint32_t lr;
	unsigned int n = vgic_again(locked(w), vcpu, intid, 0, &lr);

	if (n == VGIC_NO_LR)
		return false;
	assert_int_equal(gich_lr_state(w->hw[vcpu].reg.lr[n]), 0);
	w->gich[vcpu].lr[n] = lr;
	gich_model_write_lr(&w->hw[vcpu], n, lr);
	check_hw(w, vcpu);
	w->refreshes++;
	return true;
#else
	(void)w;
	(void)vcpu;
	(void)intid;
	return false;
#endif
}

void world_hw_raise(struct world *w, unsigned int vcpu, unsigned int intid)
{
	if (again(w, vcpu, intid))
		return;
	vgic_hw_raise(locked(w), vcpu, intid, &w->effects);
	world_settle(w);
}

void world_sgi(struct world *w, unsigned int from, uint32_t targets, unsigned int intid)
{
	gicd_write(w, from, GICD_SGIR, 4, targets << GICD_SGIR_CPUTARGETLIST_SHIFT | intid);
}

static void take_maintenance(struct world *w, unsigned int vcpu)
{
	unsigned int i;

	check_hw(w, vcpu);
	for (i = 0; i < 4 && !w->late && gich_model_maintenance(&w->hw[vcpu]); i++) {
		w->maintenance++;
		world_refill(w, vcpu);
		world_settle(w);
	}
	if (!w->late)
		assert_false(gich_model_maintenance(&w->hw[vcpu]));
}

uint32_t gicv_rd(struct world *w, unsigned int vcpu, uint32_t offset)
{
	uint32_t value = gicv_read(&w->hw[vcpu], offset);

	take_maintenance(w, vcpu);
	return value;
}

void gicv_wr(struct world *w, unsigned int vcpu, uint32_t offset, uint32_t value)
{
	gicv_write(&w->hw[vcpu], offset, value);
	take_maintenance(w, vcpu);
}

uint32_t iar(struct world *w, unsigned int vcpu)
{
	return gicv_rd(w, vcpu, GICV_IAR);
}

void eoi(struct world *w, unsigned int vcpu, uint32_t id)
{
	gicv_wr(w, vcpu, GICV_EOIR, id);
}

void dir(struct world *w, unsigned int vcpu, uint32_t id)
{
	enum vgic_status status = VGIC_RETRY;
	unsigned int i;

	for (i = 0; i < 4 && status == VGIC_RETRY; i++) {
		status = vgic_dir_write(locked(w), vcpu, id, &w->effects);
		if (status == VGIC_FOLD_FIRST) {
			world_exit(w, vcpu);
			status = vgic_dir_write(locked(w), vcpu, id, &w->effects);
		}
		take_notices(w);
		world_settle(w);
		world_enter(w, vcpu);
	}
	assert_int_equal(status, VGIC_OK);
}

unsigned int world_valid_lrs(const struct world *w, unsigned int vcpu)
{
	unsigned int count = 0;
	unsigned int n;

	for (n = 0; n < w->hw[vcpu].n_lrs; n++)
		count += gich_lr_state(w->hw[vcpu].reg.lr[n]) != 0;
	return count;
}
