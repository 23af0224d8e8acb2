/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cost of operations in ticks of the guest's counter. Where a tick is a fixed number of
 * instructions (an emulator that counts them) the result is the work of the whole machine,
 * hypervisor included, and the same in every run.
 */
#ifndef BELLHOP_BENCH_BENCH_H
#define BELLHOP_BENCH_BENCH_H

#include <stdint.h>

#include "cpu.h"
#include "timer.h"

#define REPETITIONS 3
#define ITERATIONS 1000u
#define WARM_UP 16u

#define SGI_PING 1u
#define SGI_PONG 2u
#define SGI_SELF 3u
#define SGI_IDLE 4u
#define FIRST_SPI 40u
#define N_SPIS 16u

/* A row of the result: ticks of a repetition of `operations` operations. */
struct row {
	const char *name;
	uint32_t best, worst; /* 2^32 ticks are longer than any run */
	uint32_t operations;
	int32_t region; /* of the last repetition; -1: none */
};

/* Adds one repetition; `name` is that of a row in limits.json. Rows are printed at the end, so that
 * the console is quiet while something is measured. */
void row_add(const char *name, uint64_t ticks, uint32_t operations);
void rows_print(void);

/* The interrupt handler's counts for one vCPU (irq.c). */
struct irq_counts {
	volatile uint32_t sgi[16];
	volatile uint32_t spi, timer, other;
	volatile uint64_t timer_at; /* virtual count when the timer's handler began */
};

extern struct irq_counts irq_counts[2];

/* This vCPU takes its IRQs by the vectors of entry.S from now on. */
void irq_take(void);

/* r0 = the call's result: HVC #0 with SMCCC's registers. */
uint32_t hvc(uint32_t function, uint32_t a1, uint32_t a2, uint32_t a3);

/* Physical count at the first instruction of this VM, and at that of bench_secondary. */
extern uint64_t bench_start_count;
extern volatile uint64_t bench_secondary_count;
extern uint32_t bench_secondary[]; /* vCPU entry: takes the count, and switches itself off */

void bench_irq(void);

void rows_exits(void);
void rows_gic(void);
void rows_cpus(void);
void rows_devices(void);
void rows_bells(void);
void rows_bells_model(void) __attribute__((noreturn));
void rows_pair(void);
void rows_pair_echo(void) __attribute__((noreturn));
void rows_vms(void);
void rows_vms_leader(void) __attribute__((noreturn));
void rows_neighbour(void) __attribute__((noreturn));

/*
 * Accesses that trap, with their data in one fixed register: which one a compiler would choose
 * must not change the figures (the hypervisor keeps a guest's r8-r14 in another place than r0-r7).
 * The same program built with another register shows what it costs there.
 */
#ifndef BENCH_REGISTER
#define BENCH_REGISTER "r2"
#endif
static inline uint32_t trap_read(uintptr_t address)
{
	register uint32_t data __asm__(BENCH_REGISTER);

	__asm__ volatile("ldr %0, [%1]" : "=r"(data) : "r"(address) : "memory");
	return data;
}

static inline void trap_write(uintptr_t address, uint32_t value)
{
	register uint32_t data __asm__(BENCH_REGISTER) = value;

	__asm__ volatile("str %0, [%1]" : : "r"(data), "r"(address) : "memory");
}

/* Hints that a plugin of the emulator looks for: what runs between the two belongs to the next
 * row_add(). They cost one instruction each; regions are numbered from 0 as they begin. */
extern int32_t regions_begun;

static inline void region_begin(void)
{
	regions_begun++;
	__asm__ volatile("dbg #1" ::: "memory");
}

static inline void region_end(void)
{
	__asm__ volatile("dbg #2" ::: "memory");
}

/* The loop around an operation is two instructions; "empty loop" is a row, and never subtracted. */
#define MEASURE(name, iterations, per_iteration, operation)                                        \
	do {                                                                                       \
		for (unsigned int rep_ = 0; rep_ < REPETITIONS; rep_++) {                          \
			for (uint32_t i_ = 0; i_ < WARM_UP; i_++)                                  \
				operation;                                                         \
			region_begin();                                                            \
			const uint64_t start_ = timer_now();                                       \
			for (uint32_t i_ = (iterations); i_ != 0; i_--) {                          \
				__asm__ volatile("");                                              \
				operation;                                                         \
			}                                                                          \
			const uint64_t ticks_ = timer_now() - start_;                              \
			region_end();                                                              \
			row_add(name, ticks_, (iterations) * (per_iteration));                     \
		}                                                                                  \
	} while (0)
#endif
