// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hyp/cntvoff.h"

static void the_offset_is_added(void **state)
{
	(void)state;
	assert_true(cntvct_to_cntpct(0, 0) == 0);
	assert_true(cntvct_to_cntpct(0, 7) == 7);
	assert_true(cntvct_to_cntpct(0xffffffff, 2) == 0x100000001);
	assert_true(cntvct_to_cntpct(UINT64_MAX - 8, 7) == UINT64_MAX - 1);
}

static void what_is_beyond_the_end_never_comes(void **state)
{
	(void)state;
	assert_true(cntvct_to_cntpct(UINT64_MAX, 0) == UINT64_MAX);
	assert_true(cntvct_to_cntpct(UINT64_MAX, 1) == UINT64_MAX);
	assert_true(cntvct_to_cntpct(UINT64_MAX - 6, 7) == UINT64_MAX);
	assert_true(cntvct_to_cntpct(UINT64_MAX, UINT64_MAX) == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_offset_is_added),
		cmocka_unit_test(what_is_beyond_the_end_never_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
