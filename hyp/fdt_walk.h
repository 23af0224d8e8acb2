/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One pass over the machine's FDT, node by node, with what a node inherits from its parents: cell
 * counts, address translation and the interrupt parent (Devicetree Specification v0.4, 2.3).
 */
#ifndef BELLHOP_HYP_FDT_WALK_H
#define BELLHOP_HYP_FDT_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "fdt_read.h"
#include "machine.h"

#define FDT_WALK_DEPTH 8 /* deeper nodes are passed over: no bus of ours is as deep */

/* The properties that are kept of the current node. */
enum walk_prop {
	WALK_ADDRESS_CELLS,
	WALK_BOOTARGS,
	WALK_CLOCK_FREQUENCY,
	WALK_COMPATIBLE,
	WALK_CPU_OFF,
	WALK_CPU_ON,
	WALK_CPU_SUSPEND,
	WALK_DEVICE_TYPE,
	WALK_INITRD_END,
	WALK_INITRD_START,
	WALK_INTERRUPT_CELLS,
	WALK_INTERRUPT_MAP,
	WALK_INTERRUPT_PARENT,
	WALK_INTERRUPTS,
	WALK_METHOD,
	WALK_PHANDLE,
	WALK_RANGES,
	WALK_REG,
	WALK_REG_IO_WIDTH,
	WALK_REG_SHIFT,
	WALK_RNG_SEED,
	WALK_SIZE_CELLS,
	WALK_STATUS,
	WALK_STDOUT_PATH,
	WALK_PROPS
};

struct walk_level {
	int node;
	const char *name;
	uint32_t address_cells; /* of the children */
	uint32_t size_cells;
	struct fdt_prop ranges; /* data NULL: children cannot be reached from here */
	struct fdt_prop interrupt_map;
	uint32_t interrupt_cells;  /* 0: not given */
	uint32_t interrupt_parent; /* phandle, inherited; 0: none */
};

struct fdt_walk {
	const void *fdt;
	const uint8_t *structure; /* the blocks of the FDT, and their sizes in bytes */
	const char *strings;
	uint32_t structure_size, strings_size;
	int offset; /* of the tag to be read next */
	int depth;  /* of the current node; the root is 0 */
	int at;	    /* depth of `offset`: of the innermost node whose end was not read */
	struct walk_level level[FDT_WALK_DEPTH];
	struct fdt_prop prop[WALK_PROPS];
};

/* Start before the root of an FDT of version 17 whose header was checked. */
void fdt_walk_start(struct fdt_walk *walk, const void *fdt);

/* Go to the next node: 1, at the end 0, a libfdt error (negative) when the tree is malformed. */
int fdt_walk_next(struct fdt_walk *walk);

/* The name without unit address of the current node, or of its ancestor at a depth. */
bool fdt_walk_is(const struct fdt_walk *walk, int depth, const char *name);

/* status is absent, "okay" or "ok". */
bool fdt_walk_enabled(const struct fdt_walk *walk);

/* Entry n of reg as the parent's bus sees it; false: none, or its cells are no 64-bit numbers. */
bool fdt_walk_reg(const struct fdt_walk *walk, uint32_t n, struct phys_range *range);

/* As fdt_walk_reg(), then through the ranges of all parents; false also where a bus has none. */
bool fdt_walk_physical(const struct fdt_walk *walk, uint32_t n, struct phys_range *range);

#define WALK_PATH_SIZE 80u
/* "/soc/serial@1c28000" of the current node, cut off at WALK_PATH_SIZE; returns path. */
const char *fdt_walk_path(const struct fdt_walk *walk, char path[WALK_PATH_SIZE]);

#endif
