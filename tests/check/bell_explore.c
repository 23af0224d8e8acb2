// SPDX-License-Identifier: BSD-2-Clause
/*
 * bell_explore [--world NAME] [--states N] [--seconds S]: all states of the world in bell_state.h,
 * breadth first. Fails at the first one that breaks a property, with the shortest way to it. Worlds
 * but for "all" have less that can happen, and fail as well where a limit comes before their end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/check/bell_state.h"

#define NAMES 64u

/* Handles and ids by the order in which they appear. */
struct names {
	uint32_t name[NAMES];
	unsigned int n;
};

static uint32_t rename_it(struct names *names, uint32_t name)
{
	unsigned int i = 0;

	if (name == 0)
		return 0;
	while (i < names->n && names->name[i] != name)
		i++;
	if (i == names->n && names->n < NAMES)
		names->name[names->n++] = name;
	return i + 1;
}

/* What is left of a consumer that is gone says nothing. */
static void rename_sink(struct names *names, struct bell *bell)
{
	if (bell->sink == SINK_IRQFD) {
		bell->to.id = rename_it(names, bell->to.id);
	} else {
		memset(&bell->to, 0, sizeof(bell->to));
		bell->gsi = 0;
	}
}

/* Likewise of a link. */
static void rename_ref(struct names *names, struct bell_ref *ref)
{
	if (ref->kind == REF_NONE)
		memset(ref, 0, sizeof(*ref));
	ref->id = rename_it(names, ref->id);
}

static void rename_vm(struct names *names, struct bs_vm *vm)
{
	for (unsigned int i = 0; i < BS_BELLS; i++) {
		vm->bell[i].slot.handle = rename_it(names, vm->bell[i].slot.handle);
		vm->bell[i].slot.generation = 0;
		if (vm->bell[i].slot.handle == 0)
			memset(&vm->bell[i], 0, sizeof(vm->bell[i]));
		rename_sink(names, &vm->bell[i]);
	}
	for (unsigned int i = 0; i < BS_IRQFDS; i++) {
		if (vm->irqfd[i].id == 0)
			memset(&vm->irqfd[i], 0, sizeof(vm->irqfd[i]));
		vm->irqfd[i].id = rename_it(names, vm->irqfd[i].id);
		rename_ref(names, &vm->irqfd[i].resample);
		rename_ref(names, &vm->irqfd[i].eoi);
	}
	for (unsigned int i = 0; i < BS_LINKS; i++) {
		if (vm->link[i].id == 0)
			memset(&vm->link[i], 0, sizeof(vm->link[i]));
		vm->link[i].id = rename_it(names, vm->link[i].id);
		vm->link[i].key = rename_it(names, vm->link[i].key);
	}
	vm->last_id = 0;
}

void bs_canonical(const struct bs_state *state, struct bs_state *out)
{
	struct names names = { .n = 0 };

	*out = *state;
	for (unsigned int i = 0; i < 2; i++) {
		out->s[i] = rename_it(&names, out->s[i]);
		out->r[i] = rename_it(&names, out->r[i]);
	}
	rename_vm(&names, &out->vm[0]);
	rename_vm(&names, &out->vm[1]);
	for (unsigned int i = 0; i < 2; i++)
		out->irqfd[i] = rename_it(&names, out->irqfd[i]);
	for (unsigned int i = 0; i < 3; i++)
		out->link[i] = rename_it(&names, out->link[i]);
	out->op.signal.id = rename_it(&names, out->op.signal.id);
	out->op.irqfd.id = rename_it(&names, out->op.irqfd.id);
	out->op.link.id = rename_it(&names, out->op.link.id);
	for (unsigned int i = 0; out->op_active && i < 7; i++)
		if (out->op.arg[i] > BELL_MAX_INTIDS)
			out->op.arg[i] = 0x10000u + rename_it(&names, out->op.arg[i]);
	for (unsigned int cpu = 0; cpu < BS_CPUS; cpu++)
		for (unsigned int i = 0; i < BS_POSTS; i++)
			out->post[cpu][i].id = rename_it(&names, out->post[cpu][i].id);
}

/* Two independent hashes of 64 bits: no two states of a search are taken for one. */
struct key {
	uint64_t a, b;
};

static struct key key_of(const struct bs_state *state)
{
	static struct bs_state canonical;
	struct key key = { 0xcbf29ce484222325u, 0x9e3779b97f4a7c15u };
	const unsigned char *bytes = (const unsigned char *)&canonical;

	bs_canonical(state, &canonical);
	for (size_t i = 0; i < sizeof(canonical); i++) {
		key.a = (key.a ^ bytes[i]) * 0x100000001b3u;
		key.b = (key.b + bytes[i] + 1) * 0xff51afd7ed558ccdu;
		key.b ^= key.b >> 29;
	}
	return key;
}

struct node {
	uint32_t parent;
	uint8_t action;
};

