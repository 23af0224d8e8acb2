// SPDX-License-Identifier: BSD-2-Clause
/* The distributor's registers (IHI 0048B, table 4-1), one interrupt's field at a time. */
#include <stddef.h>

#include "tests/model/ideal_gic.h"

/* What a field of this register means for one interrupt, as seen by one CPU. */
struct reg {
	uint16_t base;
	uint16_t end;
	uint8_t bits;
	bool bytes; /* byte accesses are allowed */
	uint32_t (*get)(const struct ideal_gic *g, unsigned int cpu, unsigned int intid);
	void (*set)(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field);
};

static uint32_t get_group(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	return ideal_irq_const(g, cpu, intid)->group1;
}
static void set_group(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	ideal_irq(g, cpu, intid)->group1 = field;
}

static uint32_t get_enable(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	return ideal_irq_const(g, cpu, intid)->enabled;
}
static void set_enable(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	if (field && intid >= 16)
		ideal_irq(g, cpu, intid)->enabled = true;
}
static void clear_enable(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	if (field && intid >= 16)
		ideal_irq(g, cpu, intid)->enabled = false;
}

static uint32_t get_pending(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	return ideal_pending(g, cpu, intid);
}
static void set_pending(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	if (field && intid >= 16)
		ideal_irq(g, cpu, intid)->latch = true;
}
static void clear_pending(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	if (field && intid >= 16)
		ideal_irq(g, cpu, intid)->latch = false;
}

static uint32_t get_active(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	return ideal_irq_const(g, cpu, intid)->active;
}
/* Which source an SGI is active for then, nothing says: here the first. */
static void set_active(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	struct ideal_irq *irq = ideal_irq(g, cpu, intid);

	if (field && !irq->active) {
		irq->active = true;
		irq->active_source = 0;
		irq->active_cpu = (uint8_t)ideal_target(g, cpu, intid);
	}
}
static void clear_active(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	struct ideal_irq *irq = ideal_irq(g, cpu, intid);

	if (field) {
		irq->ended = (uint8_t)(irq->ended + (irq->active && irq->count_ends));
		irq->active = false;
		irq->active_source = irq->active_cpu = 0;
	}
}

static uint32_t get_priority(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	return ideal_irq_const(g, cpu, intid)->priority;
}
static void set_priority(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	ideal_irq(g, cpu, intid)->priority = field & 0xf8;
}

static uint32_t get_targets(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	return intid < 32 ? 1u << cpu : ideal_irq_const(g, cpu, intid)->targets;
}
static void set_targets(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	if (intid >= 32)
		ideal_irq(g, cpu, intid)->targets = (uint8_t)(field & ((1u << g->n_vcpus) - 1));
}

static uint32_t get_config(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	return ideal_irq_const(g, cpu, intid)->edge_config ? 2 : 0;
}
static void set_config(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	if (intid >= 32)
		ideal_irq(g, cpu, intid)->edge_config = field >> 1 & 1;
}

static uint32_t get_sources(const struct ideal_gic *g, unsigned int cpu, unsigned int intid)
{
	return g->cpu[cpu].sources[intid];
}
static void set_sources(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	g->cpu[cpu].sources[intid] |= (uint8_t)(field & ((1u << g->n_vcpus) - 1));
}
static void clear_sources(struct ideal_gic *g, unsigned int cpu, unsigned int intid, uint32_t field)
{
	g->cpu[cpu].sources[intid] &= (uint8_t)~field;
}

/* The registers that are fields of interrupts. */
static const struct reg regs[] = {
	{ 0x080, 0x100, 1, false, get_group, set_group },
	{ 0x100, 0x180, 1, false, get_enable, set_enable },
	{ 0x180, 0x200, 1, false, get_enable, clear_enable },
	{ 0x200, 0x280, 1, false, get_pending, set_pending },
	{ 0x280, 0x300, 1, false, get_pending, clear_pending },
	{ 0x300, 0x380, 1, false, get_active, set_active },
	{ 0x380, 0x400, 1, false, get_active, clear_active },
	{ 0x400, 0x800, 8, true, get_priority, set_priority },
	{ 0x800, 0xc00, 8, true, get_targets, set_targets },
	{ 0xc00, 0xd00, 2, false, get_config, set_config },
	{ 0xf10, 0xf20, 8, true, get_sources, clear_sources },
	{ 0xf20, 0xf30, 8, true, get_sources, set_sources },
};

