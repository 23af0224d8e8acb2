// SPDX-License-Identifier: BSD-2-Clause
/*
 * An interrupt in another vCPU's list registers: the RETRY protocol, and that it cannot livelock.
 */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u
#define ISACTIVER (GICD_ISACTIVER(SPI / 32u))
#define SPI_BIT (1u << (SPI % 32u))

static struct world w;

/* An edge SPI, active on vCPU 1; nobody exits but by name from here on. */
static void active_on_vcpu_1(void)
{
	world_start(&w, 3, LRS);
	world_spi(&w, SPI, VGIC_EDGE, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 1), SPI);
	w.deaf = true;
	vgic_effects_clear(&w.effects);
}

static enum vgic_status ask(unsigned int vcpu, uint32_t *value)
{
	return world_try_read(&w, vcpu, ISACTIVER, value);
}

static void loaded_owner_is_asked(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_vcpu_1();
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	assert_int_equal(w.effects.ask, 2);
	assert_true(vgic_needs_fill(&w.vgic, 1));
	assert_int_equal(ask(0, &value), VGIC_RETRY);
}

static void owner_that_is_not_loaded_is_never_asked(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_vcpu_1();
	world_exit(&w, 1);
	assert_int_equal(ask(0, &value), VGIC_OK);
	assert_int_equal(value, SPI_BIT);
	assert_int_equal(w.effects.ask, 0);
}

/* The owner may fold and fill as often as it likes: the asker finds the answer all the same. */
static void owner_withholds_until_the_asker_is_served(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	active_on_vcpu_1();
	assert_false(vgic_is_asked(&w.vgic));
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	for (i = 0; i < 20; i++) {
		assert_true(vgic_is_asked(&w.vgic));
		world_refill(&w, 1);
		assert_int_equal(gich_model_find(&w.hw[1], SPI), GICH_MODEL_NO_LR);
		assert_int_equal(gich_model_misr(&w.hw[1]), 0);
	}
	vgic_effects_clear(&w.effects);
	assert_int_equal(ask(0, &value), VGIC_OK);
	assert_int_equal(value, SPI_BIT);
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
	active_on_vcpu_1();
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_enter(&w, 1);
	w.late = true;
	eoi(&w, 1, SPI);
	world_exit(&w, 1);
	assert_int_equal(ask(0, &value), VGIC_OK);
	assert_int_equal(value, 0);
}

static void any_access_of_the_asker_ends_the_wait(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_vcpu_1();
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_enter(&w, 1);
	assert_int_equal(world_try_read(&w, 0, GICD_TYPER, &value), VGIC_OK);
	world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
}

static void owner_takes_it_back_in_the_end(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	active_on_vcpu_1();
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_enter(&w, 1);
	for (i = 0; i < 10000 && gich_model_find(&w.hw[1], SPI) < 0; i++)
		world_enter(&w, 1);
	assert_in_range(i, 17, 9999);
	world_enter(&w, 1);
	assert_false(vgic_needs_fill(&w.vgic, 1));
	assert_int_equal(ask(0, &value), VGIC_RETRY);
}

static void asker_that_never_comes_back_lets_go(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	active_on_vcpu_1();
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_enter(&w, 1);
	vgic_effects_clear(&w.effects);
	for (i = 0; i < 1000 && w.effects.kick == 0; i++)
		world_refill(&w, 0);
	assert_int_equal(w.effects.kick, 2);
	world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
}

static void asker_that_is_reset_lets_go(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_vcpu_1();
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_enter(&w, 1);
	vgic_reset_vcpu((struct vgic_locked){ &w.vgic }, 0, &w.effects);
	world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
}

static void two_askers_of_one_interrupt(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_vcpu_1();
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	assert_int_equal(ask(2, &value), VGIC_RETRY);
	world_enter(&w, 1);
	assert_int_equal(ask(0, &value), VGIC_OK);
	world_enter(&w, 1);
	/* The first answer must not take the second one away */
	assert_int_equal(ask(2, &value), VGIC_OK);
	world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
}

