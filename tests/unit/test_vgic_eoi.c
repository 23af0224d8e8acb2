// SPDX-License-Identifier: BSD-2-Clause
/* Ends that no list register saw, and what a fold says of them. Most were asked for by a mutant. */
#include "vgic_world.h"

#include <string.h>

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

/*
 * The interrupt that was ended outside has a lower priority than the one that was acknowledged in
 * an LR after that (the guest had masked it), so a replay that knows of both takes the wrong one.
 */
static void t07_late_maintenance_and_a_higher_priority_inside(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x40);
	world_edge(&w, SPI + 2, 0x50);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	world_pulse(&w, SPI + 2);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	w.late = true;
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI + 1);
	assert_false(world_active(&w, SPI));
	assert_true(world_active(&w, SPI + 1));
}

static struct {
	struct vgic vgic;
	uint8_t behind[2048];
} counted;

/*
 * GICH_HCR.EOICount is the hardware's word: whatever it says, no more is ended than there is, and
 * nothing that owes no EOI (here SGI 0, active by ISACTIVER).
 */
static void b2_more_eois_than_held_interrupts(void **state)
{
	static const uint8_t zero[sizeof(counted.behind)];
	struct vgic_effects effects;
	struct gich gich;

	(void)state;
	world_start(&w, 1, 1);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x40);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), 0);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	gich_model_read(&w.hw[0], &gich);
	memset(&counted, 0, sizeof(counted));
	counted.vgic = w.vgic;
	vgic_effects_clear(&effects);
	gich.hcr |= 31u << GICH_HCR_EOICOUNT_SHIFT;
	vgic_fold((struct vgic_locked){ &counted.vgic }, 0, &gich, &effects);
	assert_memory_equal(counted.behind, zero, sizeof(zero));
	gich.hcr = (gich.hcr & ~(31u << GICH_HCR_EOICOUNT_SHIFT)) | 1u << GICH_HCR_EOICOUNT_SHIFT;
	vgic_fold(world_locked(&w), 0, &gich, &effects);
	assert_memory_equal(&counted.vgic, &w.vgic, sizeof(w.vgic));
}

/* With a coarse BPR the lower priority is the higher group priority: EOIs are in that order. */
static void eois_outside_go_by_group_priority(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_ENABLEGRP1 | GICC_CTLR_ACKCTL);
	gicv_wr(&w, 0, GICV_BPR, 6); /* group 0: bit [7]; group 1 has ABPR, all bits */
	gicv_wr(&w, 0, GICV_ABPR, 3);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	wr(&w, GICD_IGROUPR(1u), 1u << (SPI % 32));
	world_edge(&w, SPI, 0x10);     /* group 1, group priority 0x10 */
	world_edge(&w, SPI + 1, 0x38); /* group 0, group priority 0x00 */
	world_edge(&w, SPI + 2, 0xe0);
	world_edge(&w, SPI + 3, 0xe8);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	world_pulse(&w, SPI + 2);
	world_pulse(&w, SPI + 3);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	assert_int_equal(gich_model_find(&w.hw[0], SPI + 1), GICH_MODEL_NO_LR);
	w.late = true;
	eoi(&w, 0, SPI + 1);
	world_refill(&w, 0);
	assert_false(world_active(&w, SPI + 1));
	assert_true(world_active(&w, SPI));
}

/* Two that the guest deactivated by ICACTIVER, and one outside that it did not. */
static void two_eois_are_owed(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, 1);
	for (i = 0; i < 3; i++) {
		world_edge(&w, SPI + i, 0xc0 - 0x40 * i);
		world_pulse(&w, SPI + i);
		assert_int_equal(iar(&w, 0), SPI + i);
	}
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI + 2);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI + 1);
	assert_int_equal(w.vgic.cpu[0].owed, 1u << (0x40 >> 3) | 1u << (0x80 >> 3));
	world_edge(&w, SPI + 3, 0xe0);
	world_pulse(&w, SPI + 3);
	w.late = true;
	eoi(&w, 0, SPI + 2);
	eoi(&w, 0, SPI + 1);
	world_refill(&w, 0);
	assert_int_equal(w.vgic.cpu[0].owed, 0);
	assert_true(world_active(&w, SPI));
}

/* Acknowledged with EOImode 0, deactivated with EOImode 1: no EOI will end it. */
static void nothing_is_owed_with_eoimode_1(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_acknowledge(&w, 0, SPI);
	world_refill(&w, 0);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	assert_int_equal(w.vgic.cpu[0].owed, 0);
	assert_int_equal(w.hw[0].reg.hcr & GICH_HCR_LRENPIE, 0);
}

/*
 * What a kernel does that starts in the handler of one that crashed: it deactivates all by
 * ICACTIVER and forgets the priorities by GICV_APR (5.5.12). No EOI comes then, and the next
 * counted one is for what is outside.
 */
