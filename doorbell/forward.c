// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "forward.h"

static bool overlap(const struct forward_config *a, const struct forward_config *b)
{
	return a->ipa - b->ipa < b->size || b->ipa - a->ipa < a->size;
}

/* The first claim that overlaps the range; FORWARD_NO_CLAIM: none. */
static uint32_t find_overlap(const struct forward *forward, const struct forward_config *config)
{
	for (uint32_t i = 0u; i < BELLHOP_MAX_CLAIMS; i++) {
		if (forward->claim[i].config.size != 0u &&
		    overlap(&forward->claim[i].config, config))
			return i;
	}
	return FORWARD_NO_CLAIM;
}

static uint32_t find_free(const struct forward *forward)
{
	for (uint32_t i = 0u; i < BELLHOP_MAX_CLAIMS; i++) {
		if (forward->claim[i].config.size == 0u)
			return i;
	}
	return FORWARD_NO_CLAIM;
}

bool forward_describe(struct forward *forward, const struct forward_config *config)
{
	uint32_t i = find_free(forward);

	if (i == FORWARD_NO_CLAIM)
		return false;
	forward->claim[i].config = *config;
	forward->claim[i].config.described = true;
	return true;
}

static bool has_posted(const struct forward *forward, uint32_t claim)
{
	for (uint32_t i = 0u; i < FORWARD_VCPUS; i++) {
		if (forward->request[i].state == FORWARD_POSTED &&
		    forward->request[i].claim == claim)
			return true;
	}
	return false;
}

/* Where the range goes: its described claim, or a free one. */
static int32_t choose(const struct forward *forward, const struct forward_config *config,
		      uint32_t *index)
{
	const struct forward_claim *claim;

	*index = find_overlap(forward, config);
	if (*index == FORWARD_NO_CLAIM) {
		*index = find_free(forward);
		return *index == FORWARD_NO_CLAIM ? BELLHOP_NOSPC : 0;
	}
	claim = &forward->claim[*index];
	if (claim->id != 0u || claim->config.ipa != config->ipa ||
	    claim->config.size != config->size)
		return BELLHOP_EXIST;
	return claim->config.server == config->server ? 0 : BELLHOP_PERM;
}

int32_t forward_hold(struct forward *forward, const struct forward_config *config,
		     struct bell_ref bell, uint32_t *index, bool *pending)
{
	struct forward_claim *claim;
	int32_t status;

	if (config->size == 0u || config->ipa > UINT32_MAX - config->size)
		return BELLHOP_INVAL;
	status = choose(forward, config, index);
	if (status != 0)
		return status;
	claim = &forward->claim[*index];
	if (claim->config.size == 0u) {
		claim->config = *config;
		claim->reset = false;
	}
	claim->id = ++forward->last_id;
	claim->bell = bell;
	*pending = claim->reset || has_posted(forward, *index);
	return 0;
}

uint32_t forward_find(const struct forward *forward, uint32_t ipa, uint32_t width)
{
	for (uint32_t i = 0u; i < BELLHOP_MAX_CLAIMS; i++) {
		const struct forward_config *config = &forward->claim[i].config;
		uint32_t offset = ipa - config->ipa;

		if (offset < config->size && width <= config->size - offset)
			return i;
	}
	return FORWARD_NO_CLAIM;
}

bool forward_begin(struct forward *forward, uint32_t vcpu, uint32_t claim,
		   const struct forward_access *access, uint64_t now, struct bell_ref *bell)
{
	const struct forward_claim *to = &forward->claim[claim];

	forward->sequence++;
	forward->request[vcpu] = (struct forward_request){
		.state = FORWARD_POSTED,
		.claim = (uint8_t)claim,
		.zeros = to->config.zeros,
		.number =
			BELLHOP_MMIO_REQUEST(forward->sequence, access->write, access->width, vcpu),
		.deadline = now + to->config.patience,
		.access = *access,
	};
	*bell = to->bell;
	return to->id != 0u;
}

bool forward_holds(const struct forward *forward, uint32_t claim, uint32_t id)
{
	return claim < BELLHOP_MAX_CLAIMS && id != 0u && forward->claim[claim].id == id;
}

