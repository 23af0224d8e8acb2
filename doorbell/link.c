// SPDX-License-Identifier: BSD-2-Clause
/*
 * Links: bells of this VM that are told of EOIs, by irqfds of any VM.
 *
 * A resample link lives as long as its irqfd. An eoifd may outlive it: it is orphaned then, tells
 * nothing, and is there to be unbound. Meanwhile its key, the signal bell, cannot be bound again,
 * so that no new irqfd inherits it.
 */
#include "core.h"

bool bell_link_create(struct doorbells *d, enum bell_link_kind kind, const struct bell *bell,
		      uint32_t key, unsigned int vm, struct bell_ref *ref)
{
	unsigned int index = 0u;

	while (index < BELLHOP_MAX_LINKS && d->link[index].id != 0u)
		index++;
	if (index == BELLHOP_MAX_LINKS)
		return false;
	d->link[index] = (struct bell_link){ .id = bell_next_id(d),
					     .key = key,
					     .bell = (uint8_t)(bell - d->bell),
					     .kind = (uint8_t)kind,
					     .state = LINK_BOUND,
					     .vm = (uint8_t)vm };
	*ref = (struct bell_ref){ d->link[index].id, REF_LINK, d->vm, (uint16_t)index };
	return true;
}

/* The last orphan of a bell takes its HUP away. */
static void settle_hup(struct doorbells *d, unsigned int bell)
{
	for (unsigned int i = 0u; i < BELLHOP_MAX_LINKS; i++) {
		const struct bell_link *link = &d->link[i];

		if (link->id != 0u && link->bell == bell && link->state == LINK_ORPHANED)
			return;
	}
	d->bell[bell].flags &= (uint8_t)~BELL_HUP_EOI;
}

void bell_link_free(struct doorbells *d, struct bell_link *link)
{
	link->id = 0u;
	if (link->state == LINK_ORPHANED)
		settle_hup(d, link->bell);
}

struct bell_link *bell_find_eoi(struct doorbells *d, uint32_t key)
{
	for (unsigned int i = 0u; i < BELLHOP_MAX_LINKS; i++) {
		struct bell_link *link = &d->link[i];

		if (link->id != 0u && link->kind == LINK_EOI && link->key == key)
			return link;
	}
	return NULL;
}

void bell_links_sever(struct doorbells *d, uint32_t key)
{
	for (unsigned int i = 0u; i < BELLHOP_MAX_LINKS; i++) {
		struct bell_link *link = &d->link[i];

		if (link->id == 0u || link->key != key || link->state != LINK_BOUND)
			continue;
		if (link->kind == LINK_RESAMPLE) {
			link->id = 0u;
		} else {
			link->state = LINK_ORPHANED;
			d->bell[link->bell].flags |= BELL_HUP_EOI;
		}
	}
}

void bell_irqfd_cut(struct doorbells *d, struct bell *signal)
{
	signal->sink = SINK_NONE;
	signal->count = 0u;
	bell_links_sever(d, signal->slot.handle);
}

/* Of what is orphaned there is no other end. */
void bell_links_kill(struct doorbells *d, const struct bell *bell)
{
	unsigned int index = (unsigned int)(bell - d->bell);

	for (unsigned int i = 0u; i < BELLHOP_MAX_LINKS; i++) {
		struct bell_link *link = &d->link[i];

		if (link->id == 0u || link->bell != index)
			continue;
		if (link->state == LINK_ORPHANED)
			link->id = 0u;
		else
			link->state = LINK_DYING;
	}
}

bool bell_next_killed(struct doorbells *d, struct bell_ref *ref, unsigned int *irqfd_vm)
{
	for (unsigned int i = 0u; i < BELLHOP_MAX_LINKS; i++) {
		struct bell_link *link = &d->link[i];

		if (link->id == 0u || link->state != LINK_DYING)
			continue;
		*ref = (struct bell_ref){ link->id, REF_LINK, d->vm, (uint16_t)i };
		*irqfd_vm = link->vm;
		link->id = 0u;
		return true;
	}
	return false;
}
