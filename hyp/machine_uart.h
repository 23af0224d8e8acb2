/* SPDX-License-Identifier: BSD-2-Clause */
/* Choice of the physical console: candidates are collected during the walk, chosen after it. */
#ifndef BELLHOP_HYP_MACHINE_UART_H
#define BELLHOP_HYP_MACHINE_UART_H

#include "fdt_walk.h"
#include "machine.h"

#define MACHINE_MAX_UARTS 16

struct uart_candidate {
	struct machine_uart uart;
	bool enabled;
	uint32_t interrupt_parent;
	int path[FDT_WALK_DEPTH]; /* node offsets from the root down */
	int depth;
};

struct uart_choice {
	struct uart_candidate candidate[MACHINE_MAX_UARTS];
	unsigned int n_candidates;
	struct fdt_prop stdout_path;
	int aliases; /* node offset, negative: none */
};

/* Keep the walk's current node if it is a UART that we drive and has a physical address. */
void machine_uart_collect(struct uart_choice *choice, const struct fdt_walk *walk);

/*
 * The UART of /chosen/stdout-path, else the first enabled one. Its INTID is given only when its
 * interrupts go to the GIC (phandle) itself: another controller's numbers mean something else.
 */
struct machine_uart machine_uart_choose(const struct uart_choice *choice, const void *fdt,
					uint32_t gic_phandle);

#endif
