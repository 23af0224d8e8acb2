/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can happen in a world, as values: a trace is an array of events. Every event means something
 * (perhaps nothing) in every state, so that a trace stays a trace when events are taken out of it.
 */
#ifndef BELLHOP_CHECK_EVENT_H
#define BELLHOP_CHECK_EVENT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/check/world.h"

enum op {
	OP_LOAD,
	OP_UNLOAD,
	OP_EXIT,
	OP_BOUNCE,
	OP_MAINTENANCE,
	OP_KICK,
	OP_ASK,
	OP_ACK,
	OP_EOI,
	OP_DIR,
	OP_CPU_WRITE,
	OP_READ,
	OP_WRITE,
	OP_RETRY,
	OP_WILD,
	OP_LINE,
	OP_PULSE,
	OP_HW,
	OP_WITHDRAW,
	OP_RESET,
	OP_RESET_VM,
	N_OPS,
};

struct event {
	uint8_t op;
	uint8_t vcpu;
	/* of READ and WRITE; ACK: aliased; LINE: level; DIR: whose; EXIT: twice; WILD: kind */
	uint8_t width;
	uint16_t offset; /* of READ, WRITE, CPU_WRITE; the INTID of LINE, PULSE, HW; DIR: which */
	uint32_t value;
};

extern const char *const op_names[N_OPS];

/* Let it happen, and look at what can be seen without folding. */
void event_apply(struct world *w, const struct event *e);
void event_print(FILE *out, const struct event *e);

/* Run a trace from the start; true when a property fails, with the number of events that took. */
bool trace_fails(struct world *w, const struct world_config *config, const struct event *events,
		 size_t n, bool deep, size_t *used);
/* Leave out all events that are not needed for the same property to fail. Returns what is left. */
size_t trace_shrink(const struct world_config *config, struct event *events, size_t n);
/* The failure, its trace and its configuration in readable form. */
void trace_report(FILE *out, const struct world_config *config, const struct event *events,
		  size_t n);

/* random.c of the generator: 64-bit state, never zero. */
uint64_t random_next(uint64_t *state);
uint32_t random_below(uint64_t *state, uint32_t n);
void generate_config(uint64_t *random, struct world_config *config, unsigned int n_vcpus,
		     unsigned int n_lrs);
size_t generate_trace(uint64_t *random, const struct world_config *config, uint32_t without,
		      struct event *events, size_t max);
/* Enables everything in the pool, on every vCPU. Part of what generate_trace() makes. */
size_t generate_setup(uint64_t *random, const struct world_config *config, struct event *events,
		      size_t max);

#endif
