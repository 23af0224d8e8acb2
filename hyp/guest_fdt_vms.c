// SPDX-License-Identifier: BSD-2-Clause
/* The nodes of a guest's FDT that name other VMs. */
#include "fdt_read.h"
#include "guest_fdt_writer.h"

bool guest_fdt_is_primecell(const struct device_config *device)
{
	const struct fdt_prop compatible = {
		.name = "compatible",
		.data = (const uint8_t *)device->compatible,
		.size = device->compatible_size,
	};

	return fdt_has_string(&compatible, "arm,primecell");
}

/* As the description has them. */
static void copy_properties(struct writer *w, int node)
{
	const void *from = w->config->description;
	int offset = fdt_first_property_offset(from, node);

	for (; offset >= 0; offset = fdt_next_property_offset(from, offset)) {
		struct fdt_prop prop;

		if (fdt_read_prop(from, offset, &prop))
			put_note(w, fdt_property(w->fdt, prop.name, prop.data, (int)prop.size));
	}
}

/* Linux takes no PrimeCell without the clock of its bus. */
void guest_fdt_device(struct writer *w, const struct device_config *device)
{
	const uint32_t interrupts[] = { TYPE_SPI, device->intid - FIRST_SPI,
					device->edge ? EDGE_RISING : LEVEL_HIGH };

	put_begin_at(w, device->name, device->ipa);
	put_strings(w, "compatible", device->compatible, device->compatible_size);
	put_reg(w, device->ipa, device->size);
	if (device->intid != 0)
		put_cells(w, "interrupts", interrupts, 3);
	if (guest_fdt_is_primecell(device)) {
		put_cell(w, "clocks", PHANDLE_CLOCK);
		put_string(w, "clock-names", "apb_pclk");
	}
	if (device->properties != CONFIG_NO_NODE)
		copy_properties(w, device->properties);
	put_end(w);
}

/* Where the devices are that this VM serves to a client: what its device models start from. */
static void write_served(struct writer *w, const struct vm_config *client)
{
	for (unsigned int i = 0; i < client->n_devices; i++) {
		const struct device_config *device = &client->device[i];

		if (device->server != w->vm_index)
			continue;
		put_begin(w, device->name);
		put_strings(w, "compatible", device->compatible, device->compatible_size);
		put_cell(w, "address", device->ipa);
		put_cell(w, "size", device->size);
		if (device->intid != 0)
			put_cell(w, "intid", device->intid);
		put_end(w);
	}
}

/* Each VM by the number that the calls of bellhop/abi.h name it by. */
void guest_fdt_bellhop(struct writer *w)
{
	put_begin(w, "bellhop");
	put_string(w, "compatible", "bellhop,hypervisor-1");
	put_cell(w, "vm-id", w->vm_index);
	for (uint32_t left = w->vm->doorbell_peers; left != 0; left &= left - 1) {
		uint32_t vm = (uint32_t)__builtin_ctz(left);

		put_begin(w, w->config->vm[vm].name);
		put_cell(w, "vm-id", vm);
		if ((w->vm->serves & 1u << vm) != 0)
			put_flag(w, "served");
		write_served(w, &w->config->vm[vm]);
		put_end(w);
	}
	put_end(w);
}
