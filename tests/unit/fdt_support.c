// SPDX-License-Identifier: BSD-2-Clause
#include "fdt_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libfdt.h>

#include "hyp/pack.h"

struct bytes bytes_copy(const void *data, size_t size)
{
	struct bytes copy = { .data = malloc(size), .size = size };

	assert_non_null(copy.data);
	memcpy(copy.data, data, size);
	return copy;
}

struct bytes bytes_from_file(const char *path)
{
	static uint8_t buf[1 << 21];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file)
		fail_msg("%s cannot be opened", path);
	size = fread(buf, 1, sizeof(buf), file);
	assert_in_range(size, 1, sizeof(buf) - 1);
	fclose(file);
	return bytes_copy(buf, size);
}

static void make_scratch(char path[32], const char *content)
{
	int fd;

	snprintf(path, 32, "/tmp/bellhop-test.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	close(fd);
}

struct bytes fdt_from_source(const char *source)
{
	char source_path[32];
	char fdt_path[32];
	char command[256];
	struct bytes fdt;

	make_scratch(source_path, source);
	make_scratch(fdt_path, "");
	snprintf(command, sizeof(command), "%s -f -q -q -I dts -O dtb -o %s %s", DTC, fdt_path,
		 source_path);
	if (system(command) != 0)
		fail_msg("dtc refuses: %s", source);
	fdt = bytes_from_file(fdt_path);
	unlink(source_path);
	unlink(fdt_path);
	return fdt;
}

static void add_image(void *fit, const char *name, const void *data, size_t size)
{
	assert_int_equal(fdt_begin_node(fit, name), 0);
	assert_int_equal(fdt_property_string(fit, "type", "firmware"), 0);
	assert_int_equal(fdt_property(fit, "data", data, (int)size), 0);
	assert_int_equal(fdt_end_node(fit), 0);
}

struct bytes pack_from_images(const char *description, const struct named_image *images, size_t n)
{
	static uint64_t fit[1 << 17];
	struct bytes fdt = { 0 };

	assert_int_equal(fdt_create(fit, sizeof(fit)), 0);
	assert_int_equal(fdt_finish_reservemap(fit), 0);
	assert_int_equal(fdt_begin_node(fit, ""), 0);
	assert_int_equal(fdt_begin_node(fit, "images"), 0);
	if (description) {
		fdt = fdt_from_source(description);
		add_image(fit, PACK_DESCRIPTION_NAME, fdt.data, fdt.size);
		free(fdt.data);
	}
	for (size_t i = 0; i < n; i++)
		add_image(fit, images[i].name, images[i].data, images[i].size);
	assert_int_equal(fdt_end_node(fit), 0);
	assert_int_equal(fdt_end_node(fit), 0);
	assert_int_equal(fdt_finish(fit), 0);
	return bytes_copy(fit, fdt_totalsize(fit));
}

void for_each_corruption(struct bytes blob, void (*check)(struct bytes variant, void *context),
			 void *context)
{
	static const uint8_t flips[] = { 0x01, 0x80, 0xff };

	for (size_t size = 1; size < blob.size; size++) {
		struct bytes variant = bytes_copy(blob.data, size);

		check(variant, context);
		free(variant.data);
	}
	for (size_t at = 0; at < blob.size; at++) {
		for (size_t i = 0; i < sizeof(flips); i++) {
			struct bytes variant = bytes_copy(blob.data, blob.size);

			variant.data[at] ^= flips[i];
			check(variant, context);
			free(variant.data);
		}
	}
}
