// SPDX-License-Identifier: BSD-2-Clause
/* The world of bell_state.h: the CPUs that signal, that run the client, and what they deliver. */
#include <string.h>

#include "tests/check/bell_inner.h"

bool bs_signal(struct bs_state *state, unsigned int i)
{
	struct bell *bell = &bs_vms[BS_DM].bell[state->s[i] & 0xff];
	uint64_t before = bell->count;
	bool taken = bell->sink == SINK_IRQFD && (bell->flags & BELL_MASKED) == 0;

	if (!bs_is_idle(state, BS_CPU_0 + i) || state->s[i] == 0)
		return false;
	if (bell_signal(&bs_vms[BS_DM], state->s[i], 1, &bs_effects) < BELLHOP_OK)
		bs_fail("SIGNAL");
	if (bell->count != (taken ? 0 : before + 1) || (bs_effects.n_posts != 0) != taken)
		bs_fail("P12: a ring is lost, or told twice");
	bs_finish(state, BS_DM, BS_CPU_0 + i);
	return true;
}

bool bs_read(struct bs_state *state, unsigned int i)
{
	uint64_t value = 0;
	uint32_t status;

	if (!bs_is_idle(state, BS_CPU_0 + i) || state->r[i] == 0 || state->told[i] == 0)
		return false;
	if (bell_read(&bs_vms[BS_DM], state->r[i], &value, &status, &bs_effects) != BELLHOP_OK ||
	    value != state->told[i])
		bs_fail("P12: READ returns another number than was rung");
	state->told[i] = 0;
	bs_finish(state, BS_DM, BS_CPU_0 + i);
	return true;
}

static bool set_mask(struct bs_state *state, unsigned int i, uint32_t masked)
{
	uint32_t was;

	if (!bs_is_idle(state, BS_CPU_0 + i) || state->s[i] == 0)
		return false;
	bell_mask(&bs_vms[BS_DM], state->s[i], masked, &was, &bs_effects);
	bs_finish(state, BS_DM, BS_CPU_0 + i);
	return was != masked;
}

bool bs_mask(struct bs_state *state, unsigned int i)
{
	return set_mask(state, i, 1);
}

bool bs_unmask(struct bs_state *state, unsigned int i)
{
	return set_mask(state, i, 0);
}

/* By a CPU that has nothing else to do. On an edge 1 is an edge, and nothing stays. */
bool bs_set_level(struct bs_state *state, unsigned int level)
{
	if (bell_set_level(&bs_vms[BS_CLIENT], BS_GSI, level, &bs_effects) != BELLHOP_OK)
		bs_fail("IRQ_SET_LEVEL");
	if (state->line.owner != LINE_EDGE)
		state->level = (uint8_t)level;
	if (bs_effects.n_posts != 0)
		bs_fail("IRQ_SET_LEVEL tells somebody");
	bs_finish(state, BS_CLIENT, BS_CPU_0);
	return true;
}

/* The shared source is low, and then they are told. What is active may end when the line is low
 * already; by_enable: it is pending because of the line, and no eoifds are told. */
bool bs_end_of_interrupt(struct bs_state *state, unsigned int by_enable)
{
	if (!bs_is_idle(state, BS_CPU_CLIENT) || !state->notify || (by_enable && !state->high))
		return false;
	if (by_enable != 0)
		bell_eoi(&bs_vms[BS_CLIENT], BS_GSI, true, &bs_effects);
	else
		bs_effects.change = (struct bell_change){
			.intid = BS_GSI,
			.line = bell_level_ended(&bs_vms[BS_CLIENT], BS_GSI, &bs_effects) ?
					BELL_LINE_HIGH :
					BELL_LINE_LOW,
		};
	if ((bs_vms[BS_CLIENT].line[BS_GSI - BELL_FIRST_INTID].sources & SOURCE_RESAMPLE) != 0)
		bs_fail("RS-3: told before the line is low");
	state->asserted = 0;
	bs_finish(state, BS_CLIENT, BS_CPU_CLIENT);
	return true;
}

bool bs_reset(struct bs_state *state, unsigned int i)
{
	(void)i;
	if (!bs_is_idle(state, BS_CPU_CLIENT) || !state->high)
		return false;
	for (i = 0; i < BELLHOP_MAX_IRQFDS; i++)
		bells_reset_irqfd(&bs_vms[BS_CLIENT], i, &bs_effects);
	state->asserted = 0;
	bs_finish(state, BS_CLIENT, BS_CPU_CLIENT);
	return true;
}

/* An effect is right only where this world knows of a binding, or of one that is being changed. */
static void check_delivery(struct bs_state *state, struct bell_ref post, bool effect)
{
	if (post.kind != REF_IRQFD)
		return;
	for (unsigned int i = 0; i < 2; i++) {
		if (state->irqfd_id[i] != post.id)
			continue;
		if (state->bound[i] == BS_BOUND && !effect)
			bs_fail("a signal of a bound bell is lost");
		if (effect && bs_vms[BS_CLIENT].irqfd[post.index].kind == IRQFD_RESAMPLE)
			state->asserted = 1;
		return;
	}
	if (effect && !state->op_active)
		bs_fail("T104: an effect after unbind");
}

