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
#include "rng.h"

/*
 * Write the FDT of config->vm[vm] to buf (8-byte aligned, size bytes; IMAGE_FDT_SIZE is
 * enough for every description). Fails with a line when it does not fit. Bindings: those of Linux
 * for the devices, Devicetree Specification v0.4 for the rest. Reads only, so no lock is needed.
 * Shared memory appears as nodes compatible with "bellhop,shared-memory", see docs/vms.md.
 * Unless rng_seed is NULL, *rng_seed is where RNG_SEED_SIZE random bytes belong in it.
 */
bool guest_fdt_build(void *buf, uint32_t size, const struct config *config, unsigned int vm,
		     const struct image_plan *plan, uint8_t **rng_seed, struct fmt_line *error);

#endif
