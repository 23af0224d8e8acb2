// SPDX-License-Identifier: BSD-2-Clause
/* Targets, priorities, groups and the sum of them: cases T36, T66 to T69, T79, T80. */
#include "vgic_world.h"

#include <string.h>

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

static void start(unsigned int n_vcpus)
{
	world_start(&w, n_vcpus, LRS);
	world_edge(&w, SPI, 0x80);
}

static void both_groups(unsigned int vcpu)
{
	gicv_wr(&w, vcpu, GICV_CTLR,
		GICC_CTLR_ENABLEGRP0 | GICC_CTLR_ENABLEGRP1 | GICC_CTLR_ACKCTL);
}

static void t66_zero_target_byte_in_a_word(void **state)
{
	(void)state;
	start(2);
	world_edge(&w, SPI + 1, 0x80);
	wr(&w, GICD_ITARGETSR(SPI / 4), 0x00000200);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_true(world_pending(&w, SPI));
	assert_int_equal(iar(&w, 1), SPI + 1);
}

static void t67_new_target_while_pending_in_the_old_ones_lr(void **state)
{
	(void)state;
	start(2);
	world_pulse(&w, SPI);
	assert_true(gich_model_find(&w.hw[0], SPI) >= 0);
	world_target(&w, SPI, 2);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 1), SPI);
	eoi(&w, 1, SPI);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

/* The old target acknowledges before it has folded: then it is its own. */
static void t67_acknowledged_before_the_change_arrives(void **state)
{
	(void)state;
	start(2);
	world_pulse(&w, SPI);
	w.deaf = true;
	w.effects.kick = 0;
	gicd_write(&w, 1, GICD_ITARGETSR(0u) + SPI, 1, 2);
	assert_int_equal(w.effects.kick, 1);
	assert_int_equal(iar(&w, 0), SPI);
	w.deaf = false;
	world_settle(&w);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
	assert_true(world_bit(&w, 1, GICD_ISACTIVER(0u), SPI));
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
	assert_false(world_bit(&w, 1, GICD_ISACTIVER(0u), SPI));
}

static void t68_new_target_while_active(void **state)
{
	(void)state;
	start(2);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 1), SPI);
}

static void t69_new_priority_while_pending(void **state)
{
	(void)state;
	start(1);
	world_edge(&w, SPI + 1, 0x90);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	world_priority(&w, 0, SPI + 1, 0x40);
	assert_int_equal(iar(&w, 0), SPI + 1);
}

/* The priority of an active interrupt changes: GICH_APR and EOI go by the old one. */
static void t69_new_priority_while_active(void **state)
{
	(void)state;
	start(1);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_priority(&w, 0, SPI, 0x20);
	world_pulse(&w, SPI);
	assert_int_equal(gicv_rd(&w, 0, GICV_RPR), 0x80);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	assert_int_equal(gicv_rd(&w, 0, GICV_RPR), 0x20);
}

static void t79_group_1_is_seen_as_group_1(void **state)
{
	(void)state;
	start(1);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	world_set_bit(&w, 0, GICD_IGROUPR(0u), SPI);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_ENABLEGRP1);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), GIC_SPURIOUS_GROUP1);
	assert_int_equal(gicv_rd(&w, 0, GICV_AIAR), SPI);
	gicv_wr(&w, 0, GICV_AEOIR, SPI);
	both_groups(0);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void group_that_the_distributor_does_not_forward(void **state)
{
	(void)state;
	start(1);
	both_groups(0);
	world_set_bit(&w, 0, GICD_IGROUPR(0u), SPI);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP1);
	assert_int_equal(iar(&w, 0), SPI);
}

static void group_changed_while_pending_in_an_lr(void **state)
{
	(void)state;
	start(1);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	world_pulse(&w, SPI);
	world_set_bit(&w, 0, GICD_IGROUPR(0u), SPI);
	/* Group 1 is disabled in the CPU interface */
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	both_groups(0);
	assert_int_equal(iar(&w, 0), SPI);
}

