// SPDX-License-Identifier: BSD-2-Clause
/* List registers, fill and fold: cases T12 to T26 as far as a host has them. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define FIRST 40u

static struct world w;

/* SPIs FIRST.. with distinct priorities, the higher INTID the more urgent. */
static void edges(unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		world_spi(&w, FIRST + i, VGIC_EDGE, 0xc0 - 8 * i);
}

/* Raise and acknowledge one after the other: each preempts the one before. */
static void nest(unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		world_pulse(&w, FIRST + i);
		assert_int_equal(iar(&w, 0), FIRST + i);
	}
}

static bool active(unsigned int intid)
{
	return world_bit(&w, 0, GICD_ISACTIVER(0u), intid);
}

static bool pending(unsigned int intid)
{
	return world_bit(&w, 0, GICD_ISPENDR(0u), intid);
}

static void fill_all_lrs(unsigned int n_lrs)
{
	unsigned int i;

	world_start(&w, 1, n_lrs);
	for (i = 0; i < n_lrs + 1; i++) {
		world_spi(&w, 33 + i, VGIC_EDGE, 0x80);
		world_pulse(&w, 33 + i);
	}
	assert_int_equal(world_valid_lrs(&w, 0), n_lrs);
	for (i = 0; i < n_lrs + 1; i++) {
		uint32_t id = iar(&w, 0);

		assert_in_range(id, 33, 33 + n_lrs);
		eoi(&w, 0, id);
	}
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static const unsigned int lr_counts[] = { 1, 2, 4, 31, 32, 33, 63, 64 };

static void t12_one_more_than_every_number_of_lrs(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(lr_counts) / sizeof(lr_counts[0]); i++)
		fill_all_lrs(lr_counts[i]);
}

/* As many as there are LRs: the last of them is used, and needs no maintenance. */
static void t13_the_last_lr_is_used(void **state)
{
	unsigned int i;
	unsigned int k;

	(void)state;
	for (i = 0; i < sizeof(lr_counts) / sizeof(lr_counts[0]); i++) {
		world_start(&w, 1, lr_counts[i]);
		for (k = 0; k < lr_counts[i]; k++) {
			world_spi(&w, 33 + k, VGIC_EDGE, 0x80);
			world_pulse(&w, 33 + k);
		}
		assert_int_equal(gich_lr_state(w.hw[0].reg.lr[lr_counts[i] - 1]), GICH_LR_PENDING);
		assert_int_equal(w.hw[0].reg.hcr, GICH_HCR_EN);
	}
}

static void t14_raise_what_never_was_in_an_lr(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edges(1);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
	world_spi(&w, 90, VGIC_LEVEL, 0x10);
	world_line(&w, 90, false);
	world_line(&w, 90, true);
	assert_int_equal(iar(&w, 0), 90);
}

static void t15_enable_while_resident_takes_no_second_lr(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edges(1);
	world_pulse(&w, FIRST);
	world_enable(&w, 0, FIRST, true);
	world_enable(&w, 0, FIRST, false);
	world_enable(&w, 0, FIRST, true);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	assert_int_equal(iar(&w, 0), FIRST);
}

static void t16_unrelated_exits_change_nothing(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, FIRST, VGIC_LEVEL, 0x80);
	world_line(&w, FIRST, true);
	for (i = 0; i < 1000; i++) {
		world_refill(&w, 0);
		assert_int_equal(world_valid_lrs(&w, 0), 1);
		assert_int_equal(w.gich[0].lr_dirty, 0);
	}
	assert_true(pending(FIRST));
}

static void t17_a_second_fold_does_nothing(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	edges(3);
	nest(3);
	w.late = true;
	eoi(&w, 0, FIRST + 2);
	eoi(&w, 0, FIRST + 1);
	world_exit(&w, 0);
	world_exit(&w, 0);
	world_exit(&w, 0);
	world_enter(&w, 0);
	assert_false(active(FIRST + 2));
	assert_false(active(FIRST + 1));
	assert_true(active(FIRST));
}

