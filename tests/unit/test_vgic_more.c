// SPDX-License-Identifier: BSD-2-Clause
/* Cases that a mutant of vgic/ asked for: without them it would live (tests/mutants). */
#include "vgic_world.h"

#include <string.h>

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u
#define THIRD_WORD 96u

static struct world w;

static struct vgic_locked locked(void)
{
	return (struct vgic_locked){ &w.vgic };
}

static bool active(unsigned int intid)
{
	return world_bit(&w, 0, GICD_ISACTIVER(0u), intid);
}

static uint32_t lr_of(unsigned int intid)
{
	int n = gich_model_find(&w.hw[0], intid);

	assert_true(n >= 0);
	return w.hw[0].reg.lr[n];
}

static void edge(unsigned int intid, unsigned int priority)
{
	world_spi(&w, intid, VGIC_EDGE, priority);
}

/*
 * The interrupt that was ended outside has a lower priority than the one that was acknowledged in
 * an LR after that (the guest had masked it), so a replay that knows of both takes the wrong one.
 */
static void t07_late_maintenance_and_a_higher_priority_inside(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x40);
	edge(SPI + 2, 0x50);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	world_pulse(&w, SPI + 2);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	w.late = true;
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI + 1);
	assert_false(active(SPI));
	assert_true(active(SPI + 1));
}

static struct {
	struct vgic vgic;
	uint8_t behind[2048];
} counted;

/*
 * GICH_HCR.EOICount is the hardware's word: whatever it says, no more is ended than there is, and
 * nothing that owes no EOI (here SGI 0, active by ISACTIVER).
 */
static void b2_more_eois_than_held_interrupts(void **state)
{
	static const uint8_t zero[sizeof(counted.behind)];
	struct vgic_effects effects;
	struct gich gich;

	(void)state;
	world_start(&w, 1, 1);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x40);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), 0);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	gich_model_read(&w.hw[0], &gich);
	memset(&counted, 0, sizeof(counted));
	counted.vgic = w.vgic;
	vgic_effects_clear(&effects);
	gich.hcr |= 31u << GICH_HCR_EOICOUNT_SHIFT;
	vgic_fold((struct vgic_locked){ &counted.vgic }, 0, &gich, &effects);
	assert_memory_equal(counted.behind, zero, sizeof(zero));
	gich.hcr = (gich.hcr & ~(31u << GICH_HCR_EOICOUNT_SHIFT)) | 1u << GICH_HCR_EOICOUNT_SHIFT;
	vgic_fold(locked(), 0, &gich, &effects);
	assert_memory_equal(&counted.vgic, &w.vgic, sizeof(w.vgic));
}

static void b5_edge_while_disabled(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
	world_enable(&w, 0, SPI, false);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	world_enable(&w, 0, SPI, true);
	assert_int_equal(iar(&w, 0), SPI);
}

/* GICH_APR has the bit of the acknowledge, and the EOI drops that one: the LR keeps to it. */
static void b9_new_priority_while_active_does_not_reach_the_lr(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
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
		vgic_set_wiring(locked(), vcpu, intid, VGIC_HW, 99);
		vgic_hw_raise(locked(), vcpu, intid, &w.effects);
		vgic_pulse(locked(), vcpu, intid, &w.effects);
		vgic_set_line(locked(), vcpu, intid, true, &w.effects);
		assert_false(vgic_hw_in_flight(locked(), vcpu, intid));
		assert_false(vgic_hw_withdraw(locked(), vcpu, intid, &w.effects));
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
	assert_true(world_bit(&w, 0, GICD_ISPENDR(0u), 16));
	assert_true(world_bit(&w, 0, GICD_ISPENDR(0u), 127));
}

