// SPDX-License-Identifier: BSD-2-Clause
/* Exception entry at a guest's PL1, from the pseudocode of DDI 0406C B1.8.1 and B1.9. */
#include "inject.h"

#include "hsr.h"

#include <stddef.h>

#define CPSR_M 0x1FU
#define CPSR_T (1U << 5)
#define CPSR_I (1U << 7)
#define CPSR_A (1U << 8)
#define CPSR_E (1U << 9)
#define CPSR_J (1U << 24)
#define CPSR_IT 0x0600FC00U

#define MODE_ABT 0x17U
#define MODE_UND 0x1BU

#define SCTLR_V (1U << 13)
#define SCTLR_EE (1U << 25)
#define SCTLR_TE (1U << 30)

#define TTBCR_EAE (1U << 31)

#define FSR_LPAE (1U << 9)
#define FSR_WNR (1U << 11)
#define FSR_EXT (1U << 12)
#define FSR_CM (1U << 13)

#define HIVECS 0xFFFF0000U
#define VBAR_MASK 0xFFFFFFE0U

/* How each kind is entered: vector (B1.8.1), masks, and the offset of the link value (B1.8.3). */
static const struct {
	uint32_t mode, vector, masks;
	uint32_t lr_arm, lr_thumb; /* added to the address of the instruction */
} entries[] = {
	[INJECT_UNDEF] = { MODE_UND, 0x04, CPSR_I, 4, 2 },
	[INJECT_PREFETCH_ABORT] = { MODE_ABT, 0x0C, CPSR_I | CPSR_A, 4, 4 },
	[INJECT_DATA_ABORT] = { MODE_ABT, 0x10, CPSR_I | CPSR_A, 8, 8 },
};

/*
 * FS[4:0] of the short-descriptor format for levels 1 and 2, and STATUS of the
 * long one with level bits zero (B3.13.3).
 */
static const struct {
	uint8_t fs[2];
	uint8_t status;
	bool has_level;
	uint8_t domain_levels; /* bit n - 1: DFSR.Domain is valid at level n */
} faults[] = {
	[INJECT_EXTERNAL] = { { 0x08, 0x08 }, HSR_FSC_SYNC_EXTERNAL, false, 0 },
	[INJECT_ALIGNMENT] = { { 0x01, 0x01 }, HSR_FSC_ALIGNMENT, false, 0 },
	[INJECT_TRANSLATION] = { { 0x05, 0x07 }, HSR_FSC_TRANSLATION, true, 2 },
	[INJECT_ACCESS_FLAG] = { { 0x03, 0x06 }, HSR_FSC_ACCESS_FLAG, true, 3 },
	[INJECT_PERMISSION] = { { 0x0D, 0x0F }, HSR_FSC_PERMISSION, true, 3 },
	[INJECT_WALK_EXTERNAL] = { { 0x0C, 0x0E }, HSR_FSC_WALK_EXTERNAL, true, 2 },
	[INJECT_DEBUG] = { { 0x02, 0x02 }, HSR_FSC_DEBUG, false, 0 },
};

/* The level as the format can say it: a request may come from a stage 2 fault. */
static uint32_t clamp_level(uint32_t level, uint32_t max)
{
	if (level < 1U)
		return 1;
	return level > max ? max : level;
}

static uint32_t short_status(const struct inject_request *request)
{
	uint32_t level = clamp_level(request->level, 2);
	uint32_t fs = faults[request->fault].fs[level - 1U];
	uint32_t fsr = (fs & 0xFU) | ((fs & 0x10U) << 6);

	/* A first-level fault may have no valid descriptor that names a domain. */
	if (request->kind == INJECT_DATA_ABORT &&
	    (faults[request->fault].domain_levels & level) != 0U)
		fsr |= (request->domain & 0xFU) << 4;
	return fsr;
}

static uint32_t long_status(const struct inject_request *request)
{
	uint32_t status = faults[request->fault].status;

	if (faults[request->fault].has_level)
		status |= clamp_level(request->level, 3);
	return status | FSR_LPAE;
}

static uint32_t fault_status(const struct inject_state *state, const struct inject_request *request)
{
	bool eae = (state->ttbcr & TTBCR_EAE) != 0U;
	uint32_t fsr = eae ? long_status(request) : short_status(request);

	if (request->external_type)
		fsr |= FSR_EXT;
	if (request->kind != INJECT_DATA_ABORT)
		return fsr;
	/* Cache maintenance counts as a write (DFSR.WnR). */
	if (request->write || request->cache_maintenance)
		fsr |= FSR_WNR;
	if (request->cache_maintenance)
		fsr |= FSR_CM;
	return fsr;
}

/* CPSR on entry: mode, masks, IT and J cleared, T and E from SCTLR. F stays. */
static uint32_t entry_cpsr(const struct inject_state *state, uint32_t mode, uint32_t masks)
{
	uint32_t cpsr = state->cpsr & ~(CPSR_M | CPSR_IT | CPSR_J | CPSR_T | CPSR_E);

	cpsr |= mode | masks;
	if ((state->sctlr & SCTLR_TE) != 0U)
		cpsr |= CPSR_T;
	if ((state->sctlr & SCTLR_EE) != 0U)
		cpsr |= CPSR_E;
	return cpsr;
}

/* ExcVectorBase() for Non-secure PL1. */
static uint32_t vector_base(const struct inject_state *state)
{
	return (state->sctlr & SCTLR_V) != 0U ? HIVECS : state->vbar & VBAR_MASK;
}

struct injected inject(const struct inject_state *state, const struct inject_request *request)
{
	uint32_t kind = request->kind;
	bool thumb = (state->cpsr & CPSR_T) != 0U;
	struct injected out = {
		.mode = entries[kind].mode,
		.cpsr = entry_cpsr(state, entries[kind].mode, entries[kind].masks),
		.pc = vector_base(state) + entries[kind].vector,
		.spsr = state->cpsr,
		.lr = state->pc + (thumb ? entries[kind].lr_thumb : entries[kind].lr_arm),
		.set_dfsr = kind == INJECT_DATA_ABORT,
		.set_ifsr = kind == INJECT_PREFETCH_ABORT,
	};

	if (kind != INJECT_UNDEF) {
		out.fsr = fault_status(state, request);
		out.far = request->address;
	}
	return out;
}

struct inject_request inject_from_hsr(uint32_t hsr, uint32_t address, enum inject_fault fault,
				      uint8_t level)
{
	uint32_t ec = hsr_ec(hsr);
	struct inject_request request = {
		.kind = INJECT_UNDEF,
		.fault = fault,
		.level = level,
		.address = address,
	};

	if (ec != HSR_EC_DABT && ec != HSR_EC_IABT)
		return request;
	request.external_type = hsr_ea(hsr);
	request.kind = ec == HSR_EC_DABT ? INJECT_DATA_ABORT : INJECT_PREFETCH_ABORT;
	if (ec == HSR_EC_DABT) {
		request.write = hsr_wnr(hsr);
		request.cache_maintenance = hsr_cm(hsr);
	}
	return request;
}
