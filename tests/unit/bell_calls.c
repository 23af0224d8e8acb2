// SPDX-License-Identifier: BSD-2-Clause
#include "bell_calls.h"

#include <string.h>

#define LIVE 8u
#define FIRST_GSI BELL_WORLD_FRAME
#define N_GSIS 5u

static uint32_t below(struct bell_calls *c, uint32_t n)
{
	return c->choose(n);
}

void bc_start(struct bell_calls *c)
{
	memset(c->n_succeeded, 0, sizeof(c->n_succeeded));
	memset(c->known, 0, sizeof(c->known));
	bw_start(&c->w);
}

/* Mostly below n, which is what the call knows or a little more. */
static uint32_t number(struct bell_calls *c, uint32_t n)
{
	return below(c, 64) == 0 ? c->any() : below(c, n);
}

/* Mostly one that there is, among few, so that they meet again; or one that there was. */
static uint32_t handle_of(struct bell_calls *c, unsigned int vm, uint32_t type)
{
	const struct doorbells *d = &c->w.d[vm];
	uint32_t handle;

	if (below(c, 8) != 0 && (bell_list(d, type, below(c, LIVE), &handle) == BELLHOP_OK ||
				 bell_list(d, type, 0, &handle) == BELLHOP_OK))
		return handle;
	return c->known[vm][type][below(c, BELL_CALLS_KNOWN)];
}

static uint32_t a_bell(struct bell_calls *c, unsigned int vm)
{
	uint32_t handle = handle_of(c, vm, BELLHOP_TYPE_BELL);

	if (below(c, 16) == 0)
		handle = handle_of(c, vm, 1 + below(c, BELLHOP_TYPE_POLLSET));
	if (below(c, 64) == 0)
		return c->any();
	return below(c, 32) == 0 ? handle ^ 1u << below(c, 32) : handle;
}

static uint32_t a_gsi(struct bell_calls *c)
{
	return below(c, 32) == 0 ? number(c, BELL_WORLD_INTIDS + 8) : FIRST_GSI + below(c, N_GSIS);
}

static uint32_t a_vm(struct bell_calls *c)
{
	if (below(c, 2) == 0)
		return 1;
	return below(c, 16) == 0 ? number(c, 40) : below(c, BELL_WORLD_VMS);
}

static uint32_t a_flag(struct bell_calls *c)
{
	static const uint32_t flags[] = { 0, BELLHOP_DEASSIGN, BELLHOP_LEVEL, BELLHOP_RESAMPLE };

	if (below(c, 64) == 0)
		return c->any();
	return below(c, 16) == 0 ? 1u << below(c, 32) : flags[below(c, 4)];
}

/* For any argument. */
static uint32_t a_word(struct bell_calls *c, unsigned int vm)
{
	switch (below(c, 5)) {
	case 0:
		return a_gsi(c);
	case 1:
		return a_vm(c);
	case 2:
		return a_flag(c);
	case 3:
		return c->any();
	default:
		return a_bell(c, vm);
	}
}

static void remember(struct bell_calls *c, unsigned int vm, uint32_t handle)
{
	c->known[vm][BELLHOP_HANDLE_TYPE(handle)][below(c, BELL_CALLS_KNOWN)] = handle;
}

/* What is not there, or counts on, says nothing; who waits is told, and that is all. */
static void forget_what_does_not_matter(struct bell_world *world)
{
	for (unsigned int vm = 0; vm < BELL_WORLD_VMS; vm++) {
		struct doorbells *d = &world->d[vm];

		d->last_id = 0;
		for (unsigned int i = 0; i < BELLHOP_MAX_BELLS; i++)
			d->bell[i].waiters = 0;
		for (unsigned int i = 0; i < BELLHOP_MAX_POLLSETS; i++)
			d->pollset[i].waiters = 0;
		for (unsigned int i = 0; i < BELLHOP_MAX_IRQFDS; i++)
			if (d->irqfd[i].id == 0)
				memset(&d->irqfd[i], 0, sizeof(d->irqfd[i]));
		for (unsigned int i = 0; i < BELLHOP_MAX_LINKS; i++)
			if (d->link[i].id == 0)
				memset(&d->link[i], 0, sizeof(d->link[i]));
	}
	memset(&world->woken, 0, sizeof(world->woken));
	memset(&world->effects, 0, sizeof(world->effects));
}

