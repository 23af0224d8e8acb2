// SPDX-License-Identifier: BSD-2-Clause
/*
 * Exceptions that a machine without memory at an address gives: data and prefetch aborts in both
 * status formats, undefined instructions, in ARM and Thumb state. Checked by DDI 0406C B1.8.1
 * (mode, masks), B1.9 (link registers), B3.13 (status registers).
 */
#include "common.h"
#include "mmu.h"
#include "snippets.h"

#define FSR_WNR (1u << 11)
#define FSR_LPAE (1u << 9)
#define STATUS_SHORT_EXTERNAL 0x08u
#define STATUS_LONG_EXTERNAL 0x10u

#define ATTR_AP_ALL (1u << 6)
#define ATTR_SH_INNER (3u << 8)
#define MAIR_NORMAL_DEVICE 0x04ffu /* Attr0 Normal write-back, Attr1 Device */

static bool long_format;

struct snippet_call {
	const void *code;
	uint32_t regs[6];
};

static void call_snippet(void *arg)
{
	struct snippet_call *call = arg;

	snippet_run(call->code, call->regs);
}

/* First megabyte that is no RAM, and the last one of the address space. */
static uint32_t above_ram(unsigned int n)
{
	const uint32_t end = RAM_BASE + machine_ram_size();

	return n ? 0xfff00000u : (end + MMU_SECTION_SIZE - 1) & ~(MMU_SECTION_SIZE - 1);
}

static uint32_t fsr_status(uint32_t fsr)
{
	return long_format ? fsr & 0x3f : (fsr & 0xf) | (fsr >> 6 & 0x10);
}

static uint32_t code_address(const void *code)
{
	return (uint32_t)code & ~1u;
}

static void check_entry(const char *what, const struct fault *f, uint32_t mode, bool thumb,
			uint32_t from_mode)
{
	ktap_check((f->cpsr & CPSR_MODE) == mode, "%s: entered mode 0x%lx", what,
		   (unsigned long)(f->cpsr & CPSR_MODE));
	ktap_check(f->cpsr & CPSR_I, "%s: CPSR.I clear", what);
	ktap_check(mode == MODE_UND || f->cpsr & CPSR_A, "%s: CPSR.A clear", what);
	ktap_check(!(f->cpsr & (CPSR_T | CPSR_E)), "%s: CPSR.T or E set", what);
	ktap_check((f->spsr & CPSR_MODE) == from_mode, "%s: SPSR mode 0x%lx", what,
		   (unsigned long)(f->spsr & CPSR_MODE));
	ktap_check(((f->spsr & CPSR_T) != 0) == thumb, "%s: SPSR.T wrong", what);
}

static void check_data_abort(const char *what, const void *code, uint32_t skip, uint32_t address,
			     bool write, uint32_t from_mode)
{
	struct snippet_call call = { .code = code, .regs = { address, 1, 2, 3, 4, 5 } };
	const bool thumb = ((uint32_t)code & 1) != 0;
	struct fault f;

	if (!ktap_check(fault_try(call_snippet, &call, &f), "%s: no abort", what))
		return;
	if (!ktap_check(f.vector == VECTOR_DABT, "%s: vector %u", what, f.vector))
		return;
	check_entry(what, &f, MODE_ABT, thumb, from_mode);
	ktap_check(f.lr == code_address(code) + skip + 8, "%s: LR_abt 0x%lx, code 0x%lx", what,
		   (unsigned long)f.lr, (unsigned long)code_address(code));
	ktap_check(f.far >= address && f.far < address + 16, "%s: DFAR 0x%lx", what,
		   (unsigned long)f.far);
	ktap_check(fsr_status(f.fsr) ==
				   (long_format ? STATUS_LONG_EXTERNAL : STATUS_SHORT_EXTERNAL) &&
			   ((f.fsr & FSR_LPAE) != 0) == long_format,
		   "%s: DFSR 0x%lx is no synchronous external abort", what, (unsigned long)f.fsr);
	ktap_check(((f.fsr & FSR_WNR) != 0) == write, "%s: DFSR.WnR wrong", what);
	ktap_check(f.r[0] == address, "%s: base register changed to 0x%lx", what,
		   (unsigned long)f.r[0]);
}

