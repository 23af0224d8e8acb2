// SPDX-License-Identifier: BSD-2-Clause
/* Inputs: what is one, lines, edges and physical interrupts. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u
#define THIRD_WORD 96u

static struct world w;

static void b5_edge_while_disabled(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	world_enable(&w, 0, SPI, false);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
}

/* Nothing that is not an input takes a wire, a line, an edge or a physical interrupt. */
static void what_is_no_input_is_refused(void **state)
{
	static const struct {
		unsigned int vcpu;
		unsigned int intid;
	} no_input[] = { { 0, 15 }, { 0, 128 }, { 0, 1020 }, { 2, 20 } };
	unsigned int i;

	(void)state;
	world_start(&w, 2, LRS);
	for (i = 0; i < sizeof(no_input) / sizeof(no_input[0]); i++) {
		unsigned int vcpu = no_input[i].vcpu;
		unsigned int intid = no_input[i].intid;
		struct vgic before = w.vgic;

		w.effects.kick = 0;
		vgic_set_wiring(world_locked(&w), vcpu, intid, VGIC_HW, 99);
		vgic_hw_raise(world_locked(&w), vcpu, intid, &w.effects);
		vgic_pulse(world_locked(&w), vcpu, intid, &w.effects);
		vgic_set_notify(world_locked(&w), intid, true);
		vgic_set_line(world_locked(&w), vcpu, intid, true, &w.effects);
		assert_false(vgic_hw_in_flight(world_locked(&w), vcpu, intid));
		assert_false(vgic_hw_withdraw(world_locked(&w), vcpu, intid, &w.effects));
		assert_memory_equal(&before, &w.vgic, sizeof(before));
		assert_int_equal(w.effects.kick, 0);
	}
}

static void first_and_last_input(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_spi(&w, 16, VGIC_LEVEL, 0x80);
	world_spi(&w, 127, VGIC_LEVEL, 0x80);
	world_line(&w, 16, true);
	world_line(&w, 127, true);
	assert_true(world_pending(&w, 16));
	assert_true(world_pending(&w, 127));
}

/* Nobody drives it any more: what it is follows from ICFGR again. */
static void wiring_taken_away(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	vgic_set_wiring(world_locked(&w), 0, SPI, VGIC_UNDRIVEN, 0);
	assert_int_equal(w.vgic.word[8].level & 1u << (SPI % 32), 0);
	vgic_set_wiring(world_locked(&w), 0, SPI, VGIC_LEVEL, 0);
	vgic_set_wiring(world_locked(&w), 0, SPI, VGIC_UNDRIVEN, 0);
	assert_int_not_equal(w.vgic.word[8].level & 1u << (SPI % 32), 0);
	assert_int_equal(w.vgic.word[8].driven, 0);
}

static void wiring_of_one_is_not_that_of_another(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	vgic_set_wiring(world_locked(&w), 0, SPI, VGIC_EDGE, 1);
	vgic_set_wiring(world_locked(&w), 0, SPI + 1, VGIC_LEVEL, 2);
	vgic_set_wiring(world_locked(&w), 0, SPI + 2, VGIC_HW, 3);
	assert_int_equal(w.vgic.word[8].driven, 7u << (SPI % 32));
	assert_int_equal(w.vgic.word[8].hw, 4u << (SPI % 32));
	assert_int_equal(w.vgic.word[8].edge, 1u << (SPI % 32));
	assert_int_equal(w.vgic.word[8].level & 7u << (SPI % 32), 2u << (SPI % 32));
}

static void undriven_line_counts_while_level_sensitive(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_priority(&w, 0, SPI, 0x80);
	world_target(&w, SPI, 1);
	world_enable(&w, 0, SPI, true);
	world_line(&w, SPI, true);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	wr(&w, GICD_ICFGR(SPI / 16u), 2u << (SPI % 16u * 2u));
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	wr(&w, GICD_ICFGR(SPI / 16u), 0);
	assert_int_equal(iar(&w, 0), SPI);
}

static void line_of_an_active_level_needs_no_exit(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, SPI, VGIC_LEVEL, 0x80);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	world_refill(&w, 0);
	w.deaf = true;
	w.effects.kick = 0;
	world_line(&w, SPI, false);
	world_line(&w, SPI, true);
	assert_int_equal(w.effects.kick, 0);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

