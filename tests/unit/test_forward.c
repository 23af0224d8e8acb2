// SPDX-License-Identifier: BSD-2-Clause
/* MMIO forwarding: requests, late answers, and what becomes of them when somebody stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doorbell/forward.h"

#define BASE 0x09030000u
#define SIZE 0x1000u
#define SERVER 1u
#define OTHER 2u
#define PATIENCE 1000u

static struct forward forward;
static struct bell_ref rung;

static const struct bell_ref bell = { .id = 9, .kind = REF_BELL, .vm = SERVER, .index = 4 };

static struct forward_config range(uint32_t ipa, uint32_t size, uint8_t server)
{
	return (struct forward_config){
		.ipa = ipa, .size = size, .server = server, .patience = PATIENCE
	};
}

static int no_claims(void **state)
{
	(void)state;
	forward = (struct forward){ 0 };
	return 0;
}

static int32_t hold(uint32_t ipa, uint32_t size, uint8_t server, uint32_t *index)
{
	struct forward_config config = range(ipa, size, server);
	bool pending;

	return forward_hold(&forward, &config, bell, index, &pending);
}

static bool hold_is_pending(uint32_t ipa, uint32_t size)
{
	struct forward_config config = range(ipa, size, SERVER);
	uint32_t index;
	bool pending;

	assert_int_equal(forward_hold(&forward, &config, bell, &index, &pending), 0);
	return pending;
}

/* The description's range, which SERVER has taken as claim 0. */
static int described(void **state)
{
	struct forward_config config = range(BASE, SIZE, SERVER);
	uint32_t index;

	no_claims(state);
	assert_true(forward_describe(&forward, &config));
	assert_int_equal(hold(BASE, SIZE, SERVER, &index), 0);
	assert_int_equal(index, 0);
	return 0;
}

static bool begin(uint32_t vcpu, uint32_t ipa, bool write, uint32_t value, uint64_t now)
{
	struct forward_access access = { .ipa = ipa, .value = value, .width = 4, .write = write };
	uint32_t claim = forward_find(&forward, ipa, 4);

	assert_int_not_equal(claim, FORWARD_NO_CLAIM);
	return forward_begin(&forward, vcpu, claim, &access, now, &rung);
}

static uint32_t get(uint32_t claim)
{
	struct forward_request request;

	assert_int_equal(forward_get(&forward, claim, &request), 0);
	return request.number;
}

static void no_request(uint32_t claim)
{
	struct forward_request request;

	assert_int_equal(forward_get(&forward, claim, &request), BELLHOP_AGAIN);
}

static int32_t complete(uint32_t number, uint32_t value)
{
	return forward_complete(&forward, 0, number, value, false);
}

static enum forward_result finish(uint32_t vcpu, uint64_t now, uint32_t *value)
{
	return forward_finish(&forward, vcpu, now, value);
}

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
		cmocka_unit_test_setup(a_load_and_a_store, described),
		cmocka_unit_test_setup(the_number_says_width_vcpu_and_direction, no_claims),
		cmocka_unit_test_setup(answers_to_nothing, described),
		cmocka_unit_test_setup(an_old_answer_meets_a_new_request, described),
		cmocka_unit_test_setup(requests_are_given_in_their_order, described),
		cmocka_unit_test_setup(the_deadline_is_kept, described),
		cmocka_unit_test_setup(an_answer_in_time_is_not_lost, described),
		cmocka_unit_test_setup(a_claim_can_ask_for_zeros, no_claims),
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
