// SPDX-License-Identifier: BSD-2-Clause
#include "guest_fdt_writer.h"

#include <string.h>

void put_note(struct writer *w, int result)
{
	if (w->error == 0 && result < 0)
		w->error = result;
}

void put_begin(struct writer *w, const char *name)
{
	put_note(w, fdt_begin_node(w->fdt, name));
}

void put_begin_at(struct writer *w, const char *name, uint32_t address)
{
	char full[32];

	fmt_print(full, sizeof(full), "%s@%lx", name, (unsigned long)address);
	put_begin(w, full);
}

void put_end(struct writer *w)
{
	put_note(w, fdt_end_node(w->fdt));
}

void put_cell(struct writer *w, const char *name, uint32_t value)
{
	put_cells(w, name, &value, 1);
}

void put_cells(struct writer *w, const char *name, const uint32_t *value, uint32_t n)
{
	uint32_t data[CONFIG_MAX_VMS];

	for (uint32_t i = 0; i < n; i++)
		data[i] = cpu_to_fdt32(value[i]);
	put_strings(w, name, (const char *)data, n * sizeof(data[0]));
}

void put_strings(struct writer *w, const char *name, const char *value, size_t size)
{
	put_note(w, fdt_property(w->fdt, name, value, (int)size));
}

void put_string(struct writer *w, const char *name, const char *value)
{
	put_strings(w, name, value, strlen(value) + 1);
}

void put_flag(struct writer *w, const char *name)
{
	put_strings(w, name, "", 0);
}

void put_reg(struct writer *w, uint32_t address, uint32_t size)
{
	const uint32_t value[] = { 0, address, 0, size };

	put_cells(w, "reg", value, 4);
}

void put_room(struct writer *w, const char *name, uint32_t size, uint8_t **value)
{
	void *place = NULL;

	put_note(w, fdt_property_placeholder(w->fdt, name, (int)size, &place));
	*value = place;
}
