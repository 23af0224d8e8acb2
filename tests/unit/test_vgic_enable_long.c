// SPDX-License-Identifier: BSD-2-Clause
/* Masking and unmasking where that is a matter of a fold and a fill (vgic_enable.c). */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define FIRST 40u

static struct world w;

static void start(enum vgic_wiring wiring)
{
	world_start(&w, 2, LRS);
	for (unsigned int i = 0; i <= LRS; i++)
		world_spi(&w, FIRST + i, wiring, 0x40 + 8 * i);
	w.switches = 0;
}

static void toggle(unsigned int intid)
{
	world_enable(&w, 0, intid, false);
	world_enable(&w, 0, intid, true);
}

static uint32_t bit_of(unsigned int intid)
{
	return 1u << intid % 32;
}

/* Active: it stays so while disabled, and a new edge waits. */
static void what_is_active_takes_the_long_way(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
	world_enable(&w, 0, FIRST, false);
	expect_switches(&w, 0);
	assert_true(world_active(&w, FIRST));
	world_pulse(&w, FIRST);
	eoi(&w, 0, FIRST);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_true(world_pending(&w, FIRST));
	world_enable(&w, 0, FIRST, true);
	assert_int_equal(iar(&w, 0), FIRST);
	/* Filled as active: what its LR says of pending is not its latch */
	world_refill(&w, 0);
	w.switches = 0;
	toggle(FIRST);
	expect_switches(&w, 0);
	eoi(&w, 0, FIRST);
	assert_false(world_active(&w, FIRST));
}

/* Taken and ended, and the maintenance interrupt has not come yet: its end has to be told. */
static void a_level_that_ended_is_folded(void **state)
{
	(void)state;
	start(VGIC_LEVEL);
	vgic_set_notify(world_locked(&w), FIRST, true);
	world_line(&w, FIRST, true);
	w.late = true;
	eoi(&w, 0, iar(&w, 0));
	world_enable(&w, 0, FIRST, false);
	expect_switches(&w, 0);
	assert_int_equal(w.ended[FIRST], 1);
	/* Who drives it has to be told that it is enabled while its line is high, too */
	world_enable(&w, 0, FIRST, true);
	expect_switches(&w, 0);
	assert_int_equal(w.enabled[FIRST], 1);
}

/* Its list register has another interrupt by now. */
static void another_one_is_in_its_place(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	world_enable(&w, 0, FIRST, false);
	world_pulse(&w, FIRST + 1);
	assert_int_equal(gich_lr_virtualid(w.hw[0].reg.lr[0]), FIRST + 1);
	w.switches = 0;
	world_enable(&w, 0, FIRST, true);
	expect_switches(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 2);
	assert_int_equal(iar(&w, 0), FIRST);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, FIRST);
	assert_int_equal(iar(&w, 0), FIRST + 1);
}

/* The distributor, or the group of the interrupt, is off. */
static void what_is_not_forwarded_stays_outside(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	world_enable(&w, 0, FIRST, false);
	wr(&w, GICD_CTLR, 0);
	w.switches = 0;
	world_enable(&w, 0, FIRST, true);
	expect_switches(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	world_enable(&w, 0, FIRST, false);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, FIRST, true);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0);
	assert_int_equal(iar(&w, 0), FIRST);
}

/* In another vCPU's list registers, or for another vCPU: that one has to be told. */
static void what_is_another_vcpus_takes_the_long_way(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_target(&w, FIRST, 2);
	world_pulse(&w, FIRST);
	assert_int_equal(world_valid_lrs(&w, 1), 1);
	w.switches = 0;
	world_enable(&w, 0, FIRST, false);
	assert_int_equal(world_valid_lrs(&w, 1), 0);
	world_enable(&w, 0, FIRST, true);
	expect_switches(&w, 0);
	assert_int_equal(iar(&w, 1), FIRST);
	eoi(&w, 1, FIRST);
	/* It was here, and is there by now */
	world_pulse(&w, FIRST + 1);
	world_enable(&w, 0, FIRST + 1, false);
	world_target(&w, FIRST + 1, 2);
	w.switches = 0;
	world_enable(&w, 0, FIRST + 1, true);
	expect_switches(&w, 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 1), FIRST + 1);
}