static void fold_what_was_filled_but_never_entered(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, FIRST, VGIC_LEVEL, 0x80);
	world_line(&w, FIRST, true);
	world_exit(&w, 0);
	w.gich[0].elrsr = ~0ull;
	w.gich[0].eisr = ~0ull;
	vgic_fill(v, 0, &w.gich[0]);
	vgic_fold(v, 0, &w.gich[0], &w.effects);
	vgic_fill(v, 0, &w.gich[0]);
	assert_int_equal(gich_lr_state(w.gich[0].lr[0]), GICH_LR_PENDING);
}

static void t18_edge_and_sgi_again_while_active(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edges(1);
	nest(1);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
	eoi(&w, 0, FIRST);
	world_sgi(&w, 0, 1, 3);
	assert_int_equal(iar(&w, 0), 3);
	world_sgi(&w, 0, 1, 3);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, 3);
	assert_int_equal(iar(&w, 0), 3);
	eoi(&w, 0, 3);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t19_owner_is_kicked_although_it_is_resident(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edges(1);
	world_target(&w, FIRST, 2);
	world_pulse(&w, FIRST);
	w.deaf = true;
	world_set_bit(&w, 0, GICD_ISPENDR(0u), FIRST);
	assert_true((w.effects.kick & 2) != 0);
	assert_true(vgic_needs_fill(&w.vgic, 1));
}

/* What the hardware says of an LR besides its state is not looked at. */
static void t20_only_the_state_bits_are_believed(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	world_start(&w, 1, LRS);
	edges(2);
	world_pulse(&w, FIRST);
	gich_model_read(&w.hw[0], &w.gich[0]);
	w.gich[0].lr[0] = 0x3fffffffu;
	vgic_fold(v, 0, &w.gich[0], &w.effects);
	vgic_fill(v, 0, &w.gich[0]);
	assert_int_equal(gich_lr_virtualid(w.gich[0].lr[0]), FIRST);
	/* It was pending and not active when filled; pending means that it was not acknowledged */
	assert_int_equal(gich_lr_state(w.gich[0].lr[0]), GICH_LR_PENDING);
}

static void t21_the_latch_leaves_with_the_acknowledge(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edges(1);
	world_pulse(&w, FIRST);
	assert_true(pending(FIRST));
	assert_int_equal(iar(&w, 0), FIRST);
	assert_false(pending(FIRST));
	eoi(&w, 0, FIRST);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
}

static void two_vcpus_have_their_own_lrs(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edges(2);
	world_target(&w, FIRST + 1, 2);
	world_pulse(&w, FIRST);
	world_pulse(&w, FIRST + 1);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	assert_int_equal(world_valid_lrs(&w, 1), 1);
	assert_int_equal(iar(&w, 1), FIRST + 1);
	assert_int_equal(iar(&w, 0), FIRST);
}

static void t25_two_injections_take_two_lrs(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edges(2);
	w.deaf = true;
	world_pulse(&w, FIRST);
	world_enter(&w, 0);
	world_pulse(&w, FIRST + 1);
	world_enter(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 2);
}

static void t26_injection_between_fill_and_entry_is_seen(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edges(1);
	w.deaf = true;
	world_refill(&w, 0);
	assert_false(vgic_needs_fill(&w.vgic, 0));
	world_pulse(&w, FIRST);
	assert_true((w.effects.kick & 1) != 0);
	assert_true(vgic_needs_fill(&w.vgic, 0));
}

#ifdef WORLD_REFRESH
/* One that changed is brought in alone, as long as there is room; nobody else's LR is looked at. */
static void the_short_way_is_taken_where_it_is_enough(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, LRS);
	edges(LRS + 1);
	w.refreshes = 0;
	for (i = 0; i < LRS; i++)
		world_pulse(&w, FIRST + i);
	assert_int_equal(w.refreshes, LRS);
	world_pulse(&w, FIRST);
	assert_int_equal(w.refreshes, LRS + 1);
	world_pulse(&w, FIRST + LRS);
	assert_int_equal(w.refreshes, LRS + 1);
	assert_int_equal(vgic_refresh_reads((struct vgic_locked){ &w.vgic }, 0), VGIC_NO_LR);
}

