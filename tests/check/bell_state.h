/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two VMs with two doorbells each way, as a value that can be kept a million times: a device model
 * that signals s[0], s[1] and is told by r[0], r[1], and a client with one input. Three CPUs are in
 * it: one carries out an operation step by step, one runs the client, one signals and reads; each
 * may have posts that it has not delivered yet. A step of any of them is one hold of a lock.
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
#define BS_POSTS 8u

enum bs_cpu { BS_CPU_OP, BS_CPU_CLIENT, BS_CPU_DM, BS_CPUS };

/* Of struct doorbells, what this world uses; the rest stays as bells_init() left it. */
struct bs_vm {
	struct bell bell[BS_BELLS];
	struct bell_irqfd irqfd[BS_IRQFDS];
	struct bell_link link[BS_LINKS];
	struct bell_line line;
	uint32_t last_id;
};

/* What this world knows by itself of a signal bell's binding. */
enum bs_bound { BS_UNBOUND, BS_CHANGING, BS_BOUND };

struct bs_state {
	struct bs_vm vm[2];
	struct bell_op op;
	uint8_t op_active, op_bell, op_to; /* of which s[], and how it is bound afterwards */
	uint8_t n_posts[BS_CPUS];
	struct bell_ref post[BS_CPUS][BS_POSTS];
	uint8_t high, notify, wiring; /* of the client's input */
	uint8_t bound[2];
	uint32_t irqfd[2];   /* its id while it is bound */
	uint32_t link[3];    /* likewise of r[0], r[1] and of the eoifd */
	uint32_t s[2], r[2]; /* handles; 0: closed */
	uint8_t told[2];     /* counted by r[] and not read, as this world has seen it */
	uint8_t asserted;    /* the shared source, likewise */
};

extern const char *bs_violation; /* NULL: none */

void bs_start(struct bs_state *state);
/* What could happen: a step of the operation, the delivery of a post of a CPU, and what they begin.
 * BIND_0, BIND_1: RESAMPLE. */
enum bs_action {
	BS_STEP,
	BS_DELIVER_OP,
	BS_DELIVER_CLIENT,
	BS_DELIVER_DM,
	BS_SIGNAL_0,
	BS_SIGNAL_1,
	BS_READ_0,
	BS_READ_1,
	BS_MASK,
	BS_UNMASK,
	BS_EOI,
	BS_ENABLE,
	BS_RESET,
	BS_BIND_0,
	BS_BIND_1,
	BS_BIND_LEVEL,
	BS_BIND_EDGE,
	BS_UNBIND_0,
	BS_UNBIND_1,
	BS_BIND_EOI,
	BS_UNBIND_EOI,
	BS_CLOSE_S0,
	BS_CLOSE_S1,
	BS_CLOSE_R0,
	BS_CLOSE_R1,
	BS_CREATE_S,
	BS_CREATE_R,
	BS_ACTIONS,
};
/* One of these. False: it cannot happen in this state. */
bool bs_act(struct bs_state *state, unsigned int n);
extern const char *const bs_action_names[BS_ACTIONS];
/* The same for states that differ in nothing but the names of handles and ids. */
void bs_canonical(const struct bs_state *state, struct bs_state *out);

#endif
