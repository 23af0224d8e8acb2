// SPDX-License-Identifier: BSD-2-Clause
/*
 * All calls at random, by four VMs, with arguments that often mean something. A call that fails has
 * changed nothing; only VMs that a call names are changed; errors are those of the ABI; the level
 * of an input is the OR of its sources at any time; and in the end all can be closed.
 *
 *	unit_bell_random [SEED [ROUNDS]]
 */
#include "bell_world.h"

#include <stdlib.h>
#include <string.h>

#define KINDS 18u     /* of calls in one_call() */
#define ROUND 100000u /* calls until everything is closed */
#define LOOK 16u      /* each so manyth call is looked at as a whole */
#define KNOWN 24u
#define LIVE 8u
#define FIRST_GSI 60u
#define N_GSIS 4u

static struct bell_world w, before, after;
static uint32_t known[BELL_WORLD_VMS][BELLHOP_TYPE_POLLSET + 1][KNOWN];
static uint32_t n_succeeded[BELLHOP_N_CALLS];
static uint32_t seed = 1;
static uint32_t rounds = 4;

static uint32_t below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % n;
}

/* Mostly one that there is, among few, so that they meet again; or one that there was. */
static uint32_t handle_of(unsigned int vm, uint32_t type)
{
	uint32_t handle;

	if (below(8) != 0 && bell_list(&w.d[vm], type, below(LIVE), &handle) == BELLHOP_OK)
		return handle;
	return known[vm][type][below(KNOWN)];
}

static uint32_t a_bell(unsigned int vm)
{
	uint32_t handle = handle_of(vm, BELLHOP_TYPE_BELL);

	if (below(16) == 0)
		handle = handle_of(vm, 1 + below(BELLHOP_TYPE_POLLSET));
	return below(32) == 0 ? handle ^ 1u << below(32) : handle;
}

static uint32_t a_gsi(void)
{
	return below(32) == 0 ? below(BELL_WORLD_INTIDS + 8) : FIRST_GSI + below(N_GSIS);
}

static uint32_t a_vm(void)
{
	if (below(2) == 0)
		return 1;
	return below(16) == 0 ? below(40) : below(BELL_WORLD_VMS);
}

static uint32_t a_flag(void)
{
	static const uint32_t flags[] = { 0, BELLHOP_DEASSIGN, BELLHOP_LEVEL, BELLHOP_RESAMPLE };

	return below(16) == 0 ? 1u << below(32) : flags[below(4)];
}

