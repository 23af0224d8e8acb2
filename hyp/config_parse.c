// SPDX-License-Identifier: BSD-2-Clause
#include "config_parse.h"

#include <libfdt.h>
#include <string.h>

#define PATH_SIZE 96

static const char *node_path(const struct config_parse *parse, char path[PATH_SIZE])
{
	if (fdt_get_path(parse->fdt, parse->node, path, PATH_SIZE) < 0)
		return "?";
	return path;
}

bool config_bad_prop(const struct config_parse *parse, const char *text)
{
	char path[PATH_SIZE];

	return fmt_error(parse->error, "%s: %s: %s", node_path(parse, path), parse->prop.name,
			 text);
}

bool config_bad_node(const struct config_parse *parse, const char *text)
{
	char path[PATH_SIZE];

	return fmt_error(parse->error, "%s: %s", node_path(parse, path), text);
}

static bool parse_prop(struct config_parse *parse, const struct config_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(parse->prop.name, rules[i].name) == 0)
			return rules[i].parse(parse);
	}
	return config_bad_prop(parse, "unknown property");
}

bool config_parse_props(struct config_parse *parse, const struct config_rule *rules, size_t n)
{
	int offset = fdt_first_property_offset(parse->fdt, parse->node);

	for (; offset >= 0; offset = fdt_next_property_offset(parse->fdt, offset)) {
		if (!fdt_read_prop(parse->fdt, offset, &parse->prop))
			return config_bad_node(parse, "malformed property");
		if (!parse_prop(parse, rules, n))
			return false;
	}
	if (offset != -FDT_ERR_NOTFOUND)
		return config_bad_node(parse, "malformed node");
	return true;
}

bool config_parse_children(struct config_parse *parse, bool (*child)(struct config_parse *parse))
{
	int parent = parse->node;
	int node = fdt_first_subnode(parse->fdt, parent);

	for (; node >= 0; node = fdt_next_subnode(parse->fdt, node)) {
		parse->node = node;
		if (!child(parse))
			return false;
	}
	parse->node = parent;
	if (node != -FDT_ERR_NOTFOUND)
		return config_bad_node(parse, "malformed node");
	return true;
}

bool config_get_number(const struct config_parse *parse, uint32_t min, uint32_t max,
		       uint32_t *value)
{
	char text[48];

	*value = fdt_cell(&parse->prop, 0);
	if (parse->prop.size == 4 && *value >= min && *value <= max)
		return true;
	fmt_print(text, sizeof(text), "expected one number, %lu to %lu", (unsigned long)min,
		  (unsigned long)max);
	return config_bad_prop(parse, text);
}

bool config_get_string(const struct config_parse *parse, const char **value)
{
	*value = fdt_read_string(&parse->prop);
	return *value ? true : config_bad_prop(parse, "expected one string");
}

bool config_get_flag(const struct config_parse *parse, bool *value)
{
	*value = true;
	return parse->prop.size == 0 ? true : config_bad_prop(parse, "expected no value");
}

bool config_get_image(const struct config_parse *parse, struct blob *image)
{
	char path[PATH_SIZE];
	const char *name;

	if (!config_get_string(parse, &name))
		return false;
	*image = pack_find(parse->pack, name);
	if (!image->data)
		return fmt_error(parse->error, "%s: %s: there is no image \"%s\" in the pack",
				 node_path(parse, path), parse->prop.name, name);
	if (image->size == 0)
		return config_bad_prop(parse, "the image is empty");
	return true;
}

bool config_get_choice(const struct config_parse *parse, const char *const *names, uint32_t n,
		       const char *expected, uint32_t *index)
{
	const char *text = fdt_read_string(&parse->prop);

	for (*index = 0; text && *index < n; (*index)++) {
		if (strcmp(text, names[*index]) == 0)
			return true;
	}
	return config_bad_prop(parse, expected);
}

bool config_get_name(const struct config_parse *parse, char name[CONFIG_NAME_SIZE])
{
	int length;
	const char *text = fdt_get_name(parse->fdt, parse->node, &length);

	if (!text || length < 1 || length >= (int)CONFIG_NAME_SIZE ||
	    memchr(text, '@', (size_t)length))
		return config_bad_node(parse, "expected a name of 1 to 23 characters without @");
	memcpy(name, text, (size_t)length + 1);
	return true;
}

uint32_t config_find_vm(const struct config *config, const char *name)
{
	for (uint32_t i = 0; i < config->n_vms; i++) {
		if (strcmp(config->vm[i].name, name) == 0)
			return i;
	}
	return CONFIG_MAX_VMS;
}
