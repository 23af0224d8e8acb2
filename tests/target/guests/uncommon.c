// SPDX-License-Identifier: BSD-2-Clause
/*
 * Aborts and accesses that hardly any guest makes: writes to read-only memory, also where it is
 * mapped over a device; page tables where there is no memory; emulated registers from User mode,
 * with the program counter, and with User mode's registers.
 */
#include "common.h"
#include "mmu.h"
#include "pl011.h"
#include "snippets.h"

/* Both hold this program's own ELF file. */
#define ROM 0x0c000000u
#define HIGH_ROM 0x60000000u
#define ROM_WORD 0x464c457fu
#define SHARED 0x70000000u
#define HOLE 0x0a000000u
#define PAGE_TABLE 1u /* a first-level descriptor's type */
#define P (GICD_BASE + GICD_IPRIORITYR(0) + 96)
#define PRIORITY_BITS 0xf8f8f8f8u
#define FSR_STATUS 0x40fu
#define SYNC_EXTERNAL 0x008u
#define IBRD 0x1234u

/* Memory that nothing else uses, at an address that a priority register can hold. */
#define LANDING 0x40800808u
#define MOV_R1_1 0xe3a01001u
#define BX_LR 0xe12fff1eu
#define LDR_R1_R0_POST 0xe4901004u /* ldr r1, [r0], #4 */

extern const char user_ldm[], user_stm[], shared_ldm[], store_pc[], load_pc[], store_two[];

struct call {
	const void *code;
	uint32_t regs[6];
};

static void run(void *arg)
{
	struct call *call = arg;

	snippet_run(call->code, call->regs);
}

static void check_refused(const char *what, bool taken, const struct fault *f, uint32_t address)
{
	if (!ktap_check(taken && f->vector == VECTOR_DABT, "%s: no data abort", what))
		return;
	ktap_check_eq(f->fsr & FSR_STATUS, SYNC_EXTERNAL, what);
	ktap_check_eq(f->far, address, what);
}

/* By every width, and by an instruction that has no syndrome. */
static void test_read_only_memory_aborts(void)
{
	struct call call = { store_two, { HIGH_ROM, 1, 2 } };
	struct fault f;

	mmu_map(HIGH_ROM, HIGH_ROM, MMU_SECTION_SIZE, MMU_NONCACHED);
	ktap_check_eq(mmio_read32(HIGH_ROM), ROM_WORD, "what the region was loaded with");
	for (unsigned int size = 1; size <= 4; size *= 2)
		check_refused("store", fault_write(HIGH_ROM, size, 0, &f), &f, HIGH_ROM);
	check_refused("stm", fault_try(run, &call, &f), &f, HIGH_ROM);
	ktap_check_eq(mmio_read32(HIGH_ROM), ROM_WORD, "after the stores");
}

/* Below RAM it is as where nothing is: stores do nothing. */
static void test_read_only_memory_below_ram_ignores(void)
{
	struct call call = { store_two, { ROM, 1, 2 } };
	struct fault f;

	for (unsigned int size = 1; size <= 4; size *= 2)
		ktap_check(!fault_write(ROM, size, 0, &f), "%u bytes: abort", size);
	ktap_check(!fault_try(run, &call, &f), "stm: abort");
	ktap_check_eq(mmio_read32(ROM), ROM_WORD, "after the stores");
}

/* HPFAR says nothing of a permission fault. The virtual address is that of the UART. */
static void test_read_only_memory_over_a_device(void)
{
	struct fault f;
	bool taken;

	mmio_write32(PL011_BASE + UARTIBRD, IBRD);
	mmu_map(PL011_BASE, HIGH_ROM, MMU_SECTION_SIZE, MMU_DEVICE);
	taken = fault_write(PL011_BASE + UARTIBRD, 4, 0, &f);
	mmu_map(PL011_BASE, PL011_BASE, MMU_SECTION_SIZE, MMU_DEVICE);
	check_refused("store", taken, &f, PL011_BASE + UARTIBRD);
	ktap_check_eq(mmio_read32(PL011_BASE + UARTIBRD), IBRD, "UARTIBRD");
}

