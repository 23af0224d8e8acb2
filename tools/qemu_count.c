// SPDX-License-Identifier: BSD-2-Clause
/*
 * A plugin for QEMU's TCG (interface version 1, QEMU 6.0 and later) that counts what instructions
 * alone do not show: exits by reason, accesses to devices and CP15, barriers, maintenance; and the
 * longest time that EL2 does not look at its interrupts. It changes neither image nor timing.
 *
 *	-plugin libqemu_count.so,vectors=ADDRESS,out=FILE[,profile=REGION]
 *
 * A region is what runs between two hints of a guest, DBG #1 and DBG #2; regions are numbered from
 * 0 as they begin. Everything outside of guests counts as EL2: from a fetch of one of the vectors
 * at ADDRESS to an ERET. One virtual CPU at a time is counted right, so use it with -smp 1 or
 * -icount.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin.h"

#define EXPORT __attribute__((visibility("default")))
EXPORT extern int qemu_plugin_version;
EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

/* What an instruction is, as far as it is counted. */
enum kind {
	PLAIN,
	CP15_READ,
	CP15_WRITE,
	BARRIER,
	TLB,
	CACHE,
	EXCLUSIVE,
	HVC,
	SMC,
	WFX,
	VFP,
	ERET,
	REGION_BEGINS,
	REGION_ENDS,
};

enum counter {
	INSTRUCTIONS,
	EL2_INSTRUCTIONS,
	DEVICE_READS,
	DEVICE_WRITES,
	CP15_READS,
	CP15_WRITES,
	BARRIERS,
	TLB_OPERATIONS,
	CACHE_OPERATIONS,
	EXCLUSIVES,
	EXIT_HVC, /* EXIT_*: in the order of enum reason */
	EXIT_WFI,
	EXIT_CP15,
	EXIT_ABORT,
	EXIT_VFP,
	EXIT_IRQ,
	N_COUNTERS,
};

static const char *const names[N_COUNTERS] = {
	"instructions", "el2",	      "device_reads", "device_writes", "cp15_reads", "cp15_writes",
	"barriers",	"tlb",	      "cache",	      "exclusives",    "exit_hvc",   "exit_wfi",
	"exit_cp15",	"exit_abort", "exit_vfp",     "exit_irq",
};

/* The counters of what EL2 does, by kind; INSTRUCTIONS where there is none. */
static const enum counter counter_of[] = {
	[CP15_READ] = CP15_READS,     [CP15_WRITE] = CP15_WRITES, [BARRIER] = BARRIERS,
	[TLB] = TLB_OPERATIONS,	      [CACHE] = CACHE_OPERATIONS, [EXCLUSIVE] = EXCLUSIVES,
	[REGION_ENDS] = INSTRUCTIONS,
};

struct instruction {
	uint32_t address;
	enum kind kind;
	uint64_t executed; /* in the region that is profiled */
};

#define VECTORS 8u
#define VECTOR_TRAP 5u
#define GICC_IAR_PAGE_OFFSET 0xcu

static struct {
	uint32_t vectors;
	uint32_t gicc; /* physical; reading GICC_IAR is a look at the interrupts */
	FILE *out;
	long profile; /* region, or -1 */
	long region;
	bool counting;
	bool el2;
	bool booting; /* no guest has run yet */
	enum kind last_of_guest;
	enum counter exit; /* why EL2 was entered last */
	uint64_t counters[N_COUNTERS];
	uint64_t at_begin[N_COUNTERS];
	uint64_t since_look; /* EL2 instructions since it was entered or looked */
	uint64_t longest[N_COUNTERS];
} state = { .el2 = true,
	    .booting = true,
	    .exit = INSTRUCTIONS,
	    .profile = -1,
	    .region = -1,
	    .gicc = 0x08010000 };

#define INSTRUCTIONS_A_BLOCK 4096u
struct block {
	struct block *next;
	unsigned int used;
	struct instruction instruction[INSTRUCTIONS_A_BLOCK];
};
static struct block *blocks;

static enum kind arm_cp15_kind(uint32_t word)
{
	uint32_t crn = word >> 16 & 15;

