// SPDX-License-Identifier: BSD-2-Clause
/* PSCI 1.1 (DEN0022) and SMCCC 1.1 (DEN0028) as a guest sees them, by HVC and by SMC. */
#include "common.h"

#define CYCLES 50
#define NO_SUCH_CPU 0x55

typedef int32_t (*conduit)(uint32_t fn, uint32_t a1, uint32_t a2, uint32_t a3);

/* What a vCPU finds at its entry point; written with caches off by psci_probe. */
struct probe {
	uint32_t done;
	uint32_t r0;
	uint32_t cpsr;
	uint32_t sctlr;
};

static volatile struct probe probe __attribute__((aligned(64)));
static volatile uint32_t started;
static volatile uint32_t release;
static volatile int32_t race_result[2];

void psci_probe(void);
void psci_probe_thumb(void);

__asm__(".text\n"
	".arm\n"
	".globl psci_probe\n"
	".type psci_probe, %function\n"
	"psci_probe:\n"
	"	mrs	r1, cpsr\n"
	"	b	2f\n"
	".thumb\n"
	".globl psci_probe_thumb\n"
	".type psci_probe_thumb, %function\n"
	".thumb_func\n"
	"psci_probe_thumb:\n"
	"	bx	pc\n"
	"	nop\n"
	".arm\n"
	"	mrs	r1, cpsr\n"
	"	orr	r1, r1, #0x20\n"
	"2:	mrc	p15, 0, r2, c1, c0, 0\n"
	"	ldr	r3, =probe\n"
	"	str	r0, [r3, #4]\n"
	"	str	r1, [r3, #8]\n"
	"	str	r2, [r3, #12]\n"
	"	dsb\n"
	"	mov	r0, #1\n"
	"	str	r0, [r3]\n"
	"	dsb\n"
	"	ldr	r0, =0x84000002\n"
	"	hvc	#0\n"
	"3:	b	3b\n"
	".ltorg\n");

static void check_versions(conduit call)
{
	ktap_check_eq(call(PSCI_VERSION, 0, 0, 0), 0x10001, "PSCI_VERSION");
	ktap_check_eq(call(PSCI_MIGRATE_INFO_TYPE, 0, 0, 0), 2, "MIGRATE_INFO_TYPE");
}

static void test_version_hvc(void)
{
	check_versions(smccc_hvc);
}

static void test_version_smc(void)
{
	if (!needs_bellhop())
		check_versions(smccc_smc);
}

static void test_features(void)
{
	static const uint32_t implemented[] = {
		PSCI_VERSION,	 PSCI_CPU_SUSPEND,   PSCI_CPU_OFF,
		PSCI_CPU_ON,	 PSCI_AFFINITY_INFO, PSCI_MIGRATE_INFO_TYPE,
		PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET,  PSCI_FEATURES,
	};

	for (unsigned int i = 0; i < sizeof(implemented) / sizeof(implemented[0]); i++)
		ktap_check(smccc_hvc(PSCI_FEATURES, implemented[i], 0, 0) >= 0,
			   "FEATURES(0x%lx) < 0", (unsigned long)implemented[i]);
	ktap_check_eq(smccc_hvc(PSCI_FEATURES, 0x840000ff, 0, 0), PSCI_NOT_SUPPORTED,
		      "FEATURES of an unknown function");
}

/* A reset type that does not exist, and a vendor's: the VM goes on (DEN0022D 5.20). */
static void test_reset2_refused(void)
{
	if (needs_bellhop())
		return;
	ktap_check_eq(smccc_hvc(PSCI_SYSTEM_RESET2, 1, 0, 0), PSCI_INVALID_PARAMETERS, "type 1");
	ktap_check_eq(smccc_hvc(PSCI_SYSTEM_RESET2, 0x80000000, 0, 0), PSCI_NOT_SUPPORTED,
		      "a vendor's type");
}

