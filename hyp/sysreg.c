// SPDX-License-Identifier: BSD-2-Clause
/* CP14 and CP15 accesses that trap: hyp/cp15.c says what they get, this file does it. */
#include "hyp/arm.h"
#include "hyp/context.h"
#include "hyp/cp15.h"
#include "hyp/hsr.h"
#include "hyp/insn.h"
#include "hyp/timer.h"
#include "hyp/trap.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"

#define SCTLR_M (1u << 0)
#define SCTLR_C (1u << 2)

/*
 * Memory that a guest wrote with its caches off must not be hidden by lines that were allocated
 * meanwhile, nor the other way round. Maintenance by set and way reaches neither other CPUs nor
 * a vCPU that moves, so when a guest asks for it, or turns its caches on or off, all of its RAM is
 * cleaned and invalidated by address: a job, in slices. HCR.TVM watches SCTLR until they are on.
 */
static void clean_ram(struct vcpu *v)
{
	v->job = JOB_CLEAN_RAM;
	v->job_region = 0;
	v->job_offset = 0;
	v->cpu->work |= WORK_SCHEDULE;
}

static void watch_caches(struct vcpu *v, bool on)
{
	v->hcr = on ? v->hcr | HCR_TVM : v->hcr & ~HCR_TVM;
	write_hcr(v->hcr);
}

static void write_guest_sctlr(struct vcpu *v, uint32_t value)
{
	bool on = (value & (SCTLR_M | SCTLR_C)) == (SCTLR_M | SCTLR_C);

	write_sctlr(value);
	if (on == v->caches_on)
		return;
	v->caches_on = on;
	clean_ram(v);
	if (on)
		watch_caches(v, false);
}

/* One request covers all sets and ways: while the watch is on, RAM is clean already or will be when
 * the caches come on. */
static void set_way(struct vcpu *v)
{
	if (v->hcr & HCR_TVM)
		return;
	clean_ram(v);
	watch_caches(v, true);
	v->caches_on = (read_sctlr() & (SCTLR_M | SCTLR_C)) == (SCTLR_M | SCTLR_C);
}

/* MCR to a TTBR leaves its upper half alone; MCRR writes both. */
static uint64_t combine(const struct cp_access *access, uint64_t old, uint64_t value)
{
	return access->form == CP_MCRR ? value : (old & 0xffffffff00000000ULL) | (uint32_t)value;
}

static void do_write(struct vcpu *v, const struct cp_access *access, enum cp_id id, uint64_t value)
{
	uint32_t low = (uint32_t)value;

	switch (id) {
	case CP_ID_SCTLR:
		write_guest_sctlr(v, low);
		break;
	case CP_ID_TTBR0:
		write_ttbr0(combine(access, read_ttbr0(), value));
		break;
	case CP_ID_TTBR1:
		write_ttbr1(combine(access, read_ttbr1(), value));
		break;
#define SIMPLE(id, reg)                                                                            \
	case CP_ID_##id:                                                                           \
		write_##reg(low);                                                                  \
		break;
		SIMPLE(TTBCR, ttbcr)
		SIMPLE(DACR, dacr)
		SIMPLE(DFSR, dfsr)
		SIMPLE(IFSR, ifsr)
		SIMPLE(ADFSR, adfsr)
		SIMPLE(AIFSR, aifsr)
		SIMPLE(DFAR, dfar)
		SIMPLE(IFAR, ifar)
		SIMPLE(MAIR0, prrr)
		SIMPLE(MAIR1, nmrr)
		SIMPLE(AMAIR0, amair0)
		SIMPLE(AMAIR1, amair1)
		SIMPLE(CONTEXTIDR, contextidr)
		SIMPLE(CNTP_CTL, cntp_ctl)
#undef SIMPLE
	case CP_ID_DCISW:
	case CP_ID_DCCSW:
	case CP_ID_DCCISW:
		set_way(v);
		break;
	case CP_ID_CNTP_CVAL:
		write_cntp_cval(value);
		break;
	case CP_ID_CNTP_TVAL:
		write_cntp_cval(timer_now() + (uint64_t)(int64_t)(int32_t)low);
		break;
	default: /* read-only, or writes ignored */
		break;
	}
}

static uint64_t do_read(enum cp_id id)
{
	switch (id) {
	case CP_ID_ACTLR:
		return read_actlr();
	case CP_ID_CNTP_CTL:
		return read_cntp_ctl();
	case CP_ID_CNTP_CVAL:
		return read_cntp_cval();
	case CP_ID_CNTP_TVAL:
		return (uint32_t)(read_cntp_cval() - timer_now());
	case CP_ID_CNTPCT:
		return timer_now();
	case CP_ID_PMCCNTR:
		return (uint32_t)timer_now();
	default:
		return 0;
	}
}

static void give(struct vcpu *v, const struct cp_access *access, uint64_t value)
{
	if (access->form == CP_LDC)
		return;
	if (access->form == CP_MCRR)
		vcpu_set_reg(v, access->rt2, (uint32_t)(value >> 32));
	if (access->rt == 15)
		v->cpsr = cp_read_to_flags(v->cpsr, (uint32_t)value);
	else
		vcpu_set_reg(v, access->rt, (uint32_t)value);
}

static uint64_t take(const struct vcpu *v, const struct cp_access *access)
{
	uint64_t value = vcpu_get_reg(v, access->rt);

	if (access->form == CP_MCRR)
		value |= (uint64_t)vcpu_get_reg(v, access->rt2) << 32;
	return value;
}

void sysreg_trapped(struct vcpu *v, uint32_t hsr)
{
	struct cp_access access = cp_access_from_hsr(hsr, v->cpsr);
	struct cp_machine machine = { .nr_vcpus = v->vm->n_vcpus, .pmcr = read_pmcr() };
	struct cp_verdict verdict;

	if (!trap_cond_passed(hsr, v->cpsr)) {
		vcpu_skip(v, 4);
		return;
	}
	verdict = cp15_decide(&access, &machine);
	if (verdict.action == CP_UNDEF) {
		v->vm->counters.unlisted += !verdict.listed;
		trap_inject_undef(v);
		return;
	}
	if (verdict.id == CP_ID_THUMBEE) {
		thumbee_trapped(v);
		return;
	}
	/* Step over first: a job that starts here resumes behind the instruction. */
	vcpu_skip(v, 4);
	if (access.read)
		give(v, &access, verdict.action == CP_DO ? do_read(verdict.id) : verdict.value);
	else if (verdict.action == CP_DO)
		do_write(v, &access, verdict.id, take(v, &access));
}
