// SPDX-License-Identifier: BSD-2-Clause
#include "ktap.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#define MAX_DIAGNOSES 8

static struct {
	unsigned int failures;
	const char *skip;
} current;

static void diag_line(const char *prefix, const char *fmt, va_list args)
{
	char text[160];

	vsnprintf(text, sizeof(text), fmt, args);
	printf("# %s%s\n", prefix, text);
}

bool ktap_expect(bool condition, const char *file, int line, const char *fmt, ...)
{
	char where[48];
	va_list args;

	if (condition)
		return true;
	if (current.failures++ < MAX_DIAGNOSES) {
		snprintf(where, sizeof(where), "%s:%d: ", file, line);
		va_start(args, fmt);
		diag_line(where, fmt, args);
		va_end(args);
	}
	return false;
}

void ktap_skip(const char *reason)
{
	current.skip = reason;
}

void ktap_diag(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	diag_line("", fmt, args);
	va_end(args);
}

int ktap_run(const struct ktap_test *tests, unsigned int n)
{
	unsigned int pass = 0;
	unsigned int skip = 0;

	printf("KTAP version 1\n1..%u\n", n);
	for (unsigned int i = 0; i < n; i++) {
		current.failures = 0;
		current.skip = NULL;
		tests[i].run();
		if (current.failures) {
			printf("not ok %u %s\n", i + 1, tests[i].name);
		} else if (current.skip) {
			printf("ok %u %s # SKIP %s\n", i + 1, tests[i].name, current.skip);
			skip++;
		} else {
			printf("ok %u %s\n", i + 1, tests[i].name);
			pass++;
		}
	}
	const int code = pass + skip == n ? 0 : 1;

	printf("# Totals: pass:%u fail:%u skip:%u\n# exit %d\n", pass, n - pass - skip, skip, code);
	return code;
}
