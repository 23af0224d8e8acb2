/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * States that wait for their turn in a search, first in, first out. Each is kept as its difference
 * from the first state of the search, a few dozen to a few hundred bytes.
 */
#ifndef BELLHOP_CHECK_FRONTIER_H
#define BELLHOP_CHECK_FRONTIER_H

#include <stddef.h>
#include <stdint.h>

/* What is kept of a state: whole 8-byte words, in ascending order, without overlap. */
struct part {
	uint16_t at;
	uint16_t n;
};

struct chunk;
struct frontier {
	struct chunk *first;
	struct chunk *last;
	size_t read;  /* in first */
	size_t bytes; /* of all chunks */
};

/* The difference of *state from *first in these parts, put at the end. */
void frontier_push(struct frontier *f, const struct part *part, unsigned int n, const void *first,
		   const void *state);
/* The one at the front becomes *state, in these parts; there has to be one. */
void frontier_pop(struct frontier *f, const struct part *part, unsigned int n, const void *first,
		  void *state);
void frontier_free(struct frontier *f);

/* Memory that has to be there: ends the program where it is not. */
void *need(void *memory);

#endif
