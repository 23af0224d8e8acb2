// SPDX-License-Identifier: BSD-2-Clause
/*
 * A device model that behaves, is slow, does not answer, refuses, lies, and restarts, as its client
 * asks for by the register that it accesses (device.h). It says nothing on its console: the client
 * judges.
 */
#include <string.h>

#include "common.h"
#include "device.h"
#include "device_events.h"
#include "doorbell.h"

#define CLIENT "vm"

static struct doorbell_loop loop;
static uint32_t client;
static uint32_t memory_claim, odd_claim, zeros_claim, zeros_bell;
static uint8_t memory[0x1000];
static uint32_t slow_ms, slow_count;
static uint32_t never; /* the last request that was not answered */

void must(int32_t status, const char *what)
{
	if (status == BELLHOP_OK)
		return;
	ktap_diag("device: %s: %s", what, doorbell_error(status));
	psci_system_off();
}

static void on_memory(void *arg, uint64_t count)
{
	struct doorbell_access access;

	(void)arg, (void)count;
	while (doorbell_get(memory_claim, &access) == BELLHOP_OK) {
		uint8_t *byte = &memory[access.address - DEVICE_MEMORY];
		const uint32_t width = BELLHOP_MMIO_WIDTH(access.request);
		uint32_t value = 0;

		if (BELLHOP_MMIO_IS_WRITE(access.request))
			memcpy(byte, &access.value, width);
		else
			memcpy(&value, byte, width);
		doorbell_complete(memory_claim, access.request, value, 0);
	}
}

/* Answers that are for nobody: each bit wrong, another claim, a request that is over. */
static uint32_t lie(uint32_t request)
{
	uint32_t found = 0;

	for (uint32_t bit = 0; bit < 32; bit++)
		found += doorbell_complete(odd_claim, request ^ 1u << bit, 666, 0) != BELLHOP_NOENT;
	found += doorbell_complete(memory_claim, request, 666, 0) != BELLHOP_NOENT;
	found += doorbell_complete(odd_claim ^ 1u << 10, request, 666, 0) != BELLHOP_BADH;
	found += doorbell_complete(odd_claim, request, 666, 1u << 31) != BELLHOP_INVAL;
	return found;
}

static void reclaim_zeros(void)
{
	if (zeros_claim)
		must(doorbell_close(zeros_claim), "close");
	must(doorbell_claim(client, DEVICE_ZEROS, 0x1000, zeros_bell, BELLHOP_ZEROS, &zeros_claim),
	     "claim zeros");
}

static void wait_until(uint64_t time)
{
	while (timer_now() < time)
		cpu_relax();
}

static uint32_t odd_read(uint32_t offset, uint32_t request)
{
	switch (offset) {
	case ODD_COUNT:
		return slow_count;
	case ODD_SLOW:
		slow_count++;
		wait_until(timer_now() + timer_ms(slow_ms));
		return slow_ms;
	case ODD_HOSTILE:
		return lie(request);
	case ODD_LATE:
		return (uint32_t)doorbell_complete(odd_claim, never, 666, 0);
	case ODD_STARTS:
		return mmio_read32(DEVICE_STARTS);
	default:
		return events_read(offset);
	}
}

static void odd_write(uint32_t offset, uint32_t value)
{
	if (offset == ODD_COUNT)
		slow_count = 0;
	else if (offset == ODD_SLOW)
		slow_ms = value;
	else if (offset == ODD_CLOSE)
		reclaim_zeros();
	else
		events_write(offset, value);
}

static void answer_odd(const struct doorbell_access *access)
{
	const uint32_t offset = access->address - DEVICE_ODD;
	uint32_t value = 0;

	if (offset == ODD_NEVER) {
		never = access->request;
		return;
	}
	if (offset == ODD_RESTART)
		smccc_hvc(PSCI_SYSTEM_RESET, 0, 0, 0);
	if (BELLHOP_MMIO_IS_WRITE(access->request))
		odd_write(offset, access->value);
	else
		value = odd_read(offset, access->request);
	doorbell_complete(odd_claim, access->request, value,
			  offset == ODD_REFUSE ? BELLHOP_ABORT : 0);
}

static void on_odd(void *arg, uint64_t count)
{
	struct doorbell_access access;

	(void)arg, (void)count;
	while (doorbell_get(odd_claim, &access) == BELLHOP_OK)
		answer_odd(&access);
}

static void on_zeros(void *arg, uint64_t count)
{
	struct doorbell_access access;

	(void)arg, (void)count;
	/* Taken, and forgotten. */
	while (doorbell_get(zeros_claim, &access) == BELLHOP_OK)
		;
}

static void claim(const char *name, doorbell_handler handler, uint32_t *handle)
{
	struct doorbell_device device;
	uint32_t bell;

	if (!doorbell_served(CLIENT, name, &device))
		must(BELLHOP_NOENT, name);
	client = device.vm;
	must(doorbell_loop_add(&loop, handler, NULL, &bell), "bell");
	must(doorbell_claim(device.vm, device.address, device.size, bell, 0, handle), name);
}

int main(void)
{
	mmio_write32(DEVICE_STARTS, mmio_read32(DEVICE_STARTS) + 1);
	if (!doorbell_present())
		must(BELLHOP_NOT_SUPPORTED, "doorbells");
	doorbell_close_all();
	must(doorbell_loop_init(&loop), "loop");
	claim("memory", on_memory, &memory_claim);
	claim("odd", on_odd, &odd_claim);
	must(doorbell_loop_add(&loop, on_zeros, NULL, &zeros_bell), "bell");
	reclaim_zeros();
	events_init(client);
	for (;;)
		doorbell_loop_run(&loop, events_storm() ? 0 : BELLHOP_NEVER);
}
