// SPDX-License-Identifier: BSD-2-Clause
/* SGIs: cases T53 to T61. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define FROM(vcpu) ((uint32_t)(vcpu) << GICC_IAR_CPUID_SHIFT)

static struct world w;

static void sgir(unsigned int vcpu, uint32_t filter, uint32_t list, unsigned int intid)
{
	gicd_write(&w, vcpu, GICD_SGIR, 4,
		   filter << GICD_SGIR_TARGETLISTFILTER_SHIFT |
			   list << GICD_SGIR_CPUTARGETLIST_SHIFT | intid);
}

static void t53_sources_are_queued_one_by_one(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 4, LRS);
	w.deaf = true;
	world_sgi(&w, 3, 1, 5);
	world_sgi(&w, 1, 1, 5);
	world_sgi(&w, 2, 1, 5);
	w.deaf = false;
	world_enter(&w, 0);
	for (i = 1; i < 4; i++) {
		assert_int_equal(world_valid_lrs(&w, 0), 1);
		assert_int_equal(iar(&w, 0), 5u | FROM(i));
		assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
		eoi(&w, 0, 5u | FROM(i));
	}
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t54_same_source_twice_while_pending(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 1, 1, 5);
	world_sgi(&w, 1, 1, 5);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	assert_int_equal(iar(&w, 0), 5u | FROM(1));
	eoi(&w, 0, 5u | FROM(1));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t55_second_source_while_active(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	world_sgi(&w, 1, 1, 5);
	assert_int_equal(iar(&w, 0), 5u | FROM(1));
	world_sgi(&w, 2, 1, 5);
	assert_true((w.hw[0].reg.lr[0] & GICH_LR_EOI) != 0);
	assert_int_equal(gich_lr_state(w.hw[0].reg.lr[0]), GICH_LR_ACTIVE);
	eoi(&w, 0, 5u | FROM(1));
	assert_int_equal(iar(&w, 0), 5u | FROM(2));
	eoi(&w, 0, 5u | FROM(2));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t55_third_source_needs_no_kick(void **state)
{
	(void)state;
	world_start(&w, 4, LRS);
	world_sgi(&w, 1, 1, 5);
	world_sgi(&w, 2, 1, 5);
	w.effects.kick = 0;
	w.deaf = true;
	world_sgi(&w, 3, 1, 5);
	assert_int_equal(w.effects.kick & 1, 0);
	w.deaf = false;
	eoi(&w, 0, iar(&w, 0));
	eoi(&w, 0, iar(&w, 0));
	assert_int_equal(iar(&w, 0), 5u | FROM(3));
}

/* Source 0 is in the LR, source 1 waits; source 0 again is the one in the LR. */
static void t54_again_while_another_source_waits(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 0, 1, 5);
	world_sgi(&w, 1, 1, 5);
	world_sgi(&w, 0, 1, 5);
	assert_int_equal(iar(&w, 0), 5);
	eoi(&w, 0, 5);
	assert_int_equal(iar(&w, 0), 5u | FROM(1));
	eoi(&w, 0, 5u | FROM(1));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t56_eoi_with_the_wrong_source_hurts_nobody(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 1, 1, 5);
	world_sgi(&w, 1, 1, 6);
	assert_int_equal(iar(&w, 0), 5u | FROM(1));
	world_refill(&w, 0);
	eoi(&w, 0, 5u | FROM(0));
	assert_int_equal(iar(&w, 0), 6u | FROM(1));
	assert_true(world_active(&w, 6));
	eoi(&w, 0, 6u | FROM(1));
	assert_false(world_active(&w, 6));
	/* What was acknowledged from source 1 has not been ended, and does not come again */
	assert_true(world_active(&w, 5));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t57_filters(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	sgir(0, GICD_SGIR_FILTER_SELF, 0xff, 1);
	sgir(0, GICD_SGIR_FILTER_OTHERS, 0x01, 2);
	sgir(0, GICD_SGIR_FILTER_LIST, 0x00, 3);
	sgir(0, 3, 0xff, 4);
	assert_int_equal(iar(&w, 0), 1);
	eoi(&w, 0, 1);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 1), 2);
	eoi(&w, 1, 2);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 2), 2);
}

static void t58_targets_that_do_not_exist(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	w.deaf = true;
	w.effects.kick = 0;
	sgir(0, GICD_SGIR_FILTER_LIST, 0xfe, 1);
	assert_int_equal(w.effects.kick, 2);
}

static void t59_no_stale_sgi_after_cpu_on(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_exit(&w, 1);
	w.deaf = true;
	world_sgi(&w, 0, 2, 5);
	w.deaf = false;
	vgic_reset_vcpu(world_locked(&w), 1, &w.effects);
	world_enter(&w, 1);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
	world_sgi(&w, 0, 2, 5);
	assert_int_equal(iar(&w, 1), 5);
}

