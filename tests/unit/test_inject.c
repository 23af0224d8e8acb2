// SPDX-License-Identifier: BSD-2-Clause
/* Exceptions injected into a guest, and the syndrome fields they are made from. */
#include "hyp/hsr.h"
#include "hyp/inject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define PC 0x40001000U
#define VBAR 0x40200000U
#define EAE (1U << 31)

/* CPSR: NZCV, Q, IT[1:0], J, GE, IT[7:2], E, A, I, F, T, M. */
#define SVC_THUMB_IT 0x66FF2433U /* Z, C, IT, GE, E = 0, T, SVC */

static struct inject_state make_state(uint32_t cpsr)
{
	struct inject_state s = { .cpsr = cpsr, .pc = PC, .vbar = VBAR };

	return s;
}

static struct injected take(uint32_t cpsr, enum inject_kind kind)
{
	struct inject_state s = make_state(cpsr);
	struct inject_request r = { .kind = kind, .address = 0x1234 };

	return inject(&s, &r);
}

static void test_entry(void **state)
{
	static const struct {
		enum inject_kind kind;
		uint32_t cpsr;
		uint32_t mode, new_cpsr, offset, lr;
	} rows[] = {
		/* From User mode, A and I clear, F set. */
		{ INJECT_UNDEF, 0x60000050, 0x1B, 0x600000DB, 0x04, PC + 4 },
		{ INJECT_UNDEF, 0x60000070, 0x1B, 0x600000DB, 0x04, PC + 2 },
		{ INJECT_PREFETCH_ABORT, 0x60000050, 0x17, 0x600001D7, 0x0C, PC + 4 },
		{ INJECT_PREFETCH_ABORT, 0x60000070, 0x17, 0x600001D7, 0x0C, PC + 4 },
		{ INJECT_DATA_ABORT, 0x60000050, 0x17, 0x600001D7, 0x10, PC + 8 },
		{ INJECT_DATA_ABORT, 0x60000070, 0x17, 0x600001D7, 0x10, PC + 8 },
		/* F stays clear, A stays set; IT, J, T and E go, GE and Q stay. */
		{ INJECT_UNDEF, 0x0F0FFF33, 0x1B, 0x080F019B, 0x04, PC + 2 },
		{ INJECT_DATA_ABORT, 0x0F0FFE33, 0x17, 0x080F0197, 0x10, PC + 8 },
		{ INJECT_DATA_ABORT, SVC_THUMB_IT, 0x17, 0x60FF0197, 0x10, PC + 8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct injected e = take(rows[i].cpsr, rows[i].kind);

		assert_int_equal(e.mode, rows[i].mode);
		assert_int_equal(e.cpsr, rows[i].new_cpsr);
		assert_int_equal(e.pc, VBAR + rows[i].offset);
		assert_int_equal(e.lr, rows[i].lr);
		assert_int_equal(e.spsr, rows[i].cpsr);
		assert_int_equal(e.set_dfsr, rows[i].kind == INJECT_DATA_ABORT);
		assert_int_equal(e.set_ifsr, rows[i].kind == INJECT_PREFETCH_ABORT);
		assert_int_equal(e.far, rows[i].kind == INJECT_UNDEF ? 0 : 0x1234);
	}
}

static void test_sctlr(void **state)
{
	struct inject_state s = make_state(0x10);
	struct inject_request r = { .kind = INJECT_DATA_ABORT };
	struct injected e;

	(void)state;
	s.sctlr = 1U << 30; /* TE */
	e = inject(&s, &r);
	assert_int_equal(e.cpsr, 0x1B7);
	s.sctlr = 1U << 25; /* EE */
	e = inject(&s, &r);
	assert_int_equal(e.cpsr, 0x397);
	s.sctlr = 1U << 13; /* V: high vectors win over VBAR */
	e = inject(&s, &r);
	assert_int_equal(e.pc, 0xFFFF0010U);
	s.sctlr = 0;
	s.vbar = 0x4020001FU; /* the low bits are not there */
	e = inject(&s, &r);
	assert_int_equal(e.pc, 0x40200010U);
}

static void test_status(void **state)
{
	static const struct {
		enum inject_fault fault;
		uint8_t level;
		uint32_t dfsr, ifsr; /* short-descriptor format, domain 5 */
		uint32_t lpae;
	} rows[] = {
		{ INJECT_EXTERNAL, 0, 0x008, 0x008, 0x210 },
		{ INJECT_EXTERNAL, 2, 0x008, 0x008, 0x210 },
		{ INJECT_ALIGNMENT, 1, 0x001, 0x001, 0x221 },
		{ INJECT_ALIGNMENT, 2, 0x001, 0x001, 0x221 },
		{ INJECT_TRANSLATION, 0, 0x005, 0x005, 0x205 },
		{ INJECT_TRANSLATION, 1, 0x005, 0x005, 0x205 },
		{ INJECT_TRANSLATION, 2, 0x057, 0x007, 0x206 },
		{ INJECT_TRANSLATION, 3, 0x057, 0x007, 0x207 },
		{ INJECT_TRANSLATION, 9, 0x057, 0x007, 0x207 },
		{ INJECT_ACCESS_FLAG, 1, 0x053, 0x003, 0x209 },
		{ INJECT_ACCESS_FLAG, 2, 0x056, 0x006, 0x20A },
		{ INJECT_PERMISSION, 1, 0x05D, 0x00D, 0x20D },
		{ INJECT_PERMISSION, 3, 0x05F, 0x00F, 0x20F },
		{ INJECT_WALK_EXTERNAL, 1, 0x00C, 0x00C, 0x215 },
		{ INJECT_WALK_EXTERNAL, 2, 0x05E, 0x00E, 0x216 },
		{ INJECT_DEBUG, 1, 0x002, 0x002, 0x222 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct inject_state s = make_state(0x13);
		struct inject_request r = {
			.kind = INJECT_DATA_ABORT,
			.fault = rows[i].fault,
			.level = rows[i].level,
			.domain = 0x15, /* only four bits are the domain */
		};

		assert_int_equal(inject(&s, &r).fsr, rows[i].dfsr);
		r.kind = INJECT_PREFETCH_ABORT;
		assert_int_equal(inject(&s, &r).fsr, rows[i].ifsr);
		s.ttbcr = EAE;
		assert_int_equal(inject(&s, &r).fsr, rows[i].lpae);
		r.kind = INJECT_DATA_ABORT;
		assert_int_equal(inject(&s, &r).fsr, rows[i].lpae);
	}
}

static void test_status_bits(void **state)
{
	struct inject_state s = make_state(0x13);
	struct inject_request r = { .kind = INJECT_DATA_ABORT, .fault = INJECT_EXTERNAL };

	(void)state;
	r.write = true;
	assert_int_equal(inject(&s, &r).fsr, 0x808);
	r.external_type = true;
	assert_int_equal(inject(&s, &r).fsr, 0x1808);
	r.write = false;
	r.cache_maintenance = true;
	assert_int_equal(inject(&s, &r).fsr, 0x3808);
	/* An instruction fetch has neither direction nor maintenance. */
	r.write = true;
	r.kind = INJECT_PREFETCH_ABORT;
	assert_int_equal(inject(&s, &r).fsr, 0x1008);
	r.kind = INJECT_UNDEF;
	assert_int_equal(inject(&s, &r).fsr, 0);
	assert_false(inject(&s, &r).set_dfsr || inject(&s, &r).set_ifsr);
}

static void test_from_hsr(void **state)
{
	uint32_t dabt = (uint32_t)HSR_EC_DABT << 26;
	uint32_t iabt = (uint32_t)HSR_EC_IABT << 26;
	struct inject_request r = inject_from_hsr(dabt | 1U << 6, 0x500, INJECT_TRANSLATION, 2);

	(void)state;
	assert_int_equal(r.kind, INJECT_DATA_ABORT);
	assert_int_equal(r.fault, INJECT_TRANSLATION);
	assert_int_equal(r.level, 2);
	assert_int_equal(r.address, 0x500);
	assert_true(r.write && !r.cache_maintenance && !r.external_type);
	r = inject_from_hsr(dabt | 1U << 8 | 1U << 9, 0, INJECT_EXTERNAL, 1);
	assert_true(!r.write && r.cache_maintenance && r.external_type);
	r = inject_from_hsr(iabt | 1U << 6 | 1U << 8, 0x600, INJECT_EXTERNAL, 1);
	assert_int_equal(r.kind, INJECT_PREFETCH_ABORT);
	assert_true(!r.write && !r.cache_maintenance);
	r = inject_from_hsr((uint32_t)HSR_EC_HVC << 26, 0, INJECT_EXTERNAL, 1);
	assert_int_equal(r.kind, INJECT_UNDEF);
}

/* Syndromes as hardware and QEMU give them, taken apart. */
static void test_hsr_fields(void **state)
{
	uint32_t ldrsh = 0x93650004U; /* EC 0x24, IL, ISV, SAS 1, SSE, SRT 5 */
	uint32_t mcr = 0x0E0C7CF5U;   /* EC 3, IL: opc2 6, opc1 1, CRn 15, Rt 7, CRm 10, read */

	(void)state;
	assert_int_equal(hsr_ec(ldrsh), HSR_EC_DABT);
	assert_true(hsr_il(ldrsh) && hsr_isv(ldrsh) && hsr_sse(ldrsh));
	assert_int_equal(hsr_access_size(ldrsh), 2);
	assert_int_equal(hsr_access_size(0x90000000U), 1);
	assert_int_equal(hsr_access_size(0x90800000U), 4);
	assert_int_equal(hsr_access_size(0x90C00000U), 0);
	assert_int_equal(hsr_srt(ldrsh), 5);
	assert_false(hsr_wnr(ldrsh) || hsr_cm(ldrsh) || hsr_ea(ldrsh) || hsr_s1ptw(ldrsh));
	assert_int_equal(hsr_fsc_type(0x07), HSR_FSC_TRANSLATION);
	assert_int_equal(hsr_fsc(ldrsh), 4);
	assert_true(hsr_wnr(0x40) && hsr_s1ptw(0x80) && hsr_cm(0x100) && hsr_ea(0x200));
	assert_int_equal(hsr_ec(mcr), HSR_EC_CP15_32);
	assert_int_equal(hsr_cp_opc2(mcr), 6);
	assert_int_equal(hsr_cp_opc1(mcr), 1);
	assert_int_equal(hsr_cp_crn(mcr), 15);
	assert_int_equal(hsr_cp_rt(mcr), 7);
	assert_int_equal(hsr_cp_crm(mcr), 10);
	assert_true(hsr_cp_read(mcr));
	assert_int_equal(hsr_cp64_opc1(0x000A2C00U), 10);
	assert_int_equal(hsr_cp64_rt2(0x000A2C00U), 11);
	assert_true(hsr_cv(0x01E00000U));
	assert_int_equal(hsr_cond(0x01E00000U), 14);
	assert_true(hsr_wfe(0x06000001U));
	assert_int_equal(hsr_imm16(0x4A00BEEFU), 0xBEEF);
	assert_int_equal(hsr_iss(0x4A00BEEFU), 0xBEEF);
	assert_int_equal(hsr_coproc(0x1E00000AU), 10);
	assert_true(hsr_ipa(0x00080100U, 0xF0000A04U) == 0x08010A04U);
	assert_true(hsr_ipa(0xFFFFFFF0U, 0xFFFU) == 0xFFFFFFFFFFU);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry),	 cmocka_unit_test(test_sctlr),
		cmocka_unit_test(test_status),	 cmocka_unit_test(test_status_bits),
		cmocka_unit_test(test_from_hsr), cmocka_unit_test(test_hsr_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