/* Nobody drives it any more: what it is follows from ICFGR again. */
static void wiring_taken_away(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
	vgic_set_wiring(locked(), 0, SPI, VGIC_UNDRIVEN, 0);
	assert_int_equal(w.vgic.word[8].level & 1u << (SPI % 32), 0);
	vgic_set_wiring(locked(), 0, SPI, VGIC_LEVEL, 0);
	vgic_set_wiring(locked(), 0, SPI, VGIC_UNDRIVEN, 0);
	assert_int_not_equal(w.vgic.word[8].level & 1u << (SPI % 32), 0);
	assert_int_equal(w.vgic.word[8].driven, 0);
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
	assert_true(vgic_hw_in_flight(locked(), 0, SPI));
	w.effects.n_deactivate = VGIC_MAX_DEACTIVATE - 1;
	world_set_bit(&w, 0, GICD_ISPENDR(0u), SPI);
	world_exit(&w, 0);
	world_set_bit(&w, 0, GICD_ICPENDR(0u), SPI);
	assert_int_equal(w.effects.n_deactivate, VGIC_MAX_DEACTIVATE);
	assert_false(vgic_hw_in_flight(locked(), 0, SPI));
	w.effects.n_deactivate = 0;
}

/* Acknowledged with EOImode 0, deactivated with EOImode 1: no EOI will end it. */
static void nothing_is_owed_with_eoimode_1(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_refill(&w, 0);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI);
	assert_int_equal(w.vgic.cpu[0].owed, 0);
	assert_int_equal(w.hw[0].reg.hcr & GICH_HCR_LRENPIE, 0);
}

static void loaded_between_fill_and_fold(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	assert_true(vgic_is_loaded(&w.vgic, 0));
	world_exit(&w, 0);
	assert_false(vgic_is_loaded(&w.vgic, 0));
}

