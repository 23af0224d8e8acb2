// SPDX-License-Identifier: BSD-2-Clause
/*
 * A device model in 40 lines: a counter of another VM that ticks every 10 ms. docs/device-models.md
 * goes through it. Word 0 reads the ticks that nobody has seen yet; a store there takes some away;
 * the interrupt is a level that is high while there are any.
 */
#include <stdio.h>

#include "doorbell.h"
#include "timer.h"

static struct doorbell_loop loop;
static struct doorbell_level interrupt;
static struct doorbell_device device;
static uint32_t claim, ticks;

static bool wanted(void *arg)
{
	(void)arg;
	return ticks != 0;
}

static void on_access(void *arg, uint64_t count)
{
	struct doorbell_access access;
	int32_t status;

	(void)arg, (void)count;
	while ((status = doorbell_get(claim, &access)) != BELLHOP_AGAIN) {
		if (status == BELLHOP_STATE) {
			ticks = 0; /* the client was reset */
			continue;
		}
		if (BELLHOP_MMIO_IS_WRITE(access.request))
			ticks -= access.value;
		doorbell_complete(claim, access.request, ticks, 0);
	}
}

int main(void)
{
	uint32_t bell;
	uint64_t next = timer_now();

	interrupt.wanted = wanted;
	if (!doorbell_served("client", "ticks", &device) || doorbell_loop_init(&loop) ||
	    doorbell_loop_add(&loop, on_access, NULL, &bell) ||
	    doorbell_level_init(&interrupt, &loop, device.vm, device.intid) ||
	    doorbell_claim(device.vm, device.address, device.size, bell, 0, &claim)) {
		puts("level: nothing to serve");
		return 1;
	}
	for (;;) {
		if (timer_now() >= next) {
			next += timer_ms(10);
			ticks++;
			doorbell_level_update(&interrupt);
		}
		doorbell_loop_run(&loop, next);
	}
}
