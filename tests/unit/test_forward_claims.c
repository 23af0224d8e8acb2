// SPDX-License-Identifier: BSD-2-Clause
/* MMIO forwarding: claims, and what becomes of requests when somebody stops. */
#include "forward_support.h"

static void a_described_range_waits_for_its_server(void **state)
{
	struct forward_config config = range(BASE, SIZE, SERVER);
	uint32_t index;
	uint32_t value;
	bool pending;

	(void)state;
	assert_true(forward_describe(&forward, &config));
	assert_false(begin(0, BASE, false, 0, 0));
	assert_int_equal(finish(0, 1, &value), FORWARD_WAITS);
	assert_int_equal(forward_hold(&forward, &config, bell, &index, &pending), 0);
	assert_true(pending);
	assert_int_equal(complete(get(index), 4), 0);
	assert_int_equal(finish(0, 2, &value), FORWARD_VALUE);
}

/* What was taken may have been carried out; what was not is left for who starts again. */
static void the_server_stops(void **state)
{
	uint32_t index;
	uint32_t number;
	uint32_t id = forward.claim[0].id;
	uint32_t value;

	(void)state;
	begin(0, BASE, false, 0, 0);
	number = get(0);
	begin(1, BASE, false, 0, 0);
	assert_int_equal(forward_server_gone(&forward, OTHER), 0);
	assert_int_equal(forward_server_gone(&forward, SERVER), 1u << 0);
	assert_false(forward_holds(&forward, 0, id));
	assert_int_equal(complete(number, 0), BELLHOP_NOENT);
	assert_int_equal(finish(0, 1, &value), FORWARD_ABORT);
	assert_int_equal(finish(1, 1, &value), FORWARD_WAITS);
	assert_int_equal(hold(BASE, SIZE, SERVER, &index), 0);
	assert_false(forward_holds(&forward, 0, id));
	assert_true(forward_holds(&forward, 0, forward.claim[0].id));
	assert_int_equal(complete(get(index), 4), 0);
	assert_int_equal(finish(1, 2, &value), FORWARD_VALUE);
}

/* A range that the description does not know goes with its server, and all that waits fails. */
static void a_claim_goes(void **state)
{
	uint32_t index;
	uint32_t value;

	(void)state;
	assert_int_equal(hold(0x10000000, SIZE, SERVER, &index), 0);
	begin(0, 0x10000000, false, 0, 0);
	get(index);
	begin(1, 0x10000000, false, 0, 0);
	begin(2, BASE, false, 0, 0);
	assert_int_equal(forward_release(&forward, index), 3);
	assert_int_equal(forward_find(&forward, 0x10000000, 4), FORWARD_NO_CLAIM);
	assert_int_equal(finish(0, 1, &value), FORWARD_ABORT);
	assert_int_equal(finish(1, 1, &value), FORWARD_ABORT);
	assert_int_equal(finish(2, 1, &value), FORWARD_WAITS);
}

static void the_client_stops(void **state)
{
	uint32_t number;

	(void)state;
	begin(0, BASE, false, 0, 0);
	number = get(0);
	forward_cancel(&forward, 0);
	assert_int_equal(complete(number, 0), BELLHOP_NOENT);
	begin(0, BASE, false, 0, 0);
	forward_cancel(&forward, 0);
	no_request(0);
	assert_int_equal(forward.failed, 0);
}

static void the_server_hears_of_a_reset(void **state)
{
	struct forward_request request;

	(void)state;
	begin(0, BASE, false, 0, 0);
	forward_cancel(&forward, 0);
	assert_int_equal(forward_reset(&forward), 1);
	begin(0, BASE, false, 0, 0);
	assert_int_equal(forward_get(&forward, 0, &request), BELLHOP_STATE);
	get(0);
	no_request(0);
	/* Who takes a described range later is told as well: it may have kept what it knew. */
	assert_int_equal(forward_reset(&forward), 1);
	forward_release(&forward, 0);
	assert_int_equal(forward_reset(&forward), 0);
	assert_true(hold_is_pending(BASE, SIZE));
	assert_int_equal(forward_get(&forward, 0, &request), BELLHOP_STATE);
	no_request(0);
	forward_release(&forward, 0);
	assert_false(hold_is_pending(BASE, SIZE));
	no_request(0);
}

/* Another range is new with each claim: nobody knows anything of before. */
static void a_new_claim_hears_of_no_reset(void **state)
{
	uint32_t index;

	(void)state;
	assert_int_equal(hold(0x10000000, SIZE, SERVER, &index), 0);
	assert_int_equal(forward_reset(&forward), 1u << 0 | 1u << index);
	forward_release(&forward, index);
	assert_false(hold_is_pending(0x10000000, SIZE));
	no_request(index);
}

static void claims_that_are_refused(void **state)
{
	struct forward before = forward;
	uint32_t index;

	(void)state;
	assert_int_equal(hold(BASE, SIZE, SERVER, &index), BELLHOP_EXIST); /* held */
	assert_int_equal(hold(BASE + 4, 4, SERVER, &index), BELLHOP_EXIST);
	assert_int_equal(hold(BASE - 4, 8, SERVER, &index), BELLHOP_EXIST);
	assert_int_equal(hold(BASE + SIZE - 1, 8, SERVER, &index), BELLHOP_EXIST);
	assert_int_equal(hold(0, UINT32_MAX, SERVER, &index), BELLHOP_EXIST);
	assert_int_equal(hold(0x1000, 0, SERVER, &index), BELLHOP_INVAL);
	assert_int_equal(hold(0xfffff000, 0x1000, SERVER, &index), BELLHOP_INVAL);
	assert_int_equal(hold(0xfffff000, 0x2000, SERVER, &index), BELLHOP_INVAL);
	assert_memory_equal(&forward, &before, sizeof(forward));
	forward_release(&forward, 0);
	assert_int_equal(hold(BASE, SIZE, OTHER, &index), BELLHOP_PERM);
	assert_int_equal(hold(BASE, SIZE - 4, SERVER, &index), BELLHOP_EXIST);
	for (uint32_t i = 1; i <= BELLHOP_MAX_CLAIMS; i++)
		assert_int_equal(hold(i * SIZE, SIZE, SERVER, &index),
				 i < BELLHOP_MAX_CLAIMS ? 0 : BELLHOP_NOSPC);
}

static void an_access_lies_in_a_claim_as_a_whole(void **state)
{
	(void)state;
	assert_int_equal(forward_find(&forward, BASE, 1), 0);
	assert_int_equal(forward_find(&forward, BASE + SIZE - 1, 1), 0);
	assert_int_equal(forward_find(&forward, BASE + SIZE - 1, 2), FORWARD_NO_CLAIM);
	assert_int_equal(forward_find(&forward, BASE + SIZE, 1), FORWARD_NO_CLAIM);
	assert_int_equal(forward_find(&forward, BASE - 1, 2), FORWARD_NO_CLAIM);
	assert_int_equal(forward_find(&forward, 0, 4), FORWARD_NO_CLAIM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_described_range_waits_for_its_server, no_claims),
		cmocka_unit_test_setup(the_server_stops, described),
		cmocka_unit_test_setup(a_claim_goes, described),
		cmocka_unit_test_setup(the_client_stops, described),
		cmocka_unit_test_setup(the_server_hears_of_a_reset, described),
		cmocka_unit_test_setup(a_new_claim_hears_of_no_reset, described),
		cmocka_unit_test_setup(claims_that_are_refused, described),
		cmocka_unit_test_setup(an_access_lies_in_a_claim_as_a_whole, described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
