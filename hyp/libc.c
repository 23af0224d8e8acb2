// SPDX-License-Identifier: BSD-2-Clause
/* Built with -fno-tree-loop-distribute-patterns: else memset() would be compiled to a call of
 * memset(). memcpy() and the large part of memset() are in boot/memory.S. */
#include "hyp/libc.h"

#include <stdint.h>

void *memmove(void *to, const void *from, size_t size)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if (t <= f || t >= f + size)
		return memcpy(to, from, size);
	while (size-- > 0)
		t[size] = f[size];
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *x = a;
	const uint8_t *y = b;

	for (size_t i = 0; i < size; i++)
		if (x[i] != y[i])
			return x[i] - y[i];
	return 0;
}

void *memchr(const void *s, int byte, size_t size)
{
	const uint8_t *p = s;

	for (size_t i = 0; i < size; i++)
		if (p[i] == (uint8_t)byte)
			return (void *)(uintptr_t)(p + i);
	return NULL;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	return n;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] != '\0')
		n++;
	return n;
}

int strncmp(const char *a, const char *b, size_t max)
{
	for (size_t i = 0; i < max; i++) {
		if (a[i] != b[i])
			return (uint8_t)a[i] - (uint8_t)b[i];
		if (a[i] == '\0')
			return 0;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)(uintptr_t)s;
		if (*s == '\0')
			return NULL;
	}
}

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	for (;; s++) {
		if (*s == (char)c)
			found = s;
		if (*s == '\0')
			return (char *)(uintptr_t)found;
	}
}

char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, strlen(from) + 1);
}
