// SPDX-License-Identifier: BSD-2-Clause
/*
 * Prints one line for each row: "bench NAME BEST WORST OPERATIONS REGION", ticks of the best and
 * the worst repetition, the operations in one, and the number of the last one's region; first
 * "bench-hz TICKS-A-SECOND", at the end "bench-end".
 */
#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gic.h"

#define MAX_ROWS 40

static struct row rows[MAX_ROWS];
static unsigned int n_rows;
int32_t regions_begun;

void row_add(const char *name, uint64_t ticks, uint32_t operations)
{
	struct row *row = n_rows ? &rows[n_rows - 1] : NULL;

	if (!row || strcmp(row->name, name) != 0) {
		if (n_rows == MAX_ROWS)
			return;
		row = &rows[n_rows++];
		*row = (struct row){ name, UINT32_MAX, 0, operations, -1 };
	}
	if (ticks < row->best)
		row->best = (uint32_t)ticks;
	if (ticks > row->worst)
		row->worst = (uint32_t)ticks;
	row->region = regions_begun - 1;
}

static void print_rows(void)
{
	printf("bench-hz %" PRIu32 "\n", timer_hz());
	for (unsigned int i = 0; i < n_rows; i++)
		printf("bench %s %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRId32 "\n", rows[i].name,
		       rows[i].best, rows[i].worst, rows[i].operations, rows[i].region);
	printf("bench-other-interrupts %" PRIu32 "\n", irq_counts[0].other + irq_counts[1].other);
	printf("bench-end\n");
}

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
	print_rows();
	return 0;
}
