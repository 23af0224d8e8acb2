// SPDX-License-Identifier: BSD-2-Clause
/* The models against sentences of IHI 0048B, each test one of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/model/gich_bits.h"
#include "tests/model/gich_model.h"
#include "tests/model/ideal_gic.h"

#define LR_P 0x10000000u
#define LR_A 0x20000000u
#define LR_PA 0x30000000u
#define LR_G1 0x40000000u
#define LR_IS_HW 0x80000000u
#define LR_EOI_BIT 0x00080000u

static uint32_t lr(unsigned int intid, unsigned int priority, uint32_t bits)
{
	return intid | priority >> 3 << 23 | bits;
}

/* 4 LRs, both groups on, every priority let through. */
static struct gich_model started(void)
{
	struct gich_model m;

	gich_model_reset(&m, 4);
	m.reg.hcr = HCR_EN;
	gicv_write(&m, GICV_AT_PMR, 0xff);
	gicv_write(&m, GICV_AT_CTLR, 3);
	return m;
}

static void iar_takes_highest_priority(void **state)
{
	struct gich_model m = started();

	(void)state;
	gich_model_write_lr(&m, 0, lr(40, 0x80, LR_P));
	gich_model_write_lr(&m, 2, lr(41, 0x40, LR_P));
	assert_true(gich_model_irq(&m));
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 41);
	assert_int_equal(lr_get_state(m.reg.lr[2]), LR_ACTIVE);
	assert_int_equal(gicv_read(&m, GICV_AT_RPR), 0x40);
	assert_int_equal(m.reg.apr, 1u << 8);
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 1023);
}

static void equal_priority_does_not_preempt(void **state)
{
	struct gich_model m = started();

	(void)state;
	gich_model_write_lr(&m, 0, lr(40, 0x80, LR_P));
	gich_model_write_lr(&m, 1, lr(41, 0x80, LR_P));
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 40);
	assert_false(gich_model_irq(&m));
	gicv_write(&m, GICV_AT_EOIR, 40);
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 41);
}

static void binary_point_groups_priorities(void **state)
{
	struct gich_model m = started();

	(void)state;
	gicv_write(&m, GICV_AT_BPR, 4);
	gich_model_write_lr(&m, 0, lr(40, 0x38, LR_P));
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 40);
	assert_int_equal(gicv_read(&m, GICV_AT_RPR), 0x20);
	gich_model_write_lr(&m, 1, lr(41, 0x20, LR_P));
	assert_false(gich_model_irq(&m));
	gich_model_write_lr(&m, 2, lr(42, 0x18, LR_P));
	assert_true(gich_model_irq(&m));
	gicv_write(&m, GICV_AT_BPR, 0);
	assert_int_equal(gicv_read(&m, GICV_AT_BPR), 2);
}

static void pmr_masks_equal_priority(void **state)
{
	struct gich_model m = started();

	(void)state;
	gich_model_write_lr(&m, 0, lr(40, 0x80, LR_P));
	gicv_write(&m, GICV_AT_PMR, 0x80);
	assert_false(gich_model_irq(&m));
	assert_int_equal(gicv_read(&m, GICV_AT_HPPIR), 40);
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 1023);
	gicv_write(&m, GICV_AT_PMR, 0x88);
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 40);
}

static void group1_needs_ackctl_or_alias(void **state)
{
	struct gich_model m = started();

	(void)state;
	gich_model_write_lr(&m, 0, lr(40, 0x80, LR_P | LR_G1));
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 1022);
	assert_int_equal(gicv_read(&m, GICV_AT_AIAR), 40);
	gicv_write(&m, GICV_AT_AEOIR, 40);
	gich_model_write_lr(&m, 0, lr(41, 0x80, LR_P | LR_G1));
	gicv_write(&m, GICV_AT_CTLR, 7);
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 41);
	gicv_write(&m, GICV_AT_EOIR, 41);
	gich_model_write_lr(&m, 0, lr(42, 0x80, LR_P));
	assert_int_equal(gicv_read(&m, GICV_AT_AIAR), 1023);
}

static void group0_is_fiq_with_fiqen(void **state)
{
	struct gich_model m = started();

	(void)state;
	gich_model_write_lr(&m, 0, lr(40, 0x80, LR_P));
	gicv_write(&m, GICV_AT_CTLR, 0xb);
	assert_true(gich_model_fiq(&m));
	assert_false(gich_model_irq(&m));
	gicv_write(&m, GICV_AT_CTLR, 2);
	assert_false(gich_model_fiq(&m));
}

