// SPDX-License-Identifier: BSD-2-Clause
/* The guest's PL011 against DDI 0183, and against what drivers do with it. */
#include "hyp/vpl011.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint32_t rd(struct vpl011 *u, uint32_t offset)
{
	return vpl011_read(u, offset, 4);
}

/* A write that must not send anything. */
static void wr(struct vpl011 *u, uint32_t offset, uint32_t value)
{
	assert_false(vpl011_write(u, offset, 4, value).has_char);
}

static void test_reset(void **state)
{
	struct vpl011 u = vpl011_reset();

	(void)state;
	assert_int_equal(rd(&u, PL011_FR), PL011_FR_TXFE | PL011_FR_RXFE | PL011_FR_CTS |
						   PL011_FR_DSR | PL011_FR_DCD);
	assert_int_equal(rd(&u, PL011_CR), 0x300);
	assert_int_equal(rd(&u, PL011_IFLS), 0x12);
	assert_int_equal(rd(&u, PL011_RIS), 0);
	assert_int_equal(rd(&u, PL011_MIS), 0);
	assert_int_equal(rd(&u, PL011_IMSC), 0);
	assert_int_equal(rd(&u, PL011_LCR_H), 0);
	assert_int_equal(rd(&u, PL011_DR), 0);
	assert_false(vpl011_line(&u));
}

static void test_ids(void **state)
{
	static const uint8_t ids[] = { 0x11, 0x10, 0x34, 0x00, 0x0D, 0xF0, 0x05, 0xB1 };
	struct vpl011 u = vpl011_reset();

	(void)state;
	for (uint32_t i = 0; i < ARRAY_COUNT(ids); i++) {
		wr(&u, 0xFE0U + 4 * i, 0xFF);
		assert_int_equal(rd(&u, 0xFE0U + 4 * i), ids[i]);
		assert_int_equal(vpl011_read(&u, 0xFE0U + 4 * i, 1), ids[i]);
	}
}

static void test_stored(void **state)
{
	static const struct {
		uint32_t offset, mask;
	} regs[] = {
		{ PL011_ILPR, 0xFF },  { PL011_IBRD, 0xFFFF }, { PL011_FBRD, 0x3F },
		{ PL011_LCR_H, 0xFF }, { PL011_CR, 0xFF87 },   { PL011_IFLS, 0x3F },
		{ PL011_IMSC, 0x7FF }, { PL011_DMACR, 0x7 },
	};
	struct vpl011 u = vpl011_reset();

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(regs); i++) {
		wr(&u, regs[i].offset, 0xFFFFFFFFU);
		assert_int_equal(rd(&u, regs[i].offset), regs[i].mask);
		wr(&u, regs[i].offset, 0);
		assert_int_equal(rd(&u, regs[i].offset), 0);
	}
	/* What is only to be read stays. */
	wr(&u, PL011_FR, 0xFFFF);
	wr(&u, PL011_RIS, 0xFFFF);
	wr(&u, PL011_MIS, 0xFFFF);
	assert_int_equal(rd(&u, PL011_FR) & PL011_FR_BUSY, 0);
	assert_int_equal(rd(&u, PL011_RIS) & PL011_INT_TX, 0);
}

