// SPDX-License-Identifier: BSD-2-Clause
/*
 * What can be compared when everybody has folded. By the numbers of property.c: P3 active sets, P4
 * pending sets, P5 the ends that were told, P11 SGI sources.
 */
#include <string.h>

#include "tests/check/parts.h"

static uint32_t unsure_word(const struct world *w, unsigned int v, unsigned int word)
{
	uint32_t mask = 0;

	if (!w->open_race)
		return 0;
	for (unsigned int i = 0; i < 32; i++)
		if (word ? w->spi_unsure[word * 32 + i] : w->unsure[v][i])
			mask |= 1u << i;
	return mask;
}

/* A register of the folded copy, as a guest would read it. */
static void compare(struct world *w, struct world *folded, const char *property, unsigned int v,
		    uint32_t offset, uint32_t ideal, uint32_t ignored)
{
	struct vgic_effects effects;
	uint32_t value = 0;

	vgic_effects_clear(&effects);
	if (vgic_dist_read(world_lock(folded), v, offset, 4, &value, &effects) != VGIC_OK)
		world_fail(w, "fold", "0x%03x cannot be read though all is folded", offset);
	else if ((value ^ ideal) & ~ignored)
		world_fail(w, property, "vCPU %u: 0x%03x is 0x%x, ideally 0x%x", v, offset, value,
			   ideal);
}

static uint32_t four_bytes(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static void compare_vcpu(struct world *w, struct world *folded, unsigned int v)
{
	unsigned int words = v ? 1 : w->config.n_intids / 32;

	for (unsigned int n = 0; n < words; n++) {
		compare(w, folded, "P3", v, 0x300 + n * 4, ideal_active_word(&w->ideal, v, n),
			w->active_unsure[n]);
		compare(w, folded, "P4", v, 0x200 + n * 4, ideal_pending_word(&w->ideal, v, n),
			unsure_word(w, v, n));
	}
	for (unsigned int n = 0; n < 16; n += 4)
		compare(w, folded, "P11", v, 0xf20 + n, four_bytes(&w->ideal.cpu[v].sources[n]),
			four_bytes(&w->unsure[v][n]));
}

/* A physical interrupt is active exactly while its virtual one is in flight. */
static void compare_hw(struct world *w, struct world *folded, unsigned int v, unsigned int n)
{
	const struct ideal_irq *irq = ideal_irq_const(&w->ideal, v, n);
	bool unsure = (n < 32 ? w->unsure[v][n] : w->spi_unsure[n]) != 0;
	bool soft = n < 32 ? w->hw_soft[v][n] : w->spi_hw_soft[n];
	bool in_flight = ideal_pending(&w->ideal, v, n) || irq->active;
	bool physical = *world_physical(folded, v, n);

	if (world_wiring(w, n) != VGIC_HW)
		return;
	if (vgic_hw_in_flight(world_lock(folded), v, n) != physical)
		world_fail(w, "P3", "INTID %u of vCPU %u: physical active %d, vgic disagrees", n, v,
			   physical);
	if (unsure || in_flight == physical)
		return;
	if (!soft || physical)
		world_fail(w, "P3", "INTID %u of vCPU %u: in flight %d, physical active %d", n, v,
			   in_flight, physical);
}

static void fold_copy(struct world *folded, const struct world *w, uint8_t told[])
{
	struct vgic_effects effects;
	struct gich gich;

	for (unsigned int v = 0; v < w->config.n_vcpus; v++) {
		if (!w->vcpu[v].loaded && !world_rests(&w->vcpu[v]))
			continue;
		vgic_effects_clear(&effects);
		gich_model_read(&w->vcpu[v].hw, &gich);
		vgic_fold(world_lock(folded), v, &gich, &effects);
		for (unsigned int i = 0; i < effects.n_deactivate; i++)
			world_deactivated(folded, v, effects.deactivate[i]);
		for (unsigned int i = 0; i < effects.n_notices; i++)
			told[effects.notice[i]]++;
	}
}

/* The vGIC, and what is active in the physical distributor. The rest of the copy is not used. */
static void copy_for_fold(struct world *folded, const struct world *w)
{
	static struct parts parts;

	if (memcmp(&folded->config, &w->config, sizeof(w->config))) {
		*folded = *w;
		parts_find(&w->config, &parts);
	}
	parts_copy_vgic(&parts, folded, w);
	memcpy(folded->physical_active, w->physical_active, sizeof(w->physical_active));
	memcpy(folded->spi_active, w->spi_active, sizeof(w->spi_active));
	folded->violation = NULL;
}

/* P5: all ends are told when everybody has folded. */
static void compare_ends(struct world *w, const uint8_t told[])
{
	for (unsigned int n = 32; n < w->config.n_intids; n++) {
		const struct ideal_irq *irq = ideal_irq_const(&w->ideal, 0, n);

		if (irq->count_ends && irq->ended != told[n])
			world_fail(w, "P5", "INTID %u ended %u times, told %u times", n, irq->ended,
				   told[n]);
	}
}

/*
 * P3, P4, P5, P11: fold every vCPU of a copy, read it as a guest would, compare with the ideal GIC.
 * `v` is about to be folded in earnest: what was open about its interrupts is settled.
 */
void check_deep(struct world *w, unsigned int v)
{
	static struct world folded;
	uint8_t told[IDEAL_MAX_INTIDS] = { 0 };

	if (w->violation)
		return;
	world_stats.deep++;
	copy_for_fold(&folded, w);
	fold_copy(&folded, w, told);
	if (v < WORLD_VCPUS)
		world_settle_unsure(w, v, &folded);
	for (unsigned int i = 0; i < w->config.n_vcpus; i++)
		compare_vcpu(w, &folded, i);
	for (unsigned int i = 0; i < w->config.n_pool; i++) {
		unsigned int n = w->config.pool[i];

		for (unsigned int o = 0; o < (n < 32 ? w->config.n_vcpus : 1u); o++)
			compare_hw(w, &folded, o, n);
	}
	compare_ends(w, told);
	if (folded.violation)
		world_fail(w, folded.violation, "%s", folded.detail);
}
