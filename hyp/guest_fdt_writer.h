/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by guest_fdt*.c only: libfdt's sequential writer, with one error kept. */
#ifndef BELLHOP_HYP_GUEST_FDT_WRITER_H
#define BELLHOP_HYP_GUEST_FDT_WRITER_H

#include <libfdt.h>

#include "guest_fdt.h"

#define PHANDLE_CLOCK 2u

/* Interrupt specifiers (the GIC's binding): type, number, flags. */
#define TYPE_SPI 0u
#define TYPE_PPI 1u
#define EDGE_RISING 1u
#define LEVEL_HIGH 4u
#define FIRST_SPI 32u

/* libfdt's sequential writer keeps no error: the first one is kept here. */
struct writer {
	void *fdt;
	int error;
	const struct config *config;
	const struct vm_config *vm;
	unsigned int vm_index;
	const struct image_plan *plan;
	uint8_t **rng_seed; /* NULL: there are no random numbers */
};

/* guest_fdt_writer.c: libfdt's calls, each of which keeps the first error. */
void put_note(struct writer *w, int result);
void put_begin(struct writer *w, const char *name);
void put_begin_at(struct writer *w, const char *name, uint32_t address); /* name@address */
void put_end(struct writer *w);

void put_cell(struct writer *w, const char *name, uint32_t value);
void put_cells(struct writer *w, const char *name, const uint32_t *value, uint32_t n);
/* size counts the NULs between the strings and the last one. */
void put_strings(struct writer *w, const char *name, const char *value, size_t size);
void put_string(struct writer *w, const char *name, const char *value);
void put_flag(struct writer *w, const char *name);
/* Two cells for each, as in the FDT of QEMU's virt. */
void put_reg(struct writer *w, uint32_t address, uint32_t size);
/* A property whose value comes later, and the place for it. */
void put_room(struct writer *w, const char *name, uint32_t size, uint8_t **value);

/* guest_fdt_vms.c: what has to do with other VMs. */

/* A device of this VM that another one serves. */
void guest_fdt_device(struct writer *w, const struct device_config *device);
/* Is it on a bus whose clock a driver asks for? */
bool guest_fdt_is_primecell(const struct device_config *device);
/* The hypervisor as a device: this VM's number, and the VMs that it has to do with. */
void guest_fdt_bellhop(struct writer *w);

#endif
