// SPDX-License-Identifier: BSD-2-Clause
/* The distributor's register map (IHI 0048B, table 4-1): widths, read-back, what is reserved. */
#include "conformance.h"
#include "exception.h"

static uint32_t n_words(void)
{
	return (gicd_read(GICD_TYPER) & GICD_TYPER_ITLINESNUMBER_MASK) + 1;
}

static uint32_t all_vcpus(void)
{
	return (1u << machine_vcpus()) - 1;
}

/* A register that is stored, or set and cleared: n-th word of the range, `bits` implemented. */
static void reads_back(uint32_t offset, uint32_t value, uint32_t bits)
{
	gicd_write(offset, value);
	const uint32_t got = gicd_read(offset);

	ktap_check(got == (value & bits), "0x%03lx: wrote 0x%lx, reads 0x%lx",
		   (unsigned long)offset, (unsigned long)value, (unsigned long)got);
}

static const uint32_t patterns[] = { 0xffffffff, 0x55555555, 0xaaaaaaaa, 0x12345678, 0 };
#define N_PATTERNS (sizeof(patterns) / sizeof(patterns[0]))

static void stored(uint32_t first, uint32_t end, uint32_t bits)
{
	for (uint32_t offset = first; offset < end; offset += 4) {
		const uint32_t old = gicd_read(offset);

		for (uint32_t i = 0; i < N_PATTERNS; i++)
			reads_back(offset, patterns[i], bits);
		gicd_write(offset, old);
	}
}

/* A pair of which one sets and the other clears; both read the same. */
static void set_and_clear(uint32_t set, uint32_t clear)
{
	for (uint32_t i = 0; i < N_PATTERNS; i++) {
		gicd_write(clear, UINT32_MAX);
		gicd_write(set, patterns[i]);
		ktap_check_eq(gicd_read(set), patterns[i], "set");
		ktap_check_eq(gicd_read(clear), patterns[i], "set, by the other register");
		gicd_write(clear, 0);
		gicd_write(set, 0);
		ktap_check_eq(gicd_read(set), patterns[i], "zeros change nothing");
		gicd_write(clear, 0x0ff00ff0);
		ktap_check_eq(gicd_read(set), patterns[i] & ~0x0ff00ff0u, "cleared");
	}
	gicd_write(clear, UINT32_MAX);
	ktap_check_eq(gicd_read(set), 0, "all cleared");
}

void t64_private_targets(void)
{
	const uint32_t own = 0x01010101u << cpu_index();

	if (machine_is_native() && machine_vcpus() == 1) {
		ktap_skip("RAZ/WI on QEMU's uniprocessor");
		return;
	}
	for (uint32_t n = 0; n < 8; n++) {
		if (n < 4 || !machine_is_native()) {
			ktap_check_eq(gicd_read(GICD_ITARGETSR(n)), own, "ITARGETSR0-7");
			gicd_write(GICD_ITARGETSR(n), 0);
			ktap_check_eq(gicd_read(GICD_ITARGETSR(n)), own, "ITARGETSR0-7 is RO");
		}
		mmio_write8(GICD_BASE + GICD_ITARGETSR(n) + 2, 0xff);
		ktap_check_eq(mmio_read8(GICD_BASE + GICD_ITARGETSR(0) + 2), own & 0xff, "a byte");
	}
}

void t65_targets_by_byte(void)
{
	if (qemu_differs("eight bits are writable, or none"))
		return;
	stored(GICD_ITARGETSR(8), GICD_ITARGETSR(8 * n_words()), 0x01010101u * all_vcpus());
	gicd_write(GICD_ITARGETSR(SPI / 4), 0x01010101);
	for (uint32_t i = 1; i < 4; i++) {
		mmio_write8(GICD_BASE + GICD_ITARGETSR(SPI / 4) + i, 0);
		ktap_check_eq(gicd_read(GICD_ITARGETSR(SPI / 4)), 0x01010101u & ~(0xffu << 8 * i),
			      "after a byte");
		mmio_write8(GICD_BASE + GICD_ITARGETSR(SPI / 4) + i, 0xff);
		ktap_check_eq(mmio_read8(GICD_BASE + GICD_ITARGETSR(SPI / 4) + i), all_vcpus(),
			      "the byte");
		mmio_write8(GICD_BASE + GICD_ITARGETSR(SPI / 4) + i, 1);
		ktap_check_eq(gicd_read(GICD_ITARGETSR(SPI / 4)), 0x01010101, "back");
	}
}

