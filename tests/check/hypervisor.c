// SPDX-License-Identifier: BSD-2-Clause
/* What EL2 does around vgic/: exit, fold, fill, entry, and the effects (kick, ask, deactivate). */
#include <stddef.h>

#include "tests/check/world.h"
#include "tests/model/gich_bits.h"

uint8_t *world_physical(struct world *w, unsigned int v, unsigned int intid)
{
	return intid < 32 ? &w->physical_active[v][intid] : &w->spi_active[intid];
}

void world_deactivated(struct world *w, unsigned int v, unsigned int physical_intid)
{
	unsigned int intid = physical_intid < 32 ? physical_intid :
						   physical_intid - WORLD_SPI_TO_PHYSICAL;

	if (intid >= w->config.n_intids || world_wiring(w, intid) != VGIC_HW) {
		world_fail(w, "P3", "deactivates physical %u, which is nobody's", physical_intid);
		return;
	}
	*world_physical(w, v, intid) = 0;
}

void world_effects(struct world *w, unsigned int v, const struct vgic_effects *effects)
{
	for (unsigned int i = 0; i < w->config.n_vcpus; i++) {
		struct world_vcpu *c = &w->vcpu[i];

		if (effects->kick >> i & 1) {
			world_stats.kicks++;
			c->kicked = c->loaded || world_rests(c);
			c->woken = true;
		}
		if (effects->ask >> i & 1) {
			if (i == v || (!c->loaded && !world_rests(c)))
				world_fail(w, "ask", "vCPU %u asks %u, which holds nothing", v, i);
			c->asked = true;
		}
	}
	if (effects->kick >> w->config.n_vcpus || effects->ask >> w->config.n_vcpus)
		world_fail(w, "kick", "a vCPU that does not exist is named");
	for (unsigned int i = 0; i < effects->n_deactivate && i < VGIC_MAX_DEACTIVATE; i++)
		world_deactivated(w, v, effects->deactivate[i]);
}

/*
 * P5: each end of an interrupt whose driver wants to know is told once, and none is that was not.
 * What its driver does is done here, before the next fill.
 */
static void note(struct world *w, unsigned int v, unsigned int intid, bool enabled)
{
	struct ideal_irq *irq = ideal_irq(&w->ideal, v, intid);

	world_stats.notices++;
	world_stats.stale_enables += enabled;
	if (!enabled && irq->count_ends && irq->ended-- == 0)
		world_fail(w, "P5", "an end of INTID %u that was none is told", intid);
}

void world_notices(struct world *w, unsigned int v, const struct vgic_effects *effects)
{
	for (unsigned int i = 0; i < effects->n_notices; i++) {
		unsigned int intid = effects->notice[i] & ~VGIC_NOTICE_ENABLED;

		note(w, v, intid, (effects->notice[i] & VGIC_NOTICE_ENABLED) != 0);
		if (world_resamples(intid))
			world_line(w, v, intid, false);
	}
}

/* Everybody who waits for this vCPU to fold is one step nearer. */
static void note_fold(struct world *w, unsigned int v)
{
	for (unsigned int i = 0; i < w->config.n_vcpus; i++)
		w->vcpu[i].access.unserved &= (uint8_t) ~(1u << v);
	w->vcpu[v].asked = false;
}

static void note_fill(struct world *w, unsigned int v)
{
	for (unsigned int i = 0; i < w->config.n_vcpus; i++) {
		struct access *a = &w->vcpu[i].access;

		if ((a->owners >> v & 1) && !(a->unserved >> v & 1) && a->owner_fills < 2)
			a->owner_fills++;
	}
}

/*
 * As a driver does it: only the LRs that are in use are read, the rest of the shadow is stale; one
 * that ELRSR calls empty may be taken as 0. ELRSR and EISR are not to be believed, so they lie.
 */
