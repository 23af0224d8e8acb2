// SPDX-License-Identifier: BSD-2-Clause
#include "syscalls.h"

#include <errno.h>
#include <stdint.h>

#include "cpu.h"
#include "pl011.h"
#include "smccc.h"

extern char __heap_start[];
extern char __heap_end[];

/* A terminal in raw mode wants CR before LF; a test runner strips it. */
int _write(int fd, const char *buffer, int length)
{
	(void)fd;
	for (int i = 0; i < length; i++) {
		if (buffer[i] == '\n')
			pl011_putc('\r');
		pl011_putc(buffer[i]);
	}
	return length;
}

/* Waits for the first character, then takes what has arrived; CR becomes LF. */
int _read(int fd, char *buffer, int length)
{
	int n = 0;
	int c;

	(void)fd;
	while (n < length) {
		c = pl011_getc();
		if (c < 0 && n > 0)
			break;
		if (c < 0)
			cpu_relax();
		else
			buffer[n++] = c == '\r' ? '\n' : (char)c;
	}
	return n;
}

void *_sbrk(ptrdiff_t increment)
{
	static char *brk = __heap_start;
	char *const old = brk;

	if (increment > __heap_end - old || increment < __heap_start - old) {
		errno = ENOMEM;
		return (void *)-1;
	}
	brk = old + increment;
	return old;
}

int _close(int fd)
{
	(void)fd;
	errno = EBADF;
	return -1;
}

int _fstat(int fd, struct stat *st)
{
	(void)fd;
	st->st_mode = S_IFCHR;
	return 0;
}

int _isatty(int fd)
{
	(void)fd;
	return 1;
}

off_t _lseek(int fd, off_t offset, int whence)
{
	(void)fd;
	(void)offset;
	(void)whence;
	return 0;
}

int _kill(int pid, int signal)
{
	(void)pid;
	(void)signal;
	errno = EINVAL;
	return -1;
}

int _getpid(void)
{
	return 1;
}

/* The status has no way out of the machine but the line that ktap_finish() prints. */
void _exit(int status)
{
	(void)status;
	psci_system_off();
}

/* crti.o and crtn.o are not linked; __libc_init_array() and __libc_fini_array() call these. */
void _init(void)
{
}

void _fini(void)
{
}
