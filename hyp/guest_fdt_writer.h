/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by guest_fdt*.c only: libfdt's sequential writer, with one error kept. */
#ifndef BELLHOP_HYP_GUEST_FDT_WRITER_H
#define BELLHOP_HYP_GUEST_FDT_WRITER_H

#include <libfdt.h>
#include <string.h>

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

static inline void note(struct writer *w, int result)
{
	if (w->error == 0 && result < 0)
		w->error = result;
}

static inline void begin(struct writer *w, const char *name)
{
	note(w, fdt_begin_node(w->fdt, name));
}

static inline void begin_at(struct writer *w, const char *name, uint32_t address)
{
	char full[32];

	fmt_print(full, sizeof(full), "%s@%lx", name, (unsigned long)address);
	begin(w, full);
}

static inline void end(struct writer *w)
{
	note(w, fdt_end_node(w->fdt));
}

static inline void cell(struct writer *w, const char *name, uint32_t value)
{
	note(w, fdt_property_u32(w->fdt, name, value));
}

static inline void cells(struct writer *w, const char *name, const uint32_t *value, uint32_t n)
{
	uint32_t data[CONFIG_MAX_VMS];

	for (uint32_t i = 0; i < n; i++)
		data[i] = cpu_to_fdt32(value[i]);
	note(w, fdt_property(w->fdt, name, data, (int)(n * sizeof(data[0]))));
}

/* size counts the NULs between the strings and the last one. */
static inline void strings(struct writer *w, const char *name, const char *value, size_t size)
{
	note(w, fdt_property(w->fdt, name, value, (int)size));
}

static inline void string(struct writer *w, const char *name, const char *value)
{
	strings(w, name, value, strlen(value) + 1);
}

static inline void flag(struct writer *w, const char *name)
{
	note(w, fdt_property(w->fdt, name, "", 0));
}

/* Two cells for each, as in the FDT of QEMU's virt. */
static inline void reg(struct writer *w, uint32_t address, uint32_t size)
{
	const uint32_t value[] = { 0, address, 0, size };

	cells(w, "reg", value, 4);
}

/* guest_fdt_vms.c: what has to do with other VMs. */

/* A device of this VM that another one serves. */
void guest_fdt_device(struct writer *w, const struct device_config *device);
/* Is it on a bus whose clock a driver asks for? */
bool guest_fdt_is_primecell(const struct device_config *device);
/* The hypervisor as a device: this VM's number, and the VMs that it has to do with. */
void guest_fdt_bellhop(struct writer *w);

#endif
