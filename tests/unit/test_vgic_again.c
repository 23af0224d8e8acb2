// SPDX-License-Identifier: BSD-2-Clause
/* What occurs again, and is its old list register written once more (vgic_again()). */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define FIRST 40u

static struct world w;

/* A timer that fires again says that its LR is empty: nothing is read, one LR is written. */
static void a_timer_again_reads_nothing(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, FIRST, 1);
	world_pulse(&w, FIRST);
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	world_hw_raise(&w, 0, WORLD_VTIMER);
	w.refreshes = 0;
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	eoi(&w, 0, WORLD_VTIMER);
	world_hw_raise(&w, 0, WORLD_VTIMER);
	expect_refreshes(&w, 1);
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	assert_true(vgic_hw_in_flight(v, 0, WORLD_VTIMER));
}

/* Pended by ISPENDR it has no LR.HW: that one must not be used again for the timer itself. */
static void t49_a_timer_after_ispendr_gets_lr_hw(void **state)
{
	struct vgic_locked v = { &w.vgic };

	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	world_set_bit(&w, 0, GICD_ISPENDR(0), WORLD_VTIMER);
	eoi(&w, 0, iar(&w, 0));
	world_hw_raise(&w, 0, WORLD_VTIMER);
	assert_int_equal(w.gich[0].lr[0] >> 31, 1);
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	eoi(&w, 0, WORLD_VTIMER);
	world_exit(&w, 0);
	assert_int_equal(w.effects.n_deactivate, 0); /* LR.HW has done it */
	assert_false(vgic_hw_in_flight(v, 0, WORLD_VTIMER));
}

static unsigned int again(unsigned int intid, unsigned int source)
{
	uint32_t lr;

	return vgic_again(world_locked(&w), 0, intid, source, &lr);
}

/* An occurrence is only its own LR's matter where that was filled as pending, and all is
 * settled. */
static void again_only_where_nothing_else_changes(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edges(&w, FIRST, 1);
	world_spi(&w, FIRST + 1, VGIC_LEVEL, 0x40);
	assert_int_equal(again(FIRST, 0), VGIC_NO_LR); /* in none */
	world_pulse(&w, FIRST);
	assert_int_equal(again(FIRST, 0), 0);
	world_line(&w, FIRST + 1, true);
	assert_int_equal(again(FIRST, 0), 0);
	assert_int_equal(again(FIRST + 1, 0), VGIC_NO_LR); /* looked at after its EOI */
	world_sgi(&w, 1, 1, 3);
	assert_int_equal(again(3, 1), 2);
	assert_int_equal(again(3, 0), VGIC_NO_LR); /* from another source */
	w.deaf = true;
	world_pulse(&w, FIRST);
	assert_int_equal(again(FIRST, 0), VGIC_NO_LR); /* one is to be folded already */
	world_enter(&w, 0);
	assert_int_equal(iar(&w, 0), 3 | 1 << 10);
	world_refill(&w, 0);
	assert_int_equal(again(3, 1), VGIC_NO_LR); /* filled as active */
	world_exit(&w, 0);
	assert_int_equal(again(FIRST, 0), VGIC_NO_LR); /* not loaded */
	w.deaf = false;
	world_refill(&w, 0);
	world_edge(&w, FIRST + 2, 0x40);
	world_target(&w, FIRST + 2, 2);
	world_pulse(&w, FIRST + 2);
	assert_int_equal(again(FIRST + 2, 0), VGIC_NO_LR); /* in another vCPU's */
}

/* What overflowed is chosen anew. */
static void not_again_where_something_is_outside(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, LRS);
	world_edges(&w, FIRST, LRS + 1);
	for (i = 0; i <= LRS; i++)
		world_pulse(&w, FIRST + i);
	for (i = 0; i <= LRS; i++)
		assert_int_equal(again(FIRST + i, 0), VGIC_NO_LR);
}

static unsigned int sgir_target(uint32_t value)
{
	return vgic_sgir_target(&w.vgic, 1, value);
}

/* Only a write that is for one vCPU, and does no more than to send an SGI, has a short way. */
static void an_sgi_to_one_vcpu(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	assert_int_equal(sgir_target(1u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), 0);
	assert_int_equal(sgir_target(4u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), 2);
	assert_int_equal(sgir_target(GICD_SGIR_FILTER_SELF << GICD_SGIR_TARGETLISTFILTER_SHIFT | 5),
			 1);
	assert_int_equal(sgir_target(3u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), VGIC_NO_VCPU);
	assert_int_equal(sgir_target(8u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), VGIC_NO_VCPU);
	assert_int_equal(
		sgir_target(GICD_SGIR_FILTER_OTHERS << GICD_SGIR_TARGETLISTFILTER_SHIFT | 5),
		VGIC_NO_VCPU);
	w.vgic.askers = 2;
	assert_int_equal(sgir_target(1u << GICD_SGIR_CPUTARGETLIST_SHIFT | 5), VGIC_NO_VCPU);
}

/* The SGI's next occurrence is its list register as it was, whoever that is sent to, and only
 * from the same source. */
static void an_sgi_to_another_vcpu_again(void **state)
{
	struct vgic_locked v = { &w.vgic };
	uint32_t lr;

	(void)state;
	world_start(&w, 3, LRS);
	world_sgi(&w, 0, 2, 5);
	assert_int_equal(iar(&w, 1) & 0x3ff, 5);
	eoi(&w, 1, 5);
	assert_int_equal(vgic_again(v, 1, 5, 2, &lr), VGIC_NO_LR);
	assert_int_equal(vgic_again(v, 2, 5, 0, &lr), VGIC_NO_LR);
	assert_int_equal(vgic_again(v, 1, 5, 0, &lr), 0);
	w.hw[1].reg.lr[0] = lr;
	assert_int_equal(iar(&w, 1) & 0x3ff, 5);
}

/* The first interrupts that are no SGI have none. */
static void source_is_of_sgis_only(void **state)
{
	uint32_t lr;

	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, 16, 0x80);
	world_pulse(&w, 16);
	assert_int_not_equal(vgic_again(world_locked(&w), 0, 16, 1, &lr), VGIC_NO_LR);
	assert_int_equal(gich_lr_virtualid(lr), 16);
	world_edge(&w, 32, 0x80);
	world_pulse(&w, 32);
	assert_int_not_equal(vgic_again(world_locked(&w), 0, 32, 1, &lr), VGIC_NO_LR);
	assert_int_equal(gich_lr_virtualid(lr), 32);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_timer_again_reads_nothing),
	cmocka_unit_test(t49_a_timer_after_ispendr_gets_lr_hw),
	cmocka_unit_test(again_only_where_nothing_else_changes),
	cmocka_unit_test(not_again_where_something_is_outside),
	cmocka_unit_test(an_sgi_to_one_vcpu),
	cmocka_unit_test(an_sgi_to_another_vcpu_again),
	cmocka_unit_test(source_is_of_sgis_only),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
