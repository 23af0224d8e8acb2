// SPDX-License-Identifier: BSD-2-Clause
/*
 * Random worlds and random traces. Every trace draws its own weights for the kinds of events (some
 * of them zero), because a mixture of everything seldom gets deep into anything.
 */
#include <string.h>

#include "tests/check/event.h"

uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint32_t random_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)((random_next(state) >> 32) * n >> 32);
}

static bool in_pool(const struct world_config *c, unsigned int intid)
{
	for (unsigned int i = 0; i < c->n_pool; i++)
		if (c->pool[i] == intid)
			return true;
	return false;
}

static void add_to_pool(uint64_t *random, struct world_config *c, unsigned int first,
			unsigned int n, unsigned int count)
{
	while (count--) {
		unsigned int intid = first + random_below(random, n);

		if (in_pool(c, intid) || c->n_pool == WORLD_POOL)
			continue;
		c->wiring[c->n_pool] = (uint8_t)(intid < 16 ? 0 : random_below(random, 4));
		c->pool[c->n_pool++] = (uint16_t)intid;
	}
}

void generate_config(uint64_t *random, struct world_config *config, unsigned int n_vcpus,
		     unsigned int n_lrs)
{
	static const uint8_t lrs[] = { 1, 2, 2, 3, 4, 4, 4, 6, 16, 63, 64 };
	static const uint8_t vcpus[] = { 1, 1, 2, 2, 2, 3, 4, 8 };

	memset(config, 0, sizeof(*config));
	config->n_vcpus = (uint8_t)(n_vcpus ? n_vcpus : vcpus[random_below(random, 8)]);
	config->n_lrs = (uint8_t)(n_lrs ? n_lrs : lrs[random_below(random, 11)]);
	config->n_intids = (uint16_t)(64 + 32 * random_below(random, 2));
	add_to_pool(random, config, 0, 16, 1 + random_below(random, 4));
	add_to_pool(random, config, 16, 16, 1 + random_below(random, 4));
	add_to_pool(random, config, 32, config->n_intids - 32u, 2 + random_below(random, 8));
	config->short_way = random_below(random, 2);
}

static void add(struct event *events, size_t max, size_t *n, struct event e)
{
	if (*n < max)
		events[(*n)++] = e;
}

static struct event write_event(unsigned int v, unsigned int offset, unsigned int width,
				uint32_t value)
{
	return (struct event){ .op = OP_WRITE,
			       .vcpu = (uint8_t)v,
			       .width = (uint8_t)width,
			       .offset = (uint16_t)offset,
			       .value = value };
}

static void setup_irq(uint64_t *random, unsigned int v, unsigned int n, unsigned int n_vcpus,
		      struct event *events, size_t max, size_t *count)
{
	add(events, max, count, write_event(v, 0x400 + n, 1, random_below(random, 16) * 8));
	add(events, max, count, write_event(v, 0x100 + n / 32 * 4, 4, 1u << n % 32));
	if (n >= 32)
		add(events, max, count,
		    write_event(v, 0x800 + n, 1, 1u << random_below(random, n_vcpus)));
}

size_t generate_setup(uint64_t *random, const struct world_config *config, struct event *events,
		      size_t max)
{
	static const uint32_t ctlrs[] = { 0x1, 0x1, 0x7, 0x7, 0x3, 0xf, 0x201, 0x207 };
	size_t count = 0;

	for (unsigned int v = 0; v < config->n_vcpus; v++) {
		uint32_t ctlr = ctlrs[random_below(random, 8)];

		add(events, max, &count, (struct event){ .op = OP_LOAD, .vcpu = (uint8_t)v });
		add(events, max, &count, (struct event){ OP_CPU_WRITE, (uint8_t)v, 0, 0x04, 0xf8 });
		add(events, max, &count, (struct event){ OP_CPU_WRITE, (uint8_t)v, 0, 0, ctlr });
		for (unsigned int i = 0; i < config->n_pool; i++)
			if (config->pool[i] < 32 || v == 0)
				setup_irq(random, v, config->pool[i], config->n_vcpus, events, max,
					  &count);
	}
	add(events, max, &count, write_event(0, 0, 4, 3));
	return count;
}

/* The bit of an INTID in a register with one bit an interrupt; sometimes more than one. */
static struct event bit_event(uint64_t *random, unsigned int v, unsigned int base, unsigned int n)
{
	uint32_t value = 1u << n % 32;

	if (random_below(random, 32) == 0)
		value |= (uint32_t)random_next(random);
	return write_event(v, base + n / 32 * 4, 4, value);
}

static struct event sgir_event(uint64_t *random, const struct world_config *c, unsigned int v)
{
	uint32_t filter = random_below(random, 8);
	uint32_t list = 1u << random_below(random, c->n_vcpus) | 1u << random_below(random, 8);

	return write_event(v, 0xf00, 4, (filter < 4 ? filter : 0) << 24 | list << 16 | c->pool[0]);
}

static struct event source_event(uint64_t *random, const struct world_config *c, unsigned int v)
{
	unsigned int base = random_below(random, 2) ? 0xf10 : 0xf20;

