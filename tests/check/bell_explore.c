// SPDX-License-Identifier: BSD-2-Clause
/*
 * bell_explore [--states N] [--seconds S]: all states of the world in bell_state.h, breadth first.
 * Fails at the first one that breaks a property, with the shortest way to it.
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

static void rename_vm(struct names *names, struct bs_vm *vm)
{
	for (unsigned int i = 0; i < BS_BELLS; i++) {
		vm->bell[i].slot.handle = rename_it(names, vm->bell[i].slot.handle);
		vm->bell[i].slot.generation = 0;
		if (vm->bell[i].slot.handle == 0)
			memset(&vm->bell[i], 0, sizeof(vm->bell[i]));
		vm->bell[i].to.id =
			vm->bell[i].sink == SINK_IRQFD ? rename_it(names, vm->bell[i].to.id) : 0;
	}
	for (unsigned int i = 0; i < BS_IRQFDS; i++) {
		if (vm->irqfd[i].id == 0)
			memset(&vm->irqfd[i], 0, sizeof(vm->irqfd[i]));
		vm->irqfd[i].id = rename_it(names, vm->irqfd[i].id);
		vm->irqfd[i].resample.id = rename_it(names, vm->irqfd[i].resample.id);
		vm->irqfd[i].eoi.id = rename_it(names, vm->irqfd[i].eoi.id);
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

struct search {
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

		if (!bs_act(&next, action) && bs_violation == NULL)
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

int main(int argc, char **argv)
{
	struct search search = { .max = 400000 };
	double seconds = 1e9;
	uint64_t steps = 0;
	uint32_t at;
	clock_t start = clock();

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--states") == 0)
			search.max = strtoul(argv[i + 1], NULL, 0);
		else if (strcmp(argv[i], "--seconds") == 0)
			seconds = strtod(argv[i + 1], NULL);
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
	printf("%zu states, %llu steps, %u looked at: %s\n", search.n, (unsigned long long)steps,
	       at, at == search.n && search.n < search.max ? "complete" : "stopped at a limit");
	return search.n < 1000;
}
