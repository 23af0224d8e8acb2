// SPDX-License-Identifier: BSD-2-Clause
/*
 * vCPUs that take turns on physical CPUs, and what ends with a VM: cases T22 to T24, T83, T87, T88
 * and T90. The list registers are those of a CPU, and hold what the one before left there.
 */
#include "vgic_world.h"

#include <string.h>

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u
#define PHYSICAL 140u /* world_spi() adds 100 */
#define ROUNDS 100000u

static struct world w;

/* A physical CPU: its GICH, and what its driver knows that it holds. */
static struct {
	struct gich_model hw;
	struct gich gich;
} cpu[2];

/* GICH_VMCR and GICH_APR of a vCPU that is switched out. */
static struct {
	uint32_t vmcr;
	uint32_t apr;
} saved[2];

static void power_on_cpus(void)
{
	unsigned int i;

	memset(cpu, 0, sizeof(cpu));
	for (i = 0; i < 2; i++) {
		gich_model_reset(&cpu[i].hw, LRS);
		world_exit(&w, i);
		saved[i].vmcr = w.hw[i].reg.vmcr;
		saved[i].apr = w.hw[i].reg.apr;
	}
	w.deaf = true;
}

static void start(unsigned int n_vcpus)
{
	world_start(&w, n_vcpus, LRS);
	if (n_vcpus == 2)
		power_on_cpus();
}

static void enter(unsigned int vcpu, unsigned int c)
{
	struct gich *gich = &cpu[c].gich;
	unsigned int n;

	gich->vmcr = saved[vcpu].vmcr;
	vgic_fill(world_locked(&w), vcpu, gich);
	assert_int_equal(gich->vmcr, saved[vcpu].vmcr);
	cpu[c].hw.reg.vmcr = saved[vcpu].vmcr;
	cpu[c].hw.reg.apr = saved[vcpu].apr;
	cpu[c].hw.reg.hcr = gich->hcr;
	for (n = 0; n < LRS; n++) {
		if ((gich->lr_dirty & (1ull << n)) != 0)
			gich_model_write_lr(&cpu[c].hw, n, gich->lr[n]);
	}
	assert_null(gich_model_check(&cpu[c].hw));
}

static void leave(unsigned int vcpu, unsigned int c)
{
	gich_model_read(&cpu[c].hw, &cpu[c].gich);
	saved[vcpu].vmcr = cpu[c].hw.reg.vmcr;
	saved[vcpu].apr = cpu[c].hw.reg.apr;
	vgic_fold(world_locked(&w), vcpu, &cpu[c].gich, &w.effects);
}

/* As the driver does it for a vCPU that does not run on. */
static void clear(unsigned int c)
{
	unsigned int n;

	for (n = 0; n < LRS; n++) {
		cpu[c].gich.lr[n] = 0;
		gich_model_write_lr(&cpu[c].hw, n, 0);
	}
}

static uint32_t ack(unsigned int c)
{
	return gicv_read(&cpu[c].hw, GICV_IAR);
}

static void end(unsigned int c, uint32_t id)
{
	gicv_write(&cpu[c].hw, GICV_EOIR, id);
}

static unsigned int valid_lrs(unsigned int c)
{
	unsigned int count = 0;
	unsigned int n;

	for (n = 0; n < LRS; n++)
		count += gich_lr_state(cpu[c].hw.reg.lr[n]) != 0;
	return count;
}

/*
 * Interrupts arrive while the CPU is between the fold and the fill, and while another vCPU's LRs
 * are loaded: what was saved is not older than what came meanwhile.
 */
static void t22_what_comes_during_a_switch_is_kept(void **state)
{
	(void)state;
	start(2);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x70);
	world_edge(&w, SPI + 2, 0x60);
	world_exit(&w, 0);
	world_exit(&w, 1);
	world_pulse(&w, SPI);
	enter(0, 0);
	world_pulse(&w, SPI + 1);
	leave(0, 0);
	world_pulse(&w, SPI + 2);
	clear(0);
	enter(1, 0);
	leave(1, 0);
	enter(0, 0);
	assert_int_equal(valid_lrs(0), 3);
	assert_int_equal(ack(0), SPI + 2);
	end(0, SPI + 2);
	assert_int_equal(ack(0), SPI + 1);
	end(0, SPI + 1);
	assert_int_equal(ack(0), SPI);
}

