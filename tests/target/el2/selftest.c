// SPDX-License-Identifier: BSD-2-Clause
/*
 * EL2 tests itself, on the machine: this main takes the place of hyp/main.c. The boot arguments say
 * what is done: "selftest" runs the list below and prints KTAP; "panic", "fault", "overflow" and
 * "undef" end in the panic of that name, whose text is the test's result.
 */
#include <stdbool.h>
#include <stddef.h>

#include "drivers/gic.h"
#include "hyp/arm.h"
#include "hyp/boot.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/image_symbols.h"
#include "hyp/layout.h"
#include "hyp/libc.h"
#include "hyp/mm.h"
#include "hyp/panic.h"
#include "hyp/vm.h"

enum fault { NO_FAULT, FAULT_DATA, FAULT_PREFETCH };

static volatile bool expecting;
static volatile enum fault seen;

void __real_hyp_fault(uint32_t vector, struct hyp_frame *frame);
void __wrap_hyp_fault(uint32_t vector, struct hyp_frame *frame);

/* A fault that a test waits for ends in the instruction behind the access, or at the caller of the
 * code that could not be fetched. Every other one goes where it always goes. */
void __wrap_hyp_fault(uint32_t vector, struct hyp_frame *frame)
{
	if (expecting && vector == 4) {
		seen = FAULT_DATA;
		frame->pc += 4;
	} else if (expecting && vector == 3) {
		seen = FAULT_PREFETCH;
		frame->pc = frame->lr;
	} else {
		__real_hyp_fault(vector, frame);
	}
}

static void begin(void)
{
	seen = NO_FAULT;
	expecting = true;
}

static enum fault end(void)
{
	expecting = false;
	return seen;
}

static enum fault try_read(uint32_t address)
{
	uint32_t value;

