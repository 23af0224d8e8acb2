// SPDX-License-Identifier: BSD-2-Clause
/* Which rows a VM measures is told by its boot arguments. */
#include "bench.h"

#include <string.h>

#include "gic.h"

int main(void)
{
	irq_take();
	gic_enable(CNTV_INTID);
	if (strcmp(machine_bootargs(), "leader") == 0)
		rows_vms_leader();
	if (strcmp(machine_bootargs(), "neighbour") == 0)
		rows_neighbour();
	if (strcmp(machine_bootargs(), "model") == 0)
		rows_bells_model();
	if (strcmp(machine_bootargs(), "echo") == 0)
		rows_pair_echo();
	if (strcmp(machine_bootargs(), "switch") == 0) {
		rows_vms();
	} else if (strcmp(machine_bootargs(), "bells") == 0) {
		rows_bells();
	} else if (strcmp(machine_bootargs(), "pair") == 0) {
		rows_pair();
	} else {
		row_add("boot", bench_start_count, 1);
		rows_exits();
		rows_gic();
		rows_devices();
		rows_cpus();
	}
	rows_print();
	return 0;
}
