// SPDX-License-Identifier: BSD-2-Clause
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#include "smccc.h"

#define SETTLE_US 200u
#define PATIENCE_MS 2000u /* an emulator's timers can be late on a busy machine */
#define REMOTE_MS 120000u /* a vCPU that shares its CPU; a busy machine is not to end the wait */
#define SGIR_CLEAR_ALL 0xffffffffu

/* A step for another vCPU: `fn` is set by vCPU 0 and cleared by the other when `result` is
 * there. */
struct step {
	uint32_t (*volatile fn)(uint32_t arg);
	uint32_t arg;
	volatile uint32_t result;
	volatile bool leave;
	bool on;
};

static struct step steps[GUEST_MAX_VCPUS];

static void quiet_interface(void)
{
	/* What a case that failed has left active: every EOIR drops one priority. */
	gicc_write(GICC_CTLR, 1);
	for (uint32_t i = 0; i < 32 && gicc_read(GICC_RPR) != IDLE_PRIORITY; i++)
		gicc_write(GICC_EOIR, SPI);
	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_BPR, 0);
}

static void quiet_word(uint32_t n, uint32_t bits)
{
	gicd_write(GICD_ICENABLER(n), bits);
	gicd_write(GICD_ICPENDR(n), bits);
	gicd_write(GICD_ICACTIVER(n), bits);
}

static void quiet_sgis(void)
{
	for (uint32_t n = 0; n < 4; n++)
		gicd_write(GICD_CPENDSGIR(n), SGIR_CLEAR_ALL);
	gicd_write(GICD_ICACTIVER(0), UINT32_MAX);
	gicd_write(GICD_ICENABLER(0), 0xffff0000);
	gicd_write(GICD_ISENABLER(0), 0x0000ffff);
	for (uint32_t n = 0; n < 8; n++)
		gicd_write(GICD_IPRIORITYR(n), GIC_DEFAULT_PRIORITY * 0x01010101u);
}

static void quiet_timers(void)
{
	cntv_set(TIMER_FAR, 0);
	cntp_set(TIMER_FAR, 0);
}

void quiet(void)
{
	line(false);
	quiet_timers();
	quiet_interface();
	gicd_write(GICD_CTLR, 1);
	quiet_word(SPI_WORD, UINT32_MAX);
	quiet_word(PL011_INTID / 32, SPI_BIT(PL011_INTID));
	quiet_sgis();
	gicd_write(GICD_IGROUPR(0), 0);
	gicd_write(GICD_IGROUPR(SPI_WORD), 0);
	gic_set_priority(PL011_INTID, GIC_DEFAULT_PRIORITY);
	gic_set_target(PL011_INTID, 1);
	for (uint32_t i = 0; i < N_SPIS / 4; i++) {
		gicd_write(GICD_IPRIORITYR(SPI / 4 + i), GIC_DEFAULT_PRIORITY * 0x01010101u);
		gicd_write(GICD_ITARGETSR(SPI / 4 + i), 0x01010101u);
	}
	for (uint32_t i = 0; i < N_SPIS / 16; i++)
		gicd_write(GICD_ICFGR(SPI / 16 + i), 0);
	dsb();
}

void begin(void)
{
	irq_disable();
	quiet();
}

void end(void)
{
	irq_disable();
	for (unsigned int cpu = 1; cpu < GUEST_MAX_VCPUS; cpu++)
		turn_off(cpu);
	quiet();
	const uint32_t iar = gicc_read(GICC_IAR);

	ktap_check(iar == GIC_SPURIOUS, "left behind: IAR 0x%lx", (unsigned long)iar);
	if (iar != GIC_SPURIOUS)
		eoi(iar);
}

void arm(uint32_t intid, uint8_t priority)
{
	gic_set_priority(intid, priority);
	gic_enable(intid);
}

void arm_edge(uint32_t intid, uint8_t priority)
{
	gic_set_edge(intid, true);
	arm(intid, priority);
}

uint32_t take(void)
{
	const uint64_t until = timer_now() + timer_ms(PATIENCE_MS);
	bool late;
	uint32_t iar;

	/* The last look comes behind the deadline: this vCPU may stand still for longer than
	 * that. */
	do {
		cpu_relax();
		late = timer_now() >= until;
		iar = gicc_read(GICC_IAR);
	} while (iar == GIC_SPURIOUS && !late);
	return iar;
}

bool takes(uint32_t iar, const char *when)
{
	const uint32_t got = take();

	return ktap_check(got == iar, "%s: IAR is 0x%lx, expected 0x%lx", when, (unsigned long)got,
			  (unsigned long)iar);
}

void nothing(const char *when)
{
	timer_delay_us(SETTLE_US);
	const uint32_t hppir = gicc_read(GICC_HPPIR);
	const uint32_t iar = gicc_read(GICC_IAR);

	ktap_check(hppir == GIC_SPURIOUS, "%s: HPPIR is 0x%lx", when, (unsigned long)hppir);
	ktap_check(iar == GIC_SPURIOUS, "%s: IAR is 0x%lx", when, (unsigned long)iar);
	if (iar != GIC_SPURIOUS)
		eoi(iar);
}

