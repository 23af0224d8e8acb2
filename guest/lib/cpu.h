/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vCPU a guest program runs on: registers, barriers, and the machine's addresses, which are
 * those of the Linux "virt" platform. Included by C and by assembly.
 */
#ifndef BELLHOP_GUEST_CPU_H
#define BELLHOP_GUEST_CPU_H

#define GUEST_MAX_VCPUS 8
#define STACK_SHIFT 15
#define STACK_SIZE (1 << STACK_SHIFT)

/* DDI 0406C B4.1.130 SCTLR */
#define SCTLR_M (1 << 0)
#define SCTLR_A (1 << 1)
#define SCTLR_C (1 << 2)
#define SCTLR_Z (1 << 11)
#define SCTLR_I (1 << 12)
#define SCTLR_V (1 << 13)
#define SCTLR_TRE (1 << 28)
#define SCTLR_AFE (1 << 29)
#define SCTLR_TE (1 << 30)

/* TTBR0: walks are Normal, shareable, inner and outer write-back write-allocate (B4.1.154). */
#define TTBR_WALK_WB 0x4a

/* CPSR fields (B1.3.3) */
#define CPSR_MODE 0x1f
#define CPSR_T (1 << 5)
#define CPSR_F (1 << 6)
#define CPSR_I (1 << 7)
#define CPSR_A (1 << 8)
#define CPSR_E (1 << 9)
#define MODE_USR 0x10
#define MODE_FIQ 0x11
#define MODE_IRQ 0x12
#define MODE_SVC 0x13
#define MODE_ABT 0x17
#define MODE_UND 0x1b
#define MODE_SYS 0x1f

#define GICD_BASE 0x08000000
#define GICC_BASE 0x08010000
#define PL011_BASE 0x09000000
#define PL011_INTID 33
#define SHARED_BASE 0x0b000000
#define RAM_BASE 0x40000000

#define CNTV_INTID 27
#define CNTP_INTID 30

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

/* Reads or writes a 32-bit CP15 register: cp15_read(0, 0, 0, 0) is MRC p15, 0, r, c0, c0, 0. */
#define cp15_read(opc1, crn, crm, opc2)                                                            \
	({                                                                                         \
		uint32_t cp15_value_;                                                              \
		__asm__ volatile("mrc p15, " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2            \
				 : "=r"(cp15_value_)                                               \
				 :                                                                 \
				 : "memory");                                                      \
		cp15_value_;                                                                       \
	})
#define cp15_write(opc1, crn, crm, opc2, value)                                                    \
	__asm__ volatile("mcr p15, " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2                    \
			 :                                                                         \
			 : "r"((uint32_t)(value))                                                  \
			 : "memory")
#define cp15_read64(opc1, crm)                                                                     \
	({                                                                                         \
		uint64_t cp15_value_;                                                              \
		__asm__ volatile("mrrc p15, " #opc1 ", %Q0, %R0, c" #crm                           \
				 : "=r"(cp15_value_)                                               \
				 :                                                                 \
				 : "memory");                                                      \
		cp15_value_;                                                                       \
	})
#define cp15_write64(opc1, crm, value)                                                             \
	__asm__ volatile("mcrr p15, " #opc1 ", %Q0, %R0, c" #crm                                   \
			 :                                                                         \
			 : "r"((uint64_t)(value))                                                  \
			 : "memory")

static inline void dmb(void)
{
	__asm__ volatile("dmb ish" ::: "memory");
}

static inline void dsb(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

static inline void isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

/* DSB first: what was written before must be visible before the vCPU may stop (B1.8.13). */
static inline void wfi(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/* For spin loops: a hypervisor or an emulator may run another vCPU meanwhile. */
static inline void cpu_relax(void)
{
	__asm__ volatile("yield" ::: "memory");
}

static inline void irq_enable(void)
{
	__asm__ volatile("cpsie i" ::: "memory");
}

static inline void irq_disable(void)
{
	__asm__ volatile("cpsid i" ::: "memory");
}

static inline uint32_t cpsr_read(void)
{
	uint32_t value;

	__asm__ volatile("mrs %0, cpsr" : "=r"(value)::"memory");
	return value;
}

/* Masks IRQs; irq_restore() with the value returned puts CPSR.I back. Nests. */
static inline uint32_t irq_save(void)
{
	uint32_t cpsr = cpsr_read();

	irq_disable();
	return cpsr;
}

static inline void irq_restore(uint32_t cpsr)
{
	__asm__ volatile("msr cpsr_c, %0" ::"r"(cpsr) : "memory");
}

/* Index of this vCPU: MPIDR.Aff0 (B4.1.106). */
static inline unsigned int cpu_index(void)
{
	return cp15_read(0, 0, 0, 5) & 0xff;
}

/*
 * Cleans and invalidates `size` bytes to the point of coherency, by 32-byte steps (no Cortex-A
 * line is shorter): for data that another vCPU reads or writes with its caches off.
 */
static inline void dcache_flush(const volatile void *address, uint32_t size)
{
	const uint32_t start = (uint32_t)address & ~31u;

	for (uint32_t a = start; a < (uint32_t)address + size; a += 32)
		cp15_write(0, 7, 14, 1, a); /* DCCIMVAC */
	dsb();
}

static inline uint32_t mmio_read32(uintptr_t address)
{
	return *(volatile uint32_t *)address;
}

static inline void mmio_write32(uintptr_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

static inline uint8_t mmio_read8(uintptr_t address)
{
	return *(volatile uint8_t *)address;
}

static inline void mmio_write8(uintptr_t address, uint8_t value)
{
	*(volatile uint8_t *)address = value;
}

/*
 * Called once on vCPU 0 with the MMU on: devices, C library, then main(). `fdt` is r2 at entry.
 * Never returns.
 */
void guest_start(uintptr_t fdt) __attribute__((noreturn));

/* What a secondary vCPU runs after crt0; never returns (PSCI CPU_OFF at the end). */
void secondary_main(unsigned int cpu) __attribute__((noreturn));

/* PSCI CPU_ON entry points here; the context id is the vCPU index. */
void secondary_start(void);

/*
 * Starts vCPU `cpu` (1..GUEST_MAX_VCPUS-1) at fn(arg) in Supervisor mode with IRQs masked, MMU and
 * caches on and its GIC CPU interface enabled; when fn returns the vCPU is switched off.
 * Returns PSCI CPU_ON's result (0, or a negative error). Call from one vCPU at a time.
 */
int vcpu_start(unsigned int cpu, void (*fn)(void *arg), void *arg);

/* What vCPU `cpu` shall run when somebody starts it at secondary_start by CPU_ON of his own. */
void vcpu_prepare(unsigned int cpu, void (*fn)(void *arg), void *arg);

/* Waits until vCPU `cpu` is reported off by AFFINITY_INFO, at most `ms` milliseconds. */
bool vcpu_wait_off(unsigned int cpu, unsigned int ms);

/* Number of vCPUs by the FDT, RAM size in bytes at RAM_BASE, address of the FDT (0: none). */
unsigned int machine_vcpus(void);
uint32_t machine_ram_size(void);
uintptr_t machine_fdt(void);

/*
 * True under an emulator without Bellhop, recognised by its fw-cfg node. Tests may skip what only
 * the hypervisor promises; they must not pass it.
 */
bool machine_is_native(void);

/* The kernel command line (/chosen bootargs), "" when there is none. */
const char *machine_bootargs(void);
#endif
#endif
