// SPDX-License-Identifier: BSD-2-Clause
/* The first block is the first vector of RFC 8439, A.1; the others are openssl's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hyp/rng.h"

static void assert_draw(struct rng *rng, const char *hex)
{
	uint8_t bytes[RNG_SEED_SIZE];

	rng_draw(rng, bytes);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		const char digits[] = { hex[2 * i], hex[2 * i + 1], '\0' };

		assert_int_equal(bytes[i], strtoul(digits, NULL, 16));
	}
}

static void each_draw_is_the_block_of_a_key_of_its_own(void **state)
{
	static const uint8_t zero[RNG_SEED_SIZE];
	struct rng rng;

	(void)state;
	rng_init(&rng, zero, sizeof(zero));
	assert_draw(&rng, "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
	assert_draw(&rng, "afbdad2845b93cdbb2fe6463d2fe162adae0f6e676f0494218f5ce0596e79f5c");
	assert_draw(&rng, "835c9677f558611a69389b6ee93b043029b657d23144c775f0d0454bce601267");
}

static void a_long_seed_counts_whole(void **state)
{
	uint8_t seed[48];
	struct rng rng;

	(void)state;
	for (unsigned int i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)(i * 7 + 3);
	rng_init(&rng, seed, sizeof(seed));
	assert_draw(&rng, "b470e3edc0c79a265947b759dfd7fa50d4d8a4d324440bd5e83053767cc37374");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_draw_is_the_block_of_a_key_of_its_own),
		cmocka_unit_test(a_long_seed_counts_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
