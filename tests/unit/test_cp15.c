// SPDX-License-Identifier: BSD-2-Clause
/* The policy for trapped CP15 and CP14 accesses, asked through real syndromes. */
#include "hyp/cp15.h"
#include "hyp/hsr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define SVC 0x13U
#define USR 0x10U

static const struct cp_machine machine = { .nr_vcpus = 2, .pmcr = 0x410F3041U };

/* HSR of MRC (read) or MCR p<14|15>, opc1, Rt, CRn, CRm, opc2. */
static uint32_t hsr_32(uint32_t coproc, uint32_t crn, uint32_t opc1, uint32_t crm, uint32_t opc2,
		       uint32_t rt, bool read)
{
	uint32_t ec = coproc == 15 ? HSR_EC_CP15_32 : HSR_EC_CP14_32;

	return ec << 26 | 1U << 25 | opc2 << 17 | opc1 << 14 | crn << 10 | rt << 5 | crm << 1 |
	       (read ? 1U : 0U);
}

/* HSR of MRRC or MCRR. */
static uint32_t hsr_64(uint32_t coproc, uint32_t opc1, uint32_t crm, uint32_t rt, uint32_t rt2,
		       bool read)
{
	uint32_t ec = coproc == 15 ? HSR_EC_CP15_64 : HSR_EC_CP14_64;

	return ec << 26 | 1U << 25 | opc1 << 16 | rt2 << 10 | rt << 5 | crm << 1 | (read ? 1U : 0U);
}

static struct cp_verdict ask(uint32_t hsr, uint32_t cpsr)
{
	struct cp_access access = cp_access_from_hsr(hsr, cpsr);

	return cp15_decide(&access, &machine);
}

static struct cp_verdict ask_32(uint32_t coproc, uint32_t crn, uint32_t opc1, uint32_t crm,
				uint32_t opc2, bool read)
{
	return ask(hsr_32(coproc, crn, opc1, crm, opc2, 1, read), SVC);
}

static void test_access(void **state)
{
	struct cp_access a = cp_access_from_hsr(hsr_32(15, 9, 1, 12, 5, 14, true), USR);

	(void)state;
	assert_int_equal(a.form, CP_MCR);
	assert_int_equal(a.coproc, 15);
	assert_int_equal(a.crn, 9);
	assert_int_equal(a.opc1, 1);
	assert_int_equal(a.crm, 12);
	assert_int_equal(a.opc2, 5);
	assert_int_equal(a.rt, 14);
	assert_true(a.read && a.user);
	a = cp_access_from_hsr(hsr_64(15, 2, 14, 3, 4, false), SVC);
	assert_int_equal(a.form, CP_MCRR);
	assert_int_equal(a.opc1, 2);
	assert_int_equal(a.crm, 14);
	assert_int_equal(a.rt, 3);
	assert_int_equal(a.rt2, 4);
	assert_true(!a.read && !a.user);
	a = cp_access_from_hsr(hsr_64(14, 0, 1, 3, 4, true), SVC);
	assert_int_equal(a.coproc, 14);
	a = cp_access_from_hsr((uint32_t)HSR_EC_CP14_LS << 26, SVC);
	assert_int_equal(a.form, CP_LDC);
	assert_int_equal(a.coproc, 14);
	a = cp_access_from_hsr((uint32_t)HSR_EC_HVC << 26, SVC);
	assert_int_equal(a.coproc, 0);
	assert_false(cp15_decide(&a, &machine).listed);
}

