// SPDX-License-Identifier: BSD-2-Clause
/* replay FILE...: a fuzzer's inputs once more, for compilers without libFuzzer. */
#include <stdbool.h>
#include <stdio.h>

#include "tests/fuzz/fuzz.h"

static bool replay(const char *path)
{
	static uint8_t data[1u << 20];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		perror(path);
		return false;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	return true;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!replay(argv[i]))
			return 1;
	printf("%d inputs\n", argc - 1);
	return argc > 1 ? 0 : 2;
}
