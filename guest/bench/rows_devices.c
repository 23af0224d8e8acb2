// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a VM does for itself as its own device model: a store that rings a bell, and a load that the
 * other vCPU, on the same CPU, carries out.
 */
#include "bench.h"
#include "doorbell.h"

#define DOORBELL 0x0c100000u
#define DEVICE 0x0c101000u
#define BELL_VM 0u /* the only one */

static uint32_t claim, claim_bell;
static volatile bool serving, stop;

/* Nobody listens. */
static void row_ioevent(void)
{
	uint32_t bell;

	if (doorbell_create(0, 0, &bell) != BELLHOP_OK ||
	    doorbell_ioevent(BELL_VM, DOORBELL, 4, 0, bell, 0) != BELLHOP_OK)
		return;
	MEASURE("ioevent_write", ITERATIONS, 1, trap_write(DOORBELL, 1));
	MEASURE("ioevent_miss", ITERATIONS, 1, trap_write(DOORBELL + 8, 1));
	for (uint32_t i = 1; i < BELLHOP_MAX_IOEVENTS; i++)
		if (doorbell_ioevent(BELL_VM, DOORBELL + 4 * i, 4, 0, bell, 0) != BELLHOP_OK)
			return;
	MEASURE("ioevent_of_64", ITERATIONS, 1,
		trap_write(DOORBELL + 4 * (BELLHOP_MAX_IOEVENTS - 1), 1));
	doorbell_close(bell);
}

static void serve(void *arg)
{
	struct doorbell_access access;
	uint64_t count;
	uint32_t status;

	(void)arg;
	serving = true;
	while (!stop) {
		doorbell_wait(claim_bell, BELLHOP_NEVER, &status);
		doorbell_read(claim_bell, &count);
		while (doorbell_get(claim, &access) == BELLHOP_OK)
			doorbell_complete(claim, access.request, 1, 0);
	}
}

static void row_forward(void)
{
	if (doorbell_create(0, 0, &claim_bell) != BELLHOP_OK ||
	    doorbell_claim(BELL_VM, DEVICE, 0x1000, claim_bell, 0, &claim) != BELLHOP_OK)
		return;
	vcpu_start(1, serve, 0);
	while (!serving)
		cpu_relax();
	MEASURE("forwarded_read", ITERATIONS / 5, 1, trap_read(DEVICE));
	stop = true;
	trap_read(DEVICE);
	while (!vcpu_wait_off(1, 100))
		;
}

void rows_devices(void)
{
	if (!doorbell_present())
		return;
	row_ioevent();
	row_forward();
}
