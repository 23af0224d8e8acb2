/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small printf for EL2: no libc, no allocation, no 64-bit division.
 *
 * Conversions: %s %c %d %u %x %p %%, with the length modifiers l, ll and z, a minimum width and
 * the flags 0 and - ("%08x", "%-8s", "%016llx"), and a precision for strings ("%.*s", "%.8s").
 * Anything else is copied to the output as it stands, so that a mistake is seen.
 */
#ifndef BELLHOP_HYP_FMT_H
#define BELLHOP_HYP_FMT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define FMT_PRINTF(string, first) __attribute__((format(printf, string, first)))

/*
 * Write to buf[size], always ended by a NUL when size > 0; what does not fit is cut off.
 * Returns the length of the whole text without the NUL, as vsnprintf() does.
 */
int fmt_vprint(char *buf, size_t size, const char *format, va_list args) FMT_PRINTF(3, 0);
int fmt_print(char *buf, size_t size, const char *format, ...) FMT_PRINTF(3, 4);

/* One line about bad input, for the console: names the node and property and what was expected. */
#define FMT_LINE_SIZE 200u
struct fmt_line {
	char text[FMT_LINE_SIZE];
};

/* Write *line (cut off at FMT_LINE_SIZE) and return false: "return fmt_error(...);". */
bool fmt_error(struct fmt_line *line, const char *format, ...) FMT_PRINTF(2, 3);

#endif
