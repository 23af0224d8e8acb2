// SPDX-License-Identifier: BSD-2-Clause
#include "fdt_read.h"

#include <libfdt.h>
#include <string.h>

int fdt_read_header(const void *fdt, size_t size)
{
	int status;

	if (((uintptr_t)fdt & 7) != 0)
		return -FDT_ERR_ALIGNMENT;
	if (size < sizeof(struct fdt_header))
		return -FDT_ERR_TRUNCATED;
	status = fdt_check_header(fdt);
	if (status < 0)
		return status;
	if (fdt_totalsize(fdt) > size)
		return -FDT_ERR_TRUNCATED;
	if (fdt_off_dt_struct(fdt) % 4 != 0 || fdt_off_mem_rsvmap(fdt) % 8 != 0)
		return -FDT_ERR_ALIGNMENT;
	return 0;
}

static uint32_t end_of(uint32_t offset, uint32_t size)
{
	return size > UINT32_MAX - offset ? UINT32_MAX : offset + size;
}

/* Before version 17 nothing says how long the structure block is; the memory reservation block,
 * which is the first one everywhere, ends with an entry of zeroes. */
uint32_t fdt_read_used(const void *fdt)
{
	uint32_t structure = end_of(fdt_off_dt_struct(fdt), fdt_size_dt_struct(fdt));
	uint32_t strings = end_of(fdt_off_dt_strings(fdt), fdt_size_dt_strings(fdt));
	uint32_t last = structure > strings ? structure : strings;

	return fdt_version(fdt) < 17 || fdt_off_mem_rsvmap(fdt) >= last ? fdt_totalsize(fdt) : last;
}

bool fdt_read_prop(const void *fdt, int offset, struct fdt_prop *prop)
{
	int length;

	*prop = (struct fdt_prop){ 0 };
	if (offset < 0)
		return false;
	prop->data = fdt_getprop_by_offset(fdt, offset, &prop->name, &length);
	if (!prop->data || length < 0)
		return false;
	prop->size = (uint32_t)length;
	return true;
}

const char *fdt_read_name(const void *fdt, int node, uint32_t *length)
{
	int full;
	const char *name = fdt_get_name(fdt, node, &full);

	*length = 0;
	if (!name || full < 0)
		return "";
	while (*length < (uint32_t)full && name[*length] != '@')
		(*length)++;
	return name;
}

bool fdt_name_is(const char *name, uint32_t length, const char *other)
{
	return strlen(other) == length && memcmp(name, other, length) == 0;
}

uint32_t fdt_cell(const struct fdt_prop *prop, uint32_t n)
{
	const uint8_t *at;

	if (n >= prop->size / 4)
		return 0;
	at = prop->data + (size_t)n * 4;
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t fdt_cells(const struct fdt_prop *prop, uint32_t n, uint32_t count)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < count; i++)
		value = value << 32 | fdt_cell(prop, n + i);
	return value;
}

const char *fdt_read_string(const struct fdt_prop *prop)
{
	if (prop->size == 0 || memchr(prop->data, '\0', prop->size) != prop->data + prop->size - 1)
		return NULL;
	return (const char *)prop->data;
}

/* The string that begins at prop->data[at] is text. */
static bool is_string_at(const struct fdt_prop *prop, uint32_t at, const char *text)
{
	for (; at < prop->size && prop->data[at] == (uint8_t)*text; at++, text++)
		if (*text == '\0')
			return true;
	return false;
}

unsigned int fdt_match(const struct fdt_prop *prop, const char *const *text, size_t stride,
		       unsigned int n)
{
	unsigned int best = n;

	for (uint32_t at = 0; at < prop->size; at++) {
		for (unsigned int i = 0; i < best; i++)
			if (is_string_at(prop, at, text[i * stride / sizeof(*text)]))
				best = i;
		while (at < prop->size && prop->data[at] != '\0')
			at++;
	}
	return best;
}

bool fdt_has_string(const struct fdt_prop *prop, const char *text)
{
	return fdt_match(prop, &text, 0, 1) == 0;
}
