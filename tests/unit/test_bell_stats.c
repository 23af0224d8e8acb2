// SPDX-License-Identifier: BSD-2-Clause
/* STATS: how often a bell was rung, by whom and however it is passed on. */
#include "bell_world.h"

#define GSI 40u

static struct bell_world w;

static int setup(void **state)
{
	(void)state;
	bw_start(&w);
	return 0;
}

static void assert_stats(unsigned int vm, uint32_t bell, uint32_t signals, uint32_t coalesced,
			 uint32_t lost)
{
	uint32_t stats[3];

	assert_int_equal(bell_stats(&w.d[vm], bell, stats), BELLHOP_OK);
	assert_int_equal(stats[0], signals);
	assert_int_equal(stats[1], coalesced);
	assert_int_equal(stats[2], lost);
}

static void signals_are_counted(void **state)
{
	uint32_t b = bw_create(&w, 0);

	(void)state;
	assert_stats(0, b, 0, 0, 0);
	bw_signal(&w, 0, b, 5);
	assert_stats(0, b, 1, 0, 0);
	bw_signal(&w, 0, b, 1);
	bw_ring(&w, 0, b);
	assert_stats(0, b, 3, 2, 0);
	assert_int_equal(bw_read(&w, 0, b), 7);
	bw_ring(&w, 0, b);
	assert_stats(0, b, 4, 2, 0);
}

/* What was counted at CREATE nobody signalled. */
static void what_adds_nothing_is_not_counted(void **state)
{
	uint32_t b = bw_create_with(&w, 0, 0, BELLHOP_MAX_VALUE);

	(void)state;
	assert_int_equal(bw_signal(&w, 0, b, 0), BELLHOP_OK);
	assert_int_equal(bw_signal(&w, 0, b, 1), BELLHOP_AGAIN);
	assert_int_equal(bw_signal(&w, 0, b, UINT64_MAX), BELLHOP_INVAL);
	assert_stats(0, b, 0, 0, 0);
}

/* Signals by EL2 cannot be refused: the first one overflows the count, all others are lost. */
static void losses_are_counted(void **state)
{
	uint32_t b = bw_create_with(&w, 0, 0, BELLHOP_MAX_VALUE);

	(void)state;
	bw_ring(&w, 0, b);
	assert_stats(0, b, 1, 1, 0);
	bw_ring(&w, 0, b);
	bw_ring(&w, 0, b);
	assert_stats(0, b, 3, 3, 2);
}

static void a_masked_bell_counts(void **state)
{
	uint32_t b = bw_create(&w, 0);

	(void)state;
	assert_int_equal(bw_bind_virq(&w, 0, b, GSI, 0), BELLHOP_OK);
	assert_int_equal(bw_mask(&w, 0, b, 1), BELLHOP_OK);
	bw_signal(&w, 0, b, 1);
	bw_signal(&w, 0, b, 1);
	assert_stats(0, b, 2, 1, 0);
}

/* An irqfd passes on, in its own VM and in another one: nothing is readable meanwhile. */
static void irqfds_count_each_signal(void **state)
{
	uint32_t own = bw_create(&w, 1), other = bw_create(&w, 0);

	(void)state;
	w.d[1].serves |= 1u << 1;
	assert_int_equal(bw_irq(&w, 1, 1, GSI, own, 0, 0), BELLHOP_OK);
	assert_int_equal(bw_irq(&w, 0, 1, GSI, other, 0, 0), BELLHOP_OK);
	for (unsigned int i = 1; i <= 3; i++) {
		bw_signal(&w, 1, own, 1);
		bw_ring(&w, 1, own);
		bw_signal(&w, 0, other, 1);
		bw_ring(&w, 0, other);
		assert_stats(1, own, 2 * i, 0, 0);
		assert_stats(0, other, 2 * i, 0, 0);
	}
	assert_int_equal(w.input[1][GSI].pulses, 12);
}

/* So the ends of a level interrupt are what STATS says of its resample or eoi bell. */
static void ends_are_counted(void **state)
{
	uint32_t s = bw_create(&w, 0), r = bw_create(&w, 0), e = bw_create(&w, 0);

	(void)state;
	assert_int_equal(bw_irq(&w, 0, 1, GSI, s, r, BELLHOP_RESAMPLE), BELLHOP_OK);
	assert_int_equal(bw_eoi_bind(&w, 0, 1, s, e, 0), BELLHOP_OK);
	for (unsigned int i = 0; i < 3; i++) {
		bw_signal(&w, 0, s, 1);
		bw_signal(&w, 0, s, 1);
		bw_eoi(&w, 1, GSI);
	}
	assert_stats(0, s, 6, 0, 0);
	assert_stats(0, r, 3, 2, 0);
	assert_stats(0, e, 3, 2, 0);
}

static void peers_count_at_home(void **state)
{
	uint32_t b = bw_create(&w, 0), peer = 0, stats[3] = { 7, 8, 9 };

	(void)state;
	assert_int_equal(bw_op(&w, 0, BELLHOP_GRANT, b, 1, BELLHOP_RIGHT_SIGNAL, 0, 0, &peer),
			 BELLHOP_OK);
	assert_int_equal(bw_signal(&w, 1, peer, 1), BELLHOP_OK);
	assert_stats(0, b, 1, 0, 0);
	assert_int_equal(bell_stats(&w.d[1], peer, stats), BELLHOP_BADH);
	assert_int_equal(stats[0], 7);
}

static void only_of_bells(void **state)
{
	uint32_t b = bw_create(&w, 0), set = 0, stats[3] = { 7, 8, 9 };

	(void)state;
	assert_int_equal(bell_pollset_create(&w.d[0], 0, &set), BELLHOP_OK);
	assert_int_equal(bell_stats(&w.d[0], set, stats), BELLHOP_BADH);
	assert_int_equal(bell_stats(&w.d[0], 0, stats), BELLHOP_BADH);
	bw_signal(&w, 0, b, 1);
	assert_int_equal(bw_close(&w, 0, b), BELLHOP_OK);
	assert_int_equal(bell_stats(&w.d[0], b, stats), BELLHOP_BADH);
	assert_int_equal(stats[0], 7);
	/* The place is used again, and starts afresh. */
	assert_stats(0, bw_create(&w, 0), 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(signals_are_counted, setup),
		cmocka_unit_test_setup(what_adds_nothing_is_not_counted, setup),
		cmocka_unit_test_setup(losses_are_counted, setup),
		cmocka_unit_test_setup(a_masked_bell_counts, setup),
		cmocka_unit_test_setup(irqfds_count_each_signal, setup),
		cmocka_unit_test_setup(ends_are_counted, setup),
		cmocka_unit_test_setup(peers_count_at_home, setup),
		cmocka_unit_test_setup(only_of_bells, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
