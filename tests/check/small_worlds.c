// SPDX-License-Identifier: BSD-2-Clause
/*
 * The small worlds as tables: what there is, how it is set up, what may happen. Each is small in
 * its own way, so that together they meet every rule of the list registers.
 */
#include "tests/check/explore.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define LOAD(v)                                                                                    \
	{                                                                                          \
		.op = OP_LOAD, .vcpu = (v)                                                         \
	}
#define UNLOAD(v)                                                                                  \
	{                                                                                          \
		.op = OP_UNLOAD, .vcpu = (v)                                                       \
	}
#define EXIT(v)                                                                                    \
	{                                                                                          \
		.op = OP_EXIT, .vcpu = (v)                                                         \
	}
#define EXIT_TWICE(v)                                                                              \
	{                                                                                          \
		.op = OP_EXIT, .vcpu = (v), .width = 1                                             \
	}
#define MAINTENANCE(v)                                                                             \
	{                                                                                          \
		.op = OP_MAINTENANCE, .vcpu = (v)                                                  \
	}
#define KICK(v)                                                                                    \
	{                                                                                          \
		.op = OP_KICK, .vcpu = (v)                                                         \
	}
#define ASK(v)                                                                                     \
	{                                                                                          \
		.op = OP_ASK, .vcpu = (v)                                                          \
	}
#define RETRY(v)                                                                                   \
	{                                                                                          \
		.op = OP_RETRY, .vcpu = (v)                                                        \
	}
#define ACK(v)                                                                                     \
	{                                                                                          \
		.op = OP_ACK, .vcpu = (v)                                                          \
	}
#define ACK_ALIASED(v)                                                                             \
	{                                                                                          \
		.op = OP_ACK, .vcpu = (v), .width = 1                                              \
	}
#define EOI(v)                                                                                     \
	{                                                                                          \
		.op = OP_EOI, .vcpu = (v)                                                          \
	}
#define DIR(v, owner, k)                                                                           \
	{                                                                                          \
		.op = OP_DIR, .vcpu = (v), .width = (owner), .offset = (k)                         \
	}
#define LINE(intid, high)                                                                          \
	{                                                                                          \
		.op = OP_LINE, .offset = (intid), .width = (high)                                  \
	}
#define PULSE(intid)                                                                               \
	{                                                                                          \
		.op = OP_PULSE, .offset = (intid)                                                  \
	}
#define HW(intid)                                                                                  \
	{                                                                                          \
		.op = OP_HW, .offset = (intid)                                                     \
	}
#define GICV(v, at, to)                                                                            \
	{                                                                                          \
		.op = OP_CPU_WRITE, .vcpu = (v), .offset = (at), .value = (to)                     \
	}
#define READ(v, at)                                                                                \
	{                                                                                          \
		.op = OP_READ, .vcpu = (v), .width = 4, .offset = (at)                             \
	}
#define WRITE(v, at, to)                                                                           \
	{                                                                                          \
		.op = OP_WRITE, .vcpu = (v), .width = 4, .offset = (at), .value = (to)             \
	}
#define WRITE_BYTE(v, at, to)                                                                      \
	{                                                                                          \
		.op = OP_WRITE, .vcpu = (v), .width = 1, .offset = (at), .value = (to)             \
	}

#define SPI_BIT(intid) (1u << ((intid)-32))
#define START(v, ctlr) LOAD(v), GICV(v, GICV_PMR, 0xf8), GICV(v, GICV_CTLR, ctlr)

/* INTIDs 32 to 35: level, edge, hardware-mapped of the same priority, edge. */
#define FOUR_KINDS                                                                                 \
	.n_pool = 4, .pool = { 32, 33, 34, 35 },                                                   \
	.wiring = { VGIC_LEVEL, VGIC_EDGE, VGIC_HW, VGIC_EDGE }
#define FOUR_KINDS_SETUP                                                                           \
	WRITE(0, 0x420, 0x30202010), WRITE(0, 0x820, 0x01010101), WRITE(0, 0x104, 0xf),            \
		WRITE(0, 0x000, 3)
