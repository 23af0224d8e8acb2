// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/stage2.h"

#include "hyp/arm.h"
#include "hyp/mm.h"
#include "hyp/pte.h"

#define L1_ENTRIES 4u /* of 1 GiB; the table is aligned to its size */
#define VTTBR_VMID_SHIFT 48

/* VTCR (B4.1.160): RES1 bit 31; T0SZ 0; SL0 1, walks start at level 1; walks are Normal
 * write-back inner-shareable, as EL2 writes the tables. */
#define VTCR_RES1 (1u << 31)
#define VTCR_SL0_LEVEL1 (1u << 6)
#define VTCR_IRGN_WB (1u << 8)
#define VTCR_ORGN_WB (1u << 10)
#define VTCR_SH_INNER (3u << 12)

#define COMMON (PTE_AF | PTE_SH_INNER | PTE_S2_READ)
static const pte_t attributes[] = {
	[STAGE2_RAM] = COMMON | PTE_S2_NORMAL | PTE_S2_WRITE,
	[STAGE2_READ_ONLY] = COMMON | PTE_S2_NORMAL,
	[STAGE2_DEVICE] = COMMON | PTE_S2_DEVICE | PTE_S2_WRITE | PTE_XN,
};

uint32_t stage2_vtcr(void)
{
	return VTCR_RES1 | VTCR_SL0_LEVEL1 | VTCR_IRGN_WB | VTCR_ORGN_WB | VTCR_SH_INNER;
}

uint64_t stage2_create(uint8_t vmid)
{
	const void *l1 = mm_alloc(L1_ENTRIES * sizeof(pte_t), L1_ENTRIES * sizeof(pte_t));

	return (uint64_t)vmid << VTTBR_VMID_SHIFT | mm_physical(l1);
}

/* The table below an entry, made when there is none. */
static pte_t *descend(pte_t *entry)
{
	if (*entry == 0)
		*entry = mm_physical(mm_alloc(PAGE_SIZE, PAGE_SIZE)) | PTE_TABLE;
	return mm_virtual((uint32_t)(*entry & PTE_ADDRESS));
}

void stage2_map(uint64_t vttbr, uint32_t ipa, uint64_t physical, uint32_t size,
		enum stage2_kind kind)
{
	pte_t *l1 = mm_virtual((uint32_t)(vttbr & PTE_ADDRESS) | ((uint32_t)vttbr & 0xfe0));
	uint32_t done = 0;

	while (done < size) {
		uint32_t at = ipa + done;
		uint64_t to = physical + done;
		pte_t *l2 = &descend(&l1[at >> 30])[at / BLOCK_SIZE % PTES_PER_TABLE];

		if (at % BLOCK_SIZE == 0 && to % BLOCK_SIZE == 0 && size - done >= BLOCK_SIZE) {
			*l2 = to | attributes[kind] | PTE_BLOCK;
			done += BLOCK_SIZE;
		} else {
			descend(l2)[at / PAGE_SIZE % PTES_PER_TABLE] = to | attributes[kind] |
								       PTE_PAGE;
			done += PAGE_SIZE;
		}
	}
	dsb_ish(); /* the entries before the first walk, which follows a VTTBR write and an ISB */
}
