// SPDX-License-Identifier: BSD-2-Clause
/* More interrupts than list registers, and EOIs that are only counted: cases T01 to T11. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define FIRST 40u

static struct world w;

static void unnest(unsigned int count)
{
	while (count-- > 0) {
		assert_true(world_active(&w, FIRST + count));
		eoi(&w, 0, FIRST + count);
		assert_false(world_active(&w, FIRST + count));
	}
}

static void t01_more_pending_than_lrs_in_priority_order(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, FIRST, LRS + 3);
	for (i = 0; i < LRS + 3; i++)
		world_pulse(&w, FIRST + i);
	assert_int_equal(w.hw[0].reg.hcr & GICH_HCR_NPIE, GICH_HCR_NPIE);
	for (i = LRS + 3; i-- > 0;) {
		assert_int_equal(iar(&w, 0), FIRST + i);
		eoi(&w, 0, FIRST + i);
	}
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(w.hw[0].reg.hcr, GICH_HCR_EN);
}

static void t02_all_active_and_one_pending_does_not_storm(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, FIRST, LRS);
	world_edge(&w, 60, 0xe8);
	world_nest(&w, FIRST, LRS);
	world_pulse(&w, 60);
	w.maintenance = 0;
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(w.maintenance, 0);
	unnest(LRS);
	assert_in_range(w.maintenance, 0, LRS);
	assert_int_equal(iar(&w, 0), 60);
	eoi(&w, 0, 60);
	assert_false(world_active(&w, 60));
}

static void t03_higher_priority_evicts_the_lowest_active(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, FIRST, LRS + 1);
	world_nest(&w, FIRST, LRS);
	assert_int_equal(world_valid_lrs(&w, 0), LRS);
	world_pulse(&w, FIRST + LRS);
	assert_int_equal(gich_model_find(&w.hw[0], FIRST), GICH_MODEL_NO_LR);
	assert_true(gich_model_find(&w.hw[0], FIRST + 1) >= 0);
	assert_int_equal(iar(&w, 0), FIRST + LRS);
	unnest(LRS + 1);
}

static void t04_evicted_active_is_deactivated_once(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	world_edges(&w, FIRST, 2);
	world_nest(&w, FIRST, 2);
	assert_int_equal(w.hw[0].reg.hcr & GICH_HCR_LRENPIE, GICH_HCR_LRENPIE);
	eoi(&w, 0, FIRST + 1);
	eoi(&w, 0, FIRST);
	assert_false(world_active(&w, FIRST));
	assert_int_equal(w.hw[0].reg.hcr, GICH_HCR_EN);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
	world_refill(&w, 0);
	assert_true(world_active(&w, FIRST));
}

/* Four nested over one LR: after the last acknowledge three are outside, and stay there. */
static void t05_three_evicted_ended_without_exit(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, 2);
	world_edges(&w, FIRST, 6);
	world_nest(&w, FIRST, 4);
	/* Two more pending: all four active ones are outside now */
	world_pulse(&w, FIRST + 4);
	world_pulse(&w, FIRST + 5);
	w.late = true;
	eoi(&w, 0, FIRST + 3);
	eoi(&w, 0, FIRST + 2);
	eoi(&w, 0, FIRST + 1);
	assert_int_equal(gich_hcr_eoicount(w.hw[0].reg.hcr), 3);
	world_refill(&w, 0);
	for (i = 1; i < 4; i++)
		assert_false(world_active(&w, FIRST + i));
	assert_true(world_active(&w, FIRST));
	assert_int_equal(gich_hcr_eoicount(w.hw[0].reg.hcr), 0);
}

static void t06_evicted_hardware_interrupt_is_deactivated_by_software(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	world_spi(&w, 50, VGIC_HW, 0xc0);
	world_edges(&w, FIRST, 1);
	world_priority(&w, 0, FIRST, 0x10);
	world_hw_raise(&w, 0, 50);
	assert_int_equal(iar(&w, 0), 50);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
	eoi(&w, 0, FIRST);
	w.effects.n_deactivate = 0;
	world_pulse(&w, FIRST);
	eoi(&w, 0, 50);
	assert_int_equal(w.effects.n_deactivate, 1);
	assert_int_equal(w.effects.deactivate[0], 150);
	assert_false(vgic_hw_in_flight(world_locked(&w), 0, 50));
}

/* The shortest trace of the bug that hung guests elsewhere: two LRs, one EOI outside, exit late. */
static void t07_late_maintenance_deactivates_the_one_outside(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	world_edges(&w, FIRST, 3);
	world_priority(&w, 0, FIRST, 0x80);
	world_priority(&w, 0, FIRST + 1, 0xa0);
	world_priority(&w, 0, FIRST + 2, 0xb0);
	world_pulse(&w, FIRST);
	world_pulse(&w, FIRST + 1);
	assert_int_equal(iar(&w, 0), FIRST);
	world_pulse(&w, FIRST + 2);
	assert_int_equal(gich_model_find(&w.hw[0], FIRST), GICH_MODEL_NO_LR);
	w.late = true;
	eoi(&w, 0, FIRST);
	assert_int_equal(iar(&w, 0), FIRST + 1);
	world_pulse(&w, FIRST);
	assert_false(world_active(&w, FIRST));
	assert_true(world_active(&w, FIRST + 1));
	assert_true(world_pending(&w, FIRST));
	w.late = false;
	assert_int_equal(iar(&w, 0), FIRST);
}