static void remember(unsigned int vm, uint32_t handle)
{
	known[vm][BELLHOP_HANDLE_TYPE(handle)][below(KNOWN)] = handle;
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

static void assert_unchanged(void)
{
	after = w;
	forget_what_does_not_matter(&before);
	forget_what_does_not_matter(&after);
	for (unsigned int vm = 0; vm < BELL_WORLD_VMS; vm++)
		assert_memory_equal(&before.d[vm], &after.d[vm], sizeof(before.d[vm]));
	assert_memory_equal(before.input, after.input, sizeof(before.input));
}

/* VM 3 has no rights and gives none: nothing that others do concerns it. */
static void assert_apart(unsigned int caller)
{
	static const unsigned int stranger = BELL_WORLD_VMS - 1;
	unsigned int vm = caller == stranger ? 0 : stranger;

	assert_memory_equal(&before.d[vm], &w.d[vm], sizeof(w.d[vm]));
}

static void assert_level(unsigned int vm, unsigned int gsi)
{
	const struct doorbells *d = &w.d[vm];
	const struct bell_line *line = &d->line[gsi - BELL_FIRST_INTID];
	unsigned int asserted = 0;

	if (line->owner != LINE_LEVEL)
		return;
	for (unsigned int i = line->first; i != 0; i = d->irqfd[i - 1].next)
		asserted += d->irqfd[i - 1].kind == IRQFD_LEVEL && d->irqfd[i - 1].asserted;
	assert_int_equal(line->asserted, asserted);
	assert_int_equal(w.input[vm][gsi].high, line->sources != 0 || asserted != 0);
}

/* One VM's own calls. */
static int32_t call_own(unsigned int vm, uint32_t call)
{
	struct doorbells *d = &w.d[vm];
	uint32_t set = handle_of(vm, BELLHOP_TYPE_POLLSET), bell = a_bell(vm), value = 0;
	uint32_t taken[3];
	int32_t error;
	uint64_t count;

	switch (call) {
	case BELLHOP_CREATE:
		error = bell_create(d, below(5), below(8) == 0 ? UINT64_MAX : below(2), &value);
		break;
	case BELLHOP_SIGNAL:
		return bw_signal(&w, vm, bell, below(16) == 0 ? UINT64_MAX - below(3) : below(3));
	case BELLHOP_READ:
		bell_effects_clear(&w.effects);
		error = bell_read(d, bell, &count, &value, &w.effects);
		bw_finish(&w, vm);
		return error;
	case BELLHOP_MASK:
		return bw_mask(&w, vm, bell, below(9) / 4);
	case BELLHOP_BIND_VIRQ:
		return bw_bind_virq(&w, vm, below(4) == 0 ? set : bell, a_gsi(), a_flag());
	case BELLHOP_POLLSET_CREATE:
		error = bell_pollset_create(d, below(8) == 0, &value);
		break;
	case BELLHOP_WAIT:
		return bell_wait(d, below(2) == 0 ? set : bell, below(8), &value);
	case BELLHOP_TAKE:
		bell_effects_clear(&w.effects);
		error = bell_take(d, below(2) == 0 ? set : bell, below(8), taken, &w.effects);
		bw_finish(&w, vm);
		return error;
	case BELLHOP_PEEK:
		return bell_peek(d, bell, &value);
	case BELLHOP_FIND:
		return bell_find(d, a_vm(), below(4), &value);
	default:
		return BELLHOP_NOT_SUPPORTED;
	}
	if (error == BELLHOP_OK)
		remember(vm, value);
	return error;
}

/* Poll sets have a VIRQ whose change the world does with the next call; here it is done at once. */
static int32_t call_set(unsigned int vm, uint32_t call)
{
	uint32_t set = handle_of(vm, BELLHOP_TYPE_POLLSET), bell = a_bell(vm);
	int32_t error;

	bell_effects_clear(&w.effects);
	if (call == BELLHOP_POLLSET_ADD)
		error = bell_pollset_add(&w.d[vm], set, bell, below(34), &w.effects);
	else
		error = bell_pollset_del(&w.d[vm], set, bell, &w.effects);
	bw_finish(&w, vm);
	return error;
}

/* Calls that concern several. */
static int32_t call_others(unsigned int vm, uint32_t call)
{
	uint32_t to = a_vm(), flag = a_flag(), result = 0;
	uint32_t resample = flag == BELLHOP_RESAMPLE || below(16) == 0 ? a_bell(vm) : 0;
	int32_t error;

	switch (call) {
	case BELLHOP_CLOSE:
		return bw_close(&w, vm, a_bell(vm));
	case BELLHOP_GRANT:
		error = bw_op(&w, vm, call, a_bell(vm), to, below(5), below(4), 0, &result);
		if (error == BELLHOP_OK)
			remember(to, result);
		return error;
	case BELLHOP_REVOKE:
		return bw_op(&w, vm, call, a_bell(vm), to, 0, 0, 0, NULL);
	case BELLHOP_IRQ_BIND:
		return bw_irq(&w, vm, to, a_gsi(), a_bell(vm), resample, flag);
	case BELLHOP_EOI_BIND:
		return bw_eoi_bind(&w, vm, to, a_bell(vm), a_bell(vm),
				   below(8) == 0 ? flag : below(2));
	case BELLHOP_IRQ_SET_LEVEL:
		error = bell_may_serve(&w.d[vm], to);
		return error == BELLHOP_OK ? bw_set_level(&w, to, a_gsi(), below(9) / 4) : error;
	case BELLHOP_POLLSET_ADD:
	case BELLHOP_POLLSET_DEL:
		return call_set(vm, call);
	default:
		return call_own(vm, call);
	}
}

/* Not a call: a store rings a bell; a client ends an interrupt, or enables it, or is reset. */
static void something_else(void)
{
	unsigned int vm = below(BELL_WORLD_VMS), gsi = FIRST_GSI + below(N_GSIS);

	if (below(32) == 0)
		bw_reset(&w, vm);
	else if (below(8) == 0)
		bw_ring(&w, vm, handle_of(vm, BELLHOP_TYPE_BELL));
	else if (below(4) == 0)
		bw_enable(&w, vm, gsi);
	else
		bw_eoi(&w, vm, gsi);
}

static void one_call(uint32_t i)
{
	static const uint32_t calls[] = {
		BELLHOP_CREATE,	     BELLHOP_CREATE,	     BELLHOP_CLOSE,
		BELLHOP_SIGNAL,	     BELLHOP_SIGNAL,	     BELLHOP_READ,
		BELLHOP_MASK,	     BELLHOP_BIND_VIRQ,	     BELLHOP_PEEK,
		BELLHOP_WAIT,	     BELLHOP_POLLSET_CREATE, BELLHOP_POLLSET_ADD,
		BELLHOP_POLLSET_DEL, BELLHOP_GRANT,	     BELLHOP_REVOKE,
		BELLHOP_IRQ_BIND,    BELLHOP_IRQ_BIND,	     BELLHOP_IRQ_SET_LEVEL,
		BELLHOP_EOI_BIND,    BELLHOP_FIND,	     BELLHOP_TAKE,
	};
	uint32_t call = calls[below(sizeof(calls) / sizeof(calls[0]))];
	unsigned int vm = below(3) == 0 ? below(BELL_WORLD_VMS) : 0;
	bool look = i % LOOK == 0;
	int32_t error;

	if (look)
		before = w;
	error = call_others(vm, call);
	assert_in_range(-error, 0, -BELLHOP_PIPE);
	if (look)
		assert_apart(vm);
	if (look && error != BELLHOP_OK)
		assert_unchanged();
	if (error == BELLHOP_OK)
		n_succeeded[call - BELLHOP_CALL(0)]++;
	for (unsigned int gsi = FIRST_GSI; gsi < FIRST_GSI + N_GSIS; gsi++)
		for (vm = 0; vm < BELL_WORLD_VMS; vm++)
			assert_level(vm, gsi);
}

static void close_everything(void)
{
	for (unsigned int vm = 0; vm < BELL_WORLD_VMS; vm++) {
		for (uint32_t type = BELLHOP_TYPE_BELL; type <= BELLHOP_TYPE_POLLSET; type++) {
			uint32_t handle;

			while (bell_list(&w.d[vm], type, 0, &handle) == BELLHOP_OK)
				assert_int_equal(bw_close(&w, vm, handle), BELLHOP_OK);
		}
		for (unsigned int gsi = BELL_FIRST_INTID; gsi < BELL_WORLD_INTIDS; gsi++)
			bw_set_level(&w, vm, gsi, 0);
	}
	bw_assert_empty(&w);
}

static void random_calls(void **state)
{
	unsigned int kinds = 0;

	(void)state;
	bw_start(&w);
	for (uint32_t round = 0; round < rounds; round++) {
		for (uint32_t i = 0; i < ROUND; i++) {
			one_call(i);
			if (below(4) == 0)
				something_else();
		}
		close_everything();
	}
	for (unsigned int i = 0; i < BELLHOP_N_CALLS; i++)
		kinds += n_succeeded[i] > 100;
	assert_int_equal(kinds, KINDS);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(random_calls) };

	if (argc > 1)
		seed = (uint32_t)strtoul(argv[1], NULL, 0) | 1u;
	if (argc > 2)
		rounds = (uint32_t)strtoul(argv[2], NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
