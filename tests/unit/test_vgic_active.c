// SPDX-License-Identifier: BSD-2-Clause
/* Active state and enable: cases T39 to T46. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u
#define PHYSICAL 140u /* world_spi() adds 100 */

static struct world w;

static void start(unsigned int n_vcpus, enum vgic_wiring wiring)
{
	world_start(&w, n_vcpus, LRS);
	world_spi(&w, SPI, wiring, 0x80);
}

static void t39_active_is_read_while_resident(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_pulse(&w, SPI);
	assert_false(world_active(&w, SPI));
	assert_int_equal(iar(&w, 0), SPI);
	assert_true(world_active(&w, SPI));
	assert_true(world_bit(&w, 0, GICD_ICACTIVER(0u), SPI));
	eoi(&w, 0, SPI);
	assert_false(world_active(&w, SPI));
}

/* The guest still owes an EOI; it must not end another interrupt, here one outside the LRs. */
static void t40_icactiver_and_the_stray_eoi(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x40);
	world_edge(&w, SPI + 2, 0x60);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI + 1);
	assert_false(world_active(&w, SPI + 1));
	/* A third takes the only LR, so that the first one is outside when the stray EOI comes */
	world_pulse(&w, SPI + 2);
	eoi(&w, 0, SPI + 1);
	assert_true(world_active(&w, SPI));
	assert_int_equal(iar(&w, 0), SPI + 2);
	eoi(&w, 0, SPI + 2);
	eoi(&w, 0, SPI);
	assert_false(world_active(&w, SPI));
}

/* The same, when the one that an EOI is owed for is in an LR again, as pending. */
static void t40_the_stray_eoi_of_what_is_pending_again(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x40);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI + 1);
	world_pulse(&w, SPI + 1);
	assert_true(gich_model_find(&w.hw[0], SPI + 1) >= 0);
	eoi(&w, 0, SPI + 1);
	assert_true(world_active(&w, SPI));
	assert_int_equal(iar(&w, 0), SPI + 1);
}

static void t41_icactiver_of_what_another_vcpu_has_in_an_lr(void **state)
{
	(void)state;
	start(2, VGIC_EDGE);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 1), SPI);
	assert_true(world_active(&w, SPI));
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	world_refill(&w, 1);
	assert_false(world_active(&w, SPI));
	world_pulse(&w, SPI);
	world_priority(&w, 0, SPI, 0x40);
	assert_int_equal(iar(&w, 1), SPI);
}

static void t42_isactiver_holds_back_until_deactivated(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), SPI);
	assert_true(world_active(&w, SPI));
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t42_eoi_ends_it_too(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), SPI);
	world_pulse(&w, SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t42_isactiver_of_what_has_no_target(void **state)
{
	(void)state;
	start(2, VGIC_EDGE);
	world_target(&w, SPI, 0);
	world_set_bit(&w, 1, GICD_ISACTIVER(0u), SPI);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
	world_target(&w, SPI, 1);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t43_disable_while_active(void **state)
{
	(void)state;
	start(1, VGIC_HW);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_enable(&w, 0, SPI, false);
	assert_true(world_active(&w, SPI));
	eoi(&w, 0, SPI);
	assert_int_equal(w.hw[0].deactivated, PHYSICAL);
	assert_false(world_active(&w, SPI));
	world_enable(&w, 0, SPI, true);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t44_disable_while_pending_in_own_lr(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_pulse(&w, SPI);
	world_enable(&w, 0, SPI, false);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_true(world_pending(&w, SPI));
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t45_disable_while_pending_in_the_lr_of_another(void **state)
{
	(void)state;
	start(2, VGIC_EDGE);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	assert_int_equal(world_valid_lrs(&w, 1), 1);
	world_enable(&w, 0, SPI, false);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
	assert_true(world_pending(&w, SPI));
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 1), SPI);
}

static void t46_disabled_while_pending_and_active(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI);
	world_enable(&w, 0, SPI, false);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
}

static void t46_enabled_again_before_the_eoi(void **state)
{
	(void)state;
	start(1, VGIC_EDGE);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_enable(&w, 0, SPI, false);
	world_pulse(&w, SPI);
	world_enable(&w, 0, SPI, true);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

/* EOImode 1, outside the LRs, pended again and given to another vCPU: not before its DIR. */
static void dropped_outside_does_not_move(void **state)
{
	(void)state;
	world_start(&w, 2, 1);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x40);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	world_pulse(&w, SPI);
	world_target(&w, SPI, 2);
	assert_int_equal(world_valid_lrs(&w, 1), 0);
	dir(&w, 0, SPI);
	assert_int_equal(iar(&w, 1), SPI);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(t39_active_is_read_while_resident),
	cmocka_unit_test(t40_icactiver_and_the_stray_eoi),
	cmocka_unit_test(t40_the_stray_eoi_of_what_is_pending_again),
	cmocka_unit_test(t41_icactiver_of_what_another_vcpu_has_in_an_lr),
	cmocka_unit_test(t42_isactiver_holds_back_until_deactivated),
	cmocka_unit_test(t42_eoi_ends_it_too),
	cmocka_unit_test(t42_isactiver_of_what_has_no_target),
	cmocka_unit_test(t43_disable_while_active),
	cmocka_unit_test(t44_disable_while_pending_in_own_lr),
	cmocka_unit_test(t45_disable_while_pending_in_the_lr_of_another),
	cmocka_unit_test(t46_disabled_while_pending_and_active),
	cmocka_unit_test(t46_enabled_again_before_the_eoi),
	cmocka_unit_test(dropped_outside_does_not_move),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
