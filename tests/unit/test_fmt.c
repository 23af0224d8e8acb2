// SPDX-License-Identifier: BSD-2-Clause
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/fmt.h"

/* The C library is the oracle: the same text and the same length. */
#define CHECK(...)                                                                                 \
	do {                                                                                       \
		char ours[128];                                                                    \
		char libc[128];                                                                    \
		int length = snprintf(libc, sizeof(libc), __VA_ARGS__);                            \
		assert_int_equal(fmt_print(ours, sizeof(ours), __VA_ARGS__), length);              \
		assert_string_equal(ours, libc);                                                   \
	} while (0)

static void conversions_match_libc(void **state)
{
	(void)state;
	CHECK("plain");
	CHECK("%s|%10s|%-10s|%.3s|%.*s", "text", "text", "text", "text", 2, "text");
	CHECK("%.*s|%.*s|", 0, "text", -1, "text");
	CHECK("%c%c 100%%", 'a', 'b');
	CHECK("%d %d %d", 0, INT_MAX, INT_MIN);
	CHECK("%5d|%-5d|%05d|%05d", 42, 42, 42, -42);
	CHECK("%u %u", 0u, UINT_MAX);
	CHECK("%x %08x %8x %-8x|", 0xbeefu, 0xbeefu, 0xbeefu, 0xbeefu);
	CHECK("%lu %lx %ld", ULONG_MAX, ULONG_MAX, LONG_MIN);
	CHECK("%zu %zx", SIZE_MAX, (size_t)0x1234);
	CHECK("%lld %lld", LLONG_MIN, LLONG_MAX);
	CHECK("%s=%u, %s=%x", "a", 1u, "b", 2u);
}

static void decimal_needs_no_wide_division(void **state)
{
	(void)state;
	for (unsigned long long value = 1; value < ULLONG_MAX / 11; value = value * 10 + 9) {
		CHECK("%llu", value);
		CHECK("%llu", value + 1);
		CHECK("%016llx", value);
	}
	CHECK("%llu", ULLONG_MAX);
	CHECK("%llu", 0x100000000ull);
}

static void pointers_show_all_digits(void **state)
{
	char text[32];

	(void)state;
	fmt_print(text, sizeof(text), "%p", (void *)0xf0001234);
	assert_string_equal(text, sizeof(void *) == 8 ? "0x00000000f0001234" : "0xf0001234");
}

static void long_text_is_cut_off(void **state)
{
	char text[8];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(fmt_print(text, 5, "%s", "123456789"), 9);
	assert_string_equal(text, "1234");
	assert_int_equal(text[5], 'x');
	assert_int_equal(fmt_print(text, 0, "%d", 12345), 5);
	assert_int_equal(text[0], '1');
	assert_int_equal(fmt_print(text, sizeof(text), "%s", "1234567"), 7);
	assert_string_equal(text, "1234567");
}

static int print_unchecked(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = fmt_vprint(buf, size, format, args);
	va_end(args);
	return length;
}

static void mistakes_are_visible(void **state)
{
	char text[32];

	(void)state;
	print_unchecked(text, sizeof(text), "a %q b %", 0);
	assert_string_equal(text, "a %q b %");
	print_unchecked(text, sizeof(text), "[%s]", NULL);
	assert_string_equal(text, "[(null)]");
}

static void an_error_line_is_false(void **state)
{
	struct fmt_line line;

	(void)state;
	assert_false(fmt_error(&line, "/%s: %u", "x", 3u));
	assert_string_equal(line.text, "/x: 3");
	assert_false(fmt_error(&line, "%300s", "x"));
	assert_int_equal(strlen(line.text), FMT_LINE_SIZE - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversions_match_libc),
		cmocka_unit_test(decimal_needs_no_wide_division),
		cmocka_unit_test(pointers_show_all_digits),
		cmocka_unit_test(long_text_is_cut_off),
		cmocka_unit_test(mistakes_are_visible),
		cmocka_unit_test(an_error_line_is_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
