// SPDX-License-Identifier: BSD-2-Clause
/* ioeventfd: cases T114 to T118, and the look-up itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doorbell/ioevent.h"

#define ADDRESS 0x0a000050u

static struct ioevents events;

static const struct bell_ref bell_a = { .id = 7, .kind = REF_BELL, .vm = 1, .index = 3 };
static const struct bell_ref bell_b = { .id = 7, .kind = REF_BELL, .vm = 2, .index = 3 };

static int empty_table(void **state)
{
	(void)state;
	events = (struct ioevents){ 0 };
	return 0;
}

static uint32_t n_events(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < BELLHOP_MAX_IOEVENTS; i++)
		n += events.used[i];
	return n;
}

static struct ioevent_key any(uint32_t address, uint8_t length)
{
	return (struct ioevent_key){ .address = address, .length = length };
}

static struct ioevent_key only(uint32_t address, uint8_t length, uint64_t data)
{
	return (struct ioevent_key){ address, length, true, data };
}

static int32_t add(struct ioevent_key key)
{
	return ioevent_add(&events, &key, bell_a);
}

static int32_t take_away(struct ioevent_key key)
{
	return ioevent_remove(&events, &key, bell_a);
}

static bool hits(uint32_t address, uint32_t width, uint64_t data)
{
	const struct ioevent *event =
		ioevent_match(&events, ioevent_bucket(address), address, width, data);

	if (event == NULL)
		return false;
	assert_memory_equal(&event->bell, &bell_a, sizeof(bell_a));
	return true;
}

static void t114_a_length_takes_that_width_alone(void **state)
{
	static const uint8_t widths[] = { 1, 2, 4, 8 };

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		empty_table(NULL);
		assert_int_equal(add(any(ADDRESS, widths[i])), 0);
		for (uint32_t j = 0; j < 4; j++)
			assert_int_equal(hits(ADDRESS, widths[j], 0x5a), i == j);
	}
}

static void t114_length_0_takes_any_width(void **state)
{
	(void)state;
	assert_int_equal(add(any(ADDRESS, 0)), 0);
	for (uint32_t width = 1; width <= 8; width *= 2) {
		assert_true(hits(ADDRESS, width, 0));
		assert_true(hits(ADDRESS, width, UINT64_MAX));
	}
}

/* A store that begins elsewhere is no hit even where it covers the address. */
static void t114_the_address_is_exact(void **state)
{
	(void)state;
	assert_int_equal(add(any(ADDRESS, 0)), 0);
	assert_int_equal(add(any(ADDRESS + 0x100, 4)), 0);
	assert_false(hits(ADDRESS - 1, 2, 0));
	assert_false(hits(ADDRESS - 4, 8, 0));
	assert_false(hits(ADDRESS + 1, 1, 0));
	assert_false(hits(ADDRESS + 0x101, 4, 0));
	assert_false(hits(ADDRESS + 0xfc, 8, 0));
	assert_true(hits(ADDRESS + 0x100, 4, 0));
}

static void t114_datamatch_takes_that_value_alone(void **state)
{
	(void)state;
	assert_int_equal(add(only(ADDRESS, 4, 0x12345678)), 0);
	assert_true(hits(ADDRESS, 4, 0x12345678));
	assert_false(hits(ADDRESS, 4, 0x12345679));
	assert_false(hits(ADDRESS, 4, 0));
	assert_false(hits(ADDRESS, 2, 0x5678));
	assert_false(hits(ADDRESS, 8, 0x12345678));
}

/* The value stored is compared with all 64 bits: what no store of this width can hold never is. */
static void t114_datamatch_beyond_the_width_never_hits(void **state)
{
	(void)state;
	assert_int_equal(add(only(ADDRESS, 1, 0x155)), 0);
	assert_false(hits(ADDRESS, 1, 0x55));
	assert_int_equal(add(only(ADDRESS, 8, 0x100000055)), 0);
	assert_true(hits(ADDRESS, 8, 0x100000055));
	assert_false(hits(ADDRESS, 8, 0x55));
}

