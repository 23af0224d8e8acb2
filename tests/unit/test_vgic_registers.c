// SPDX-License-Identifier: BSD-2-Clause
/*
 * The distributor's register map: every register, width and bank. Cases T60, T64 to T66, T70 to
 * T76.
 */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define N_INTIDS 128u /* of the worlds here */

static struct world w;

static enum vgic_status read_as(uint32_t offset, unsigned int width, uint32_t *value)
{
	return vgic_dist_read(world_locked(&w), 0, offset, width, value, &w.effects);
}

static enum vgic_status write_as(uint32_t offset, unsigned int width, uint32_t value)
{
	return vgic_dist_write(world_locked(&w), 0, offset, width, value, &w.effects);
}

/* Table 4-1 with what is read back after ~0 was written; SGI and PPI rows are those of vCPU 0. */
struct row {
	uint32_t first;
	uint32_t last;
	uint32_t expected;
	bool byte_writes;
};

static const struct row rows[] = {
	{ 0x000, 0x000, 0x00000003, false }, { 0x004, 0x004, 0x00000023, false },
	{ 0x008, 0x008, 0x4200043b, false }, { 0x00c, 0x07c, 0, true },
	{ 0x080, 0x08c, ~0u, false },	     { 0x090, 0x0fc, 0, false },
	{ 0x100, 0x10c, ~0u, false },	     { 0x110, 0x17c, 0, false },
	{ 0x200, 0x200, 0xffff0000, false }, { 0x204, 0x20c, ~0u, false },
	{ 0x210, 0x27c, 0, false },	     { 0x300, 0x30c, ~0u, false },
	{ 0x310, 0x37c, 0, false },	     { 0x400, 0x47c, 0xf8f8f8f8, true },
	{ 0x480, 0x7fc, 0, true },	     { 0x800, 0x81c, 0x01010101, true },
	{ 0x820, 0x87c, 0x03030303, true },  { 0x880, 0xbfc, 0, true },
	{ 0xc00, 0xc1c, 0xaaaaaaaa, false }, { 0xc20, 0xcfc, 0, false },
	{ 0xd00, 0xefc, 0, true },	     { 0xf00, 0xf00, 0, false },
	{ 0xf04, 0xf0c, 0, true },	     { 0xf20, 0xf2c, 0x03030303, true },
	{ 0xf30, 0xfcc, 0, true },	     { 0xfe8, 0xfe8, 0x0000002b, false },
};

/* With the CPU interfaces disabled and nothing filled, so that no register waits for a fold. */
static void start_unloaded(void)
{
	struct vgic_config config = { .n_vcpus = 2, .n_intids = N_INTIDS, .n_lrs = 4 };

	vgic_effects_clear(&w.effects);
	assert_true(vgic_init(&w.vgic, &config));
}

static void t75_every_register_reads_back_its_implemented_bits(void **state)
{
	unsigned int i;
	uint32_t offset;
	uint32_t value;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		start_unloaded();
		for (offset = rows[i].first; offset <= rows[i].last; offset += 4) {
			assert_int_equal(write_as(offset, 4, ~0u), VGIC_OK);
			assert_int_equal(read_as(offset, 4, &value), VGIC_OK);
			assert_int_equal(value, rows[i].expected);
		}
	}
}

/* A write to what is not there, or is read-only, leaves nothing behind, also where none reads. */
static void t75_what_is_not_implemented_is_not_stored(void **state)
{
	static const struct {
		uint32_t first;
		uint32_t last;
	} absent[] = { { 0x090, 0x0fc }, { 0x110, 0x17c }, { 0x190, 0x1fc }, { 0x210, 0x27c },
		       { 0x290, 0x2fc }, { 0x310, 0x37c }, { 0x390, 0x3fc }, { 0x480, 0x7fc },
		       { 0x800, 0x81c }, { 0x880, 0xbfc }, { 0xc20, 0xcfc } };
	struct vgic before;
	uint32_t offset;
	unsigned int i;

	(void)state;
	start_unloaded();
	before = w.vgic;
	for (i = 0; i < COUNT(absent); i++) {
		for (offset = absent[i].first; offset <= absent[i].last; offset += 4) {
			assert_int_equal(write_as(offset, 4, ~0u), VGIC_OK);
			assert_memory_equal(&before, &w.vgic, sizeof(before));
		}
	}
}