static void assert_unchanged(struct bell_calls *c)
{
	c->after = c->w;
	forget_what_does_not_matter(&c->before);
	forget_what_does_not_matter(&c->after);
	for (unsigned int vm = 0; vm < BELL_WORLD_VMS; vm++)
		assert_memory_equal(&c->before.d[vm], &c->after.d[vm], sizeof(c->before.d[vm]));
	assert_memory_equal(c->before.input, c->after.input, sizeof(c->before.input));
}

/* VM 3 has no rights and gives none: it and the others have nothing to do with each other. */
static void assert_apart(struct bell_calls *c, unsigned int caller)
{
	static const unsigned int stranger = BELL_WORLD_VMS - 1;

	for (unsigned int vm = 0; vm < BELL_WORLD_VMS; vm++) {
		if ((caller == stranger) == (vm == stranger))
			continue;
		assert_memory_equal(&c->before.d[vm], &c->w.d[vm], sizeof(c->w.d[vm]));
		assert_memory_equal(c->before.input[vm], c->w.input[vm], sizeof(c->w.input[vm]));
	}
}

static void assert_level(struct bell_calls *c, unsigned int vm, unsigned int gsi)
{
	const struct doorbells *d = &c->w.d[vm];
	const struct bell_line *line = &d->line[gsi - BELL_FIRST_INTID];
	unsigned int asserted = 0;

	if (line->owner != LINE_LEVEL)
		return;
	for (unsigned int i = line->first; i != 0; i = d->irqfd[i - 1].next)
		asserted += d->irqfd[i - 1].kind == IRQFD_LEVEL && d->irqfd[i - 1].asserted;
	assert_int_equal(line->asserted, asserted);
	assert_int_equal(c->w.input[vm][gsi].high, line->sources != 0 || asserted != 0);
}

static int32_t call_create(struct bell_calls *c, unsigned int vm, uint32_t *handle)
{
	uint32_t flags = number(c, 5);

	return bell_create(&c->w.d[vm], flags, below(c, 8) == 0 ? UINT64_MAX : below(c, 2), handle);
}

static int32_t call_read(struct bell_calls *c, unsigned int vm, uint32_t bell)
{
	uint64_t count;
	uint32_t status;
	int32_t error;

	bell_effects_clear(&c->w.effects);
	error = bell_read(&c->w.d[vm], bell, &count, &status, &c->w.effects);
	bw_finish(&c->w, vm);
	return error;
}

/* What only looks, and finds a handle or a number. */
static int32_t call_look(struct bell_calls *c, unsigned int vm, uint32_t call, uint32_t bell,
			 uint32_t set)
{
	const struct doorbells *d = &c->w.d[vm];
	uint32_t first, value, stats[3];

	switch (call) {
	case BELLHOP_STATS:
		return bell_stats(d, bell, stats);
	case BELLHOP_PEEK:
		return bell_peek(d, bell, &value);
	case BELLHOP_POLL:
		return bell_poll(d, set, &value);
	case BELLHOP_FIND:
		first = a_vm(c);
		return bell_find(d, first, number(c, 4), &value);
	case BELLHOP_LIST:
		first = number(c, 6);
		return bell_list(d, first, number(c, 4), &value);
	case BELLHOP_FEATURES:
		return bell_features(number(c, BELLHOP_N_FEATURES + 1), &value);
	default:
		return BELLHOP_NOT_SUPPORTED;
	}
}

/* One VM's own calls. */
static int32_t call_own(struct bell_calls *c, unsigned int vm, uint32_t call)
{
	struct doorbells *d = &c->w.d[vm];
	uint32_t set = handle_of(c, vm, BELLHOP_TYPE_POLLSET), bell = a_bell(c, vm), handle = 0;
	uint32_t either = below(c, 4) == 0 ? set : bell;
	uint32_t gsi, taken[3];
	int32_t error;

	switch (call) {
	case BELLHOP_CREATE:
		error = call_create(c, vm, &handle);
		break;
	case BELLHOP_POLLSET_CREATE:
		error = bell_pollset_create(d, below(c, 8) == 0 ? number(c, 2) : 0, &handle);
		break;
	case BELLHOP_SIGNAL:
		return bw_signal(&c->w, vm, bell,
				 below(c, 16) == 0 ? UINT64_MAX - below(c, 3) : below(c, 3));
	case BELLHOP_READ:
		return call_read(c, vm, bell);
	case BELLHOP_MASK:
		return bw_mask(&c->w, vm, bell, below(c, 9) / 4);
	case BELLHOP_BIND_VIRQ:
		gsi = a_gsi(c);
		return bw_bind_virq(&c->w, vm, either, gsi, a_flag(c));
	case BELLHOP_WAIT:
		return bell_wait(d, either, below(c, 8), &handle);
	case BELLHOP_TAKE:
		bell_effects_clear(&c->w.effects);
		error = bell_take(d, either, below(c, 8), taken, &c->w.effects);
		bw_finish(&c->w, vm);
		return error;
	default:
		return call_look(c, vm, call, bell, set);
	}
	if (error == BELLHOP_OK)
		remember(c, vm, handle);
	return error;
}

