// SPDX-License-Identifier: BSD-2-Clause
#include "v2m.h"

#define TYPER_BASE_SHIFT 16u
/* ProductID 'B', architecture version 0 (GICv2m), JEP106 code of nobody. */
#define IIDR_VALUE 0x42000000u

uint32_t v2m_read(const struct v2m *frame, uint32_t offset, uint32_t width)
{
	if (width != 4u)
		return 0u;
	if (offset == V2M_MSI_TYPER)
		return (uint32_t)frame->first_intid << TYPER_BASE_SHIFT | frame->n_intids;
	return offset == V2M_MSI_IIDR ? IIDR_VALUE : 0u;
}

static uint32_t raised_by(const struct v2m *frame, uint32_t data)
{
	return data - frame->first_intid < frame->n_intids ? data : V2M_NOTHING;
}

uint32_t v2m_write(const struct v2m *frame, uint32_t offset, uint32_t width, uint32_t value)
{
	return offset == V2M_MSI_SETSPI && width == 4u ? raised_by(frame, value) : V2M_NOTHING;
}

uint32_t v2m_message(const struct v2m *frame, uint64_t address, uint32_t data)
{
	return address == (uint64_t)frame->ipa + V2M_MSI_SETSPI ? raised_by(frame, data) :
								  V2M_NOTHING;
}