/* One of them at a time is a matter of its own list register alone. */
static void several_at_a_time_take_the_long_way(void **state)
{
	const uint32_t two = 3u << FIRST % 32;

	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	world_pulse(&w, FIRST + 1);
	wr(&w, GICD_ICENABLER(FIRST / 32), two);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	wr(&w, GICD_ISENABLER(FIRST / 32), two);
	expect_switches(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 2);
	assert_int_equal(iar(&w, 0), FIRST);
}

/* More than fit: who is inside is chosen anew. */
static void not_where_something_is_outside(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	for (unsigned int i = 0; i <= LRS; i++)
		world_pulse(&w, FIRST + i);
	world_enable(&w, 0, FIRST, false);
	expect_switches(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), LRS);
	for (unsigned int i = 1; i <= LRS; i++) {
		assert_int_equal(iar(&w, 0), FIRST + i);
		eoi(&w, 0, FIRST + i);
	}
}

/* A timer is active below; whether that ends is seen in a fold. */
static void a_timer_takes_the_long_way(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	world_hw_raise(&w, 0, WORLD_VTIMER);
	w.switches = 0;
	toggle(WORLD_VTIMER);
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
	start(VGIC_EDGE);
	world_target(&w, FIRST, 2);
	world_pulse(&w, FIRST);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(FIRST / 32), &value), VGIC_RETRY);
	assert_true(vgic_is_asked(&w.vgic));
	w.switches = 0;
	world_enable(&w, 0, FIRST + 2, false);
	assert_false(vgic_is_asked(&w.vgic));
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(FIRST / 32), &value), VGIC_RETRY);
	world_enable(&w, 0, FIRST + 2, true);
	assert_false(vgic_is_asked(&w.vgic));
	expect_switches(&w, 0);
}

/* Pending where the distributor does not forward it, so in no list register, though in a queue. */
static void what_is_queued_but_in_no_lr_takes_the_long_way(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_set_bit(&w, 0, GICD_IGROUPR(0u), FIRST);
	world_pulse(&w, FIRST + 1);
	world_pulse(&w, FIRST);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	assert_int_equal(vgic_icenabler_reads(world_locked(&w), 0, 1, bit_of(FIRST)), VGIC_FOLD);
	assert_int_equal(vgic_icenabler_reads(world_locked(&w), 0, 1, bit_of(FIRST + 1)), 0);
}

/* Taken and ended here, so that its list register names it still; now it is for vCPU 1. */
static void moves_away_after_its_end(void)
{
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	eoi(&w, 0, iar(&w, 0));
	world_refill(&w, 0);
	world_target(&w, FIRST, 2);
}

/* Disabled, and for us again; is it to be enabled the long way? */
static void comes_back_the_long_way(void)
{
	vgic_dist_write(world_locked(&w), 0, GICD_ICENABLER(1u), 4, bit_of(FIRST), &w.effects);
	world_target(&w, FIRST, 1);
	world_enter(&w, 0);
	assert_int_equal(vgic_isenabler_write(world_locked(&w), 0, 1, bit_of(FIRST), &w.gich[0]),
			 VGIC_FOLD);
}

/* In the list registers of its last target still. */
static void what_another_vcpu_has_not_given_up_takes_the_long_way(void **state)
{
	(void)state;
	moves_away_after_its_end();
	world_pulse(&w, FIRST);
	assert_int_equal(gich_model_find(&w.hw[1], FIRST), 0);
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
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), FIRST);
	world_pulse(&w, FIRST);
	comes_back_the_long_way();
}

/* Made pending by the guest it has no physical interrupt, yet it is hardware-mapped. */
static void a_timer_that_was_pended_takes_the_long_way(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_spi(&w, FIRST, VGIC_HW, 0x80);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), FIRST);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	assert_int_equal(vgic_icenabler_reads(world_locked(&w), 0, 1, bit_of(FIRST)), VGIC_FOLD);
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
