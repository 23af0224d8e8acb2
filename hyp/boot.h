/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BELLHOP_HYP_BOOT_H
#define BELLHOP_HYP_BOOT_H

#include <stdint.h>

/* Learn the machine from its FDT, read the VM description, create the VMs and bring all CPUs up.
 * What cannot be used is refused with one line, and this does not return. */
void boot_machine(uint32_t fdt_physical);

/* What the loader wrote into /chosen/bootargs; "" when there is nothing. */
const char *boot_arguments(void);

/* The first C function with the MMU on. */
void __attribute__((noreturn)) hyp_main(uint32_t fdt_physical);

#endif
