// SPDX-License-Identifier: BSD-2-Clause
/* Reading a guest's instruction, which the hardware gives no help for. */
#include "drivers/gic.h"
#include "hyp/arm.h"
#include "hyp/insn.h"
#include "hyp/mm.h"
#include "hyp/mmio.h"
#include "hyp/pte.h"
#include "hyp/vcpu.h"

#define MODE_MASK 0x1fu
#define MODE_USR 0x10u
#define PAR_F 1u

/* Both stages, for a read at the guest's privilege. PAR is the guest's: put it back. */
static bool translate(const struct vcpu *v, uint32_t address, uint64_t *physical)
{
	uint64_t saved = read_par();
	uint64_t par;

	if ((v->cpsr & MODE_MASK) == MODE_USR)
		write_ats12nsour(address);
	else
		write_ats12nsopr(address);
	isb(); /* PAR holds the result of the operation */
	par = read_par();
	write_par(saved);
	*physical = (par & PTE_ADDRESS) | address % PAGE_SIZE;
	return (par & PAR_F) == 0;
}

/* What stage 2 maps is RAM, ROM and memory that VMs share, all of which can be executed, but for
 * one page: GICV must not be read as memory. */
static bool is_memory(uint64_t physical)
{
	return (physical & PTE_ADDRESS) != gic_gicv_physical();
}

/* A half-word, or a word of A32, whose pc is a multiple of four: no page boundary cuts either. */
static bool fetch(struct vcpu *v, uint32_t address, uint32_t size, uint32_t *code)
{
	uint64_t physical;
	const void *window;

	if (!translate(v, address, &physical) || !is_memory(physical))
		return false;
	window = mm_window(physical);
	/* A guest whose caches are off writes its code past a line that we may have. */
	if (!v->caches_on)
		cache_clean_invalidate(window, size);
	*code = size == 4 ? *(const uint32_t *)window : *(const uint16_t *)window;
	return true;
}

static bool fetch_t32(struct vcpu *v, uint32_t *opcode)
{
	uint32_t second;

	if (!fetch(v, v->pc, 2, opcode))
		return false;
	if (!insn_is_thumb32((uint16_t)*opcode))
		return true;
	if (!fetch(v, v->pc + 2, 2, &second))
		return false;
	*opcode = *opcode << 16 | second;
	return true;
}

bool mmio_fetch(struct vcpu *v, uint32_t *opcode)
{
	bool ok = v->cpsr & CPSR_T ? fetch_t32(v, opcode) : fetch(v, v->pc & ~3u, 4, opcode);

	mm_window_close();
	return ok;
}
