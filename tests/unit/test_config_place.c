// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_support.h"

#define MIB 0x100000ull

static struct config config;
static struct machine machine;
static struct fmt_line error;

static void add_vm(const char *name, uint32_t ipa, uint32_t size)
{
	struct vm_config *vm = &config.vm[config.n_vms++];

	fmt_print(vm->name, sizeof(vm->name), "%s", name);
	vm->n_regions = 1;
	vm->region[0] = (struct region){ .ipa = ipa, .size = size, .name = "memory" };
}

static void add_shm(const char *name, uint32_t size)
{
	struct shm_config *shm = &config.shm[config.n_shm++];

	fmt_print(shm->name, sizeof(shm->name), "%s", name);
	shm->size = size;
}

static int setup(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	memset(&machine, 0, sizeof(machine));
	machine.memory[0] = (struct phys_range){ 0x40000000, 256 * MIB };
	machine.n_memory = 1;
	return 0;
}

static bool place(const struct phys_range *taken, size_t n)
{
	error.text[0] = '\0';
	return config_place(&config, &machine, taken, n, &error);
}

static uint64_t pa_of(unsigned int vm)
{
	return config.vm[vm].region[0].pa;
}

static void the_largest_is_placed_first(void **state)
{
	(void)state;
	add_vm("small", 0x40000000, 1 * MIB);
	add_vm("large", 0x40000000, 64 * MIB);
	add_shm("box", 4096);
	assert_true(place(NULL, 0));
	assert_int_equal(pa_of(1), 0x40000000);
	assert_int_equal(pa_of(0), 0x44000000);
	assert_int_equal(config.shm[0].pa, 0x44100000);
}

static void what_is_taken_stays_free(void **state)
{
	const struct phys_range taken[] = { { 0x40010000, 0x1f0001 }, { 0x48000000, 3 * MIB } };

	(void)state;
	machine.reserved[0] = (struct phys_range){ 0x4f000000, 16 * MIB };
	machine.n_reserved = 1;
	/* Free: 64 KiB at the foot, 124 MiB before the second one, 108 MiB behind it. */
	add_vm("a", 0x40000000, 124 * MIB);
	add_vm("b", 0x40000000, 108 * MIB);
	add_vm("c", 0x40000000, 4096);
	assert_true(place(taken, 2));
	assert_int_equal(pa_of(0), 0x40400000);
	assert_int_equal(pa_of(1), 0x48400000);
	assert_int_equal(pa_of(2), 0x40000000);
}

static void the_tightest_gap_is_used(void **state)
{
	const struct phys_range taken[] = { { 0x42000000, 2 * MIB }, { 0x43000000, 2 * MIB } };

	(void)state;
	/* Gaps of 32, 14 and 206 MiB. */
	add_vm("a", 0x40000000, 14 * MIB);
	add_vm("b", 0x40000000, 32 * MIB);
	assert_true(place(taken, 2));
	assert_int_equal(pa_of(0), 0x42200000);
	assert_int_equal(pa_of(1), 0x40000000);
}

static void memory_that_is_all_used_is_an_error(void **state)
{
	(void)state;
	add_vm("a", 0x40000000, 128 * MIB);
	add_vm("b", 0x40000000, 126 * MIB);
	add_shm("box", 4 * MIB);
	assert_false(place(NULL, 0));
	assert_string_equal(error.text,
			    "/shared-memory/box: size: no 0x400000 bytes of memory left "
			    "(largest free: 0x200000)");
	config.shm[0].size = 2 * MIB;
	assert_true(place(NULL, 0));
	config.vm[1].region[0].size = 130 * MIB;
	assert_false(place(NULL, 0));
	assert_string_equal(error.text, "/vms/a: memory: no 0x8000000 bytes of memory left "
					"(largest free: 0x7e00000)");
}

static void identity_is_the_same_address(void **state)
{
	const struct phys_range taken[] = { { 0x4e000000, 4096 } };

	(void)state;
	add_vm("a", 0x40000000, 128 * MIB);
	add_vm("b", 0x40000000, 32 * MIB);
	config.vm[1].region[0].identity = true;
	assert_true(place(taken, 1));
	assert_int_equal(pa_of(1), 0x40000000);
	assert_int_equal(pa_of(0), 0x42000000);
	config.vm[1].region[0].ipa = 0x4d000000;
	assert_false(place(taken, 1));
	assert_string_equal(error.text,
			    "/vms/b: memory: identity: 0x4d000000+0x2000000 is not free "
			    "in the machine's memory");
	config.vm[1].region[0].ipa = 0x30000000;
	assert_false(place(taken, 1));
}

static void memory_above_4_gib_is_used(void **state)
{
	(void)state;
	machine.memory[1] = (struct phys_range){ 0x880000000, 1024 * MIB };
	machine.memory[2] = (struct phys_range){ 1ull << 40, 4096 * MIB };
	machine.n_memory = 3;
	add_vm("a", 0x40000000, 512 * MIB);
	assert_true(place(NULL, 0));
	assert_int_equal(pa_of(0), 0x880000000);
	config.vm[0].region[0].size = 2048 * MIB;
	assert_false(place(NULL, 0));
}

static bool disjoint(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a + a_size <= b || b + b_size <= a;
}

static void check_placement(const struct phys_range *taken)
{
	for (unsigned int i = 0; i < config.n_vms; i++) {
		const struct region *region = &config.vm[i].region[0];

		assert_true(region->pa >= 0x40000000);
		assert_true(region->pa + region->size <= 0x50000000);
		assert_int_equal(region->pa % (region->size >= 2 * MIB ? 2 * MIB : 4096), 0);
		assert_true(disjoint(region->pa, region->size, taken->base, taken->size));
		for (unsigned int j = 0; j < i; j++)
			assert_true(disjoint(region->pa, region->size, config.vm[j].region[0].pa,
					     config.vm[j].region[0].size));
	}
}

/* A simple generator with a fixed seed: the same runs everywhere. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void random_sizes_never_overlap(void **state)
{
	uint32_t seed = 1;
	unsigned int placed = 0;

	(void)state;
	for (unsigned int round = 0; round < 500; round++) {
		struct phys_range taken;

		setup(NULL);
		taken.base = 0x40000000 + next_random(&seed) % (200 * MIB);
		taken.size = 1 + next_random(&seed) % (16 * MIB);
		for (unsigned int i = 0; i < 12; i++) {
			uint32_t pages = 1 + next_random(&seed) % 8192;

			add_vm("v", 0x40000000, pages * 4096);
		}
		if (!place(&taken, 1))
			continue;
		placed++;
		check_placement(&taken);
	}
	assert_in_range(placed, 50, 499);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_largest_is_placed_first, setup),
		cmocka_unit_test_setup(what_is_taken_stays_free, setup),
		cmocka_unit_test_setup(the_tightest_gap_is_used, setup),
		cmocka_unit_test_setup(memory_that_is_all_used_is_an_error, setup),
		cmocka_unit_test_setup(identity_is_the_same_address, setup),
		cmocka_unit_test_setup(memory_above_4_gib_is_used, setup),
		cmocka_unit_test_setup(random_sizes_never_overlap, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
