// SPDX-License-Identifier: BSD-2-Clause
/* The world of bell_state.h: the CPU that carries out operations, a step at a time. */
#include <string.h>

#include "tests/check/bell_inner.h"

/* What this world knows of links after an operation. */
static void note_links(struct bs_state *state)
{
	unsigned int i = state->op_on & 1u;
	uint32_t link = state->op_to == BS_BOUND ? state->op.link.id : 0;

	if (state->op.error != BELLHOP_OK)
		return;
	state->link_id[state->op_on % 4] = link;
	/* An eoifd loses its irqfd, or the bell that it rings. */
	if (state->op_on < BS_ON_EOIFD && state->op_to == BS_UNBOUND)
		state->link_id[2 + i] = 0;
	if (state->op_on >= BS_ON_RESAMPLE)
		state->link_id[2 + (1 - i)] = 0;
}

static bool is_bound(const struct bs_state *state, unsigned int i)
{
	return state->s[i] != 0 && bs_vms[BS_DM].bell[state->s[i] & 0xff].sink == SINK_IRQFD;
}

/* Between the first and the last step of its operation a bell may be bound or not. */
static void note_op(struct bs_state *state, bool done)
{
	unsigned int i = state->op_on;

	if (done)
		note_links(state);
	if (i >= BS_ON_EOIFD)
		return;
	if (!done) {
		state->bound[i] = BS_CHANGING;
		if (state->op.irqfd.kind == REF_IRQFD && state->op_to == BS_BOUND)
			state->irqfd_id[i] = state->op.irqfd.id;
		return;
	}
	state->bound[i] = is_bound(state, i) ? BS_BOUND : BS_UNBOUND;
	if (state->op.error == BELLHOP_OK && state->bound[i] != state->op_to)
		bs_fail("an operation that succeeds does not do what it says");
	if (state->bound[i] == BS_UNBOUND)
		state->irqfd_id[i] = 0;
}

bool bs_step(struct bs_state *state, unsigned int i)
{
	unsigned int vm = 0;
	bool done;

	(void)i;
	if (!state->op_active)
		return false;
	if (!bell_op_next(&state->op, &vm))
		bs_fail("an operation without steps");
	bell_op_step(&state->op, &bs_vms[vm], &bs_effects);
	if (!bs_is_untouched(state, 1 - vm))
		bs_fail("P13: a step changes a VM that is not locked");
	bs_finish(state, vm, BS_CPU_OP);
	done = !bell_op_next(&state->op, &vm);
	note_op(state, done);
	if (done) {
		state->op_active = state->op_on = state->op_to = 0;
		memset(&state->op, 0, sizeof(state->op));
	}
	return true;
}

/* With its first step. */
static bool begin(struct bs_state *state, uint32_t call, unsigned int on, enum bs_bound to,
		  const uint32_t arg[7])
{
	if (!bs_is_idle(state, BS_CPU_OP))
		return false;
	if (bell_op_begin(&state->op, &bs_vms[BS_DM], call, arg) != BELLHOP_OK) {
		memset(&state->op, 0, sizeof(state->op));
		return false;
	}
	state->op_active = 1;
	state->op_on = (uint8_t)on;
	state->op_to = (uint8_t)to;
	return bs_step(state, 0);
}

static bool begin_bind(struct bs_state *state, unsigned int i, uint32_t flags)
{
	bool resample = flags == BELLHOP_RESAMPLE;
	const uint32_t arg[7] = { BS_CLIENT, BS_GSI, state->s[i], resample ? state->r[i] : 0,
				  flags };
	enum bs_bound to = flags == BELLHOP_DEASSIGN ? BS_UNBOUND : BS_BOUND;

	if (state->s[i] == 0 || (resample && state->r[i] == 0))
		return false;
	return begin(state, BELLHOP_IRQ_BIND, i, to, arg);
}

bool bs_bind_resample(struct bs_state *state, unsigned int i)
{
	return begin_bind(state, i, BELLHOP_RESAMPLE);
}

bool bs_bind_level(struct bs_state *state, unsigned int i)
{
	return begin_bind(state, i, BELLHOP_LEVEL);
}