/* At least 16 levels, the same for all (4.3.11); a list register holds 32. */
void t70_priority_registers(void)
{
	const uint32_t bits = machine_is_native() ? UINT32_MAX : 0xf8f8f8f8;
	struct fault fault;

	stored(GICD_IPRIORITYR(8), GICD_IPRIORITYR(8 * n_words()), bits);
	stored(GICD_IPRIORITYR(0), GICD_IPRIORITYR(4), bits); /* SGIs */
	gicd_write(GICD_IPRIORITYR(SPI / 4), 0x10101010);
	for (uint32_t i = 0; i < 4; i++) {
		mmio_write8(GICD_BASE + GICD_IPRIORITYR(SPI / 4) + i, (uint8_t)(0x80 + 8 * i));
		ktap_check_eq(mmio_read8(GICD_BASE + GICD_IPRIORITYR(SPI / 4) + i), 0x80 + 8 * i,
			      "a byte");
	}
	ktap_check_eq(gicd_read(GICD_IPRIORITYR(SPI / 4)), 0x98908880, "four bytes");
	fault_write(GICD_BASE + GICD_IPRIORITYR(SPI / 4) + 2, 2, 0x4030, &fault);
	ktap_check_eq(gicd_read(GICD_IPRIORITYR(SPI / 4)), 0x40308880, "a halfword");
}

void t71_typer(void)
{
	const uint32_t typer = gicd_read(GICD_TYPER);

	ktap_check_eq((typer >> GICD_TYPER_CPUNUMBER_SHIFT & GICD_TYPER_CPUNUMBER_MASK) + 1,
		      machine_vcpus(), "CPUNumber + 1");
	ktap_check(n_words() > SPI_WORD, "ITLinesNumber %lu", (unsigned long)n_words() - 1);
	ktap_check_eq(typer & GICD_TYPER_SECURITYEXTN, 0, "SecurityExtn");
	gicd_write(GICD_TYPER, ~typer);
	ktap_check_eq(gicd_read(GICD_TYPER), typer, "RO");
}

void t72_identification(void)
{
	static const uint16_t read_only[] = { GICD_IIDR, 0xfd0, 0xfe0, GICD_ICPIDR2, 0xff0, 0xffc };

	ktap_check_eq(gicd_read(GICD_ICPIDR2) >> GICD_ICPIDR2_ARCHREV_SHIFT & 0xf,
		      GICD_ICPIDR2_ARCHREV_GICV2, "ICPIDR2.ArchRev");
	ktap_check_eq(gicc_read(GICC_IIDR) >> 16 & 0xf, 2, "GICC_IIDR, architecture version");
	if (!machine_is_native())
		ktap_check_eq(gicd_read(GICD_IIDR) & 0xfff, 0x43b, "IIDR, implementer");
	for (unsigned int i = 0; i < sizeof(read_only) / sizeof(read_only[0]); i++) {
		const uint32_t value = gicd_read(read_only[i]);

		gicd_write(read_only[i], ~value);
		ktap_check_eq(gicd_read(read_only[i]), value, "RO");
	}
}

void t73_configuration_registers(void)
{
	const uint32_t sgis = gicd_read(GICD_ICFGR(0));
	const uint32_t ppis = gicd_read(GICD_ICFGR(1));

	stored(GICD_ICFGR(2), GICD_ICFGR(2 * n_words()), 0xaaaaaaaa);
	if (machine_is_native())
		return; /* ICFGR0 has other bits, ICFGR1 is writable */
	gicd_write(GICD_ICFGR(0), ~sgis);
	ktap_check_eq(gicd_read(GICD_ICFGR(0)), sgis, "ICFGR0 is RO");
	gicd_write(GICD_ICFGR(1), ppis);
	ktap_check_eq(gicd_read(GICD_ICFGR(1)), ppis, "ICFGR1 written as it was");
}

