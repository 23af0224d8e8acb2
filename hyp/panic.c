// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/panic.h"

#include <stdarg.h>

#include "hyp/arm.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/hsr.h"
#include "hyp/image_symbols.h"
#include "hyp/layout.h"
#include "hyp/smc.h"
#include "hyp/vm.h"

#define SEMIHOSTING_EXIT_EXTENDED 0x20u
#define APPLICATION_EXIT 0x20026u
#define EXIT_PANIC 70u	 /* EX_SOFTWARE */
#define EXIT_REFUSED 65u /* EX_DATAERR */
#define TRACE_WORDS 512u
#define TRACE_LINES 16u

extern uint32_t semihosting_call(uint32_t operation, const void *argument);
extern char semihosting_hlt[];

static const struct machine *the_machine;
static uint32_t panicking; /* number of CPUs in panic(): the second one only stops */

void machine_exit_init(const struct machine *machine)
{
	the_machine = machine;
}

/* First the emulator, which takes an exit code (only where the FDT says it is one: with a debugger
 * attached silicon would stop there); then firmware; then sleep. */
static void __attribute__((noreturn)) machine_exit(uint32_t code)
{
	const uint32_t argument[2] = { APPLICATION_EXIT, code };

	console_flush();
	if (the_machine != NULL && the_machine->is_qemu_virt)
		semihosting_call(SEMIHOSTING_EXIT_EXTENDED, argument);
	if (the_machine != NULL)
		psci_system_off(&the_machine->psci);
	for (;;)
		wfi();
}

void machine_off(void)
{
	machine_exit(0);
}

void refuse(const char *line)
{
	console_panic_mode();
	console_print("bellhop: %s\n", line);
	machine_exit(EXIT_REFUSED);
}

static const char *const ec_names[64] = {
	[HSR_EC_UNKNOWN] = "unknown reason (undefined instruction)",
	[HSR_EC_WFX] = "WFI or WFE",
	[HSR_EC_CP15_32] = "MCR/MRC CP15",
	[HSR_EC_CP15_64] = "MCRR/MRRC CP15",
	[HSR_EC_CP14_32] = "MCR/MRC CP14",
	[HSR_EC_CP14_LS] = "LDC/STC CP14",
	[HSR_EC_CP_0_13] = "coprocessor 0-13",
	[HSR_EC_CP10_ID] = "VMRS",
	[HSR_EC_BXJ] = "BXJ",
	[HSR_EC_CP14_64] = "MRRC CP14",
	[HSR_EC_SVC] = "SVC",
	[HSR_EC_HVC] = "HVC",
	[HSR_EC_SMC] = "SMC",
	[HSR_EC_IABT] = "guest prefetch abort",
	[HSR_EC_IABT_HYP] = "prefetch abort at EL2",
	[HSR_EC_DABT] = "guest data abort",
	[HSR_EC_DABT_HYP] = "data abort at EL2",
};

static void print_syndrome(void)
{
	uint32_t hsr = read_hsr();
	const char *name = ec_names[hsr_ec(hsr)];

	console_print("hsr 0x%08x: %s", hsr, name != NULL ? name : "reserved class");
	if (hsr_ec(hsr) == HSR_EC_DABT_HYP)
		console_print(", %s at 0x%08x, fault status 0x%02x",
			      hsr_wnr(hsr) ? "write" : "read", read_hdfar(), hsr_fsc(hsr));
	if (hsr_ec(hsr) == HSR_EC_IABT_HYP)
		console_print(" at 0x%08x, fault status 0x%02x", read_hifar(), hsr_fsc(hsr));
	console_print("\n");
}

static bool is_text(uint32_t address)
{
	return address - HYP_IMAGE < (uint32_t)(__text_end - __image_start);
}