/* vCPU 0 asks vCPU 1 and the other way round: both are answered after one fold each. */
static void two_vcpus_ask_each_other(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_vcpu_1();
	w.deaf = false;
	world_spi(&w, SPI + 1, VGIC_EDGE, 0x80);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	w.deaf = true;
	/* Each has one of its own in the word: it folds first, and fills before it enters */
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	assert_int_equal(ask(1, &value), VGIC_RETRY);
	world_enter(&w, 0);
	world_enter(&w, 1);
	assert_int_equal(ask(0, &value), VGIC_OK);
	assert_int_equal(value, SPI_BIT | SPI_BIT << 1);
	assert_int_equal(ask(1, &value), VGIC_OK);
	assert_int_equal(value, SPI_BIT | SPI_BIT << 1);
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
	active_on_vcpu_1();
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
	world_spi(&w, SPI, VGIC_EDGE, 0x80);
	for (i = 0; i < 2; i++)
		gicv_wr(&w, i, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	dir(&w, 1, SPI);
	assert_false(world_bit(&w, 0, GICD_ISACTIVER(0u), SPI));
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

/* It was evicted, its EOI is counted but not folded: the truth is in GICH_HCR. */
static void active_outside_the_lrs_is_not_settled(void **state)
{
	uint32_t value = 0;

	(void)state;
	world_start(&w, 2, 1);
	world_spi(&w, SPI, VGIC_EDGE, 0x80);
	world_spi(&w, SPI + 1, VGIC_EDGE, 0x40);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	w.late = true;
	w.deaf = true;
	vgic_effects_clear(&w.effects);
	eoi(&w, 0, SPI);
	assert_int_equal(ask(1, &value), VGIC_RETRY);
	assert_int_equal(w.effects.ask, 1);
	world_refill(&w, 0);
	assert_int_equal(ask(1, &value), VGIC_OK);
	assert_int_equal(value, 0);
}

static void own_active_outside_the_lrs_is_not_settled(void **state)
{
	uint32_t value = 0;

	(void)state;
	world_start(&w, 1, 1);
	world_spi(&w, SPI, VGIC_EDGE, 0x80);
	world_spi(&w, SPI + 1, VGIC_EDGE, 0x40);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	w.late = true;
	eoi(&w, 0, SPI);
	assert_int_equal(ask(0, &value), VGIC_OK);
	assert_int_equal(value, 0);
}

/*
 * The owner stays outside its LRs with an EOI owed: one fold is an answer, not the next question.
 */
static void held_outside_is_served_by_one_fold(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_vcpu_1();
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	assert_int_equal(ask(2, &value), VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(ask(2, &value), VGIC_OK);
	assert_int_equal(value, SPI_BIT);
	assert_int_equal(ask(0, &value), VGIC_OK);
	assert_int_equal(value, SPI_BIT);
}

/* The folds of earlier waits do not count: each wait has its own patience. */
static void patience_of_the_asker_is_for_each_wait(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	active_on_vcpu_1();
	for (i = 0; i < 3 * 32; i++) {
		assert_int_equal(ask(0, &value), VGIC_RETRY);
		world_refill(&w, 0);
		assert_true(vgic_is_asked(&w.vgic));
		world_refill(&w, 1);
		assert_int_equal(ask(0, &value), VGIC_OK);
		world_enter(&w, 1);
	}
}

static void patience_of_the_owner_is_for_each_wait(void **state)
{
	uint32_t value = 0;
	unsigned int i;
	unsigned int k;

	(void)state;
	active_on_vcpu_1();
	for (i = 0; i < 4; i++) {
		assert_int_equal(ask(0, &value), VGIC_RETRY);
		for (k = 0; k < 100; k++) {
			world_refill(&w, 1);
			assert_int_equal(gich_model_find(&w.hw[1], SPI), GICH_MODEL_NO_LR);
		}
		assert_int_equal(ask(0, &value), VGIC_OK);
		world_enter(&w, 1);
	}
}

/* Each of two owners has one active outside its only LR: each has to fold. */
static void an_owner_folds_for_itself(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 3, 1);
	for (i = 1; i < 3; i++) {
		world_spi(&w, SPI + i, VGIC_EDGE, 0x80);
		world_target(&w, SPI + i, 1u << i);
		world_spi(&w, SPI + 32 + i, VGIC_EDGE, 0x40); /* of another word */
		world_target(&w, SPI + 32 + i, 1u << i);
		world_pulse(&w, SPI + i);
		assert_int_equal(iar(&w, i), SPI + i);
		world_pulse(&w, SPI + 32 + i);
	}
	w.deaf = true;
	w.late = true;
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_refill(&w, 1);
	eoi(&w, 2, SPI + 2);
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_refill(&w, 2);
	assert_int_equal(ask(0, &value), VGIC_OK);
	assert_int_equal(value, SPI_BIT << 1);
}

/* One owner takes back what it has; the other one has not even folded, and is waited for. */
static void one_of_two_owners_takes_it_back(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 3, LRS);
	for (i = 1; i < 3; i++) {
		world_spi(&w, SPI + i, VGIC_EDGE, 0x80);
		world_target(&w, SPI + i, 1u << i);
		world_pulse(&w, SPI + i);
		assert_int_equal(iar(&w, i), SPI + i);
	}
	w.deaf = true;
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	for (i = 0; i < 10000 && (i == 0 || gich_model_find(&w.hw[1], SPI + 1) < 0); i++)
		world_refill(&w, 1);
	assert_in_range(i, 17, 9999);
	assert_true(vgic_is_asked(&w.vgic));
	world_refill(&w, 2);
	assert_int_equal(gich_model_find(&w.hw[2], SPI + 2), GICH_MODEL_NO_LR);
}

/* Two that have to be looked at, in the LRs of two vCPUs: both are asked. */
static void all_owners_are_asked_for_pending(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 3, LRS);
	for (i = 1; i < 3; i++) {
		world_spi(&w, SPI + i, VGIC_EDGE, 0x80);
		world_target(&w, SPI + i, 1u << i);
		world_pulse(&w, SPI + i);
	}
	w.deaf = true;
	vgic_effects_clear(&w.effects);
	assert_int_equal(world_try_read(&w, 0, GICD_ISPENDR(SPI / 32u), &value), VGIC_RETRY);
	assert_int_equal(w.effects.ask, 6);
}