/* Word-only registers (4.1.4), and what is not aligned anywhere. */
void t74_narrow_and_unaligned_accesses(void)
{
	static const uint16_t word_only[] = { GICD_CTLR,
					      GICD_IGROUPR(SPI_WORD),
					      GICD_ISENABLER(SPI_WORD),
					      GICD_ICENABLER(SPI_WORD),
					      GICD_ISPENDR(SPI_WORD),
					      GICD_ICPENDR(SPI_WORD),
					      GICD_ISACTIVER(SPI_WORD),
					      GICD_ICACTIVER(SPI_WORD),
					      GICD_ICFGR(SPI / 16) };
	struct fault fault;
	uint32_t value;

	if (qemu_differs("it has no rules for widths"))
		return;
	for (unsigned int i = 0; i < sizeof(word_only) / sizeof(word_only[0]); i++) {
		const uint32_t old = gicd_read(word_only[i]);

		for (uint32_t at = 0; at < 4; at++) {
			fault_write(GICD_BASE + word_only[i] + at, 1, 0xff, &fault);
			ktap_check_eq(gicd_read(word_only[i]), old, "after a byte");
		}
		for (uint32_t at = 0; at < 4; at += 2) {
			fault_write(GICD_BASE + word_only[i] + at, 2, 0xffff, &fault);
			ktap_check_eq(gicd_read(word_only[i]), old, "after a halfword");
		}
		for (uint32_t at = 1; at < 4; at++) {
			ktap_check(fault_write(GICD_BASE + word_only[i] + at, 4, ~old, &fault),
				   "a word at 0x%03lx did not abort",
				   (unsigned long)word_only[i] + at);
			ktap_check(fault_read(GICD_BASE + word_only[i] + at, 4, &value, &fault),
				   "reading it did not either");
			ktap_check_eq(gicd_read(word_only[i]), old, "after an unaligned word");
		}
	}
	ktap_check(fault_read(GICD_BASE + GICD_IPRIORITYR(8) + 1, 2, &value, &fault),
		   "an unaligned halfword did not abort");
}

struct range {
	uint16_t first, end;
};

static const struct range reserved[] = {
	{ 0x00c, 0x080 },
	{ 0xd00, 0xf00 },
	{ 0xf04, 0xf10 },
	{ 0xf30, 0xfd0 },
};

/* Behind the last interrupt that is implemented, of a range with `bits` bits each. */
static struct range behind(uint32_t first, uint32_t bits)
{
	return (struct range){ (uint16_t)(first + n_words() * 4 * bits),
			       (uint16_t)(first + 128 * bits) };
}

static void reads_zero(struct range r)
{
	struct fault fault;
	uint32_t value = 1;

	for (uint32_t offset = r.first; offset < r.end; offset += 4) {
		gicd_write(offset, UINT32_MAX);
		ktap_check(gicd_read(offset) == 0, "0x%03lx is 0x%lx", (unsigned long)offset,
			   (unsigned long)gicd_read(offset));
	}
	for (uint32_t at = 0; at < 4 && r.first < r.end; at++) {
		const uint32_t offset = (uint32_t)r.end - 4 + at;
		const uint32_t size = at & 1 ? 1 : 2;

		ktap_check(!fault_read(GICD_BASE + offset, size, &value, &fault) && !value,
			   "0x%03lx, %lu bytes wide", (unsigned long)offset, (unsigned long)size);
	}
}

