// SPDX-License-Identifier: BSD-2-Clause
/*
 * A plugin for QEMU's TCG (interface version 1, QEMU 6.0 and later) that counts what instructions
 * alone do not show: exits by reason, accesses to devices and CP15, barriers, maintenance; and the
 * longest time that EL2 does not look at its interrupts. It changes neither image nor timing.
 *
 *	-plugin libqemu_count.so,vectors=ADDRESS,out=FILE[,a32=START-END]...[,profile=REGION]
 *		[,mark=ADDRESS]...
 *
 * Written, too: how much came before a mark was executed at boot, and before the first guest.
 * A region is what runs between two hints of a guest, DBG #1 and DBG #2; regions are numbered from
 * 0 as they begin. Everything outside of guests counts as EL2: from a fetch of one of the vectors
 * at ADDRESS to an ERET. One virtual CPU at a time is counted right, so use it with -smp 1 or
 * -icount.
 *
 * The code of EL2 is T32 but for what a32= names. Of a guest's instructions of four bytes the
 * encoding decides, which is a guess, but a good one for those that cause exits.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_insn.h"
#include "qemu_plugin.h"

#define EXPORT __attribute__((visibility("default")))
EXPORT extern int qemu_plugin_version;
EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

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
#define MAX_MARKS 16u
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
	uint32_t mark[MAX_MARKS];
	unsigned int n_marks;
} state = { .el2 = true,
	    .booting = true,
	    .exit = INSTRUCTIONS,
	    .profile = -1,
	    .region = -1,
	    .gicc = 0x08010000 };

#define MAX_A32 64u
static struct {
	uint32_t start, end;
} a32[MAX_A32];
static unsigned int n_a32;

#define INSTRUCTIONS_A_BLOCK 4096u
struct block {
	struct block *next;
	unsigned int used;
	struct instruction instruction[INSTRUCTIONS_A_BLOCK];
};
static struct block *blocks;

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

static void reached(const char *what, uint32_t address)
{
	fprintf(state.out, "%s 0x%08" PRIx32 " %" PRIu64 "\n", what, address,
		state.counters[INSTRUCTIONS]);
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
		if (state.booting)
			reached("guest", insn->address);
		state.booting = false;
	}
}

static void executed(unsigned int cpu, void *data)
{
	struct instruction *insn = data;
	uint32_t offset = insn->address - state.vectors;

	(void)cpu;
	for (unsigned int i = 0; state.booting && i < state.n_marks; i++)
		if (insn->address == state.mark[i])
			reached("mark", insn->address);
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

static bool is_listed_a32(uint32_t address)
{
	for (unsigned int i = 0; i < n_a32; i++)
		if (address - a32[i].start < a32[i].end - a32[i].start)
			return true;
	return false;
}

/* Translated just before it runs for the first time, so EL2's if EL2 runs. */
static enum isa isa_of(const struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	uint32_t address = 0;

	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		address = (uint32_t)qemu_plugin_insn_vaddr(insn);
		if (qemu_plugin_insn_size(insn) == 2 || address % 4 != 0)
			return ISA_T32;
	}
	if (!state.el2 || n_a32 == 0)
		return ISA_UNKNOWN;
	return is_listed_a32(address) ? ISA_A32 : ISA_T32;
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	enum isa isa = isa_of(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		struct instruction *ours = new_instruction();

		ours->address = (uint32_t)qemu_plugin_insn_vaddr(insn);
		ours->kind =
			insn_kind(isa, qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn));
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

/* START-END */
static bool take_a32(const char *text)
{
	char *end;

	if (n_a32 == MAX_A32)
		return false;
	a32[n_a32].start = (uint32_t)strtoul(text, &end, 0);
	if (*end != '-')
		return false;
	a32[n_a32++].end = (uint32_t)strtoul(end + 1, NULL, 0);
	return true;
}

static bool take_option(const char *text)
{
	if (strncmp(text, "a32=", 4) == 0)
		return take_a32(text + 4);
	if (strncmp(text, "vectors=", 8) == 0)
		state.vectors = (uint32_t)strtoul(text + 8, NULL, 0);
	else if (strncmp(text, "profile=", 8) == 0)
		state.profile = strtol(text + 8, NULL, 0);
	else if (strncmp(text, "mark=", 5) == 0 && state.n_marks < MAX_MARKS)
		state.mark[state.n_marks++] = (uint32_t)strtoul(text + 5, NULL, 0);
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
