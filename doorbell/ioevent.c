// SPDX-License-Identifier: BSD-2-Clause
#include "ioevent.h"

static bool same_bell(struct bell_ref a, struct bell_ref b)
{
	return a.id == b.id && a.kind == b.kind && a.vm == b.vm && a.index == b.index;
}

static bool is_valid(const struct ioevent_key *key)
{
	uint32_t length = key->length;

	if (length > 8u || (length & (length - 1u)) != 0u)
		return false;
	if (length == 0u)
		return !key->datamatch;
	return key->address <= UINT32_MAX - length;
}

/* One store could be for both: what KVM's ioeventfd_check_collision() refuses. */
static bool collide(const struct ioevent_key *a, const struct ioevent_key *b)
{
	if (a->address != b->address)
		return false;
	if (a->length == 0u || b->length == 0u)
		return true;
	if (a->length != b->length)
		return false;
	return !a->datamatch || !b->datamatch || a->data == b->data;
}

static bool same_key(const struct ioevent_key *a, const struct ioevent_key *b)
{
	return a->address == b->address && a->length == b->length && a->datamatch == b->datamatch &&
	       (!a->datamatch || a->data == b->data);
}

static bool has_collision(const struct ioevents *events, const struct ioevent_key *key)
{
	uint32_t i = events->bucket[ioevent_bucket(key->address)];

	for (; i != 0u; i = events->event[i - 1u].next) {
		if (collide(&events->event[i - 1u].key, key))
			return true;
	}
	return false;
}

static uint32_t find_free(const struct ioevents *events)
{
	uint32_t i = 0u;

	while (i < BELLHOP_MAX_IOEVENTS && events->used[i])
		i++;
	return i;
}

int32_t ioevent_add(struct ioevents *events, const struct ioevent_key *key, struct bell_ref bell)
{
	uint8_t *bucket = &events->bucket[ioevent_bucket(key->address)];
	uint32_t i;

	if (!is_valid(key))
		return BELLHOP_INVAL;
	if (has_collision(events, key))
		return BELLHOP_EXIST;
	i = find_free(events);
	if (i == BELLHOP_MAX_IOEVENTS)
		return BELLHOP_NOSPC;
	events->used[i] = true;
	events->event[i] = (struct ioevent){ *key, bell, *bucket, events->event[i].serial };
	*bucket = (uint8_t)(i + 1u);
	return 0;
}

/* Takes the event that *link, a bucket or an event's next, leads to out of its bucket. */
static void unlink_event(struct ioevents *events, uint8_t *link)
{
	uint32_t i = *link - 1u;

	*link = events->event[i].next;
	events->event[i].serial++;
	events->used[i] = false;
}

int32_t ioevent_remove(struct ioevents *events, const struct ioevent_key *key, struct bell_ref bell)
{
	uint8_t *link = &events->bucket[ioevent_bucket(key->address)];

	for (; *link != 0u; link = &events->event[*link - 1u].next) {
		const struct ioevent *event = &events->event[*link - 1u];

		if (same_key(&event->key, key) && same_bell(event->bell, bell)) {
			unlink_event(events, link);
			return 0;
		}
	}
	return BELLHOP_NOENT;
}

static uint8_t *link_to(struct ioevents *events, uint32_t i)
{
	uint8_t *link = &events->bucket[ioevent_bucket(events->event[i].key.address)];

	while (*link != i + 1u)
		link = &events->event[*link - 1u].next;
	return link;
}

void ioevent_forget_bell(struct ioevents *events, struct bell_ref bell)
{
	for (uint32_t i = 0u; i < BELLHOP_MAX_IOEVENTS; i++) {
		if (events->used[i] && same_bell(events->event[i].bell, bell))
			unlink_event(events, link_to(events, i));
	}
}
