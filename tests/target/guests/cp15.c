// SPDX-License-Identifier: BSD-2-Clause
/*
 * Coprocessor 15 and 14 accesses that a hypervisor traps or might trap: identification, ACTLR,
 * L2CTLR, cache maintenance, performance counters, debug, and what must be UNDEFINED. An encoding
 * is run from a small buffer, so that tables can list them.
 */
#include "common.h"

/* MRC p<cp>, opc1, r0, c<crn>, c<crm>, opc2 (A8.8.107); MCR is without MRC_BIT. */
#define MRC_BIT (1u << 20)
#define ENCODE(cp, opc1, crn, crm, opc2)                                                           \
	(0xee000010u | (uint32_t)(opc1) << 21 | (uint32_t)(crn) << 16 | (uint32_t)(cp) << 8 |      \
	 (uint32_t)(opc2) << 5 | (uint32_t)(crm))
#define BX_LR 0xe12fff1eu

static uint32_t code[8] __attribute__((aligned(64)));

struct call {
	uint32_t value; /* r0 in and out */
};

static void run_code(void *arg)
{
	struct call *call = arg;
	uint32_t (*fn)(uint32_t) = (uint32_t(*)(uint32_t))(uintptr_t)code;

	call->value = fn(call->value);
}

static void write_code(const uint32_t *words, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		code[i] = words[i];
	dcache_flush(code, sizeof(code));
	cp15_write(0, 7, 5, 0, 0); /* ICIALLU */
	dsb();
	isb();
}

/* Runs one instruction with r0 = *value; true when it was undefined. */
static bool undefined(uint32_t instruction, uint32_t *value)
{
	const uint32_t words[] = { instruction, BX_LR };
	struct call call = { *value };
	struct fault fault;

	write_code(words, 2);
	if (fault_try(run_code, &call, &fault))
		return fault.vector == VECTOR_UND && fault.lr == (uint32_t)code + 4;
	*value = call.value;
	return false;
}

static void test_identification(void)
{
	ktap_check_eq(cp15_read(0, 0, 0, 5) & 0xff000000, 0x80000000, "MPIDR[31:24]");
	ktap_check_eq(cp15_read(0, 0, 0, 5) & 0xffffff, cpu_index(), "MPIDR affinity");
	ktap_check(cp15_read(0, 0, 0, 0) != 0, "MIDR is 0");
	ktap_check_eq(cp15_read(0, 0, 0, 1) >> 29, 4, "CTR format");
}

/* Written by boot code to join coherency; a guest cannot take the CPU out of it. */
static void test_actlr(void)
{
	if (needs_bellhop())
		return;
	const uint32_t before = cp15_read(0, 1, 0, 1);

	cp15_write(0, 1, 0, 1, before | 1u << 6);
	cp15_write(0, 1, 0, 1, 0);
	isb();
	ktap_check_eq(cp15_read(0, 1, 0, 1), before, "ACTLR after writing 0");
	cp15_write(0, 1, 0, 1, before);
}

static void test_l2ctlr(void)
{
	const uint32_t n = machine_vcpus() > 4 ? 4 : machine_vcpus();

	ktap_check_eq((cp15_read(1, 9, 0, 2) >> 24 & 3) + 1, n, "vCPUs by L2CTLR");
}

/* All of the cache by set and way, as boot code does; data written before is still there. */
static void test_set_way(void)
{
	static uint32_t data[1024] __attribute__((aligned(64)));
	uint32_t bad = 0;

	for (uint32_t i = 0; i < 1024; i++)
		data[i] = i * 2654435761u;
	for (uint32_t set = 0; set < 256; set++)
		for (uint32_t way = 0; way < 2; way++)
			cp15_write(0, 7, 14, 2, way << 31 | set << 6); /* DCCISW */
	for (uint32_t set = 0; set < 256; set++)
		cp15_write(0, 7, 10, 2, set << 6); /* DCCSW */
	dcache_flush(data, sizeof(data));
	for (uint32_t set = 0; set < 256; set++)
		cp15_write(0, 7, 6, 2, set << 6); /* DCISW, upgraded by HCR.SWIO */
	dsb();
	for (uint32_t i = 0; i < 1024; i++)
		bad += data[i] != i * 2654435761u;
	ktap_check_eq(bad, 0, "words lost");
}

