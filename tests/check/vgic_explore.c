// SPDX-License-Identifier: BSD-2-Clause
/*
 * vgic_explore [--world NAME] [--seconds S] [--max-states N]
 *
 * All states of the small worlds, or of one. The seconds are shared: what a world does not use is
 * left to those after it. A limit that is met is said so, and is no failure.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/check/explore.h"

struct options {
	const char *world;
	double seconds;
	uint64_t max_states;
};

static bool parse(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			return false;
		if (!strcmp(argv[i], "--world"))
			o->world = argv[i + 1];
		else if (!strcmp(argv[i], "--seconds"))
			o->seconds = atof(argv[i + 1]);
		else if (!strcmp(argv[i], "--max-states"))
			o->max_states = strtoull(argv[i + 1], NULL, 0);
		else
			return false;
	}
	return o->max_states > 0 && o->max_states < 1u << 31;
}

static void say(const struct small_world *small, const struct explore_result *r, double seconds)
{
	printf("%-14s %10llu states %11llu steps  depth %4u  %6.1f s  %s\n", small->name,
	       (unsigned long long)r->states, (unsigned long long)r->steps, r->depth, seconds,
	       r->failed   ? "VIOLATION" :
	       r->complete ? "complete" :
			     "stopped at a limit");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct options o = { .seconds = 60, .max_states = 20000000 };
	clock_t begin = clock();
	unsigned int found = 0;
	bool failed = false;

	if (!parse(argc, argv, &o)) {
		fprintf(stderr, "usage: vgic_explore [--world NAME] [--seconds S] "
				"[--max-states N]\n");
		return 2;
	}
	for (unsigned int i = 0; i < n_small_worlds; i++) {
		unsigned int left = o.world ? 1 : n_small_worlds - i;
		double used = (double)(clock() - begin) / CLOCKS_PER_SEC;
		struct explore_result r;

		if (o.world && strcmp(o.world, small_worlds[i].name))
			continue;
		found++;
		r = explore(&small_worlds[i], o.max_states, (o.seconds - used) / left);
		say(&small_worlds[i], &r, (double)(clock() - begin) / CLOCKS_PER_SEC - used);
		failed |= r.failed;
	}
	if (!found)
		fprintf(stderr, "no world of that name\n");
	return failed || !found;
}
