// SPDX-License-Identifier: BSD-2-Clause
/* The GICv2m frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doorbell/v2m.h"

#define FRAME 0x08020000u
#define SETSPI ((uint64_t)FRAME + V2M_MSI_SETSPI)

static const struct v2m frame = { .ipa = FRAME, .first_intid = 80, .n_intids = 48 };

static void typer_names_the_intids(void **state)
{
	(void)state;
	assert_int_equal(v2m_read(&frame, V2M_MSI_TYPER, 4), 80u << 16 | 48u);
	assert_int_equal(v2m_read(&frame, V2M_MSI_IIDR, 4) >> 24, 'B');
}

static void everything_else_reads_zero(void **state)
{
	(void)state;
	for (uint32_t offset = 0; offset < V2M_FRAME_SIZE; offset++) {
		assert_int_equal(v2m_read(&frame, offset, 1), 0);
		assert_int_equal(v2m_read(&frame, offset, 2), 0);
		if (offset != V2M_MSI_TYPER && offset != V2M_MSI_IIDR)
			assert_int_equal(v2m_read(&frame, offset, 4), 0);
	}
}

static void setspi_raises_the_frames_intids_alone(void **state)
{
	(void)state;
	for (uint32_t intid = 0; intid < 2048; intid++)
		assert_int_equal(v2m_write(&frame, V2M_MSI_SETSPI, 4, intid),
				 intid >= 80 && intid < 128 ? intid : V2M_NOTHING);
	assert_int_equal(v2m_write(&frame, V2M_MSI_SETSPI, 4, UINT32_MAX), V2M_NOTHING);
	assert_int_equal(v2m_write(&frame, V2M_MSI_SETSPI, 2, 80), V2M_NOTHING);
	assert_int_equal(v2m_write(&frame, V2M_MSI_SETSPI, 1, 80), V2M_NOTHING);
	assert_int_equal(v2m_write(&frame, V2M_MSI_SETSPI + 4, 4, 80), V2M_NOTHING);
	assert_int_equal(v2m_write(&frame, V2M_MSI_TYPER, 4, 80), V2M_NOTHING);
}

static void a_message_reaches_setspi_alone(void **state)
{
	(void)state;
	assert_int_equal(v2m_message(&frame, SETSPI, 127), 127);
	assert_int_equal(v2m_message(&frame, SETSPI, 128), V2M_NOTHING);
	assert_int_equal(v2m_message(&frame, SETSPI, 79), V2M_NOTHING);
	assert_int_equal(v2m_message(&frame, SETSPI + 4, 80), V2M_NOTHING);
	assert_int_equal(v2m_message(&frame, SETSPI | 1ull << 32, 80), V2M_NOTHING);
	assert_int_equal(v2m_message(&frame, 0, 80), V2M_NOTHING);
}

static void without_a_frame_there_are_no_messages(void **state)
{
	static const struct v2m none = { 0 };

	(void)state;
	assert_int_equal(v2m_message(&none, V2M_MSI_SETSPI, 0), V2M_NOTHING);
	assert_int_equal(v2m_message(&none, V2M_MSI_SETSPI, 80), V2M_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typer_names_the_intids),
		cmocka_unit_test(everything_else_reads_zero),
		cmocka_unit_test(setspi_raises_the_frames_intids_alone),
		cmocka_unit_test(a_message_reaches_setspi_alone),
		cmocka_unit_test(without_a_frame_there_are_no_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
