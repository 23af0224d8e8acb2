/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv2 that a guest sees, case by case. A result tNN_... is row NN of the list in
 * docs/verification.md: mostly bugs that virtual GICs in the field had. Expected values are those
 * of IHI 0048B and a GIC-400.
 *
 * Interrupts stay masked at the CPU (CPSR.I) and are acknowledged by hand unless a case says
 * otherwise. Every case starts and ends with other vCPUs off and all interrupts as quiet() leaves
 * them. vCPU 0 runs the cases; on_vcpu() lets another one do a step of them.
 */
#ifndef BELLHOP_CONFORMANCE_H
#define BELLHOP_CONFORMANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gic.h"
#include "ktap.h"
#include "pl011.h"
#include "timer.h"

/* 32 SPIs that no device drives, one word of each bitmap register. */
#define SPI 96u
#define SPI_WORD (SPI / 32u)
#define N_SPIS 32u
#define SPI_BIT(intid) (1u << ((intid) % 32u))

/* More nested interrupts than a GIC-400 has list registers, and all that five priority bits give
 * where PMR hides the lowest of them. */
#define GIC400_LRS 4u
#define NESTED 16u
#define ALL_PRIORITIES 31u
#define NEST_PRIORITY(i) (0xf0u - 8u * (i))

#define EOIMODE GICC_CTLR_EOIMODE
#define IDLE_PRIORITY 0xffu

/* support.c: state */

/* Before and after each case. */
void begin(void);
void end(void);
/* The interrupts of the cases: disabled, idle, Group 0, level, priority 0xa0, to vCPU 0. */
void quiet(void);
/* Enabled at `priority`, level-sensitive or edge-triggered. */
void arm(uint32_t intid, uint8_t priority);
void arm_edge(uint32_t intid, uint8_t priority);

/* Waits for an interrupt, because a hypervisor may show one a moment late (by a maintenance
 * interrupt); GIC_SPURIOUS when none comes. Nothing is checked. */
uint32_t take(void);
/* The same, and it has to be this one (GICC_IAR as a whole); `when` is for the diagnosis. */
bool takes(uint32_t iar, const char *when);
/* The SPIs with a bit in `set` come once each, in any order, as equals may; each is ended. */
void takes_set(uint32_t set, const char *when);
/* None may come, now or a moment later. */
void nothing(const char *when);
/* GICC_EOIR. */
void eoi(uint32_t iar);
/* takes(), then eoi(). */
bool takes_and_ends(uint32_t iar, const char *when);

/* Acknowledge SPI, SPI + 1 ... within one another, at NEST_PRIORITY(); false at the first that does
 * not come. And end them from the inside, looking at nothing. */
bool nest(uint32_t n);
void unnest(uint32_t n);

/* Sixteen SPIs that wait at the lowest priority: what waits goes before what is active, so they
 * take all list registers and the EOI of an active one finds none. takes_set(CROWD) at the end. */
#define CROWD 0xffff0000u
void crowd(void);

/* The level of the one input that a guest can drive itself: the UART's. */
void line(bool high);

/* How often a long case goes round: `usual`, or what the boot argument rounds=N says. */
uint32_t rounds(uint32_t usual);

/* support.c: other vCPUs. `fn` runs there with interrupts masked; the first call turns it on. */
uint32_t on_vcpu(unsigned int cpu, uint32_t (*fn)(uint32_t arg), uint32_t arg);
void start_on_vcpu(unsigned int cpu, uint32_t (*fn)(uint32_t arg), uint32_t arg);
uint32_t wait_for_vcpu(unsigned int cpu);
/* PSCI CPU_OFF of it, awaited. */
void turn_off(unsigned int cpu);

/* For on_vcpu(): take(), eoi(), and what nothing() looks at (GICC_IAR; what it gave is ended). */
uint32_t remote_take(uint32_t arg);
uint32_t remote_eoi(uint32_t iar);
uint32_t remote_nothing(uint32_t arg);

/* True, with the case marked skipped: where there are fewer vCPUs, or natively under QEMU, whose
 * own GIC does something else (or aborts QEMU). */
bool needs_vcpus(unsigned int n);
bool qemu_differs(const char *how);

