// SPDX-License-Identifier: BSD-2-Clause
/* Waiting for what another vCPU has: who is asked, and for what (vgic_ask.c). */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

static enum vgic_status ask(unsigned int vcpu, uint32_t *value)
{
	return world_try_read(&w, vcpu, GICD_ISACTIVER(SPI / 32u), value);
}

static enum vgic_status icactiver(unsigned int intid)
{
	return vgic_dist_write(world_locked(&w), 0, GICD_ICACTIVER(SPI / 32u), 4,
			       1u << (intid % 32), &w.effects);
}

/* One list register: vCPU `owner` has acknowledged SPI, and another one is in its place. */
static void active_outside(unsigned int n_vcpus, unsigned int owner)
{
	world_start(&w, n_vcpus, 1);
	world_acknowledge(&w, owner, SPI);
	world_evict(&w, owner, SPI + 1);
	assert_int_equal(gich_model_find(&w.hw[owner], SPI), GICH_MODEL_NO_LR);
	w.deaf = true;
	w.late = true;
	vgic_effects_clear(&w.effects);
}

/* What another vCPU has in an LR concerns only who looks at that bit. */
static void only_the_bits_of_the_access_are_asked_for(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	w.deaf = true;
	vgic_effects_clear(&w.effects);
	assert_int_equal(icactiver(SPI + 1), VGIC_OK);
	assert_int_equal(vgic_dist_write(world_locked(&w), 0, GICD_ISACTIVER(1u), 4, 0, &w.effects),
			 VGIC_OK);
	assert_int_equal(w.effects.ask, 0);
}

/* Two that have to be looked at, in the LRs of two vCPUs: both are asked. */
static void all_owners_are_asked_for_pending(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 3, LRS);
	for (i = 1; i < 3; i++) {
		world_edge(&w, SPI + i, 0x80);
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
	world_edge(&w, 32, 0x80);
	world_pulse(&w, 32);
	assert_int_equal(iar(&w, 0), 32);
	world_refill(&w, 0);
	assert_int_equal(
		vgic_dist_read(world_locked(&w), 0, GICD_ISPENDR(1u), 4, &value, &w.effects),
		VGIC_OK);
	assert_int_equal(value, 0);
}

/* Pending in vCPU 1's LR by a latch, and now by its line as well: whatever the guest there does. */
static void pending_by_its_line_is_known(void **state)
{
	uint32_t value = 0;

	(void)state;
	world_start(&w, 2, LRS);
	world_spi(&w, SPI, VGIC_LEVEL, 0x80);
	world_target(&w, SPI, 2);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISPENDR(SPI / 32u), &value), VGIC_RETRY);
	world_line(&w, SPI, true);
	assert_int_equal(world_try_read(&w, 0, GICD_ISPENDR(SPI / 32u), &value), VGIC_OK);
	assert_int_equal(value, 1u << SPI % 32);
}

static void end_of_a_wait_concerns_its_owner_only(void **state)
{
	uint32_t value = 0;

	(void)state;
	world_start(&w, 3, LRS);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	w.deaf = true;
	assert_int_equal(vgic_dist_write(world_locked(&w), 2, GICD_ISACTIVER(1u), 4,
					 1u << (SPI % 32), &w.effects),
			 VGIC_RETRY);
	world_refill(&w, 1);
	w.effects.kick = 0;
	assert_int_equal(vgic_dist_read(world_locked(&w), 2, GICD_TYPER, 4, &value, &w.effects),
			 VGIC_OK);
	assert_int_equal(w.effects.kick, 2);
	assert_int_equal(w.vgic.askers, 0);
	world_enter(&w, 1);
	assert_int_equal(world_try_read(&w, 2, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	assert_int_equal(vgic_dist_read(world_locked(&w), 2, 2, 4, &value, &w.effects), VGIC_ABORT);
	assert_int_equal(w.vgic.askers, 0);
}

/* The answer to a wait that another access ended is not the answer to the next one. */
static void what_was_served_is_forgotten_when_the_wait_ends(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_outside(2, 1);
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(world_try_read(&w, 0, GICD_TYPER, &value), VGIC_OK);
	world_enter(&w, 1);
	assert_int_equal(icactiver(SPI), VGIC_RETRY);
	/* Asked for is not served */
	assert_int_equal(icactiver(SPI), VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(icactiver(SPI), VGIC_OK);
}

/* It was evicted, its EOI is counted but not folded: the truth is in GICH_HCR. */
static void active_outside_the_lrs_is_not_settled(void **state)
{
	uint32_t value = 0;

	(void)state;
	active_outside(2, 0);
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
	active_outside(1, 0);
	eoi(&w, 0, SPI);
	assert_int_equal(ask(0, &value), VGIC_OK);
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
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x40);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	w.deaf = true;
	world_exit(&w, 1);
	assert_int_equal(vgic_dir_write(world_locked(&w), 1, SPI, &w.effects), VGIC_OK);
}

/* Each of two owners has one active outside its only LR: each has to fold. */
static void an_owner_folds_for_itself(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 3, 1);
	for (i = 1; i < 3; i++) {
		world_acknowledge(&w, i, SPI + i);
		world_evict(&w, i, SPI + 32 + i); /* by one of another word */
	}
	w.deaf = true;
	w.late = true;
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_refill(&w, 1);
	eoi(&w, 2, SPI + 2);
	assert_int_equal(ask(0, &value), VGIC_RETRY);
	world_refill(&w, 2);
	assert_int_equal(ask(0, &value), VGIC_OK);
	assert_int_equal(value, 1u << (SPI + 1) % 32);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(only_the_bits_of_the_access_are_asked_for),
	cmocka_unit_test(all_owners_are_asked_for_pending),
	cmocka_unit_test(pending_of_what_has_no_latch_is_known),
	cmocka_unit_test(pending_by_its_line_is_known),
	cmocka_unit_test(end_of_a_wait_concerns_its_owner_only),
	cmocka_unit_test(what_was_served_is_forgotten_when_the_wait_ends),
	cmocka_unit_test(active_outside_the_lrs_is_not_settled),
	cmocka_unit_test(own_active_outside_the_lrs_is_not_settled),
	cmocka_unit_test(dropped_outside_is_settled),
	cmocka_unit_test(an_owner_folds_for_itself),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
