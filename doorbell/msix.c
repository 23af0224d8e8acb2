// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "msix.h"

/* Both are below 2^32 with all of their size. */
static bool overlap(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool touches(const struct msix_config *config, uint32_t ipa, uint32_t size)
{
	return overlap(config->table, MSIX_TABLE_SIZE(config->n_vectors), ipa, size) ||
	       overlap(config->pba, MSIX_PBA_SIZE, ipa, size);
}

static bool is_valid(const struct msix_config *config)
{
	if (config->n_vectors == 0u || config->n_vectors > BELLHOP_MAX_MSIX_VECTORS)
		return false;
	if ((config->table | config->pba) % 8u != 0u || config->table == 0u || config->pba == 0u)
		return false;
	return config->table <= UINT32_MAX - MSIX_TABLE_SIZE(config->n_vectors) &&
	       config->pba <= UINT32_MAX - MSIX_PBA_SIZE;
}

static bool is_in_frame(const struct msix_config *config, const struct v2m *frame)
{
	uint32_t first = config->first_intid - (uint32_t)frame->first_intid;

	return config->n_intids != 0u && first < frame->n_intids &&
	       config->n_intids <= frame->n_intids - first;
}

static bool is_taken(const struct msix *msix, const struct msix_config *config)
{
	uint32_t size = MSIX_TABLE_SIZE(config->n_vectors);

	if (overlap(config->table, size, config->pba, MSIX_PBA_SIZE))
		return true;
	for (uint32_t i = 0u; i < BELLHOP_MAX_MSIX; i++) {
		const struct msix_device *other = &msix->device[i];

		if (other->id != 0u && (touches(&other->config, config->table, size) ||
					touches(&other->config, config->pba, MSIX_PBA_SIZE)))
			return true;
	}
	return false;
}

static struct msix_device *find_free(struct msix *msix)
{
	for (uint32_t i = 0u; i < BELLHOP_MAX_MSIX; i++) {
		struct msix_device *device = &msix->device[i];

		if (device->id == 0u)
			return device;
	}
	return NULL;
}

static uint32_t all_vectors(const struct msix_device *device)
{
	return UINT32_MAX >> (32u - device->config.n_vectors);
}

int32_t msix_register(struct msix *msix, const struct v2m *frame, const struct msix_config *config,
		      uint32_t *index)
{
	struct msix_device *device;

	if (!is_valid(config))
		return BELLHOP_INVAL;
	if (!is_in_frame(config, frame))
		return BELLHOP_RANGE;
	if (is_taken(msix, config))
		return BELLHOP_EXIST;
	device = find_free(msix);
	if (device == NULL)
		return BELLHOP_NOSPC;
	device->config = *config;
	device->id = ++msix->last_id;
	msix_reset(device);
	*index = (uint32_t)(device - msix->device);
	return 0;
}

uint32_t msix_dropped(const struct msix *msix)
{
	uint32_t dropped = 0u;

	for (uint32_t i = 0u; i < BELLHOP_MAX_MSIX; i++)
		dropped += msix->device[i].dropped;
	return dropped;
}

void msix_unregister(struct msix_device *device)
{
	device->id = 0u;
}

void msix_reset(struct msix_device *device)
{
	device->enabled = false;
	device->function_mask = false;
	device->masked = all_vectors(device);
	device->pending = 0u;
	for (uint32_t i = 0u; i < BELLHOP_MAX_MSIX_VECTORS; i++)
		device->entry[i] = (struct msix_entry){ 0u, 0u, 0u };
}

void msix_control(struct msix_device *device, bool enabled, bool function_mask)
{
	device->enabled = enabled;
	device->function_mask = function_mask;
}

void msix_signal(struct msix_device *device, uint32_t vector)
{
	if (vector < device->config.n_vectors)
		device->pending |= 1u << vector;
}

/* Vectors whose message may leave now, were they pending. */
static uint32_t open_vectors(const struct msix_device *device)
{
	return device->enabled && !device->function_mask ? ~device->masked : 0u;
}

static bool is_own(const struct msix_config *config, uint32_t intid)
{
	return intid - config->first_intid < config->n_intids;
}

bool msix_take(struct msix_device *device, const struct v2m *frame, uint32_t *intid)
{
	uint32_t ready = device->pending & open_vectors(device);

	for (; ready != 0u; ready &= ready - 1u) {
		uint32_t vector = (uint32_t)__builtin_ctz(ready);
		const struct msix_entry *entry = &device->entry[vector];
		uint64_t address = (uint64_t)entry->upper_address << 32 | entry->address;

		device->pending &= ~(1u << vector);
		*intid = v2m_message(frame, address, entry->data);
		if (*intid != V2M_NOTHING && is_own(&device->config, *intid))
			return true;
		device->dropped++;
	}
	return false;
}

static bool is_inside(uint32_t ipa, uint32_t width, uint32_t base, uint32_t size)
{
	return ipa - base < size && width <= size - (ipa - base);
}

static bool is_in_table(const struct msix_config *config, uint32_t ipa, uint32_t width)
{
	return is_inside(ipa, width, config->table, MSIX_TABLE_SIZE(config->n_vectors));
}

struct msix_device *msix_find(struct msix *msix, uint32_t ipa, uint32_t width)
{
	for (uint32_t i = 0u; i < BELLHOP_MAX_MSIX; i++) {
		struct msix_device *device = &msix->device[i];

		if (device->id != 0u && (is_in_table(&device->config, ipa, width) ||
					 is_inside(ipa, width, device->config.pba, MSIX_PBA_SIZE)))
			return device;
	}
	return NULL;
}

static uint32_t read_word(const struct msix_device *device, uint32_t offset)
{
	uint32_t vector = offset / MSIX_ENTRY_SIZE;
	const struct msix_entry *entry = &device->entry[vector];

	switch (offset % MSIX_ENTRY_SIZE) {
	case MSIX_ENTRY_ADDRESS:
		return entry->address;
	case MSIX_ENTRY_UPPER_ADDRESS:
		return entry->upper_address;
	case MSIX_ENTRY_DATA:
		return entry->data;
	default:
		return device->masked >> vector & MSIX_VECTOR_MASKED;
	}
}

/* The aligned eight bytes of an access, in the table or the PBA. */
static uint64_t read_unit(const struct msix_device *device, uint32_t ipa)
{
	uint32_t offset = ipa - device->config.table;

	if (!is_in_table(&device->config, ipa, 8u))
		return device->pending;
	return read_word(device, offset) | (uint64_t)read_word(device, offset + 4u) << 32;
}

static bool is_aligned(uint32_t ipa, uint32_t width)
{
	return width - 1u < 8u && (width & (width - 1u)) == 0u && (ipa & (width - 1u)) == 0u;
}

uint64_t msix_read(const struct msix_device *device, uint32_t ipa, uint32_t width)
{
	if (!is_aligned(ipa, width))
		return 0u;
	return read_unit(device, ipa & ~7u) >> ipa % 8u * 8u & UINT64_MAX >> (64u - 8u * width);
}

/*
 * A function may keep copies of address and data while a vector is unmasked, so a write to them has
 * no defined effect then (6.8.2); here it has none. The mask counts in all of its three forms.
 */
static void write_word(struct msix_device *device, uint32_t offset, uint32_t value)
{
	uint32_t vector = offset / MSIX_ENTRY_SIZE;
	uint32_t bit = 1u << vector;
	struct msix_entry *entry = &device->entry[vector];

	if (offset % MSIX_ENTRY_SIZE == MSIX_ENTRY_VECTOR_CONTROL) {
		device->masked &= ~bit;
		device->masked |= (value & MSIX_VECTOR_MASKED) << vector;
		return;
	}
	if ((open_vectors(device) & bit) != 0u)
		return;
	switch (offset % MSIX_ENTRY_SIZE) {
	case MSIX_ENTRY_ADDRESS:
		entry->address = value & ~3u; /* bits 1:0 are RsvdP, zero for a DWORD write */
		break;
	case MSIX_ENTRY_UPPER_ADDRESS:
		entry->upper_address = value;
		break;
	default:
		entry->data = value;
		break;
	}
}

void msix_write(struct msix_device *device, uint32_t ipa, uint32_t width, uint64_t value)
{
	uint32_t offset = ipa - device->config.table;

	if (!is_aligned(ipa, width) || width < 4u || !is_in_table(&device->config, ipa, width))
		return;
	write_word(device, offset, (uint32_t)value);
	if (width == 8u)
		write_word(device, offset + 4u, (uint32_t)(value >> 32));
}
