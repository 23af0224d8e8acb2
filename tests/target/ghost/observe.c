// SPDX-License-Identifier: BSD-2-Clause
/* From list registers, EOIcount and GICH_APR to what the guest did. */
#include <stddef.h>

#include "tests/target/ghost/ghost.h"

#include "bellhop/gicv2.h"
#include "drivers/gic.h"
#include "drivers/mmio.h"
#include "hyp/cpu.h"
#include "hyp/timer.h"
#include "hyp/vm.h"
#include "tests/model/gich_bits.h"

static uintptr_t physical_gicd;

void ghost_machine_gic(uintptr_t gicd)
{
	physical_gicd = gicd;
}

/* Table 3-2, and its column for the aliased register, which is one bit off. */
uint8_t ghost_group_priority(const struct ideal_cpu *c, bool group1, uint8_t priority)
{
	unsigned int point = group1 && !c->common_bpr ? c->abpr : c->bpr + 1u;

	return (uint8_t)(priority >> point << point);
}

static void acknowledged(struct ghost *g, unsigned int v, uint32_t lr)
{
	const struct ideal_cpu *c = &g->ideal.cpu[v];
	unsigned int intid = lr_virtual_id(lr);
	uint8_t priority = (uint8_t)(lr_priority(lr) << 3);
	uint32_t bit = 1u << intid % 32;
	uint32_t *again = ghost_word(&g->again, v, intid);

	if (ideal_irq(&g->ideal, v, intid)->active)
		ghost_fail(g, v, "P2", "INTID %u is acknowledged while active", intid);
	g->counts.acks++;
	*ghost_word(&g->unsure, v, intid) |= *again & bit;
	*again &= ~bit;
	ideal_acknowledge(&g->ideal, v, intid, intid < 16 ? lr_cpuid(lr) : 0, priority,
			  lr_group1(lr));
	if (c->eoi_mode)
		return;
	priority = ghost_group_priority(c, lr_group1(lr), priority);
	*ghost_held(g, v, intid) = (struct ghost_held){ (uint8_t)v, priority };
	g->cpu[v].held |= 1u << (priority >> 3);
}

static void ended(struct ghost *g, unsigned int v, unsigned int intid)
{
	struct ideal_irq *irq = ideal_irq(&g->ideal, v, intid);
	struct ghost_held *held = ghost_held(g, v, intid);

	g->counts.ends++;
	irq->active = false;
	irq->active_source = irq->active_cpu = 0;
	if (held->vcpu == v)
		g->cpu[v].held &= ~(1u << (held->priority >> 3));
	held->vcpu = GHOST_NOBODY;
	ideal_update(&g->ideal, v, intid);
}

/* How a guest can change the state of a list register: by acknowledges and ends in turn. One that
 * was empty when the vCPU was switched out is not loaded again: only its state is its own. */
static void step_lr(struct ghost *g, unsigned int v, unsigned int n, uint32_t now)
{
	uint32_t *lr = &g->cpu[v].image.reg.lr[n];
	enum lr_state from = lr_get_state(*lr);
	enum lr_state to = lr_get_state(now);

	if (to == LR_INVALID)
		now = lr_with_state(*lr, LR_INVALID);
	if (lr_with_state(*lr, LR_INVALID) != lr_with_state(now, LR_INVALID))
		ghost_fail(g, v, "P10", "LR%u reads 0x%08x, it was 0x%08x", n, now, *lr);
	*lr = now;
	if (from == to)
		return;
	if ((to & ~from & LR_PENDING) != 0 || (from == LR_PENDING && to == LR_PENDING_ACTIVE))
		ghost_fail(g, v, "P10", "LR%u went from state %u to %u", n, from, to);
	if ((from & LR_ACTIVE) != 0)
		ended(g, v, lr_virtual_id(now));
	if ((from & ~to & LR_PENDING) == 0)
		return;
	acknowledged(g, v, now);
	if (to == LR_INVALID)
		ended(g, v, lr_virtual_id(now));
}