/* HCR.TVM, TSW: exactly the writes, each with its own name. */
static void test_trapped_writes(void **state)
{
	static const struct {
		uint32_t crn, crm, opc2;
		enum cp_id id;
	} rows[] = {
		{ 1, 0, 0, CP_ID_SCTLR },   { 2, 0, 0, CP_ID_TTBR0 },
		{ 2, 0, 1, CP_ID_TTBR1 },   { 2, 0, 2, CP_ID_TTBCR },
		{ 3, 0, 0, CP_ID_DACR },    { 5, 0, 0, CP_ID_DFSR },
		{ 5, 0, 1, CP_ID_IFSR },    { 5, 1, 0, CP_ID_ADFSR },
		{ 5, 1, 1, CP_ID_AIFSR },   { 6, 0, 0, CP_ID_DFAR },
		{ 6, 0, 2, CP_ID_IFAR },    { 10, 2, 0, CP_ID_MAIR0 },
		{ 10, 2, 1, CP_ID_MAIR1 },  { 10, 3, 0, CP_ID_AMAIR0 },
		{ 10, 3, 1, CP_ID_AMAIR1 }, { 13, 0, 1, CP_ID_CONTEXTIDR },
		{ 7, 6, 2, CP_ID_DCISW },   { 7, 10, 2, CP_ID_DCCSW },
		{ 7, 14, 2, CP_ID_DCCISW },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct cp_verdict v = ask_32(15, rows[i].crn, 0, rows[i].crm, rows[i].opc2, false);

		assert_int_equal(v.action, CP_DO);
		assert_int_equal(v.id, rows[i].id);
		assert_true(v.listed);
		v = ask_32(15, rows[i].crn, 0, rows[i].crm, rows[i].opc2, true);
		assert_int_equal(v.action, CP_UNDEF);
		v = ask(hsr_32(15, rows[i].crn, 0, rows[i].crm, rows[i].opc2, 1, false), USR);
		assert_int_equal(v.action, CP_UNDEF);
		assert_true(v.listed);
	}
	assert_int_equal(ask(hsr_64(15, 0, 2, 0, 1, false), SVC).id, CP_ID_TTBR0);
	assert_int_equal(ask(hsr_64(15, 1, 2, 0, 1, false), SVC).id, CP_ID_TTBR1);
	assert_int_equal(ask(hsr_64(15, 0, 2, 0, 1, true), SVC).action, CP_UNDEF);
}

static void test_timer(void **state)
{
	(void)state;
	for (uint32_t mode = USR; mode <= SVC; mode += 3) {
		for (int read = 0; read < 2; read++) {
			bool r = read != 0;

			assert_int_equal(ask(hsr_32(15, 14, 0, 2, 0, 1, r), mode).id,
					 CP_ID_CNTP_TVAL);
			assert_int_equal(ask(hsr_32(15, 14, 0, 2, 1, 1, r), mode).id,
					 CP_ID_CNTP_CTL);
			assert_int_equal(ask(hsr_64(15, 2, 14, 0, 1, r), mode).id, CP_ID_CNTP_CVAL);
		}
		assert_int_equal(ask(hsr_64(15, 0, 14, 0, 1, true), mode).id, CP_ID_CNTPCT);
		assert_int_equal(ask(hsr_64(15, 0, 14, 0, 1, false), mode).action, CP_UNDEF);
	}
}

