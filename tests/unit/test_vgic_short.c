// SPDX-License-Identifier: BSD-2-Clause
/* The short ways to the list registers, and where they end (vgic_refresh.c). */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

/* One that changed is brought in alone, as long as there is room; nobody else's LR is looked at. */
static void the_short_way_is_taken_where_it_is_enough(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, SPI, LRS + 1);
	w.refreshes = 0;
	for (i = 0; i < LRS; i++)
		world_pulse(&w, SPI + i);
	expect_refreshes(&w, LRS);
	world_pulse(&w, SPI);
	expect_refreshes(&w, LRS + 1);
	world_pulse(&w, SPI + LRS);
	expect_refreshes(&w, LRS + 1);
	assert_int_equal(vgic_refresh_reads(world_locked(&w), 0), VGIC_NO_LR);
}

/* What is new needs no list register to be read; what is in one needs that one. */
static void short_way_reads_what_it_needs(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x80);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	w.deaf = true;
	world_pulse(&w, SPI);
	assert_int_equal(vgic_refresh_reads(world_locked(&w), 0), VGIC_NO_LR);
	world_enter(&w, 0);
	vgic_set_wiring(world_locked(&w), 0, SPI, VGIC_EDGE, 0);
	world_enable(&w, 0, SPI, false);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	world_pulse(&w, SPI + 1);
	assert_int_equal(vgic_refresh_reads(world_locked(&w), 0),
			 gich_model_find(&w.hw[0], SPI + 1));
	world_exit(&w, 0);
	assert_int_equal(vgic_refresh_reads(world_locked(&w), 0), VGIC_NO_LR);
	assert_int_equal(vgic_refresh(world_locked(&w), 0, VGIC_NO_LR, &w.gich[0], &w.effects),
			 VGIC_FOLD);
}

/* Somebody waits for another vCPU: what a fill has to leave out, the short way would not know. */
static void no_short_way_while_somebody_waits(void **state)
{
	uint32_t value = 0;

	(void)state;
	world_start(&w, 3, LRS);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x80);
	world_target(&w, SPI, 2);
	world_target(&w, SPI + 1, 4);
	world_pulse(&w, SPI);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	world_pulse(&w, SPI + 1);
	assert_int_equal(vgic_refresh(world_locked(&w), 2, VGIC_NO_LR, &w.gich[2], &w.effects),
			 VGIC_FOLD);
	world_enter(&w, 2);
	assert_int_equal(iar(&w, 2), SPI + 1);
}

/* Noted here, but in the LRs of the vCPU that is its target since. */
static void short_way_of_what_went_elsewhere(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	world_edge(&w, SPI, 0x80);
	world_target(&w, SPI, 2);
	w.deaf = true;
	world_pulse(&w, SPI);
	world_target(&w, SPI, 4);
	world_enter(&w, 2);
	assert_int_equal(vgic_refresh_reads(world_locked(&w), 1), VGIC_NO_LR);
	world_enter(&w, 1);
	assert_int_equal(world_valid_lrs(&w, 1), 0);
	assert_int_equal(iar(&w, 2), SPI);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
}

/* Ended in its LR, and pended by the guest: the fold has to say that it went inactive. */
static void no_short_way_past_the_end_of_a_hardware_interrupt(void **state)
{
	struct gich *gich = &w.gich[0];

	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, SPI, VGIC_HW, 0x80);
	world_hw_raise(&w, 0, SPI);
	eoi(&w, 0, iar(&w, 0));
	w.deaf = true;
	vgic_dist_write(world_locked(&w), 0, GICD_ISPENDR(1u), 4, 1u << (SPI % 32), &w.effects);
	assert_int_equal(vgic_refresh_reads(world_locked(&w), 0), 0);
	gich_model_read(&w.hw[0], gich);
	assert_int_equal(vgic_refresh(world_locked(&w), 0, 0, gich, &w.effects), VGIC_FOLD);
	assert_true(vgic_fold(world_locked(&w), 0, gich, &w.effects));
	assert_false(vgic_hw_in_flight(world_locked(&w), 0, SPI));
}

/* What is outside could be better than what is put in again: that takes a choice. */
static void no_short_way_where_something_is_outside(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x90);
	world_edge(&w, SPI + 2, 0xa0);
	w.deaf = true;
	w.late = true;
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	world_pulse(&w, SPI + 2);
	world_enter(&w, 0);
	assert_int_equal(gich_model_find(&w.hw[0], SPI + 2), GICH_MODEL_NO_LR);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	world_priority(&w, 0, SPI, 0xf0);
	world_pulse(&w, SPI);
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), SPI + 1);
	eoi(&w, 0, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 2);
}

/* An access by who waits ends the wait, so it goes the long way. */
static void no_short_way_for_the_sgi_of_who_waits(void **state)
{
	uint32_t self = GICD_SGIR_FILTER_SELF << GICD_SGIR_TARGETLISTFILTER_SHIFT | 5u;
	uint32_t value = 0;

	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	world_sgi(&w, 0, 1, 5);
	assert_int_equal(vgic_sgir_target(&w.vgic, 0, self), 0);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	assert_int_equal(vgic_sgir_target(&w.vgic, 0, self), VGIC_NO_VCPU);
	assert_int_equal(vgic_sgir_write(world_locked(&w), 0, self, &w.effects), VGIC_OK);
	assert_int_equal(w.vgic.askers, 0);
}

/* It was ended, and is disabled now: its list register is empty as it is. */
static void short_way_writes_nothing_where_nothing_is_left(void **state)
{
	struct gich *gich = &w.gich[0];
	unsigned int n;

	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	world_pulse(&w, SPI);
	eoi(&w, 0, iar(&w, 0));
	w.deaf = true;
	vgic_dist_write(world_locked(&w), 0, GICD_ICENABLER(1u), 4, 1u << (SPI % 32), &w.effects);
	n = vgic_refresh_reads(world_locked(&w), 0);
	assert_int_equal(n, 0);
	gich_model_read(&w.hw[0], gich);
	w.effects.kick = 0;
	assert_int_equal(vgic_refresh(world_locked(&w), 0, n, gich, &w.effects), VGIC_NO_LR);
	assert_int_equal(w.effects.kick, 0);
	assert_false(vgic_needs_fill(&w.vgic, 0));
}

/* Taken and ended without an exit: it goes into its old list register again, which is written. */
static void short_way_of_what_was_ended(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_pulse(&w, SPI);
	eoi(&w, 0, iar(&w, 0));
	world_sgi(&w, 1, 1, 5);
	w.refreshes = 0;
	world_sgi(&w, 1, 1, 5);
	expect_refreshes(&w, 1);
	eoi(&w, 0, iar(&w, 0));
	w.refreshes = 0;
	world_pulse(&w, SPI);
	expect_refreshes(&w, 1);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), 0);
	assert_int_equal(iar(&w, 0), SPI);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_short_way_is_taken_where_it_is_enough),
	cmocka_unit_test(short_way_reads_what_it_needs),
	cmocka_unit_test(no_short_way_while_somebody_waits),
	cmocka_unit_test(short_way_of_what_went_elsewhere),
	cmocka_unit_test(no_short_way_past_the_end_of_a_hardware_interrupt),
	cmocka_unit_test(no_short_way_where_something_is_outside),
	cmocka_unit_test(no_short_way_for_the_sgi_of_who_waits),
	cmocka_unit_test(short_way_writes_nothing_where_nothing_is_left),
	cmocka_unit_test(short_way_of_what_was_ended),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
