// SPDX-License-Identifier: BSD-2-Clause
/* MSI-X tables at EL2: requirements MX-1 to MX-11 and cases T121 to T126. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doorbell/msix.h"

#define FRAME 0x08020000u
#define SETSPI (FRAME + V2M_MSI_SETSPI)
#define TABLE 0x10001000u
#define PBA 0x10001800u
#define VECTORS 8u
#define SPI(vector) (90u + (vector))

static const struct v2m frame = { .ipa = FRAME, .first_intid = 80, .n_intids = 48 };
static const struct msix_config config = {
	.table = TABLE,
	.pba = PBA,
	.first_intid = 90,
	.n_intids = 16,
	.n_vectors = VECTORS,
	.server = 1,
};

static struct msix msix;
static struct msix_device *device;

static uint32_t entry(uint32_t vector)
{
	return TABLE + vector * MSIX_ENTRY_SIZE;
}

static void write32(uint32_t ipa, uint32_t value)
{
	assert_ptr_equal(msix_find(&msix, ipa, 4), device);
	msix_write(device, ipa, 4, value);
}

static uint32_t read32(uint32_t ipa)
{
	assert_ptr_equal(msix_find(&msix, ipa, 4), device);
	return (uint32_t)msix_read(device, ipa, 4);
}

static void set_mask(uint32_t vector, bool masked)
{
	write32(entry(vector) + MSIX_ENTRY_VECTOR_CONTROL, masked ? MSIX_VECTOR_MASKED : 0);
}

/* As a driver sets a vector up: address and data while it is masked. */
static void set_up(uint32_t vector, uint32_t intid)
{
	write32(entry(vector) + MSIX_ENTRY_ADDRESS, SETSPI);
	write32(entry(vector) + MSIX_ENTRY_UPPER_ADDRESS, 0);
	write32(entry(vector) + MSIX_ENTRY_DATA, intid);
}

/* All messages that leave now; each INTID once in these tests. */
static uint64_t messages(void)
{
	uint64_t sent = 0;
	uint32_t intid;

	for (uint32_t n = 0; msix_take(device, &frame, &intid); n++) {
		assert_true(n < BELLHOP_MAX_MSIX_VECTORS);
		assert_true(intid >= 80 && intid < 128);
		sent |= 1ull << (intid - 80);
	}
	return sent;
}

static uint64_t just(uint32_t intid)
{
	return 1ull << (intid - 80);
}

static int registered(void **state)
{
	uint32_t index;

	(void)state;
	msix = (struct msix){ 0 };
	assert_int_equal(msix_register(&msix, &frame, &config, &index), 0);
	assert_int_equal(index, 0);
	device = &msix.device[0];
	return 0;
}

static int ready(void **state)
{
	registered(state);
	msix_control(device, true, false);
	for (uint32_t i = 0; i < VECTORS; i++)
		set_up(i, SPI(i));
	return 0;
}

static void mx11_at_reset_all_is_masked(void **state)
{
	(void)state;
	msix_control(device, true, false);
	for (uint32_t i = 0; i < VECTORS; i++) {
		assert_int_equal(read32(entry(i) + MSIX_ENTRY_VECTOR_CONTROL), 1);
		msix_signal(device, i);
	}
	assert_int_equal(messages(), 0);
	assert_int_equal(read32(PBA), (1u << VECTORS) - 1);
	msix_reset(device);
	assert_int_equal(read32(PBA), 0);
}

static void t121_nothing_is_inferred_from_a_masked_entry(void **state)
{
	(void)state;
	write32(entry(2) + MSIX_ENTRY_ADDRESS, 0);
	write32(entry(2) + MSIX_ENTRY_DATA, 0);
	for (uint32_t i = 0; i < VECTORS; i++)
		set_mask(i, i == 2);
	msix_signal(device, 2);
	msix_signal(device, 3);
	assert_int_equal(messages(), just(SPI(3)));
	assert_int_equal(read32(PBA), 1u << 2);
	assert_int_equal(device->dropped, 0);
	/* Filled in later, unmasked: the event is not lost. */
	set_up(2, SPI(2));
	set_mask(2, false);
	assert_int_equal(messages(), just(SPI(2)));
}

