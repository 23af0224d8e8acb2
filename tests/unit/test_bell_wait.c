// SPDX-License-Identifier: BSD-2-Clause
/* What a bell tells its own VM: VIRQs, poll sets, WAIT and TAKE. */
#include "bell_world.h"

#define GSI 40u

static struct bell_world w;

static int setup(void **state)
{
	(void)state;
	bw_start(&w);
	return 0;
}

static void edge_virq(void **state)
{
	struct bell_input *input = &w.input[0][GSI];
	uint32_t b = bw_create(&w, 0);

	(void)state;
	assert_int_equal(bw_bind_virq(&w, 0, b, GSI, 0), BELLHOP_OK);
	assert_int_equal(input->wiring, BELL_WIRING_EDGE);
	assert_int_equal(bw_status(&w, 0, b), BELLHOP_BOUND);
	bw_signal(&w, 0, b, 1);
	bw_signal(&w, 0, b, 1);
	assert_int_equal(input->pulses, 1);
	assert_int_equal(bw_read(&w, 0, b), 2);
	bw_signal(&w, 0, b, 1);
	assert_int_equal(input->pulses, 2);
	/* What is counted while masked is told at unmask, once. */
	assert_int_equal(bw_read(&w, 0, b), 1);
	bw_mask(&w, 0, b, 1);
	bw_signal(&w, 0, b, 5);
	assert_int_equal(input->pulses, 2);
	bw_mask(&w, 0, b, 0);
	assert_int_equal(input->pulses, 3);
	bw_mask(&w, 0, b, 0);
	assert_int_equal(input->pulses, 3);
	assert_int_equal(bw_mask(&w, 0, b, 2), BELLHOP_INVAL);
}

static void level_virq(void **state)
{
	struct bell_input *input = &w.input[0][GSI];
	uint32_t b = bw_create_with(&w, 0, 0, 1);

	(void)state;
	assert_int_equal(bw_bind_virq(&w, 0, b, GSI, BELLHOP_LEVEL), BELLHOP_OK);
	assert_true(input->high);
	bw_mask(&w, 0, b, 1);
	assert_false(input->high);
	bw_mask(&w, 0, b, 0);
	assert_true(input->high);
	assert_int_equal(bw_read(&w, 0, b), 1);
	assert_false(input->high);
	bw_signal(&w, 0, b, 1);
	assert_true(input->high);
	assert_int_equal(bw_close(&w, 0, b), BELLHOP_OK);
	assert_false(input->high);
	bw_assert_empty(&w);
}

