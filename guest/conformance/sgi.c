// SPDX-License-Identifier: BSD-2-Clause
/* Software-generated interrupts: one per source and target (4.3.15 to 4.3.17). */
#include "conformance.h"
#include "smccc.h"

#define SGI 5u
#define FILTER(n) ((n) << GICD_SGIR_TARGETLISTFILTER_SHIFT)
#define TO(cpus) ((uint32_t)(cpus) << GICD_SGIR_CPUTARGETLIST_SHIFT)

static uint32_t from(unsigned int cpu, uint32_t intid)
{
	return cpu << GICC_IAR_CPUID_SHIFT | intid;
}

static uint32_t write_sgir(uint32_t value)
{
	dsb();
	gicd_write(GICD_SGIR, value);
	return 0;
}

/* Sources in SPENDSGIR of this vCPU. */
static uint32_t sources(uint32_t sgi)
{
	return mmio_read8(GICD_BASE + GICD_SPENDSGIR(0) + sgi);
}

void t50_ispendr_ignores_sgis(void)
{
	gicd_write(GICD_ISPENDR(0), 0xffff);
	ktap_check_eq(gicd_read(GICD_ISPENDR(0)) & 0xffff, 0, "ISPENDR0 after a write");
	nothing("ISPENDR0");
	write_sgir(FILTER(GICD_SGIR_FILTER_SELF) | SGI);
	gicd_write(GICD_ICPENDR(0), 0xffff);
	ktap_check(gic_is_pending(SGI), "ICPENDR0 took it back");
	takes_and_ends(from(0, SGI), "in spite of ICPENDR0");
	nothing("at the end");
}

void t53_sgi_from_every_vcpu(void)
{
	const unsigned int n = machine_vcpus();
	uint32_t seen = 0;

	if (needs_vcpus(2))
		return;
	for (unsigned int cpu = 1; cpu < n; cpu++)
		on_vcpu(cpu, write_sgir, TO(1) | SGI);
	write_sgir(TO(1) | SGI);
	ktap_check_eq(sources(SGI), (1u << n) - 1, "SPENDSGIR");
	for (unsigned int i = 0; i < n; i++) {
		const uint32_t iar = take();
		const uint32_t source = iar >> GICC_IAR_CPUID_SHIFT & GICC_IAR_CPUID_MASK;

		ktap_check((iar & GICC_IAR_INTID_MASK) == SGI && !(seen & 1u << source),
			   "IAR is 0x%lx", (unsigned long)iar);
		seen |= 1u << source;
		eoi(iar);
	}
	ktap_check_eq(seen, (1u << n) - 1, "sources seen");
	nothing("once each");
}

/* Never zero times, and not twice. */
void t54_sgi_twice_from_one_vcpu(void)
{
	const unsigned int source = machine_vcpus() - 1;

	for (uint32_t i = 0; i < 20; i++) {
		for (uint32_t j = 0; j < 2; j++)
			if (source == 0)
				write_sgir(TO(1) | SGI);
			else
				on_vcpu(source, write_sgir, TO(1) | SGI);
		takes_and_ends(from(source, SGI), "sent twice");
		nothing("sent twice");
	}
}

void t55_sgi_from_another_while_active(void)
{
	if (needs_vcpus(2))
		return;
	on_vcpu(1, write_sgir, TO(1) | SGI);
	takes(from(1, SGI), "from vCPU 1");
	write_sgir(TO(1) | SGI);
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR while the other source is active");
	ktap_check_eq(sources(SGI), 1, "SPENDSGIR");
	eoi(from(1, SGI));
	takes_and_ends(from(0, SGI), "from vCPU 0");
	nothing("at the end");
}

/* UNPREDICTABLE for the SGI itself, so only the others are looked at. */
void t56_sgi_ended_with_wrong_cpuid(void)
{
	arm(SPI, 0xc0);
	gic_pend(SPI);
	takes(SPI, "the outer one");
	write_sgir(TO(1) | SGI);
	takes(from(0, SGI), "SGI");
	eoi(from(3, SGI));
	ktap_check(gic_is_active(SPI), "the outer one is not active any more");
	ktap_check_eq(gicc_read(GICC_RPR), 0xc0, "RPR");
	eoi(SPI);
	ktap_check(!gic_is_active(SPI), "the outer one is active still");
	gicd_write(GICD_ICACTIVER(0), 1u << SGI);
	write_sgir(TO(1) | SGI);
	takes_and_ends(from(0, SGI), "the next");
	nothing("at the end");
}

