// SPDX-License-Identifier: BSD-2-Clause
/*
 * Second VM of the demo: a newlib program that lives beside Linux. It counts seconds by its virtual
 * timer, answers pings that arrive in a shared page, and takes commands on its own console.
 *
 * Shared page at IPA 0x0b000000, 32-bit words: 0 ping sequence (written by the peer), 1 pong
 * sequence, 2 seconds since start (both written here). The page is mapped as Device on this side
 * because the peer's user space maps it uncached: with equal attributes no side needs cache
 * maintenance (DDI 0406C A3.5.7).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "exception.h"
#include "gic.h"
#include "pl011.h"
#include "smccc.h"
#include "timer.h"

#define PING (SHARED_BASE + 0)
#define PONG (SHARED_BASE + 4)
#define TICK (SHARED_BASE + 8)

#define POLL_MS 10
#define POLLS_A_SECOND (1000 / POLL_MS)
#define SPOKEN_SECONDS 3
#define PROMPT "> "

static volatile uint32_t polls;
static volatile uint32_t seconds;
static volatile bool rx;
static bool shared;
static char line[64];
static unsigned int line_length;

/* Next deadline from the last one, not from now, so that the seconds do not drift. */
static void on_timer(uint32_t iar)
{
	(void)iar;
	cntv_set(cntv_cval() + timer_ms(POLL_MS), CNT_CTL_ENABLE);
	polls++;
	if (polls % POLLS_A_SECOND == 0)
		seconds++;
}

/* Masked until the main loop has emptied the FIFO: the interrupt is a level. */
static void on_uart(uint32_t iar)
{
	(void)iar;
	mmio_write32(PL011_BASE + UARTIMSC, 0);
	rx = true;
}

static void banner(void)
{
	printf("ticker: vcpu %u of %u, MIDR %08" PRIx32 ", RAM %" PRIu32
	       " MiB at 0x%08x, timer %" PRIu32 " kHz\n",
	       cpu_index(), machine_vcpus(), cp15_read(0, 0, 0, 0), machine_ram_size() >> 20,
	       RAM_BASE, timer_hz() / 1000);
	if (shared)
		printf("ticker: answers pings in the shared page at 0x%08x; type help\n",
		       SHARED_BASE);
	else
		printf("ticker: no shared page at 0x%08x; type help\n", SHARED_BASE);
}

/*
 * A description without the page leaves unmapped I/O there, which ignores writes; on a machine
 * without a hypervisor the access aborts. Pings from before this start are not answered.
 */
static bool find_shared_page(void)
{
	struct fault fault;
	uint32_t ping;
	uint32_t mark;

	if (fault_read(PING, 4, &ping, &fault))
		return false;
	mmio_write32(PONG, ~ping);
	mark = mmio_read32(PONG);
	mmio_write32(PONG, ping);
	return mark == ~ping;
}

/*
 * The peer's data, if it passes any, is read after its sequence number, and ours is written before
 * the pong: one DMB on each side of the answer.
 */
static void answer_ping(void)
{
	if (!shared)
		return;
	const uint32_t ping = mmio_read32(PING);

	if (ping == mmio_read32(PONG))
		return;
	dmb();
	mmio_write32(TICK, seconds);
	dmb();
	mmio_write32(PONG, ping);
	printf("ticker: ping %" PRIu32 " at %" PRIu32 " s\n", ping, seconds);
}

static void publish_tick(void)
{
	static uint32_t published;

	if (seconds == published)
		return;
	published = seconds;
	if (shared)
		mmio_write32(TICK, published);
	if (published <= SPOKEN_SECONDS)
		printf("ticker: tick %" PRIu32 "%s\n", published,
		       published == SPOKEN_SECONDS ? ", quiet from now on" : "");
}

static void cmd_help(void)
{
	puts("help   this text\n"
	     "ping   answers pong\n"
	     "time   seconds since start, virtual count, last ping answered\n"
	     "crash  reads an address above RAM: an unexpected data abort\n"
	     "off    PSCI SYSTEM_OFF");
}

static void cmd_ping(void)
{
	puts("pong");
}

static void cmd_time(void)
{
	const uint64_t now = timer_now();

	printf("%" PRIu32 " s, CNTVCT %08" PRIx32 "%08" PRIx32 ", last pong %" PRIu32 "\n", seconds,
	       (uint32_t)(now >> 32), (uint32_t)now, shared ? mmio_read32(PONG) : 0);
}

static void cmd_crash(void)
{
	mmio_read32(0xfffff000u);
}

static void cmd_off(void)
{
	puts("ticker: off");
	psci_system_off();
}

static void run_command(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} commands[] = {
		{ "help", cmd_help }, { "ping", cmd_ping },   { "time", cmd_time },
		{ "off", cmd_off },   { "crash", cmd_crash },
	};

	for (unsigned int i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(line, commands[i].name) == 0) {
			commands[i].run();
			return;
		}
	if (line[0])
		printf("%s: unknown, try help\n", line);
}

static void take_character(char c)
{
	if (c == '\r' || c == '\n') {
		line[line_length] = '\0';
		putchar('\n');
		run_command();
		line_length = 0;
		fputs(PROMPT, stdout);
	} else if ((c == '\b' || c == 0x7f) && line_length > 0) {
		line_length--;
		fputs("\b \b", stdout);
	} else if (c >= ' ' && c < 0x7f && line_length < sizeof(line) - 1) {
		line[line_length++] = c;
		putchar(c);
	}
	fflush(stdout);
}

static void read_console(void)
{
	int c;

	rx = false;
	while ((c = pl011_getc()) >= 0)
		take_character((char)c);
	mmio_write32(PL011_BASE + UARTICR, UART_INT_RX | UART_INT_RT);
	mmio_write32(PL011_BASE + UARTIMSC, UART_INT_RX | UART_INT_RT);
}

int main(void)
{
	shared = find_shared_page();
	banner();
	gic_handle(CNTV_INTID, on_timer);
	gic_handle(PL011_INTID, on_uart);
	gic_enable(CNTV_INTID);
	gic_enable(PL011_INTID);
	cntv_set(timer_now() + timer_ms(POLL_MS), CNT_CTL_ENABLE);
	read_console();
	irq_enable();
	for (;;) {
		/* Masked around the test: WFI wakes on a pending interrupt even so (B1.8.13). */
		irq_disable();
		if (!rx)
			wfi();
		irq_enable();
		isb();
		if (rx)
			read_console();
		publish_tick();
		answer_ping();
	}
}