/* One owner has taken back what was asked for; of the other one it is still kept. */
static void what_two_owners_have_expires_one_by_one(void **state)
{
	uint32_t value;
	unsigned int i;

	(void)state;
	world_start(&w, 8, LRS);
	for (i = 1; i < 3; i++) {
		edge(SPI + i, 0x80);
		world_target(&w, SPI + i, 1u << i);
		world_pulse(&w, SPI + i);
		assert_int_equal(iar(&w, i), SPI + i);
	}
	w.deaf = true;
	vgic_effects_clear(&w.effects);
	assert_int_equal(world_try_read(&w, 3, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	assert_int_equal(w.effects.ask, 1u << 1 | 1u << 2);
	world_enter(&w, 1);
	world_enter(&w, 2);
	for (i = 0; i < 1000 && gich_model_find(&w.hw[1], SPI + 1) < 0; i++)
		world_enter(&w, 1);
	assert_true(gich_model_find(&w.hw[1], SPI + 1) >= 0);
	assert_int_equal(w.vgic.askers, 1u << 3);
	assert_int_equal(gich_model_find(&w.hw[2], SPI + 2), GICH_MODEL_NO_LR);
	for (i = 0; i < 1000 && gich_model_find(&w.hw[2], SPI + 2) < 0; i++)
		world_enter(&w, 2);
	assert_int_equal(w.vgic.askers, 0);
}

/* The first interrupt that is no SGI, pending behind its active state: no exit at its EOI. */
static void first_ppi_pends_in_its_lr(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(16, 0x80);
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
	assert_true(active(16));
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

/* With a coarse BPR the lower priority is the higher group priority: EOIs are in that order. */
static void eois_outside_go_by_group_priority(void **state)
{
	(void)state;
	world_start(&w, 1, 2);
	gicv_wr(&w, 0, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_ENABLEGRP1 | GICC_CTLR_ACKCTL);
	gicv_wr(&w, 0, GICV_BPR, 6); /* group 0: bit [7]; group 1 has ABPR, all bits */
	gicv_wr(&w, 0, GICV_ABPR, 3);
	wr(&w, GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	wr(&w, GICD_IGROUPR(1u), 1u << (SPI % 32));
	edge(SPI, 0x10);     /* group 1, group priority 0x10 */
	edge(SPI + 1, 0x38); /* group 0, group priority 0x00 */
	edge(SPI + 2, 0xe0);
	edge(SPI + 3, 0xe8);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	world_pulse(&w, SPI + 2);
	world_pulse(&w, SPI + 3);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	assert_int_equal(gich_model_find(&w.hw[0], SPI + 1), GICH_MODEL_NO_LR);
	w.late = true;
	eoi(&w, 0, SPI + 1);
	world_refill(&w, 0);
	assert_false(active(SPI + 1));
	assert_true(active(SPI));
}

static void vm_reset_while_loaded_empties_the_lrs(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(world_valid_lrs(&w, 0), 1);
	vgic_reset(locked());
	world_enter(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	assert_int_equal(w.vgic.word[8].group1, 0);
}

/* What another vCPU has in an LR concerns only who looks at that bit. */
static void only_the_bits_of_the_access_are_asked_for(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edge(SPI, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	w.deaf = true;
	vgic_effects_clear(&w.effects);
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, 1u << (SPI % 32 + 1),
					 &w.effects),
			 VGIC_OK);
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ISACTIVER(1u), 4, 0, &w.effects),
			 VGIC_OK);
	assert_int_equal(w.effects.ask, 0);
}

static void fold_says_only_of_hardware_interrupts(void **state)
{
	struct gich gich;

	(void)state;
	world_start(&w, 1, 1);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x40);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	w.late = true;
	eoi(&w, 0, SPI);
	gich_model_read(&w.hw[0], &gich);
	assert_int_equal(gich_hcr_eoicount(gich.hcr), 1);
	w.effects.kick = 0;
	assert_false(vgic_fold(locked(), 0, &gich, &w.effects));
	assert_false(active(SPI));
}

/* It is here and will fill: a fold does not ask for it. What was asked for before stays. */
static void fold_does_not_kick_its_own_vcpu(void **state)
{
	struct gich gich;
	unsigned int before;

	(void)state;
	for (before = 0; before < 4; before += 2) {
		world_start(&w, 2, 1);
		edge(SPI, 0x80);
		edge(SPI + 1, 0x40);
		world_target(&w, SPI, 2);
		world_target(&w, SPI + 1, 2);
		world_pulse(&w, SPI);
		assert_int_equal(iar(&w, 1), SPI);
		world_pulse(&w, SPI + 1);
		world_pulse(&w, SPI);
		w.late = true;
		eoi(&w, 1, SPI);
		gich_model_read(&w.hw[1], &gich);
		assert_int_equal(gich_hcr_eoicount(gich.hcr), 1);
		w.effects.kick = before;
		vgic_fold(locked(), 1, &gich, &w.effects);
		assert_int_equal(w.effects.kick, before);
		assert_true(world_bit(&w, 0, GICD_ISPENDR(0u), SPI));
	}
}

/* What is pending already becomes so again: nobody has to look. */
static void pending_twice_is_one_kick(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edge(SPI, 0x80);
	world_target(&w, SPI, 2);
	world_exit(&w, 1);
	w.deaf = true;
	w.effects.kick = 0;
	world_pulse(&w, SPI);
	assert_int_equal(w.effects.kick, 2);
	w.effects.kick = 0;
	world_pulse(&w, SPI);
	assert_int_equal(w.effects.kick, 0);
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
	vgic_dist_write(locked(), 0, GICD_ISPENDR(1u), 4, 1u << (SPI % 32), &w.effects);
	assert_int_equal(w.effects.kick, 0);
	eoi(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
}

/* Nothing is queued for a vCPU that was reset: a change for all does not concern it. */
static void reset_vcpu_has_nothing_queued(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_sgi(&w, 0, 2, 5);
	world_exit(&w, 1);
	vgic_reset_vcpu(locked(), 1, &w.effects);
	w.deaf = true;
	w.effects.kick = 0;
	vgic_dist_write(locked(), 0, GICD_CTLR, 4, 3, &w.effects);
	assert_int_equal(w.effects.kick, 0);
	assert_int_equal(w.vgic.cpu[1].queue[0], 0);
}

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

/* All that the guest can have changed, as full as it can be: a reset leaves nothing of it. */
static void reset_clears_whatever_was_there(void **state)
{
	static struct vgic clean;
	unsigned int i;

	(void)state;
	world_start(&w, 8, LRS);
	vgic_set_wiring(locked(), 0, SPI, VGIC_LEVEL, 1);
	vgic_set_wiring(locked(), 0, SPI + 1, VGIC_HW, 2);
	vgic_set_wiring(locked(), 0, SPI + 2, VGIC_EDGE, 3);
	for (i = 0; i < 8; i++)
		world_exit(&w, i);
	vgic_reset(locked());
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
	vgic_reset(locked());
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

static void what_fits_needs_no_choice(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x80);
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
	edge(SPI, 0x80);
	edge(SPI + 1, 0x80);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	assert_false(vgic_needs_fill(&w.vgic, 0));
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

static void active_outside_asks_for_room(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, 2);
	for (i = 0; i < 3; i++) {
		edge(SPI + i, 0x80 - 0x10 * i);
		world_pulse(&w, SPI + i);
		assert_int_equal(iar(&w, 0), SPI + i);
	}
	world_refill(&w, 0);
	assert_int_equal(w.hw[0].reg.hcr, GICH_HCR_EN | GICH_HCR_UIE | GICH_HCR_LRENPIE);
}

static void fold_tells_of_a_hardware_interrupt_ended_outside(void **state)
{
	struct gich gich;

	(void)state;
	world_start(&w, 1, 1);
	world_spi(&w, SPI, VGIC_HW, 0x80);
	edge(SPI + 1, 0x40);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	w.late = true;
	eoi(&w, 0, SPI);
	gich_model_read(&w.hw[0], &gich);
	w.effects.n_deactivate = 0;
	assert_true(vgic_fold(locked(), 0, &gich, &w.effects));
	assert_int_equal(w.effects.n_deactivate, 1);
}

/* Active by ISACTIVER: no priority was ever held for it. */
static void isactiver_leaves_the_priority_alone(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), SPI);
	world_refill(&w, 0);
	assert_int_equal(gich_lr_priority(lr_of(SPI)), 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(gich_lr_state(lr_of(SPI)), GICH_LR_PENDING | GICH_LR_ACTIVE);
}

/* A register write that changes nothing for what is pending makes nobody look. */
static void what_is_not_concerned_is_not_kicked(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x80);
	world_spi(&w, SPI + 2, VGIC_LEVEL, 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	world_line(&w, SPI + 2, true);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), 63);
	w.deaf = true;
	world_exit(&w, 0);
	w.effects.kick = 0;
	gicd_write(&w, 1, GICD_IGROUPR(1u), 4, 1u << 31);
	gicd_write(&w, 1, GICD_ISENABLER(1u), 4, 1u << 31);
	gicd_write(&w, 1, GICD_ICENABLER(1u), 4, 1u << 31);
	gicd_write(&w, 1, GICD_ICFGR(2u), 4, 0);
	gicd_write(&w, 1, GICD_IPRIORITYR(0u) + SPI, 1, 0x20);
	gicd_write(&w, 1, GICD_ITARGETSR(0u) + SPI, 1, 2);
	gicd_write(&w, 1, GICD_ICPENDR(1u), 4, 1u << ((SPI + 2) % 32));
	gicd_write(&w, 1, GICD_ISACTIVER(1u), 4, 1u << (SPI % 32) | 1u << 31);
	assert_int_equal(w.effects.kick, 0);
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

