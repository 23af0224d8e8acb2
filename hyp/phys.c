// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/phys.h"

#include "hyp/pte.h"

#define FOUR_GIB 0x100000000ULL

static uint64_t page_up(uint64_t address)
{
	return (address + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

/* The first of ranges[] that overlaps [base, base + size), or NULL. */
static const struct phys_range *overlap(const struct phys_range *ranges, size_t n, uint64_t base,
					uint64_t size)
{
	for (size_t i = 0; i < n; i++)
		if (ranges[i].size != 0 && base < ranges[i].base + ranges[i].size &&
		    ranges[i].base < base + size)
			return &ranges[i];
	return NULL;
}

static bool find_in(const struct phys_range *memory, const struct machine *machine,
		    const struct phys_range *taken, size_t n_taken, struct phys_range *wanted)
{
	uint64_t end = memory->base + memory->size;
	uint64_t base = page_up(memory->base);

	if (end > FOUR_GIB)
		end = FOUR_GIB;
	/* Each round steps behind one range, so there are no more rounds than ranges. */
	for (size_t round = 0; round <= n_taken + machine->n_reserved; round++) {
		const struct phys_range *hit;

		if (base + wanted->size > end)
			return false;
		hit = overlap(machine->reserved, machine->n_reserved, base, wanted->size);
		if (hit == NULL)
			hit = overlap(taken, n_taken, base, wanted->size);
		if (hit == NULL) {
			wanted->base = base;
			return true;
		}
		base = page_up(hit->base + hit->size);
	}
	return false;
}

bool phys_find(const struct machine *machine, const struct phys_range *taken, size_t n_taken,
	       struct phys_range *wanted)
{
	for (unsigned int i = 0; i < machine->n_memory; i++)
		if (find_in(&machine->memory[i], machine, taken, n_taken, wanted))
			return true;
	return false;
}
