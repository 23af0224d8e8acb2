// SPDX-License-Identifier: BSD-2-Clause
#include "bell_world.h"

#include <string.h>

void bw_start(struct bell_world *w)
{
	static const struct bells_config configs[BELL_WORLD_VMS] = {
		{ .vm = 0, .serves = 1u << 1 | 1u << 2, .peers = 1u << 1 | 1u << 2 },
		{ .vm = 1, .peers = 1u << 0 | 1u << 2 },
		{ .vm = 2, .peers = 1u << 0 },
		{ .vm = 3 },
	};

	memset(w, 0, sizeof(*w));
	for (unsigned int i = 0; i < BELL_WORLD_VMS; i++) {
		struct bells_config config = configs[i];

		config.n_vms = BELL_WORLD_VMS;
		config.n_intids = BELL_WORLD_INTIDS;
		assert_true(bells_init(&w->d[i], &config));
		bells_fix_line(&w->d[i], BELL_WORLD_FIXED);
		bells_frame_line(&w->d[i], BELL_WORLD_FRAME);
		w->input[i][BELL_WORLD_FRAME].wiring = BELL_WIRING_EDGE;
	}
}

/* The input is a level only where it is wired so; a pulse into a level would be lost. */
static void do_change(struct bell_world *w, unsigned int vm)
{
	struct bell_change change = w->effects.change;
	struct bell_input *input = &w->input[vm][change.intid];

	if (change.wiring != BELL_WIRING_KEEP && change.wiring != BELL_WIRING_NONE)
		input->wiring = change.wiring;
	if (change.line == BELL_LINE_PULSE) {
		assert_int_equal(input->wiring, BELL_WIRING_EDGE);
		input->pulses++;
	} else if (change.line != BELL_LINE_KEEP) {
		if (change.line == BELL_LINE_HIGH)
			assert_int_equal(input->wiring, BELL_WIRING_LEVEL);
		input->high = change.line == BELL_LINE_HIGH;
	}
	if (change.wiring == BELL_WIRING_NONE) {
		assert_false(input->high);
		input->wiring = BELL_WIRING_NONE;
	}
	if (change.notify != BELL_NOTIFY_KEEP)
		input->notify = change.notify == BELL_NOTIFY_ON;
	w->woken[vm] |= w->effects.wake;
	w->effects.change = (struct bell_change){ 0 };
	w->effects.wake = 0;
}

/* One edge or rise is all that there is to do, as EL2 is told by what it called. */
static void do_edge(struct bell_world *w, unsigned int intid)
{
	if (intid == 0)
		return;
	assert_int_equal(w->effects.change.line, BELL_LINE_KEEP);
	assert_int_equal(w->effects.wake, 0);
	w->effects.change.intid = (uint16_t)(intid & ~BELL_RISES);
	w->effects.change.line = (intid & BELL_RISES) != 0 ? BELL_LINE_HIGH : BELL_LINE_PULSE;
}

static void deliver(struct bell_world *w)
{
	struct bell_ref post;

	while (bell_next_post(&w->effects, &post)) {
		if (w->before_post != NULL)
			w->before_post(w, post);
		do_edge(w, bell_deliver(&w->d[post.vm], &post, &w->effects));
		do_change(w, post.vm);
		assert_true(++w->n_posts < 10000000u);
	}
}

void bw_finish(struct bell_world *w, unsigned int vm)
{
	do_change(w, vm);
	deliver(w);
}

uint32_t bw_create_with(struct bell_world *w, unsigned int vm, uint32_t flags, uint64_t value)
{
	uint32_t handle = 0;

	assert_int_equal(bell_create(&w->d[vm], flags, value, &handle), BELLHOP_OK);
	assert_int_equal(BELLHOP_HANDLE_TYPE(handle), BELLHOP_TYPE_BELL);
	return handle;
}

uint32_t bw_create(struct bell_world *w, unsigned int vm)
{
	return bw_create_with(w, vm, 0, 0);
}

/* What STATS says, or 0 of what is no bell. */
static uint32_t signals_of(const struct bell_world *w, unsigned int vm, uint32_t handle)
{
	uint32_t stats[3];

	return bell_stats(&w->d[vm], handle, stats) == BELLHOP_OK ? stats[0] : 0;
}

/* Each signal that adds something is counted, whatever becomes of it. */
static int32_t signal_at_home(struct bell_world *w, unsigned int home, uint32_t handle,
			      unsigned int from, uint64_t value)
{
	const uint32_t before = signals_of(w, home, handle);
	const struct bell_ref bell = { handle, REF_BELL, (uint8_t)home, handle & 0xff };
	int32_t error = home == from ?
				bell_signal(&w->d[home], handle, value, &w->effects) :
				bell_signal_from(&w->d[home], bell, from, value, &w->effects);

	assert_int_equal(signals_of(w, home, handle) - before,
			 error >= BELLHOP_OK && value != 0 ? 1 : 0);
	return error;
}

