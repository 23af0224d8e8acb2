// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vcpu.h"

#include "drivers/gic.h"
#include "hyp/arm.h"
#include "hyp/context.h"
#include "hyp/libc.h"
#include "hyp/timer.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

#define MODE_MASK 0x1fu
#define MODE_USR 0x10u
#define MODE_FIQ 0x11u
#define MODE_SVC 0x13u
#define CPSR_RESET 0x1d0u	/* A, I, F masked */
#define SCTLR_RESET 0x00c50078u /* its RES1 bits, DDI 0406C B4.1.130 */

/*
 * HCR in full. VM; SWIO: a guest's set/way invalidate also cleans, so it discards nobody's data;
 * PTW: no walk of a guest's tables reads a device, GICV: an external abort that answers such a walk
 * would be taken by EL2 where that makes the walk, by an ATS operation (hyp/fetch.c);
 * FMO, IMO, AMO: physical interrupts and asynchronous aborts come here; FB and BSU: a guest's
 * maintenance and barriers reach the CPUs that its other vCPUs run on; TWI, TWE, TSC, TAC, TIDCP,
 * TSW: what has to be emulated (DDI 0406C B4.1.68).
 */
#define HCR_VM (1u << 0)
#define HCR_SWIO (1u << 1)
#define HCR_PTW (1u << 2)
#define HCR_FMO (1u << 3)
#define HCR_IMO (1u << 4)
#define HCR_AMO (1u << 5)
#define HCR_FB (1u << 9)
#define HCR_BSU_INNER (1u << 10)
#define HCR_TWI (1u << 13)
#define HCR_TWE (1u << 14)
#define HCR_TSC (1u << 19)
#define HCR_TIDCP (1u << 20)
#define HCR_TAC (1u << 21)
#define HCR_TSW (1u << 22)
#define HCR_GUEST                                                                                  \
	(HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_FB | HCR_BSU_INNER |      \
	 HCR_TWI | HCR_TWE | HCR_TSC | HCR_TIDCP | HCR_TAC | HCR_TSW | HCR_TVM)

void vcpu_reset(struct vcpu *v)
{
	memset(v->r, 0, sizeof(v->r));
	memset(&v->banked, 0, sizeof(v->banked));
	memset(&v->sys, 0, sizeof(v->sys));
	memset(&v->vfp, 0, sizeof(v->vfp));
	rare_reset(v);
	v->lr = 0;
	v->sys.sctlr = SCTLR_RESET;
	v->pc = v->start.entry & ~1u;
	v->cpsr = CPSR_RESET | MODE_SVC | ((v->start.entry & 1) != 0 ? CPSR_T : 0);
	memcpy(v->r, v->start.r, sizeof(v->start.r));
	v->cntv = (struct timer_regs){ 0 };
	v->cntp = (struct timer_regs){ 0 };
	v->deadline = TIMER_NEVER;
	virq_reset(v);
	v->cpu->last_of_vmid[v->vm->index] = NULL; /* no TLB entry of its last life is hit */
	v->hcr = HCR_GUEST;
	v->caches_on = false;
	v->access.pending = false;
	v->waits = false;
}

/*
 * Two vCPUs of a VM share its VMID, and may use one ASID for different address spaces, as they
 * could on two CPUs. On one CPU the second would hit the first one's TLB entries: drop them.
 */
static void load_stage2(struct cpu *cpu, struct vcpu *v)
{
	write_vttbr(v->vm->vttbr);
	if (cpu->last_of_vmid[v->vm->index] == v)
		return;
	cpu->last_of_vmid[v->vm->index] = v;
	isb(); /* TLBIALL works on the VMID in VTTBR */
	write_tlbiall(0);
	dsb(); /* ... and is complete; the ERET is the ISB behind it (B3.10.1) */
}

void vcpu_put_quiet(struct vcpu *v)
{
	timer_put(v);
	virq_put_quiet(v);
	context_save(v);
	v->cpu->current = NULL;
}

static void put(struct cpu *cpu, struct vcpu *v)
{
	timer_put(v);
	virq_put(v);
	context_save(v);
	cpu->current = NULL;
}

static void load(struct cpu *cpu, struct vcpu *v)
{
	cpu->current = v;
	load_stage2(cpu, v);
	context_load(v);
	virq_load(v);
	timer_load(v);
	/* Neither ERET nor anything else clears the exclusive monitor on ARMv7: a STREX of this
	 * vCPU must not succeed on the LDREX of another (B3.17.1 leaves it to the switch). */
	clrex();
}

void vcpu_switch(struct cpu *cpu, struct vcpu *v)
{
	if (cpu->current == v)
		return;
	if (cpu->current != NULL)
		put(cpu, cpu->current);
	load(cpu, v);
}

void vcpu_unload(struct vcpu *v)
{
	if (v == v->cpu->current)
		put(v->cpu, v);
	virq_fold(v);
}

void vcpu_post(struct vcpu *v, uint32_t events)
{
	struct cpu *cpu = v->cpu;

	/* RELEASE on the second pairs with ACQUIRE in events_take(): who sees the slot's bit sees
	 * the events, and what was written before them. */
	__atomic_fetch_or(&v->events, events, __ATOMIC_RELAXED);
	__atomic_fetch_or(&cpu->kicked[v->slot / 32], 1u << v->slot % 32, __ATOMIC_RELEASE);
	if (cpu == this_cpu())
		cpu->work |= WORK_EVENTS;
	else
		gic_kick(cpu->gic_mask);
}

/* r0-r7 of every mode, r8-r12 but FIQ's, and lr of User and System mode are in the struct. */
static bool is_in_struct(const struct vcpu *v, unsigned int n)
{
	uint32_t mode = v->cpsr & MODE_MASK;

	return n < 8 || (n < 13 && mode != MODE_FIQ);
}

uint32_t vcpu_get_high_reg(const struct vcpu *v, unsigned int n)
{
	if (is_in_struct(v, n))
		return v->r[n];
	if (n == 15)
		return v->pc + ((v->cpsr & CPSR_T) != 0 ? 4 : 8);
	return banked_get(v, v->cpsr & MODE_MASK, n);
}

void vcpu_set_high_reg(struct vcpu *v, unsigned int n, uint32_t value)
{
	if (is_in_struct(v, n))
		v->r[n] = value;
	else if (n == 15)
		v->pc = value;
	else
		banked_set(v, v->cpsr & MODE_MASK, n, value);
}

uint32_t vcpu_get_user_reg(const struct vcpu *v, unsigned int n)
{
	if (n < 13)
		return v->r[n];
	return n == 14 ? v->lr : banked_get(v, MODE_USR, n);
}

void vcpu_set_user_reg(struct vcpu *v, unsigned int n, uint32_t value)
{
	if (n < 13)
		v->r[n] = value;
	else if (n == 14)
		v->lr = value;
	else
		banked_set(v, MODE_USR, n, value);
}
