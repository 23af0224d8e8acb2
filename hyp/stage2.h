/* SPDX-License-Identifier: BSD-2-Clause */
/* A VM's intermediate physical address space: DDI 0406C B3.6, VTCR.T0SZ = 0, so 4 GiB. */
#ifndef BELLHOP_HYP_STAGE2_H
#define BELLHOP_HYP_STAGE2_H

#include <stdbool.h>
#include <stdint.h>

enum stage2_kind { STAGE2_RAM, STAGE2_READ_ONLY, STAGE2_DEVICE };

/* VTCR, for every CPU. */
uint32_t stage2_vtcr(void);

/* An empty address space; returns VTTBR. At boot. */
uint64_t stage2_create(uint8_t vmid);

/* Map pages; both addresses and size are page aligned; blocks of 2 MiB where they allow. At boot,
 * before the VM runs, so no TLB can hold anything of it. */
void stage2_map(uint64_t vttbr, uint32_t ipa, uint64_t physical, uint32_t size,
		enum stage2_kind kind);

#endif
