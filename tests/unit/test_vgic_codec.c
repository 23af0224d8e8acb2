// SPDX-License-Identifier: BSD-2-Clause
/*
 * include/bellhop/gicv2.h against tables typed from IHI 0048B: the position of each field, its
 * get and set, and the offset of each register. The numbers here are the specification's, none is
 * computed from the header.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bellhop/gicv2.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct field {
	const char *name;
	unsigned int low;
	unsigned int high;
	uint32_t (*get)(uint32_t reg);
	uint32_t (*set)(uint32_t reg, uint32_t value);
	unsigned int scale; /* the value is field << scale */
};

/* Section 5.3.10, table 5-14: GICH_LRn. State is tested by itself. */
static const struct field lr_fields[] = {
	{ "Virtual ID", 0, 9, gich_lr_virtualid, gich_lr_set_virtualid, 0 },
	{ "Physical ID", 10, 19, gich_lr_physicalid, gich_lr_set_physicalid, 0 },
	{ "CPUID", 10, 12, gich_lr_cpuid, gich_lr_set_cpuid, 0 },
	{ "Priority", 23, 27, gich_lr_priority, gich_lr_set_priority, 3 },
	{ "VMCR.VMPriMask", 27, 31, gich_vmcr_pmr, gich_vmcr_set_pmr, 3 },
};

static uint32_t mask_of(const struct field *f)
{
	uint32_t ones = (uint32_t)((1ull << (f->high - f->low + 1)) - 1);

	return ones << f->low;
}

static void every_field_reads_its_bits_only(void **state)
{
	unsigned int i;
	unsigned int b;

	(void)state;
	for (i = 0; i < COUNT(lr_fields); i++) {
		const struct field *f = &lr_fields[i];

		for (b = 0; b < 32; b++) {
			uint32_t expected =
				b < f->low || b > f->high ? 0 : 1u << (b - f->low) << f->scale;

			assert_int_equal(f->get(1u << b), expected);
		}
	}
}

static void every_field_writes_its_bits_only(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(lr_fields); i++) {
		const struct field *f = &lr_fields[i];
		uint32_t all = mask_of(f) >> f->low << f->scale;

		assert_int_equal(f->set(0, all), mask_of(f));
		assert_int_equal(f->set(~0u, 0), ~mask_of(f));
		assert_int_equal(f->set(0, ~0u), mask_of(f));
		assert_int_equal(f->get(f->set(0x5a5a5a5au, all)), all);
	}
}

static void state_and_flags_of_a_list_register(void **state)
{
	(void)state;
	assert_int_equal(GICH_LR_PENDING, 0x10000000);
	assert_int_equal(GICH_LR_ACTIVE, 0x20000000);
	assert_int_equal(GICH_LR_GRP1, 0x40000000);
	assert_int_equal(GICH_LR_HW, 0x80000000);
	assert_int_equal(GICH_LR_EOI, 0x00080000);
	assert_int_equal(gich_lr_state(~0u), 0x30000000);
	assert_int_equal(gich_lr_set_state(~0u, 0), 0xcfffffff);
	assert_int_equal(gich_lr_set_state(0, ~0u), 0x30000000);
	assert_int_equal((GICH_LR_PENDING >> GICH_LR_STATE_SHIFT) & GICH_LR_STATE_MASK, 1);
	assert_int_equal((GICH_LR_ACTIVE >> GICH_LR_STATE_SHIFT) & GICH_LR_STATE_MASK, 2);
}

/* Section 5.3.6: GICH_EISR has the invalid LRs with HW = 0 and EOI = 1. */
static void eoi_is_signalled_by_an_invalid_lr(void **state)
{
	(void)state;
	assert_true(gich_lr_eoi_signalled(0x00080021));
	assert_false(gich_lr_eoi_signalled(0x00000021));
	assert_false(gich_lr_eoi_signalled(0x10080021));
	assert_false(gich_lr_eoi_signalled(0x20080021));
	assert_false(gich_lr_eoi_signalled(0x80080021));
}

static void small_fields(void **state)
{
	(void)state;
	assert_int_equal(gich_hcr_eoicount(0xf8000000), 31);
	assert_int_equal(gich_hcr_eoicount(0x07ffffff), 0);
	assert_int_equal(gich_vtr_n_lrs(0x90000003), 4);
	assert_int_equal(gich_vtr_n_lrs(0x3f), 64);
}