/* What was counted is what *state says was before. */
static void count_told(struct bs_state *state)
{
	for (unsigned int i = 0; i < 2; i++) {
		unsigned int index = state->r[i] & 0xff;
		uint64_t more = bs_vms[BS_DM].bell[index].count - state->bell[index].count;

		if (state->r[i] == 0 || more == 0)
			continue;
		if (more != 1)
			bs_fail("P5: told more than once");
		state->told[i]++;
	}
}

/* A link that this world has not seen unbound, nor its bell closed. */
static bool is_known(const struct bs_state *state, uint32_t link)
{
	for (unsigned int i = 0; i < 4; i++)
		if (state->link_id[i] == link)
			return true;
	return false;
}

/* Does its end still exist, or is it not told any more? */
static bool is_alive(const struct bs_state *state, struct bell_ref post)
{
	if (post.kind == REF_IRQFD)
		return state->irqfd[post.index].id == post.id;
	return state->link[post.index].id == post.id && state->link[post.index].state == LINK_BOUND;
}

static struct bell_ref take_post(struct bs_state *state, unsigned int cpu, unsigned int at)
{
	struct bell_ref *posts = state->post[cpu];
	struct bell_ref post = posts[at];

	memmove(&posts[at], &posts[at + 1], (BS_POSTS - 1 - at) * sizeof(posts[0]));
	memset(&posts[BS_POSTS - 1], 0, sizeof(posts[0]));
	state->n_posts[cpu]--;
	return post;
}

static void deliver_edge_too(struct bell_ref post)
{
	unsigned int intid = bell_deliver(&bs_vms[post.vm], &post, &bs_effects);

	if (intid != 0)
		bs_effects.change = (struct bell_change){
			.intid = (uint16_t)(intid & ~BELL_RISES),
			.line = (intid & BELL_RISES) != 0 ? BELL_LINE_HIGH : BELL_LINE_PULSE,
		};
}

bool bs_deliver(struct bs_state *state, unsigned int cpu)
{
	struct bell_ref post;
	bool alive;

	if (state->n_posts[cpu] == 0)
		return false;
	post = take_post(state, cpu, 0);
	alive = is_alive(state, post);
	deliver_edge_too(post);
	check_delivery(state, post, bs_effects.change.line != BELL_LINE_KEEP);
	count_told(state);
	if (post.kind == REF_LINK && alive == bs_is_untouched(state, BS_DM))
		bs_fail("P5: told by a link that is gone, or not told by one that is there");
	if (post.kind == REF_LINK && alive && !state->op_active && !is_known(state, post.id))
		bs_fail("T104: told after unbind");
	bs_finish(state, post.vm, cpu);
	return true;
}

/* It has no effect: not on its VM, nor on anything else. */
static void deliver_in_vain(const struct bs_state *state, struct bell_ref post)
{
	deliver_edge_too(post);
	if (!bs_is_untouched(state, BS_DM) || !bs_is_untouched(state, BS_CLIENT) ||
	    bs_effects.change.line != BELL_LINE_KEEP || bs_effects.n_posts != 0)
		bs_fail("T104: an effect of what was gone before");
	bell_effects_clear(&bs_effects);
}

void bs_deliver_the_dead(struct bs_state *state)
{
	for (unsigned int cpu = 0; cpu < BS_CPUS; cpu++) {
		unsigned int at = 0;

		while (at < state->n_posts[cpu])
			if (is_alive(state, state->post[cpu][at]))
				at++;
			else
				deliver_in_vain(state, take_post(state, cpu, at));
	}
}

/* In a free place is what would do most if it was believed. */
void bs_check_places(const struct bs_state *state)
{
	struct bs_state full = *state;

	for (unsigned int i = 0; i < BS_IRQFDS; i++)
		if (full.irqfd[i].id == 0)
			full.irqfd[i] =
				(struct bell_irqfd){ .gsi = BS_GSI, .kind = IRQFD_RESAMPLE };
	bs_unpack(&full);
	bell_effects_clear(&bs_effects);
	for (uint16_t i = 0; i < BS_IRQFDS; i++)
		deliver_in_vain(&full, (struct bell_ref){ UINT32_MAX, REF_IRQFD, BS_CLIENT, i });
	for (uint16_t i = 0; i < BS_LINKS; i++) {
		const struct bell_link *link = &full.link[i];

		deliver_in_vain(&full, (struct bell_ref){ UINT32_MAX, REF_LINK, BS_DM, i });
		if (link->id != 0 && link->state != LINK_BOUND)
			deliver_in_vain(&full, (struct bell_ref){ link->id, REF_LINK, BS_DM, i });
	}
}
