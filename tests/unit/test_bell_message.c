// SPDX-License-Identifier: BSD-2-Clause
/* MSI_BIND: a bell that sends messages to a GICv2m frame, of which each INTID is an edge. */
#include "bell_world.h"

#define FRAME BELL_WORLD_FRAME
#define GSI 40u

static struct bell_world w;

static int setup(void **state)
{
	(void)state;
	bw_start(&w);
	return 0;
}

static uint32_t pulses(void)
{
	return w.input[1][FRAME].pulses;
}

static void each_signal_is_a_message(void **state)
{
	uint32_t b = bw_create(&w, 0);

	(void)state;
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, 0), BELLHOP_OK);
	assert_int_equal(bw_status(&w, 0, b), BELLHOP_BOUND);
	assert_int_equal(pulses(), 0);
	bw_signal(&w, 0, b, 3);
	assert_int_equal(pulses(), 1);
	bw_ring(&w, 0, b);
	assert_int_equal(pulses(), 2);
	assert_int_equal(bw_read(&w, 0, b), BELLHOP_BUSY);
}

static void what_was_counted_before_is_sent(void **state)
{
	uint32_t b = bw_create_with(&w, 0, 0, 4);

	(void)state;
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, 0), BELLHOP_OK);
	assert_int_equal(pulses(), 1);
	assert_true(bw_count(&w, 0, b) == 0);
}

static void masked_messages_are_kept(void **state)
{
	uint32_t b = bw_create(&w, 0);

	(void)state;
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, 0), BELLHOP_OK);
	bw_mask(&w, 0, b, 1);
	bw_signal(&w, 0, b, 1);
	bw_signal(&w, 0, b, 1);
	assert_int_equal(pulses(), 0);
	bw_mask(&w, 0, b, 0);
	assert_int_equal(pulses(), 1);
}

/* Unlike an input that nobody drives any more, one of a frame stays an edge and the frame's. */
static void the_frame_keeps_its_input(void **state)
{
	uint32_t b = bw_create(&w, 0), other = bw_create(&w, 0);

	(void)state;
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, 0), BELLHOP_OK);
	assert_int_equal(bw_message(&w, 0, 1, FRAME, other, 0), BELLHOP_OK);
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, BELLHOP_DEASSIGN), BELLHOP_OK);
	bw_signal(&w, 0, b, 1);
	assert_int_equal(pulses(), 0);
	bw_signal(&w, 0, other, 1);
	assert_int_equal(pulses(), 1);
	assert_int_equal(bw_close(&w, 0, other), BELLHOP_OK);
	assert_int_equal(w.input[1][FRAME].wiring, BELL_WIRING_EDGE);
	assert_int_equal(bw_irq(&w, 0, 1, FRAME, b, 0, 0), BELLHOP_BUSY);
	assert_int_equal(bw_close(&w, 0, b), BELLHOP_OK);
	bw_assert_empty(&w);
}

/* All other drivers of such an input; and other inputs. */
static void refusals(void **state)
{
	uint32_t b = bw_create(&w, 0), r = bw_create(&w, 0);
	struct bell_world before = w;

	(void)state;
	assert_int_equal(bw_irq(&w, 0, 1, FRAME, b, 0, 0), BELLHOP_BUSY);
	assert_int_equal(bw_irq(&w, 0, 1, FRAME, b, 0, BELLHOP_LEVEL), BELLHOP_BUSY);
	assert_int_equal(bw_irq(&w, 0, 1, FRAME, b, r, BELLHOP_RESAMPLE), BELLHOP_BUSY);
	assert_int_equal(bw_set_level(&w, 1, FRAME, 1), BELLHOP_BUSY);
	assert_int_equal(bw_bind_virq(&w, 0, b, FRAME, 0), BELLHOP_BUSY);
	assert_int_equal(bw_message(&w, 0, 1, GSI, b, 0), BELLHOP_RANGE);
	assert_int_equal(bw_message(&w, 0, 1, BELL_WORLD_FIXED, b, 0), BELLHOP_RANGE);
	assert_int_equal(bw_message(&w, 0, 1, BELL_WORLD_INTIDS, b, 0), BELLHOP_RANGE);
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, BELLHOP_LEVEL), BELLHOP_INVAL);
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, BELLHOP_RESAMPLE), BELLHOP_INVAL);
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, 8), BELLHOP_INVAL);
	assert_int_equal(bw_message(&w, 0, 1, FRAME, 0, 0), BELLHOP_BADH);
	assert_int_equal(bw_message(&w, 0, 3, FRAME, b, 0), BELLHOP_PERM);
	assert_int_equal(bw_message(&w, 0, 9, FRAME, b, 0), BELLHOP_RANGE);
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, BELLHOP_DEASSIGN), BELLHOP_NOENT);
	for (unsigned int vm = 0; vm < BELL_WORLD_VMS; vm++)
		assert_memory_equal(w.d[vm].line, before.d[vm].line, sizeof(w.d[vm].line));
	assert_int_equal(bw_status(&w, 0, b), 0);
}

/* There is no end of an edge that an eoifd could tell of; a bell has one consumer. */
static void one_consumer_and_no_eoifd(void **state)
{
	uint32_t b = bw_create(&w, 0), e = bw_create(&w, 0);

	(void)state;
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, 0), BELLHOP_OK);
	assert_int_equal(bw_message(&w, 0, 2, FRAME, b, 0), BELLHOP_BUSY);
	assert_int_equal(bw_irq(&w, 0, 1, GSI, b, 0, 0), BELLHOP_BUSY);
	assert_int_equal(bw_eoi_bind(&w, 0, 1, b, e, 0), BELLHOP_INVAL);
}

/* A post that was under way when its bell was unbound, and bound again. */
static struct bell_ref late;

static void keep(struct bell_world *world, struct bell_ref post)
{
	(void)world;
	late = post;
}

static void nothing_comes_after_the_unbind(void **state)
{
	uint32_t b = bw_create(&w, 0);

	(void)state;
	w.before_post = keep;
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, 0), BELLHOP_OK);
	bw_signal(&w, 0, b, 1);
	assert_int_equal(late.kind, REF_IRQFD);
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_int_equal(bw_message(&w, 0, 1, FRAME, b, 0), BELLHOP_OK);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_deliver(&w.d[1], &late, &w.effects), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_signal_is_a_message, setup),
		cmocka_unit_test_setup(what_was_counted_before_is_sent, setup),
		cmocka_unit_test_setup(masked_messages_are_kept, setup),
		cmocka_unit_test_setup(the_frame_keeps_its_input, setup),
		cmocka_unit_test_setup(refusals, setup),
		cmocka_unit_test_setup(one_consumer_and_no_eoifd, setup),
		cmocka_unit_test_setup(nothing_comes_after_the_unbind, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
