// SPDX-License-Identifier: BSD-2-Clause
#include "fmt.h"

#include <stdint.h>

/* Digits of 2^64 - 1 in decimal, and a sign. */
#define MAX_DIGITS 21u

struct sink {
	char *buf;
	size_t size;
	size_t length;
};

struct spec {
	bool left;
	bool zero;
	size_t width;
	size_t precision;
	unsigned int longs; /* 1: l or z, 2: ll */
	char conversion;
};

static void put(struct sink *sink, char c)
{
	if (sink->length + 1 < sink->size)
		sink->buf[sink->length] = c;
	sink->length++;
}

static void pad(struct sink *sink, size_t length, size_t width, char c)
{
	for (; length < width; length++)
		put(sink, c);
}

static void put_text(struct sink *sink, const struct spec *spec, const char *text, size_t length)
{
	if (!spec->left)
		pad(sink, length, spec->width, ' ');
	for (size_t i = 0; i < length; i++)
		put(sink, text[i]);
	if (spec->left)
		pad(sink, length, spec->width, ' ');
}

static void put_string(struct sink *sink, const struct spec *spec, const char *text)
{
	size_t length = 0;

	if (!text)
		text = "(null)";
	while (length < spec->precision && text[length] != '\0')
		length++;
	put_text(sink, spec, text, length);
}

/* Divide *value by ten, 16 bits at a time: the core has no 64-bit division. */
static unsigned int divide_by_ten(uint64_t *value)
{
	uint32_t remainder = 0;
	uint64_t quotient = 0;

	for (int shift = 48; shift >= 0; shift -= 16) {
		uint32_t part = remainder << 16 | (uint32_t)(*value >> shift & 0xffff);

		quotient = quotient << 16 | part / 10;
		remainder = part % 10;
	}
	*value = quotient;
	return remainder;
}

static unsigned int next_digit(uint64_t *value, bool hex)
{
	unsigned int digit;

	if (!hex)
		return divide_by_ten(value);
	digit = (unsigned int)(*value & 0xf);
	*value >>= 4;
	return digit;
}

static void put_number(struct sink *sink, const struct spec *spec, uint64_t value, bool negative)
{
	char text[MAX_DIGITS];
	size_t start = MAX_DIGITS;
	size_t sign = negative ? 1 : 0;
	bool hex = spec->conversion == 'x';

	do {
		text[--start] = "0123456789abcdef"[next_digit(&value, hex)];
	} while (value != 0);
	if (spec->zero && !spec->left) {
		if (negative)
			put(sink, '-');
		pad(sink, MAX_DIGITS - start + sign, spec->width, '0');
		for (; start < MAX_DIGITS; start++)
			put(sink, text[start]);
		return;
	}
	if (negative)
		text[--start] = '-';
	put_text(sink, spec, text + start, MAX_DIGITS - start);
}

static const char *parse_number(const char *at, size_t *number)
{
	*number = 0;
	for (; *at >= '0' && *at <= '9'; at++)
		*number = *number * 10 + (size_t)(*at - '0');
	return at;
}

static const char *parse_flags(const char *at, struct spec *spec)
{
	for (; *at == '0' || *at == '-'; at++) {
		if (*at == '0')
			spec->zero = true;
		else
			spec->left = true;
	}
	return at;
}

static const char *parse_length(const char *at, struct spec *spec)
{
	for (; *at == 'l' || *at == 'z'; at++)
		spec->longs++;
	return at;
}

/* A wrapper, because a va_list as parameter is a pointer or not as the ABI likes it. */
struct arguments {
	va_list list;
};

/* Parse what follows a '%'. Returns where the text goes on. */
static const char *parse_spec(const char *at, struct spec *spec, struct arguments *args)
{
	*spec = (struct spec){ .precision = SIZE_MAX };
	at = parse_flags(at, spec);
	at = parse_number(at, &spec->width);
	if (at[0] == '.' && at[1] == '*') {
		int precision = va_arg(args->list, int);

		spec->precision = precision < 0 ? SIZE_MAX : (size_t)precision;
		at += 2;
	} else if (at[0] == '.') {
		at = parse_number(at + 1, &spec->precision);
	}
	at = parse_length(at, spec);
	spec->conversion = *at;
	return *at == '\0' ? at : at + 1;
}

static uint64_t unsigned_argument(const struct spec *spec, struct arguments *args)
{
	if (spec->longs >= 2)
		return va_arg(args->list, unsigned long long);
	if (spec->longs == 1)
		return va_arg(args->list, unsigned long);
	return va_arg(args->list, unsigned int);
}

static int64_t signed_argument(const struct spec *spec, struct arguments *args)
{
	if (spec->longs >= 2)
		return va_arg(args->list, long long);
	if (spec->longs == 1)
		return va_arg(args->list, long);
	return va_arg(args->list, int);
}

static void put_signed(struct sink *sink, const struct spec *spec, struct arguments *args)
{
	int64_t value = signed_argument(spec, args);
	uint64_t magnitude = (uint64_t)value;

	put_number(sink, spec, value < 0 ? 0 - magnitude : magnitude, value < 0);
}

static void put_pointer(struct sink *sink, struct spec *spec, struct arguments *args)
{
	uintptr_t value = (uintptr_t)va_arg(args->list, void *);

	put(sink, '0');
	put(sink, 'x');
	spec->conversion = 'x';
	spec->zero = true;
	spec->width = 2 * sizeof(value);
	put_number(sink, spec, value, false);
}

/* False: not a conversion of ours. */
static bool convert(struct sink *sink, struct spec *spec, struct arguments *args)
{
	char c;

	switch (spec->conversion) {
	case 's':
		put_string(sink, spec, va_arg(args->list, const char *));
		return true;
	case 'c':
		c = (char)va_arg(args->list, int);
		put_text(sink, spec, &c, 1);
		return true;
	case 'd':
		put_signed(sink, spec, args);
		return true;
	case 'u':
	case 'x':
		put_number(sink, spec, unsigned_argument(spec, args), false);
		return true;
	case 'p':
		put_pointer(sink, spec, args);
		return true;
	case '%':
		put(sink, '%');
		return true;
	default:
		return false;
	}
}

static void end_text(const struct sink *sink)
{
	if (sink->size > 0)
		sink->buf[sink->length < sink->size ? sink->length : sink->size - 1] = '\0';
}

int fmt_vprint(char *buf, size_t size, const char *format, va_list args)
{
	struct sink sink = { .size = size };
	struct arguments arguments;

	sink.buf = buf;
	va_copy(arguments.list, args);
	while (*format != '\0') {
		const char *start = format;
		struct spec spec;

		if (*format != '%') {
			put(&sink, *format++);
			continue;
		}
		format = parse_spec(format + 1, &spec, &arguments);
		if (convert(&sink, &spec, &arguments))
			continue;
		while (start < format)
			put(&sink, *start++);
	}
	va_end(arguments.list);
	end_text(&sink);
	return (int)sink.length;
}

int fmt_print(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = fmt_vprint(buf, size, format, args);
	va_end(args);
	return length;
}

bool fmt_error(struct fmt_line *line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fmt_vprint(line->text, sizeof(line->text), format, args);
	va_end(args);
	return false;
}
