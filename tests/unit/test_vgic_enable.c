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
	assert_true(world_pending(&w, FIRST));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, FIRST, true);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	expect_switches(&w, 2);
	assert_int_equal(iar(&w, 0), FIRST);
	assert_false(world_pending(&w, FIRST));
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
	expect_switches(&w, 1);
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
	expect_switches(&w, 1);
	assert_false(world_pending(&w, FIRST));
	world_enable(&w, 0, FIRST, true);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void a_level_leaves_with_its_line(void **state)
{
	(void)state;
	start(VGIC_LEVEL);
	world_line(&w, FIRST, true);
	world_enable(&w, 0, FIRST, false);
	assert_true(world_pending(&w, FIRST));
	world_line(&w, FIRST, false);
	assert_false(world_pending(&w, FIRST));
	world_enable(&w, 0, FIRST, true);
	expect_switches(&w, 2);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_line(&w, FIRST, true);
	w.switches = 0;
	toggle(FIRST);
	expect_switches(&w, 2);
	assert_int_equal(iar(&w, 0), FIRST);
	eoi(&w, 0, FIRST);
	assert_int_equal(iar(&w, 0), FIRST); /* its line is high still */
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
	expect_switches(&w, 2);
	world_pulse(&w, FIRST + 1);
	assert_int_equal(iar(&w, 0), FIRST);
}

/* The first bit of a word is one like any other. */
static void the_first_of_a_word(void **state)
{
	(void)state;
	start(VGIC_EDGE);
	world_edge(&w, 64, 0x80);
	world_pulse(&w, 64);
	w.switches = 0;
	toggle(64);
	expect_switches(&w, 2);
	assert_int_equal(iar(&w, 0), 64);
}

static uint32_t bit_of(unsigned int intid)
{
	return 1u << intid % 32;
}

/* What has ended leaves nothing to write. */
static void nothing_is_written_to_an_empty_lr(void **state)
{
	unsigned int n;

	(void)state;
	start(VGIC_EDGE);
	world_pulse(&w, FIRST);
	eoi(&w, 0, iar(&w, 0));
	n = vgic_icenabler_reads(world_locked(&w), 0, 1, bit_of(FIRST));
	assert_int_equal(n, 0);
	gich_model_read(&w.hw[0], &w.gich[0]);
	assert_int_equal(vgic_icenabler_write(world_locked(&w), 0, 1, bit_of(FIRST), n, &w.gich[0]),
			 VGIC_NO_LR);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_edge_leaves_and_comes_back),
	cmocka_unit_test(it_comes_back_as_it_is_now),
	cmocka_unit_test(what_was_taken_and_ended_does_not_come_back),
	cmocka_unit_test(a_level_leaves_with_its_line),
	cmocka_unit_test(those_that_are_nowhere_are_disabled_with_it),
	cmocka_unit_test(the_first_of_a_word),
	cmocka_unit_test(nothing_is_written_to_an_empty_lr),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