static void read_gich(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	uint64_t in_use = vgic_lrs_in_use(&w->vgic, v);
	struct gich now = c->shadow;

	gich_model_read(&c->hw, &now);
	for (unsigned int i = 0; i < w->config.n_lrs; i++)
		if (!(in_use >> i & 1))
			now.lr[i] = c->shadow.lr[i];
		else if ((now.elrsr >> i & 1) && i % 2)
			now.lr[i] = 0;
	c->shadow = now;
	c->shadow.elrsr = ~now.elrsr;
	c->shadow.eisr = ~now.eisr;
	if (w->config.n_lrs < 64 && in_use >> w->config.n_lrs)
		world_fail(w, "P10", "vCPU %u uses list registers that do not exist", v);
}

void world_fold(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	struct vgic_effects effects;

	vgic_effects_clear(&effects);
	if (!c->loaded && !world_rests(c))
		return;
	world_stats.folds++;
	world_stats.eoicount += c->hw.reg.hcr >> HCR_EOICOUNT_SHIFT != 0;
	check_deep(w, v);
	if (c->hw.reg.hcr >> HCR_EOICOUNT_SHIFT && !(c->hw.reg.hcr & HCR_LRENPIE))
		world_fail(w, "P9", "vCPU %u: EOICount with GICH_HCR.LRENPIE clear", v);
	read_gich(w, v);
	vgic_fold(world_lock(w), v, &c->shadow, &effects);
	if (vgic_lrs_in_use(&w->vgic, v))
		world_fail(w, "P10", "vCPU %u uses list registers after a fold", v);
	c->folded = true;
	note_fold(w, v);
	world_effects(w, v, &effects);
	world_notices(w, v, &effects);
}

/* hw: `all` says that GICH was used by somebody else since. */
static void fill(struct world *w, unsigned int v, bool all)
{
	struct world_vcpu *c = &w->vcpu[v];

	c->shadow.vmcr = c->hw.reg.vmcr;
	vgic_fill(world_lock(w), v, &c->shadow);
	for (unsigned int i = 0; i < w->config.n_lrs; i++)
		if (all || (c->shadow.lr_dirty >> i & 1))
			gich_model_write_lr(&c->hw, i, c->shadow.lr[i]);
	c->hw.reg.hcr = c->shadow.hcr & 0xf80000ff;
	c->folded = false;
	c->kicked = false;
	world_stats.fills++;
	note_fill(w, v);
	check_fill(w, v);
}

/* As EL2 does it: nothing else of GICH is touched. */
void world_write_lr(struct world *w, unsigned int v, unsigned int n, uint32_t lr)
{
	w->vcpu[v].shadow.lr[n] = lr;
	gich_model_write_lr(&w->vcpu[v].hw, n, lr);
	w->vcpu[v].woken = true;
	check_refresh(w, v);
}

/* Instead of a fold and a fill: reads and writes no more of GICH than it is told to. */
static bool refresh(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	struct vgic_effects effects;
	unsigned int n;

	if (!w->config.short_way)
		return false;
	vgic_effects_clear(&effects);
	check_deep(w, v);
	n = vgic_refresh_reads(world_lock(w), v);
	if (n != VGIC_NO_LR)
		c->shadow.lr[n] = c->hw.reg.lr[n];
	n = vgic_refresh(world_lock(w), v, n, &c->shadow, &effects);
	if (n != VGIC_FOLD && n != VGIC_NO_LR)
		gich_model_write_lr(&c->hw, n, c->shadow.lr[n]);
	world_effects(w, v, &effects);
	if (n == VGIC_FOLD)
		return false;
	c->kicked = false;
	world_stats.refreshes++;
	check_refresh(w, v);
	return true;
}

/* Only its own CPU may write what was saved, so nobody but a fold gives away what it keeps. */
void world_kick_resting(struct world *w, unsigned int v)
{
	if (vgic_waits_for_fold(&w->vgic, v))
		world_fold(w, v);
	else if (vgic_needs_fill(&w->vgic, v))
		(void)refresh(w, v);
	w->vcpu[v].kicked = false;
}

/* What LR n is to be when the driver of this level has been told of its end: the line of one that
 * resamples is low then, others leave theirs as it is. */
