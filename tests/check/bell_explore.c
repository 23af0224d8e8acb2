// SPDX-License-Identifier: BSD-2-Clause
/*
 * bell_explore [--states N] [--gigabytes G]: all states of the world in bell_state.h, breadth
 * first, each in its normal form. Fails at the first one that breaks a property, with the shortest
 * way to it, and where memory (8 GB unless said) ends before the world. With --states it stops
 * after so many, and that is no failure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check/bell_state.h"
#include "tests/check/frontier.h"
#include "tests/check/seen.h"

#define MAX_STATES (1u << 28)

/* Of a state that was seen its hash is kept, and how it was reached; all of it while it waits. */
struct search {
	struct bs_state first, base;
	struct frontier frontier;
	struct seen seen;
	uint32_t *parent;
	uint8_t *action;
	size_t max_states, max_bytes;
	uint64_t steps;
};

static const struct part whole = { 0, sizeof(struct bs_state) / 8 };
_Static_assert(sizeof(struct bs_state) % 8 == 0, "a state is whole words");

/* In normal forms, so that 0 and 1 may change their parts on the way. */
static void report(const struct search *search, uint32_t at, unsigned int last)
{
	static uint8_t way[10000];
	size_t n = 0;

	fprintf(stderr, "%s\n", bs_violation);
	for (; at != 0 && n < sizeof(way); at = search->parent[at])
		way[n++] = search->action[at];
	while (n-- > 0)
		fprintf(stderr, "  %s\n", bs_action_name(way[n]));
	fprintf(stderr, "  %s\n", bs_action_name(last));
}

static void add(struct search *search, const struct bs_state *state, uint32_t parent,
		unsigned int action)
{
	struct bs_state normal;
	size_t n = search->seen.n;

	bs_normalise(state, &normal);
	if (!seen_add(&search->seen, hash_of_parts(&whole, 1, &normal)))
		return;
	search->parent[n] = parent;
	search->action[n] = (uint8_t)action;
	frontier_push(&search->frontier, &whole, 1, &search->first, &normal);
	bs_check_places(&normal);
}

/* All that can follow state `at`. False: a property is broken. */
static bool expand(struct search *search, uint32_t at)
{
	for (unsigned int action = 0; action < BS_ACTIONS; action++) {
		struct bs_state next = search->base;

		if (bs_act(&next, action)) {
			search->steps++;
			add(search, &next, at, action);
		}
		if (bs_violation != NULL) {
			report(search, at, action);
			return false;
		}
	}
	return true;
}

static size_t bytes_used(const struct search *search)
{
	return search->frontier.bytes + seen_bytes(&search->seen) +
	       search->seen.n * (sizeof(*search->parent) + sizeof(*search->action));
}

static bool is_at_a_limit(const struct search *search)
{
	return search->seen.n >= search->max_states || bytes_used(search) >= search->max_bytes;
}

/* How many states were expanded; 0: a property is broken. */
static uint32_t explore(struct search *search)
{
	size_t slots = search->max_states + BS_ACTIONS;
	uint32_t at;

	seen_init(&search->seen);
	/* Memory that is never touched costs nothing */
	search->parent = need(malloc(slots * sizeof(*search->parent)));
	search->action = need(malloc(slots * sizeof(*search->action)));
	bs_start(&search->base);
	bs_normalise(&search->base, &search->first);
	add(search, &search->base, 0, 0);
	for (at = 0; at < search->seen.n && !is_at_a_limit(search); at++) {
		frontier_pop(&search->frontier, &whole, 1, &search->first, &search->base);
		if (!expand(search, at))
			return 0;
	}
	return at;
}

int main(int argc, char **argv)
{
	static struct search search = { .max_states = MAX_STATES, .max_bytes = 8ull << 30 };
	bool may_stop = false, complete;
	uint32_t looked_at;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--gigabytes") == 0)
			search.max_bytes = (size_t)(atof(argv[i + 1]) * (1u << 30));
		else if (strcmp(argv[i], "--states") == 0) {
			search.max_states = strtoul(argv[i + 1], NULL, 0);
			may_stop = true;
		}
	}
	looked_at = explore(&search);
	if (looked_at == 0)
		return 1;
	complete = looked_at == search.seen.n;
	printf("%zu states, %llu steps, %.2f GB: %s\n", search.seen.n,
	       (unsigned long long)search.steps, (double)bytes_used(&search) / (1u << 30),
	       complete ? "the whole" : "stopped at a limit");
	return !complete && !may_stop;
}
