// SPDX-License-Identifier: BSD-2-Clause
/*
 * A level ends and rises again in its list register, without a fold (vgic/vgic_level.c).
 *
 * Maintenance interrupts do not arrive here: end() is what the hypervisor does at one.
 */
#include "vgic_world.h"

#define LRS 4u
#define FIRST 40u

static struct world w;

static void write_lr(unsigned int n, uint32_t lr)
{
	w.gich[0].lr[n] = lr;
	gich_model_write_lr(&w.hw[0], n, lr);
}

/* Returns what vgic_end_level() does; nobody knows better how the line is. */
static unsigned int end(unsigned int n)
{
	uint32_t lr = 0xdeadbeef;
	unsigned int intid = vgic_end_level(world_locked(&w), 0, n, &lr);

	if (intid == 0)
		assert_int_equal(lr, 0xdeadbeef);
	else
		write_lr(n, lr);
	return intid;
}

static bool rise(unsigned int vcpu, unsigned int intid)
{
	uint32_t lr;
	unsigned int n = vgic_again_level(world_locked(&w), vcpu, intid, &lr);

	if (n == VGIC_NO_LR)
		return false;
	assert_int_equal(w.hw[0].reg.lr[n], 0);
	write_lr(n, lr);
	return true;
}

/* Of SPI `intid`, whose driver wants to be told, the guest has taken one and ended it. */
static void level_ends(unsigned int intid)
{
	world_spi(&w, intid, VGIC_LEVEL, 0x40);
	vgic_set_notify(world_locked(&w), intid, true);
	world_line(&w, intid, true);
	assert_int_equal(iar(&w, 0), intid);
	w.late = true;
	eoi(&w, 0, intid);
}

static void start(void)
{
	world_start(&w, 1, LRS);
	vgic_effects_clear(&w.effects);
}

static void an_end_is_told_once(void **state)
{
	(void)state;
	start();
	level_ends(FIRST);
	assert_int_equal(end(0), FIRST);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(end(0), 0);
	world_exit(&w, 0);
	assert_int_equal(w.ended[FIRST], 0); /* not by the fold as well */
	assert_int_equal(rd(&w, GICD_ISPENDR(1)) | rd(&w, GICD_ISACTIVER(1)), 0);
	world_enter(&w, 0);
	assert_int_equal(vgic_lrs_in_use(&w.vgic, 0), 0);
}

static void it_rises_again(void **state)
{
	uint32_t filled;

	(void)state;
	start();
	world_spi(&w, FIRST, VGIC_LEVEL, 0x40);
	world_line(&w, FIRST, true);
	filled = w.hw[0].reg.lr[0];
	level_ends(FIRST);
	assert_false(rise(0, FIRST)); /* its end was not told yet */
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(end(0), FIRST);
		assert_true(rise(0, FIRST));
		assert_false(rise(0, FIRST)); /* it is high */
		assert_int_equal(w.hw[0].reg.lr[0], filled);
		assert_int_equal(iar(&w, 0), FIRST);
		eoi(&w, 0, FIRST);
	}
	world_exit(&w, 0);
	assert_int_equal(w.ended[FIRST], 1); /* the last one, by the fold */
}

/* Edges are in the list registers before it. From 32 on GICH_EISR1 shows them, to the fold. */
static void any_spi_in_any_of_the_first_lrs(void **state)
{
	static const struct {
		unsigned int n, intid, told;
	} cases[] = {
		{ 0, 32, 32 }, { 0, 63, 63 }, { 0, 64, 64 }, { 31, 127, 127 }, { 32, 100, 0 }
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_start(&w, 1, VGIC_MAX_LRS);
		for (unsigned int k = 0; k < cases[i].n; k++) {
			world_edge(&w, FIRST + k, 0x80);
			world_pulse(&w, FIRST + k);
		}
		level_ends(cases[i].intid);
		assert_int_equal(end(cases[i].n), cases[i].told);
		assert_int_equal(rise(0, cases[i].intid), cases[i].told != 0);
	}
	world_exit(&w, 0);
	assert_int_equal(w.ended[100], 1);
}

/* Nobody has to be told: then the line is as it was, and says whether it comes again. */
static void a_line_that_stays_high_comes_again(void **state)
{
	(void)state;
	start();
	level_ends(FIRST);
	vgic_set_notify(world_locked(&w), FIRST, false);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(end(0), VGIC_ENDED);
		assert_int_equal(iar(&w, 0), FIRST);
		eoi(&w, 0, FIRST);
	}
	world_line(&w, FIRST,
		   false); /* while it may be pending still: the fold sees that it is not */
	assert_int_equal(end(0), 0);
	world_refill(&w, 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(w.ended[FIRST], 0);
}

