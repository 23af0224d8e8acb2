// SPDX-License-Identifier: BSD-2-Clause
/*
 * The client of bell_dm.c: takes the interrupts that it is given, and does between them what the
 * device model asks for on the shared page.
 */
#include "bell_pair.h"

static void on_spi(uint32_t iar)
{
	(void)iar;
	pair->handled++;
}

static void on_stray(uint32_t iar)
{
	(void)iar;
	pair->strays++;
}

static void on_chain(uint32_t iar)
{
	(void)iar;
	pair->chained++;
}

static void listen(uint32_t spi, gic_handler handler)
{
	gic_handle(spi, handler);
	gic_set_target(spi, 1);
	gic_enable(spi);
}

static void check(bool good)
{
	if (!good)
		pair->failures++;
}

/* It serves nobody, and may ring its device model only. */
static void try_what_is_forbidden(void)
{
	uint32_t b = bell(BELLHOP_CREATE, 0, 0, 0).r1;

	for (uint32_t vm = 0; vm < 3; vm++) {
		int32_t expected = vm == CLIENT ? BELLHOP_OK : BELLHOP_PERM;

		check(bell(BELLHOP_IRQ_BIND, vm, 50, b, 0, 0).error == expected);
		check(bell(BELLHOP_IRQ_SET_LEVEL, vm, 51, 0).error == expected);
		check(bell(BELLHOP_EOI_BIND, vm, b, b, 0).error ==
		      (vm == CLIENT ? BELLHOP_INVAL : BELLHOP_PERM));
	}
	check(bell(BELLHOP_GRANT, b, STRANGER, BELLHOP_RIGHT_SIGNAL, 0).error == BELLHOP_PERM);
	check(bell(BELLHOP_GRANT, b, CLIENT, BELLHOP_RIGHT_SIGNAL, 0).error == BELLHOP_PERM);
	check(bell(BELLHOP_GRANT, b, 3, BELLHOP_RIGHT_SIGNAL, 0).error == BELLHOP_RANGE);
	/* The device model's handles, as they are there. */
	for (uint32_t i = 8; i < 256; i++)
		check(bell_signal(BELLHOP_HANDLE(BELLHOP_TYPE_BELL, 1, i)) == BELLHOP_BADH);
	bell_close(b);
}

static uint32_t ringer;

/* The device model may have closed it, and granted another one. */
static void ring(void)
{
	int32_t error = ringer != 0 ? bell_signal(ringer) : BELLHOP_PIPE;

	if (error == BELLHOP_OK)
		pair->rings++;
	if (error != BELLHOP_PIPE && error != BELLHOP_BADH)
		return;
	bell_close(ringer);
	ringer = bell(BELLHOP_FIND, DM, RINGER_LABEL).r1;
	if (BELLHOP_HANDLE_TYPE(ringer) != BELLHOP_TYPE_PEER)
		ringer = 0;
}

static void answer(void)
{
	uint32_t request = pair->request;

	if (request == pair->answer)
		return;
	/* In EL2 whatever was under way to this vCPU arrives. */
	bell(BELLHOP_FEATURES, 0);
	isb();
	dmb();
	pair->answer = request;
}

static void step(uint32_t mode)
{
	if (mode == PAIR_RING) {
		ring();
	} else if (mode == PAIR_STORE) {
		mmio_write32(RACED, 1);
		pair->rings++;
	} else if (mode == PAIR_TOGGLE) {
		gic_disable(PAIR_SPI);
		gic_enable(PAIR_SPI);
	} else if (mode == PAIR_RESET) {
		pair->mode = PAIR_IDLE;
		smccc_hvc(0x84000009u, 0, 0, 0);
	} else if (mode == PAIR_OFF) {
		psci_system_off();
	} else {
		if (mode == PAIR_MASK)
			gic_disable(PAIR_SPI);
		bell_wait(bell(BELLHOP_LIST, BELLHOP_TYPE_BELL, 0).r1, timer_now() + timer_us(200));
	}
}

int main(void)
{
	uint32_t wake;

	mmio_write32(HELLO, pair->boots);
	/* What it had before a reset is still there. */
	check(pair->boots == 0 || bell(BELLHOP_LIST, BELLHOP_TYPE_BELL, 0).error == BELLHOP_OK);
	bell_close_all();
	try_what_is_forbidden();
	wake = bell(BELLHOP_CREATE, 0, 0, 0).r1;
	check(bell(BELLHOP_GRANT, wake, DM, BELLHOP_RIGHT_SIGNAL | BELLHOP_RIGHT_PEEK, WAKE_LABEL)
		      .error == BELLHOP_OK);
	listen(PAIR_SPI, on_spi);
	listen(QUIET_SPI, on_stray);
	listen(CHAIN_SPI, on_chain);
	irq_enable();
	pair->boots++;
	for (;;) {
		step(pair->mode);
		bell_read(wake);
		answer();
	}
}
