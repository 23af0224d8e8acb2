// SPDX-License-Identifier: BSD-2-Clause
/* Limits of the configuration, power-on state, reset of a VM and of a vCPU; cases T59, T89, T92. */
#include "vgic_world.h"

#include <string.h>

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

static bool init(uint8_t n_vcpus, uint16_t n_intids, uint8_t n_lrs)
{
	struct vgic_config config = { n_vcpus, n_intids, n_lrs };

	return vgic_init(&w.vgic, &config);
}

static void limits_of_the_configuration(void **state)
{
	(void)state;
	assert_true(init(1, 64, 1));
	assert_true(init(8, 1020, 64));
	assert_false(init(0, 64, 1));
	assert_false(init(9, 64, 1));
	assert_false(init(1, 63, 1));
	assert_false(init(1, 1021, 1));
	assert_false(init(1, 64, 0));
	assert_false(init(1, 64, 65));
}

static void power_on_state(void **state)
{
	unsigned int n;

	(void)state;
	assert_true(init(2, 128, LRS));
	vgic_effects_clear(&w.effects);
	w.n_vcpus = 2;
	for (n = 0; n < 0xf30; n += 4) {
		uint32_t expected = 0;
		uint32_t value;

		if (n == GICD_TYPER)
			expected = 0x23;
		else if (n == GICD_IIDR)
			expected = 0x4200043b;
		else if (n == GICD_ISENABLER(0) || n == GICD_ICENABLER(0))
			expected = 0xffff;
		else if (n >= GICD_ITARGETSR(0) && n < GICD_ITARGETSR(8))
			expected = 0x01010101;
		else if (n == GICD_ICFGR(0))
			expected = 0xaaaaaaaa;
		assert_int_equal(vgic_dist_read(world_locked(&w), 0, n, 4, &value, &w.effects),
				 VGIC_OK);
		assert_int_equal(value, expected);
	}
}

/* The element that stands for no vCPU is nobody's, whatever the machine has. */
static void nobody_is_no_vcpu(void **state)
{
	static const struct vgic_cpu nobody;

	(void)state;
	assert_true(init(VGIC_MAX_VCPUS, 128, LRS));
	assert_memory_equal(&w.vgic.cpu[VGIC_NO_VCPU], &nobody, sizeof(nobody));
}

static void reset_vm(void)
{
	unsigned int i;

	for (i = 0; i < w.n_vcpus; i++)
		world_exit(&w, i);
	vgic_reset(world_locked(&w));
	for (i = 0; i < w.n_vcpus; i++)
		world_enter(&w, i);
}