/* Pending by its latch alone. */
static void a_line_that_is_low_does_not(void **state)
{
	(void)state;
	start();
	world_spi(&w, FIRST, VGIC_LEVEL, 0x40);
	wr(&w, GICD_ISPENDR(1), 1u << FIRST % 32);
	assert_int_equal(iar(&w, 0), FIRST);
	w.late = true;
	eoi(&w, 0, FIRST);
	assert_int_equal(end(0), VGIC_ENDED);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_true(rise(0, FIRST));
	assert_int_equal(iar(&w, 0), FIRST);
}

/* What happens to it meanwhile, other than that its line rises, is seen by the next entry. */
static void ispendr_behind_an_end(void **state)
{
	(void)state;
	start();
	level_ends(FIRST);
	assert_int_equal(end(0), FIRST);
	wr(&w, GICD_ISPENDR(1), 1u << FIRST % 32);
	assert_false(rise(0, FIRST));
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), FIRST);
	eoi(&w, 0, FIRST);
	assert_int_equal(end(0), FIRST); /* the latch is taken, and does not come back */
	assert_true(rise(0, FIRST));
	world_exit(&w, 0);
	world_line(&w, FIRST, false);
	assert_int_equal(rd(&w, GICD_ISPENDR(1)), 0);
}

static void masked_behind_an_end(void **state)
{
	(void)state;
	start();
	level_ends(FIRST);
	assert_int_equal(end(0), FIRST);
	world_enable(&w, 0, FIRST, false);
	world_line(&w, FIRST, true);
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, FIRST, true);
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), FIRST);
}

static void a_new_priority_behind_an_end(void **state)
{
	(void)state;
	start();
	level_ends(FIRST);
	assert_int_equal(end(0), FIRST);
	w.deaf = true;
	world_priority(&w, 0, FIRST, 0x20);
	assert_false(rise(0, FIRST));
	world_line(&w, FIRST, true);
	world_enter(&w, 0);
	assert_int_equal(gich_lr_priority(w.hw[0].reg.lr[0]), 0x20);
	assert_int_equal(iar(&w, 0), FIRST);
}

/* The long way of a rise: another interrupt has changed as well. */
static void it_rises_beside_another(void **state)
{
	(void)state;
	start();
	level_ends(FIRST);
	assert_int_equal(end(0), FIRST);
	w.deaf = true;
	world_spi(&w, FIRST + 1, VGIC_EDGE, 0x40);
	world_pulse(&w, FIRST + 1);
	assert_false(rise(0, FIRST));
	world_line(&w, FIRST, true);
	assert_true(w.effects.kick & 1);
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), FIRST);
	eoi(&w, 0, FIRST);
	assert_int_equal(iar(&w, 0), FIRST + 1);
}

/* It rises without its vCPU's CPU, which is kicked. */
static void it_rises_elsewhere(void **state)
{
	(void)state;
	start();
	level_ends(FIRST);
	assert_int_equal(end(0), FIRST);
	vgic_effects_clear(&w.effects);
	w.deaf = true;
	world_line(&w, FIRST, true);
	assert_int_equal(w.effects.kick, 1);
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), FIRST);
}

static void it_falls_before_it_is_taken(void **state)
{
	(void)state;
	start();
	level_ends(FIRST);
	assert_int_equal(end(0), FIRST);
	assert_true(rise(0, FIRST));
	world_line(&w, FIRST, false);
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

/* Not an edge, a list register that is not in use, or anything while a vCPU waits for another. */
static void an_end_and_nothing_else(void **state)
{
	(void)state;
	start();
	w.resample = true;
	world_spi(&w, FIRST, VGIC_EDGE, 0x40);
	world_pulse(&w, FIRST);
	assert_int_equal(iar(&w, 0), FIRST);
	eoi(&w, 0, FIRST);
	assert_int_equal(end(0), 0);
	assert_int_equal(end(LRS - 1), 0);
	assert_int_equal(end(32), 0);
	level_ends(FIRST + 1);
	w.vgic.askers = 1;
	assert_int_equal(end(1), 0);
	w.vgic.askers = 0;
	w.deaf = true;
	world_spi(&w, FIRST + 2, VGIC_EDGE, 0x40);
	world_pulse(&w, FIRST + 2);
	assert_int_equal(end(1), 0);
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), FIRST + 2);
}

