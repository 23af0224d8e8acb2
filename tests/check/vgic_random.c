// SPDX-License-Identifier: BSD-2-Clause
/*
 * vgic_random [--steps N] [--seconds S] [--seed S] [--vcpus V] [--lrs N] [--without op,op]
 *             [--careful 1] [--ignore P3,P8]
 *
 * Random traces over random worlds, each from reset, until the steps (or seconds) are used up. On a
 * violation: the seed, and the shortest trace that still fails. Seed S of a report reproduces
 * it as the first trace. A situation that never came up fails the run, for it was not tested.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/check/event.h"

#define TRACE_EVENTS 1500u

struct options {
	uint64_t steps;
	uint64_t seed;
	double seconds;
	unsigned int n_vcpus;
	unsigned int n_lrs;
	uint32_t without;
	bool careful;
};

static uint32_t parse_ops(const char *list)
{
	uint32_t ops = 0;

	for (unsigned int op = 0; op < N_OPS; op++)
		if (strstr(list, op_names[op]))
			ops |= 1u << op;
	return ops;
}

static bool parse(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i += 2) {
		const char *value = argv[i + 1];

		if (i + 1 == argc)
			return false;
		if (!strcmp(argv[i], "--steps"))
			o->steps = strtoull(value, NULL, 0);
		else if (!strcmp(argv[i], "--seconds"))
			o->seconds = atof(value);
		else if (!strcmp(argv[i], "--seed"))
			o->seed = strtoull(value, NULL, 0);
		else if (!strcmp(argv[i], "--vcpus"))
			o->n_vcpus = (unsigned int)atoi(value);
		else if (!strcmp(argv[i], "--lrs"))
			o->n_lrs = (unsigned int)atoi(value);
		else if (!strcmp(argv[i], "--without"))
			o->without = parse_ops(value);
		else if (!strcmp(argv[i], "--careful"))
			o->careful = atoi(value);
		else if (!strcmp(argv[i], "--ignore"))
			world_ignored = value;
		else
			return false;
	}
	return o->n_vcpus <= WORLD_VCPUS && o->n_lrs <= VGIC_MAX_LRS;
}

static bool run_trace(const struct options *o, uint64_t seed)
{
	static struct event events[TRACE_EVENTS];
	static struct world w;
	struct world_config config;
	uint64_t random = seed;
	size_t used;
	size_t n;

	generate_config(&random, &config, o->n_vcpus, o->n_lrs);
	config.careful = o->careful;
	n = generate_trace(&random, &config, o->without, events, TRACE_EVENTS);
	if (!trace_fails(&w, &config, events, n, false, &used))
		return true;
	fprintf(stderr, "VIOLATION of %s, seed %llu, after %zu events: %s\n", w.violation,
		(unsigned long long)seed, used, w.detail);
	n = trace_shrink(&config, events, used);
	trace_report(stderr, &config, events, n);
	return false;
}

struct tally {
	const char *name;
	const uint64_t *count;
};

static bool all_happened(const struct options *o)
{
	const struct world_stats *s = &world_stats;
	const struct tally tallies[] = {
		{ "acks", &s->acks },
		{ "folds", &s->folds },
		{ "fills", &s->fills },
		{ "maintenance", &s->maintenance },
		{ "late maintenance", &s->late },
		{ "evictions of active", &s->evictions },
		{ "EOICount > 0", &s->eoicount },
		{ "NPIE", &s->npie },
		{ "LRENPIE", &s->lrenpie },
		{ "fold first", &s->fold_firsts },
		{ "hw raised", &s->hw },
		{ "multi-source SGI", &s->multi_source },
		{ "remote retries", &s->retries },
		{ "stale acks", &s->stale_acks },
		{ "kicks", &s->kicks },
		{ "entries without fill", &s->skipped_fills },
		{ "refreshes", &s->refreshes },
		{ "notices", &s->notices },
		{ "enabled while pending", &s->stale_enables },
		{ "wild accesses", &s->wild },
		{ "priorities forgotten", &s->forgotten },
		{ "reads without lock", &s->peeks },
		{ "timer again", &s->hw_again },
		{ "SGI to self again", &s->sgi_again },
		{ "one enabled or disabled", &s->switches },
		{ "rests", &s->rests },
		{ "rests with live list registers", &s->rests_live },
		{ "ends of one level", &s->short_ends },
		{ "... that rose again", &s->level_again },
		{ "occurrences at rest", &s->again_resting },
		{ "deep checks", &s->deep },
	};
	bool all = true;

	for (size_t i = 0; i < sizeof(tallies) / sizeof(tallies[0]); i++) {
		bool several = !strcmp(tallies[i].name, "remote retries") ||
			       !strcmp(tallies[i].name, "multi-source SGI") ||
			       !strcmp(tallies[i].name, "stale acks");

		printf("%-22s %12llu\n", tallies[i].name, (unsigned long long)*tallies[i].count);
		if (*tallies[i].count == 0 && !(several && o->n_vcpus == 1) && !o->without) {
			fprintf(stderr, "never happened: %s\n", tallies[i].name);
			all = false;
		}
	}
	return all;
}

int main(int argc, char **argv)
{
	struct options o = { .steps = 1000000, .seed = 1 };
	uint64_t traces = 0;
	clock_t start = clock();
	double seconds;

	if (!parse(argc, argv, &o)) {
		fprintf(stderr, "usage: vgic_random [--steps N] [--seconds S] [--seed S] "
				"[--vcpus 1-8] [--lrs 1-64] [--without op,op] "
				"[--careful 0|1] [--ignore P1,P2]\n");
		return 2;
	}
	do {
		if (!run_trace(&o, o.seed + traces))
			return 1;
		traces++;
		seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	} while (o.seconds > 0 ? seconds < o.seconds : world_stats.steps < o.steps);
	printf("%llu traces, %llu steps in %.1f s (%.0f a second)\n", (unsigned long long)traces,
	       (unsigned long long)world_stats.steps, seconds,
	       (double)world_stats.steps / (seconds + 1e-9));
	return all_happened(&o) ? 0 : 1;
}