struct filter_case {
	uint32_t sgir;
	uint32_t targets; /* of four vCPUs; vCPU 0 sends */
};

static const struct filter_case filter_cases[] = {
	{ FILTER(GICD_SGIR_FILTER_LIST) | TO(0x0), 0x0 },
	{ FILTER(GICD_SGIR_FILTER_LIST) | TO(0x1), 0x1 },
	{ FILTER(GICD_SGIR_FILTER_LIST) | TO(0xa), 0xa },
	{ FILTER(GICD_SGIR_FILTER_LIST) | TO(0xff), 0xf },
	{ FILTER(GICD_SGIR_FILTER_OTHERS) | TO(0x0), 0xe },
	{ FILTER(GICD_SGIR_FILTER_OTHERS) | TO(0x1), 0xe },
	{ FILTER(GICD_SGIR_FILTER_SELF) | TO(0xff), 0x1 },
	{ FILTER(GICD_SGIR_FILTER_SELF) | GICD_SGIR_NSATT, 0x1 },
	{ FILTER(3u) | TO(0xff), 0x0 }, /* reserved; QEMU takes it for a list */
};

/* What arrived here of this SGI; everything is taken back. */
static uint32_t sources_and_clear(uint32_t sgi)
{
	const uint32_t pending = sources(sgi);

	mmio_write8(GICD_BASE + GICD_CPENDSGIR(0) + sgi, 0xff);
	return pending;
}

void t57_sgir_filters(void)
{
	const unsigned int n = machine_vcpus();
	const unsigned int n_cases = sizeof(filter_cases) / sizeof(filter_cases[0]);

	for (unsigned int i = 0; i < n_cases - machine_is_native(); i++) {
		const struct filter_case *c = &filter_cases[i];
		uint32_t targets = 0;

		for (unsigned int cpu = 1; cpu < n; cpu++)
			on_vcpu(cpu, sources_and_clear, SGI);
		write_sgir(c->sgir | SGI);
		for (unsigned int cpu = 0; cpu < n; cpu++)
			targets |= (cpu ? on_vcpu(cpu, sources_and_clear, SGI) :
					  sources_and_clear(SGI))
				   << cpu;
		ktap_check(targets == (c->targets & ((1u << n) - 1)), "SGIR 0x%lx reached 0x%lx",
			   (unsigned long)c->sgir, (unsigned long)targets);
	}
	nothing("all taken back");
}

void t58_sgi_to_missing_vcpus(void)
{
	const uint32_t missing = 0xffu & ~((1u << machine_vcpus()) - 1);

	for (uint32_t i = 0; i < 16; i++)
		write_sgir(TO(missing) | i);
	ktap_check_eq(gicd_read(GICD_ISPENDR(0)) & 0xffff, 0, "ISPENDR0");
	nothing("sent to nobody");
	write_sgir(TO(missing | 1) | SGI);
	takes_and_ends(from(0, SGI), "sent to one that exists as well");
}

void t59_sgi_to_vcpu_that_is_off(void)
{
	if (needs_vcpus(2) || qemu_differs("its SGIs survive CPU_ON"))
		return;
	write_sgir(TO(2) | SGI);
	ktap_check_eq(on_vcpu(1, sources, SGI), 0, "SPENDSGIR after the first CPU_ON");
	turn_off(1);
	write_sgir(TO(2) | SGI);
	ktap_check_eq(on_vcpu(1, remote_nothing, 0), GIC_SPURIOUS, "IAR after the second CPU_ON");
	write_sgir(TO(2) | SGI);
	ktap_check_eq(on_vcpu(1, remote_take, 0), from(0, SGI), "IAR when it is on");
}

/* A byte per SGI, a bit per source; also what is in a list register. */
void t60_sgi_pending_registers(void)
{
	const uint32_t all = (1u << machine_vcpus()) - 1;

	for (uint32_t sgi = 0; sgi < 16; sgi++) {
		mmio_write8(GICD_BASE + GICD_SPENDSGIR(0) + sgi, (uint8_t)all);
		ktap_check_eq(sources(sgi), all, "SPENDSGIR by byte");
		ktap_check_eq(gicd_read(GICD_CPENDSGIR(sgi / 4)) >> 8 * (sgi % 4), all,
			      "CPENDSGIR by word");
		ktap_check(gic_is_pending(sgi), "not pending");
		mmio_write8(GICD_BASE + GICD_CPENDSGIR(0) + sgi, 1);
		ktap_check_eq(sources(sgi), all & ~1u, "without source 0");
		mmio_write8(GICD_BASE + GICD_CPENDSGIR(0) + sgi, (uint8_t)all);
		ktap_check(!gic_is_pending(sgi), "still pending");
		nothing("taken back");
	}
	if (machine_is_native())
		return; /* a word with an empty byte ends QEMU */
	gicd_write(GICD_SPENDSGIR(1), 0x00ff0001);
	ktap_check_eq(gicd_read(GICD_SPENDSGIR(1)), all << 16 | 1, "SPENDSGIR by word");
	gicd_write(GICD_CPENDSGIR(1), 0xffff0000);
	takes_and_ends(from(0, 4), "by word");
	nothing("at the end");
}