static void eoi_makes_pending_and_active_pending(void **state)
{
	struct gich_model m = started();

	(void)state;
	m.reg.apr = 1u << 16;
	gich_model_write_lr(&m, 0, lr(40, 0x80, LR_PA));
	assert_false(gich_model_irq(&m));
	gicv_write(&m, GICV_AT_EOIR, 40);
	assert_int_equal(lr_get_state(m.reg.lr[0]), LR_PENDING);
	assert_true(gich_model_irq(&m));
}

static void eoicount_counts_unmatched_eois(void **state)
{
	struct gich_model m = started();

	(void)state;
	gicv_write(&m, GICV_AT_EOIR, 40);
	assert_int_equal(m.reg.hcr >> HCR_EOICOUNT_SHIFT, 0); /* dropped no priority */
	m.reg.apr = 3;
	gicv_write(&m, GICV_AT_EOIR, 1023);
	assert_int_equal(m.reg.apr, 3);
	gicv_write(&m, GICV_AT_EOIR, 40);
	assert_int_equal(m.reg.hcr >> HCR_EOICOUNT_SHIFT, 1);
	assert_int_equal(m.reg.apr, 2);
	m.reg.hcr |= HCR_LRENPIE;
	assert_int_equal(gich_model_misr(&m), MISR_LRENP);
	gicv_write(&m, GICV_AT_CTLR, 0x201); /* with EOImode 1 EOIR drops and no more */
	gicv_write(&m, GICV_AT_EOIR, 41);
	assert_int_equal(m.reg.hcr >> HCR_EOICOUNT_SHIFT, 1);
	gicv_write(&m, GICV_AT_DIR, 41);
	assert_int_equal(m.reg.hcr >> HCR_EOICOUNT_SHIFT, 2);
}

static void eoicount_wraps_at_31(void **state)
{
	struct gich_model m = started();

	(void)state;
	m.reg.hcr |= 31u << HCR_EOICOUNT_SHIFT;
	m.reg.apr = 1;
	gicv_write(&m, GICV_AT_EOIR, 40);
	assert_int_equal(m.reg.hcr, HCR_EN);
}

static void sgi_eoi_needs_the_cpuid(void **state)
{
	struct gich_model m = started();

	(void)state;
	gich_model_write_lr(&m, 0, lr(5, 0x80, LR_P) | 3u << 10);
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 5 | 3 << 10);
	gicv_write(&m, GICV_AT_EOIR, 5 | 2 << 10);
	assert_int_equal(lr_get_state(m.reg.lr[0]), LR_ACTIVE);
	assert_int_equal(m.reg.hcr >> HCR_EOICOUNT_SHIFT, 1);
}

static void eoi_deactivates_physical(void **state)
{
	struct gich_model m = started();

	(void)state;
	gich_model_write_lr(&m, 0, lr(27, 0x80, LR_P | LR_IS_HW) | 27u << 10);
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 27);
	gicv_write(&m, GICV_AT_EOIR, 27);
	assert_int_equal(m.deactivated, 27);
	assert_int_equal(lr_get_state(m.reg.lr[0]), LR_INVALID);
}

static void eoi_status_and_empty_status(void **state)
{
	struct gich_model m = started();
	struct gich g = { 0 };

	(void)state;
	gich_model_write_lr(&m, 0, lr(40, 0x80, LR_EOI_BIT));		 /* EOI seen */
	gich_model_write_lr(&m, 1, lr(41, 0x80, LR_EOI_BIT | LR_IS_HW)); /* bit of PhysicalID */
	gich_model_write_lr(&m, 2, lr(42, 0x80, LR_EOI_BIT | LR_A));
	gich_model_read(&m, &g);
	assert_int_equal(g.eisr, 1);
	assert_int_equal(g.elrsr, 0xa);
	assert_int_equal(gich_model_misr(&m), MISR_EOI);
	assert_true(gich_model_maintenance(&m));
	m.reg.hcr = 0;
	assert_false(gich_model_maintenance(&m));
}