/* How many requests were made since: right also where the sequence has wrapped. */
static uint32_t age(const struct forward *forward, const struct forward_request *request)
{
	return BELLHOP_MMIO_REQUEST(forward->sequence, 0u, 0u, 0u) - (request->number & ~0x3fu);
}

int32_t forward_get(struct forward *forward, uint32_t claim, struct forward_request *request)
{
	struct forward_request *oldest = NULL;

	if (forward->claim[claim].reset) {
		forward->claim[claim].reset = false;
		return BELLHOP_STATE;
	}
	for (uint32_t i = 0u; i < FORWARD_VCPUS; i++) {
		struct forward_request *one = &forward->request[i];

		if (one->state == FORWARD_POSTED && one->claim == claim &&
		    (oldest == NULL || age(forward, one) > age(forward, oldest)))
			oldest = one;
	}
	if (oldest == NULL)
		return BELLHOP_AGAIN;
	oldest->state = FORWARD_TAKEN;
	*request = *oldest;
	return 0;
}

int32_t forward_complete(struct forward *forward, uint32_t claim, uint32_t number, uint32_t value,
			 bool abort)
{
	struct forward_request *request = &forward->request[BELLHOP_MMIO_VCPU(number)];

	if (request->state != FORWARD_TAKEN || request->claim != claim || request->number != number)
		return BELLHOP_NOENT;
	request->state = FORWARD_DONE;
	request->access.value = value & UINT32_MAX >> (32u - 8u * request->access.width);
	if (abort) {
		/* The device's own answer, whatever the claim says of a missing one. */
		request->state = FORWARD_FAILED;
		request->zeros = false;
	}
	return 0;
}

static void fail(struct forward *forward, struct forward_request *request)
{
	request->state = FORWARD_FAILED;
	forward->failed++;
}

/* Those of a claim that the device model has taken; with it also those that still wait. */
static uint32_t fail_requests(struct forward *forward, uint32_t claim, bool posted)
{
	uint32_t failed = 0u;

	for (uint32_t i = 0u; i < FORWARD_VCPUS; i++) {
		struct forward_request *request = &forward->request[i];

		if (request->claim != claim)
			continue;
		if (request->state == FORWARD_TAKEN ||
		    (posted && request->state == FORWARD_POSTED)) {
			fail(forward, request);
			failed |= 1u << i;
		}
	}
	return failed;
}

uint32_t forward_release(struct forward *forward, uint32_t index)
{
	struct forward_claim *claim = &forward->claim[index];

	claim->id = 0u;
	if (claim->config.described)
		return fail_requests(forward, index, false);
	claim->config.size = 0u;
	return fail_requests(forward, index, true);
}

uint32_t forward_server_gone(struct forward *forward, uint8_t server)
{
	uint32_t failed = 0u;

	for (uint32_t i = 0u; i < BELLHOP_MAX_CLAIMS; i++) {
		if (forward->claim[i].id != 0u && forward->claim[i].config.server == server)
			failed |= forward_release(forward, i);
	}
	return failed;
}

enum forward_result forward_finish(struct forward *forward, uint32_t vcpu, uint64_t now,
				   uint32_t *value)
{
	struct forward_request *request = &forward->request[vcpu];
	bool waits = request->state == FORWARD_POSTED || request->state == FORWARD_TAKEN;
	bool failed;

	if (waits && request->deadline > now)
		return FORWARD_WAITS;
	if (waits)
		fail(forward, request);
	failed = request->state == FORWARD_FAILED;
	request->state = FORWARD_IDLE;
	*value = failed ? 0u : request->access.value;
	return failed && !request->zeros ? FORWARD_ABORT : FORWARD_VALUE;
}

void forward_cancel(struct forward *forward, uint32_t vcpu)
{
	forward->request[vcpu].state = FORWARD_IDLE;
}

uint32_t forward_reset(struct forward *forward)
{
	uint32_t held = 0u;

	for (uint32_t i = 0u; i < BELLHOP_MAX_CLAIMS; i++) {
		forward->claim[i].reset = true;
		if (forward->claim[i].id != 0u)
			held |= 1u << i;
	}
	return held;
}
