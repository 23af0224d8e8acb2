// SPDX-License-Identifier: BSD-2-Clause
/*
 * The properties, by the numbers that the documentation uses.
 * P1 what is acknowledged was pending; P2 and is not so twice; P3 active sets are equal; P4 pending
 * sets are equal; P6 what waits outside the LRs has a way in; P7 after a fill the best is
 * inside; P8 after a fill no maintenance; P10 the list registers are legal; P11 SGI sources.
 * Here is what holds at a moment; what a fold brings to light is in property_deep.c.
 */
#include <string.h>

#include "tests/check/world.h"
#include "tests/model/gich_bits.h"

static bool listed_pending(const struct world *w, unsigned int v, unsigned int intid, uint32_t lr)
{
	return intid < 16 ? w->ideal.cpu[v].sources[intid] >> lr_cpuid(lr) & 1 :
			    ideal_pending(&w->ideal, v, intid);
}

/* What fill put into one list register has to be true of the ideal GIC. */
static void check_lr(struct world *w, unsigned int v, uint32_t lr)
{
	unsigned int n = lr_virtual_id(lr);
	const struct ideal_irq *irq;
	enum lr_state state = lr_get_state(lr);

	if (n >= w->config.n_intids) {
		world_fail(w, "P10", "LR holds INTID %u, which does not exist", n);
		return;
	}
	irq = ideal_irq_const(&w->ideal, v, n);
	if (state == LR_PENDING && irq->priority >> 3 != lr_priority(lr))
		world_fail(w, "P7", "INTID %u: LR priority 0x%x", n, lr_priority(lr) << 3);
	if (state == LR_PENDING && irq->group1 != lr_group1(lr))
		world_fail(w, "P7", "INTID %u: LR in the wrong group", n);
	if (lr_hw(lr) && world_wiring(w, n) != VGIC_HW)
		world_fail(w, "P10", "INTID %u: LR.HW, but not hardware-mapped", n);
	if (state == LR_PENDING_ACTIVE && world_wiring(w, n) == VGIC_LEVEL)
		world_fail(w, "P10", "INTID %u: level, pending and active in an LR", n);
	if ((state & LR_ACTIVE) != 0 && !irq->active)
		world_fail(w, "P3", "INTID %u: active in an LR only", n);
	if (state == LR_PENDING && !ideal_forwarded(&w->ideal, v, n))
		world_fail(w, "P1", "INTID %u: in an LR, but not deliverable to vCPU %u", n, v);
	if ((state & LR_PENDING) != 0 && !listed_pending(w, v, n, lr))
		world_fail(w, n < 16 ? "P11" : "P4", "INTID %u: pending in an LR only", n);
}

/* What the guest can acknowledge from now on, whatever becomes of it meanwhile. */
static void note_pending(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];

	memset(c->pending, 0, sizeof(c->pending));
	memset(c->sgi_sources, 0, sizeof(c->sgi_sources));
	for (unsigned int i = 0; i < w->config.n_lrs; i++) {
		uint32_t lr = c->hw.reg.lr[i];
		unsigned int n = lr_virtual_id(lr);

		if (!(lr_get_state(lr) & LR_PENDING) || n >= w->config.n_intids)
			continue;
		set_bit_of(c->pending, n);
		if (n < 16)
			c->sgi_sources[n] = (uint8_t)(1u << lr_cpuid(lr));
	}
}

static void note_claims(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];

	if (w->config.n_vcpus == 1)
		return;
	for (unsigned int i = 0; i < w->config.n_lrs; i++)
		if (lr_get_state(c->hw.reg.lr[i]) != LR_INVALID)
			set_bit_of(c->claims, lr_virtual_id(c->hw.reg.lr[i]));
	for (unsigned int k = 0; k < c->n_stack; k++)
		set_bit_of(c->claims, c->stack[k].intid);
	for (unsigned int k = 0; k < c->n_dropped; k++)
		set_bit_of(c->claims, c->dropped[k].intid);
}

static void count_evictions(struct world *w, unsigned int v)
{
	const struct world_vcpu *c = &w->vcpu[v];
	uint32_t hcr = c->hw.reg.hcr;

	world_stats.npie += (hcr & HCR_NPIE) != 0;
	world_stats.lrenpie += (hcr & HCR_LRENPIE) != 0;
	for (unsigned int k = 0; k < c->n_stack; k++)
		world_stats.evictions += gich_model_find(&c->hw, c->stack[k].intid) < 0;
	for (uint32_t sgis = w->ideal.cpu[v].pending & 0xffff; sgis; sgis &= sgis - 1) {
		unsigned int sources = w->ideal.cpu[v].sources[__builtin_ctz(sgis)];

		world_stats.multi_source += (sources & (sources - 1)) != 0;
	}
}

