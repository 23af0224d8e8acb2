// SPDX-License-Identifier: BSD-2-Clause
/*
 * Irqfds: bells that drive an input of this VM.
 *
 * The level of an input is the OR of independent sources, so that no driver can lower what another
 * one holds: IRQ_SET_LEVEL; one source that all irqfds of kind RESAMPLE share; and one for each
 * irqfd of kind LEVEL. An EOI lowers the shared one once, and only then are the resamplers told:
 * was it lowered again after the first was told, the signal that it answered with would be lost.
 * Re-asserting is their duty; nothing here does it for them.
 *
 * The first driver of an input says how it is wired, and it stays so until the last one is gone.
 */
#include "core.h"

void bell_irqfd_raise(struct doorbells *d, struct bell_irqfd *irqfd)
{
	struct bell_line *line = bell_line(d, irqfd->gsi);

	if (irqfd->kind == IRQFD_RESAMPLE)
		line->sources |= SOURCE_RESAMPLE;
	else if (!irqfd->asserted)
		line->asserted++;
	irqfd->asserted = true;
}

void bell_irqfd_assert(struct doorbells *d, struct bell_irqfd *irqfd, struct bell_effects *effects)
{
	bell_irqfd_raise(d, irqfd);
	bell_drive(effects, irqfd->gsi, BELL_LINE_HIGH);
}

static bool wants_eoi(const struct bell_irqfd *irqfd)
{
	return irqfd->kind == IRQFD_RESAMPLE || irqfd->eoi.kind != REF_NONE;
}

void bell_line_settle(struct doorbells *d, unsigned int gsi, struct bell_effects *effects)
{
	struct bell_line *line = bell_line(d, gsi);
	bool notify = false;

	for (struct bell_irqfd *f = bell_irqfd_at(d, line->first); f != NULL;
	     f = bell_irqfd_at(d, f->next))
		notify = notify || wants_eoi(f);
	effects->change.intid = (uint16_t)gsi;
	effects->change.notify = notify ? BELL_NOTIFY_ON : BELL_NOTIFY_OFF;
	if (line->first != 0u || bell_line_is_high(line) || line->owner == LINE_FRAME)
		return;
	line->owner = LINE_FREE;
	effects->change.wiring = BELL_WIRING_NONE;
}

/* Take part in driving an input, which makes it edge or level where nobody does yet. */
static int32_t join(struct doorbells *d, unsigned int gsi, enum bell_line_owner owner,
		    struct bell_effects *effects)
{
	struct bell_line *line = bell_line(d, gsi);

	if (line->owner == owner)
		return BELLHOP_OK;
	if (owner == LINE_FRAME)
		return BELLHOP_RANGE;
	if (line->owner == LINE_FREE) {
		line->owner = (uint8_t)owner;
		effects->change.intid = (uint16_t)gsi;
		effects->change.wiring = owner == LINE_EDGE ? BELL_WIRING_EDGE : BELL_WIRING_LEVEL;
		return BELLHOP_OK;
	}
	return line->owner == LINE_EDGE || line->owner == LINE_LEVEL ? BELLHOP_INVAL : BELLHOP_BUSY;
}

int32_t bell_irqfd_create(struct doorbells *d, uint32_t gsi, enum bell_irqfd_kind kind,
			  enum bell_line_owner owner, struct bell_ref resample,
			  struct bell_ref *ref, struct bell_effects *effects)
{
	unsigned int index = 0u;
	struct bell_line *line;
	int32_t error;

	if (!bell_gsi_exists(d, gsi))
		return BELLHOP_RANGE;
	while (index < BELLHOP_MAX_IRQFDS && d->irqfd[index].id != 0u)
		index++;
	if (index == BELLHOP_MAX_IRQFDS)
		return BELLHOP_NOSPC;
	error = join(d, gsi, owner, effects);
	if (error != BELLHOP_OK)
		return error;
	line = bell_line(d, gsi);
	d->irqfd[index] = (struct bell_irqfd){ .id = bell_next_id(d),
					       .gsi = (uint16_t)gsi,
					       .kind = (uint8_t)kind,
					       .next = line->first,
					       .resample = resample };
	line->first = (uint8_t)(index + 1u);
	*ref = (struct bell_ref){ d->irqfd[index].id, REF_IRQFD, d->vm, (uint16_t)index };
	bell_line_settle(d, gsi, effects);
	return BELLHOP_OK;
}