/* The answer to an access that was given up is not the answer to the next one. */
static void what_was_served_is_forgotten_when_it_expires(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 2, 1);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x40);
	world_target(&w, SPI, 2);
	world_target(&w, SPI + 1, 2);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 1), SPI);
	world_pulse(&w, SPI + 1);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	for (i = 0; i < 1000 && w.vgic.askers != 0; i++)
		world_refill(&w, 1);
	assert_int_equal(w.vgic.askers, 0);
	assert_int_equal(
		vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, 1u << (SPI % 32), &w.effects),
		VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(
		vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, 1u << (SPI % 32), &w.effects),
		VGIC_OK);
}

static void end_of_a_wait_concerns_its_owner_only(void **state)
{
	uint32_t value = 0;

	(void)state;
	world_start(&w, 3, LRS);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	w.deaf = true;
	assert_int_equal(
		vgic_dist_write(locked(), 2, GICD_ISACTIVER(1u), 4, 1u << (SPI % 32), &w.effects),
		VGIC_RETRY);
	world_refill(&w, 1);
	w.effects.kick = 0;
	assert_int_equal(vgic_dist_read(locked(), 2, GICD_TYPER, 4, &value, &w.effects), VGIC_OK);
	assert_int_equal(w.effects.kick, 2);
	assert_int_equal(w.vgic.askers, 0);
	world_enter(&w, 1);
	assert_int_equal(world_try_read(&w, 2, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	assert_int_equal(vgic_dist_read(locked(), 2, 2, 4, &value, &w.effects), VGIC_ABORT);
	assert_int_equal(w.vgic.askers, 0);
}

/* Twice before it is taken, and again after that: whichever way in, no physical one is involved. */
static void edge_again_deactivates_nothing(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI);
	world_set_bit(&w, 0, GICD_ICPENDR(0u), SPI);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(w.effects.n_deactivate, 0);
	assert_false(vgic_hw_in_flight(locked(), 0, SPI));
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

static void what_is_withdrawn_leaves_the_queue(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, THIRD_WORD, VGIC_HW, 0x80);
	world_hw_raise(&w, 0, THIRD_WORD);
	world_exit(&w, 0);
	assert_true(vgic_hw_withdraw(locked(), 0, THIRD_WORD, &w.effects));
	assert_false(vgic_hw_in_flight(locked(), 0, THIRD_WORD));
	assert_int_equal(w.vgic.cpu[0].queue_words, 0);
	assert_int_equal(w.effects.n_deactivate, 0);
}

/* Bit 0 of its word, which is all that is asked for. */
static void asker_of_the_first_bit_lets_go(void **state)
{
	uint32_t value = 0;
	unsigned int i;

	(void)state;
	world_start(&w, 2, LRS);
	edge(64, 0x80);
	world_target(&w, 64, 2);
	world_pulse(&w, 64);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(2u), &value), VGIC_RETRY);
	for (i = 0; i < 100 && w.vgic.askers != 0; i++)
		world_refill(&w, 0);
	assert_int_equal(w.vgic.askers, 0);
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(2u), &value), VGIC_RETRY);
	for (i = 0; i < 1000 && w.vgic.askers != 0; i++)
		world_refill(&w, 1);
	assert_int_equal(w.vgic.askers, 0);
}

