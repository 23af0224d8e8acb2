// SPDX-License-Identifier: BSD-2-Clause
/* Registers that are read without the lock (vgic_dist_peek()). */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

static struct world w;

/* What can be read without the lock reads the same; state that list registers can have cannot. */
static void a_peek_is_a_read(void **state)
{
	unsigned int peeks = 0;
	uint32_t offset;

	(void)state;
	world_start(&w, 2, 4);
	world_enable(&w, 1, 3 + GIC_FIRST_PPI, true);
	world_edge(&w, 40, 0x40);
	for (offset = 0; offset < GICD_FRAME_SIZE; offset += 4) {
		uint32_t peeked = 0;
		uint32_t value = 1;

		if (!vgic_dist_peek(&w.vgic, 1, offset, &peeked))
			continue;
		peeks++;
		assert_false(offset >= GICD_ISPENDR(0u) && offset < GICD_IPRIORITYR(0u));
		assert_int_equal(vgic_dist_read(world_locked(&w), 1, offset, 4, &value, &w.effects),
				 VGIC_OK);
		assert_int_equal(peeked, value);
	}
	assert_true(peeks > 0x180 / 4);
	for (offset = 1; offset < 4; offset++)
		assert_false(vgic_dist_peek(&w.vgic, 0, GICD_TYPER + offset, &peeks));
	assert_false(vgic_dist_peek(&w.vgic, 0, GICD_FRAME_SIZE, &peeks));
}

/* The wait of a vCPU ends with its next access, so no access may pass by. */
static void no_peek_while_somebody_waits(void **state)
{
	uint32_t value;

	(void)state;
	world_start(&w, 2, 4);
	world_edge(&w, 40, 0x40);
	world_target(&w, 40, 2);
	world_pulse(&w, 40);
	w.deaf = true;
	assert_true(vgic_dist_peek(&w.vgic, 0, GICD_TYPER, &value));
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	assert_false(vgic_dist_peek(&w.vgic, 0, GICD_TYPER, &value));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_peek_is_a_read),
	cmocka_unit_test(no_peek_while_somebody_waits),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
