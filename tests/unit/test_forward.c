// SPDX-License-Identifier: BSD-2-Clause
/* MMIO forwarding: requests, and answers that come in time, late, or to nothing. */
#include "forward_support.h"

static void a_load_and_a_store(void **state)
{
	struct forward_request request;
	uint32_t value;

	(void)state;
	assert_true(begin(3, BASE + 0x10, false, 0, 0));
	assert_memory_equal(&rung, &bell, sizeof(bell));
	assert_int_equal(finish(3, 1, &value), FORWARD_WAITS);
	assert_int_equal(forward_get(&forward, 0, &request), 0);
	assert_int_equal(request.access.ipa, BASE + 0x10);
	assert_int_equal(BELLHOP_MMIO_VCPU(request.number), 3);
	assert_int_equal(BELLHOP_MMIO_WIDTH(request.number), 4);
	assert_false(BELLHOP_MMIO_IS_WRITE(request.number));
	no_request(0);
	assert_int_equal(complete(request.number, 0x1234), 0);
	assert_int_equal(finish(3, 2, &value), FORWARD_VALUE);
	assert_int_equal(value, 0x1234);

	begin(3, BASE, true, 0xabcd, 3);
	assert_int_equal(forward_get(&forward, 0, &request), 0);
	assert_int_equal(request.access.value, 0xabcd);
	assert_true(BELLHOP_MMIO_IS_WRITE(request.number));
	assert_int_equal(complete(request.number, 0), 0);
	assert_int_equal(finish(3, 4, &value), FORWARD_VALUE);
}

static void the_number_says_width_vcpu_and_direction(void **state)
{
	(void)state;
	for (uint32_t width = 1; width <= 4; width *= 2) {
		for (uint32_t vcpu = 0; vcpu < FORWARD_VCPUS; vcpu++) {
			uint32_t number = BELLHOP_MMIO_REQUEST(0x3ffffff, vcpu & 1, width, vcpu);

			assert_int_equal(BELLHOP_MMIO_WIDTH(number), width);
			assert_int_equal(BELLHOP_MMIO_VCPU(number), vcpu);
			assert_int_equal(BELLHOP_MMIO_IS_WRITE(number), vcpu & 1);
			assert_int_equal(number >> 6, 0x3ffffff);
		}
	}
}

static void answers_to_nothing(void **state)
{
	uint32_t number;
	uint32_t value;

	(void)state;
	assert_int_equal(complete(0, 0), BELLHOP_NOENT);
	begin(0, BASE, false, 0, 0);
	number = forward.request[0].number;
	/* Before it was taken: whoever knows the number has guessed it. */
	assert_int_equal(complete(number, 0), BELLHOP_NOENT);
	assert_int_equal(get(0), number);
	for (uint32_t bit = 0; bit < 32; bit++)
		assert_int_equal(complete(number ^ 1u << bit, 0), BELLHOP_NOENT);
	assert_int_equal(forward_complete(&forward, 1, number, 0, false), BELLHOP_NOENT);
	assert_int_equal(finish(0, 1, &value), FORWARD_WAITS);
	assert_int_equal(complete(number, 5), 0);
	assert_int_equal(complete(number, 6), BELLHOP_NOENT);
	assert_int_equal(finish(0, 1, &value), FORWARD_VALUE);
	assert_int_equal(value, 5);
	assert_int_equal(complete(number, 6), BELLHOP_NOENT);
}

/* decisions: an answer to an old request finds nobody, also when the vCPU waits again. */
static void an_old_answer_meets_a_new_request(void **state)
{
	uint32_t old;
	uint32_t value;

	(void)state;
	begin(0, BASE, false, 0, 0);
	old = get(0);
	assert_int_equal(finish(0, PATIENCE, &value), FORWARD_ABORT);
	begin(0, BASE, false, 0, PATIENCE);
	get(0);
	assert_int_equal(complete(old, 0x666), BELLHOP_NOENT);
	assert_int_equal(finish(0, PATIENCE + 1, &value), FORWARD_WAITS);
}

static void requests_are_given_in_their_order(void **state)
{
	static const uint32_t order[] = { 5, 0, 7, 2 };

	(void)state;
	forward.sequence = 0x3fffffd; /* the numbers wrap on the way */
	for (uint32_t i = 0; i < 4; i++)
		begin(order[i], BASE, false, 0, 0);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(BELLHOP_MMIO_VCPU(get(0)), order[i]);
	no_request(0);
}

static void the_deadline_is_kept(void **state)
{
	uint32_t value = 77;

	(void)state;
	begin(0, BASE, false, 0, 50);
	begin(1, BASE, false, 0, 50);
	get(0);
	assert_int_equal(finish(0, 50 + PATIENCE - 1, &value), FORWARD_WAITS);
	assert_int_equal(finish(0, 50 + PATIENCE, &value), FORWARD_ABORT);
	assert_int_equal(finish(1, 50 + PATIENCE, &value), FORWARD_ABORT);
	assert_int_equal(forward.failed, 2);
	no_request(0);
}

/* Done before the deadline, looked at behind it: it counts. */
static void an_answer_in_time_is_not_lost(void **state)
{
	uint32_t value;

	(void)state;
	begin(0, BASE, false, 0, 0);
	assert_int_equal(complete(get(0), 8), 0);
	assert_int_equal(finish(0, 10 * PATIENCE, &value), FORWARD_VALUE);
	assert_int_equal(value, 8);
}

static void a_claim_can_ask_for_zeros(void **state)
{
	struct forward_config config = range(0x10000000, 0x100, SERVER);
	uint32_t index;
	uint32_t value = 77;
	bool pending;

	(void)state;
	config.zeros = true;
	assert_int_equal(forward_hold(&forward, &config, bell, &index, &pending), 0);
	begin(0, 0x10000000, false, 0, 0);
	assert_int_equal(finish(0, PATIENCE, &value), FORWARD_VALUE);
	assert_int_equal(value, 0);
	/* What the device itself refuses is refused. */
	begin(0, 0x10000000, false, 0, 0);
	assert_int_equal(forward_complete(&forward, index, get(index), 3, true), 0);
	assert_int_equal(finish(0, 1, &value), FORWARD_ABORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_load_and_a_store, described),
		cmocka_unit_test_setup(the_number_says_width_vcpu_and_direction, no_claims),
		cmocka_unit_test_setup(answers_to_nothing, described),
		cmocka_unit_test_setup(an_old_answer_meets_a_new_request, described),
		cmocka_unit_test_setup(requests_are_given_in_their_order, described),
		cmocka_unit_test_setup(the_deadline_is_kept, described),
		cmocka_unit_test_setup(an_answer_in_time_is_not_lost, described),
		cmocka_unit_test_setup(a_claim_can_ask_for_zeros, no_claims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
