// SPDX-License-Identifier: BSD-2-Clause
/*
 * The guest's distributor accesses and GICC_DIR, which trap: fold where asked to, try again later
 * where another vCPU has to fold first, and compare what comes back with the ideal GIC.
 */
#include <string.h>

#include "tests/check/trap.h"

static void forget_dropped(struct world *w, unsigned int v, uint32_t id)
{
	for (unsigned int o = 0; o < w->config.n_vcpus; o++) {
		struct world_vcpu *c = &w->vcpu[o];

		for (unsigned int k = 0; k < c->n_dropped; k++) {
			if (c->dropped[k].intid != (id & 0x3ff) ||
			    c->dropped[k].source != (id >> 10 & 7) || (o != v && (id & 0x3ff) < 32))
				continue;
			c->n_dropped--;
			memmove(&c->dropped[k], &c->dropped[k + 1],
				(c->n_dropped - k) * sizeof(c->dropped[0]));
			memset(&c->dropped[c->n_dropped], 0, sizeof(c->dropped[0]));
			return;
		}
	}
}

/* A guest that pends or activates a hardware-mapped interrupt by hand parts it from its device. */
static void note_hw_soft(struct world *w, unsigned int v, unsigned int intid)
{
	if (world_wiring(w, intid) == VGIC_HW)
		*(intid < 32 ? &w->hw_soft[v][intid] : &w->spi_hw_soft[intid]) = 1;
}

static bool is_state_write(uint32_t offset)
{
	return offset >= 0x200 && offset < 0x400;
}

/* Whether it is active is open now, and so is how often it ended. */
static void lose_count(struct world *w, unsigned int intid)
{
	set_bit_of(w->active_unsure, intid);
	ideal_irq(&w->ideal, 0, intid)->count_ends = false;
}

static void note_write(struct world *w, unsigned int v, const struct access *a)
{
	unsigned int first;
	unsigned int count;

	if (!ideal_dist_fields(a->offset, a->width, &first, &count))
		return;
	for (unsigned int i = 0; i < count && first + i < w->config.n_intids; i++) {
		if (is_state_write(a->offset) && (a->value >> i & 1)) {
			note_hw_soft(w, v, first + i);
			if (a->offset >= 0x300 && a->offset < 0x380 &&
			    world_in_limbo(w, v, first + i))
				lose_count(w, first + i);
			if (first + i >= 16 && a->offset < 0x280)
				world_signalled_again(w, v, v, first + i, 0);
			if (first + i >= 16 && a->offset >= 0x280 && a->offset < 0x300)
				world_signal_certain(w, v, first + i, 0);
		}
		for (unsigned int s = 0; a->offset >= 0xf10 && s < w->config.n_vcpus; s++)
			if (a->value >> (i * 8 + s) & 1)
				world_signal_certain(w, v, first + i, s);
	}
}

static void note_sgi(struct world *w, unsigned int v, uint32_t value)
{
	uint32_t targets[4] = { value >> 16 & 0xff, ~(1u << v), 1u << v, 0 };

	for (unsigned int t = 0; t < w->config.n_vcpus; t++)
		if (targets[value >> 24 & 3] >> t & 1)
			world_signalled_again(w, v, t, value & 15, v);
}

static enum vgic_status call(struct world *w, unsigned int v, const struct access *a,
			     uint32_t *value, struct rewrite *rewrite, struct vgic_effects *effects)
{
	enum vgic_status status;

	rewrite->n = VGIC_NO_LR;
	vgic_effects_clear(effects);
	if (trap_short(w, v, a, value, rewrite))
		return VGIC_OK;
	if (a->kind == ACCESS_READ)
		status = vgic_dist_read(world_lock(w), v, a->offset, a->width, value, effects);
	else if (a->kind == ACCESS_WRITE && w->config.short_way && a->offset == 0xf00 &&
		 a->width == 4)
		status = vgic_sgir_write(world_lock(w), v, a->value, effects);
	else if (a->kind == ACCESS_WRITE)
		status = vgic_dist_write(world_lock(w), v, a->offset, a->width, a->value, effects);
	else
		status = vgic_dir_write(world_lock(w), v, a->value, effects);
	if (status != VGIC_RETRY && effects->ask)
		world_fail(w, "ask", "asks without RETRY");
	if (status == VGIC_RETRY && !effects->ask)
		world_fail(w, "ask", "RETRY asks nobody");
	world_effects(w, v, effects);
	if (status == VGIC_RETRY)
		w->vcpu[v].access.owners = (uint8_t)effects->ask;
	return status;
}