void t75_reserved_reads_zero(void)
{
	static const struct range maps[] = { { GICD_IGROUPR(0), 1 },   { GICD_ISENABLER(0), 1 },
					     { GICD_ICENABLER(0), 1 }, { GICD_ISPENDR(0), 1 },
					     { GICD_ICPENDR(0), 1 },   { GICD_ISACTIVER(0), 1 },
					     { GICD_ICACTIVER(0), 1 }, { GICD_IPRIORITYR(0), 8 },
					     { GICD_ITARGETSR(0), 8 }, { GICD_ICFGR(0), 2 } };

	if (qemu_differs("0xd00 holds its own registers"))
		return;
	for (unsigned int i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		reads_zero(reserved[i]);
	for (unsigned int i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		reads_zero(behind(maps[i].first, maps[i].end));
	ktap_check_eq(gicd_read(GICD_SGIR), 0, "SGIR is write-only");
}

/* As hardware: every bit that reads 1 is disabled by writing the register back to itself. */
void t76_icenabler_read_modify_write(void)
{
	gicd_write(GICD_ISENABLER(SPI_WORD), 0x0000f00f);
	gicd_write(GICD_ICENABLER(SPI_WORD), 0x00000001);
	ktap_check_eq(gicd_read(GICD_ISENABLER(SPI_WORD)), 0x0000f00e, "one bit");
	gicd_write(GICD_ICENABLER(SPI_WORD), gicd_read(GICD_ICENABLER(SPI_WORD)) | 1u << 20);
	ktap_check_eq(gicd_read(GICD_ISENABLER(SPI_WORD)), 0, "read, modified and written");
}

void t77_enable_registers(void)
{
	gicd_write(GICD_CTLR, 0);
	for (uint32_t n = 1; n < n_words(); n++)
		gicd_write(GICD_ISENABLER(n), 0x0f0f0000 + n);
	for (uint32_t n = 1; n < n_words(); n++)
		ktap_check_eq(gicd_read(GICD_ISENABLER(n)), 0x0f0f0000 + n, "ISENABLERn");
	for (uint32_t n = 1; n < n_words(); n++) {
		gicd_write(GICD_ICENABLER(n), UINT32_MAX);
		ktap_check_eq(gicd_read(GICD_ISENABLER(n)), 0, "its own word");
		if (n + 1 < n_words())
			ktap_check_eq(gicd_read(GICD_ISENABLER(n + 1)), 0x0f0f0001 + n, "the next");
		set_and_clear(GICD_ISENABLER(n), GICD_ICENABLER(n));
	}
}

void group_pending_active_registers(void)
{
	if (qemu_differs("IGROUPR is RAZ/WI"))
		return;
	gicd_write(GICD_CTLR, 0);
	stored(GICD_IGROUPR(0), GICD_IGROUPR(n_words()), UINT32_MAX);
	for (uint32_t n = 1; n < n_words(); n++) {
		set_and_clear(GICD_ISPENDR(n), GICD_ICPENDR(n));
		set_and_clear(GICD_ISACTIVER(n), GICD_ICACTIVER(n));
	}
	set_and_clear(GICD_ISACTIVER(0), GICD_ICACTIVER(0));
	stored(GICD_CTLR, GICD_CTLR + 4, 3);
}

/* Bytes and halfwords of every word of the page are parts of it. */
void reads_of_every_width(void)
{
	struct fault fault;

	if (qemu_differs("it reads some registers by words only"))
		return;
	for (uint32_t i = 0; i < N_SPIS / 4; i++)
		gicd_write(GICD_IPRIORITYR(SPI / 4 + i), 0x18100800 + 0x20202020 * i);
	gicd_write(GICD_ISENABLER(SPI_WORD), 0x12345678);
	gicd_write(GICD_ISPENDR(1), 0);
	for (uint32_t offset = 0; offset < GICD_FRAME_SIZE; offset++) {
		const uint32_t word = gicd_read(offset & ~3u) >> 8 * (offset & 3);
		uint32_t value = 0;

		ktap_check(!fault_read(GICD_BASE + offset, 1, &value, &fault) &&
				   value == (word & 0xff),
			   "byte 0x%03lx is 0x%lx", (unsigned long)offset, (unsigned long)value);
		if (offset & 1)
			continue;
		ktap_check(!fault_read(GICD_BASE + offset, 2, &value, &fault) &&
				   value == (word & 0xffff),
			   "halfword 0x%03lx is 0x%lx", (unsigned long)offset,
			   (unsigned long)value);
	}
}