static void underflow_and_no_pending(void **state)
{
	struct gich_model m = started();

	(void)state;
	m.reg.hcr |= HCR_UIE | HCR_NPIE;
	assert_int_equal(gich_model_misr(&m), MISR_U | MISR_NP);
	gich_model_write_lr(&m, 0, lr(40, 0x80, LR_PA));
	assert_int_equal(gich_model_misr(&m), MISR_U | MISR_NP);
	gich_model_write_lr(&m, 1, lr(41, 0x80, LR_A));
	assert_int_equal(gich_model_misr(&m), MISR_NP);
	gich_model_write_lr(&m, 2, lr(42, 0x80, LR_P));
	assert_int_equal(gich_model_misr(&m), 0);
}

static void group_enable_maintenance(void **state)
{
	struct gich_model m = started();

	(void)state;
	m.reg.hcr |= HCR_VGRP0EIE | HCR_VGRP0DIE | HCR_VGRP1EIE | HCR_VGRP1DIE;
	gicv_write(&m, GICV_AT_CTLR, 1);
	assert_int_equal(gich_model_misr(&m), MISR_VGRP0E | MISR_VGRP1D);
	gicv_write(&m, GICV_AT_CTLR, 2);
	assert_int_equal(gich_model_misr(&m), MISR_VGRP0D | MISR_VGRP1E);
}

static void unpredictable_is_reported(void **state)
{
	static const uint32_t bad[][2] = {
		{ 0x10000028, 0x20000028 }, /* one VirtualID twice */
		{ 0xb000601b, 0 },	    /* HW with pending and active */
		{ 0x90000028, 0 },	    /* HW, PhysicalID 0 */
		{ 0x100003fd, 0 },	    /* VirtualID 1021 */
		{ 0x10000428, 0 },	    /* CPUID of an SPI */
		{ 0x10100028, 0 },	    /* reserved bit */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct gich_model m = started();

		assert_null(gich_model_check(&m));
		gich_model_write_lr(&m, 0, bad[i][0]);
		gich_model_write_lr(&m, 3, bad[i][1]);
		assert_non_null(gich_model_check(&m));
	}
}

static void disabled_interface_signals_nothing(void **state)
{
	struct gich_model m = started();

	(void)state;
	gich_model_write_lr(&m, 0, lr(40, 0x80, LR_P));
	m.reg.hcr = 0;
	assert_false(gich_model_irq(&m));
	assert_int_equal(gicv_read(&m, GICV_AT_IAR), 1023);
}

static struct ideal_gic ideal;

static void start_ideal(void)
{
	ideal_init(&ideal, 2, 64);
	ideal_dist_write(&ideal, 0, 0, 4, 3);
	for (unsigned int cpu = 0; cpu < 2; cpu++) {
		ideal_cpu_write(&ideal, cpu, GICV_AT_PMR, 0xf8);
		ideal_cpu_write(&ideal, cpu, GICV_AT_CTLR, 7);
	}
	ideal_dist_write(&ideal, 0, 0x828, 1, 1);
	ideal_dist_write(&ideal, 0, 0x104, 4, 1u << 8);
}

static void ideal_latch_is_cleared_by_acknowledge(void **state)
{
	(void)state;
	start_ideal();
	ideal_dist_write(&ideal, 0, 0x204, 4, 1u << 8);
	assert_int_equal(ideal_signalled(&ideal, 0, NULL).intid, 40);
	assert_int_equal(ideal_signalled(&ideal, 1, NULL).priority, IDEAL_NOTHING);
	ideal_acknowledge(&ideal, 0, 40, 0, 0, false);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0x204, 4), 0);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0x304, 4), 1u << 8);
	ideal_dist_write(&ideal, 0, 0x204, 4, 1u << 8);
	assert_int_equal(ideal_signalled(&ideal, 0, NULL).priority, IDEAL_NOTHING);
	ideal_eoi(&ideal, 0, 40, 0);
	assert_int_equal(ideal_signalled(&ideal, 0, NULL).intid, 40);
}

static void ideal_line_survives_acknowledge_and_icpendr(void **state)
{
	(void)state;
	start_ideal();
	ideal_set_line(&ideal, 0, 40, true);
	ideal_dist_write(&ideal, 0, 0x284, 4, 1u << 8);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0x204, 4), 1u << 8);
	ideal_acknowledge(&ideal, 0, 40, 0, 0, false);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0x204, 4), 1u << 8);
	ideal_set_line(&ideal, 0, 40, false);
	ideal_eoi(&ideal, 0, 40, 0);
	assert_false(ideal_wakes(&ideal, 0, NULL));
}

