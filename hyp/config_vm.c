// SPDX-License-Identifier: BSD-2-Clause
/* The properties of one VM and of its regions. */
#include <string.h>

#include "config_parse.h"

#define MIN_SLICE_US 100u
#define MAX_SLICE_US 1000000u
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool parse_vcpus(struct config_parse *parse)
{
	uint32_t value;

	if (!config_get_number(parse, 1, CONFIG_MAX_VCPUS, &value))
		return false;
	if (parse->vm->n_vcpus != 0 && parse->vm->n_vcpus != value)
		return config_bad_prop(parse, "differs from the number of CPUs in cpus");
	parse->vm->n_vcpus = (uint8_t)value;
	return true;
}

static bool parse_cpus(struct config_parse *parse)
{
	uint32_t n = parse->prop.size / 4;
	char text[64];

	if (n < 1 || n > CONFIG_MAX_VCPUS || parse->prop.size % 4 != 0)
		return config_bad_prop(parse, "expected 1 to 8 CPU numbers, one for each vCPU");
	if (parse->vm->n_vcpus != 0 && parse->vm->n_vcpus != n)
		return config_bad_prop(parse, "expected as many CPUs as vcpus says");
	parse->vm->n_vcpus = (uint8_t)n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t cpu = fdt_cell(&parse->prop, i);

		if (cpu >= parse->machine->n_cpus) {
			fmt_print(text, sizeof(text), "the machine has no CPU %lu, only 0 to %u",
				  (unsigned long)cpu, parse->machine->n_cpus - 1);
			return config_bad_prop(parse, text);
		}
		parse->vm->cpu[i] = (uint8_t)cpu;
	}
	return true;
}

static bool parse_priority(struct config_parse *parse)
{
	uint32_t value;
	bool ok = config_get_number(parse, 0, CONFIG_MAX_PRIORITY, &value);

	parse->vm->priority = (uint8_t)value;
	return ok;
}

static bool parse_severity(struct config_parse *parse)
{
	uint32_t value;
	bool ok = config_get_number(parse, 0, CONFIG_MAX_SEVERITY, &value);

	parse->vm->severity = (uint8_t)value;
	return ok;
}

static bool parse_time_slice(struct config_parse *parse)
{
	return config_get_number(parse, MIN_SLICE_US, MAX_SLICE_US, &parse->vm->time_slice_us);
}

static bool parse_spis(struct config_parse *parse)
{
	uint32_t value;

	if (!config_get_number(parse, 32, CONFIG_MAX_SPIS, &value))
		return false;
	if (value % 32 != 0 && value != CONFIG_MAX_SPIS)
		return config_bad_prop(parse, "expected a multiple of 32, or 988");
	parse->vm->n_spis = (uint16_t)value;
	return true;
}

static bool parse_msi_spis(struct config_parse *parse)
{
	uint32_t value;
	bool ok = config_get_number(parse, 1, CONFIG_MAX_MSI_SPIS, &value);

	parse->vm->n_msi_spis = (uint8_t)value;
	return ok;
}

/* RAM as (address, size) pairs; the ranges themselves are checked when all memory is known. */
static bool parse_memory(struct config_parse *parse)
{
	struct vm_config *vm = parse->vm;
	uint32_t n = parse->prop.size / 8;

	if (n < 1 || n > CONFIG_MAX_REGIONS || parse->prop.size % 8 != 0)
		return config_bad_prop(parse, "expected 1 to 8 pairs <address size>");
	for (uint32_t i = 0; i < n; i++) {
		struct region *region = &vm->region[i];

		region->kind = REGION_RAM;
		region->ipa = fdt_cell(&parse->prop, 2 * i);
		region->size = fdt_cell(&parse->prop, 2 * i + 1);
		memcpy(region->name, CONFIG_MEMORY_NAME, sizeof(CONFIG_MEMORY_NAME));
	}
	vm->n_regions = (uint8_t)n;
	return true;
}

static bool parse_identity_memory(struct config_parse *parse)
{
	return config_get_flag(parse, &parse->region->identity);
}

