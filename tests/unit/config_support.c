// SPDX-License-Identifier: BSD-2-Clause
#include "config_support.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

const struct machine test_machine = {
	.memory = { { 0x40000000, 0x20000000 } },
	.n_memory = 1,
	.mpidr = { 0, 1 },
	.n_cpus = 2,
};

struct bytes config_pack(const char *description)
{
	static const uint8_t rom[8192] = { 1 };
	static uint8_t zimage[64];
	static const uint8_t magic[] = { 0x18, 0x28, 0x6f, 0x01, 0, 0, 0, 0, 64, 0, 0, 0 };
	const struct named_image images[] = {
		{ "zImage", zimage, sizeof(zimage) },
		{ "raw", rom, 64 },
		{ "rom", rom, sizeof(rom) },
		{ "empty", rom, 0 },
	};

	for (size_t i = 0; i < sizeof(magic); i++)
		zimage[0x24 + i] = magic[i];
	return pack_from_images(description, images, sizeof(images) / sizeof(images[0]));
}

uint64_t test_copy[0x1000];

struct bytes config_load_good(struct config *config, const char *description)
{
	struct bytes fit = config_pack(description);
	struct fmt_line error;
	struct pack pack;

	if (!pack_open(&pack, fit.data, fit.size, &error) ||
	    !config_load(config, &pack, &test_machine, test_copy, sizeof(test_copy), &error))
		fail_msg("%s", error.text);
	return fit;
}