static void t122_signalled_twice_while_masked(void **state)
{
	(void)state;
	msix_signal(device, 5);
	msix_signal(device, 5);
	assert_int_equal(messages(), 0);
	assert_int_equal(read32(PBA), 1u << 5);
	set_mask(5, false);
	assert_int_equal(messages(), just(SPI(5)));
	assert_int_equal(read32(PBA), 0);
	set_mask(5, true);
	set_mask(5, false);
	assert_int_equal(messages(), 0);
}

static void t123_nothing_comes_after_the_mask(void **state)
{
	(void)state;
	set_mask(1, false);
	msix_signal(device, 1);
	assert_int_equal(messages(), just(SPI(1)));
	set_mask(1, true);
	assert_int_equal(read32(entry(1) + MSIX_ENTRY_VECTOR_CONTROL), 1);
	msix_signal(device, 1);
	assert_int_equal(messages(), 0);
	assert_int_equal(read32(PBA), 1u << 1);
}

static void t124_function_mask_and_enable_keep_the_vectors_state(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < VECTORS; i++)
		set_mask(i, i % 2 == 0);
	msix_control(device, true, true);
	for (uint32_t i = 0; i < VECTORS; i++)
		msix_signal(device, i);
	assert_int_equal(messages(), 0);
	assert_int_equal(read32(PBA), 0xff);
	for (uint32_t i = 0; i < VECTORS; i++)
		assert_int_equal(read32(entry(i) + MSIX_ENTRY_VECTOR_CONTROL), i % 2 == 0);
	msix_control(device, false, false);
	assert_int_equal(messages(), 0);
	msix_control(device, true, false);
	assert_int_equal(messages(), just(SPI(1)) | just(SPI(3)) | just(SPI(5)) | just(SPI(7)));
	assert_int_equal(read32(PBA), 0x55);
}

/* MX-8: no other vector is disturbed. */
static void a_vector_is_unmasked_while_others_fire(void **state)
{
	(void)state;
	set_mask(0, false);
	msix_signal(device, 0);
	set_mask(1, false);
	msix_signal(device, 1);
	assert_int_equal(messages(), just(SPI(0)) | just(SPI(1)));
}

static void t125_address_and_data_of_an_unmasked_vector(void **state)
{
	(void)state;
	set_mask(4, false);
	write32(entry(4) + MSIX_ENTRY_DATA, SPI(7));
	write32(entry(4) + MSIX_ENTRY_ADDRESS, 0);
	write32(entry(4) + MSIX_ENTRY_UPPER_ADDRESS, 1);
	assert_int_equal(read32(entry(4) + MSIX_ENTRY_DATA), SPI(4));
	assert_int_equal(read32(entry(4) + MSIX_ENTRY_ADDRESS), SETSPI);
	assert_int_equal(read32(entry(4) + MSIX_ENTRY_UPPER_ADDRESS), 0);
	msix_signal(device, 4);
	assert_int_equal(messages(), just(SPI(4)));
}

/* Linux fills vectors in with the function masked, or before it enables MSI-X. */
static void t125_the_functions_mask_counts_as_one(void **state)
{
	(void)state;
	set_mask(4, false);
	msix_control(device, true, true);
	write32(entry(4) + MSIX_ENTRY_DATA, SPI(7));
	msix_control(device, false, false);
	write32(entry(5) + MSIX_ENTRY_DATA, SPI(6));
	assert_int_equal(read32(entry(4) + MSIX_ENTRY_DATA), SPI(7));
	assert_int_equal(read32(entry(5) + MSIX_ENTRY_DATA), SPI(6));
}

static void t126_messages_for_others_are_dropped(void **state)
{
	static const struct {
		uint32_t address, upper, data;
	} bad[] = {
		{ SETSPI, 0, 89 },     { SETSPI, 0, 106 },	    { SETSPI, 0, 33 },
		{ SETSPI, 0, 0 },      { SETSPI, 0, 0x10000 | 90 }, { SETSPI + 4, 0, 90 },
		{ 0x40000000, 0, 90 }, { SETSPI, 1, 90 },	    { 0x08000f00, 0, 90 },
		{ 0, 0, 0 }, /* MX-2: zeros are a message like others */
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		set_mask(0, true);
		write32(entry(0) + MSIX_ENTRY_ADDRESS, bad[i].address);
		write32(entry(0) + MSIX_ENTRY_UPPER_ADDRESS, bad[i].upper);
		write32(entry(0) + MSIX_ENTRY_DATA, bad[i].data);
		set_mask(0, false);
		msix_signal(device, 0);
		assert_int_equal(messages(), 0);
		assert_int_equal(device->dropped, i + 1);
		assert_int_equal(read32(PBA), 0);
	}
}