static void t77_clear_registers_undo_what_set_registers_did(void **state)
{
	static const struct {
		uint32_t set;
		uint32_t clear;
		uint32_t left;
	} pairs[] = { { 0x100, 0x180, 0x0000ffff }, { 0x104, 0x184, 0 }, { 0x200, 0x280, 0 },
		      { 0x20c, 0x28c, 0 },	    { 0x300, 0x380, 0 }, { 0x30c, 0x38c, 0 },
		      { 0xf20, 0xf10, 0 },	    { 0xf2c, 0xf1c, 0 } };
	unsigned int i;
	uint32_t value;

	(void)state;
	start_unloaded();
	for (i = 0; i < COUNT(pairs); i++) {
		write_as(pairs[i].set, 4, ~0u);
		read_as(pairs[i].clear, 4, &value);
		assert_int_not_equal(value, 0);
		write_as(pairs[i].clear, 4, ~0u);
		read_as(pairs[i].set, 4, &value);
		assert_int_equal(value, pairs[i].left);
		read_as(pairs[i].clear, 4, &value);
		assert_int_equal(value, pairs[i].left);
	}
}

/* A narrow read gives the bytes that a wide one gives, everywhere. */
static void t74_narrow_reads(void **state)
{
	uint32_t offset;
	unsigned int i;

	(void)state;
	start_unloaded();
	for (i = 0; i < COUNT(rows); i++)
		write_as(rows[i].first, 4, ~0u);
	for (offset = 0; offset < 0x1000; offset += 4) {
		uint32_t word;
		uint32_t part;

		assert_int_equal(read_as(offset, 4, &word), VGIC_OK);
		for (i = 0; i < 4; i++) {
			assert_int_equal(read_as(offset + i, 1, &part), VGIC_OK);
			assert_int_equal(part, (word >> (8 * i)) & 0xff);
		}
		for (i = 0; i < 4; i += 2) {
			assert_int_equal(read_as(offset + i, 2, &part), VGIC_OK);
			assert_int_equal(part, (word >> (8 * i)) & 0xffff);
		}
	}
}

static void t74_narrow_writes(void **state)
{
	unsigned int i;
	uint32_t offset;

	(void)state;
	start_unloaded();
	for (i = 0; i < COUNT(rows); i++) {
		enum vgic_status expected = rows[i].byte_writes ? VGIC_OK : VGIC_ABORT;

		for (offset = rows[i].first; offset < rows[i].last + 4; offset++)
			assert_int_equal(write_as(offset, 1, 0), expected);
		for (offset = rows[i].first; offset < rows[i].last + 4; offset += 2)
			assert_int_equal(write_as(offset, 2, 0), expected);
	}
}

static void t74_unaligned_and_odd_accesses_abort(void **state)
{
	static const struct {
		uint32_t offset;
		unsigned int width;
	} bad[] = { { 0x401, 2 }, { 0x401, 4 }, { 0x402, 4 },  { 0x403, 2 },	 { 0x400, 3 },
		    { 0x400, 8 }, { 0x400, 0 }, { 0x1000, 4 }, { 0xfffffffc, 4 } };
	unsigned int i;
	uint32_t value;

	(void)state;
	start_unloaded();
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(read_as(bad[i].offset, bad[i].width, &value), VGIC_ABORT);
		assert_int_equal(value, 0);
		assert_int_equal(write_as(bad[i].offset, bad[i].width, ~0u), VGIC_ABORT);
	}
}

static void t70_priority_bytes_halves_and_words(void **state)
{
	(void)state;
	world_start(&w, 1, 4);
	wr(&w, GICD_IPRIORITYR(10u), 0xffffffff);
	assert_int_equal(rd(&w, GICD_IPRIORITYR(10u)), 0xf8f8f8f8);
	gicd_write(&w, 0, GICD_IPRIORITYR(10u) + 1, 1, 0x17);
	assert_int_equal(rd(&w, GICD_IPRIORITYR(10u)), 0xf8f810f8);
	gicd_write(&w, 0, GICD_IPRIORITYR(10u) + 2, 2, 0x2040);
	assert_int_equal(rd(&w, GICD_IPRIORITYR(10u)), 0x204010f8);
}