static void test_values(void **state)
{
	struct cp_machine m = machine;
	struct cp_access l2ctlr = cp_access_from_hsr(hsr_32(15, 9, 1, 0, 2, 1, true), SVC);
	static const uint32_t counts[][2] = { { 0, 0 }, { 1, 0 }, { 2, 1 }, { 4, 3 }, { 8, 3 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(counts); i++) {
		m.nr_vcpus = counts[i][0];
		assert_int_equal(cp15_decide(&l2ctlr, &m).action, CP_VALUE);
		assert_int_equal(cp15_decide(&l2ctlr, &m).value, counts[i][1] << 24);
	}
	/* ACTLR: the real one is read, and never written. */
	assert_int_equal(ask_32(15, 1, 0, 0, 1, true).action, CP_DO);
	assert_int_equal(ask_32(15, 1, 0, 0, 1, true).id, CP_ID_ACTLR);
	assert_int_equal(ask_32(15, 1, 0, 0, 1, false).action, CP_RAZ_WI);
	/* PMCR: whose it is, and no event counters (N, bits 15:11). */
	assert_int_equal(ask_32(15, 9, 0, 12, 0, true).value, 0x410F0000U);
	assert_int_equal(ask_32(15, 9, 0, 12, 0, false).action, CP_VALUE);
	assert_int_equal(ask_32(15, 9, 0, 13, 0, true).id, CP_ID_PMCCNTR);
	assert_int_equal(ask_32(15, 15, 4, 0, 0, true).value, 0x08000000U);
	assert_int_equal(ask_32(15, 15, 4, 0, 0, false).action, CP_UNDEF);
}

static void test_raz_wi(void **state)
{
	static const struct {
		uint32_t coproc, crn, opc1, crm, opc2;
		bool r, w;
	} rows[] = {
		{ 15, 9, 0, 12, 1, true, true }, { 15, 9, 0, 12, 5, true, true },
		{ 15, 9, 0, 12, 7, true, true }, { 15, 9, 0, 13, 1, true, true },
		{ 15, 9, 0, 14, 0, true, true }, { 15, 9, 0, 14, 2, true, true },
		{ 15, 9, 1, 0, 3, true, true },	 { 15, 15, 0, 0, 1, true, true },
		{ 15, 15, 0, 0, 4, true, true }, { 15, 15, 1, 0, 0, true, true },
		{ 15, 15, 1, 0, 3, true, true }, { 14, 0, 0, 0, 0, true, false },
		{ 14, 0, 0, 1, 0, true, false }, { 14, 0, 0, 5, 0, true, true },
		{ 14, 0, 0, 6, 0, true, true },	 { 14, 0, 0, 7, 0, true, true },
		{ 14, 0, 0, 0, 2, true, true },	 { 14, 0, 0, 2, 2, true, true },
		{ 14, 0, 0, 3, 2, true, true },	 { 14, 0, 0, 6, 2, true, true },
		{ 14, 0, 0, 0, 4, true, true },	 { 14, 0, 0, 15, 4, true, true },
		{ 14, 0, 0, 5, 5, true, true },	 { 14, 0, 0, 3, 6, true, true },
		{ 14, 0, 0, 3, 7, true, true },	 { 14, 1, 0, 0, 0, true, false },
		{ 14, 1, 0, 4, 1, true, true },	 { 14, 1, 0, 0, 4, false, true },
		{ 14, 1, 0, 1, 4, true, false }, { 14, 1, 0, 2, 4, true, true },
		{ 14, 1, 0, 3, 4, true, true },	 { 14, 1, 0, 4, 4, true, true },
		{ 14, 1, 0, 5, 4, true, false }, { 14, 2, 0, 0, 0, true, false },
		{ 14, 7, 0, 0, 7, true, false }, { 14, 7, 0, 1, 7, true, false },
		{ 14, 7, 0, 2, 7, true, false }, { 14, 7, 0, 8, 6, true, true },
		{ 14, 7, 0, 9, 6, true, true },	 { 14, 7, 0, 14, 6, true, false },
		{ 14, 0, 7, 0, 0, true, true },	 { 14, 1, 7, 0, 0, true, true },
		{ 14, 2, 7, 0, 0, true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		enum cp_action read = ask_32(rows[i].coproc, rows[i].crn, rows[i].opc1, rows[i].crm,
					     rows[i].opc2, true)
					      .action;
		enum cp_action write = ask_32(rows[i].coproc, rows[i].crn, rows[i].opc1,
					      rows[i].crm, rows[i].opc2, false)
					       .action;

		assert_int_equal(read, rows[i].r ? CP_RAZ_WI : CP_UNDEF);
		assert_int_equal(write, rows[i].w ? CP_RAZ_WI : CP_UNDEF);
	}
	assert_int_equal(ask(hsr_64(14, 0, 1, 0, 1, true), SVC).action, CP_RAZ_WI);
	assert_int_equal(ask(hsr_64(14, 0, 2, 0, 1, true), SVC).action, CP_RAZ_WI);
}

static void test_user(void **state)
{
	(void)state;
	assert_int_equal(ask(hsr_32(14, 0, 0, 1, 0, 1, true), USR).action, CP_RAZ_WI);
	assert_int_equal(ask(hsr_32(14, 0, 0, 2, 2, 1, true), USR).action, CP_UNDEF);
	assert_int_equal(ask(hsr_32(15, 1, 0, 0, 1, 1, true), USR).action, CP_UNDEF);
	assert_int_equal(ask(hsr_32(15, 9, 0, 12, 0, 1, true), USR).action, CP_UNDEF);
	assert_int_equal(ask(hsr_32(15, 9, 0, 14, 0, 1, true), USR).action, CP_RAZ_WI);
	assert_int_equal(ask(hsr_32(15, 9, 0, 14, 0, 1, false), USR).action, CP_UNDEF);
}

static void test_unpredictable(void **state)
{
	(void)state;
	/* MRC p14 may set the flags from DBGDSCRint; no other transfer takes the PC. */
	assert_int_equal(ask(hsr_32(14, 0, 0, 1, 0, 15, true), SVC).action, CP_RAZ_WI);
	assert_int_equal(ask(hsr_32(14, 0, 0, 7, 0, 15, false), SVC).action, CP_UNDEF);
	assert_int_equal(ask(hsr_32(15, 1, 0, 0, 1, 15, true), SVC).action, CP_UNDEF);
	assert_int_equal(ask(hsr_32(15, 1, 0, 0, 0, 15, false), SVC).action, CP_UNDEF);
	assert_int_equal(ask(hsr_64(15, 2, 14, 15, 1, true), SVC).action, CP_UNDEF);
	assert_int_equal(ask(hsr_64(15, 2, 14, 1, 15, false), SVC).action, CP_UNDEF);
	assert_int_equal(ask(hsr_64(15, 2, 14, 1, 1, true), SVC).action, CP_UNDEF);
	assert_int_equal(ask(hsr_64(15, 2, 14, 1, 1, false), SVC).action, CP_DO);
	assert_true(ask(hsr_64(15, 2, 14, 1, 1, true), SVC).listed);
	/* The debugger's channel by LDC and STC: known, and not there. */
	assert_int_equal(ask((uint32_t)HSR_EC_CP14_LS << 26 | 1, SVC).action, CP_UNDEF);
	assert_true(ask((uint32_t)HSR_EC_CP14_LS << 26, SVC).listed);
}

static void test_flags(void **state)
{
	(void)state;
	assert_int_equal(cp_read_to_flags(0x600001D3U, 0x9FFFFFFFU), 0x900001D3U);
	assert_int_equal(cp_read_to_flags(0xF00001D3U, 0), 0x1D3U);
}

/* Every name, form and direction gets a sane verdict; and a census of the 32-bit ones. */
static void test_everything(void **state)
{
	uint32_t done = 0, raz = 0, value = 0;

	(void)state;
	for (uint32_t iss = 0; iss < 1U << 20; iss++) {
		static const uint32_t classes[] = { HSR_EC_CP15_32, HSR_EC_CP14_32, HSR_EC_CP15_64,
						    HSR_EC_CP14_64, HSR_EC_CP14_LS };

		/* Rt is always r1, and bit 9 belongs to no field. */
		if ((iss & 0x3E0) != 0x20)
			continue;
		for (size_t i = 0; i < ARRAY_COUNT(classes); i++) {
			struct cp_verdict v = ask(classes[i] << 26 | iss, SVC);

			assert_true(v.listed || v.action == CP_UNDEF);
			assert_int_equal(v.action == CP_DO, v.id != CP_ID_NONE);
			assert_true(v.id <= CP_ID_PMCCNTR);
			if (i > 1)
				continue;
			done += v.action == CP_DO;
			raz += v.action == CP_RAZ_WI;
			value += v.action == CP_VALUE;
		}
	}
	/* 19 trapped writes, the timer's 2 x 2, ACTLR, PMCCNTR's 2, ThumbEE's 2 x 2. */
	assert_int_equal(done, 19 + 4 + 1 + 2 + 4);
	/* L2CTLR and PMCR both ways, CBAR. */
	assert_int_equal(value, 5);
	/* CP15: ACTLR, L2ECTLR and c15, PMU. CP14: single registers, rows, Jazelle. */
	assert_int_equal(raz, 1 + 2 + 8 + 44 + 35 + 160 + 6);
}

/* HSTR.TTEE: opened at the first use. User mode has TEEHBR alone. */
static void test_thumbee(void **state)
{
	(void)state;
	for (uint32_t crn = 0; crn < 2; crn++) {
		for (unsigned int read = 0; read < 2; read++) {
			struct cp_verdict v = ask_32(14, crn, 6, 0, 0, read != 0);

			assert_int_equal(v.action, CP_DO);
			assert_int_equal(v.id, CP_ID_THUMBEE);
			v = ask(hsr_32(14, crn, 6, 0, 0, 1, read != 0), USR);
			assert_int_equal(v.action, crn == 1 ? CP_DO : CP_UNDEF);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_access),	      cmocka_unit_test(test_trapped_writes),
		cmocka_unit_test(test_timer),	      cmocka_unit_test(test_values),
		cmocka_unit_test(test_raz_wi),	      cmocka_unit_test(test_user),
		cmocka_unit_test(test_unpredictable), cmocka_unit_test(test_flags),
		cmocka_unit_test(test_everything),    cmocka_unit_test(test_thumbee),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
