/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * State that outlives the program: a device model that is started again goes on where it was, and
 * its client notices nothing but that an access takes longer. It is copied to a page of shared
 * memory that the VM has for itself, because its image is loaded anew at each start.
 */
#ifndef BELLHOP_GUEST_KEPT_H
#define BELLHOP_GUEST_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* address: of the page; 0: nothing is kept. size: a multiple of 4, less than the page. Fills state
 * with what was kept; false, and nothing is changed: this is the first start. */
bool kept_recall(uintptr_t address, void *state, size_t size);
/* Keeps it from now on. With IRQs masked, if kept_restart() is used. */
void kept_save(uintptr_t address, const void *state, size_t size);

/*
 * For tests: SYSTEM_RESET after ms milliseconds, from the timer's interrupt; so wherever IRQs are
 * not masked. Unmasks them.
 */
void kept_restart(uint32_t ms);

#endif
