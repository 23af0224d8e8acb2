// SPDX-License-Identifier: BSD-2-Clause
/*
 * The world of tests/check, driven by bytes: libFuzzer looks for inputs that reach new code of
 * vgic/ (or of what is around it), and every property is checked as it is for random traces.
 *
 * An input is 16 bytes of configuration, then 4 bytes for each event: what, who, which, a value.
 * Every input means something.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/check/event.h"
#include "tests/fuzz/fuzz.h"

#define CONFIG_BYTES 16u
#define EVENT_BYTES 4u
#define MAX_SETUP 1024u
#define MAX_EVENTS (MAX_SETUP + 4096u)

static const uint16_t pool[] = {
	0, 1, 5, 15, 16, 20, 27, 30, 32, 33, 34, 40, 41, 63, 64, 65, 70, 95
};
#define POOL (sizeof(pool) / sizeof(pool[0]))

static void decode_config(const uint8_t *bytes, struct world_config *c)
{
	static const uint8_t lrs[] = { 1, 2, 2, 3, 4, 4, 5, 8, 16, 31, 32, 33, 48, 63, 64, 4 };

	memset(c, 0, sizeof(*c));
	c->n_vcpus = (uint8_t)(1 + bytes[0] % WORLD_VCPUS);
	c->n_lrs = lrs[bytes[1] % sizeof(lrs)];
	c->n_intids = bytes[2] & 1 ? 64 : 96;
	c->short_way = bytes[2] >> 1 & 1;
	for (unsigned int i = 0; i < POOL; i++) {
		unsigned int wiring = bytes[3 + i % 8] >> (i / 8 * 2) & 3;

		if (pool[i] >= c->n_intids)
			break;
		c->wiring[i] = (uint8_t)(pool[i] < 16 ? 0 : wiring);
		c->pool[c->n_pool++] = pool[i];
	}
}

/* Registers that have a bit per interrupt, and those with a byte. */
static void decode_access(struct event *e, unsigned int intid, uint8_t what, uint8_t value)
{
	static const uint16_t bits[] = { 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380, 0x100 };
	static const uint16_t bytes[] = { 0x400, 0x800, 0xf10, 0xf20 };
	static const uint32_t priorities = 0xf8;

	e->width = 4;
	if (what < 8) {
		e->offset = (uint16_t)(bits[what] + intid / 32 * 4);
		e->value = 1u << intid % 32 | (value & 1 ? (uint32_t)value << 24 : 0);
	} else if (what < 12) {
		e->offset = (uint16_t)(bytes[what - 8] + intid);
		e->width = 1;
		e->value = what == 8 ? value & priorities : value;
	} else if (what < 14) {
		e->offset = 0xf00;
		e->value = (uint32_t)value << 16 | intid % 16 | (what == 13 ? 2u << 24 : 0);
	} else if (what == 14) {
		e->offset = 0;
		e->value = value;
	} else { /* anything, of any width */
		e->offset = (uint16_t)(intid << 4 | value >> 4);
		e->width = (uint8_t)(1u << (value & 3) % 3);
		e->value = value * 0x01020408u;
	}
}

static void decode_cpu_write(struct event *e, uint8_t which, uint8_t value)
{
	static const uint16_t offsets[] = { 0x00, 0x04, 0x04, 0x08, 0x1c };

	e->offset = offsets[which % 5];
	e->value = which % 5 ? value : (value & 0x1fu) | (uint32_t)(value & 0x20) << 4;
}

static struct event decode_event(const uint8_t *bytes, const struct world_config *c)
{
	struct event e = { .op = (uint8_t)(bytes[0] % N_OPS),
			   .vcpu = (uint8_t)((bytes[1] & 7) % c->n_vcpus) };
	unsigned int intid = c->pool[bytes[2] % c->n_pool];
	uint8_t value = bytes[3];

	if (e.op == OP_READ || e.op == OP_WRITE)
		decode_access(&e, intid, bytes[1] >> 4, value);
	else if (e.op == OP_CPU_WRITE)
		decode_cpu_write(&e, bytes[2], value);
	else if (e.op >= OP_LINE && e.op <= OP_WITHDRAW)
		e.offset = (uint16_t)intid;
	else if (e.op == OP_DIR)
		e.offset = value;
	else if (e.op == OP_WILD)
		e.value = intid | (uint32_t)value << 10 | (uint32_t)value << 24;
	if (e.op == OP_LINE || e.op == OP_ACK || e.op == OP_EXIT)
		e.width = value & 1;
	if (e.op == OP_DIR || e.op == OP_WILD)
		e.width = (uint8_t)(bytes[1] >> 4);
	return e;
}

static size_t decode(const uint8_t *data, size_t size, struct world_config *c, struct event *events)
{
	uint64_t random = data[CONFIG_BYTES - 1];
	size_t n;

	decode_config(data, c);
	n = generate_setup(&random, c, events, MAX_SETUP);
	for (size_t at = CONFIG_BYTES; at + EVENT_BYTES <= size && n < MAX_EVENTS; at += 4)
		events[n++] = decode_event(data + at, c);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct event events[MAX_EVENTS];
	static struct world w;
	struct world_config config;
	size_t used;
	size_t n;

	if (size < CONFIG_BYTES + EVENT_BYTES)
		return 0;
	n = decode(data, size, &config, events);
	if (!trace_fails(&w, &config, events, n, false, &used))
		return 0;
	fprintf(stderr, "VIOLATION of %s after %zu events: %s\n", w.violation, used, w.detail);
	n = trace_shrink(&config, events, used);
	trace_report(stderr, &config, events, n);
	abort();
}
