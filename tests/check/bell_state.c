// SPDX-License-Identifier: BSD-2-Clause
#include "tests/check/bell_state.h"

#include <string.h>

#include "tests/check/bell_inner.h"

#define LOOK 1024u /* actions between two looks at what this world has no room for */

const char *bs_violation;

struct doorbells bs_vms[2];
struct bell_effects bs_effects;
static struct doorbells empty[2];

void bs_fail(const char *what)
{
	if (bs_violation == NULL)
		bs_violation = what;
}

void bs_unpack(const struct bs_state *state)
{
	memcpy(bs_vms[BS_DM].bell, state->bell, sizeof(state->bell));
	memcpy(bs_vms[BS_DM].link, state->link, sizeof(state->link));
	memcpy(bs_vms[BS_CLIENT].irqfd, state->irqfd, sizeof(state->irqfd));
	bs_vms[BS_CLIENT].line[BS_GSI - BELL_FIRST_INTID] = state->line;
	bs_vms[BS_DM].last_id = state->last_id[BS_DM];
	bs_vms[BS_CLIENT].last_id = state->last_id[BS_CLIENT];
}

/* What does not fit would be lost: that is an error of this world, or a leak. */
static void look_at_the_rest(const struct bs_state *state)
{
	static const struct bs_state nothing;

	bs_unpack(&nothing);
	if (memcmp(bs_vms, empty, sizeof(bs_vms)) != 0)
		bs_fail("leak: more is used than this world has room for");
	memcpy(bs_vms, empty, sizeof(bs_vms));
	bs_unpack(state);
}

static bool is_full(void)
{
	return bs_vms[BS_DM].bell[BS_BELLS].slot.handle != 0 ||
	       bs_vms[BS_DM].link[BS_LINKS].id != 0 || bs_vms[BS_CLIENT].irqfd[BS_IRQFDS].id != 0;
}

static void pack(struct bs_state *state)
{
	static unsigned int n;

	memcpy(state->bell, bs_vms[BS_DM].bell, sizeof(state->bell));
	memcpy(state->link, bs_vms[BS_DM].link, sizeof(state->link));
	memcpy(state->irqfd, bs_vms[BS_CLIENT].irqfd, sizeof(state->irqfd));
	state->line = bs_vms[BS_CLIENT].line[BS_GSI - BELL_FIRST_INTID];
	state->last_id[BS_DM] = bs_vms[BS_DM].last_id;
	state->last_id[BS_CLIENT] = bs_vms[BS_CLIENT].last_id;
	if (++n % LOOK == 0 || is_full())
		look_at_the_rest(state);
}

bool bs_is_untouched(const struct bs_state *state, unsigned int vm)
{
	const struct doorbells *d = &bs_vms[vm];

	if (d->last_id != state->last_id[vm])
		return false;
	if (vm == BS_DM)
		return memcmp(d->bell, state->bell, sizeof(state->bell)) == 0 &&
		       memcmp(d->link, state->link, sizeof(state->link)) == 0;
	return memcmp(d->irqfd, state->irqfd, sizeof(state->irqfd)) == 0 &&
	       memcmp(&d->line[BS_GSI - BELL_FIRST_INTID], &state->line, sizeof(state->line)) == 0;
}

void bs_start(struct bs_state *state)
{
	for (unsigned int vm = 0; vm < 2; vm++) {
		struct bells_config config = {
			.vm = (uint8_t)vm, .n_vms = 2, .n_intids = 64, .serves = vm == 0 ? 2 : 0
		};

		if (!bells_init(&bs_vms[vm], &config))
			bs_fail("bells_init");
	}
	memcpy(empty, bs_vms, sizeof(empty));
	memset(state, 0, sizeof(*state));
	for (unsigned int i = 0; i < 2; i++) {
		bell_create(&bs_vms[BS_DM], 0, 0, &state->s[i]);
		bell_create(&bs_vms[BS_DM], 0, 0, &state->r[i]);
	}
	pack(state);
}

