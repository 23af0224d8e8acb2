// SPDX-License-Identifier: BSD-2-Clause
#include "conformance.h"

#define CONFORMANCE_WRAP(name)                                                                     \
	static void run_##name(void)                                                               \
	{                                                                                          \
		begin();                                                                           \
		name();                                                                            \
		end();                                                                             \
	}
CONFORMANCE_CASES(CONFORMANCE_WRAP)

#define CONFORMANCE_ENTRY(name) { #name, run_##name },
static const struct ktap_test cases[] = { CONFORMANCE_CASES(CONFORMANCE_ENTRY) };

int main(void)
{
	return ktap_run_all(cases);
}
