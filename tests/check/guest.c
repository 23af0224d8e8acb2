// SPDX-License-Identifier: BSD-2-Clause
/*
 * The guest: its CPU interface is the hardware, its distributor accesses trap. It keeps the
 * architecture's rules where breaking them is UNPREDICTABLE: EOIs come in reverse order, with the
 * register that the acknowledge used; EOImode changes only while nothing is active on this CPU.
 * Until it goes wild.
 */
#include <string.h>

#include "tests/check/world.h"
#include "tests/model/gich_bits.h"

static void note_late(const struct world *w, unsigned int v)
{
	if (gich_model_maintenance(&w->vcpu[v].hw))
		world_stats.late++;
}

void guest_ack(struct world *w, unsigned int v, bool aliased)
{
	struct world_vcpu *c = &w->vcpu[v];
	int i = gich_model_signalled(&c->hw);
	uint32_t lr = i < 0 ? 0 : c->hw.reg.lr[i];
	struct acked acked = { .aliased = aliased };
	uint32_t iar;

	if (!c->loaded || c->n_stack == WORLD_NESTING)
		return;
	note_late(w, v);
	iar = gicv_read(&c->hw, aliased ? GICV_AT_AIAR : GICV_AT_IAR);
	if ((iar & 0x3ff) >= INTID_FIRST_SPECIAL)
		return;
	world_stats.acks++;
	check_ack(w, v, iar, lr);
	ideal_acknowledge(&w->ideal, v, iar & 0x3ff, iar >> 10 & 7, (uint8_t)(lr_priority(lr) << 3),
			  lr_group1(lr));
	acked.intid = iar & 0x3ff;
	acked.source = iar >> 10 & 7;
	acked.group1 = lr_group1(lr);
	acked.level = (uint8_t)gich_model_preemption_level(&c->hw, lr);
	c->stack[c->n_stack++] = acked;
}

static void remember_dropped(struct world_vcpu *c, const struct acked *a)
{
	if (c->n_dropped < WORLD_DROPPED)
		c->dropped[c->n_dropped++] = *a;
}

void guest_eoi(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	struct acked top;
	uint32_t hcr = c->hw.reg.hcr;

	if (!c->loaded || !c->n_stack)
		return;
	note_late(w, v);
	top = c->stack[--c->n_stack];
	memset(&c->stack[c->n_stack], 0, sizeof(top));
	gicv_write(&c->hw, top.aliased ? GICV_AT_AEOIR : GICV_AT_EOIR,
		   top.intid | (uint32_t)top.source << 10);
	if (c->hw.deactivated >= 0)
		world_deactivated(w, v, (unsigned int)c->hw.deactivated);
	ideal_eoi(&w->ideal, v, top.intid, top.source);
	if (c->hw.reg.hcr != hcr && top.intid >= 32)
		set_bit_of(c->limbo, top.intid);
	if (w->ideal.cpu[v].eoi_mode)
		remember_dropped(c, &top);
	if (!w->wild && gicv_read(&c->hw, GICV_AT_RPR) != ideal_running_priority(&w->ideal, v))
		world_fail(w, "P10", "vCPU %u: running priority is 0x%x, ideally 0x%x", v,
			   gicv_read(&c->hw, GICV_AT_RPR), ideal_running_priority(&w->ideal, v));
}

/* GICC_DIR for the k-th dropped interrupt of `owner`; of another CPU for SPIs only. */
void guest_dir(struct world *w, unsigned int v, unsigned int owner, unsigned int k)
{
	struct world_vcpu *o = &w->vcpu[owner];
	struct acked a;

	if (!o->n_dropped || !w->ideal.cpu[v].eoi_mode)
		return;
	k %= o->n_dropped;
	a = o->dropped[k];
	if (owner != v && a.intid < 32)
		return;
	guest_access(w, v, ACCESS_DIR, 0x1000, 4, a.intid | (uint32_t)a.source << 10);
}

static bool holds_active(const struct world *w, unsigned int v)
{
	const struct world_vcpu *c = &w->vcpu[v];

	return c->n_stack || c->n_dropped;
}

