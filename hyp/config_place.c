// SPDX-License-Identifier: BSD-2-Clause
/*
 * Physical memory for guests: best fit, the largest item first. There are few items and it is done
 * once, so nothing is kept but the addresses themselves: an item is free of what was placed before.
 */
#include "config_parse.h"

#define PAGE 4096u
#define BLOCK 0x200000u /* a second-level block of stage 2 (DDI 0406C, B3.6.6) */
#define UNPLACED UINT64_MAX
#define TOP (1ull << 40) /* physical addresses of the long-descriptor format */

struct item {
	uint32_t size;
	uint64_t *pa;
	bool identity;
	uint32_t ipa;
	const char *vm; /* NULL: a shared area */
	const char *name;
};

struct place {
	struct config *config;
	const struct machine *machine;
	const struct phys_range *taken;
	size_t n_taken;
};

/* Item n of all regions and shared areas; false: no more. */
static bool get_item(struct config *config, unsigned int n, struct item *item)
{
	for (unsigned int i = 0; i < config->n_vms; i++) {
		struct vm_config *vm = &config->vm[i];

		if (n < vm->n_regions) {
			struct region *region = &vm->region[n];

			*item = (struct item){ region->size, &region->pa, region->identity,
					       region->ipa,  vm->name,	  region->name };
			return true;
		}
		n -= vm->n_regions;
	}
	if (n >= config->n_shm)
		return false;
	*item = (struct item){ .size = config->shm[n].size,
			       .pa = &config->shm[n].pa,
			       .name = config->shm[n].name };
	return true;
}

/* Range n of all that is not free; false: no more. Items that are not placed are empty ranges. */
static bool get_blocker(const struct place *place, size_t n, struct phys_range *range)
{
	const struct machine *machine = place->machine;
	struct item item;

	if (n < machine->n_reserved) {
		*range = machine->reserved[n];
		return true;
	}
	n -= machine->n_reserved;
	if (n < place->n_taken) {
		*range = place->taken[n];
		return true;
	}
	if (!get_item(place->config, (unsigned int)(n - place->n_taken), &item))
		return false;
	*range = (struct phys_range){ *item.pa, *item.pa == UNPLACED ? 0 : item.size };
	return true;
}

static uint64_t range_end(const struct phys_range *range)
{
	uint64_t end = range->base + range->size;

	return end < range->base ? UINT64_MAX : end;
}

/* The end of the free run that starts at start and may go up to end; start itself: not free. */
static uint64_t free_until(const struct place *place, uint64_t start, uint64_t end)
{
	struct phys_range blocker;

	for (size_t n = 0; get_blocker(place, n, &blocker); n++) {
		if (blocker.size == 0 || range_end(&blocker) <= start || blocker.base >= end)
			continue;
		end = blocker.base <= start ? start : blocker.base;
	}
	return end;
}

struct best {
	uint64_t start;
	uint64_t size;	  /* of the free run; 0: none found */
	uint64_t largest; /* run seen, for the error line */
};

/* Consider the free run at `from`, aligned up, within one range of memory. */
static void consider(const struct place *place, const struct phys_range *memory, uint64_t from,
		     uint32_t size, struct best *best)
{
	uint64_t align = size >= BLOCK ? BLOCK : PAGE;
	uint64_t start = (from + align - 1) & ~(align - 1);
	uint64_t end = range_end(memory) < TOP ? range_end(memory) : TOP;
	uint64_t run;

	if (start < memory->base || start >= end)
		return;
	run = free_until(place, start, end) - start;
	if (run > best->largest)
		best->largest = run;
	if (run < size || (best->size != 0 && best->size <= run))
		return;
	best->start = start;
	best->size = run;
}

/* A free run starts where memory does or where something else ends. */
static struct best find_best(const struct place *place, uint32_t size)
{
	struct best best = { 0 };
	struct phys_range blocker;

	for (unsigned int i = 0; i < place->machine->n_memory; i++) {
		const struct phys_range *memory = &place->machine->memory[i];

		consider(place, memory, memory->base, size, &best);
		for (size_t n = 0; get_blocker(place, n, &blocker); n++) {
			if (blocker.size != 0)
				consider(place, memory, range_end(&blocker), size, &best);
		}
	}
	return best;
}

static bool place_identity(const struct place *place, const struct item *item,
			   struct fmt_line *error)
{
	uint64_t end = (uint64_t)item->ipa + item->size;

	for (unsigned int i = 0; i < place->machine->n_memory; i++) {
		const struct phys_range *memory = &place->machine->memory[i];

		if (item->ipa < memory->base || end > range_end(memory) ||
		    free_until(place, item->ipa, end) != end)
			continue;
		*item->pa = item->ipa;
		return true;
	}
	return fmt_error(error,
			 "/vms/%s: %s: identity: 0x%lx+0x%lx is not free in the machine's memory",
			 item->vm, item->name, (unsigned long)item->ipa, (unsigned long)item->size);
}

static bool place_anywhere(const struct place *place, const struct item *item,
			   struct fmt_line *error)
{
	struct best best = find_best(place, item->size);

	if (best.size == 0)
		return fmt_error(error,
				 "/%s/%s: %s: no 0x%lx bytes of memory left (largest free: 0x%llx)",
				 item->vm ? "vms" : "shared-memory",
				 item->vm ? item->vm : item->name, item->vm ? item->name : "size",
				 (unsigned long)item->size, (unsigned long long)best.largest);
	*item->pa = best.start;
	return true;
}

/* The largest item that is still to be placed, those with a fixed place before all. */
static bool next_item(struct config *config, struct item *next)
{
	struct item item;
	bool found = false;

	for (unsigned int n = 0; get_item(config, n, &item); n++) {
		if (*item.pa != UNPLACED)
			continue;
		if (found && (next->identity > item.identity ||
			      (next->identity == item.identity && next->size >= item.size)))
			continue;
		*next = item;
		found = true;
	}
	return found;
}

bool config_place(struct config *config, const struct machine *machine,
		  const struct phys_range *taken, size_t n_taken, struct fmt_line *error)
{
	struct place place = { config, machine, taken, n_taken };
	struct item item;

	for (unsigned int n = 0; get_item(config, n, &item); n++)
		*item.pa = UNPLACED;
	while (next_item(config, &item)) {
		if (!(item.identity ? place_identity : place_anywhere)(&place, &item, error))
			return false;
	}
	return true;
}
