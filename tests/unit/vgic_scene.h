/* SPDX-License-Identifier: BSD-2-Clause */
/* What more than one program of tests starts from. */
#ifndef BELLHOP_TESTS_VGIC_SCENE_H
#define BELLHOP_TESTS_VGIC_SCENE_H

#include "vgic_world.h"

#define LRS 4u
#define SPI 40u /* the first one that is of interest */

/* Two vCPUs; SPIs SPI.. of vCPU 0, one more than there are list registers, the first the most
 * urgent. No switches are counted so far. */
void scene_spis(struct world *w, enum vgic_wiring wiring);
/* Of an interrupt, in its word of a register of one bit each. */
static inline uint32_t scene_bit(unsigned int intid)
{
	return 1u << intid % 32;
}
/* vCPU 0 disables it, and enables it again. */
void scene_toggle(struct world *w, unsigned int intid);

/* Three vCPUs; an edge SPI, active on vCPU 1; nobody exits but by name from here on. */
void scene_active_on_vcpu_1(struct world *w);
/* One try of a vCPU to read whether it is active. */
enum vgic_status scene_ask(struct world *w, unsigned int vcpu, uint32_t *value);

#endif