static void virq_refusals(void **state)
{
	uint32_t a = bw_create(&w, 0);
	uint32_t b = bw_create(&w, 0);
	uint32_t once = bw_create_with(&w, 0, BELLHOP_ONESHOT, 0);

	(void)state;
	for (unsigned int flags = 3; flags < 64; flags++)
		assert_int_equal(bw_bind_virq(&w, 0, a, GSI, flags), BELLHOP_INVAL);
	assert_int_equal(bw_bind_virq(&w, 0, a, GSI, 1u << 31), BELLHOP_INVAL);
	assert_int_equal(bw_bind_virq(&w, 0, a, 31, 0), BELLHOP_RANGE);
	assert_int_equal(bw_bind_virq(&w, 0, a, BELL_WORLD_INTIDS, 0), BELLHOP_RANGE);
	assert_int_equal(bw_bind_virq(&w, 0, a, UINT32_MAX, 0), BELLHOP_RANGE);
	assert_int_equal(bw_bind_virq(&w, 0, a, BELL_WORLD_FIXED, 0), BELLHOP_BUSY);
	assert_int_equal(bw_bind_virq(&w, 0, once, GSI, BELLHOP_LEVEL), BELLHOP_INVAL);
	assert_int_equal(bw_bind_virq(&w, 0, a, GSI, BELLHOP_DEASSIGN), BELLHOP_NOENT);
	assert_int_equal(bw_bind_virq(&w, 0, a, GSI, 0), BELLHOP_OK);
	assert_int_equal(bw_bind_virq(&w, 0, b, GSI, 0), BELLHOP_BUSY);
	assert_int_equal(bw_bind_virq(&w, 0, a, GSI + 1, 0), BELLHOP_BUSY);
	assert_int_equal(bw_bind_virq(&w, 0, a, GSI + 1, BELLHOP_DEASSIGN), BELLHOP_NOENT);
	assert_int_equal(bw_irq(&w, 0, 0, GSI, b, 0, 0), BELLHOP_BUSY);
	assert_int_equal(bw_set_level(&w, 0, GSI, 1), BELLHOP_BUSY);
	assert_int_equal(bw_bind_virq(&w, 0, a, GSI, BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_int_equal(bw_bind_virq(&w, 0, b, GSI, 0), BELLHOP_OK);
}

static void one_shot_masks_itself(void **state)
{
	struct bell_input *input = &w.input[0][GSI];
	uint32_t b = bw_create_with(&w, 0, BELLHOP_ONESHOT, 0);

	(void)state;
	assert_int_equal(bw_bind_virq(&w, 0, b, GSI, 0), BELLHOP_OK);
	bw_signal(&w, 0, b, 1);
	assert_int_equal(bw_status(&w, 0, b), BELLHOP_READABLE | BELLHOP_MASKED | BELLHOP_BOUND);
	assert_int_equal(bw_read(&w, 0, b), 1);
	bw_signal(&w, 0, b, 1);
	assert_int_equal(input->pulses, 1);
	bw_mask(&w, 0, b, 0);
	assert_int_equal(input->pulses, 2);
	assert_int_equal(bw_status(&w, 0, b) & BELLHOP_MASKED, BELLHOP_MASKED);
}

static void poll_sets(void **state)
{
	struct bell_input *input = &w.input[0][GSI];
	uint32_t a = bw_create(&w, 0);
	uint32_t b = bw_create_with(&w, 0, 0, 1);
	uint32_t once = bw_create_with(&w, 0, BELLHOP_ONESHOT, 0);
	uint32_t set = 0;
	uint32_t bits = 0;

	(void)state;
	assert_int_equal(bell_pollset_create(&w.d[0], 0, &set), BELLHOP_OK);
	assert_int_equal(bw_bind_virq(&w, 0, set, GSI, BELLHOP_LEVEL), BELLHOP_OK);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_pollset_add(&w.d[0], set, a, 0, &w.effects), BELLHOP_OK);
	assert_int_equal(bell_pollset_add(&w.d[0], set, a, 1, &w.effects), BELLHOP_BUSY);
	assert_int_equal(bell_pollset_add(&w.d[0], set, b, 0, &w.effects), BELLHOP_BUSY);
	assert_int_equal(bell_pollset_add(&w.d[0], set, b, 32, &w.effects), BELLHOP_RANGE);
	assert_int_equal(bell_pollset_add(&w.d[0], set, once, 3, &w.effects), BELLHOP_INVAL);
	assert_int_equal(w.effects.change.line, BELL_LINE_KEEP);
	assert_int_equal(bell_pollset_add(&w.d[0], set, b, 31, &w.effects), BELLHOP_OK);
	assert_int_equal(w.effects.change.line, BELL_LINE_HIGH);
	assert_int_equal(w.effects.change.intid, GSI);
	input->high = true;
	assert_int_equal(bell_poll(&w.d[0], set, &bits), BELLHOP_OK);
	assert_int_equal(bits, 1u << 31);
	bw_signal(&w, 0, a, 1);
	assert_int_equal(bell_poll(&w.d[0], set, &bits), BELLHOP_OK);
	assert_int_equal(bits, 1u << 31 | 1u);
	assert_int_equal(bw_status(&w, 0, set), BELLHOP_READABLE | BELLHOP_BOUND);
	assert_int_equal(bw_read(&w, 0, b), 1);
	assert_true(input->high);
	bw_mask(&w, 0, a, 1);
	assert_false(input->high);
	bw_mask(&w, 0, a, 0);
	assert_true(input->high);
	/* A member that goes, in one way or the other, is not ready any more. */
	assert_int_equal(bell_pollset_del(&w.d[0], set, once, &w.effects), BELLHOP_NOENT);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_pollset_del(&w.d[0], set, a, &w.effects), BELLHOP_OK);
	assert_int_equal(w.effects.change.line, BELL_LINE_LOW);
	input->high = false;
	bw_signal(&w, 0, b, 1);
	assert_true(input->high);
	assert_int_equal(bw_close(&w, 0, b), BELLHOP_OK);
	assert_false(input->high);
	/* A set that goes leaves its bells. */
	assert_int_equal(bell_pollset_add(&w.d[0], set, a, 7, &w.effects), BELLHOP_OK);
	assert_int_equal(bw_close(&w, 0, set), BELLHOP_OK);
	assert_int_equal(bw_status(&w, 0, a), BELLHOP_READABLE);
	assert_int_equal(bw_close(&w, 0, a), BELLHOP_OK);
	assert_int_equal(bw_close(&w, 0, once), BELLHOP_OK);
	bw_assert_empty(&w);
}