static bool is_active(const struct world *w, unsigned int v, unsigned int intid)
{
	const struct ideal_irq *irq = ideal_irq_const(&w->ideal, v, intid);

	return irq->active && irq->active_cpu == v;
}

/*
 * A kernel that starts in the handler of one that crashed deactivates all by ICACTIVER, writes 0 to
 * GICV_APR (4.4.12), and sends no EOI. One that has to wait for another vCPU tries again later.
 */
static void forget_priorities(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];

	for (unsigned int k = 0; k < c->n_stack; k++) {
		unsigned int intid = c->stack[k].intid;

		if (is_active(w, v, intid))
			guest_access(w, v, ACCESS_WRITE, 0x380 + intid / 32 * 4, 4,
				     1u << intid % 32);
		if (is_active(w, v, intid))
			return;
	}
	world_stats.forgotten += c->n_stack != 0;
	gicv_write(&c->hw, GICV_AT_APR, 0);
	memset(w->ideal.cpu[v].running, 0, sizeof(w->ideal.cpu[v].running));
	memset(c->stack, 0, sizeof(c->stack));
	c->n_stack = 0;
}

void guest_cpu_write(struct world *w, unsigned int v, uint32_t offset, uint32_t value)
{
	struct world_vcpu *c = &w->vcpu[v];
	bool point = offset == GICV_AT_BPR || offset == GICV_AT_ABPR;

	if (!c->loaded)
		return;
	note_late(w, v);
	if (offset == GICV_AT_APR) {
		forget_priorities(w, v);
		return;
	}
	if (offset == GICV_AT_CTLR && holds_active(w, v))
		value = (value & ~VMCR_EOIMODE) | (c->hw.reg.vmcr & VMCR_EOIMODE);
	/* Preemption rules that change under active priorities make EOI order undefined. */
	if (point && w->config.careful)
		return;
	if (holds_active(w, v) && (point || offset == GICV_AT_CTLR))
		value = offset == GICV_AT_CTLR ?
				(value & ~VMCR_CBPR) | (c->hw.reg.vmcr & VMCR_CBPR) :
				gicv_read(&c->hw, offset);
	gicv_write(&c->hw, offset, value);
	ideal_cpu_write(&w->ideal, v, offset, value);
}

/* The k-th of those that are acknowledged, counted from the innermost, ends first. */
static void eoi_out_of_order(struct world_vcpu *c, uint32_t k)
{
	unsigned int at = c->n_stack - 1u - k % c->n_stack;
	struct acked chosen = c->stack[at];

	memmove(&c->stack[at], &c->stack[at + 1], (c->n_stack - 1u - at) * sizeof(c->stack[0]));
	c->stack[c->n_stack - 1] = chosen;
}

/*
 * What the architecture calls UNPREDICTABLE, or leaves without a sense: EOIs out of order and of
 * what is not active, another EOImode or binary point with priorities held, GICV_APR written.
 */
void guest_wild(struct world *w, unsigned int v, enum wild_kind kind, uint32_t value)
{
	struct world_vcpu *c = &w->vcpu[v];

	if (!c->loaded)
		return;
	w->wild = true;
	world_stats.wild++;
	if (kind == WILD_ORDER && c->n_stack) {
		eoi_out_of_order(c, value);
		guest_eoi(w, v);
	} else if (kind == WILD_EOI) {
		gicv_write(&c->hw, value >> 31 ? GICV_AT_AEOIR : GICV_AT_EOIR, value & 0x1fff);
		if (c->hw.deactivated >= 0)
			world_deactivated(w, v, (unsigned int)c->hw.deactivated);
	} else if (kind == WILD_DIR) {
		guest_access(w, v, ACCESS_DIR, 0x1000, 4, value & 0x1fff);
	} else if (kind == WILD_CTLR) {
		gicv_write(&c->hw, GICV_AT_CTLR, value);
	} else if (kind == WILD_POINT) {
		gicv_write(&c->hw, value >> 31 ? GICV_AT_ABPR : GICV_AT_BPR, value);
	} else if (kind == WILD_APR) {
		gicv_write(&c->hw, GICV_AT_APR, value);
	}
}
