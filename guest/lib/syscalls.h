/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What newlib asks of the platform. Standard input and output are the PL011; only vCPU 0 may use
 * the C library's streams and heap, because newlib is built here without locks.
 */
#ifndef BELLHOP_GUEST_SYSCALLS_H
#define BELLHOP_GUEST_SYSCALLS_H

#include <stddef.h>
#include <sys/stat.h>

int _write(int fd, const char *buffer, int length);
int _read(int fd, char *buffer, int length);
void *_sbrk(ptrdiff_t increment);
int _close(int fd);
int _fstat(int fd, struct stat *st);
int _isatty(int fd);
off_t _lseek(int fd, off_t offset, int whence);
int _kill(int pid, int signal);
int _getpid(void);
void _exit(int status) __attribute__((noreturn));
void _init(void);
void _fini(void);
#endif
