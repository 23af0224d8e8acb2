// SPDX-License-Identifier: BSD-2-Clause
/*
 * Drives each kind of exit to its bound: all interrupts of a GIC pending, all doorbells bound to
 * one input, eight vCPUs on one CPU. tools/bench_worst.py has a plugin measure how long EL2 does
 * not look at its interrupts in each case. IRQs stay masked here; what is taken is taken by IAR.
 */
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"
#include "doorbell.h"
#include "gic.h"
#include "smccc.h"
#include "syscalls.h"

#define SELF 0u	      /* this VM's number in worst.dts */
#define FIRST_WORD 4u /* SPIs from INTID 128 on: nobody else uses them */
#define LAST_WORD 31u
#define SHARED_SPI 64u /* 64 doorbells on one input */
#define MSI_FIRST 80u
#define N_VECTORS 32u
#define STORES 0x0c100000u
#define TABLE 0x0c110000u
#define PBA 0x0c120000u
#define V2M_SETSPI 0x08020040u
#define PSCI_CPU_SUSPEND 0x84000001u
#define PSCI_CPU_ON 0x84000003u
#define UNKNOWN_CALL 0x8400ffffu
#define WORD(reg, n) (GICD_BASE + reg(0) + 4u * (n))

#define MAX_CASES 48u
static struct {
	const char *name;
	int32_t region;
} cases[MAX_CASES];
static unsigned int n_cases;
int32_t regions_begun;

#define CASE(what, operation)                                                                      \
	do {                                                                                       \
		region_begin();                                                                    \
		operation;                                                                         \
		region_end();                                                                      \
		if (n_cases < MAX_CASES) {                                                         \
			cases[n_cases].name = what;                                                \
			cases[n_cases++].region = regions_begun - 1;                               \
		}                                                                                  \
	} while (0)

static uint32_t irqfd[BELLHOP_MAX_IRQFDS], resample[BELLHOP_MAX_IRQFDS], eoi,
	vector_bell[N_VECTORS];

static void sleeper(void *arg)
{
	(void)arg;
	gic_cpu_init();
	for (;;) {
		wfi();
		gicc_write(GICC_EOIR, gicc_read(GICC_IAR));
	}
}

static void write_all(uint32_t first, uint32_t value)
{
	for (uint32_t n = FIRST_WORD; n <= LAST_WORD; n++)
		mmio_write32(GICD_BASE + first + 4u * n, value);
}

/* Every second one more important than the one before, so that a choice has to look at all. */
static void spread_priorities(void)
{
	for (uint32_t intid = 32u * FIRST_WORD; intid < GIC_MAX_INTID; intid++)
		gic_set_priority(intid, (uint8_t)((GIC_MAX_INTID - intid) % 31u * 8u));
}

static void take_some(unsigned int n)
{
	while (n-- != 0) {
		const uint32_t iar = gicc_read(GICC_IAR);

		gicc_write(GICC_EOIR, iar);
	}
}

/* Acknowledged all at once, ended all at once: what does not fit is ended outside. */
static void nest(void)
{
	uint32_t taken[16], n = 0;

	for (; n < 16u; n++) {
		taken[n] = gicc_read(GICC_IAR);
		if ((taken[n] & 0x3ffu) >= GIC_MAX_INTID)
			break;
	}
	while (n-- != 0)
		gicc_write(GICC_EOIR, taken[n]);
}

static void load_many(uint32_t address)
{
	register uint32_t base __asm__("r0") = address;

	__asm__ volatile("ldmia %0, {r1-r12}"
			 :
			 : "r"(base)
			 : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11",
			   "r12", "memory");
}

static void cases_gic(void)
{
	write_all(GICD_ISPENDR(0), ~0u);
	CASE("enable 32 pending ones", trap_write(WORD(GICD_ISENABLER, FIRST_WORD), ~0u));
	CASE("disable them", trap_write(WORD(GICD_ICENABLER, FIRST_WORD), ~0u));
	write_all(GICD_ISENABLER(0), ~0u);
	CASE("IAR and EOIR, all pending", take_some(64));
	write_all(GICD_ISPENDR(0), ~0u);
	spread_priorities();
	CASE("IAR and EOIR, priorities mixed", take_some(64));
	write_all(GICD_ISPENDR(0), ~0u);
	CASE("16 acknowledged, then ended", nest());
	CASE("GICD_CTLR off", trap_write(GICD_BASE + GICD_CTLR, 0));
	CASE("GICD_CTLR on", trap_write(GICD_BASE + GICD_CTLR, 1));
	CASE("4 priorities", trap_write(GICD_BASE + GICD_IPRIORITYR(0) + 32u * FIRST_WORD, 0));
	CASE("4 targets", trap_write(GICD_BASE + GICD_ITARGETSR(0) + 32u * FIRST_WORD, 0x02020202));
	CASE("32 to group 1", trap_write(WORD(GICD_IGROUPR, FIRST_WORD + 1u), ~0u));
	CASE("32 made active", trap_write(WORD(GICD_ISACTIVER, FIRST_WORD + 2u), ~0u));
	CASE("32 made inactive", trap_write(WORD(GICD_ICACTIVER, FIRST_WORD + 2u), ~0u));
	CASE("32 not pending", trap_write(WORD(GICD_ICPENDR, FIRST_WORD + 3u), ~0u));
	CASE("32 pending", trap_write(WORD(GICD_ISPENDR, FIRST_WORD + 3u), ~0u));
	CASE("LDM of 12 registers", load_many(GICD_BASE + GICD_ISPENDR(0)));
	CASE("SGI to 8 vCPUs", trap_write(GICD_BASE + GICD_SGIR, 0xffu << 16 | SGI_PING));
	CASE("CPU_SUSPEND: the next one runs", hvc(PSCI_CPU_SUSPEND, 0, 0, 0));
	write_all(GICD_ICENABLER(0), ~0u);
	write_all(GICD_ICPENDR(0), ~0u);
	take_some(16);
	CASE("WFI of 8 vCPUs, 1 ms",
	     (cntv_set(timer_now() + timer_us(1000), CNT_CTL_ENABLE), wfi()));
	take_some(4);
}

