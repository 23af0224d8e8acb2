// SPDX-License-Identifier: BSD-2-Clause
#include "exception.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu.h"
#include "gic.h"

struct armed {
	uintptr_t sp; /* 0: no fault expected */
	struct fault *out;
};

static struct armed armed[GUEST_MAX_VCPUS];
static void (*svc_handler)(struct exception_frame *frame);

void fault_arm(uintptr_t sp, struct fault *out)
{
	armed[cpu_index()] = (struct armed){ .sp = sp, .out = out };
	__asm__ volatile("" ::: "memory");
}

void fault_disarm(void)
{
	armed[cpu_index()].sp = 0;
}

void exception_set_svc(void (*handler)(struct exception_frame *frame))
{
	svc_handler = handler;
}

static void read_status(const struct exception_frame *frame, struct fault *out)
{
	out->vector = (enum exception_vector)frame->vector;
	out->lr = frame->lr;
	out->spsr = frame->spsr;
	out->cpsr = frame->entry_cpsr;
	for (unsigned int i = 0; i < 13; i++)
		out->r[i] = frame->r[i];
	out->fsr = 0;
	out->far = 0;
	if (frame->vector == VECTOR_DABT) {
		out->fsr = cp15_read(0, 5, 0, 0);
		out->far = cp15_read(0, 6, 0, 0);
	} else if (frame->vector == VECTOR_PABT) {
		out->fsr = cp15_read(0, 5, 0, 1);
		out->far = cp15_read(0, 6, 0, 2);
	}
}

static void unexpected(const struct exception_frame *frame)
{
	static const char *const name[] = { "reset",	  "undefined instruction",
					    "svc",	  "prefetch abort",
					    "data abort", "hyp",
					    "irq",	  "fiq" };
	struct fault f;

	read_status(frame, &f);
	printf("Bail out! %s on vcpu %u: lr=%08" PRIx32 " spsr=%08" PRIx32 " fsr=%08" PRIx32
	       " far=%08" PRIx32 " r0=%08" PRIx32 " lr_svc=%08" PRIx32 "\n",
	       name[frame->vector & 7], cpu_index(), f.lr, f.spsr, f.fsr, f.far, frame->r[0],
	       frame->lr_svc);
	exit(1);
}

static bool take_expected(struct exception_frame *frame)
{
	struct armed *a = &armed[cpu_index()];

	if (a->sp == 0)
		return false;
	read_status(frame, a->out);
	frame->r[0] = a->sp;
	frame->lr = (uintptr_t)fault_unwind;
	frame->spsr = CPSR_A | CPSR_I | CPSR_F | MODE_SVC;
	a->sp = 0;
	return true;
}

void exception_dispatch(struct exception_frame *frame)
{
	if (frame->vector == VECTOR_IRQ) {
		gic_dispatch();
	} else if (frame->vector == VECTOR_SVC && svc_handler) {
		svc_handler(frame);
	} else if (frame->vector == VECTOR_SVC || frame->vector == VECTOR_FIQ ||
		   !take_expected(frame)) {
		unexpected(frame);
	}
}

struct access {
	uintptr_t address;
	unsigned int size;
	uint32_t value;
};

static void do_read(void *arg)
{
	struct access *a = arg;

	if (a->size == 1)
		a->value = *(volatile uint8_t *)a->address;
	else if (a->size == 2)
		a->value = *(volatile uint16_t *)a->address;
	else
		a->value = *(volatile uint32_t *)a->address;
	dsb();
}

static void do_write(void *arg)
{
	struct access *a = arg;

	if (a->size == 1)
		*(volatile uint8_t *)a->address = (uint8_t)a->value;
	else if (a->size == 2)
		*(volatile uint16_t *)a->address = (uint16_t)a->value;
	else
		*(volatile uint32_t *)a->address = a->value;
	dsb();
}

static void do_call(void *arg)
{
	void (*fn)(void) = (void (*)(void))(*(uintptr_t *)arg);

	fn();
}

bool fault_read(uintptr_t address, unsigned int size, uint32_t *value, struct fault *out)
{
	struct access a = { .address = address, .size = size };

	if (fault_try(do_read, &a, out))
		return true;
	*value = a.value;
	return false;
}

bool fault_write(uintptr_t address, unsigned int size, uint32_t value, struct fault *out)
{
	struct access a = { .address = address, .size = size, .value = value };

	return fault_try(do_write, &a, out);
}

bool fault_call(uintptr_t address, struct fault *out)
{
	return fault_try(do_call, &address, out);
}
