/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BELLHOP_FUZZ_FUZZ_H
#define BELLHOP_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer, or replay.c, calls for each input. 0: it was run; nothing else is returned, for
 * a property that is broken ends the program. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
