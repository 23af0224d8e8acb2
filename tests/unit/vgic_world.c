// SPDX-License-Identifier: BSD-2-Clause
#include "vgic_world.h"

#include <string.h>

#include "bellhop/gicv2.h"

struct vgic_locked world_locked(struct world *w)
{
	return (struct vgic_locked){ &w->vgic };
}

void world_check_hw(struct world *w, unsigned int vcpu)
{
	const char *error = gich_model_check(&w->hw[vcpu]);

	if (error != NULL)
		fail_msg("vCPU %u: %s", vcpu, error);
}

/* Before the next fill, as the interface demands. */
void world_take_notices(struct world *w)
{
	for (unsigned int i = 0; i < w->effects.n_notices; i++) {
		unsigned int intid = w->effects.notice[i] & ~VGIC_NOTICE_ENABLED;

		if ((w->effects.notice[i] & VGIC_NOTICE_ENABLED) != 0)
			w->enabled[intid]++;
		else
			w->ended[intid]++;
		if (w->resample)
			vgic_set_line(world_locked(w), 0, intid, false, &w->effects);
	}
	w->effects.n_notices = 0;
}

void world_exit(struct world *w, unsigned int vcpu)
{
	gich_model_read(&w->hw[vcpu], &w->gich[vcpu]);
	vgic_fold(world_locked(w), vcpu, &w->gich[vcpu], &w->effects);
	world_take_notices(w);
}

static void write_dirty(struct world *w, unsigned int vcpu)
{
	const struct gich *gich = &w->gich[vcpu];
	unsigned int n;

	for (n = 0; n < w->hw[vcpu].n_lrs; n++) {
		if ((gich->lr_dirty & (1ull << n)) != 0)
			gich_model_write_lr(&w->hw[vcpu], n, gich->lr[n]);
	}
	world_check_hw(w, vcpu);
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
	unsigned int n = vgic_refresh_reads(world_locked(w), vcpu);

	if (n != VGIC_NO_LR)
		gich->lr[n] = w->hw[vcpu].reg.lr[n];
	n = vgic_refresh(world_locked(w), vcpu, n, gich, &w->effects);
	if (n == VGIC_FOLD)
		return false;
	assert_int_equal(w->effects.n_notices, 0);
	if (n != VGIC_NO_LR)
		gich_model_write_lr(&w->hw[vcpu], n, gich->lr[n]);
	world_check_hw(w, vcpu);
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
	vgic_fill(world_locked(w), vcpu, &w->gich[vcpu]);
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

void world_spi(struct world *w, unsigned int intid, enum vgic_wiring wiring, unsigned int priority)
{
	vgic_set_wiring(world_locked(w), 0, intid, wiring, intid + 100);
	world_priority(w, 0, intid, priority);
	if (intid >= GIC_FIRST_SPI)
		world_target(w, intid, 1);
	world_enable(w, 0, intid, true);
}

void world_line(struct world *w, unsigned int intid, bool level)
{
	vgic_set_line(world_locked(w), 0, intid, level, &w->effects);
	world_settle(w);
}

void world_pulse(struct world *w, unsigned int intid)
{
	vgic_pulse(world_locked(w), 0, intid, &w->effects);
	world_settle(w);
}

/* Returns false where the interrupt's list register does not only have to be written again. */
static bool again(struct world *w, unsigned int vcpu, unsigned int intid)
{
#ifdef WORLD_REFRESH
	uint32_t lr;
	unsigned int n = vgic_again(world_locked(w), vcpu, intid, 0, &lr);

	if (n == VGIC_NO_LR)
		return false;
	assert_int_equal(gich_lr_state(w->hw[vcpu].reg.lr[n]), 0);
	w->gich[vcpu].lr[n] = lr;
	gich_model_write_lr(&w->hw[vcpu], n, lr);
	world_check_hw(w, vcpu);
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
	vgic_hw_raise(world_locked(w), vcpu, intid, &w->effects);
	world_settle(w);
}

unsigned int world_valid_lrs(const struct world *w, unsigned int vcpu)
{
	unsigned int count = 0;
	unsigned int n;

	for (n = 0; n < w->hw[vcpu].n_lrs; n++)
		count += gich_lr_state(w->hw[vcpu].reg.lr[n]) != 0;
	return count;
}

void world_edge(struct world *w, unsigned int intid, unsigned int priority)
{
	world_spi(w, intid, VGIC_EDGE, priority);
}

void world_edges(struct world *w, unsigned int first, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		world_edge(w, first + i, 0xc0 - 8 * i);
}

void world_nest(struct world *w, unsigned int first, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		world_pulse(w, first + i);
		assert_int_equal(iar(w, 0), first + i);
	}
}

void world_acknowledge(struct world *w, unsigned int vcpu, unsigned int intid)
{
	world_edge(w, intid, 0x80);
	world_target(w, intid, 1u << vcpu);
	world_pulse(w, intid);
	assert_int_equal(iar(w, vcpu), intid);
}

void world_evict(struct world *w, unsigned int vcpu, unsigned int by)
{
	world_edge(w, by, 0x40);
	world_target(w, by, 1u << vcpu);
	world_pulse(w, by);
}

#ifdef WORLD_REFRESH
void expect_refreshes(const struct world *w, unsigned int expected)
{
	assert_int_equal(w->refreshes, expected);
}

void expect_switches(const struct world *w, unsigned int expected)
{
	assert_int_equal(w->switches, expected);
}
#else
void expect_refreshes(const struct world *w, unsigned int expected)
{
	(void)expected;
	assert_int_equal(w->refreshes, 0);
}

void expect_switches(const struct world *w, unsigned int expected)
{
	(void)expected;
	assert_int_equal(w->switches, 0);
}
#endif
