/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BELLHOP_BOOT_EARLY_H
#define BELLHOP_BOOT_EARLY_H

#include <stdint.h>

/*
 * Runs on the first CPU with the MMU off, at any address, on the boot stack: everything it calls is
 * compiled position independent. Finds the FDT, writes the first page tables, and returns the FDT's
 * physical address; on a CPU that cannot carry a hypervisor it says why and never returns.
 * r2 is as the loader left it, cpsr the state at entry.
 */
uint32_t early_boot(uint32_t r2, uint32_t cpsr);

/* One line on the UART that the FDT calls stdout, with the MMU off; then stop the machine. */
void __attribute__((noreturn)) early_complain(uint32_t fdt, const char *message);

#endif