static void wait_wakes(void **state)
{
	uint32_t b = bw_create(&w, 0);
	uint32_t set = 0;
	uint32_t x = 0;

	(void)state;
	assert_int_equal(bell_wait(&w.d[0], b, 3, &x), BELLHOP_AGAIN);
	bw_mask(&w, 0, b, 1);
	bw_signal(&w, 0, b, 1);
	assert_int_equal(w.woken[0], 0);
	bw_mask(&w, 0, b, 0);
	assert_int_equal(w.woken[0], 1u << 3);
	assert_int_equal(bell_wait(&w.d[0], b, 3, &x), BELLHOP_OK);
	assert_int_equal(x, BELLHOP_READABLE);
	/* Once: who does not wait any more is left alone. */
	w.woken[0] = 0;
	bw_signal(&w, 0, b, 1);
	assert_int_equal(w.woken[0], 0);

	assert_int_equal(bell_pollset_create(&w.d[0], 0, &set), BELLHOP_OK);
	assert_int_equal(bell_wait(&w.d[0], set, 1, &x), BELLHOP_AGAIN);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_pollset_add(&w.d[0], set, b, 4, &w.effects), BELLHOP_OK);
	assert_int_equal(w.effects.wake, 1u << 1);
	assert_int_equal(bell_wait(&w.d[0], set, 1, &x), BELLHOP_OK);
	assert_int_equal(x, 1u << 4);
	assert_int_equal(bw_read(&w, 0, b), 2);
	/* Closing what somebody waits for wakes him, to be told BADH. */
	assert_int_equal(bell_wait(&w.d[0], set, 1, &x), BELLHOP_AGAIN);
	assert_int_equal(bw_close(&w, 0, set), BELLHOP_OK);
	assert_int_equal(w.woken[0], 1u << 1);
	assert_int_equal(bell_wait(&w.d[0], b, 7, &x), BELLHOP_AGAIN);
	w.woken[0] = 0;
	assert_int_equal(bw_close(&w, 0, b), BELLHOP_OK);
	assert_int_equal(w.woken[0], 1u << 7);
}

/* Nor does it make a member of a poll set ready. */
static void a_signal_of_0_is_not_polled(void **state)
{
	uint32_t b = bw_create(&w, 0), set = 0, bits = 0;

	(void)state;
	assert_int_equal(bell_pollset_create(&w.d[0], 0, &set), BELLHOP_OK);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_pollset_add(&w.d[0], set, b, 3, &w.effects), BELLHOP_OK);
	assert_int_equal(bw_signal(&w, 0, b, 0), BELLHOP_OK);
	assert_int_equal(bell_poll(&w.d[0], set, &bits), BELLHOP_OK);
	assert_int_equal(bits, 0);
}