int32_t bw_signal(struct bell_world *w, unsigned int vm, uint32_t handle, uint64_t value)
{
	struct bell_effects saved = w->effects;
	struct bell_ref bell;
	unsigned int home = vm;
	int32_t error;

	/* A test may signal while others' posts are under way. */
	bell_effects_clear(&w->effects);
	if (BELLHOP_HANDLE_TYPE(handle) != BELLHOP_TYPE_PEER) {
		error = signal_at_home(w, vm, handle, vm, value);
	} else {
		error = bell_resolve_peer(&w->d[vm], handle, BELLHOP_RIGHT_SIGNAL, &bell);
		if (error == BELLHOP_OK) {
			home = bell.vm;
			error = signal_at_home(w, home, bell.id, vm, value);
		}
	}
	if (value == 0) { /* nothing is added, so nobody is told */
		assert_int_equal(w->effects.change.intid, 0);
		assert_int_equal(w->effects.n_posts, 0);
	}
	bw_finish(w, home);
	w->effects = saved;
	return error > BELLHOP_OK ? BELLHOP_OK : error;
}

int64_t bw_read(struct bell_world *w, unsigned int vm, uint32_t handle)
{
	uint64_t value = 0;
	uint32_t status;
	int32_t error;

	bell_effects_clear(&w->effects);
	error = bell_read(&w->d[vm], handle, &value, &status, &w->effects);
	bw_finish(w, vm);
	return error == BELLHOP_OK ? (int64_t)value : error;
}

void bw_ring(struct bell_world *w, unsigned int vm, uint32_t handle)
{
	const uint32_t before = signals_of(w, vm, handle);
	uint32_t stats[3];

	bell_effects_clear(&w->effects);
	do_edge(w, bell_ring_by_id(&w->d[vm], handle, &w->effects));
	if (bell_stats(&w->d[vm], handle, stats) == BELLHOP_OK)
		assert_int_equal(stats[0], before + 1);
	bw_finish(w, vm);
}

uint32_t bw_status(struct bell_world *w, unsigned int vm, uint32_t handle)
{
	uint32_t status = 0;

	assert_int_equal(bell_peek(&w->d[vm], handle, &status), BELLHOP_OK);
	return status;
}

uint64_t bw_count(struct bell_world *w, unsigned int vm, uint32_t handle)
{
	const struct bell *bell = &w->d[vm].bell[handle & 0xff];

	assert_int_equal(bell->slot.handle, handle);
	return bell->count;
}

int32_t bw_mask(struct bell_world *w, unsigned int vm, uint32_t handle, uint32_t masked)
{
	uint32_t was;
	int32_t error;

	bell_effects_clear(&w->effects);
	error = bell_mask(&w->d[vm], handle, masked, &was, &w->effects);
	bw_finish(w, vm);
	return error;
}

int32_t bw_bind_virq(struct bell_world *w, unsigned int vm, uint32_t handle, uint32_t intid,
		     uint32_t flags)
{
	int32_t error;

	bell_effects_clear(&w->effects);
	error = bell_bind_virq(&w->d[vm], handle, intid, flags, &w->effects);
	bw_finish(w, vm);
	return error;
}

int32_t bw_set_level(struct bell_world *w, unsigned int vm, uint32_t gsi, uint32_t level)
{
	int32_t error;

	bell_effects_clear(&w->effects);
	error = bell_set_level(&w->d[vm], gsi, level, &w->effects);
	bw_finish(w, vm);
	return error;
}

/* The short way of one level: it has to be the same. */
static void check_level_ended(const struct bell_world *w, unsigned int vm, unsigned int intid)
{
	static struct doorbells d, other;
	static struct bell_effects effects, expected;

	d = w->d[vm];
	memset(&effects, 0, sizeof(effects));
	memset(&expected, 0, sizeof(expected));
	bell_eoi(&d, intid, false, &expected);
	other = w->d[vm];
	assert_int_equal(bell_level_ended(&other, intid, &effects),
			 expected.change.line == BELL_LINE_HIGH);
	expected.change = (struct bell_change){ 0 };
	assert_memory_equal(&effects, &expected, sizeof(effects));
	assert_memory_equal(&d, &other, sizeof(d));
}

static void eoi(struct bell_world *w, unsigned int vm, unsigned int intid, bool by_enable)
{
	bell_effects_clear(&w->effects);
	if (w->input[vm][intid].notify) {
		check_level_ended(w, vm, intid);
		bell_eoi(&w->d[vm], intid, by_enable, &w->effects);
	}
	bw_finish(w, vm);
}

