/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a VM's memory holds when it starts, as a list of copies to do, and the registers it starts
 * with. Nothing is copied here: hyp/ does that in slices, at each (re)start of the VM.
 */
#ifndef BELLHOP_HYP_IMAGE_H
#define BELLHOP_HYP_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "fmt.h"

#define IMAGE_MAX_SEGMENTS 17u /* of the kernel, preloaded regions and the initrd */
#define IMAGE_FDT_SIZE 0x4000u /* room for the guest's FDT, in bytes */

enum image_kind { IMAGE_NONE, IMAGE_ZIMAGE, IMAGE_ELF, IMAGE_RAW };

/* Copy src_size bytes to ipa, then clear zero_size bytes behind them. Lies within one region. */
struct image_segment {
	uint32_t ipa;
	const uint8_t *src;
	uint32_t src_size;
	uint32_t zero_size;
};

struct image_plan {
	enum image_kind kind;
	struct image_segment segment[IMAGE_MAX_SEGMENTS];
	unsigned int n_segments;
	uint32_t entry; /* IPA, bit 0 clear */
	bool thumb;
	uint32_t r[3];	  /* r0 = 0, r1 = ~0, r2 = fdt_ipa (Linux, Documentation/arm/booting.rst) */
	uint32_t fdt_ipa; /* 8-byte aligned, IMAGE_FDT_SIZE bytes of RAM, free of segments */
	uint32_t initrd_ipa; /* page aligned; 0 with initrd_size 0: none */
	uint32_t initrd_size;
};

/* What the bytes are by their magic numbers: zImage, ELF32 LSB ARM, else raw. */
enum image_kind image_identify(struct blob image);

/*
 * Check the VM's images against its memory and lay them out. Memory not named by a segment or the
 * FDT is left as it is. Reads only *vm and the images, so no lock is needed.
 *  zImage: 32 MiB into the main RAM when that has 128 MiB or more, else 64 KiB; one that is linked
 *          at a fixed address goes there.
 *  ELF:    PT_LOAD segments at p_paddr; the entry is translated by the segment that holds it.
 *  raw:    at load_address, entered there or at `entry`.
 * initrd and FDT go to the top of the first 512 MiB of the main RAM, below each other and clear of
 * all segments; with fdt_at_ram_base the FDT is at the start of the main RAM.
 */
bool image_plan(struct image_plan *plan, const struct vm_config *vm, struct fmt_line *error);

#endif
