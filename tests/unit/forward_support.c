// SPDX-License-Identifier: BSD-2-Clause
#include "forward_support.h"

struct forward forward;
struct bell_ref rung;

const struct bell_ref bell = { .id = 9, .kind = REF_BELL, .vm = SERVER, .index = 4 };

struct forward_config range(uint32_t ipa, uint32_t size, uint8_t server)
{
	return (struct forward_config){
		.ipa = ipa, .size = size, .server = server, .patience = PATIENCE
	};
}

int no_claims(void **state)
{
	(void)state;
	forward = (struct forward){ 0 };
	return 0;
}

int32_t hold(uint32_t ipa, uint32_t size, uint8_t server, uint32_t *index)
{
	struct forward_config config = range(ipa, size, server);
	bool pending;

	return forward_hold(&forward, &config, bell, index, &pending);
}

bool hold_is_pending(uint32_t ipa, uint32_t size)
{
	struct forward_config config = range(ipa, size, SERVER);
	uint32_t index;
	bool pending;

	assert_int_equal(forward_hold(&forward, &config, bell, &index, &pending), 0);
	return pending;
}

int described(void **state)
{
	struct forward_config config = range(BASE, SIZE, SERVER);
	uint32_t index;

	no_claims(state);
	assert_true(forward_describe(&forward, &config));
	assert_int_equal(hold(BASE, SIZE, SERVER, &index), 0);
	assert_int_equal(index, 0);
	return 0;
}

bool begin(uint32_t vcpu, uint32_t ipa, bool write, uint32_t value, uint64_t now)
{
	struct forward_access access = { .ipa = ipa, .value = value, .width = 4, .write = write };
	uint32_t claim = forward_find(&forward, ipa, 4);

	assert_int_not_equal(claim, FORWARD_NO_CLAIM);
	return forward_begin(&forward, vcpu, claim, &access, now, &rung);
}

uint32_t get(uint32_t claim)
{
	struct forward_request request;

	assert_int_equal(forward_get(&forward, claim, &request), 0);
	return request.number;
}

void no_request(uint32_t claim)
{
	struct forward_request request;

	assert_int_equal(forward_get(&forward, claim, &request), BELLHOP_AGAIN);
}

int32_t complete(uint32_t number, uint32_t value)
{
	return forward_complete(&forward, 0, number, value, false);
}

enum forward_result finish(uint32_t vcpu, uint64_t now, uint32_t *value)
{
	return forward_finish(&forward, vcpu, now, value);
}
