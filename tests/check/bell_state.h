/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two VMs with two doorbells each way, as a value that can be kept a million times: a device model
 * that signals s[0], s[1] and is told by r[0], r[1], and a client with one input. Four CPUs are in
 * it: one carries out an operation step by step, one runs the client, and for each pair of bells
 * one signals, masks and reads; each may have posts that it has not delivered yet. A step of any of
 * them is one hold of a lock.
 *
 * Three things are not drawn out, because nothing can come of it:
 * - an operation begins with its first step: before that it has only looked at what never changes;
 * - a post whose irqfd or link is gone is delivered at once: it has no effect then, and none later,
 *   for ids never come again. Both is looked at: when it goes, and in each state for each place in
 *   the tables (bs_check_places());
 * - where the order of two links in their table matters, which is when their bell is closed, each
 *   order is an action.
 */
#ifndef BELLHOP_CHECK_BELL_STATE_H
#define BELLHOP_CHECK_BELL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "doorbell/op.h"
#include "doorbell/state.h"

#define BS_DM 0u
#define BS_CLIENT 1u
#define BS_GSI 40u
#define BS_BELLS 4u
#define BS_IRQFDS 2u
#define BS_LINKS 4u
#define BS_POSTS 4u

enum bs_cpu { BS_CPU_OP, BS_CPU_CLIENT, BS_CPU_0, BS_CPU_1, BS_CPUS };

/* What an operation is about: s[i], its eoifd, r[i]. */
enum bs_on { BS_ON_SIGNAL, BS_ON_EOIFD = 2, BS_ON_RESAMPLE = 4 };

/* What this world knows by itself of a signal bell's binding. */
enum bs_bound { BS_UNBOUND, BS_CHANGING, BS_BOUND };

/* Of two struct doorbells what this world uses; the rest stays as bells_init() left it. */
struct bs_state {
	struct bell bell[BS_BELLS];	    /* of the device model */
	struct bell_link link[BS_LINKS];    /* likewise */
	struct bell_irqfd irqfd[BS_IRQFDS]; /* of the client */
	struct bell_line line;
	uint32_t last_id[2];
	struct bell_op op;
	uint8_t op_active, op_on, op_to; /* on what (enum bs_on), and how it is bound afterwards */
	uint8_t n_posts[BS_CPUS];
	struct bell_ref post[BS_CPUS][BS_POSTS];
	uint8_t high, notify, wiring; /* of the client's input */
	uint8_t asserted, level;      /* its sources, as this world has seen them */
	uint8_t bound[2];
	uint32_t irqfd_id[2]; /* while it is bound */
	uint32_t link_id[4];  /* likewise of its resampler; then of the eoifds */
	uint32_t s[2], r[2];  /* handles; 0: closed */
	uint32_t told[2];     /* counted by r[] and not read, as this world has seen it */
};

extern const char *bs_violation; /* NULL: none */

void bs_start(struct bs_state *state);
/*
 * What could happen: a step of the operation, the delivery of a post of a CPU, and what they begin.
 * Of pairs the first is of s[0] and r[0]. BIND_EOI_0 is that of s[0], which rings r[1]. TURNED:
 * with the links of that bell the other way round.
 */
enum bs_action {
	BS_STEP,
	BS_DELIVER_OP,
	BS_DELIVER_CLIENT,
	BS_DELIVER_0,
	BS_DELIVER_1,
	BS_SIGNAL_0,
	BS_SIGNAL_1,
	BS_READ_0,
	BS_READ_1,
	BS_MASK_0,
	BS_MASK_1,
	BS_UNMASK_0,
	BS_UNMASK_1,
	BS_LOWER,
	BS_RAISE,
	BS_EOI,
	BS_ENABLE,
	BS_RESET,
	BS_RESAMPLE_0,
	BS_RESAMPLE_1,
	BS_LEVEL_0,
	BS_LEVEL_1,
	BS_EDGE_0,
	BS_EDGE_1,
	BS_UNBIND_0,
	BS_UNBIND_1,
	BS_BIND_EOI_0,
	BS_BIND_EOI_1,
	BS_UNBIND_EOI_0,
	BS_UNBIND_EOI_1,
	BS_CLOSE_S0,
	BS_CLOSE_S1,
	BS_CLOSE_R0,
	BS_CLOSE_R1,
	BS_TURNED_R0,
	BS_TURNED_R1,
	BS_CREATE_S0,
	BS_CREATE_S1,
	BS_CREATE_R0,
	BS_CREATE_R1,
	BS_ACTIONS,
};
/* One of these. False: it cannot happen in this state. */
bool bs_act(struct bs_state *state, unsigned int n);
const char *bs_action_name(unsigned int n);
/* A post that was for what had a place before, wherever that was, has no effect in this state. */
void bs_check_places(const struct bs_state *state);

/* bell_normal.c: one state for all that differ in nothing that matters. */
void bs_normalise(const struct bs_state *state, struct bs_state *out);

#endif
