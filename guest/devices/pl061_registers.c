// SPDX-License-Identifier: BSD-2-Clause
#include "pl061_registers.h"

#define GPIODATA_SIZE 0x400u
#define GPIODIR 0x400u
#define GPIOIS 0x404u
#define GPIOIBE 0x408u
#define GPIOIEV 0x40cu
#define GPIOIE 0x410u
#define GPIORIS 0x414u
#define GPIOIC 0x41cu
#define PERIPHERAL_ID 0xfe0u
#define ID_END 0x1000u

static uint8_t levels(const struct pl061 *gpio)
{
	return (uint8_t)((gpio->input & ~gpio->dir) | (gpio->output & gpio->dir));
}

/* GPIORIS: latched edges, and lines that are at the level that is waited for. */
static uint8_t raw(const struct pl061 *gpio)
{
	const uint8_t wanted = (uint8_t) ~(levels(gpio) ^ gpio->event);

	return (uint8_t)((gpio->latched & ~gpio->sense) | (wanted & gpio->sense));
}

bool pl061_interrupt(const struct pl061 *gpio)
{
	return (raw(gpio) & gpio->enable) != 0;
}

/* Bits 9:2 of the address say which lines an access to GPIODATA is for. */
static uint8_t data_mask(uint32_t offset)
{
	return (uint8_t)(offset >> 2);
}

bool pl061_reads_line(uint32_t offset, unsigned int line)
{
	return offset < GPIODATA_SIZE && (data_mask(offset) >> line & 1) != 0;
}

uint32_t pl061_read(const struct pl061 *gpio, uint32_t offset)
{
	/* Peripheral and PrimeCell identification: PL061, revision 0. */
	static const uint8_t id[] = { 0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

	if (offset < GPIODATA_SIZE)
		return levels(gpio) & data_mask(offset);
	if (offset >= PERIPHERAL_ID && offset < ID_END)
		return id[(offset - PERIPHERAL_ID) / 4];
	switch (offset) {
	case GPIODIR:
		return gpio->dir;
	case GPIOIS:
		return gpio->sense;
	case GPIOIBE:
		return gpio->both;
	case GPIOIEV:
		return gpio->event;
	case GPIOIE:
		return gpio->enable;
	case GPIORIS:
		return raw(gpio);
	case PL061_GPIOMIS:
		return raw(gpio) & gpio->enable;
	default:
		return 0;
	}
}

void pl061_write(struct pl061 *gpio, uint32_t offset, uint32_t value)
{
	const uint8_t byte = (uint8_t)value;

	if (offset < GPIODATA_SIZE) {
		const uint8_t mask = data_mask(offset);

		gpio->output = (uint8_t)((gpio->output & ~mask) | (byte & mask));
		return;
	}
	switch (offset) {
	case GPIODIR:
		gpio->dir = byte;
		break;
	case GPIOIS:
		gpio->sense = byte;
		break;
	case GPIOIBE:
		gpio->both = byte;
		break;
	case GPIOIEV:
		gpio->event = byte;
		break;
	case GPIOIE:
		gpio->enable = byte;
		break;
	case GPIOIC:
		gpio->latched &= (uint8_t)~byte;
		break;
	default:
		break;
	}
}

void pl061_drive(struct pl061 *gpio, unsigned int line, bool level)
{
	const uint8_t bit = (uint8_t)(1u << line);
	const uint8_t before = levels(gpio);
	uint8_t edge;

	gpio->input = (uint8_t)(level ? gpio->input | bit : gpio->input & ~bit);
	edge = before ^ levels(gpio);
	if ((gpio->both & bit) == 0)
		edge &= (uint8_t) ~(levels(gpio) ^ gpio->event);
	gpio->latched |= edge & (uint8_t)~gpio->sense;
}
