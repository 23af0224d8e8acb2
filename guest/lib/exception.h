/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions of a guest program: what is taken, and how a test expects one. */
#ifndef BELLHOP_GUEST_EXCEPTION_H
#define BELLHOP_GUEST_EXCEPTION_H

#include <stdbool.h>
#include <stdint.h>

enum exception_vector {
	VECTOR_UND = 1,
	VECTOR_SVC = 2,
	VECTOR_PABT = 3,
	VECTOR_DABT = 4,
	VECTOR_IRQ = 6,
	VECTOR_FIQ = 7,
};

/* Built by vectors.S, which relies on this order. */
struct exception_frame {
	uint32_t entry_cpsr;
	uint32_t vector;
	uint32_t r[13];
	uint32_t lr_svc;
	uint32_t lr; /* LR of the exception's mode as the vCPU set it (IRQ, FIQ: already minus 4) */
	uint32_t spsr;
};

/* What was taken, raw: the test decides whether it is right. */
struct fault {
	enum exception_vector vector;
	uint32_t fsr; /* DFSR or IFSR; 0 for VECTOR_UND */
	uint32_t far; /* DFAR or IFAR; 0 for VECTOR_UND */
	uint32_t lr;
	uint32_t spsr;
	uint32_t cpsr; /* CPSR at the vector */
	uint32_t r[13];
};

/*
 * Calls fn(arg). Returns true and fills `out` when it took an undefined-instruction exception, a
 * prefetch abort or a data abort (DDI 0406C B1.9); the rest of fn is abandoned. Nesting is not
 * supported; each vCPU has its own. fn runs in Supervisor mode.
 */
bool fault_try(void (*fn)(void *arg), void *arg, struct fault *out);

/*
 * One access of `size` 1, 2 or 4 bytes. Returns true when it faulted (then *value is unchanged).
 */
bool fault_read(uintptr_t address, unsigned int size, uint32_t *value, struct fault *out);
bool fault_write(uintptr_t address, unsigned int size, uint32_t value, struct fault *out);

/* Calls `address` as a function; bit 0 selects Thumb state as for BLX. */
bool fault_call(uintptr_t address, struct fault *out);

/* SVC handler of this program, default: unexpected. Runs in Supervisor mode, IRQs masked. */
void exception_set_svc(void (*handler)(struct exception_frame *frame));

/* Between vectors.S and exception.c. */
void exception_dispatch(struct exception_frame *frame);
void fault_arm(uintptr_t sp, struct fault *out);
void fault_disarm(void);
void fault_unwind(void);
#endif
