// SPDX-License-Identifier: BSD-2-Clause
/* What the guest sees at its CPU interface, and WFI: cases T78, T81, T82, T84, T86. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

static void start(void)
{
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
}

static void eoimode(bool split)
{
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | (split ? GICC_CTLR_EOIMODE : 0u));
}

static void t78_nothing_to_acknowledge(void **state)
{
	(void)state;
	start();
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, WORLD_SPURIOUS);
	world_pulse(&w, SPI);
	gicv_wr(&w, 0, GICV_PMR, 0x80);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, WORLD_SPURIOUS);
	gicv_wr(&w, 0, GICV_PMR, 0x88);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t81_pmr_needs_no_exit(void **state)
{
	(void)state;
	start();
	gicv_wr(&w, 0, GICV_PMR, 0x40);
	world_pulse(&w, SPI);
	w.late = true;
	w.deaf = true;
	assert_false(gich_model_irq(&w.hw[0]));
	gicv_wr(&w, 0, GICV_PMR, 0xf8);
	assert_true(gich_model_irq(&w.hw[0]));
	gicv_wr(&w, 0, GICV_PMR, 0x40);
	assert_false(gich_model_irq(&w.hw[0]));
	gicv_wr(&w, 0, GICV_PMR, 0xf8);
	assert_true(gich_model_irq(&w.hw[0]));
}

static void t82_six_nested_in_group_priority_order(void **state)
{
	unsigned int i;

	(void)state;
	start();
	gicv_wr(&w, 0, GICV_BPR, 4); /* group priority is bits [7:5] */
	for (i = 0; i < 6; i++)
		world_edge(&w, 50 + i, 0xc0 - 0x20 * i);
	world_edge(&w, 60, 0x28); /* same group as INTID 55 (0x20) */
	world_edge(&w, 61, 0x30);
	for (i = 0; i < 6; i++) {
		world_pulse(&w, 50 + i);
		assert_int_equal(iar(&w, 0), 50 + i);
	}
	world_pulse(&w, 60);
	world_pulse(&w, 61);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, 55);
	assert_int_equal(iar(&w, 0), 60);
	eoi(&w, 0, 60);
	assert_int_equal(iar(&w, 0), 61);
	eoi(&w, 0, 61);
	/* Pending ones take all LRs: two EOIs are counted, and are those of the innermost two */
	for (i = 0; i < LRS; i++) {
		world_edge(&w, 70 + i, 0xe0);
		world_pulse(&w, 70 + i);
	}
	w.late = true;
	eoi(&w, 0, 54);
	eoi(&w, 0, 53);
	assert_int_equal(gich_hcr_eoicount(w.hw[0].reg.hcr), 2);
	w.late = false;
	world_refill(&w, 0);
	assert_false(world_active(&w, 54));
	assert_false(world_active(&w, 53));
	for (i = 3; i-- > 0;) {
		assert_true(world_active(&w, 50 + i));
		eoi(&w, 0, 50 + i);
		assert_false(world_active(&w, 50 + i));
	}
}

static void end(unsigned int intid)
{
	dir(&w, 0, intid);
	assert_false(world_active(&w, intid));
}

/* More active than list registers, priorities dropped, deactivated in any order. */
static void t84_eoimode_1_in_order_and_out_of_order(void **state)
{
	static const unsigned int order[] = { 2, 5, 0, 4, 1, 3 };
	unsigned int i;

	(void)state;
	start();
	eoimode(true);
	for (i = 0; i < 6; i++) {
		world_edge(&w, 50 + i, 0x80);
		world_pulse(&w, 50 + i);
		assert_int_equal(iar(&w, 0), 50 + i);
		eoi(&w, 0, 50 + i);
	}
	for (i = 0; i < 6; i++)
		assert_true(world_active(&w, 50 + i));
	for (i = 0; i < 6; i++)
		end(50 + order[i]);
	for (i = 0; i < 6; i++)
		world_pulse(&w, 50 + i);
	for (i = 0; i < 6; i++) {
		uint32_t id = iar(&w, 0);

		assert_in_range(id, 50, 55);
		eoi(&w, 0, id);
		end(id);
	}
}

static void t86_dir_that_is_to_be_ignored(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	dir(&w, 0, SPI);
	assert_true(world_active(&w, SPI));
	eoi(&w, 0, SPI);
	eoimode(true);
	dir(&w, 0, SPI);
	dir(&w, 0, 1023);
	dir(&w, 0, 500);
	world_sgi(&w, 1, 1, 5);
	assert_int_equal(iar(&w, 0), 5u | 1u << 10);
	eoi(&w, 0, 5u | 1u << 10);
	dir(&w, 0, 5);
	assert_true(world_active(&w, 5));
	dir(&w, 0, 5u | 1u << 10);
	assert_false(world_active(&w, 5));
}

static bool deliverable(void)
{
	bool result;

	world_exit(&w, 0);
	result = vgic_deliverable(world_locked(&w), 0, w.gich[0].vmcr);
	world_enter(&w, 0);
	return result;
}

/* Each condition alone can keep WFI asleep: enabled, group (both ends), pending, active, PMR. */
static void wfi_wakes_for_what_is_deliverable(void **state)
{
	(void)state;
	start();
	assert_false(deliverable());
	world_pulse(&w, SPI);
	assert_true(deliverable());
	gicv_wr(&w, 0, GICV_PMR, 0x80);
	assert_false(deliverable());
	gicv_wr(&w, 0, GICV_PMR, 0xf8);
	world_enable(&w, 0, SPI, false);
	assert_false(deliverable());
	world_enable(&w, 0, SPI, true);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP1);
	assert_false(deliverable());
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP1);
	assert_false(deliverable());
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0);
	assert_int_equal(iar(&w, 0), SPI);
	assert_false(deliverable());
	world_pulse(&w, SPI);
	assert_false(deliverable());
	/* Not above the running priority, but it wakes all the same */
	world_edge(&w, SPI + 1, 0xe8);
	world_pulse(&w, SPI + 1);
	assert_true(deliverable());
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void kicks_name_who_has_to_look(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	world_spi(&w, SPI, VGIC_LEVEL, 0x80);
	world_target(&w, SPI, 4);
	w.deaf = true;
	w.effects.kick = 0;
	vgic_set_line(world_locked(&w), 0, SPI, true, &w.effects);
	assert_int_equal(w.effects.kick, 4);
	w.effects.kick = 0;
	vgic_set_line(world_locked(&w), 0, SPI, true, &w.effects);
	assert_int_equal(w.effects.kick, 0);
	world_enable(&w, 0, SPI, false);
	w.effects.kick = 0;
	vgic_set_line(world_locked(&w), 0, SPI, false, &w.effects);
	vgic_set_line(world_locked(&w), 0, SPI, true, &w.effects);
	assert_int_equal(w.effects.kick, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t78_nothing_to_acknowledge),
		cmocka_unit_test(t81_pmr_needs_no_exit),
		cmocka_unit_test(t82_six_nested_in_group_priority_order),
		cmocka_unit_test(t84_eoimode_1_in_order_and_out_of_order),
		cmocka_unit_test(t86_dir_that_is_to_be_ignored),
		cmocka_unit_test(wfi_wakes_for_what_is_deliverable),
		cmocka_unit_test(kicks_name_who_has_to_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
