/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pack: a FIT (flattened image tree) whose images hold the VM description and what it refers
 * to. tools/mkpack builds it, dumpimage -l lists it. All data is inside the FIT, nothing external.
 */
#ifndef BELLHOP_HYP_PACK_H
#define BELLHOP_HYP_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fmt.h"

#define PACK_DESCRIPTION_NAME "vm-description"

/* Bytes inside the pack; data == NULL: none. Aligned to 4 bytes when the pack is to 8. */
struct blob {
	const uint8_t *data;
	uint32_t size;
};

struct pack {
	const void *fit;
	int images; /* offset of the node /images */
};

/*
 * base is aligned to 8 bytes and readable for size bytes. Checks the frame (magic, sizes, version,
 * /images), not the images. The pack stays where it is: blobs point into it.
 */
bool pack_open(struct pack *pack, const void *base, size_t size, struct fmt_line *error);

/* Bytes that the FIT takes, from its header; 0 when base does not start with a FIT's header. */
uint32_t pack_size(const void *base);

/* The data of /images/<name>, or {NULL, 0}. */
struct blob pack_find(const struct pack *pack, const char *name);

#endif
