/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one screen shows of several writers: the one in focus as it writes, the others in whole
 * lines with their name in front, between the lines of the one in focus. Over values: what has to
 * go to the UART comes back as text.
 *
 * Locking: the caller's (hyp/console.c has one lock around all of it).
 */
#ifndef BELLHOP_HYP_CONSOLE_TEXT_H
#define BELLHOP_HYP_CONSOLE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

#define CONSOLE_LINE_SIZE 128u
#define CONSOLE_HYPERVISOR CONFIG_MAX_VMS /* the writer that is no VM, and has no prefix */

struct console_line {
	char text[CONSOLE_LINE_SIZE];
	uint32_t length;
	bool returned; /* a CR came last: what follows, but for LF, writes over the line */
};

struct console_text {
	const struct config *config; /* NULL: nothing has a name yet */
	uint32_t focus;		     /* a writer */
	bool interrupted;	     /* the focus's begun line is not the last on the screen */
	/* Begun lines. That of the writer in focus is on the screen already. */
	struct console_line hypervisor;
	struct console_line *line; /* of each VM that config has */
};

/* Text for the UART. One call adds at most a prefix, two lines and their ends. */
#define CONSOLE_OUT_SIZE 320u
struct console_out {
	char text[CONSOLE_OUT_SIZE];
	uint32_t length; /* set to 0 before each call */
};

/* `who` wrote a character. */
void console_text_write(struct console_text *t, uint32_t who, char ch, struct console_out *out);

/* After the last character that is there: the begun line of the writer in focus comes back. */
void console_text_resume(struct console_text *t, struct console_out *out);

/* The screen belongs to another writer: the old one's begun line stays its own, for when the focus
 * comes back; the new one's appears. */
void console_text_focus(struct console_text *t, uint32_t who, struct console_out *out);

/* Something else is about to write: end the line that is begun on the screen. */
void console_text_end_line(struct console_text *t, struct console_out *out);

#endif
