// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fdt_support.h"
#include "hyp/pack.h"

static const struct named_image images[] = {
	{ "zImage", "kernel", 6 },
	{ "initrd.gz", "ramdisk", 7 },
	{ "empty", "", 0 },
};

static struct pack pack;
static struct fmt_line error;

static struct bytes good_pack(void)
{
	return pack_from_images(NULL, images, sizeof(images) / sizeof(images[0]));
}

static void images_are_found_in_place(void **state)
{
	struct bytes fit = good_pack();
	struct blob blob;

	(void)state;
	assert_true(pack_open(&pack, fit.data, fit.size, &error));
	assert_int_equal(pack_size(fit.data), fit.size);
	blob = pack_find(&pack, "initrd.gz");
	assert_int_equal(blob.size, 7);
	assert_memory_equal(blob.data, "ramdisk", 7);
	assert_in_range(blob.data, fit.data, fit.data + fit.size - 7);
	assert_int_equal((uintptr_t)blob.data % 4, 0);
	assert_int_equal(pack_find(&pack, "empty").size, 0);
	free(fit.data);
}

static void what_is_not_there_is_not_found(void **state)
{
	static const char *const names[] = { "initrd", "initrd.gz/hash", "", "images", "kernel" };
	struct bytes fit = good_pack();

	(void)state;
	assert_true(pack_open(&pack, fit.data, fit.size, &error));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_null(pack_find(&pack, names[i]).data);
	free(fit.data);
}

static void a_frame_that_is_none_is_refused(void **state)
{
	struct bytes fit = good_pack();
	struct bytes other = fdt_from_source("/dts-v1/; / { };");
	static const uint64_t zero[8];

	(void)state;
	assert_false(pack_open(&pack, fit.data, fit.size - 1, &error));
	assert_non_null(strstr(error.text, "truncated"));
	assert_false(pack_open(&pack, fit.data + 4, fit.size - 4, &error));
	assert_false(pack_open(&pack, zero, sizeof(zero), &error));
	assert_int_equal(pack_size(zero), 0);
	assert_false(pack_open(&pack, other.data, other.size, &error));
	assert_non_null(strstr(error.text, "/images"));
	free(other.data);
	free(fit.data);
}

/* Every byte is read, for ASan to judge. */
static volatile uint8_t touched;

static void check_variant(struct bytes variant, void *context)
{
	unsigned int *found = context;

	if (!pack_open(&pack, variant.data, variant.size, &error))
		return;
	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		struct blob blob = pack_find(&pack, images[i].name);

		if (!blob.data)
			continue;
		(*found)++;
		for (uint32_t at = 0; at < blob.size; at++)
			touched = blob.data[at];
		assert_in_range(blob.data, variant.data, variant.data + variant.size);
	}
}

static void corrupt_packs_do_no_harm(void **state)
{
	struct bytes fit = good_pack();
	unsigned int found = 0;

	(void)state;
	for_each_corruption(fit, check_variant, &found);
	assert_in_range(found, 1, fit.size * 9);
	free(fit.data);
}

#ifdef MKPACK_ITB
static void mkpack_makes_what_is_read_here(void **state)
{
	struct bytes fit = bytes_from_file(MKPACK_ITB);
	struct blob blob;

	(void)state;
	assert_true(pack_open(&pack, fit.data, fit.size, &error));
	blob = pack_find(&pack, PACK_DESCRIPTION_NAME);
	assert_non_null(blob.data);
	assert_memory_equal(blob.data, "\xd0\x0d\xfe\xed", 4);
	blob = pack_find(&pack, "program.bin");
	assert_non_null(blob.data);
	assert_int_equal((uintptr_t)blob.data % 4, 0);
	free(fit.data);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_are_found_in_place),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(a_frame_that_is_none_is_refused),
		cmocka_unit_test(corrupt_packs_do_no_harm),
#ifdef MKPACK_ITB
		cmocka_unit_test(mkpack_makes_what_is_read_here),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
