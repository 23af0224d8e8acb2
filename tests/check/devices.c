// SPDX-License-Identifier: BSD-2-Clause
/* Input lines, pulses and physical interrupts, and the one race that has two right answers. */
#include <string.h>

#include "tests/check/world.h"
#include "tests/model/gich_bits.h"

static uint8_t *again(struct world *w, unsigned int v, unsigned int intid)
{
	return intid < 32 ? &w->again[v][intid] : &w->spi_again[intid];
}

static uint8_t *unsure(struct world *w, unsigned int v, unsigned int intid)
{
	return intid < 32 ? &w->unsure[v][intid] : &w->spi_unsure[intid];
}

/* What marks it: the source's bit for an SGI, the owner's for anything else. */
static uint8_t mark(unsigned int v, unsigned int intid, unsigned int source)
{
	return (uint8_t)(1u << (intid < 16 ? source : v));
}

static bool pending_in_lr(const struct world *w, unsigned int v, unsigned int intid,
			  unsigned int source)
{
	const struct gich_model *hw = &w->vcpu[v].hw;
	int i = gich_model_find(hw, intid);

	if (!w->vcpu[v].loaded || i < 0)
		return false;
	if (intid < 16 && lr_cpuid(hw->reg.lr[i]) != source)
		return false;
	return lr_get_state(hw->reg.lr[i]) != LR_ACTIVE;
}

void world_signal_certain(struct world *w, unsigned int v, unsigned int intid, unsigned int source)
{
	uint8_t which = intid < 16 ? mark(v, intid, source) : 0xff;

	*unsure(w, v, intid) &= (uint8_t)~which;
	*again(w, v, intid) &= (uint8_t)~which;
}

/*
 * A second edge (or SGI) reaches the software while the first sits in the LR of a running guest. If
 * that guest acknowledges before its next fold, nobody can tell whether the edge came before
 * or after: one delivery and two are both right. Not so when the guest itself is the sender.
 */
void world_signalled_again(struct world *w, unsigned int caller, unsigned int v, unsigned int intid,
			   unsigned int source)
{
	unsigned int first = intid < 32 ? v : 0;
	unsigned int last = intid < 32 ? v + 1 : w->config.n_vcpus;

	*unsure(w, v, intid) &= (uint8_t) ~(intid < 16 ? mark(v, intid, source) : 0xff);
	for (unsigned int o = first; o < last; o++)
		if (o != caller && pending_in_lr(w, o, intid, source)) {
			*again(w, o, intid) |= mark(o, intid, source);
			w->open_race = true;
		}
}

static void settle(struct world *w, unsigned int v, unsigned int intid, uint8_t which,
		   uint32_t pending)
{
	struct ideal_irq *irq = ideal_irq(&w->ideal, v, intid);

	*again(w, v, intid) &= (uint8_t)~which;
	if (!(*unsure(w, v, intid) & which))
		return;
	*unsure(w, v, intid) &= (uint8_t)~which;
	if (intid < 16)
		w->ideal.cpu[v].sources[intid] |= (uint8_t)(pending & which);
	else if (pending)
		irq->latch = true;
	ideal_update(&w->ideal, v, intid);
}

/*
 * An EOI outside the list registers is known to the vGIC when its owner folds, which the
 * maintenance interrupt brings about shortly. Until then other vCPUs may still see it active, and
 * whether their ISACTIVER comes before or after the EOI is open. Not so for the owner itself.
 */
bool world_in_limbo(const struct world *w, unsigned int except, unsigned int intid)
{
	for (unsigned int o = 0; o < w->config.n_vcpus; o++)
		if (o != except && bit_of(w->vcpu[o].limbo, intid))
			return true;
	return false;
}

