// SPDX-License-Identifier: BSD-2-Clause
/*
 * What of EL2 has run: at the machine's end, whatever its reason, the counters that the compiler
 * has put in go through semihosting into *.gcda files in the emulator's working directory. Only in
 * images that are built with BELLHOP_COVERAGE; tools/coverage_el2.py reads the files.
 */
#include <stddef.h>
#include <stdint.h>

#include <gcov.h>

#include "hyp/console.h"
#include "hyp/libc.h"

#define SYS_OPEN 0x01u
#define SYS_CLOSE 0x02u
#define SYS_WRITE 0x05u
#define SYS_EXIT_EXTENDED 0x20u
#define OPEN_WB 5u
#define FILE_SIZE 0x10000u

uint32_t __real_semihosting_call(uint32_t operation, const void *argument);
uint32_t __wrap_semihosting_call(uint32_t operation, const void *argument);

/* One of each object file, by the linker script. */
extern const struct gcov_info *const __gcov_info_start[];
extern const struct gcov_info *const __gcov_info_end[];

/* One file at a time, written as a whole. */
static struct {
	const char *name;
	uint32_t length;
	uint8_t data[FILE_SIZE];
} file;

/* Without the folder: the object files' names are different. */
static void take_name(const char *name, void *arg)
{
	const char *slash = strrchr(name, '/');

	(void)arg;
	file.name = slash != NULL ? slash + 1 : name;
	file.length = 0;
}

static void take_data(const void *data, unsigned int length, void *arg)
{
	(void)arg;
	if (length > sizeof(file.data) - file.length)
		length = sizeof(file.data) - file.length;
	memcpy(&file.data[file.length], data, length);
	file.length += length;
}

/* For counters of a kind that is not used here. */
static void *allocate(unsigned int length, void *arg)
{
	(void)length;
	(void)arg;
	return NULL;
}

static void write_file(void)
{
	const uint32_t open[] = { (uint32_t)file.name, OPEN_WB, strlen(file.name) };
	const uint32_t handle = __real_semihosting_call(SYS_OPEN, open);
	const uint32_t write[] = { handle, (uint32_t)file.data, file.length };

	if (handle == UINT32_MAX || __real_semihosting_call(SYS_WRITE, write) != 0) {
		console_print("bellhop: coverage: cannot write %s\n", file.name);
		return;
	}
	(void)__real_semihosting_call(SYS_CLOSE, &handle);
}

/* The call that ends the emulator comes last. */
uint32_t __wrap_semihosting_call(uint32_t operation, const void *argument)
{
	const struct gcov_info *const *info = __gcov_info_start;

	/* Without this the compiler knows that the two symbols are different objects. */
	__asm__ volatile("" : "+r"(info));
	for (; operation == SYS_EXIT_EXTENDED && info != __gcov_info_end; info++) {
		__gcov_info_to_gcda(*info, take_name, take_data, allocate, NULL);
		write_file();
	}
	return __real_semihosting_call(operation, argument);
}
