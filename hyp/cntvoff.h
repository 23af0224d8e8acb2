/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual to physical time: CNTVCT = CNTPCT - CNTVOFF (DDI 0406C B8.1.3). */
#ifndef BELLHOP_HYP_CNTVOFF_H
#define BELLHOP_HYP_CNTVOFF_H

#include <stdint.h>

/* CNTPCT, in ticks, when CNTVCT reaches a value; UINT64_MAX: the counter's end comes before. A
 * guest that wants no interrupt may set CNTV_CVAL to all ones. */
static inline uint64_t cntvct_to_cntpct(uint64_t cntvct, uint64_t cntvoff)
{
	uint64_t cntpct = cntvct + cntvoff;

	return cntpct < cntvct ? UINT64_MAX : cntpct;
}

#endif