void bw_eoi(struct bell_world *w, unsigned int vm, unsigned int intid)
{
	eoi(w, vm, intid, false);
}

void bw_enable(struct bell_world *w, unsigned int vm, unsigned int intid)
{
	if (w->input[vm][intid].high)
		eoi(w, vm, intid, true);
}

void bw_reset(struct bell_world *w, unsigned int vm)
{
	bell_effects_clear(&w->effects);
	for (unsigned int i = 0; i < BELLHOP_MAX_IRQFDS; i++) {
		bells_reset_irqfd(&w->d[vm], i, &w->effects);
		do_change(w, vm);
	}
	deliver(w);
}

int32_t bw_op(struct bell_world *w, unsigned int vm, uint32_t call, uint32_t a1, uint32_t a2,
	      uint32_t a3, uint32_t a4, uint32_t a5, uint32_t *result)
{
	const uint32_t arg[7] = { a1, a2, a3, a4, a5 };
	struct bell_op op;
	unsigned int next;
	unsigned int steps = 0;

	bell_effects_clear(&w->effects);
	bell_op_begin(&op, &w->d[vm], call, arg);
	while (bell_op_next(&op, &next)) {
		if (w->before_step != NULL)
			w->before_step(w, op.step);
		assert_true(next < BELL_WORLD_VMS);
		assert_true(steps++ < 1000);
		bell_op_step(&op, &w->d[next], &w->effects);
		do_change(w, next);
	}
	deliver(w);
	if (result != NULL)
		*result = op.result;
	return op.error;
}

int32_t bw_irq(struct bell_world *w, unsigned int from, unsigned int vm, uint32_t gsi,
	       uint32_t signal, uint32_t resample, uint32_t flags)
{
	return bw_op(w, from, BELLHOP_IRQ_BIND, vm, gsi, signal, resample, flags, NULL);
}

uint32_t bw_irqfd(struct bell_world *w, uint32_t gsi, uint32_t resample, uint32_t flags)
{
	uint32_t signal = bw_create(w, BELL_WORLD_DM);

	assert_int_equal(bw_irq(w, BELL_WORLD_DM, BELL_WORLD_CLIENT, gsi, signal, resample, flags),
			 BELLHOP_OK);
	return signal;
}

int32_t bw_message(struct bell_world *w, unsigned int from, unsigned int vm, uint32_t intid,
		   uint32_t signal, uint32_t flags)
{
	return bw_op(w, from, BELLHOP_MSI_BIND, vm, intid, signal, 0, flags, NULL);
}

int32_t bw_eoi_bind(struct bell_world *w, unsigned int from, unsigned int vm, uint32_t signal,
		    uint32_t eoi_bell, uint32_t flags)
{
	return bw_op(w, from, BELLHOP_EOI_BIND, vm, signal, eoi_bell, flags, 0, NULL);
}

int32_t bw_close(struct bell_world *w, unsigned int vm, uint32_t handle)
{
	return bw_op(w, vm, BELLHOP_CLOSE, handle, 0, 0, 0, 0, NULL);
}

static uint8_t idle_owner(unsigned int intid)
{
	if (intid == BELL_WORLD_FIXED)
		return LINE_FIXED;
	return intid == BELL_WORLD_FRAME ? LINE_FRAME : LINE_FREE;
}

void bw_assert_empty(const struct bell_world *w)
{
	for (unsigned int vm = 0; vm < BELL_WORLD_VMS; vm++) {
		const struct doorbells *d = &w->d[vm];

		for (unsigned int i = 0; i < BELLHOP_MAX_BELLS; i++)
			assert_int_equal(d->bell[i].slot.handle, 0);
		for (unsigned int i = 0; i < BELLHOP_MAX_PEERS; i++)
			assert_int_equal(d->peer[i].slot.handle, 0);
		for (unsigned int i = 0; i < BELLHOP_MAX_POLLSETS; i++)
			assert_int_equal(d->pollset[i].slot.handle, 0);
		for (unsigned int i = 0; i < BELLHOP_MAX_IRQFDS; i++)
			assert_int_equal(d->irqfd[i].id, 0);
		for (unsigned int i = 0; i < BELLHOP_MAX_LINKS; i++)
			assert_int_equal(d->link[i].id, 0);
		for (unsigned int i = BELL_FIRST_INTID; i < BELL_WORLD_INTIDS; i++) {
			const struct bell_line *line = &d->line[i - BELL_FIRST_INTID];

			assert_int_equal(line->owner, idle_owner(i));
			assert_int_equal(line->sources, 0);
			assert_int_equal(line->asserted, 0);
			assert_int_equal(line->first, 0);
			assert_false(w->input[vm][i].high);
			assert_false(w->input[vm][i].notify);
		}
	}
}
