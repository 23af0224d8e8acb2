// SPDX-License-Identifier: BSD-2-Clause
/* The abort that emulated devices cause, as nearly every access does. */
#include "hyp/abort.h"

#include "hyp/arm.h"
#include "hyp/trap.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"

/* A translation fault of a load or store of a word that the syndrome describes. */
#define HSR_WORD_MASK (HSR_ISV | HSR_SAS | HSR_SSE | HSR_CM | HSR_S1PTW | HSR_FSC_TYPE)
#define HSR_WORD (HSR_ISV | 2u << 22 | HSR_FSC_TRANSLATION)

#define CPSR_IT 0x0600fc00u
#define CPSR_M 0x1fu
#define MODE_FIQ 0x11u

/* Big-endian, or in an IT block, which has to be stepped over. */
static inline bool is_odd(uint32_t cpsr)
{
	return (cpsr & (CPSR_E | CPSR_T)) != 0 && (cpsr & (CPSR_E | CPSR_IT)) != 0;
}

/* r0-r7 of every mode, r8-r12 but FIQ's. */
static inline bool is_in_struct(const struct vcpu *v, uint32_t srt)
{
	return srt < 8 || (srt < 13 && (v->cpsr & CPSR_M) != MODE_FIQ);
}

/*
 * Drivers poll registers, so what nearly all of them do has a way of its own: a word, to or from a
 * register that is in memory already. abort_other() does the same for any width and register.
 */
void abort_data(struct vcpu *v, uint32_t hsr)
{
	uint32_t far = read_hdfar();
	uint32_t hpfar = read_hpfar();
	uint32_t ipa = abort_low_ipa(hpfar, far);
	uint32_t srt = hsr_srt(hsr);
	const struct mmio_device *device;
	enum mmio_status status;
	uint32_t value;

	if ((hsr & HSR_WORD_MASK) != HSR_WORD || !abort_is_low(hpfar) || is_odd(v->cpsr) ||
	    !is_in_struct(v, srt)) {
		abort_other(v, hsr, far, hpfar);
		return;
	}
	device = mmio_find(&v->vm->mmio, ipa);
	if (hsr_wnr(hsr)) {
		status = device->write(v, ipa, 4, v->r[srt]);
	} else {
		status = device->read(v, ipa, 4, &value);
		if (status == MMIO_OK)
			v->r[srt] = value;
	}
	if (status == MMIO_OK)
		v->pc += hsr_length(hsr);
	else
		abort_refused(v, hsr, far, status);
}