bool bs_bind_edge(struct bs_state *state, unsigned int i)
{
	return begin_bind(state, i, 0);
}

bool bs_unbind(struct bs_state *state, unsigned int i)
{
	return begin_bind(state, i, BELLHOP_DEASSIGN);
}

/* Each has a place until its bell is closed, orphaned or not, and there is room for so many. */
static bool has_room(const struct bs_state *state)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < BS_LINKS; i++)
		n += state->link[i].id != 0 && state->link[i].kind == LINK_EOI;
	return n < BS_LINKS - 2;
}

static bool begin_eoi(struct bs_state *state, unsigned int i, uint32_t flags)
{
	const uint32_t arg[7] = { BS_CLIENT, state->s[i], state->r[1 - i], flags };
	enum bs_bound to = flags == BELLHOP_DEASSIGN ? BS_UNBOUND : BS_BOUND;

	if (state->s[i] == 0 || state->r[1 - i] == 0 || (to == BS_BOUND && !has_room(state)))
		return false;
	return begin(state, BELLHOP_EOI_BIND, BS_ON_EOIFD + i, to, arg);
}

bool bs_bind_eoi(struct bs_state *state, unsigned int i)
{
	return begin_eoi(state, i, 0);
}

bool bs_unbind_eoi(struct bs_state *state, unsigned int i)
{
	return begin_eoi(state, i, BELLHOP_DEASSIGN);
}

/* The caller gives the handle up. */
static bool begin_close(struct bs_state *state, uint32_t *handle, unsigned int on)
{
	const uint32_t arg[7] = { *handle };

	if (*handle == 0 || !bs_is_idle(state, BS_CPU_OP))
		return false;
	*handle = 0;
	return begin(state, BELLHOP_CLOSE, on, BS_UNBOUND, arg);
}

bool bs_close_s(struct bs_state *state, unsigned int i)
{
	return begin_close(state, &state->s[i], BS_ON_SIGNAL + i);
}

/* And what it has been told. */
bool bs_close_r(struct bs_state *state, unsigned int i)
{
	if (!begin_close(state, &state->r[i], BS_ON_RESAMPLE + i))
		return false;
	state->told[i] = 0;
	return true;
}

static void exchange(struct bs_state *state, unsigned int a, unsigned int b)
{
	struct bell_link link = state->link[a];
	struct bell_ref *refs[2 * BS_IRQFDS + BS_CPUS * BS_POSTS];
	unsigned int n = 0;

	state->link[a] = state->link[b];
	state->link[b] = link;
	for (unsigned int i = 0; i < BS_IRQFDS; i++) {
		refs[n++] = &state->irqfd[i].resample;
		refs[n++] = &state->irqfd[i].eoi;
	}
	for (unsigned int i = 0; i < BS_CPUS * BS_POSTS; i++)
		refs[n++] = &state->post[i / BS_POSTS][i % BS_POSTS];
	while (n-- > 0)
		if (refs[n]->kind == REF_LINK && (refs[n]->index == a || refs[n]->index == b))
			refs[n]->index = (uint16_t)(a + b - refs[n]->index);
}

/* They are taken away in the order of their places. */
bool bs_close_turned(struct bs_state *state, unsigned int i)
{
	unsigned int at[2], n = 0;

	for (unsigned int j = 0; state->r[i] != 0 && j < BS_LINKS; j++)
		if (state->link[j].id != 0 && state->link[j].state == LINK_BOUND &&
		    state->link[j].bell == (state->r[i] & 0xff) && n < 2)
			at[n++] = j;
	if (n < 2 || !bs_is_idle(state, BS_CPU_OP))
		return false;
	exchange(state, at[0], at[1]);
	bs_unpack(state);
	return bs_close_r(state, i);
}

static bool create(struct bs_state *state, uint32_t *handle)
{
	if (!bs_is_idle(state, BS_CPU_OP) || *handle != 0)
		return false;
	return bell_create(&bs_vms[BS_DM], 0, 0, handle) == BELLHOP_OK;
}

bool bs_create_s(struct bs_state *state, unsigned int i)
{
	return create(state, &state->s[i]);
}

bool bs_create_r(struct bs_state *state, unsigned int i)
{
	return create(state, &state->r[i]);
}
