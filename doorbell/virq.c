// SPDX-License-Identifier: BSD-2-Clause
/*
 * A bell or poll set that interrupts its own VM. LEVEL: the line is high while it is ready, so the
 * vGIC itself looks again at each EOI. Otherwise one edge for each time that it becomes ready.
 */
#include "core.h"

void bell_drive_virq(unsigned int sink, unsigned int gsi, bool was, bool ready,
		     struct bell_effects *effects)
{
	if (was == ready)
		return;
	if (sink == SINK_VIRQ_LEVEL)
		bell_drive(effects, gsi, ready ? BELL_LINE_HIGH : BELL_LINE_LOW);
	else if (ready)
		bell_drive(effects, gsi, BELL_LINE_PULSE);
}

void bell_unbind_virq(struct doorbells *d, unsigned int gsi, struct bell_effects *effects)
{
	bell_line(d, gsi)->owner = LINE_FREE;
	bell_drive(effects, gsi, BELL_LINE_LOW);
	effects->change.wiring = BELL_WIRING_NONE;
}

/* What a handle names that can be bound to a VIRQ. */
struct source {
	struct bell *bell;
	struct bell_pollset *set;
	unsigned int sink, gsi;
};

static bool find_source(struct doorbells *d, uint32_t handle, struct source *source)
{
	*source =
		(struct source){ .bell = bell_get(d, handle), .set = bell_get_pollset(d, handle) };
	if (source->bell != NULL) {
		source->sink = source->bell->sink;
		source->gsi = source->bell->gsi;
	} else if (source->set != NULL) {
		source->sink = source->set->sink;
		source->gsi = source->set->gsi;
	} else {
		return false;
	}
	return true;
}

static void set_sink(const struct source *source, unsigned int sink, unsigned int gsi)
{
	if (source->bell != NULL) {
		source->bell->sink = (uint8_t)sink;
		source->bell->gsi = (uint16_t)gsi;
	} else {
		source->set->sink = (uint8_t)sink;
		source->set->gsi = (uint16_t)gsi;
	}
}

static int32_t unbind(struct doorbells *d, const struct source *source, uint32_t intid,
		      struct bell_effects *effects)
{
	bool virq = source->sink == SINK_VIRQ_EDGE || source->sink == SINK_VIRQ_LEVEL;

	if (!virq || source->gsi != intid)
		return BELLHOP_NOENT;
	set_sink(source, SINK_NONE, 0u);
	bell_unbind_virq(d, intid, effects);
	return BELLHOP_OK;
}

/* What was counted before is told now. */
static void bind(struct doorbells *d, const struct source *source, uint32_t intid, bool level,
		 struct bell_effects *effects)
{
	unsigned int sink = level ? SINK_VIRQ_LEVEL : SINK_VIRQ_EDGE;

	bell_line(d, intid)->owner = LINE_VIRQ;
	effects->change.intid = (uint16_t)intid;
	effects->change.wiring = level ? BELL_WIRING_LEVEL : BELL_WIRING_EDGE;
	set_sink(source, sink, intid);
	if (source->bell != NULL)
		bell_changed(d, source->bell, false, effects);
	else
		bell_drive_virq(sink, intid, false, source->set->ready != 0u, effects);
}

int32_t bell_bind_virq(struct doorbells *d, uint32_t handle, uint32_t intid, uint32_t flags,
		       struct bell_effects *effects)
{
	bool level = flags == BELLHOP_LEVEL;
	struct source source;

	if (!find_source(d, handle, &source))
		return BELLHOP_BADH;
	if (flags != 0u && flags != BELLHOP_DEASSIGN && !level)
		return BELLHOP_INVAL;
	if (!bell_gsi_exists(d, intid))
		return BELLHOP_RANGE;
	if (flags == BELLHOP_DEASSIGN)
		return unbind(d, &source, intid, effects);
	/* One that masks itself would lower its own line before the guest could look. */
	if (level && source.bell != NULL && (source.bell->flags & BELL_ONESHOT) != 0u)
		return BELLHOP_INVAL;
	if (source.sink != SINK_NONE || bell_line(d, intid)->owner != LINE_FREE)
		return BELLHOP_BUSY;
	bind(d, &source, intid, level, effects);
	return BELLHOP_OK;
}
