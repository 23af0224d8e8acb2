// SPDX-License-Identifier: BSD-2-Clause
/*
 * Bells: eventfd(2) with a mask and with consumers.
 *
 * The count is at most 2^64-2 by what guests add. Signals by EL2 (resample, EOI, ioevents) cannot
 * be refused, so they saturate: 2^64-1 says that some were lost, and a READ starts afresh.
 *
 * A bell is ready when it is readable and not masked. Its consumer sees readiness only, so
 * unmasking and binding look again at what was counted before: nothing is lost. Consumers that take
 * all (irqfds, vectors) leave nothing to be read.
 */
#include "core.h"

typedef void (*sink_handler)(struct doorbells *d, struct bell *bell, bool was, bool ready,
			     struct bell_effects *effects);

static void to_virq(struct doorbells *d, struct bell *bell, bool was, bool ready,
		    struct bell_effects *effects)
{
	(void)d;
	bell_drive_virq(bell->sink, bell->gsi, was, ready, effects);
}

static void to_pollset(struct doorbells *d, struct bell *bell, bool was, bool ready,
		       struct bell_effects *effects)
{
	(void)was;
	bell_pollset_note(d, bell, ready, effects);
}

/* To an irqfd, which may be unbound by now. One of this VM is told at once, another VM's after this
 * lock was dropped. Returns as bell_ring_by_id(). */
static inline unsigned int pass_on(struct doorbells *d, const struct bell *bell,
				   struct bell_effects *effects)
{
	struct bell_irqfd *irqfd = &d->irqfd[bell->to.index];

	if (bell->to.vm != d->vm)
		bell_post(effects, &bell->to);
	else if (irqfd->id == bell->to.id && irqfd->kind == IRQFD_PULSE)
		return irqfd->gsi;
	else if (irqfd->id == bell->to.id)
		bell_irqfd_assert(d, irqfd, effects);
	return 0u;
}

/* The same, with an edge among the effects. */
static void tell_irqfd(struct doorbells *d, const struct bell *bell, struct bell_effects *effects)
{
	unsigned int intid = pass_on(d, bell, effects);

	if (intid != 0u)
		bell_drive(effects, intid, BELL_LINE_PULSE);
}

static void to_irqfd(struct doorbells *d, struct bell *bell, bool was, bool ready,
		     struct bell_effects *effects)
{
	(void)was;
	if (!ready)
		return;
	bell->count = 0u;
	tell_irqfd(d, bell, effects);
}

/* Where the vector is is not known here. */
static void to_vector(struct doorbells *d, struct bell *bell, bool was, bool ready,
		      struct bell_effects *effects)
{
	(void)d, (void)was;
	if (!ready)
		return;
	bell->count = 0u;
	bell_post(effects, &bell->to);
}

static const sink_handler sinks[] = {
	[SINK_VIRQ_EDGE] = to_virq, [SINK_VIRQ_LEVEL] = to_virq, [SINK_POLLSET] = to_pollset,
	[SINK_IRQFD] = to_irqfd,    [SINK_VECTOR] = to_vector,
};

void bell_changed(struct doorbells *d, struct bell *bell, bool was, struct bell_effects *effects)
{
	bool ready = bell_is_ready(bell);

	if (ready) {
		effects->wake |= bell->waiters;
		bell->waiters = 0u;
	}
	if (bell->sink == SINK_NONE)
		return;
	sinks[bell->sink](d, bell, was, ready, effects);
	if (ready && !was && (bell->flags & BELL_ONESHOT) != 0u)
		bell->flags |= BELL_MASKED;
}

/* Most bells that are signalled have nobody to be told, or are in a poll set: that is short. */
static inline void added(struct doorbells *d, struct bell *bell, bool was,
			 struct bell_effects *effects)
{
	if ((bell->sink | bell->waiters) == 0u)
		return;
	if (bell->sink != SINK_POLLSET || bell->waiters != 0u)
		bell_changed(d, bell, was, effects);
	else if (!was && (bell->flags & BELL_MASKED) == 0u)
		bell_pollset_add_ready(d, bell, effects);
}

/*
 * An irqfd takes at once what its bell counts, so that nothing is left of a signal but its effect.
 * Not where that would mask the bell, or while it is masked and counts; who waits for it is refused
 * (wait.c), and who did before it was bound is left to bell_changed().
 */
static inline bool passes_on(const struct bell *bell)
{
	return bell->sink == SINK_IRQFD && bell->waiters == 0u &&
	       (bell->flags & (BELL_MASKED | BELL_ONESHOT)) == 0u;
}