static void t64_first_targets_are_the_reader(void **state)
{
	unsigned int vcpu;

	(void)state;
	world_start(&w, 8, 4);
	for (vcpu = 0; vcpu < 8; vcpu++) {
		gicd_write(&w, vcpu, GICD_ITARGETSR(0u), 4, 0);
		assert_int_equal(gicd_read(&w, vcpu, GICD_ITARGETSR(0u), 4), 0x01010101u << vcpu);
		assert_int_equal(gicd_read(&w, vcpu, GICD_ITARGETSR(7u) + 3, 1), 1u << vcpu);
	}
}

/* Also on a uniprocessor, where the specification has them RAZ/WI: a documented deviation. */
static void t64_uniprocessor_targets_are_writable(void **state)
{
	(void)state;
	world_start(&w, 1, 4);
	assert_int_equal(rd(&w, GICD_ITARGETSR(0u)), 0x01010101);
	wr(&w, GICD_ITARGETSR(8u), 0xffffffff);
	assert_int_equal(rd(&w, GICD_ITARGETSR(8u)), 0x01010101);
	wr(&w, GICD_ITARGETSR(8u), 0);
	assert_int_equal(rd(&w, GICD_ITARGETSR(8u)), 0);
}

static void t65_target_byte_changes_no_other(void **state)
{
	unsigned int i;

	(void)state;
	world_start(&w, 4, 4);
	for (i = 0; i < 4; i++) {
		wr(&w, GICD_ITARGETSR(9u), 0x01020408);
		gicd_write(&w, 0, GICD_ITARGETSR(9u) + i, 1, 0xff);
		assert_int_equal(rd(&w, GICD_ITARGETSR(9u)), 0x01020408 | 0xfu << (8 * i));
	}
}

/* What tells software which GIC this is: fixed, of every width, also where somebody writes. */
static void t72_identification(void **state)
{
	static const uint8_t id[] = { 0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1 };
	uint32_t value;
	unsigned int i;

	(void)state;
	start_unloaded();
	for (i = 0; i < COUNT(id); i++) {
		assert_int_equal(write_as(0xfd0 + 4 * i, 4, ~0u), VGIC_OK);
		assert_int_equal(read_as(0xfd0 + 4 * i, 4, &value), VGIC_OK);
		assert_int_equal(value, id[i]);
		assert_int_equal(read_as(0xfd0 + 4 * i, 1, &value), VGIC_OK);
		assert_int_equal(value, id[i]);
	}
	assert_int_equal(write_as(GICD_IIDR, 4, 0), VGIC_OK);
	assert_int_equal(read_as(GICD_IIDR, 4, &value), VGIC_OK);
	assert_int_equal(value, 0x4200043b);
}

static void t71_typer(void **state)
{
	static const struct {
		uint16_t n_intids;
		uint8_t n_vcpus;
		uint32_t expected;
	} cases[] = { { 64, 1, 0x001 },	 { 65, 1, 0x002 },   { 128, 2, 0x023 },
		      { 288, 4, 0x068 }, { 1020, 8, 0x0ff }, { 990, 8, 0x0fe } };
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct vgic_config config = { cases[i].n_vcpus, cases[i].n_intids, 4 };
		uint32_t value;

		assert_true(vgic_init(&w.vgic, &config));
		assert_int_equal(write_as(GICD_TYPER, 4, 0), VGIC_OK);
		assert_int_equal(read_as(GICD_TYPER, 4, &value), VGIC_OK);
		assert_int_equal(value, cases[i].expected);
	}
}

static void intids_1020_to_1023_are_reserved(void **state)
{
	struct vgic_config config = { 1, 1020, 4 };
	uint32_t value;

	(void)state;
	assert_true(vgic_init(&w.vgic, &config));
	write_as(GICD_ISENABLER(31u), 4, ~0u);
	read_as(GICD_ISENABLER(31u), 4, &value);
	assert_int_equal(value, 0x0fffffff);
	write_as(GICD_IPRIORITYR(255u), 4, ~0u);
	read_as(GICD_IPRIORITYR(255u), 4, &value);
	assert_int_equal(value, 0);
	write_as(GICD_IPRIORITYR(254u), 4, ~0u);
	read_as(GICD_IPRIORITYR(254u), 4, &value);
	assert_int_equal(value, 0xf8f8f8f8);
	write_as(GICD_ICFGR(63u), 4, ~0u);
	read_as(GICD_ICFGR(63u), 4, &value);
	assert_int_equal(value, 0x00aaaaaa);
}

