// SPDX-License-Identifier: BSD-2-Clause
/*
 * Masking and unmasking: what a guest does to a device of its own. What is seen must be the same by
 * either way; where WORLD_REFRESH is, which of them it takes is looked at, too.
 */
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

static bool pending(unsigned int intid)
{
	return world_bit(&w, 0, GICD_ISPENDR(0u), intid);
}

/* Disable and enable were that many times no matter of a fold and a fill. */
static void expect_switches(unsigned int expected)
{
#ifdef WORLD_REFRESH
	assert_int_equal(w.switches, expected);
#else
	(void)expected;
#endif
}

static void toggle(unsigned int intid)
{
	world_enable(&w, 0, intid, false);
	world_enable(&w, 0, intid, true);
}

static void an_edge_leaves_and_comes_back(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	world_enable(&w, 0, FIRST, false);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	assert_true(pending(FIRST));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, FIRST, true);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	expect_switches(2);
	assert_int_equal(iar(&w, 0), FIRST);
	assert_false(pending(FIRST));
	eoi(&w, 0, FIRST);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

/* ... with what it is now, if that was changed meanwhile. */
static void it_comes_back_as_it_is_now(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_ENABLEGRP1);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	world_pulse(&w, FIRST);
	world_enable(&w, 0, FIRST, false);
	world_priority(&w, 0, FIRST, 0x28);
	world_set_bit(&w, 0, GICD_IGROUPR(0u), FIRST);
	w.switches = 0;
	world_enable(&w, 0, FIRST, true);
	expect_switches(1);
	assert_int_equal(gich_lr_priority(w.hw[0].reg.lr[0]), 0x28);
	assert_true((w.hw[0].reg.lr[0] & GICH_LR_GRP1) != 0);
}

/* Disabled, taken and ended without an exit: it is not pending any more. */
static void what_was_taken_and_ended_does_not_come_back(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	eoi(&w, 0, iar(&w, 0));
	world_enable(&w, 0, FIRST, false);
	expect_switches(1);
	assert_false(pending(FIRST));
	world_enable(&w, 0, FIRST, true);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

/* Active: it stays so while disabled, and a new edge waits. */
static void what_is_active_takes_the_long_way(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
	world_enable(&w, 0, FIRST, false);
	expect_switches(0);
	assert_true(world_bit(&w, 0, GICD_ISACTIVER(0u), FIRST));
	world_pulse(&w, FIRST);
	eoi(&w, 0, FIRST);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_true(pending(FIRST));
	world_enable(&w, 0, FIRST, true);
	assert_int_equal(iar(&w, 0), FIRST);
	/* Filled as active: what its LR says of pending is not its latch */
	world_refill(&w, 0);
	w.switches = 0;
	toggle(FIRST);
	expect_switches(0);
	eoi(&w, 0, FIRST);
	assert_false(world_bit(&w, 0, GICD_ISACTIVER(0u), FIRST));
}

static void a_level_leaves_with_its_line(void **state)
{
	(void)state;
	start(VGIC_LEVEL);
	world_line(&w, FIRST, true);
	world_enable(&w, 0, FIRST, false);
	assert_true(pending(FIRST));
	world_line(&w, FIRST, false);
	assert_false(pending(FIRST));
	world_enable(&w, 0, FIRST, true);
	expect_switches(2);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_line(&w, FIRST, true);
	w.switches = 0;
	toggle(FIRST);
	expect_switches(2);
	assert_int_equal(iar(&w, 0), FIRST);
	eoi(&w, 0, FIRST);
	assert_int_equal(iar(&w, 0), FIRST); /* its line is high still */
}

/* Taken and ended, and the maintenance interrupt has not come yet: its end has to be told. */
static void a_level_that_ended_is_folded(void **state)
{
	(void)state;
	start(VGIC_LEVEL);
	vgic_set_notify((struct vgic_locked){ &w.vgic }, FIRST, true);
	world_line(&w, FIRST, true);
	w.late = true;
	eoi(&w, 0, iar(&w, 0));
	world_enable(&w, 0, FIRST, false);
	expect_switches(0);
	assert_int_equal(w.ended[FIRST], 1);
	/* Who drives it has to be told that it is enabled while its line is high, too */
	world_enable(&w, 0, FIRST, true);
	expect_switches(0);
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
	expect_switches(0);
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
	expect_switches(0);
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
	expect_switches(0);
	assert_int_equal(iar(&w, 1), FIRST);
	eoi(&w, 1, FIRST);
	/* It was here, and is there by now */
	world_pulse(&w, FIRST + 1);
	world_enable(&w, 0, FIRST + 1, false);
	world_target(&w, FIRST + 1, 2);
	w.switches = 0;
	world_enable(&w, 0, FIRST + 1, true);
	expect_switches(0);
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
	expect_switches(0);
	assert_int_equal(world_valid_lrs(&w, 0), 2);
	assert_int_equal(iar(&w, 0), FIRST);
}

/* With one that is pending others are disabled that are not. */
static void those_that_are_nowhere_are_disabled_with_it(void **state)
{
	const uint32_t all = 0x1fu << FIRST % 32;

	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	wr(&w, GICD_ICENABLER(FIRST / 32), all);
	assert_int_equal(rd(&w, GICD_ISENABLER(FIRST / 32)) & all, 0);
	wr(&w, GICD_ISENABLER(FIRST / 32), all);
	assert_int_equal(rd(&w, GICD_ISENABLER(FIRST / 32)) & all, all);
	expect_switches(2);
	world_pulse(&w, FIRST + 1);
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
	expect_switches(0);
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
	expect_switches(0);
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	eoi(&w, 0, WORLD_VTIMER);
	world_refill(&w, 0);
	assert_false(vgic_hw_in_flight((struct vgic_locked){ &w.vgic }, 0, WORLD_VTIMER));
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
	expect_switches(0);
}

static struct vgic_locked locked(void)
{
	return (struct vgic_locked){ &w.vgic };
}

static uint32_t bit_of(unsigned int intid)
{
	return 1u << intid % 32;
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
	assert_int_equal(vgic_icenabler_reads(locked(), 0, 1, bit_of(FIRST)), VGIC_FOLD);
	assert_int_equal(vgic_icenabler_reads(locked(), 0, 1, bit_of(FIRST + 1)), 0);
}

/* The first bit of a word is one like any other. */
static void the_first_of_a_word(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_spi(&w, 64, VGIC_EDGE, 0x80);
	world_pulse(&w, 64);
	w.switches = 0;
	toggle(64);
	expect_switches(2);
	assert_int_equal(iar(&w, 0), 64);
}

/* Disabled, and for us by now, but it is in the list registers of its last target still. */
static void what_another_vcpu_has_not_given_up_takes_the_long_way(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	eoi(&w, 0, iar(&w, 0));
	world_refill(&w, 0);
	world_target(&w, FIRST, 2);
	world_pulse(&w, FIRST);
	assert_int_equal(gich_model_find(&w.hw[1], FIRST), 0);
	w.deaf = true;
	vgic_dist_write(locked(), 0, GICD_ICENABLER(1u), 4, bit_of(FIRST), &w.effects);
	world_target(&w, FIRST, 1);
	world_enter(&w, 0);
	assert_int_equal(vgic_isenabler_write(locked(), 0, 1, bit_of(FIRST), &w.gich[0]),
			 VGIC_FOLD);
}

/* Active in the queue of a vCPU that does not run, which is to end it first. */
static void what_is_active_elsewhere_takes_the_long_way(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	eoi(&w, 0, iar(&w, 0));
	world_refill(&w, 0);
	world_target(&w, FIRST, 2);
	world_exit(&w, 1);
	w.deaf = true;
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), FIRST);
	world_pulse(&w, FIRST);
	vgic_dist_write(locked(), 0, GICD_ICENABLER(1u), 4, bit_of(FIRST), &w.effects);
	world_target(&w, FIRST, 1);
	world_enter(&w, 0);
	assert_int_equal(vgic_isenabler_write(locked(), 0, 1, bit_of(FIRST), &w.gich[0]),
			 VGIC_FOLD);
}

