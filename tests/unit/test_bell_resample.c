// SPDX-License-Identifier: BSD-2-Clause
/* Resamplers and the sources of a line: cases T47, T96 to T102, T113 and T119. */
#include "bell_world.h"

#define DM BELL_WORLD_DM
#define CLIENT BELL_WORLD_CLIENT
#define GSI 50u

static struct bell_world w;

static int setup(void **state)
{
	(void)state;
	bw_start(&w);
	return 0;
}

static struct bell_input *input(void)
{
	return &w.input[CLIENT][GSI];
}

static void line_is_low(struct bell_world *world, struct bell_ref post)
{
	world->scratch[0]++;
	assert_int_equal(post.kind, REF_LINK);
	assert_false(world->input[CLIENT][GSI].high);
}

static void t96_lowered_before_it_is_told(void **state)
{
	uint32_t r = bw_create(&w, DM);
	uint32_t s = bw_irqfd(&w, GSI, r, BELLHOP_RESAMPLE);

	(void)state;
	assert_true(input()->notify);
	bw_signal(&w, DM, s, 1);
	assert_true(input()->high);
	assert_int_equal(bw_count(&w, DM, r), 0);
	w.before_post = line_is_low;
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(w.scratch[0], 1);
	assert_int_equal(bw_read(&w, DM, r), 1);
	assert_false(input()->high);
}

/* The one that is told first asserts again before the second one is told. */
static void assert_again(struct bell_world *world, struct bell_ref post)
{
	(void)post;
	if (world->scratch[0]++ != 1)
		return;
	world->before_post = NULL;
	bw_signal(world, DM, world->scratch[1], 1);
}

static void t97_a_reassert_survives_the_others_notice(void **state)
{
	uint32_t r1 = bw_create(&w, DM);
	uint32_t r2 = bw_create(&w, DM);
	uint32_t s1 = bw_irqfd(&w, GSI, r1, BELLHOP_RESAMPLE);

	(void)state;
	bw_irqfd(&w, GSI, r2, BELLHOP_RESAMPLE);
	bw_signal(&w, DM, s1, 1);
	w.scratch[1] = s1;
	w.before_post = assert_again;
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(w.scratch[0], 2);
	assert_int_equal(bw_read(&w, DM, r1), 1);
	assert_int_equal(bw_read(&w, DM, r2), 1);
	assert_true(input()->high);
	bw_eoi(&w, CLIENT, GSI);
	assert_false(input()->high);
	assert_int_equal(bw_read(&w, DM, r1), 1);
	assert_int_equal(bw_read(&w, DM, r2), 1);
}

static void t98_two_signals_are_one_interrupt(void **state)
{
	uint32_t r = bw_create(&w, DM);
	uint32_t s = bw_irqfd(&w, GSI, r, BELLHOP_RESAMPLE);

	(void)state;
	bw_signal(&w, DM, s, 1);
	bw_signal(&w, DM, s, 1);
	bw_eoi(&w, CLIENT, GSI);
	assert_false(input()->high);
	assert_int_equal(bw_read(&w, DM, r), 1);
}

static void t99_one_of_two_leaves(void **state)
{
	uint32_t r1 = bw_create(&w, DM);
	uint32_t r2 = bw_create(&w, DM);
	uint32_t s1 = bw_irqfd(&w, GSI, r1, BELLHOP_RESAMPLE);

	(void)state;
	bw_irqfd(&w, GSI, r2, BELLHOP_RESAMPLE);
	bw_signal(&w, DM, s1, 1);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s1, 0, BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_true(input()->high);
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(bw_read(&w, DM, r1), BELLHOP_AGAIN);
	assert_int_equal(bw_read(&w, DM, r2), 1);
	assert_false(input()->high);
}

static void t100_the_last_one_lowers_the_line(void **state)
{
	uint32_t r = bw_create(&w, DM);
	uint32_t s = bw_irqfd(&w, GSI, r, BELLHOP_RESAMPLE);

	(void)state;
	bw_signal(&w, DM, s, 1);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_false(input()->high);
	assert_false(input()->notify);
	assert_int_equal(input()->wiring, BELL_WIRING_NONE);
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(bw_read(&w, DM, r), BELLHOP_AGAIN);
	/* The bell counts again, and can be bound otherwise. */
	bw_signal(&w, DM, s, 2);
	assert_int_equal(bw_read(&w, DM, s), 2);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, 0), BELLHOP_OK);
}

static void t101_sources_are_independent(void **state)
{
	uint32_t r = bw_create(&w, DM);
	uint32_t s = bw_irqfd(&w, GSI, r, BELLHOP_RESAMPLE);
	uint32_t level = bw_irqfd(&w, GSI, 0, BELLHOP_LEVEL);

	(void)state;
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 1), BELLHOP_OK);
	bw_signal(&w, DM, s, 1);
	bw_eoi(&w, CLIENT, GSI);
	assert_true(input()->high);
	assert_int_equal(bw_read(&w, DM, r), 1);
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 0), BELLHOP_OK);
	assert_false(input()->high);
	/* LEVEL without an eoifd stays until it is unbound. */
	bw_signal(&w, DM, level, 1);
	bw_signal(&w, DM, level, 1);
	bw_eoi(&w, CLIENT, GSI);
	assert_true(input()->high);
	bw_signal(&w, DM, s, 1);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, level, 0, BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_true(input()->high);
	bw_eoi(&w, CLIENT, GSI);
	assert_false(input()->high);
}

