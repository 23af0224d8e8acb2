// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine_support.h"

struct machine machine;
struct fmt_line machine_error;

struct bytes fixture(const char *name)
{
	char path[512];
	struct bytes file;
	struct bytes fdt;
	char *source;

	snprintf(path, sizeof(path), "%s/%s", FDT_DIR, name);
	file = bytes_from_file(path);
	source = calloc(1, file.size + 1);
	assert_non_null(source);
	memcpy(source, file.data, file.size);
	fdt = fdt_from_source(source);
	free(source);
	free(file.data);
	return fdt;
}

void parse_good(struct bytes fdt)
{
	machine_error.text[0] = '\0';
	if (!machine_parse(&machine, fdt.data, fdt.size, &machine_error))
		fail_msg("%s", machine_error.text);
}

struct bytes writable(struct bytes fdt)
{
	struct bytes copy = { .data = calloc(1, fdt.size + 1024), .size = fdt.size + 1024 };

	assert_non_null(copy.data);
	assert_int_equal(fdt_open_into(fdt.data, copy.data, (int)copy.size), 0);
	free(fdt.data);
	return copy;
}

int node_at(struct bytes fdt, const char *path)
{
	int node = fdt_path_offset(fdt.data, path);

	assert_true(node >= 0);
	return node;
}
