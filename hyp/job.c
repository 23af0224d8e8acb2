// SPDX-License-Identifier: BSD-2-Clause
/*
 * Long work on a VM's memory, done in the place of one of its vCPUs, a slice at a time: between
 * slices EL2 takes interrupts and runs whoever is more important.
 */
#include "hyp/arm.h"
#include "hyp/libc.h"
#include "hyp/mm.h"
#include "hyp/vm.h"

#define SLICE 0x4000u /* bytes; the longest stretch with interrupts masked */

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Bytes from an address to the end of its window or of the work, at most a slice. */
static uint32_t slice_at(uint64_t physical, uint32_t left)
{
	return smaller(smaller(left, SLICE), BLOCK_SIZE - (uint32_t)physical % BLOCK_SIZE);
}

/* Clean and invalidate the next slice of RAM; true at the end. */
static bool clean_step(struct vcpu *v)
{
	const struct vm_config *config = v->vm->config;
	const struct region *region = &config->region[v->job_region];
	uint64_t physical = region->pa + v->job_offset;
	uint32_t size = slice_at(physical, region->size - v->job_offset);

	cache_clean_invalidate(mm_window(physical), size);
	mm_window_close();
	v->job_offset += size;
	if (v->job_offset == region->size) {
		v->job_region++;
		v->job_offset = 0;
	}
	return v->job_region == config->n_regions;
}

static uint64_t physical_of(const struct vm *vm, uint32_t ipa)
{
	const struct region *region = config_find_region(vm->config, ipa, 1);

	/* image_plan() checked that every segment lies in one region. */
	return region->pa + (ipa - region->ipa);
}

/* Copy, or clear, and push it out to where a guest without caches reads. */
static void put_slice(const struct image_segment *segment, uint32_t offset, uint64_t physical,
		      uint32_t size)
{
	void *to = mm_window(physical);

	if (offset < segment->src_size)
		memcpy(to, segment->src + offset, size);
	else
		memset(to, 0, size);
	cache_clean_invalidate(to, size);
	mm_window_close();
}

/* The next slice of a segment; true at its end. */
static bool segment_step(struct vcpu *v, const struct image_segment *segment)
{
	uint32_t offset = v->job_offset;
	uint64_t physical;
	uint32_t end = offset < segment->src_size ? segment->src_size :
						    segment->src_size + segment->zero_size;
	uint32_t size;

	if (offset < end) {
		physical = physical_of(v->vm, segment->ipa + offset);
		size = slice_at(physical, end - offset);
		put_slice(segment, offset, physical, size);
		v->job_offset += size;
	}
	return v->job_offset == segment->src_size + segment->zero_size;
}

/* What was written as data is about to be executed (DDI 0406C A3.9.3): on every CPU. */
static void synchronize_instructions(void)
{
	write_icialluis(0);
	write_bpiallis(0);
	dsb();
	isb();
}

static bool load_step(struct vcpu *v)
{
	const struct vm *vm = v->vm;
	const struct image_segment fdt = {
		.ipa = vm->plan.fdt_ipa,
		.src = vm->fdt,
		.src_size = vm->fdt_size,
	};
	bool last = v->job_region == vm->plan.n_segments;

	if (!segment_step(v, last ? &fdt : &vm->plan.segment[v->job_region]))
		return false;
	v->job_region++;
	v->job_offset = 0;
	if (last)
		synchronize_instructions();
	return last;
}

bool vm_job_step(struct vcpu *v)
{
	if (v->job == JOB_LOAD)
		return load_step(v);
	if (!clean_step(v))
		return false;
	if (v->job == JOB_CLEAN_RAM)
		return true;
	v->job = JOB_LOAD;
	v->job_region = 0;
	v->job_offset = 0;
	return false;
}
