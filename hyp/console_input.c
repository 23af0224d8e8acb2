// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/console_input.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "hyp/console.h"
#include "hyp/panic.h"
#include "hyp/vm.h"
#include "hyp/vuart.h"

#define CTRL_A 0x01u

static bool escaped; /* the last character was Ctrl-A; only the CPU of the UART's interrupt */

static const char *const state_names[] = {
	[VM_OFF] = "off",
	[VM_RUNNING] = "running",
	[VM_STOPPING] = "stopping",
};

#define HELP_SIZE 1536u

static void __attribute__((format(printf, 3, 4)))
add(char *text, size_t *length, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*length += (size_t)fmt_vprint(text + *length, HELP_SIZE - *length, format, args);
	va_end(args);
	if (*length >= HELP_SIZE)
		*length = HELP_SIZE - 1;
}

/* In one piece, so that the line begun by the VM in focus comes back once, behind it. */
static void help(void)
{
	char text[HELP_SIZE];
	size_t length = 0;

	add(text, &length,
	    "bellhop: Ctrl-A, then\n"
	    "  1-9 console of that VM     n  of the next VM     a  send Ctrl-A to the VM\n"
	    "  s   start it when off      x  end everything     h  this help\n");
	for (unsigned int i = 0; i < n_vms; i++)
		add(text, &length, "%c %u %s: %u vCPU%s, %s\n", i == console_focus() ? '*' : ' ',
		    i + 1, vms[i]->config->name, vms[i]->n_vcpus, vms[i]->n_vcpus == 1 ? "" : "s",
		    state_names[vms[i]->state]);
	console_write(text);
}

static void focus(unsigned int vm)
{
	if (vm >= n_vms || !vms[vm]->config->console) {
		console_print("bellhop: there is no VM %u with a console\n", vm + 1);
		return;
	}
	console_set_focus(vm);
	console_print("bellhop: console of %s (Ctrl-A h for help)\n", vms[vm]->config->name);
}

static unsigned int next_console(void)
{
	unsigned int vm = console_focus();

	for (unsigned int i = 0; i < n_vms; i++) {
		vm = vm + 1 >= n_vms ? 0 : vm + 1;
		if (vms[vm]->config->console)
			break;
	}
	return vm;
}

static void send_to_focus(uint8_t ch)
{
	if (console_focus() < n_vms)
		vuart_input(vms[console_focus()], ch);
}

static void command(uint8_t ch)
{
	if (ch >= '1' && ch <= '9')
		focus(ch - (unsigned int)'1');
	else if (ch == 'n')
		focus(next_console());
	else if (ch == 'a' || ch == CTRL_A)
		send_to_focus(CTRL_A);
	else if (ch == 's' && console_focus() < n_vms)
		vm_start(vms[console_focus()]);
	else if (ch == 'x') {
		console_print("bellhop: ended by Ctrl-A x\n");
		machine_off();
	} else
		help();
}

void console_input(uint8_t ch)
{
	if (escaped) {
		escaped = false;
		command(ch);
	} else if (ch == CTRL_A) {
		escaped = true;
	} else {
		send_to_focus(ch);
	}
}