/* Its list register was filled as an edge's: of its EOI nobody would be told. */
static void line_of_an_active_one_that_was_an_edge(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_acknowledge(&w, 0, SPI);
	world_refill(&w, 0);
	vgic_set_wiring(world_locked(&w), 0, SPI, VGIC_LEVEL, 0);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void ispendr_of_an_active_level_waits_for_the_eoi(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, SPI, VGIC_LEVEL, 0x80);
	world_line(&w, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
	world_line(&w, SPI, false);
	world_refill(&w, 0);
	w.effects.kick = 0;
	w.deaf = true;
	vgic_dist_write(world_locked(&w), 0, GICD_ISPENDR(1u), 4, 1u << (SPI % 32), &w.effects);
	assert_int_equal(w.effects.kick, 0);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

/* Twice before it is taken, and again after that: whichever way in, no physical one is involved. */
static void edge_again_deactivates_nothing(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI);
	world_set_bit(&w, 0, GICD_ICPENDR(0u), SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(w.effects.n_deactivate, 0);
	assert_false(vgic_hw_in_flight(world_locked(&w), 0, SPI));
}

/* More to deactivate than the list takes: it stays in flight, and is tried again. */
static void deactivations_that_do_not_fit(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, SPI, VGIC_HW, 0x80);
	world_hw_raise(&w, 0, SPI);
	world_exit(&w, 0);
	w.effects.n_deactivate = VGIC_MAX_DEACTIVATE;
	world_set_bit(&w, 0, GICD_ICPENDR(0u), SPI);
	assert_int_equal(w.effects.n_deactivate, VGIC_MAX_DEACTIVATE);
	assert_true(vgic_hw_in_flight(world_locked(&w), 0, SPI));
	w.effects.n_deactivate = VGIC_MAX_DEACTIVATE - 1;
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	world_exit(&w, 0);
	world_set_bit(&w, 0, GICD_ICPENDR(0u), SPI);
	assert_int_equal(w.effects.n_deactivate, VGIC_MAX_DEACTIVATE);
	assert_false(vgic_hw_in_flight(world_locked(&w), 0, SPI));
	w.effects.n_deactivate = 0;
}

static void what_is_withdrawn_leaves_the_queue(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, THIRD_WORD, VGIC_HW, 0x80);
	world_hw_raise(&w, 0, THIRD_WORD);
	world_exit(&w, 0);
	assert_true(vgic_hw_withdraw(world_locked(&w), 0, THIRD_WORD, &w.effects));
	assert_false(vgic_hw_in_flight(world_locked(&w), 0, THIRD_WORD));
	assert_int_equal(w.vgic.cpu[0].queue_words, 0);
	assert_int_equal(w.effects.n_deactivate, 0);
}

/* An edge on a level input, and a level on an edge input: nobody drives that. */
static void inputs_of_the_other_kind_do_nothing(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, SPI, VGIC_LEVEL, 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_edge(&w, SPI + 1, 0x80);
	world_line(&w, SPI + 1, true);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_line(&w, 5, true);
	world_pulse(&w, 5);
	world_pulse(&w, 127 + 1);
	world_line(&w, 1023, true);
	world_hw_raise(&w, 0, SPI);
	world_hw_raise(&w, 0, 2000);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

/* What nobody drives has only its latch, and follows ICFGR. */
static void undriven_input_follows_icfgr(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, SPI, VGIC_UNDRIVEN, 0x80);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	assert_true((w.hw[0].reg.lr[0] & GICH_LR_EOI) != 0);
	wr(&w, GICD_ICFGR(SPI / 16), 2u << (SPI % 16 * 2));
	world_refill(&w, 0);
	assert_int_equal(gich_lr_state(w.hw[0].reg.lr[0]), GICH_LR_PENDING | GICH_LR_ACTIVE);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(inputs_of_the_other_kind_do_nothing),
	cmocka_unit_test(undriven_input_follows_icfgr),
	cmocka_unit_test(b5_edge_while_disabled),
	cmocka_unit_test(what_is_no_input_is_refused),
	cmocka_unit_test(first_and_last_input),
	cmocka_unit_test(wiring_taken_away),
	cmocka_unit_test(wiring_of_one_is_not_that_of_another),
	cmocka_unit_test(undriven_line_counts_while_level_sensitive),
	cmocka_unit_test(line_of_an_active_level_needs_no_exit),
	cmocka_unit_test(line_of_an_active_one_that_was_an_edge),
	cmocka_unit_test(ispendr_of_an_active_level_waits_for_the_eoi),
	cmocka_unit_test(edge_again_deactivates_nothing),
	cmocka_unit_test(deactivations_that_do_not_fit),
	cmocka_unit_test(what_is_withdrawn_leaves_the_queue),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