/* A dropped message does not hold up the vectors behind it. */
static void t126_the_others_leave(void **state)
{
	(void)state;
	write32(entry(0) + MSIX_ENTRY_DATA, 33);
	set_mask(0, false);
	set_mask(7, false);
	msix_signal(device, 0);
	msix_signal(device, 7);
	assert_int_equal(messages(), just(SPI(7)));
	assert_int_equal(device->dropped, 1);
}

static void reads_of_every_width(void **state)
{
	uint32_t ipa = entry(3);

	(void)state;
	write32(ipa + MSIX_ENTRY_UPPER_ADDRESS, 0x89abcdef);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(msix_read(device, ipa + i, 1),
				 ((uint64_t)0x89abcdef << 32 | SETSPI) >> (8 * i) & 0xff);
	assert_int_equal(msix_read(device, ipa + 6, 2), 0x89ab);
	assert_int_equal(msix_read(device, ipa, 8), (uint64_t)0x89abcdef << 32 | SETSPI);
	assert_int_equal(msix_read(device, ipa + 8, 8), 1ull << 32 | SPI(3));
	assert_int_equal(msix_read(device, ipa + 1, 2), 0);
	assert_int_equal(msix_read(device, ipa + 4, 8), 0);
	assert_int_equal(msix_read(device, ipa, 0), 0);
	msix_signal(device, 3);
	assert_int_equal(msix_read(device, PBA, 1), 8);
	assert_int_equal(msix_read(device, PBA, 8), 8);
	assert_int_equal(msix_read(device, PBA + 4, 4), 0);
}

static void writes_are_words_or_two(void **state)
{
	uint32_t ipa = entry(3);

	(void)state;
	msix_write(device, ipa, 8, 0x1111222233334444);
	assert_int_equal(read32(ipa), 0x33334444);
	assert_int_equal(read32(ipa + 4), 0x11112222);
	msix_write(device, ipa + 4, 1, 0xff);
	msix_write(device, ipa + 4, 2, 0xffff);
	msix_write(device, ipa + 5, 4, 0xffffffff);
	msix_write(device, ipa + 4, 8, 0);
	assert_int_equal(read32(ipa + 4), 0x11112222);
	/* Data and mask in one: the new data is there before the vector can fire. */
	write32(ipa, SETSPI);
	write32(ipa + 4, 0);
	msix_signal(device, 3);
	msix_write(device, ipa + 8, 8, SPI(6));
	assert_int_equal(messages(), just(SPI(6)));
	/* Bits of Vector Control other than the mask are reserved. */
	write32(ipa + 12, 0xffffffff);
	assert_int_equal(read32(ipa + 12), 1);
}

static void the_pba_is_read_only(void **state)
{
	(void)state;
	msix_signal(device, 6);
	write32(PBA, 0);
	assert_int_equal(read32(PBA), 1u << 6);
	write32(PBA, UINT32_MAX);
	assert_int_equal(read32(PBA), 1u << 6);
}

static void a_vector_that_is_not_there(void **state)
{
	(void)state;
	msix_signal(device, VECTORS);
	msix_signal(device, 31);
	msix_signal(device, 32);
	msix_signal(device, UINT32_MAX);
	assert_int_equal(read32(PBA), 0);
}

