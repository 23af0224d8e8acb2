// SPDX-License-Identifier: BSD-2-Clause
/* Waiting for what another vCPU has: who is asked, for what, and for how long (vgic_ask.c). */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

static struct vgic_locked locked(void)
{
	return (struct vgic_locked){ &w.vgic };
}

static void edge(unsigned int intid, unsigned int priority)
{
	world_spi(&w, intid, VGIC_EDGE, priority);
}

/* One owner has taken back what was asked for; of the other one it is still kept. */
static void what_two_owners_have_expires_one_by_one(void **state)
{
	uint32_t value;
	unsigned int i;

	(void)state;
	world_start(&w, 8, LRS);
	for (i = 1; i < 3; i++) {
		edge(SPI + i, 0x80);
		world_target(&w, SPI + i, 1u << i);
		world_pulse(&w, SPI + i);
		assert_int_equal(iar(&w, i), SPI + i);
	}
	w.deaf = true;
	vgic_effects_clear(&w.effects);
	assert_int_equal(world_try_read(&w, 3, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	assert_int_equal(w.effects.ask, 1u << 1 | 1u << 2);
	world_enter(&w, 1);
	world_enter(&w, 2);
	for (i = 0; i < 1000 && gich_model_find(&w.hw[1], SPI + 1) < 0; i++)
		world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI + 1) >= 0);
	assert_int_equal(w.vgic.askers, 1u << 3);
	assert_int_equal(gich_model_find(&w.hw[2], SPI + 2), GICH_MODEL_NO_LR);
	for (i = 0; i < 1000 && gich_model_find(&w.hw[2], SPI + 2) < 0; i++)
		world_enter(&w, 2);
	assert_int_equal(w.vgic.askers, 0);
}

/* What another vCPU has in an LR concerns only who looks at that bit. */
static void only_the_bits_of_the_access_are_asked_for(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edge(SPI, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	w.deaf = true;
	vgic_effects_clear(&w.effects);
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, 1u << (SPI % 32 + 1),
					 &w.effects),
			 VGIC_OK);
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ISACTIVER(1u), 4, 0, &w.effects),
			 VGIC_OK);
	assert_int_equal(w.effects.ask, 0);
}

/* The answer to an access that was given up is not the answer to the next one. */
static void what_was_served_is_forgotten_when_it_expires(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 2, 1);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x40);
	world_target(&w, SPI, 2);
	world_target(&w, SPI + 1, 2);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 1), SPI);
	world_pulse(&w, SPI + 1);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	for (i = 0; i < 1000 && w.vgic.askers != 0; i++)
		world_refill(&w, 1);
	assert_int_equal(w.vgic.askers, 0);
	assert_int_equal(
		vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, 1u << (SPI % 32), &w.effects),
		VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(
		vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, 1u << (SPI % 32), &w.effects),
		VGIC_OK);
}

/* The answer to a wait that another access ended is not the answer to the next one. */
static void what_was_served_is_forgotten_when_the_wait_ends(void **state)
{
	uint32_t bit = 1u << (SPI % 32);
	uint32_t value = 0;

	(void)state;
	world_start(&w, 2, 1);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x40);
	world_target(&w, SPI, 2);
	world_target(&w, SPI + 1, 2);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 1), SPI);
	world_pulse(&w, SPI + 1);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(world_try_read(&w, 0, GICD_TYPER, &value), VGIC_OK);
	world_enter(&w, 1);
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, bit, &w.effects),
			 VGIC_RETRY);
	/* Asked for is not served */
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, bit, &w.effects),
			 VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, bit, &w.effects),
			 VGIC_OK);
}

static void end_of_a_wait_concerns_its_owner_only(void **state)
{
	uint32_t value = 0;

	(void)state;
	world_start(&w, 3, LRS);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	w.deaf = true;
	assert_int_equal(
		vgic_dist_write(locked(), 2, GICD_ISACTIVER(1u), 4, 1u << (SPI % 32), &w.effects),
		VGIC_RETRY);
	world_refill(&w, 1);
	w.effects.kick = 0;
	assert_int_equal(vgic_dist_read(locked(), 2, GICD_TYPER, 4, &value, &w.effects), VGIC_OK);
	assert_int_equal(w.effects.kick, 2);
	assert_int_equal(w.vgic.askers, 0);
	world_enter(&w, 1);
	assert_int_equal(world_try_read(&w, 2, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	assert_int_equal(vgic_dist_read(locked(), 2, 2, 4, &value, &w.effects), VGIC_ABORT);
	assert_int_equal(w.vgic.askers, 0);
}

/* Bit 0 of its word, which is all that is asked for. */
static void asker_of_the_first_bit_lets_go(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 2, LRS);
	edge(64, 0x80);
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
	cmocka_unit_test(what_two_owners_have_expires_one_by_one),
	cmocka_unit_test(only_the_bits_of_the_access_are_asked_for),
	cmocka_unit_test(what_was_served_is_forgotten_when_it_expires),
	cmocka_unit_test(what_was_served_is_forgotten_when_the_wait_ends),
	cmocka_unit_test(end_of_a_wait_concerns_its_owner_only),
	cmocka_unit_test(asker_of_the_first_bit_lets_go),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
