// SPDX-License-Identifier: BSD-2-Clause
/* State of the interrupts and the CPU interfaces (IHI 0048B, 3.2, 3.3 and 4.4). */
#include "tests/model/ideal_gic.h"

#include <stddef.h>
#include <string.h>

#include "tests/model/gich_bits.h"

static void reset_irq(struct ideal_irq *irq, bool sgi)
{
	bool line = irq->line;
	bool count_ends = irq->count_ends;

	memset(irq, 0, sizeof(*irq));
	irq->line = line;
	irq->count_ends = count_ends;
	irq->enabled = sgi;
	irq->edge_config = sgi;
}

void ideal_reset_cpu(struct ideal_gic *g, unsigned int cpu)
{
	struct ideal_cpu *c = &g->cpu[cpu];

	memset(c->sources, 0, sizeof(c->sources));
	for (unsigned int i = 0; i < 32; i++) {
		reset_irq(&c->private_irq[i], i < 16);
		ideal_update(g, cpu, i);
	}
	memset(c->group_enabled, 0, sizeof(c->group_enabled));
	memset(c->running, 0, sizeof(c->running));
	c->ack_ctl = c->fiq_en = c->common_bpr = c->eoi_mode = false;
	c->pmr = 0;
	c->bpr = 2;
	c->abpr = 3;
}

void ideal_init(struct ideal_gic *g, unsigned int n_vcpus, unsigned int n_intids)
{
	memset(g, 0, sizeof(*g));
	g->n_vcpus = n_vcpus;
	g->n_intids = n_intids;
	for (unsigned int cpu = 0; cpu < n_vcpus; cpu++)
		ideal_reset_cpu(g, cpu);
}

struct ideal_irq *ideal_irq(struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	return intid < 32 ? &g->cpu[cpu].private_irq[intid] : &g->spi[intid - 32];
}

const struct ideal_irq *ideal_irq_const(const struct ideal_gic *g, unsigned int cpu,
					unsigned int intid)
{
	return intid < 32 ? &g->cpu[cpu].private_irq[intid] : &g->spi[intid - 32];
}

bool ideal_pending(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	const struct ideal_irq *irq = ideal_irq_const(g, cpu, intid);

	return irq->latch || irq->line || (intid < 16 && g->cpu[cpu].sources[intid]);
}

static void put_bit(uint32_t *word, unsigned int n, bool value)
{
	*word = (*word & ~(1u << n)) | (uint32_t)value << n;
}

void ideal_update(struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	bool pending = ideal_pending(g, cpu, intid);
	bool active = ideal_irq_const(g, cpu, intid)->active;

	put_bit(intid < 32 ? &g->cpu[cpu].pending : &g->spi_pending[intid / 32], intid % 32,
		pending);
	put_bit(intid < 32 ? &g->cpu[cpu].active : &g->spi_active[intid / 32], intid % 32, active);
}

uint32_t ideal_pending_word(const struct ideal_gic *g, unsigned int cpu, unsigned int n)
{
	return n ? g->spi_pending[n] : g->cpu[cpu].pending;
}

uint32_t ideal_active_word(const struct ideal_gic *g, unsigned int cpu, unsigned int n)
{
	return n ? g->spi_active[n] : g->cpu[cpu].active;
}

int ideal_target(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	uint8_t targets;

	if (intid < 32)
		return (int)cpu;
	targets = g->spi[intid - 32].targets;
	return targets ? __builtin_ctz(targets) : -1;
}

bool ideal_forwarded(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	const struct ideal_irq *irq = ideal_irq_const(g, cpu, intid);

	return ideal_pending(g, cpu, intid) && !irq->active && irq->enabled &&
	       g->group_enabled[irq->group1] && ideal_target(g, cpu, intid) == (int)cpu;
}

void ideal_set_line(struct ideal_gic *g, unsigned int cpu, unsigned int intid, bool level)
{
	ideal_irq(g, cpu, intid)->line = level;
	ideal_update(g, cpu, intid);
}

void ideal_pulse(struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	ideal_irq(g, cpu, intid)->latch = true;
	ideal_update(g, cpu, intid);
}

static unsigned int group_priority(const struct ideal_cpu *c, bool group1, uint8_t priority)
{
	/* Table 3-2, and its column for the aliased register, which is one bit off. */
	unsigned int point = group1 && !c->common_bpr ? c->abpr : c->bpr + 1u;

	return priority & ~((1u << point) - 1u);
}

static unsigned int running(const struct ideal_cpu *c)
{
	for (unsigned int i = 0; i < 32; i++)
		if (c->running[i])
			return i << 3;
	return 0x100;
}

uint32_t ideal_running_priority(const struct ideal_gic *g, unsigned int cpu)
{
	unsigned int priority = running(&g->cpu[cpu]);

	return priority > 0xff ? 0xff : priority;
}