static void test_widths(void **state)
{
	struct vpl011 u = vpl011_reset();
	struct vpl011_tx tx;

	(void)state;
	(void)vpl011_write(&u, PL011_IBRD, 2, 0xFFFF1334U);
	assert_int_equal(vpl011_read(&u, PL011_IBRD, 1), 0x34);
	assert_int_equal(vpl011_read(&u, PL011_IBRD + 1, 1), 0x13);
	assert_int_equal(vpl011_read(&u, PL011_IBRD, 2), 0x1334);
	assert_int_equal(vpl011_read(&u, PL011_IBRD + 2, 2), 0);
	assert_int_equal(vpl011_read(&u, PL011_IBRD + 1, 2), 0);
	assert_int_equal(vpl011_read(&u, PL011_IBRD, 3), 0);
	(void)vpl011_write(&u, PL011_IBRD, 1, 0x5579);
	assert_int_equal(rd(&u, PL011_IBRD), 0x79);
	(void)vpl011_write(&u, PL011_IBRD + 1, 1, 0x56);
	assert_int_equal(rd(&u, PL011_IBRD), 0x79);
	for (uint32_t width = 1; width <= 4; width *= 2) {
		tx = vpl011_write(&u, PL011_DR, width, 'x');
		assert_true(tx.has_char);
		assert_int_equal(tx.ch, 'x');
	}
	assert_false(vpl011_write(&u, PL011_DR + 1, 1, 'x').has_char);
	/* Outside of the register space, and in its holes. */
	assert_int_equal(rd(&u, VPL011_SIZE), 0);
	assert_int_equal(rd(&u, 0xFFFFFFFCU), 0);
	wr(&u, 0xFFFFFFFCU, 1);
	wr(&u, 0x14, 1);
	assert_int_equal(rd(&u, 0x14), 0);
	assert_int_equal(rd(&u, 0xFDC), 0);
}

static void test_rx_fifo(void **state)
{
	struct vpl011 u = vpl011_reset();

	(void)state;
	/* Without FIFOs there is one holding register. */
	assert_true(vpl011_receive(&u, 'a'));
	assert_false(vpl011_receive(&u, 'b'));
	assert_int_equal(rd(&u, PL011_FR) & (PL011_FR_RXFF | PL011_FR_RXFE), PL011_FR_RXFF);
	assert_int_equal(rd(&u, PL011_DR), 'a');
	assert_int_equal(rd(&u, PL011_FR) & (PL011_FR_RXFF | PL011_FR_RXFE), PL011_FR_RXFE);
	wr(&u, PL011_LCR_H, PL011_LCR_H_FEN);
	/* Twice around the ring. */
	for (uint32_t round = 0; round < 4; round++) {
		for (uint32_t i = 0; i < VPL011_FIFO_DEPTH; i++) {
			assert_int_equal(rd(&u, PL011_FR) & PL011_FR_RXFF, 0);
			assert_true(vpl011_receive(&u, (uint8_t)(i + round)));
			assert_int_equal(rd(&u, PL011_FR) & PL011_FR_RXFE, 0);
		}
		assert_int_equal(rd(&u, PL011_FR) & PL011_FR_RXFF, PL011_FR_RXFF);
		assert_false(vpl011_receive(&u, 'z'));
		for (uint32_t i = 0; i < VPL011_FIFO_DEPTH; i++)
			assert_int_equal(rd(&u, PL011_DR), (uint8_t)(i + round));
		assert_int_equal(rd(&u, PL011_FR) & PL011_FR_RXFE, PL011_FR_RXFE);
		assert_true(vpl011_receive(&u, 'x'));
		assert_int_equal(vpl011_read(&u, PL011_DR, 1), 'x');
	}
	/* Other bytes of DR take nothing out. */
	assert_true(vpl011_receive(&u, 'y'));
	(void)vpl011_read(&u, PL011_DR + 1, 1);
	(void)vpl011_read(&u, PL011_DR + 2, 2);
	assert_int_equal(rd(&u, PL011_DR), 'y');
	/* Switching the FIFOs off and on drops what is in them, and its interrupt. */
	assert_true(vpl011_receive(&u, 'q'));
	wr(&u, PL011_LCR_H, 0x60);
	assert_int_equal(rd(&u, PL011_FR) & PL011_FR_RXFE, PL011_FR_RXFE);
	assert_int_equal(rd(&u, PL011_RIS), 0);
}

