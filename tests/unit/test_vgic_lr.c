// SPDX-License-Identifier: BSD-2-Clause
/* List registers, fill and fold: cases T12 to T26 as far as a host has them. */
#include "vgic_world.h"

#include <string.h>

#include "bellhop/gicv2.h"

#define LRS 4u
#define FIRST 40u

static struct world w;

static void fill_all_lrs(unsigned int n_lrs)
{
	unsigned int i;

	world_start(&w, 1, n_lrs);
	for (i = 0; i < n_lrs + 1; i++) {
		world_edge(&w, 33 + i, 0x80);
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
			world_edge(&w, 33 + k, 0x80);
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
	world_edges(&w, FIRST, 1);
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
	world_edges(&w, FIRST, 1);
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
	assert_true(world_pending(&w, FIRST));
}

static void t17_a_second_fold_does_nothing(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	world_edges(&w, FIRST, 3);
	world_nest(&w, FIRST, 3);
	w.late = true;
	eoi(&w, 0, FIRST + 2);
	eoi(&w, 0, FIRST + 1);
	world_exit(&w, 0);
	world_exit(&w, 0);
	world_exit(&w, 0);
	world_enter(&w, 0);
	assert_false(world_active(&w, FIRST + 2));
	assert_false(world_active(&w, FIRST + 1));
	assert_true(world_active(&w, FIRST));
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

/* No call leaves such a state: all list registers in use, and nothing resident. A fill keeps to the
 * list registers that there are all the same. */
static void a_state_that_does_not_add_up_stays_in_bounds(void **state)
{
	struct vgic_locked v = { &w.vgic };
	struct gich before;

	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, FIRST, VGIC_LEVEL, 0x80);
	world_line(&w, FIRST, true);
	world_exit(&w, 0);
	w.vgic.cpu[0].lrs = ~0ull;
	memset(w.vgic.cpu[0].lr, 0, sizeof(w.vgic.cpu[0].lr));
	before = w.gich[0];
	vgic_fill(v, 0, &w.gich[0]);
	assert_memory_equal(w.gich[0].lr, before.lr, sizeof(before.lr));
	assert_int_equal(w.gich[0].lr_dirty, 0);
}

static void t18_edge_and_sgi_again_while_active(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, FIRST, 1);
	world_nest(&w, FIRST, 1);
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
	world_edges(&w, FIRST, 1);
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
	world_edges(&w, FIRST, 2);
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
	world_edges(&w, FIRST, 1);
	world_pulse(&w, FIRST);
	assert_true(world_pending(&w, FIRST));
	assert_int_equal(iar(&w, 0), FIRST);
	assert_false(world_pending(&w, FIRST));
	eoi(&w, 0, FIRST);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
}

static void two_vcpus_have_their_own_lrs(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edges(&w, FIRST, 2);
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
	world_edges(&w, FIRST, 2);
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
	world_edges(&w, FIRST, 1);
	w.deaf = true;
	world_refill(&w, 0);
	assert_false(vgic_needs_fill(&w.vgic, 0));
	world_pulse(&w, FIRST);
	assert_true((w.effects.kick & 1) != 0);
	assert_true(vgic_needs_fill(&w.vgic, 0));
}

/* An interrupt keeps its list register, and what did not change is not written again. */
static void unchanged_lrs_are_not_dirty(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, FIRST, 3);
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
	/* Nor what was emptied by the guest before any exit */
	assert_int_equal(iar(&w, 0), FIRST + 1);
	eoi(&w, 0, FIRST + 1);
	world_refill(&w, 0);
	assert_int_equal(w.gich[0].lr_dirty, 0);
	assert_int_equal(vgic_lrs_in_use(&w.vgic, 0), 1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(t12_one_more_than_every_number_of_lrs),
	cmocka_unit_test(t13_the_last_lr_is_used),
	cmocka_unit_test(t14_raise_what_never_was_in_an_lr),
	cmocka_unit_test(t15_enable_while_resident_takes_no_second_lr),
	cmocka_unit_test(t16_unrelated_exits_change_nothing),
	cmocka_unit_test(t17_a_second_fold_does_nothing),
	cmocka_unit_test(fold_what_was_filled_but_never_entered),
	cmocka_unit_test(a_state_that_does_not_add_up_stays_in_bounds),
	cmocka_unit_test(t18_edge_and_sgi_again_while_active),
	cmocka_unit_test(t19_owner_is_kicked_although_it_is_resident),
	cmocka_unit_test(t20_only_the_state_bits_are_believed),
	cmocka_unit_test(t21_the_latch_leaves_with_the_acknowledge),
	cmocka_unit_test(two_vcpus_have_their_own_lrs),
	cmocka_unit_test(t25_two_injections_take_two_lrs),
	cmocka_unit_test(t26_injection_between_fill_and_entry_is_seen),
	cmocka_unit_test(unchanged_lrs_are_not_dirty),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
