// SPDX-License-Identifier: BSD-2-Clause
/*
 * Aborts that stage 2 causes, but for the common one: other accesses to emulated devices, nothing
 * at all, and code outside RAM.
 */
#include "hyp/abort.h"
#include "hyp/arm.h"
#include "hyp/client.h"
#include "hyp/insn.h"
#include "hyp/irq.h"
#include "hyp/pte.h"
#include "hyp/trap.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"

#define PAR_F 1u

static void inject_external(struct vcpu *v, uint32_t hsr, uint32_t address)
{
	struct inject_request request = inject_from_hsr(hsr, address, INJECT_EXTERNAL, 0);

	trap_inject(v, &request);
}

/* The guest's own translation of an address, stage 1 only; its PAR must not change under it. */
static bool stage1(uint32_t address, uint64_t *ipa)
{
	uint64_t saved = read_par();
	uint64_t par;

	write_ats1cpr(address);
	isb(); /* PAR holds the result of the operation */
	par = read_par();
	write_par(saved);
	*ipa = (par & PTE_ADDRESS) | address % PAGE_SIZE;
	return (par & PAR_F) == 0;
}

/* HPFAR is UNKNOWN for a permission fault (B3.13.8). False: the guest's tables changed under us. */
static bool fault_ipa(uint32_t hsr, uint32_t far, uint64_t *ipa)
{
	if (hsr_fsc_type(hsr) == HSR_FSC_PERMISSION)
		return stage1(far, ipa);
	*ipa = hsr_ipa(read_hpfar(), far);
	return true;
}

/* The access that the syndrome describes is not done: it is not to be, or another VM does it. */
void abort_refused(struct vcpu *v, uint32_t hsr, uint32_t far, enum mmio_status status)
{
	if (status == MMIO_ABORT) {
		inject_external(v, hsr, far);
	} else if (status == MMIO_PARKED) {
		v->access.by_syndrome = true;
		v->access.hsr = hsr;
		v->access.far = far;
	}
}

static void set_loaded(struct vcpu *v, uint32_t hsr, uint32_t value)
{
	uint32_t unused = 32 - 8 * hsr_access_size(hsr);

	value <<= unused;
	value = hsr_sse(hsr) ? (uint32_t)((int32_t)value >> unused) : value >> unused;
	vcpu_set_reg(v, hsr_srt(hsr), value);
}

/* The syndrome says everything, and the guest is little-endian. */
static void emulate_syndrome(struct vcpu *v, uint32_t hsr, uint32_t far, uint32_t ipa)
{
	const struct mmio_device *device = mmio_find(&v->vm->mmio, ipa);
	uint32_t width = hsr_access_size(hsr);
	uint32_t unused = 32 - 8 * width;
	uint32_t value = 0;
	enum mmio_status status;

	if (hsr_wnr(hsr)) {
		value = vcpu_get_reg(v, hsr_srt(hsr)) << unused >> unused;
		status = device->write(v, ipa, width, value);
	} else {
		status = device->read(v, ipa, width, &value);
		if (status == MMIO_OK)
			set_loaded(v, hsr, value);
	}
	if (status == MMIO_OK)
		vcpu_skip(v, hsr_length(hsr));
	else
		abort_refused(v, hsr, far, status);
}

static void fill_insn_cpu(const struct vcpu *v, struct insn_cpu *cpu)
{
	for (unsigned int i = 0; i < 15; i++)
		cpu->r[i] = vcpu_get_reg(v, i);
	cpu->r[15] = v->pc;
	cpu->cpsr = v->cpsr;
	for (unsigned int i = 0; i < 7; i++)
		cpu->usr[i] = vcpu_get_user_reg(v, i + 8);
}

static void take_insn_cpu(struct vcpu *v, const struct insn *insn, const struct insn_cpu *cpu)
{
	for (unsigned int i = 0; i < 15; i++)
		vcpu_set_reg(v, i, cpu->r[i]);
	/* Only what LDM with ^ loaded: in most modes these are the registers written above. */
	for (unsigned int i = 0; i < insn->nr_accesses; i++) {
		const struct insn_access *access = &insn->access[i];

		if (access->usr_bank && !access->write && access->reg >= 8)
			vcpu_set_user_reg(v, access->reg, cpu->usr[access->reg - 8]);
	}
	v->pc = cpu->r[15];
	v->cpsr = cpu->cpsr;
}

/* All accesses lie in the page of the one that faulted, so one translation serves them. */
static bool in_one_page(const struct insn *insn, uint32_t far)
{
	const struct insn_access *first = &insn->access[0];
	const struct insn_access *last = &insn->access[insn->nr_accesses - 1];

	return first->address / PAGE_SIZE == far / PAGE_SIZE &&
	       (last->address + last->size - 1) / PAGE_SIZE == far / PAGE_SIZE;
}

/* STRD to a multiple of 8 is one store of eight bytes (A3.5.3). */
static bool is_double_store(const struct insn *insn, uint32_t ipa)
{
	return insn->dual && insn->access[0].write && ipa % 8 == 0;
}

static uint32_t access_ipa(const struct vcpu_access *a, const struct insn_access *access)
{
	return a->ipa - a->far + access->address;
}

/* Halves of a double store are for devices, which have registers of a word, but for no ioevent. */
static enum mmio_status access_device(struct vcpu *v, const struct insn_access *access,
				      uint32_t *loaded)
{
	struct vcpu_access *a = &v->access;
	uint32_t ipa = access_ipa(a, access);
	const struct mmio_device *device = mmio_find(&v->vm->mmio, ipa);
	enum mmio_status status;

	if (!access->write)
		return device->read(v, ipa, access->size, loaded);
	a->half = is_double_store(&a->insn, access_ipa(a, &a->insn.access[0]));
	status = device->write(v, ipa, access->size, access->value);
	a->half = false;
	return status;
}