/* Every case, in the order that they run in. */
#define CONFORMANCE_CASES(X)                                                                       \
	X(t01_many_pending_by_priority)                                                            \
	X(t02_all_active_and_one_pending)                                                          \
	X(t03_higher_evicts_active)                                                                \
	X(t04_evicted_is_ended_once)                                                               \
	X(t05_evicted_are_ended_without_exit)                                                      \
	X(t06_evicted_timer_comes_again)                                                           \
	X(t08_every_priority_nested)                                                               \
	X(t09_new_one_beside_pending_and_active)                                                   \
	X(t10_spilled_comes_once)                                                                  \
	X(t11_waiting_outside_comes_without_exit)                                                  \
	X(t15_enabled_again_comes_once)                                                            \
	X(t16_unrelated_exits_add_nothing)                                                         \
	X(t18_again_while_active)                                                                  \
	X(t19_pended_by_two_vcpus_comes_once)                                                      \
	X(t21_taken_again_and_again)                                                               \
	X(t22_switches_lose_nothing)                                                               \
	X(t23_interfaces_are_banked)                                                               \
	X(t25_several_by_one_write)                                                                \
	X(t26_wakes_from_wfi)                                                                      \
	X(t27_soft_level_latch_cleared_by_ack)                                                     \
	X(t28_soft_level_pended_while_active)                                                      \
	X(t29_unpend_before_ack)                                                                   \
	X(t30_unpend_with_line_high)                                                               \
	X(t31_line_drops_before_ack)                                                               \
	X(t31_timer_moved_before_ack)                                                              \
	X(t32_line_high_at_eoi)                                                                    \
	X(t33_line_blinks_while_active)                                                            \
	X(t34_line_rises_while_disabled)                                                           \
	X(t35_pending_while_distributor_off)                                                       \
	X(t36_pending_without_target)                                                              \
	X(t37_edge_thrice_is_once)                                                                 \
	X(t38_edge_while_active)                                                                   \
	X(t39_active_reads_in_handler)                                                             \
	X(t40_icactiver_of_own)                                                                    \
	X(t41_icactiver_of_another_vcpus)                                                          \
	X(t42_isactiver_holds_it)                                                                  \
	X(t43_disabled_while_active)                                                               \
	X(t44_disabled_while_pending)                                                              \
	X(t45_disabled_while_pending_elsewhere)                                                    \
	X(t46_disabled_while_pending_and_active)                                                   \
	X(t47_line_served_while_masked)                                                            \
	X(t48_pended_for_another_vcpu)                                                             \
	X(t49_soft_pended_timer)                                                                   \
	X(t50_ispendr_ignores_sgis)                                                                \
	X(t51_retriggered_in_handler)                                                              \
	X(t52_pending_and_active_comes_once)                                                       \
	X(t53_sgi_from_every_vcpu)                                                                 \
	X(t54_sgi_twice_from_one_vcpu)                                                             \
	X(t55_sgi_from_another_while_active)                                                       \
	X(t56_sgi_ended_with_wrong_cpuid)                                                          \
	X(t57_sgir_filters)                                                                        \
	X(t58_sgi_to_missing_vcpus)                                                                \
	X(t59_sgi_to_vcpu_that_is_off)                                                             \
	X(t60_sgi_pending_registers)                                                               \
	X(t61_sgi_enable_bits)                                                                     \
	X(t62_data_sent_with_sgi)                                                                  \
	X(t63_private_registers_are_banked)                                                        \
	X(t64_private_targets)                                                                     \
	X(t65_targets_by_byte)                                                                     \
	X(t66_zero_among_targets)                                                                  \
	X(t67_retargeted_while_pending)                                                            \
	X(t68_retargeted_while_active)                                                             \
	X(t69_priority_changed_while_pending)                                                      \
	X(t70_priority_registers)                                                                  \
	X(t71_typer)                                                                               \
	X(t72_identification)                                                                      \
	X(t73_configuration_registers)                                                             \
	X(t74_narrow_and_unaligned_accesses)                                                       \
	X(t75_reserved_reads_zero)                                                                 \
	X(t76_icenabler_read_modify_write)                                                         \
	X(t77_enable_registers)                                                                    \
	X(t78_spurious)                                                                            \
	X(t79_group1_and_ackctl)                                                                   \
	X(t80_group0_enabled_late)                                                                 \
	X(t81_priority_mask)                                                                       \
	X(t82_binary_point)                                                                        \
	X(t83_interface_kept_across_switch)                                                        \
	X(t84_eoimode_any_order)                                                                   \
	X(t85_dir_by_another_vcpu)                                                                 \
	X(t86_dir_ignored)                                                                         \
	X(t87_timer_ticks)                                                                         \
	X(t88_timer_active_across_switch)                                                          \
	X(t89_timer_active_at_cpu_off)                                                             \
	X(t91_bypass_bits_ignored)                                                                 \
	X(t92_spi_for_vcpu_that_is_off)                                                            \
	X(group_pending_active_registers)                                                          \
	X(reads_of_every_width)                                                                    \
	X(nested_handlers)                                                                         \
	X(sgi_round_trips)                                                                         \
	X(states_of_edge)                                                                          \
	X(states_of_level)                                                                         \
	X(states_of_line)                                                                          \
	X(states_of_sgi)                                                                           \
	X(states_of_edge_elsewhere)                                                                \
	X(states_of_level_elsewhere)                                                               \
	X(states_of_line_elsewhere)

#define CONFORMANCE_DECLARE(name) void name(void);
CONFORMANCE_CASES(CONFORMANCE_DECLARE)

#endif