static void ideal_sgi_is_pending_by_source(void **state)
{
	(void)state;
	start_ideal();
	ideal_dist_write(&ideal, 1, 0xf00, 4, 1u << 16 | 5);
	ideal_dist_write(&ideal, 0, 0xf00, 4, 2u << 24 | 5);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0xf24, 4), 3u << 8);
	ideal_acknowledge(&ideal, 0, 5, 1, 0, false);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0xf24, 4), 1u << 8);
	assert_int_equal(ideal_signalled(&ideal, 0, NULL).priority, IDEAL_NOTHING);
	ideal_eoi(&ideal, 0, 5, 0); /* not the one that is active */
	assert_int_equal(ideal_dist_read(&ideal, 0, 0x300, 4), 1u << 5);
}

static void ideal_dir_deactivates_in_eoimode_1(void **state)
{
	(void)state;
	start_ideal();
	ideal_cpu_write(&ideal, 0, GICV_AT_CTLR, 0x207);
	ideal_dist_write(&ideal, 0, 0x204, 4, 1u << 8);
	ideal_acknowledge(&ideal, 0, 40, 0, 0, false);
	ideal_eoi(&ideal, 0, 40, 0);
	assert_int_equal(ideal_running_priority(&ideal, 0), 0xff);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0x304, 4), 1u << 8);
	assert_false(ideal_dir(&ideal, 1, 40, 0)); /* CPU 1 has EOImode 0 */
	assert_true(ideal_dir(&ideal, 0, 40, 0));
}

static void ideal_registers_and_widths(void **state)
{
	(void)state;
	start_ideal();
	assert_true(ideal_dist_access_ok(0x401, 1, true));
	assert_true(ideal_dist_access_ok(0x402, 2, true));
	assert_true(ideal_dist_access_ok(0xd01, 1, true));
	assert_true(ideal_dist_access_ok(0x101, 1, false));
	assert_false(ideal_dist_access_ok(0x101, 1, true));
	assert_false(ideal_dist_access_ok(0xf02, 2, true));
	assert_false(ideal_dist_access_ok(0xfe8, 1, true));
	assert_false(ideal_dist_access_ok(0x402, 4, false));
	assert_int_equal(ideal_dist_read(&ideal, 1, 0x004, 4), 1 | 1 << 5);
	assert_int_equal(ideal_dist_read(&ideal, 1, 0x800, 4), 0x02020202);
	ideal_dist_write(&ideal, 0, 0x400, 4, 0xffffffff);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0x400, 4), 0xf8f8f8f8);
	assert_int_equal(ideal_dist_read(&ideal, 1, 0x400, 4), 0);
	ideal_dist_write(&ideal, 0, 0x180, 4, 0xffff);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0x100, 4), 0xffff);
	ideal_dist_write(&ideal, 0, 0x820, 4, 0xff03ff01);
	assert_int_equal(ideal_dist_read(&ideal, 0, 0x820, 4), 0x03030301);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iar_takes_highest_priority),
		cmocka_unit_test(equal_priority_does_not_preempt),
		cmocka_unit_test(binary_point_groups_priorities),
		cmocka_unit_test(pmr_masks_equal_priority),
		cmocka_unit_test(group1_needs_ackctl_or_alias),
		cmocka_unit_test(group0_is_fiq_with_fiqen),
		cmocka_unit_test(eoi_makes_pending_and_active_pending),
		cmocka_unit_test(eoicount_counts_unmatched_eois),
		cmocka_unit_test(eoicount_wraps_at_31),
		cmocka_unit_test(sgi_eoi_needs_the_cpuid),
		cmocka_unit_test(eoi_deactivates_physical),
		cmocka_unit_test(eoi_status_and_empty_status),
		cmocka_unit_test(underflow_and_no_pending),
		cmocka_unit_test(group_enable_maintenance),
		cmocka_unit_test(unpredictable_is_reported),
		cmocka_unit_test(disabled_interface_signals_nothing),
		cmocka_unit_test(ideal_latch_is_cleared_by_acknowledge),
		cmocka_unit_test(ideal_line_survives_acknowledge_and_icpendr),
		cmocka_unit_test(ideal_sgi_is_pending_by_source),
		cmocka_unit_test(ideal_dir_deactivates_in_eoimode_1),
		cmocka_unit_test(ideal_registers_and_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
