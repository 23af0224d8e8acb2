// SPDX-License-Identifier: BSD-2-Clause
/* GICv2 between vCPUs: SGIs with their sources, SPI targets, banked registers. */
#include "common.h"

#define SGI_PING 1u
#define SGI_PONG 2u
#define SGI_COUNT 3u
#define SPI 120u
#define MAX_ROUNDS 2000u
#define MIN_ROUNDS 20u
#define BURSTS 50u
#define MIN_BURSTS 5u
#define BUDGET_MS 2000u /* vCPUs that share a CPU need a time slice for every step */

static volatile uint32_t stop_secondaries;
static volatile uint32_t ready[GUEST_MAX_VCPUS];
static volatile uint32_t pings[GUEST_MAX_VCPUS];
static volatile uint32_t pongs;
static volatile uint32_t counted[GUEST_MAX_VCPUS];
static volatile uint32_t wrong_source;
static volatile uint32_t spi_taken[GUEST_MAX_VCPUS];
static volatile uint32_t command[GUEST_MAX_VCPUS]; /* a burst to send when not 0 */

static void on_ping(uint32_t iar)
{
	pings[cpu_index()]++;
	gic_send_sgi(SGI_PONG, (uint8_t)(1u << (iar >> 10 & 7)));
}

static void on_pong(uint32_t iar)
{
	(void)iar;
	pongs++;
}

static void on_count(uint32_t iar)
{
	const uint32_t source = iar >> 10 & 7;

	if (source >= machine_vcpus())
		wrong_source++;
	else
		counted[source]++;
}

static void on_spi(uint32_t iar)
{
	(void)iar;
	spi_taken[cpu_index()]++;
}

/* Waits for interrupts and for a command; `ready` says that the vCPU is listening. */
static void secondary(void *arg)
{
	const unsigned int self = cpu_index();

	(void)arg;
	irq_enable();
	ready[self] = 1;
	while (!stop_secondaries) {
		if (command[self]) {
			gic_send_sgi(command[self], 1);
			command[self] = 0;
		}
		cpu_relax();
	}
	irq_disable();
	ready[self] = 0;
}

static void start_secondaries(void)
{
	stop_secondaries = 0;
	for (unsigned int cpu = 1; cpu < machine_vcpus(); cpu++) {
		vcpu_start(cpu, secondary, 0);
		ktap_check(wait_for(&ready[cpu], 1, 5000), "vCPU %u not ready", cpu);
	}
}

static void end_secondaries(void)
{
	stop_secondaries = 1;
	for (unsigned int cpu = 1; cpu < machine_vcpus(); cpu++)
		ktap_check(vcpu_wait_off(cpu, 5000), "vCPU %u never off", cpu);
}

static uint32_t ack(void)
{
	const uint64_t end = timer_now() + timer_ms(100);
	uint32_t iar;

	do {
		iar = gicc_read(GICC_IAR);
	} while (iar == GIC_SPURIOUS && timer_now() < end);
	return iar;
}

/* SGIR's three filters, on one vCPU (4.3.15). */
static void test_self(void)
{
	static const uint32_t sgir[] = { 2u << 24, 1u << 16 };

	for (uint32_t id = 0; id < 16; id++)
		for (unsigned int i = 0; i < 2; i++) {
			gicd_write(GICD_SGIR, sgir[i] | id);
			ktap_check_eq(ack(), id, "IAR");
			gicc_write(GICC_EOIR, id);
		}
	gicd_write(GICD_SGIR, 1u << 24 | SGI_PONG);
	timer_delay_us(300);
	if (machine_vcpus() == 1)
		ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "all but self, alone");
}

