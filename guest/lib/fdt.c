// SPDX-License-Identifier: BSD-2-Clause
#include "fdt.h"

#include <string.h>

#define FDT_MAGIC 0xd00dfeedu
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE 2
#define FDT_PROP 3
#define FDT_NOP 4

struct walk {
	const uint8_t *structure;
	const char *strings;
	uint32_t offset;
	unsigned int depth;
	char node[64]; /* name of the node at depth 2 (child of the root) */
	uint32_t address_cells;
	uint32_t size_cells;
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static void root_property(struct walk *w, const char *name, const uint8_t *value)
{
	if (strcmp(name, "#address-cells") == 0)
		w->address_cells = be32(value);
	else if (strcmp(name, "#size-cells") == 0)
		w->size_cells = be32(value);
}

static void child_property(const struct walk *w, const char *name, const uint8_t *value,
			   uint32_t length, struct fdt_facts *out)
{
	const uint32_t cells = w->address_cells + w->size_cells;

	if (starts_with(w->node, "memory") && strcmp(name, "reg") == 0 && length >= 4 * cells &&
	    cells >= 2 && out->ram_size == 0) {
		out->ram_base = be32(value + 4 * (w->address_cells - 1));
		out->ram_size = be32(value + 4 * (cells - 1));
	} else if (strcmp(w->node, "chosen") == 0 && strcmp(name, "bootargs") == 0) {
		const uint32_t n = length < sizeof(out->bootargs) ? length : sizeof(out->bootargs);

		memcpy(out->bootargs, value, n);
		out->bootargs[sizeof(out->bootargs) - 1] = '\0';
	}
}

static void begin_node(struct walk *w, struct fdt_facts *out)
{
	const char *name = (const char *)w->structure + w->offset;

	w->depth++;
	if (w->depth == 2) {
		strncpy(w->node, name, sizeof(w->node) - 1);
		out->has_fw_cfg = out->has_fw_cfg || starts_with(name, "fw-cfg");
	} else if (w->depth == 3 && strcmp(w->node, "cpus") == 0 && starts_with(name, "cpu@")) {
		out->n_cpus++;
	}
	w->offset += ((uint32_t)strlen(name) + 4) & ~3u;
}

static void property(struct walk *w, struct fdt_facts *out)
{
	const uint32_t length = be32(w->structure + w->offset);
	const char *name = w->strings + be32(w->structure + w->offset + 4);
	const uint8_t *value = w->structure + w->offset + 8;

	if (w->depth == 1)
		root_property(w, name, value);
	else if (w->depth == 2)
		child_property(w, name, value, length, out);
	w->offset += 8 + ((length + 3) & ~3u);
}

bool fdt_read(const void *blob, struct fdt_facts *out)
{
	const uint8_t *fdt = blob;
	struct walk w = { .address_cells = 2, .size_cells = 1 };

	memset(out, 0, sizeof(*out));
	if (be32(fdt) != FDT_MAGIC)
		return false;
	w.structure = fdt + be32(fdt + 8);
	w.strings = (const char *)fdt + be32(fdt + 12);
	const uint32_t size = be32(fdt + 36);

	while (w.offset < size) {
		const uint32_t token = be32(w.structure + w.offset);

		w.offset += 4;
		if (token == FDT_BEGIN_NODE)
			begin_node(&w, out);
		else if (token == FDT_PROP)
			property(&w, out);
		else if (token == FDT_END_NODE)
			w.depth--;
		else if (token != FDT_NOP)
			break;
	}
	return true;
}

/* A walk towards one node: how deep it is now, and how much of the path led there. */
struct search {
	const char *path; /* what is left of it, from a '/' on; "" when it is found */
	unsigned int depth;
	unsigned int matched; /* nodes of the path that the walk is in, the root included */
};

static void enter(struct search *s, const char *name)
{
	const size_t length = strlen(name);

	s->depth++;
	if (s->depth != s->matched + 1)
		return;
	if (s->depth == 1) {
		s->matched = 1;
	} else if (s->path[0] == '/' && strncmp(s->path + 1, name, length) == 0 &&
		   (s->path[1 + length] == '/' || s->path[1 + length] == '\0')) {
		s->matched++;
		s->path += 1 + length;
	}
}

bool fdt_read_cell(const void *blob, const char *path, const char *name, uint32_t *value)
{
	const uint8_t *fdt = blob;
	struct search s = { .path = path };

	if (fdt == NULL || be32(fdt) != FDT_MAGIC)
		return false;
	const uint8_t *p = fdt + be32(fdt + 8);
	const uint8_t *end = p + be32(fdt + 36);
	const char *strings = (const char *)fdt + be32(fdt + 12);

	while (p < end) {
		const uint32_t token = be32(p);

		p += 4;
		if (token == FDT_BEGIN_NODE) {
			enter(&s, (const char *)p);
			p += ((uint32_t)strlen((const char *)p) + 4) & ~3u;
		} else if (token == FDT_PROP) {
			const uint32_t length = be32(p);

			if (s.path[0] == '\0' && s.depth == s.matched && length >= 4 &&
			    strcmp(strings + be32(p + 4), name) == 0) {
				*value = be32(p + 8);
				return true;
			}
			p += 8 + ((length + 3) & ~3u);
		} else if (token == FDT_END_NODE) {
			/* Behind the node, or behind one on the way to it. */
			if (s.depth == s.matched)
				return false;
			s.depth--;
		} else if (token != FDT_NOP) {
			return false;
		}
	}
	return false;
}
