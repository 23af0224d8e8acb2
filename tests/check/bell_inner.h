/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the doorbells' world share: the real thing, filled in for one action. */
#ifndef BELLHOP_CHECK_BELL_INNER_H
#define BELLHOP_CHECK_BELL_INNER_H

#include "tests/check/bell_state.h"

extern struct doorbells bs_vms[2];
extern struct bell_effects bs_effects;

/* The first of them counts. */
void bs_fail(const char *what);

/* After an action under the lock of vm: the input is changed, posts go to the CPU. */
void bs_finish(struct bs_state *state, unsigned int vm, unsigned int cpu);
bool bs_is_idle(const struct bs_state *state, unsigned int cpu);
/* After *state was changed by hand. */
void bs_unpack(const struct bs_state *state);
/* Is vm as it is in *state, which is that of before the action? */
bool bs_is_untouched(const struct bs_state *state, unsigned int vm);

/* bell_cpu.c: signals, ends of interrupts, deliveries. An action gets 0 or 1, or its CPU. */
bool bs_signal(struct bs_state *state, unsigned int i);
bool bs_read(struct bs_state *state, unsigned int i);
bool bs_mask(struct bs_state *state, unsigned int i);
bool bs_unmask(struct bs_state *state, unsigned int i);
bool bs_set_level(struct bs_state *state, unsigned int level);
bool bs_end_of_interrupt(struct bs_state *state, unsigned int by_enable);
bool bs_reset(struct bs_state *state, unsigned int i);
bool bs_deliver(struct bs_state *state, unsigned int cpu);
/* Posts whose end has gone with this action: see the head of bell_state.h. */
void bs_deliver_the_dead(struct bs_state *state);

/* bell_begin.c: operations; each begins with its first step. */
bool bs_step(struct bs_state *state, unsigned int i);
bool bs_bind_resample(struct bs_state *state, unsigned int i);
bool bs_bind_level(struct bs_state *state, unsigned int i);
bool bs_bind_edge(struct bs_state *state, unsigned int i);
bool bs_unbind(struct bs_state *state, unsigned int i);
bool bs_bind_eoi(struct bs_state *state, unsigned int i);
bool bs_unbind_eoi(struct bs_state *state, unsigned int i);
bool bs_close_s(struct bs_state *state, unsigned int i);
bool bs_close_r(struct bs_state *state, unsigned int i);
bool bs_close_turned(struct bs_state *state, unsigned int i);
bool bs_create_s(struct bs_state *state, unsigned int i);
bool bs_create_r(struct bs_state *state, unsigned int i);

#endif
