// SPDX-License-Identifier: BSD-2-Clause
/* Accesses that are forwarded: whose turn a request is, who may answer it, and how it ends. */
#include <string.h>

#include "doorbell/forward.h"
#include "tests/fuzz/devices.h"

#define PATIENCE 100u
#define SIZE 0x800u /* of most ranges; one at SIZE is described */

static struct forward forward;
static uint64_t now;
static uint32_t hold_id[BELLHOP_MAX_CLAIMS]; /* 0: nobody has the claim */
static uint32_t last_id[BELLHOP_MAX_CLAIMS]; /* of who had it before */
static bool is_told[BELLHOP_MAX_CLAIMS];     /* of the client's reset */

/* How the request of a vCPU is; of the order in which they were made. */
enum fate { NO_REQUEST, POSTED, TAKEN, ANSWERED, REFUSED, MISSED };
static struct {
	enum fate fate;
	uint32_t claim, number, order, width, value;
	uint64_t deadline;
	bool zeros;
} request[FORWARD_VCPUS];
static uint32_t n_requests;

/* A described range, and whatever else. */
static void hold(void)
{
	struct forward_config config = { .patience = PATIENCE };
	struct forward before = forward;
	struct bell_ref bell = a_bell();
	bool pending = false, waits = false;
	uint32_t index = 0;
	int32_t error;

	config.server = (uint8_t)(1u + choose(2));
	config.ipa = choose(16) == 15 ? any() : choose(6) * SIZE;
	config.size = choose(4) != 3 ? SIZE : choose(4) == 3 ? any() : choose(3) * SIZE;
	config.zeros = choose(2) != 0;
	error = forward_hold(&forward, &config, bell, &index, &pending);
	check(error == BELLHOP_OK || error == BELLHOP_INVAL || error == BELLHOP_EXIST ||
	      error == BELLHOP_PERM || error == BELLHOP_NOSPC);
	if (error != BELLHOP_OK) {
		check(memcmp(&before, &forward, sizeof(forward)) == 0);
		return;
	}
	check(hold_id[index] == 0);
	if (!forward.claim[index].config.described)
		is_told[index] = true;
	for (unsigned int i = 0; i < FORWARD_VCPUS; i++)
		waits = waits || (request[i].fate == POSTED && request[i].claim == index);
	check(pending == (waits || !is_told[index]));
	hold_id[index] = forward.claim[index].id;
	check(hold_id[index] != 0 && hold_id[index] != last_id[index]);
}

/* Mostly one of three, so that they meet again; and of a claim that has requests. */
static uint32_t a_vcpu(void)
{
	uint32_t i = choose(16);

	return i < 12 ? i % 3 : i % FORWARD_VCPUS;
}

static uint32_t a_claim(void)
{
	uint32_t i = choose(16);

	return i < BELLHOP_MAX_CLAIMS ? i : request[i % 3].claim;
}

/* One choice after the other, in this order with each compiler. */
static struct forward_access an_access(void)
{
	struct forward_access access = { 0 };

	access.ipa = choose(6) * SIZE;
	access.ipa += choose(4);
	access.width = (uint8_t)(1u << choose(3));
	access.write = choose(2) != 0;
	access.value = any();
	return access;
}

static void begin(void)
{
	uint32_t vcpu = a_vcpu();
	struct forward_access access = an_access();
	uint32_t claim = forward_find(&forward, access.ipa, access.width);
	struct bell_ref bell;

	if (claim == FORWARD_NO_CLAIM || request[vcpu].fate != NO_REQUEST)
		return;
	check(forward_begin(&forward, vcpu, claim, &access, now, &bell) == (hold_id[claim] != 0));
	request[vcpu].fate = POSTED;
	request[vcpu].claim = claim;
	request[vcpu].number = forward.request[vcpu].number;
	request[vcpu].order = ++n_requests;
	request[vcpu].width = access.width;
	request[vcpu].value = access.value;
	request[vcpu].deadline = now + forward.claim[claim].config.patience;
	request[vcpu].zeros = forward.claim[claim].config.zeros;
}

/* FORWARD_VCPUS: there is none. */
static uint32_t oldest_of(uint32_t claim)
{
	uint32_t oldest = FORWARD_VCPUS;

	for (uint32_t i = 0; i < FORWARD_VCPUS; i++)
		if (request[i].fate == POSTED && request[i].claim == claim &&
		    (oldest == FORWARD_VCPUS || request[i].order < request[oldest].order))
			oldest = i;
	return oldest;
}