static void t73_config(void **state)
{
	(void)state;
	world_start(&w, 2, 4);
	assert_int_equal(rd(&w, GICD_ICFGR(0u)), 0xaaaaaaaa);
	wr(&w, GICD_ICFGR(0u), 0);
	assert_int_equal(rd(&w, GICD_ICFGR(0u)), 0xaaaaaaaa);
	wr(&w, GICD_ICFGR(1u), 0x80000002);
	assert_int_equal(rd(&w, GICD_ICFGR(1u)), 0x80000002);
	assert_int_equal(gicd_read(&w, 1, GICD_ICFGR(1u), 4), 0);
	wr(&w, GICD_ICFGR(3u), 0x99999999);
	assert_int_equal(rd(&w, GICD_ICFGR(3u)), 0x88888888);
	wr(&w, GICD_ICFGR(3u), 0x22222222);
	assert_int_equal(rd(&w, GICD_ICFGR(3u)), 0x22222222);
	assert_int_equal(rd(&w, GICD_ICFGR(2u)), 0);
	vgic_set_wiring(world_locked(&w), 0, 32, VGIC_EDGE, 0);
	assert_int_equal(rd(&w, GICD_ICFGR(2u)), 2);
}

static void t63_private_interrupts_are_banked(void **state)
{
	(void)state;
	world_start(&w, 2, 4);
	world_enable(&w, 1, 20, true);
	world_priority(&w, 1, 20, 0x40);
	gicd_write(&w, 1, GICD_IGROUPR(0u), 4, 1u << 20);
	assert_int_equal(rd(&w, GICD_ISENABLER(0u)), 0xffff);
	assert_int_equal(rd(&w, GICD_IPRIORITYR(5u)), 0);
	assert_int_equal(rd(&w, GICD_IGROUPR(0u)), 0);
	assert_int_equal(gicd_read(&w, 1, GICD_ISENABLER(0u), 4), 0x10ffff);
	assert_int_equal(gicd_read(&w, 1, GICD_IPRIORITYR(5u), 4), 0x40);
	world_set_bit(&w, 1, GICD_ISPENDR(0u), 20);
	assert_int_equal(rd(&w, GICD_ISPENDR(0u)), 0);
	gicd_write(&w, 1, GICD_IGROUPR(0u), 4, 0);
	assert_int_equal(iar(&w, 0), WORLD_SPURIOUS);
	assert_int_equal(iar(&w, 1), 20);
}

static void t76_icenabler_clears_every_bit_written(void **state)
{
	(void)state;
	world_start(&w, 1, 4);
	wr(&w, GICD_ISENABLER(1u), 0xf0f0);
	wr(&w, GICD_ICENABLER(1u), 0x00f0);
	assert_int_equal(rd(&w, GICD_ISENABLER(1u)), 0xf000);
	wr(&w, GICD_ICENABLER(1u), rd(&w, GICD_ICENABLER(1u)) | 1);
	assert_int_equal(rd(&w, GICD_ISENABLER(1u)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t75_every_register_reads_back_its_implemented_bits),
		cmocka_unit_test(t75_what_is_not_implemented_is_not_stored),
		cmocka_unit_test(t77_clear_registers_undo_what_set_registers_did),
		cmocka_unit_test(t74_narrow_reads),
		cmocka_unit_test(t74_narrow_writes),
		cmocka_unit_test(t74_unaligned_and_odd_accesses_abort),
		cmocka_unit_test(t70_priority_bytes_halves_and_words),
		cmocka_unit_test(t64_first_targets_are_the_reader),
		cmocka_unit_test(t64_uniprocessor_targets_are_writable),
		cmocka_unit_test(t65_target_byte_changes_no_other),
		cmocka_unit_test(t71_typer),
		cmocka_unit_test(t72_identification),
		cmocka_unit_test(intids_1020_to_1023_are_reserved),
		cmocka_unit_test(t73_config),
		cmocka_unit_test(t63_private_interrupts_are_banked),
		cmocka_unit_test(t76_icenabler_clears_every_bit_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
