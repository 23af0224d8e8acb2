/* SPDX-License-Identifier: BSD-2-Clause */
/* Single instructions with known registers around them, for the guests mmio and abort. */
#ifndef BELLHOP_TARGET_SNIPPETS_H
#define BELLHOP_TARGET_SNIPPETS_H

#include <stdint.h>

/* Loads r0-r5 from regs, calls `code` (bit 0: Thumb), stores r0-r5 back. */
void snippet_run(const void *code, uint32_t *regs);

/* Every snippet starts with its instruction, so an abort is charged to its address. */
#define SNIPPET(name) extern const char name[];
#include "snippets.inc"
#undef SNIPPET
#endif
