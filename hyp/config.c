// SPDX-License-Identifier: BSD-2-Clause
#include "config.h"

#include <libfdt.h>
#include <string.h>

#include "config_parse.h"
#include "image.h"

#define COMPATIBLE "bellhop,vms-1"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool parse_compatible(struct config_parse *parse)
{
	if (fdt_has_string(&parse->prop, COMPATIBLE))
		return true;
	return config_bad_prop(parse, "expected \"" COMPATIBLE "\"");
}

static const struct config_rule root_rules[] = { { "compatible", parse_compatible } };

static bool parse_focus(struct config_parse *parse)
{
	const char *name;
	uint32_t vm;

	if (!config_get_string(parse, &name))
		return false;
	vm = config_find_vm(parse->config, name);
	if (vm == CONFIG_MAX_VMS)
		return config_bad_prop(parse, "there is no VM of that name");
	if (!parse->config->vm[vm].console)
		return config_bad_prop(parse, "that VM has no console");
	parse->config->options.focus = (uint8_t)vm;
	return true;
}

static bool parse_no_colour(struct config_parse *parse)
{
	parse->config->options.colour = false;
	return parse->prop.size == 0 ? true : config_bad_prop(parse, "expected no value");
}

static const struct config_rule option_rules[] = {
	{ "focus", parse_focus },
	{ "no-colour", parse_no_colour },
};

static bool no_children(struct config_parse *parse)
{
	return config_bad_node(parse, "unknown node");
}

static bool parse_vms(struct config_parse *parse)
{
	return config_parse_props(parse, NULL, 0) &&
	       config_parse_children(parse, config_parse_vm) &&
	       config_parse_children(parse, config_parse_rights);
}

static bool parse_shared_memory(struct config_parse *parse)
{
	return config_parse_props(parse, NULL, 0) && config_parse_children(parse, config_parse_shm);
}

static bool parse_options(struct config_parse *parse)
{
	return config_parse_props(parse, option_rules, COUNT(option_rules)) &&
	       config_parse_children(parse, no_children);
}

/* In the order of parsing, whatever the order in the file: the later ones name VMs. */
static const struct config_rule sections[] = {
	{ "vms", parse_vms },
	{ "shared-memory", parse_shared_memory },
	{ "options", parse_options },
};

static bool known_section(struct config_parse *parse)
{
	uint32_t length;
	const char *name = fdt_read_name(parse->fdt, parse->node, &length);

	for (size_t i = 0; i < COUNT(sections); i++) {
		if (strcmp(name, sections[i].name) != 0)
			continue;
		if (fdt_subnode_offset(parse->fdt, 0, name) != parse->node)
			return config_bad_node(parse, "there is a node of that name already");
		return true;
	}
	return config_bad_node(parse, "unknown node (expected vms, shared-memory, options)");
}

static bool parse_section(struct config_parse *parse, const struct config_rule *section)
{
	int node = fdt_subnode_offset(parse->fdt, 0, section->name);

	if (node == -FDT_ERR_NOTFOUND)
		return true;
	if (node < 0)
		return config_bad_node(parse, "malformed node");
	parse->node = node;
	return section->parse(parse);
}

static bool parse_tree(struct config_parse *parse)
{
	if (!config_parse_props(parse, root_rules, COUNT(root_rules)))
		return false;
	if (fdt_first_property_offset(parse->fdt, 0) < 0)
		return config_bad_node(parse, "expected compatible = \"" COMPATIBLE "\"");
	if (!config_parse_children(parse, known_section))
		return false;
	for (size_t i = 0; i < COUNT(sections); i++) {
		if (!parse_section(parse, &sections[i]))
			return false;
	}
	if (parse->config->n_vms == 0)
		return fmt_error(parse->error, "/vms: expected at least one VM");
	return true;
}

static bool copy_description(const struct pack *pack, void *copy, size_t size,
			     struct fmt_line *error)
{
	struct blob blob = pack_find(pack, PACK_DESCRIPTION_NAME);
	int status;

	if (!blob.data)
		return fmt_error(error, "pack: there is no image \"" PACK_DESCRIPTION_NAME "\"");
	if (blob.size > size)
		return fmt_error(error,
				 "pack: " PACK_DESCRIPTION_NAME ": %lu bytes: expected %zu "
				 "at most",
				 (unsigned long)blob.size, size);
	memcpy(copy, blob.data, blob.size);
	status = fdt_read_header(copy, blob.size);
	if (status < 0)
		return fmt_error(error, "pack: " PACK_DESCRIPTION_NAME ": no FDT (libfdt error %d)",
				 status);
	return true;
}

static bool check_images(const struct config *config, struct fmt_line *error)
{
	struct image_plan plan;

	for (unsigned int i = 0; i < config->n_vms; i++) {
		if (!image_plan(&plan, &config->vm[i], error))
			return false;
	}
	return true;
}

bool config_load(struct config *config, const struct pack *pack, const struct machine *machine,
		 void *copy, size_t size, struct fmt_line *error)
{
	struct config_parse parse = {
		.config = config, .pack = pack, .machine = machine, .fdt = copy, .error = error
	};

	memset(config, 0, sizeof(*config));
	config->description = copy;
	config->options.focus = CONFIG_NO_FOCUS;
	config->options.colour = true;
	if (!copy_description(pack, copy, size, error))
		return false;
	return parse_tree(&parse) && config_resolve_devices(config, error) &&
	       config_check_memory(config, error) && check_images(config, error);
}
