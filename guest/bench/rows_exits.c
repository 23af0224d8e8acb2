// SPDX-License-Identifier: BSD-2-Clause
/* Exits that change nothing, and the machine's own cost of a loop and a counter. */
#include "bench.h"
#include "pl011.h"
#include "smccc.h"

#define UNKNOWN_FUNCTION 0x8400ff00u
#define UNMAPPED 0x0c000000u

/* Post-indexed: the syndrome of the abort does not describe it, so it has to be decoded. The
 * register clears nothing when it is written with 0. */
static inline void store_post_indexed(void)
{
	register uintptr_t address __asm__("r1") = PL011_BASE + UARTICR;
	register uint32_t data __asm__(BENCH_REGISTER) = 0;

	__asm__ volatile("str %1, [%0], #4" : "+r"(address) : "r"(data) : "memory");
}

/* As Linux's driver does. */
static inline void store_half(void)
{
	register uint32_t data __asm__(BENCH_REGISTER) = 0;

	__asm__ volatile("strh %0, [%1]" : : "r"(data), "r"(PL011_BASE + UARTICR) : "memory");
}

static inline void read_actlr(void)
{
	register uint32_t data __asm__(BENCH_REGISTER);

	__asm__ volatile("mrc p15, 0, %0, c1, c0, 1" : "=r"(data));
}

void rows_exits(void)
{
	MEASURE("empty_loop", 10 * ITERATIONS, 1, );
	MEASURE("cntvct_read", ITERATIONS, 1, (void)timer_now());
	MEASURE("hvc_psci_version", ITERATIONS, 1, hvc(PSCI_VERSION, 0, 0, 0));
	MEASURE("hvc_unknown", ITERATIONS, 1, hvc(UNKNOWN_FUNCTION, 0, 0, 0));
	MEASURE("cp15_actlr_read", ITERATIONS, 1, read_actlr());
	MEASURE("uart_fr_read", ITERATIONS, 1, trap_read(PL011_BASE + UARTFR));
	MEASURE("uart_store_half", ITERATIONS, 1, store_half());
	MEASURE("uart_store_post_indexed", ITERATIONS, 1, store_post_indexed());
	MEASURE("unmapped_read", ITERATIONS, 1, trap_read(UNMAPPED));
}
