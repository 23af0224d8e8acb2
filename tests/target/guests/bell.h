/* SPDX-License-Identifier: BSD-2-Clause */
/* The doorbell calls as what they are: registers in, registers out. */
#ifndef BELLHOP_TARGET_BELL_H
#define BELLHOP_TARGET_BELL_H

#include <bellhop/abi.h>

#include "common.h"

struct bell_result {
	int32_t error;
	uint32_t r1, r2, r3;
};

/* r1..r7; those that are not given are 0. */
#define bell(call, ...) bell_with((call), (const uint32_t[7]){ __VA_ARGS__ })

static inline struct bell_result bell_with(uint32_t call, const uint32_t arg[7])
{
	struct smccc_regs regs = { { call, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5],
				     arg[6] } };

	smccc_hvc_regs(&regs);
	return (struct bell_result){ (int32_t)regs.r[0], regs.r[1], regs.r[2], regs.r[3] };
}

static inline uint32_t bell_create(uint32_t flags, uint32_t count)
{
	struct bell_result result = bell(BELLHOP_CREATE, flags, count, 0);

	ktap_check_eq(result.error, BELLHOP_OK, "CREATE");
	return result.r1;
}

static inline int32_t bell_close(uint32_t handle)
{
	return bell(BELLHOP_CLOSE, handle).error;
}

static inline int32_t bell_signal(uint32_t handle)
{
	return bell(BELLHOP_SIGNAL, handle, 1, 0).error;
}

/* The count, or 0 when it is empty. */
static inline uint32_t bell_read(uint32_t handle)
{
	struct bell_result result = bell(BELLHOP_READ, handle);

	return result.error == BELLHOP_OK ? result.r1 : 0;
}

static inline struct bell_result bell_wait(uint32_t handle, uint64_t deadline)
{
	return bell(BELLHOP_WAIT, handle, (uint32_t)deadline, (uint32_t)(deadline >> 32));
}

/* All that this VM has. */
static inline void bell_close_all(void)
{
	static const uint32_t types[] = { BELLHOP_TYPE_CLAIM, BELLHOP_TYPE_MSIX,
					  BELLHOP_TYPE_POLLSET, BELLHOP_TYPE_PEER,
					  BELLHOP_TYPE_BELL };

	for (unsigned int i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct bell_result next;

		while ((next = bell(BELLHOP_LIST, types[i], 0)).error == BELLHOP_OK)
			bell_close(next.r1);
	}
}
#endif
