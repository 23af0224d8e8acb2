// SPDX-License-Identifier: BSD-2-Clause
/* Memory that several VMs see. */
#include <string.h>

#include "config_parse.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool parse_size(struct config_parse *parse)
{
	return config_get_number(parse, 1, UINT32_MAX, &parse->shm->size);
}

static const struct config_rule shm_rules[] = { { "size", parse_size } };

static bool parse_address(struct config_parse *parse)
{
	return config_get_number(parse, 0, UINT32_MAX - 1, &parse->user->ipa);
}

static bool parse_read_only(struct config_parse *parse)
{
	return config_get_flag(parse, &parse->user->read_only);
}

static const struct config_rule user_rules[] = {
	{ "address", parse_address },
	{ "read-only", parse_read_only },
};

static bool no_children(struct config_parse *parse)
{
	return config_bad_node(parse, "unknown node");
}

static bool is_user(const struct shm_config *shm, uint32_t vm)
{
	for (unsigned int i = 0; i < shm->n_users; i++) {
		if (shm->user[i].vm == vm)
			return true;
	}
	return false;
}

static bool parse_user(struct config_parse *parse)
{
	struct shm_config *shm = parse->shm;
	struct shm_user *user = &shm->user[shm->n_users];
	char name[CONFIG_NAME_SIZE];
	uint32_t vm;

	if (!config_get_name(parse, name))
		return false;
	vm = config_find_vm(parse->config, name);
	if (vm == CONFIG_MAX_VMS)
		return config_bad_node(parse, "there is no VM of that name");
	if (is_user(shm, vm))
		return config_bad_node(parse, "the VM is there already");
	if (shm->n_users == CONFIG_MAX_SHM_USERS)
		return config_bad_node(parse, "more than 8 VMs in one area");
	*user = (struct shm_user){ .vm = (uint8_t)vm, .ipa = CONFIG_NO_ADDRESS };
	parse->user = user;
	if (!config_parse_props(parse, user_rules, COUNT(user_rules)) ||
	    !config_parse_children(parse, no_children))
		return false;
	if (user->ipa == CONFIG_NO_ADDRESS)
		return config_bad_node(parse, "expected the property address");
	shm->n_users++;
	return true;
}

static bool name_is_taken(const struct config *config, const char *name)
{
	for (unsigned int i = 0; i < config->n_shm; i++) {
		if (strcmp(config->shm[i].name, name) == 0)
			return true;
	}
	return false;
}

bool config_parse_shm(struct config_parse *parse)
{
	struct config *config = parse->config;
	struct shm_config *shm = &config->shm[config->n_shm];

	if (config->n_shm == CONFIG_MAX_SHM)
		return config_bad_node(parse, "more than 16 shared memory areas");
	parse->shm = shm;
	if (!config_get_name(parse, shm->name))
		return false;
	if (name_is_taken(config, shm->name))
		return config_bad_node(parse, "there is an area of that name already");
	if (!config_parse_props(parse, shm_rules, COUNT(shm_rules)))
		return false;
	if (shm->size == 0)
		return config_bad_node(parse, "expected the property size");
	if (!config_parse_children(parse, parse_user))
		return false;
	if (shm->n_users == 0)
		return config_bad_node(parse, "expected a node for each VM that sees it");
	config->n_shm++;
	return true;
}
