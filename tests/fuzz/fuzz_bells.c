// SPDX-License-Identifier: BSD-2-Clause
/*
 * The calls of tests/unit/bell_calls.h, chosen by bytes: libFuzzer looks for inputs that reach new
 * code of doorbell/, and what is asserted of random calls is asserted of these.
 *
 * An input is 24 bytes for each call. The first one says whether something else happens before it,
 * and whether all is looked at; the others make the choices, as many as it takes. So a byte that
 * changes means another argument, and the calls behind it stay what they are.
 */
#include <stdlib.h>

#include "bell_calls.h"
#include "tests/fuzz/fuzz.h"

#define CALL_BYTES 24u
#define LOOK 0x3u /* at each fourth call, mostly */
#define ELSE 0xcu

/* What is left of the call's bytes. */
static const uint8_t *left;
static size_t n_left;

static uint32_t choose(uint32_t n)
{
	if (n_left == 0)
		return n - 1;
	n_left--;
	return *left++ % n;
}

static uint32_t any(void)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < 4; i++)
		value = value << 8 | choose(256);
	return value;
}

static void call(struct bell_calls *calls, const uint8_t *bytes)
{
	left = bytes + 1;
	n_left = CALL_BYTES - 1;
	if ((bytes[0] & ELSE) == 0)
		bc_something_else(calls);
	bc_call(calls, (bytes[0] & LOOK) == 0);
}

/* What cmocka finds ends the program here, with the stack. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bell_calls calls = { .choose = choose, .any = any };

	setenv("CMOCKA_TEST_ABORT", "1", 1);
	bc_start(&calls);
	for (size_t at = 0; at + CALL_BYTES <= size; at += CALL_BYTES)
		call(&calls, data + at);
	n_left = 0;
	bc_close_everything(&calls);
	return 0;
}
