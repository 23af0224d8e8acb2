// SPDX-License-Identifier: BSD-2-Clause
/*
 * Masking and unmasking: what a guest does to a device of its own. What is seen must be the same by
 * either way; where WORLD_REFRESH is, which of them it takes is looked at, too.
 */
#include "vgic_scene.h"

#include "bellhop/gicv2.h"

static struct world w;

static void an_edge_leaves_and_comes_back(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_pulse(&w, SPI);
	world_enable(&w, 0, SPI, false);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	assert_true(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	expect_switches(&w, 2);
	assert_int_equal(iar(&w, 0), SPI);
	assert_false(world_pending(&w, SPI));
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

/* ... with what it is now, if that was changed meanwhile. */
static void it_comes_back_as_it_is_now(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_ENABLEGRP1);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	world_pulse(&w, SPI);
	world_enable(&w, 0, SPI, false);
	world_priority(&w, 0, SPI, 0x28);
	world_set_bit(&w, 0, GICD_IGROUPR(0u), SPI);
	w.switches = 0;
	world_enable(&w, 0, SPI, true);
	expect_switches(&w, 1);
	assert_int_equal(gich_lr_priority(w.hw[0].reg.lr[0]), 0x28);
	assert_true((w.hw[0].reg.lr[0] & GICH_LR_GRP1) != 0);
}

/* Disabled, taken and ended without an exit: it is not pending any more. */
static void what_was_taken_and_ended_does_not_come_back(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_pulse(&w, SPI);
	eoi(&w, 0, iar(&w, 0));
	world_enable(&w, 0, SPI, false);
	expect_switches(&w, 1);
	assert_false(world_pending(&w, SPI));
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void a_level_leaves_with_its_line(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_LEVEL);
	world_line(&w, SPI, true);
	world_enable(&w, 0, SPI, false);
	assert_true(world_pending(&w, SPI));
	world_line(&w, SPI, false);
	assert_false(world_pending(&w, SPI));
	world_enable(&w, 0, SPI, true);
	expect_switches(&w, 2);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_line(&w, SPI, true);
	w.switches = 0;
	scene_toggle(&w, SPI);
	expect_switches(&w, 2);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI); /* its line is high still */
}

/* With one that is pending others are disabled that are not. */
static void those_that_are_nowhere_are_disabled_with_it(void **state)
{
	const uint32_t all = 0x1fu << SPI % 32;

	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_pulse(&w, SPI);
	wr(&w, GICD_ICENABLER(SPI / 32), all);
	assert_int_equal(rd(&w, GICD_ISENABLER(SPI / 32)) & all, 0);
	wr(&w, GICD_ISENABLER(SPI / 32), all);
	assert_int_equal(rd(&w, GICD_ISENABLER(SPI / 32)) & all, all);
	expect_switches(&w, 2);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI);
}

/* The first bit of a word is one like any other. */
static void the_first_of_a_word(void **state)
{
	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_edge(&w, 64, 0x80);
	world_pulse(&w, 64);
	w.switches = 0;
	scene_toggle(&w, 64);
	expect_switches(&w, 2);
	assert_int_equal(iar(&w, 0), 64);
}

/* What has ended leaves nothing to write. */
static void nothing_is_written_to_an_empty_lr(void **state)
{
	unsigned int n;

	(void)state;
	scene_spis(&w, VGIC_EDGE);
	world_pulse(&w, SPI);
	eoi(&w, 0, iar(&w, 0));
	n = vgic_icenabler_reads(world_locked(&w), 0, 1, scene_bit(SPI));
	assert_int_equal(n, 0);
	gich_model_read(&w.hw[0], &w.gich[0]);
	assert_int_equal(
		vgic_icenabler_write(world_locked(&w), 0, 1, scene_bit(SPI), n, &w.gich[0]),
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
