// SPDX-License-Identifier: BSD-2-Clause
#include "disturb.h"

#include <inttypes.h>
#include <stdio.h>

#include "timer.h"

#define LONGEST_US 2000u
#define LONGEST_PAUSE_US 5000u
#define TURN_US 100u
#define YOUNG_US 1000u

enum kind { MASK, UNBIND, LASTING, PAUSE = LASTING, KINDS };

static struct doorbell_level *victim;
static uint32_t seed, mean;
static uint32_t times[KINDS];
static uint64_t until[LASTING]; /* 0: it is not so now */
static uint64_t cut;		/* in all: some turn out to be handled */
static uint64_t seen;		/* signals */
static uint64_t young;		/* until when the last one's level may be disturbed */

static uint32_t random_below(uint32_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % limit;
}

void disturb_init(struct doorbell_level *level, uint32_t every)
{
	victim = level;
	mean = every;
	seed = (uint32_t)timer_now() | 1; /* another run, another order */
}

/* Half of the times at once. */
static uint64_t some_time_from_now(uint32_t longest_us)
{
	return timer_now() + timer_us(random_below(2) * random_below(longest_us));
}

static int32_t unbind(void)
{
	const uint64_t before = victim->cut;
	const int32_t status = doorbell_level_unbind(victim);

	cut += victim->cut > before;
	return status;
}

static int32_t change(enum kind kind, bool on)
{
	if (kind == MASK)
		return doorbell_mask(victim->irq, on);
	return on ? unbind() : doorbell_level_bind(victim);
}

static int32_t begin(enum kind kind)
{
	if (kind != PAUSE && until[kind] != 0)
		return BELLHOP_OK; /* it is so already */
	times[kind]++;
	if (kind == PAUSE) {
		timer_delay_us(random_below(LONGEST_PAUSE_US));
		return BELLHOP_OK;
	}
	/* The client may go on meanwhile: an end that was told is not known here yet. */
	timer_delay_us(random_below(2) * random_below(TURN_US));
	until[kind] = some_time_from_now(LONGEST_US);
	return change(kind, true);
}

static int32_t end(enum kind kind)
{
	until[kind] = 0;
	return change(kind, false);
}

/*
 * A level that is raised for long is left alone until its end: to cut it would heal a signal or an
 * end that was lost.
 */
static bool may_begin(void)
{
	if (seen != victim->signals) {
		seen = victim->signals;
		young = timer_now() + timer_us(YOUNG_US);
	}
	return !victim->raised || timer_now() < young;
}

int32_t disturb(void)
{
	int32_t status = BELLHOP_OK;

	if (mean == 0)
		return status;
	for (enum kind k = MASK; k < LASTING && status == BELLHOP_OK; k++)
		if (until[k] != 0 && timer_now() >= until[k])
			status = end(k);
	if (status == BELLHOP_OK && may_begin() && random_below(mean) == 0)
		status = begin((enum kind)random_below(KINDS));
	return status;
}

/* While a level is young there are turns without a reason: the client may not know of it yet. */
uint64_t disturb_next(void)
{
	uint64_t next = BELLHOP_NEVER;

	if (mean == 0)
		return next;
	for (enum kind kind = MASK; kind < LASTING; kind++)
		if (until[kind] != 0 && until[kind] < next)
			next = until[kind];
	if (next == BELLHOP_NEVER && victim->raised && may_begin())
		next = some_time_from_now(TURN_US);
	return next;
}

static uint32_t excess(uint64_t a, uint64_t b)
{
	return a > b ? (uint32_t)(a - b) : 0;
}

void disturb_report(const char *name, uint64_t runs)
{
	if (mean == 0)
		return;
	printf("%s: %" PRIu32 " masks, %" PRIu32 " unbinds, %" PRIu32 " levels cut, %" PRIu32
	       " pauses\n",
	       name, times[MASK], times[UNBIND], (uint32_t)cut, times[PAUSE]);
	printf("%s: %" PRIu32 " told, %" PRIu32 " handlers, %" PRIu32 " runs: %" PRIu32
	       " extra, %" PRIu32 " missing\n",
	       name, (uint32_t)(victim->signals - victim->cut), (uint32_t)victim->handlers,
	       (uint32_t)runs, excess(runs, victim->signals), excess(victim->handlers, runs));
}