static void settle_active(struct world *w, unsigned int v, struct world *folded)
{
	uint32_t *limbo = w->vcpu[v].limbo;
	struct vgic_effects effects;
	uint32_t value = 0;

	vgic_effects_clear(&effects);
	for (unsigned int n = 1; n < w->config.n_intids / 32; n++) {
		uint32_t open = limbo[n] & w->active_unsure[n];

		limbo[n] = 0;
		if (!open)
			continue;
		w->active_unsure[n] &= ~open;
		vgic_dist_read(world_lock(folded), v, 0x300 + n * 4, 4, &value, &effects);
		for (unsigned int i = 0; i < 32; i++) {
			if (!(open >> i & 1))
				continue;
			w->ideal.spi[n * 32 + i - 32].active = value >> i & 1;
			ideal_update(&w->ideal, v, n * 32 + i);
		}
	}
}

static bool any_marks(const struct world *w)
{
	static const uint8_t none[WORLD_VCPUS * 32 + IDEAL_MAX_INTIDS];

	return w->open_race && (memcmp(w->again, none, sizeof(w->again)) ||
				memcmp(w->spi_again, none, sizeof(w->spi_again)) ||
				memcmp(w->unsure, none, sizeof(w->unsure)) ||
				memcmp(w->spi_unsure, none, sizeof(w->spi_unsure)));
}

/* The latch, or the sources of an SGI. A high line would hide it, so it is low meanwhile. */
static uint32_t latched(struct world *w, unsigned int v, unsigned int n, struct world *folded)
{
	bool line = ideal_irq(&w->ideal, v, n)->line;
	struct vgic_effects effects;
	uint32_t value = 0;

	vgic_effects_clear(&effects);
	if (line)
		vgic_set_line(world_lock(folded), v, n, false, &effects);
	vgic_dist_read(world_lock(folded), v, n < 16 ? 0xf20 + n : 0x200 + n / 32 * 4,
		       n < 16 ? 1 : 4, &value, &effects);
	if (line)
		vgic_set_line(world_lock(folded), v, n, true, &effects);
	return n < 16 ? value : value >> (n % 32) & 1;
}

/* At the fold of v the vGIC's answer is adopted. `folded` is this world with every CPU folded. */
void world_settle_unsure(struct world *w, unsigned int v, struct world *folded)
{
	settle_active(w, v, folded);
	for (unsigned int n = 0; w->open_race && n < w->config.n_intids; n++) {
		uint8_t which = (uint8_t)(n < 16 ? 0xffu : 1u << v);

		if ((*again(w, v, n) | *unsure(w, v, n)) & which)
			settle(w, v, n, which, latched(w, v, n, folded));
	}
	w->open_race = any_marks(w);
}

/* A level whose end was told rises on the CPU of the vCPU that it is for. */
static bool rise_again(struct world *w, unsigned int v, unsigned int intid)
{
	struct world_vcpu *c = &w->vcpu[v];
	unsigned int n;
	uint32_t lr;

	if (!w->config.short_way || c->folded || intid < 32 || vgic_spi_owner(&w->vgic, intid) != v)
		return false;
	n = vgic_again_level(world_lock(w), v, intid, &lr);
	if (n == VGIC_NO_LR)
		return false;
	world_stats.level_again++;
	world_stats.again_resting += world_rests(c);
	if (lr_get_state(c->hw.reg.lr[n]) != LR_INVALID || gich_lr_eoi_signalled(c->hw.reg.lr[n]))
		world_fail(w, "P4", "INTID %u of vCPU %u: its LR is not empty", intid, v);
	ideal_set_line(&w->ideal, v, intid, true);
	world_write_lr(w, v, n, lr);
	return true;
}

void world_line(struct world *w, unsigned int v, unsigned int intid, bool level)
{
	struct vgic_effects effects;

	vgic_effects_clear(&effects);
	if (world_wiring(w, intid) != VGIC_LEVEL || (level && rise_again(w, v, intid)))
		return;
	vgic_set_line(world_lock(w), v, intid, level, &effects);
	ideal_set_line(&w->ideal, v, intid, level);
	world_effects(w, v, &effects);
}

/*
 * An edge that is raised on the CPU of the vCPU that it is for, where the list registers can be
 * looked at; v is any vCPU, so that both ways are taken.
 */
