// SPDX-License-Identifier: BSD-2-Clause
/* Devices of a VM that another VM emulates. */
#include <libfdt.h>
#include <string.h>

#include "config_parse.h"

#define FIRST_SPI 32u
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool parse_address(struct config_parse *parse)
{
	return config_get_number(parse, 0, GUEST_RAM_IPA - 1, &parse->device->ipa);
}

static bool parse_size(struct config_parse *parse)
{
	return config_get_number(parse, 1, GUEST_RAM_IPA, &parse->device->size);
}

static bool parse_compatible(struct config_parse *parse)
{
	struct device_config *device = parse->device;

	device->compatible = (const char *)parse->prop.data;
	device->compatible_size = parse->prop.size;
	if (device->compatible_size > 1 && device->compatible[0] != '\0' &&
	    device->compatible[device->compatible_size - 1] == '\0')
		return true;
	return config_bad_prop(parse, "expected one string or several");
}

static bool parse_spi(struct config_parse *parse)
{
	uint32_t spi;

	if (!config_get_number(parse, 0, parse->vm->n_spis - 1u, &spi))
		return false;
	parse->device->intid = (uint16_t)(FIRST_SPI + spi);
	if (parse->vm->console && parse->device->intid == GUEST_UART_INTID)
		return config_bad_prop(parse, "this one is the console's");
	return true;
}

static bool parse_edge(struct config_parse *parse)
{
	return config_get_flag(parse, &parse->device->edge);
}

static bool parse_served_by(struct config_parse *parse)
{
	if (!config_get_string(parse, &parse->device->served_by))
		return false;
	if (strcmp(parse->device->served_by, parse->vm->name) == 0)
		return config_bad_prop(parse, "expected another VM");
	return true;
}

static bool parse_timeout(struct config_parse *parse)
{
	return config_get_number(parse, 1, CONFIG_MAX_TIMEOUT_MS, &parse->device->timeout_ms);
}

static bool parse_on_timeout(struct config_parse *parse)
{
	static const char *const names[] = { "abort", "zeros" };
	uint32_t index;

	if (!config_get_choice(parse, names, COUNT(names), "expected \"abort\" or \"zeros\"",
			       &index))
		return false;
	parse->device->zeros = index == 1;
	return true;
}

static const struct config_rule device_rules[] = {
	{ "address", parse_address },	    { "size", parse_size },
	{ "compatible", parse_compatible }, { "spi", parse_spi },
	{ "edge-triggered", parse_edge },   { "served-by", parse_served_by },
	{ "timeout-ms", parse_timeout },    { "on-timeout", parse_on_timeout },
};

/* What Bellhop itself writes into the guest's node. */
static bool is_own_property(const char *name)
{
	static const char *const own[] = { "compatible",  "reg",     "interrupts",   "clocks",
					   "clock-names", "phandle", "linux,phandle" };

	for (size_t i = 0; i < COUNT(own); i++) {
		if (strcmp(name, own[i]) == 0)
			return true;
	}
	return false;
}

static bool no_children(struct config_parse *parse)
{
	return config_bad_node(parse, "unknown node");
}

/* Copied as they are, so all that can be wrong is a name that is there already. */
static bool parse_properties(struct config_parse *parse)
{
	uint32_t length;
	const char *name = fdt_read_name(parse->fdt, parse->node, &length);
	int offset = fdt_first_property_offset(parse->fdt, parse->node);

	if (!fdt_name_is(name, length, "properties"))
		return config_bad_node(parse, "unknown node (expected properties)");
	for (; offset >= 0; offset = fdt_next_property_offset(parse->fdt, offset)) {
		if (!fdt_read_prop(parse->fdt, offset, &parse->prop))
			return config_bad_node(parse, "malformed property");
		if (is_own_property(parse->prop.name))
			return config_bad_prop(parse, "this one is written by Bellhop");
	}
	parse->device->properties = parse->node;
	return config_parse_children(parse, no_children);
}

static bool is_complete(struct config_parse *parse)
{
	const struct device_config *device = parse->device;

	if (device->ipa == CONFIG_NO_ADDRESS || device->size == 0 || !device->compatible ||
	    !device->served_by)
		return config_bad_node(
			parse, "expected the properties compatible, address, size and served-by");
	if (device->size > GUEST_RAM_IPA - device->ipa)
		return config_bad_node(parse, "expected an end below 0x40000000");
	for (const struct device_config *other = parse->vm->device; other < device; other++) {
		if (other->intid != 0 && other->intid == device->intid)
			return config_bad_node(parse, "its spi is another device's");
	}
	return true;
}

bool config_parse_device(struct config_parse *parse)
{
	struct vm_config *vm = parse->vm;
	struct device_config *device = &vm->device[vm->n_devices];

	if (vm->n_devices == CONFIG_MAX_DEVICES)
		return config_bad_node(parse, "more than 8 devices");
	parse->device = device;
	*device = (struct device_config){ .ipa = CONFIG_NO_ADDRESS,
					  .properties = CONFIG_NO_NODE,
					  .timeout_ms = CONFIG_DEFAULT_TIMEOUT_MS };
	if (!config_get_name(parse, device->name) ||
	    !config_parse_props(parse, device_rules, COUNT(device_rules)) ||
	    !config_parse_children(parse, parse_properties) || !is_complete(parse))
		return false;
	vm->n_devices++;
	return true;
}

static bool bad_server(const struct vm_config *vm, const struct device_config *device,
		       const char *text, struct fmt_line *error)
{
	return fmt_error(error, "/vms/%s/devices/%s: served-by: %s", vm->name, device->name, text);
}

static bool resolve(struct config *config, unsigned int vm, struct device_config *device,
		    struct fmt_line *error)
{
	struct vm_config *client = &config->vm[vm];
	uint32_t server = config_find_vm(config, device->served_by);

	if (server == CONFIG_MAX_VMS)
		return bad_server(client, device, "there is no VM of that name", error);
	if (client->severity > config->vm[server].severity)
		return bad_server(client, device, "that VM has a lower severity", error);
	if (config_outranks(client, &config->vm[server]))
		return bad_server(client, device, "that VM has a lower priority on the same CPU",
				  error);
	device->server = (uint8_t)server;
	config_add_service(config, server, vm);
	return true;
}

/* Only now, because a VM may be described behind those that it serves. */
bool config_resolve_devices(struct config *config, struct fmt_line *error)
{
	for (unsigned int i = 0; i < config->n_vms; i++) {
		for (unsigned int j = 0; j < config->vm[i].n_devices; j++) {
			if (!resolve(config, i, &config->vm[i].device[j], error))
				return false;
		}
	}
	return true;
}
