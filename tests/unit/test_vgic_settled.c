// SPDX-License-Identifier: BSD-2-Clause
/* A vCPU that rests: may it stay filled, or does it have to be folded? */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define FIRST 40u

static struct world w;

/* Pended while active and not forwarded: its end is in the LR, and so is that it fired again. */
static void fire_again(unsigned int intid)
{
	world_spi(&w, intid, VGIC_HW, 0x40);
	world_hw_raise(&w, 0, intid);
	assert_int_equal(iar(&w, 0), intid);
	wr(&w, GICD_CTLR, 0);
	wr(&w, GICD_ISPENDR(intid / 32), 1u << intid % 32);
	eoi(&w, 0, intid);
	world_hw_raise(&w, 0, intid);
}

/* The hypervisor has to know which of the two is active below: it is not settled. */
static void a_timer_that_fired_again_is_folded(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	world_start(&w, 1, LRS);
	fire_again(WORLD_VTIMER);
	assert_false(vgic_is_settled(&w.vgic, 0));
	world_refill(&w, 0);
	assert_true(vgic_hw_withdraw(v, 0, WORLD_VTIMER, &w.effects));
}

/* In flight and in no list register, so that no end of it is to be seen there. */
static void a_timer_that_was_disabled_is_not_settled(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	assert_true(vgic_is_settled(&w.vgic, 0));
	world_hw_raise(&w, 0, WORLD_VTIMER);
	assert_true(vgic_is_settled(&w.vgic, 0));
	world_enable(&w, 0, WORLD_VTIMER, false);
	world_refill(&w, 0);
	assert_int_equal(vgic_lrs_in_use(&w.vgic, 0), 0);
	assert_int_not_equal(vgic_ppis_in_flight(&w.vgic, 0), 0);
	assert_false(vgic_is_settled(&w.vgic, 0));
}

/*
 * One that does not run has to be folded when what it holds is another's, or is asked for. Not for
 * what comes for itself: that goes in when it runs.
 */
static void who_keeps_what_is_anothers_waits_for_a_fold(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	assert_false(vgic_waits_for_fold(&w.vgic, 0));
	world_edges(&w, FIRST, 2);
	w.deaf = true;
	world_pulse(&w, FIRST);
	assert_false(vgic_waits_for_fold(&w.vgic, 0));
	world_enter(&w, 0);
	assert_false(vgic_waits_for_fold(&w.vgic, 0));
	assert_int_equal(vgic_spi_owner(&w.vgic, FIRST), 0);
	assert_int_equal(vgic_spi_owner(&w.vgic, FIRST + 1), VGIC_NO_VCPU);
	assert_int_equal(iar(&w, 0), FIRST);
	eoi(&w, 0, FIRST);
	world_pulse(&w, FIRST);
	assert_true(vgic_needs_fill(&w.vgic, 0));
	assert_false(vgic_waits_for_fold(&w.vgic, 0));
	world_refill(&w, 0);
	gicd_write(&w, 1, GICD_ITARGETSR(0) + FIRST, 1, 2);
	assert_true(vgic_waits_for_fold(&w.vgic, 0));
	world_refill(&w, 0);
	assert_int_equal(vgic_spi_owner(&w.vgic, FIRST), 1);
	world_pulse(&w, FIRST + 1);
	world_enter(&w, 0);
	assert_int_equal(world_try_read(&w, 1, GICD_ISPENDR(1), &(uint32_t){ 0 }), VGIC_RETRY);
	assert_true(vgic_waits_for_fold(&w.vgic, 0));
	world_exit(&w, 0);
	assert_false(vgic_waits_for_fold(&w.vgic, 0));
}

/* The same SGI, in a list register of another number than 0 and from another vCPU. */
static void an_sgi_again_waits_for_no_fold(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edges(&w, FIRST, 1);
	world_pulse(&w, FIRST);
	world_priority(&w, 0, 5, 0x10);
	world_sgi(&w, 1, 1, 5);
	assert_int_equal(gich_model_find(&w.hw[0], 5), 1);
	assert_int_equal(iar(&w, 0), 5 | 1 << 10);
	eoi(&w, 0, 5 | 1 << 10);
	w.deaf = true;
	world_sgi(&w, 1, 1, 5);
	assert_true(vgic_needs_fill(&w.vgic, 0));
	assert_false(vgic_waits_for_fold(&w.vgic, 0));
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), 5 | 1 << 10);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_timer_that_fired_again_is_folded),
	cmocka_unit_test(a_timer_that_was_disabled_is_not_settled),
	cmocka_unit_test(who_keeps_what_is_anothers_waits_for_a_fold),
	cmocka_unit_test(an_sgi_again_waits_for_no_fold),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
