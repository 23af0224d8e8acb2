// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/trap.h"

#include "bellhop/abi.h"
#include "hyp/arm.h"
#include "hyp/bells.h"
#include "hyp/context.h"
#include "hyp/hsr.h"
#include "hyp/insn.h"
#include "hyp/irq.h"
#include "hyp/psci.h"
#include "hyp/sched.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

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

/* CV, and COND is 0xe: all that the architecture has for A32, nearly all that there is. */
#define HSR_COND_MASK 0x01f00000u
#define HSR_COND_ALWAYS 0x01e00000u

/* WFI: sleep until an interrupt is pending for this vCPU. WFE: let an equal run. Both are hints,
 * so a condition that failed is not looked at for WFE; for WFI it is, because sleep can be long. */
static void trap_wfx(struct vcpu *v, uint32_t hsr)
{
	bool passed = (hsr & HSR_COND_MASK) == HSR_COND_ALWAYS || trap_cond_passed(hsr, v->cpsr);

	vcpu_skip(v, hsr_length(hsr));
	if (hsr_wfe(hsr))
		sched_yield(v);
	else if (passed)
		sched_wait(v);
}

/* An SMCCC call: the vendor's range is the doorbells', the rest PSCI's (hyp/psci.h). */
static void smccc_call(struct vcpu *v)
{
	if (v->r[0] >> 16 == BELLHOP_CALL(0) >> 16)
		bell_call(v);
	else
		psci_call(v);
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

/* CP10 or CP11; or a coprocessor that does not exist, which traps again when those do not. */
static void trap_vfp(struct vcpu *v, uint32_t hsr)
{
	(void)hsr;
	if ((v->hcptr & HCPTR_VFP_TRAP) != 0)
		vfp_trapped(v);
	else
		trap_inject_undef(v);
}

#define UP_TO(first, last, handler) [(first)...(last)] = (handler)

/* What has no handler of its own is not trapped on a machine that keeps to the architecture. */
const trap_handler trap_handlers[64] = {
	[0] = trap_unknown,
	[HSR_EC_WFX] = trap_wfx,
	[2] = trap_unknown,
	[HSR_EC_CP15_32] = sysreg_trapped,
	[HSR_EC_CP15_64] = sysreg_trapped,
	[HSR_EC_CP14_32] = sysreg_trapped,
	[HSR_EC_CP14_LS] = sysreg_trapped,
	[HSR_EC_CP_0_13] = trap_vfp,
	UP_TO(8, 11, trap_unknown),
	[HSR_EC_CP14_64] = sysreg_trapped,
	UP_TO(13, 17, trap_unknown),
	[HSR_EC_HVC] = trap_hvc,
	[HSR_EC_SMC] = trap_smc,
	UP_TO(20, 31, trap_unknown),
	[HSR_EC_IABT] = abort_prefetch,
	UP_TO(33, 35, trap_unknown),
	[HSR_EC_DABT] = abort_data,
	UP_TO(37, 63, trap_unknown),
};

/* A maintenance interrupt is mostly the end of one level, and then all is done here. */
void trap_irq(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	if (irq_poll(cpu) || cpu->work != WORK_SYNC || !virq_end_level(v))
		return;
	cpu->work = 0;
	if (cpu->bells.n_posts != 0)
		bells_deliver(cpu);
}
