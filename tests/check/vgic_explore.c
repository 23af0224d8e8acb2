// SPDX-License-Identifier: BSD-2-Clause
/*
 * vgic_explore [--world NAME] [--seconds S] [--max-states N] [--gigabytes G]
 *
 * All states of the small worlds, or of one. The seconds are shared: what a world does not use is
 * left to those after it. The other limits are for one world at a time. A limit that is met is said
 * so, and is no failure.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/check/explore.h"

struct options {
	const char *world;
	struct explore_limits limits;
};

static bool parse(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			return false;
		if (!strcmp(argv[i], "--world"))
			o->world = argv[i + 1];
		else if (!strcmp(argv[i], "--seconds"))
			o->limits.seconds = atof(argv[i + 1]);
		else if (!strcmp(argv[i], "--max-states"))
			o->limits.states = strtoull(argv[i + 1], NULL, 0);
		else if (!strcmp(argv[i], "--gigabytes"))
			o->limits.bytes = (uint64_t)(atof(argv[i + 1]) * (1u << 30));
		else
			return false;
	}
	return o->limits.states > 0 && o->limits.states < UINT32_MAX;
}

static void say(const struct small_world *small, const struct explore_result *r, double seconds)
{
	printf("%-14s %10llu states %11llu steps  depth %4u  %7.1f s %6.2f GB  %s\n", small->name,
	       (unsigned long long)r->states, (unsigned long long)r->steps, r->depth, seconds,
	       (double)r->bytes / (1u << 30),
	       r->failed   ? "VIOLATION" :
	       r->complete ? "complete" :
			     "stopped at a limit");
	fflush(stdout);
}

static double seconds_since(clock_t begin)
{
	return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

int main(int argc, char **argv)
{
	struct options o = { .limits = {
				     .states = 100000000, .bytes = 8ull << 30, .seconds = 60 } };
	clock_t begin = clock();
	uint64_t states = 0;
	unsigned int found = 0;
	bool failed = false;

	if (!parse(argc, argv, &o)) {
		fprintf(stderr, "usage: vgic_explore [--world NAME] [--seconds S] "
				"[--max-states N] [--gigabytes G]\n");
		return 2;
	}
	for (unsigned int i = 0; i < n_small_worlds; i++) {
		struct explore_limits limits = o.limits;
		double used = seconds_since(begin);
		struct explore_result r;

		if (o.world && strcmp(o.world, small_worlds[i].name))
			continue;
		found++;
		limits.seconds = (o.limits.seconds - used) / (o.world ? 1 : n_small_worlds - i);
		r = explore(&small_worlds[i], &limits);
		say(&small_worlds[i], &r, seconds_since(begin) - used);
		states += r.states;
		failed |= r.failed;
	}
	if (!found)
		fprintf(stderr, "no world of that name\n");
	printf("%llu states in %.1f s\n", (unsigned long long)states, seconds_since(begin));
	return failed || !found;
}
