// SPDX-License-Identifier: BSD-2-Clause
/*
 * MSI-X functions: the model keeps the table by words, as a driver sees it, and says after each
 * action which INTIDs were raised, what is pending and what was for somebody else.
 */
#include <string.h>

#include "doorbell/msix.h"
#include "tests/fuzz/devices.h"

#define SETSPI 0x08020040u

static const struct v2m frame = { .ipa = 0x08020000u, .first_intid = 64, .n_intids = 16 };
static struct msix msix;

/* Of a function that is there, as msix.device. The last word of an entry is Vector Control. */
static struct function {
	bool exists, enabled, function_mask;
	uint32_t pending, dropped;
	uint32_t word[BELLHOP_MAX_MSIX_VECTORS][4];
} function[BELLHOP_MAX_MSIX];

static bool is_masked(const struct function *f, uint32_t vector)
{
	return !f->enabled || f->function_mask || (f->word[vector][3] & 1u) != 0;
}

/* What the message of a vector raises; 0: nothing, it is for somebody else. */
static uint32_t raised_by(const struct function *f, const struct msix_config *config,
			  uint32_t vector)
{
	const uint32_t *word = f->word[vector];

	if (word[0] != SETSPI || word[1] != 0 || word[2] < frame.first_intid ||
	    word[2] >= frame.first_intid + frame.n_intids)
		return 0;
	if (word[2] < config->first_intid || word[2] >= config->first_intid + config->n_intids)
		return 0;
	return word[2];
}

/* All that can be sent is; the same as the model sends, each as often. */
static void send_all(uint32_t index)
{
	struct msix_device *device = &msix.device[index];
	struct function *f = &function[index];
	uint32_t raised[32] = { 0 }, intid, n = 0;

	for (uint32_t v = 0; v < device->config.n_vectors; v++) {
		if ((f->pending >> v & 1u) == 0 || is_masked(f, v))
			continue;
		f->pending &= ~(1u << v);
		intid = raised_by(f, &device->config, v);
		if (intid != 0)
			raised[intid - frame.first_intid]++;
		else
			f->dropped++;
	}
	while (msix_take(device, &frame, &intid)) {
		check(intid >= frame.first_intid && intid < frame.first_intid + frame.n_intids);
		check(raised[intid - frame.first_intid]-- > 0);
		check(++n <= BELLHOP_MAX_MSIX_VECTORS);
	}
	for (unsigned int i = 0; i < 32; i++)
		check(raised[i] == 0);
	check(device->pending == f->pending && device->dropped == f->dropped);
}

static void begin_function(uint32_t index)
{
	uint32_t dropped = function[index].dropped;

	function[index] = (struct function){ .exists = true, .dropped = dropped };
	for (unsigned int v = 0; v < BELLHOP_MAX_MSIX_VECTORS; v++)
		function[index].word[v][3] = 1;
}

/* Mostly one that could be. */
static struct msix_config a_config(void)
{
	bool odd = choose(8) == 7;
	struct msix_config config = { 0 };

	config.table = odd ? any() : 0x1000u + choose(8) * 0x100u;
	config.pba = choose(16) == 15 ? any() : 0x2000u + choose(8) * 8u;
	config.first_intid = (uint16_t)(odd ? 50u + choose(40) : 64u + choose(8));
	config.n_intids = (uint16_t)(odd ? choose(40) : 1u + choose(8));
	config.n_vectors = (uint8_t)(odd ? choose(256) : 1u + choose(32));
	return config;
}

static void register_function(void)
{
	struct msix before = msix;
	struct msix_config config = a_config();
	uint32_t index = 0;
	int32_t error = msix_register(&msix, &frame, &config, &index);

	check(error == BELLHOP_OK || error == BELLHOP_INVAL || error == BELLHOP_RANGE ||
	      error == BELLHOP_EXIST || error == BELLHOP_NOSPC);
	if (error != BELLHOP_OK) {
		check(memcmp(&before, &msix, sizeof(msix)) == 0);
		return;
	}
	check(!function[index].exists && config.n_vectors >= 1 && config.n_vectors <= 32);
	check(config.first_intid >= frame.first_intid && config.n_intids > 0 &&
	      config.first_intid + config.n_intids <= frame.first_intid + frame.n_intids);
	begin_function(index);
	send_all(index);
}

/* BELLHOP_MAX_MSIX: there is none in that place. */
static uint32_t a_function(void)
{
	uint32_t i = choose(16), index = i < BELLHOP_MAX_MSIX ? i : 0;

	check((msix.device[index].id != 0) == function[index].exists);
	return function[index].exists ? index : BELLHOP_MAX_MSIX;
}