/* One character is enough for either receive interrupt, and reading it clears both. */
static void test_rx_interrupts(void **state)
{
	static const uint32_t masks[] = { PL011_INT_RX, PL011_INT_RT, PL011_INT_RX | PL011_INT_RT };

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(masks); i++) {
		struct vpl011 u = vpl011_reset();

		wr(&u, PL011_LCR_H, PL011_LCR_H_FEN);
		assert_true(vpl011_receive(&u, 'a'));
		assert_false(vpl011_line(&u));
		wr(&u, PL011_IMSC, masks[i]);
		assert_true(vpl011_line(&u));
		assert_int_equal(rd(&u, PL011_MIS), masks[i]);
		assert_true(vpl011_receive(&u, 'b'));
		(void)rd(&u, PL011_DR);
		assert_true(vpl011_line(&u));
		(void)rd(&u, PL011_DR);
		assert_false(vpl011_line(&u));
		assert_int_equal(rd(&u, PL011_RIS), 0);
	}
}

/* A driver that acknowledges before it has read everything must hear again. */
static void test_rx_clear_early(void **state)
{
	struct vpl011 u = vpl011_reset();

	(void)state;
	wr(&u, PL011_LCR_H, PL011_LCR_H_FEN);
	wr(&u, PL011_IMSC, PL011_INT_RX | PL011_INT_RT);
	assert_true(vpl011_receive(&u, 'a'));
	wr(&u, PL011_ICR, 0x7FF);
	assert_int_equal(rd(&u, PL011_RIS), PL011_INT_RT);
	assert_true(vpl011_line(&u));
	(void)rd(&u, PL011_DR);
	assert_false(vpl011_line(&u));
	assert_true(vpl011_receive(&u, 'b'));
	assert_int_equal(rd(&u, PL011_RIS), PL011_INT_RT | PL011_INT_RX);
}

/* DR, then ICR, and RXIM alone: a character that was waiting is there before ICR is written. */
static void test_rx_clear_behind_read(void **state)
{
	struct vpl011 u = vpl011_reset();

	(void)state;
	wr(&u, PL011_IMSC, PL011_INT_RX);
	assert_true(vpl011_receive(&u, 'a'));
	assert_false(vpl011_receive(&u, 'b'));
	assert_int_equal(rd(&u, PL011_DR), 'a');
	assert_true(vpl011_receive(&u, 'b'));
	wr(&u, PL011_ICR, PL011_INT_TX);
	wr(&u, PL011_ICR, PL011_INT_RX);
	assert_true(vpl011_line(&u));
	assert_int_equal(rd(&u, PL011_DR), 'b');
	assert_false(vpl011_line(&u));
	wr(&u, PL011_ICR, PL011_INT_RX);
	assert_false(vpl011_line(&u));
	/* Cleared and left to be read later: no storm. */
	assert_true(vpl011_receive(&u, 'c'));
	wr(&u, PL011_ICR, PL011_INT_RX);
	assert_false(vpl011_line(&u));
}

/* Characters leave at once; TXRIS says so until it is cleared. */
static void test_tx(void **state)
{
	struct vpl011 u = vpl011_reset();

	(void)state;
	wr(&u, PL011_IMSC, PL011_INT_TX);
	/* Unmasking alone is no event: nothing has drained yet. */
	assert_false(vpl011_line(&u));
	assert_true(vpl011_write(&u, PL011_DR, 1, 'a').has_char);
	assert_true(vpl011_line(&u));
	assert_int_equal(rd(&u, PL011_FR) & (PL011_FR_TXFE | PL011_FR_TXFF), PL011_FR_TXFE);
	wr(&u, PL011_ICR, PL011_INT_TX);
	assert_false(vpl011_line(&u));
	assert_true(vpl011_write(&u, PL011_DR, 1, 'b').has_char);
	assert_true(vpl011_line(&u));
	/* A driver with nothing more to send masks it. */
	wr(&u, PL011_IMSC, 0);
	assert_false(vpl011_line(&u));
	assert_int_equal(rd(&u, PL011_RIS), PL011_INT_TX);
}

