// SPDX-License-Identifier: BSD-2-Clause
#include "qemu_counters.h"

#include <string.h>

const char *const counter_names[N_COUNTERS] = {
	"instructions", "el2",	      "device_reads", "device_writes", "cp15_reads", "cp15_writes",
	"barriers",	"tlb",	      "cache",	      "exclusives",    "exit_hvc",   "exit_wfi",
	"exit_cp15",	"exit_abort", "exit_vfp",     "exit_irq",
};

enum counter counter_named(const char *name)
{
	for (unsigned int i = EXIT_HVC; i < N_COUNTERS; i++)
		if (strcmp(counter_names[i], name) == 0)
			return (enum counter)i;
	return INSTRUCTIONS;
}

enum counter counter_of(enum kind kind)
{
	static const enum counter counters[] = {
		[CP15_READ] = CP15_READS,     [CP15_WRITE] = CP15_WRITES, [BARRIER] = BARRIERS,
		[TLB] = TLB_OPERATIONS,	      [CACHE] = CACHE_OPERATIONS, [EXCLUSIVE] = EXCLUSIVES,
		[REGION_ENDS] = INSTRUCTIONS,
	};

	return counters[kind];
}
