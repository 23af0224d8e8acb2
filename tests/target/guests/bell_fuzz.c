// SPDX-License-Identifier: BSD-2-Clause
/*
 * Doorbell calls at random: each number, with arguments that are likely to mean something (handles
 * it has or had, inputs, flags, VMs) and some that are not. It serves a VM that takes what it is
 * given; another one beside it, the victim, watches that nothing of all that reaches it. Afterwards
 * everything is closed, and all tables have to be as empty as at the start.
 *
 * bootargs: calls=<n> (1000000), seed=<n>
 */
#include <stdlib.h>
#include <string.h>

#include "bell.h"
#include "bell_fuzz.h"

#define KNOWN 16u /* of each type */

static uint32_t state;
static uint32_t known[BELLHOP_TYPE_CLAIM + 1][KNOWN];
static uint32_t succeeded[BELLHOP_N_CALLS];
static uint32_t request; /* the latest access of the served VM */
static volatile uint32_t taken;

/* Once each, so that none can storm; the main loop enables them again. */
static void on_spi(uint32_t iar)
{
	taken++;
	gic_disable(iar & 0x3ff);
}

static uint32_t option(const char *name, uint32_t otherwise)
{
	const char *at = strstr(machine_bootargs(), name);

	return at != 0 ? (uint32_t)strtoul(at + strlen(name), 0, 0) : otherwise;
}

static uint32_t below(uint32_t n)
{
	return random32(&state) % n;
}

static uint32_t handle_of(uint32_t type)
{
	return known[type][below(KNOWN)];
}

static uint32_t random_handle(void)
{
	uint32_t handle =
		handle_of(below(2) == 0 ? BELLHOP_TYPE_BELL : 1 + below(BELLHOP_TYPE_CLAIM));

	if (below(16) == 0)
		handle ^= 1u << below(32);
	return below(64) == 0 ? random32(&state) : handle;
}

static uint32_t random_arg(void)
{
	switch (below(8)) {
	case 0:
	case 1:
	case 2:
		return random_handle();
	case 3:
		return FIRST_SPI + below(N_SPIS);
	case 4:
		return below(8); /* flags, types, VMs */
	case 5:
		return below(3) + (below(32) == 0 ? random32(&state) : 0);
	case 6:
		return 1u << below(32);
	default:
		return below(2) == 0 ? 0 : random32(&state);
	}
}

/* What a call that concerns this VM alone expects at each place, most of the time. */
static void shape_own(uint32_t call, uint32_t arg[7])
{
	switch (BELLHOP_CALL(call)) {
	case BELLHOP_LIST:
		arg[0] = 1 + below(4);
		arg[1] = below(256);
		break;
	case BELLHOP_FEATURES:
		arg[0] = below(12);
		break;
	case BELLHOP_CREATE:
		arg[0] = below(4);
		arg[1] = below(3);
		arg[2] = 0;
		break;
	case BELLHOP_BIND_VIRQ:
		arg[1] = FIRST_SPI + below(N_SPIS);
		arg[2] = below(3);
		break;
	case BELLHOP_POLLSET_CREATE:
		arg[0] = 0;
		break;
	case BELLHOP_POLLSET_ADD:
	case BELLHOP_POLLSET_DEL:
		arg[1] = handle_of(BELLHOP_TYPE_BELL);
		arg[2] = below(32);
		/* fall through */
	case BELLHOP_POLL:
		arg[0] = handle_of(BELLHOP_TYPE_POLLSET);
		break;
	case BELLHOP_MASK:
		arg[1] = below(2);
		break;
	default:
		break;
	}
}

static void shape_irq_bind(uint32_t arg[7])
{
	static const uint32_t flags[] = { 0, BELLHOP_LEVEL, BELLHOP_RESAMPLE, BELLHOP_DEASSIGN };

	arg[2] = handle_of(BELLHOP_TYPE_BELL);
	arg[4] = flags[below(4)];
	arg[3] = arg[4] == BELLHOP_RESAMPLE ? handle_of(BELLHOP_TYPE_BELL) : 0;
}

