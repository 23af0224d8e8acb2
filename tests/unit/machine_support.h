/* SPDX-License-Identifier: BSD-2-Clause */
/* The descriptions of machines in fdt/, and what they are read into. */
#ifndef BELLHOP_TESTS_UNIT_MACHINE_SUPPORT_H
#define BELLHOP_TESTS_UNIT_MACHINE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <libfdt.h>

#include "fdt_support.h"
#include "hyp/machine.h"

extern struct machine machine;
extern struct fmt_line machine_error;

/* fdt/<name>, compiled. The caller frees its data. */
struct bytes fixture(const char *name);

/* Into `machine`; what is refused fails the test. */
void parse_good(struct bytes fdt);

/* Room for changes with the functions of fdt_rw. Frees what it was made of. */
struct bytes writable(struct bytes fdt);

/* The node's offset; it has to be there. */
int node_at(struct bytes fdt, const char *path);

#endif