static void t08_first_eoi_outside_asks_for_an_exit(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	world_edges(&w, FIRST, 3);
	world_nest(&w, FIRST, 3);
	eoi(&w, 0, FIRST + 2);
	w.late = true;
	eoi(&w, 0, FIRST + 1);
	assert_true((gich_model_misr(&w.hw[0]) & GICH_MISR_LRENP) != 0 ||
		    gich_hcr_eoicount(w.hw[0].reg.hcr) == 0);
	world_refill(&w, 0);
	assert_false(world_active(&w, FIRST + 1));
	assert_true(world_active(&w, FIRST));
}

/*
 * EOIcount has five bits and wraps. A guest can hold 31 priorities: there are 32, and PMR lets the
 * lowest never through. So 31 EOIs outside are counted at most, and none of them is lost.
 */
static void t08_no_more_than_31_eois_are_counted(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, 1);
	for (i = 0; i < 31; i++)
		world_edge(&w, FIRST + i, 0xf0 - 8 * i);
	world_edge(&w, 90, 0xf0);
	world_edge(&w, 91, 0xf8);
	world_nest(&w, FIRST, 31);
	world_pulse(&w, 90);
	world_pulse(&w, 91);
	w.late = true;
	for (i = 31; i-- > 0;)
		eoi(&w, 0, FIRST + i);
	assert_int_equal(gich_hcr_eoicount(w.hw[0].reg.hcr), 31);
	world_refill(&w, 0);
	for (i = 0; i < 31; i++)
		assert_false(world_active(&w, FIRST + i));
	w.late = false;
	assert_int_equal(iar(&w, 0), 90);
	eoi(&w, 0, 90);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t09_active_makes_room_for_a_lower_pending(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, FIRST, LRS + 2);
	world_edge(&w, 60, 0xe8);
	world_nest(&w, FIRST, 1);
	world_pulse(&w, FIRST + 1);
	world_pulse(&w, FIRST + 2);
	world_pulse(&w, FIRST + 3);
	world_pulse(&w, 60);
	assert_true(gich_model_find(&w.hw[0], 60) >= 0);
	assert_int_equal(gich_model_find(&w.hw[0], FIRST), GICH_MODEL_NO_LR);
}

static void t10_an_evicted_interrupt_that_comes_back_is_not_ended_twice(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	world_edges(&w, FIRST, 4);
	world_nest(&w, FIRST, 4);
	/* Two are outside. The EOI of the one is counted; the other one comes back into an LR */
	w.late = true;
	eoi(&w, 0, FIRST + 3);
	eoi(&w, 0, FIRST + 2);
	eoi(&w, 0, FIRST + 1);
	assert_int_equal(gich_hcr_eoicount(w.hw[0].reg.hcr), 1);
	w.late = false;
	world_refill(&w, 0);
	assert_true(gich_model_find(&w.hw[0], FIRST) >= 0);
	world_refill(&w, 0);
	assert_false(world_active(&w, FIRST + 1));
	assert_true(world_active(&w, FIRST));
	eoi(&w, 0, FIRST);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
	world_refill(&w, 0);
	assert_true(world_active(&w, FIRST));
}

static void t11_spilling_turns_maintenance_on(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, FIRST, LRS + 1);
	for (i = 0; i < LRS; i++)
		world_pulse(&w, FIRST + i);
	assert_int_equal(w.hw[0].reg.hcr, GICH_HCR_EN);
	world_pulse(&w, FIRST + LRS);
	assert_int_equal(w.hw[0].reg.hcr & (GICH_HCR_NPIE | GICH_HCR_UIE | GICH_HCR_LRENPIE),
			 GICH_HCR_NPIE | GICH_HCR_UIE);
}

/* Of what is outside only masked ones: nothing there can be ended, so no EOI can be counted. */
static void masked_outside_needs_no_count(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, 2);
	world_edges(&w, FIRST, 1);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	world_nest(&w, FIRST, 1);
	for (i = 0; i < 2; i++) {
		world_edge(&w, 60 + i, 0x80);
		world_set_bit(&w, 0, GICD_IGROUPR(0u), 60 + i);
	}
	wr(&w, GICD_IGROUPR(1u), 3u << (60 - 32));
	world_pulse(&w, 60);
	world_pulse(&w, 61);
	world_refill(&w, 0);
	assert_true(gich_model_find(&w.hw[0], FIRST) >= 0);
	assert_int_equal(w.hw[0].reg.hcr & GICH_HCR_LRENPIE, 0);
	assert_int_equal(w.hw[0].reg.hcr & GICH_HCR_VGRP1EIE, GICH_HCR_VGRP1EIE);
}