/* Deactivated by hand, acknowledged once more: the LR is that of the second time. */
static bool is_acked_again(const struct world_vcpu *c, unsigned int k)
{
	for (unsigned int i = k + 1; i < c->n_stack; i++)
		if (c->stack[i].intid == c->stack[k].intid)
			return true;
	return false;
}

/*
 * Of what the guest acknowledged and has not ended, GICH_APR holds the group priority: an active
 * LR of it that says otherwise is UNPREDICTABLE (IHI 0048B, 5.3.9). With EOImode 1 the priority
 * may be dropped long before the deactivation, and nobody can tell from the LR; a group that was
 * changed meanwhile may have no such priority.
 */
static void check_apr(struct world *w, unsigned int v)
{
	const struct world_vcpu *c = &w->vcpu[v];

	if (w->wild || w->ideal.cpu[v].eoi_mode)
		return;
	for (unsigned int k = 0; k < c->n_stack; k++) {
		const struct acked *acked = &c->stack[k];
		int i = gich_model_find(&c->hw, acked->intid);
		uint32_t lr = i < 0 ? 0 : c->hw.reg.lr[i];

		if (!(lr_get_state(lr) & LR_ACTIVE) || lr_group1(lr) != acked->group1 ||
		    is_acked_again(c, k))
			continue;
		if (gich_model_preemption_level(&c->hw, lr) != acked->level)
			world_fail(w, "P10",
				   "vCPU %u: INTID %u is active in an LR, not in APR 0x%x", v,
				   acked->intid, c->hw.reg.apr);
	}
}

/* What was in the other LRs stays claimed; a maintenance condition can be met already. */
void check_refresh(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	const char *error = gich_model_check(&c->hw);

	if (error)
		world_fail(w, "P10", "vCPU %u: %s", v, error);
	if (!(c->hw.reg.hcr & HCR_EN))
		world_fail(w, "P10", "vCPU %u: GICH_HCR.En clear after a fill", v);
	for (unsigned int i = 0; i < w->config.n_lrs; i++)
		if (lr_get_state(c->hw.reg.lr[i]) != LR_INVALID)
			check_lr(w, v, c->hw.reg.lr[i]);
	check_apr(w, v);
	note_pending(w, v);
	note_claims(w, v);
	count_evictions(w, v);
}

void check_fill(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];

	if (c->hw.reg.hcr >> HCR_EOICOUNT_SHIFT)
		world_fail(w, "P10", "vCPU %u: EOICount not cleared by a fill", v);
	if (gich_model_maintenance(&c->hw))
		world_fail(w, "P8", "vCPU %u: MISR 0x%x right after a fill, HCR 0x%x", v,
			   gich_model_misr(&c->hw), c->hw.reg.hcr);
	memset(c->claims, 0, sizeof(c->claims));
	check_refresh(w, v);
}

/*
 * What another vCPU was filled with or has acknowledged, and will only give up at the fold that it
 * is about to make: an SPI that was given a new target must not come twice, so it may come late.
 */
static bool held_elsewhere(const struct world *w, unsigned int v, uint32_t *bitmap)
{
	bool any = false;

	for (unsigned int o = 0; o < w->config.n_vcpus; o++) {
		const struct world_vcpu *c = &w->vcpu[o];

		if (o == v || (!c->loaded && !world_rests(c)) ||
		    !(c->kicked || gich_model_maintenance(&c->hw)))
			continue;
		for (unsigned int i = 1; i < WORLD_WORDS; i++) {
			bitmap[i] |= c->claims[i];
			any |= c->claims[i] != 0;
		}
	}
	return any;
}

/* INTIDs that a fill may leave out for the sake of a waiting access. */
static bool all_withheld(const struct world *w, uint32_t *withheld)
{
	bool any = false;

	memset(withheld, 0, WORLD_WORDS * sizeof(*withheld));
	for (unsigned int v = 0; v < w->config.n_vcpus; v++) {
		if (w->vcpu[v].access.kind == ACCESS_NONE)
			continue;
		for (unsigned int i = 0; i < WORLD_WORDS; i++) {
			withheld[i] |= w->vcpu[v].withheld[i];
			any |= w->vcpu[v].withheld[i] != 0;
		}
	}
	return any;
}

static unsigned int hardware_best(const struct gich_model *hw)
{
	int i = gich_model_signalled(hw);

	return i < 0 ? IDEAL_NOTHING : lr_priority(hw->reg.lr[i]) << 3;
}

static bool binary_points_differ(const struct ideal_cpu *c)
{
	return !c->common_bpr && c->abpr != c->bpr + 1;
}

/*
 * P6 and P7 as one: a running vCPU that nobody has a reason to interrupt (no maintenance, no kick
 * on its way) is shown exactly the priority that the ideal GIC would show it.
 */
