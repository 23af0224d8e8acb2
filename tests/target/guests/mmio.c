// SPDX-License-Identifier: BSD-2-Clause
/*
 * Loads and stores of every form to emulated devices. A hypervisor gets no syndrome for most of
 * them (ISV = 0) and has to decode the instruction; this program checks every register and what
 * arrived at the device. GICD_IPRIORITYR of unused SPIs serves as memory (multiples of 8, because
 * five priority bits are implemented), UARTIBRD as a 16-bit register; or, with FORWARDED, memory
 * that another VM emulates (device.c).
 */
#include "common.h"
#include "mmu.h"
#include "pl011.h"
#include "snippets.h"

#ifdef FORWARDED
#include "device.h"
#define P DEVICE_MEMORY
#define U (DEVICE_MEMORY + 0x800)
#else
#define P (GICD_BASE + GICD_IPRIORITYR(0) + 96)
#define U (PL011_BASE + UARTIBRD)
#endif
#define WORDS 8u
#define IBRD 0x8001u

struct form {
	const char *name;
	const void *code;
	uint32_t in[6];
	uint32_t out[6];
	uint8_t changed;     /* bit n: rn must be out[n], else it must keep its value */
	uint8_t scratch;     /* bit n: rn may have any value */
	uint32_t mem[WORDS]; /* 0: must keep its value */
	uint32_t ibrd;	     /* 0: the same */
};

static const uint32_t initial[WORDS] = { 0x20181008, 0x40383028, 0x60585048, 0x80787068,
					 0xa0989088, 0xc0b8b0a8, 0xe0d8d0c8, 0xf8f8f0e8 };

static const struct form forms[] = {
#include "mmio_forms.inc"
};

static void prepare(const struct form *f, uint32_t *regs)
{
	for (uint32_t i = 0; i < WORDS; i++)
		mmio_write32(P + 4 * i, initial[i]);
	mmio_write32(U, IBRD);
	for (uint32_t i = 0; i < 6; i++)
		regs[i] = f->in[i] ? f->in[i] : 0x5a000000 + i;
}

static void check_form(const struct form *f)
{
	uint32_t regs[6];
	uint32_t before[6];

	prepare(f, regs);
	for (uint32_t i = 0; i < 6; i++)
		before[i] = regs[i];
	snippet_run(f->code, regs);
	for (uint32_t i = 0; i < 6; i++) {
		const uint32_t want = f->changed >> i & 1 ? f->out[i] : before[i];

		ktap_check(f->scratch >> i & 1 || regs[i] == want, "%s: r%lu is 0x%lx, not 0x%lx",
			   f->name, (unsigned long)i, (unsigned long)regs[i], (unsigned long)want);
	}
	for (uint32_t i = 0; i < WORDS; i++) {
		const uint32_t want = f->mem[i] ? f->mem[i] : initial[i];
		const uint32_t got = mmio_read32(P + 4 * i);

		ktap_check(got == want, "%s: word %lu is 0x%lx, not 0x%lx", f->name,
			   (unsigned long)i, (unsigned long)got, (unsigned long)want);
	}
	ktap_check(mmio_read32(U) == (f->ibrd ? f->ibrd : IBRD), "%s: IBRD is 0x%lx", f->name,
		   (unsigned long)mmio_read32(U));
}

/* Forms are named a_ (A32) and t_ (T32). */
static void check_forms(char instruction_set)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].name[0] == instruction_set) {
			check_form(&forms[i]);
			n++;
		}
	ktap_diag("%u forms", n);
	pl011_init();
}

static void test_a32(void)
{
	check_forms('a');
}

static void test_t32(void)
{
	check_forms('t');
}

/* The hypervisor takes the instruction from guest memory by the PC: the MMU may be off. */
static void test_mmu_off(void)
{
	mmu_disable();
	check_forms('a');
	check_forms('t');
	mmu_on();
}

/* The decoder must not disturb PAR, which the translation of the PC at EL2 uses (B4.1.112). */
static void test_par_kept(void)
{
	uint32_t regs[6] = { P };

	cp15_write(0, 7, 8, 0, RAM_BASE); /* ATS1CPR */
	isb();
	const uint32_t par = cp15_read(0, 7, 4, 0);

	snippet_run(form_a_ldr_post, regs);
	ktap_check_eq(cp15_read(0, 7, 4, 0), par, "PAR");
}

static void test_unmapped_reads_zero(void)
{
	static const uint32_t holes[] = { 0x08020000, 0x09010000, 0x0a000000, 0x0a003e00,
					  0x10000000, 0x20000000, 0x3fff0000 };

	if (needs_bellhop())
		return;
	for (unsigned int i = 0; i < sizeof(holes) / sizeof(holes[0]); i++)
		for (unsigned int size = 1; size <= 4; size *= 2) {
			struct fault fault;
			uint32_t value = 1;

			ktap_check(!fault_write(holes[i], size, UINT32_MAX, &fault),
				   "write to 0x%lx faults", (unsigned long)holes[i]);
			ktap_check(!fault_read(holes[i], size, &value, &fault) && value == 0,
				   "read of 0x%lx is 0x%lx", (unsigned long)holes[i],
				   (unsigned long)value);
		}
}

static void test_unmapped_multiple(void)
{
	uint32_t regs[6] = { 0x0a000000, 1, 1, 1, 1, 1 };

	if (needs_bellhop())
		return;
	snippet_run(abort_a_ldm, regs);
	ktap_check_eq(regs[0], 0x0a000010, "base after LDM with writeback");
	ktap_check_eq(regs[1] | regs[2] | regs[3] | regs[4], 0, "registers of LDM");
	regs[2] = regs[3] = 1;
	snippet_run(abort_t_ldrd, regs);
	ktap_check_eq(regs[0], 0x0a000018, "base after LDRD");
	ktap_check_eq(regs[2] | regs[3], 0, "registers of LDRD");
}

static const struct ktap_test tests[] = {
	{ "a32_forms", test_a32 },
	{ "t32_forms", test_t32 },
	{ "mmu_off", test_mmu_off },
	{ "par_kept", test_par_kept },
	{ "unmapped_reads_zero", test_unmapped_reads_zero },
	{ "unmapped_multiple", test_unmapped_multiple },
};

int main(void)
{
	return ktap_run_all(tests);
}
