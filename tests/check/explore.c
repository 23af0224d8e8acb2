// SPDX-License-Identifier: BSD-2-Clause
/* Breadth-first search over worlds. A state is kept as its difference from the first one. */
#include "tests/check/explore.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORDS (sizeof(struct world) / sizeof(uint64_t))
#define MAX_PATH 4096u
#define BLOCK 8u /* words */
#define BLOCKS (WORDS / BLOCK + 1u)
#define LEARNING_STEPS 50000u

_Static_assert(sizeof(struct world) % sizeof(uint64_t) == 0, "a world is whole words");
_Static_assert(WORDS <= UINT16_MAX, "struct change numbers them with 16 bits");

/* Packed, because millions of states wait for their turn. */
struct __attribute__((packed)) change {
	uint16_t at;
	uint64_t value;
};

/* How a state was reached; `changes` are there until it has been expanded. */
struct node {
	uint32_t parent;
	uint16_t n_changes;
	uint8_t event;
	struct change *changes;
};

struct search {
	const struct small_world *small;
	struct world first;
	struct node *nodes;
	size_t n_nodes;
	size_t max_nodes;
	uint64_t *table; /* open addressing, 0 is free */
	size_t table_mask;
	struct explore_result result;
	bool changing[BLOCKS];
	uint16_t blocks[BLOCKS];
	size_t n_blocks;
};

static void *need(void *memory)
{
	if (!memory) {
		fprintf(stderr, "out of memory\n");
		exit(2);
	}
	return memory;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9fb21c651e98df25u;
	return h ^ h >> 29;
}

/*
 * Fields that the next use overwrites make no difference between states, nor does what an empty
 * list register once held: a driver may read it as 0, as ELRSR says.
 */
static void forget_scratch(struct world *w)
{
	for (unsigned int v = 0; v < w->config.n_vcpus; v++) {
		struct gich_model *hw = &w->vcpu[v].hw;
		struct gich now;

		gich_model_read(hw, &now);
		for (unsigned int i = 0; i < w->config.n_lrs; i++)
			if (now.elrsr >> i & 1)
				hw->reg.lr[i] = 0;
	}
	for (unsigned int v = 0; v < w->config.n_vcpus; v++) {
		struct gich *shadow = &w->vcpu[v].shadow;

		shadow->elrsr = shadow->eisr = shadow->lr_dirty = 0;
		shadow->hcr = shadow->apr = shadow->vmcr = 0;
		w->vcpu[v].hw.deactivated = -1;
	}
}

static uint64_t word_of(const struct world *w, size_t i)
{
	uint64_t word;

	memcpy(&word, (const char *)w + i * sizeof(word), sizeof(word));
	return word;
}

/*
 * Most of a world never changes. Which blocks do is learnt from the first states, and looked at
 * again now and then: a block that changes first between two looks can only merge states.
 */
static void learn_blocks(struct search *s, const struct world *w)
{
	for (size_t block = 0; block < WORDS; block += BLOCK) {
		size_t bytes = (WORDS - block < BLOCK ? WORDS - block : BLOCK) * sizeof(uint64_t);

		if (memcmp((const char *)&s->first + block * 8, (const char *)w + block * 8, bytes))
			s->changing[block / BLOCK] = true;
	}
	s->n_blocks = 0;
	for (size_t i = 0; i < BLOCKS; i++)
		if (s->changing[i])
			s->blocks[s->n_blocks++] = (uint16_t)i;
}

static uint64_t difference(struct search *s, const struct world *w, struct change *changes,
			   size_t *n)
{
	uint64_t hash = 0x123456789abcdefu;

	*n = 0;
	if (s->result.steps < LEARNING_STEPS || s->result.steps % 256 == 0)
		learn_blocks(s, w);
	for (size_t b = 0; b < s->n_blocks; b++) {
		size_t begin = s->blocks[b] * BLOCK;

		for (size_t i = begin; i < begin + BLOCK && i < WORDS; i++) {
			uint64_t value = word_of(w, i);

			if (value == word_of(&s->first, i))
				continue;
			changes[*n] = (struct change){ (uint16_t)i, value };
			++*n;
			hash = mix(mix(hash, i), value);
		}
	}
	return hash ? hash : 1;
}

