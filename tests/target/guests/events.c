// SPDX-License-Identifier: BSD-2-Clause
/*
 * The client of device.c again: stores that ring bells, of every width and form, and MSI-X tables
 * that EL2 keeps. T114, T118 and T121 to T126; doorbell/ has the same cases as unit tests.
 */
#include "common.h"
#include "device.h"
#include "pl011.h"

#define SETSPI DEVICE_SETSPI
#define ENTRY(vector) (DEVICE_TABLE + 16 * (vector))
#define CONTROL(vector) (ENTRY(vector) + 12)
#define INTID(vector) (DEVICE_FIRST_INTID + (vector))
#define ENABLE 1u
#define FUNCTION_MASK 2u
#define RACES 2000u

static uint32_t odd_read(uint32_t offset)
{
	return mmio_read32(DEVICE_ODD + offset);
}

static void odd_write(uint32_t offset, uint32_t value)
{
	mmio_write32(DEVICE_ODD + offset, value);
}

/* What each bell counted since the last time: only `event` rang, n times. */
static void check_rung(const char *what, uint32_t event, uint32_t n)
{
	for (uint32_t i = 0; i < N_EVENTS; i++) {
		const uint32_t rung = odd_read(ODD_BELLS + 4 * i);

		ktap_check(rung == (i == event ? n : 0), "%s: bell %lu rang %lu times", what,
			   (unsigned long)i, (unsigned long)rung);
	}
}

static void store8(uint32_t address, uint32_t value)
{
	__asm__ volatile("strb %0, [%1]" ::"r"(value), "r"(address) : "memory");
}

static void store16(uint32_t address, uint32_t value)
{
	__asm__ volatile("strh %0, [%1]" ::"r"(value), "r"(address) : "memory");
}

static void store32(uint32_t address, uint32_t value)
{
	__asm__ volatile("str %0, [%1]" ::"r"(value), "r"(address) : "memory");
}

/* Without a syndrome. */
static void store32_post(uint32_t address, uint32_t value)
{
	__asm__ volatile("str %1, [%0], #4" : "+r"(address) : "r"(value) : "memory");
}

static void store8_pre(uint32_t address, uint32_t value)
{
	address--;
	__asm__ volatile("strb %1, [%0, #1]!" : "+r"(address) : "r"(value) : "memory");
}

static void store_double(uint32_t address, uint32_t value)
{
	register uint32_t low __asm__("r2") = value;
	register uint32_t high __asm__("r3") = value;

	__asm__ volatile("strd %0, %1, [%2]" ::"r"(low), "r"(high), "r"(address) : "memory");
}

static void store_multiple(uint32_t address, uint32_t value)
{
	register uint32_t low __asm__("r2") = value;
	register uint32_t high __asm__("r3") = value;

	__asm__ volatile("stmia %2, {%0, %1}" ::"r"(low), "r"(high), "r"(address) : "memory");
}

/* `hits`: which events' widths it has. Their address is EVENTS + 16 * event. */
static const struct {
	const char *name;
	void (*run)(uint32_t address, uint32_t value);
	uint32_t hits;
} stores[] = {
	{ "STRB", store8, EVENT_BYTE },
	{ "STRH", store16, EVENT_HALF },
	{ "STR", store32, EVENT_WORD },
	{ "STR with writeback", store32_post, EVENT_WORD },
	{ "STRB with writeback", store8_pre, EVENT_BYTE },
	{ "STRD", store_double, EVENT_DOUBLE },
	{ "STM", store_multiple, EVENT_WORD },
};

/* A store of that width rings and nothing else; of another one it goes to the memory behind. */
static void test_widths(void)
{
	for (uint32_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++)
		for (uint32_t event = EVENT_BYTE; event <= EVENT_DOUBLE; event++) {
			const uint32_t address = EVENTS + 16 * event;
			const bool hit = event == stores[i].hits;

			mmio_write32(address + 4, 0);
			store8(address, 0x11); /* for all but BYTE a miss that leaves a mark */
			if (event == EVENT_BYTE)
				mmio_write32(address, 0x11);
			check_rung("mark", event, event == EVENT_BYTE);
			stores[i].run(address, 0x5a5a5a5a);
			check_rung(stores[i].name, hit ? event : N_EVENTS, 1);
			ktap_check((mmio_read8(address) == 0x11) == hit, "%s to event %lu",
				   stores[i].name, (unsigned long)event);
		}
}

