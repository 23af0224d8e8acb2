// SPDX-License-Identifier: BSD-2-Clause
/*
 * The normal form of a state: places in the tables are taken in a fixed order, handles and ids are
 * named by their places, what is free is zero, many counts are two, and of a state and its mirror
 * image, with the two pairs of bells exchanged, it is that of the lesser one.
 *
 * That is right where doorbell/ cannot tell the difference: it compares handles and ids for being
 * equal only, and those that are gone never come again; it asks whether a count is 0 (or full); it
 * takes any free place and overwrites it. The order of irqfds is that of their input, and kept.
 * That of links decides in which order those of a closed bell are taken away: it is kept for them.
 * What STATS would tell is left out.
 * bell_walk.c looks whether a state and its normal form really have the same future.
 */
#include <string.h>

#include "tests/check/bell_state.h"

#define MANY 2u
/* What is gone: a place that this world has not, and an id that is not given again. */
#define GONE_HANDLE BELLHOP_HANDLE(BELLHOP_TYPE_BELL, 1, 0xff)
#define GONE_ID 0xffffu

/* Where each place goes. */
struct places {
	uint8_t bell[BS_BELLS];
	uint8_t irqfd[BS_IRQFDS];
	uint8_t link[BS_LINKS];
};

static void place_bells(const struct bs_state *state, struct places *to)
{
	const uint32_t handles[BS_BELLS] = { state->s[0], state->r[0], state->s[1], state->r[1] };
	unsigned int taken = 0, n = 0;

	for (unsigned int i = 0; i < BS_BELLS; i++) {
		unsigned int index = handles[i] & 0xff;

		if (handles[i] == 0)
			continue;
		taken |= 1u << index;
		to->bell[index] = (uint8_t)n++;
	}
	for (unsigned int i = 0; i < BS_BELLS; i++)
		if ((taken >> i & 1) == 0)
			to->bell[i] = (uint8_t)n++;
}

static void place_irqfds(const struct bs_state *state, struct places *to)
{
	unsigned int taken = 0, n = 0;

	for (unsigned int i = state->line.first; i != 0 && n < BS_IRQFDS;
	     i = state->irqfd[i - 1].next) {
		taken |= 1u << (i - 1);
		to->irqfd[i - 1] = (uint8_t)n++;
	}
	for (unsigned int i = 0; i < BS_IRQFDS; i++)
		if ((taken >> i & 1) == 0)
			to->irqfd[i] = (uint8_t)n++;
}

static uint32_t name_handle(const struct bs_state *state, const struct places *to, uint32_t handle)
{
	unsigned int index = handle & 0xff;

	if (handle == 0)
		return 0;
	if (index >= BS_BELLS || state->bell[index].slot.handle != handle)
		return GONE_HANDLE;
	return BELLHOP_HANDLE(BELLHOP_TYPE_BELL, 1, to->bell[index]);
}

/* Equal for links whose order may matter, or that are alike. */
static uint32_t order_of(const struct bs_state *state, const struct places *to,
			 const struct bell_link *link)
{
	uint32_t key = name_handle(state, to, link->key) & 0xff;

	if (link->id == 0)
		return UINT32_MAX;
	if (link->state == LINK_DYING)
		return 0;
	return 1u + (((link->state * 2u + link->kind) << 8 | to->bell[link->bell]) << 8 | key);
}

static void place_links(const struct bs_state *state, struct places *to)
{
	uint32_t order[BS_LINKS];

	for (unsigned int i = 0; i < BS_LINKS; i++)
		order[i] = order_of(state, to, &state->link[i]);
	for (unsigned int i = 0; i < BS_LINKS; i++) {
		unsigned int before = 0;

		for (unsigned int j = 0; j < BS_LINKS; j++)
			before += order[j] < order[i] || (order[j] == order[i] && j < i);
		to->link[i] = (uint8_t)before;
	}
}

