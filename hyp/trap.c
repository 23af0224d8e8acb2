// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/trap.h"

#include "hyp/arm.h"
#include "hyp/context.h"
#include "hyp/hsr.h"
#include "hyp/insn.h"
#include "hyp/irq.h"
#include "hyp/psci.h"
#include "hyp/sched.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

typedef void (*trap_handler)(struct vcpu *v, uint32_t hsr);

static uint32_t length(uint32_t hsr)
{
	return hsr_il(hsr) ? 4 : 2;
}

void trap_inject(struct vcpu *v, const struct inject_request *request)
{
	struct inject_state state = {
		.cpsr = v->cpsr,
		.pc = v->pc,
		.sctlr = read_sctlr(),
		.vbar = read_vbar(),
		.ttbcr = read_ttbcr(),
	};
	struct injected result = inject(&state, request);

	exception_bank_set(result.mode, result.spsr, result.lr);
	v->cpsr = result.cpsr;
	v->pc = result.pc;
	if (result.set_dfsr) {
		write_dfsr(result.fsr);
		write_dfar(result.far);
	}
	if (result.set_ifsr) {
		write_ifsr(result.fsr);
		write_ifar(result.far);
	}
	if (request->kind == INJECT_UNDEF)
		v->vm->counters.undefs++;
	else
		v->vm->counters.aborts++;
}

void trap_inject_undef(struct vcpu *v)
{
	trap_inject(v, &(struct inject_request){ .kind = INJECT_UNDEF });
}

/* A class that no trap of ours can cause, or an instruction that nobody implements. */
static void trap_unknown(struct vcpu *v, uint32_t hsr)
{
	(void)hsr;
	trap_inject_undef(v);
}

/* WFI: sleep until an interrupt is pending for this vCPU. WFE: let an equal run. Both are hints,
 * so a condition that failed is not looked at for WFE; for WFI it is, because sleep can be long. */
static void trap_wfx(struct vcpu *v, uint32_t hsr)
{
	bool passed = trap_cond_passed(hsr, v->cpsr);

	vcpu_skip(v, length(hsr));
	if (hsr_wfe(hsr))
		sched_yield(v);
	else if (passed && !virq_deliverable(v))
		sched_remove(v, VCPU_BLOCKED);
}

static void trap_hvc(struct vcpu *v, uint32_t hsr)
{
	(void)hsr; /* ELR is behind the HVC already; the immediate has no meaning in SMCCC */
	smccc_call(v);
}

static void trap_smc(struct vcpu *v, uint32_t hsr)
{
	(void)hsr;
	vcpu_skip(v, 4);
	smccc_call(v);
}

static void trap_vfp(struct vcpu *v, uint32_t hsr)
{
	uint32_t coprocessor = hsr_coproc(hsr);

	/* TASE (bit 5 of the ISS) is not set, so this is CP10 or CP11, or a coprocessor that does
	 * not exist. */
	if (coprocessor == 10 || coprocessor == 11 || coprocessor == 0)
		vfp_trapped(v);
	else
		trap_inject_undef(v);
}

/* What is not here is not trapped on a machine that keeps to the architecture. */
static const trap_handler handlers[64] = {
	[HSR_EC_WFX] = trap_wfx,	   [HSR_EC_CP15_32] = sysreg_trapped,
	[HSR_EC_CP15_64] = sysreg_trapped, [HSR_EC_CP14_32] = sysreg_trapped,
	[HSR_EC_CP14_LS] = sysreg_trapped, [HSR_EC_CP_0_13] = trap_vfp,
	[HSR_EC_CP14_64] = sysreg_trapped, [HSR_EC_HVC] = trap_hvc,
	[HSR_EC_SMC] = trap_smc,	   [HSR_EC_IABT] = abort_prefetch,
	[HSR_EC_DABT] = abort_data,
};

struct vcpu *trap_sync(struct vcpu *v)
{
	uint32_t hsr = read_hsr();
	trap_handler handler = handlers[hsr_ec(hsr)];

	if (handler != NULL)
		handler(v, hsr);
	else
		trap_unknown(v, hsr);
	return sched_exit(v);
}

struct vcpu *trap_irq(struct vcpu *v)
{
	irq_poll();
	return sched_exit(v);
}
