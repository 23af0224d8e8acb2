// SPDX-License-Identifier: BSD-2-Clause
/* Irqfds, their arguments and their inputs: cases T93 to T95 and T103. */
#include "bell_world.h"

#define DM BELL_WORLD_DM
#define CLIENT BELL_WORLD_CLIENT
#define OTHER 2u
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

static void t93_edge(void **state)
{
	uint32_t s = bw_irqfd(&w, GSI, 0, 0);

	(void)state;
	assert_int_equal(input()->wiring, BELL_WIRING_EDGE);
	assert_int_equal(bw_status(&w, DM, s), BELLHOP_BOUND);
	bw_signal(&w, DM, s, 1);
	assert_int_equal(input()->pulses, 1);
	assert_int_equal(bw_count(&w, DM, s), 0);
	assert_int_equal(bw_read(&w, DM, s), BELLHOP_BUSY);
	bw_mask(&w, DM, s, 1);
	for (unsigned int i = 0; i < 5; i++)
		bw_signal(&w, DM, s, 1);
	assert_int_equal(input()->pulses, 1);
	bw_mask(&w, DM, s, 0);
	assert_int_equal(input()->pulses, 2);
	assert_int_equal(bw_count(&w, DM, s), 0);
	assert_false(input()->notify);
}

/* An irqfd of the very VM that rings: a store does one edge of it, or what a signal does. */
static uint32_t own_irqfd(uint32_t create, uint32_t flags)
{
	uint32_t signal = bw_create_with(&w, DM, create, 0);

	assert_int_equal(bw_irq(&w, DM, DM, GSI, signal, 0, flags), BELLHOP_OK);
	return signal;
}

static void t93_edge_of_its_own_vm(void **state)
{
	uint32_t s = own_irqfd(0, 0);
	struct bell_input *own = &w.input[DM][GSI];

	(void)state;
	for (unsigned int i = 1; i <= 3; i++) {
		bw_ring(&w, DM, s);
		assert_int_equal(own->pulses, i);
		assert_int_equal(bw_count(&w, DM, s), 0);
	}
	bw_mask(&w, DM, s, 1);
	bw_ring(&w, DM, s);
	assert_int_equal(own->pulses, 3);
	assert_int_equal(bw_count(&w, DM, s), 1);
	bw_mask(&w, DM, s, 0);
	assert_int_equal(own->pulses, 4);
	assert_int_equal(bw_irq(&w, DM, DM, GSI, s, 0, BELLHOP_DEASSIGN), BELLHOP_OK);
	bw_ring(&w, DM, s);
	assert_int_equal(own->pulses, 4);
	assert_int_equal(bw_read(&w, DM, s), 1);
	bw_close(&w, DM, s);
	bw_ring(&w, DM, s);
	bw_ring(&w, DM, 0);
	assert_int_equal(own->pulses, 4);
}

static void one_shot_irqfd_of_its_own_vm(void **state)
{
	uint32_t s = own_irqfd(BELLHOP_ONESHOT, 0);

	(void)state;
	bw_ring(&w, DM, s);
	assert_int_equal(w.input[DM][GSI].pulses, 1);
	assert_true(bw_status(&w, DM, s) & BELLHOP_MASKED);
	bw_ring(&w, DM, s);
	assert_int_equal(w.input[DM][GSI].pulses, 1);
}

static void level_irqfd_of_its_own_vm(void **state)
{
	uint32_t s = own_irqfd(0, BELLHOP_LEVEL);

	(void)state;
	bw_ring(&w, DM, s);
	assert_true(w.input[DM][GSI].high);
}

static void a_ring_for_an_irqfd_elsewhere_is_a_post(void **state)
{
	uint32_t s = bw_irqfd(&w, GSI, 0, 0);

	(void)state;
	own_irqfd(0, 0); /* of the same index there */
	bw_ring(&w, DM, s);
	assert_int_equal(input()->pulses, 1);
	assert_int_equal(w.input[DM][GSI].pulses, 0);
	assert_int_equal(w.n_posts, 1);
}

/* As write(2) of 0 to an eventfd. */
static void a_signal_of_0_is_none(void **state)
{
	uint32_t s = bw_irqfd(&w, GSI, 0, 0);

	(void)state;
	assert_int_equal(bw_signal(&w, DM, s, 0), BELLHOP_OK);
	assert_int_equal(input()->pulses, 0);
	assert_int_equal(w.n_posts, 0);
	assert_int_equal(bw_signal(&w, DM, s, 1), BELLHOP_OK);
	assert_int_equal(input()->pulses, 1);
}