/* An orphan is known by its key: who still has its id will not find it told. */
static uint32_t link_id(const struct bs_state *state, unsigned int i)
{
	return state->link[i].state != LINK_ORPHANED ? state->link[i].id : 0;
}

static struct bell_ref name_ref(const struct bs_state *state, const struct places *to,
				struct bell_ref ref)
{
	uint32_t there = 0;

	if (ref.kind == REF_NONE)
		return (struct bell_ref){ 0 };
	if (ref.kind == REF_BELL) {
		ref.id = name_handle(state, to, ref.id);
		ref.index = ref.id & 0xff;
		return ref;
	}
	if (ref.kind == REF_IRQFD && ref.index < BS_IRQFDS)
		there = state->irqfd[ref.index].id;
	else if (ref.kind == REF_LINK && ref.index < BS_LINKS)
		there = link_id(state, ref.index);
	if (there == 0 || there != ref.id)
		return (struct bell_ref){ .id = GONE_ID, .kind = ref.kind, .vm = ref.vm };
	ref.index = ref.kind == REF_IRQFD ? to->irqfd[ref.index] : to->link[ref.index];
	ref.id = ref.index + 1u;
	return ref;
}

static void normalise_bell(const struct bs_state *state, const struct places *to, unsigned int i,
			   struct bell *out)
{
	const struct bell *bell = &state->bell[i];

	out->slot.generation = 1;
	if (bell->slot.handle == 0)
		return;
	out->slot.handle = name_handle(state, to, bell->slot.handle);
	out->count = bell->count < MANY ? bell->count : MANY;
	out->flags = bell->flags;
	out->sink = bell->sink;
	/* What is left of a consumer that is gone says nothing. */
	if (bell->sink != SINK_IRQFD)
		return;
	out->gsi = bell->gsi;
	out->to = name_ref(state, to, bell->to);
}

static void normalise_irqfd(const struct bs_state *state, const struct places *to, unsigned int i,
			    struct bell_irqfd *out)
{
	const struct bell_irqfd *irqfd = &state->irqfd[i];

	if (irqfd->id == 0)
		return;
	out->id = to->irqfd[i] + 1u;
	out->gsi = irqfd->gsi;
	out->kind = irqfd->kind;
	out->asserted = irqfd->asserted;
	out->next = irqfd->next != 0 ? (uint8_t)(to->irqfd[irqfd->next - 1] + 1) : 0;
	out->resample = name_ref(state, to, irqfd->resample);
	out->eoi = name_ref(state, to, irqfd->eoi);
}

static void normalise_link(const struct bs_state *state, const struct places *to, unsigned int i,
			   struct bell_link *out)
{
	if (state->link[i].id == 0)
		return;
	*out = state->link[i];
	out->id = to->link[i] + 1u;
	out->key = name_handle(state, to, out->key);
	/* Of one that is dying the bell is gone. */
	out->bell = out->state == LINK_DYING ? 0 : to->bell[out->bell];
}

static void normalise_op(const struct bs_state *state, const struct places *to, struct bell_op *out)
{
	const struct bell_op *op = &state->op;
	unsigned int vm;

	memcpy(out, op, offsetof(struct bell_op, vms) + sizeof(op->vms));
	for (unsigned int i = 0; i < 7; i++)
		if (BELLHOP_HANDLE_TYPE(op->arg[i]) == BELLHOP_TYPE_BELL)
			out->arg[i] = name_handle(state, to, op->arg[i]);
	out->signal = name_ref(state, to, op->signal);
	out->irqfd = name_ref(state, to, op->irqfd);
	out->link = name_ref(state, to, op->link);
	/* CLOSE says anew who is the target before each step there. */
	if (op->call == BELLHOP_CLOSE && bell_op_next(op, &vm) && vm == op->caller)
		out->target = 0;
}