/* One that is pending and not active: is it better than what was found so far? */
static void consider(const struct ideal_gic *g, unsigned int cpu, unsigned int intid,
		     struct ideal_best *best)
{
	const struct ideal_irq *irq = ideal_irq_const(g, cpu, intid);

	if (irq->priority > best->priority || !g->cpu[cpu].group_enabled[irq->group1] ||
	    !ideal_forwarded(g, cpu, intid))
		return;
	if (irq->priority < best->priority)
		*best = (struct ideal_best){ .priority = irq->priority, .intid = intid };
	best->groups |= 1u << irq->group1;
}

static struct ideal_best highest(const struct ideal_gic *g, unsigned int cpu,
				 const uint32_t *without)
{
	struct ideal_best best = { .priority = IDEAL_NOTHING };

	for (unsigned int n = 0; n < g->n_intids / 32; n++) {
		uint32_t bits = ideal_pending_word(g, cpu, n) & ~ideal_active_word(g, cpu, n);

		if (without)
			bits &= ~without[n];
		for (; bits; bits &= bits - 1)
			consider(g, cpu, n * 32 + (unsigned int)__builtin_ctz(bits), &best);
	}
	return best;
}

struct ideal_best ideal_signalled(const struct ideal_gic *g, unsigned int cpu,
				  const uint32_t *without)
{
	const struct ideal_cpu *c = &g->cpu[cpu];
	struct ideal_best best = highest(g, cpu, without);

	if (best.priority == IDEAL_NOTHING)
		return best;
	if (best.priority >= c->pmr ||
	    group_priority(c, best.groups == 2, (uint8_t)best.priority) >= running(c))
		best.priority = IDEAL_NOTHING;
	return best;
}

bool ideal_wakes(const struct ideal_gic *g, unsigned int cpu, const uint32_t *without)
{
	return highest(g, cpu, without).priority < g->cpu[cpu].pmr;
}

void ideal_acknowledge(struct ideal_gic *g, unsigned int cpu, unsigned int intid,
		       unsigned int source, uint8_t priority, bool group1)
{
	struct ideal_irq *irq = ideal_irq(g, cpu, intid);

	irq->active = true;
	irq->latch = false;
	if (intid < 16)
		g->cpu[cpu].sources[intid] &= (uint8_t) ~(1u << source);
	irq->active_source = (uint8_t)source;
	irq->active_cpu = (uint8_t)cpu;
	g->cpu[cpu].running[group_priority(&g->cpu[cpu], group1, priority) >> 3] = true;
	ideal_update(g, cpu, intid);
}

static void drop_priority(struct ideal_cpu *c)
{
	unsigned int priority = running(c);

	if (priority <= 0xff)
		c->running[priority >> 3] = false;
}

static bool deactivate(struct ideal_gic *g, unsigned int cpu, unsigned int intid,
		       unsigned int source)
{
	struct ideal_irq *irq = ideal_irq(g, cpu, intid);
	bool was = irq->active && irq->active_source == source;

	if (was) {
		irq->active = false;
		irq->ended = (uint8_t)(irq->ended + irq->count_ends);
		irq->active_source = irq->active_cpu = 0;
		ideal_update(g, cpu, intid);
	}
	return was;
}

void ideal_eoi(struct ideal_gic *g, unsigned int cpu, unsigned int intid, unsigned int source)
{
	drop_priority(&g->cpu[cpu]);
	if (!g->cpu[cpu].eoi_mode && ideal_irq(g, cpu, intid)->active_cpu == cpu)
		deactivate(g, cpu, intid, source);
}

bool ideal_dir(struct ideal_gic *g, unsigned int cpu, unsigned int intid, unsigned int source)
{
	if (!g->cpu[cpu].eoi_mode || intid >= g->n_intids)
		return false;
	return deactivate(g, cpu, intid, source);
}

static void write_ctlr(struct ideal_cpu *c, uint32_t value)
{
	c->group_enabled[0] = value & 1;
	c->group_enabled[1] = value >> 1 & 1;
	c->ack_ctl = value >> 2 & 1;
	c->fiq_en = value >> 3 & 1;
	c->common_bpr = value >> 4 & 1;
	c->eoi_mode = value >> 9 & 1;
}

void ideal_cpu_write(struct ideal_gic *g, unsigned int cpu, uint32_t offset, uint32_t value)
{
	struct ideal_cpu *c = &g->cpu[cpu];

	switch (offset) {
	case GICV_AT_CTLR:
		write_ctlr(c, value);
		break;
	case GICV_AT_PMR:
		c->pmr = value & 0xf8;
		break;
	case GICV_AT_BPR:
		c->bpr = (value & 7) < 2 ? 2 : value & 7;
		break;
	case GICV_AT_ABPR:
		c->abpr = (value & 7) < 3 ? 3 : value & 7;
		break;
	default:
		break;
	}
}
