// SPDX-License-Identifier: BSD-2-Clause
/*
 * A device model: the GPIO controller of another VM. The description gives that VM a device "gpio"
 * that is served by this one; its accesses come as requests, and its interrupt is a bell.
 *
 * Line 0 is driven by this program: a level that changes once a second. Words of bootargs:
 *
 *	client=NAME   whose GPIO it is; linux
 *	edges=N       line 0 changes N times as quickly as the client can follow, and then the
 *	              counters are shown
 *	burst=N       ... and waits after N changes until the client changes its output line 6
 *	gap-us=N      least time between two changes
 *
 * It runs as long as the machine: its VM is one in the background.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "doorbell.h"
#include "pl061_registers.h"
#include "smccc.h"
#include "timer.h"

#define DRIVEN_LINE 0u
#define DRIVEN_BIT (1u << DRIVEN_LINE)
#define GO_ON_BIT (1u << 6)
#define SECOND_US 1000000u

static struct pl061 gpio;
static struct doorbell_loop loop;
static struct doorbell_level interrupt;
static struct doorbell_device device;
static uint32_t claim;
static uint64_t accesses;

static uint32_t edges_wanted, burst, gap_us;
static uint32_t edges, left; /* made; to be made before line 6 changes */
static uint8_t go_on;
static uint64_t next_edge;
static bool seen = true; /* the client has read line 0 since it changed */
static bool reported;

static void must(int32_t status, const char *what)
{
	if (status == BELLHOP_OK)
		return;
	printf("pl061: %s: %s\n", what, doorbell_error(status));
	psci_system_off();
}

static void answer(const struct doorbell_access *access)
{
	const uint32_t offset = access->address - device.address;
	uint32_t value = 0;

	accesses++;
	if (pl061_reads_line(offset, DRIVEN_LINE))
		seen = true;
	if (BELLHOP_MMIO_IS_WRITE(access->request))
		pl061_write(&gpio, offset, access->value);
	else
		value = pl061_read(&gpio, offset);
	doorbell_complete(claim, access->request, value, 0);
	doorbell_level_update(&interrupt);
}

/* As the reset of the board that the client sees; what comes from outside stays. */
static void reset(void)
{
	gpio = (struct pl061){ .input = gpio.input };
	seen = true;
	puts("pl061: reset");
}

static void on_access(void *arg, uint64_t count)
{
	struct doorbell_access access;
	int32_t status;

	(void)arg, (void)count;
	while ((status = doorbell_get(claim, &access)) != BELLHOP_AGAIN) {
		if (status == BELLHOP_STATE)
			reset();
		else if (status == BELLHOP_OK)
			answer(&access);
		else
			must(status, "request");
	}
}

static bool wants_interrupt(void *arg)
{
	(void)arg;
	return pl061_interrupt(&gpio);
}

/* A number of bootargs, "name=123". */
static uint32_t option(const char *name, uint32_t otherwise)
{
	const char *found = strstr(machine_bootargs(), name);

	return found ? (uint32_t)strtoul(found + strlen(name), NULL, 0) : otherwise;
}

static void read_client(char *name, size_t size)
{
	const char *found = strstr(machine_bootargs(), "client=");
	size_t n = 0;

	for (found = found ? found + 7 : "linux"; *found > ' ' && n < size - 1; found++)
		name[n++] = *found;
	name[n] = '\0';
}

static void connect(void)
{
	char client[24];
	uint32_t bell;

	read_client(client, sizeof(client));
	if (!doorbell_served(client, "gpio", &device))
		must(BELLHOP_NOENT, "no device gpio to serve");
	doorbell_close_all();
	must(doorbell_loop_init(&loop), "loop");
	must(doorbell_loop_add(&loop, on_access, NULL, &bell), "bell");
	interrupt.wanted = wants_interrupt;
	must(doorbell_level_init(&interrupt, &loop, device.vm, device.intid), "interrupt");
	must(doorbell_claim(device.vm, device.address, device.size, bell, 0, &claim), "claim");
	printf("pl061: serves %s at 0x%08" PRIx32 ", interrupt %" PRIu32 "\n", client,
	       device.address, device.intid);
}

/*
 * An edge is made only where the client has seen the last one, else it would be lost: a controller
 * latches one, and Linux, which reads the line in a thread, tells of one.
 */
static bool is_quiet(void)
{
	return !interrupt.raised && (gpio.latched & DRIVEN_BIT) == 0 && seen;
}

static void report(void)
{
	reported = true;
	printf("pl061: %" PRIu32 " edges, %" PRIu32 " signals, %" PRIu32 " handlers, %" PRIu32
	       " accesses\n",
	       edges, (uint32_t)interrupt.signals, (uint32_t)interrupt.handlers,
	       (uint32_t)accesses);
}

static void make_edge(void)
{
	edges++;
	left--;
	seen = edges_wanted == 0;
	next_edge = timer_now() + timer_us(gap_us);
	pl061_drive(&gpio, DRIVEN_LINE, (gpio.input & DRIVEN_BIT) == 0);
	doorbell_level_update(&interrupt);
}

/* Has the client seen enough for more to be made? */
static bool may_go_on(void)
{
	const uint8_t line = gpio.dir & gpio.output & GO_ON_BIT;

	if (left == 0 && (burst == 0 || line != go_on)) {
		go_on = line;
		left = burst != 0 ? burst : UINT32_MAX;
	}
	return left != 0;
}

/* Returns when there is something to do without being rung. */
static uint64_t drive(void)
{
	if ((gpio.enable & DRIVEN_BIT) == 0 || !is_quiet()) {
		next_edge = timer_now() + timer_us(gap_us);
		return BELLHOP_NEVER;
	}
	if (edges_wanted != 0 && edges == edges_wanted) {
		if (!reported)
			report();
		return BELLHOP_NEVER;
	}
	if (!may_go_on())
		return BELLHOP_NEVER;
	if (timer_now() >= next_edge)
		make_edge();
	return is_quiet() ? next_edge : BELLHOP_NEVER;
}

int main(void)
{
	edges_wanted = option("edges=", 0);
	burst = option("burst=", 0);
	left = burst != 0 ? burst : UINT32_MAX;
	gap_us = option("gap-us=", edges_wanted != 0 ? 100 : SECOND_US);
	if (!doorbell_present())
		must(BELLHOP_NOT_SUPPORTED, "no doorbells here");
	connect();
	for (;;)
		doorbell_loop_run(&loop, drive());
}