static void test_tx_full(void **state)
{
	struct vpl011 u = vpl011_reset();

	(void)state;
	wr(&u, PL011_IMSC, PL011_INT_TX);
	assert_true(vpl011_write(&u, PL011_DR, 1, 'a').has_char);
	vpl011_set_tx_full(&u, true);
	/* No storm while nothing can be written. */
	assert_false(vpl011_line(&u));
	assert_int_equal(rd(&u, PL011_FR) & (PL011_FR_TXFE | PL011_FR_TXFF | PL011_FR_BUSY),
			 PL011_FR_TXFF | PL011_FR_BUSY);
	wr(&u, PL011_DR, 'b');
	assert_int_equal(u.tx_lost, 1);
	assert_false(vpl011_line(&u));
	vpl011_set_tx_full(&u, true);
	assert_false(vpl011_line(&u));
	vpl011_set_tx_full(&u, false);
	assert_true(vpl011_line(&u));
	wr(&u, PL011_ICR, PL011_INT_TX);
	/* Only the change counts. */
	vpl011_set_tx_full(&u, false);
	assert_false(vpl011_line(&u));
}

static void test_loopback(void **state)
{
	struct vpl011 u = vpl011_reset();
	uint32_t cr = 0x301 | PL011_CR_LBE;

	(void)state;
	wr(&u, PL011_CR, cr);
	/* The modem inputs that were asserted have fallen. */
	assert_int_equal(rd(&u, PL011_RIS), PL011_INT_CTS | PL011_INT_DSR | PL011_INT_DCD);
	assert_int_equal(rd(&u, PL011_FR), PL011_FR_TXFE | PL011_FR_RXFE);
	wr(&u, PL011_ICR, 0x7FF);
	wr(&u, PL011_CR, cr | PL011_CR_RTS);
	assert_int_equal(rd(&u, PL011_FR) & 0x107, PL011_FR_CTS);
	wr(&u, PL011_CR, cr | PL011_CR_DTR);
	assert_int_equal(rd(&u, PL011_FR) & 0x107, PL011_FR_DSR);
	wr(&u, PL011_CR, cr | PL011_CR_OUT1);
	assert_int_equal(rd(&u, PL011_FR) & 0x107, PL011_FR_DCD);
	wr(&u, PL011_CR, cr | PL011_CR_OUT2);
	assert_int_equal(rd(&u, PL011_FR) & 0x107, PL011_FR_RI);
	assert_int_equal(rd(&u, PL011_RIS), 0xF);
	wr(&u, PL011_ICR, 0x7FF);
	/* wr() checks that nothing goes out. */
	wr(&u, PL011_DR, 'a');
	assert_int_equal(rd(&u, PL011_RIS), PL011_INT_RX | PL011_INT_RT | PL011_INT_TX);
	assert_int_equal(rd(&u, PL011_DR), 'a');
	assert_int_equal(rd(&u, PL011_RSR), 0);
}

static void test_overrun(void **state)
{
	struct vpl011 u = vpl011_reset();

	(void)state;
	wr(&u, PL011_CR, 0x301 | PL011_CR_LBE);
	wr(&u, PL011_ICR, 0x7FF);
	wr(&u, PL011_DR, 'a');
	wr(&u, PL011_DR, 'b');
	assert_int_equal(rd(&u, PL011_RIS) & PL011_INT_OE, PL011_INT_OE);
	assert_int_equal(rd(&u, PL011_RSR), 8);
	assert_int_equal(rd(&u, PL011_DR), 'a');
	wr(&u, PL011_DR, 'c');
	assert_int_equal(rd(&u, PL011_DR), 'c' | PL011_DR_OE);
	assert_int_equal(rd(&u, PL011_RSR), 8);
	wr(&u, PL011_RSR, 0);
	assert_int_equal(rd(&u, PL011_RSR), 0);
	wr(&u, PL011_ICR, PL011_INT_OE);
	assert_int_equal(rd(&u, PL011_RIS) & PL011_INT_OE, 0);
}

