// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

#include "cpu.h"
#include "fdt.h"
#include "gic.h"
#include "mmu.h"
#include "pl011.h"

/* An emulator that starts an ELF leaves the blob at the RAM base and passes no register. */
#define FDT_FALLBACK RAM_BASE

static struct fdt_facts facts;
static uintptr_t fdt_address;

void __libc_init_array(void);
int main(void);

void guest_start(uintptr_t fdt)
{
	fdt_address = fdt ? fdt : FDT_FALLBACK;
	if (!fdt_read((const void *)fdt_address, &facts))
		fdt_address = 0;
	else if (facts.ram_base == RAM_BASE)
		mmu_map(RAM_BASE, RAM_BASE, facts.ram_size & ~(MMU_SECTION_SIZE - 1), MMU_NORMAL);
	pl011_init();
	gic_init();
	__libc_init_array();
	exit(main());
}

unsigned int machine_vcpus(void)
{
	return facts.n_cpus;
}

uint32_t machine_ram_size(void)
{
	return facts.ram_size;
}

uintptr_t machine_fdt(void)
{
	return fdt_address;
}

bool machine_is_native(void)
{
	return facts.has_fw_cfg;
}

const char *machine_bootargs(void)
{
	return facts.bootargs;
}
