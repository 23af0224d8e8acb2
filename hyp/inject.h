/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions that EL2 makes a guest take at its PL1, as a value: what DDI 0406C
 * B1.8.1 and B1.9 (TakeUndefInstrException, TakePrefetchAbortException,
 * TakeDataAbortException) do to the registers. Pure: the caller writes the
 * result into the vCPU. No locking, no errors.
 */
#ifndef BELLHOP_HYP_INJECT_H
#define BELLHOP_HYP_INJECT_H

#include <stdbool.h>
#include <stdint.h>

enum inject_kind {
	INJECT_UNDEF,
	INJECT_PREFETCH_ABORT,
	INJECT_DATA_ABORT,
};

/* The fault that the guest's FSR shall name (B3.13.3). */
enum inject_fault {
	INJECT_EXTERNAL, /* synchronous external abort */
	INJECT_ALIGNMENT,
	INJECT_TRANSLATION,   /* with a level */
	INJECT_ACCESS_FLAG,   /* with a level */
	INJECT_PERMISSION,    /* with a level */
	INJECT_WALK_EXTERNAL, /* external abort on a table walk, with a level */
	INJECT_DEBUG,
};

/* The state of the vCPU that decides how an exception is entered. */
struct inject_state {
	uint32_t cpsr;
	uint32_t pc;	/* address of the instruction that the exception is charged to */
	uint32_t sctlr; /* V, EE, TE */
	uint32_t vbar;	/* used while SCTLR.V is 0 */
	uint32_t ttbcr; /* EAE chooses the format of the status register */
};

struct inject_request {
	enum inject_kind kind;
	/* The rest is not used by INJECT_UNDEF. */
	enum inject_fault fault;
	uint8_t level;		/* 1..3 (1..2 in short-descriptor format, 3 counts as 2) */
	bool write;		/* DFSR.WnR; data abort only */
	bool cache_maintenance; /* DFSR.CM; data abort only */
	bool external_type;	/* FSR.ExT, from HSR.EA */
	uint8_t domain;		/* DFSR.Domain 0..15; data abort, short-descriptor format only */
	uint32_t address;	/* virtual, for DFAR or IFAR */
};

struct injected {
	uint32_t mode; /* CPSR.M to enter: 0x1B (Undefined) or 0x17 (Abort) */
	uint32_t cpsr; /* new CPSR, mode included */
	uint32_t pc;   /* address of the vector */
	uint32_t spsr; /* for SPSR_und or SPSR_abt */
	uint32_t lr;   /* for LR_und or LR_abt */
	bool set_dfsr; /* write fsr to DFSR and far to DFAR */
	bool set_ifsr; /* write fsr to IFSR and far to IFAR */
	uint32_t fsr, far;
};

/* The exception entry that `request` causes in `state`. */
struct injected inject(const struct inject_state *state, const struct inject_request *request);

/*
 * A request for the abort behind a syndrome that was routed to Hyp mode (EC
 * 0x20 prefetch, 0x24 data; any other EC gives INJECT_UNDEF): `fault` and
 * `level` are the caller's choice, because a stage 2 fault has no name in stage
 * 1; direction, cache maintenance and external type come from the syndrome.
 * `address` is HDFAR or HIFAR.
 */
struct inject_request inject_from_hsr(uint32_t hsr, uint32_t address, enum inject_fault fault,
				      uint8_t level);

#endif