/* The steps of a usual kernel driver: drain, unmask, receive, send by interrupt. */
static void test_driver_sequence(void **state)
{
	struct vpl011 u = vpl011_reset();
	uint32_t sent = 0;

	(void)state;
	wr(&u, PL011_IFLS, 0x12);
	wr(&u, PL011_CR, 0x301);
	wr(&u, PL011_LCR_H, 0x70);
	wr(&u, PL011_ICR, 0x7FF);
	while ((rd(&u, PL011_FR) & PL011_FR_RXFE) == 0)
		(void)rd(&u, PL011_DR);
	wr(&u, PL011_IMSC, PL011_INT_RX | PL011_INT_RT);
	assert_true(vpl011_receive(&u, '\r'));
	assert_int_equal(rd(&u, PL011_MIS), PL011_INT_RX | PL011_INT_RT);
	assert_int_equal(rd(&u, PL011_DR), '\r');
	assert_false(vpl011_line(&u));
	/* Fill until TXFF, which the caller's buffer of ten characters causes. */
	while ((rd(&u, PL011_FR) & PL011_FR_TXFF) == 0) {
		assert_true(vpl011_write(&u, PL011_DR, 1, 'a').has_char);
		if (++sent == 10)
			vpl011_set_tx_full(&u, true);
	}
	wr(&u, PL011_IMSC, PL011_INT_RX | PL011_INT_RT | PL011_INT_TX);
	assert_false(vpl011_line(&u));
	vpl011_set_tx_full(&u, false);
	assert_int_equal(rd(&u, PL011_MIS), PL011_INT_TX);
	assert_true(vpl011_write(&u, PL011_DR, 1, 'b').has_char);
	wr(&u, PL011_IMSC, PL011_INT_RX | PL011_INT_RT);
	assert_false(vpl011_line(&u));
}

static uint32_t rng_state = 2463534242U;

static uint32_t rng(void)
{
	rng_state ^= rng_state << 13;
	rng_state ^= rng_state >> 17;
	rng_state ^= rng_state << 5;
	return rng_state;
}

/* Any order of anything: FR tells the truth, and what went in comes out in order. */
static void test_random(void **state)
{
	struct vpl011 u = vpl011_reset();

	(void)state;
	for (uint32_t i = 0; i < 500000; i++) {
		uint32_t r = rng(), fr = rd(&u, PL011_FR);
		uint32_t offset = (r & 0x80) != 0 ? rng() : rng() % 0x50;

		assert_int_equal((fr & PL011_FR_RXFE) != 0, u.rx_count == 0);
		assert_int_equal((fr & PL011_FR_RXFF) != 0, !vpl011_receive(&u, (uint8_t)r));
		assert_true(u.rx_count <= VPL011_FIFO_DEPTH && u.rx_head < VPL011_FIFO_DEPTH);
		assert_int_equal(vpl011_line(&u), rd(&u, PL011_MIS) != 0);
		assert_true((u.ris & PL011_INT_RX) == 0 || u.rx_count != 0);
		assert_int_equal((u.ris & PL011_INT_RT) != 0, u.rx_count != 0);
		if ((r & 0x100) != 0)
			(void)vpl011_read(&u, offset, r >> 28);
		else
			(void)vpl011_write(&u, offset, 1U << (r >> 30), rng());
		vpl011_set_tx_full(&u, (r & 0x6000) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reset),	       cmocka_unit_test(test_ids),
		cmocka_unit_test(test_stored),	       cmocka_unit_test(test_widths),
		cmocka_unit_test(test_rx_fifo),	       cmocka_unit_test(test_rx_interrupts),
		cmocka_unit_test(test_rx_clear_early), cmocka_unit_test(test_tx),
		cmocka_unit_test(test_tx_full),	       cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_overrun),	       cmocka_unit_test(test_driver_sequence),
		cmocka_unit_test(test_random),	       cmocka_unit_test(test_rx_clear_behind_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
