// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot.h"
#include "hyp/sched.h"
#include "hyp/vm.h"

/* From boot/head.S, on the first CPU. */
void hyp_main(uint32_t fdt_physical)
{
	boot_machine(fdt_physical);
	vm_start_all();
	sched_start();
}