/* Length 0; STRD that is two stores where it is not aligned, and STM, ring once for the address. */
static void test_any_width(void)
{
	for (uint32_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		stores[i].run(EVENTS, i);
		check_rung(stores[i].name, EVENT_ANY, 1);
	}
	store_double(EVENTS - 4, 1);
	check_rung("STRD, unaligned", EVENT_ANY, 1);
	store8(EVENTS + 1, 1);
	store16(EVENTS + 2, 1);
	check_rung("beside it", N_EVENTS, 0);
	mmio_read32(EVENTS);
	check_rung("a load", N_EVENTS, 0);
}

static void test_datamatch(void)
{
	const uint32_t address = EVENTS + 0x50;

	store32(address, 1);
	check_rung("another value", N_EVENTS, 0);
	ktap_check_eq(mmio_read32(address), 1, "memory");
	store32(address, 0x12345678);
	check_rung("first value", EVENT_MATCH, 1);
	store32_post(address, 0x9abcdef0);
	check_rung("second value, with writeback", EVENT_OTHER, 1);
	store_multiple(address, 0x12345678);
	check_rung("the first of two words", EVENT_MATCH, 1);
	store_double(address, 0x12345678);
	check_rung("half of a double word", N_EVENTS, 0);
	store16(address, 0x5678);
	check_rung("half of it", N_EVENTS, 0);
}

/* Before an emulated device, which sees what does not match. */
static void test_before_a_device(void)
{
	const uint32_t ibrd = mmio_read32(PL011_BASE + UARTIBRD);

	store16(PL011_BASE + UARTIBRD, ibrd ^ 1);
	check_rung("UARTIBRD", EVENT_UART, 1);
	ktap_check_eq(mmio_read32(PL011_BASE + UARTIBRD), ibrd, "UARTIBRD");
	store32(PL011_BASE + UARTIBRD, ibrd ^ 1);
	check_rung("UARTIBRD, a word", N_EVENTS, 0);
	ktap_check_eq(mmio_read32(PL011_BASE + UARTIBRD), ibrd ^ 1, "UARTIBRD");
	store32(PL011_BASE + UARTIBRD, ibrd);
}

static volatile uint32_t taken[DEVICE_VECTORS + 8];

static void on_message(uint32_t iar)
{
	taken[(iar & 0x3ff) - DEVICE_FIRST_INTID]++;
}

/* All masked, with their INTIDs, nothing pending; MSI-X on. */
static void start(void)
{
	odd_write(ODD_STORM, ODD_NO_STORM);
	for (uint32_t i = 0; i < DEVICE_VECTORS; i++) {
		mmio_write32(CONTROL(i), 1);
		mmio_write32(ENTRY(i), SETSPI);
		mmio_write32(ENTRY(i) + 4, 0);
		mmio_write32(ENTRY(i) + 8, INTID(i));
	}
	odd_write(ODD_MSIX, ENABLE);
	for (uint32_t i = 0; i < DEVICE_VECTORS; i++) {
		mmio_write32(CONTROL(i), 0); /* what was pending comes now */
		mmio_write32(CONTROL(i), 1);
	}
	for (uint32_t i = 0; i < 16; i++) {
		gic_set_edge(DEVICE_FIRST_INTID + i, true);
		gic_handle(DEVICE_FIRST_INTID + i, on_message);
		gic_enable(DEVICE_FIRST_INTID + i);
	}
	irq_enable();
	dsb();
	for (uint32_t i = 0; i < 16; i++)
		taken[i] = 0;
}

static void end(void)
{
	odd_write(ODD_STORM, ODD_NO_STORM);
	irq_disable();
}

/* Rings are answered when they have had their effect. */
static void ring(uint32_t vector)
{
	odd_write(ODD_RING, vector);
}