static void sgi_sent_twice_is_one_kick(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_exit(&w, 1);
	w.deaf = true;
	w.effects.kick = 0;
	world_sgi(&w, 0, 2, 5);
	assert_int_equal(w.effects.kick, 2);
	w.effects.kick = 0;
	world_sgi(&w, 0, 2, 5);
	assert_int_equal(w.effects.kick, 0);
}

/* The answer to a wait that another access ended is not the answer to the next one. */
static void what_was_served_is_forgotten_when_the_wait_ends(void **state)
{
	uint32_t bit = 1u << (SPI % 32);
	uint32_t value = 0;

	(void)state;
	world_start(&w, 2, 1);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x40);
	world_target(&w, SPI, 2);
	world_target(&w, SPI + 1, 2);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 1), SPI);
	world_pulse(&w, SPI + 1);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(world_try_read(&w, 0, GICD_TYPER, &value), VGIC_OK);
	world_enter(&w, 1);
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, bit, &w.effects),
			 VGIC_RETRY);
	/* Asked for is not served */
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, bit, &w.effects),
			 VGIC_RETRY);
	world_refill(&w, 1);
	assert_int_equal(vgic_dist_write(locked(), 0, GICD_ICACTIVER(1u), 4, bit, &w.effects),
			 VGIC_OK);
}

