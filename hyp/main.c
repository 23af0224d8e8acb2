// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot.h"
#include "hyp/sched.h"
#include "hyp/vm.h"

static void start_vms(void)
{
	for (unsigned int i = 0; i < n_vms; i++)
		if (vms[i]->config->autostart)
			vm_start(vms[i]);
}

/* From boot/head.S, on the first CPU. */
void hyp_main(uint32_t fdt_physical)
{
	boot_machine(fdt_physical);
	start_vms();
	sched_start();
}
