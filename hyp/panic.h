/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of the machine, wanted or not. */
#ifndef BELLHOP_HYP_PANIC_H
#define BELLHOP_HYP_PANIC_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/fmt.h"
#include "hyp/machine.h"

/* What hyp_fault_common in boot/vectors.S leaves on the stack. */
struct hyp_frame {
	uint32_t r[13];
	uint32_t sp;
	uint32_t lr;
	uint32_t unused;
	uint32_t pc;
	uint32_t cpsr;
};

/* A broken invariant of EL2 itself, or a machine that cannot be used: print why with registers and
 * a stack trace, stop all CPUs, leave QEMU with a non-zero code. */
void __attribute__((noreturn)) panic(const char *format, ...) FMT_PRINTF(1, 2);

/* Bad input by the user: one line, no dump; otherwise as panic(). */
void __attribute__((noreturn)) refuse(const char *line);

/* The orderly end: exit code 0 under QEMU, power off elsewhere. */
void __attribute__((noreturn)) machine_off(void);

/* How to end: PSCI of the machine, and whether an emulator may be asked first. */
void machine_exit_init(const struct machine *machine);

/* From boot/vectors.S: an exception taken from EL2. Returns when the instruction is one that may
 * be undefined on some machines. */
void hyp_fault(uint32_t vector, struct hyp_frame *frame);

#endif
