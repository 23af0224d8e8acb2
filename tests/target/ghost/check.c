// SPDX-License-Identifier: BSD-2-Clause
/*
 * The properties, by the numbers of docs/verification.md, as far as EL2 can know.
 *
 * Not compared: what another, loaded vCPU has in its queue, because its list registers are in
 * another CPU's hardware.
 */
#include <stddef.h>

#include "tests/target/ghost/ghost.h"

#include "bellhop/gicv2.h"
#include "tests/model/gich_bits.h"

static struct vgic_word *real_word(const struct ghost *g, unsigned int v, unsigned int n)
{
	return &g->vgic->word[n == 0 ? v : VGIC_MAX_VCPUS - 1 + n];
}

/* SPIs of word n that other, loaded vCPUs have to do with. */
static uint32_t elsewhere(const struct ghost *g, unsigned int v, unsigned int n)
{
	uint32_t bits = 0;

	for (unsigned int u = 0; u < g->vgic->n_vcpus && n > 0; u++)
		if (u != v && g->vgic->cpu[u].loaded)
			bits |= g->vgic->cpu[u].queue[n];
	return bits;
}

static void elsewhere_map(const struct ghost *g, unsigned int v, uint32_t *bitmap)
{
	for (unsigned int n = 0; n < GHOST_WORDS; n++)
		bitmap[n] = elsewhere(g, v, n);
}

/* Where the two may differ, vgic/ is believed. */
static void settle(struct ghost *g, unsigned int v, unsigned int n, uint32_t bits)
{
	const struct vgic_word *w = real_word(g, v, n);

	for (; bits != 0; bits &= bits - 1) {
		unsigned int i = (unsigned int)__builtin_ctz(bits);

		g->counts.unsure++;
		if (n == 0 && i < 16)
			g->ideal.cpu[v].sources[i] = g->vgic->cpu[v].sgi_pending[i];
		else
			ideal_irq(&g->ideal, v, 32 * n + i)->latch = w->latch >> i & 1;
		ideal_update(&g->ideal, v, 32 * n + i);
	}
}

static void differ(const struct ghost *g, unsigned int v, unsigned int n, const char *property,
		   const char *what, uint32_t real, uint32_t bits)
{
	unsigned int i = (unsigned int)__builtin_ctz(bits);

	ghost_fail(g, v, property, "INTID %u: %s is %u, ideally %u", 32 * n + i, what,
		   real >> i & 1, ~real >> i & 1);
}

static void compare_word(struct ghost *g, unsigned int v, unsigned int n)
{
	const struct vgic_word *w = real_word(g, v, n);
	uint32_t compared = ~(w->resident | elsewhere(g, v, n));
	uint32_t *unsure = ghost_word(&g->unsure, v, 32 * n);
	uint32_t pending = w->latch | (w->level & w->line);
	uint32_t wrong;

	settle(g, v, n, *unsure & compared);
	*unsure &= ~compared;
	*ghost_word(&g->again, v, 32 * n) &= ~compared;
	wrong = (w->active ^ ideal_active_word(&g->ideal, v, n)) & compared;
	if (wrong != 0)
		differ(g, v, n, "P3", "active", w->active, wrong);
	wrong = (pending ^ ideal_pending_word(&g->ideal, v, n)) & compared;
	if (wrong != 0)
		differ(g, v, n, "P4", "pending", pending, wrong);
}

/* P3, P4, P11: all of v's state is in software, and equal. */
void ghost_check_fold(struct ghost *g, unsigned int v)
{
	const uint8_t *real = g->vgic->cpu[v].sgi_pending;

	for (unsigned int n = 0; n < (g->vgic->n_intids + 31u) / 32; n++)
		compare_word(g, v, n);
	for (unsigned int i = 0; i < 16; i++) {
		uint8_t sources = g->ideal.cpu[v].sources[i];

		if (real[i] != sources)
			ghost_fail(g, v, "P11", "SGI %u: pending from 0x%02x, ideally 0x%02x", i,
				   real[i], sources);
	}
	g->counts.folds++;
}

static bool listed_pending(const struct ghost *g, unsigned int v, unsigned int intid, uint32_t lr)
{
	return intid < 16 ? g->ideal.cpu[v].sources[intid] >> lr_cpuid(lr) & 1 :
			    ideal_pending(&g->ideal, v, intid);
}

/* Put into a list register by a refresh, for what may have been a second occurrence: believed. */
static void settle_lr(struct ghost *g, unsigned int v, uint32_t lr)
{
	unsigned int n = lr_virtual_id(lr);

	if ((lr_get_state(lr) & LR_PENDING) == 0)
		return;
	g->counts.unsure++;
	*ghost_word(&g->unsure, v, n) &= ~(1u << n % 32);
	if (n < 16)
		g->ideal.cpu[v].sources[n] |= (uint8_t)(1u << lr_cpuid(lr));
	else
		ideal_irq(&g->ideal, v, n)->latch = true;
	ideal_update(&g->ideal, v, n);
}

