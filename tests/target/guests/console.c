// SPDX-License-Identifier: BSD-2-Clause
/* Says back each line that is typed; "quit" ends with a KTAP result. For the runner. */
#include <stdio.h>
#include <string.h>

#include "common.h"

static unsigned int lines;

static void test_echo(void)
{
	char line[128];

	puts("console: ready");
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		lines++;
		printf("console: %u <%s>\n", (unsigned int)strlen(line), line);
	}
	ktap_check(lines > 0, "no line was typed");
}

static const struct ktap_test tests[] = {
	{ "echo", test_echo },
};

int main(void)
{
	return ktap_run_all(tests);
}