static bool pulse_again(struct world *w, unsigned int v, unsigned int intid)
{
	struct world_vcpu *c = &w->vcpu[v];
	unsigned int n;
	uint32_t lr;

	if (!w->config.short_way || c->folded || intid < 32 || vgic_spi_owner(&w->vgic, intid) != v)
		return false;
	n = vgic_again(world_lock(w), v, intid, 0, &lr);
	if (n == VGIC_NO_LR || (lr_get_state(c->hw.reg.lr[n]) & LR_ACTIVE) != 0)
		return false;
	world_stats.again_resting += world_rests(c);
	world_signal_certain(w, v, intid, 0);
	ideal_pulse(&w->ideal, v, intid);
	if (lr_get_state(c->hw.reg.lr[n]) == LR_INVALID)
		world_write_lr(w, v, n, lr);
	return true;
}

void world_pulse(struct world *w, unsigned int v, unsigned int intid)
{
	struct vgic_effects effects;

	vgic_effects_clear(&effects);
	if (world_wiring(w, intid) != VGIC_EDGE || intid < 16)
		return;
	if (pulse_again(w, v, intid))
		return;
	world_signalled_again(w, WORLD_VCPUS, v, intid, 0);
	vgic_pulse(world_lock(w), v, intid, &effects);
	ideal_pulse(&w->ideal, v, intid);
	world_effects(w, v, &effects);
}

static unsigned int again_lr(struct world *w, unsigned int v, unsigned int intid, uint32_t *lr)
{
	if (!w->config.short_way || w->vcpu[v].folded || intid >= 32)
		return VGIC_NO_LR;
	return vgic_again(world_lock(w), v, intid, 0, lr);
}

/* The short way of a timer that the guest has ended: its list register is written again. */
static bool hw_again(struct world *w, unsigned int v, unsigned int intid)
{
	const struct world_vcpu *c = &w->vcpu[v];
	uint32_t lr;
	unsigned int n = again_lr(w, v, intid, &lr);

	if (n == VGIC_NO_LR)
		return false;
	world_stats.hw_again++;
	world_stats.again_resting += world_rests(c);
	if (lr_get_state(c->hw.reg.lr[n]) != LR_INVALID)
		world_fail(w, "P4", "INTID %u of vCPU %u: its LR is not empty", intid, v);
	world_write_lr(w, v, n, lr);
	return true;
}

/* A device cannot interrupt again before its interrupt was deactivated. */
void world_hw_raise(struct world *w, unsigned int v, unsigned int intid)
{
	struct vgic_effects effects;
	uint32_t lr;

	vgic_effects_clear(&effects);
	if (world_wiring(w, intid) != VGIC_HW || *world_physical(w, v, intid))
		return;
	if (world_rests(&w->vcpu[v]) && again_lr(w, v, intid, &lr) == VGIC_NO_LR)
		world_fold(w, v);
	world_stats.hw++;
	*world_physical(w, v, intid) = 1;
	world_signalled_again(w, WORLD_VCPUS, v, intid, 0);
	ideal_pulse(&w->ideal, v, intid);
	if (hw_again(w, v, intid))
		return;
	vgic_hw_raise(world_lock(w), v, intid, &effects);
	world_effects(w, v, &effects);
}

/* The timer was moved while its interrupt was pending: a private interrupt, seen on its own CPU. */
void world_hw_withdraw(struct world *w, unsigned int v, unsigned int intid)
{
	struct vgic_effects effects;
	struct ideal_irq *irq = ideal_irq(&w->ideal, v, intid);
	bool expected;
	bool withdrawn;

	if (world_wiring(w, intid) != VGIC_HW || intid >= 32)
		return;
	world_fold(w, v);
	vgic_effects_clear(&effects);
	expected = *world_physical(w, v, intid) && irq->latch && !irq->active;
	withdrawn = vgic_hw_withdraw(world_lock(w), v, intid, &effects);
	if (withdrawn != expected)
		world_fail(w, "P4", "INTID %u of vCPU %u: withdrawn %d, ideally %d", intid, v,
			   withdrawn, expected);
	if (withdrawn) {
		irq->latch = false;
		ideal_update(&w->ideal, v, intid);
		*world_physical(w, v, intid) = 0;
	}
	world_effects(w, v, &effects);
	world_enter(w, v);
}
