/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The physical machine as its FDT describes it (Devicetree Specification v0.4). Values only: the
 * tree is walked once, and nothing of it is needed afterwards but the strings of chosen.bootargs.
 */
#ifndef BELLHOP_HYP_MACHINE_H
#define BELLHOP_HYP_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fmt.h"
#include "rng.h"

#define MACHINE_MAX_CPUS 8u /* a GICv2 has no more CPU interfaces (IHI 0048B, 1.1) */
#define MACHINE_MAX_RANGES 16u

/* Physical addresses [base, base + size); size > 0, base + size <= 2^64 - 1. */
struct phys_range {
	uint64_t base;
	uint64_t size;
};

struct machine_gic {
	struct phys_range gicd;
	struct phys_range gicc; /* at least 8 KiB, also where the FDT says less: DIR is at 0x1000 */
	struct phys_range gich;
	struct phys_range gicv;
	uint32_t maintenance_intid;
};

/* INTIDs of the generic timer (arm,armv7-timer or armv8-timer); 0: not described. */
struct machine_timer {
	uint32_t secure_intid;
	uint32_t physical_intid;
	uint32_t virtual_intid;
	uint32_t hyp_intid;
	uint32_t clock_frequency; /* Hz; 0: not given, read CNTFRQ */
};

enum machine_uart_kind { MACHINE_UART_NONE, MACHINE_UART_PL011, MACHINE_UART_NS16550 };

struct machine_uart {
	enum machine_uart_kind kind;
	uint64_t base;	       /* physical address, through the ranges of all parents */
	uint32_t reg_shift;    /* NS16550: register n is at base + (n << reg_shift) */
	uint32_t reg_io_width; /* NS16550: access width in bytes, 1 or 4 */
	uint32_t intid;	       /* 0: not known, poll */
	uint32_t baud;	       /* from the options of stdout-path; 0: as the firmware left it */
};

enum machine_psci_method { MACHINE_PSCI_NONE, MACHINE_PSCI_HVC, MACHINE_PSCI_SMC };

/* Function ids are those of the FDT for PSCI 0.1, the standard ones from 0.2 on; 0: missing. */
struct machine_psci {
	enum machine_psci_method method;
	bool v0_2; /* PSCI 0.2 or later: PSCI_VERSION, SYSTEM_OFF and SYSTEM_RESET exist */
	uint32_t cpu_suspend;
	uint32_t cpu_off;
	uint32_t cpu_on;
};

struct machine {
	struct phys_range memory[MACHINE_MAX_RANGES];
	struct phys_range reserved[MACHINE_MAX_RANGES]; /* /memreserve/ and /reserved-memory */
	uint32_t mpidr[MACHINE_MAX_CPUS];		/* affinity fields only, in FDT order */
	unsigned int n_memory;
	unsigned int n_reserved;
	unsigned int n_cpus;
	struct machine_gic gic;
	struct machine_timer timer;
	struct machine_uart uart;
	struct machine_psci psci;
	struct phys_range initrd; /* size 0: none */
	const char *bootargs;	  /* points into the FDT; "" when there are none */
	bool has_rng;		  /* /chosen/rng-seed, of RNG_SEED_SIZE bytes at least */
	struct rng rng;
	bool is_qemu_virt; /* compatible = "linux,dummy-virt" */
};

/*
 * Read the machine's FDT, of version 17. fdt is aligned to 8 bytes and readable for size bytes: all
 * of its blocks, but not the room behind them that may count in its totalsize. A malformed tree is
 * an error, never a bad access.
 * The console is looked for first: on failure *machine still holds the UART when it was found
 * (kind != MACHINE_UART_NONE), so that the line in *error can be printed.
 */
bool machine_parse(struct machine *machine, const void *fdt, size_t size, struct fmt_line *error);

#endif
