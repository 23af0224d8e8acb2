/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FDT that a guest gets: the machine of QEMU's virt as far as Bellhop gives it. Made with
 * libfdt's sequential-write functions.
 */
#ifndef BELLHOP_HYP_GUEST_FDT_H
#define BELLHOP_HYP_GUEST_FDT_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "fmt.h"
#include "image.h"

/*
 * Write the FDT of config->vm[vm] to buf (8-byte aligned, size bytes; IMAGE_FDT_SIZE is enough
 * unless bootargs and regions are at their limits). Fails with a line when it does not fit.
 * Shared memory appears as /reserved-memory-free nodes "bellhop,shared-memory"; see docs/vms.md.
 */
bool guest_fdt_build(void *buf, uint32_t size, const struct config *config, unsigned int vm,
		     const struct image_plan *plan, struct fmt_line *error);

#endif