/* An input is driven only while somebody does, and never high without. */
static void do_change(struct bs_state *state, unsigned int vm)
{
	struct bell_change change = bs_effects.change;

	bs_effects.change = (struct bell_change){ 0 };
	if (vm != BS_CLIENT && (change.line | change.wiring | change.notify) != 0)
		bs_fail("P13: an input of the device model changes");
	if (change.wiring == BELL_WIRING_EDGE || change.wiring == BELL_WIRING_LEVEL)
		state->wiring = change.wiring;
	if (change.line == BELL_LINE_HIGH || change.line == BELL_LINE_LOW)
		state->high = change.line == BELL_LINE_HIGH;
	if (state->high && state->wiring != BELL_WIRING_LEVEL)
		bs_fail("high without being wired as a level");
	if (change.wiring == BELL_WIRING_NONE)
		state->wiring = BELL_WIRING_KEEP;
	if (state->high && state->wiring == BELL_WIRING_KEEP)
		bs_fail("RS-8: the last driver leaves the line high");
	if (change.notify != BELL_NOTIFY_KEEP)
		state->notify = change.notify == BELL_NOTIFY_ON;
}

static void collect(struct bs_state *state, unsigned int cpu)
{
	struct bell_ref post;

	while (bell_next_post(&bs_effects, &post)) {
		if (state->n_posts[cpu] == BS_POSTS) {
			bs_fail("too many posts");
			return;
		}
		state->post[cpu][state->n_posts[cpu]++] = post;
	}
}

void bs_finish(struct bs_state *state, unsigned int vm, unsigned int cpu)
{
	do_change(state, vm);
	collect(state, cpu);
}

bool bs_is_idle(const struct bs_state *state, unsigned int cpu)
{
	return state->n_posts[cpu] == 0 && (cpu != BS_CPU_OP || !state->op_active);
}

/* After an operation nothing is left half done. */
static void check_links(const struct bs_state *state)
{
	for (unsigned int i = 0; i < BS_LINKS; i++)
		if (state->link[i].id != 0 && state->link[i].state == LINK_DYING)
			bs_fail("leak: a link of a closed bell");
}

/* What this world has counted is what is there; and what nobody drives is low. */
static void check(const struct bs_state *state)
{
	bool high = state->line.sources != 0 || state->line.asserted != 0;
	unsigned int levels = 0;

	for (unsigned int i = 0; i < 2; i++)
		if (state->r[i] != 0 && state->bell[state->r[i] & 0xff].count != state->told[i])
			bs_fail("P12: the sum of rings is not the sum of reads and what is left");
	for (unsigned int i = 0; i < BS_IRQFDS; i++)
		levels += state->irqfd[i].id != 0 && state->irqfd[i].kind == IRQFD_LEVEL &&
			  state->irqfd[i].asserted;
	if (state->line.asserted != levels)
		bs_fail("I6: the level is not the OR of its sources");
	if (state->line.owner == LINE_LEVEL && high != (state->high != 0))
		bs_fail("I6: the input is not at the level of its sources");
	if (state->line.first == 0 && state->high && !state->level)
		bs_fail("RS-8: high without a driver");
	if (((state->line.sources & SOURCE_LINE) != 0) != (state->level != 0))
		bs_fail("I6: IRQ_SET_LEVEL's source is not as it was set");
	if (!state->op_active && (state->line.sources & SOURCE_RESAMPLE) != 0 && !state->asserted)
		bs_fail("P5: asserted without a signal");
}