void check_running(struct world *w, unsigned int v)
{
	const struct world_vcpu *c = &w->vcpu[v];
	unsigned int shown = hardware_best(&c->hw);
	uint32_t withheld[WORLD_WORDS];
	struct ideal_best best, rest;
	unsigned int least;
	bool left_out;

	if (!c->loaded || c->kicked || gich_model_maintenance(&c->hw))
		return;
	best = ideal_signalled(&w->ideal, v, NULL);
	/* Of equals in two groups hardware takes any, and may preempt with that one only. */
	if (best.groups == 3 || shown == best.priority)
		return;
	least = best.priority;
	if (all_withheld(w, withheld) && binary_points_differ(&w->ideal.cpu[v]))
		return; /* what is left may preempt where the better one, withheld, did not */
	left_out = all_withheld(w, withheld);
	left_out |= held_elsewhere(w, v, withheld);
	if (left_out) {
		rest = ideal_signalled(&w->ideal, v, withheld);
		if (rest.groups == 3)
			return;
		least = rest.priority;
	}
	if (shown != least && (shown < best.priority || shown > least))
		world_fail(w, "P6", "vCPU %u sees priority 0x%x, ideally 0x%x (INTID %u), hcr 0x%x",
			   v, shown, best.priority, best.intid, c->hw.reg.hcr);
}

void check_unloaded(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	uint32_t elsewhere[WORLD_WORDS] = { 0 };
	bool ideal = ideal_wakes(&w->ideal, v, NULL);

	if (c->loaded ||
	    (held_elsewhere(w, v, elsewhere) && ideal != ideal_wakes(&w->ideal, v, elsewhere)))
		return;
	if (c->folded && vgic_deliverable(world_lock(w), v, c->hw.reg.vmcr) != ideal)
		world_fail(w, "wake", "vCPU %u: deliverable is %d, ideally %d", v, !ideal, ideal);
	if (ideal && !c->wakeable && !c->woken)
		world_fail(w, "wake", "vCPU %u: became deliverable and was not kicked", v);
}

static bool was_pending(const struct world_vcpu *c, unsigned int n, unsigned int source)
{
	return n < 16 ? c->sgi_sources[n] >> source & 1 : bit_of(c->pending, n);
}

static void consumed(struct world *w, unsigned int v, unsigned int n, unsigned int source)
{
	for (unsigned int o = 0; o < w->config.n_vcpus; o++) {
		if (n < 32 && o != v)
			continue;
		clear_bit_of(w->vcpu[o].pending, n);
		if (n < 16)
			w->vcpu[o].sgi_sources[n] &= (uint8_t) ~(1u << source);
	}
}

static void note_unsure(struct world *w, unsigned int v, unsigned int n, unsigned int source)
{
	uint8_t which = (uint8_t)(1u << (n < 16 ? source : v));
	uint8_t *again = n < 32 ? &w->again[v][n] : &w->spi_again[n];
	uint8_t *unsure = n < 32 ? &w->unsure[v][n] : &w->spi_unsure[n];

	*unsure |= *again & which;
	*again &= (uint8_t)~which;
}

/*
 * Before the acknowledge reaches the ideal GIC. Only a kick on its way excuses what is gone:
 * it was deliverable at the last fill and nobody has consumed it since.
 */
void check_ack(struct world *w, unsigned int v, uint32_t iar, uint32_t lr)
{
	const struct world_vcpu *c = &w->vcpu[v];
	unsigned int n = iar & 0x3ff;
	unsigned int source = iar >> 10 & 7;
	const struct ideal_irq *irq = ideal_irq_const(&w->ideal, v, n);
	bool unsure = (n < 32 ? w->unsure[v][n] : w->spi_unsure[n]) != 0;

	if (irq->active)
		world_fail(w, "P2", "vCPU %u acknowledges INTID %u, which is active", v, n);
	if (n >= 16 && source)
		world_fail(w, "P11", "INTID %u acknowledged with a CPUID", n);
	if (!listed_pending(w, v, n, lr) && !unsure && !(c->kicked && was_pending(c, n, source)))
		world_fail(w, n < 16 ? "P11" : "P1",
			   "vCPU %u acknowledges INTID %u of %u, which is not pending", v, n,
			   source);
	else if (!ideal_forwarded(&w->ideal, v, n) && !c->kicked)
		world_fail(w, "P1", "vCPU %u acknowledges INTID %u, not deliverable here", v, n);
	if (irq->priority >> 3 != lr_priority(lr) && !c->kicked)
		world_fail(w, "P7", "INTID %u is acknowledged at a stale priority", n);
	world_stats.stale_acks += !ideal_forwarded(&w->ideal, v, n);
	consumed(w, v, n, source);
	note_unsure(w, v, n, source);
}