/* Poll sets have a VIRQ whose change the world does with the next call; here it is done at once. */
static int32_t call_set(struct bell_calls *c, unsigned int vm, uint32_t call)
{
	uint32_t set = handle_of(c, vm, BELLHOP_TYPE_POLLSET), bell = a_bell(c, vm);
	int32_t error;

	bell_effects_clear(&c->w.effects);
	if (call == BELLHOP_POLLSET_ADD)
		error = bell_pollset_add(&c->w.d[vm], set, bell, number(c, 34), &c->w.effects);
	else
		error = bell_pollset_del(&c->w.d[vm], set, bell, &c->w.effects);
	bw_finish(&c->w, vm);
	return error;
}

/* An operation, or a number that is none, with arguments that mean what they happen to. */
static int32_t call_mixed(struct bell_calls *c, unsigned int vm, uint32_t *call)
{
	static const uint32_t calls[] = { BELLHOP_CLOSE,    BELLHOP_GRANT,    BELLHOP_REVOKE,
					  BELLHOP_IRQ_BIND, BELLHOP_EOI_BIND, BELLHOP_MSI_BIND };
	uint32_t which = below(c, 8), word[5];

	*call = which < 6 ? calls[which] : BELLHOP_CALL(number(c, BELLHOP_N_CALLS));
	for (unsigned int i = 0; i < 5; i++)
		word[i] = a_word(c, vm);
	return bw_op(&c->w, vm, *call, word[0], word[1], word[2], word[3], word[4], NULL);
}

static int32_t call_irq(struct bell_calls *c, unsigned int vm)
{
	uint32_t to = a_vm(c), gsi = a_gsi(c), flag = a_flag(c), bell = a_bell(c, vm);
	uint32_t resample = flag == BELLHOP_RESAMPLE || below(c, 16) == 0 ? a_bell(c, vm) : 0;

	return bw_irq(&c->w, vm, to, gsi, bell, resample, flag);
}

static int32_t call_message(struct bell_calls *c, unsigned int vm)
{
	uint32_t to = a_vm(c), intid = below(c, 8) == 0 ? a_gsi(c) : BELL_WORLD_FRAME;
	uint32_t flags = below(c, 8) == 0 ? a_flag(c) : below(c, 2);

	return bw_message(&c->w, vm, to, intid, a_bell(c, vm), flags);
}

static int32_t call_level(struct bell_calls *c, unsigned int vm)
{
	uint32_t to = a_vm(c), gsi = a_gsi(c), level = below(c, 9) / 4;
	int32_t error = bell_may_serve(&c->w.d[vm], to);

	return error == BELLHOP_OK ? bw_set_level(&c->w, to, gsi, level) : error;
}

static int32_t call_grant(struct bell_calls *c, unsigned int vm)
{
	uint32_t to = a_vm(c), bell = a_bell(c, vm), rights = number(c, 5), label = number(c, 4);
	uint32_t handle = 0;
	int32_t error = bw_op(&c->w, vm, BELLHOP_GRANT, bell, to, rights, label, 0, &handle);

	if (error == BELLHOP_OK)
		remember(c, to, handle);
	return error;
}

static int32_t call_eoi(struct bell_calls *c, unsigned int vm)
{
	uint32_t to = a_vm(c), signal = a_bell(c, vm), eoi = a_bell(c, vm);
	uint32_t flags = below(c, 8) == 0 ? a_flag(c) : below(c, 2);

	return bw_eoi_bind(&c->w, vm, to, signal, eoi, flags);
}

static int32_t call_revoke(struct bell_calls *c, unsigned int vm)
{
	uint32_t to = a_vm(c);

	return bw_op(&c->w, vm, BELLHOP_REVOKE, a_bell(c, vm), to, 0, 0, 0, NULL);
}