static bool parse_kernel(struct config_parse *parse)
{
	return config_get_image(parse, &parse->vm->kernel);
}

static bool parse_initrd(struct config_parse *parse)
{
	return config_get_image(parse, &parse->vm->initrd);
}

static bool parse_load_address(struct config_parse *parse)
{
	if (!config_get_number(parse, 0, UINT32_MAX - 1, &parse->vm->load_address))
		return false;
	if (parse->vm->load_address % 4 != 0)
		return config_bad_prop(parse, "expected a multiple of 4");
	return true;
}

static bool parse_entry(struct config_parse *parse)
{
	return config_get_number(parse, 0, UINT32_MAX - 1, &parse->vm->entry);
}

static bool parse_bootargs(struct config_parse *parse)
{
	if (parse->prop.size > CONFIG_BOOTARGS_SIZE)
		return config_bad_prop(parse, "expected at most 2047 characters");
	return config_get_string(parse, &parse->vm->bootargs);
}

static bool parse_fdt_at_ram_base(struct config_parse *parse)
{
	return config_get_flag(parse, &parse->vm->fdt_at_ram_base);
}

static bool parse_no_console(struct config_parse *parse)
{
	parse->vm->console = false;
	return parse->prop.size == 0 ? true : config_bad_prop(parse, "expected no value");
}

static bool parse_no_autostart(struct config_parse *parse)
{
	parse->vm->autostart = false;
	return parse->prop.size == 0 ? true : config_bad_prop(parse, "expected no value");
}

static bool parse_background(struct config_parse *parse)
{
	return config_get_flag(parse, &parse->vm->background);
}

static bool parse_policy(struct config_parse *parse, enum vm_policy *policy)
{
	static const char *const names[] = {
		[VM_POLICY_STOP] = "stop",
		[VM_POLICY_RESET] = "reset",
	};
	uint32_t index;

	if (!config_get_choice(parse, names, COUNT(names), "expected \"stop\" or \"reset\"",
			       &index))
		return false;
	*policy = (enum vm_policy)index;
	return true;
}

static bool parse_on_reset(struct config_parse *parse)
{
	return parse_policy(parse, &parse->vm->on_reset);
}

/* Names of VMs, which may come later: see config_rights.c. */
static bool parse_later(struct config_parse *parse)
{
	(void)parse;
	return true;
}

static const struct config_rule vm_rules[] = {
	{ "vcpus", parse_vcpus },
	{ "cpus", parse_cpus },
	{ "priority", parse_priority },
	{ "severity", parse_severity },
	{ "time-slice-us", parse_time_slice },
	{ "spis", parse_spis },
	{ "msi-spis", parse_msi_spis },
	{ "memory", parse_memory },
	{ "identity-memory", parse_identity_memory },
	{ "kernel", parse_kernel },
	{ "initrd", parse_initrd },
	{ "load-address", parse_load_address },
	{ "entry", parse_entry },
	{ "bootargs", parse_bootargs },
	{ "fdt-at-ram-base", parse_fdt_at_ram_base },
	{ "no-console", parse_no_console },
	{ "no-autostart", parse_no_autostart },
	{ "background", parse_background },
	{ "on-reset", parse_on_reset },
	{ "serves", parse_later },
	{ "doorbell-peers", parse_later },
};

static bool parse_region_address(struct config_parse *parse)
{
	return config_get_number(parse, 0, UINT32_MAX, &parse->region->ipa);
}

static bool parse_region_size(struct config_parse *parse)
{
	return config_get_number(parse, 0, UINT32_MAX, &parse->region->size);
}

static bool parse_region_image(struct config_parse *parse)
{
	return config_get_image(parse, &parse->region->image);
}

static bool parse_region_offset(struct config_parse *parse)
{
	return config_get_number(parse, 0, UINT32_MAX, &parse->region->image_offset);
}

static bool parse_region_identity(struct config_parse *parse)
{
	return config_get_flag(parse, &parse->region->identity);
}

static bool parse_region_read_only(struct config_parse *parse)
{
	parse->region->kind = REGION_ROM;
	return parse->prop.size == 0 ? true : config_bad_prop(parse, "expected no value");
}

