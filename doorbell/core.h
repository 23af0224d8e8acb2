/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of doorbell/ share. Every function needs the VM's lock. */
#ifndef BELLHOP_DOORBELL_CORE_H
#define BELLHOP_DOORBELL_CORE_H

#include <stddef.h>

#include "op.h"
#include "state.h"

#define BELL_NONE 0xffffu

static inline uint32_t bell_handle_index(uint32_t handle)
{
	return handle & ((1u << BELLHOP_HANDLE_INDEX_BITS) - 1u);
}

/* The type, the index and the generation are right when the whole handle is. */
static inline struct bell *bell_get(struct doorbells *d, uint32_t handle)
{
	struct bell *bell = &d->bell[bell_handle_index(handle)];

	return handle != 0u && bell->slot.handle == handle ? bell : NULL;
}

_Static_assert(BELLHOP_MAX_BELLS == 1u << BELLHOP_HANDLE_INDEX_BITS, "bell_get() needs no bound");

static inline struct bell_pollset *bell_get_pollset(struct doorbells *d, uint32_t handle)
{
	uint32_t index = bell_handle_index(handle);

	if (handle == 0u || index >= BELLHOP_MAX_POLLSETS)
		return NULL;
	return d->pollset[index].slot.handle == handle ? &d->pollset[index] : NULL;
}

/* What a post names, if it has the id still. */
static inline struct bell_irqfd *bell_get_irqfd(struct doorbells *d, struct bell_ref ref)
{
	struct bell_irqfd *irqfd;

	if (ref.kind != REF_IRQFD || ref.vm != d->vm || ref.index >= BELLHOP_MAX_IRQFDS)
		return NULL;
	irqfd = &d->irqfd[ref.index];
	return ref.id != 0u && irqfd->id == ref.id ? irqfd : NULL;
}

static inline struct bell_link *bell_get_link(struct doorbells *d, struct bell_ref ref)
{
	struct bell_link *link;

	if (ref.kind != REF_LINK || ref.vm != d->vm || ref.index >= BELLHOP_MAX_LINKS)
		return NULL;
	link = &d->link[ref.index];
	return ref.id != 0u && link->id == ref.id ? link : NULL;
}

static inline bool bell_is_ready(const struct bell *bell)
{
	return bell->count != 0u && (bell->flags & BELL_MASKED) == 0u;
}

static inline bool bell_takes_all(const struct bell *bell)
{
	return bell->sink == SINK_IRQFD || bell->sink == SINK_VECTOR;
}

_Static_assert(BELL_MASKED == BELLHOP_MASKED && BELL_HUP_PEER == BELLHOP_HUP, "as in a status");

static inline uint32_t bell_status(const struct bell *bell)
{
	uint32_t status = bell->flags & (BELL_MASKED | BELL_HUP_PEER);

	if ((bell->flags & BELL_HUP_EOI) != 0u)
		status |= BELLHOP_HUP;
	if (bell->count != 0u)
		status |= BELLHOP_READABLE;
	if (bell->count == UINT64_MAX)
		status |= BELLHOP_OVERFLOW;
	return bell->sink != SINK_NONE ? status | BELLHOP_BOUND : status;
}

/* READ: all of the count, or 1 of a semaphore; it is not 0. */
static inline uint64_t bell_count_take(struct bell *bell)
{
	uint64_t value = (bell->flags & BELL_SEMAPHORE) != 0u ? 1u : bell->count;

	bell->count -= value;
	return value;
}

static inline struct bell_ref bell_ref_of(const struct doorbells *d, const struct bell *bell)
{
	return (struct bell_ref){ .id = bell->slot.handle,
				  .kind = REF_BELL,
				  .vm = d->vm,
				  .index = (uint16_t)(bell - d->bell) };
}

static inline bool bell_ref_equal(struct bell_ref a, struct bell_ref b)
{
	return a.id == b.id && a.kind == b.kind && a.vm == b.vm && a.index == b.index;
}

/* It has no consumer any more, and no post that names it is believed (bell_sends()). */
static inline void bell_disconnect(struct bell *bell)
{
	bell->sink = SINK_NONE;
	bell->to = (struct bell_ref){ 0 };
}

static inline bool bell_gsi_exists(const struct doorbells *d, uint32_t gsi)
{
	return gsi >= BELL_FIRST_INTID && gsi < d->n_intids;
}

static inline struct bell_line *bell_line(struct doorbells *d, unsigned int gsi)
{
	return &d->line[gsi - BELL_FIRST_INTID];
}

static inline void bell_post(struct bell_effects *effects, const struct bell_ref *post)
{
	if (post->kind != REF_NONE)
		bell_add_post(effects, post);
}

