// SPDX-License-Identifier: BSD-2-Clause
/* The parts of a world that are in use, found from its layout. */
#include "tests/check/parts.h"

#include <stddef.h>
#include <string.h>

#define WORD 8u
#define WORLD_SIZE sizeof(struct world)

_Static_assert(WORLD_SIZE % WORD == 0, "a world is whole words");
_Static_assert(WORLD_SIZE / WORD <= UINT16_MAX, "struct part numbers them with 16 bits");
_Static_assert(offsetof(struct world, vgic) > offsetof(struct world, config) &&
		       offsetof(struct world, ideal) > offsetof(struct world, vgic) &&
		       offsetof(struct world, vcpu) > offsetof(struct world, ideal) &&
		       offsetof(struct world, violation) > offsetof(struct world, hw_soft),
	       "parts are added in this order");

/* Widened to whole words; one that begins where the last one ends continues it. */
static void add(struct parts *parts, size_t begin, size_t size)
{
	size_t at = begin / WORD;
	size_t end = (begin + size + WORD - 1) / WORD;
	struct part *last = parts->n ? &parts->part[parts->n - 1] : NULL;

	if (last && at <= (size_t)last->at + last->n) {
		if (end > (size_t)last->at + last->n)
			last->n = (uint16_t)(end - last->at);
		return;
	}
	parts->part[parts->n++] = (struct part){ (uint16_t)at, (uint16_t)(end - at) };
}

/* An array of a structure that is only used up to an element: where it is, and where it ends. */
#define ARRAY_AT(type, member) offsetof(type, member)
#define ARRAY_END(type, member) (offsetof(type, member) + sizeof(((type *)NULL)->member))

static void add_vgic_cpu(struct parts *parts, const struct world_config *c, size_t at)
{
	size_t lr = ARRAY_AT(struct vgic_cpu, lr);
	size_t latch = ARRAY_AT(struct vgic_cpu, lr_latch);
	size_t queue = ARRAY_AT(struct vgic_cpu, queue);
	size_t behind = ARRAY_END(struct vgic_cpu, queue);

	add(parts, at, lr + c->n_lrs * sizeof(uint32_t));
	add(parts, at + latch, c->n_lrs);
	add(parts, at + queue, c->n_intids / 32u * sizeof(uint32_t));
	add(parts, at + behind, sizeof(struct vgic_cpu) - behind);
}

static void add_vgic(struct parts *parts, const struct world_config *c)
{
	size_t word = offsetof(struct world, vgic.word);
	size_t irq = offsetof(struct world, vgic.irq);
	size_t word_size = sizeof(struct vgic_word);
	size_t irq_size = sizeof(struct vgic_irq);

	add(parts, 0, word + c->n_vcpus * word_size);
	add(parts, word + VGIC_MAX_VCPUS * word_size, (c->n_intids / 32u - 1u) * word_size);
	for (unsigned int v = 0; v < c->n_vcpus; v++)
		add_vgic_cpu(parts, c,
			     offsetof(struct world, vgic.cpu) + v * sizeof(struct vgic_cpu));
	add(parts, irq, c->n_vcpus * 32u * irq_size);
	add(parts, irq + VGIC_MAX_VCPUS * 32u * irq_size, (c->n_intids - 32u) * irq_size);
}

static void add_ideal(struct parts *parts, const struct world_config *c)
{
	size_t ideal = offsetof(struct world, ideal);
	size_t spis = offsetof(struct world, ideal.spi);
	size_t words = offsetof(struct world, ideal.spi_pending);

	add(parts, ideal, offsetof(struct ideal_gic, cpu) + c->n_vcpus * sizeof(struct ideal_cpu));
	add(parts, spis, (c->n_intids - 32u) * sizeof(struct ideal_irq));
	add(parts, words, sizeof(struct ideal_gic) - offsetof(struct ideal_gic, spi_pending));
}

static void add_vcpu(struct parts *parts, const struct world_config *c, size_t at)
{
	size_t hw = ARRAY_AT(struct world_vcpu, hw.reg.lr);
	size_t behind_hw = ARRAY_END(struct world_vcpu, hw.reg.lr);
	size_t shadow = ARRAY_AT(struct world_vcpu, shadow.lr);
	size_t behind = ARRAY_END(struct world_vcpu, shadow.lr);
	size_t lrs = c->n_lrs * sizeof(uint32_t);

	add(parts, at, hw + lrs);
	add(parts, at + behind_hw, shadow + lrs - behind_hw);
	add(parts, at + behind, sizeof(struct world_vcpu) - behind);
}

/* Two arrays side by side: a row of each vCPU, and the SPIs by INTID. */
static void add_marks(struct parts *parts, const struct world_config *c, size_t rows, size_t spis)
{
	add(parts, rows, c->n_vcpus * 32u);
	add(parts, spis, c->n_intids);
}

#define MARKS(rows, spis) offsetof(struct world, rows), offsetof(struct world, spis)

void parts_find(const struct world_config *config, struct parts *parts)
{
	const struct world_config *c = config;
	size_t race = offsetof(struct world, open_race);

	memset(parts, 0, sizeof(*parts));
	add_vgic(parts, c);
	parts->n_vgic = parts->n;
	add_ideal(parts, c);
	for (unsigned int v = 0; v < c->n_vcpus; v++)
		add_vcpu(parts, c, offsetof(struct world, vcpu) + v * sizeof(struct world_vcpu));
	add_marks(parts, c, MARKS(physical_active, spi_active));
	add_marks(parts, c, MARKS(again, spi_again));
	add_marks(parts, c, MARKS(unsure, spi_unsure));
	add(parts, race, offsetof(struct world, hw_soft) - race);
	add_marks(parts, c, MARKS(hw_soft, spi_hw_soft));
}

static void copy(const struct part *part, unsigned int n, void *to, const void *from)
{
	for (unsigned int i = 0; i < n; i++)
		memcpy((char *)to + part[i].at * WORD, (const char *)from + part[i].at * WORD,
		       part[i].n * WORD);
}

void parts_copy(const struct parts *parts, struct world *to, const struct world *from)
{
	copy(parts->part, parts->n, to, from);
}

void parts_copy_vgic(const struct parts *parts, struct world *to, const struct world *from)
{
	copy(parts->part, parts->n_vgic, to, from);
}

bool parts_rest_is_equal(const struct parts *parts, const struct world *a, const struct world *b)
{
	size_t at = 0;

	for (unsigned int i = 0; i <= parts->n; i++) {
		size_t end = i < parts->n ? parts->part[i].at * WORD :
					    offsetof(struct world, violation);

		if (memcmp((const char *)a + at, (const char *)b + at, end - at))
			return false;
		if (i < parts->n)
			at = end + parts->part[i].n * WORD;
	}
	return true;
}