/* An SPI that was in an LR of a vCPU that is reset is pending again. */
static void vcpu_reset_while_loaded_keeps_spis(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edge(SPI, 0x80);
	world_target(&w, SPI, 2);
	world_pulse(&w, SPI);
	assert_true(gich_model_find(&w.hw[1], SPI) >= 0);
	vgic_reset_vcpu(locked(), 1, &w.effects);
	assert_int_equal(vgic_lrs_in_use(&w.vgic, 1), 0);
	world_enter(&w, 1);
	assert_int_equal(iar(&w, 1), SPI);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
}

/* The group's own binary point says whether the priority is still that of the acknowledge. */
static void coarse_priority_of_an_active_one(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	gicv_wr(&w, 0, GICV_BPR, 6);
	gicv_wr(&w, 0, GICV_ABPR, 3);
	edge(SPI, 0x38);
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

/* Two that the guest deactivated by ICACTIVER, and one outside that it did not. */
static void two_eois_are_owed(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, 1);
	for (i = 0; i < 3; i++) {
		edge(SPI + i, 0xc0 - 0x40 * i);
		world_pulse(&w, SPI + i);
		assert_int_equal(iar(&w, 0), SPI + i);
	}
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI + 2);
	world_set_bit(&w, 0, GICD_ICACTIVER(0u), SPI + 1);
	assert_int_equal(w.vgic.cpu[0].owed, 1u << (0x40 >> 3) | 1u << (0x80 >> 3));
	edge(SPI + 3, 0xe0);
	world_pulse(&w, SPI + 3);
	w.late = true;
	eoi(&w, 0, SPI + 2);
	eoi(&w, 0, SPI + 1);
	world_refill(&w, 0);
	assert_int_equal(w.vgic.cpu[0].owed, 0);
	assert_true(active(SPI));
}

static void wiring_of_one_is_not_that_of_another(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	vgic_set_wiring(locked(), 0, SPI, VGIC_EDGE, 1);
	vgic_set_wiring(locked(), 0, SPI + 1, VGIC_LEVEL, 2);
	vgic_set_wiring(locked(), 0, SPI + 2, VGIC_HW, 3);
	assert_int_equal(w.vgic.word[8].driven, 7u << (SPI % 32));
	assert_int_equal(w.vgic.word[8].hw, 4u << (SPI % 32));
	assert_int_equal(w.vgic.word[8].edge, 1u << (SPI % 32));
	assert_int_equal(w.vgic.word[8].level & 7u << (SPI % 32), 2u << (SPI % 32));
}

/* What is new needs no list register to be read; what is in one needs that one. */
static void short_way_reads_what_it_needs(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x80);
	world_pulse(&w, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	w.deaf = true;
	world_pulse(&w, SPI);
	assert_int_equal(vgic_refresh_reads(locked(), 0), VGIC_NO_LR);
	world_enter(&w, 0);
	vgic_set_wiring(locked(), 0, SPI, VGIC_EDGE, 0);
	world_enable(&w, 0, SPI, false);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), GICH_MODEL_NO_LR);
	world_pulse(&w, SPI + 1);
	assert_int_equal(vgic_refresh_reads(locked(), 0), gich_model_find(&w.hw[0], SPI + 1));
	world_exit(&w, 0);
	assert_int_equal(vgic_refresh_reads(locked(), 0), VGIC_NO_LR);
	assert_int_equal(vgic_refresh(locked(), 0, VGIC_NO_LR, &w.gich[0], &w.effects), VGIC_FOLD);
}

