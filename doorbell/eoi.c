// SPDX-License-Identifier: BSD-2-Clause
/*
 * The end of an interrupt that irqfds drive (irqfd.c): the shared source is lowered, and whoever
 * has to know is told.
 */
#include "core.h"

/* An eoifd counts the EOIs of what its irqfd asserted, and lowers what that holds by itself. */
static void tell_eoi(struct bell_line *line, struct bell_irqfd *irqfd, bool eoi,
		     struct bell_effects *effects)
{
	if (eoi && irqfd->asserted) {
		bell_post(effects, &irqfd->eoi);
		irqfd->asserted = false;
		if (irqfd->kind == IRQFD_LEVEL)
			line->asserted--;
	}
	if (irqfd->kind == IRQFD_RESAMPLE)
		irqfd->asserted = false;
}

/* The shared source first, then who has to know: resamplers before eoifds, which are rare. */
static void __attribute__((noinline))
end_line(struct doorbells *d, struct bell_line *line, bool eoi, struct bell_effects *effects)
{
	bool eoifds = false;

	line->sources &= (uint8_t)~SOURCE_RESAMPLE;
	for (struct bell_irqfd *f = bell_irqfd_at(d, line->first); f != NULL;
	     f = bell_irqfd_at(d, f->next)) {
		if (f->kind == IRQFD_RESAMPLE)
			bell_post(effects, &f->resample);
		if (f->eoi.kind != REF_NONE)
			eoifds = true;
		else if (f->kind == IRQFD_RESAMPLE)
			f->asserted = false;
	}
	for (struct bell_irqfd *f = eoifds ? bell_irqfd_at(d, line->first) : NULL; f != NULL;
	     f = bell_irqfd_at(d, f->next))
		if (f->eoi.kind != REF_NONE)
			tell_eoi(line, f, eoi, effects);
}

bool bell_level_ended(struct doorbells *d, unsigned int intid, struct bell_effects *effects)
{
	struct bell_line *line = bell_line(d, intid);

	if (line->owner == LINE_LEVEL)
		end_line(d, line, true, effects);
	return bell_line_is_high(line);
}

void bell_eoi(struct doorbells *d, unsigned int intid, bool by_enable, struct bell_effects *effects)
{
	struct bell_line *line;

	if (!bell_gsi_exists(d, intid))
		return;
	line = bell_line(d, intid);
	if (line->owner != LINE_LEVEL || (by_enable && (line->sources & SOURCE_RESAMPLE) == 0u))
		return;
	end_line(d, line, !by_enable, effects);
	bell_drive_line(line, intid, effects);
}

void bells_reset_irqfd(struct doorbells *d, unsigned int index, struct bell_effects *effects)
{
	const struct bell_irqfd *irqfd = &d->irqfd[index];
	struct bell_line *line;

	if (irqfd->id == 0u || irqfd->kind != IRQFD_RESAMPLE)
		return;
	line = bell_line(d, irqfd->gsi);
	if ((line->sources & SOURCE_RESAMPLE) == 0u)
		return;
	end_line(d, line, false, effects);
	bell_drive_line(line, irqfd->gsi, effects);
}
