// SPDX-License-Identifier: BSD-2-Clause
/* Masking and unmasking where that is a matter of a fold and a fill (vgic_enable.c). */
#include "vgic_scene.h"

#include "bellhop/gicv2.h"

static struct world w;

/* Active: it stays so while disabled, and a new edge waits. */
static void what_is_active_takes_the_long_way(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_enable(&w, 0, SPI, false);
	expect_switches(&w, 0);
	assert_true(world_active(&w, SPI));
	world_pulse(&w, SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_true(world_pending(&w, SPI));
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	/* Filled as active: what its LR says of pending is not its latch */
	world_refill(&w, 0);
	w.switches = 0;
	scene_toggle(&w, SPI);
	expect_switches(&w, 0);
	eoi(&w, 0, SPI);
	assert_false(world_active(&w, SPI));
}

/* Taken and ended, and the maintenance interrupt has not come yet: its end has to be told. */
static void a_level_that_ended_is_folded(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_LEVEL);
	vgic_set_notify(world_locked(&w), SPI, true);
	world_line(&w, SPI, true);
	w.late = true;
	eoi(&w, 0, iar(&w, 0));
	world_enable(&w, 0, SPI, false);
	expect_switches(&w, 0);
	assert_int_equal(w.ended[SPI], 1);
	/* Who drives it has to be told that it is enabled while its line is high, too */
	world_enable(&w, 0, SPI, true);
	expect_switches(&w, 0);
	assert_int_equal(w.enabled[SPI], 1);
}

/* Its list register has another interrupt by now. */
static void another_one_is_in_its_place(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_pulse(&w, SPI);
	world_enable(&w, 0, SPI, false);
	world_pulse(&w, SPI + 1);
	assert_int_equal(gich_lr_virtualid(w.hw[0].reg.lr[0]), SPI + 1);
	w.switches = 0;
	world_enable(&w, 0, SPI, true);
	expect_switches(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 2);
	assert_int_equal(iar(&w, 0), SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI + 1);
}

/* The distributor, or the group of the interrupt, is off. */
static void what_is_not_forwarded_stays_outside(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_pulse(&w, SPI);
	world_enable(&w, 0, SPI, false);
	wr(&w, GICD_CTLR, 0);
	w.switches = 0;
	world_enable(&w, 0, SPI, true);
	expect_switches(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	world_enable(&w, 0, SPI, false);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, SPI, true);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0);
	assert_int_equal(iar(&w, 0), SPI);
}

/* In another vCPU's list registers, or for another vCPU: that one has to be told. */
static void what_is_another_vcpus_takes_the_long_way(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	assert_int_equal(world_valid_lrs(&w, 1), 1);
	w.switches = 0;
	world_enable(&w, 0, SPI, false);
	assert_int_equal(world_valid_lrs(&w, 1), 0);
	world_enable(&w, 0, SPI, true);
	expect_switches(&w, 0);
	assert_int_equal(iar(&w, 1), SPI);
	eoi(&w, 1, SPI);
	/* It was here, and is there by now */
	world_pulse(&w, SPI + 1);
	world_enable(&w, 0, SPI + 1, false);
	world_target(&w, SPI + 1, 2);
	w.switches = 0;
	world_enable(&w, 0, SPI + 1, true);
	expect_switches(&w, 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 1), SPI + 1);
}

/* One of them at a time is a matter of its own list register alone. */
static void several_at_a_time_take_the_long_way(void **state)
{
	const uint32_t two = 3u << SPI % 32;

	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	wr(&w, GICD_ICENABLER(SPI / 32), two);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	wr(&w, GICD_ISENABLER(SPI / 32), two);
	expect_switches(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 2);
	assert_int_equal(iar(&w, 0), SPI);
}

/* More than fit: who is inside is chosen anew. */
static void not_where_something_is_outside(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	for (unsigned int i = 0; i <= LRS; i++)
		world_pulse(&w, SPI + i);
	world_enable(&w, 0, SPI, false);
	expect_switches(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), LRS);
	for (unsigned int i = 1; i <= LRS; i++) {
		assert_int_equal(iar(&w, 0), SPI + i);
		eoi(&w, 0, SPI + i);
	}
}

