/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading properties of an FDT in one walk: libfdt's look-ups by name start at the first property
 * (or node) each time. Property data is aligned to 4 bytes at most, so it is read byte by byte.
 */
#ifndef BELLHOP_HYP_FDT_READ_H
#define BELLHOP_HYP_FDT_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fdt_prop {
	const char *name;
	const uint8_t *data; /* NULL: the node has no such property */
	uint32_t size;
};

/*
 * Check the header of an FDT or FIT that is readable for size bytes: 0 or a libfdt error. Needed
 * beside fdt_check_header() because libfdt reads the structure block by words and believes that its
 * offset is aligned.
 */
int fdt_read_header(const void *fdt, size_t size);

/*
 * How far the blocks of an FDT reach, at least; behind them a loader may leave room that counts in
 * its size (QEMU's tree of 8 KiB says it has a MiB). Looks at the header only, and need not be
 * given a good one.
 */
uint32_t fdt_read_used(const void *fdt);

/* The property at a libfdt property offset; false at the end of the list or when malformed. */
bool fdt_read_prop(const void *fdt, int offset, struct fdt_prop *prop);

/* The name of a node without unit address; *length without NUL. "" when malformed. */
const char *fdt_read_name(const void *fdt, int node, uint32_t *length);

/* Equal, when name[length] need not end in a NUL. */
bool fdt_name_is(const char *name, uint32_t length, const char *other);

/* Cell n as a number; 0 past the end. */
uint32_t fdt_cell(const struct fdt_prop *prop, uint32_t n);

/* count (0..2) cells from cell n on as one number; 0 past the end. */
uint64_t fdt_cells(const struct fdt_prop *prop, uint32_t n, uint32_t count);

/* The property as one string: NULL unless it is exactly one, ended by its NUL. */
const char *fdt_read_string(const struct fdt_prop *prop);

/*
 * The first of n texts that the string list (compatible ...) holds; n when it holds none. The texts
 * are members of a table's entries, stride bytes apart.
 */
unsigned int fdt_match(const struct fdt_prop *prop, const char *const *text, size_t stride,
		       unsigned int n);
#define FDT_MATCH(prop, table, member)                                                             \
	fdt_match(prop, &(table)[0].member, sizeof((table)[0]), sizeof(table) / sizeof((table)[0]))

/* The string list holds text. */
bool fdt_has_string(const struct fdt_prop *prop, const char *text);

#endif