#define FOUR_KINDS_EVENTS                                                                          \
	LINE(32, 1), LINE(32, 0), PULSE(33), HW(34), PULSE(35), ACK(0), EOI(0), MAINTENANCE(0),    \
		EXIT_TWICE(0), KICK(0)

static const struct event overflow_setup[] = { START(0, 1), FOUR_KINDS_SETUP };
static const struct event overflow_alphabet[] = { FOUR_KINDS_EVENTS };
static const struct event toggle_alphabet[] = { FOUR_KINDS_EVENTS, WRITE(0, 0x184, SPI_BIT(32)),
						WRITE(0, 0x104, SPI_BIT(32)),
						WRITE(0, 0x204, SPI_BIT(32)),
						WRITE(0, 0x284, SPI_BIT(33)) };

/* EOImode 1: drop in order, deactivate in any. */
static const struct event mode1_setup[] = { START(0, 0x201), FOUR_KINDS_SETUP };
static const struct event mode1_alphabet[] = { FOUR_KINDS_EVENTS, DIR(0, 0, 0), DIR(0, 0, 1) };

/* Two vCPUs send SGI 0 and 1 to vCPU 0; 1 has the better priority. */
static const struct event sgi_setup[] = {
	START(0, 1),
	START(1, 1),
	WRITE(0, 0x000, 3),
	WRITE(0, 0x400, 0x0010),
};
static const struct event sgi_alphabet[] = {
	WRITE(0, 0xf00, 0x00010000),
	WRITE(1, 0xf00, 0x00010000),
	WRITE(1, 0xf00, 0x00010001),
	WRITE_BYTE(0, 0xf10, 2),
	READ(0, 0x200),
	ACK(0),
	EOI(0),
	MAINTENANCE(0),
	EXIT(0),
	KICK(0),
	UNLOAD(0),
	LOAD(0),
};

/* An edge and a level SPI between two vCPUs: new targets, remote accesses, kicks and asks. */
static const struct event smp_setup[] = {
	START(0, 1),	      START(1, 1),	  WRITE(0, 0x420, 0x2010), WRITE(0, 0x820, 0x0201),
	WRITE(0, 0x104, 0x3), WRITE(0, 0x000, 3),
};
static const struct event smp_alphabet[] = {
	PULSE(32),
	LINE(33, 1),
	LINE(33, 0),
	WRITE_BYTE(0, 0x820, 1),
	WRITE_BYTE(0, 0x820, 2),
	READ(1, 0x304),
	WRITE(1, 0x184, 1),
	WRITE(1, 0x104, 1),
	RETRY(1),
	ACK(0),
	ACK(1),
	EOI(0),
	EOI(1),
	MAINTENANCE(0),
	MAINTENANCE(1),
	KICK(0),
	KICK(1),
	ASK(0),
};

/* The same from the other side: what vCPU 0 has active or pending is changed by vCPU 1. */
static const struct event remote_alphabet[] = {
	PULSE(32),
	LINE(33, 1),
	LINE(33, 0),
	WRITE_BYTE(1, 0x821, 1),
	WRITE_BYTE(1, 0x821, 2),
	WRITE(1, 0x384, 3),
	WRITE(1, 0x204, 3),
	WRITE(1, 0x284, 1),
	WRITE(1, 0x184, 2),
	WRITE(1, 0x104, 2),
	RETRY(1),
	ACK(0),
	ACK(1),
	EOI(0),
	EOI(1),
	MAINTENANCE(0),
	MAINTENANCE(1),
	KICK(0),
	KICK(1),
	ASK(0),
	ASK(1),
};

/* SGIs in both directions, from both sources, and one that is sent to everybody. */
static const struct event sgi_both_alphabet[] = {
	WRITE(0, 0xf00, 0x00010000),
	WRITE(1, 0xf00, 0x00010000),
	WRITE(0, 0xf00, 0x00020001),
	WRITE(1, 0xf00, 0x02000001),
	WRITE(0, 0xf00, 0x00030000),
	WRITE_BYTE(0, 0xf10, 2),
	WRITE_BYTE(0, 0xf20, 3),
	ACK(0),
	EOI(0),
	ACK(1),
	EOI(1),
	MAINTENANCE(0),
	MAINTENANCE(1),
	EXIT(0),
	KICK(0),
	KICK(1),
};

