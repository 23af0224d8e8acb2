// SPDX-License-Identifier: BSD-2-Clause
/* What a screen shows of two VMs and the hypervisor, character by character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/console_text.h"

#define A 0u
#define B 1u

static struct config config;
static struct console_line lines[2];
static struct console_text t;
static char screen[4096];
static size_t length;

static void take(struct console_out *out)
{
	assert_true(length + out->length < sizeof(screen));
	memcpy(screen + length, out->text, out->length);
	length += out->length;
	screen[length] = '\0';
	out->length = 0;
}

static void write_text(uint32_t who, const char *text)
{
	struct console_out out = { .length = 0 };

	for (; *text != '\0'; text++) {
		console_text_write(&t, who, *text, &out);
		take(&out);
	}
	console_text_resume(&t, &out);
	take(&out);
}

static void focus(uint32_t who)
{
	struct console_out out = { .length = 0 };

	console_text_focus(&t, who, &out);
	take(&out);
}

/* What came since the last look. */
#define assert_screen(expected)                                                                    \
	do {                                                                                       \
		assert_string_equal(screen, expected);                                             \
		length = 0;                                                                        \
		screen[0] = '\0';                                                                  \
	} while (0)

static int setup(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	memset(lines, 0, sizeof(lines));
	memset(&t, 0, sizeof(t));
	t.line = lines;
	strcpy(config.vm[A].name, "a");
	strcpy(config.vm[B].name, "b");
	t.config = &config;
	t.focus = A;
	length = 0;
	screen[0] = '\0';
	return 0;
}

static void focus_is_plain(void **state)
{
	(void)state;
	write_text(A, "one\r\ntwo");
	assert_screen("one\r\ntwo");
}

static void others_in_whole_lines(void **state)
{
	(void)state;
	write_text(B, "half");
	assert_screen("");
	write_text(B, " and half\r\n");
	assert_screen("[b] half and half\r\n");
}

static void begun_line_comes_back(void **state)
{
	(void)state;
	write_text(A, "beg");
	write_text(B, "b\n");
	write_text(A, "un\r\n");
	assert_screen("beg\r\n[b] b\r\nbegun\r\n");
}

/* A guest sends CR and LF apart. The other VM's line must neither write over the line nor be taken
 * for its rest. */
static void between_cr_and_lf(void **state)
{
	(void)state;
	write_text(A, "ok 6 pmr\r");
	write_text(B, "ok 4\r\n");
	write_text(A, "\nok 7\r\n");
	assert_screen("ok 6 pmr\r\r\n[b] ok 4\r\nok 6 pmr\r\nok 7\r\n");
}

/* A progress display: CR, and the line is written anew. */
static void line_written_over(void **state)
{
	(void)state;
	write_text(A, "10 %\r20 %");
	write_text(B, "b\n");
	assert_screen("10 %\r20 %\r\n[b] b\r\n20 %");
	write_text(A, "\r");
	focus(B);
	assert_screen("\r\r\n");
	write_text(A, "30 %\r\n");
	assert_screen("[a] 30 %\r\n");
}

static void empty_line_is_no_begun_line(void **state)
{
	(void)state;
	write_text(A, "\r");
	write_text(B, "b\n");
	write_text(A, "\n");
	assert_screen("\r[b] b\r\n\n");
}

static void hypervisor_has_no_prefix(void **state)
{
	(void)state;
	write_text(A, "beg");
	write_text(CONSOLE_HYPERVISOR, "bellhop: 1\nbellhop: 2\n");
	assert_screen("beg\r\nbellhop: 1\r\nbellhop: 2\r\nbeg");
}

static void before_there_are_vms(void **state)
{
	(void)state;
	t.config = NULL;
	t.focus = CONSOLE_HYPERVISOR;
	write_text(CONSOLE_HYPERVISOR, "bellhop: 1 CPU\n");
	assert_screen("bellhop: 1 CPU\r\n");
}

static void focus_moves_with_its_lines(void **state)
{
	(void)state;
	write_text(A, "beg");
	write_text(B, "half");
	focus(B);
	focus(B);
	assert_screen("beg\r\nhalf");
	write_text(A, "un\n");
	assert_screen("\r\n[a] begun\r\nhalf");
}

static void backspace(void **state)
{
	(void)state;
	write_text(A, "\bab\b");
	write_text(B, "b\n");
	assert_screen("\bab\b\r\n[b] b\r\na");
}

static void long_lines(void **state)
{
	char text[CONSOLE_LINE_SIZE + 2], expected[2 * CONSOLE_LINE_SIZE + 64];

	(void)state;
	memset(text, 'x', CONSOLE_LINE_SIZE + 1);
	text[CONSOLE_LINE_SIZE + 1] = '\0';
	config.options.colour = true;
	memset(config.vm[B].name, 'n', CONFIG_NAME_SIZE - 1);
	write_text(A, text);
	assert_screen(text);
	write_text(B, text);
	snprintf(expected, sizeof(expected), "\r\n\033[33m[%s]\033[0m %.128s\r\n%.128s",
		 config.vm[B].name, text, text);
	assert_screen(expected);
	write_text(B, "\n");
	snprintf(expected, sizeof(expected), "\r\n\033[33m[%s]\033[0m x\r\n%.128s",
		 config.vm[B].name, text);
	assert_screen(expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(focus_is_plain, setup),
		cmocka_unit_test_setup(others_in_whole_lines, setup),
		cmocka_unit_test_setup(begun_line_comes_back, setup),
		cmocka_unit_test_setup(between_cr_and_lf, setup),
		cmocka_unit_test_setup(line_written_over, setup),
		cmocka_unit_test_setup(empty_line_is_no_begun_line, setup),
		cmocka_unit_test_setup(hypervisor_has_no_prefix, setup),
		cmocka_unit_test_setup(before_there_are_vms, setup),
		cmocka_unit_test_setup(focus_moves_with_its_lines, setup),
		cmocka_unit_test_setup(backspace, setup),
		cmocka_unit_test_setup(long_lines, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
