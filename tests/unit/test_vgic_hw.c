// SPDX-License-Identifier: BSD-2-Clause
/* Hardware-mapped interrupts: whether the physical one is active. Case T49. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u
#define PHYSICAL 140u /* world_spi() adds 100 */

static struct world w;

static void start(unsigned int n_vcpus)
{
	world_start(&w, n_vcpus, LRS);
	world_spi(&w, SPI, VGIC_HW, 0x80);
}

static bool in_flight(void)
{
	return vgic_hw_in_flight(world_locked(&w), 0, SPI);
}

static void t49_ispendr_of_a_hardware_interrupt(void **state)
{
	(void)state;
	start(1);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(w.hw[0].deactivated, -1);
	world_hw_raise(&w, 0, SPI);
	assert_true(in_flight());
	world_set_bit(&w, 0, GICD_ICPENDR(0u), SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(w.effects.n_deactivate, 1);
	assert_int_equal(w.effects.deactivate[0], PHYSICAL);
	assert_false(in_flight());
}

/*
 * Pended again in between: the first EOI must not deactivate the physical interrupt, because the
 * second occurrence would be without it; the second one does.
 */
static void t49_ispendr_while_a_hardware_interrupt_is_active(void **state)
{
	(void)state;
	start(1);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	assert_true(in_flight());
	eoi(&w, 0, SPI);
	assert_int_equal(w.hw[0].deactivated, PHYSICAL);
	world_refill(&w, 0);
	assert_int_equal(w.effects.n_deactivate, 0);
	assert_false(in_flight());
}

static void hardware_interrupt_again_before_the_fold(void **state)
{
	(void)state;
	start(1);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	world_hw_raise(&w, 0, SPI);
	assert_true(in_flight());
	assert_int_equal(iar(&w, 0), SPI);
	assert_true((w.hw[0].reg.lr[0] & GICH_LR_HW) != 0);
	eoi(&w, 0, SPI);
	assert_int_equal(w.hw[0].deactivated, PHYSICAL);
	world_refill(&w, 0);
	assert_false(in_flight());
	assert_int_equal(w.effects.n_deactivate, 0);
}

static void fold_says_that_a_hardware_interrupt_went_inactive(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	start(1);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	gich_model_read(&w.hw[0], &w.gich[0]);
	assert_false(vgic_fold(v, 0, &w.gich[0], &w.effects));
	world_enter(&w, 0);
	eoi(&w, 0, SPI);
	gich_model_read(&w.hw[0], &w.gich[0]);
	assert_true(vgic_fold(v, 0, &w.gich[0], &w.effects));
	assert_false(vgic_fold(v, 0, &w.gich[0], &w.effects));
}

/* Pended by the guest, so in its LR without a flight; then it occurs in hardware as well. */
static void hardware_interrupt_while_pended_by_the_guest(void **state)
{
	(void)state;
	start(1);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	w.deaf = true;
	world_hw_raise(&w, 0, SPI);
	assert_true(in_flight());
}

/* It is in the LR of another vCPU, and not for the caller to take away. */
static void resident_elsewhere_is_not_withdrawn(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	start(2);
	world_target(&w, SPI, 2);
	world_hw_raise(&w, 0, SPI);
	w.deaf = true;
	world_hw_raise(&w, 0, SPI);
	assert_false(vgic_hw_withdraw(v, 0, SPI, &w.effects));
}

/* EOImode 1, outside the LRs, priority dropped: active all the same, so the flight goes on. */
static void dropped_hardware_interrupt_stays_in_flight(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
	world_spi(&w, SPI, VGIC_HW, 0x80);
	world_edge(&w, SPI + 1, 0x40);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	eoi(&w, 0, SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	world_set_bit(&w, 0, GICD_ICPENDR(0u), SPI);
	assert_true(in_flight());
	assert_int_equal(w.effects.n_deactivate, 0);
	dir(&w, 0, SPI);
	assert_int_equal(w.effects.n_deactivate, 1);
	assert_int_equal(w.effects.deactivate[0], PHYSICAL);
}

static void icactiver_of_a_hardware_interrupt(void **state)
{
	(void)state;
	start(1);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	assert_int_equal(w.effects.n_deactivate, 1);
	assert_int_equal(w.effects.deactivate[0], PHYSICAL);
}

/* A guest masks its timer before it acknowledges: never delivered, and the caller deactivates. */
static void line_of_a_hardware_interrupt_drops_while_pending(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	start(1);
	world_hw_raise(&w, 0, SPI);
	world_exit(&w, 0);
	assert_true(vgic_hw_withdraw(v, 0, SPI, &w.effects));
	assert_false(vgic_hw_withdraw(v, 0, SPI, &w.effects));
	assert_false(in_flight());
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(w.effects.n_deactivate, 0);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void line_of_a_hardware_interrupt_drops_while_active(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	start(1);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_exit(&w, 0);
	assert_false(vgic_hw_withdraw(v, 0, SPI, &w.effects));
	assert_false(vgic_hw_withdraw(v, 0, SPI + 1, &w.effects));
	assert_false(vgic_hw_withdraw(v, 0, 5, &w.effects));
	assert_true(in_flight());
	world_enter(&w, 0);
	eoi(&w, 0, SPI);
	assert_int_equal(w.hw[0].deactivated, PHYSICAL);
}

static void pended_by_the_guest_is_not_withdrawn(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	start(1);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	world_exit(&w, 0);
	assert_false(vgic_hw_withdraw(v, 0, SPI, &w.effects));
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), SPI);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(t49_ispendr_of_a_hardware_interrupt),
	cmocka_unit_test(t49_ispendr_while_a_hardware_interrupt_is_active),
	cmocka_unit_test(hardware_interrupt_again_before_the_fold),
	cmocka_unit_test(fold_says_that_a_hardware_interrupt_went_inactive),
	cmocka_unit_test(hardware_interrupt_while_pended_by_the_guest),
	cmocka_unit_test(resident_elsewhere_is_not_withdrawn),
	cmocka_unit_test(dropped_hardware_interrupt_stays_in_flight),
	cmocka_unit_test(icactiver_of_a_hardware_interrupt),
	cmocka_unit_test(line_of_a_hardware_interrupt_drops_while_pending),
	cmocka_unit_test(line_of_a_hardware_interrupt_drops_while_active),
	cmocka_unit_test(pended_by_the_guest_is_not_withdrawn),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
