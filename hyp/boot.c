// SPDX-License-Identifier: BSD-2-Clause
/* From the first C function with the MMU on to a machine on which VMs can be started. */
#include <stddef.h>

#include "drivers/gic.h"
#include "hyp/arm.h"
#include "hyp/boot.h"
#include "hyp/config.h"
#include "hyp/console.h"
#include "hyp/context.h"
#include "hyp/cpu.h"
#include "hyp/image_symbols.h"
#include "hyp/irq.h"
#include "hyp/layout.h"
#include "hyp/libc.h"
#include "hyp/machine.h"
#include "hyp/mm.h"
#include "hyp/pack.h"
#include "hyp/panic.h"
#include "hyp/sched.h"
#include "hyp/smc.h"
#include "hyp/stage2.h"
#include "hyp/timer.h"
#include "hyp/vm.h"

/* HDCR: TDRA, TDOSA, TDA, TPM, TPMCR; HPMN = PMCR.N, all counters the guest's (B4.1.70). */
#define HDCR_GUEST 0xe60u
#define PMCR_N(pmcr) ((pmcr) >> 11 & 0x1f)
#define SECONDARY_TIMEOUT_US 10000000u /* an emulator on a busy host takes its time */
#define MAX_DESCRIPTION 0x8000u	       /* bytes of the compiled VM description */
#define MPIDR_AFFINITY 0x00ffffffu

static struct cpu boot_cpu;
struct cpu *cpus[CPU_MAX] = { &boot_cpu };

static struct machine machine;
static struct config *config;

extern char hyp_vectors[], secondary_cpu[];
void __attribute__((noreturn)) secondary_main(uint32_t number);

/* Everything that each CPU sets for itself; the state that firmware left is not trusted. */
static void cpu_init(struct cpu *cpu)
{
	write_hvbar((uint32_t)hyp_vectors);
	write_hdcr(HDCR_GUEST | PMCR_N(read_pmcr()));
	write_vpidr(read_midr());
	write_vtcr(stage2_vtcr());
	isb();
	write_tlbiallnsnh(0); /* what an earlier life left for the VMIDs that we use */
	dsb();
	isb();
	rare_init();
	gic_cpu_init();
	gich_init();
	gic_enable(machine.gic.maintenance_intid, true);
	timer_cpu_init();
	cpu->gic_mask = gic_cpu_mask();
	__atomic_store_n(&cpu->online, true, __ATOMIC_RELEASE); /* pairs with wait_online() */
}

void secondary_main(uint32_t number)
{
	write_htpidr((uint32_t)cpus[number]);
	cpu_init(cpus[number]);
	sched_start();
}

static bool wait_online(struct cpu *cpu)
{
	uint64_t end = timer_now() + timer_ticks(SECONDARY_TIMEOUT_US);

	while (!__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE))
		if (timer_now() > end)
			return false;
		else
			yield();
	return true;
}

/* Firmware without a call to start CPUs, or a CPU number that firmware does not know. */
static void __attribute__((noreturn)) refuse_cpu(unsigned int cpu, int32_t result)
{
	struct fmt_line error;

	fmt_error(&error, "/vms/%s: cpus: CPU %u (MPIDR 0x%x) does not start: PSCI says %d",
		  cpus[cpu]->vcpu[0]->vm->config->name, cpu, machine.mpidr[cpu], result);
	refuse(error.text);
}

/* One after the other: a CPU that does not come matters only when a VM wants it. */
static void start_secondaries(void)
{
	for (unsigned int i = 1; i < machine.n_cpus; i++) {
		int32_t result =
			psci_cpu_on(&machine.psci, machine.mpidr[i], mm_physical(secondary_cpu), i);

		if (result == 0 && wait_online(cpus[i]))
			continue;
		if (cpus[i]->n_vcpus != 0)
			refuse_cpu(i, result);
	}
}

/* The CPU that boots is number 0, whatever the order in the FDT. */
static void find_boot_cpu(void)
{
	uint32_t self = read_mpidr() & MPIDR_AFFINITY;

	for (unsigned int i = 0; i < machine.n_cpus; i++) {
		if (machine.mpidr[i] != self)
			continue;
		machine.mpidr[i] = machine.mpidr[0];
		machine.mpidr[0] = self;
	}
	for (unsigned int i = 0; i < machine.n_cpus; i++) {
		if (cpus[i] == NULL)
			cpus[i] = mm_alloc(sizeof(struct cpu), 64);
		cpus[i]->vcpu = mm_alloc(CPU_MAX_VCPUS * sizeof(struct vcpu *), 4);
		cpus[i]->number = i;
		cpus[i]->slice_end = TIMER_NEVER;
		cpus[i]->stack_top = i == 0 ? STACK_TOP(0) : mm_map_stack(i);
	}
}

