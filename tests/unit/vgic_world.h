/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VM for tests: the real vgic/ above a modelled GICH per vCPU, all vCPUs running at once.
 *
 * The guest's accesses to GICV go to the model and never exit by themselves. A maintenance
 * interrupt exits right after the access that caused it, unless `late` is set. Anything else that
 * makes a vCPU exit is called by its name here. Compiled with WORLD_REFRESH it enters the short way
 * (vgic_refresh) wherever that is possible.
 */
#ifndef BELLHOP_TESTS_VGIC_WORLD_H
#define BELLHOP_TESTS_VGIC_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/model/gich_model.h"
#include "vgic/vgic_state.h"

#define WORLD_VTIMER 27u
#define WORLD_SPURIOUS 1023u

struct world {
	struct vgic vgic;
	struct gich_model hw[VGIC_MAX_VCPUS];
	struct gich gich[VGIC_MAX_VCPUS]; /* as the driver keeps it */
	struct vgic_effects effects;	  /* of the last call, and of what followed from it */
	unsigned int n_vcpus;
	unsigned int maintenance; /* exits by maintenance interrupt so far */
	bool late;		  /* maintenance interrupts do not arrive */
	bool deaf;		  /* kicked and asked vCPUs do not exit by themselves */
	unsigned int refreshes;	  /* entries that needed no fold and fill */
	unsigned int switches;	  /* writes to ISENABLER and ICENABLER that did not, either */
	/* Notices so far: of its end, and of being enabled. `resample`: each lowers the line. */
	uint8_t ended[128], enabled[128];
	bool resample;
};

/* A machine with its CPU interfaces and distributor enabled (group 0, PMR 0xf8), vCPUs entered. */
void world_start(struct world *w, unsigned int n_vcpus, unsigned int n_lrs);

/* A vCPU leaves the guest and folds; enters again with a fill if it needs one. */
void world_exit(struct world *w, unsigned int vcpu);
void world_enter(struct world *w, unsigned int vcpu);
void world_refill(struct world *w, unsigned int vcpu);

struct vgic_locked world_locked(struct world *w);

/* Count the notices of the last call, before the next fill, as the interface demands. */
void world_take_notices(struct world *w);

/* The list registers of a vCPU are legal. */
void world_check_hw(struct world *w, unsigned int vcpu);

/* Exits that the effects of a call ask for. */
void world_settle(struct world *w);

/* vgic_guest.c. GICD by the guest: repeated while VGIC_RETRY, at most 4 times. */
uint32_t gicd_read(struct world *w, unsigned int vcpu, uint32_t offset, unsigned int width);
void gicd_write(struct world *w, unsigned int vcpu, uint32_t offset, unsigned int width,
		uint32_t value);
enum vgic_status world_try_read(struct world *w, unsigned int vcpu, uint32_t offset,
				uint32_t *value);

uint32_t rd(struct world *w, uint32_t offset); /* vCPU 0, 32 bits */
void wr(struct world *w, uint32_t offset, uint32_t value);

bool world_active(struct world *w, unsigned int intid); /* as vCPU 0 reads it */
bool world_pending(struct world *w, unsigned int intid);
void world_target(struct world *w, unsigned int intid, uint32_t targets);
void world_enable(struct world *w, unsigned int vcpu, unsigned int intid, bool enable);
void world_priority(struct world *w, unsigned int vcpu, unsigned int intid, unsigned int priority);
bool world_bit(struct world *w, unsigned int vcpu, uint32_t base, unsigned int intid);
void world_set_bit(struct world *w, unsigned int vcpu, uint32_t base, unsigned int intid);

/* An SPI that is enabled, of this priority, wired and targeted to vCPU 0. */
void world_spi(struct world *w, unsigned int intid, enum vgic_wiring wiring, unsigned int priority);
void world_edge(struct world *w, unsigned int intid, unsigned int priority);

/* SPIs first.. with distinct priorities, the higher INTID the more urgent; and all of them raised
 * and acknowledged one after the other: each preempts the one before. */
void world_edges(struct world *w, unsigned int first, unsigned int count);
void world_nest(struct world *w, unsigned int first, unsigned int count);

/* A vCPU has acknowledged an edge SPI of its own, of priority 0x80; and another one of 0x40 takes
 * its list register away, where there is only one. */
void world_acknowledge(struct world *w, unsigned int vcpu, unsigned int intid);
void world_evict(struct world *w, unsigned int vcpu, unsigned int by);

/* Inputs. */
void world_line(struct world *w, unsigned int intid, bool level);
void world_pulse(struct world *w, unsigned int intid);
void world_hw_raise(struct world *w, unsigned int vcpu, unsigned int intid);
void world_sgi(struct world *w, unsigned int from, uint32_t targets, unsigned int intid);

/* GICV by the guest. */
uint32_t iar(struct world *w, unsigned int vcpu);
void eoi(struct world *w, unsigned int vcpu, uint32_t id);
void dir(struct world *w, unsigned int vcpu, uint32_t id);
uint32_t gicv_rd(struct world *w, unsigned int vcpu, uint32_t offset);
void gicv_wr(struct world *w, unsigned int vcpu, uint32_t offset, uint32_t value);

/* So many short ways were taken so far; without WORLD_REFRESH: none. */
void expect_refreshes(const struct world *w, unsigned int expected);
void expect_switches(const struct world *w, unsigned int expected);

/* The LRs that are not invalid. */
unsigned int world_valid_lrs(const struct world *w, unsigned int vcpu);

#endif