/* What was under way when it was unbound, and when another one is in its place. */
static void t93_an_edge_for_what_is_gone(void **state)
{
	uint32_t s = bw_irqfd(&w, GSI, 0, 0);
	struct bell_ref post = w.d[DM].bell[s & 0xff].to;

	(void)state;
	assert_int_equal(bell_deliver(&w.d[CLIENT], &post, &w.effects), GSI);
	assert_int_equal(bell_deliver(&w.d[DM], &post, &w.effects), 0);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_int_equal(bell_deliver(&w.d[CLIENT], &post, &w.effects), 0);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, 0), BELLHOP_OK);
	assert_int_equal(bell_deliver(&w.d[CLIENT], &post, &w.effects), 0);
}

/* It waited before the bell became an irqfd's. */
static void who_waits_for_an_irqfd_is_woken(void **state)
{
	uint32_t s = bw_create(&w, DM);
	uint32_t value;

	(void)state;
	assert_int_equal(bell_wait(&w.d[DM], s, 3, &value), BELLHOP_AGAIN);
	assert_int_equal(bw_irq(&w, DM, DM, GSI, s, 0, 0), BELLHOP_OK);
	bw_ring(&w, DM, s);
	assert_int_equal(w.woken[DM], 1u << 3);
	assert_int_equal(w.input[DM][GSI].pulses, 1);
}

static void t94_signalled_before_it_was_bound(void **state)
{
	uint32_t s = bw_create_with(&w, DM, 0, 3);

	(void)state;
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, 0), BELLHOP_OK);
	assert_int_equal(input()->pulses, 1);
	assert_int_equal(bw_count(&w, DM, s), 0);
}

static void t95_one_consumer(void **state)
{
	uint32_t r = bw_create(&w, DM);
	uint32_t s = bw_irqfd(&w, GSI, r, BELLHOP_RESAMPLE);

	(void)state;
	for (unsigned int i = 0; i < 10000; i++) {
		assert_int_equal(bw_irq(&w, DM, CLIENT, GSI + 1, s, 0, 0), BELLHOP_BUSY);
		assert_int_equal(bw_irq(&w, DM, OTHER, GSI, s, r, BELLHOP_RESAMPLE), BELLHOP_BUSY);
		assert_int_equal(bw_irq(&w, DM, DM, GSI, s, 0, 0), BELLHOP_BUSY);
		assert_int_equal(bw_bind_virq(&w, DM, s, GSI, 0), BELLHOP_BUSY);
	}
	bw_signal(&w, DM, s, 1);
	assert_true(input()->high);
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(bw_read(&w, DM, r), 1);
	assert_int_equal(bw_close(&w, DM, s), BELLHOP_OK);
	assert_int_equal(bw_close(&w, DM, r), BELLHOP_OK);
	bw_assert_empty(&w);
}

static void t103_arguments(void **state)
{
	uint32_t r = bw_create(&w, DM);
	uint32_t s = bw_create(&w, DM);
	uint32_t gone = bw_create(&w, DM);

	(void)state;
	assert_int_equal(bw_close(&w, DM, gone), BELLHOP_OK);
	for (unsigned int bit = 3; bit < 32; bit++)
		assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, 1u << bit), BELLHOP_INVAL);
	for (uint32_t flags = 3; flags < 8; flags++)
		if (flags != BELLHOP_RESAMPLE)
			assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, r, flags), BELLHOP_INVAL);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, r, 0), BELLHOP_INVAL);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, r, BELLHOP_LEVEL), BELLHOP_INVAL);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, s, BELLHOP_RESAMPLE), BELLHOP_INVAL);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, gone, BELLHOP_RESAMPLE), BELLHOP_BADH);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, gone, r, BELLHOP_RESAMPLE), BELLHOP_BADH);
	for (uint32_t gsi = 0; gsi < 32; gsi++)
		assert_int_equal(bw_irq(&w, DM, CLIENT, gsi, s, 0, 0), BELLHOP_RANGE);
	assert_int_equal(bw_irq(&w, DM, CLIENT, 1020, s, 0, 0), BELLHOP_RANGE);
	assert_int_equal(bw_irq(&w, DM, CLIENT, BELL_WORLD_INTIDS, s, r, BELLHOP_RESAMPLE),
			 BELLHOP_RANGE);
	assert_int_equal(bw_irq(&w, DM, CLIENT, BELL_WORLD_FIXED, s, 0, 0), BELLHOP_BUSY);
	assert_int_equal(bw_irq(&w, DM, 3, GSI, s, 0, 0), BELLHOP_PERM);
	assert_int_equal(bw_irq(&w, DM, 4, GSI, s, 0, 0), BELLHOP_RANGE);
	assert_int_equal(bw_irq(&w, DM, UINT32_MAX, GSI, s, 0, 0), BELLHOP_RANGE);
	assert_int_equal(bw_irq(&w, CLIENT, DM, GSI, s, 0, 0), BELLHOP_PERM);
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 2), BELLHOP_INVAL);
	assert_int_equal(bw_set_level(&w, CLIENT, 31, 1), BELLHOP_RANGE);
	assert_int_equal(bw_set_level(&w, CLIENT, BELL_WORLD_FIXED, 1), BELLHOP_BUSY);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, BELLHOP_DEASSIGN), BELLHOP_NOENT);
	/* All of that has changed nothing. */
	assert_int_equal(bw_close(&w, DM, s), BELLHOP_OK);
	assert_int_equal(bw_close(&w, DM, r), BELLHOP_OK);
	bw_assert_empty(&w);
}