/* Of what is in one list register, right after it was written. */
static void check_lr(struct ghost *g, unsigned int v, unsigned int i, uint32_t lr)
{
	unsigned int n = lr_virtual_id(lr);
	enum lr_state state = lr_get_state(lr);
	const struct ideal_irq *irq;

	if (n >= g->vgic->n_intids)
		ghost_fail(g, v, "P10", "LR%u holds INTID %u, which does not exist", i, n);
	irq = ideal_irq_const(&g->ideal, v, n);
	if (lr_hw(lr) && g->wiring[n] != VGIC_HW)
		ghost_fail(g, v, "P10", "INTID %u: LR.HW, but not hardware-mapped", n);
	if (state == LR_PENDING_ACTIVE && g->wiring[n] == VGIC_LEVEL)
		ghost_fail(g, v, "P10", "INTID %u: level, pending and active in LR%u", n, i);
	if ((state & LR_ACTIVE) != 0 && !irq->active)
		ghost_fail(g, v, "P3", "INTID %u: active in LR%u only", n, i);
	if ((*ghost_word(&g->unsure, v, n) >> n % 32 & 1) != 0)
		settle_lr(g, v, lr);
	if ((state & LR_PENDING) != 0 && !listed_pending(g, v, n, lr))
		ghost_fail(g, v, n < 16 ? "P11" : "P4", "INTID %u: pending in LR%u only", n, i);
	if (state != LR_PENDING)
		return;
	if (!ideal_forwarded(&g->ideal, v, n))
		ghost_fail(g, v, "P1", "INTID %u: in LR%u, not to be delivered", n, i);
	if (irq->priority >> 3 != lr_priority(lr) || irq->group1 != lr_group1(lr))
		ghost_fail(g, v, "P7", "INTID %u: priority or group of LR%u, 0x%08x", n, i, lr);
}

/* P6, P7: the guest is shown exactly the priority that an ideal GIC would show it. */
static void check_shown(struct ghost *g, unsigned int v)
{
	const struct gich_model *m = &g->cpu[v].image;
	uint32_t without[GHOST_WORDS];
	int i = gich_model_signalled(m);
	unsigned int shown = i < 0 ? IDEAL_NOTHING : lr_priority(m->reg.lr[i]) << 3;
	struct ideal_best best = ideal_signalled(&g->ideal, v, NULL);
	unsigned int least;

	if (best.groups == 3 || shown == best.priority || g->vgic->askers != 0)
		return;
	elsewhere_map(g, v, without);
	least = ideal_signalled(&g->ideal, v, without).priority;
	if (shown != least && (shown < best.priority || shown > least))
		ghost_fail(g, v, "P7", "shown is priority 0x%x, ideally 0x%x (INTID %u)", shown,
			   best.priority, best.intid);
}

/* The image is what the hardware is about to hold. */
void ghost_check_fill(struct ghost *g, unsigned int v, bool refresh)
{
	struct gich_model *m = &g->cpu[v].image;
	const char *error = gich_model_check(m);

	if (error != NULL)
		ghost_fail(g, v, "P10", "%s", error);
	if (!refresh && gich_model_maintenance(m))
		ghost_fail(g, v, "P8", "MISR is 0x%x right after a fill", gich_model_misr(m));
	for (unsigned int i = 0; i < g->vgic->n_lrs; i++)
		if (lr_get_state(m->reg.lr[i]) != LR_INVALID)
			check_lr(g, v, i, m->reg.lr[i]);
	if (!gich_model_maintenance(m))
		check_shown(g, v);
	if (refresh)
		g->counts.refreshes++;
	else
		g->counts.fills++;
}

/* Bits of a distributor register's word that EL2 cannot be sure of: pending and active state. */
static uint32_t unknown(struct ghost *g, unsigned int v, uint32_t offset)
{
	unsigned int n = (offset & 0x7f) / 4;

	if (offset < GICD_ISPENDR(0) || offset >= GICD_IPRIORITYR(0))
		return 0;
	return elsewhere(g, v, n) | *ghost_word(&g->unsure, v, 32 * n) |
	       *ghost_word(&g->again, v, 32 * n);
}

static bool is_compared(uint32_t offset)
{
	return offset < GICD_ICFGR(0) || (offset >= GICD_SPENDSGIR(0) && offset < 0xf30);
}

/* A guest has read this. IIDR, ICFGR and the ID registers are the vGIC's own. */
void ghost_check_read(struct ghost *g, unsigned int v, uint32_t offset, unsigned int width,
		      uint32_t value)
{
	uint32_t mask = width == 4 ? UINT32_MAX : (1u << 8 * width) - 1;
	uint32_t unsure = unknown(g, v, offset & ~3u) >> 8 * (offset & 3);
	uint32_t ideal;

	g->counts.accesses++;
	if (!is_compared(offset) || (offset >= GICD_IIDR && offset < GICD_IGROUPR(0)))
		return;
	if (offset >= GICD_SPENDSGIR(0) && g->unsure.private_word[v] != 0)
		return;
	ideal = ideal_dist_read(&g->ideal, v, offset & ~3u, 4) >> 8 * (offset & 3);
	if (((value ^ ideal) & mask & ~unsure) != 0)
		ghost_fail(g, v, "read", "0x%03x is 0x%x, ideally 0x%x", offset, value,
			   ideal & mask);
}

/* May a WFI go on sleeping? */
void ghost_check_wake(struct ghost *g, unsigned int v, bool deliverable)
{
	uint32_t without[GHOST_WORDS];
	bool ideal = ideal_wakes(&g->ideal, v, NULL);

	g->counts.wakes++;
	if (deliverable == ideal)
		return;
	elsewhere_map(g, v, without);
	if (deliverable != ideal_wakes(&g->ideal, v, without))
		ghost_fail(g, v, "wake", "deliverable is %u, ideally %u", deliverable, ideal);
}