static void unregister_function(void)
{
	uint32_t index = a_function();

	if (index == BELLHOP_MAX_MSIX || choose(4) != 3)
		return;
	msix_unregister(&msix.device[index]);
	function[index].exists = false;
}

static void reset_function(void)
{
	uint32_t index = a_function();

	if (index == BELLHOP_MAX_MSIX)
		return;
	msix_reset(&msix.device[index]);
	begin_function(index);
	send_all(index);
}

static void control(void)
{
	uint32_t index = a_function();

	if (index == BELLHOP_MAX_MSIX)
		return;
	function[index].enabled = choose(4) != 3;
	function[index].function_mask = choose(4) == 3;
	msix_control(&msix.device[index], function[index].enabled, function[index].function_mask);
	send_all(index);
}

static void signal(void)
{
	uint32_t index = a_function(), vector = choose(34);

	if (index == BELLHOP_MAX_MSIX)
		return;
	msix_signal(&msix.device[index], vector);
	if (vector < msix.device[index].config.n_vectors)
		function[index].pending |= 1u << vector;
	send_all(index);
}

/* Somewhere in its table, or in its PBA, or close to them. */
static uint32_t an_address(uint32_t index)
{
	const struct msix_config *config = &msix.device[index].config;
	uint32_t offset = choose(8) * 4u;

	if (choose(8) == 7)
		return config->pba + offset - 8u;
	if (choose(8) == 7)
		return config->table + choose(256) - 8u;
	return config->table + (choose(2) != 0 ? choose(33) * 16u : 0) + offset;
}

static void write_word(struct function *f, uint32_t offset, uint32_t value)
{
	uint32_t vector = offset / 16u, word = offset % 16u / 4u;

	if (word == 3)
		f->word[vector][3] = value & 1u;
	else if (is_masked(f, vector))
		f->word[vector][word] = word == 0 ? value & ~3u : value;
}

/* What a vector needs, or anything. */
static uint32_t a_value(void)
{
	switch (choose(6)) {
	case 0:
		return SETSPI;
	case 1:
	case 2:
		return 0;
	case 3:
		return 1;
	case 4:
		return 62u + choose(20);
	default:
		return any();
	}
}

/* An entry is read as it was written. */
static void check_entry(uint32_t index, uint32_t offset)
{
	const struct msix_device *device = &msix.device[index];

	offset -= offset % 16u;
	for (unsigned int i = 0; i < 4; i++)
		check(msix_read(device, device->config.table + offset + i * 4u, 4) ==
		      function[index].word[offset / 16u][i]);
}

static void write_table(void)
{
	uint32_t index = a_function(), width = choose(8) == 7 ? 1u << choose(2) : 4u << choose(2);
	uint32_t low = a_value(), high = a_value();
	uint64_t value = low | (uint64_t)high << 32;
	uint32_t ipa, offset;

	if (index == BELLHOP_MAX_MSIX)
		return;
	ipa = an_address(index);
	offset = ipa - msix.device[index].config.table;
	if (msix_find(&msix, ipa, width) != &msix.device[index])
		return;
	msix_write(&msix.device[index], ipa, width, value);
	if (offset >= msix.device[index].config.n_vectors * 16u) {
		send_all(index);
		return;
	}
	if (width >= 4 && ipa % width == 0) {
		write_word(&function[index], offset, (uint32_t)value);
		if (width == 8)
			write_word(&function[index], offset + 4, (uint32_t)(value >> 32));
	}
	check_entry(index, offset);
	send_all(index);
}

/* A word is read as it was written; the PBA is what is pending. */
static void read_table(void)
{
	uint32_t index = a_function(), ipa, offset, expected;

	if (index == BELLHOP_MAX_MSIX)
		return;
	ipa = an_address(index);
	if (msix_find(&msix, ipa, 4) != &msix.device[index])
		return;
	offset = ipa - msix.device[index].config.table;
	if (ipa % 4 != 0)
		expected = 0;
	else if (offset < msix.device[index].config.n_vectors * 16u)
		expected = function[index].word[offset / 16u][offset % 16u / 4u];
	else
		expected = ipa == msix.device[index].config.pba ? function[index].pending : 0;
	check(msix_read(&msix.device[index], ipa, 4) == expected);
}

/* A reference to one that is gone finds nothing. */
static void find(void)
{
	const struct msix_device *device = msix_find(&msix, 0x1000u + choose(256) * 8u, 4);

	if (device != NULL)
		check(function[device - msix.device].exists);
}

void begin_msix(void)
{
	memset(&msix, 0, sizeof(msix));
	memset(function, 0, sizeof(function));
}

const device_action msix_actions[] = {
	register_function, unregister_function, reset_function, control,    control, signal, signal,
	write_table,	   write_table,		write_table,	read_table, find,    NULL
};