static bool insert(struct search *s, uint64_t hash)
{
	size_t i = hash & s->table_mask;

	while (s->table[i]) {
		if (s->table[i] == hash)
			return false;
		i = (i + 1) & s->table_mask;
	}
	s->table[i] = hash;
	return true;
}

static void add_state(struct search *s, const struct world *w, uint32_t parent, uint8_t event)
{
	static struct change changes[WORDS];
	struct node *node;
	size_t n;

	if (!insert(s, difference(s, w, changes, &n)))
		return;
	node = &s->nodes[s->n_nodes++];
	node->parent = parent;
	node->event = event;
	node->n_changes = (uint16_t)n;
	node->changes = need(malloc((n + 1) * sizeof(*changes)));
	memcpy(node->changes, changes, n * sizeof(*changes));
}

static void restore(const struct search *s, const struct node *node, struct world *w)
{
	*w = s->first;
	for (size_t i = 0; i < node->n_changes; i++)
		memcpy((char *)w + node->changes[i].at * 8ul, &node->changes[i].value, 8);
}

/* The setup, the path to node i, and one event more. */
static size_t path_to(const struct search *s, size_t i, uint8_t last, struct event *events)
{
	uint8_t path[MAX_PATH];
	size_t n = 0;
	size_t out = s->small->n_setup;

	path[n++] = last;
	for (; i && n < MAX_PATH; i = s->nodes[i].parent)
		path[n++] = s->nodes[i].event;
	memcpy(events, s->small->setup, out * sizeof(*events));
	while (n)
		events[out++] = s->small->alphabet[path[--n]];
	return out;
}

static void report(struct search *s, size_t i, uint8_t last)
{
	static struct event events[MAX_PATH + 64];
	size_t n = path_to(s, i, last, events);

	s->result.failed = true;
	fprintf(stderr, "VIOLATION in world %s, %zu events after its setup (%u):\n", s->small->name,
		n - s->small->n_setup, s->small->n_setup);
	trace_report(stderr, &s->small->config, events, n);
}

static bool expand(struct search *s, size_t i)
{
	static struct world w;

	for (unsigned int e = 0; e < s->small->n_alphabet; e++) {
		size_t before = s->n_nodes;

		restore(s, &s->nodes[i], &w);
		event_apply(&w, &s->small->alphabet[e]);
		s->result.steps++;
		forget_scratch(&w);
		if (!w.violation)
			add_state(s, &w, (uint32_t)i, (uint8_t)e);
		if (s->n_nodes > before)
			check_deep(&w, WORLD_VCPUS);
		if (w.violation) {
			report(s, i, (uint8_t)e);
			return false;
		}
	}
	free(s->nodes[i].changes);
	s->nodes[i].changes = NULL;
	return true;
}

static void start(struct search *s, const struct small_world *small, uint64_t max_states)
{
	size_t slots = 1024;

	memset(s, 0, sizeof(*s));
	s->small = small;
	s->max_nodes = (size_t)max_states + small->n_alphabet + 1;
	while (slots < s->max_nodes * 2)
		slots *= 2;
	s->table_mask = slots - 1;
	s->table = need(calloc(slots, sizeof(*s->table)));
	s->nodes = need(calloc(s->max_nodes, sizeof(*s->nodes)));
	world_init(&s->first, &small->config);
	for (unsigned int i = 0; i < small->n_setup; i++)
		event_apply(&s->first, &small->setup[i]);
	forget_scratch(&s->first);
	add_state(s, &s->first, 0, 0);
}

static void finish(struct search *s)
{
	for (size_t i = 0; i < s->n_nodes; i++)
		free(s->nodes[i].changes);
	free(s->nodes);
	free(s->table);
}

struct explore_result explore(const struct small_world *small, uint64_t max_states, double seconds)
{
	static struct search s;
	clock_t begin = clock();
	size_t level_end = 1;
	size_t i;

	start(&s, small, max_states);
	if (s.first.violation)
		report(&s, 0, 0);
	for (i = 0; i < s.n_nodes && !s.result.failed; i++) {
		if (i == level_end) {
			s.result.depth++;
			level_end = s.n_nodes;
		}
		if (s.n_nodes >= max_states || (double)(clock() - begin) / CLOCKS_PER_SEC > seconds)
			break;
		expand(&s, i);
	}
	s.result.complete = i == s.n_nodes && !s.result.failed;
	s.result.states = s.n_nodes;
	finish(&s);
	return s.result;
}