/* The same with another VM. */
static void shape_other(uint32_t call, uint32_t arg[7])
{
	uint32_t vm = below(4) == 0 ? below(4) : below(2);

	switch (BELLHOP_CALL(call)) {
	case BELLHOP_FIND:
		arg[0] = vm;
		arg[1] = below(4);
		break;
	case BELLHOP_IRQ_BIND:
		shape_irq_bind(arg);
		/* fall through */
	case BELLHOP_IRQ_SET_LEVEL:
		arg[0] = vm;
		arg[1] = FIRST_SPI + below(N_SPIS);
		if (BELLHOP_CALL(call) == BELLHOP_IRQ_SET_LEVEL)
			arg[2] = below(2);
		break;
	case BELLHOP_EOI_BIND:
		arg[0] = vm;
		arg[1] = handle_of(BELLHOP_TYPE_BELL);
		arg[2] = handle_of(BELLHOP_TYPE_BELL);
		arg[3] = below(4) == 0;
		break;
	case BELLHOP_GRANT:
		arg[2] = 1 + below(3);
		arg[3] = below(4);
		/* fall through */
	case BELLHOP_REVOKE:
		arg[1] = vm;
		break;
	default:
		break;
	}
}

static uint32_t device_address(void)
{
	return DEVICES + below(N_DEVICES) * DEVICE_SIZE;
}

/* What stores of the served VM ring, and what of it is forwarded. */
static void shape_device(uint32_t call, uint32_t arg[7], uint32_t vm)
{
	switch (BELLHOP_CALL(call)) {
	case BELLHOP_IOEV_BIND:
		arg[0] = vm;
		arg[1] = device_address() + 4 * below(0x20);
		arg[2] = 1u << below(4) >> 1;
		arg[6] = below(2) * BELLHOP_DATAMATCH | (below(4) == 0) * BELLHOP_DEASSIGN;
		arg[3] = (arg[6] & BELLHOP_DATAMATCH) != 0 ? below(3) : 0;
		arg[4] = 0;
		arg[5] = handle_of(BELLHOP_TYPE_BELL);
		break;
	case BELLHOP_MMIO_CLAIM:
		arg[0] = vm;
		arg[1] = device_address();
		arg[2] = below(4) == 0 ? 4u << below(12) : DEVICE_SIZE;
		arg[3] = handle_of(BELLHOP_TYPE_BELL);
		arg[4] = below(2) * BELLHOP_ZEROS;
		break;
	case BELLHOP_MMIO_COMPLETE:
		arg[1] = request;
		arg[3] = (below(4) == 0) * BELLHOP_ABORT;
		/* fall through */
	case BELLHOP_MMIO_GET:
		arg[0] = handle_of(BELLHOP_TYPE_CLAIM);
		break;
	default:
		break;
	}
}

static void shape_msix(uint32_t call, uint32_t arg[7], uint32_t vm)
{
	switch (BELLHOP_CALL(call)) {
	case BELLHOP_MSI_BIND:
		arg[3] = handle_of(BELLHOP_TYPE_BELL);
		arg[4] = below(4) == 0;
		/* fall through */
	case BELLHOP_MSI_SIGNAL:
		arg[0] = vm;
		arg[1] = 0x08020040u;
		arg[2] = FIRST_MSI + below(N_MSIS);
		break;
	case BELLHOP_MSIX_REGISTER:
		arg[0] = vm;
		arg[1] = device_address();
		arg[2] = arg[1] + 0x800;
		arg[3] = 1 + below(32);
		arg[4] = FIRST_MSI + below(N_MSIS);
		arg[5] = 1;
		arg[6] = 0;
		break;
	case BELLHOP_MSIX_CTL:
		arg[0] = handle_of(BELLHOP_TYPE_MSIX);
		arg[1] = below(2);
		arg[2] = below(2);
		break;
	case BELLHOP_MSIX_BIND:
		arg[0] = handle_of(BELLHOP_TYPE_MSIX);
		arg[1] = below(32);
		arg[2] = handle_of(BELLHOP_TYPE_BELL);
		arg[3] = below(4) == 0;
		break;
	default:
		break;
	}
}