/* Those that are gone are compared with nothing any more. */
static void normalise_ids(const struct bs_state *state, const struct places *to,
			  struct bs_state *out)
{
	for (unsigned int i = 0; i < 2; i++)
		for (unsigned int j = 0; j < BS_IRQFDS; j++)
			if (state->irqfd_id[i] != 0 && state->irqfd[j].id == state->irqfd_id[i])
				out->irqfd_id[i] = to->irqfd[j] + 1u;
	for (unsigned int i = 0; i < 4; i++)
		for (unsigned int j = 0; j < BS_LINKS; j++)
			if (state->link_id[i] != 0 && link_id(state, j) == state->link_id[i])
				out->link_id[i] = to->link[j] + 1u;
	out->last_id[BS_CLIENT] = BS_IRQFDS;
	out->last_id[BS_DM] = BS_LINKS;
}

static void normalise_rest(const struct bs_state *state, const struct places *to,
			   struct bs_state *out)
{
	out->line = state->line;
	if (out->line.first != 0)
		out->line.first = (uint8_t)(to->irqfd[out->line.first - 1] + 1);
	out->op_active = state->op_active;
	out->op_on = state->op_on;
	out->op_to = state->op_to;
	out->high = state->high;
	out->notify = state->notify;
	out->wiring = state->wiring;
	out->asserted = state->asserted;
	out->level = state->level;
	for (unsigned int i = 0; i < 2; i++) {
		out->bound[i] = state->bound[i];
		out->s[i] = name_handle(state, to, state->s[i]);
		out->r[i] = name_handle(state, to, state->r[i]);
		out->told[i] = state->told[i] < MANY ? state->told[i] : MANY;
	}
	for (unsigned int cpu = 0; cpu < BS_CPUS; cpu++) {
		out->n_posts[cpu] = state->n_posts[cpu];
		for (unsigned int i = 0; i < BS_POSTS; i++)
			out->post[cpu][i] = name_ref(state, to, state->post[cpu][i]);
	}
}

static void name_all(const struct bs_state *state, struct bs_state *out)
{
	struct places to;

	memset(out, 0, sizeof(*out));
	place_bells(state, &to);
	place_irqfds(state, &to);
	place_links(state, &to);
	for (unsigned int i = 0; i < BS_BELLS; i++)
		normalise_bell(state, &to, i, &out->bell[to.bell[i]]);
	for (unsigned int i = 0; i < BS_IRQFDS; i++)
		normalise_irqfd(state, &to, i, &out->irqfd[to.irqfd[i]]);
	for (unsigned int i = 0; i < BS_LINKS; i++)
		normalise_link(state, &to, i, &out->link[to.link[i]]);
	normalise_op(state, &to, &out->op);
	normalise_ids(state, &to, out);
	normalise_rest(state, &to, out);
}

static void exchange(void *pair, size_t size)
{
	char *one = pair, *other = one + size, first[sizeof(((struct bs_state *)NULL)->post[0])];

	memcpy(first, one, size);
	memcpy(one, other, size);
	memcpy(other, first, size);
}

/* All that there is two of. */
static void mirror(struct bs_state *state)
{
	exchange(state->bound, sizeof(state->bound[0]));
	exchange(state->irqfd_id, sizeof(state->irqfd_id[0]));
	exchange(&state->link_id[0], sizeof(state->link_id[0]));
	exchange(&state->link_id[2], sizeof(state->link_id[0]));
	exchange(state->s, sizeof(state->s[0]));
	exchange(state->r, sizeof(state->r[0]));
	exchange(state->told, sizeof(state->told[0]));
	exchange(&state->n_posts[BS_CPU_0], sizeof(state->n_posts[0]));
	exchange(state->post[BS_CPU_0], sizeof(state->post[0]));
	if (state->op_active)
		state->op_on ^= 1;
}

void bs_normalise(const struct bs_state *state, struct bs_state *out)
{
	struct bs_state mirrored = *state, other;

	mirror(&mirrored);
	name_all(state, out);
	name_all(&mirrored, &other);
	if (memcmp(&other, out, sizeof(other)) < 0)
		*out = other;
}