/* Held by v, in none of its list registers, and its priority has gone from GICH_APR. */
static uint32_t ended_outside(struct ghost *g, unsigned int v, uint32_t apr)
{
	uint32_t count = 0;

	for (unsigned int n = 0; n < g->vgic->n_intids; n++) {
		const struct ghost_held *held = ghost_held(g, v, n);

		if (held->vcpu != v || (apr >> (held->priority >> 3) & 1) != 0)
			continue;
		if (gich_model_find(&g->cpu[v].image, n) >= 0)
			ghost_fail(g, v, "P10", "INTID %u is active in an LR, APR 0x%08x", n, apr);
		ended(g, v, n);
		if (n < VGIC_PRIVATE_INTIDS)
			g->cpu[v].ended |= 1u << n;
		count++;
	}
	return count;
}

static void step_outside(struct ghost *g, unsigned int v, uint32_t hcr, uint32_t apr)
{
	struct ghost_cpu *c = &g->cpu[v];
	uint32_t counted = ((hcr >> HCR_EOICOUNT_SHIFT) - c->eoicount) & 31;
	uint32_t count = (c->held & ~apr) != 0 ? ended_outside(g, v, apr) : 0;

	if (count > counted || counted > count + c->owed)
		ghost_fail(g, v, "P3", "EOIcount rose by %u: %u ended, %u owed, APR 0x%08x",
			   counted, count, c->owed, apr);
	c->owed -= counted - count;
	c->eoicount = hcr >> HCR_EOICOUNT_SHIFT;
}

/* One that is active below and pending or active for nobody would never come again. What has ended
 * outside the list registers is deactivated with the fold. */
void ghost_check_physical(const struct ghost *g, unsigned int v)
{
	static const uint8_t timers[] = { GUEST_VTIMER_INTID, GUEST_PTIMER_INTID };
	uint32_t active = mmio_read32(physical_gicd + GICD_ISACTIVER(0)) & ~g->cpu[v].ended;

	for (unsigned int i = 0; i < sizeof(timers) && g->cpu[v].loaded; i++) {
		const struct ideal_irq *irq = ideal_irq_const(&g->ideal, v, timers[i]);

		if ((active >> timers[i] & 1) != 0 && !irq->active &&
		    !ideal_pending(&g->ideal, v, timers[i]))
			ghost_fail(g, v, "hw", "physical INTID %u is active for nobody", timers[i]);
	}
}

/* What GICH holds for v, or what was saved of it. */
static void look(struct ghost *g, const struct vcpu *v)
{
	const struct ghost_cpu *c = &g->cpu[v->id];

	g->now.hcr = c->image.reg.hcr;
	if (v == v->cpu->current) {
		gich_read(&g->now, c->in_use);
		g->now.apr = gich_save_apr();
		return;
	}
	g->now.vmcr = v->gich.vmcr;
	g->now.apr = v->gich.apr;
	for (unsigned int n = 0; n < g->vgic->n_lrs; n++)
		g->now.lr[n] = (v->lrs_live >> n & 1) != 0 ? v->gich.lr[n] : 0;
}

static void observe_vcpu(struct ghost *g, const struct vcpu *v)
{
	struct ghost_cpu *c = &g->cpu[v->id];

	look(g, v);
	ghost_set_interface(g, v->id, g->now.vmcr);
	for (unsigned int n = 0; n < g->vgic->n_lrs; n++)
		if (c->in_use >> n & 1)
			step_lr(g, v->id, n, g->now.lr[n]);
	step_outside(g, v->id, g->now.hcr, g->now.apr);
	c->image.reg.apr = g->now.apr;
	for (unsigned int i = 0; i < 32; i++)
		g->ideal.cpu[v->id].running[i] = g->now.apr >> i & 1;
}

/* The one that is current on this CPU, and those that rest here. */
void ghost_observe(struct ghost *g)
{
	const struct cpu *cpu = this_cpu();

	for (unsigned int i = 0; i < cpu->n_vcpus; i++) {
		const struct vcpu *v = cpu->vcpu[i];

		if (&v->vm->vgic == g->vgic && g->cpu[v->id].loaded)
			observe_vcpu(g, v);
	}
}