/* A walk has no way to read as zero: it aborts, and the guest goes on. */
static void test_page_table_without_memory(void)
{
	const uint32_t va = HOLE + MMU_SECTION_SIZE;
	struct fault f;
	uint32_t value;
	bool taken;

	mmu_map(va, HOLE, MMU_SECTION_SIZE, (enum mmu_attr)PAGE_TABLE);
	taken = fault_read(va, 4, &value, &f);
	mmu_map(va, va, MMU_SECTION_SIZE, MMU_DEVICE);
	ktap_check(taken && f.vector == VECTOR_DABT, "no data abort");
	ktap_check_eq(f.far, va, "DFAR");
	ktap_check(!fault_read(va, 4, &value, &f), "aborts although the table is right again");
}

static void to_supervisor(struct exception_frame *frame)
{
	frame->spsr = (frame->spsr & ~(uint32_t)CPSR_MODE) | MODE_SVC;
}

static void test_device_from_user_mode(void)
{
	struct call load = { user_ldm, { P } };
	struct call store = { user_stm, { P, 0x40383028, 0x60585048 } };

	exception_set_svc(to_supervisor);
	mmio_write32(P, 0x20181008);
	mmio_write32(P + 4, 0xa0989088);
	snippet_run(load.code, load.regs);
	ktap_check_eq(load.regs[1], 0x20181008, "r1");
	ktap_check_eq(load.regs[2], 0xa0989088, "LR of User mode");
	snippet_run(store.code, store.regs);
	ktap_check_eq(mmio_read32(P), 0x40383028, "stored from r1");
	ktap_check_eq(mmio_read32(P + 4), 0x60585048, "stored from LR of User mode");
}

static void test_registers_that_user_mode_shares(void)
{
	struct call call = { shared_ldm, { P } };

	mmio_write32(P, 0x20181008);
	mmio_write32(P + 4, 0xa0989088);
	snippet_run(call.code, call.regs);
	ktap_check_eq(call.regs[2], 0x20181008, "r2");
	ktap_check_eq(call.regs[3], 0xa0989088, "r8");
}

static void test_store_of_the_pc(void)
{
	struct call call = { store_pc, { P } };

	snippet_run(call.code, call.regs);
	ktap_check_eq(mmio_read32(P), ((uint32_t)store_pc + 8) & PRIORITY_BITS, "PC + 8");
}

static void test_jump_through_a_device(void)
{
	struct call call = { load_pc, { P } };

	mmio_write32(LANDING, MOV_R1_1);
	mmio_write32(LANDING + 4, BX_LR);
	dsb();
	cp15_write(0, 7, 5, 0, 0); /* ICIALLU; the data cache is clean to the point of unification
				    * for what was stored as Device memory */
	isb();
	mmio_write32(P, LANDING);
	snippet_run(call.code, call.regs);
	ktap_check_eq(call.regs[1], 1, "r1");
}

/* Shared memory is memory: what it is told there by an instruction without syndrome is done. */
static void test_code_in_shared_memory(void)
{
	struct call call = { (const void *)SHARED, { P, 0 } };

	mmu_map(SHARED, SHARED, MMU_SECTION_SIZE, MMU_NONCACHED);
	mmio_write32(SHARED, LDR_R1_R0_POST);
	mmio_write32(SHARED + 4, BX_LR);
	dsb();
	cp15_write(0, 7, 5, 0, 0); /* ICIALLU */
	isb();
	mmio_write32(P, 0x20181008);
	snippet_run(call.code, call.regs);
	ktap_check_eq(call.regs[0], P + 4, "r0");
	ktap_check_eq(call.regs[1], 0x20181008, "r1");
}

static const struct ktap_test tests[] = {
	{ "read_only_memory_aborts", test_read_only_memory_aborts },
	{ "read_only_memory_below_ram_ignores", test_read_only_memory_below_ram_ignores },
	{ "read_only_memory_over_a_device", test_read_only_memory_over_a_device },
	{ "page_table_without_memory", test_page_table_without_memory },
	{ "device_from_user_mode", test_device_from_user_mode },
	{ "registers_that_user_mode_shares", test_registers_that_user_mode_shares },
	{ "store_of_the_pc", test_store_of_the_pc },
	{ "jump_through_a_device", test_jump_through_a_device },
	{ "code_in_shared_memory", test_code_in_shared_memory },
};

int main(void)
{
	return ktap_run_all(tests);
}