	return write_event(v, base + c->pool[0], 1, 1u << random_below(random, c->n_vcpus));
}

static struct event byte_event(uint64_t *random, const struct world_config *c, unsigned int v,
			       unsigned int n)
{
	if (random_below(random, 2))
		return write_event(v, 0x400 + n, 1, random_below(random, 32) * 8);
	return write_event(v, 0x800 + n, 1,
			   random_below(random, 4) ? 1u << random_below(random, c->n_vcpus) :
						     random_below(random, 256));
}

static struct event rare_write(uint64_t *random, unsigned int v, unsigned int n)
{
	switch (random_below(random, 6)) {
	case 0:
		return write_event(v, 0, 4, random_below(random, 4) ? 3 : random_below(random, 4));
	case 1:
		return bit_event(random, v, 0x080, n);
	case 2:
		return write_event(v, 0xc00 + n / 16 * 4, 4, (uint32_t)random_next(random));
	case 3:
		return write_event(v, 0x400 + (n & ~3u), 4, (uint32_t)random_next(random));
	case 4:
		return write_event(v, (random_below(random, 2) ? 0x400 : 0x800) + (n & ~1u), 2,
				   (uint32_t)random_next(random));
	default:
		return write_event(v, random_below(random, 0x1000), 1u << random_below(random, 3),
				   (uint32_t)random_next(random));
	}
}

static struct event random_write(uint64_t *random, const struct world_config *c, unsigned int v)
{
	unsigned int n = c->pool[random_below(random, c->n_pool)];

	switch (random_below(random, 16)) {
	case 0:
	case 1:
	case 2:
	case 3:
		return sgir_event(random, c, v);
	case 4:
	case 5:
		return bit_event(random, v, 0x100, n);
	case 6:
		return bit_event(random, v, random_below(random, 2) ? 0x180 : 0x100, n);
	case 7:
	case 8:
		return bit_event(random, v, 0x200, n);
	case 9:
		return bit_event(random, v, 0x280, n);
	case 10:
		return bit_event(random, v, 0x300, n);
	case 11:
		return bit_event(random, v, 0x380, n);
	case 12:
	case 13:
		return byte_event(random, c, v, n);
	case 14:
		return source_event(random, c, v);
	default:
		return rare_write(random, v, n);
	}
}

static struct event random_read(uint64_t *random, const struct world_config *c, unsigned int v)
{
	static const uint16_t bases[] = { 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380 };
	unsigned int n = c->pool[random_below(random, c->n_pool)];
	struct event e = write_event(v, bases[random_below(random, 7)] + n / 32 * 4, 4, 0);

	if (random_below(random, 8) == 0)
		e = write_event(v, random_below(random, 0x1000), 1u << random_below(random, 3), 0);
	else if (n < 16 && random_below(random, 2))
		e = write_event(v, (random_below(random, 2) ? 0xf10 : 0xf20) + (n & ~3u), 4, 0);
	else if (random_below(random, 8) == 0)
		e.width = (uint8_t)(1u << random_below(random, 2));
	e.op = OP_READ;
	return e;
}

static struct event random_cpu_write(uint64_t *random, unsigned int v)
{
	static const uint32_t ctlrs[] = { 0x1, 0x7, 0x7, 0x7, 0xf, 0x201, 0x207, 0x17, 0x3, 0x0 };
	struct event e = { .op = OP_CPU_WRITE, .vcpu = (uint8_t)v };
	uint32_t kind = random_below(random, 8);

	if (kind < 4) {
		e.offset = kind == 0 ? 0xd0 : 0x04; /* 0xd0: the value is always 0 */
		e.value = random_below(random, 3) ? 0xf8 : random_below(random, 32) * 8;
	} else if (kind < 7) {
		e.value = ctlrs[random_below(random, 10)];
	} else {
		e.offset = random_below(random, 2) ? 0x08 : 0x1c;
		e.value = random_below(random, 3) ? 0 : random_below(random, 8);
	}
	return e;
}

/* An input that this kind of event means something for, if there is one. */
static uint16_t random_input(uint64_t *random, const struct world_config *c, unsigned int op)
{
	uint8_t wiring = op == OP_LINE ? VGIC_LEVEL : op == OP_PULSE ? VGIC_EDGE : VGIC_HW;
	unsigned int i = random_below(random, c->n_pool);

	for (unsigned int n = 0; n < c->n_pool; n++, i++)
		if (c->pool[i % c->n_pool] >= 16 && c->wiring[i % c->n_pool] == wiring)
			break;
	return c->pool[i % c->n_pool];
}

static struct event random_event(uint64_t *random, const struct world_config *c, unsigned int op)
{
	unsigned int v = random_below(random, c->n_vcpus);
	struct event e = { .op = (uint8_t)op, .vcpu = (uint8_t)v };