/* Latches, active and enable bits go; wiring and lines stay. */
static void vm_reset_keeps_wiring_and_lines(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_spi(&w, SPI, VGIC_LEVEL, 0x80);
	world_edge(&w, SPI + 1, 0x80);
	world_edge(&w, SPI + 2, 0x70);
	world_line(&w, SPI, true);
	world_pulse(&w, SPI + 1);
	world_pulse(&w, SPI + 2);
	assert_int_equal(iar(&w, 0), SPI + 2);
	world_sgi(&w, 0, 3, 5);
	reset_vm();
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	assert_int_equal(world_valid_lrs(&w, 1), 0);
	assert_int_equal(rd(&w, GICD_CTLR), 0);
	assert_int_equal(rd(&w, GICD_ISENABLER(1u)), 0);
	assert_int_equal(rd(&w, GICD_ISACTIVER(1u)), 0);
	assert_int_equal(rd(&w, GICD_ISPENDR(0u)), 0);
	assert_int_equal(rd(&w, GICD_ISPENDR(1u)), 1u << (SPI % 32));
	assert_int_equal(rd(&w, GICD_ICFGR(SPI / 16)), 2u << 18 | 2u << 20);
	wr(&w, GICD_CTLR, 1);
	world_target(&w, SPI, 1);
	world_enable(&w, 0, SPI, true);
	w.hw[0].reg.apr = 0;
	assert_int_equal(iar(&w, 0), SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

static void vm_reset_forgets_flights(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, SPI, VGIC_HW, 0x80);
	world_hw_raise(&w, 0, SPI);
	assert_true(vgic_hw_in_flight(world_locked(&w), 0, SPI));
	reset_vm();
	assert_false(vgic_hw_in_flight(world_locked(&w), 0, SPI));
	wr(&w, GICD_CTLR, 1);
	world_target(&w, SPI, 1);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

static void vcpu_reset_leaves_spis_alone(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_target(&w, SPI, 2);
	world_edge(&w, SPI + 1, 0x70);
	world_target(&w, SPI + 1, 2);
	world_enable(&w, 1, 20, true);
	world_set_bit(&w, 1, GICD_ISPENDR(0u), 20);
	world_pulse(&w, SPI + 1);
	eoi(&w, 1, iar(&w, 1)); /* the PPI, whose priority is 0 */
	assert_int_equal(iar(&w, 1), SPI + 1);
	world_pulse(&w, SPI);
	world_set_bit(&w, 1, GICD_ISPENDR(0u), 20);
	world_exit(&w, 1);
	vgic_reset_vcpu(world_locked(&w), 1, &w.effects);
	w.hw[1].reg.apr = 0;
	world_enter(&w, 1);
	assert_int_equal(gicd_read(&w, 1, GICD_ISENABLER(0u), 4), 0xffff);
	assert_int_equal(gicd_read(&w, 1, GICD_ISPENDR(0u), 4), 0);
	assert_true(world_active(&w, SPI + 1));
	assert_int_equal(iar(&w, 1), SPI);
	/* What was active before the reset has no priority in APR any more: no EOI is its own */
	eoi(&w, 1, SPI);
	assert_true(world_active(&w, SPI + 1));
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI + 1);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 1), SPI + 1);
}

static void t92_pending_for_a_vcpu_that_is_off(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_target(&w, SPI, 2);
	world_exit(&w, 1);
	w.deaf = true;
	world_pulse(&w, SPI);
	assert_true(world_pending(&w, SPI));
	w.deaf = false;
	vgic_reset_vcpu(world_locked(&w), 1, &w.effects);
	world_enter(&w, 1);
	assert_int_equal(iar(&w, 1), SPI);
}

/* vgic_init() needs no cleared memory. */
static void power_on_over_whatever_was_there(void **state)
{
	static const struct vgic_config config = { .n_vcpus = 8, .n_intids = 1020, .n_lrs = 64 };
	static struct vgic clean;

	(void)state;
	memset(&w.vgic, 0xa5, sizeof(w.vgic));
	assert_true(vgic_init(&w.vgic, &config));
	assert_true(vgic_init(&clean, &config));
	assert_memory_equal(&w.vgic, &clean, sizeof(clean));
}

static void vcpu_that_does_not_exist_is_not_reset(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	w.effects.kick = 0;
	vgic_reset_vcpu(world_locked(&w), 1, &w.effects);
	vgic_reset_vcpu(world_locked(&w), 8, &w.effects);
	assert_int_equal(w.effects.kick, 0);
	world_start(&w, 8, LRS);
	world_edge(&w, SPI, 0x80);
	vgic_reset_vcpu(world_locked(&w), 8, &w.effects);
	assert_true(world_bit(&w, 0, GICD_ISENABLER(0u), SPI));
}