/* A wait has to end, and most of them at once: a sleep costs an emulator a thousand calls. */
static void bound_deadline(uint32_t call, uint32_t arg[7])
{
	uint64_t deadline = timer_now() + (below(32) == 0 ? timer_us(below(20)) : 0);
	bool waits = call == (BELLHOP_WAIT & 0x3f) || call == (BELLHOP_TAKE & 0x3f);
	unsigned int at = waits ? 1 : 2;

	if (!waits && call != (BELLHOP_SIGNAL_AND_WAIT & 0x3f) &&
	    call != (BELLHOP_SIGNAL_AND_TAKE & 0x3f))
		return;
	arg[at] = (uint32_t)deadline;
	arg[at + 1] = (uint32_t)(deadline >> 32);
}

static void one_call(void)
{
	static const uint8_t calls[] = { 0x01, 0x02, 0x03, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16,
					 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x0f, 0x1f,
					 0x20, 0x20, 0x21, 0x22, 0x22, 0x12, 0x23, 0x28, 0x28, 0x29,
					 0x2a, 0x2a, 0x2b, 0x2b, 0x30, 0x31, 0x32, 0x24, 0x3f };
	uint32_t call = below(8) == 0 ? below(BELLHOP_N_CALLS) : calls[below(sizeof(calls))];
	uint32_t arg[7], number;
	struct bell_result result;

	for (unsigned int i = 0; i < 7; i++)
		arg[i] = random_arg();
	if (below(8) != 0)
		arg[0] = random_handle();
	if (below(8) != 0) {
		shape_own(call, arg);
		shape_other(call, arg);
		shape_device(call, arg, below(8) != 0);
		shape_msix(call, arg, below(8) != 0);
	}
	bound_deadline(call, arg);
	number = below(4096) == 0 ? random32(&state) & 0x8600ffffu : BELLHOP_CALL(call);
	result = bell_with(number, arg);
	if (number == BELLHOP_UID || number == BELLHOP_REVISION)
		return; /* r0 is no error */
	if (result.error > 0 || result.error < BELLHOP_PIPE)
		ktap_check(false, "call 0x%lx returns %ld", (unsigned long)call,
			   (long)result.error);
	if (result.error != BELLHOP_OK)
		return;
	succeeded[call]++;
	if (BELLHOP_CALL(call) == BELLHOP_MMIO_GET) {
		request = result.r1;
		return;
	}
	if (BELLHOP_HANDLE_TYPE(result.r1) - 1u < BELLHOP_TYPE_CLAIM)
		known[BELLHOP_HANDLE_TYPE(result.r1)][below(KNOWN)] = result.r1;
}

static void test_calls(void)
{
	uint32_t n = option("calls=", 1000000);
	uint32_t seed = option("seed=", 1);
	uint32_t kinds = 0;

	state = seed * 2654435761u | 1u;
	ktap_diag("seed %lu, %lu calls", (unsigned long)seed, (unsigned long)n);
	for (uint32_t i = 0; i < N_SPIS; i++) {
		gic_handle(FIRST_SPI + i, on_spi);
		gic_set_target(FIRST_SPI + i, 1);
	}
	irq_enable();
	for (uint32_t i = 0; i < n; i++) {
		one_call();
		if (below(8) == 0)
			gic_enable(FIRST_SPI + below(N_SPIS));
	}
	for (unsigned int i = 0; i < BELLHOP_N_CALLS; i++)
		kinds += succeeded[i] != 0;
	ktap_check(kinds >= 26, "only %lu kinds of calls ever succeeded", (unsigned long)kinds);
	ktap_check(taken > 100, "only %lu interrupts", (unsigned long)taken);
	ktap_diag("%lu kinds, %lu interrupts", (unsigned long)kinds, (unsigned long)taken);
}