/* Pending again while active; and CPENDSGIR takes one back before it is acknowledged. */
static void test_pending(void)
{
	gic_send_sgi(5, 1);
	const uint32_t iar = ack();

	ktap_check_eq(iar, 5, "first");
	gic_send_sgi(5, 1);
	ktap_check(gic_is_pending(5) && gic_is_active(5), "not active and pending");
	gicc_write(GICC_EOIR, iar);
	ktap_check_eq(ack(), 5, "second");
	gicc_write(GICC_EOIR, 5);
	gic_send_sgi(5, 1);
	mmio_write8(GICD_BASE + 0xf10 + 5, 1);
	ktap_check(!gic_is_pending(5), "CPENDSGIR had no effect");
	timer_delay_us(300);
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR after CPENDSGIR");
	mmio_write8(GICD_BASE + 0xf20 + 5, 1);
	ktap_check_eq(ack(), 5, "IAR after SPENDSGIR");
	gicc_write(GICC_EOIR, 5);
}

/* SGI enables are implementation defined, but a read of ISENABLER must tell the truth (4.3.5). */
static void test_enable_bits(void)
{
	gicd_write(GICD_ICENABLER(0), 1u << 6);
	const bool enabled = (gicd_read(GICD_ISENABLER(0)) >> 6 & 1) != 0;

	gic_send_sgi(6, 1);
	timer_delay_us(300);
	const uint32_t iar = gicc_read(GICC_IAR);

	ktap_check_eq(iar, enabled ? 6 : GIC_SPURIOUS, "IAR");
	if (iar == 6)
		gicc_write(GICC_EOIR, iar);
	gicd_write(GICD_ISENABLER(0), 1u << 6);
	if (iar != 6) {
		ktap_check_eq(ack(), 6, "IAR once enabled");
		gicc_write(GICC_EOIR, 6);
	}
}

/* One round trip after the other, to each vCPU in turn. */
static void test_ping_pong(void)
{
	if (needs_vcpus(2))
		return;
	start_secondaries();
	irq_enable();
	pongs = 0;
	const uint64_t budget = timer_now() + timer_ms(BUDGET_MS);

	for (uint32_t i = 0; i < MAX_ROUNDS && (i < MIN_ROUNDS || timer_now() < budget); i++) {
		const unsigned int cpu = 1 + i % (machine_vcpus() - 1);
		const uint64_t end = timer_now() + timer_ms(5000);

		gic_send_sgi(SGI_PING, (uint8_t)(1u << cpu));
		while (pongs == i && timer_now() < end)
			cpu_relax();
		if (!ktap_check(pongs == i + 1, "no pong in round %lu from vCPU %u",
				(unsigned long)i, cpu))
			break;
	}
	irq_disable();
	end_secondaries();
	ktap_check_eq(gic_unhandled(), 0, "interrupts nobody asked for");
}

/* The same SGI from several sources at once: one interrupt each, none merged, none lost. */
static void test_sources(void)
{
	const unsigned int n = machine_vcpus();

	if (needs_vcpus(2))
		return;
	start_secondaries();
	for (unsigned int cpu = 0; cpu < n; cpu++)
		counted[cpu] = 0;
	const uint64_t budget = timer_now() + timer_ms(BUDGET_MS);

	for (uint32_t round = 0; round < BURSTS && (round < MIN_BURSTS || timer_now() < budget);
	     round++) {
		irq_disable();
		for (unsigned int cpu = 1; cpu < n; cpu++)
			command[cpu] = SGI_COUNT;
		gic_send_sgi(SGI_COUNT, 1);
		for (unsigned int cpu = 1; cpu < n; cpu++)
			ktap_check(wait_for(&command[cpu], 0, 5000), "vCPU %u did not send", cpu);
		if (round == 0)
			ktap_check((gicd_read(0xf20) >> 24 & 0xff) == (1u << n) - 1,
				   "SPENDSGIR0 is 0x%lx", (unsigned long)gicd_read(0xf20));
		irq_enable();
		for (unsigned int cpu = 0; cpu < n; cpu++)
			ktap_check(wait_for(&counted[cpu], round + 1, 2000),
				   "round %lu: %lu from vCPU %u", (unsigned long)round,
				   (unsigned long)counted[cpu], cpu);
	}
	irq_disable();
	end_secondaries();
	ktap_check_eq(wrong_source, 0, "interrupts with a wrong source");
}