static const struct reg *find_reg(uint32_t offset)
{
	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)
		if (offset >= regs[i].base && offset < regs[i].end)
			return &regs[i];
	return NULL;
}

/* What is not made of fields: GICD_CTLR, TYPER, IIDR, SGIR, and the identification. */
static bool is_word_register(uint32_t offset)
{
	return offset < 0x00c || (offset >= 0xf00 && offset < 0xf04) || offset >= 0xfd0;
}

bool ideal_dist_access_ok(uint32_t offset, unsigned int width, bool write)
{
	const struct reg *reg = find_reg(offset);

	if (offset % width)
		return false;
	if (width == 4 || !write)
		return true;
	return reg ? reg->bytes : !is_word_register(offset);
}

bool ideal_dist_fields(uint32_t offset, unsigned int width, unsigned int *first,
		       unsigned int *count)
{
	const struct reg *reg = find_reg(offset);

	if (!reg)
		return false;
	*first = (offset - reg->base) * 8 / reg->bits;
	*count = width * 8 / reg->bits;
	return true;
}

static uint32_t field_mask(const struct reg *reg)
{
	return (1u << reg->bits) - 1;
}

static uint32_t read_fields(const struct ideal_gic *g, const struct reg *reg, unsigned int cpu,
			    uint32_t offset, unsigned int width)
{
	unsigned int first = (offset - reg->base) * 8 / reg->bits;
	uint32_t value = 0;

	for (unsigned int i = 0; i < width * 8 / reg->bits; i++)
		if (first + i < g->n_intids)
			value |= (reg->get(g, cpu, first + i) & field_mask(reg)) << i * reg->bits;
	return value;
}

static void write_fields(struct ideal_gic *g, const struct reg *reg, unsigned int cpu,
			 uint32_t offset, unsigned int width, uint32_t value)
{
	unsigned int first = (offset - reg->base) * 8 / reg->bits;

	for (unsigned int i = 0; i < width * 8 / reg->bits; i++) {
		if (first + i >= g->n_intids)
			continue;
		reg->set(g, cpu, first + i, value >> i * reg->bits & field_mask(reg));
		ideal_update(g, cpu, first + i);
	}
}

/* 4.3.15: the filter chooses between the list, all others and the sender itself. */
static void send_sgi(struct ideal_gic *g, unsigned int cpu, uint32_t value)
{
	uint32_t others = ((1u << g->n_vcpus) - 1) & ~(1u << cpu);
	uint32_t targets[4] = { value >> 16 & 0xff, others, 1u << cpu, 0 };
	uint32_t chosen = targets[value >> 24 & 3];

	for (unsigned int i = 0; i < g->n_vcpus; i++) {
		if (!(chosen >> i & 1))
			continue;
		g->cpu[i].sources[value & 15] |= (uint8_t)(1u << cpu);
		ideal_update(g, i, value & 15);
	}
}

static uint32_t read_word(const struct ideal_gic *g, uint32_t offset)
{
	if (offset == 0)
		return g->group_enabled[0] | (uint32_t)g->group_enabled[1] << 1;
	if (offset == 4)
		return (g->n_intids / 32 - 1) | (g->n_vcpus - 1) << 5;
	if (offset == 0xfe8)
		return 2 << 4;
	return 0;
}

uint32_t ideal_dist_read(const struct ideal_gic *g, unsigned int cpu, uint32_t offset,
			 unsigned int width)
{
	const struct reg *reg = find_reg(offset);
	uint32_t mask = width == 4 ? ~0u : (1u << width * 8) - 1;

	if (reg)
		return read_fields(g, reg, cpu, offset, width);
	return read_word(g, offset & ~3u) >> (offset & 3) * 8 & mask;
}

void ideal_dist_write(struct ideal_gic *g, unsigned int cpu, uint32_t offset, unsigned int width,
		      uint32_t value)
{
	const struct reg *reg = find_reg(offset);

	if (reg)
		write_fields(g, reg, cpu, offset, width, value);
	if (offset == 0) {
		g->group_enabled[0] = value & 1;
		g->group_enabled[1] = value >> 1 & 1;
	}
	if (offset == 0xf00 && width == 4)
		send_sgi(g, cpu, value);
}
