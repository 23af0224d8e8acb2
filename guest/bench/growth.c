// SPDX-License-Identifier: BSD-2-Clause
/*
 * The same few operations in a VM that is one of many, has many vCPUs, many doorbells or many of
 * them bound: tools/bench_growth.py varies the description. Boot arguments: "rows BELLS BINDINGS",
 * or "holder BELLS" for the other VMs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "doorbell.h"
#include "gic.h"

#define DOORBELLS 0x0c100000u /* a word for each binding */
#define SELF 0u
#define ROUNDS 200u

/* Returns the last one. */
static uint32_t create(unsigned int bells)
{
	uint32_t bell = 0;

	while (bells-- != 0)
		if (doorbell_create(0, 0, &bell) != BELLHOP_OK)
			printf("a doorbell failed\n");
	return bell;
}

/* Each is rung by a store to a word of its own; all but the last interrupt an input of theirs that
 * stays disabled. Returns the address of the last. */
static uint32_t bind(unsigned int bindings)
{
	uint32_t bell, address = DOORBELLS;

	for (unsigned int i = 0; i < bindings; i++) {
		const uint32_t intid = i + 1 == bindings ? FIRST_SPI : FIRST_SPI + 8u + i % 32u;

		address = DOORBELLS + 4u * i;
		if (doorbell_create(0, 0, &bell) != BELLHOP_OK ||
		    doorbell_irq_bind(SELF, intid, bell, 0, 0) != BELLHOP_OK ||
		    doorbell_ioevent(SELF, address, 4, 0, bell, 0) != BELLHOP_OK)
			printf("binding %u failed\n", i);
	}
	return address;
}

static inline void ring(uint32_t address)
{
	const uint32_t before = irq_counts[0].spi;

	trap_write(address, 1);
	while (irq_counts[0].spi == before)
		;
}

static inline void sgi_to_self(void)
{
	const uint32_t seen = irq_counts[0].sgi[SGI_SELF];

	trap_write(GICD_BASE + GICD_SGIR, 2u << 24 | SGI_SELF);
	while (irq_counts[0].sgi[SGI_SELF] == seen)
		;
}

static void measure(uint32_t bell, uint32_t address)
{
	gic_enable(FIRST_SPI);
	irq_enable();
	MEASURE("hvc", ROUNDS, 1, hvc(0x84000000u, 0, 0, 0));
	MEASURE("gicd_read", ROUNDS, 1, trap_read(GICD_BASE + GICD_ISENABLER(0)));
	MEASURE("gicd_write", ROUNDS, 1, trap_write(GICD_BASE + GICD_ISENABLER(0), 0));
	MEASURE("sgi_self", ROUNDS, 1, sgi_to_self());
	MEASURE("uart_read", ROUNDS, 1, trap_read(PL011_BASE + 0x18u));
	MEASURE("bell_peek", ROUNDS, 1, hvc(BELLHOP_PEEK, bell, 0, 0));
	MEASURE("irqfd", ROUNDS, 1, ring(address));
	irq_disable();
}

int main(void)
{
	const char *args = machine_bootargs();
	char *rest;
	unsigned int bells;

	irq_take();
	bells = (unsigned int)strtoul(strchr(args, ' '), &rest, 10);
	if (strncmp(args, "holder", 6) == 0) {
		create(bells);
		for (;;)
			wfi();
	}
	measure(create(bells), bind((unsigned int)strtoul(rest, NULL, 10)));
	rows_print();
	return 0;
}