/* Implementation defined, but a read has to tell the truth (4.3.5); and all sixteen work. */
void t61_sgi_enable_bits(void)
{
	for (uint32_t sgi = 0; sgi < 16; sgi++) {
		write_sgir(FILTER(GICD_SGIR_FILTER_SELF) | sgi);
		takes_and_ends(from(0, sgi), "sent to itself");
		gic_disable(sgi);
		const bool enabled = gicd_read(GICD_ISENABLER(0)) >> sgi & 1;

		write_sgir(FILTER(GICD_SGIR_FILTER_SELF) | sgi);
		if (!enabled)
			nothing("disabled");
		gic_enable(sgi);
		takes_and_ends(from(0, sgi), "enabled");
	}
	nothing("at the end");
}

/* What was stored before the SGI is seen behind its acknowledge. */
static volatile uint32_t letter;
static volatile uint32_t arrived;
static volatile uint32_t stale;

static void read_letter(uint32_t iar)
{
	(void)iar;
	const uint32_t seen = letter;

	if (seen != arrived + 1)
		stale++;
	dmb();
	arrived = seen;
}

static uint32_t receive_letters(uint32_t last)
{
	irq_enable();
	while (arrived != last)
		cpu_relax();
	irq_disable();
	return stale;
}

void t62_data_sent_with_sgi(void)
{
	const uint32_t n = rounds(200);

	if (needs_vcpus(2))
		return;
	gic_handle(SGI, read_letter);
	letter = arrived = stale = 0;
	start_on_vcpu(1, receive_letters, n);
	for (uint32_t i = 1; i <= n; i++) {
		const uint64_t until = timer_now() + timer_ms(5000);

		letter = i;
		gic_send_sgi(SGI, 2);
		while (arrived != i && timer_now() < until)
			cpu_relax();
		if (!ktap_check(arrived == i, "letter %lu has not arrived", (unsigned long)i))
			break;
	}
	arrived = n;
	ktap_check_eq(wait_for_vcpu(1), 0, "stale letters");
	gic_handle(SGI, NULL);
}

static volatile uint32_t pongs;

static void on_ping(uint32_t iar)
{
	gic_send_sgi(SGI + 1, (uint8_t)(1u << (iar >> GICC_IAR_CPUID_SHIFT & GICC_IAR_CPUID_MASK)));
}

static void on_pong(uint32_t iar)
{
	(void)iar;
	pongs++;
}

static uint32_t answer_pings(uint32_t n)
{
	(void)n;
	irq_enable();
	while (pongs != UINT32_MAX)
		cpu_relax();
	irq_disable();
	return 0;
}

/* To each vCPU in turn, by interrupt handlers on both sides. */
void sgi_round_trips(void)
{
	const unsigned int others = machine_vcpus() - 1;
	const uint32_t n = rounds(200);

	if (needs_vcpus(2))
		return;
	gic_handle(SGI, on_ping);
	gic_handle(SGI + 1, on_pong);
	pongs = 0;
	for (unsigned int cpu = 1; cpu <= others; cpu++)
		start_on_vcpu(cpu, answer_pings, 0);
	irq_enable();
	for (uint32_t i = 0; i < n; i++) {
		const uint64_t until = timer_now() + timer_ms(20000);

		gic_send_sgi(SGI, (uint8_t)(2u << i % others));
		while (pongs == i && timer_now() < until)
			cpu_relax();
		if (!ktap_check(pongs == i + 1, "no answer in round %lu", (unsigned long)i))
			break;
	}
	irq_disable();
	pongs = UINT32_MAX;
	for (unsigned int cpu = 1; cpu <= others; cpu++)
		wait_for_vcpu(cpu);
	ktap_check_eq(gic_unhandled(), 0, "interrupts nobody asked for");
	gic_handle(SGI, NULL);
	gic_handle(SGI + 1, NULL);
}
