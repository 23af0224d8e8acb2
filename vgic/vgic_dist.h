/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handlers of the distributor's registers. n is the number of the 32-bit register in its range,
 * the n of GICD_ISENABLERn. A handler sees whole registers: vgic_dist.c makes them out of bytes.
 */
#ifndef BELLHOP_VGIC_VGIC_DIST_H
#define BELLHOP_VGIC_VGIC_DIST_H

#include "vgic_core.h"

/* Not every handler looks at all of its parameters. */
#define VGIC_ANY __attribute__((unused))
#define VGIC_READ(name)                                                                            \
	enum vgic_status name(VGIC_ANY struct vgic *vgic, VGIC_ANY unsigned int vcpu,              \
			      VGIC_ANY unsigned int n, uint32_t *value,                            \
			      VGIC_ANY struct vgic_effects *effects)
#define VGIC_WRITE(name)                                                                           \
	enum vgic_status name(VGIC_ANY struct vgic *vgic, VGIC_ANY unsigned int vcpu,              \
			      VGIC_ANY unsigned int n, VGIC_ANY uint32_t value,                    \
			      VGIC_ANY struct vgic_effects *effects)

typedef VGIC_READ((*vgic_read_handler));
typedef VGIC_WRITE((*vgic_write_handler));

/* vgic_dist_irq.c: registers with one or two bits per interrupt */
VGIC_READ(vgic_read_group);
VGIC_WRITE(vgic_write_group);
VGIC_READ(vgic_read_enable);
VGIC_WRITE(vgic_write_isenabler);
VGIC_WRITE(vgic_write_icenabler);
VGIC_READ(vgic_read_pending);
VGIC_WRITE(vgic_write_ispendr);
VGIC_WRITE(vgic_write_icpendr);
VGIC_READ(vgic_read_active);
VGIC_WRITE(vgic_write_isactiver);
VGIC_WRITE(vgic_write_icactiver);
VGIC_READ(vgic_read_config);
VGIC_WRITE(vgic_write_config);

/* vgic_dist_byte.c: registers with one byte per interrupt */
VGIC_READ(vgic_read_priority);
VGIC_WRITE(vgic_write_priority);
VGIC_READ(vgic_read_targets);
VGIC_WRITE(vgic_write_targets);

/* vgic_sgi.c */
VGIC_WRITE(vgic_write_sgir);
VGIC_READ(vgic_read_sgi_pending);
VGIC_WRITE(vgic_write_cpendsgir);
VGIC_WRITE(vgic_write_spendsgir);

#endif