static void t115_keys_that_are_none(void **state)
{
	(void)state;
	assert_int_equal(add(any(ADDRESS, 3)), BELLHOP_INVAL);
	assert_int_equal(add(any(ADDRESS, 5)), BELLHOP_INVAL);
	assert_int_equal(add(any(ADDRESS, 16)), BELLHOP_INVAL);
	assert_int_equal(add(any(ADDRESS, 0x80)), BELLHOP_INVAL);
	assert_int_equal(add(only(ADDRESS, 0, 0)), BELLHOP_INVAL);
	assert_int_equal(add(any(0xfffffffc, 8)), BELLHOP_INVAL);
	assert_int_equal(add(any(0xffffffff, 1)), BELLHOP_INVAL);
	assert_int_equal(n_events(), 0);
	assert_int_equal(add(any(0xffffffff, 0)), 0);
	assert_int_equal(add(any(0xfffffff0, 8)), 0);
}

static void t116_events_that_one_store_could_hit(void **state)
{
	(void)state;
	assert_int_equal(add(only(ADDRESS, 4, 1)), 0);
	assert_int_equal(add(only(ADDRESS, 4, 2)), 0);
	assert_int_equal(add(only(ADDRESS, 4, 1)), BELLHOP_EXIST);
	assert_int_equal(add(any(ADDRESS, 4)), BELLHOP_EXIST);
	assert_int_equal(add(any(ADDRESS, 0)), BELLHOP_EXIST);
	/* Another width, another store. */
	assert_int_equal(add(any(ADDRESS, 2)), 0);
	assert_int_equal(add(only(ADDRESS, 2, 1)), BELLHOP_EXIST);
	/* Ranges that overlap are no collision: addresses are exact. */
	assert_int_equal(add(any(ADDRESS + 1, 0)), 0);
	assert_int_equal(add(any(ADDRESS + 1, 1)), BELLHOP_EXIST);
	assert_true(hits(ADDRESS, 4, 2));
	assert_false(hits(ADDRESS, 4, 3));
}

/* Whose bell it would ring is of no matter. */
static void t116_another_bell_collides_too(void **state)
{
	struct ioevent_key key = any(ADDRESS, 4);

	(void)state;
	assert_int_equal(ioevent_add(&events, &key, bell_b), 0);
	assert_int_equal(add(key), BELLHOP_EXIST);
}

static void t117_removal_needs_the_whole_key(void **state)
{
	struct ioevent_key key = only(ADDRESS, 4, 5);

	(void)state;
	assert_int_equal(add(key), 0);
	assert_int_equal(take_away(only(ADDRESS, 2, 5)), BELLHOP_NOENT);
	assert_int_equal(take_away(only(ADDRESS, 4, 6)), BELLHOP_NOENT);
	assert_int_equal(take_away(only(ADDRESS + 4, 4, 5)), BELLHOP_NOENT);
	assert_int_equal(take_away(any(ADDRESS, 4)), BELLHOP_NOENT);
	assert_int_equal(take_away(any(ADDRESS, 0)), BELLHOP_NOENT);
	assert_int_equal(ioevent_remove(&events, &key, bell_b), BELLHOP_NOENT);
	assert_true(hits(ADDRESS, 4, 5));
	assert_int_equal(take_away(key), 0);
	assert_false(hits(ADDRESS, 4, 5));
	assert_int_equal(take_away(key), BELLHOP_NOENT);
}

/* Without datamatch the data of the key says nothing. */
static void t117_data_of_a_wildcard_is_ignored(void **state)
{
	struct ioevent_key key = any(ADDRESS, 4);

	(void)state;
	assert_int_equal(add(key), 0);
	key.data = 77;
	assert_int_equal(take_away(key), 0);
}

static void the_table_is_full_at_64(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < BELLHOP_MAX_IOEVENTS; i++)
		assert_int_equal(add(only(ADDRESS, 4, i)), 0);
	assert_int_equal(add(only(ADDRESS, 4, 64)), BELLHOP_NOSPC);
	for (uint32_t i = 0; i < BELLHOP_MAX_IOEVENTS; i++)
		assert_true(hits(ADDRESS, 4, i));
	assert_false(hits(ADDRESS, 4, 64));
	assert_int_equal(take_away(only(ADDRESS, 4, 31)), 0);
	assert_int_equal(add(only(ADDRESS, 4, 64)), 0);
	assert_true(hits(ADDRESS, 4, 64));
	assert_false(hits(ADDRESS, 4, 31));
}