/* WAIT and READ in one: of what is ready, and nothing else. */
static void take_waits_and_reads(void **state)
{
	uint32_t b = bw_create(&w, 0);
	uint32_t taken[3];

	(void)state;
	assert_int_equal(bell_take(&w.d[0], b, 5, taken, &w.effects), BELLHOP_AGAIN);
	bw_signal(&w, 0, b, 0x300000004ull);
	assert_int_equal(w.woken[0], 1u << 5);
	bw_mask(&w, 0, b, 1);
	assert_int_equal(bell_take(&w.d[0], b, 5, taken, &w.effects), BELLHOP_AGAIN);
	bw_mask(&w, 0, b, 0);
	assert_int_equal(bell_take(&w.d[0], b, 5, taken, &w.effects), BELLHOP_OK);
	assert_int_equal(taken[0], 4);
	assert_int_equal(taken[1], 3);
	assert_int_equal(taken[2], BELLHOP_READABLE);
	assert_int_equal(bw_status(&w, 0, b), 0);
	assert_int_equal(bell_take(&w.d[0], b + 1, 5, taken, &w.effects), BELLHOP_BADH);
	assert_int_equal(bell_take(&w.d[0], 0, 5, taken, &w.effects), BELLHOP_BADH);
}

static void take_lowers_a_level(void **state)
{
	uint32_t b = bw_create(&w, 0);
	uint32_t taken[3];

	(void)state;
	assert_int_equal(bw_bind_virq(&w, 0, b, GSI, BELLHOP_LEVEL), BELLHOP_OK);
	bw_signal(&w, 0, b, 1);
	assert_true(w.input[0][GSI].high);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_take(&w.d[0], b, 0, taken, &w.effects), BELLHOP_OK);
	bw_finish(&w, 0);
	assert_false(w.input[0][GSI].high);
}

/* All that is ready is read, and only that; a semaphore by 1, so it stays ready. */
static void take_of_a_poll_set(void **state)
{
	uint32_t a = bw_create(&w, 0), masked = bw_create(&w, 0);
	uint32_t semaphore = bw_create_with(&w, 0, BELLHOP_SEMAPHORE, 2);
	uint32_t set = 0, taken[3];

	(void)state;
	assert_int_equal(bell_pollset_create(&w.d[0], 0, &set), BELLHOP_OK);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_pollset_add(&w.d[0], set, a, 0, &w.effects), BELLHOP_OK);
	assert_int_equal(bell_pollset_add(&w.d[0], set, masked, 3, &w.effects), BELLHOP_OK);
	assert_int_equal(bell_take(&w.d[0], set, 2, taken, &w.effects), BELLHOP_AGAIN);
	assert_int_equal(bell_pollset_add(&w.d[0], set, semaphore, 31, &w.effects), BELLHOP_OK);
	assert_int_equal(w.effects.wake, 1u << 2);
	bell_effects_clear(&w.effects);
	assert_int_equal(bw_bind_virq(&w, 0, set, GSI, BELLHOP_LEVEL), BELLHOP_OK);
	bw_mask(&w, 0, masked, 1);
	bw_signal(&w, 0, a, 7);
	bw_signal(&w, 0, masked, 7);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_take(&w.d[0], set, 2, taken, &w.effects), BELLHOP_OK);
	bw_finish(&w, 0);
	assert_int_equal(taken[0], 1u | 1u << 31);
	assert_int_equal(taken[1] | taken[2], 0);
	assert_int_equal(bw_status(&w, 0, a), BELLHOP_BOUND);
	assert_true(w.input[0][GSI].high);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_take(&w.d[0], set, 2, taken, &w.effects), BELLHOP_OK);
	bw_finish(&w, 0);
	assert_int_equal(taken[0], 1u << 31);
	assert_false(w.input[0][GSI].high);
	assert_int_equal(bell_take(&w.d[0], set, 2, taken, &w.effects), BELLHOP_AGAIN);
	bw_mask(&w, 0, masked, 0);
	assert_int_equal(bw_read(&w, 0, masked), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(edge_virq, setup),
		cmocka_unit_test_setup(level_virq, setup),
		cmocka_unit_test_setup(virq_refusals, setup),
		cmocka_unit_test_setup(one_shot_masks_itself, setup),
		cmocka_unit_test_setup(poll_sets, setup),
		cmocka_unit_test_setup(wait_wakes, setup),
		cmocka_unit_test_setup(a_signal_of_0_is_not_polled, setup),
		cmocka_unit_test_setup(take_waits_and_reads, setup),
		cmocka_unit_test_setup(take_lowers_a_level, setup),
		cmocka_unit_test_setup(take_of_a_poll_set, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