struct constant {
	uint32_t value;
	uint32_t expected;
};

/* Tables 4-1, 4-2, 5-1 and 5-4: first and last register of each row. */
static const struct constant offset_table[] = {
	{ GICD_CTLR, 0x000 },
	{ GICD_TYPER, 0x004 },
	{ GICD_IIDR, 0x008 },
	{ GICD_IGROUPR(0u), 0x080 },
	{ GICD_IGROUPR(31u), 0x0fc },
	{ GICD_ISENABLER(0u), 0x100 },
	{ GICD_ISENABLER(31u), 0x17c },
	{ GICD_ICENABLER(0u), 0x180 },
	{ GICD_ICENABLER(31u), 0x1fc },
	{ GICD_ISPENDR(0u), 0x200 },
	{ GICD_ISPENDR(31u), 0x27c },
	{ GICD_ICPENDR(0u), 0x280 },
	{ GICD_ICPENDR(31u), 0x2fc },
	{ GICD_ISACTIVER(0u), 0x300 },
	{ GICD_ISACTIVER(31u), 0x37c },
	{ GICD_ICACTIVER(0u), 0x380 },
	{ GICD_ICACTIVER(31u), 0x3fc },
	{ GICD_IPRIORITYR(0u), 0x400 },
	{ GICD_IPRIORITYR(254u), 0x7f8 },
	{ GICD_ITARGETSR(0u), 0x800 },
	{ GICD_ITARGETSR(254u), 0xbf8 },
	{ GICD_ICFGR(0u), 0xc00 },
	{ GICD_ICFGR(63u), 0xcfc },
	{ GICD_NSACR(0u), 0xe00 },
	{ GICD_NSACR(63u), 0xefc },
	{ GICD_SGIR, 0xf00 },
	{ GICD_CPENDSGIR(0u), 0xf10 },
	{ GICD_CPENDSGIR(3u), 0xf1c },
	{ GICD_SPENDSGIR(0u), 0xf20 },
	{ GICD_SPENDSGIR(3u), 0xf2c },
	{ GICD_ICPIDR2, 0xfe8 },
	{ GICC_CTLR, 0x00 },
	{ GICC_PMR, 0x04 },
	{ GICC_BPR, 0x08 },
	{ GICC_IAR, 0x0c },
	{ GICC_EOIR, 0x10 },
	{ GICC_RPR, 0x14 },
	{ GICC_HPPIR, 0x18 },
	{ GICC_ABPR, 0x1c },
	{ GICC_AIAR, 0x20 },
	{ GICC_AEOIR, 0x24 },
	{ GICC_AHPPIR, 0x28 },
	{ GICC_APR(0u), 0xd0 },
	{ GICC_APR(3u), 0xdc },
	{ GICC_NSAPR(0u), 0xe0 },
	{ GICC_NSAPR(3u), 0xec },
	{ GICC_IIDR, 0xfc },
	{ GICC_DIR, 0x1000 },
	{ GICV_AIAR, 0x20 },
	{ GICV_DIR, 0x1000 },
	{ GICH_HCR, 0x00 },
	{ GICH_VTR, 0x04 },
	{ GICH_VMCR, 0x08 },
	{ GICH_MISR, 0x10 },
	{ GICH_EISR(0u), 0x20 },
	{ GICH_EISR(1u), 0x24 },
	{ GICH_ELRSR(0u), 0x30 },
	{ GICH_ELRSR(1u), 0x34 },
	{ GICH_APR, 0xf0 },
	{ GICH_LR(0u), 0x100 },
	{ GICH_LR(63u), 0x1fc },
};

static void offsets(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(offset_table); i++)
		assert_int_equal(offset_table[i].value, offset_table[i].expected);
}