/* Filled as active, its latch set meanwhile: its end makes it pending, which is the fold's. */
static void not_one_that_was_filled_as_active(void **state)
{
	(void)state;
	start();
	world_spi(&w, FIRST, VGIC_LEVEL, 0x40);
	world_line(&w, FIRST, true);
	assert_int_equal(iar(&w, 0), FIRST);
	world_refill(&w, 0);
	wr(&w, GICD_ISPENDR(1), 1u << FIRST % 32);
	w.late = true;
	eoi(&w, 0, FIRST);
	assert_int_equal(end(0), 0);
	world_line(&w, FIRST, false);
	world_refill(&w, 0);
	assert_int_equal(iar(&w, 0), FIRST);
}

/* LR.EOI is there for other reasons: an SGI from two, a timer that was pended while it is active.
 * */
static void not_sgis_and_timers(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	w.deaf = true;
	world_sgi(&w, 1, 1, 5);
	world_sgi(&w, 2, 1, 5);
	world_refill(&w, 0);
	w.late = true;
	assert_int_equal(iar(&w, 0), 5 | 1 << 10);
	eoi(&w, 0, 5 | 1 << 10);
	assert_int_equal(end(0), 0);
	world_refill(&w, 0);
	assert_int_equal(iar(&w, 0), 5 | 2 << 10);

	start();
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	world_hw_raise(&w, 0, WORLD_VTIMER);
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	wr(&w, GICD_ISPENDR(0), 1u << WORLD_VTIMER);
	world_refill(&w, 0);
	w.late = true;
	eoi(&w, 0, WORLD_VTIMER);
	assert_true(gich_lr_eoi_signalled(w.hw[0].reg.lr[0]));
	assert_int_equal(end(0), 0);
}

/* Its wiring was changed while it was in its list register. */
static void not_one_that_became_an_edge(void **state)
{
	(void)state;
	start();
	level_ends(FIRST);
	vgic_set_wiring(world_locked(&w), 0, FIRST, VGIC_EDGE, 0);
	assert_int_equal(end(0), 0);
	vgic_set_wiring(world_locked(&w), 0, FIRST, VGIC_LEVEL, 0);
	assert_int_equal(end(0), FIRST);
	vgic_set_wiring(world_locked(&w), 0, FIRST, VGIC_EDGE, 0);
	assert_false(rise(0, FIRST));
	world_pulse(&w, FIRST);
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), FIRST);
}

static void not_what_is_elsewhere(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	level_ends(FIRST);
	assert_int_equal(end(0), FIRST);
	assert_false(rise(1, FIRST)); /* another vCPU's */
	assert_false(rise(0, FIRST + 1));
	assert_false(rise(0, 15));
	assert_false(rise(0, 128));
	assert_false(rise(0, UINT32_MAX));
	assert_true(rise(0, FIRST));
}

/* As long as not everything fits there is something to choose. */
static void not_where_something_is_outside(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	w.deaf = true;
	for (unsigned int i = 0; i < 3; i++) {
		world_spi(&w, FIRST + i, VGIC_LEVEL, 0x40 + 8 * i);
		world_line(&w, FIRST + i, true);
	}
	world_refill(&w, 0);
	w.late = true;
	assert_int_equal(iar(&w, 0), FIRST);
	eoi(&w, 0, FIRST);
	assert_int_equal(end(0), 0);
	assert_int_equal(end(1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_end_is_told_once),
		cmocka_unit_test(it_rises_again),
		cmocka_unit_test(any_spi_in_any_of_the_first_lrs),
		cmocka_unit_test(a_line_that_stays_high_comes_again),
		cmocka_unit_test(a_line_that_is_low_does_not),
		cmocka_unit_test(ispendr_behind_an_end),
		cmocka_unit_test(masked_behind_an_end),
		cmocka_unit_test(a_new_priority_behind_an_end),
		cmocka_unit_test(it_rises_beside_another),
		cmocka_unit_test(it_rises_elsewhere),
		cmocka_unit_test(it_falls_before_it_is_taken),
		cmocka_unit_test(an_end_and_nothing_else),
		cmocka_unit_test(not_one_that_was_filled_as_active),
		cmocka_unit_test(not_sgis_and_timers),
		cmocka_unit_test(not_one_that_became_an_edge),
		cmocka_unit_test(not_what_is_elsewhere),
		cmocka_unit_test(not_where_something_is_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