/* Calls that concern several. */
static int32_t call_others(struct bell_calls *c, unsigned int vm, uint32_t call)
{
	switch (call) {
	case BELLHOP_CLOSE:
		return bw_close(&c->w, vm, a_bell(c, vm));
	case BELLHOP_GRANT:
		return call_grant(c, vm);
	case BELLHOP_REVOKE:
		return call_revoke(c, vm);
	case BELLHOP_IRQ_BIND:
		return call_irq(c, vm);
	case BELLHOP_EOI_BIND:
		return call_eoi(c, vm);
	case BELLHOP_MSI_BIND:
		return call_message(c, vm);
	case BELLHOP_IRQ_SET_LEVEL:
		return call_level(c, vm);
	case BELLHOP_POLLSET_ADD:
	case BELLHOP_POLLSET_DEL:
		return call_set(c, vm, call);
	default:
		return call_own(c, vm, call);
	}
}

/* Not a call: a store rings a bell; a client ends an interrupt, or enables it, or is reset. */
void bc_something_else(struct bell_calls *c)
{
	unsigned int vm = below(c, BELL_WORLD_VMS), gsi = FIRST_GSI + below(c, N_GSIS);

	if (below(c, 32) == 0)
		bw_reset(&c->w, vm);
	else if (below(c, 8) == 0)
		bw_ring(&c->w, vm, handle_of(c, vm, BELLHOP_TYPE_BELL));
	else if (below(c, 4) == 0)
		bw_enable(&c->w, vm, gsi);
	else
		bw_eoi(&c->w, vm, gsi);
}

void bc_call(struct bell_calls *c, bool look)
{
	static const uint32_t calls[] = {
		BELLHOP_CREATE,	     BELLHOP_CREATE,	     BELLHOP_CLOSE,
		BELLHOP_SIGNAL,	     BELLHOP_SIGNAL,	     BELLHOP_READ,
		BELLHOP_MASK,	     BELLHOP_BIND_VIRQ,	     BELLHOP_PEEK,
		BELLHOP_WAIT,	     BELLHOP_POLLSET_CREATE, BELLHOP_POLLSET_ADD,
		BELLHOP_POLLSET_DEL, BELLHOP_GRANT,	     BELLHOP_REVOKE,
		BELLHOP_IRQ_BIND,    BELLHOP_IRQ_BIND,	     BELLHOP_IRQ_SET_LEVEL,
		BELLHOP_EOI_BIND,    BELLHOP_FIND,	     BELLHOP_LIST,
		BELLHOP_POLL,	     BELLHOP_FEATURES,	     BELLHOP_TAKE,
		BELLHOP_STATS,	     BELLHOP_MSI_BIND,
	};
	uint32_t call = calls[below(c, sizeof(calls) / sizeof(calls[0]))];
	unsigned int vm = below(c, 3) == 0 ? below(c, BELL_WORLD_VMS) : 0;
	int32_t error;

	if (look)
		c->before = c->w;
	error = below(c, 32) == 0 ? call_mixed(c, vm, &call) : call_others(c, vm, call);
	assert_in_range(-error, 0, -BELLHOP_PIPE);
	if (look)
		assert_apart(c, vm);
	if (look && error != BELLHOP_OK)
		assert_unchanged(c);
	if (error == BELLHOP_OK && call - BELLHOP_CALL(0) < BELLHOP_N_CALLS)
		c->n_succeeded[call - BELLHOP_CALL(0)]++;
	for (unsigned int gsi = FIRST_GSI; gsi < FIRST_GSI + N_GSIS; gsi++)
		for (vm = 0; vm < BELL_WORLD_VMS; vm++)
			assert_level(c, vm, gsi);
}

void bc_close_everything(struct bell_calls *c)
{
	for (unsigned int vm = 0; vm < BELL_WORLD_VMS; vm++) {
		for (uint32_t type = BELLHOP_TYPE_BELL; type <= BELLHOP_TYPE_POLLSET; type++) {
			uint32_t handle;

			while (bell_list(&c->w.d[vm], type, 0, &handle) == BELLHOP_OK)
				assert_int_equal(bw_close(&c->w, vm, handle), BELLHOP_OK);
		}
		for (unsigned int gsi = BELL_FIRST_INTID; gsi < BELL_WORLD_INTIDS; gsi++)
			bw_set_level(&c->w, vm, gsi, 0);
	}
	bw_assert_empty(&c->w);
}