static void get(void)
{
	uint32_t claim = a_claim(), oldest = oldest_of(claim);
	struct forward_request got;
	int32_t error;

	if (!forward_holds(&forward, claim, hold_id[claim]))
		return;
	error = forward_get(&forward, claim, &got);
	if (!is_told[claim]) {
		check(error == BELLHOP_STATE);
		is_told[claim] = true;
		return;
	}
	check(error == (oldest < FORWARD_VCPUS ? BELLHOP_OK : BELLHOP_AGAIN));
	if (error != BELLHOP_OK)
		return;
	check(BELLHOP_MMIO_VCPU(got.number) == oldest && got.number == request[oldest].number);
	check(BELLHOP_MMIO_WIDTH(got.number) == request[oldest].width);
	check(got.access.value == request[oldest].value);
	request[oldest].fate = TAKEN;
}

/* Of any claim, with a number that there was or none. */
static void complete(void)
{
	uint32_t vcpu = a_vcpu(), claim = choose(8) == 7 ? a_claim() : request[vcpu].claim;
	uint32_t number = choose(8) == 7 ? any() : request[vcpu].number;
	uint32_t value = any();
	bool refuse = choose(4) == 3, valid;

	if (!forward_holds(&forward, claim, hold_id[claim]))
		return;
	vcpu = BELLHOP_MMIO_VCPU(number);
	valid = request[vcpu].fate == TAKEN && request[vcpu].claim == claim &&
		request[vcpu].number == number;
	check(forward_complete(&forward, claim, number, value, refuse) ==
	      (valid ? BELLHOP_OK : BELLHOP_NOENT));
	if (!valid)
		return;
	request[vcpu].fate = refuse ? REFUSED : ANSWERED;
	request[vcpu].value = value & UINT32_MAX >> (32u - 8u * request[vcpu].width);
}

/* What the model expects of a claim that is let go. */
static uint32_t let_go(uint32_t claim, bool described)
{
	uint32_t failed = 0;

	for (uint32_t i = 0; i < FORWARD_VCPUS; i++) {
		if (request[i].claim != claim ||
		    (request[i].fate != TAKEN && (described || request[i].fate != POSTED)))
			continue;
		request[i].fate = MISSED;
		failed |= 1u << i;
	}
	last_id[claim] = hold_id[claim];
	hold_id[claim] = 0;
	return failed;
}

static void release(void)
{
	uint32_t claim = a_claim();
	bool described = forward.claim[claim].config.described;

	if (hold_id[claim] == 0)
		return;
	check(forward_release(&forward, claim) == let_go(claim, described));
	check(!forward_holds(&forward, claim, last_id[claim]));
}

static void server_gone(void)
{
	uint8_t server = (uint8_t)(1u + choose(2));
	uint32_t expected = 0;

	for (uint32_t i = 0; i < BELLHOP_MAX_CLAIMS; i++)
		if (hold_id[i] != 0 && forward.claim[i].config.server == server)
			expected |= let_go(i, forward.claim[i].config.described);
	check(forward_server_gone(&forward, server) == expected);
}

static void finish(void)
{
	uint32_t vcpu = a_vcpu(), value = 1;
	enum fate fate = request[vcpu].fate;
	enum forward_result result;

	if (fate == NO_REQUEST)
		return;
	result = forward_finish(&forward, vcpu, now, &value);
	if ((fate == POSTED || fate == TAKEN) && request[vcpu].deadline > now) {
		check(result == FORWARD_WAITS);
		return;
	}
	if (fate == ANSWERED)
		check(result == FORWARD_VALUE && value == request[vcpu].value);
	else if (fate == REFUSED || !request[vcpu].zeros)
		check(result == FORWARD_ABORT);
	else
		check(result == FORWARD_VALUE && value == 0);
	request[vcpu].fate = NO_REQUEST;
}

static void client_reset(void)
{
	uint32_t held = 0;

	for (uint32_t i = 0; i < FORWARD_VCPUS; i++) {
		forward_cancel(&forward, i);
		request[i].fate = NO_REQUEST;
	}
	for (uint32_t i = 0; i < BELLHOP_MAX_CLAIMS; i++) {
		held |= (uint32_t)(hold_id[i] != 0) << i;
		is_told[i] = false;
	}
	check(forward_reset(&forward) == held);
}

static void time_passes(void)
{
	now += choose(256);
}

void begin_claims(void)
{
	const struct forward_config described = {
		.ipa = SIZE, .size = SIZE, .server = 1, .patience = 2 * PATIENCE
	};

	memset(&forward, 0, sizeof(forward));
	memset(hold_id, 0, sizeof(hold_id));
	memset(last_id, 0, sizeof(last_id));
	memset(request, 0, sizeof(request));
	for (unsigned int i = 0; i < BELLHOP_MAX_CLAIMS; i++)
		is_told[i] = true;
	check(forward_describe(&forward, &described));
	now = 1000;
	n_requests = 0;
}

const device_action claim_actions[] = { hold,	hold,	  begin,	begin,	     get,
					get,	complete, complete,	release,     server_gone,
					finish, finish,	  client_reset, time_passes, NULL };