	if ((word & 0x0fe00000) == 0x0c400000)
		return word & 1u << 20 ? CP15_READ : CP15_WRITE; /* MRRC, MCRR */
	if (word & 1u << 20)
		return CP15_READ;
	if (crn == 7)
		return (word & 15) == 8 ? CP15_WRITE : CACHE; /* c7, c8: address translation */
	return crn == 8 ? TLB : CP15_WRITE;
}

/* A32 and T32 have the same fields in coprocessor instructions. */
static bool is_coprocessor(uint32_t word, enum kind *kind)
{
	uint32_t number = word >> 8 & 15;
	bool is_move = (word & 0x0f000010) == 0x0e000010 || (word & 0x0fe00000) == 0x0c400000;

	if (number == 15 && is_move) {
		*kind = arm_cp15_kind(word);
		return true;
	}
	if ((number == 10 || number == 11) &&
	    ((word & 0x0e000000) == 0x0c000000 || (word & 0x0f000000) == 0x0e000000)) {
		*kind = VFP;
		return true;
	}
	return false;
}

static enum kind arm_kind(uint32_t word)
{
	enum kind kind;

	if (word == 0xe320f0f1)
		return REGION_BEGINS;
	if (word == 0xe320f0f2)
		return REGION_ENDS;
	if ((word & 0x0fffffff) == 0x0160006e)
		return ERET;
	if ((word & 0x0ffffffe) == 0x0320f002)
		return WFX;
	if ((word & 0x0ff000f0) == 0x01400070)
		return HVC;
	if ((word & 0x0ff000f0) == 0x01600070)
		return SMC;
	if ((word & 0xffffff00) == 0xf57ff000 && (word >> 4 & 15) >= 4 && (word >> 4 & 15) <= 6)
		return BARRIER;
	if ((word & 0x0f8000f0) == 0x01800090)
		return EXCLUSIVE;
	return is_coprocessor(word, &kind) ? kind : PLAIN;
}

/* First half-word in the upper half. */
static enum kind thumb_kind(uint32_t word)
{
	enum kind kind;

	if (word == 0xf3de8f00)
		return ERET;
	if (word == 0xf3af8002 || word == 0xf3af8003)
		return WFX;
	if ((word & 0xfff0f000) == 0xf7e08000)
		return HVC;
	if ((word & 0xfff0f000) == 0xf7f08000)
		return SMC;
	if ((word & 0xffffff00) == 0xf3bf8f00)
		return BARRIER;
	return is_coprocessor(word, &kind) ? kind : PLAIN;
}

/* The exit's reason is what the guest did last: a load or store was aborted by stage 2. */
static enum counter exit_reason(uint32_t vector, enum kind last)
{
	if (vector != VECTOR_TRAP)
		return EXIT_IRQ;
	switch (last) {
	case HVC:
	case SMC:
		return EXIT_HVC;
	case WFX:
		return EXIT_WFI;
	case CP15_READ:
	case CP15_WRITE:
	case TLB:
	case CACHE:
		return EXIT_CP15;
	case VFP:
		return EXIT_VFP;
	default:
		return EXIT_ABORT;
	}
}

static void look(void)
{
	if (state.since_look > state.longest[state.exit])
		state.longest[state.exit] = state.since_look;
	state.since_look = 0;
}

static void enter(uint32_t vector)
{
	state.el2 = true;
	state.exit = exit_reason(vector, state.last_of_guest);
	state.counters[state.exit]++;
	state.since_look = 0;
}

static void region(enum kind kind)
{
	if (kind == REGION_BEGINS) {
		state.region++;
		memcpy(state.at_begin, state.counters, sizeof(state.counters));
		state.counting = true;
		return;
	}
	if (!state.counting)
		return;
	state.counting = false;
	fprintf(state.out, "region %ld", state.region);
	for (unsigned int i = 0; i < N_COUNTERS; i++)
		fprintf(state.out, " %s=%" PRIu64, names[i], state.counters[i] - state.at_begin[i]);
	fprintf(state.out, "\n");
}

static void count_el2(const struct instruction *insn)
{
	state.counters[EL2_INSTRUCTIONS]++;
	state.since_look++;
	if (insn->kind < sizeof(counter_of) / sizeof(counter_of[0]) && counter_of[insn->kind])
		state.counters[counter_of[insn->kind]]++;
	if (insn->kind == WFX) {
		look();
	} else if (insn->kind == ERET) {
		look();
		state.el2 = false;
		state.booting = false;
	}
}

