// SPDX-License-Identifier: BSD-2-Clause
/* Bells alone: eventfd's arithmetic (T120) and handles. */
#include "bell_world.h"

static struct bell_world w;

static int setup(void **state)
{
	(void)state;
	bw_start(&w);
	return 0;
}

static void t120_eventfd_arithmetic(void **state)
{
	uint32_t b = bw_create(&w, 0);

	(void)state;
	assert_int_equal(bw_read(&w, 0, b), BELLHOP_AGAIN);
	assert_int_equal(bw_signal(&w, 0, b, 0), BELLHOP_OK);
	assert_int_equal(bw_read(&w, 0, b), BELLHOP_AGAIN);
	assert_int_equal(bw_signal(&w, 0, b, 3), BELLHOP_OK);
	assert_int_equal(bw_signal(&w, 0, b, 4), BELLHOP_OK);
	assert_int_equal(bell_signal(&w.d[0], b, 0, &w.effects), 1);
	assert_int_equal(bw_read(&w, 0, b), 7);
	assert_int_equal(bell_signal(&w.d[0], b, 0, &w.effects), 0);
	assert_int_equal(bw_read(&w, 0, b), BELLHOP_AGAIN);

	assert_int_equal(bw_signal(&w, 0, b, UINT64_MAX), BELLHOP_INVAL);
	assert_int_equal(bw_signal(&w, 0, b, BELLHOP_MAX_VALUE), BELLHOP_OK);
	assert_int_equal(bw_signal(&w, 0, b, 1), BELLHOP_AGAIN);
	assert_int_equal(bw_signal(&w, 0, b, UINT64_MAX), BELLHOP_INVAL);
	assert_int_equal(bw_signal(&w, 0, b, 0), BELLHOP_OK);
	assert_true(bw_count(&w, 0, b) == BELLHOP_MAX_VALUE);
	assert_int_equal(bw_status(&w, 0, b), BELLHOP_READABLE);
}

static void ring(unsigned int vm, uint32_t handle)
{
	struct bell_ref ref = { handle, REF_BELL, (uint8_t)vm, (uint16_t)(handle & 0xff) };

	bell_effects_clear(&w.effects);
	bell_deliver(&w.d[vm], &ref, &w.effects);
}

static void t120_internal_signals_overflow(void **state)
{
	uint32_t b = bw_create_with(&w, 0, 0, BELLHOP_MAX_VALUE);
	uint64_t value;
	uint32_t status;

	(void)state;
	ring(0, b);
	ring(0, b);
	assert_int_equal(bw_status(&w, 0, b), BELLHOP_READABLE | BELLHOP_OVERFLOW);
	assert_int_equal(bw_signal(&w, 0, b, 0), BELLHOP_AGAIN);
	assert_int_equal(bell_read(&w.d[0], b, &value, &status, &w.effects), BELLHOP_OK);
	assert_true(value == UINT64_MAX);
	assert_int_equal(status & BELLHOP_OVERFLOW, BELLHOP_OVERFLOW);
	assert_int_equal(bw_status(&w, 0, b), 0);
}

static void t120_semaphore(void **state)
{
	uint32_t b = bw_create_with(&w, 0, BELLHOP_SEMAPHORE, 2);

	(void)state;
	assert_int_equal(bw_signal(&w, 0, b, 1), BELLHOP_OK);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(bw_read(&w, 0, b), 1);
	assert_int_equal(bw_read(&w, 0, b), BELLHOP_AGAIN);
}

static void create_refuses(void **state)
{
	uint32_t handle = 77;

	(void)state;
	for (unsigned int bit = 2; bit < 32; bit++)
		assert_int_equal(bell_create(&w.d[0], 1u << bit, 0, &handle), BELLHOP_INVAL);
	assert_int_equal(bell_create(&w.d[0], 0, UINT64_MAX, &handle), BELLHOP_INVAL);
	assert_int_equal(handle, 77);
	bw_assert_empty(&w);
	for (unsigned int i = 0; i < BELLHOP_MAX_BELLS; i++)
		bw_create(&w, 0);
	assert_int_equal(bell_create(&w.d[0], 0, 0, &handle), BELLHOP_NOSPC);
	assert_int_equal(handle, BELLHOP_LIMIT_BELLS);
	for (unsigned int i = 0; i < BELLHOP_MAX_POLLSETS; i++)
		assert_int_equal(bell_pollset_create(&w.d[0], 0, &handle), BELLHOP_OK);
	assert_int_equal(bell_pollset_create(&w.d[0], 0, &handle), BELLHOP_NOSPC);
	assert_int_equal(handle, BELLHOP_LIMIT_POLLSETS);
}