/* Sections 5.3.1 (GICH_HCR), 5.3.3 (GICH_VMCR), 5.3.4 (GICH_MISR), 4.4.1 (GICC_CTLR), 4.3. */
static void bits(void **state)
{
	static const struct constant table[] = {
		{ GICH_HCR_EN, 1u << 0 },
		{ GICH_HCR_UIE, 1u << 1 },
		{ GICH_HCR_LRENPIE, 1u << 2 },
		{ GICH_HCR_NPIE, 1u << 3 },
		{ GICH_HCR_VGRP0EIE, 1u << 4 },
		{ GICH_HCR_VGRP0DIE, 1u << 5 },
		{ GICH_HCR_VGRP1EIE, 1u << 6 },
		{ GICH_HCR_VGRP1DIE, 1u << 7 },
		{ GICH_MISR_EOI, 1u << 0 },
		{ GICH_MISR_U, 1u << 1 },
		{ GICH_MISR_LRENP, 1u << 2 },
		{ GICH_MISR_NP, 1u << 3 },
		{ GICH_MISR_VGRP0E, 1u << 4 },
		{ GICH_MISR_VGRP0D, 1u << 5 },
		{ GICH_MISR_VGRP1E, 1u << 6 },
		{ GICH_MISR_VGRP1D, 1u << 7 },
		{ GICH_VMCR_VMGRP0EN, 1u << 0 },
		{ GICH_VMCR_VMGRP1EN, 1u << 1 },
		{ GICH_VMCR_VMACKCTL, 1u << 2 },
		{ GICH_VMCR_VMFIQEN, 1u << 3 },
		{ GICH_VMCR_VMCBPR, 1u << 4 },
		{ GICH_VMCR_VEM, 1u << 9 },
		{ GICH_VMCR_VMABP_MASK << GICH_VMCR_VMABP_SHIFT, 0x001c0000 },
		{ GICH_VMCR_VMBP_MASK << GICH_VMCR_VMBP_SHIFT, 0x00e00000 },
		{ GICH_VMCR_VMPRIMASK_MASK << GICH_VMCR_VMPRIMASK_SHIFT, 0xf8000000 },
		{ GICH_VTR_PREBITS_MASK << GICH_VTR_PREBITS_SHIFT, 0x1c000000 },
		{ GICH_VTR_PRIBITS_MASK << GICH_VTR_PRIBITS_SHIFT, 0xe0000000 },
		{ GICC_CTLR_ENABLEGRP0, 1u << 0 },
		{ GICC_CTLR_ENABLEGRP1, 1u << 1 },
		{ GICC_CTLR_ACKCTL, 1u << 2 },
		{ GICC_CTLR_FIQEN, 1u << 3 },
		{ GICC_CTLR_CBPR, 1u << 4 },
		{ GICC_CTLR_FIQBYPDISGRP0, 1u << 5 },
		{ GICC_CTLR_IRQBYPDISGRP0, 1u << 6 },
		{ GICC_CTLR_FIQBYPDISGRP1, 1u << 7 },
		{ GICC_CTLR_IRQBYPDISGRP1, 1u << 8 },
		{ GICC_CTLR_EOIMODE, 1u << 9 },
		{ GICC_IAR_CPUID_MASK << GICC_IAR_CPUID_SHIFT, 0x1c00 },
		{ GICD_CTLR_ENABLEGRP0, 1u << 0 },
		{ GICD_CTLR_ENABLEGRP1, 1u << 1 },
		{ GICD_TYPER_CPUNUMBER_MASK << GICD_TYPER_CPUNUMBER_SHIFT, 0xe0 },
		{ GICD_TYPER_SECURITYEXTN, 1u << 10 },
		{ GICD_TYPER_LSPI_MASK << GICD_TYPER_LSPI_SHIFT, 0xf800 },
		{ GICD_SGIR_TARGETLISTFILTER_MASK << GICD_SGIR_TARGETLISTFILTER_SHIFT, 0x03000000 },
		{ GICD_SGIR_CPUTARGETLIST_MASK << GICD_SGIR_CPUTARGETLIST_SHIFT, 0x00ff0000 },
		{ GICD_SGIR_NSATT, 1u << 15 },
		{ GICD_SGIR_SGIINTID_MASK, 0xf },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(table); i++)
		assert_int_equal(table[i].value, table[i].expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_reads_its_bits_only),
		cmocka_unit_test(every_field_writes_its_bits_only),
		cmocka_unit_test(state_and_flags_of_a_list_register),
		cmocka_unit_test(eoi_is_signalled_by_an_invalid_lr),
		cmocka_unit_test(small_fields),
		cmocka_unit_test(offsets),
		cmocka_unit_test(bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
