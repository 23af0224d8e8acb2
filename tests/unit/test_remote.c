// SPDX-License-Identifier: BSD-2-Clause
/* Handles of claims and MSI-X functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doorbell/remote.h"

static struct remotes remotes;

static int empty(void **state)
{
	(void)state;
	remotes = (struct remotes){ 0 };
	return 0;
}

static uint32_t make(uint32_t type, uint32_t id)
{
	struct remote *remote = remote_find_free(&remotes, type);

	assert_non_null(remote);
	return remote_set(&remotes, remote, type, 3, 2, id);
}

static void a_handle_says_where_it_is(void **state)
{
	uint32_t handle = make(BELLHOP_TYPE_CLAIM, 17);
	const struct remote *remote = remote_get(&remotes, BELLHOP_TYPE_CLAIM, handle);

	(void)state;
	assert_int_equal(BELLHOP_HANDLE_TYPE(handle), BELLHOP_TYPE_CLAIM);
	assert_non_null(remote);
	assert_int_equal(remote->vm, 3);
	assert_int_equal(remote->index, 2);
	assert_int_equal(remote->id, 17);
	assert_null(remote_get(&remotes, BELLHOP_TYPE_MSIX, handle));
}

/* T112 for these handles: an old one never means the new thing in its place. */
static void t112_an_old_handle_is_none(void **state)
{
	uint32_t old = make(BELLHOP_TYPE_MSIX, 1);
	uint32_t now;

	(void)state;
	remote_close(remote_get(&remotes, BELLHOP_TYPE_MSIX, old));
	assert_null(remote_get(&remotes, BELLHOP_TYPE_MSIX, old));
	now = make(BELLHOP_TYPE_MSIX, 2);
	assert_int_not_equal(now, old);
	assert_null(remote_get(&remotes, BELLHOP_TYPE_MSIX, old));
	assert_non_null(remote_get(&remotes, BELLHOP_TYPE_MSIX, now));
}

static void handles_that_were_made_up(void **state)
{
	uint32_t handle = make(BELLHOP_TYPE_CLAIM, 1);

	(void)state;
	assert_null(remote_get(&remotes, BELLHOP_TYPE_CLAIM, 0));
	for (uint32_t bit = 0; bit < 32; bit++)
		assert_null(remote_get(&remotes, BELLHOP_TYPE_CLAIM, handle ^ 1u << bit));
	assert_null(remote_get(&remotes, BELLHOP_TYPE_CLAIM, UINT32_MAX));
}

static void each_table_has_its_limit(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < BELLHOP_MAX_CLAIMS; i++)
		make(BELLHOP_TYPE_CLAIM, i + 1);
	assert_null(remote_find_free(&remotes, BELLHOP_TYPE_CLAIM));
	for (uint32_t i = 0; i < BELLHOP_MAX_MSIX; i++)
		make(BELLHOP_TYPE_MSIX, i + 1);
	assert_null(remote_find_free(&remotes, BELLHOP_TYPE_MSIX));
}

static void list_finds_all_of_a_type(void **state)
{
	uint32_t a = make(BELLHOP_TYPE_CLAIM, 1);
	uint32_t b = make(BELLHOP_TYPE_CLAIM, 2);
	uint32_t c = make(BELLHOP_TYPE_CLAIM, 3);
	uint32_t handle;

	(void)state;
	remote_close(remote_get(&remotes, BELLHOP_TYPE_CLAIM, b));
	assert_int_equal(remote_list(&remotes, BELLHOP_TYPE_CLAIM, 0, &handle), 0);
	assert_int_equal(handle, a);
	assert_int_equal(remote_list(&remotes, BELLHOP_TYPE_CLAIM, 1, &handle), 0);
	assert_int_equal(handle, c);
	assert_int_equal(remote_list(&remotes, BELLHOP_TYPE_CLAIM, 3, &handle), BELLHOP_NOENT);
	assert_int_equal(remote_list(&remotes, BELLHOP_TYPE_CLAIM, UINT32_MAX, &handle),
			 BELLHOP_NOENT);
	assert_int_equal(remote_list(&remotes, BELLHOP_TYPE_MSIX, 0, &handle), BELLHOP_NOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_handle_says_where_it_is, empty),
		cmocka_unit_test_setup(t112_an_old_handle_is_none, empty),
		cmocka_unit_test_setup(handles_that_were_made_up, empty),
		cmocka_unit_test_setup(each_table_has_its_limit, empty),
		cmocka_unit_test_setup(list_finds_all_of_a_type, empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
