/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A world: the real vgic/, the model of the hardware under it, a careless guest above it, and the
 * ideal GIC that sees the same events. What the hypervisor does around vgic/ (exit, fold, fill,
 * kick, ask) is played here, with every delay that a real machine may have.
 *
 * A world is one flat value: copy it, hash it, compare it. `violation` stays NULL as long as the
 * properties P1 to P11 hold; the first one that fails is kept with a detail.
 */
#ifndef BELLHOP_CHECK_WORLD_H
#define BELLHOP_CHECK_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/model/gich_model.h"
#include "tests/model/ideal_gic.h"
#include "vgic/vgic.h"
#include "vgic/vgic_state.h"

#define WORLD_VCPUS VGIC_MAX_VCPUS
#define WORLD_WORDS (IDEAL_MAX_INTIDS / 32u + 1u)
#define WORLD_POOL 24u
#define WORLD_NESTING 32u
#define WORLD_DROPPED 40u
#define WORLD_LEFT_BEHIND 0x0a300155u /* in an empty LR, by another vCPU */
#define WORLD_SPI_TO_PHYSICAL 100u    /* a VGIC_HW SPI hangs on this much higher a physical INTID */

struct world_config {
	uint8_t n_vcpus;
	uint8_t n_lrs;
	uint16_t n_intids;
	uint8_t n_pool;
	uint16_t pool[WORLD_POOL];  /* the INTIDs that events name */
	uint8_t wiring[WORLD_POOL]; /* enum vgic_wiring */
	bool careful;	/* the guest does nothing unusual with what is active: see guest.c */
	bool short_way; /* enter by vgic_refresh() where that is possible */
};

/* What the guest remembers of an interrupt that it acknowledged. */
struct acked {
	uint16_t intid;
	uint8_t source;
	bool aliased;
	bool group1;
	uint8_t level; /* bit number in GICH_APR */
};

/* A trapped access that was answered with VGIC_RETRY. */
enum access_kind { ACCESS_NONE, ACCESS_READ, ACCESS_WRITE, ACCESS_DIR };
struct access {
	uint8_t kind;
	uint8_t width;
	uint16_t offset;
	uint32_t value;
	uint8_t unserved;    /* vCPUs that were asked and did not fold yet */
	uint8_t owners;	     /* all that were asked at the last try */
	uint8_t owner_fills; /* most fills of one of them since then, saturating */
	uint8_t in_vain;     /* tries that failed although everybody had done his part */
};

struct world_vcpu {
	struct gich_model hw;
	struct gich shadow; /* what the hypervisor last read from or wrote to GICH */
	bool loaded;
	bool folded; /* all state in software: a fill has to come before the guest runs */
	bool kicked;
	bool asked;
	bool woken;    /* unloaded, and was told or knew that it could run */
	bool wakeable; /* at switch-out */
	uint8_t n_stack;
	uint8_t n_dropped;
	struct acked stack[WORLD_NESTING];   /* priority not dropped, innermost last */
	struct acked dropped[WORLD_DROPPED]; /* EOImode 1: dropped, not deactivated */
	struct access access;
	uint32_t pending[WORLD_WORDS];	/* in the ideal GIC, when it was filled last */
	uint8_t sgi_sources[16];	/* the same by source */
	uint32_t claims[WORLD_WORDS];	/* in its LRs or acknowledged by it, at that fill */
	uint32_t limbo[WORLD_WORDS];	/* SPIs ended outside the LRs: counted, not folded yet */
	uint32_t withheld[WORLD_WORDS]; /* what others must leave to this vCPU's next access */
};

struct world {
	struct world_config config;
	struct vgic vgic;
	struct ideal_gic ideal;
	struct world_vcpu vcpu[WORLD_VCPUS];
	uint8_t physical_active[WORLD_VCPUS][32]; /* [0] for all SPIs below */
	uint8_t spi_active[IDEAL_MAX_INTIDS];
	/* Signalled again while an LR was pending: one event or two, by a race nobody can see. */
	uint8_t again[WORLD_VCPUS][32], spi_again[IDEAL_MAX_INTIDS];
	uint8_t unsure[WORLD_VCPUS][32], spi_unsure[IDEAL_MAX_INTIDS];
	bool open_race; /* there was one at least */
	bool wild;	/* a guest did what is UNPREDICTABLE: no comparison until the VM is reset */
	uint32_t active_unsure[WORLD_WORDS]; /* ISACTIVER by another vCPU while in limbo */
	uint8_t hw_soft[WORLD_VCPUS][32], spi_hw_soft[IDEAL_MAX_INTIDS];
	const char *violation;
	char detail[160];
};

