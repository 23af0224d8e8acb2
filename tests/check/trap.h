/* SPDX-License-Identifier: BSD-2-Clause */
/* The accesses for which EL2 needs no more than one list register: trap_short.c, for trap.c. */
#ifndef BELLHOP_CHECK_TRAP_H
#define BELLHOP_CHECK_TRAP_H

#include "tests/check/world.h"

/* What EL2 writes to GICH behind an access that needed no more. */
struct rewrite {
	unsigned int vcpu;
	unsigned int n;
	uint32_t lr;
};

/* True where that was enough: what was read is in *value, what is to be written in *rewrite. */
bool trap_short(struct world *w, unsigned int v, const struct access *a, uint32_t *value,
		struct rewrite *rewrite);

#endif
