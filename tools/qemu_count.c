// SPDX-License-Identifier: BSD-2-Clause
/*
 * A plugin for QEMU's TCG (interface version 1, QEMU 6.0 and later) that counts what instructions
 * alone do not show: exits by reason, accesses to devices and CP15, barriers, maintenance; and the
 * longest time that EL2 does not look at its interrupts. It changes neither image nor timing.
 *
 *	-plugin libqemu_count.so,out=FILE[,OPTION]...
 *
 *	vectors=ADDRESS		where EL2 is entered; without it everything is a guest's
 *	handler=REASON:ADDRESS	the function that takes traps of this kind: exit_hvc ...
 *	a32=START-END		code of EL2 that is A32; the rest is T32
 *	profile=REGION		how often each instruction ran in that region
 *	stretch=REASON		... in the longest stretch that such an exit began
 *	watch=NAME:ADDRESS	how often that instruction ran at all, and how much came before it
 *				when it ran before the first guest ("mark")
 *
 * A region is what runs between two hints of a guest, DBG #1 and DBG #2; regions are numbered from
 * 0 as they begin. "between N" is what ran between region N and the next one, from -1 on.
 * Everything outside of guests counts as EL2: from a fetch of one of the vectors at ADDRESS to an
 * ERET. Of a guest's instructions of four bytes the encoding decides whether they are A32, which is
 * a guess. Several CPUs are counted right where QEMU runs them in one thread (-icount).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_counters.h"
#include "qemu_insn.h"
#include "qemu_plugin.h"

#define EXPORT __attribute__((visibility("default")))
EXPORT extern int qemu_plugin_version;
EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

struct instruction {
	uint32_t address;
	enum kind kind;
	enum counter reason;  /* EXIT_*: the handler of such traps begins here */
	unsigned int watched; /* number of a watch, from 1 */
	uint64_t executed;    /* in the region that is profiled */
	uint64_t stretch;     /* number of the stretch in which it ran last ... */
	uint32_t in_stretch;  /* ... and how often */
	uint32_t in_longest;  /* ... in the longest one */
};

#define VECTORS 8u
#define NO_VECTORS UINT32_MAX /* no instruction is there */
#define VECTOR_IRQ 6u
#define MAX_CPUS 8u
#define GICC_IAR_PAGE_OFFSET 0xcu

static struct {
	uint32_t vectors;
	uint32_t gicc; /* physical; reading GICC_IAR is a look at the interrupts */
	FILE *out;
	long profile; /* region, or -1 */
	long region;
	bool counting;
	bool booting; /* no guest has run yet */
	bool el2_runs;
	enum counter stretch_of; /* EXIT_*: whose longest stretch is profiled */
	uint64_t stretch;	 /* number of the current one */
	uint64_t counters[N_COUNTERS];
	uint64_t at_begin[N_COUNTERS];
	uint64_t longest[N_COUNTERS];
	long longest_region[N_COUNTERS];
	uint64_t in_region; /* the longest one of the current region */
} state = { .booting = true, .el2_runs = true, .profile = -1, .region = -1, .gicc = 0x08010000 };

static struct cpu {
	bool in_guest;
	enum counter exit;   /* why EL2 was entered last */
	uint64_t since_look; /* EL2 instructions since it was entered or looked */
} cpus[MAX_CPUS];

#define MAX_PLACES 64u
static struct place {
	uint32_t address;
	enum counter reason;
	char name[32];
	uint64_t count;
	uint64_t at_begin; /* of the region, or behind the last one */
} places[MAX_PLACES];
static unsigned int n_places;

#define INSTRUCTIONS_A_BLOCK 4096u
struct block {
	struct block *next;
	unsigned int used;
	struct instruction instruction[INSTRUCTIONS_A_BLOCK];
};
static struct block *blocks;

/* The longest one of a kind, by instruction. */
static void keep_stretch(void)
{
	for (struct block *block = blocks; block != NULL; block = block->next)
		for (unsigned int i = 0; i < block->used; i++) {
			struct instruction *insn = &block->instruction[i];

			insn->in_longest = insn->stretch == state.stretch ? insn->in_stretch : 0;
		}
}