/* A timer that fires again says that its LR is empty: nothing is read, one LR is written. */
static void a_timer_again_reads_nothing(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	world_start(&w, 1, LRS);
	edges(1);
	world_pulse(&w, FIRST);
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	world_hw_raise(&w, 0, WORLD_VTIMER);
	w.refreshes = 0;
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	eoi(&w, 0, WORLD_VTIMER);
	world_hw_raise(&w, 0, WORLD_VTIMER);
	assert_int_equal(w.refreshes, 1);
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	assert_true(vgic_hw_in_flight(v, 0, WORLD_VTIMER));
}

/* Pended by ISPENDR it has no LR.HW: that one must not be used again for the timer itself. */
static void t49_a_timer_after_ispendr_gets_lr_hw(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	world_set_bit(&w, 0, GICD_ISPENDR(0), WORLD_VTIMER);
	eoi(&w, 0, iar(&w, 0));
	world_hw_raise(&w, 0, WORLD_VTIMER);
	assert_int_equal(w.gich[0].lr[0] >> 31, 1);
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	eoi(&w, 0, WORLD_VTIMER);
	world_exit(&w, 0);
	assert_int_equal(w.effects.n_deactivate, 0); /* LR.HW has done it */
	assert_false(vgic_hw_in_flight(v, 0, WORLD_VTIMER));
}

static unsigned int again(unsigned int intid, unsigned int source)
{
	uint32_t lr;

	return vgic_again((struct vgic_locked){ &w.vgic }, 0, intid, source, &lr);
}

/* An occurrence is only its own LR's matter where that was filled as pending, and all is
 * settled. */
static void again_only_where_nothing_else_changes(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edges(1);
	world_spi(&w, FIRST + 1, VGIC_LEVEL, 0x40);
	assert_int_equal(again(FIRST, 0), VGIC_NO_LR); /* in none */
	world_pulse(&w, FIRST);
	assert_int_equal(again(FIRST, 0), 0);
	world_line(&w, FIRST + 1, true);
	assert_int_equal(again(FIRST, 0), 0);
	assert_int_equal(again(FIRST + 1, 0), VGIC_NO_LR); /* looked at after its EOI */
	world_sgi(&w, 1, 1, 3);
	assert_int_equal(again(3, 1), 2);
	assert_int_equal(again(3, 0), VGIC_NO_LR); /* from another source */
	w.deaf = true;
	world_pulse(&w, FIRST);
	assert_int_equal(again(FIRST, 0), VGIC_NO_LR); /* one is to be folded already */
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), 3 | 1 << 10);
	world_refill(&w, 0);
	assert_int_equal(again(3, 1), VGIC_NO_LR); /* filled as active */
	world_exit(&w, 0);
	assert_int_equal(again(FIRST, 0), VGIC_NO_LR); /* not loaded */
	w.deaf = false;
	world_refill(&w, 0);
	world_spi(&w, FIRST + 2, VGIC_EDGE, 0x40);
	world_target(&w, FIRST + 2, 2);
	world_pulse(&w, FIRST + 2);
	assert_int_equal(again(FIRST + 2, 0), VGIC_NO_LR); /* in another vCPU's */
}

/* What overflowed is chosen anew. */
static void not_again_where_something_is_outside(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, LRS);
	edges(LRS + 1);
	for (i = 0; i <= LRS; i++)
		world_pulse(&w, FIRST + i);
	for (i = 0; i <= LRS; i++)
		assert_int_equal(again(FIRST + i, 0), VGIC_NO_LR);
}

static unsigned int sgir_target(uint32_t value)
{
	return vgic_sgir_target(&w.vgic, 1, value);
}

