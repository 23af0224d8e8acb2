/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guest device serves to the guests forward and mmio_forwarded, by MMIO forwarding. */
#ifndef BELLHOP_TARGET_DEVICE_H
#define BELLHOP_TARGET_DEVICE_H

/* 4 KiB that behave as memory. */
#define DEVICE_MEMORY 0x0a010000u

/* Words that do something. Described; an access without an answer aborts. */
#define DEVICE_ODD 0x0a011000u
#define ODD_COUNT 0x00u	  /* read: accesses so far to ODD_SLOW; write: 0 */
#define ODD_SLOW 0x04u	  /* read: the number written last, after that many ms */
#define ODD_NEVER 0x08u	  /* no answer */
#define ODD_REFUSE 0x0cu  /* the device refuses it */
#define ODD_HOSTILE 0x10u /* read: wrong answers first; how many of them found somebody */
#define ODD_LATE 0x14u	  /* read: what came of the answer to the last ODD_NEVER */
#define ODD_RESTART 0x18u /* the device model's VM is reset while it has this */
#define ODD_STARTS 0x1cu  /* read: how often the device model has started */
#define ODD_CLOSE 0x20u	  /* write: DEVICE_ZEROS is let go, and claimed again, with this pending */
#define ODD_SIZE 0x1000u

/* Not described: claimed with BELLHOP_ZEROS. Reads are never answered. */
#define DEVICE_ZEROS 0x0a012000u

/* The device model counts its starts here, in memory that both see. */
#define DEVICE_STARTS 0x0b000000u

#define DEVICE_TIMEOUT_MS 250u /* as described */
#define ZEROS_TIMEOUT_MS 100u  /* the default */
#endif
