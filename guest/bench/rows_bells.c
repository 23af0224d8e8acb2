// SPDX-License-Identifier: BSD-2-Clause
/*
 * Doorbells, by themselves and with a device model: another VM on the same CPU, which has the
 * higher priority, so that it runs as soon as it is rung. The client's store rings the device
 * model, which interrupts the client; how is what the client asks for in the shared page.
 */
#include "bench.h"
#include "doorbell.h"
#include "gic.h"
#include "smccc.h"

#define DOORBELL 0x0c100000u /* rings a bell of this VM */
#define REQUEST 0x0c101000u  /* rings the device model */
#define SELF_SPI FIRST_SPI
#define RAM_BLOCK 0x41800000u /* the program and its stack are elsewhere */
#define CLIENT 0u	      /* numbers in bells.dts */
#define ROUNDS (ITERATIONS / 5)

/* How the device model interrupts: a pulse; a level whose end only counts; one whose end it
 * sees. */
enum answer { ANSWER_EDGE, ANSWER_LEVEL, ANSWER_CONSUMED, N_ANSWERS };
#define ANSWER_SPI(answer) (FIRST_SPI + 1u + (answer))

struct page {
	volatile uint32_t answer; /* written by the client; N_ANSWERS: no more of them */
	volatile uint32_t ready;  /* written by the device model */
	volatile uint32_t consumed;
};

static struct page *const page = (struct page *)SHARED_BASE;

static bool bind_answer(uint32_t answer, uint32_t *bell, uint32_t *resample)
{
	const uint32_t flags = answer == ANSWER_EDGE ? 0 : BELLHOP_RESAMPLE;

	*resample = 0;
	return doorbell_create(0, 0, bell) == BELLHOP_OK &&
	       (flags == 0 || doorbell_create(0, 0, resample) == BELLHOP_OK) &&
	       doorbell_irq_bind(CLIENT, ANSWER_SPI(answer), *bell, *resample, flags) == BELLHOP_OK;
}

#define FOREVER UINT32_MAX, UINT32_MAX /* BELLHOP_NEVER */

/* The device model: what has been rung was read as well; it answers, and waits for the next one. */
static void serve(uint32_t pollset, const uint32_t bell[N_ANSWERS])
{
	struct bellhop_result rung = bellhop_call3(BELLHOP_TAKE, pollset, FOREVER);

	while (rung.status == BELLHOP_OK) {
		if ((rung.r1 & 2u) != 0)
			page->consumed++;
		if ((rung.r1 & 1u) == 0)
			rung = bellhop_call3(BELLHOP_TAKE, pollset, FOREVER);
		else if (page->answer < N_ANSWERS)
			rung = bellhop_call4(BELLHOP_SIGNAL_AND_TAKE, bell[page->answer], pollset,
					     FOREVER);
		else
			return;
	}
}

void rows_bells_model(void)
{
	uint32_t request, pollset, bell[N_ANSWERS], resample[N_ANSWERS];
	bool ok = doorbell_create(0, 0, &request) == BELLHOP_OK &&
		  doorbell_ioevent(CLIENT, REQUEST, 4, 0, request, 0) == BELLHOP_OK &&
		  doorbell_pollset_create(&pollset) == BELLHOP_OK;

	for (uint32_t i = 0; i < N_ANSWERS; i++)
		ok = ok && bind_answer(i, &bell[i], &resample[i]);
	ok = ok && doorbell_pollset_add(pollset, request, 0) == BELLHOP_OK &&
	     doorbell_pollset_add(pollset, resample[ANSWER_CONSUMED], 1) == BELLHOP_OK;
	page->ready = ok;
	if (ok)
		serve(pollset, bell);
	for (;;)
		psci_system_off();
}

static inline void ring(uint32_t address)
{
	const uint32_t before = irq_counts[0].spi;

	trap_write(address, 1);
	while (irq_counts[0].spi == before)
		;
}

static inline void ring_until_consumed(void)
{
	const uint32_t before = page->consumed;

	ring(REQUEST);
	while (page->consumed == before)
		;
}

static void rows_alone(void)
{
	uint32_t bell, irqfd;

	if (doorbell_create(0, 0, &bell) != BELLHOP_OK ||
	    doorbell_create(0, 0, &irqfd) != BELLHOP_OK ||
	    doorbell_irq_bind(CLIENT, SELF_SPI, irqfd, 0, 0) != BELLHOP_OK ||
	    doorbell_ioevent(CLIENT, DOORBELL, 4, 0, irqfd, 0) != BELLHOP_OK)
		return;
	MEASURE("bell_peek", ITERATIONS, 1, hvc(BELLHOP_PEEK, bell, 0, 0));
	MEASURE("bell_signal", ITERATIONS, 1, hvc(BELLHOP_SIGNAL, bell, 1, 0));
	MEASURE("irqfd_self", ITERATIONS, 1, ring(DOORBELL));
}

/* Nothing of stage 1 or 2 is in the TLB. The walk is the hardware's: what it costs an emulator does
 * not show, but it would show an exit. */
static inline void touch_first(uintptr_t address)
{
	cp15_write(0, 8, 7, 0, 0); /* TLBIALL */
	dsb();
	isb();
	(void)*(volatile uint32_t *)address;
}

/* Stage 2 maps a VM's RAM by blocks of 2 MiB, and a shared page by itself. */
static void rows_tlb(void)
{
	MEASURE("touch_block", ITERATIONS, 1, touch_first(RAM_BLOCK));
	MEASURE("touch_page", ITERATIONS, 1, touch_first(SHARED_BASE));
}

void rows_bells(void)
{
	while (page->ready == 0)
		wfi();
	for (uint32_t i = 0; i <= N_ANSWERS; i++)
		gic_enable(FIRST_SPI + i);
	irq_enable();
	rows_alone();
	rows_tlb();
	page->answer = ANSWER_EDGE;
	MEASURE("model_edge", ROUNDS, 1, ring(REQUEST));
	page->answer = ANSWER_LEVEL;
	MEASURE("model_level", ROUNDS, 1, ring(REQUEST));
	page->answer = ANSWER_CONSUMED;
	MEASURE("model_consumed", ROUNDS, 1, ring_until_consumed());
	irq_disable();
	page->answer = N_ANSWERS;
	trap_write(REQUEST, 1);
}