/* The LRs are full of group 1 when group 0, which has something pending, is enabled. */
static void t80_group_enabled_while_the_lrs_are_full(void **state)
{
	unsigned int i;

	(void)state;
	start(1);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP1 | GICC_CTLR_ACKCTL);
	wr(&w, GICD_IGROUPR(1), 0xffff0000);
	for (i = 0; i < LRS + 1; i++) {
		world_edge(&w, 48 + i, 0x90);
		world_pulse(&w, 48 + i);
	}
	world_sgi(&w, 0, 1, 0);
	assert_int_equal(gich_model_find(&w.hw[0], 0), GICH_MODEL_NO_LR);
	both_groups(0);
	assert_int_equal(iar(&w, 0), 0);
	eoi(&w, 0, 0);
	for (i = 0; i < LRS + 1; i++) {
		uint32_t id = iar(&w, 0);

		assert_in_range(id, 48, 48 + LRS);
		eoi(&w, 0, id);
	}
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void t80_group_disabled_while_it_fills_the_lrs(void **state)
{
	unsigned int i;

	(void)state;
	start(1);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	both_groups(0);
	wr(&w, GICD_IGROUPR(0), 1u << 3);
	for (i = 0; i < LRS; i++) {
		world_edge(&w, 48 + i, 0x40);
		world_pulse(&w, 48 + i);
	}
	world_priority(&w, 0, 3, 0x80);
	world_sgi(&w, 0, 1, 3);
	assert_int_equal(gich_model_find(&w.hw[0], 3), GICH_MODEL_NO_LR);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP1 | GICC_CTLR_ACKCTL);
	assert_int_equal(iar(&w, 0), 3);
}

static struct {
	struct vgic vgic;
	uint8_t behind[2048];
} counted;

/* 1020 interrupts are the most: the bytes of 1020 to 1023 are not there. */
static void bytes_behind_the_last_interrupt(void **state)
{
	static uint8_t before[sizeof(counted.behind)];
	const struct vgic_config config = { 8, 1020, 1 };
	struct vgic_locked v = { &counted.vgic };
	uint32_t value;

	(void)state;
	memset(before, 0xa5, sizeof(before));
	memset(&counted, 0xa5, sizeof(counted));
	vgic_effects_clear(&w.effects);
	assert_true(vgic_init(&counted.vgic, &config));
	vgic_dist_write(v, 0, GICD_IPRIORITYR(255u), 4, ~0u, &w.effects);
	vgic_dist_write(v, 0, GICD_ITARGETSR(255u), 4, ~0u, &w.effects);
	vgic_dist_read(v, 0, GICD_IPRIORITYR(255u), 4, &value, &w.effects);
	assert_int_equal(value, 0);
	vgic_dist_read(v, 0, GICD_ITARGETSR(255u), 4, &value, &w.effects);
	assert_int_equal(value, 0);
	vgic_dist_write(v, 0, GICD_ITARGETSR(254u), 4, ~0u, &w.effects);
	vgic_dist_read(v, 0, GICD_ITARGETSR(254u), 4, &value, &w.effects);
	assert_int_equal(value, ~0u);
	assert_memory_equal(counted.behind, before, sizeof(before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t66_zero_target_byte_in_a_word),
		cmocka_unit_test(t67_new_target_while_pending_in_the_old_ones_lr),
		cmocka_unit_test(t67_acknowledged_before_the_change_arrives),
		cmocka_unit_test(t68_new_target_while_active),
		cmocka_unit_test(t69_new_priority_while_pending),
		cmocka_unit_test(t69_new_priority_while_active),
		cmocka_unit_test(t79_group_1_is_seen_as_group_1),
		cmocka_unit_test(group_that_the_distributor_does_not_forward),
		cmocka_unit_test(group_changed_while_pending_in_an_lr),
		cmocka_unit_test(t80_group_enabled_while_the_lrs_are_full),
		cmocka_unit_test(t80_group_disabled_while_it_fills_the_lrs),
		cmocka_unit_test(bytes_behind_the_last_interrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