/* Made pending by the guest it has no physical interrupt, yet it is hardware-mapped. */
static void a_timer_that_was_pended_takes_the_long_way(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_spi(&w, FIRST, VGIC_HW, 0x80);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), FIRST);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	assert_int_equal(vgic_icenabler_reads(locked(), 0, 1, bit_of(FIRST)), VGIC_FOLD);
}

/* What has ended leaves nothing to write. */
static void nothing_is_written_to_an_empty_lr(void **state)
{
	unsigned int n;

	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	eoi(&w, 0, iar(&w, 0));
	n = vgic_icenabler_reads(locked(), 0, 1, bit_of(FIRST));
	assert_int_equal(n, 0);
	gich_model_read(&w.hw[0], &w.gich[0]);
	assert_int_equal(vgic_icenabler_write(locked(), 0, 1, bit_of(FIRST), n, &w.gich[0]),
			 VGIC_NO_LR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_edge_leaves_and_comes_back),
		cmocka_unit_test(it_comes_back_as_it_is_now),
		cmocka_unit_test(what_was_taken_and_ended_does_not_come_back),
		cmocka_unit_test(what_is_active_takes_the_long_way),
		cmocka_unit_test(a_level_leaves_with_its_line),
		cmocka_unit_test(a_level_that_ended_is_folded),
		cmocka_unit_test(another_one_is_in_its_place),
		cmocka_unit_test(what_is_not_forwarded_stays_outside),
		cmocka_unit_test(what_is_another_vcpus_takes_the_long_way),
		cmocka_unit_test(several_at_a_time_take_the_long_way),
		cmocka_unit_test(those_that_are_nowhere_are_disabled_with_it),
		cmocka_unit_test(not_where_something_is_outside),
		cmocka_unit_test(a_timer_takes_the_long_way),
		cmocka_unit_test(not_while_somebody_waits),
		cmocka_unit_test(what_is_queued_but_in_no_lr_takes_the_long_way),
		cmocka_unit_test(the_first_of_a_word),
		cmocka_unit_test(what_another_vcpu_has_not_given_up_takes_the_long_way),
		cmocka_unit_test(what_is_active_elsewhere_takes_the_long_way),
		cmocka_unit_test(a_timer_that_was_pended_takes_the_long_way),
		cmocka_unit_test(nothing_is_written_to_an_empty_lr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
