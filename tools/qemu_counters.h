/* SPDX-License-Identifier: BSD-2-Clause */
/* What tools/qemu_count.c counts, and the names that it writes and takes. */
#ifndef BELLHOP_TOOLS_QEMU_COUNTERS_H
#define BELLHOP_TOOLS_QEMU_COUNTERS_H

#include "qemu_insn.h"

enum counter {
	INSTRUCTIONS,
	EL2_INSTRUCTIONS,
	DEVICE_READS,
	DEVICE_WRITES,
	CP15_READS,
	CP15_WRITES,
	BARRIERS,
	TLB_OPERATIONS,
	CACHE_OPERATIONS,
	EXCLUSIVES,
	EXIT_HVC, /* EXIT_*: in the order of enum reason */
	EXIT_WFI,
	EXIT_CP15,
	EXIT_ABORT,
	EXIT_VFP,
	EXIT_IRQ,
	N_COUNTERS,
};

extern const char *const counter_names[N_COUNTERS];

/* EXIT_* of that name; INSTRUCTIONS when there is none. */
enum counter counter_named(const char *name);

/* The counter of what EL2 does, by kind; INSTRUCTIONS when there is none. */
enum counter counter_of(enum kind kind);

#endif