static void check_all_data_aborts(void)
{
	static const struct {
		const char *name;
		const void *code[2];
		bool write;
	} accesses[] = {
		{ "read8", { abort_a_read8, abort_t_read8 }, false },
		{ "read16", { abort_a_read16, abort_t_read16 }, false },
		{ "read32", { abort_a_read32, abort_t_read32 }, false },
		{ "write8", { abort_a_write8, abort_t_write8 }, true },
		{ "write16", { abort_a_write16, abort_t_write16 }, true },
		{ "write32", { abort_a_write32, abort_t_write32 }, true },
		{ "ldm", { abort_a_ldm, abort_t_ldm }, false },
		{ "stm", { abort_a_stm, abort_t_stm }, true },
		{ "ldrd", { abort_a_ldrd, abort_t_ldrd }, false },
		{ "strd", { abort_a_strd, abort_t_strd }, true },
		{ "ldr_post", { abort_a_ldr_post, abort_t_ldr_post }, false },
		{ "str_pre", { abort_a_str_pre, abort_t_str_pre }, true },
	};

	for (unsigned int where = 0; where < 2; where++)
		for (unsigned int i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++)
			for (unsigned int thumb = 0; thumb < 2; thumb++)
				check_data_abort(accesses[i].name, accesses[i].code[thumb], 0,
						 above_ram(where), accesses[i].write, MODE_SVC);
}

static void test_data_abort(void)
{
	check_all_data_aborts();
}

/* From System mode, at the second instruction of the snippet (CPS has 4 bytes in T32, too). */
static void test_data_abort_sys(void)
{
	check_data_abort("a_read_sys", abort_a_read_sys, 4, above_ram(0), false, MODE_SYS);
	check_data_abort("t_read_sys", abort_t_read_sys, 4, above_ram(0), false, MODE_SYS);
}

static void check_prefetch_abort(uint32_t address, bool thumb)
{
	struct fault f;

	if (!ktap_check(fault_call(address | (thumb ? 1 : 0), &f), "0x%lx: no abort",
			(unsigned long)address))
		return;
	if (!ktap_check(f.vector == VECTOR_PABT, "0x%lx: vector %u", (unsigned long)address,
			f.vector))
		return;
	check_entry("fetch", &f, MODE_ABT, thumb, MODE_SVC);
	ktap_check_eq(f.lr, address + 4, "LR_abt");
	ktap_check_eq(f.far, address, "IFAR");
	ktap_check(fsr_status(f.fsr) ==
				   (long_format ? STATUS_LONG_EXTERNAL : STATUS_SHORT_EXTERNAL) &&
			   ((f.fsr & FSR_LPAE) != 0) == long_format,
		   "0x%lx: IFSR 0x%lx is no synchronous external abort", (unsigned long)address,
		   (unsigned long)f.fsr);
}

static void check_all_prefetch_aborts(void)
{
	for (unsigned int thumb = 0; thumb < 2; thumb++) {
		check_prefetch_abort(above_ram(0), thumb);
		check_prefetch_abort(above_ram(1) + 0xff0, thumb);
	}
}

static void test_prefetch_abort(void)
{
	check_all_prefetch_aborts();
}

/* Holes and devices below RAM read as zero, but nothing can be executed there. */
static void test_prefetch_abort_below(void)
{
	static const uint32_t places[] = { 0x0a000000, 0x10000000, GICD_BASE, PL011_BASE };

	if (needs_bellhop())
		return;
	for (unsigned int i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const uint32_t section = places[i] & ~(MMU_SECTION_SIZE - 1);

		mmu_map(section, section, MMU_SECTION_SIZE, MMU_DEVICE_EXEC);
		check_prefetch_abort(places[i], false);
		check_prefetch_abort(places[i] + 2, true);
		mmu_map(section, section, MMU_SECTION_SIZE, MMU_DEVICE);
	}
}

static void check_undef(const char *what, const void *code)
{
	struct snippet_call call = { .code = code };
	const bool thumb = ((uint32_t)code & 1) != 0;
	struct fault f;

	if (!ktap_check(fault_try(call_snippet, &call, &f), "%s: no exception", what))
		return;
	if (!ktap_check(f.vector == VECTOR_UND, "%s: vector %u", what, f.vector))
		return;
	check_entry(what, &f, MODE_UND, thumb, MODE_SVC);
	ktap_check(f.lr == code_address(code) + (thumb ? 2 : 4), "%s: LR_und 0x%lx, code 0x%lx",
		   what, (unsigned long)f.lr, (unsigned long)code_address(code));
}