static uint32_t fill(uint32_t call)
{
	uint32_t n = 0;

	while (bell(call, 0).error == BELLHOP_OK)
		n++;
	return n;
}

/* How many of each a device model can have of a client. */
static void check_devices_are_free(void)
{
	const uint32_t b = bell_create(0, 0);
	uint32_t n = 0;

	while (bell(BELLHOP_MMIO_CLAIM, SERVED, DEVICES + n * DEVICE_SIZE, 0x100, b, BELLHOP_ZEROS)
		       .error == BELLHOP_OK)
		n++;
	ktap_check_eq(n, BELLHOP_MAX_CLAIMS, "claims");
	for (n = 0; bell(BELLHOP_MSIX_REGISTER, SERVED, DEVICES + n * DEVICE_SIZE + 0x200,
			 DEVICES + n * DEVICE_SIZE + 0x800, 1, FIRST_MSI, 1)
			    .error == BELLHOP_OK;
	     n++)
		;
	ktap_check_eq(n, BELLHOP_MAX_MSIX, "MSI-X functions");
	for (n = 0;
	     bell(BELLHOP_IOEV_BIND, SERVED, DEVICES + 4 * n, 4, 0, 0, b, 0).error == BELLHOP_OK;
	     n++)
		;
	ktap_check_eq(n, BELLHOP_MAX_IOEVENTS, "ioevents");
}

/* Whatever has leaked takes room now. */
static void test_nothing_is_left(void)
{
	static uint32_t bells[BELLHOP_MAX_LINKS];
	uint32_t bound = 0;
	uint32_t r;

	for (uint32_t i = 0; i < N_SPIS; i++)
		gic_disable(FIRST_SPI + i);
	bell_close_all();
	for (uint32_t i = 0; i < N_SPIS; i++)
		for (uint32_t vm = 0; vm < 2; vm++)
			bell(BELLHOP_IRQ_SET_LEVEL, vm, FIRST_SPI + i, 0);
	r = bell_create(0, 0);
	for (uint32_t i = 0; i < BELLHOP_MAX_LINKS; i++) {
		bells[i] = bell_create(0, 0);
		bound += bell(BELLHOP_IRQ_BIND, i % 2, FIRST_SPI, bells[i], r, BELLHOP_RESAMPLE)
				 .error == BELLHOP_OK;
	}
	ktap_check_eq(bound, BELLHOP_MAX_LINKS, "links");
	bell_close_all();
	/* Free inputs can be wired otherwise. */
	for (uint32_t i = 0; i < N_SPIS; i++)
		for (uint32_t vm = 0; vm < 2; vm++)
			ktap_check_eq(
				bell(BELLHOP_IRQ_BIND, vm, FIRST_SPI + i, bell_create(0, 0), 0, 0)
					.error,
				BELLHOP_OK, "IRQ_BIND");
	bell_close_all();
	check_devices_are_free();
	bell_close_all();
	ktap_check_eq(fill(BELLHOP_CREATE), BELLHOP_MAX_BELLS, "bells");
	ktap_check_eq(fill(BELLHOP_POLLSET_CREATE), BELLHOP_MAX_POLLSETS, "poll sets");
	bell_close_all();
	ktap_check_eq(bell(BELLHOP_IRQ_SET_LEVEL, SERVED, END_SPI, 1).error, BELLHOP_OK, "end");
	mmio_write32(SHARED_BASE, 1); /* the victim need not watch any longer */
}

static const struct ktap_test tests[] = {
	{ "calls", test_calls },
	{ "nothing_is_left", test_nothing_is_left },
};

int main(void)
{
	return ktap_run_all(tests);
}
