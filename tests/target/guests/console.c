// SPDX-License-Identifier: BSD-2-Clause
/* Says back each line that is typed until "quit", then two by interrupt. For the runner. */
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "pl011.h"

#define LCR_H_8N1 0x60
#define LCR_H_FEN 0x10
#define PATIENCE_MS 5000u

static unsigned int lines;

static void test_echo(void)
{
	char line[128];

	puts("console: ready");
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		lines++;
		printf("console: %u <%s>\n", (unsigned int)strlen(line), line);
	}
	ktap_check(lines > 0, "no line was typed");
}

static volatile uint32_t ended;
static char typed[8];
static uint32_t n_typed;

static void take(int c)
{
	typed[n_typed++ % sizeof(typed)] = (char)c;
	ended |= c == '\r';
}

static void on_fifo(uint32_t iar)
{
	(void)iar;
	for (int c = pl011_getc(); c >= 0; c = pl011_getc())
		take(c);
}

/* One character an interrupt, which is cleared behind it. */
static void on_character(uint32_t iar)
{
	(void)iar;
	take((int)(mmio_read32(PL011_BASE + UARTDR) & 0xff));
	mmio_write32(PL011_BASE + UARTICR, UART_INT_RX);
}

static void begin(const char *what, gic_handler handler)
{
	puts(what);
	fflush(stdout);
	ended = 0;
	n_typed = 0;
	gic_handle(PL011_INTID, handler);
	gic_enable(PL011_INTID);
	irq_enable();
}

static void end(void)
{
	irq_disable();
	gic_disable(PL011_INTID);
	mmio_write32(PL011_BASE + UARTIMSC, 0);
	mmio_write32(PL011_BASE + UARTLCR_H, LCR_H_8N1 | LCR_H_FEN);
}

/* What is typed before the FIFO is on waits for room, and comes without a look at the UART. */
static void test_typed_ahead(void)
{
	mmio_write32(PL011_BASE + UARTLCR_H, LCR_H_8N1);
	begin("console: type ahead", on_fifo);
	for (uint32_t i = 0; i < PATIENCE_MS; i++) {
		if (mmio_read32(PL011_BASE + UARTFR) & UARTFR_RXFF)
			break;
		timer_delay_us(1000);
	}
	timer_delay_us(100000);
	mmio_write32(PL011_BASE + UARTLCR_H, LCR_H_8N1 | LCR_H_FEN);
	mmio_write32(PL011_BASE + UARTIMSC, UART_INT_RX | UART_INT_RT);
	ktap_check(wait_for(&ended, 1, PATIENCE_MS), "only %u characters", (unsigned int)n_typed);
	end();
}

static void test_one_by_one(void)
{
	mmio_write32(PL011_BASE + UARTLCR_H, LCR_H_8N1);
	mmio_write32(PL011_BASE + UARTIMSC, UART_INT_RX);
	begin("console: type more", on_character);
	ktap_check(wait_for(&ended, 1, PATIENCE_MS), "only %u characters", (unsigned int)n_typed);
	ktap_check(n_typed == 4 && memcmp(typed, "abc\r", 4) == 0, "%u others",
		   (unsigned int)n_typed);
	end();
}

static const struct ktap_test tests[] = {
	{ "echo", test_echo },
	{ "typed_ahead", test_typed_ahead },
	{ "one_by_one", test_one_by_one },
};

int main(void)
{
	return ktap_run_all(tests);
}