/* Longest bucket with 64 devices of 512 bytes or of a page, or 64 registers of one. */
static void devices_spread_over_the_buckets(void **state)
{
	static const uint32_t strides[] = { 4, 0x200, 0x1000 };
	static const uint32_t longest_allowed[] = { 1, 1, 8 };

	(void)state;
	for (uint32_t s = 0; s < 3; s++) {
		uint32_t longest = 0;

		empty_table(NULL);
		for (uint32_t i = 0; i < BELLHOP_MAX_IOEVENTS; i++)
			assert_int_equal(add(any(0x0a000000 + i * strides[s], 4)), 0);
		for (uint32_t b = 0; b < IOEVENT_BUCKETS; b++) {
			uint32_t length = 0;

			for (uint32_t i = events.bucket[b]; i != 0; i = events.event[i - 1].next)
				length++;
			longest = length > longest ? length : longest;
		}
		assert_true(longest <= longest_allowed[s]);
	}
}

static void a_bell_that_is_closed_is_forgotten(void **state)
{
	struct ioevent_key other = any(ADDRESS + 8, 4);

	(void)state;
	assert_int_equal(add(any(ADDRESS, 4)), 0);
	assert_int_equal(add(any(ADDRESS, 2)), 0);
	assert_int_equal(ioevent_add(&events, &other, bell_b), 0);
	ioevent_forget_bell(&events, bell_a);
	assert_false(hits(ADDRESS, 4, 0));
	assert_false(hits(ADDRESS, 2, 0));
	assert_int_equal(n_events(), 1);
	ioevent_forget_bell(&events, bell_b);
	assert_int_equal(n_events(), 0);
	assert_int_equal(ioevent_remove(&events, &other, bell_b), BELLHOP_NOENT);
}

/* Against a list that is searched from end to end. */
static void random_tables_agree_with_a_list(void **state)
{
	static struct ioevent_key list[BELLHOP_MAX_IOEVENTS];
	uint32_t n = 0;
	uint32_t random = 1;

	(void)state;
	for (uint32_t round = 0; round < 200000; round++) {
		struct ioevent_key key;
		uint32_t i;
		bool expected = false;

		random = random * 1664525u + 1013904223u;
		key = any(0x0a000000 + (random >> 8 & 3) * 0x800 + (random >> 10 & 3),
			  (uint8_t)((1u << (random >> 12 & 3)) & ~(random >> 14 & 1u)));
		key.datamatch = key.length != 0 && (random >> 16 & 1) != 0;
		key.data = random >> 17 & 3;
		for (i = 0; i < n; i++)
			expected |= list[i].address == key.address &&
				    (list[i].length == 0 || list[i].length == key.length) &&
				    (!list[i].datamatch || list[i].data == key.data);
		if (key.length != 0)
			assert_int_equal(hits(key.address, key.length, key.data), expected);
		if ((random >> 20 & 1) != 0 && add(key) == 0) {
			list[n++] = key;
		} else if (n != 0) {
			i = (random >> 21) % n;
			assert_int_equal(take_away(list[i]), 0);
			list[i] = list[--n];
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(t114_a_length_takes_that_width_alone, empty_table),
		cmocka_unit_test_setup(t114_length_0_takes_any_width, empty_table),
		cmocka_unit_test_setup(t114_the_address_is_exact, empty_table),
		cmocka_unit_test_setup(t114_datamatch_takes_that_value_alone, empty_table),
		cmocka_unit_test_setup(t114_datamatch_beyond_the_width_never_hits, empty_table),
		cmocka_unit_test_setup(t115_keys_that_are_none, empty_table),
		cmocka_unit_test_setup(t116_events_that_one_store_could_hit, empty_table),
		cmocka_unit_test_setup(t116_another_bell_collides_too, empty_table),
		cmocka_unit_test_setup(t117_removal_needs_the_whole_key, empty_table),
		cmocka_unit_test_setup(t117_data_of_a_wildcard_is_ignored, empty_table),
		cmocka_unit_test_setup(the_table_is_full_at_64, empty_table),
		cmocka_unit_test_setup(devices_spread_over_the_buckets, empty_table),
		cmocka_unit_test_setup(a_bell_that_is_closed_is_forgotten, empty_table),
		cmocka_unit_test_setup(random_tables_agree_with_a_list, empty_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
