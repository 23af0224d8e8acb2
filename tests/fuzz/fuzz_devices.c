// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a client VM keeps for its device models - ioevents, claims with requests, MSI-X functions -
 * and what two device models and the client's vCPUs do to it, as bytes say. Each part has a model
 * beside it that is slow and plain. A call that fails has changed nothing.
 *
 * An input is a byte that says which part it is about, then 12 for each action. Every input means
 * something.
 */
#include <stddef.h>

#include "tests/fuzz/devices.h"
#include "tests/fuzz/fuzz.h"

#define ACTION_BYTES 12u

static const uint8_t *left;
static size_t n_left;

uint32_t choose(uint32_t n)
{
	if (n_left == 0)
		return 0;
	n_left--;
	return *left++ % n;
}

uint32_t any(void)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < 4; i++)
		value = value << 8 | choose(256);
	return value;
}

struct bell_ref a_bell(void)
{
	uint32_t i = choose(4);

	return (struct bell_ref){ .id = i + 1u, .kind = REF_BELL, .index = (uint16_t)i };
}

static const struct part {
	void (*begin)(void);
	const device_action *actions;
} parts[] = {
	{ begin_events, event_actions },
	{ begin_claims, claim_actions },
	{ begin_msix, msix_actions },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct part *part;
	uint32_t n = 0;

	if (size == 0)
		return 0;
	part = &parts[data[0] % (sizeof(parts) / sizeof(parts[0]))];
	while (part->actions[n] != NULL)
		n++;
	part->begin();
	for (size_t at = 1; at + ACTION_BYTES <= size; at += ACTION_BYTES) {
		left = data + at;
		n_left = ACTION_BYTES;
		part->actions[choose(n)]();
	}
	return 0;
}