static void mx9_registrations_that_are_refused(void **state)
{
	static const struct {
		struct msix_config config;
		int32_t status;
	} bad[] = {
		{ { 0x2004, 0x3000, 90, 1, 1, 1 }, BELLHOP_INVAL },
		{ { 0x2000, 0x3001, 90, 1, 1, 1 }, BELLHOP_INVAL },
		{ { 0, 0x3000, 90, 1, 1, 1 }, BELLHOP_INVAL },
		{ { 0x2000, 0, 90, 1, 1, 1 }, BELLHOP_INVAL },
		{ { 0x2000, 0x3000, 90, 1, 0, 1 }, BELLHOP_INVAL },
		{ { 0x2000, 0x3000, 90, 1, 33, 1 }, BELLHOP_INVAL },
		{ { 0xffffff00, 0x3000, 90, 1, 32, 1 }, BELLHOP_INVAL },
		{ { 0x2000, 0xfffffff8, 90, 1, 32, 1 }, BELLHOP_INVAL },
		{ { 0x2000, 0x3000, 79, 1, 1, 1 }, BELLHOP_RANGE },
		{ { 0x2000, 0x3000, 127, 2, 1, 1 }, BELLHOP_RANGE },
		{ { 0x2000, 0x3000, 90, 0, 1, 1 }, BELLHOP_RANGE },
		{ { 0x2000, 0x3000, 90, 65535, 1, 1 }, BELLHOP_RANGE },
		{ { 0x2000, 0x2018, 90, 1, 2, 1 }, BELLHOP_EXIST },
		{ { TABLE + 0x78, 0x3000, 90, 1, 2, 1 }, BELLHOP_EXIST },
		{ { TABLE - 0x18, 0x3000, 90, 1, 2, 1 }, BELLHOP_EXIST },
		{ { 0x2000, TABLE + 0x40, 90, 1, 2, 1 }, BELLHOP_EXIST },
		{ { PBA, 0x3000, 90, 1, 2, 1 }, BELLHOP_EXIST },
	};
	struct msix before = msix;
	uint32_t index;

	(void)state;
	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(msix_register(&msix, &frame, &bad[i].config, &index),
				 bad[i].status);
		assert_memory_equal(&msix, &before, sizeof(msix));
	}
}

static void mx9_four_functions_and_no_fifth(void **state)
{
	struct msix_config next = config;
	uint32_t index;

	(void)state;
	for (uint32_t i = 1; i <= BELLHOP_MAX_MSIX; i++) {
		next.table += 0x10000;
		next.pba += 0x10000;
		assert_int_equal(msix_register(&msix, &frame, &next, &index),
				 i < BELLHOP_MAX_MSIX ? 0 : BELLHOP_NOSPC);
	}
}

/* A reference to the old function is told from the new one by the id. */
static void mx9_after_unregister_nothing_is_left(void **state)
{
	uint32_t id = device->id;
	uint32_t index;

	(void)state;
	msix_signal(device, 1);
	msix_unregister(device);
	assert_null(msix_find(&msix, TABLE, 4));
	assert_null(msix_find(&msix, PBA, 4));
	assert_int_equal(msix_register(&msix, &frame, &config, &index), 0);
	assert_int_equal(index, 0);
	assert_int_not_equal(device->id, id);
	assert_int_equal(read32(PBA), 0);
	assert_int_equal(read32(entry(0)), 0);
}

static void an_access_lies_in_one_thing_as_a_whole(void **state)
{
	(void)state;
	assert_ptr_equal(msix_find(&msix, TABLE, 8), device);
	assert_ptr_equal(msix_find(&msix, TABLE + 0x78, 8), device);
	assert_null(msix_find(&msix, TABLE + 0x7c, 8));
	assert_null(msix_find(&msix, TABLE + 0x80, 4));
	assert_null(msix_find(&msix, TABLE - 4, 8));
	assert_ptr_equal(msix_find(&msix, PBA, 8), device);
	assert_null(msix_find(&msix, PBA + 8, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(mx11_at_reset_all_is_masked, registered),
		cmocka_unit_test_setup(t121_nothing_is_inferred_from_a_masked_entry, ready),
		cmocka_unit_test_setup(t122_signalled_twice_while_masked, ready),
		cmocka_unit_test_setup(t123_nothing_comes_after_the_mask, ready),
		cmocka_unit_test_setup(t124_function_mask_and_enable_keep_the_vectors_state, ready),
		cmocka_unit_test_setup(a_vector_is_unmasked_while_others_fire, ready),
		cmocka_unit_test_setup(t125_address_and_data_of_an_unmasked_vector, ready),
		cmocka_unit_test_setup(t125_the_functions_mask_counts_as_one, ready),
		cmocka_unit_test_setup(t126_messages_for_others_are_dropped, ready),
		cmocka_unit_test_setup(t126_the_others_leave, ready),
		cmocka_unit_test_setup(reads_of_every_width, ready),
		cmocka_unit_test_setup(writes_are_words_or_two, ready),
		cmocka_unit_test_setup(the_pba_is_read_only, ready),
		cmocka_unit_test_setup(a_vector_that_is_not_there, ready),
		cmocka_unit_test_setup(mx9_registrations_that_are_refused, registered),
		cmocka_unit_test_setup(mx9_four_functions_and_no_fifth, registered),
		cmocka_unit_test_setup(mx9_after_unregister_nothing_is_left, ready),
		cmocka_unit_test_setup(an_access_lies_in_one_thing_as_a_whole, registered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