/* What there is to happen in a world, but for steps and deliveries. */
#define ALWAYS 0xfu
#define RESAMPLE (A(SIGNAL_0) | A(READ_0) | A(EOI) | A(ENABLE) | A(RESET) | A(BIND_0))
#define RESAMPLE_1 (A(SIGNAL_1) | A(READ_1) | A(BIND_1))
#define A(action) (1u << BS_##action)

static const struct world {
	const char *name;
	uint32_t actions;
} worlds[] = {
	{ "all", UINT32_MAX },
	/* Two resamplers of one input come and go. */
	{ "resample", ALWAYS | RESAMPLE | RESAMPLE_1 | A(UNBIND_0) | A(UNBIND_1) },
	/* One does, and its bells and handles as well. */
	{ "close",
	  ALWAYS | RESAMPLE | A(UNBIND_0) | A(CLOSE_S0) | A(CLOSE_R0) | A(CREATE_S) | A(CREATE_R) },
	/* One bell is an edge, or a resampler, or masked. */
	{ "mask", ALWAYS | RESAMPLE | A(BIND_EDGE) | A(MASK) | A(UNMASK) | A(UNBIND_0) },
	/* A resampler and a level with an eoifd, which is orphaned or not. */
	{ "eoifd", ALWAYS | RESAMPLE | A(SIGNAL_1) | A(BIND_LEVEL) | A(UNBIND_0) | A(UNBIND_1) |
			   A(BIND_EOI) | A(UNBIND_EOI) },
};

struct search {
	const struct world *world;
	size_t max;
	size_t n;
	struct node *node;
	struct bs_state *state;
	struct key *table;
	size_t mask;
};

static void *array(size_t n, size_t size)
{
	void *memory = calloc(n, size);

	if (memory == NULL) {
		fprintf(stderr, "no memory\n");
		exit(2);
	}
	return memory;
}

static bool is_new(struct search *search, const struct bs_state *state)
{
	struct key key = key_of(state);
	size_t at = key.a & search->mask;

	while (search->table[at].a != 0) {
		if (search->table[at].a == key.a && search->table[at].b == key.b)
			return false;
		at = (at + 1) & search->mask;
	}
	search->table[at] = key;
	return true;
}

static void print_way(const struct search *search, uint32_t at, unsigned int last)
{
	static uint8_t way[10000];
	size_t n = 0;

	for (; at != 0 && n < sizeof(way); at = search->node[at].parent)
		way[n++] = search->node[at].action;
	while (n-- > 0)
		fprintf(stderr, "  %s\n", bs_action_names[way[n]]);
	fprintf(stderr, "  %s\n", bs_action_names[last]);
}

static void add(struct search *search, const struct bs_state *state, uint32_t parent,
		unsigned int action)
{
	if (search->n == search->max || !is_new(search, state))
		return;
	search->node[search->n] = (struct node){ parent, (uint8_t)action };
	search->state[search->n++] = *state;
}

/* All that can follow state `at`. False: a property is broken. */
static bool expand(struct search *search, uint32_t at, uint64_t *steps)
{
	for (unsigned int action = 0; action < BS_ACTIONS; action++) {
		struct bs_state next = search->state[at];

		if ((search->world->actions >> action & 1) == 0 ||
		    (!bs_act(&next, action) && bs_violation == NULL))
			continue;
		++*steps;
		if (bs_violation != NULL) {
			fprintf(stderr, "%s\n", bs_violation);
			print_way(search, at, action);
			return false;
		}
		add(search, &next, at, action);
	}
	return true;
}

static const struct world *find_world(const char *name)
{
	for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++)
		if (strcmp(worlds[i].name, name) == 0)
			return &worlds[i];
	fprintf(stderr, "no world %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	struct search search = { .world = &worlds[0], .max = 400000 };
	double seconds = 1e9;
	uint64_t steps = 0;
	uint32_t at;
	clock_t start = clock();
	bool complete;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--states") == 0)
			search.max = strtoul(argv[i + 1], NULL, 0);
		else if (strcmp(argv[i], "--seconds") == 0)
			seconds = strtod(argv[i + 1], NULL);
		else if (strcmp(argv[i], "--world") == 0)
			search.world = find_world(argv[i + 1]);
	}
	for (search.mask = 1; search.mask < 4 * search.max; search.mask *= 2)
		;
	search.table = array(search.mask, sizeof(*search.table));
	search.mask--;
	search.node = array(search.max, sizeof(*search.node));
	search.state = array(search.max, sizeof(*search.state));
	bs_start(&search.state[0]);
	is_new(&search, &search.state[0]);
	search.n = 1;
	for (at = 0; at < search.n; at++) {
		if ((double)(clock() - start) > seconds * CLOCKS_PER_SEC)
			break;
		if (!expand(&search, at, &steps))
			return 1;
	}
	complete = at == search.n && search.n < search.max;
	printf("%s: %zu states, %llu steps, %u looked at: %s\n", search.world->name, search.n,
	       (unsigned long long)steps, at, complete ? "complete" : "stopped at a limit");
	return !complete && search.world != &worlds[0];
}
