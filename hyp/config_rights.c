// SPDX-License-Identifier: BSD-2-Clause
/* Who may do what to whom by doorbells. A second pass over the VMs: properties here name others. */
#include <libfdt.h>
#include <string.h>

#include "config_parse.h"

static bool bad_name(const struct config_parse *parse, const char *name, const char *text)
{
	char line[64];

	fmt_print(line, sizeof(line), "\"%.23s\": %s", name, text);
	return config_bad_prop(parse, line);
}

/* A list of VM names: bit each. */
static bool get_vms(const struct config_parse *parse, uint16_t *vms)
{
	const char *list = (const char *)parse->prop.data;
	uint32_t left = parse->prop.size;

	if (left == 0 || list[left - 1] != '\0')
		return config_bad_prop(parse, "expected names of VMs");
	while (left != 0) {
		uint32_t length = (uint32_t)strlen(list) + 1;
		uint32_t vm = config_find_vm(parse->config, list);

		if (vm == CONFIG_MAX_VMS)
			return bad_name(parse, list, "there is no VM of that name");
		if (&parse->config->vm[vm] == parse->vm)
			return bad_name(parse, list, "expected another VM");
		*vms |= (uint16_t)(1u << vm);
		list += length;
		left -= length;
	}
	return true;
}

/* A CPU that both have vCPUs on, or MACHINE_MAX_CPUS. */
static unsigned int shared_cpu(const struct vm_config *a, const struct vm_config *b)
{
	for (unsigned int i = 0; i < a->n_vcpus; i++)
		for (unsigned int j = 0; j < b->n_vcpus; j++)
			if (a->cpu[i] == b->cpu[j])
				return a->cpu[i];
	return MACHINE_MAX_CPUS;
}

bool config_outranks(const struct vm_config *client, const struct vm_config *server)
{
	return client->priority > server->priority &&
	       shared_cpu(client, server) != MACHINE_MAX_CPUS;
}

void config_add_service(struct config *config, unsigned int server, unsigned int client)
{
	config->vm[server].serves |= (uint16_t)(1u << client);
	config->vm[server].doorbell_peers |= (uint16_t)(1u << client);
	config->vm[client].doorbell_peers |= (uint16_t)(1u << server);
}

/* What fails in a device model reaches its client; and a client that waits for its device model
 * must not keep it from running. */
static bool check_rank(const struct config_parse *parse, const struct vm_config *client)
{
	char text[64];

	if (client->severity > parse->vm->severity)
		return bad_name(parse, client->name, "has a higher severity");
	if (!config_outranks(client, parse->vm))
		return true;
	fmt_print(text, sizeof(text), "has a higher priority on CPU %u",
		  shared_cpu(parse->vm, client));
	return bad_name(parse, client->name, text);
}

static bool parse_serves(struct config_parse *parse)
{
	struct config *config = parse->config;
	unsigned int self = (unsigned int)(parse->vm - config->vm);

	if (!get_vms(parse, &parse->vm->serves))
		return false;
	for (unsigned int i = 0; i < config->n_vms; i++) {
		if ((parse->vm->serves & 1u << i) == 0)
			continue;
		if (!check_rank(parse, &config->vm[i]))
			return false;
		config_add_service(config, self, i);
	}
	return true;
}

static bool parse_doorbell_peers(struct config_parse *parse)
{
	return get_vms(parse, &parse->vm->doorbell_peers);
}

static const struct config_rule rules[] = {
	{ "serves", parse_serves },
	{ "doorbell-peers", parse_doorbell_peers },
};

bool config_parse_rights(struct config_parse *parse)
{
	char name[CONFIG_NAME_SIZE];

	if (!config_get_name(parse, name))
		return false;
	parse->vm = &parse->config->vm[config_find_vm(parse->config, name)];
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		int size;

		parse->prop.name = rules[i].name;
		parse->prop.data = fdt_getprop(parse->fdt, parse->node, rules[i].name, &size);
		parse->prop.size = parse->prop.data != NULL ? (uint32_t)size : 0;
		if (parse->prop.data != NULL && !rules[i].parse(parse))
			return false;
	}
	return true;
}
