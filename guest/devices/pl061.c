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
 *	keep=ADDRESS  of a page of shared memory that this VM has for itself: when the program is
 *	              started again, it goes on where it was
 *	restart-ms=N  ... which it is then, some N milliseconds after each start, until all
 *	              edges are made
 *	disturb=N     every N-th turn of the loop, at random, something happens to its interrupt
 *	              (disturb.h)
 *
 * It runs as long as the machine: its VM is one in the background.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "disturb.h"
#include "doorbell.h"
#include "kept.h"
#include "pl061_registers.h"
#include "smccc.h"
#include "timer.h"

#define DRIVEN_LINE 0u
#define DRIVEN_BIT (1u << DRIVEN_LINE)
#define GO_ON_BIT (1u << 6)
#define SECOND_US 1000000u

/* The device, as opposed to how this program is connected: what is kept. */
static struct {
	struct pl061 registers;
	uint32_t edges, left; /* made; to be made before line 6 changes */
	uint32_t go_on;	      /* line 6 as it was then */
	uint32_t seen;	      /* the client has read line 0 since it changed */
	uint32_t reported;
	uint32_t starts; /* of this program */
} gpio;

static struct doorbell_loop loop;
static struct doorbell_level interrupt;
static struct doorbell_device device;
static uint32_t claim;
static uint64_t accesses;
static uint64_t runs; /* of the client's handler: each begins with GPIOMIS */

static uint32_t edges_wanted, burst, gap_us;
static uint32_t page; /* where it is kept; 0: nowhere */
static uint64_t next_edge;

static void must(int32_t status, const char *what)
{
	if (status == BELLHOP_OK)
		return;
	printf("pl061: %s: %s\n", what, doorbell_error(status));
	psci_system_off();
}

static void keep(void)
{
	kept_save(page, &gpio, sizeof(gpio));
}

static void answer(const struct doorbell_access *access)
{
	const uint32_t offset = access->address - device.address;
	uint32_t value = 0;

	accesses++;
	if (pl061_reads_line(offset, DRIVEN_LINE))
		gpio.seen = true;
	if (BELLHOP_MMIO_IS_WRITE(access->request)) {
		pl061_write(&gpio.registers, offset, access->value);
	} else {
		value = pl061_read(&gpio.registers, offset);
		runs += offset == PL061_GPIOMIS;
	}
	keep();
	doorbell_complete(claim, access->request, value, 0);
	doorbell_level_update(&interrupt);
}

/* As the reset of the board that the client sees; what comes from outside stays. */
static void reset(void)
{
	gpio.registers = (struct pl061){ .input = gpio.registers.input };
	gpio.seen = true;
	keep();
	puts("pl061: reset");
}

/* Without a restart in the middle: an access that was taken is carried out, and kept. */
static void on_access(void *arg, uint64_t count)
{
	const uint32_t cpsr = irq_save();
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
	irq_restore(cpsr);
}

static bool wants_interrupt(void *arg)
{
	(void)arg;
	return pl061_interrupt(&gpio.registers);
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
	interrupt.open = gpio.starts != 1;
	must(doorbell_claim(device.vm, device.address, device.size, bell, 0, &claim), "claim");
	if (gpio.starts == 1)
		printf("pl061: serves %s at 0x%08" PRIx32 ", interrupt %" PRIu32 "\n", client,
		       device.address, device.intid);
}

/*
 * An edge is made only where the client has seen the last one, else it would be lost: a controller
 * latches one, and Linux, which reads the line in a thread, tells of one.
 */
static bool is_quiet(void)
{
	return !interrupt.raised && (gpio.registers.latched & DRIVEN_BIT) == 0 && gpio.seen != 0;
}

static void report(void)
{
	gpio.reported = true;
	keep();
	printf("pl061: %" PRIu32 " edges, %" PRIu32 " signals, %" PRIu32 " handlers, %" PRIu32
	       " accesses",
	       gpio.edges, (uint32_t)interrupt.signals, (uint32_t)interrupt.handlers,
	       (uint32_t)accesses);
	if (gpio.starts != 1)
		printf(" since start %" PRIu32, gpio.starts);
	putchar('\n');
	disturb_report("pl061", runs);
}

static void make_edge(void)
{
	const bool high = (gpio.registers.input & DRIVEN_BIT) != 0;

	gpio.edges++;
	gpio.left--;
	gpio.seen = edges_wanted == 0;
	next_edge = timer_now() + timer_us(gap_us);
	pl061_drive(&gpio.registers, DRIVEN_LINE, !high);
	keep();
	doorbell_level_update(&interrupt);
}

/* Has the client seen enough for more to be made? */
static bool may_go_on(void)
{
	const uint32_t line = gpio.registers.dir & gpio.registers.output & GO_ON_BIT;

	if (gpio.left == 0 && (burst == 0 || line != gpio.go_on)) {
		gpio.go_on = line;
		gpio.left = burst != 0 ? burst : UINT32_MAX;
	}
	return gpio.left != 0;
}

/* Returns when there is something to do without being rung. */
static uint64_t drive(void)
{
	if ((gpio.registers.enable & DRIVEN_BIT) == 0 || !is_quiet()) {
		next_edge = timer_now() + timer_us(gap_us);
		return BELLHOP_NEVER;
	}
	if (edges_wanted != 0 && gpio.edges == edges_wanted) {
		if (!gpio.reported)
			report();
		return BELLHOP_NEVER;
	}
	if (!may_go_on())
		return BELLHOP_NEVER;
	if (timer_now() >= next_edge)
		make_edge();
	return is_quiet() ? next_edge : BELLHOP_NEVER;
}

static void run(void)
{
	uint32_t cpsr;
	uint64_t next, disturbed;

	must(disturb(), "disturb");
	cpsr = irq_save();
	next = drive();
	irq_restore(cpsr);
	disturbed = disturb_next();
	doorbell_loop_run(&loop, next < disturbed ? next : disturbed);
}

int main(void)
{
	const uint32_t restart_ms = option("restart-ms=", 0);

	edges_wanted = option("edges=", 0);
	burst = option("burst=", 0);
	gap_us = option("gap-us=", edges_wanted != 0 ? 100 : SECOND_US);
	page = option("keep=", 0);
	if (!kept_recall(page, &gpio, sizeof(gpio))) {
		gpio.left = burst != 0 ? burst : UINT32_MAX;
		gpio.seen = true;
	}
	gpio.starts++;
	keep();
	/* Not always at the same place of what is repeated. */
	if (restart_ms != 0 && !gpio.reported)
		kept_restart(restart_ms + gpio.starts % 7);
	if (!doorbell_present())
		must(BELLHOP_NOT_SUPPORTED, "no doorbells here");
	connect();
	disturb_init(&interrupt, option("disturb=", 0));
	for (;;)
		run();
}