/* P5: what is enabled while its line is high, and is not under way to the guest already. */
static void note_stale(const struct world *w, unsigned int v, const struct access *a,
		       uint32_t stale[WORLD_WORDS])
{
	unsigned int first;
	unsigned int count;

	memset(stale, 0, WORLD_WORDS * sizeof(stale[0]));
	if (a->kind != ACCESS_WRITE || a->offset < 0x100 || a->offset >= 0x180 ||
	    !ideal_dist_access_ok(a->offset, a->width, true) ||
	    !ideal_dist_fields(a->offset, a->width, &first, &count))
		return;
	for (unsigned int n = first; n < first + count && n < w->config.n_intids; n++) {
		const struct ideal_irq *irq = ideal_irq_const(&w->ideal, v, n);
		const struct vgic_word *word = &w->vgic.word[VGIC_MAX_VCPUS - 1u + n / 32];

		if (n >= 32 && (a->value >> (n - first) & 1) && !irq->enabled && irq->line &&
		    world_wiring(w, n) == VGIC_LEVEL && n % 4 != 2 &&
		    !((word->active | word->resident) >> n % 32 & 1))
			set_bit_of(stale, n);
	}
}

static void check_stale(struct world *w, const uint32_t expected[WORLD_WORDS],
			const struct vgic_effects *effects)
{
	uint32_t told[WORLD_WORDS] = { 0 };

	for (unsigned int i = 0; i < effects->n_notices; i++)
		if (effects->notice[i] & VGIC_NOTICE_ENABLED)
			set_bit_of(told, effects->notice[i] & ~VGIC_NOTICE_ENABLED);
	if (memcmp(told, expected, sizeof(told)))
		world_fail(w, "P5", "enabled while pending: told 0x%x, expected 0x%x", told[1],
			   expected[1]);
}

/* Pending bits that a race has left open; every answer is right until the owner folds. */
static uint32_t unsure_bits(const struct world *w, unsigned int v, const struct access *a)
{
	unsigned int first;
	unsigned int count;
	uint32_t mask = 0;

	if (!ideal_dist_fields(a->offset, a->width, &first, &count))
		return 0;
	for (unsigned int i = 0; i < count && first + i < w->config.n_intids; i++) {
		unsigned int n = first + i;
		uint8_t marks = n < 32 ? w->unsure[v][n] : w->spi_unsure[n];

		if (a->offset >= 0xf10)
			mask |= (uint32_t)marks << i * 8;
		else if (a->offset >= 0x200 && a->offset < 0x300 && marks)
			mask |= 1u << i;
		else if (a->offset >= 0x300 && a->offset < 0x400 &&
			 (world_in_limbo(w, v, n) || bit_of(w->active_unsure, n)))
			mask |= 1u << i;
	}
	return mask;
}

/* What a register shows that differs from the ideal one. */
static const char *read_property(uint32_t word)
{
	if (word >= 0xf10)
		return "P11";
	return word >= 0x200 && word < 0x300 ? "P4" : "P3";
}

static void completed_read(struct world *w, unsigned int v, const struct access *a, uint32_t value)
{
	uint32_t ideal = ideal_dist_read(&w->ideal, v, a->offset, a->width);
	uint32_t word = a->offset & ~3u;
	bool free_choice = word == 0x008 || word == 0xc04 || word >= 0xfd0;

	if (!free_choice && (value ^ ideal) & ~unsure_bits(w, v, a))
		world_fail(w, read_property(word), "vCPU %u reads 0x%03x/%u as 0x%x, ideally 0x%x",
			   v, a->offset, a->width, value, ideal);
}

static void forget_access(struct world *w, unsigned int v)
{
	memset(&w->vcpu[v].access, 0, sizeof(w->vcpu[v].access));
	memset(w->vcpu[v].withheld, 0, sizeof(w->vcpu[v].withheld));
}

static void completed(struct world *w, unsigned int v, const struct access *a, uint32_t value)
{
	if (a->kind == ACCESS_READ)
		completed_read(w, v, a, value);
	if (a->kind == ACCESS_WRITE)
		ideal_dist_write(&w->ideal, v, a->offset, a->width, a->value);
	if (a->kind == ACCESS_DIR) {
		ideal_dir(&w->ideal, v, a->value & 0x3ff, a->value >> 10 & 7);
		forget_dropped(w, v, a->value);
	}
	forget_access(w, v);
}

/* All that shares a word of 32 with what was asked for may be held back. */
static void withhold(struct world *w, unsigned int v, const struct access *a)
{
	unsigned int first = a->value & 0x3ff;
	unsigned int count = 1;

	if (a->kind != ACCESS_DIR && !ideal_dist_fields(a->offset, a->width, &first, &count))
		return;
	for (unsigned int i = first / 32; i <= (first + count - 1) / 32 && i < WORLD_WORDS; i++)
		w->vcpu[v].withheld[i] = ~0u;
}