/* One CPU, two vCPUs: the second finds nothing of the first, and the other way round. */
static void t23_lrs_are_those_of_the_vcpu(void **state)
{
	(void)state;
	start(2);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x80);
	world_target(&w, SPI + 1, 2);
	world_exit(&w, 0);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	enter(0, 0);
	assert_int_equal(valid_lrs(0), 1);
	assert_int_equal(ack(0), SPI);
	leave(0, 0);
	clear(0);
	enter(1, 0);
	assert_int_equal(valid_lrs(0), 1);
	assert_int_equal(ack(0), SPI + 1);
	assert_int_equal(ack(0), WORLD_SPURIOUS);
	end(0, SPI + 1);
	leave(1, 0);
	clear(0);
	enter(0, 0);
	assert_int_equal(valid_lrs(0), 1);
	assert_int_equal(gicv_read(&cpu[0].hw, GICV_RPR), 0x80);
}

/*
 * Pending, active, both, and a hardware-mapped active one move to the other CPU, whose driver left
 * an older state of the same interrupts in its LRs; they end there.
 */
static void t24_a_vcpu_goes_on_on_another_cpu(void **state)
{
	(void)state;
	start(2);
	world_spi(&w, SPI, VGIC_HW, 0xc0);
	world_edge(&w, SPI + 1, 0xb0);
	world_edge(&w, SPI + 2, 0xa0);
	world_edge(&w, SPI + 3, 0xd0);
	world_exit(&w, 0);
	world_hw_raise(&w, 0, SPI);
	world_pulse(&w, SPI + 1);
	world_pulse(&w, SPI + 2);
	world_pulse(&w, SPI + 3);
	enter(0, 1);
	leave(0, 1);
	world_priority(&w, 0, SPI, 0x80);
	world_exit(&w, 0);
	enter(0, 0);
	assert_int_equal(ack(0), SPI);
	leave(0, 0);
	world_priority(&w, 0, SPI + 2, 0x40);
	world_exit(&w, 0);
	enter(0, 0);
	assert_int_equal(ack(0), SPI + 2);
	world_pulse(&w, SPI + 2);
	leave(0, 0);
	enter(0, 1);
	assert_int_equal(valid_lrs(1), 4);
	assert_int_equal(ack(1), WORLD_SPURIOUS);
	end(1, SPI + 2);
	assert_int_equal(ack(1), SPI + 2);
	end(1, SPI + 2);
	end(1, SPI);
	assert_int_equal(cpu[1].hw.deactivated, PHYSICAL);
	assert_int_equal(ack(1), SPI + 1);
	end(1, SPI + 1);
	assert_int_equal(ack(1), SPI + 3);
	leave(0, 1);
	assert_false(vgic_hw_in_flight(world_locked(&w), 0, SPI));
}

/* Each vCPU has its own VMCR: fill leaves it alone (enter()), fold and DIR go by it. */
static void t83_vmcr_is_that_of_the_vcpu(void **state)
{
	(void)state;
	start(2);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x80);
	world_target(&w, SPI + 1, 2);
	world_exit(&w, 0);
	enter(0, 0);
	gicv_write(&cpu[0].hw, GICV_PMR, 0x40);
	leave(0, 0);
	clear(0);
	enter(1, 0);
	gicv_write(&cpu[0].hw, GICV_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE);
	assert_int_equal(gicv_read(&cpu[0].hw, GICV_PMR), 0xf8);
	leave(1, 0);
	world_pulse(&w, SPI);
	world_pulse(&w, SPI + 1);
	assert_false(vgic_deliverable(world_locked(&w), 0, saved[0].vmcr));
	assert_true(vgic_deliverable(world_locked(&w), 1, saved[1].vmcr));
	enter(1, 0);
	assert_int_equal(ack(0), SPI + 1);
	end(0, SPI + 1);
	leave(1, 0);
	assert_true(world_active(&w, SPI + 1));
	world_exit(&w, 0);
	assert_int_equal(vgic_dir_write(world_locked(&w), 0, SPI + 1, &w.effects), VGIC_OK);
	assert_true(world_active(&w, SPI + 1));
	assert_int_equal(vgic_dir_write(world_locked(&w), 1, SPI + 1, &w.effects), VGIC_OK);
	assert_false(world_active(&w, SPI + 1));
}

/*
 * One turn of a timer's handler: acknowledge, set the timer anew, end. It may fire before the end
 * is known here.
 */
