// SPDX-License-Identifier: BSD-2-Clause
/*
 * Breadth-first search over worlds. Of a state that has been seen its hash is kept, and how it was
 * reached: 13 bytes and the free places of the table. Only what waits to be expanded is kept whole.
 */
#include "tests/check/explore.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/check/frontier.h"
#include "tests/check/parts.h"
#include "tests/check/seen.h"

#define MAX_PATH 4096u
#define REST_INTERVAL 65536u /* steps between two looks at what should not change */

struct search {
	const struct small_world *small;
	struct world first;
	struct world base; /* that is expanded now */
	struct parts parts;
	struct frontier frontier;
	uint32_t *parent; /* of state i, and the event that led from there to it */
	uint8_t *event;
	size_t n;
	size_t max;
	struct seen seen;
	struct explore_result result;
};

/*
 * Fields that the next use overwrites make no difference between states, nor does what an empty
 * list register once held: a driver may read it as 0, as ELRSR says.
 */
static void forget_scratch(struct world *w)
{
	for (unsigned int v = 0; v < w->config.n_vcpus; v++) {
		struct gich_model *hw = &w->vcpu[v].hw;
		struct gich *shadow = &w->vcpu[v].shadow;

		for (unsigned int i = 0; i < w->config.n_lrs; i++)
			if (gich_model_lr_is_empty(hw->reg.lr[i]))
				hw->reg.lr[i] = 0;
		shadow->elrsr = shadow->eisr = shadow->lr_dirty = 0;
		shadow->hcr = shadow->apr = shadow->vmcr = 0;
		hw->deactivated = -1;
	}
}

static bool add_state(struct search *s, const struct world *w, uint32_t parent, uint8_t event)
{
	if (!seen_add(&s->seen, hash_of_parts(s->parts.part, s->parts.n, w)))
		return false;
	s->parent[s->n] = parent;
	s->event[s->n] = event;
	s->n++;
	frontier_push(&s->frontier, s->parts.part, s->parts.n, &s->first, w);
	return true;
}

/* The setup, the path to node i, and one event more. */
static size_t path_to(const struct search *s, size_t i, uint8_t last, struct event *events)
{
	uint8_t path[MAX_PATH];
	size_t n = 0;
	size_t out = s->small->n_setup;

	path[n++] = last;
	for (; i && n < MAX_PATH; i = s->parent[i])
		path[n++] = s->event[i];
	memcpy(events, s->small->setup, out * sizeof(*events));
	while (n)
		events[out++] = s->small->alphabet[path[--n]];
	return out;
}

static void report(struct search *s, size_t i, uint8_t last, const struct world *w)
{
	static struct event events[MAX_PATH + 64];
	size_t n = path_to(s, i, last, events);

	s->result.failed = true;
	fprintf(stderr, "VIOLATION of %s in world %s, %zu events after its setup (%u): %s\n",
		w->violation, s->small->name, n - s->small->n_setup, s->small->n_setup, w->detail);
	trace_report(stderr, &s->small->config, events, n);
}

/* What is copied and hashed is all that changes: otherwise the search would be worth nothing. */
static void check_rest(const struct search *s, struct world *w)
{
	if (s->result.steps % REST_INTERVAL == 0 && !w->violation &&
	    !parts_rest_is_equal(&s->parts, &s->first, w))
		world_fail(w, "parts", "something changes outside of the parts of this world");
}

/* One event in the state s->base, which is number i. */
static void step(struct search *s, size_t i, uint8_t e)
{
	static struct world w;

	if (s->result.steps == 0)
		w = s->first;
	parts_copy(&s->parts, &w, &s->base);
	event_apply(&w, &s->small->alphabet[e]);
	forget_scratch(&w);
	check_rest(s, &w);
	s->result.steps++;
	if (!w.violation && add_state(s, &w, (uint32_t)i, e))
		check_deep(&w, WORLD_VCPUS);
	if (w.violation)
		report(s, i, e, &w);
}

static void start(struct search *s, const struct small_world *small, uint64_t max_states)
{
	memset(s, 0, sizeof(*s));
	s->small = small;
	s->max = (size_t)max_states + small->n_alphabet + 1;
	seen_init(&s->seen);
	/* Memory that is never touched costs nothing */
	s->parent = need(malloc(s->max * sizeof(*s->parent)));
	s->event = need(malloc(s->max * sizeof(*s->event)));
	parts_find(&small->config, &s->parts);
	world_init(&s->first, &small->config);
	for (unsigned int i = 0; i < small->n_setup; i++)
		event_apply(&s->first, &small->setup[i]);
	forget_scratch(&s->first);
	s->base = s->first;
	add_state(s, &s->first, 0, 0);
}

static void finish(struct search *s)
{
	frontier_free(&s->frontier);
	free(s->parent);
	free(s->event);
	seen_free(&s->seen);
}

static size_t bytes_used(const struct search *s)
{
	return s->frontier.bytes + s->n * (sizeof(*s->parent) + sizeof(*s->event)) +
	       seen_bytes(&s->seen);
}

static bool at_a_limit(const struct search *s, const struct explore_limits *limits, clock_t begin)
{
	return s->n >= limits->states || bytes_used(s) >= limits->bytes ||
	       (double)(clock() - begin) / CLOCKS_PER_SEC > limits->seconds;
}

struct explore_result explore(const struct small_world *small, const struct explore_limits *limits)
{
	static struct search s;
	clock_t begin = clock();
	size_t level_end = 1;
	size_t i;

	start(&s, small, limits->states);
	if (s.first.violation)
		report(&s, 0, 0, &s.first);
	for (i = 0; i < s.n && !s.result.failed; i++) {
		if (i == level_end) {
			s.result.depth++;
			level_end = s.n;
		}
		if (at_a_limit(&s, limits, begin))
			break;
		frontier_pop(&s.frontier, s.parts.part, s.parts.n, &s.first, &s.base);
		for (unsigned int e = 0; e < small->n_alphabet && !s.result.failed; e++)
			step(&s, i, (uint8_t)e);
	}
	s.result.complete = i == s.n && !s.result.failed;
	s.result.states = s.n;
	s.result.bytes = bytes_used(&s);
	finish(&s);
	return s.result;
}
