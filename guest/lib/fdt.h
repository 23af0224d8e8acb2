/* SPDX-License-Identifier: BSD-2-Clause */
/* The few facts a guest program wants from its device tree blob (DTSpec v0.4, chapter 5). */
#ifndef BELLHOP_GUEST_FDT_H
#define BELLHOP_GUEST_FDT_H

#include <stdbool.h>
#include <stdint.h>

struct fdt_facts {
	uint32_t ram_base;
	uint32_t ram_size;   /* first memory node; cut to 32 bits */
	unsigned int n_cpus; /* nodes named cpu@... */
	bool has_fw_cfg;
	char bootargs[128]; /* cut when longer */
};

/* Returns false when `blob` is no FDT; `out` then holds zeroes. Runs with the MMU on. */
bool fdt_read(const void *blob, struct fdt_facts *out);

/* The first cell of a property of the node at `path` ("/a/b": without unit addresses). False when
 * there is no such property, or it is shorter. */
bool fdt_read_cell(const void *blob, const char *path, const char *name, uint32_t *value);
#endif