/* The accesses that are left to do, then the effect on the registers. */
static void run_insn(struct vcpu *v)
{
	struct vcpu_access *a = &v->access;
	struct insn_cpu cpu;

	for (; a->done < a->insn.nr_accesses; a->done++) {
		enum mmio_status status;

		if (a->done != 0)
			irq_poll(v->cpu); /* an access may be long, and there are up to 16 */
		status = access_device(v, &a->insn.access[a->done], &a->loaded[a->done]);
		if (status == MMIO_RETRY || status == MMIO_PARKED)
			return;
		if (status == MMIO_ABORT) {
			inject_external(v, a->hsr, a->far);
			return;
		}
	}
	fill_insn_cpu(v, &cpu);
	insn_apply(&a->insn, a->loaded, &cpu);
	take_insn_cpu(v, &a->insn, &cpu);
}

static bool is_doorbell(struct vcpu *v)
{
	const struct vcpu_access *a = &v->access;
	const struct insn_access *access = a->insn.access;
	uint32_t ipa = access_ipa(a, access);

	return is_double_store(&a->insn, ipa) &&
	       client_ioevent(v, ipa, 8, access[0].value | (uint64_t)access[1].value << 32);
}

/*
 * An instruction without a syndrome: writeback, LDRD, LDM ... All or nothing: where it makes
 * several accesses they are words with one alignment, so a device that refuses one refuses the
 * first; and only the distributor can ask for a retry, where doing an access again changes nothing.
 * An access that another VM does ends here, and goes on in abort_resume().
 */
static void emulate_insn(struct vcpu *v, uint32_t hsr, uint32_t far, uint32_t ipa)
{
	struct vcpu_access *a = &v->access;
	struct insn_cpu cpu;
	uint32_t opcode;

	if (!mmio_fetch(v, &opcode))
		return; /* the guest's code moved: run it again */
	fill_insn_cpu(v, &cpu);
	if (!insn_decode(opcode, &cpu, &a->insn) || !in_one_page(&a->insn, far)) {
		inject_external(v, hsr, far);
		return;
	}
	if (!insn_agrees(&a->insn, hsr, far))
		return;
	a->by_syndrome = false;
	a->hsr = hsr;
	a->far = far;
	a->ipa = ipa;
	a->done = is_doorbell(v) ? 2 : 0;
	run_insn(v);
}

static void resume_syndrome(struct vcpu *v, enum mmio_status status, uint32_t value)
{
	uint32_t hsr = v->access.hsr;

	if (status != MMIO_OK) {
		abort_refused(v, hsr, v->access.far, status);
		return;
	}
	if (!hsr_wnr(hsr))
		set_loaded(v, hsr, value);
	vcpu_skip(v, hsr_length(hsr));
}

void abort_resume(struct vcpu *v, enum mmio_status status, uint32_t value)
{
	struct vcpu_access *a = &v->access;

	if (a->by_syndrome) {
		resume_syndrome(v, status, value);
	} else if (status == MMIO_ABORT) {
		inject_external(v, a->hsr, a->far);
	} else {
		a->loaded[a->done++] = value;
		run_insn(v);
	}
}

static bool is_stage2_fault(uint32_t hsr)
{
	uint32_t type = hsr_fsc_type(hsr);

	return type == HSR_FSC_TRANSLATION || type == HSR_FSC_ACCESS_FLAG ||
	       type == HSR_FSC_PERMISSION;
}

/* A translation fault of the guest's own access, with a syndrome, little-endian, not of the PC. */
static bool has_syndrome(const struct vcpu *v, uint32_t hsr)
{
	return (hsr & (HSR_ISV | HSR_CM | HSR_S1PTW | HSR_FSC_TYPE)) ==
		       (HSR_ISV | HSR_FSC_TRANSLATION) &&
	       hsr_srt(hsr) != 15 && (v->cpsr & CPSR_E) == 0;
}

static void abort_uncommon(struct vcpu *v, uint32_t hsr, uint32_t far)
{
	uint64_t ipa;

	if (hsr_fsc(hsr) == HSR_FSC_ASYNC_EXTERNAL || hsr_fsc(hsr) == HSR_FSC_ASYNC_PARITY) {
		/* Nobody knows which access it was; this vCPU ran when it came. */
		v->vm->counters.async_aborts++;
		return;
	}
	if (!is_stage2_fault(hsr) || hsr_s1ptw(hsr)) {
		inject_external(v, hsr, far);
		return;
	}
	if (!fault_ipa(hsr, far, &ipa))
		return;
	if (!mmio_is_emulated(ipa))
		inject_external(v, hsr, far);
	else if (hsr_cm(hsr))
		vcpu_skip(v, 4); /* nothing there is cached */
	else
		emulate_insn(v, hsr, far, (uint32_t)ipa);
}

void abort_other(struct vcpu *v, uint32_t hsr, uint32_t far, uint32_t hpfar)
{
	if (has_syndrome(v, hsr) && abort_is_low(hpfar))
		emulate_syndrome(v, hsr, far, abort_low_ipa(hpfar, far));
	else
		abort_uncommon(v, hsr, far);
}

/* Instructions come from RAM and ROM only. */
void abort_prefetch(struct vcpu *v, uint32_t hsr)
{
	inject_external(v, hsr, read_hifar());
}