static void executed(unsigned int cpu, void *data)
{
	struct instruction *insn = data;
	uint32_t offset = insn->address - state.vectors;

	(void)cpu;
	state.counters[INSTRUCTIONS]++;
	if (!state.el2 && offset < 4 * VECTORS)
		enter(offset / 4);
	/* Region -2 is what comes before the first guest. */
	if (state.counting ? state.region == state.profile : state.booting && state.profile == -2)
		insn->executed++;
	if (state.el2) {
		count_el2(insn);
		return;
	}
	state.last_of_guest = insn->kind;
	if (insn->kind == REGION_BEGINS || insn->kind == REGION_ENDS)
		region(insn->kind);
}

static void accessed(unsigned int cpu, plugin_meminfo info, uint64_t vaddr, void *data)
{
	const struct qemu_plugin_hwaddr *address;

	(void)cpu, (void)data;
	if (!state.el2)
		return;
	address = qemu_plugin_get_hwaddr(info, vaddr);
	if (address == NULL || !qemu_plugin_hwaddr_is_io(address))
		return;
	state.counters[qemu_plugin_mem_is_store(info) ? DEVICE_WRITES : DEVICE_READS]++;
	if (qemu_plugin_hwaddr_phys_addr(address) == state.gicc + GICC_IAR_PAGE_OFFSET)
		look();
}

static struct instruction *new_instruction(void)
{
	if (blocks == NULL || blocks->used == INSTRUCTIONS_A_BLOCK) {
		struct block *block = calloc(1, sizeof(*block));

		if (block == NULL)
			abort();
		block->next = blocks;
		blocks = block;
	}
	return &blocks->instruction[blocks->used++];
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		struct instruction *ours = new_instruction();
		const uint8_t *bytes = qemu_plugin_insn_data(insn);
		uint32_t low = bytes[0] | (uint32_t)bytes[1] << 8;
		uint32_t high = 0;

		if (qemu_plugin_insn_size(insn) == 4)
			high = bytes[2] | (uint32_t)bytes[3] << 8;
		ours->address = (uint32_t)qemu_plugin_insn_vaddr(insn);
		 /* A T32 instruction of four bytes cannot be told from an A32 one by its size,
		  * but by its first half-word, which is a condition nobody uses in A32: 1110 1x,
		  * 1111 0. */
		if (qemu_plugin_insn_size(insn) == 2)
			ours->kind = (low & 0xffef) == 0xbf20 || low == 0xbf30 ? WFX : PLAIN;
		else if ((ours->kind = arm_kind(high << 16 | low)) == PLAIN)
			ours->kind = thumb_kind(low << 16 | high);
		qemu_plugin_register_vcpu_insn_exec_cb(insn, executed, PLUGIN_NO_REGISTERS, ours);
		qemu_plugin_register_vcpu_mem_cb(insn, accessed, PLUGIN_NO_REGISTERS,
						 PLUGIN_READS_AND_WRITES, NULL);
	}
}

static void ended(plugin_id id, void *data)
{
	(void)id, (void)data;
	for (unsigned int i = EXIT_HVC; i < N_COUNTERS; i++)
		fprintf(state.out, "longest %s %" PRIu64 "\n", names[i], state.longest[i]);
	for (const struct block *block = blocks; block != NULL; block = block->next)
		for (unsigned int i = 0; i < block->used; i++)
			if (block->instruction[i].executed != 0)
				fprintf(state.out, "profile 0x%08" PRIx32 " %" PRIu64 "\n",
					block->instruction[i].address,
					block->instruction[i].executed);
	fclose(state.out);
}

static bool take_option(const char *text)
{
	if (strncmp(text, "vectors=", 8) == 0)
		state.vectors = (uint32_t)strtoul(text + 8, NULL, 0);
	else if (strncmp(text, "profile=", 8) == 0)
		state.profile = strtol(text + 8, NULL, 0);
	else if (strncmp(text, "out=", 4) == 0)
		state.out = fopen(text + 4, "w");
	else
		return false;
	return true;
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!take_option(argv[i])) {
			fprintf(stderr, "qemu_count: unknown option %s\n", argv[i]);
			return -1;
		}
	if (state.out == NULL || state.vectors == 0) {
		fprintf(stderr, "qemu_count: vectors=ADDRESS and out=FILE are needed\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ended, NULL);
	return 0;
}
