// SPDX-License-Identifier: BSD-2-Clause
#include "console_text.h"

#include "fmt.h"

#define PREFIX_SIZE (CONFIG_NAME_SIZE + 24u)

_Static_assert(CONSOLE_OUT_SIZE >= 2u + PREFIX_SIZE + 2u * (CONSOLE_LINE_SIZE + 2u),
	       "a prefix and two lines");

static void put(struct console_out *out, char ch)
{
	if (out->length < CONSOLE_OUT_SIZE)
		out->text[out->length++] = ch;
}

static void put_text(struct console_out *out, const char *text)
{
	for (; *text != '\0'; text++)
		put(out, *text);
}

static void put_prefix(const struct console_text *t, uint32_t who, struct console_out *out)
{
	static const char colours[] = { '6', '3', '5', '2', '4', '1' };
	char prefix[PREFIX_SIZE];

	if (who == CONSOLE_HYPERVISOR || !t->config)
		return;
	if (t->config->options.colour)
		fmt_print(prefix, sizeof(prefix), "\033[3%cm[%s]\033[0m ",
			  colours[who % sizeof(colours)], t->config->vm[who].name);
	else
		fmt_print(prefix, sizeof(prefix), "[%s] ", t->config->vm[who].name);
	put_text(out, prefix);
}

static void put_line_so_far(const struct console_line *line, struct console_out *out)
{
	for (uint32_t i = 0; i < line->length; i++)
		put(out, line->text[i]);
	if (line->returned)
		put(out, '\r');
}

static struct console_line *line_of(struct console_text *t, uint32_t who)
{
	return who == CONSOLE_HYPERVISOR ? &t->hypervisor : &t->line[who];
}

void console_text_end_line(struct console_text *t, struct console_out *out)
{
	if (!t->interrupted && line_of(t, t->focus)->length != 0)
		put_text(out, "\r\n");
}

/* A whole line of somebody who is not in focus: what the one in focus has begun is taken up again
 * by console_text_resume(). */
static void put_foreign_line(struct console_text *t, uint32_t who, struct console_out *out)
{
	struct console_line *line = line_of(t, who);

	if (who != t->focus) {
		console_text_end_line(t, out);
		t->interrupted = true;
	}
	put_prefix(t, who, out);
	put_line_so_far(line, out);
	put_text(out, "\r\n");
	line->length = 0;
}

static void write_foreign(struct console_text *t, uint32_t who, char ch, struct console_out *out)
{
	struct console_line *line = line_of(t, who);

	if (ch == '\r')
		return;
	if (line->returned && ch != '\n')
		line->length = 0;
	line->returned = false;
	if (ch == '\n' || line->length == CONSOLE_LINE_SIZE)
		put_foreign_line(t, who, out);
	if (ch != '\n')
		line->text[line->length++] = ch;
}

/* A CR leaves the line on the screen, so it stays begun until LF, or until something is written
 * over it: a guest sends CR and LF one by one, and another VM's line can come in between. */
static void write_focus(struct console_line *line, char ch, struct console_out *out)
{
	put(out, ch);
	if (ch == '\r') {
		line->returned = line->length != 0;
		return;
	}
	if (ch == '\n' || line->returned)
		line->length = 0;
	line->returned = false;
	if (ch == '\n')
		return;
	if (ch == '\b')
		line->length -= line->length > 0;
	else if (line->length < CONSOLE_LINE_SIZE)
		line->text[line->length++] = ch;
}

void console_text_write(struct console_text *t, uint32_t who, char ch, struct console_out *out)
{
	if (who != t->focus || who == CONSOLE_HYPERVISOR) {
		write_foreign(t, who, ch, out);
		return;
	}
	console_text_resume(t, out);
	write_focus(line_of(t, who), ch, out);
}

void console_text_resume(struct console_text *t, struct console_out *out)
{
	if (t->interrupted)
		put_line_so_far(line_of(t, t->focus), out);
	t->interrupted = false;
}

void console_text_focus(struct console_text *t, uint32_t who, struct console_out *out)
{
	if (who == t->focus)
		return;
	console_text_end_line(t, out);
	t->interrupted = false;
	t->focus = who;
	put_line_so_far(line_of(t, who), out);
}