static void unlink(struct doorbells *d, const struct bell_irqfd *irqfd)
{
	uint8_t *next = &bell_line(d, irqfd->gsi)->first;
	unsigned int self = (unsigned int)(irqfd - d->irqfd) + 1u;

	while (*next != self && *next != 0u)
		next = &d->irqfd[*next - 1u].next;
	*next = irqfd->next;
}

/* Has a resampler left this input? Else nobody would lower the shared source any more. */
static bool has_resampler(struct doorbells *d, const struct bell_line *line)
{
	for (struct bell_irqfd *f = bell_irqfd_at(d, line->first); f != NULL;
	     f = bell_irqfd_at(d, f->next))
		if (f->kind == IRQFD_RESAMPLE)
			return true;
	return false;
}

/* An interrupt that is active stays so until its EOI, of which nobody here is told any more. */
void bell_irqfd_free(struct doorbells *d, struct bell_ref ref, struct bell_effects *effects)
{
	struct bell_irqfd *irqfd = bell_get_irqfd(d, ref);
	struct bell_line *line;

	if (irqfd == NULL)
		return;
	line = bell_line(d, irqfd->gsi);
	unlink(d, irqfd);
	irqfd->id = 0u;
	if (irqfd->kind == IRQFD_LEVEL && irqfd->asserted)
		line->asserted--;
	if (!has_resampler(d, line))
		line->sources &= (uint8_t)~SOURCE_RESAMPLE;
	if (line->owner == LINE_LEVEL)
		bell_drive_line(line, irqfd->gsi, effects);
	bell_line_settle(d, irqfd->gsi, effects);
}

void bell_irqfd_unlink(struct doorbells *d, struct bell_ref link, struct bell_effects *effects)
{
	for (unsigned int i = 0u; i < BELLHOP_MAX_IRQFDS; i++) {
		struct bell_irqfd *irqfd = &d->irqfd[i];

		if (irqfd->id == 0u)
			continue;
		if (bell_ref_equal(irqfd->resample, link))
			irqfd->resample.kind = REF_NONE;
		if (!bell_ref_equal(irqfd->eoi, link))
			continue;
		irqfd->eoi.kind = REF_NONE;
		bell_line_settle(d, irqfd->gsi, effects);
	}
}

int32_t bell_set_level(struct doorbells *d, uint32_t gsi, uint32_t level,
		       struct bell_effects *effects)
{
	struct bell_line *line;
	int32_t error;

	if (level > 1u)
		return BELLHOP_INVAL;
	if (!bell_gsi_exists(d, gsi))
		return BELLHOP_RANGE;
	line = bell_line(d, gsi);
	if (line->owner == LINE_EDGE) {
		if (level != 0u)
			bell_drive(effects, gsi, BELL_LINE_PULSE);
		return BELLHOP_OK;
	}
	if (line->owner == LINE_FREE && level == 0u)
		return BELLHOP_OK;
	error = join(d, gsi, LINE_LEVEL, effects);
	if (error != BELLHOP_OK)
		return error;
	line->sources &= (uint8_t)~SOURCE_LINE;
	if (level != 0u)
		line->sources |= SOURCE_LINE;
	bell_drive_line(line, gsi, effects);
	bell_line_settle(d, gsi, effects);
	return BELLHOP_OK;
}

void bells_fix_line(struct doorbells *d, unsigned int intid)
{
	if (bell_gsi_exists(d, intid))
		bell_line(d, intid)->owner = LINE_FIXED;
}

void bells_frame_line(struct doorbells *d, unsigned int intid)
{
	if (bell_gsi_exists(d, intid))
		bell_line(d, intid)->owner = LINE_FRAME;
}
