/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KTAP version 1 on standard output, one write per line, from vCPU 0 only:
 *
 *	KTAP version 1
 *	1..2
 *	ok 1 name
 *	not ok 2 name
 *	# Totals: pass:1 fail:1 skip:0
 *	# exit 1
 *
 * tests/target/run.py accepts a run only with the plan completed and "# exit 0" at its end.
 */
#ifndef BELLHOP_GUEST_KTAP_H
#define BELLHOP_GUEST_KTAP_H

#include <stdbool.h>

/* Names are [a-z0-9_]. A test returns normally; what it checked is in ktap_check() calls. */
struct ktap_test {
	const char *name;
	void (*run)(void);
};

/* Runs all tests in order, prints plan, results and totals; returns 0 when none failed, else 1. */
int ktap_run(const struct ktap_test *tests, unsigned int n);
#define ktap_run_all(tests) ktap_run((tests), sizeof(tests) / sizeof((tests)[0]))

/* Within a test: a false condition makes it "not ok" and prints the diagnosis, at most 8 a test. */
bool ktap_expect(bool condition, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
#define ktap_check(condition, ...) ktap_expect((condition), __FILE_NAME__, __LINE__, __VA_ARGS__)
#define ktap_check_eq(got, want, what)                                                             \
	do {                                                                                       \
		const unsigned long ktap_got_ = (unsigned long)(got);                              \
		const unsigned long ktap_want_ = (unsigned long)(want);                            \
		ktap_check(ktap_got_ == ktap_want_, "%s: got 0x%lx, expected 0x%lx", what,         \
			   ktap_got_, ktap_want_);                                                 \
	} while (0)

/* Within a test: it counts as skipped (unless a check has failed). */
void ktap_skip(const char *reason);

/* A comment line. */
void ktap_diag(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#endif
