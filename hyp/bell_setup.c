// SPDX-License-Identifier: BSD-2-Clause
/* The calls that set doorbells up, connect them and take them down, and others that are rare. */
#include "bellhop/abi.h"
#include "doorbell/op.h"
#include "hyp/bell_internal.h"
#include "hyp/bells.h"
#include "hyp/client_call.h"
#include "hyp/irq.h"
#include "hyp/vcpu.h"

#define STEPS_A_LOOK 8u

int32_t bell_call_features(struct vcpu *v)
{
	uint32_t value = 0;

	return bell_set_result(v, bell_features(v->r[1], &value), value);
}

/* Of what a device model has in its clients, which is not among the doorbells. */
static bool is_remote(uint32_t type)
{
	return type == BELLHOP_TYPE_MSIX || type == BELLHOP_TYPE_CLAIM;
}

static int32_t list_bells(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t handle = 0;
	int32_t error = bell_list(&v->vm->bells, v->r[1], v->r[2], &handle);

	vm_unlock(locked);
	return bell_set_result(v, error, handle);
}

int32_t bell_call_list(struct vcpu *v)
{
	return is_remote(v->r[1]) ? client_list(v) : list_bells(v);
}

int32_t bell_call_find(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t handle = 0;
	int32_t error = bell_find(&v->vm->bells, v->r[1], v->r[2], &handle);

	vm_unlock(locked);
	return bell_set_result(v, error, handle);
}

/* With NOSPC the table that is full. */
static int32_t set_handle(struct vcpu *v, int32_t error, uint32_t handle)
{
	if (handle != 0)
		v->r[1] = handle;
	return error;
}

int32_t bell_call_create(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t handle = 0;
	int32_t error = bell_create(&v->vm->bells, v->r[1], bell_value_at(v, 2), &handle);

	vm_unlock(locked);
	return set_handle(v, error, handle);
}

int32_t bell_call_pollset_create(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t handle = 0;
	int32_t error = bell_pollset_create(&v->vm->bells, v->r[1], &handle);

	vm_unlock(locked);
	return set_handle(v, error, handle);
}

int32_t bell_call_bind_virq(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_bind_virq(&v->vm->bells, v->r[1], v->r[2], v->r[3], effects);

	bells_end(locked, effects);
	return error;
}

int32_t bell_call_pollset_add(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_pollset_add(&v->vm->bells, v->r[1], v->r[2], v->r[3], effects);

	bells_end(locked, effects);
	return error;
}

int32_t bell_call_pollset_del(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_pollset_del(&v->vm->bells, v->r[1], v->r[2], effects);

	bells_end(locked, effects);
	return error;
}

/* Unmasking may ring an irqfd of another VM. */
int32_t bell_call_mask(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t was = 0;
	int32_t error = bell_mask(&v->vm->bells, v->r[1], v->r[2], &was, effects);

	bells_end(locked, effects);
	bells_deliver(v->cpu);
	return bell_set_result(v, error, was);
}

int32_t bell_call_stats(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_stats(&v->vm->bells, v->r[1], &v->r[1]);

	vm_unlock(locked);
	return error;
}

int32_t bell_call_poll(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t bits = 0;
	int32_t error = bell_poll(&v->vm->bells, v->r[1], &bits);

	vm_unlock(locked);
	return bell_set_result(v, error, bits);
}

int32_t bell_call_irq_set_level(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked;
	int32_t error = bell_may_serve(&v->vm->bells, v->r[1]);

	if (error != BELLHOP_OK)
		return error;
	locked = vm_lock(vms[v->r[1]]);
	error = bell_set_level(&locked.vm->bells, v->r[2], v->r[3], effects);
	bells_end(locked, effects);
	return error;
}

/* A call that concerns several VMs. A CLOSE can have hundreds of steps: interrupts are looked at in
 * between, which is the only place where this is done with a lock held, the control lock. */
static int32_t operate(struct vcpu *v, const uint32_t arg[7])
{
	struct bell_effects *effects = &v->cpu->bells;
	struct bell_op op;
	unsigned int vm;

	spin_lock(&bells_control);
	bell_op_begin(&op, &v->vm->bells, v->r[0], arg);
	for (unsigned int n = 1; bell_op_next(&op, &vm); n++) {
		struct vm_locked locked = vm_lock(vms[vm]);

		bell_op_step(&op, &locked.vm->bells, effects);
		bells_end(locked, effects);
		if (n % STEPS_A_LOOK == 0)
			irq_poll(v->cpu);
	}
	spin_unlock(&bells_control);
	bells_deliver(v->cpu);
	return set_handle(v, op.error, op.result);
}

int32_t bell_call_operate(struct vcpu *v)
{
	return operate(v, &v->r[1]);
}

/* An irqfd, as of IRQ_BIND: the message says which INTID of the frame. */
int32_t bell_call_msi_bind(struct vcpu *v)
{
	uint32_t arg[7] = { [0] = v->r[1], [2] = v->r[4], [4] = v->r[5] };
	struct vm *client;
	int32_t error = client_find_message(v, &client, &arg[1]);

	return error == BELLHOP_OK ? operate(v, arg) : error;
}

/* Stores of clients that ring a bell are forgotten with it: behind the close, because until then
 * another vCPU may bind one. */
int32_t bell_call_close(struct vcpu *v)
{
	struct bell_ref bell;
	int32_t found, error;

	if (is_remote(BELLHOP_HANDLE_TYPE(v->r[1])))
		return client_close(v);
	found = client_find_bell(v, v->r[1], &bell);
	error = bell_call_operate(v);
	if (found == BELLHOP_OK) {
		irq_poll(v->cpu);
		client_forget_bell(v, bell);
	}
	return error;
}

/* DEN0028, section 6.2. */
void bell_call_standard(struct vcpu *v)
{
	static const uint32_t uid[] = { BELLHOP_UID_0, BELLHOP_UID_1, BELLHOP_UID_2,
					BELLHOP_UID_3 };

	if (v->r[0] == BELLHOP_UID) {
		for (unsigned int i = 0; i < 4; i++)
			v->r[i] = uid[i];
	} else if (v->r[0] == BELLHOP_REVISION) {
		v->r[0] = BELLHOP_ABI_MAJOR;
		v->r[1] = BELLHOP_ABI_MINOR;
	} else {
		v->r[0] = (uint32_t)BELLHOP_NOT_SUPPORTED;
		v->vm->counters.bad_calls++;
	}
}
