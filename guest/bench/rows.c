// SPDX-License-Identifier: BSD-2-Clause
/*
 * What was measured, and how it is printed: one line for each row, "bench NAME BEST WORST
 * OPERATIONS REGION", ticks of the best and the worst repetition, the operations in one, and the
 * number of the last one's region; first "bench-hz TICKS-A-SECOND", at the end "bench-end".
 */
#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

void rows_print(void)
{
	printf("bench-hz %" PRIu32 "\n", timer_hz());
	for (unsigned int i = 0; i < n_rows; i++)
		printf("bench %s %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRId32 "\n", rows[i].name,
		       rows[i].best, rows[i].worst, rows[i].operations, rows[i].region);
	printf("bench-other-interrupts %" PRIu32 "\n", irq_counts[0].other + irq_counts[1].other);
	printf("bench-end\n");
}
