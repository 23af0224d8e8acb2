/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All states of a small world, breadth first: every event of its alphabet in every state that is
 * reachable. States are known by a 64-bit hash: a violation is never reported wrongly, and a
 * state is overlooked with a probability of about n^2 / 2^65.
 */
#ifndef BELLHOP_CHECK_EXPLORE_H
#define BELLHOP_CHECK_EXPLORE_H

#include "tests/check/event.h"

struct small_world {
	const char *name;
	struct world_config config;
	const struct event *setup;
	unsigned int n_setup;
	const struct event *alphabet;
	unsigned int n_alphabet;
};

extern const struct small_world small_worlds[];
extern const unsigned int n_small_worlds;

struct explore_limits {
	uint64_t states; /* below 2^32 */
	uint64_t bytes;	 /* of memory, near the end of the search */
	double seconds;	 /* of CPU time */
};

struct explore_result {
	uint64_t states;
	uint64_t steps;
	uint64_t bytes;
	unsigned int depth;
	bool complete; /* the whole world was seen, no limit was met */
	bool failed;   /* and the shortest trace was printed */
};

struct explore_result explore(const struct small_world *small, const struct explore_limits *limits);

#endif
