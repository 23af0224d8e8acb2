// SPDX-License-Identifier: BSD-2-Clause
/*
 * From software to the hardware: which interrupts of a vCPU's queue go into its list registers.
 *
 * As long as all fit there is nothing to choose, and no maintenance interrupt is needed but for
 * the EOI of level interrupts. Otherwise the order is
 *	1. pending and signalled, by priority: the guest must see the highest of them at once
 *	2. active, those first that the guest will end first: their EOI is found without EOIcount
 *	3. pending in a group that GICV_CTLR disables: nothing but that bit can make it matter
 * and what stays outside makes these conditions of GICH_HCR necessary:
 *	NPIE	1 is outside. Then every LR is of kind 1: at least one is pending right after the
 *		fill, so that the condition is not met by the fill itself (no exit storm); and when
 *		the guest has acknowledged the last of them it exits and the next ones come in.
 *	LRENPIE	2 is outside, or an EOI is owed: its EOI is counted, and has to be replayed.
 *	UIE	anything is outside: LRs are free. Not with one LR in all: it would always be met.
 *	VGrp*IE	1 or 3 is outside: an enable bit of the guest changes the order. Only the change
 *		that can happen is asked for, the other one is met already.
 */
#include "vgic_core.h"

enum { RANK_SIGNALLED, RANK_ACTIVE, RANK_MASKED, RANK_COUNT };

/* A candidate as a number: the lower, the better. Rank, priority, INTID. */
#define KEY_RANK_SHIFT 24
#define KEY_PRIORITY_SHIFT 16
#define KEY_INTID_MASK 0x3ffu

struct choice {
	uint32_t key[VGIC_MAX_LRS];
	unsigned int count;
	unsigned int limit;
	unsigned int worst;	  /* index into key[], once count == limit */
	uint32_t too_low;	  /* signalled ones of such a priority are outside */
	bool outside[RANK_COUNT]; /* left out, by rank */
	bool withheld;
};

static void find_worst(struct choice *choice)
{
	unsigned int i;

	choice->worst = 0u;
	for (i = 1u; i < choice->count; i++) {
		if (choice->key[i] > choice->key[choice->worst])
			choice->worst = i;
	}
	choice->too_low = choice->key[choice->worst] >> KEY_PRIORITY_SHIFT;
}

static void offer(struct choice *choice, unsigned int rank, unsigned int priority,
		  unsigned int intid)
{
	uint32_t key = (rank << KEY_RANK_SHIFT) | (priority << KEY_PRIORITY_SHIFT) | intid;

	if (choice->count < choice->limit) {
		choice->key[choice->count++] = key;
		if (choice->count == choice->limit)
			find_worst(choice);
		return;
	}
	if (key > choice->key[choice->worst]) {
		choice->outside[rank] = true;
		return;
	}
	choice->outside[choice->key[choice->worst] >> KEY_RANK_SHIFT] = true;
	choice->key[choice->worst] = key;
	find_worst(choice);
}

/* There may be a thousand of them, so that most cost no more than a look at their priority. They
 * come by rising INTID: of an equal priority the later one is outside. */
static void offer_signalled(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
			    struct choice *choice)
{
	const struct vgic_irq *first = vgic_irq(vgic, vcpu, 32u * n);
	uint32_t too_low = choice->too_low;
	uint32_t left_out = bits;

	for (; bits != 0u; bits &= bits - 1u) {
		unsigned int bit = vgic_lowest(bits);

		if (first[bit].priority >= too_low)
			continue;
		offer(choice, RANK_SIGNALLED, first[bit].priority, 32u * n + bit);
		too_low = choice->too_low;
		left_out &= ~(1u << bit);
	}
	choice->outside[RANK_SIGNALLED] |= left_out != 0u;
}

/* A withheld one that is active is outside all the same; a pending one waits for the asker. */
static void offer_word(struct vgic *vgic, unsigned int vcpu, unsigned int n, struct choice *choice)
{
	const struct vgic_cpu *cpu = &vgic->cpu[vcpu];
	const struct vgic_word *w = vgic_word(vgic, vcpu, n);
	uint32_t bits = vgic_candidates(vgic, cpu, w, n);
	uint32_t enabled = (cpu->vmcr & GICH_VMCR_VMGRP0EN) != 0u ? ~w->group1 : 0u;

	if ((cpu->vmcr & GICH_VMCR_VMGRP1EN) != 0u)
		enabled |= w->group1;
	choice->withheld |= (bits & w->withheld) != 0u;
	choice->outside[RANK_ACTIVE] |= (bits & w->withheld & w->active) != 0u;
	bits &= ~w->withheld;
	offer_signalled(vgic, vcpu, n, bits & enabled & ~w->active, choice);
	for (bits &= ~enabled | w->active; bits != 0u; bits &= bits - 1u) {
		unsigned int intid = 32u * n + vgic_lowest(bits);
		uint32_t bit = bits & (~bits + 1u);
		const struct vgic_irq *irq = vgic_irq(vgic, vcpu, intid);

		if ((w->active & bit) == 0u)
			offer(choice, RANK_MASKED, irq->priority, intid);
		else
			offer(choice, RANK_ACTIVE,
			      (w->held & bit) != 0u ? irq->active_priority : 0xffu, intid);
	}
}