/* Which active one stays outside: one that owes no EOI (ISACTIVER) before one that does. */
static void held_comes_in_before_what_is_not(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	world_edges(&w, FIRST, 2);
	world_edge(&w, FIRST - 1, 0x10);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), FIRST - 1);
	world_nest(&w, FIRST, 2);
	world_refill(&w, 0);
	assert_true(gich_model_find(&w.hw[0], FIRST) >= 0);
	assert_true(gich_model_find(&w.hw[0], FIRST + 1) >= 0);
	assert_int_equal(gich_model_find(&w.hw[0], FIRST - 1), GICH_MODEL_NO_LR);
}

/* Neither can be taken now, but the more urgent one is there when its group is enabled. */
static void best_of_what_is_masked_is_inside(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	wr(&w, GICD_IGROUPR(1u), 3u << (60 - 32));
	world_edge(&w, 60, 0x80);
	world_edge(&w, 61, 0x40);
	world_pulse(&w, 60);
	world_pulse(&w, 61);
	assert_true(gich_model_find(&w.hw[0], 61) >= 0);
}

/* The guest ends that first of which it holds the higher priority, whatever it is now. */
static void active_outside_is_what_is_ended_last(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	world_edges(&w, FIRST, 2);
	world_nest(&w, FIRST, 2);
	world_priority(&w, 0, FIRST, 0x10);
	world_edge(&w, FIRST + 2, 0xe0);
	world_pulse(&w, FIRST + 2);
	assert_true(gich_model_find(&w.hw[0], FIRST + 1) >= 0);
	assert_int_equal(gich_model_find(&w.hw[0], FIRST), GICH_MODEL_NO_LR);
}

/* Active by ISACTIVER, so that it owes no EOI: it can be ended; what is masked cannot be taken. */
static void active_comes_in_before_what_is_masked(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, 2);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	wr(&w, GICD_IGROUPR(1u), 3u << (60 - 32));
	world_edge(&w, FIRST, 0xc0);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), FIRST);
	world_edge(&w, FIRST + 1, 0x80);
	world_pulse(&w, FIRST + 1);
	for (i = 60; i < 62; i++) {
		world_edge(&w, i, 0x40);
		world_pulse(&w, i);
	}
	world_refill(&w, 0);
	assert_true(gich_model_find(&w.hw[0], FIRST) >= 0);
	eoi(&w, 0, FIRST);
	assert_false(world_active(&w, FIRST));
}

/* The first fill of a vCPU, which no fold came before: the groups are those of the VMCR given. */
static void fill_goes_by_the_vmcr_that_it_is_given(void **state)
{
	struct vgic_locked v = { &w.vgic };
	uint32_t vmcr;
	unsigned int i;

	(void)state;
	world_start(&w, 1, 1);
	world_edges(&w, FIRST, 2);
	vmcr = w.hw[0].reg.vmcr;
	world_exit(&w, 0);
	vgic_reset_vcpu(v, 0, &w.effects);
	for (i = 0; i < 2; i++)
		vgic_pulse(v, 0, FIRST + i, &w.effects);
	w.gich[0].vmcr = vmcr;
	vgic_fill(v, 0, &w.gich[0]);
	assert_int_equal(w.gich[0].hcr & GICH_HCR_NPIE, GICH_HCR_NPIE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t01_more_pending_than_lrs_in_priority_order),
		cmocka_unit_test(t02_all_active_and_one_pending_does_not_storm),
		cmocka_unit_test(t03_higher_priority_evicts_the_lowest_active),
		cmocka_unit_test(t04_evicted_active_is_deactivated_once),
		cmocka_unit_test(t05_three_evicted_ended_without_exit),
		cmocka_unit_test(t06_evicted_hardware_interrupt_is_deactivated_by_software),
		cmocka_unit_test(t07_late_maintenance_deactivates_the_one_outside),
		cmocka_unit_test(t08_first_eoi_outside_asks_for_an_exit),
		cmocka_unit_test(t08_no_more_than_31_eois_are_counted),
		cmocka_unit_test(t09_active_makes_room_for_a_lower_pending),
		cmocka_unit_test(t10_an_evicted_interrupt_that_comes_back_is_not_ended_twice),
		cmocka_unit_test(t11_spilling_turns_maintenance_on),
		cmocka_unit_test(masked_outside_needs_no_count),
		cmocka_unit_test(held_comes_in_before_what_is_not),
		cmocka_unit_test(active_comes_in_before_what_is_masked),
		cmocka_unit_test(best_of_what_is_masked_is_inside),
		cmocka_unit_test(active_outside_is_what_is_ended_last),
		cmocka_unit_test(fill_goes_by_the_vmcr_that_it_is_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
