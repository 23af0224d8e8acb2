// SPDX-License-Identifier: BSD-2-Clause
/* What a list register holds: priority, state, source, EOI. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

static uint32_t lr_of(unsigned int intid)
{
	int n = gich_model_find(&w.hw[0], intid);

	assert_true(n >= 0);
	return w.hw[0].reg.lr[n];
}

/* GICH_APR has the bit of the acknowledge, and the EOI drops that one: the LR keeps to it. */
static void b9_new_priority_while_active_does_not_reach_the_lr(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_priority(&w, 0, SPI, 0x20);
	world_refill(&w, 0);
	world_pulse(&w, SPI);
	assert_int_equal(gich_lr_priority(lr_of(SPI)), 0x80);
	assert_int_equal(w.hw[0].reg.apr, 1u << (0x80 >> 3));
	eoi(&w, 0, SPI);
	assert_int_equal(w.hw[0].reg.apr, 0);
	assert_int_equal(gich_lr_priority(lr_of(SPI)), 0x20);
}

/* The group's own binary point says whether the priority is still that of the acknowledge. */
static void coarse_priority_of_an_active_one(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	gicv_wr(&w, 0, GICV_BPR, 6);
	gicv_wr(&w, 0, GICV_ABPR, 3);
	world_edge(&w, SPI, 0x38);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI);
	assert_int_equal(gich_lr_priority(lr_of(SPI)), 0x38);
	assert_int_equal(gich_lr_state(lr_of(SPI)), GICH_LR_PENDING | GICH_LR_ACTIVE);
	world_priority(&w, 0, SPI, 0x78);
	world_refill(&w, 0);
	assert_int_equal(gich_lr_priority(lr_of(SPI)), 0x78);
	world_priority(&w, 0, SPI, 0x80);
	world_refill(&w, 0);
	assert_int_equal(gich_lr_priority(lr_of(SPI)), 0);
}

/* The first interrupt that is no SGI, pending behind its active state: no exit at its EOI. */
static void first_ppi_pends_in_its_lr(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, 16, 0x80);
	world_pulse(&w, 16);
	world_pulse(&w, 16);
	assert_int_equal(iar(&w, 0), 16);
	world_pulse(&w, 16);
	assert_int_equal(gich_lr_state(lr_of(16)), GICH_LR_PENDING | GICH_LR_ACTIVE);
	w.maintenance = 0;
	eoi(&w, 0, 16);
	assert_int_equal(iar(&w, 0), 16);
	assert_int_equal(w.maintenance, 0);
	eoi(&w, 0, 16);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), 16);
	assert_true(world_active(&w, 16));
}

static void one_sgi_needs_no_exit(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_sgi(&w, 0, 1, 5);
	assert_int_equal(lr_of(5) & GICH_LR_EOI, 0);
	assert_int_equal(iar(&w, 0), 5);
	w.maintenance = 0;
	eoi(&w, 0, 5);
	assert_int_equal(w.maintenance, 0);
}

static void sgi_again_from_its_active_source_pends_in_its_lr(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 1, 1, 5);
	assert_int_equal(iar(&w, 0), 5u | 1u << 10);
	world_sgi(&w, 1, 1, 5);
	world_refill(&w, 0);
	assert_int_equal(gich_lr_state(lr_of(5)), GICH_LR_PENDING | GICH_LR_ACTIVE);
	w.maintenance = 0;
	eoi(&w, 0, 5u | 1u << 10);
	assert_int_equal(iar(&w, 0), 5u | 1u << 10);
	assert_int_equal(w.maintenance, 0);
}

/* From the other source it cannot: the LR has one CPUID. */
static void sgi_from_another_source_waits_outside(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 1, 1, 5);
	assert_int_equal(iar(&w, 0), 5u | 1u << 10);
	world_sgi(&w, 0, 1, 5);
	world_refill(&w, 0);
	assert_int_equal(gich_lr_state(lr_of(5)), GICH_LR_ACTIVE);
	eoi(&w, 0, 5u | 1u << 10);
	assert_int_equal(iar(&w, 0), 5);
}

/* Made active by software an SGI has source 0, whoever sent it before. */
static void isactiver_of_an_sgi_has_source_0(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 1, 1, 5);
	assert_int_equal(iar(&w, 0), 5u | 1u << 10);
	world_refill(&w, 0);
	eoi(&w, 0, 5u | 1u << 10);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), 5);
	world_refill(&w, 0);
	assert_int_equal(gich_lr_state(lr_of(5)), GICH_LR_ACTIVE);
	assert_int_equal(gich_lr_cpuid(lr_of(5)), 0);
}

/* Active by ISACTIVER: no priority was ever held for it. */
static void isactiver_leaves_the_priority_alone(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), SPI);
	world_refill(&w, 0);
	assert_int_equal(gich_lr_priority(lr_of(SPI)), 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(gich_lr_state(lr_of(SPI)), GICH_LR_PENDING | GICH_LR_ACTIVE);
}

/* It becomes active where it would have been pending, whoever writes. */
static void isactiver_by_another_vcpu(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_set_bit(&w, 1, GICD_ISACTIVER(0u), SPI);
	world_refill(&w, 0);
	assert_int_equal(gich_lr_state(lr_of(SPI)), GICH_LR_ACTIVE);
	assert_int_equal(gich_model_find(&w.hw[1], SPI), GICH_MODEL_NO_LR);
}

static void what_fits_needs_no_choice(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x80);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	world_sgi(&w, 0, 1, 0);
	world_refill(&w, 0);
	assert_true(w.vgic.cpu[0].fits);
}

/* Nothing is withheld: a fill that had to choose is as good as any other. */
static void a_choice_is_made_once(void **state)
{
	(void)state;
	world_start(&w, 1, 1);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x80);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	assert_false(vgic_needs_fill(&w.vgic, 0));
}

static void empty_lrs_are_cleared_once(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	world_pulse(&w, SPI);
	world_enable(&w, 0, SPI, false);
	world_refill(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	world_refill(&w, 0);
	assert_int_equal(w.gich[0].lr_dirty, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(b9_new_priority_while_active_does_not_reach_the_lr),
	cmocka_unit_test(coarse_priority_of_an_active_one),
	cmocka_unit_test(first_ppi_pends_in_its_lr),
	cmocka_unit_test(one_sgi_needs_no_exit),
	cmocka_unit_test(sgi_again_from_its_active_source_pends_in_its_lr),
	cmocka_unit_test(sgi_from_another_source_waits_outside),
	cmocka_unit_test(isactiver_of_an_sgi_has_source_0),
	cmocka_unit_test(isactiver_leaves_the_priority_alone),
	cmocka_unit_test(isactiver_by_another_vcpu),
	cmocka_unit_test(what_fits_needs_no_choice),
	cmocka_unit_test(a_choice_is_made_once),
	cmocka_unit_test(empty_lrs_are_cleared_once),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