/* Only a write that is for one vCPU, and does no more than to send an SGI, has a short way. */
static void an_sgi_to_one_vcpu(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	assert_int_equal(sgir_target(1u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), 0);
	assert_int_equal(sgir_target(4u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), 2);
	assert_int_equal(sgir_target(GICD_SGIR_FILTER_SELF << GICD_SGIR_TARGETLISTFILTER_SHIFT | 5),
			 1);
	assert_int_equal(sgir_target(3u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), VGIC_NO_VCPU);
	assert_int_equal(sgir_target(8u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), VGIC_NO_VCPU);
	assert_int_equal(
		sgir_target(GICD_SGIR_FILTER_OTHERS << GICD_SGIR_TARGETLISTFILTER_SHIFT | 5),
		VGIC_NO_VCPU);
	w.vgic.askers = 2;
	assert_int_equal(sgir_target(1u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), VGIC_NO_VCPU);
}

/* The SGI's next occurrence is its list register as it was, whoever that is sent to, and only
 * from the same source. */
static void an_sgi_to_another_vcpu_again(void **state)
{
	struct vgic_locked v = { &w.vgic };
	uint32_t lr;

	(void)state;
	world_start(&w, 3, LRS);
	world_sgi(&w, 0, 2, 5);
	assert_int_equal(iar(&w, 1) & 0x3ff, 5);
	eoi(&w, 1, 5);
	assert_int_equal(vgic_again(v, 1, 5, 2, &lr), VGIC_NO_LR);
	assert_int_equal(vgic_again(v, 2, 5, 0, &lr), VGIC_NO_LR);
	assert_int_equal(vgic_again(v, 1, 5, 0, &lr), 0);
	w.hw[1].reg.lr[0] = lr;
	assert_int_equal(iar(&w, 1) & 0x3ff, 5);
}

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
	edges(2);
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
#endif

/* An interrupt keeps its list register, and what did not change is not written again. */
static void unchanged_lrs_are_not_dirty(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edges(3);
	world_pulse(&w, FIRST);
	world_pulse(&w, FIRST + 1);
	world_pulse(&w, FIRST + 2);
	world_refill(&w, 0);
	assert_int_equal(w.gich[0].lr_dirty, 0);
	assert_int_equal(iar(&w, 0), FIRST + 2);
	world_refill(&w, 0);
	assert_int_equal(w.gich[0].lr_dirty, 0);
	eoi(&w, 0, FIRST + 2);
	world_refill(&w, 0);
	assert_int_equal(w.gich[0].lr_dirty, 0);
	assert_int_equal(vgic_lrs_in_use(&w.vgic, 0), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t12_one_more_than_every_number_of_lrs),
		cmocka_unit_test(t13_the_last_lr_is_used),
		cmocka_unit_test(t14_raise_what_never_was_in_an_lr),
		cmocka_unit_test(t15_enable_while_resident_takes_no_second_lr),
		cmocka_unit_test(t16_unrelated_exits_change_nothing),
		cmocka_unit_test(t17_a_second_fold_does_nothing),
		cmocka_unit_test(fold_what_was_filled_but_never_entered),
		cmocka_unit_test(t18_edge_and_sgi_again_while_active),
		cmocka_unit_test(t19_owner_is_kicked_although_it_is_resident),
		cmocka_unit_test(t20_only_the_state_bits_are_believed),
		cmocka_unit_test(t21_the_latch_leaves_with_the_acknowledge),
		cmocka_unit_test(two_vcpus_have_their_own_lrs),
		cmocka_unit_test(t25_two_injections_take_two_lrs),
		cmocka_unit_test(t26_injection_between_fill_and_entry_is_seen),
#ifdef WORLD_REFRESH
		cmocka_unit_test(the_short_way_is_taken_where_it_is_enough),
		cmocka_unit_test(a_timer_again_reads_nothing),
		cmocka_unit_test(t49_a_timer_after_ispendr_gets_lr_hw),
		cmocka_unit_test(again_only_where_nothing_else_changes),
		cmocka_unit_test(not_again_where_something_is_outside),
		cmocka_unit_test(an_sgi_to_one_vcpu),
		cmocka_unit_test(an_sgi_to_another_vcpu_again),
		cmocka_unit_test(a_timer_that_was_disabled_is_not_settled),
		cmocka_unit_test(who_keeps_what_is_anothers_waits_for_a_fold),
		cmocka_unit_test(a_timer_that_fired_again_is_folded),
#endif
		cmocka_unit_test(unchanged_lrs_are_not_dirty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
