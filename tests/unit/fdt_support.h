/* SPDX-License-Identifier: BSD-2-Clause */
/* FDTs and packs for tests. Buffers are exactly as long as their content, so that ASan sees every
 * access past the end. All of it fails the running test when it cannot do its work. */
#ifndef BELLHOP_TESTS_UNIT_FDT_SUPPORT_H
#define BELLHOP_TESTS_UNIT_FDT_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data; /* malloc()ed */
	size_t size;
};

struct bytes bytes_copy(const void *data, size_t size);
struct bytes bytes_from_file(const char *path);

/* Compile devicetree source by dtc. */
struct bytes fdt_from_source(const char *source);

struct named_image {
	const char *name;
	const void *data;
	size_t size;
};

/* A FIT with these images and, unless description is NULL, the description compiled from source. */
struct bytes pack_from_images(const char *description, const struct named_image *images, size_t n);

/* Call check(variant, context) for blob cut off at every length, and with every byte changed. */
void for_each_corruption(struct bytes blob, void (*check)(struct bytes variant, void *context),
			 void *context);

#endif
