/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by config*.c only: one walk over the description, driven by tables of what is known. */
#ifndef BELLHOP_HYP_CONFIG_PARSE_H
#define BELLHOP_HYP_CONFIG_PARSE_H

#include "config.h"
#include "fdt_read.h"

/* region.name of the entries of the property memory. */
#define CONFIG_MEMORY_NAME "memory"

struct config_parse {
	struct config *config;
	const struct pack *pack;
	const struct machine *machine;
	const void *fdt;
	int node;	      /* being parsed, for error lines and property rules */
	struct fdt_prop prop; /* being parsed */
	struct vm_config *vm; /* the latest VM, region, area: what the rules fill in */
	struct region *region;
	struct device_config *device;
	struct shm_config *shm;
	struct shm_user *user;
	struct fmt_line *error;
};

/* A property or child node that may be there. parse returns false after an error. */
struct config_rule {
	const char *name;
	bool (*parse)(struct config_parse *parse);
};

/* Apply rules to all properties of parse->node; one that has no rule is an error. */
bool config_parse_props(struct config_parse *parse, const struct config_rule *rules, size_t n);

/* Call child(parse) with parse->node set to each child in turn, and set it back. */
bool config_parse_children(struct config_parse *parse, bool (*child)(struct config_parse *parse));

/*
 * Error lines: "/vms/linux: memory: <text>" about the current property, and the same about the
 * current node alone. Both return false.
 */
bool config_bad_prop(const struct config_parse *parse, const char *text);
bool config_bad_node(const struct config_parse *parse, const char *text);

/* The current property as a value; each says in an error line what was expected. */
bool config_get_number(const struct config_parse *parse, uint32_t min, uint32_t max,
		       uint32_t *value);
bool config_get_string(const struct config_parse *parse, const char **value);
bool config_get_flag(const struct config_parse *parse, bool *value);
bool config_get_image(const struct config_parse *parse, struct blob *image);
/* One of names[0..n): its index. expected lists them for the error line. */
bool config_get_choice(const struct config_parse *parse, const char *const *names, uint32_t n,
		       const char *expected, uint32_t *index);

/* The name of the current node: a valid name that fits. */
bool config_get_name(const struct config_parse *parse, char name[CONFIG_NAME_SIZE]);

/* The index of a VM by name, or CONFIG_MAX_VMS. */
uint32_t config_find_vm(const struct config *config, const char *name);

/* Rules of one VM (config_vm.c), of a device (config_device.c), of shared memory (config_shm.c).
 * parse->node is the node. */
bool config_parse_vm(struct config_parse *parse);
bool config_parse_device(struct config_parse *parse);
bool config_parse_shm(struct config_parse *parse);
/* What a VM may do to others (config_rights.c), when all VMs are known. */
bool config_parse_rights(struct config_parse *parse);

/* Would a client keep the VM that serves it from a CPU that they share? */
bool config_outranks(const struct vm_config *client, const struct vm_config *server);
/* A VM that serves another one may ring it, and be rung by it. */
void config_add_service(struct config *config, unsigned int server, unsigned int client);

/* Find the VMs that serve devices, after all VMs are parsed. */
bool config_resolve_devices(struct config *config, struct fmt_line *error);

/* Check what one VM's memory looks like, after all of it is parsed (config_check.c). */
bool config_check_memory(const struct config *config, struct fmt_line *error);

#endif