static inline void bell_drive(struct bell_effects *effects, unsigned int gsi,
			      enum bell_line_change line)
{
	effects->change.intid = (uint16_t)gsi;
	effects->change.line = (uint8_t)line;
}

static inline bool bell_line_is_high(const struct bell_line *line)
{
	return line->sources != 0u || line->asserted != 0u;
}

static inline void bell_drive_line(const struct bell_line *line, unsigned int gsi,
				   struct bell_effects *effects)
{
	bell_drive(effects, gsi, bell_line_is_high(line) ? BELL_LINE_HIGH : BELL_LINE_LOW);
}

/* The next irqfd on an input; next is index + 1. NULL: no more. */
static inline struct bell_irqfd *bell_irqfd_at(struct doorbells *d, unsigned int next)
{
	return next != 0u ? &d->irqfd[next - 1u] : NULL;
}

/* handle.c */

/* Make this slot's next handle. False: it has had all that there are. */
bool bell_slot_take(struct bell_slot *slot, uint32_t type, unsigned int index);
/* An id for an irqfd or a link. */
uint32_t bell_next_id(struct doorbells *d);
struct bell_peer *bell_get_peer(struct doorbells *d, uint32_t handle);

/* bell.c, bell_own.c */

/* Readiness may have changed (it was `was`): tell the consumer and who waits. */
void bell_changed(struct doorbells *d, struct bell *bell, bool was, struct bell_effects *effects);
/* Take it away from the VIRQ or poll set that consumes it, if any. */
void bell_release(struct doorbells *d, struct bell *bell, struct bell_effects *effects);

/* pollset.c */

/* This member was not ready, and is now. */
void bell_pollset_add_ready(struct doorbells *d, const struct bell *bell,
			    struct bell_effects *effects);
/* The readiness of a member may have changed. */
void bell_pollset_note(struct doorbells *d, const struct bell *bell, bool ready,
		       struct bell_effects *effects);
void bell_pollset_close(struct doorbells *d, struct bell_pollset *set,
			struct bell_effects *effects);
/* Its bell leaves it. */
void bell_pollset_leave(struct doorbells *d, struct bell *bell, struct bell_effects *effects);

/* virq.c */

/* The readiness of what the VIRQ stands for was `was` and is `ready`. */
void bell_drive_virq(unsigned int sink, unsigned int gsi, bool was, bool ready,
		     struct bell_effects *effects);
void bell_unbind_virq(struct doorbells *d, unsigned int gsi, struct bell_effects *effects);

/* irqfd.c */

/* Its source is high from now on; not of PULSE. */
void bell_irqfd_raise(struct doorbells *d, struct bell_irqfd *irqfd);
/* The same, and drive its input; not of PULSE. */
void bell_irqfd_assert(struct doorbells *d, struct bell_irqfd *irqfd, struct bell_effects *effects);
/* Is kept by what is bound to it: BELLHOP_OK, or why a driver of that kind cannot have it. */
int32_t bell_irqfd_create(struct doorbells *d, uint32_t gsi, enum bell_irqfd_kind kind,
			  enum bell_line_owner owner, struct bell_ref resample,
			  struct bell_ref *ref, struct bell_effects *effects);
/* Its signal bell does not ring it any more, and counts nothing that it had not told. */
void bell_irqfd_cut(struct doorbells *d, struct bell *signal);
void bell_irqfd_free(struct doorbells *d, struct bell_ref ref, struct bell_effects *effects);
/* After links of an irqfd came or went: does its line need bell_eoi()? */
void bell_line_settle(struct doorbells *d, unsigned int gsi, struct bell_effects *effects);

/* link.c */

/* Of `bell`, for an irqfd in vm whose signal bell has handle `key`. False: no room. */
bool bell_link_create(struct doorbells *d, enum bell_link_kind kind, const struct bell *bell,
		      uint32_t key, unsigned int vm, struct bell_ref *ref);
void bell_link_free(struct doorbells *d, struct bell_link *link);
/* The eoifd of that signal bell, orphaned or not; NULL: none. */
struct bell_link *bell_find_eoi(struct doorbells *d, uint32_t key);
/* The irqfd of that signal bell goes: its resample link too, and its eoifd is orphaned. */
void bell_links_sever(struct doorbells *d, uint32_t key);
/* Their bell is closed. */
void bell_links_kill(struct doorbells *d, const struct bell *bell);
/* op_grant.c: peer handles of this VM that name a bell which is closed or revoked. */
void bell_peer_revoke(struct doorbells *d, struct bell_ref bell);
/* A link that bell_links_kill() has left; it is freed. False: there is none. */
bool bell_next_killed(struct doorbells *d, struct bell_ref *link, unsigned int *irqfd_vm);
/* An irqfd of this VM forgets a link that is no more. */
void bell_irqfd_unlink(struct doorbells *d, struct bell_ref link, struct bell_effects *effects);

#endif
