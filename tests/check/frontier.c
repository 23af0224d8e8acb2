// SPDX-License-Identifier: BSD-2-Clause
/*
 * A state as bytes: for each word of the parts that differs, its number, which of its bytes differ,
 * and those bytes; END closes it. Chunks are given back as soon as they have been read.
 */
#include "tests/check/frontier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES (1u << 20)
#define END UINT16_MAX
#define WORD 8u
#define BYTES_OF(words) ((words) * (WORD + 3u) + 2u) /* at most */

_Static_assert(BYTES_OF(UINT16_MAX) < CHUNK_BYTES, "a state is never split");

struct chunk {
	struct chunk *next;
	size_t used;
	uint8_t bytes[CHUNK_BYTES];
};

void *need(void *memory)
{
	if (!memory) {
		fprintf(stderr, "out of memory\n");
		exit(2);
	}
	return memory;
}

static struct chunk *chunk_for_one_more(struct frontier *f, const struct part *part, unsigned int n)
{
	struct chunk *chunk = f->last;
	size_t words = 0;

	for (unsigned int i = 0; i < n; i++)
		words += part[i].n;
	if (chunk && chunk->used + BYTES_OF(words) <= CHUNK_BYTES)
		return chunk;
	chunk = need(malloc(sizeof(*chunk)));
	chunk->next = NULL;
	chunk->used = 0;
	if (f->last)
		f->last->next = chunk;
	else
		f->first = chunk;
	f->last = chunk;
	f->bytes += sizeof(*chunk);
	return chunk;
}

static uint8_t *put_number(uint8_t *out, uint16_t number)
{
	memcpy(out, &number, sizeof(number));
	return out + sizeof(number);
}

static uint8_t *put_word(uint8_t *out, uint16_t number, const uint8_t *is, const uint8_t *was)
{
	uint8_t *mask;

	if (!memcmp(is, was, WORD))
		return out;
	mask = put_number(out, number);
	out = mask + 1;
	*mask = 0;
	for (unsigned int i = 0; i < WORD; i++) {
		if (is[i] == was[i])
			continue;
		*mask |= (uint8_t)(1u << i);
		*out++ = is[i];
	}
	return out;
}

void frontier_push(struct frontier *f, const struct part *part, unsigned int n, const void *first,
		   const void *state)
{
	struct chunk *chunk = chunk_for_one_more(f, part, n);
	uint8_t *out = chunk->bytes + chunk->used;

	for (unsigned int i = 0; i < n; i++) {
		size_t at = part[i].at;
		size_t end = at + part[i].n;

		for (; at < end; at++)
			out = put_word(out, (uint16_t)at, (const uint8_t *)state + at * WORD,
				       (const uint8_t *)first + at * WORD);
	}
	out = put_number(out, END);
	chunk->used = (size_t)(out - chunk->bytes);
}

static const uint8_t *take_word(const uint8_t *in, uint8_t *state)
{
	uint16_t number;
	uint8_t mask;

	memcpy(&number, in, sizeof(number));
	in += sizeof(number);
	if (number == END)
		return in;
	for (mask = *in++; mask; mask &= (uint8_t)(mask - 1))
		state[number * WORD + (unsigned int)__builtin_ctz(mask)] = *in++;
	return in;
}

static void drop_first_chunk(struct frontier *f)
{
	struct chunk *chunk = f->first;

	f->first = chunk->next;
	if (!f->first)
		f->last = NULL;
	f->read = 0;
	f->bytes -= sizeof(*chunk);
	free(chunk);
}

void frontier_pop(struct frontier *f, const struct part *part, unsigned int n, const void *first,
		  void *state)
{
	const uint8_t *in;
	uint16_t number;

	while (f->read == f->first->used)
		drop_first_chunk(f);
	for (unsigned int i = 0; i < n; i++)
		memcpy((uint8_t *)state + part[i].at * WORD,
		       (const uint8_t *)first + part[i].at * WORD, part[i].n * WORD);
	in = f->first->bytes + f->read;
	do {
		memcpy(&number, in, sizeof(number));
		in = take_word(in, state);
	} while (number != END);
	f->read = (size_t)(in - f->first->bytes);
}

void frontier_free(struct frontier *f)
{
	while (f->first)
		drop_first_chunk(f);
}