/* A timer is active below; whether that ends is seen in a fold. */
static void a_timer_takes_the_long_way(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	world_hw_raise(&w, 0, WORLD_VTIMER);
	w.switches = 0;
	scene_toggle(&w, WORLD_VTIMER);
	expect_switches(&w, 0);
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	eoi(&w, 0, WORLD_VTIMER);
	world_refill(&w, 0);
	assert_false(vgic_hw_in_flight(world_locked(&w), 0, WORLD_VTIMER));
}

/* An access of a vCPU that was told RETRY ends its wait. */
static void not_while_somebody_waits(void **state)
{
	uint32_t value;

	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(SPI / 32), &value), VGIC_RETRY);
	assert_true(vgic_is_asked(&w.vgic));
	w.switches = 0;
	world_enable(&w, 0, SPI + 2, false);
	assert_false(vgic_is_asked(&w.vgic));
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(SPI / 32), &value), VGIC_RETRY);
	world_enable(&w, 0, SPI + 2, true);
	assert_false(vgic_is_asked(&w.vgic));
	expect_switches(&w, 0);
}

/* Pending where the distributor does not forward it, so in no list register, though in a queue. */
static void what_is_queued_but_in_no_lr_takes_the_long_way(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_set_bit(&w, 0, GICD_IGROUPR(0u), SPI);
	world_pulse(&w, SPI + 1);
	world_pulse(&w, SPI);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	assert_int_equal(vgic_icenabler_reads(world_locked(&w), 0, 1, scene_bit(SPI)), VGIC_FOLD);
	assert_int_equal(vgic_icenabler_reads(world_locked(&w), 0, 1, scene_bit(SPI + 1)), 0);
}

/* Taken and ended here, so that its list register names it still; now it is for vCPU 1. */
static void moves_away_after_its_end(void)
{
	scene_spis(&w, VGIC_EDGE);
	world_pulse(&w, SPI);
	eoi(&w, 0, iar(&w, 0));
	world_refill(&w, 0);
	world_target(&w, SPI, 2);
}

/* Disabled, and for us again; is it to be enabled the long way? */
static void comes_back_the_long_way(void)
{
	vgic_dist_write(world_locked(&w), 0, GICD_ICENABLER(1u), 4, scene_bit(SPI), &w.effects);
	world_target(&w, SPI, 1);
	world_enter(&w, 0);
	assert_int_equal(vgic_isenabler_write(world_locked(&w), 0, 1, scene_bit(SPI), &w.gich[0]),
			 VGIC_FOLD);
}

/* In the list registers of its last target still. */
static void what_another_vcpu_has_not_given_up_takes_the_long_way(void **state)
{
	(void)state;
	moves_away_after_its_end();
	world_pulse(&w, SPI);
	assert_int_equal(gich_model_find(&w.hw[1], SPI), 0);
	w.deaf = true;
	comes_back_the_long_way();
}

/* Active in the queue of a vCPU that does not run, which is to end it first. */
static void what_is_active_elsewhere_takes_the_long_way(void **state)
{
	(void)state;
	moves_away_after_its_end();
	world_exit(&w, 1);
	w.deaf = true;
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), SPI);
	world_pulse(&w, SPI);
	comes_back_the_long_way();
}

/* Made pending by the guest it has no physical interrupt, yet it is hardware-mapped. */
static void a_timer_that_was_pended_takes_the_long_way(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_spi(&w, SPI, VGIC_HW, 0x80);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	assert_int_equal(vgic_icenabler_reads(world_locked(&w), 0, 1, scene_bit(SPI)), VGIC_FOLD);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(what_is_active_takes_the_long_way),
	cmocka_unit_test(a_level_that_ended_is_folded),
	cmocka_unit_test(another_one_is_in_its_place),
	cmocka_unit_test(what_is_not_forwarded_stays_outside),
	cmocka_unit_test(what_is_another_vcpus_takes_the_long_way),
	cmocka_unit_test(several_at_a_time_take_the_long_way),
	cmocka_unit_test(not_where_something_is_outside),
	cmocka_unit_test(a_timer_takes_the_long_way),
	cmocka_unit_test(not_while_somebody_waits),
	cmocka_unit_test(what_is_queued_but_in_no_lr_takes_the_long_way),
	cmocka_unit_test(what_another_vcpu_has_not_given_up_takes_the_long_way),
	cmocka_unit_test(what_is_active_elsewhere_takes_the_long_way),
	cmocka_unit_test(a_timer_that_was_pended_takes_the_long_way),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