static const struct config_rule region_rules[] = {
	{ "address", parse_region_address },   { "size", parse_region_size },
	{ "image", parse_region_image },       { "image-offset", parse_region_offset },
	{ "identity", parse_region_identity }, { "read-only", parse_region_read_only },
};

static bool no_children(struct config_parse *parse)
{
	return config_bad_node(parse, "unknown node");
}

static bool parse_region(struct config_parse *parse)
{
	struct vm_config *vm = parse->vm;
	struct region *region = &vm->region[vm->n_regions];

	if (vm->n_regions == CONFIG_MAX_REGIONS)
		return config_bad_node(parse, "more than 8 regions, those of memory included");
	parse->region = region;
	region->ipa = CONFIG_NO_ADDRESS;
	if (!config_get_name(parse, region->name) ||
	    !config_parse_props(parse, region_rules, COUNT(region_rules)) ||
	    !config_parse_children(parse, no_children))
		return false;
	if (strcmp(region->name, CONFIG_MEMORY_NAME) == 0)
		return config_bad_node(parse,
				       "expected another name: this is that of the property");
	if (region->ipa == CONFIG_NO_ADDRESS || region->size == 0)
		return config_bad_node(parse, "expected the properties address and size");
	if (region->image.size > region->size ||
	    region->image_offset > region->size - region->image.size)
		return config_bad_node(parse, "the image does not fit into the region");
	vm->n_regions++;
	return true;
}

static bool parse_vm_child(struct config_parse *parse)
{
	uint32_t length;
	const char *name = fdt_read_name(parse->fdt, parse->node, &length);
	bool regions = fdt_name_is(name, length, "regions");

	if (!regions && !fdt_name_is(name, length, "devices"))
		return config_bad_node(parse, "unknown node (expected regions, devices)");
	return config_parse_props(parse, NULL, 0) &&
	       config_parse_children(parse, regions ? parse_region : config_parse_device);
}

static void set_defaults(struct vm_config *vm, unsigned int n_cpus)
{
	vm->priority = CONFIG_DEFAULT_PRIORITY;
	vm->n_spis = CONFIG_DEFAULT_SPIS;
	vm->load_address = CONFIG_NO_ADDRESS;
	vm->entry = CONFIG_NO_ADDRESS;
	vm->bootargs = "";
	vm->console = true;
	vm->autostart = true;
	vm->on_reset = VM_POLICY_RESET;
	for (unsigned int i = 0; i < CONFIG_MAX_VCPUS; i++)
		vm->cpu[i] = (uint8_t)(i % n_cpus);
}

static bool parse_vm_props(struct config_parse *parse)
{
	struct vm_config *vm = parse->vm;
	struct region identity = { 0 };

	/* identity-memory may come before memory, so it is kept aside. */
	parse->region = &identity;
	if (!config_parse_props(parse, vm_rules, COUNT(vm_rules)))
		return false;
	if (vm->n_regions == 0)
		return config_bad_node(parse, "expected the property memory");
	for (unsigned int i = 0; i < vm->n_regions; i++)
		vm->region[i].identity = identity.identity;
	if (vm->n_vcpus == 0)
		vm->n_vcpus = 1;
	if (32u + vm->n_spis < GUEST_V2M_INTID + vm->n_msi_spis)
		return config_bad_node(parse, "msi-spis: expected spis to be 48 more at least");
	return true;
}

bool config_parse_vm(struct config_parse *parse)
{
	struct config *config = parse->config;
	struct vm_config *vm = &config->vm[config->n_vms];

	if (config->n_vms == CONFIG_MAX_VMS)
		return config_bad_node(parse, "more than 16 VMs");
	parse->vm = vm;
	set_defaults(vm, parse->machine->n_cpus);
	if (!config_get_name(parse, vm->name))
		return false;
	if (config_find_vm(config, vm->name) != CONFIG_MAX_VMS)
		return config_bad_node(parse, "there is a VM of that name already");
	if (!parse_vm_props(parse) || !config_parse_children(parse, parse_vm_child))
		return false;
	config->n_vms++;
	return true;
}