static void test_spi_targets(void)
{
	const unsigned int n = machine_vcpus();

	if (needs_vcpus(2))
		return;
	start_secondaries();
	gic_set_edge(SPI, true);
	gic_enable(SPI);
	irq_enable();
	for (uint32_t i = 0; i < 10 * n; i++) {
		const unsigned int cpu = i % n;

		gic_set_target(SPI, (uint8_t)(1u << cpu));
		ktap_check_eq(mmio_read8(GICD_BASE + GICD_ITARGETSR(0) + SPI), 1u << cpu,
			      "ITARGETSR");
		gic_pend(SPI);
		ktap_check(wait_for(&spi_taken[cpu], i / n + 1, 2000), "not taken by vCPU %u", cpu);
	}
	irq_disable();
	end_secondaries();
	for (unsigned int cpu = 0; cpu < n; cpu++)
		ktap_check_eq(spi_taken[cpu], 10, "taken in all");
	gic_disable(SPI);
}

/* Pended for one vCPU that cannot take it, then given to another: it moves (GIC-400). */
static void test_retarget_pending(void)
{
	if (needs_bellhop() || needs_vcpus(2))
		return;
	start_secondaries();
	const uint32_t before = spi_taken[1];

	irq_disable();
	gic_set_edge(SPI, true);
	gic_enable(SPI);
	gic_set_target(SPI, 1);
	gic_pend(SPI);
	timer_delay_us(300);
	gic_set_target(SPI, 2);
	ktap_check(wait_for(&spi_taken[1], before + 1, 2000), "not taken by the new target");
	timer_delay_us(300);
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR on the old target");
	end_secondaries();
	gic_disable(SPI);
}

static volatile uint32_t banked_priority;
static volatile uint32_t banked_enable;
static volatile uint32_t banked_target;

static void read_banked(void *arg)
{
	(void)arg;
	gic_set_priority(SGI_COUNT, 0x40);
	gic_disable(CNTP_INTID);
	banked_priority = mmio_read8(GICD_BASE + GICD_IPRIORITYR(0) + SGI_COUNT);
	banked_enable = gicd_read(GICD_ISENABLER(0));
	banked_target = gicd_read(GICD_ITARGETSR(0));
}

/* The registers of INTIDs 0-31 are one set for each vCPU (4.1.3). */
static void test_banked(void)
{
	if (needs_vcpus(2))
		return;
	gic_set_priority(SGI_COUNT, 0xa0);
	gic_enable(CNTP_INTID);
	vcpu_start(1, read_banked, 0);
	ktap_check(vcpu_wait_off(1, 5000), "vCPU 1 never off");
	ktap_check_eq(banked_priority, 0x40, "priority on vCPU 1");
	ktap_check_eq(banked_target, 0x02020202, "ITARGETSR0 on vCPU 1");
	ktap_check_eq(banked_enable >> CNTP_INTID & 1, 0, "enable bit on vCPU 1");
	ktap_check_eq(mmio_read8(GICD_BASE + GICD_IPRIORITYR(0) + SGI_COUNT), 0xa0,
		      "priority on vCPU 0");
	ktap_check_eq(gicd_read(GICD_ISENABLER(0)) >> CNTP_INTID & 1, 1, "enable bit on vCPU 0");
	gic_disable(CNTP_INTID);
}

static const struct ktap_test tests[] = {
	{ "self", test_self },
	{ "pending", test_pending },
	{ "enable_bits", test_enable_bits },
	{ "ping_pong", test_ping_pong },
	{ "sources", test_sources },
	{ "spi_targets", test_spi_targets },
	{ "retarget_pending", test_retarget_pending },
	{ "banked", test_banked },
};

int main(void)
{
	gic_handle(SGI_PING, on_ping);
	gic_handle(SGI_PONG, on_pong);
	gic_handle(SGI_COUNT, on_count);
	gic_handle(SPI, on_spi);
	return ktap_run_all(tests);
}
