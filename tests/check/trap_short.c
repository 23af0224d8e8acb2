// SPDX-License-Identifier: BSD-2-Clause
/* The ways that EL2 tries first where a distributor access traps, and when they are allowed. */
#include "tests/check/trap.h"

#include "tests/model/gich_bits.h"

/* An SGI to the writer, or to one that rests on the same CPU. */
static bool short_sgi(struct world *w, unsigned int v, uint32_t value, struct rewrite *rewrite)
{
	unsigned int to = vgic_sgir_target(&w->vgic, v, value);
	struct world_vcpu *c = &w->vcpu[to % WORLD_VCPUS];
	unsigned int n;

	if (to == VGIC_NO_VCPU || (to != v && !world_rests(c)))
		return false;
	n = vgic_again(world_lock(w), to, value & 0xf, v, &rewrite->lr);
	if (n == VGIC_NO_LR || (lr_get_state(c->hw.reg.lr[n]) & LR_ACTIVE) != 0)
		return false;
	world_stats.sgi_again++;
	world_stats.again_resting += to != v;
	c->woken = true;
	rewrite->vcpu = to;
	if (lr_get_state(c->hw.reg.lr[n]) == LR_INVALID)
		rewrite->n = n;
	return true;
}

/* GICD_ISENABLERn and GICD_ICENABLERn for one interrupt of the writer's own. */
static bool short_enable(struct world *w, unsigned int v, const struct access *a,
			 struct rewrite *rewrite)
{
	struct world_vcpu *c = &w->vcpu[v];
	unsigned int n = (a->offset - 0x100u) / 4 % 32;
	unsigned int m;

	if (a->offset < 0x180) {
		m = vgic_isenabler_write(world_lock(w), v, n, a->value, &c->shadow);
	} else {
		m = vgic_icenabler_reads(world_lock(w), v, n, a->value);
		if (m == VGIC_FOLD)
			return false;
		if (m != VGIC_NO_LR)
			c->shadow.lr[m] = c->hw.reg.lr[m];
		m = vgic_icenabler_write(world_lock(w), v, n, a->value, m, &c->shadow);
	}
	if (m == VGIC_FOLD)
		return false;
	world_stats.switches += m != VGIC_NO_LR;
	if (m != VGIC_NO_LR)
		*rewrite = (struct rewrite){ v, m, c->shadow.lr[m] };
	return true;
}

/* The ways that EL2 tries first: a read that needs no lock, an SGI to self, one that is enabled or
 * disabled. */
bool trap_short(struct world *w, unsigned int v, const struct access *a, uint32_t *value,
		struct rewrite *rewrite)
{
	if (!w->config.short_way || a->width != 4)
		return false;
	if (a->kind == ACCESS_READ && vgic_dist_peek(&w->vgic, v, a->offset, value)) {
		world_stats.peeks++;
		return true;
	}
	if (a->kind == ACCESS_WRITE && a->offset >= 0x100 && a->offset < 0x200 &&
	    a->offset % 4 == 0)
		return short_enable(w, v, a, rewrite);
	return a->kind == ACCESS_WRITE && a->offset == 0xf00 && short_sgi(w, v, a->value, rewrite);
}