static void test_cache_registers(void)
{
	const uint32_t clidr = cp15_read(1, 0, 0, 1);

	ktap_check((clidr & 7) != 0, "CLIDR has no first level");
	cp15_write(2, 0, 0, 0, 1);
	isb();
	ktap_check_eq(cp15_read(2, 0, 0, 0), 1, "CSSELR");
	cp15_write(2, 0, 0, 0, 0);
	isb();
	ktap_check(cp15_read(1, 0, 0, 0) != 0, "CCSIDR is 0");
	cp15_write(0, 7, 5, 0, 0);
	cp15_write(0, 7, 1, 0, 0);
	cp15_write(0, 7, 5, 6, 0);
	cp15_write(0, 8, 7, 0, 0);
	cp15_write(0, 8, 3, 0, 0);
	dsb();
	isb();
}

/* Answered one way or the other: a guest that probes for counters must not take an exception. */
static void test_pmu(void)
{
	static const uint32_t registers[] = {
		ENCODE(15, 0, 9, 12, 0), ENCODE(15, 0, 9, 12, 1), ENCODE(15, 0, 9, 12, 2),
		ENCODE(15, 0, 9, 12, 3), ENCODE(15, 0, 9, 12, 5), ENCODE(15, 0, 9, 13, 0),
		ENCODE(15, 0, 9, 14, 0), ENCODE(15, 0, 9, 14, 1), ENCODE(15, 0, 9, 14, 2),
	};

	for (unsigned int i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
		uint32_t value = 0;

		ktap_check(!undefined(registers[i] | MRC_BIT, &value), "read of 0x%lx undefined",
			   (unsigned long)registers[i]);
		value = 0;
		ktap_check(!undefined(registers[i], &value), "write of 0x%lx undefined",
			   (unsigned long)registers[i]);
	}
	cp15_write(0, 9, 12, 0, 1 | 1 << 2);
	cp15_write(0, 9, 12, 1, 1u << 31);
	isb();
	const uint32_t before = cp15_read(0, 9, 13, 0);

	timer_delay_us(1000);
	isb();
	ktap_check(cp15_read(0, 9, 13, 0) != before, "PMCCNTR stands still");
	cp15_write(0, 9, 12, 0, 0);
}

/* A kernel resets these at boot; nobody may be debugged through them. */
static void test_debug(void)
{
	static const uint32_t registers[] = {
		ENCODE(14, 0, 0, 2, 2), ENCODE(14, 0, 0, 7, 0), ENCODE(14, 0, 0, 0, 4),
		ENCODE(14, 0, 0, 0, 5), ENCODE(14, 0, 0, 0, 6), ENCODE(14, 0, 0, 0, 7),
		ENCODE(14, 0, 1, 3, 4),
	};
	static const uint32_t read_only[] = { ENCODE(14, 0, 0, 0, 0), ENCODE(14, 0, 0, 1, 0),
					      ENCODE(14, 0, 1, 0, 0), ENCODE(14, 0, 2, 0, 0),
					      ENCODE(14, 0, 1, 1, 4) };
	uint32_t value;

	if (needs_bellhop())
		return;
	for (unsigned int i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
		value = UINT32_MAX;
		ktap_check(!undefined(registers[i], &value), "write of 0x%lx undefined",
			   (unsigned long)registers[i]);
		value = 1;
		ktap_check(!undefined(registers[i] | MRC_BIT, &value) && value == 0,
			   "0x%lx reads 0x%lx", (unsigned long)registers[i], (unsigned long)value);
	}
	for (unsigned int i = 0; i < sizeof(read_only) / sizeof(read_only[0]); i++) {
		value = 1;
		ktap_check(!undefined(read_only[i] | MRC_BIT, &value) && value == 0,
			   "0x%lx reads 0x%lx", (unsigned long)read_only[i], (unsigned long)value);
	}
}

/* ThumbEE's registers belong to the vCPU (the guest context checks that); Jazelle is trivial. */
static void test_thumbee_jazelle(void)
{
	uint32_t value = 0;

	if (needs_bellhop())
		return;
	ktap_check(!undefined(ENCODE(14, 6, 0, 0, 0) | MRC_BIT, &value), "TEECR read undefined");
	ktap_check(!undefined(ENCODE(14, 6, 0, 0, 0), &value), "TEECR write undefined");
	value = 1;
	ktap_check(!undefined(ENCODE(14, 7, 0, 0, 0) | MRC_BIT, &value) && value == 0,
		   "JIDR not 0");
}

static volatile uint32_t thumbee_checked;

/* From User mode, MCR to TEEHBR, and UDF behind it, which is what has to be undefined. */
static void use_thumbee(void *arg)
{
	const uint32_t words[] = { 0xf1020010u /* cps #0x10 */, ENCODE(14, 6, 1, 0, 0),
				   0xf57ff06fu /* isb */, 0xe7f000f0u /* udf #0 */ };
	struct call call = { 0 };
	struct fault fault;

	(void)arg;
	write_code(words, 4);
	ktap_check(fault_try(run_code, &call, &fault), "no exception");
	ktap_check_eq(fault.lr, (uint32_t)code + 16, "LR_und");
	thumbee_checked = 1;
}