static void vm_reset_while_loaded_empties_the_lrs(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_edge(&w, SPI, 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	vgic_reset(world_locked(&w));
	world_enter(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	assert_int_equal(w.vgic.word[8].group1, 0);
}

/* Nothing is queued for a vCPU that was reset: a change for all does not concern it. */
static void reset_vcpu_has_nothing_queued(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 0, 2, 5);
	world_exit(&w, 1);
	vgic_reset_vcpu(world_locked(&w), 1, &w.effects);
	w.deaf = true;
	w.effects.kick = 0;
	vgic_dist_write(world_locked(&w), 0, GICD_CTLR, 4, 3, &w.effects);
	assert_int_equal(w.effects.kick, 0);
	assert_int_equal(w.vgic.cpu[1].queue[0], 0);
}

/* All that the guest can have changed, as full as it can be: a reset leaves nothing of it. */
static void reset_clears_whatever_was_there(void **state)
{
	static struct vgic clean;
	unsigned int i;

	(void)state;
	world_start(&w, 8, LRS);
	vgic_set_wiring(world_locked(&w), 0, SPI, VGIC_LEVEL, 1);
	vgic_set_wiring(world_locked(&w), 0, SPI + 1, VGIC_HW, 2);
	vgic_set_wiring(world_locked(&w), 0, SPI + 2, VGIC_EDGE, 3);
	for (i = 0; i < 8; i++)
		world_exit(&w, i);
	vgic_reset(world_locked(&w));
	clean = w.vgic;
	w.vgic.ctlr = ~0u;
	w.vgic.askers = ~0u;
	for (i = 0; i < sizeof(w.vgic.word) / sizeof(w.vgic.word[0]); i++) {
		struct vgic_word *word = &w.vgic.word[i];

		word->enabled = word->group1 = word->edge = word->latch = word->active = ~0u;
		word->held = word->flight = word->flight_next = ~0u;
		word->resident = word->withheld = ~0u;
		word->level ^= ~word->driven;
	}
	for (i = 0; i < sizeof(w.vgic.irq) / sizeof(w.vgic.irq[0]); i++) {
		w.vgic.irq[i].priority = 0xff;
		w.vgic.irq[i].targets = 0xff;
		w.vgic.irq[i].owner = 7;
	}
	for (i = 0; i < 8; i++) {
		struct vgic_cpu *cpu = &w.vgic.cpu[i];

		cpu->loaded = true;
		cpu->vmcr = cpu->owed = cpu->ask_bits = cpu->ask_served = ~0u;
		cpu->withheld_fills = 200;
		cpu->dirty = 5;
		cpu->queue_words = ~0u;
		memset(cpu->queue, 0xff, sizeof(cpu->queue));
		memset(cpu->sgi_pending, 0xff, sizeof(cpu->sgi_pending));
		memset(cpu->sgi_active, 0xff, sizeof(cpu->sgi_active));
	}
	vgic_reset(world_locked(&w));
	assert_memory_equal(w.vgic.word, clean.word, sizeof(clean.word));
	assert_memory_equal(w.vgic.irq, clean.irq, sizeof(clean.irq));
	assert_memory_equal(w.vgic.cpu, clean.cpu, sizeof(clean.cpu));
	assert_memory_equal(&w.vgic, &clean, sizeof(clean));
	for (i = 0; i < 8; i++) {
		const struct vgic_cpu *cpu = &w.vgic.cpu[i];

		assert_int_equal(cpu->vmcr | cpu->owed | cpu->ask_bits | cpu->ask_served, 0);
		assert_int_equal(cpu->withheld_fills, 0);
		assert_false(cpu->loaded);
	}
}

/* An SPI that was in an LR of a vCPU that is reset is pending again. */
static void vcpu_reset_while_loaded_keeps_spis(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
	vgic_reset_vcpu(world_locked(&w), 1, &w.effects);
	assert_int_equal(vgic_lrs_in_use(&w.vgic, 1), 0);
	world_enter(&w, 1);
	assert_int_equal(iar(&w, 1), SPI);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_of_the_configuration),
		cmocka_unit_test(power_on_state),
		cmocka_unit_test(nobody_is_no_vcpu),
		cmocka_unit_test(vm_reset_keeps_wiring_and_lines),
		cmocka_unit_test(vm_reset_forgets_flights),
		cmocka_unit_test(vcpu_reset_leaves_spis_alone),
		cmocka_unit_test(t92_pending_for_a_vcpu_that_is_off),
		cmocka_unit_test(power_on_over_whatever_was_there),
		cmocka_unit_test(vcpu_that_does_not_exist_is_not_reset),
		cmocka_unit_test(vm_reset_while_loaded_empties_the_lrs),
		cmocka_unit_test(reset_vcpu_has_nothing_queued),
		cmocka_unit_test(reset_clears_whatever_was_there),
		cmocka_unit_test(vcpu_reset_while_loaded_keeps_spis),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