static void check_taken(const char *what, uint32_t bits)
{
	timer_delay_us(200);
	for (uint32_t i = 0; i < 16; i++) {
		ktap_check_eq(taken[i], bits >> i & 1, what);
		taken[i] = 0;
	}
}

static void test_t121(void)
{
	start();
	mmio_write32(ENTRY(2), 0);
	mmio_write32(ENTRY(2) + 8, 0);
	for (uint32_t i = 0; i < DEVICE_VECTORS; i++)
		mmio_write32(CONTROL(i), i == 2);
	ring(2);
	ring(3);
	check_taken("vector 3", 1u << 3);
	ktap_check_eq(mmio_read32(DEVICE_PBA), 1u << 2, "PBA");
	mmio_write32(ENTRY(2), SETSPI);
	mmio_write32(ENTRY(2) + 8, INTID(2));
	mmio_write32(CONTROL(2), 0);
	check_taken("vector 2", 1u << 2);
	end();
}

static void test_t122(void)
{
	start();
	ring(5);
	ring(5);
	check_taken("masked", 0);
	ktap_check_eq(mmio_read32(DEVICE_PBA), 1u << 5, "PBA");
	mmio_write32(CONTROL(5), 0);
	check_taken("unmasked", 1u << 5);
	ktap_check_eq(mmio_read32(DEVICE_PBA), 0, "PBA");
	end();
}

/* The device model rings all the time, on another CPU where there is one. */
static void test_t123(void)
{
	const uint32_t rings = odd_read(ODD_STORMED);
	uint32_t came = 0;

	start();
	odd_write(ODD_STORM, 1);
	for (uint32_t i = 0; i < RACES; i++) {
		uint32_t at_mask;

		mmio_write32(CONTROL(1), 0);
		timer_delay_us(i % 16);
		mmio_write32(CONTROL(1), 1);
		mmio_read32(CONTROL(1));
		/* What the read has flushed is pending here by now, and taken. */
		isb();
		at_mask = taken[1];
		timer_delay_us(20);
		ktap_check(taken[1] == at_mask, "race %lu: came behind the read", (unsigned long)i);
		came += at_mask;
		taken[1] = 0;
	}
	end();
	ktap_check(came != 0, "no message came at all");
	ktap_diag("%lu messages of %lu rings", (unsigned long)came,
		  (unsigned long)(odd_read(ODD_STORMED) - rings));
}

static void test_t124(void)
{
	start();
	for (uint32_t i = 0; i < DEVICE_VECTORS; i++)
		mmio_write32(CONTROL(i), i % 2 == 0);
	odd_write(ODD_MSIX, ENABLE | FUNCTION_MASK);
	for (uint32_t i = 0; i < DEVICE_VECTORS; i++)
		ring(i);
	check_taken("function masked", 0);
	ktap_check_eq(mmio_read32(DEVICE_PBA), 0xff, "PBA");
	for (uint32_t i = 0; i < DEVICE_VECTORS; i++)
		ktap_check_eq(mmio_read32(CONTROL(i)), i % 2 == 0, "Vector Control");
	odd_write(ODD_MSIX, 0);
	check_taken("disabled", 0);
	odd_write(ODD_MSIX, ENABLE);
	check_taken("enabled", 0xaa);
	ktap_check_eq(mmio_read32(DEVICE_PBA), 0x55, "PBA");
	end();
}

static void test_t125(void)
{
	start();
	mmio_write32(CONTROL(4), 0);
	mmio_write32(ENTRY(4) + 8, INTID(7));
	mmio_write32(ENTRY(4), 0);
	ktap_check_eq(mmio_read32(ENTRY(4) + 8), INTID(4), "data");
	ktap_check_eq(mmio_read32(ENTRY(4)), SETSPI, "address");
	ring(4);
	check_taken("vector 4", 1u << 4);
	end();
}