/* TEECR.XED keeps User mode out of TEEHBR (A2.10.1): of the vCPU that has set it, not of one that
 * comes behind it on the same CPU and has used neither register. */
static void test_thumbee_of_another(void)
{
	uint32_t value = 1;

	if (needs_bellhop() || needs_vcpus(2))
		return;
	if (!ktap_check(!undefined(ENCODE(14, 6, 0, 0, 0), &value), "TEECR write undefined"))
		return;
	ktap_check_eq(vcpu_start(1, use_thumbee, 0), 0, "CPU_ON");
	ktap_check(vcpu_wait_off(1, 5000), "vCPU 1 never off");
	ktap_check_eq(thumbee_checked, 1, "checked");
	value = 0;
	ktap_check(!undefined(ENCODE(14, 6, 0, 0, 0) | MRC_BIT, &value), "TEECR read undefined");
	ktap_check_eq(value, 1, "TEECR");
	value = 0;
	ktap_check(!undefined(ENCODE(14, 6, 0, 0, 0), &value), "TEECR write undefined");
}

/* Hyp mode's registers, Monitor's, implementation-defined space, the debugger's channel. */
static void test_undefined(void)
{
	static const uint32_t instructions[] = {
		ENCODE(15, 4, 1, 1, 0) | MRC_BIT,  /* HCR */
		ENCODE(15, 4, 12, 0, 0) | MRC_BIT, /* HVBAR */
		ENCODE(15, 4, 2, 1, 2) | MRC_BIT,  /* VTCR */
		ENCODE(15, 4, 14, 1, 0) | MRC_BIT, /* CNTHCTL */
		ENCODE(15, 0, 1, 1, 0) | MRC_BIT,  /* SCR */
		ENCODE(15, 1, 15, 3, 0) | MRC_BIT, /* implementation defined */
		ENCODE(15, 7, 15, 15, 7),
		0xed905e00u, /* LDC p14, c5, [r0] */
		0xed805e00u, /* STC p14, c5, [r0] */
	};

	if (needs_bellhop())
		return;
	for (unsigned int i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
		uint32_t value = (uint32_t)&code[4];

		ktap_check(undefined(instructions[i], &value), "0x%lx is not undefined",
			   (unsigned long)instructions[i]);
	}
}

/* On ARMv7 an instruction that fails its condition may still trap; it must do nothing. */
static void test_condition_failed(void)
{
	const uint32_t trapped = (ENCODE(15, 1, 15, 3, 0) | MRC_BIT) & 0x0fffffff;
	const uint32_t words[] = { 0xe1500000u /* cmp r0, r0 */, trapped | 0x10000000u /* ne */,
				   BX_LR };
	struct call call = { 0x1234 };
	struct fault fault;

	write_code(words, 3);
	ktap_check(!fault_try(run_code, &call, &fault), "exception");
	ktap_check_eq(call.value, 0x1234, "r0");
}

/* From User mode HVC and SMC are UNDEFINED (B9.3.4, B9.3.14). */
static void check_user(uint32_t instruction)
{
	const uint32_t words[] = { 0xf1020010u /* cps #0x10 */, instruction, BX_LR };
	struct call call = { PSCI_SYSTEM_OFF };
	struct fault fault;

	write_code(words, 3);
	if (!ktap_check(fault_try(run_code, &call, &fault), "0x%lx: no exception",
			(unsigned long)instruction))
		return;
	ktap_check_eq(fault.vector, VECTOR_UND, "vector");
	ktap_check_eq(fault.lr, (uint32_t)code + 8, "LR_und");
	ktap_check_eq(fault.spsr & CPSR_MODE, MODE_USR, "SPSR mode");
}

static void test_user_calls(void)
{
	check_user(0xe1400070u); /* HVC #0 */
	check_user(0xe1600070u); /* SMC #0 */
}

static const struct ktap_test tests[] = {
	{ "identification", test_identification },
	{ "actlr", test_actlr },
	{ "l2ctlr", test_l2ctlr },
	{ "set_way", test_set_way },
	{ "cache_registers", test_cache_registers },
	{ "pmu", test_pmu },
	{ "debug", test_debug },
	{ "thumbee_jazelle", test_thumbee_jazelle },
	{ "thumbee_of_another", test_thumbee_of_another },
	{ "undefined", test_undefined },
	{ "condition_failed", test_condition_failed },
	{ "user_calls", test_user_calls },
};

int main(void)
{
	return ktap_run_all(tests);
}
