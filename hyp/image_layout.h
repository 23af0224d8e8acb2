/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by image.c and image_elf.c only: the plan under construction. */
#ifndef BELLHOP_HYP_IMAGE_LAYOUT_H
#define BELLHOP_HYP_IMAGE_LAYOUT_H

#include "image.h"

struct layout {
	struct image_plan *plan;
	const struct vm_config *vm;
	struct fmt_line *error;
	uint64_t floor;	 /* initrd and FDT stay above it */
	bool fdt_placed; /* plan->fdt_ipa is valid */
};

uint32_t image_le32(const uint8_t *at);

/* "/vms/<name>: <property>: <what>"; returns false. */
bool image_fail(const struct layout *layout, const char *property, const char *what);

/* Add a segment that is within one region and overlaps no other; an empty one is left out. */
bool image_add_segment(struct layout *layout, const char *property, struct image_segment segment);

/* Plan the VM's kernel, an ELF file: segments and entry. */
bool image_plan_elf(struct layout *layout);

#endif