static const void *map_fdt(uint32_t physical, uint32_t *size)
{
	const void *fdt = mm_map_fdt(physical, size);

	if (fdt == NULL)
		panic("the device tree at 0x%08x is larger than %u KiB", physical,
		      HYP_FDT_MAX / 1024);
	return fdt;
}

/* The pack is the initrd, or stands right behind the image. */
static struct phys_range find_pack(uint32_t image_physical)
{
	uint32_t behind = image_physical + (uint32_t)(__image_end - __image_start);

	if (machine.initrd.size != 0)
		return machine.initrd;
	return (struct phys_range){
		.base = behind,
		.size = pack_size(mm_peek(behind)),
	};
}

static bool is_in_memory(const struct phys_range *range)
{
	for (unsigned int i = 0; i < machine.n_memory; i++)
		if (range->base >= machine.memory[i].base &&
		    range->base - machine.memory[i].base <= machine.memory[i].size &&
		    range->size <= machine.memory[i].size - (range->base - machine.memory[i].base))
			return true;
	return false;
}

/* Read the description and place everything in memory; each error is one line, and the end. */
static void load_config(const struct phys_range *pack_range, const struct phys_range *taken,
			size_t n_taken)
{
	struct fmt_line error;
	struct pack pack;
	const void *base;
	size_t size;

	if (pack_range->size == 0)
		refuse("no packed VMs: give them as initrd (tools/mkpack makes them)");
	if (!is_in_memory(pack_range))
		refuse("/chosen: linux,initrd-start, -end: not in the machine's memory");
	base = mm_map_pack(pack_range->base, pack_range->size);
	if (base == NULL)
		refuse("the initrd is too large to be mapped");
	if (!pack_open(&pack, base, (size_t)pack_range->size, &error))
		refuse(error.text);
	size = pack_find(&pack, PACK_DESCRIPTION_NAME).size;
	if (size > MAX_DESCRIPTION)
		size = MAX_DESCRIPTION;
	config = mm_alloc(sizeof(*config), 8);
	if (!config_load(config, &pack, &machine, mm_alloc(size, 8), size, &error) ||
	    !config_place(config, &machine, taken, n_taken, &error))
		refuse(error.text);
}

/* What a VM finds in memory that it shares must not be what was there before. */
static void clear_shared_memory(void)
{
	for (unsigned int i = 0; i < config->n_shm; i++) {
		uint64_t physical = config->shm[i].pa;
		uint32_t left = config->shm[i].size;

		while (left != 0) {
			void *page = mm_window(physical);

			memset(page, 0, PAGE_SIZE);
			cache_clean_invalidate(page, PAGE_SIZE);
			physical += PAGE_SIZE;
			left -= PAGE_SIZE;
		}
	}
	mm_window_close();
}

static void create_vms(void)
{
	struct fmt_line error;

	for (unsigned int i = 0; i < config->n_vms; i++)
		if (!vm_create(config, i, machine.has_rng ? &machine.rng : NULL, &error))
			refuse(error.text);
}

static void banner(void)
{
	console_print("bellhop: %u CPU%s, %u VM%s, EL2 uses %u KiB\n", machine.n_cpus,
		      machine.n_cpus == 1 ? "" : "s", n_vms, n_vms == 1 ? "" : "s",
		      ((uint32_t)(__image_end - __image_start) + mm_heap_used()) / 1024);
}

void boot_machine(uint32_t fdt_physical)
{
	struct phys_range taken[4];
	struct fmt_line error;
	uint32_t image = mm_physical(__image_start);
	const void *fdt;
	uint32_t fdt_size;

	write_htpidr((uint32_t)cpus[0]);
	write_hvbar((uint32_t)hyp_vectors);
	fdt = map_fdt(fdt_physical, &fdt_size);
	machine_exit_init(&machine);
	if (!machine_parse(&machine, fdt, fdt_size, &error)) {
		console_init(&machine.uart);
		refuse(error.text);
	}
	console_init(&machine.uart);

	taken[0] = (struct phys_range){ image, (uint32_t)(__image_end - __image_start) };
	taken[1] = (struct phys_range){ fdt_physical, fdt_size };
	taken[2] = find_pack(image);
	if (!mm_heap_init(&machine, taken, 3, &taken[3], &error) || !timer_init(&machine, &error))
		refuse(error.text);
	load_config(&taken[2], taken, 4);

	find_boot_cpu();
	gic_init(&machine.gic);
	irq_set_maintenance(machine.gic.maintenance_intid);
	clear_shared_memory();
	create_vms();
	cpu_init(cpus[0]);
	start_secondaries();
	mm_close_idmap();
	banner();
	console_start(config, &machine.uart);
}

const char *boot_arguments(void)
{
	return machine.bootargs;
}
