/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A few VMs with doorbells, and what the hypervisor does around them: locks are taken one at a time
 * (here: counted), changes are done to inputs that remember what happened, posts are delivered.
 */
#ifndef BELLHOP_TESTS_BELL_WORLD_H
#define BELLHOP_TESTS_BELL_WORLD_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doorbell/op.h"
#include "doorbell/state.h"

#define BELL_WORLD_VMS 4u
#define BELL_WORLD_INTIDS 128u
#define BELL_WORLD_DM 0u
#define BELL_WORLD_CLIENT 1u
#define BELL_WORLD_FIXED 33u /* an input that the hypervisor drives in each VM */
#define BELL_WORLD_FRAME 59u /* an input that is a GICv2m frame's in each VM */

struct bell_input {
	bool high;
	uint32_t pulses;
	uint8_t wiring; /* enum bell_wiring */
	bool notify;
};

struct bell_world {
	struct doorbells d[BELL_WORLD_VMS];
	struct bell_input input[BELL_WORLD_VMS][BELL_WORLD_INTIDS];
	uint32_t woken[BELL_WORLD_VMS];
	struct bell_effects effects;
	uint32_t n_posts; /* delivered so far */
	/* Called before each delivery. */
	void (*before_post)(struct bell_world *w, struct bell_ref post);
	/* Called before each step of an operation: what another CPU does meanwhile. */
	void (*before_step)(struct bell_world *w, unsigned int step);
	uint32_t scratch[4]; /* of the test */
};

/* VM 0 is the device model of 1 and 2, and has them as peers both ways; 3 is nobody's. */
void bw_start(struct bell_world *w);

uint32_t bw_create(struct bell_world *w, unsigned int vm);
uint32_t bw_create_with(struct bell_world *w, unsigned int vm, uint32_t flags, uint64_t value);
int32_t bw_signal(struct bell_world *w, unsigned int vm, uint32_t handle, uint64_t value);
/* EL2 itself rings it, for a store of a guest. */
void bw_ring(struct bell_world *w, unsigned int vm, uint32_t handle);
/* READ: the value, or the error as it is. */
int64_t bw_read(struct bell_world *w, unsigned int vm, uint32_t handle);
uint32_t bw_status(struct bell_world *w, unsigned int vm, uint32_t handle);
uint64_t bw_count(struct bell_world *w, unsigned int vm, uint32_t handle);
int32_t bw_mask(struct bell_world *w, unsigned int vm, uint32_t handle, uint32_t masked);
int32_t bw_bind_virq(struct bell_world *w, unsigned int vm, uint32_t handle, uint32_t intid,
		     uint32_t flags);
int32_t bw_set_level(struct bell_world *w, unsigned int vm, uint32_t gsi, uint32_t level);
void bw_eoi(struct bell_world *w, unsigned int vm, unsigned int intid);
void bw_enable(struct bell_world *w, unsigned int vm, unsigned int intid);
void bw_reset(struct bell_world *w, unsigned int vm);

/* After a call of doorbell.h in vm with w->effects: what the hypervisor does then. */
void bw_finish(struct bell_world *w, unsigned int vm);

/* An operation, all of its steps, with up to five arguments; *result may be NULL. */
int32_t bw_op(struct bell_world *w, unsigned int vm, uint32_t call, uint32_t a1, uint32_t a2,
	      uint32_t a3, uint32_t a4, uint32_t a5, uint32_t *result);
int32_t bw_irq(struct bell_world *w, unsigned int from, unsigned int vm, uint32_t gsi,
	       uint32_t signal, uint32_t resample, uint32_t flags);
/* A new bell of VM 0 that interrupts VM 1. */
uint32_t bw_irqfd(struct bell_world *w, uint32_t gsi, uint32_t resample, uint32_t flags);
/* As of a message that raises that INTID. */
int32_t bw_message(struct bell_world *w, unsigned int from, unsigned int vm, uint32_t intid,
		   uint32_t signal, uint32_t flags);
int32_t bw_eoi_bind(struct bell_world *w, unsigned int from, unsigned int vm, uint32_t signal,
		    uint32_t eoi, uint32_t flags);
int32_t bw_close(struct bell_world *w, unsigned int vm, uint32_t handle);

/* Nothing is left of what the test made, but for generations. */
void bw_assert_empty(const struct bell_world *w);

#endif