static void nothing_is_owed_above_what_is_acknowledged(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	world_edge(&w, SPI, 0x40);
	world_edge(&w, SPI + 1, 0x80);
	world_edge(&w, SPI + 2, 0x60);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	gicv_wr(&w, 0, GICV_APR(0), 0);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	world_pulse(&w, SPI + 2);
	assert_int_equal(gich_model_find(&w.hw[0], SPI + 1), GICH_MODEL_NO_LR);
	eoi(&w, 0, SPI + 1);
	assert_false(world_active(&w, SPI + 1));
	assert_int_equal(w.hw[0].reg.hcr & GICH_HCR_LRENPIE, 0);
}

static void active_outside_asks_for_room(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, 2);
	for (i = 0; i < 3; i++) {
		world_edge(&w, SPI + i, 0x80 - 0x10 * i);
		world_pulse(&w, SPI + i);
		assert_int_equal(iar(&w, 0), SPI + i);
	}
	world_refill(&w, 0);
	assert_int_equal(w.hw[0].reg.hcr, GICH_HCR_EN | GICH_HCR_UIE | GICH_HCR_LRENPIE);
}

/* What is pending is inside: it is for the EOIs alone that there is maintenance. */
static void active_outside_beside_a_pending_one_needs_no_npie(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	world_edges(&w, SPI, 2);
	world_nest(&w, SPI, 2);
	world_edge(&w, SPI + 2, 0xe0);
	world_pulse(&w, SPI + 2);
	assert_true(gich_model_find(&w.hw[0], SPI + 2) >= 0);
	assert_int_equal(w.hw[0].reg.hcr, GICH_HCR_EN | GICH_HCR_UIE | GICH_HCR_LRENPIE);
}

/* The first one is ended outside the only list register; true where the fold tells of it. */
static bool fold_after_an_end_outside(void)
{
	struct gich gich;

	assert_int_equal(iar(&w, 0), SPI);
	world_evict(&w, 0, SPI + 1);
	w.late = true;
	eoi(&w, 0, SPI);
	gich_model_read(&w.hw[0], &gich);
	assert_int_equal(gich_hcr_eoicount(gich.hcr), 1);
	vgic_effects_clear(&w.effects);
	return vgic_fold(world_locked(&w), 0, &gich, &w.effects);
}

static void fold_says_only_of_hardware_interrupts(void **state)
{
	struct gich gich;

	(void)state;
	world_start(&w, 1, 1);
	world_edge(&w, SPI, 0x80);
	world_pulse(&w, SPI);
	assert_false(fold_after_an_end_outside());
	assert_false(world_active(&w, SPI));
	assert_int_equal(w.effects.n_deactivate, 0);
	/* Nor of one that is ended inside */
	world_start(&w, 1, 1);
	world_acknowledge(&w, 0, SPI);
	world_refill(&w, 0);
	eoi(&w, 0, SPI);
	gich_model_read(&w.hw[0], &gich);
	assert_false(vgic_fold(world_locked(&w), 0, &gich, &w.effects));
}

static void fold_tells_of_a_hardware_interrupt_ended_outside(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	world_spi(&w, SPI, VGIC_HW, 0x80);
	world_hw_raise(&w, 0, SPI);
	assert_true(fold_after_an_end_outside());
	assert_int_equal(w.effects.n_deactivate, 1);
}

/* It is here and will fill: a fold does not ask for it. What was asked for before stays. */
static void fold_does_not_kick_its_own_vcpu(void **state)
{
	struct gich gich;
	unsigned int before;

	(void)state;
	for (before = 0; before < 4; before += 2) {
		world_start(&w, 2, 1);
		world_acknowledge(&w, 1, SPI);
		world_evict(&w, 1, SPI + 1);
		world_pulse(&w, SPI);
		w.late = true;
		eoi(&w, 1, SPI);
		gich_model_read(&w.hw[1], &gich);
		assert_int_equal(gich_hcr_eoicount(gich.hcr), 1);
		w.effects.kick = before;
		vgic_fold(world_locked(&w), 1, &gich, &w.effects);
		assert_int_equal(w.effects.kick, before);
		assert_true(world_pending(&w, SPI));
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(t07_late_maintenance_and_a_higher_priority_inside),
	cmocka_unit_test(b2_more_eois_than_held_interrupts),
	cmocka_unit_test(eois_outside_go_by_group_priority),
	cmocka_unit_test(two_eois_are_owed),
	cmocka_unit_test(nothing_is_owed_with_eoimode_1),
	cmocka_unit_test(nothing_is_owed_above_what_is_acknowledged),
	cmocka_unit_test(active_outside_asks_for_room),
	cmocka_unit_test(active_outside_beside_a_pending_one_needs_no_npie),
	cmocka_unit_test(fold_says_only_of_hardware_interrupts),
	cmocka_unit_test(fold_tells_of_a_hardware_interrupt_ended_outside),
	cmocka_unit_test(fold_does_not_kick_its_own_vcpu),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
