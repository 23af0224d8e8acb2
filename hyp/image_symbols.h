/* SPDX-License-Identifier: BSD-2-Clause */
/* What linker/bellhop.ld defines. Hidden, so that position-independent code finds them relative to
 * its own address. */
#ifndef BELLHOP_HYP_IMAGE_SYMBOLS_H
#define BELLHOP_HYP_IMAGE_SYMBOLS_H

#include "hyp/pte.h"

#define IMAGE_SYMBOL __attribute__((visibility("hidden")))

extern char __image_start[] IMAGE_SYMBOL;
extern char __idmap_start[] IMAGE_SYMBOL;
extern char __text_end[] IMAGE_SYMBOL;
extern char __rodata_end[] IMAGE_SYMBOL;
extern char __image_end[] IMAGE_SYMBOL;
extern char boot_stack_bottom[] IMAGE_SYMBOL;
extern pte_t boot_l1[] IMAGE_SYMBOL;

#endif