/*
 * In vain: everybody who was asked has folded, and filled once at most since. That may happen once
 * for each interrupt of the register, when each fill brings in others; more often is a livelock.
 */
static void retry_again(struct world *w, unsigned int v, bool in_vain)
{
	struct access *kept = &w->vcpu[v].access;

	world_stats.retries++;
	kept->in_vain = (uint8_t)(kept->in_vain + in_vain);
	if (kept->in_vain > 34)
		world_fail(w, "livelock", "vCPU %u: RETRY of 0x%03x though all asked have folded",
			   v, kept->offset);
	kept->unserved = kept->owners;
	kept->owner_fills = 0;
	withhold(w, v, kept);
}

static uint32_t owed_bits(const struct world_vcpu *c, unsigned int word)
{
	uint32_t bits = 0;

	for (unsigned int k = 0; k < c->n_stack; k++)
		if (c->stack[k].intid / 32u == word)
			bits |= 1u << c->stack[k].intid % 32;
	for (unsigned int k = 0; k < c->n_dropped; k++)
		if (c->dropped[k].intid / 32u == word)
			bits |= 1u << c->dropped[k].intid % 32;
	return bits;
}

/*
 * Activating by hand what somebody still has to end: whose EOI then ends it, and for an SGI from
 * which source, is not defined. A guest does not do it. A careful one does not deactivate it by
 * hand either.
 */
static uint32_t defined_value(const struct world *w, unsigned int v, const struct access *a)
{
	unsigned int word = a->offset % 0x80 / 4;
	uint32_t bits = 0;

	if (w->wild || a->kind != ACCESS_WRITE || a->offset < 0x300 ||
	    a->offset >= (w->config.careful ? 0x400 : 0x380))
		return a->value;
	for (unsigned int o = 0; o < w->config.n_vcpus; o++)
		if (word || o == v)
			bits |= owed_bits(&w->vcpu[o], word);
	return a->value & ~bits;
}

static void try_access(struct world *w, unsigned int v, struct access a, bool in_vain)
{
	uint32_t value = 0;
	uint32_t stale[WORLD_WORDS];
	struct rewrite rewrite;
	struct vgic_effects effects;
	enum vgic_status status;

	a.value = defined_value(w, v, &a);
	note_stale(w, v, &a, stale);
	status = call(w, v, &a, &value, &rewrite, &effects);
	if (status == VGIC_FOLD_FIRST) {
		world_stats.fold_firsts++;
		world_fold(w, v);
		status = call(w, v, &a, &value, &rewrite, &effects);
	}
	if (status == VGIC_FOLD_FIRST)
		world_fail(w, "fold", "FOLD_FIRST after a fold, offset 0x%03x", a.offset);
	if (a.kind != ACCESS_DIR && status != VGIC_RETRY &&
	    (status != VGIC_ABORT) !=
		    ideal_dist_access_ok(a.offset, a.width, a.kind == ACCESS_WRITE))
		world_fail(w, "width", "status %d at 0x%03x/%u", status, a.offset, a.width);
	if (status == VGIC_ABORT)
		forget_access(w, v);
	if (status == VGIC_OK && a.kind == ACCESS_WRITE) {
		note_write(w, v, &a);
		if (a.offset == 0xf00)
			note_sgi(w, v, a.value);
	}
	if (status == VGIC_OK)
		completed(w, v, &a, value);
	check_stale(w, stale, &effects);
	world_notices(w, v, &effects);
	if (rewrite.n != VGIC_NO_LR)
		world_write_lr(w, rewrite.vcpu, rewrite.n, rewrite.lr);
	if (status == VGIC_RETRY)
		retry_again(w, v, in_vain);
	world_enter(w, v);
}

void guest_access(struct world *w, unsigned int v, enum access_kind kind, uint32_t offset,
		  unsigned int width, uint32_t value)
{
	struct access a = { .kind = (uint8_t)kind,
			    .width = (uint8_t)width,
			    .offset = (uint16_t)offset,
			    .value = value };

	if (!w->vcpu[v].loaded)
		return;
	w->vcpu[v].access = a;
	try_access(w, v, a, false);
}

void guest_retry(struct world *w, unsigned int v)
{
	struct access a = w->vcpu[v].access;

	if (!w->vcpu[v].loaded || a.kind == ACCESS_NONE)
		return;
	try_access(w, v, a, !a.unserved && a.owner_fills <= 1);
}
