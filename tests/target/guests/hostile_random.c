// SPDX-License-Identifier: BSD-2-Clause
/*
 * A million operations of a guest that has gone wild, nearly all of which trap: see hostile_code.c.
 * Which they are follows from a seed, which is printed; seed=N and traps=N in the boot arguments
 * run it again, or longer.
 */
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "hostile.h"
#include "pl011.h"
#include "snippets.h"

#define TRAPS 1000000u
#define SLOTS 64u
#define TURNS 64u /* each with other registers, because new code is what costs an emulator time */

struct slot {
	uint32_t code[3];
	struct hostile_code made;
};

static struct slot slots[SLOTS];
static uint32_t taken[8]; /* exceptions, by vector */
static uint32_t seed;

static uint32_t option(const char *name, uint32_t otherwise)
{
	const char *text = strstr(machine_bootargs(), name);

	return text ? (uint32_t)strtoul(text + strlen(name), NULL, 0) : otherwise;
}

static void write_slot(struct slot *slot)
{
	const struct hostile_code made = hostile_generate(&seed);

	slot->made = made;
	slot->code[0] = made.thumb ? made.insn << 16 | made.insn >> 16 : made.insn;
	slot->code[1] = made.thumb ? 0x47704770 : 0xe12fff1e; /* BX LR */
	dcache_flush(slot->code, sizeof(slot->code));
	cp15_write(0, 7, 5, 1, slot->code); /* ICIMVAU: this vCPU runs it */
}

/* Distributor and DIR mostly; stores leave the UART alone, whose output would hide the results. */
static uint32_t target(enum hostile_kind kind)
{
	static const uint32_t bases[8] = { GICD_BASE, GICD_BASE,  GICD_BASE,  GICC_BASE + 0x1000,
					   GICC_BASE, PL011_BASE, 0x0a000000, NOWHERE };
	const uint32_t address = bases[random32(&seed) & 7] + (random32(&seed) & 0xffc);
	const uint32_t unaligned = random32(&seed) % 8 ? 0 : random32(&seed) & 3;

	if (kind == HOSTILE_STORE && (address & ~0xfffu) == PL011_BASE)
		return GICD_BASE + (address & 0xfff);
	return address + unaligned;
}

static void choose_registers(enum hostile_kind kind, uint32_t *regs)
{
	for (uint32_t i = 0; i < 6; i++)
		regs[i] = random32(&seed);
	if (random32(&seed) & 1) /* few bits: what a distributor or a call can make sense of */
		for (uint32_t i = 1; i < 6; i++)
			regs[i] &= random32(&seed) & random32(&seed) & random32(&seed);
	if (kind == HOSTILE_CALL)
		regs[0] = hostile_function(&seed);
	if (kind == HOSTILE_LOAD || kind == HOSTILE_STORE) {
		regs[0] = target(kind);
		regs[5] &= 0xfc;
	}
}

/* What was written to the GIC must not keep the timer from ending a WFI. */
static void prepare_to_sleep(void)
{
	gicd_write(GICD_CTLR, 1);
	gicd_write(GICD_IGROUPR(0), 0);
	gicd_write(GICD_ICACTIVER(0), UINT32_MAX);
	gic_set_priority(CNTV_INTID, 0);
	gic_enable(CNTV_INTID);
	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_CTLR, 1);
	cntv_set(timer_now() + timer_us(20), CNT_CTL_ENABLE);
}

struct run {
	const struct slot *slot;
	uint32_t regs[6];
};

static void run_slot(void *arg)
{
	struct run *run = arg;

	snippet_run((const void *)((uintptr_t)run->slot->code | run->slot->made.thumb), run->regs);
}

static void run_once(const struct slot *slot)
{
	struct run run = { .slot = slot };
	struct fault fault;

	choose_registers(slot->made.kind, run.regs);
	if (slot->made.kind == HOSTILE_SLEEP)
		prepare_to_sleep();
	if (fault_try(run_slot, &run, &fault))
		taken[fault.vector & 7]++;
}

static void one_batch(void)
{
	for (uint32_t i = 0; i < SLOTS; i++)
		write_slot(&slots[i]);
	cp15_write(0, 7, 5, 6, 0); /* BPIALL */
	dsb();
	isb();
	for (uint32_t i = 0; i < SLOTS * TURNS; i++)
		run_once(&slots[i % SLOTS]);
}

static void quieten(void)
{
	cntv_set(TIMER_FAR, 0);
	cntp_set(TIMER_FAR, 0);
	gic_init();
	pl011_init();
	drop_interrupt();
}

void test_random(void)
{
	const uint32_t wanted = option("traps=", TRAPS);
	uint32_t done = 0;

	seed = option("seed=", (uint32_t)timer_now() | 1);
	ktap_diag("seed=%lu traps=%lu", (unsigned long)seed, (unsigned long)wanted);
	for (; done < wanted; done += SLOTS * TURNS)
		one_batch();
	quieten();
	ktap_diag("%lu done: %lu undefined, %lu data aborts, %lu prefetch aborts",
		  (unsigned long)done, (unsigned long)taken[VECTOR_UND],
		  (unsigned long)taken[VECTOR_DABT], (unsigned long)taken[VECTOR_PABT]);
	ktap_check(taken[VECTOR_UND] > 0 && taken[VECTOR_DABT] > 0, "not what it is made for");
}