	begin();
	__asm__ volatile("ldrb %0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return end();
}

/* Writes back what is there, so that a page which is writable by mistake survives the test. */
static enum fault try_write(uint32_t address)
{
	begin();
	__asm__ volatile("ldrb r3, [%0]\n\tstrb r3, [%0]" : : "r"(address) : "r3", "memory");
	return end();
}

static enum fault try_execute(uint32_t address)
{
	begin();
	__asm__ volatile("blx %0" : : "r"(address) : "lr", "memory");
	return end();
}

static const uint32_t bx_lr_in_rodata = 0xe12fff1e;
static uint32_t bx_lr_in_data = 0xe12fff1e;

static bool text_is_read_only(void)
{
	return try_write((uint32_t)hyp_main) == FAULT_DATA &&
	       try_read((uint32_t)hyp_main) == NO_FAULT;
}

static bool rodata_is_read_only(void)
{
	return try_write((uint32_t)&bx_lr_in_rodata) == FAULT_DATA;
}

static bool rodata_does_not_execute(void)
{
	return try_execute((uint32_t)&bx_lr_in_rodata) == FAULT_PREFETCH;
}

static bool data_does_not_execute(void)
{
	return try_write((uint32_t)&bx_lr_in_data) == NO_FAULT &&
	       try_execute((uint32_t)&bx_lr_in_data) == FAULT_PREFETCH;
}

static bool stack_does_not_execute(void)
{
	uint32_t code = 0xe12fff1e;

	return try_execute((uint32_t)&code) == FAULT_PREFETCH;
}

static bool heap_does_not_execute(void)
{
	return try_execute((uint32_t)vms[0]) == FAULT_PREFETCH;
}

static bool devices_do_not_execute(void)
{
	return try_execute(HYP_DEVICES) == FAULT_PREFETCH;
}

static bool stacks_have_guards(void)
{
	for (unsigned int cpu = 0; cpu < CPU_MAX; cpu++)
		if (try_read(STACK_TOP(cpu) - STACK_SIZE - 4) != FAULT_DATA ||
		    try_read(STACK_TOP(cpu)) != FAULT_DATA)
			return false;
	return true;
}

static bool stack_has_one_address(void)
{
	return try_read((uint32_t)boot_stack_bottom) == FAULT_DATA;
}

static bool fdt_and_pack_are_read_only(void)
{
	return try_write(HYP_FDT) == FAULT_DATA &&
	       try_write((uint32_t)vms[0]->plan.segment[0].src) == FAULT_DATA;
}

static bool null_is_not_mapped(void)
{
	return try_read(0) == FAULT_DATA;
}

/* Neither where the image was loaded, nor where guests live. */
static bool physical_memory_is_not_mapped(void)
{
	return try_read(mm_physical(__image_start)) == FAULT_DATA &&
	       try_read((uint32_t)vms[0]->config->region[0].pa) == FAULT_DATA;
}

static bool window_opens_and_closes(void)
{
	uint32_t address = (uint32_t)mm_window(vms[0]->config->region[0].pa);
	bool open = try_write(address) == NO_FAULT && try_execute(address) == FAULT_PREFETCH;

	mm_window_close();
	return open && try_read(address) == FAULT_DATA;
}

static bool only_the_own_window_is_open(void)
{
	bool others_closed = true;

	mm_window(vms[0]->config->region[0].pa);
	for (unsigned int cpu = 1; cpu < CPU_MAX; cpu++)
		others_closed &= try_read(HYP_WINDOW + cpu * HYP_WINDOW_SIZE) == FAULT_DATA;
	mm_window_close();
	return others_closed;
}

static bool caches_and_wxn_are_on(void)
{
	uint32_t hsctlr;

	__asm__ volatile("mrc p15, 4, %0, c1, c0, 0" : "=r"(hsctlr));
	return hsctlr == HSCTLR_VALUE;
}

static bool copies_of_every_alignment(void)
{
	static uint8_t from[80], to[80];

	for (unsigned int i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i * 7 + 1);
	for (unsigned int a = 0; a < 4; a++)
		for (unsigned int b = 0; b < 4; b++)
			for (unsigned int n = 0; n < 72; n++) {
				memset(to, 0xa5, sizeof(to));
				memcpy(to + a, from + b, n);
				if (memcmp(to + a, from + b, n) != 0 || to[a + n] != 0xa5 ||
				    (a != 0 && to[a - 1] != 0xa5))
					return false;
			}
	return true;
}

static bool all_cpus_are_online(void)
{
	unsigned int online = 0;

	for (unsigned int i = 0; i < CPU_MAX; i++)
		online += cpus[i] != NULL && cpus[i]->online;
	for (unsigned int i = 0; i < online; i++)
		if (!cpus[i]->online || cpus[i]->gic_mask != 1u << i)
			return false;
	return online >= 1;
}

static const struct {
	const char *name;
	bool (*run)(void);
} tests[] = {
	{ "text_is_read_only", text_is_read_only },
	{ "rodata_is_read_only", rodata_is_read_only },
	{ "rodata_does_not_execute", rodata_does_not_execute },
	{ "data_does_not_execute", data_does_not_execute },
	{ "stack_does_not_execute", stack_does_not_execute },
	{ "heap_does_not_execute", heap_does_not_execute },
	{ "devices_do_not_execute", devices_do_not_execute },
	{ "stacks_have_guards", stacks_have_guards },
	{ "stack_has_one_address", stack_has_one_address },
	{ "fdt_and_pack_are_read_only", fdt_and_pack_are_read_only },
	{ "null_is_not_mapped", null_is_not_mapped },
	{ "physical_memory_is_not_mapped", physical_memory_is_not_mapped },
	{ "window_opens_and_closes", window_opens_and_closes },
	{ "only_the_own_window_is_open", only_the_own_window_is_open },
	{ "caches_and_wxn_are_on", caches_and_wxn_are_on },
	{ "copies_of_every_alignment", copies_of_every_alignment },
	{ "all_cpus_are_online", all_cpus_are_online },
};

#define N_TESTS (sizeof(tests) / sizeof(tests[0]))

static void run_tests(void)
{
	unsigned int failed = 0;

	console_print("KTAP version 1\n1..%zu\n", N_TESTS);
	for (size_t i = 0; i < N_TESTS; i++) {
		bool ok = tests[i].run();

		failed += !ok;
		console_print("%s %zu %s\n", ok ? "ok" : "not ok", i + 1, tests[i].name);
	}
	console_print("# Totals: pass:%zu fail:%u skip:0 error:0\n", N_TESTS - failed, failed);
	if (failed != 0)
		panic("%u tests of EL2 failed", failed);
}

/* Runs into the guard page below this CPU's stack. */
static uint32_t __attribute__((noinline)) overflow(uint32_t depth)
{
	volatile uint32_t frame[64];

	frame[depth % 64] = depth;
	return overflow(depth + 1) + frame[(depth + 1) % 64];
}

void hyp_main(uint32_t fdt_physical)
{
	const char *what;

	boot_machine(fdt_physical);
	what = boot_arguments();
	if (strcmp(what, "panic") == 0)
		panic("asked for by the boot arguments, %s", "as a test");
	else if (strcmp(what, "fault") == 0)
		*(volatile uint32_t *)0x1234 = 1;
	else if (strcmp(what, "overflow") == 0)
		console_print("%u\n", overflow(0));
	else if (strcmp(what, "undef") == 0)
		__asm__ volatile("udf #0");
	else
		run_tests();
	machine_off();
}
