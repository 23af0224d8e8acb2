// SPDX-License-Identifier: BSD-2-Clause
/* Stores that ring: which event a store meets, and which two events would meet the same. */
#include <string.h>

#include "doorbell/ioevent.h"
#include "tests/fuzz/devices.h"

static struct ioevents events;
static struct {
	bool used;
	struct ioevent_key key;
	struct bell_ref bell;
} event[BELLHOP_MAX_IOEVENTS];

static const uint64_t some_data[] = { 0, 1, 0xff, 0x100000001u };

static struct ioevent_key a_key(void)
{
	static const uint8_t lengths[] = { 0, 1, 2, 4, 8, 3 };
	struct ioevent_key key = { .address = 0x1000u };

	if (choose(16) == 15)
		key.address = UINT32_MAX - choose(9);
	else
		key.address += choose(3) * 4u;
	key.length = lengths[choose(6)];
	key.datamatch = choose(2) != 0;
	key.data = key.datamatch ? some_data[choose(4)] : 0;
	return key;
}

static bool meets(const struct ioevent_key *key, uint32_t address, uint32_t width, uint64_t data)
{
	return key->address == address &&
	       (key->length == 0 ||
		(key->length == width && (!key->datamatch || key->data == data)));
}

/* Is there a store that meets both? Of what is not named any will do. */
static bool could_collide(const struct ioevent_key *a, const struct ioevent_key *b)
{
	for (uint32_t width = 1; width <= 8; width *= 2)
		if ((meets(a, a->address, width, a->data) &&
		     meets(b, a->address, width, a->data)) ||
		    (meets(a, a->address, width, b->data) && meets(b, a->address, width, b->data)))
			return true;
	return false;
}

static int32_t expected_of_add(const struct ioevent_key *key)
{
	uint32_t n = 0;

	if ((key->length & (key->length - 1u)) != 0 || key->length > 8 ||
	    (key->datamatch && key->length == 0) ||
	    (uint64_t)key->address + key->length > UINT32_MAX)
		return BELLHOP_INVAL;
	for (unsigned int i = 0; i < BELLHOP_MAX_IOEVENTS; i++) {
		if (event[i].used && could_collide(key, &event[i].key))
			return BELLHOP_EXIST;
		n += event[i].used;
	}
	return n == BELLHOP_MAX_IOEVENTS ? BELLHOP_NOSPC : BELLHOP_OK;
}

static void add_event(void)
{
	struct ioevent_key key = a_key();
	struct bell_ref bell = a_bell();
	struct ioevents before = events;
	int32_t error = ioevent_add(&events, &key, bell);
	unsigned int i = 0;

	check(error == expected_of_add(&key));
	if (error != BELLHOP_OK) {
		check(memcmp(&before, &events, sizeof(events)) == 0);
		return;
	}
	while (event[i].used)
		i++;
	event[i].used = true;
	event[i].key = key;
	event[i].bell = bell;
}

static bool is_event(unsigned int i, const struct ioevent_key *key, struct bell_ref bell)
{
	const struct ioevent_key *is = &event[i].key;

	return event[i].used && is->address == key->address && is->length == key->length &&
	       is->datamatch == key->datamatch && is->data == key->data &&
	       event[i].bell.id == bell.id;
}

static void remove_event(void)
{
	struct ioevent_key key = a_key();
	struct bell_ref bell = a_bell();
	unsigned int i = 0;

	while (i < BELLHOP_MAX_IOEVENTS && !is_event(i, &key, bell))
		i++;
	check(ioevent_remove(&events, &key, bell) ==
	      (i < BELLHOP_MAX_IOEVENTS ? BELLHOP_OK : BELLHOP_NOENT));
	if (i < BELLHOP_MAX_IOEVENTS)
		event[i].used = false;
}

static void forget_bell(void)
{
	struct bell_ref bell = a_bell();

	ioevent_forget_bell(&events, bell);
	for (unsigned int i = 0; i < BELLHOP_MAX_IOEVENTS; i++)
		if (event[i].bell.id == bell.id)
			event[i].used = false;
}

static void store(void)
{
	uint32_t address = a_key().address, width = 1u << choose(4);
	uint64_t data = some_data[choose(4)] & UINT64_MAX >> (64u - 8u * width);
	const struct ioevent *met =
		ioevent_match(&events, ioevent_bucket(address), address, width, data);
	uint32_t expected = 0;

	for (unsigned int i = 0; i < BELLHOP_MAX_IOEVENTS; i++) {
		if (!event[i].used || !meets(&event[i].key, address, width, data))
			continue;
		check(expected == 0);
		expected = event[i].bell.id;
	}
	check((met != NULL ? met->bell.id : 0) == expected);
}

void begin_events(void)
{
	memset(&events, 0, sizeof(events));
	memset(event, 0, sizeof(event));
}

const device_action event_actions[] = { add_event, add_event, remove_event, forget_bell,
					store,	   store,     NULL };