static void look(struct cpu *cpu)
{
	if (cpu->since_look > state.in_region)
		state.in_region = cpu->since_look;
	if (cpu->since_look > state.longest[cpu->exit]) {
		state.longest[cpu->exit] = cpu->since_look;
		state.longest_region[cpu->exit] = state.counting ? state.region : -1;
		if (cpu->exit == state.stretch_of)
			keep_stretch();
	}
	cpu->since_look = 0;
	state.stretch++;
}

static void leave_guest(struct cpu *cpu, uint32_t vector)
{
	cpu->in_guest = false;
	cpu->since_look = 0;
	state.stretch++;
	cpu->exit = EXIT_IRQ;
	if (vector >= VECTOR_IRQ)
		state.counters[EXIT_IRQ]++;
}

/* What was counted since at_begin, and what the watches saw. */
static void write_counters(const char *what)
{
	fprintf(state.out, "%s %ld", what, state.region);
	for (unsigned int i = 0; i < N_COUNTERS; i++)
		fprintf(state.out, " %s=%" PRIu64, counter_names[i],
			state.counters[i] - state.at_begin[i]);
	for (unsigned int i = 0; i < n_places; i++)
		if (places[i].reason == INSTRUCTIONS)
			fprintf(state.out, " %s=%" PRIu64, places[i].name,
				places[i].count - places[i].at_begin);
	fprintf(state.out, " longest=%" PRIu64 "\n", state.in_region);
}

/* Between two regions the same is counted as in one: what is written is "between", then. */
static void region(enum kind kind)
{
	if (!state.counting && kind == REGION_ENDS)
		return;
	if (!state.counting || kind == REGION_ENDS)
		write_counters(state.counting ? "region" : "between");
	memcpy(state.at_begin, state.counters, sizeof(state.counters));
	for (unsigned int i = 0; i < n_places; i++)
		places[i].at_begin = places[i].count;
	state.in_region = 0;
	state.counting = kind == REGION_BEGINS;
	if (state.counting)
		state.region++;
}

static void reached(const char *what, uint32_t address)
{
	fprintf(state.out, "%s 0x%08" PRIx32 " %" PRIu64 "\n", what, address,
		state.counters[INSTRUCTIONS]);
}

static void count_el2(struct cpu *cpu, struct instruction *insn)
{
	state.counters[EL2_INSTRUCTIONS]++;
	cpu->since_look++;
	if (insn->stretch != state.stretch) {
		insn->stretch = state.stretch;
		insn->in_stretch = 0;
	}
	insn->in_stretch++;
	if (insn->watched != 0 && places[insn->watched - 1].count++ == 0 && state.booting)
		reached("mark", insn->address);
	if (insn->reason != INSTRUCTIONS) {
		cpu->exit = insn->reason;
		state.counters[insn->reason]++;
	}
	if (counter_of(insn->kind) != INSTRUCTIONS)
		state.counters[counter_of(insn->kind)]++;
	if (insn->kind == WFX || insn->kind == ERET)
		look(cpu);
	if (insn->kind == ERET) {
		cpu->in_guest = true;
		state.el2_runs = false;
		if (state.booting)
			reached("guest", insn->address);
		state.booting = false;
	}
}

static void executed(unsigned int number, void *data)
{
	struct instruction *insn = data;
	struct cpu *cpu = &cpus[number % MAX_CPUS];
	uint32_t offset = insn->address - state.vectors;

	state.counters[INSTRUCTIONS]++;
	if (cpu->in_guest && offset < 4 * VECTORS)
		leave_guest(cpu, offset / 4);
	/* Region -2 is what comes before the first guest. */
	if (state.counting ? state.region == state.profile : state.booting && state.profile == -2)
		insn->executed++;
	state.el2_runs = !cpu->in_guest;
	if (!cpu->in_guest)
		count_el2(cpu, insn);
	else if (insn->kind == REGION_BEGINS || insn->kind == REGION_ENDS)
		region(insn->kind);
}

static void accessed(unsigned int number, plugin_meminfo info, uint64_t vaddr, void *data)
{
	const struct qemu_plugin_hwaddr *address;
	struct cpu *cpu = &cpus[number % MAX_CPUS];

	(void)data;
	if (cpu->in_guest)
		return;
	address = qemu_plugin_get_hwaddr(info, vaddr);
	if (address == NULL || !qemu_plugin_hwaddr_is_io(address))
		return;
	state.counters[qemu_plugin_mem_is_store(info) ? DEVICE_WRITES : DEVICE_READS]++;
	if (qemu_plugin_hwaddr_phys_addr(address) == state.gicc + GICC_IAR_PAGE_OFFSET)
		look(cpu);
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
	return state.el2_runs ? insn_isa_of_el2(address) : ISA_UNKNOWN;
}