/* Somebody waits for another vCPU: what a fill has to leave out, the short way would not know. */
static void no_short_way_while_somebody_waits(void **state)
{
	uint32_t value = 0;

	(void)state;
	world_start(&w, 3, LRS);
	edge(SPI, 0x80);
	edge(SPI + 1, 0x80);
	world_target(&w, SPI, 2);
	world_target(&w, SPI + 1, 4);
	world_pulse(&w, SPI);
	w.deaf = true;
	assert_int_equal(world_try_read(&w, 0, GICD_ISACTIVER(1u), &value), VGIC_RETRY);
	world_pulse(&w, SPI + 1);
	assert_int_equal(vgic_refresh(locked(), 2, VGIC_NO_LR, &w.gich[2], &w.effects), VGIC_FOLD);
	world_enter(&w, 2);
	assert_int_equal(iar(&w, 2), SPI + 1);
}

/* Noted here, but in the LRs of the vCPU that is its target since. */
static void short_way_of_what_went_elsewhere(void **state)
{
	(void)state;
	world_start(&w, 3, LRS);
	edge(SPI, 0x80);
	world_target(&w, SPI, 2);
	w.deaf = true;
	world_pulse(&w, SPI);
	world_target(&w, SPI, 4);
	world_enter(&w, 2);
	assert_int_equal(vgic_refresh_reads(locked(), 1), VGIC_NO_LR);
	world_enter(&w, 1);
	assert_int_equal(world_valid_lrs(&w, 1), 0);
	assert_int_equal(iar(&w, 2), SPI);
	assert_int_equal(iar(&w, 1), WORLD_SPURIOUS);
}

/* Ended in its LR, and pended by the guest: the fold has to say that it went inactive. */
static void no_short_way_past_the_end_of_a_hardware_interrupt(void **state)
{
	struct gich *gich = &w.gich[0];

	(void)state;
	world_start(&w, 1, LRS);
	world_spi(&w, SPI, VGIC_HW, 0x80);
	world_hw_raise(&w, 0, SPI);
	eoi(&w, 0, iar(&w, 0));
	w.deaf = true;
	vgic_dist_write(locked(), 0, GICD_ISPENDR(1u), 4, 1u << (SPI % 32), &w.effects);
	assert_int_equal(vgic_refresh_reads(locked(), 0), 0);
	gich_model_read(&w.hw[0], gich);
	assert_int_equal(vgic_refresh(locked(), 0, 0, gich, &w.effects), VGIC_FOLD);
	assert_true(vgic_fold(locked(), 0, gich, &w.effects));
	assert_false(vgic_hw_in_flight(locked(), 0, SPI));
}

/* It becomes active where it would have been pending, whoever writes. */
static void isactiver_by_another_vcpu(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edge(SPI, 0x80);
	world_set_bit(&w, 1, GICD_ISACTIVER(0u), SPI);
	world_refill(&w, 0);
	assert_int_equal(gich_lr_state(lr_of(SPI)), GICH_LR_ACTIVE);
	assert_int_equal(gich_model_find(&w.hw[1], SPI), GICH_MODEL_NO_LR);
}

static void empty_lrs_are_cleared_once(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	edge(SPI, 0x80);
	world_pulse(&w, SPI);
	world_enable(&w, 0, SPI, false);
	world_refill(&w, 0);
	assert_int_equal(world_valid_lrs(&w, 0), 0);
	world_refill(&w, 0);
	assert_int_equal(w.gich[0].lr_dirty, 0);
}

