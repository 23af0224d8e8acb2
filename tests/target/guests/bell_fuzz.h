/* SPDX-License-Identifier: BSD-2-Clause */
/* What bell_fuzz.c and the VM that it serves, bell_served.c, agree on. */
#ifndef BELLHOP_TARGET_BELL_FUZZ_H
#define BELLHOP_TARGET_BELL_FUZZ_H

#define FIRST_SPI 40u
#define N_SPIS 8u
#define SERVED 1u   /* the VM that is served: bell_fuzz.dts */
#define END_SPI 60u /* ends that VM */
#define FIRST_MSI 80u
#define N_MSIS 16u
/* Of that VM: where devices may be. */
#define DEVICES 0x0c000000u
#define N_DEVICES 8u
#define DEVICE_SIZE 0x1000u

#endif