static void t103_unbind_needs_bell_and_input(void **state)
{
	uint32_t s = bw_irqfd(&w, GSI, 0, 0);
	uint32_t t = bw_create(&w, DM);

	(void)state;
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI + 1, s, 0, BELLHOP_DEASSIGN), BELLHOP_NOENT);
	assert_int_equal(bw_irq(&w, DM, OTHER, GSI, s, 0, BELLHOP_DEASSIGN), BELLHOP_NOENT);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, t, 0, BELLHOP_DEASSIGN), BELLHOP_NOENT);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, t, BELLHOP_DEASSIGN), BELLHOP_INVAL);
	bw_signal(&w, DM, s, 1);
	assert_int_equal(input()->pulses, 1);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, BELLHOP_DEASSIGN), BELLHOP_NOENT);
}

static void drivers_agree_about_the_wiring(void **state)
{
	uint32_t edge = bw_irqfd(&w, GSI, 0, 0);
	uint32_t s = bw_create(&w, DM);
	uint32_t r = bw_create(&w, DM);

	(void)state;
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, r, BELLHOP_RESAMPLE), BELLHOP_INVAL);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, BELLHOP_LEVEL), BELLHOP_INVAL);
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 1), BELLHOP_OK);
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 0), BELLHOP_OK);
	assert_int_equal(input()->pulses, 1);
	assert_int_equal(bw_close(&w, DM, edge), BELLHOP_OK);
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 1), BELLHOP_OK);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, 0), BELLHOP_INVAL);
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 0), BELLHOP_OK);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s, 0, 0), BELLHOP_OK);
	assert_int_equal(bw_close(&w, DM, s), BELLHOP_OK);
	assert_int_equal(bw_close(&w, DM, r), BELLHOP_OK);
	bw_assert_empty(&w);
}

static void tables_fill_up(void **state)
{
	uint32_t signal[BELLHOP_MAX_IRQFDS];
	uint32_t r = bw_create(&w, DM);
	uint32_t s = bw_create(&w, DM);
	uint32_t limit = 0;

	(void)state;
	for (unsigned int i = 0; i < BELLHOP_MAX_IRQFDS; i++)
		signal[i] = bw_irqfd(&w, GSI, r, BELLHOP_RESAMPLE);
	assert_int_equal(
		bw_op(&w, DM, BELLHOP_IRQ_BIND, CLIENT, GSI, s, r, BELLHOP_RESAMPLE, &limit),
		BELLHOP_NOSPC);
	assert_int_equal(limit, BELLHOP_LIMIT_IRQFDS);
	/* All are told of one EOI, and one bell may be told by all. */
	bw_signal(&w, DM, signal[0], 1);
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(bw_read(&w, DM, r), BELLHOP_MAX_IRQFDS);
	for (unsigned int i = 0; i < BELLHOP_MAX_IRQFDS; i++)
		assert_int_equal(bw_irq(&w, DM, OTHER, GSI, bw_create(&w, DM), r, BELLHOP_RESAMPLE),
				 BELLHOP_OK);
	assert_int_equal(bw_op(&w, DM, BELLHOP_IRQ_BIND, DM, GSI, s, r, BELLHOP_RESAMPLE, &limit),
			 BELLHOP_NOSPC);
	assert_int_equal(limit, BELLHOP_LIMIT_LINKS);
	assert_int_equal(bw_close(&w, DM, r), BELLHOP_OK);
	for (unsigned int i = 0; i < BELLHOP_MAX_LINKS; i++)
		assert_int_equal(w.d[DM].link[i].id, 0);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(t93_edge, setup),
		cmocka_unit_test_setup(t93_edge_of_its_own_vm, setup),
		cmocka_unit_test_setup(one_shot_irqfd_of_its_own_vm, setup),
		cmocka_unit_test_setup(level_irqfd_of_its_own_vm, setup),
		cmocka_unit_test_setup(a_ring_for_an_irqfd_elsewhere_is_a_post, setup),
		cmocka_unit_test_setup(a_signal_of_0_is_none, setup),
		cmocka_unit_test_setup(t93_an_edge_for_what_is_gone, setup),
		cmocka_unit_test_setup(who_waits_for_an_irqfd_is_woken, setup),
		cmocka_unit_test_setup(t94_signalled_before_it_was_bound, setup),
		cmocka_unit_test_setup(t95_one_consumer, setup),
		cmocka_unit_test_setup(t103_arguments, setup),
		cmocka_unit_test_setup(t103_unbind_needs_bell_and_input, setup),
		cmocka_unit_test_setup(drivers_agree_about_the_wiring, setup),
		cmocka_unit_test_setup(tables_fill_up, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