static void find_place(struct instruction *insn)
{
	for (unsigned int i = 0; i < n_places; i++) {
		if (places[i].address != insn->address)
			continue;
		insn->reason = places[i].reason;
		insn->watched = i + 1;
	}
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
		find_place(ours);
		qemu_plugin_register_vcpu_insn_exec_cb(insn, executed, PLUGIN_NO_REGISTERS, ours);
		qemu_plugin_register_vcpu_mem_cb(insn, accessed, PLUGIN_NO_REGISTERS,
						 PLUGIN_READS_AND_WRITES, NULL);
	}
}

static void write_profile(void)
{
	for (const struct block *block = blocks; block != NULL; block = block->next)
		for (unsigned int i = 0; i < block->used; i++) {
			const struct instruction *insn = &block->instruction[i];

			if (insn->executed != 0)
				fprintf(state.out, "profile 0x%08" PRIx32 " %" PRIu64 "\n",
					insn->address, insn->executed);
			if (insn->in_longest != 0)
				fprintf(state.out, "stretch 0x%08" PRIx32 " %" PRIu32 "\n",
					insn->address, insn->in_longest);
		}
}

static void ended(plugin_id id, void *data)
{
	(void)id, (void)data;
	for (unsigned int i = 0; i < N_COUNTERS; i++)
		fprintf(state.out, "total %s %" PRIu64 "\n", counter_names[i], state.counters[i]);
	for (unsigned int i = EXIT_HVC; i < N_COUNTERS; i++)
		fprintf(state.out, "longest %s %" PRIu64 " %ld\n", counter_names[i],
			state.longest[i], state.longest_region[i]);
	for (unsigned int i = 0; i < n_places; i++)
		if (places[i].reason == INSTRUCTIONS)
			fprintf(state.out, "watch %s %" PRIu64 "\n", places[i].name,
				places[i].count);
	write_profile();
	fclose(state.out);
}

/* NAME:ADDRESS */
static bool take_place(const char *text, bool handler)
{
	struct place *place = &places[n_places];
	const char *colon = strchr(text, ':');
	size_t length = colon == NULL ? 0 : (size_t)(colon - text);

	if (n_places == MAX_PLACES || length == 0 || length >= sizeof(place->name))
		return false;
	memcpy(place->name, text, length);
	place->address = (uint32_t)strtoul(colon + 1, NULL, 0);
	place->reason = handler ? counter_named(place->name) : INSTRUCTIONS;
	n_places++;
	return !handler || place->reason != INSTRUCTIONS;
}

static bool take_option(const char *text)
{
	if (strncmp(text, "a32=", 4) == 0)
		return insn_take_a32(text + 4);
	if (strncmp(text, "handler=", 8) == 0)
		return take_place(text + 8, true);
	if (strncmp(text, "watch=", 6) == 0)
		return take_place(text + 6, false);
	if (strncmp(text, "vectors=", 8) == 0)
		state.vectors = (uint32_t)strtoul(text + 8, NULL, 0);
	else if (strncmp(text, "profile=", 8) == 0)
		state.profile = strtol(text + 8, NULL, 0);
	else if (strncmp(text, "stretch=", 8) == 0)
		state.stretch_of = counter_named(text + 8);
	else if (strncmp(text, "out=", 4) == 0)
		state.out = fopen(text + 4, "w");
	else
		return false;
	return true;
}

static void no_el2(void)
{
	state.vectors = NO_VECTORS;
	state.booting = false;
	state.el2_runs = false;
	for (unsigned int i = 0; i < MAX_CPUS; i++)
		cpus[i].in_guest = true;
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!take_option(argv[i])) {
			fprintf(stderr, "qemu_count: unknown option %s\n", argv[i]);
			return -1;
		}
	if (state.out == NULL) {
		fprintf(stderr, "qemu_count: out=FILE is needed\n");
		return -1;
	}
	if (state.vectors == 0)
		no_el2();
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ended, NULL);
	return 0;
}
