// SPDX-License-Identifier: BSD-2-Clause
/*
 * Touches the whole 4 GiB of intermediate physical addresses by read, write and instruction fetch,
 * with the MMU off, and compares with what the machine promises: RAM is RAM; below it a data access
 * that hits nothing reads as zero and ignores writes; above it, it aborts; instructions are
 * fetched from RAM only. Another VM beside it watches its own memory meanwhile.
 */
#include "common.h"
#include "mmu.h"

#define COARSE 0x10000u
#define FINE 0x1000u
#define POISON 0x5a5aa5a5u

struct totals {
	uint32_t touched, aborts, wrong;
	uint32_t first_wrong;
};

static uint32_t ram_end;

static bool in_ram(uint32_t address)
{
	return address >= RAM_BASE && address < ram_end;
}

/* Pages of devices that exist: a read is harmless and may give anything, a write proves nothing. */
static bool is_device(uint32_t address)
{
	static const uint32_t pages[] = { GICD_BASE, GICC_BASE, GICC_BASE + 0x1000, PL011_BASE,
					  SHARED_BASE };

	for (unsigned int i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if ((address & ~0xfffu) == pages[i])
			return true;
	return false;
}

static void count(struct totals *t, uint32_t address, bool aborted, bool right)
{
	t->touched++;
	t->aborts += aborted;
	if (!right && t->wrong++ == 0)
		t->first_wrong = address;
}

static void touch_read(struct totals *t, uint32_t address)
{
	struct fault fault;
	uint32_t value = POISON;
	const bool aborted = fault_read(address, 4, &value, &fault);

	if (in_ram(address) || is_device(address))
		count(t, address, aborted, !aborted);
	else if (address < RAM_BASE)
		count(t, address, aborted, !aborted && value == 0);
	else
		count(t, address, aborted, aborted && fault.vector == VECTOR_DABT);
}

static void touch_write(struct totals *t, uint32_t address)
{
	struct fault fault;
	uint32_t value = 0;

	if (in_ram(address) || is_device(address))
		return;
	const bool aborted = fault_write(address, 4, POISON, &fault);

	if (address >= RAM_BASE) {
		count(t, address, aborted, aborted && fault.vector == VECTOR_DABT);
		return;
	}
	const bool hidden = !fault_read(address, 4, &value, &fault) && value == 0;

	count(t, address, aborted, !aborted && hidden);
}

static void touch_execute(struct totals *t, uint32_t address)
{
	struct fault fault;

	if (in_ram(address))
		return;
	const bool aborted = fault_call(address, &fault);

	count(t, address, aborted, aborted && fault.vector == VECTOR_PABT);
}

static void sweep(struct totals *t, void (*touch)(struct totals *, uint32_t), uint32_t first,
		  uint32_t last, uint32_t stride)
{
	uint32_t address = first;

	for (;;) {
		touch(t, address);
		if (last - address < stride)
			return;
		address += stride;
	}
}

/* Everything coarsely; around the borders of RAM and the devices by pages. */
static void sweep_all(const char *what, void (*touch)(struct totals *, uint32_t))
{
	struct totals t = { 0 };

	mmu_disable();
	sweep(&t, touch, 0, UINT32_MAX, COARSE);
	sweep(&t, touch, GICD_BASE - 0x10000, GICD_BASE + 0x60000, FINE);
	sweep(&t, touch, PL011_BASE - 0x10000, PL011_BASE + 0x10000, FINE);
	sweep(&t, touch, 0x0a000000, 0x0a010000, FINE);
	sweep(&t, touch, RAM_BASE - 0x100000, RAM_BASE + 0x10000, FINE);
	sweep(&t, touch, ram_end - 0x10000, ram_end + 0x200000, FINE);
	sweep(&t, touch, 0xffff0000, 0xfffffffc, 4 * FINE);
	mmu_on();
	ktap_diag("%s: %lu touched, %lu aborts", what, (unsigned long)t.touched,
		  (unsigned long)t.aborts);
	ktap_check(t.wrong == 0, "%lu wrong answers, the first at 0x%lx", (unsigned long)t.wrong,
		   (unsigned long)t.first_wrong);
}

static void test_read(void)
{
	sweep_all("read", touch_read);
}

static void test_write(void)
{
	sweep_all("write", touch_write);
}

static void test_execute(void)
{
	sweep_all("execute", touch_execute);
}

/* Stage 1 may map anything anywhere: what stage 2 does not give is not reached that way either. */
static void test_remapped(void)
{
	struct fault fault;
	uint32_t value;

	mmu_map(0x70000000u, 0xf0000000u, MMU_SECTION_SIZE, MMU_NORMAL);
	ktap_check(fault_read(0x70000000u, 4, &value, &fault) && fault.vector == VECTOR_DABT,
		   "0xf0000000 is readable through the MMU");
	mmu_map(0x70000000u, ram_end, MMU_SECTION_SIZE, MMU_NORMAL);
	ktap_check(fault_read(0x70000000u, 4, &value, &fault), "RAM end is readable");
	mmu_map(0x70000000u, 0, MMU_SECTION_SIZE, MMU_NONE);
}

static const struct ktap_test tests[] = {
	{ "read", test_read },
	{ "write", test_write },
	{ "execute", test_execute },
	{ "remapped", test_remapped },
};

int main(void)
{
	ram_end = RAM_BASE + machine_ram_size();
	if (machine_is_native())
		ktap_diag("without a hypervisor the devices of the emulator are found");
	return ktap_run_all(tests);
}