/* INTIDs of the frame that are not the device's, others, and other places. */
static void test_t126(void)
{
	static const struct {
		uint32_t address, data;
	} bad[] = {
		{ SETSPI, DEVICE_FIRST_INTID + DEVICE_N_INTIDS },
		{ SETSPI, DEVICE_FIRST_INTID + 15 },
		{ SETSPI, DEVICE_FIRST_INTID - 1 },
		{ SETSPI, PL011_INTID },
		{ SETSPI + 4, INTID(0) },
		{ RAM_BASE + 0x100000, INTID(0) },
	};

	start();
	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		mmio_write32(CONTROL(0), 1);
		mmio_write32(ENTRY(0), bad[i].address);
		mmio_write32(ENTRY(0) + 8, bad[i].data);
		mmio_write32(CONTROL(0), 0);
		ring(0);
		check_taken("dropped", 0);
		ktap_check_eq(mmio_read32(DEVICE_PBA), 0, "PBA");
	}
	end();
}

/* The frame itself: the VM's own stores reach all of its INTIDs. */
static void test_v2m(void)
{
	start();
	ktap_check_eq(mmio_read32(SETSPI - 0x38), DEVICE_FIRST_INTID << 16 | 16, "MSI_TYPER");
	for (uint32_t i = 0; i < 16; i++) {
		mmio_write32(SETSPI, DEVICE_FIRST_INTID + i);
		check_taken("message", 1u << i);
	}
	mmio_write32(SETSPI, DEVICE_FIRST_INTID + 16);
	mmio_write32(SETSPI, DEVICE_FIRST_INTID - 1);
	check_taken("no message", 0);
	end();
}

/* A device model that has no table, and sends messages itself. */
static void test_message_by_call(void)
{
	start();
	odd_write(ODD_MESSAGE, DEVICE_FIRST_INTID + 5);
	check_taken("message", 1u << 5);
	odd_write(ODD_MESSAGE, DEVICE_FIRST_INTID + 15);
	check_taken("message", 1u << 15);
	end();
}

static volatile uint32_t interrupts;

static void on_interrupt(uint32_t iar)
{
	(void)iar;
	interrupts++;
}

/* From the store to the handler nobody but EL2 has anything to do. */
static void test_store_is_an_interrupt(void)
{
	gic_set_edge(EVENT_INTID, true);
	gic_handle(EVENT_INTID, on_interrupt);
	gic_enable(EVENT_INTID);
	irq_enable();
	for (uint32_t i = 1; i <= 1000; i++) {
		mmio_write32(EVENT_IRQ, i);
		isb();
		if (!wait_for(&interrupts, i, 1000))
			break;
	}
	irq_disable();
	gic_disable(EVENT_INTID);
	ktap_check_eq(interrupts, 1000, "interrupts");
}

/* A bell that is bound to a message, and then no more. */
static void test_message_by_bell(void)
{
	start();
	odd_write(ODD_BELL, DEVICE_FIRST_INTID + 13);
	check_taken("message", 1u << 13);
	odd_write(ODD_BELL, 0);
	check_taken("no message", 0);
	odd_write(ODD_BELL, DEVICE_FIRST_INTID + 13);
	check_taken("message again", 1u << 13);
	odd_write(ODD_BELL, 0);
	mmio_write32(SETSPI, DEVICE_FIRST_INTID + 13);
	check_taken("the frame's own", 1u << 13);
	end();
}

static const struct ktap_test tests[] = {
	{ "t114_t118_widths", test_widths },
	{ "t114_any_width", test_any_width },
	{ "t114_datamatch", test_datamatch },
	{ "t114_before_a_device", test_before_a_device },
	{ "t121_masked_entries_mean_nothing", test_t121 },
	{ "t122_pending_while_masked", test_t122 },
	{ "t123_no_message_behind_the_mask", test_t123 },
	{ "t124_function_mask_and_enable", test_t124 },
	{ "t125_write_while_unmasked", test_t125 },
	{ "t126_messages_for_others", test_t126 },
	{ "v2m_frame", test_v2m },
	{ "message_by_call", test_message_by_call },
	{ "message_by_bell", test_message_by_bell },
	{ "store_is_an_interrupt", test_store_is_an_interrupt },
};

int main(void)
{
	return ktap_run_all(tests);
}