/* How a caller finds SMCCC 1.1: PSCI 1.0, then PSCI_FEATURES(SMCCC_VERSION) (DEN0028 B.2). */
static void test_smccc_discovery(void)
{
	if (needs_bellhop())
		return;
	ktap_check_eq(smccc_hvc(PSCI_FEATURES, SMCCC_VERSION, 0, 0), 0, "FEATURES(SMCCC_VERSION)");
	ktap_check(smccc_hvc(SMCCC_VERSION, 0, 0, 0) >= 0x10001, "SMCCC_VERSION below 1.1");
	ktap_check_eq(smccc_hvc(SMCCC_ARCH_FEATURES, SMCCC_VERSION, 0, 0), 0,
		      "ARCH_FEATURES(SMCCC_VERSION)");
	ktap_check_eq(smccc_hvc(SMCCC_ARCH_FEATURES, 0x80001234, 0, 0), PSCI_NOT_SUPPORTED,
		      "ARCH_FEATURES of an unknown function");
}

static void check_unknown(conduit call)
{
	/* Among them SMC64 ids, which an AArch32 caller must not use, and other owners' ranges. */
	static const uint32_t unknown[] = { 0x840000ff, 0x8400ff00, 0xc4000003, 0xc4000001,
					    0x81000000, 0x82001234, 0x83000000, 0x85000000,
					    0x8700ffff, 0xb0000000, 0xbf00ff01, 0x00000000,
					    0x12345678, 0xffffffff };

	for (unsigned int i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		ktap_check(call(unknown[i], 0, 0, 0) == PSCI_NOT_SUPPORTED,
			   "function 0x%lx is not NOT_SUPPORTED", (unsigned long)unknown[i]);
}

static void test_unknown_hvc(void)
{
	if (!needs_bellhop())
		check_unknown(smccc_hvc);
}

static void test_unknown_smc(void)
{
	if (!needs_bellhop())
		check_unknown(smccc_smc);
}

/* SMCCC 1.1: all but r0-r3 survive a call, an unknown one as well. */
static void check_preserved(void (*call)(struct smccc_regs *), uint32_t fn)
{
	struct smccc_regs regs = { { fn, 0x11111111, 0x22222222, 0x33333333, 0x44444444, 0x55555555,
				     0x66666666, 0x77777777 } };

	call(&regs);
	for (uint32_t i = 4; i < 8; i++)
		ktap_check(regs.r[i] == i * 0x11111111u, "r%lu is 0x%lx after 0x%lx",
			   (unsigned long)i, (unsigned long)regs.r[i], (unsigned long)fn);
}

static void test_preserved(void)
{
	check_preserved(smccc_hvc_regs, PSCI_VERSION);
	check_preserved(smccc_hvc_regs, 0x8400ff00);
	if (!machine_is_native()) {
		check_preserved(smccc_smc_regs, PSCI_VERSION);
		check_preserved(smccc_smc_regs, 0x8400ff00);
	}
}

static void test_affinity_info(void)
{
	ktap_check_eq(smccc_hvc(PSCI_AFFINITY_INFO, 0, 0, 0), 0, "AFFINITY_INFO of self");
	ktap_check_eq(smccc_hvc(PSCI_AFFINITY_INFO, NO_SUCH_CPU, 0, 0), PSCI_INVALID_PARAMETERS,
		      "AFFINITY_INFO of no vCPU");
	for (unsigned int cpu = 1; cpu < machine_vcpus(); cpu++)
		ktap_check(smccc_hvc(PSCI_AFFINITY_INFO, cpu, 0, 0) == 1, "vCPU %u is not off",
			   cpu);
}

static void test_cpu_on_errors(void)
{
	const uint32_t entry = (uint32_t)psci_probe;

	ktap_check_eq(smccc_hvc(PSCI_CPU_ON, 0, entry, 0), PSCI_ALREADY_ON, "CPU_ON of self");
	ktap_check_eq(smccc_hvc(PSCI_CPU_ON, NO_SUCH_CPU, entry, 0), PSCI_INVALID_PARAMETERS,
		      "CPU_ON of no vCPU");
	ktap_check_eq(smccc_hvc(PSCI_CPU_ON, machine_vcpus(), entry, 0), PSCI_INVALID_PARAMETERS,
		      "CPU_ON of the vCPU after the last");
	ktap_check_eq(smccc_hvc(PSCI_CPU_ON, 0x00ffff01, entry, 0), PSCI_INVALID_PARAMETERS,
		      "CPU_ON with a foreign cluster");
}

static void test_invalid_address(void)
{
	if (needs_bellhop() || needs_vcpus(2))
		return;
	ktap_check_eq(smccc_hvc(PSCI_CPU_ON, 1, 0xfffff000, 0), PSCI_INVALID_ADDRESS,
		      "CPU_ON above RAM");
	ktap_check_eq(smccc_hvc(PSCI_CPU_ON, 1, PL011_BASE, 0), PSCI_INVALID_ADDRESS,
		      "CPU_ON in a device");
	ktap_check_eq(smccc_hvc(PSCI_CPU_ON, 1, (uint32_t)psci_probe | 2, 0), PSCI_INVALID_ADDRESS,
		      "CPU_ON at half an A32 instruction");
	ktap_check_eq(smccc_hvc(PSCI_AFFINITY_INFO, 1, 0, 0), 1, "vCPU 1 still off");
}

static void run_probe(void (*entry)(void), uint32_t context)
{
	probe.done = 0;
	dcache_flush(&probe, sizeof(probe));
	ktap_check_eq(smccc_hvc(PSCI_CPU_ON, 1, (uint32_t)entry, context), 0, "CPU_ON");
	const uint64_t end = timer_now() + timer_ms(2000);

	do {
		cpu_relax();
		dcache_flush(&probe, sizeof(probe));
	} while (probe.done == 0 && timer_now() < end);
	ktap_check_eq(probe.done, 1, "probe ran");
	ktap_check(vcpu_wait_off(1, 2000), "vCPU 1 did not go off");
}

/* DEN0022 6.4: MMU and caches off, exceptions masked, r0 = context id, state by entry bit 0. */
static void test_entry_state(void)
{
	if (needs_vcpus(2))
		return;
	run_probe(psci_probe, 0xcafe0001);
	ktap_check_eq(probe.r0, 0xcafe0001, "context id");
	ktap_check_eq(probe.cpsr & 0x1ff, CPSR_A | CPSR_I | CPSR_F | MODE_SVC, "CPSR");
	ktap_check_eq(probe.sctlr & (SCTLR_M | SCTLR_C | SCTLR_I), 0, "SCTLR.M,C,I");
}

static void test_entry_thumb(void)
{
	if (needs_vcpus(2))
		return;
	run_probe(psci_probe_thumb, 0xcafe0002);
	ktap_check_eq(probe.r0, 0xcafe0002, "context id");
	ktap_check_eq(probe.cpsr & CPSR_T, CPSR_T, "started in Thumb state");
}

static void hold(void *arg)
{
	started = (uint32_t)arg;
	dmb();
	while (release != (uint32_t)arg)
		cpu_relax();
}

static void test_on_off_cycles(void)
{
	if (needs_vcpus(2))
		return;
	for (uint32_t i = 1; i <= CYCLES; i++) {
		ktap_check_eq(vcpu_start(1, hold, (void *)i), 0, "CPU_ON");
		const int again = smccc_hvc(PSCI_CPU_ON, 1, (uint32_t)secondary_start, 1);

		/* The emulator's own PSCI answers 0 when it is asked again fast enough. */
		ktap_check(again == PSCI_ALREADY_ON || again == PSCI_ON_PENDING ||
				   machine_is_native(),
			   "second CPU_ON returned %d", again);
		if (!ktap_check(wait_for(&started, i, 2000), "cycle %u: never started",
				(unsigned)i))
			return;
		ktap_check_eq(smccc_hvc(PSCI_CPU_ON, 1, (uint32_t)secondary_start, 1),
			      PSCI_ALREADY_ON, "CPU_ON of a running vCPU");
		ktap_check_eq(smccc_hvc(PSCI_AFFINITY_INFO, 1, 0, 0), 0, "AFFINITY_INFO when on");
		release = i;
		if (!ktap_check(vcpu_wait_off(1, 2000), "cycle %u: never off", (unsigned)i))
			return;
	}
}

static void test_all_on(void)
{
	if (needs_vcpus(2))
		return;
	for (uint32_t cpu = 1; cpu < machine_vcpus(); cpu++) {
		ktap_check_eq(vcpu_start(cpu, hold, (void *)(0x100 + cpu)), 0, "CPU_ON");
		ktap_check(wait_for(&started, 0x100 + cpu, 2000), "vCPU %u never started",
			   (unsigned)cpu);
	}
	for (uint32_t cpu = 1; cpu < machine_vcpus(); cpu++) {
		release = 0x100 + cpu;
		ktap_check(vcpu_wait_off(cpu, 2000), "vCPU %u never off", (unsigned)cpu);
	}
}

static void race(void *arg)
{
	volatile int32_t *result = arg;

	started = started + 1;
	while (release != 0xace)
		cpu_relax();
	*result = smccc_hvc(PSCI_CPU_ON, 3, (uint32_t)secondary_start, 3);
}

/* Two callers for one target, which stays on: exactly one may win. */
static void test_on_race(void)
{
	if (needs_bellhop() || needs_vcpus(4))
		return;
	release = 0;
	started = 0;
	vcpu_prepare(3, hold, (void *)0x333);
	vcpu_start(1, race, (void *)&race_result[0]);
	ktap_check(wait_for(&started, 1, 2000), "vCPU 1 never started");
	vcpu_start(2, race, (void *)&race_result[1]);
	ktap_check(wait_for(&started, 2, 2000), "vCPU 2 never started");
	release = 0xace;
	ktap_check(vcpu_wait_off(1, 2000) && vcpu_wait_off(2, 2000), "callers never off");
	ktap_check((race_result[0] == 0) != (race_result[1] == 0), "results %ld and %ld",
		   (long)race_result[0], (long)race_result[1]);
	release = 0x333;
	ktap_check(vcpu_wait_off(3, 2000), "target never off");
}

/* Standby: returns SUCCESS when an interrupt is pending, masked or not (DEN0022 5.4). */
static void test_suspend(void)
{
	const uint64_t start = timer_now();
	const uint64_t deadline = start + timer_ms(5);

	gic_enable(CNTV_INTID);
	cntv_set(deadline, CNT_CTL_ENABLE);
	ktap_check_eq(smccc_hvc(PSCI_CPU_SUSPEND, 0, 0, 0), 0, "CPU_SUSPEND");
	ktap_check(timer_now() >= deadline, "woke early");
	ktap_check(gic_is_pending(CNTV_INTID), "timer not pending");
	cntv_set(0, 0);
	gic_disable(CNTV_INTID);
}

static const struct ktap_test tests[] = {
	{ "version_hvc", test_version_hvc },
	{ "version_smc", test_version_smc },
	{ "features", test_features },
	{ "reset2_refused", test_reset2_refused },
	{ "smccc_discovery", test_smccc_discovery },
	{ "unknown_hvc", test_unknown_hvc },
	{ "unknown_smc", test_unknown_smc },
	{ "registers_preserved", test_preserved },
	{ "affinity_info", test_affinity_info },
	{ "cpu_on_errors", test_cpu_on_errors },
	{ "invalid_address", test_invalid_address },
	{ "entry_state", test_entry_state },
	{ "entry_thumb", test_entry_thumb },
	{ "on_off_cycles", test_on_off_cycles },
	{ "all_on", test_all_on },
	{ "on_race", test_on_race },
	{ "suspend", test_suspend },
};

int main(void)
{
	return ktap_run_all(tests);
}
