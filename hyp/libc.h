/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few functions of the C library that the compiler and libfdt call. newlib's are built for
 * the whole architecture and use VFP and NEON registers, which at EL2 hold a guest's values.
 */
#ifndef BELLHOP_HYP_LIBC_H
#define BELLHOP_HYP_LIBC_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *s, int byte, size_t size);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t max);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strcpy(char *restrict to, const char *restrict from);

#endif
