// SPDX-License-Identifier: BSD-2-Clause
/*
 * An interrupt in another vCPU's list registers: the RETRY protocol, and that it cannot livelock.
 */
#include "vgic_scene.h"

#include "bellhop/gicv2.h"

static struct world w;

static void loaded_owner_is_asked(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	assert_int_equal(w.effects.ask, 2);
	assert_true(vgic_needs_fill(&w.vgic, 1));
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
}

static void owner_that_is_not_loaded_is_never_asked(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	world_exit(&w, 1);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_OK);
	assert_int_equal(value, scene_bit(SPI));
	assert_int_equal(w.effects.ask, 0);
}

/* The owner may fold and fill as often as it likes: the asker finds the answer all the same. */
static void owner_withholds_until_the_asker_is_served(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	scene_active_on_vcpu_1(&w);
	assert_false(vgic_is_asked(&w.vgic));
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	for (i = 0; i < 20; i++) {
		assert_true(vgic_is_asked(&w.vgic));
		world_refill(&w, 1);
		assert_int_equal(gich_model_find(&w.hw[1], SPI), GICH_MODEL_NO_LR);
		assert_int_equal(gich_model_misr(&w.hw[1]), 0);
	}
	vgic_effects_clear(&w.effects);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_OK);
	assert_int_equal(value, scene_bit(SPI));
	assert_false(vgic_is_asked(&w.vgic));
	assert_int_equal(w.effects.kick & 2, 2);
	world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
	assert_false(vgic_needs_fill(&w.vgic, 1));
}

static void eoi_of_a_withheld_active_one_counts(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	world_enter(&w, 1);
	w.late = true;
	eoi(&w, 1, SPI);
	world_exit(&w, 1);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_OK);
	assert_int_equal(value, 0);
}

static void any_access_of_the_asker_ends_the_wait(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	world_enter(&w, 1);
	assert_int_equal(world_try_read(&w, 0, GICD_TYPER, &value), VGIC_OK);
	world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
}

static void asker_that_is_reset_lets_go(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	world_enter(&w, 1);
	vgic_reset_vcpu(world_locked(&w), 0, &w.effects);
	world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
}

static void two_askers_of_one_interrupt(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	assert_int_equal(scene_ask(&w, 2, &value), VGIC_RETRY);
	world_enter(&w, 1);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_OK);
	world_enter(&w, 1);
	/* The first answer must not take the second one away */
	assert_int_equal(scene_ask(&w, 2, &value), VGIC_OK);
	world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
}

/* vCPU 0 asks vCPU 1 and the other way round: both are answered after one fold each. */
static void two_vcpus_ask_each_other(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	w.deaf = false;
	world_acknowledge(&w, 0, SPI + 1);
	w.deaf = true;
	/* Each has one of its own in the word: it folds first, and fills before it enters */
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	assert_int_equal(scene_ask(&w, 1, &value), VGIC_RETRY);
	world_enter(&w, 0);
	world_enter(&w, 1);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_OK);
	assert_int_equal(value, scene_bit(SPI) | scene_bit(SPI + 1));
	assert_int_equal(scene_ask(&w, 1, &value), VGIC_OK);
	assert_int_equal(value, scene_bit(SPI) | scene_bit(SPI + 1));
}

static void what_needs_no_state_is_never_retried(void **state)
{
	struct vgic_locked v = { &w.vgic };
	static const struct {
		uint32_t offset;
		uint32_t value;
	} writes[] = {
		{ GICD_ISENABLER(1), ~0u },
		{ GICD_ICENABLER(1), ~0u },
		{ GICD_ISPENDR(1), ~0u },
		{ GICD_ICPENDR(1), ~0u },
		{ GICD_IPRIORITYR(SPI / 4), 0 },
		{ GICD_ITARGETSR(SPI / 4), 0x04040404 },
		{ GICD_IGROUPR(1), ~0u },
		{ GICD_ICFGR(2), ~0u },
		{ GICD_CTLR, 0 },
		{ GICD_SGIR, 0x02000005 },
		{ GICD_SPENDSGIR(0), 1 },
		{ GICD_CPENDSGIR(0), 1 },
	};
	unsigned int i;

	(void)state;
	scene_active_on_vcpu_1(&w);
	for (i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		assert_int_equal(
			vgic_dist_write(v, 0, writes[i].offset, 4, writes[i].value, &w.effects),
			VGIC_OK);
	assert_int_equal(w.effects.ask, 0);
}

static void t85_dir_of_what_is_active_elsewhere(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	for (i = 0; i < 2; i++)
		gicv_wr(&w, i, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	dir(&w, 1, SPI);
	assert_false(world_active(&w, SPI));
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

/*
 * The owner stays outside its LRs with an EOI owed: one fold is an answer, not the next question.
 */
static void held_outside_is_served_by_one_fold(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	assert_int_equal(scene_ask(&w, 2, &value), VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(scene_ask(&w, 2, &value), VGIC_OK);
	assert_int_equal(value, scene_bit(SPI));
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_OK);
	assert_int_equal(value, scene_bit(SPI));
}

/* What is withheld is in an earlier word than what is not. */
static void withheld_in_one_word_of_two(void **state)
{
	uint32_t value = 0;

	(void)state;
	scene_active_on_vcpu_1(&w);
	w.deaf = false;
	world_edge(&w, SPI + 32, 0x40);
	world_target(&w, SPI + 32, 2);
	world_pulse(&w, SPI + 32);
	w.deaf = true;
	assert_int_equal(scene_ask(&w, 0, &value), VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(gich_model_find(&w.hw[1], SPI), GICH_MODEL_NO_LR);
	assert_true(gich_model_find(&w.hw[1], SPI + 32) >= 0);
	assert_true(vgic_needs_fill(&w.vgic, 1));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(loaded_owner_is_asked),
	cmocka_unit_test(owner_that_is_not_loaded_is_never_asked),
	cmocka_unit_test(owner_withholds_until_the_asker_is_served),
	cmocka_unit_test(eoi_of_a_withheld_active_one_counts),
	cmocka_unit_test(any_access_of_the_asker_ends_the_wait),
	cmocka_unit_test(asker_that_is_reset_lets_go),
	cmocka_unit_test(two_askers_of_one_interrupt),
	cmocka_unit_test(two_vcpus_ask_each_other),
	cmocka_unit_test(what_needs_no_state_is_never_retried),
	cmocka_unit_test(t85_dir_of_what_is_active_elsewhere),
	cmocka_unit_test(held_outside_is_served_by_one_fold),
	cmocka_unit_test(withheld_in_one_word_of_two),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