static const struct action {
	const char *name;
	bool (*act)(struct bs_state *state, unsigned int i);
	unsigned int i;
} actions[BS_ACTIONS] = {
	[BS_STEP] = { "step of the operation", bs_step, 0 },
	[BS_DELIVER_OP] = { "deliver (operation)", bs_deliver, BS_CPU_OP },
	[BS_DELIVER_CLIENT] = { "deliver (client)", bs_deliver, BS_CPU_CLIENT },
	[BS_DELIVER_0] = { "deliver (of s0)", bs_deliver, BS_CPU_0 },
	[BS_DELIVER_1] = { "deliver (of s1)", bs_deliver, BS_CPU_1 },
	[BS_SIGNAL_0] = { "signal s0", bs_signal, 0 },
	[BS_SIGNAL_1] = { "signal s1", bs_signal, 1 },
	[BS_READ_0] = { "read r0", bs_read, 0 },
	[BS_READ_1] = { "read r1", bs_read, 1 },
	[BS_MASK_0] = { "mask s0", bs_mask, 0 },
	[BS_MASK_1] = { "mask s1", bs_mask, 1 },
	[BS_UNMASK_0] = { "unmask s0", bs_unmask, 0 },
	[BS_UNMASK_1] = { "unmask s1", bs_unmask, 1 },
	[BS_LOWER] = { "set level 0", bs_set_level, 0 },
	[BS_RAISE] = { "set level 1", bs_set_level, 1 },
	[BS_EOI] = { "EOI", bs_end_of_interrupt, 0 },
	[BS_ENABLE] = { "enable", bs_end_of_interrupt, 1 },
	[BS_RESET] = { "reset", bs_reset, 0 },
	[BS_RESAMPLE_0] = { "bind s0 RESAMPLE r0", bs_bind_resample, 0 },
	[BS_RESAMPLE_1] = { "bind s1 RESAMPLE r1", bs_bind_resample, 1 },
	[BS_LEVEL_0] = { "bind s0 LEVEL", bs_bind_level, 0 },
	[BS_LEVEL_1] = { "bind s1 LEVEL", bs_bind_level, 1 },
	[BS_EDGE_0] = { "bind s0 edge", bs_bind_edge, 0 },
	[BS_EDGE_1] = { "bind s1 edge", bs_bind_edge, 1 },
	[BS_UNBIND_0] = { "unbind s0", bs_unbind, 0 },
	[BS_UNBIND_1] = { "unbind s1", bs_unbind, 1 },
	[BS_BIND_EOI_0] = { "bind eoifd s0 r1", bs_bind_eoi, 0 },
	[BS_BIND_EOI_1] = { "bind eoifd s1 r0", bs_bind_eoi, 1 },
	[BS_UNBIND_EOI_0] = { "unbind eoifd s0 r1", bs_unbind_eoi, 0 },
	[BS_UNBIND_EOI_1] = { "unbind eoifd s1 r0", bs_unbind_eoi, 1 },
	[BS_CLOSE_S0] = { "close s0", bs_close_s, 0 },
	[BS_CLOSE_S1] = { "close s1", bs_close_s, 1 },
	[BS_CLOSE_R0] = { "close r0", bs_close_r, 0 },
	[BS_CLOSE_R1] = { "close r1", bs_close_r, 1 },
	[BS_TURNED_R0] = { "close r0, turned", bs_close_turned, 0 },
	[BS_TURNED_R1] = { "close r1, turned", bs_close_turned, 1 },
	[BS_CREATE_S0] = { "create s0", bs_create_s, 0 },
	[BS_CREATE_S1] = { "create s1", bs_create_s, 1 },
	[BS_CREATE_R0] = { "create r0", bs_create_r, 0 },
	[BS_CREATE_R1] = { "create r1", bs_create_r, 1 },
};

const char *bs_action_name(unsigned int n)
{
	return actions[n].name;
}

bool bs_act(struct bs_state *state, unsigned int n)
{
	bool done;

	bs_unpack(state);
	bell_effects_clear(&bs_effects);
	done = actions[n].act(state, actions[n].i);
	pack(state);
	if (!done)
		return false;
	bs_deliver_the_dead(state);
	if ((state->line.sources & SOURCE_RESAMPLE) == 0)
		state->asserted = 0;
	check(state);
	if (!state->op_active)
		check_links(state);
	return true;
}