/* An active one that holds no latch in its LR: reading what is pending needs no fold. */
static void pending_of_what_has_no_latch_is_known(void **state)
{
	uint32_t value = ~0u;

	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, 32, VGIC_EDGE, 0x80);
	world_pulse(&w, 32);
	assert_int_equal(iar(&w, 0), 32);
	world_refill(&w, 0);
	assert_int_equal(vgic_dist_read((struct vgic_locked){ &w.vgic }, 0, GICD_ISPENDR(1u), 4,
					&value, &w.effects),
			 VGIC_OK);
	assert_int_equal(value, 0);
}

/* With EOImode 1 an active one outside the LRs owes no EOI, so that nothing can be counted. */
static void dropped_outside_is_settled(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 2, 1);
	for (i = 0; i < 2; i++)
		gicv_wr(&w, i, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
	world_spi(&w, SPI, VGIC_EDGE, 0x80);
	world_spi(&w, SPI + 1, VGIC_EDGE, 0x40);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	w.deaf = true;
	world_exit(&w, 1);
	assert_int_equal(vgic_dir_write((struct vgic_locked){ &w.vgic }, 1, SPI, &w.effects),
			 VGIC_OK);
}

/* What is withheld is in an earlier word than what is not. */
static void withheld_in_one_word_of_two(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_on_vcpu_1();
	w.deaf = false;
	world_spi(&w, SPI + 32, VGIC_EDGE, 0x40);
	world_target(&w, SPI + 32, 2);
	world_pulse(&w, SPI + 32);
	w.deaf = true;
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(gich_model_find(&w.hw[1], SPI), GICH_MODEL_NO_LR);
	assert_true(gich_model_find(&w.hw[1], SPI + 32) >= 0);
	assert_true(vgic_needs_fill(&w.vgic, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loaded_owner_is_asked),
		cmocka_unit_test(owner_that_is_not_loaded_is_never_asked),
		cmocka_unit_test(owner_withholds_until_the_asker_is_served),
		cmocka_unit_test(eoi_of_a_withheld_active_one_counts),
		cmocka_unit_test(any_access_of_the_asker_ends_the_wait),
		cmocka_unit_test(owner_takes_it_back_in_the_end),
		cmocka_unit_test(asker_that_never_comes_back_lets_go),
		cmocka_unit_test(asker_that_is_reset_lets_go),
		cmocka_unit_test(two_askers_of_one_interrupt),
		cmocka_unit_test(two_vcpus_ask_each_other),
		cmocka_unit_test(what_needs_no_state_is_never_retried),
		cmocka_unit_test(active_outside_the_lrs_is_not_settled),
		cmocka_unit_test(own_active_outside_the_lrs_is_not_settled),
		cmocka_unit_test(held_outside_is_served_by_one_fold),
		cmocka_unit_test(patience_of_the_asker_is_for_each_wait),
		cmocka_unit_test(patience_of_the_owner_is_for_each_wait),
		cmocka_unit_test(an_owner_folds_for_itself),
		cmocka_unit_test(one_of_two_owners_takes_it_back),
		cmocka_unit_test(all_owners_are_asked_for_pending),
		cmocka_unit_test(pending_of_what_has_no_latch_is_known),
		cmocka_unit_test(dropped_outside_is_settled),
		cmocka_unit_test(withheld_in_one_word_of_two),
		cmocka_unit_test(t85_dir_of_what_is_active_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