static void choose(struct vgic *vgic, unsigned int vcpu, struct choice *choice)
{
	uint32_t words = vgic->cpu[vcpu].queue_words;

	choice->count = 0u;
	choice->limit = vgic->n_lrs;
	choice->too_low = UINT32_MAX;
	choice->outside[RANK_SIGNALLED] = false;
	choice->outside[RANK_ACTIVE] = false;
	choice->outside[RANK_MASKED] = false;
	choice->withheld = false;
	for (; words != 0u; words &= words - 1u)
		offer_word(vgic, vcpu, vgic_lowest(words), choice);
}

/* The conditions of GICH_HCR for what is outside. */
static uint32_t maintenance(const struct choice *choice, uint32_t vmcr)
{
	bool pending_out = choice->outside[RANK_SIGNALLED] || choice->outside[RANK_MASKED];
	uint32_t hcr = 0u;

	if (choice->outside[RANK_ACTIVE])
		hcr |= GICH_HCR_LRENPIE;
	if (choice->outside[RANK_SIGNALLED])
		hcr |= GICH_HCR_NPIE;
	if ((pending_out || choice->outside[RANK_ACTIVE]) && choice->count > 1u)
		hcr |= GICH_HCR_UIE;
	if (pending_out) {
		hcr |= (vmcr & GICH_VMCR_VMGRP0EN) != 0u ? GICH_HCR_VGRP0DIE : GICH_HCR_VGRP0EIE;
		hcr |= (vmcr & GICH_VMCR_VMGRP1EN) != 0u ? GICH_HCR_VGRP1DIE : GICH_HCR_VGRP1EIE;
	}
	return hcr;
}

/* There is room: it was counted. Without, it would stay in software. */
static void put(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int intid, struct gich *gich)
{
	unsigned int n = vgic_put(vgic, cpu, intid);

	if (n != VGIC_FOLD && gich->lr[n] != cpu->lr[n]) {
		gich->lr[n] = cpu->lr[n];
		gich->lr_dirty |= 1ull << n;
	}
}

/* More than fit, or something is withheld. */
static uint32_t fill_best(struct vgic *vgic, unsigned int vcpu, struct gich *gich)
{
	struct vgic_cpu *cpu = &vgic->cpu[vcpu];
	struct choice choice;
	unsigned int i;

	choose(vgic, vcpu, &choice);
	if (choice.withheld && ++cpu->withheld_fills > VGIC_ASK_MAX_FILLS) {
		vgic_ask_expire(vgic, vcpu);
		choose(vgic, vcpu, &choice);
	}
	if (choice.withheld)
		cpu->dirty = VGIC_ALL_DIRTY;
	for (i = 0u; i < choice.count; i++)
		put(vgic, cpu, choice.key[i] & KEY_INTID_MASK, gich);
	return maintenance(&choice, cpu->vmcr);
}

/* Collect what is to go in. False when that is more than fits, or when something is withheld. */
static bool all_fit(struct vgic *vgic, unsigned int vcpu, uint16_t *intids, unsigned int *count)
{
	const struct vgic_cpu *cpu = &vgic->cpu[vcpu];
	uint32_t words = cpu->queue_words;
	unsigned int found = 0u;

	for (; words != 0u; words &= words - 1u) {
		unsigned int n = vgic_lowest(words);
		const struct vgic_word *w = vgic_word(vgic, vcpu, n);
		uint32_t bits = vgic_candidates(vgic, cpu, w, n);

		if ((bits & w->withheld) != 0u)
			return false;
		for (; bits != 0u; bits &= bits - 1u) {
			if (found >= vgic->n_lrs)
				return false;
			intids[found++] = (uint16_t)(32u * n + vgic_lowest(bits));
		}
	}
	*count = found;
	return true;
}

void vgic_fill(struct vgic_locked v, unsigned int vcpu, struct gich *gich)
{
	struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	uint16_t intids[VGIC_MAX_LRS];
	uint32_t hcr = GICH_HCR_EN;
	unsigned int count;
	unsigned int i;

	gich->lr_dirty = 0u;
	cpu->vmcr = gich->vmcr;
	cpu->loaded = true;
	cpu->dirty = VGIC_CLEAN;
	cpu->fits = all_fit(v.vgic, vcpu, intids, &count);
	if (!cpu->fits) {
		hcr |= fill_best(v.vgic, vcpu, gich);
	} else {
		for (i = 0u; i < count; i++)
			put(v.vgic, cpu, intids[i], gich);
	}
	if (cpu->lrs_stale != 0u)
		vgic_clear_stale(cpu, gich);
	if (cpu->owed != 0u)
		hcr |= GICH_HCR_LRENPIE;
	gich->hcr = hcr;
}