static uint32_t tell(struct world *w, unsigned int v, unsigned int intid)
{
	bool line = ideal_irq(&w->ideal, v, intid)->line && !world_resamples(intid);
	uint32_t lr = 0;

	note(w, v, intid, false);
	ideal_set_line(&w->ideal, v, intid, line);
	if (line && vgic_again_level(world_lock(w), v, intid, &lr) == VGIC_NO_LR)
		world_fail(w, "P4", "INTID %u does not come again while its line is high", intid);
	return lr;
}

/* The short way of a maintenance interrupt, where one level has ended and that is all. */
bool world_end_lr(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	uint64_t in_use = vgic_lrs_in_use(&w->vgic, v);
	unsigned int n = 0;
	unsigned int intid;
	uint32_t lr;

	if (!w->config.short_way || !c->loaded)
		return false;
	while (n < w->config.n_lrs &&
	       !((in_use >> n & 1) && gich_lr_eoi_signalled(c->hw.reg.lr[n])))
		n++;
	check_deep(w, v);
	if (n == w->config.n_lrs)
		return false;
	intid = vgic_end_level(world_lock(w), v, n, &lr);
	if (intid == 0)
		return false;
	world_stats.short_ends++;
	if (intid != VGIC_ENDED)
		lr = tell(w, v, intid);
	c->shadow.lr[n] = lr;
	gich_model_write_lr(&c->hw, n, lr);
	check_refresh(w, v);
	return true;
}

/* The way back into the guest: whatever was signalled to this CPU in EL2 has been seen. */
void world_enter(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];

	if (!c->loaded)
		return;
	c->kicked = false;
	if (!c->folded && vgic_needs_fill(&w->vgic, v)) {
		if (refresh(w, v))
			return;
		world_fold(w, v);
	}
	if (c->folded)
		fill(w, v, false);
	else
		world_stats.skipped_fills++;
}

void world_exit(struct world *w, unsigned int v)
{
	world_fold(w, v);
	world_enter(w, v);
}

void world_bounce(struct world *w, unsigned int v)
{
	world_enter(w, v);
}

/*
 * What EL2 does instead of a fold where it can: the list registers are saved as they are. What is
 * empty is not; it is what another vCPU has left there when this one comes back.
 */
static bool rest(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	uint64_t in_use = vgic_lrs_in_use(&w->vgic, v);

	if (!w->config.short_way || c->folded || !vgic_is_settled(&w->vgic, v))
		return false;
	for (unsigned int i = 0; i < w->config.n_lrs; i++)
		if ((in_use >> i & 1) && lr_get_state(c->hw.reg.lr[i]) == LR_INVALID &&
		    gich_lr_eoi_signalled(c->hw.reg.lr[i]))
			return false;
	world_stats.rests++;
	for (unsigned int i = 0; i < w->config.n_lrs; i++) {
		world_stats.rests_live += lr_get_state(c->hw.reg.lr[i]) != LR_INVALID;
		if (lr_get_state(c->hw.reg.lr[i]) == LR_INVALID)
			c->hw.reg.lr[i] = i % 2 ? 0 : WORLD_LEFT_BEHIND;
	}
	return true;
}

/* Its list registers are what they were, or were written to meanwhile. */
static void resume(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];

	for (unsigned int i = 0; i < w->config.n_lrs; i++)
		if (lr_get_state(c->hw.reg.lr[i]) != LR_INVALID)
			c->shadow.lr[i] = c->hw.reg.lr[i];
		else
			c->shadow.lr[i] = 0;
	world_enter(w, v);
	check_refresh(w, v);
}

void world_load(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];

	if (c->loaded)
		return;
	c->loaded = true;
	c->shadow.apr = c->hw.reg.apr;
	if (!c->folded)
		resume(w, v);
	else
		fill(w, v, true);
}

void world_unload(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];

	if (!c->loaded)
		return;
	if (!rest(w, v)) {
		world_fold(w, v);
		for (unsigned int i = 0; i < w->config.n_lrs; i++)
			c->hw.reg.lr[i] = 0;
		c->hw.reg.hcr = 0;
		c->kicked = c->asked = false;
	}
	c->loaded = false;
	c->wakeable = ideal_wakes(&w->ideal, v, NULL);
	c->woken = false;
	check_unloaded(w, v);
}
