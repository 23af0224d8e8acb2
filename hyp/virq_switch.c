// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which vCPU the list registers belong to. A switch does not concern the vGIC: the list registers
 * in use, GICH_VMCR and GICH_APR are saved and loaded like other registers, and the vCPU *rests*,
 * filled as it was. Its own CPU alone reads and writes what was saved, so what happens to a vCPU
 * that rests is what happens to one that runs: it is marked and its CPU is kicked; only that an
 * occurrence of what was filled before can be written to the saved list register at once.
 *
 * It is folded instead
 *	when it is switched out with a timer in flight: the physical one must not be active for
 *	another vCPU, and which of them are follows from a fold
 *	... or with a condition in GICH_HCR, or when it has to be filled anyway
 *	... or with a level whose end is in GICH_EISR, which somebody waits for
 *	later, when something of it is asked for or is to go to another vCPU (virq_keeps()): that
 *	must not wait until this vCPU has its turn.
 *
 * Between two vCPUs no list register holds anything: one that was live is written with 0.
 */
#include "drivers/gic.h"
#include "hyp/cpu.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/virq_internal.h"
#include "hyp/vm.h"

/* Timers whose interrupts were with the guest: with empty list registers what was active below has
 * ended, but for one that has fired again. */
static bool timers_ended(struct vcpu *v)
{
	if (!vgic_is_settled(&v->vm->vgic, v->id))
		return false;
	if (gic_needs_poke())
		gic_poke();
	v->active_ppis = 0;
	return true;
}

/* Nothing is in its list registers, and nothing else should be. What is in flight is in
 * active_ppis. */
static inline bool is_quiet(struct vcpu *v)
{
	if (!vgic_cpu_is_clean(v->gic) || !gich_are_empty(vgic_cpu_lrs_in_use(v->gic)))
		return false;
	return v->active_ppis == 0 || timers_ended(v);
}

bool __attribute__((noinline)) virq_is_quiet(struct vcpu *v)
{
	return is_quiet(v);
}

bool virq_keeps(const struct vcpu *v)
{
	return v != v->cpu->current && vgic_waits_for_fold(&v->vm->vgic, v->id);
}

void virq_rest(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	if (cpu->hcr == 0 || virq_is_quiet(v))
		return;
	virq_fold(v);
	gich_disable(&v->gich);
	cpu->hcr = 0;
	cpu->work |= WORK_SYNC;
}

/* Ends that GICH_EISR shows have to be folded. */
static bool any_signalled(const struct vcpu *v, uint64_t in_use)
{
	for (; in_use != 0; in_use &= in_use - 1) {
		if (gich_lr_eoi_signalled(v->gich.lr[gich_lowest(in_use)]))
			return true;
	}
	return false;
}

static bool can_rest(struct vcpu *v)
{
	uint64_t in_use = vgic_cpu_lrs_in_use(v->gic);

	if (!vgic_cpu_is_clean(v->gic) || v->active_ppis != 0)
		return false;
	gich_read(&v->gich, in_use);
	return !any_signalled(v, in_use);
}

static void save_interface(struct vcpu *v)
{
	v->gich.vmcr = gich_save_vmcr();
	v->gich.apr = gich_save_apr();
	v->cpu->apr = v->gich.apr;
}

static inline void put_quiet(struct vcpu *v)
{
	v->lrs_live = 0;
	save_interface(v);
}

void virq_put_quiet(struct vcpu *v)
{
	put_quiet(v);
}

static void __attribute__((noinline)) put_live(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;
	bool rests = can_rest(v);

	if (!rests)
		virq_fold(v);
	v->lrs_live = gich_clear(&v->gich, !rests);
	save_interface(v);
	if (cpu->hcr & ~GICH_HCR_EN) {
		gich_disable(&v->gich);
		cpu->hcr = 0;
	}
	if (v->active_ppis != 0)
		gic_clear_active(v->active_ppis);
}

void virq_put(struct vcpu *v)
{
	if (is_quiet(v))
		put_quiet(v);
	else
		put_live(v);
}

void virq_load(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	if (v->active_ppis != 0) {
		gic_set_active(v->active_ppis);
		timer_arm_backstop(cpu);
	}
	gich_load_vmcr(&v->gich);
	if (v->gich.apr != cpu->apr) /* mostly 0: a device access less */
		gich_load_apr(&v->gich);
	if (v->lrs_live != 0)
		gich_write_live(&v->gich, v->lrs_live);
	if (cpu->hcr != GICH_HCR_EN && vgic_cpu_is_loaded(v->gic)) {
		v->gich.hcr = GICH_HCR_EN;
		cpu->hcr = GICH_HCR_EN;
		gich_write_hcr(&v->gich);
	}
	if (vgic_cpu_needs_fill(v->gic))
		cpu->work |= WORK_SYNC;
}

void virq_reset(struct vcpu *v)
{
	v->gich = (struct gich){ 0 };
	v->lrs_live = 0;
	v->active_ppis = 0;
}
