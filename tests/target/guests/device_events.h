/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of the guest device that has to do with ioevents and MSI-X. */
#ifndef BELLHOP_TARGET_DEVICE_EVENTS_H
#define BELLHOP_TARGET_DEVICE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

/* device.c: the end, unless it is BELLHOP_OK. */
void must(int32_t status, const char *what);

void events_init(uint32_t vm);
/* Registers of DEVICE_ODD. */
uint32_t events_read(uint32_t offset);
void events_write(uint32_t offset, uint32_t value);
/* Rings, if it is to be done all the time. */
bool events_storm(void);

#endif