static void t112_a_handle_is_never_reused(void **state)
{
	uint32_t old = bw_create(&w, 0);
	uint32_t new;
	uint64_t value;
	uint32_t x;

	(void)state;
	assert_int_equal(bw_close(&w, 0, old), BELLHOP_OK);
	new = bw_create(&w, 0);
	assert_int_equal(old & 0xff, new & 0xff);
	assert_int_not_equal(old, new);
	assert_int_equal(bw_signal(&w, 0, old, 1), BELLHOP_BADH);
	assert_int_equal(bell_read(&w.d[0], old, &value, &x, &w.effects), BELLHOP_BADH);
	assert_int_equal(bell_peek(&w.d[0], old, &x), BELLHOP_BADH);
	assert_int_equal(bell_wait(&w.d[0], old, 0, &x), BELLHOP_BADH);
	assert_int_equal(bell_mask(&w.d[0], old, 1, &x, &w.effects), BELLHOP_BADH);
	assert_int_equal(bw_close(&w, 0, old), BELLHOP_BADH);
	assert_int_equal(bw_status(&w, 0, new), 0);
}

static void a_worn_out_index_is_retired(void **state)
{
	uint32_t handle;

	(void)state;
	w.d[0].bell[0].slot.generation = (1u << BELLHOP_HANDLE_GENERATION_BITS) - 2u;
	handle = bw_create(&w, 0);
	assert_int_equal(handle, BELLHOP_HANDLE(1, 0xfffff, 0));
	assert_int_equal(bw_close(&w, 0, handle), BELLHOP_OK);
	assert_int_equal(bw_create(&w, 0) & 0xff, 1);
}

/* Every word that is not a handle is refused, types that do not fit as well. */
static void handles_are_checked(void **state)
{
	uint32_t bell = bw_create(&w, 0);
	uint32_t set = 0;
	uint32_t x;

	(void)state;
	assert_int_equal(bell_pollset_create(&w.d[0], 0, &set), BELLHOP_OK);
	assert_int_equal(bell_pollset_create(&w.d[0], 1, &x), BELLHOP_INVAL);
	for (unsigned int bit = 0; bit < 32; bit++) {
		assert_int_equal(bw_signal(&w, 0, bell ^ 1u << bit, 1), BELLHOP_BADH);
		if ((set ^ 1u << bit) != bell)
			assert_int_equal(bell_peek(&w.d[0], set ^ 1u << bit, &x), BELLHOP_BADH);
	}
	assert_int_equal(bw_signal(&w, 0, set, 1), BELLHOP_BADH);
	assert_int_equal(bw_signal(&w, 0, 0, 1), BELLHOP_BADH);
	assert_int_equal(bell_poll(&w.d[0], bell, &x), BELLHOP_BADH);
	assert_int_equal(bw_signal(&w, 1, bell, 1), BELLHOP_BADH);
}

static void features_and_list(void **state)
{
	uint32_t first = bw_create(&w, 0);
	uint32_t second = bw_create(&w, 0);
	uint32_t x = 0;

	(void)state;
	assert_int_equal(bell_features(BELLHOP_LIMIT_BELLS, &x), BELLHOP_OK);
	assert_int_equal(x, BELLHOP_MAX_BELLS);
	assert_int_equal(bell_features(BELLHOP_N_FEATURES, &x), BELLHOP_RANGE);
	assert_int_equal(bell_list(&w.d[0], BELLHOP_TYPE_BELL, 0, &x), BELLHOP_OK);
	assert_int_equal(x, first);
	assert_int_equal(bell_list(&w.d[0], BELLHOP_TYPE_BELL, 1, &x), BELLHOP_OK);
	assert_int_equal(x, second);
	assert_int_equal(bell_list(&w.d[0], BELLHOP_TYPE_BELL, 2, &x), BELLHOP_NOENT);
	assert_int_equal(bell_list(&w.d[0], BELLHOP_TYPE_BELL, UINT32_MAX, &x), BELLHOP_NOENT);
	assert_int_equal(bell_list(&w.d[0], BELLHOP_TYPE_PEER, 0, &x), BELLHOP_NOENT);
	assert_int_equal(bell_list(&w.d[0], BELLHOP_TYPE_POLLSET, 0, &x), BELLHOP_NOENT);
	assert_int_equal(bell_list(&w.d[0], 0, 0, &x), BELLHOP_INVAL);
	assert_int_equal(bell_list(&w.d[0], 15, 0, &x), BELLHOP_INVAL);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(t120_eventfd_arithmetic, setup),
		cmocka_unit_test_setup(t120_internal_signals_overflow, setup),
		cmocka_unit_test_setup(t120_semaphore, setup),
		cmocka_unit_test_setup(create_refuses, setup),
		cmocka_unit_test_setup(t112_a_handle_is_never_reused, setup),
		cmocka_unit_test_setup(a_worn_out_index_is_retired, setup),
		cmocka_unit_test_setup(handles_are_checked, setup),
		cmocka_unit_test_setup(features_and_list, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
