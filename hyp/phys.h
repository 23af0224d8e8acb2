/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BELLHOP_HYP_PHYS_H
#define BELLHOP_HYP_PHYS_H

#include <stdbool.h>
#include <stddef.h>

#include "hyp/machine.h"

/*
 * Find wanted->size bytes of the machine's memory, page aligned and below 4 GiB, the lowest that
 * touch neither machine->reserved[] nor taken[]. Sets wanted->base; false when there are none.
 */
bool phys_find(const struct machine *machine, const struct phys_range *taken, size_t n_taken,
	       struct phys_range *wanted);

#endif