/*
 * UDF is the vCPU's own exception; a CP15 c15 access goes through the hypervisor (HSTR.T15); an
 * emulated Cortex-A15 by itself ignores all of c15.
 */
static void test_undefined(void)
{
	check_undef("a_undef", abort_a_undef);
	check_undef("t_undef", abort_t_undef);
	if (machine_is_native())
		return;
	check_undef("a_undef_cp15", abort_a_undef_cp15);
	check_undef("t_undef_cp15", abort_t_undef_cp15);
}

static uint64_t level1[4] __attribute__((aligned(32)));

/* Long-descriptor map: 1 GiB blocks, identity, the second (RAM) Normal, the others Device. */
static void long_format_on(void)
{
	for (uint32_t i = 0; i < 4; i++)
		level1[i] = (uint64_t)i << 30 | 0x401 | ATTR_AP_ALL | ATTR_SH_INNER |
			    (i == 1 ? 0u : 1u << 2);
	mmu_disable();
	cp15_write(0, 10, 2, 0, MAIR_NORMAL_DEVICE);
	cp15_write(0, 2, 0, 2, 1u << 31 | 0x3500);
	cp15_write64(0, 2, (uint32_t)level1);
	cp15_write(0, 8, 7, 0, 0);
	dsb();
	isb();
	cp15_write(0, 1, 0, 0, cp15_read(0, 1, 0, 0) | SCTLR_M | SCTLR_C);
	isb();
	long_format = true;
}

static void long_format_off(void)
{
	mmu_disable();
	cp15_write64(0, 2, 0);
	cp15_write(0, 2, 0, 2, 0);
	isb();
	mmu_on();
	long_format = false;
}

static void test_long_format(void)
{
	long_format_on();
	check_all_data_aborts();
	check_all_prefetch_aborts();
	long_format_off();
}

/* With the MMU off every access goes to stage 2 directly. */
static void test_mmu_off(void)
{
	mmu_disable();
	check_all_data_aborts();
	check_all_prefetch_aborts();
	mmu_on();
}

/*
 * No second-level table is read out of the CPU interface, where a read has effects: HCR.PTW (DDI
 * 0406C B4.1.68). Of the two descriptors that this would give GICV_PMR is none, and GICV_IAR, read
 * as one, would take an interrupt.
 */
static void test_tables_in_device(void)
{
	const uint32_t section = above_ram(0);
	struct fault f;
	uint32_t value;

	if (needs_bellhop())
		return;
	mmu_table[section >> 20] = GICC_BASE | 1; /* a page table, domain 0 */
	dsb();
	cp15_write(0, 8, 3, 0, 0); /* TLBIALLIS */
	dsb();
	isb();
	for (uint32_t page = 1; page < 4; page += 2) {
		ktap_check(fault_read(section + page * 4096, 4, &value, &f), "page %lu: no abort",
			   (unsigned long)page);
		ktap_check_eq(fsr_status(f.fsr), STATUS_SHORT_EXTERNAL, "DFSR");
	}
	mmu_map(section, section, MMU_SECTION_SIZE, MMU_DEVICE_EXEC);
}

/* A guest goes on after thousands of them. */
static void test_many(void)
{
	struct fault f;
	uint32_t value;
	unsigned int taken = 0;

	for (unsigned int i = 0; i < 5000; i++)
		taken += fault_read(above_ram(0) + 64 * (i & 0xff), 4, &value, &f);
	ktap_check_eq(taken, 5000, "aborts taken");
}

static const struct ktap_test tests[] = {
	{ "data_abort", test_data_abort },
	{ "data_abort_sys", test_data_abort_sys },
	{ "prefetch_abort", test_prefetch_abort },
	{ "prefetch_abort_below", test_prefetch_abort_below },
	{ "undefined", test_undefined },
	{ "mmu_off", test_mmu_off },
	{ "long_format", test_long_format },
	{ "tables_in_device", test_tables_in_device },
	{ "many", test_many },
};

int main(void)
{
	for (unsigned int n = 0; n < 2; n++)
		mmu_map(above_ram(n), above_ram(n), MMU_SECTION_SIZE, MMU_DEVICE_EXEC);
	return ktap_run_all(tests);
}
