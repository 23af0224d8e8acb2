// SPDX-License-Identifier: BSD-2-Clause
/* How long anybody waits for another vCPU, or keeps back what it asked for (vgic_ask.c). */
#include "vgic_scene.h"

#include "bellhop/gicv2.h"

static struct world w;

static enum vgic_status icactiver(unsigned int intid)
{
	return vgic_dist_write(world_locked(&w), 0, GICD_ICACTIVER(SPI / 32u), 4, scene_bit(intid),
			       &w.effects);
}

/* vCPUs 1 and 2 have acknowledged one each. */
static void active_on_two(unsigned int n_vcpus)
{
	world_start(&w, n_vcpus, LRS);
	world_acknowledge(&w, 1, SPI + 1);
	world_acknowledge(&w, 2, SPI + 2);
	w.deaf = true;
	vgic_effects_clear(&w.effects);
}

/* Fills of this vCPU until it has the interrupt in a list register again. */
static void wait_until_back(unsigned int vcpu, unsigned int intid)
{
	unsigned int i;

	world_enter(&w, vcpu);
	assert_int_equal(gich_model_find(&w.hw[vcpu], intid), GICH_MODEL_NO_LR);
	for (i = 0; i < 10000 && gich_model_find(&w.hw[vcpu], intid) < 0; i++)
		world_refill(&w, vcpu);
	assert_in_range(i, 17, 9999);
}

static void owner_takes_it_back_in_the_end(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	wait_until_back(1, SPI);
	world_enter(&w, 1);
	assert_false(vgic_needs_fill(&w.vgic, 1));
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
}

/* When it is taken back, who goes into the list register is chosen anew: of what has been looked at
 * before, in an earlier word, no priority is left. */
static void the_best_is_inside_when_it_is_taken_back(void **state)
{
	const unsigned int asked_for = SPI + 32;
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 2, 1);
	world_acknowledge(&w, 1, asked_for);
	world_evict(&w, 1, SPI);
	world_evict(&w, 1, SPI + 1);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(asked_for / 32), &value), VGIC_RETRY);
	for (i = 0; i < 1000 && vgic_is_asked(&w.vgic); i++) {
		world_refill(&w, 1);
		assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
	}
	assert_false(vgic_is_asked(&w.vgic));
}

static void asker_that_never_comes_back_lets_go(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	scene_active_on_vcpu_1(&w);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	world_enter(&w, 1);
	vgic_effects_clear(&w.effects);
	for (i = 0; i < 1000 && w.effects.kick == 0; i++)
		world_refill(&w, 0);
	assert_int_equal(w.effects.kick, 2);
	world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
}

/* The folds of earlier waits do not count: each wait has its own patience. */
static void patience_of_the_asker_is_for_each_wait(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	scene_active_on_vcpu_1(&w);
	for (i = 0; i < 3 * 32; i++) {
		assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
		world_refill(&w, 0);
		assert_true(vgic_is_asked(&w.vgic));
		world_refill(&w, 1);
		assert_int_equal(scene_ask(&w, 0, &value), VGIC_OK);
		world_enter(&w, 1);
	}
}

static void patience_of_the_owner_is_for_each_wait(void **state)
{
	uint32_t value = 0;
	unsigned int i;
	unsigned int k;

	(void)state;
	scene_active_on_vcpu_1(&w);
	for (i = 0; i < 4; i++) {
		assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
		for (k = 0; k < 100; k++) {
			world_refill(&w, 1);
			assert_int_equal(gich_model_find(&w.hw[1], SPI), GICH_MODEL_NO_LR);
		}
		assert_int_equal(scene_ask(&w, 0, &value), VGIC_OK);
		world_enter(&w, 1);
	}
}

/* One owner takes back what it has; the other one has not even folded, and is waited for. */
static void one_of_two_owners_takes_it_back(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_two(3);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	wait_until_back(1, SPI + 1);
	assert_true(vgic_is_asked(&w.vgic));
	world_refill(&w, 2);
	assert_int_equal(gich_model_find(&w.hw[2], SPI + 2), GICH_MODEL_NO_LR);
}

/* One owner has taken back what was asked for; of the other one it is still kept. */
static void what_two_owners_have_expires_one_by_one(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_two(8);
	assert_int_equal(scene_ask(&w, 3, &value), VGIC_RETRY);
	assert_int_equal(w.effects.ask, 1u << 1 | 1u << 2);
	world_enter(&w, 2);
	wait_until_back(1, SPI + 1);
	assert_int_equal(w.vgic.askers, 1u << 3);
	wait_until_back(2, SPI + 2);
	assert_int_equal(w.vgic.askers, 0);
}

/* The answer to an access that was given up is not the answer to the next one. */
static void what_was_served_is_forgotten_when_it_expires(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 2, 1);
	world_acknowledge(&w, 1, SPI);
	world_evict(&w, 1, SPI + 1);
	w.deaf = true;
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	for (i = 0; i < 1000 && w.vgic.askers != 0; i++)
		world_refill(&w, 1);
	assert_int_equal(w.vgic.askers, 0);
	assert_int_equal(icactiver(SPI), VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(icactiver(SPI), VGIC_OK);
}

/* Bit 0 of its word, which is all that is asked for. */
static void asker_of_the_first_bit_lets_go(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, 64, 0x80);
	world_target(&w, 64, 2);
	world_pulse(&w, 64);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(2u), &value), VGIC_RETRY);
	for (i = 0; i < 100 && w.vgic.askers != 0; i++)
		world_refill(&w, 0);
	assert_int_equal(w.vgic.askers, 0);
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(2u), &value), VGIC_RETRY);
	for (i = 0; i < 1000 && w.vgic.askers != 0; i++)
		world_refill(&w, 1);
	assert_int_equal(w.vgic.askers, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(owner_takes_it_back_in_the_end),
	cmocka_unit_test(the_best_is_inside_when_it_is_taken_back),
	cmocka_unit_test(asker_that_never_comes_back_lets_go),
	cmocka_unit_test(patience_of_the_asker_is_for_each_wait),
	cmocka_unit_test(patience_of_the_owner_is_for_each_wait),
	cmocka_unit_test(one_of_two_owners_takes_it_back),
	cmocka_unit_test(what_two_owners_have_expires_one_by_one),
	cmocka_unit_test(what_was_served_is_forgotten_when_it_expires),
	cmocka_unit_test(asker_of_the_first_bit_lets_go),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