/* Behind a BL or BLX of A32, or, where bit 0 says so, of T32 (DDI 0406C A8.8.25, A8.8.26). */
static bool is_return_address(uint32_t value)
{
	const uint16_t *half = (const uint16_t *)(value & ~1u);
	uint32_t call;

	if (!is_text(value - 4) || !is_text(value) || value % 4 == 2)
		return false;
	if (value % 2 == 1)
		return (half[-1] & 0xff87u) == 0x4780u ||
		       ((half[-2] & 0xf800u) == 0xf000u && (half[-1] & 0xc000u) == 0xc000u);
	call = *(const uint32_t *)(value - 4);
	return (call & 0x0f000000u) == 0x0b000000u || (call & 0xfe000000u) == 0xfa000000u ||
	       (call & 0x0ffffff0u) == 0x012fff30u;
}

/* Without frame pointers: every word on the stack that can be a return address. Some may be stale;
 * addr2line on bellhop.elf gives the names. */
static void print_trace(uint32_t sp)
{
	uint32_t top = STACK_TOP(this_cpu()->number);
	uint32_t lines = 0;

	if (sp < top - STACK_SIZE)
		sp = top - STACK_SIZE;

	console_print("stack trace (addr2line -fe bellhop.elf ...):\n");
	for (uint32_t word = sp & ~3u; word < top && word - sp < 4 * TRACE_WORDS; word += 4) {
		uint32_t value = *(const uint32_t *)word;

		if (!is_return_address(value))
			continue;
		console_print("  0x%08x\n", value);
		if (++lines == TRACE_LINES)
			break;
	}
}

static void print_frame(const struct hyp_frame *frame)
{
	for (unsigned int i = 0; i < 13; i++)
		console_print("r%-2u 0x%08x%s", i, frame->r[i], i % 4 == 3 ? "\n" : "  ");
	console_print("sp  0x%08x  lr  0x%08x\npc  0x%08x  cpsr 0x%08x\n", frame->sp, frame->lr,
		      frame->pc, frame->cpsr);
}

static void print_place(void)
{
	const struct cpu *cpu = this_cpu();

	console_print("cpu %u", cpu->number);
	if (cpu->current != NULL)
		console_print(", vm %s vcpu %u at 0x%08x", cpu->current->vm->config->name,
			      cpu->current->id, cpu->current->pc);
	console_print("\n");
}

static void panic_begin(void)
{
	if (__atomic_fetch_add(&panicking, 1, __ATOMIC_RELAXED) != 0)
		for (;;)
			wfi();
	console_panic_mode();
	console_print("\nbellhop: panic: ");
}

void panic(const char *format, ...)
{
	char text[FMT_LINE_SIZE];
	va_list args;

	panic_begin();
	va_start(args, format);
	fmt_vprint(text, sizeof(text), format, args);
	va_end(args);
	console_print("%s\n", text);
	print_place();
	print_trace((uint32_t)__builtin_frame_address(0));
	machine_exit(EXIT_PANIC);
}

/* The vector then left the sp it would have stored the frame at in HIFAR. */
static bool hit_guard(void)
{
	uint32_t bottom = STACK_TOP(this_cpu()->number) - STACK_SIZE;

	return hsr_ec(read_hsr()) == HSR_EC_DABT_HYP &&
	       read_hdfar() - (bottom - STACK_SIZE) < STACK_SIZE;
}

static const char *const vector_names[] = { "reset", "undefined instruction", "hypervisor call",
					    "prefetch abort", "data abort" };

void hyp_fault(uint32_t vector, struct hyp_frame *frame)
{
	if (frame->pc == (uint32_t)semihosting_hlt) {
		frame->r[0] = 0;
		frame->pc += 4;
		return;
	}
	panic_begin();
	console_print("%s in the hypervisor%s\n", vector_names[vector],
		      hit_guard() ? ": its stack overflowed" : "");
	if (hit_guard())
		frame->sp = read_hifar() + sizeof(*frame);
	print_place();
	print_syndrome();
	print_frame(frame);
	print_trace(frame->sp);
	machine_exit(EXIT_PANIC);
}