#ifdef WORLD_REFRESH
/* Taken and ended without an exit: it goes into its old list register again, which is written. */
static void short_way_of_what_was_ended(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	edge(SPI, 0x80);
	world_pulse(&w, SPI);
	eoi(&w, 0, iar(&w, 0));
	world_sgi(&w, 1, 1, 5);
	w.refreshes = 0;
	world_sgi(&w, 1, 1, 5);
	assert_int_equal(w.refreshes, 1);
	eoi(&w, 0, iar(&w, 0));
	w.refreshes = 0;
	world_pulse(&w, SPI);
	assert_int_equal(w.refreshes, 1);
	assert_int_equal(gich_model_find(&w.hw[0], SPI), 0);
	assert_int_equal(iar(&w, 0), SPI);
}
#endif

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(t07_late_maintenance_and_a_higher_priority_inside),
	cmocka_unit_test(b2_more_eois_than_held_interrupts),
	cmocka_unit_test(b5_edge_while_disabled),
	cmocka_unit_test(b9_new_priority_while_active_does_not_reach_the_lr),
	cmocka_unit_test(what_is_no_input_is_refused),
	cmocka_unit_test(first_and_last_input),
	cmocka_unit_test(wiring_taken_away),
	cmocka_unit_test(deactivations_that_do_not_fit),
	cmocka_unit_test(nothing_is_owed_with_eoimode_1),
	cmocka_unit_test(loaded_between_fill_and_fold),
	cmocka_unit_test(what_two_owners_have_expires_one_by_one),
	cmocka_unit_test(first_ppi_pends_in_its_lr),
	cmocka_unit_test(one_sgi_needs_no_exit),
	cmocka_unit_test(eois_outside_go_by_group_priority),
	cmocka_unit_test(vm_reset_while_loaded_empties_the_lrs),
	cmocka_unit_test(only_the_bits_of_the_access_are_asked_for),
	cmocka_unit_test(fold_says_only_of_hardware_interrupts),
	cmocka_unit_test(fold_does_not_kick_its_own_vcpu),
	cmocka_unit_test(pending_twice_is_one_kick),
	cmocka_unit_test(ispendr_of_an_active_level_waits_for_the_eoi),
	cmocka_unit_test(reset_vcpu_has_nothing_queued),
	cmocka_unit_test(bytes_behind_the_last_interrupt),
	cmocka_unit_test(reset_clears_whatever_was_there),
	cmocka_unit_test(what_fits_needs_no_choice),
	cmocka_unit_test(a_choice_is_made_once),
	cmocka_unit_test(sgi_again_from_its_active_source_pends_in_its_lr),
	cmocka_unit_test(sgi_from_another_source_waits_outside),
	cmocka_unit_test(active_outside_asks_for_room),
	cmocka_unit_test(fold_tells_of_a_hardware_interrupt_ended_outside),
	cmocka_unit_test(isactiver_leaves_the_priority_alone),
	cmocka_unit_test(what_is_not_concerned_is_not_kicked),
	cmocka_unit_test(line_of_an_active_level_needs_no_exit),
	cmocka_unit_test(undriven_line_counts_while_level_sensitive),
	cmocka_unit_test(what_was_served_is_forgotten_when_it_expires),
	cmocka_unit_test(end_of_a_wait_concerns_its_owner_only),
	cmocka_unit_test(edge_again_deactivates_nothing),
	cmocka_unit_test(isactiver_of_an_sgi_has_source_0),
	cmocka_unit_test(what_is_withdrawn_leaves_the_queue),
	cmocka_unit_test(asker_of_the_first_bit_lets_go),
	cmocka_unit_test(sgi_sent_twice_is_one_kick),
	cmocka_unit_test(what_was_served_is_forgotten_when_the_wait_ends),
	cmocka_unit_test(vcpu_reset_while_loaded_keeps_spis),
	cmocka_unit_test(coarse_priority_of_an_active_one),
	cmocka_unit_test(two_eois_are_owed),
	cmocka_unit_test(wiring_of_one_is_not_that_of_another),
	cmocka_unit_test(short_way_reads_what_it_needs),
	cmocka_unit_test(no_short_way_while_somebody_waits),
	cmocka_unit_test(short_way_of_what_went_elsewhere),
	cmocka_unit_test(no_short_way_past_the_end_of_a_hardware_interrupt),
	cmocka_unit_test(isactiver_by_another_vcpu),
	cmocka_unit_test(empty_lrs_are_cleared_once),
#ifdef WORLD_REFRESH
	cmocka_unit_test(short_way_of_what_was_ended),
#endif
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
