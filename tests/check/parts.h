/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which bytes of a world its configuration uses. Arrays are as long as the largest machine needs;
 * a check that copies or hashes a world for every step does it with the parts alone, a tenth of it.
 * Whether the rest never changes is itself looked at now and then (parts_rest_is_equal());
 * what says of a violation is not a part, for nothing is done with a world that has one.
 */
#ifndef BELLHOP_CHECK_PARTS_H
#define BELLHOP_CHECK_PARTS_H

#include "tests/check/frontier.h"
#include "tests/check/world.h"

#define MAX_PARTS (7u * WORLD_VCPUS + 20u)

struct parts {
	struct part part[MAX_PARTS];
	unsigned int n;
	unsigned int n_vgic; /* the first ones: of struct vgic */
};

void parts_find(const struct world_config *config, struct parts *parts);
/* Both have to be of that configuration already. */
void parts_copy(const struct parts *parts, struct world *to, const struct world *from);
/* The vGIC alone. */
void parts_copy_vgic(const struct parts *parts, struct world *to, const struct world *from);
bool parts_rest_is_equal(const struct parts *parts, const struct world *a, const struct world *b);

#endif