static void t102_closing_the_resample_bell(void **state)
{
	uint32_t r = bw_create(&w, DM);
	uint32_t s = bw_irqfd(&w, GSI, r, BELLHOP_RESAMPLE);

	(void)state;
	assert_int_equal(bw_close(&w, DM, r), BELLHOP_OK);
	bw_signal(&w, DM, s, 1);
	assert_true(input()->high);
	bw_eoi(&w, CLIENT, GSI);
	assert_false(input()->high);
	assert_int_equal(w.n_posts, 1); /* the signal; there is nobody for the EOI */
	/* A new bell in the old one's place is not told either. */
	r = bw_create(&w, DM);
	bw_signal(&w, DM, s, 1);
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(bw_read(&w, DM, r), BELLHOP_AGAIN);
}

static void t47_enable_looks_again(void **state)
{
	uint32_t r = bw_create(&w, DM);
	uint32_t e = bw_create(&w, DM);
	uint32_t s = bw_irqfd(&w, GSI, r, BELLHOP_RESAMPLE);

	(void)state;
	assert_int_equal(bw_eoi_bind(&w, DM, CLIENT, s, e, 0), BELLHOP_OK);
	bw_signal(&w, DM, s, 1);
	bw_enable(&w, CLIENT, GSI);
	assert_false(input()->high);
	assert_int_equal(bw_read(&w, DM, r), 1);
	assert_int_equal(bw_read(&w, DM, e), BELLHOP_AGAIN);
	/* Without its own source there is nothing that could be over. */
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 1), BELLHOP_OK);
	bw_enable(&w, CLIENT, GSI);
	assert_true(input()->high);
	assert_int_equal(bw_read(&w, DM, r), BELLHOP_AGAIN);
}

/* Who asserts says so again, or lowers: a reset is not his. */
static void t113_levels_outlive_a_reset(void **state)
{
	uint32_t own = bw_create(&w, CLIENT);
	uint32_t s = bw_irqfd(&w, GSI, 0, BELLHOP_LEVEL);

	(void)state;
	bw_signal(&w, DM, s, 1);
	assert_int_equal(bw_set_level(&w, CLIENT, GSI + 1, 1), BELLHOP_OK);
	assert_int_equal(bw_bind_virq(&w, CLIENT, own, GSI + 2, BELLHOP_LEVEL), BELLHOP_OK);
	bw_signal(&w, CLIENT, own, 1);
	bw_reset(&w, CLIENT);
	for (unsigned int i = 0; i < 3; i++)
		assert_true(w.input[CLIENT][GSI + i].high);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_false(input()->high);
}

static void t113_reset_keeps_what_is_bound(void **state)
{
	uint32_t r = bw_create(&w, DM);
	uint32_t e = bw_create(&w, DM);
	uint32_t s = bw_irqfd(&w, GSI, r, BELLHOP_RESAMPLE);

	(void)state;
	assert_int_equal(bw_eoi_bind(&w, DM, CLIENT, s, e, 0), BELLHOP_OK);
	bw_signal(&w, DM, s, 1);
	bw_reset(&w, CLIENT);
	assert_false(input()->high);
	assert_int_equal(bw_read(&w, DM, r), 1);
	assert_int_equal(bw_read(&w, DM, e), BELLHOP_AGAIN);
	bw_reset(&w, CLIENT);
	assert_int_equal(bw_read(&w, DM, r), BELLHOP_AGAIN);
	bw_signal(&w, DM, s, 1);
	assert_true(input()->high);
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(bw_read(&w, DM, r), 1);
	assert_int_equal(bw_read(&w, DM, e), 1);
}

/* A resample bell that rings its own line again: an interrupt for each EOI, and no more. */
static void t119_a_loop_ends(void **state)
{
	uint32_t a = bw_create(&w, DM);
	uint32_t b = bw_create(&w, DM);

	(void)state;
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, a, b, BELLHOP_RESAMPLE), BELLHOP_OK);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, b, a, BELLHOP_RESAMPLE), BELLHOP_OK);
	bw_signal(&w, DM, a, 1);
	for (unsigned int i = 0; i < 100; i++) {
		uint32_t before = w.n_posts;

		assert_true(input()->high);
		bw_eoi(&w, CLIENT, GSI);
		assert_int_equal(w.n_posts - before, 4);
	}
	/* The same within one VM. */
	a = bw_create(&w, DM);
	b = bw_create(&w, DM);
	assert_int_equal(bw_irq(&w, DM, DM, GSI, a, b, BELLHOP_RESAMPLE), BELLHOP_OK);
	assert_int_equal(bw_irq(&w, DM, DM, GSI, b, a, BELLHOP_RESAMPLE), BELLHOP_OK);
	bw_signal(&w, DM, a, 1);
	for (unsigned int i = 0; i < 100; i++) {
		assert_true(w.input[DM][GSI].high);
		bw_eoi(&w, DM, GSI);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(t96_lowered_before_it_is_told, setup),
		cmocka_unit_test_setup(t97_a_reassert_survives_the_others_notice, setup),
		cmocka_unit_test_setup(t98_two_signals_are_one_interrupt, setup),
		cmocka_unit_test_setup(t99_one_of_two_leaves, setup),
		cmocka_unit_test_setup(t100_the_last_one_lowers_the_line, setup),
		cmocka_unit_test_setup(t101_sources_are_independent, setup),
		cmocka_unit_test_setup(t102_closing_the_resample_bell, setup),
		cmocka_unit_test_setup(t47_enable_looks_again, setup),
		cmocka_unit_test_setup(t113_levels_outlive_a_reset, setup),
		cmocka_unit_test_setup(t113_reset_keeps_what_is_bound, setup),
		cmocka_unit_test_setup(t119_a_loop_ends, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