static inline int32_t add(struct doorbells *d, struct bell *bell, uint64_t value,
			  struct bell_effects *effects)
{
	int32_t was = bell->count != 0u ? 1 : 0;
	bool was_ready = bell_is_ready(bell);

	if (value == UINT64_MAX)
		return BELLHOP_INVAL;
	if (UINT64_MAX - bell->count <= value)
		return BELLHOP_AGAIN;
	if (value == 0u)
		return was;
	bell->signals++;
	if (passes_on(bell)) {
		tell_irqfd(d, bell, effects);
		return was;
	}
	if (was != 0)
		bell->coalesced++;
	bell->count += value;
	added(d, bell, was_ready, effects);
	return was;
}

int32_t bell_signal(struct doorbells *d, uint32_t handle, uint64_t value,
		    struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, handle);

	if (bell == NULL)
		return BELLHOP_BADH;
	return add(d, bell, value, effects);
}

int32_t bell_signal_from(struct doorbells *d, struct bell_ref ref, unsigned int from,
			 uint64_t value, struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, ref.id);

	if (bell == NULL || (bell->granted & 1u << from) == 0u)
		return BELLHOP_PIPE;
	if (d->off)
		return BELLHOP_STATE;
	return bell_signal(d, ref.id, value, effects);
}

/* By EL2 itself, once; a count that is full overflows. Returns as bell_ring_by_id(). A function of
 * its own: inlined, gcc would work out where the bell is again for each of its fields. */
static unsigned int __attribute__((noinline))
ring(struct doorbells *d, struct bell *bell, struct bell_effects *effects)
{
	bool was;

	bell->signals++;
	if (passes_on(bell))
		return pass_on(d, bell, effects);
	was = bell_is_ready(bell);
	if (bell->count == 0u) {
		bell->count = 1u;
	} else {
		bell->coalesced++;
		if (bell->count != UINT64_MAX)
			bell->count++;
		else
			bell->lost++;
	}
	added(d, bell, was, effects);
	return 0u;
}

unsigned int bell_ring_by_id(struct doorbells *d, uint32_t id, struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, id);

	return bell != NULL ? ring(d, bell, effects) : 0u;
}

static int32_t peek_pollset(const struct doorbells *d, uint32_t handle, uint32_t *status)
{
	uint32_t ready;

	if (bell_poll(d, handle, &ready) != BELLHOP_OK)
		return BELLHOP_BADH;
	*status = ready != 0u ? BELLHOP_READABLE : 0u;
	if (d->pollset[bell_handle_index(handle)].sink != SINK_NONE)
		*status |= BELLHOP_BOUND;
	return BELLHOP_OK;
}

int32_t bell_peek(const struct doorbells *d, uint32_t handle, uint32_t *status)
{
	const struct bell *bell = &d->bell[bell_handle_index(handle)];

	if (handle == 0u || bell->slot.handle != handle)
		return peek_pollset(d, handle, status);
	*status = bell_status(bell);
	return BELLHOP_OK;
}

int32_t bell_peek_from(const struct doorbells *d, struct bell_ref ref, unsigned int from,
		       uint32_t *status)
{
	const struct bell *bell = &d->bell[bell_handle_index(ref.id)];

	if (bell->slot.handle != ref.id || (bell->granted & 1u << from) == 0u)
		return BELLHOP_PIPE;
	if (d->off)
		return BELLHOP_STATE;
	*status = bell_status(bell);
	return BELLHOP_OK;
}

static unsigned int deliver_irqfd(struct doorbells *d, const struct bell_ref *post)
{
	struct bell_irqfd *irqfd = bell_get_irqfd(d, *post);

	if (irqfd == NULL)
		return 0u;
	if (irqfd->kind == IRQFD_PULSE)
		return irqfd->gsi;
	bell_irqfd_raise(d, irqfd);
	return irqfd->gsi | BELL_RISES;
}

static unsigned int deliver_link(struct doorbells *d, const struct bell_ref *post,
				 struct bell_effects *effects)
{
	struct bell_link *link = bell_get_link(d, *post);

	if (link == NULL || link->state != LINK_BOUND)
		return 0u;
	return ring(d, &d->bell[link->bell], effects);
}

unsigned int bell_deliver(struct doorbells *d, const struct bell_ref *post,
			  struct bell_effects *effects)
{
	switch (post->kind) {
	case REF_BELL:
		return bell_ring_by_id(d, post->id, effects);
	case REF_IRQFD:
		return deliver_irqfd(d, post);
	case REF_LINK:
		return deliver_link(d, post, effects);
	default:
		return 0u;
	}
}