	if (op == OP_WRITE)
		return random_write(random, c, v);
	if (op == OP_READ)
		return random_read(random, c, v);
	if (op == OP_CPU_WRITE)
		return random_cpu_write(random, v);
	if (op >= OP_LINE && op <= OP_WITHDRAW)
		e.offset = random_input(random, c, op);
	if (op == OP_LINE)
		e.width = (uint8_t)random_below(random, 2);
	if (op == OP_ACK || op == OP_EXIT)
		e.width = random_below(random, 4) == 0;
	if (op == OP_DIR) {
		e.width = (uint8_t)(random_below(random, 2) ? v : random_below(random, c->n_vcpus));
		e.offset = (uint16_t)random_below(random, 8);
	}
	return e;
}

static void draw_weights(uint64_t *random, uint32_t without, uint32_t *weights)
{
	static const uint8_t usual[N_OPS] = {
		[OP_LOAD] = 6,	      [OP_UNLOAD] = 1,	 [OP_EXIT] = 2,	     [OP_BOUNCE] = 1,
		[OP_MAINTENANCE] = 6, [OP_KICK] = 6,	 [OP_ASK] = 4,	     [OP_ACK] = 24,
		[OP_EOI] = 20,	      [OP_DIR] = 4,	 [OP_CPU_WRITE] = 2, [OP_READ] = 4,
		[OP_WRITE] = 12,      [OP_RETRY] = 6,	 [OP_LINE] = 8,	     [OP_PULSE] = 8,
		[OP_HW] = 6,	      [OP_WITHDRAW] = 2, [OP_RESET] = 1,
	};
	static const uint8_t scale[] = { 0, 1, 1, 2, 2, 4, 8, 16 };

	for (unsigned int op = 0; op < N_OPS; op++) {
		weights[op] = usual[op] * scale[random_below(random, 8)];
		if (without >> op & 1)
			weights[op] = 0;
	}
	weights[OP_ACK] += 8;
	weights[OP_EOI] += 8;
	weights[OP_LOAD] += 4;
}

static unsigned int draw_op(uint64_t *random, const uint32_t *weights)
{
	uint32_t total = 0;
	uint32_t at;

	for (unsigned int op = 0; op < N_OPS; op++)
		total += weights[op];
	at = random_below(random, total);
	for (unsigned int op = 0; op < N_OPS; op++) {
		if (at < weights[op])
			return op;
		at -= weights[op];
	}
	return OP_EXIT;
}

/* Nested handlers, each more urgent than the one before, then a few of their ends in a row. */
static size_t nest(uint64_t *random, const struct world_config *c, struct event *events, size_t max)
{
	unsigned int v = random_below(random, c->n_vcpus);
	unsigned int depth = 2 + random_below(random, 8);
	size_t n = 0;

	for (unsigned int k = depth; k > 0; k--) {
		unsigned int intid = c->pool[random_below(random, c->n_pool)];

		add(events, max, &n, write_event(v, 0x400 + intid, 1, k * 8));
		if (intid < 16)
			add(events, max, &n, write_event(v, 0xf00, 4, 2u << 24 | intid));
		else
			add(events, max, &n,
			    write_event(v, 0x200 + intid / 32 * 4, 4, 1u << intid % 32));
		add(events, max, &n, (struct event){ .op = OP_ACK, .vcpu = (uint8_t)v });
	}
	for (unsigned int k = random_below(random, depth + 1); k > 0; k--)
		add(events, max, &n, (struct event){ .op = OP_EOI, .vcpu = (uint8_t)v });
	return n;
}

static struct event wild_event(uint64_t *random, const struct world_config *c)
{
	struct event e = { .op = OP_WILD, .width = (uint8_t)random_below(random, N_WILD) };
	uint32_t value = (uint32_t)random_next(random);

	e.vcpu = (uint8_t)random_below(random, c->n_vcpus);
	if (e.width == WILD_EOI || e.width == WILD_DIR)
		value = (value & ~0x3ffu) | c->pool[random_below(random, c->n_pool)];
	e.value = value;
	return e;
}

/* A guest that goes wild, among all that happens otherwise, and is started anew after it. */
static size_t go_wild(uint64_t *random, const struct world_config *c, const uint32_t *weights,
		      struct event *events, size_t max)
{
	unsigned int length = 8 + random_below(random, 120);
	size_t n = 0;

	while (length--) {
		if (random_below(random, 4) == 0)
			add(events, max, &n, wild_event(random, c));
		add(events, max, &n, random_event(random, c, draw_op(random, weights)));
	}
	add(events, max, &n, (struct event){ .op = OP_RESET_VM });
	return n + generate_setup(random, c, events + n, max - n);
}

size_t generate_trace(uint64_t *random, const struct world_config *config, uint32_t without,
		      struct event *events, size_t max)
{
	size_t n = generate_setup(random, config, events, max / 2);
	uint32_t weights[N_OPS];

	draw_weights(random, without, weights);
	while (n < max) {
		events[n++] = random_event(random, config, draw_op(random, weights));
		if (random_below(random, 2000) == 0)
			n += go_wild(random, config, weights, events + n, max - n);
		if (random_below(random, 64) == 0)
			n += nest(random, config, events + n, max - n);
		if (random_below(random, 256) == 0)
			draw_weights(random, without, weights);
		if (random_below(random, 512) == 0)
			n += generate_setup(random, config, events + n, max - n);
	}
	return n;
}