static void bind_all(void)
{
	doorbell_create(0, 0, &eoi);
	for (uint32_t i = 0; i < BELLHOP_MAX_IRQFDS; i++) {
		doorbell_create(0, 0, &irqfd[i]);
		doorbell_create(0, 0, &resample[i]);
		CASE("IRQ_BIND",
		     doorbell_irq_bind(SELF, SHARED_SPI, irqfd[i], resample[i], BELLHOP_RESAMPLE));
		if (i != 0)
			n_cases--;
		doorbell_eoi_bind(SELF, irqfd[i], eoi, 0);
	}
}

static void cases_bells(void)
{
	uint32_t bell, pollset;

	bind_all();
	gic_enable(SHARED_SPI);
	for (uint32_t i = 0; i < BELLHOP_MAX_IRQFDS; i++)
		doorbell_signal(irqfd[i], 1);
	CASE("64 resamplers, 64 eoifds: the EOI", (take_some(1), trap_read(GICD_BASE)));
	for (uint32_t i = 0; i < BELLHOP_MAX_IOEVENTS; i++)
		doorbell_ioevent(SELF, STORES, 4, i, eoi, BELLHOP_DATAMATCH);
	CASE("store, 64 ioevents of one address", trap_write(STORES, 0));
	doorbell_create(0, 0, &bell);
	for (uint32_t i = 0; i < BELLHOP_MAX_POLLSETS && doorbell_pollset_create(&pollset) == 0;
	     i++)
		doorbell_pollset_add(pollset, bell, i);
	CASE("SIGNAL, in all poll sets", doorbell_signal(bell, 1));
	CASE("GRANT", doorbell_grant(bell, 1, BELLHOP_RIGHT_SIGNAL, 1));
	CASE("REVOKE", doorbell_revoke(bell, 1));
	CASE("CLOSE of a bell with 64 links", doorbell_close(eoi));
	CASE("CLOSE of an irqfd", doorbell_close(irqfd[0]));
	CASE("CLOSE of a resampler", doorbell_close(resample[1]));
}

static void cases_msix(void)
{
	const struct doorbell_msix function = {
		.vm = SELF,
		.table = TABLE,
		.pba = PBA,
		.vectors = N_VECTORS,
		.first_intid = MSI_FIRST,
		.n_intids = N_VECTORS,
	};
	uint32_t device;

	if (doorbell_msix_register(&function, &device) != BELLHOP_OK)
		return;
	for (uint32_t i = 0; i < N_VECTORS; i++) {
		doorbell_create(0, 0, &vector_bell[i]);
		doorbell_msix_bind(device, i, vector_bell[i], 0);
		mmio_write32(TABLE + 16u * i, V2M_SETSPI);
		mmio_write32(TABLE + 16u * i + 8u, MSI_FIRST + i);
		mmio_write32(TABLE + 16u * i + 12u, 0);
		gic_enable(MSI_FIRST + i);
	}
	doorbell_msix_control(device, true, true);
	for (uint32_t i = 0; i < N_VECTORS; i++)
		doorbell_signal(vector_bell[i], 1);
	CASE("MSI-X function unmasked, 32 pending", doorbell_msix_control(device, true, false));
	CASE("CLOSE of the function", doorbell_close(device));
}

static void cases_others(void)
{
	CASE("ACTLR", (void)cp15_read(0, 1, 0, 1));
	CASE("VMRS", __asm__ volatile("vmrs r0, fpscr" ::: "r0"));
	CASE("CPU_ON", hvc(PSCI_CPU_ON, 7, RAM_BASE, 0));
	CASE("unknown call", hvc(UNKNOWN_CALL, 0, 0, 0));
}

static void print_cases(void)
{
	for (unsigned int i = 0; i < n_cases; i++)
		printf("worst %" PRId32 " %s\n", cases[i].region, cases[i].name);
	printf("bench-other-interrupts 0\nbench-end\n");
}

int main(void)
{
	gic_enable(CNTV_INTID);
	for (unsigned int cpu = 1; cpu < machine_vcpus(); cpu++)
		vcpu_start(cpu, sleeper, NULL);
	cases_gic();
	cases_bells();
	cases_msix();
	cases_others();
	print_cases();
	return 0;
}