/* Group 0 and group 1, toggled by the guest with no exit, and the priority mask. */
static const struct event group_setup[] = {
	START(0, 7),	      WRITE(0, 0x420, 0x00302010), WRITE(0, 0x820, 0x00010101),
	WRITE(0, 0x084, 0x2), WRITE(0, 0x104, 0x7),	   WRITE(0, 0x000, 3),
};
static const struct event group_alphabet[] = {
	PULSE(32),
	PULSE(33),
	LINE(34, 1),
	LINE(34, 0),
	GICV(0, GICV_CTLR, 1),
	GICV(0, GICV_CTLR, 2),
	GICV(0, GICV_CTLR, 7),
	GICV(0, GICV_PMR, 0x18),
	GICV(0, GICV_PMR, 0xf8),
	WRITE(0, 0x000, 1),
	WRITE(0, 0x000, 3),
	ACK(0),
	ACK_ALIASED(0),
	EOI(0),
	MAINTENANCE(0),
	EXIT(0),
	KICK(0),
};

#define WORLD(prefix, events)                                                                      \
	.setup = prefix##_setup, .n_setup = COUNT(prefix##_setup), .alphabet = events##_alphabet,  \
	.n_alphabet = COUNT(events##_alphabet)

/* Those that come to an end first: what they leave of the time is for the others. */
const struct small_world small_worlds[] = {
	{ "overflow-1lr",
	  { .n_vcpus = 1, .n_lrs = 1, .n_intids = 64, FOUR_KINDS },
	  WORLD(overflow, overflow) },
	{ "sgi",
	  { .n_vcpus = 2, .n_lrs = 1, .n_intids = 64, .n_pool = 2, .pool = { 0, 1 } },
	  WORLD(sgi, sgi) },
	{ "groups",
	  { .n_vcpus = 1,
	    .n_lrs = 1,
	    .n_intids = 64,
	    .n_pool = 3,
	    .pool = { 32, 33, 34 },
	    .wiring = { VGIC_EDGE, VGIC_EDGE, VGIC_LEVEL } },
	  WORLD(group, group) },
	{ "overflow",
	  { .n_vcpus = 1, .n_lrs = 2, .n_intids = 64, FOUR_KINDS },
	  WORLD(overflow, overflow) },
	{ "sgi-both",
	  { .n_vcpus = 2, .n_lrs = 2, .n_intids = 64, .n_pool = 2, .pool = { 0, 1 } },
	  WORLD(sgi, sgi_both) },
	{ "eoimode1",
	  { .n_vcpus = 1, .n_lrs = 2, .n_intids = 64, FOUR_KINDS },
	  WORLD(mode1, mode1) },
	{ "overflow-3lr",
	  { .n_vcpus = 1, .n_lrs = 3, .n_intids = 64, FOUR_KINDS },
	  WORLD(overflow, overflow) },
	{ "toggles",
	  { .n_vcpus = 1, .n_lrs = 2, .n_intids = 64, FOUR_KINDS },
	  WORLD(overflow, toggle) },
	{ "short-way",
	  { .n_vcpus = 1, .n_lrs = 3, .n_intids = 64, .short_way = true, FOUR_KINDS },
	  WORLD(overflow, toggle) },
	{ "smp",
	  { .n_vcpus = 2,
	    .n_lrs = 1,
	    .n_intids = 64,
	    .n_pool = 2,
	    .pool = { 32, 33 },
	    .wiring = { VGIC_EDGE, VGIC_LEVEL } },
	  WORLD(smp, smp) },
	{ "remote",
	  { .n_vcpus = 2,
	    .n_lrs = 2,
	    .n_intids = 64,
	    .n_pool = 2,
	    .pool = { 32, 33 },
	    .wiring = { VGIC_EDGE, VGIC_LEVEL } },
	  WORLD(smp, remote) },
};

const unsigned int n_small_worlds = COUNT(small_worlds);
