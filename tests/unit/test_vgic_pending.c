// SPDX-License-Identifier: BSD-2-Clause
/* Pending state, latch and line: cases T27 to T38, T47, T48 and T50 to T52. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

static void ispendr(unsigned int intid)
{
	world_set_bit(&w, 0, GICD_ISPENDR(0u), intid);
}

static void icpendr(unsigned int intid)
{
	world_set_bit(&w, 0, GICD_ICPENDR(0u), intid);
}

static void start(unsigned int n_vcpus, enum vgic_wiring wiring)
{
	world_start(&w, n_vcpus, LRS);
	world_spi(&w, SPI, wiring, 0x80);
}

static void eoimode_1(void)
{
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
}

static void t27_level_ispendr_is_cleared_by_the_acknowledge(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	eoimode_1();
	ispendr(SPI);
	assert_true(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 0), SPI);
	assert_false(world_pending(&w, SPI));
	eoi(&w, 0, SPI);
	assert_false(world_pending(&w, SPI));
	dir(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t27_level_ispendr_twice_is_once(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	ispendr(SPI);
	ispendr(SPI);
	assert_int_equal(iar(&w, 0), SPI);
	assert_false(world_pending(&w, SPI));
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t28_level_ispendr_while_active(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	ispendr(SPI);
	assert_int_equal(iar(&w, 0), SPI);
	ispendr(SPI);
	assert_true(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, SPI);
	assert_int_equal(gicv_rd(&w, 0, GICV_HPPIR), SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t28_the_same_with_eoimode_1(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	eoimode_1();
	ispendr(SPI);
	assert_int_equal(iar(&w, 0), SPI);
	ispendr(SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	dir(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t29_level_icpendr_before_the_acknowledge(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	ispendr(SPI);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	icpendr(SPI);
	assert_false(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t29_edge_icpendr_before_the_acknowledge(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_pulse(&w, SPI);
	icpendr(SPI);
	assert_false(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t30_icpendr_leaves_a_high_line_pending(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	world_line(&w, SPI, true);
	icpendr(SPI);
	assert_true(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 0), SPI);
}

static void t31_line_drops_before_the_acknowledge(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	world_line(&w, SPI, true);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	world_line(&w, SPI, false);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_false(world_pending(&w, SPI));
	assert_false(world_active(&w, SPI));
}

/* The line drops, but ISPENDR keeps it pending. */
static void t31_line_drops_and_the_latch_stays(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	world_line(&w, SPI, true);
	ispendr(SPI);
	world_line(&w, SPI, false);
	assert_true(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 0), SPI);
	assert_false(world_pending(&w, SPI));
}

static void t32_line_still_high_at_eoi(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_line(&w, SPI, false);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t33_line_low_high_low_while_active(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	world_line(&w, SPI, false);
	world_line(&w, SPI, true);
	world_line(&w, SPI, false);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t34_raised_while_disabled(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	world_enable(&w, 0, SPI, false);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t35_raised_while_the_distributor_is_off(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	world_edge(&w, SPI + 1, 0x70);
	wr(&w, GICD_CTLR, 0);
	world_line(&w, SPI, true);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0);
	assert_int_equal(iar(&w, 0), SPI + 1);
	eoi(&w, 0, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI);
}

static void distributor_off_withdraws_what_is_in_an_lr(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_pulse(&w, SPI);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	wr(&w, GICD_CTLR, 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_true(world_pending(&w, SPI));
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t36_raised_without_a_target(void **state)
{
	(void)state;
	start(2, VGIC_EDGE);
	world_target(&w, SPI, 0);
	world_pulse(&w, SPI);
	assert_true(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_target(&w, SPI, 2);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 1), SPI);
}

static void t37_edges_while_pending_are_one(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_refill(&w, 0);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t38_edges_while_active_are_one_more(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t52_edge_while_active_needs_no_exit(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI);
	assert_true(world_pending(&w, SPI));
	assert_true(world_active(&w, SPI));
	w.maintenance = 0;
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(w.maintenance, 0);
}

/* The handler masks the line, ends, and has the device served later; then it unmasks. */
static void t47_served_while_disabled(void **state)
{
	(void)state;
	start(1, VGIC_LEVEL);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	world_enable(&w, 0, SPI, false);
	eoi(&w, 0, SPI);
	assert_true(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_line(&w, SPI, false);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	/* Not served: it comes again */
	world_enable(&w, 0, SPI, false);
	world_line(&w, SPI, true);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
}

/* As Linux sends an interrupt again that came while it was disabled. */
static void t51_retrigger_by_ispendr(void **state)
{
	struct vgic_locked v = { &w.vgic };
	unsigned int n;

	(void)state;
	start(1, VGIC_EDGE);
	for (n = 0; n < 32; n++)
		assert_int_equal(vgic_dist_write(v, 0, GICD_ISPENDR(n), 4, 0, &w.effects), VGIC_OK);
	assert_int_equal(
		vgic_dist_write(v, 0, GICD_ISPENDR(SPI / 32), 4, 1u << SPI % 32, &w.effects),
		VGIC_OK);
	world_settle(&w);
	assert_int_equal(iar(&w, 0), SPI);
	ispendr(SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t48_ispendr_by_another_vcpu(void **state)
{
	(void)state;
	start(2, VGIC_EDGE);
	world_set_bit(&w, 1, GICD_ISPENDR(0u), SPI);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t50_sgi_bits_of_ispendr_and_icpendr_are_ignored(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	wr(&w, GICD_ISPENDR(0u), 0xffff);
	assert_int_equal(rd(&w, GICD_ISPENDR(0u)), 0);
	world_sgi(&w, 0, 1, 7);
	wr(&w, GICD_ICPENDR(0u), 0xffff);
	assert_int_equal(rd(&w, GICD_ISPENDR(0u)), 1u << 7);
	assert_int_equal(iar(&w, 0), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t27_level_ispendr_is_cleared_by_the_acknowledge),
		cmocka_unit_test(t27_level_ispendr_twice_is_once),
		cmocka_unit_test(t28_level_ispendr_while_active),
		cmocka_unit_test(t28_the_same_with_eoimode_1),
		cmocka_unit_test(t29_level_icpendr_before_the_acknowledge),
		cmocka_unit_test(t29_edge_icpendr_before_the_acknowledge),
		cmocka_unit_test(t30_icpendr_leaves_a_high_line_pending),
		cmocka_unit_test(t31_line_drops_before_the_acknowledge),
		cmocka_unit_test(t31_line_drops_and_the_latch_stays),
		cmocka_unit_test(t32_line_still_high_at_eoi),
		cmocka_unit_test(t33_line_low_high_low_while_active),
		cmocka_unit_test(t34_raised_while_disabled),
		cmocka_unit_test(t35_raised_while_the_distributor_is_off),
		cmocka_unit_test(distributor_off_withdraws_what_is_in_an_lr),
		cmocka_unit_test(t36_raised_without_a_target),
		cmocka_unit_test(t37_edges_while_pending_are_one),
		cmocka_unit_test(t38_edges_while_active_are_one_more),
		cmocka_unit_test(t52_edge_while_active_needs_no_exit),
		cmocka_unit_test(t47_served_while_disabled),
		cmocka_unit_test(t48_ispendr_by_another_vcpu),
		cmocka_unit_test(t50_sgi_bits_of_ispendr_and_icpendr_are_ignored),
		cmocka_unit_test(t51_retrigger_by_ispendr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
