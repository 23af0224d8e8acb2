// SPDX-License-Identifier: BSD-2-Clause
#include "pack.h"

#include <libfdt.h>

#include "fdt_read.h"

bool pack_open(struct pack *pack, const void *base, size_t size, struct fmt_line *error)
{
	int status;

	*pack = (struct pack){ .fit = base, .images = -1 };
	status = fdt_read_header(base, size);
	if (status == -FDT_ERR_TRUNCATED)
		return fmt_error(error, "pack: truncated: only %zu bytes are there", size);
	if (status < 0)
		return fmt_error(error, "pack: no FIT, or not aligned to 8 bytes (libfdt error %d)",
				 status);
	pack->images = fdt_subnode_offset(base, 0, "images");
	if (pack->images < 0)
		return fmt_error(error, "pack: no node /images (libfdt error %d)", pack->images);
	return true;
}

uint32_t pack_size(const void *base)
{
	return fdt_read_header(base, UINT32_MAX) < 0 ? 0 : fdt_totalsize(base);
}

struct blob pack_find(const struct pack *pack, const char *name)
{
	int size;
	const void *data;
	int node = fdt_subnode_offset(pack->fit, pack->images, name);

	if (node < 0)
		return (struct blob){ 0 };
	data = fdt_getprop(pack->fit, node, "data", &size);
	if (!data || size < 0)
		return (struct blob){ 0 };
	return (struct blob){ .data = data, .size = (uint32_t)size };
}