/* A level input whose driver wants to know of its ends, and one who lowers it then. */
static inline bool world_notifies(const struct world_config *c, unsigned int i)
{
	return c->pool[i] >= 32 && c->wiring[i] == VGIC_LEVEL && c->pool[i] % 4 != 2;
}
static inline bool world_resamples(unsigned int intid)
{
	return intid % 2 != 0;
}

/* What a run has to have met, or it proves nothing. Not part of a world. */
struct world_stats {
	uint64_t steps, acks, folds, fills, evictions, eoicount, npie, lrenpie, late, multi_source,
		forgotten, retries, fold_firsts, stale_acks, deep, kicks, maintenance, hw,
		skipped_fills, notices, stale_enables, refreshes, wild, peeks, hw_again, sgi_again,
		rests, rests_live, again_resting, short_ends, level_again, switches;
};
extern struct world_stats world_stats;

/* Properties that do not count, "P3,P8" for example: which others would find it? */
extern const char *world_ignored;

/* world.c */
void world_init(struct world *w, const struct world_config *config);
void world_reset_vcpu(struct world *w, unsigned int v);
void world_reset_vm(struct world *w);
int world_wiring(const struct world *w, unsigned int intid);
void world_fail(struct world *w, const char *property, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* hypervisor.c */
void world_fold(struct world *w, unsigned int v);
void world_exit(struct world *w, unsigned int v);   /* exit, fold, fill, enter */
void world_bounce(struct world *w, unsigned int v); /* exit and enter with no need to fold */
void world_load(struct world *w, unsigned int v);
void world_unload(struct world *w, unsigned int v);
bool world_end_lr(struct world *w, unsigned int v);
void world_kick_resting(struct world *w, unsigned int v);
void world_effects(struct world *w, unsigned int v, const struct vgic_effects *effects);
void world_notices(struct world *w, unsigned int v, const struct vgic_effects *effects);
void world_enter(struct world *w, unsigned int v);
void world_write_lr(struct world *w, unsigned int v, unsigned int n, uint32_t lr);
void world_deactivated(struct world *w, unsigned int v, unsigned int physical_intid);
uint8_t *world_physical(struct world *w, unsigned int v, unsigned int intid);
/* It does not run, and has its list registers with it. */
static inline bool world_rests(const struct world_vcpu *c)
{
	return !c->loaded && !c->folded;
}
static inline struct vgic_locked world_lock(struct world *w)
{
	return (struct vgic_locked){ .vgic = &w->vgic };
}

/* devices.c */
void world_line(struct world *w, unsigned int v, unsigned int intid, bool level);
void world_pulse(struct world *w, unsigned int v, unsigned int intid);
void world_hw_raise(struct world *w, unsigned int v, unsigned int intid);
void world_hw_withdraw(struct world *w, unsigned int v, unsigned int intid);
void world_signalled_again(struct world *w, unsigned int caller, unsigned int v, unsigned int intid,
			   unsigned int source);
void world_signal_certain(struct world *w, unsigned int v, unsigned int intid, unsigned int source);
bool world_in_limbo(const struct world *w, unsigned int except, unsigned int intid);
void world_settle_unsure(struct world *w, unsigned int v, struct world *folded);

/* guest.c and trap.c */
void guest_ack(struct world *w, unsigned int v, bool aliased);
void guest_eoi(struct world *w, unsigned int v);
void guest_dir(struct world *w, unsigned int v, unsigned int owner, unsigned int k);
void guest_cpu_write(struct world *w, unsigned int v, uint32_t offset, uint32_t value);
/* One of these, with a value of the guest's choice. */
enum wild_kind { WILD_ORDER, WILD_EOI, WILD_DIR, WILD_CTLR, WILD_POINT, WILD_APR, N_WILD };
void guest_wild(struct world *w, unsigned int v, enum wild_kind kind, uint32_t value);
void guest_access(struct world *w, unsigned int v, enum access_kind kind, uint32_t offset,
		  unsigned int width, uint32_t value);
void guest_retry(struct world *w, unsigned int v);

/* property.c and property_deep.c */
void check_fill(struct world *w, unsigned int v);
void check_refresh(struct world *w, unsigned int v);
void check_running(struct world *w, unsigned int v);
void check_unloaded(struct world *w, unsigned int v);
void check_deep(struct world *w, unsigned int folded_vcpu);
void check_ack(struct world *w, unsigned int v, uint32_t iar, uint32_t lr);

static inline bool bit_of(const uint32_t *bitmap, unsigned int n)
{
	return bitmap[n / 32] >> (n % 32) & 1;
}
static inline void set_bit_of(uint32_t *bitmap, unsigned int n)
{
	bitmap[n / 32] |= 1u << (n % 32);
}
static inline void clear_bit_of(uint32_t *bitmap, unsigned int n)
{
	bitmap[n / 32] &= ~(1u << (n % 32));
}

#endif