static void tick(bool early)
{
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	eoi(&w, 0, WORLD_VTIMER);
	assert_int_equal(w.hw[0].deactivated, WORLD_VTIMER);
	if (!early) {
		world_refill(&w, 0);
		assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
		assert_false(vgic_hw_in_flight(world_locked(&w), 0, WORLD_VTIMER));
	}
	world_hw_raise(&w, 0, WORLD_VTIMER);
	assert_true(vgic_hw_in_flight(world_locked(&w), 0, WORLD_VTIMER));
}

/* A timer among more interrupts than there are LRs: no tick is lost, none is spurious. */
static void t87_the_timer_ticks_on(void **state)
{
	unsigned int i;
	unsigned int k;

	(void)state;
	start(1);
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	vgic_set_wiring(world_locked(&w), 0, WORLD_VTIMER, VGIC_HW, WORLD_VTIMER);
	for (k = 0; k < LRS + 2; k++)
		world_edge(&w, SPI + k, 0x80 + 8 * k);
	gicv_wr(&w, 0, GICV_PMR, 0x80);
	world_hw_raise(&w, 0, WORLD_VTIMER);
	for (i = 0; i < ROUNDS; i++) {
		if (i % 64 == 0)
			for (k = 0; k < LRS + 2; k++)
				world_pulse(&w, SPI + k);
		tick(i % 3 == 0);
	}
	assert_int_equal(iar(&w, 0), WORLD_VTIMER);
	eoi(&w, 0, WORLD_VTIMER);
	gicv_wr(&w, 0, GICV_PMR, 0xf8);
	for (k = 0; k < LRS + 2; k++) {
		assert_int_equal(iar(&w, 0), SPI + k);
		eoi(&w, 0, SPI + k);
	}
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
}

/*
 * The caller learns whose physical interrupt has to be active, and it is the same after the turn of
 * another.
 */
static void t88_a_timer_that_is_active_at_a_switch(void **state)
{
	(void)state;
	start(2);
	world_spi(&w, WORLD_VTIMER, VGIC_HW, 0x40);
	vgic_set_wiring(world_locked(&w), 0, WORLD_VTIMER, VGIC_HW, WORLD_VTIMER);
	vgic_set_wiring(world_locked(&w), 1, WORLD_VTIMER, VGIC_HW, WORLD_VTIMER);
	world_exit(&w, 0);
	world_hw_raise(&w, 0, WORLD_VTIMER);
	enter(0, 0);
	assert_int_equal(ack(0), WORLD_VTIMER);
	leave(0, 0);
	assert_true(vgic_hw_in_flight(world_locked(&w), 0, WORLD_VTIMER));
	assert_false(vgic_hw_in_flight(world_locked(&w), 1, WORLD_VTIMER));
	clear(0);
	enter(1, 0);
	leave(1, 0);
	enter(0, 0);
	end(0, WORLD_VTIMER);
	assert_int_equal(cpu[0].hw.deactivated, WORLD_VTIMER);
	leave(0, 0);
	assert_false(vgic_hw_in_flight(world_locked(&w), 0, WORLD_VTIMER));
}

/* What EL2 has to make inactive when a VM ends is known until the reset, and not longer. */
static void t90_the_end_of_a_vm_leaks_no_flight(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 1, 1);
	for (i = 0; i < 4; i++)
		world_spi(&w, SPI + i, VGIC_HW, 0xc0 - 0x20 * i);
	world_hw_raise(&w, 0, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_hw_raise(&w, 0, SPI + 1);
	assert_int_equal(iar(&w, 0), SPI + 1);
	world_hw_raise(&w, 0, SPI + 2);
	world_exit(&w, 0);
	for (i = 0; i < 4; i++)
		assert_int_equal(vgic_hw_in_flight(world_locked(&w), 0, SPI + i), i < 3);
	vgic_reset(world_locked(&w));
	for (i = 0; i < 4; i++)
		assert_false(vgic_hw_in_flight(world_locked(&w), 0, SPI + i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t22_what_comes_during_a_switch_is_kept),
		cmocka_unit_test(t23_lrs_are_those_of_the_vcpu),
		cmocka_unit_test(t24_a_vcpu_goes_on_on_another_cpu),
		cmocka_unit_test(t83_vmcr_is_that_of_the_vcpu),
		cmocka_unit_test(t87_the_timer_ticks_on),
		cmocka_unit_test(t88_a_timer_that_is_active_at_a_switch),
		cmocka_unit_test(t90_the_end_of_a_vm_leaks_no_flight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
