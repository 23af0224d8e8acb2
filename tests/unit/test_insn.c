// SPDX-License-Identifier: BSD-2-Clause
/*
 * The load/store decoder against encodings made by the GNU assembler, with the
 * expected accesses worked out by hand from DDI 0406C A8.8; against encodings
 * that must be refused; and against random words, for which only rules hold.
 */
#include "hyp/insn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define CPSR_SVC 0x13U
#define CPSR_T (1U << 5)
#define CPSR_E (1U << 9)
#define CPSR_J (1U << 24)
#define CPSR_C (1U << 29)
#define CPSR_Z (1U << 30)

#define LOAD 1
#define SIGN 2
#define UNPRIV 4
#define USR 8
#define NONE 255

struct good {
	const char *text;
	uint32_t opcode;
	uint32_t address; /* of the first access */
	uint8_t size;
	uint16_t regs; /* in ascending order */
	uint8_t flags;
	uint8_t writeback_reg;
	uint32_t writeback_value;
};

struct bad {
	const char *text;
	uint32_t opcode;
};

static const struct good a32_good[] = {
	{ "ldr r1, [r2]", 0xE5921000U, 0x10002000U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr r1, [r2, #-4095]", 0xE5121FFFU, 0x10001001U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr r1, [r2, #8]!", 0xE5B21008U, 0x10002008U, 4, 0x0002, LOAD, 2, 0x10002008U },
	{ "ldr lr, [r4], #4", 0xE494E004U, 0x80000010U, 4, 0x4000, LOAD, 4, 0x80000014U },
	{ "ldr r1, [r2], #-12", 0xE412100CU, 0x10002000U, 4, 0x0002, LOAD, 2, 0x10001FF4U },
	{ "ldr r1, [r2, r3, lsl #2]", 0xE7921103U, 0x10002020U, 4, 0x0002, LOAD, NONE,
	  0x00000000U },
	{ "ldr r1, [r2, -r4, lsr #4]", 0xE7121224U, 0x08001FFFU, 4, 0x0002, LOAD, NONE,
	  0x00000000U },
	{ "ldr r1, [r2, r4, lsr #32]", 0xE7921024U, 0x10002000U, 4, 0x0002, LOAD, NONE,
	  0x00000000U },
	{ "ldr r1, [r2, r4, asr #4]!", 0xE7B21244U, 0x08002001U, 4, 0x0002, LOAD, 2, 0x08002001U },
	{ "ldr r1, [r2], r4, asr #32", 0xE6921044U, 0x10002000U, 4, 0x0002, LOAD, 2, 0x10001FFFU },
	{ "ldr r1, [r2, r3, ror #4]", 0xE7921263U, 0x90002000U, 4, 0x0002, LOAD, NONE,
	  0x00000000U },
	{ "ldr r1, [r2, r3, rrx]", 0xE7921063U, 0x90002004U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "str r1, [r2], r3", 0xE6821003U, 0x10002000U, 4, 0x0002, 0, 2, 0x10002008U },
	{ "str sp, [r2, #4]!", 0xE5A2D004U, 0x10002004U, 4, 0x2000, 0, 2, 0x10002004U },
	{ "str pc, [r2]", 0xE582F000U, 0x10002000U, 4, 0x8000, 0, NONE, 0x00000000U },
	{ "ldr pc, [r2, #4]", 0xE592F004U, 0x10002004U, 4, 0x8000, LOAD, NONE, 0x00000000U },
	{ "ldr r1, [pc, #16]", 0xE59F1010U, 0x40000118U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldrb r1, [r2, #1]!", 0xE5F21001U, 0x10002001U, 1, 0x0002, LOAD, 2, 0x10002001U },
	{ "strb r1, [r2], #1", 0xE4C21001U, 0x10002000U, 1, 0x0002, 0, 2, 0x10002001U },
	{ "ldrt r1, [r2], #4", 0xE4B21004U, 0x10002000U, 4, 0x0002, LOAD | UNPRIV, 2, 0x10002004U },
	{ "strt r1, [r2], -r3, lsl #1", 0xE6221083U, 0x10002000U, 4, 0x0002, UNPRIV, 2,
	  0x10001FF0U },
	{ "ldrbt r1, [r2], #0", 0xE4F21000U, 0x10002000U, 1, 0x0002, LOAD | UNPRIV, 2,
	  0x10002000U },
	{ "strbt r1, [r2], #1", 0xE4E21001U, 0x10002000U, 1, 0x0002, UNPRIV, 2, 0x10002001U },
	{ "ldrne r1, [r2], #4", 0x14921004U, 0x10002000U, 4, 0x0002, LOAD, 2, 0x10002004U },
	{ "ldrh r1, [r2, #-34]!", 0xE17212B2U, 0x10001FDEU, 2, 0x0002, LOAD, 2, 0x10001FDEU },
	{ "strh r1, [r2], r3", 0xE08210B3U, 0x10002000U, 2, 0x0002, 0, 2, 0x10002008U },
	{ "ldrsb r1, [r2, -r3]", 0xE11210D3U, 0x10001FF8U, 1, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "ldrsb r1, [r2], #255", 0xE0D21FDFU, 0x10002000U, 1, 0x0002, LOAD | SIGN, 2,
	  0x100020FFU },
	{ "ldrsh r1, [r2, r3]!", 0xE1B210F3U, 0x10002008U, 2, 0x0002, LOAD | SIGN, 2, 0x10002008U },
	{ "ldrht r1, [r2], #2", 0xE0F210B2U, 0x10002000U, 2, 0x0002, LOAD | UNPRIV, 2,
	  0x10002002U },
	{ "strht r1, [r2], -r3", 0xE02210B3U, 0x10002000U, 2, 0x0002, UNPRIV, 2, 0x10001FF8U },
	{ "ldrsbt r1, [r2], #2", 0xE0F210D2U, 0x10002000U, 1, 0x0002, LOAD | SIGN | UNPRIV, 2,
	  0x10002002U },
	{ "ldrsht r1, [r2], r3", 0xE0B210F3U, 0x10002000U, 2, 0x0002, LOAD | SIGN | UNPRIV, 2,
	  0x10002008U },
	{ "ldrd r6, r7, [r2]", 0xE1C260D0U, 0x10002000U, 4, 0x00C0, LOAD, NONE, 0x00000000U },
	{ "ldrd r6, r7, [r2, #-8]!", 0xE16260D8U, 0x10001FF8U, 4, 0x00C0, LOAD, 2, 0x10001FF8U },
	{ "ldrd r6, r7, [r2], r3", 0xE08260D3U, 0x10002000U, 4, 0x00C0, LOAD, 2, 0x10002008U },
	{ "ldrd r2, r3, [r2, #8]", 0xE1C220D8U, 0x10002008U, 4, 0x000C, LOAD, NONE, 0x00000000U },
	{ "strd r12, sp, [r2, r3]!", 0xE1A2C0F3U, 0x10002008U, 4, 0x3000, 0, 2, 0x10002008U },
	{ "strd r6, r7, [r2], #16", 0xE0C261F0U, 0x10002000U, 4, 0x00C0, 0, 2, 0x10002010U },
	{ "ldrh r1, [pc, #2]", 0xE1DF10B2U, 0x4000010AU, 2, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldmia r2, {r0, r5, r9}", 0xE8920221U, 0x10002000U, 4, 0x0221, LOAD, NONE, 0x00000000U },
	{ "ldmib r2!, {r0, r5, r9}", 0xE9B20221U, 0x10002004U, 4, 0x0221, LOAD, 2, 0x1000200CU },
	{ "ldmda r2!, {r0, r5, r9}", 0xE8320221U, 0x10001FF8U, 4, 0x0221, LOAD, 2, 0x10001FF4U },
	{ "ldmdb r2!, {r0, r5, r9}", 0xE9320221U, 0x10001FF4U, 4, 0x0221, LOAD, 2, 0x10001FF4U },
	{ "ldmia r2, {r2, pc}", 0xE8928004U, 0x10002000U, 4, 0x8004, LOAD, NONE, 0x00000000U },
	{ "stmia r2!, {r1-r12, lr}", 0xE8A25FFEU, 0x10002000U, 4, 0x5FFE, 0, 2, 0x10002034U },
	{ "stmib r2, {r0-pc}", 0xE982FFFFU, 0x10002004U, 4, 0xFFFF, 0, NONE, 0x00000000U },
	{ "stmda r2, {r0, r1}", 0xE8020003U, 0x10001FFCU, 4, 0x0003, 0, NONE, 0x00000000U },
	{ "push {r0, lr}", 0xE92D4001U, 0x1FFFFFF8U, 4, 0x4001, 0, 13, 0x1FFFFFF8U },
	{ "pop {r0, pc}", 0xE8BD8001U, 0x20000000U, 4, 0x8001, LOAD, 13, 0x20000008U },
	{ "push {r5}", 0xE52D5004U, 0x1FFFFFFCU, 4, 0x0020, 0, 13, 0x1FFFFFFCU },
	{ "pop {r5}", 0xE49D5004U, 0x20000000U, 4, 0x0020, LOAD, 13, 0x20000004U },
	{ "stmia r2, {r7-lr}^", 0xE8C27F80U, 0x10002000U, 4, 0x7F80, USR, NONE, 0x00000000U },
	{ "ldmdb r2, {r7, r8, sp, lr}^", 0xE9526180U, 0x10001FF0U, 4, 0x6180, LOAD | USR, NONE,
	  0x00000000U },
};

static const struct good t32_good[] = {
	{ "ldr r1, [pc, #1020]", 0x000049FFU, 0x40000500U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "str r1, [r2, r3]", 0x000050D1U, 0x10002008U, 4, 0x0002, 0, NONE, 0x00000000U },
	{ "strh r1, [r2, r3]", 0x000052D1U, 0x10002008U, 2, 0x0002, 0, NONE, 0x00000000U },
	{ "strb r1, [r2, r3]", 0x000054D1U, 0x10002008U, 1, 0x0002, 0, NONE, 0x00000000U },
	{ "ldrsb r1, [r2, r3]", 0x000056D1U, 0x10002008U, 1, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "ldr r1, [r2, r3]", 0x000058D1U, 0x10002008U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldrh r1, [r2, r3]", 0x00005AD1U, 0x10002008U, 2, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldrb r1, [r2, r3]", 0x00005CD1U, 0x10002008U, 1, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldrsh r1, [r2, r3]", 0x00005ED1U, 0x10002008U, 2, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "str r1, [r2, #124]", 0x000067D1U, 0x1000207CU, 4, 0x0002, 0, NONE, 0x00000000U },
	{ "ldr r1, [r2, #64]", 0x00006C11U, 0x10002040U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "strb r1, [r2, #31]", 0x000077D1U, 0x1000201FU, 1, 0x0002, 0, NONE, 0x00000000U },
	{ "ldrb r1, [r2, #1]", 0x00007851U, 0x10002001U, 1, 0x0002, LOAD, NONE, 0x00000000U },
	{ "strh r1, [r2, #62]", 0x000087D1U, 0x1000203EU, 2, 0x0002, 0, NONE, 0x00000000U },
	{ "ldrh r1, [r2, #2]", 0x00008851U, 0x10002002U, 2, 0x0002, LOAD, NONE, 0x00000000U },
	{ "str r1, [sp, #1020]", 0x000091FFU, 0x200003FCU, 4, 0x0002, 0, NONE, 0x00000000U },
	{ "ldr r1, [sp, #4]", 0x00009901U, 0x20000004U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "push {r0, r7, lr}", 0x0000B581U, 0x1FFFFFF4U, 4, 0x4081, 0, 13, 0x1FFFFFF4U },
	{ "pop {r0, r7, pc}", 0x0000BD81U, 0x20000000U, 4, 0x8081, LOAD, 13, 0x2000000CU },
	{ "stmia r2!, {r2, r5}", 0x0000C224U, 0x10002000U, 4, 0x0024, 0, 2, 0x10002008U },
	{ "ldmia r2!, {r0, r5}", 0x0000CA21U, 0x10002000U, 4, 0x0021, LOAD, 2, 0x10002008U },
	{ "ldmia r2, {r0, r2}", 0x0000CA05U, 0x10002000U, 4, 0x0005, LOAD, NONE, 0x00000000U },
	{ "ldr.w r1, [r2, #4095]", 0xF8D21FFFU, 0x10002FFFU, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr.w r1, [r2, #-255]", 0xF8521CFFU, 0x10001F01U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr.w r9, [r2], #4", 0xF8529B04U, 0x10002000U, 4, 0x0200, LOAD, 2, 0x10002004U },
	{ "ldr.w r1, [r2, #-4]!", 0xF8521D04U, 0x10001FFCU, 4, 0x0002, LOAD, 2, 0x10001FFCU },
	{ "ldr.w r1, [r2, r3, lsl #3]", 0xF8521033U, 0x10002040U, 4, 0x0002, LOAD, NONE,
	  0x00000000U },
	{ "ldr.w pc, [r2, #4]", 0xF8D2F004U, 0x10002004U, 4, 0x8000, LOAD, NONE, 0x00000000U },
	{ "ldr.w r1, [pc, #-8]", 0xF85F1008U, 0x400000FCU, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr.w r1, [pc, #4095]", 0xF8DF1FFFU, 0x40001103U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr.w sp, [r2], #8", 0xF852DB08U, 0x10002000U, 4, 0x2000, LOAD, 2, 0x10002008U },
	{ "ldr.w r9, [sp], #4", 0xF85D9B04U, 0x20000000U, 4, 0x0200, LOAD, 13, 0x20000004U },
	{ "str.w r9, [sp, #-4]!", 0xF84D9D04U, 0x1FFFFFFCU, 4, 0x0200, 0, 13, 0x1FFFFFFCU },
	{ "str.w r1, [r2, r3, lsl #1]", 0xF8421013U, 0x10002010U, 4, 0x0002, 0, NONE, 0x00000000U },
	{ "strb.w r1, [r2], #-1", 0xF8021901U, 0x10002000U, 1, 0x0002, 0, 2, 0x10001FFFU },
	{ "ldrb.w r1, [r2, #1]!", 0xF8121F01U, 0x10002001U, 1, 0x0002, LOAD, 2, 0x10002001U },
	{ "ldrb.w r1, [pc, #3]", 0xF89F1003U, 0x40000107U, 1, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldrsb.w r1, [r2, #4095]", 0xF9921FFFU, 0x10002FFFU, 1, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "ldrsb.w r1, [r2], #1", 0xF9121B01U, 0x10002000U, 1, 0x0002, LOAD | SIGN, 2,
	  0x10002001U },
	{ "strh.w r1, [r2], #2", 0xF8221B02U, 0x10002000U, 2, 0x0002, 0, 2, 0x10002002U },
	{ "ldrh.w r1, [r2, #-2]!", 0xF8321D02U, 0x10001FFEU, 2, 0x0002, LOAD, 2, 0x10001FFEU },
	{ "ldrsh.w r1, [r2, r3, lsl #1]", 0xF9321013U, 0x10002010U, 2, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "ldrsh.w r1, [pc, #-2]", 0xF93F1002U, 0x40000102U, 2, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "ldrt r1, [r2, #255]", 0xF8521EFFU, 0x100020FFU, 4, 0x0002, LOAD | UNPRIV, NONE,
	  0x00000000U },
	{ "strt r1, [r2, #4]", 0xF8421E04U, 0x10002004U, 4, 0x0002, UNPRIV, NONE, 0x00000000U },
	{ "ldrbt r1, [r2, #1]", 0xF8121E01U, 0x10002001U, 1, 0x0002, LOAD | UNPRIV, NONE,
	  0x00000000U },
	{ "strht r1, [r2, #2]", 0xF8221E02U, 0x10002002U, 2, 0x0002, UNPRIV, NONE, 0x00000000U },
	{ "ldrsht r1, [r2, #2]", 0xF9321E02U, 0x10002002U, 2, 0x0002, LOAD | SIGN | UNPRIV, NONE,
	  0x00000000U },
	{ "ldrd r6, r8, [r2, #1020]", 0xE9D268FFU, 0x100023FCU, 4, 0x0140, LOAD, NONE,
	  0x00000000U },
	{ "ldrd r6, r8, [r2], #-8", 0xE8726802U, 0x10002000U, 4, 0x0140, LOAD, 2, 0x10001FF8U },
	{ "ldrd r6, r8, [pc, #-16]", 0xE95F6804U, 0x400000F4U, 4, 0x0140, LOAD, NONE, 0x00000000U },
	{ "strd r6, r8, [r2, #-8]!", 0xE9626802U, 0x10001FF8U, 4, 0x0140, 0, 2, 0x10001FF8U },
	{ "strd r6, r8, [r2], #8", 0xE8E26802U, 0x10002000U, 4, 0x0140, 0, 2, 0x10002008U },
	{ "ldmia.w r2!, {r0, r9, pc}", 0xE8B28201U, 0x10002000U, 4, 0x8201, LOAD, 2, 0x1000200CU },
	{ "ldmdb r2!, {r0, r9}", 0xE9320201U, 0x10001FF8U, 4, 0x0201, LOAD, 2, 0x10001FF8U },
	{ "ldmdb r2, {r0, r2, lr}", 0xE9124005U, 0x10001FF4U, 4, 0x4005, LOAD, NONE, 0x00000000U },
	{ "stmia.w r2!, {r0, r12}", 0xE8A21001U, 0x10002000U, 4, 0x1001, 0, 2, 0x10002008U },
	{ "stmdb r2, {r0-r12, lr}", 0xE9025FFFU, 0x10001FC8U, 4, 0x5FFF, 0, NONE, 0x00000000U },
	{ "push.w {r4-r11, lr}", 0xE92D4FF0U, 0x1FFFFFDCU, 4, 0x4FF0, 0, 13, 0x1FFFFFDCU },
	{ "pop.w {r4-r11, pc}", 0xE8BD8FF0U, 0x20000000U, 4, 0x8FF0, LOAD, 13, 0x20000024U },
};

static const struct bad a32_bad[] = {
	{ "ldrex r1, [r2]", 0xE1921F9FU },
	{ "strex r1, r3, [r2]", 0xE1821F93U },
	{ "ldrexd r6, r7, [r2]", 0xE1B26F9FU },
	{ "swp r1, r3, [r2]", 0xE1021093U },
	{ "swpb r1, r3, [r2]", 0xE1421093U },
	{ "vldr d0, [r2]", 0xED920B00U },
	{ "vstmia r2!, {d0-d3}", 0xECA20B08U },
	{ "vld1.8 {d0}, [r2]", 0xF422070FU },
	{ "ldc p14, c5, [r2], #4", 0xECB25E01U },
	{ "ldmia r2!, {r0, pc}^", 0xE8F28001U },
	{ "ldmia sp!, {r0-r2, pc}^", 0xE8FD8007U },
	{ "rfeia r2!", 0xF8B20A00U },
	{ "srsdb sp!, #19", 0xF96D0513U },
	{ "pld [r2]", 0xF5D2F000U },
	{ "lda r1, [r2]", 0xE1921C9FU },
	{ "mul r1, r2, r3", 0xE0010392U },
	{ "usad8 r1, r2, r3", 0xE781F312U },
	{ "bx lr", 0xE12FFF1EU },
	{ "mov r0, r1", 0xE1A00001U },
	{ "ldr r2, [r2, #4]!", 0xE5B22004U },
	{ "ldr r2, [r2], #4", 0xE4922004U },
	{ "ldr r1, [pc, #4]!", 0xE5BF1004U },
	{ "ldr r1, [pc], #4", 0xE49F1004U },
	{ "ldr r1, [r2, pc]", 0xE792100FU },
	{ "ldrt pc, [r2], #4", 0xE4B2F004U },
	{ "ldrb pc, [r2]", 0xE5D2F000U },
	{ "strb pc, [r2]", 0xE5C2F000U },
	{ "strbt pc, [r2], #1", 0xE4E2F001U },
	{ "ldr pc, [r2, #1]: not a word address", 0xE592F001U },
	{ "ldrh pc, [r2]", 0xE1D2F0B0U },
	{ "ldrh r1, [r2, pc]", 0xE19210BFU },
	{ "ldrh r1, [r2, r3] with bits 11:8 not zero", 0xE19211B3U },
	{ "ldrh r2, [r2, #2]!", 0xE1F220B2U },
	{ "ldrd r5, r6, [r2]", 0xE1C250D0U },
	{ "ldrd lr, pc, [r2]", 0xE1C2E0D0U },
	{ "ldrd r6, r7, [r2], #8 with P = 0, W = 1", 0xE0E260D8U },
	{ "ldrd r6, r7, [r2, r6]", 0xE18260D6U },
	{ "ldrd r6, r7, [r2, r7]", 0xE18260D7U },
	{ "ldrd r6, r7, [r6], #8", 0xE0C660D8U },
	{ "strd r6, r7, [r7], #8", 0xE0C760F8U },
	{ "strd r5, r6, [r2]", 0xE1C250F0U },
	{ "ldm r2, {}", 0xE8920000U },
	{ "ldm pc, {r0}", 0xE89F0001U },
	{ "ldm r2!, {r0, r2}", 0xE8B20005U },
	{ "ldm r2!, {r0}^", 0xE8F20001U },
	{ "stm r2!, {r0}^", 0xE8E20001U },
	{ "the unconditional space", 0xF5921000U },
};

static const struct bad t32_bad[] = {
	{ "ldm.w form with op = 00 (RFE)", 0xE8120003U },
	{ "ldm.w form with op = 11 (RFE)", 0xE9920003U },
	{ "stm.w form with op = 00 (SRS)", 0xE8020003U },
	{ "stm.w form with op = 11 (SRS)", 0xE9820003U },
	{ "ldrex r1, [r2]", 0xE8521F00U },
	{ "strex r1, r3, [r2]", 0xE8423100U },
	{ "tbb [r2, r3]", 0xE8D2F003U },
	{ "tbh [r2, r3, lsl #1]", 0xE8D2F013U },
	{ "vldr d0, [r2]", 0xED920B00U },
	{ "vld1.8 {d0}, [r2]", 0xF922070FU },
	{ "pld [r2]", 0xF892F000U },
	{ "pli [r2]", 0xF992F000U },
	{ "rfeia r2", 0xE992C000U },
	{ "srsdb sp!, #19", 0xE82DC013U },
	{ "nop", 0x0000BF00U },
	{ "bl .", 0xF7FFFFFEU },
	{ "mov r0, r1", 0x00004608U },
	{ "ldrexb r1, [r2]", 0xE8D21F4FU },
	{ "lda r1, [r2]", 0xE8D21FAFU },
	{ "ldr.w r2, [r2], #4", 0xF8522B04U },
	{ "str.w pc, [r2], #4", 0xF842FB04U },
	{ "ldr.w with P = W = 0 and U = 1", 0xF8521A04U },
	{ "ldr.w with P = U = W = 0", 0xF8521804U },
	{ "ldr.w r1, [r2, sp]", 0xF852100DU },
	{ "ldr.w r1, [r2, pc]", 0xF852100FU },
	{ "ldr.w r1, [r2, r3] with bit 6 set", 0xF8521043U },
	{ "ldrt sp, [r2, #4]", 0xF852DE04U },
	{ "ldrb.w sp, [r2, #1]", 0xF892D001U },
	{ "pld", 0xF892F001U },
	{ "strb.w sp, [r2, #1]", 0xF882D001U },
	{ "str.w r1, [pc, #4]", 0xF8CF1004U },
	{ "size 11", 0xF8E21000U },
	{ "a signed word", 0xF9D21000U },
	{ "a signed store", 0xF9821000U },
	{ "ldrd r6, r6, [r2]", 0xE9D26600U },
	{ "ldrd r6, sp, [r2]", 0xE9D26D00U },
	{ "ldrd pc, r6, [r2]", 0xE9D2F600U },
	{ "strd r6, r8, [pc]", 0xE9CF6800U },
	{ "ldrd r6, r8, [pc, #0]!", 0xE9FF6800U },
	{ "ldrd r2, r6, [r6], #8", 0xE8F62602U },
	{ "ldm.w r2, {r0}", 0xE8920001U },
	{ "ldm.w r2, {r0, lr, pc}", 0xE892C001U },
	{ "ldm.w r2, {r0, r1, sp}", 0xE8922003U },
	{ "ldm.w r2!, {r0, r2}", 0xE8B20005U },
	{ "stm.w r2!, {r0, r2}", 0xE8A20005U },
	{ "stm.w r2, {r0, r1, pc}", 0xE8828003U },
	{ "ldm.w pc, {r0, r1}", 0xE89F0003U },
	{ "stm r0!, {}", 0x0000C000U },
	{ "ldm r0, {}", 0x0000C800U },
	{ "push {}", 0x0000B400U },
	{ "pop {}", 0x0000BC00U },
};

/* r0-r2, r5-r12: 0x1000n000; r3 and r4 are made for shifts. C is set, for RRX. */
static struct insn_cpu make_cpu(uint32_t cpsr)
{
	struct insn_cpu cpu = { .cpsr = cpsr | CPSR_SVC | CPSR_C };

	for (uint32_t i = 0; i < 13; i++)
		cpu.r[i] = 0x10000000U + 0x1000U * i;
	cpu.r[3] = 8;
	cpu.r[4] = 0x80000010U;
	cpu.r[13] = 0x20000000U;
	cpu.r[14] = 0x30000000U;
	cpu.r[15] = 0x40000100U;
	for (uint32_t i = 0; i < 7; i++)
		cpu.usr[i] = 0x50000008U + i;
	return cpu;
}

static uint32_t expected_value(const struct insn_cpu *cpu, uint32_t reg, const struct good *g)
{
	uint32_t value = cpu->r[reg];

	if ((g->flags & USR) != 0 && (reg == 13 || reg == 14))
		value = cpu->usr[reg - 8];
	if (reg == 15)
		value += (cpu->cpsr & CPSR_T) != 0 ? 4 : 8;
	return g->size == 4 ? value : value & ((1U << (8 * g->size)) - 1);
}

static void check_accesses(const struct insn *insn, const struct insn_cpu *cpu,
			   const struct good *g)
{
	uint32_t n = 0;

	for (uint32_t reg = 0; reg < 16; reg++) {
		const struct insn_access *a = &insn->access[n];

		if ((g->regs >> reg & 1) == 0)
			continue;
		assert_int_equal(a->address, g->address + 4 * n);
		assert_int_equal(a->reg, reg);
		assert_int_equal(a->size, g->size);
		assert_int_equal(a->write, (g->flags & LOAD) == 0);
		assert_int_equal(a->sign_extend, (g->flags & SIGN) != 0);
		assert_int_equal(a->usr_bank, (g->flags & USR) != 0);
		if (a->write)
			assert_int_equal(a->value, expected_value(cpu, reg, g));
		n++;
	}
	assert_int_equal(insn->nr_accesses, n);
}

static void check_good(const struct good *table, size_t count, uint32_t cpsr)
{
	struct insn_cpu cpu = make_cpu(cpsr);

	for (size_t i = 0; i < count; i++) {
		const struct good *g = &table[i];
		uint32_t size = (cpsr & CPSR_T) != 0 && g->opcode < 0x10000 ? 2 : 4;
		struct insn insn;

		if (!insn_decode(g->opcode, &cpu, &insn))
			fail_msg("%s was refused", g->text);
		check_accesses(&insn, &cpu, g);
		assert_int_equal(insn.size, size);
		assert_int_equal(insn.next_pc, cpu.r[15] + size);
		assert_int_equal(insn.next_cpsr, cpu.cpsr);
		assert_int_equal(insn.unprivileged, (g->flags & UNPRIV) != 0);
		assert_int_equal(insn.writeback, g->writeback_reg != NONE);
		if (g->writeback_reg != NONE) {
			assert_int_equal(insn.writeback_reg, g->writeback_reg);
			assert_int_equal(insn.writeback_value, g->writeback_value);
		}
	}
}

static void check_bad(const struct bad *table, size_t count, uint32_t cpsr)
{
	struct insn_cpu cpu = make_cpu(cpsr);

	for (size_t i = 0; i < count; i++) {
		struct insn insn;

		if (insn_decode(table[i].opcode, &cpu, &insn))
			fail_msg("%s was accepted", table[i].text);
	}
}

static void test_a32(void **state)
{
	(void)state;
	check_good(a32_good, ARRAY_COUNT(a32_good), 0);
	check_bad(a32_bad, ARRAY_COUNT(a32_bad), 0);
}

static void test_t32(void **state)
{
	(void)state;
	check_good(t32_good, ARRAY_COUNT(t32_good), CPSR_T);
	check_bad(t32_bad, ARRAY_COUNT(t32_bad), CPSR_T);
}

/* LDRD in T32 may name its registers in any order; ThumbEE and Jazelle are refused. */
static void test_t32_dual_order(void **state)
{
	struct insn_cpu cpu = make_cpu(CPSR_T);
	struct insn insn;

	(void)state;
	assert_true(insn_decode(0xE9D28600U, &cpu, &insn)); /* ldrd r8, r6, [r2] */
	assert_int_equal(insn.access[0].reg, 8);
	assert_int_equal(insn.access[1].reg, 6);
	assert_int_equal(insn.access[1].address, cpu.r[2] + 4);
	assert_true(insn_decode(0xE9C26600U, &cpu, &insn)); /* strd r6, r6, [r2] */
	cpu.cpsr |= CPSR_J;
	assert_false(insn_decode(0xE9D28600U, &cpu, &insn));
	cpu.cpsr &= ~CPSR_T;
	assert_false(insn_decode(0xE5921000U, &cpu, &insn));
}

/* A Thumb literal is relative to the PC rounded down to a word. */
static void test_literal_alignment(void **state)
{
	struct insn_cpu cpu = make_cpu(CPSR_T);
	struct insn insn;

	(void)state;
	cpu.r[15] = 0x40000102U;
	assert_true(insn_decode(0x4901U, &cpu, &insn)); /* ldr r1, [pc, #4] */
	assert_int_equal(insn.access[0].address, 0x40000108U);
	assert_true(insn_decode(0xF85F1008U, &cpu, &insn)); /* ldr.w r1, [pc, #-8] */
	assert_int_equal(insn.access[0].address, 0x400000FCU);
	assert_int_equal(insn.next_pc, 0x40000106U);
}

static void test_usr_bank(void **state)
{
	struct insn_cpu cpu = make_cpu(0);
	uint32_t loaded[INSN_MAX_ACCESSES] = { 0x11, 0x22, 0x33 };
	struct insn insn;

	(void)state;
	/* ldm r2, {r7, r8, sp}^: r8 is common to SVC and User mode, sp is not. */
	assert_true(insn_decode(0xE8D22180U, &cpu, &insn));
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[7], 0x11);
	assert_int_equal(cpu.r[8], 0x22);
	assert_int_equal(cpu.usr[0], 0x22);
	assert_int_equal(cpu.usr[5], 0x33);
	assert_int_equal(cpu.r[13], 0x20000000U);
	/* In FIQ mode r8 is banked too. */
	cpu = make_cpu(0);
	cpu.cpsr = 0x11;
	assert_true(insn_decode(0xE8D22180U, &cpu, &insn));
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[8], 0x10008000U);
	assert_int_equal(cpu.usr[0], 0x22);
	assert_true(insn_decode(0xE8C20100U, &cpu, &insn)); /* stm r2, {r8}^ */
	assert_int_equal(insn.access[0].value, 0x22);
	/* User and System mode have no other bank. */
	cpu.cpsr = 0x10;
	assert_false(insn_decode(0xE8D22180U, &cpu, &insn));
	cpu.cpsr = 0x1F;
	assert_false(insn_decode(0xE8C20100U, &cpu, &insn));
}

static void test_big_endian(void **state)
{
	struct insn_cpu cpu = make_cpu(CPSR_E);
	struct insn insn;

	(void)state;
	cpu.r[1] = 0x11223344U;
	assert_true(insn_decode(0xE4821004U, &cpu, &insn)); /* str r1, [r2], #4 */
	assert_int_equal(insn.access[0].value, 0x44332211U);
	assert_true(insn_decode(0xE1C210B0U, &cpu, &insn)); /* strh r1, [r2] */
	assert_int_equal(insn.access[0].value, 0x4433U);
	assert_true(insn_decode(0xE5C21000U, &cpu, &insn)); /* strb r1, [r2] */
	assert_int_equal(insn.access[0].value, 0x44U);
	assert_true(insn_decode(0xE1D210F0U, &cpu, &insn)); /* ldrsh r1, [r2] */
	assert_int_equal(insn_load_value(&insn.access[0], 0xAAAA0180U), 0xFFFF8001U);
	assert_true(insn_decode(0xE5921000U, &cpu, &insn)); /* ldr r1, [r2] */
	assert_int_equal(insn_load_value(&insn.access[0], 0x11223344U), 0x44332211U);
	/* A double word is two words: their order does not turn with CPSR.E. */
	assert_true(insn_decode(0xE1C260D0U, &cpu, &insn)); /* ldrd r6, r7, [r2] */
	assert_int_equal(insn.access[0].reg, 6);
	assert_int_equal(insn.access[0].address, cpu.r[2]);
}

static void test_load_value(void **state)
{
	struct insn_access a = { .size = 1, .sign_extend = true };

	(void)state;
	assert_int_equal(insn_load_value(&a, 0xFFFFFF7FU), 0x7F);
	assert_int_equal(insn_load_value(&a, 0x80U), 0xFFFFFF80U);
	a.sign_extend = false;
	assert_int_equal(insn_load_value(&a, 0xFFFFFF80U), 0x80U);
	a.size = 2;
	assert_int_equal(insn_load_value(&a, 0xFFFF8000U), 0x8000U);
	a.sign_extend = true;
	assert_int_equal(insn_load_value(&a, 0x8000U), 0xFFFF8000U);
	a.size = 4;
	assert_int_equal(insn_load_value(&a, 0x80000000U), 0x80000000U);
}

static void test_apply(void **state)
{
	struct insn_cpu cpu = make_cpu(0);
	uint32_t loaded[INSN_MAX_ACCESSES] = { 0xA0, 0x50000001U };
	struct insn insn;

	(void)state;
	assert_true(insn_decode(0xE8BD8001U, &cpu, &insn)); /* pop {r0, pc}, to Thumb */
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[0], 0xA0);
	assert_int_equal(cpu.r[13], 0x20000008U);
	assert_int_equal(cpu.r[15], 0x50000000U);
	assert_int_equal(cpu.cpsr & CPSR_T, CPSR_T);
	assert_true(insn_decode(0xBD01U, &cpu, &insn)); /* pop {r0, pc}, to ARM */
	loaded[1] = 0x60000004U;
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[15], 0x60000004U);
	assert_int_equal(cpu.cpsr & CPSR_T, 0);
	assert_true(insn_decode(0xE4121004U, &cpu, &insn)); /* ldr r1, [r2], #-4 */
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[1], 0xA0);
	assert_int_equal(cpu.r[2], 0x10001FFCU);
	assert_int_equal(cpu.r[15], 0x60000008U);
	assert_true(insn_decode(0xE4821004U, &cpu, &insn)); /* a store loads nothing */
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[1], 0xA0);
}

static uint32_t it_bits(uint32_t it)
{
	return (it & 3U) << 25 | (it >> 2) << 10;
}

static void test_it_block(void **state)
{
	/* ITTET EQ, and what is left after each of its instructions (A2.5.2). */
	static const uint8_t steps[] = { 0x05, 0x0A, 0x14, 0x08, 0x00 };
	struct insn_cpu cpu = make_cpu(CPSR_T);
	struct insn insn;

	(void)state;
	for (size_t i = 0; i + 1 < ARRAY_COUNT(steps); i++) {
		cpu.cpsr = CPSR_T | CPSR_Z | CPSR_SVC | it_bits(steps[i]);
		assert_int_equal(cpsr_advance_it(cpu.cpsr),
				 CPSR_T | CPSR_Z | CPSR_SVC | it_bits(steps[i + 1]));
		assert_true(insn_decode(0xF8521B04U, &cpu, &insn));
		assert_int_equal(insn.next_cpsr, cpsr_advance_it(cpu.cpsr));
		/* Only the last one may branch: pop {pc}, ldr.w pc, ldm.w. */
		assert_int_equal(insn_decode(0xBD00U, &cpu, &insn), steps[i] == 0x08);
		assert_int_equal(insn_decode(0xF85DFB04U, &cpu, &insn), steps[i] == 0x08);
		assert_int_equal(insn_decode(0xE8BD8001U, &cpu, &insn), steps[i] == 0x08);
		assert_int_equal(insn_decode(0xF8DFF004U, &cpu, &insn), steps[i] == 0x08);
	}
	assert_int_equal(cpsr_advance_it(0xFFFFFFFFU), 0xFFFFFFFFU & ~it_bits(1));
	assert_int_equal(cpsr_advance_it(0x13), 0x13);
	assert_int_equal(cpsr_advance_it(it_bits(0xE4)), it_bits(0xE8));
}

/* Every condition against every set of flags, by the words of table A8-1. */
static void test_cond(void **state)
{
	(void)state;
	for (uint32_t flags = 0; flags < 16; flags++) {
		bool n = (flags & 8) != 0, z = (flags & 4) != 0;
		bool c = (flags & 2) != 0, v = (flags & 1) != 0;
		const bool expected[16] = {
			z,	 !z,	 c,	 !c,	       n,	    !n,	  v,   !v, c && !z,
			!c || z, n == v, n != v, !z && n == v, z || n != v, true, true
		};

		for (uint32_t cond = 0; cond < 16; cond++)
			assert_int_equal(cond_passed(flags << 28, cond), expected[cond]);
	}
}

static void test_trap_cond(void **state)
{
	uint32_t cv = 1U << 24;

	(void)state;
	assert_true(trap_cond_passed(cv | 0x0U << 20, CPSR_Z));	 /* EQ */
	assert_false(trap_cond_passed(cv | 0x1U << 20, CPSR_Z)); /* NE */
	assert_true(trap_cond_passed(cv | 0xEU << 20, 0));
	/* CV = 0: an ARM instruction was unconditional, a Thumb one asks ITSTATE. */
	assert_true(trap_cond_passed(0x1U << 20, CPSR_Z));
	assert_true(trap_cond_passed(0x1U << 20, CPSR_Z | CPSR_T));
	assert_true(trap_cond_passed(0, CPSR_Z | CPSR_T | it_bits(0x08)));
	assert_false(trap_cond_passed(0, CPSR_Z | CPSR_T | it_bits(0x18)));
	assert_true(trap_cond_passed(0, CPSR_T | it_bits(0x18)));
}

static void test_agrees(void **state)
{
	struct insn_cpu cpu = make_cpu(0);
	uint32_t write = 1U << 6;
	struct insn insn;

	(void)state;
	assert_true(insn_decode(0xE8920221U, &cpu, &insn)); /* ldm r2, {r0, r5, r9} */
	assert_true(insn_agrees(&insn, 0, 0x10002000U));
	assert_true(insn_agrees(&insn, 0, 0x1000200BU));
	assert_false(insn_agrees(&insn, 0, 0x1000200CU));
	assert_false(insn_agrees(&insn, 0, 0x10001FFFU));
	assert_false(insn_agrees(&insn, write, 0x10002000U));
	assert_true(insn_decode(0xE5C21000U, &cpu, &insn)); /* strb r1, [r2] */
	assert_true(insn_agrees(&insn, write, 0x10002000U));
	assert_false(insn_agrees(&insn, write, 0x10002001U));
}

static void test_thumb32(void **state)
{
	(void)state;
	assert_false(insn_is_thumb32(0x4901U));
	assert_false(insn_is_thumb32(0xE7FEU)); /* the 16-bit branch */
	assert_true(insn_is_thumb32(0xE8B2U));
	assert_true(insn_is_thumb32(0xF000U));
	assert_true(insn_is_thumb32(0xFFFFU));
}

static uint64_t rng_state = 0x9E3779B97F4A7C15U;

static uint32_t rng(void)
{
	rng_state ^= rng_state << 13;
	rng_state ^= rng_state >> 7;
	rng_state ^= rng_state << 17;
	return (uint32_t)(rng_state >> 16);
}

/* What holds for every decoded instruction. */
static void check_rules(const struct insn *insn, uint32_t opcode)
{
	uint32_t loads = 0;
	const struct insn_access *first = &insn->access[0];
	bool ok = insn->nr_accesses >= 1 && insn->nr_accesses <= INSN_MAX_ACCESSES;

	for (uint32_t i = 0; ok && i < insn->nr_accesses; i++) {
		const struct insn_access *a = &insn->access[i];

		ok = a->address == first->address + 4 * i && a->write == first->write &&
		     a->size == first->size && a->reg < 16 && (loads >> a->reg & 1) == 0;
		if (!a->write)
			loads |= 1U << a->reg;
		else if (a->size < 4)
			ok = ok && a->value >> (8 * a->size) == 0;
	}
	if (insn->writeback)
		ok = ok && insn->writeback_reg < 15 && (loads >> insn->writeback_reg & 1) == 0;
	ok = ok && (first->size == 1 || first->size == 2 || first->size == 4);
	ok = ok && (insn->nr_accesses == 1 || first->size == 4);
	if (!ok)
		fail_msg("opcode 0x%08x breaks a rule", opcode);
}

/* One opcode in one random state: decode it, and let it take its effect. */
static bool try_opcode(uint32_t opcode, uint32_t cpsr)
{
	uint32_t loaded[INSN_MAX_ACCESSES];
	struct insn_cpu cpu;
	struct insn insn;

	for (uint32_t i = 0; i < 16; i++) {
		cpu.r[i] = rng();
		loaded[i] = rng();
	}
	memset(cpu.usr, 0x5A, sizeof(cpu.usr));
	cpu.r[13] &= ~3U; /* so that no POP {pc} is refused for its address */
	cpu.r[15] &= (cpsr & CPSR_T) != 0 ? ~1U : ~3U;
	cpu.cpsr = cpsr;
	if (!insn_decode(opcode, &cpu, &insn))
		return false;
	check_rules(&insn, opcode);
	(void)insn_agrees(&insn, opcode, cpu.r[0]);
	insn_apply(&insn, loaded, &cpu);
	if ((cpu.r[15] & ((cpu.cpsr & CPSR_T) != 0 ? 1U : 3U)) != 0)
		fail_msg("opcode 0x%08x leaves a misaligned PC", opcode);
	return true;
}

static void test_random(void **state)
{
	uint32_t decoded = 0;

	(void)state;
	for (uint32_t opcode = 0; opcode < 0xE800U; opcode++)
		decoded += try_opcode(opcode, CPSR_T | CPSR_SVC);
	/* 5 blocks of 4096 (0101 to 1001), 2 of 2048 and PUSH, POP less the empty lists. */
	assert_int_equal(decoded, 2048 + 5 * 4096 + (4096 - 16) + (1024 - 2));
	for (uint32_t i = 0; i < 1000000; i++) {
		(void)try_opcode(rng(), rng() & ~CPSR_J);
		(void)try_opcode(0xE8000000U | rng(), (rng() & ~CPSR_J) | CPSR_T);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a32),
		cmocka_unit_test(test_t32),
		cmocka_unit_test(test_t32_dual_order),
		cmocka_unit_test(test_literal_alignment),
		cmocka_unit_test(test_usr_bank),
		cmocka_unit_test(test_big_endian),
		cmocka_unit_test(test_load_value),
		cmocka_unit_test(test_apply),
		cmocka_unit_test(test_it_block),
		cmocka_unit_test(test_cond),
		cmocka_unit_test(test_trap_cond),
		cmocka_unit_test(test_agrees),
		cmocka_unit_test(test_thumb32),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
