// SPDX-License-Identifier: BSD-2-Clause
/* Notices: each end of a level interrupt is told, once, and before the line is looked at again. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

static void start(unsigned int n_vcpus, unsigned int n_lrs)
{
	world_start(&w, n_vcpus, n_lrs);
	world_spi(&w, SPI, VGIC_LEVEL, 0x80);
	vgic_set_notify(world_locked(&w), SPI, true);
}

static void eoimode_1(void)
{
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
}

/* T96 as the vGIC sees it: the line is low before it could be delivered again. */
static void t96_an_eoi_is_told_before_the_line_is_seen(void **state)
{
	(void)state;
	start(1, LRS);
	w.resample = true;
	for (unsigned int i = 1; i <= 3; i++) {
		world_line(&w, SPI, true);
		assert_int_equal(iar(&w, 0), SPI);
		assert_int_equal(w.ended[SPI], i - 1);
		eoi(&w, 0, SPI);
		assert_int_equal(w.ended[SPI], i);
		assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	}
}

static void t32_a_line_that_stays_high_is_told_each_time(void **state)
{
	(void)state;
	start(1, LRS);
	world_line(&w, SPI, true);
	for (unsigned int i = 1; i <= 3; i++) {
		assert_int_equal(iar(&w, 0), SPI);
		eoi(&w, 0, SPI);
		assert_int_equal(w.ended[SPI], i);
	}
}

/* Folds that are not about it, and a withdrawal before the acknowledge, are no end. */
static void nothing_is_told_without_an_end(void **state)
{
	(void)state;
	start(1, LRS);
	world_line(&w, SPI, true);
	for (unsigned int i = 0; i < 5; i++)
		world_refill(&w, 0);
	world_line(&w, SPI, false);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	for (unsigned int i = 0; i < 5; i++)
		world_refill(&w, 0);
	assert_int_equal(w.ended[SPI], 0);
	eoi(&w, 0, SPI);
	world_refill(&w, 0);
	assert_int_equal(w.ended[SPI], 1);
	vgic_set_notify(world_locked(&w), SPI, false);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(w.ended[SPI], 1);
}

static void dir_tells_and_eoir_does_not(void **state)
{
	(void)state;
	start(1, LRS);
	w.resample = true;
	eoimode_1();
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	world_refill(&w, 0);
	assert_int_equal(w.ended[SPI], 0);
	dir(&w, 0, SPI);
	assert_int_equal(w.ended[SPI], 1);
	dir(&w, 0, SPI);
	assert_int_equal(w.ended[SPI], 1);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void icactiver_tells_and_the_stray_eoi_does_not(void **state)
{
	(void)state;
	start(1, LRS);
	w.resample = true;
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	assert_int_equal(w.ended[SPI], 1);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	eoi(&w, 0, SPI);
	world_refill(&w, 0);
	assert_int_equal(w.ended[SPI], 1);
}

/* One list register: it is active outside when it is ended, and counted in EOIcount. */
static void an_end_outside_the_list_registers(void **state)
{
	(void)state;
	start(1, 1);
	w.resample = true;
	world_edge(&w, SPI + 1, 0x40);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	eoi(&w, 0, SPI + 1);
	assert_int_equal(w.ended[SPI], 0);
	eoi(&w, 0, SPI);
	world_refill(&w, 0);
	assert_int_equal(w.ended[SPI], 1);
	assert_int_equal(w.ended[SPI + 1], 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void another_vcpu_ends_it(void **state)
{
	(void)state;
	start(2, LRS);
	w.resample = true;
	world_target(&w, SPI, 2);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 1), SPI);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	assert_int_equal(w.ended[SPI], 1);
	assert_false(world_pending(&w, SPI));
}

/* RS-26: masked, ended, served only then. What was pending meanwhile is not delivered. */
static void t47_enabled_while_pending(void **state)
{
	(void)state;
	start(1, LRS);
	w.resample = true;
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	world_enable(&w, 0, SPI, false);
	eoi(&w, 0, SPI);
	assert_int_equal(w.ended[SPI], 1);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(w.enabled[SPI], 1);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	/* Enabled already, or enabled without a line: nothing to be asked. */
	world_enable(&w, 0, SPI, true);
	world_enable(&w, 0, SPI, false);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(w.enabled[SPI], 1);
	/* Still active: its end will be told. */
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	world_enable(&w, 0, SPI, false);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(w.enabled[SPI], 1);
	eoi(&w, 0, SPI);
	assert_int_equal(w.ended[SPI], 2);
}

/* No more than the list takes: the caller gives it back empty before the next access or fold. */
static void notices_that_do_not_fit(void **state)
{
	(void)state;
	start(1, LRS);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	world_exit(&w, 0);
	w.effects.n_notices = VGIC_MAX_NOTICES;
	vgic_dist_write(world_locked(&w), 0, GICD_ICACTIVER(1u), 4, 1u << SPI % 32, &w.effects);
	assert_int_equal(w.effects.n_notices, VGIC_MAX_NOTICES);
	w.effects.n_notices = 0;
}

/* Taken and ended while it had another driver, to whom its LR said nothing of the EOI. */
static void edge_that_becomes_a_level(bool filled_as_active)
{
	world_start(&w, 1, LRS);
	world_acknowledge(&w, 0, SPI);
	if (filled_as_active)
		world_refill(&w, 0);
	eoi(&w, 0, SPI);
	vgic_set_wiring(world_locked(&w), 0, SPI, VGIC_LEVEL, 0);
	vgic_set_notify(world_locked(&w), SPI, true);
	world_refill(&w, 0);
}

static void a_new_driver_makes_it_a_level(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		edge_that_becomes_a_level(i != 0);
		world_line(&w, SPI, true);
		assert_int_equal(iar(&w, 0), SPI);
		w.resample = true;
		assert_int_equal(w.ended[SPI], 0);
		eoi(&w, 0, SPI);
		assert_int_equal(w.ended[SPI], 1);
		assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	}
}

static void the_end_of_what_was_made_active_is_told(void **state)
{
	(void)state;
	start(1, LRS);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), SPI);
	assert_int_equal(w.ended[SPI], 0);
	eoi(&w, 0, SPI);
	assert_int_equal(w.ended[SPI], 1);
}

static void it_survives_a_reset(void **state)
{
	(void)state;
	start(1, LRS);
	vgic_reset(world_locked(&w));
	assert_int_equal(w.vgic.word[VGIC_MAX_VCPUS].notify, 1u << (SPI - 32));
	/* SPIs alone. */
	vgic_set_notify(world_locked(&w), 31, true);
	vgic_set_notify(world_locked(&w), 128, true);
	for (unsigned int i = 0; i < VGIC_MAX_VCPUS; i++)
		assert_int_equal(w.vgic.word[i].notify, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t96_an_eoi_is_told_before_the_line_is_seen),
		cmocka_unit_test(t32_a_line_that_stays_high_is_told_each_time),
		cmocka_unit_test(nothing_is_told_without_an_end),
		cmocka_unit_test(dir_tells_and_eoir_does_not),
		cmocka_unit_test(icactiver_tells_and_the_stray_eoi_does_not),
		cmocka_unit_test(an_end_outside_the_list_registers),
		cmocka_unit_test(another_vcpu_ends_it),
		cmocka_unit_test(t47_enabled_while_pending),
		cmocka_unit_test(a_new_driver_makes_it_a_level),
		cmocka_unit_test(notices_that_do_not_fit),
		cmocka_unit_test(the_end_of_what_was_made_active_is_told),
		cmocka_unit_test(it_survives_a_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
