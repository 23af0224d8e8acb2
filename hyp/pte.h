/* SPDX-License-Identifier: BSD-2-Clause */
/* Long-descriptor format, both stages: DDI 0406C B3.6. */
#ifndef BELLHOP_HYP_PTE_H
#define BELLHOP_HYP_PTE_H

#include <stdint.h>

typedef uint64_t pte_t;

#define PTE_VALID 1u
#define PTE_TABLE 3u /* levels 1 and 2: the next table */
#define PTE_PAGE 3u  /* level 3 */
#define PTE_BLOCK 1u /* levels 1 and 2 */
#define PTE_ADDRESS 0xfffffff000ULL

#define PTE_AF (1u << 10)
#define PTE_SH_INNER (3u << 8)

/* Stage 1 of EL2: AP[1] is RES1, AP[2] says read-only. */
#define PTE_HYP_AP1 (1u << 6)
#define PTE_HYP_RO (1u << 7)
#define PTE_XN (1ULL << 54)
#define PTE_HYP_ATTR(index) ((uint32_t)(index) << 2)

/* Stage 2: HAP[2:1] in bits 7:6, MemAttr in bits 5:2. */
#define PTE_S2_READ (1u << 6)
#define PTE_S2_WRITE (2u << 6)
#define PTE_S2_NORMAL (0xfu << 2) /* outer and inner write-back */
#define PTE_S2_DEVICE (0x1u << 2)

#define PAGE_SIZE 4096u
#define BLOCK_SIZE 0x200000u /* level 2 */
#define PTES_PER_TABLE 512u

#endif
