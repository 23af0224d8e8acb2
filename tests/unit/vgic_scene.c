// SPDX-License-Identifier: BSD-2-Clause
/* What more than one program of tests starts from. */
#include "vgic_scene.h"

#include "bellhop/gicv2.h"

void scene_spis(struct world *w, enum vgic_wiring wiring)
{
	world_start(w, 2, LRS);
	for (unsigned int i = 0; i <= LRS; i++)
		world_spi(w, SPI + i, wiring, 0x40 + 8 * i);
	w->switches = 0;
}

void scene_toggle(struct world *w, unsigned int intid)
{
	world_enable(w, 0, intid, false);
	world_enable(w, 0, intid, true);
}

void scene_active_on_vcpu_1(struct world *w)
{
	world_start(w, 3, LRS);
	world_acknowledge(w, 1, SPI);
	w->deaf = true;
	vgic_effects_clear(&w->effects);
}

enum vgic_status scene_ask(struct world *w, unsigned int vcpu, uint32_t *value)
{
	return world_try_read(w, vcpu, GICD_ISACTIVER(SPI / 32u), value);
}