void eoi(uint32_t iar)
{
	gicc_write(GICC_EOIR, iar);
	dsb();
}

bool takes_and_ends(uint32_t iar, const char *when)
{
	const uint32_t got = take();

	if (got != GIC_SPURIOUS)
		eoi(got);
	return ktap_check(got == iar, "%s: IAR is 0x%lx, expected 0x%lx", when, (unsigned long)got,
			  (unsigned long)iar);
}

void takes_set(uint32_t set, const char *when)
{
	while (set) {
		const uint32_t iar = take();
		const uint32_t bit = iar / 32 == SPI_WORD ? SPI_BIT(iar) & set : 0;

		if (iar != GIC_SPURIOUS)
			gicc_write(GICC_EOIR, iar);
		if (!ktap_check(bit, "%s: IAR is 0x%lx, not of 0x%lx", when, (unsigned long)iar,
				(unsigned long)set))
			return;
		set &= ~bit;
	}
}

bool nest(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		arm(SPI + i, (uint8_t)NEST_PRIORITY(i));
	for (uint32_t i = 0; i < n; i++) {
		gic_pend(SPI + i);
		if (!takes(SPI + i, "nesting"))
			return false;
		ktap_check_eq(gicc_read(GICC_RPR), NEST_PRIORITY(i), "RPR going in");
	}
	return true;
}

void unnest(uint32_t n)
{
	while (n-- > 0)
		gicc_write(GICC_EOIR, SPI + n);
	dsb();
}

void crowd(void)
{
	for (uint32_t i = 16; i < N_SPIS; i++)
		arm(SPI + i, (uint8_t)NEST_PRIORITY(0));
	gicd_write(GICD_ISPENDR(SPI_WORD), CROWD);
}

/* The transmit interrupt is raised by the first character and never cleared: the mask is the
 * line. */
void line(bool high)
{
	mmio_write32(PL011_BASE + UARTIMSC, high ? UART_INT_TX : 0);
	dsb();
}

uint32_t rounds(uint32_t usual)
{
	const char *option = strstr(machine_bootargs(), "rounds=");

	return option ? (uint32_t)strtoul(option + strlen("rounds="), NULL, 10) : usual;
}

static void serve(void *arg)
{
	struct step *step = arg;

	quiet_timers();
	while (!step->leave) {
		if (!step->fn) {
			cpu_relax();
			continue;
		}
		dmb(); /* arg is read after fn: pairs with start_on_vcpu() */
		step->result = step->fn(step->arg);
		dmb(); /* the result is there before fn is seen cleared */
		step->fn = NULL;
	}
}

void start_on_vcpu(unsigned int cpu, uint32_t (*fn)(uint32_t arg), uint32_t arg)
{
	struct step *step = &steps[cpu];

	step->arg = arg;
	dmb();
	step->fn = fn;
	dsb();
	if (step->on)
		return;
	step->leave = false;
	step->on = true;
	ktap_check_eq(vcpu_start(cpu, serve, step), PSCI_SUCCESS, "CPU_ON");
}

uint32_t wait_for_vcpu(unsigned int cpu)
{
	const uint64_t until = timer_now() + timer_ms(REMOTE_MS);

	while (steps[cpu].fn && timer_now() < until)
		cpu_relax();
	ktap_check(!steps[cpu].fn, "vCPU %u does not answer", cpu);
	dmb();
	return steps[cpu].result;
}

uint32_t on_vcpu(unsigned int cpu, uint32_t (*fn)(uint32_t arg), uint32_t arg)
{
	start_on_vcpu(cpu, fn, arg);
	return wait_for_vcpu(cpu);
}

void turn_off(unsigned int cpu)
{
	if (!steps[cpu].on)
		return;
	steps[cpu].leave = true;
	dsb();
	ktap_check(vcpu_wait_off(cpu, REMOTE_MS), "vCPU %u is never off", cpu);
	steps[cpu].on = false;
}

uint32_t remote_take(uint32_t arg)
{
	(void)arg;
	return take();
}

uint32_t remote_eoi(uint32_t iar)
{
	eoi(iar);
	return 0;
}

uint32_t remote_nothing(uint32_t arg)
{
	(void)arg;
	timer_delay_us(SETTLE_US);
	const uint32_t iar = gicc_read(GICC_IAR);

	if (iar != GIC_SPURIOUS)
		eoi(iar);
	return iar;
}

bool needs_vcpus(unsigned int n)
{
	if (machine_vcpus() >= n)
		return false;
	ktap_skip("needs more vCPUs");
	return true;
}

bool qemu_differs(const char *how)
{
	if (!machine_is_native())
		return false;
	ktap_skip(how);
	return true;
}