static void t60_spendsgir_and_cpendsgir(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	gicd_write(&w, 0, GICD_SPENDSGIR(1u) + 1, 1, 0x06);
	assert_int_equal(rd(&w, GICD_SPENDSGIR(1u)), 0x0600);
	assert_int_equal(rd(&w, GICD_CPENDSGIR(1u)), 0x0600);
	assert_int_equal(gicd_read(&w, 0, GICD_CPENDSGIR(1u) + 1, 1), 0x06);
	assert_int_equal(gicd_read(&w, 1, GICD_SPENDSGIR(1u), 4), 0);
	/* The resident one is the lowest; take it away and the other one comes */
	gicd_write(&w, 0, GICD_CPENDSGIR(1u), 4, 0x0200);
	assert_int_equal(rd(&w, GICD_SPENDSGIR(1u)), 0x0400);
	assert_int_equal(iar(&w, 0), 5u | FROM(2));
	eoi(&w, 0, 5u | FROM(2));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	wr(&w, GICD_SPENDSGIR(0u), 0xf8010203);
	assert_int_equal(rd(&w, GICD_SPENDSGIR(0u)), 0x00010203);
	wr(&w, GICD_CPENDSGIR(0u), 0x00010001);
	assert_int_equal(rd(&w, GICD_SPENDSGIR(0u)), 0x00000202);
	wr(&w, GICD_CPENDSGIR(0u), 0xffffffff);
	assert_int_equal(rd(&w, GICD_SPENDSGIR(0u)), 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t61_sgis_are_always_enabled(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, LRS);
	wr(&w, GICD_ICENABLER(0u), 0xffff);
	assert_int_equal(rd(&w, GICD_ISENABLER(0u)) & 0xffff, 0xffff);
	for (i = 0; i < 16; i++) {
		sgir(0, GICD_SGIR_FILTER_SELF, 0, i);
		assert_int_equal(iar(&w, 0), i);
		eoi(&w, 0, i);
	}
}

/* From 1 and 2; that of 1 is active. Once more from 1: what waits already brings the fold. */
static void sgi_again_while_active_needs_no_kick(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	world_sgi(&w, 1, 1, 5);
	world_sgi(&w, 2, 1, 5);
	assert_int_equal(iar(&w, 0), 5u | FROM(1));
	world_refill(&w, 0);
	w.deaf = true;
	w.effects.kick = 0;
	world_sgi(&w, 1, 1, 5);
	assert_int_equal(w.effects.kick & 1, 0);
	w.deaf = false;
	eoi(&w, 0, 5u | FROM(1));
	assert_int_equal(iar(&w, 0), 5u | FROM(1));
	eoi(&w, 0, 5u | FROM(1));
	assert_int_equal(iar(&w, 0), 5u | FROM(2));
}

/* The first of the four SGIs of a register, acknowledged since it was filled. */
static void sources_are_read_after_a_fold(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 1, 1, 4);
	assert_int_equal(rd(&w, GICD_SPENDSGIR(1u)), 0x02);
	assert_int_equal(rd(&w, GICD_SPENDSGIR(0u)), 0);
	assert_int_equal(iar(&w, 0), 4u | FROM(1));
	assert_int_equal(rd(&w, GICD_SPENDSGIR(1u)), 0);
}

static void sgi_to_another_vcpu_needs_none_of_its_lrs(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 0, 2, 5);
	w.deaf = true;
	assert_int_equal(vgic_dist_write(world_locked(&w), 0, GICD_SGIR, 4,
					 2u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5, &w.effects),
			 VGIC_OK);
	assert_int_equal(w.effects.ask, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t53_sources_are_queued_one_by_one),
		cmocka_unit_test(t54_same_source_twice_while_pending),
		cmocka_unit_test(t55_second_source_while_active),
		cmocka_unit_test(t55_third_source_needs_no_kick),
		cmocka_unit_test(t54_again_while_another_source_waits),
		cmocka_unit_test(t56_eoi_with_the_wrong_source_hurts_nobody),
		cmocka_unit_test(t57_filters),
		cmocka_unit_test(t58_targets_that_do_not_exist),
		cmocka_unit_test(t59_no_stale_sgi_after_cpu_on),
		cmocka_unit_test(t60_spendsgir_and_cpendsgir),
		cmocka_unit_test(t61_sgis_are_always_enabled),
		cmocka_unit_test(sgi_again_while_active_needs_no_kick),
		cmocka_unit_test(sources_are_read_after_a_fold),
		cmocka_unit_test(sgi_to_another_vcpu_needs_none_of_its_lrs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
