// SPDX-License-Identifier: BSD-2-Clause
/* The calls of include/bellhop/abi.h, as a table. */
#include "bellhop/abi.h"
#include "doorbell/op.h"
#include "hyp/bells.h"
#include "hyp/client_call.h"
#include "hyp/vcpu.h"

/* Returns r0; results go to v->r[1..3], and are set only where there are some. */
typedef int32_t (*call_handler)(struct vcpu *v);

static int32_t set_result(struct vcpu *v, int32_t error, uint32_t value)
{
	if (error == BELLHOP_OK)
		v->r[1] = value;
	return error;
}

static uint64_t value_at(const struct vcpu *v, unsigned int n)
{
	return v->r[n] | (uint64_t)v->r[n + 1] << 32;
}

static int32_t features(struct vcpu *v)
{
	uint32_t value = 0;

	return set_result(v, bell_features(v->r[1], &value), value);
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
	return set_result(v, error, handle);
}

static int32_t list(struct vcpu *v)
{
	return is_remote(v->r[1]) ? client_list(v) : list_bells(v);
}

static int32_t find(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t handle = 0;
	int32_t error = bell_find(&v->vm->bells, v->r[1], v->r[2], &handle);

	vm_unlock(locked);
	return set_result(v, error, handle);
}

/* With NOSPC the table that is full. */
static int32_t set_handle(struct vcpu *v, int32_t error, uint32_t handle)
{
	if (handle != 0)
		v->r[1] = handle;
	return error;
}

static int32_t create(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t handle = 0;
	int32_t error = bell_create(&v->vm->bells, v->r[1], value_at(v, 2), &handle);

	vm_unlock(locked);
	return set_handle(v, error, handle);
}

static int32_t pollset_create(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t handle = 0;
	int32_t error = bell_pollset_create(&v->vm->bells, v->r[1], &handle);

	vm_unlock(locked);
	return set_handle(v, error, handle);
}

/* What a peer handle names. The VM that it is in is another one: two locks, one after the other. */
static int32_t resolve(struct vcpu *v, uint32_t right, struct bell_ref *bell)
{
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_resolve_peer(&v->vm->bells, v->r[1], right, bell);

	vm_unlock(locked);
	return error;
}

static int32_t signal_peer(struct vcpu *v, uint64_t value)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked;
	struct bell_ref bell;
	int32_t result = resolve(v, BELLHOP_RIGHT_SIGNAL, &bell);

	if (result != BELLHOP_OK)
		return result;
	locked = vm_lock(vms[bell.vm]);
	result = bell_signal_from(&locked.vm->bells, bell, v->vm->index, value, effects);
	bells_end(locked, effects);
	return result;
}

static inline int32_t signal_own(struct vcpu *v, uint64_t value)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	int32_t result = bell_signal(&v->vm->bells, v->r[1], value, effects);

	bells_end(locked, effects);
	return result;
}

static inline int32_t signal_value(struct vcpu *v, uint64_t value)
{
	int32_t result = BELLHOP_HANDLE_TYPE(v->r[1]) == BELLHOP_TYPE_PEER ? signal_peer(v, value) :
									     signal_own(v, value);

	if (v->cpu->bells.n_posts != 0)
		bells_deliver(v->cpu);
	if (result < BELLHOP_OK)
		return result;
	v->r[1] = (uint32_t)result;
	return BELLHOP_OK;
}

static int32_t signal(struct vcpu *v)
{
	return signal_value(v, value_at(v, 2));
}

/* The rest of the call is a WAIT, also when it is taken again after an interrupt. */
static int32_t signal_and_wait(struct vcpu *v)
{
	int32_t error = signal_value(v, 1);

	if (error != BELLHOP_OK)
		return error;
	v->r[0] = BELLHOP_WAIT;
	v->r[1] = v->r[2];
	v->r[2] = v->r[3];
	v->r[3] = v->r[4];
	return bell_call_wait(v);
}

static int32_t read_bell(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	uint64_t value = 0;
	uint32_t status = 0;
	int32_t error = bell_read(&v->vm->bells, v->r[1], &value, &status, effects);

	bells_end(locked, effects);
	if (error != BELLHOP_OK)
		return error;
	v->r[1] = (uint32_t)value;
	v->r[2] = (uint32_t)(value >> 32);
	v->r[3] = status;
	return BELLHOP_OK;
}

/* Unmasking may ring an irqfd of another VM. */
static int32_t mask(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t was = 0;
	int32_t error = bell_mask(&v->vm->bells, v->r[1], v->r[2], &was, effects);

	bells_end(locked, effects);
	bells_deliver(v->cpu);
	return set_result(v, error, was);
}

static int32_t bind_virq(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_bind_virq(&v->vm->bells, v->r[1], v->r[2], v->r[3], effects);

	bells_end(locked, effects);
	return error;
}

static int32_t __attribute__((noinline)) peek_peer(struct vcpu *v)
{
	struct vm_locked locked;
	struct bell_ref bell;
	uint32_t status = 0;
	int32_t error = resolve(v, BELLHOP_RIGHT_PEEK, &bell);

	if (error != BELLHOP_OK)
		return error;
	locked = vm_lock(vms[bell.vm]);
	error = bell_peek_from(&locked.vm->bells, bell, v->vm->index, &status);
	vm_unlock(locked);
	return set_result(v, error, status);
}

static int32_t peek(struct vcpu *v)
{
	struct vm_locked locked;
	uint32_t status = 0;
	int32_t error;

	if (BELLHOP_HANDLE_TYPE(v->r[1]) == BELLHOP_TYPE_PEER)
		return peek_peer(v);
	locked = vm_lock(v->vm);
	error = bell_peek(&v->vm->bells, v->r[1], &status);
	vm_unlock(locked);
	return set_result(v, error, status);
}

static int32_t pollset_add(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_pollset_add(&v->vm->bells, v->r[1], v->r[2], v->r[3], effects);

	bells_end(locked, effects);
	return error;
}

static int32_t pollset_del(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_pollset_del(&v->vm->bells, v->r[1], v->r[2], effects);

	bells_end(locked, effects);
	return error;
}

static int32_t poll(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t bits = 0;
	int32_t error = bell_poll(&v->vm->bells, v->r[1], &bits);

	vm_unlock(locked);
	return set_result(v, error, bits);
}

static int32_t irq_set_level(struct vcpu *v)
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

/* A call that concerns several VMs. */
static int32_t operate(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct bell_op op;
	unsigned int vm;

	spin_lock(&bells_control);
	bell_op_begin(&op, &v->vm->bells, v->r[0], &v->r[1]);
	while (bell_op_next(&op, &vm)) {
		struct vm_locked locked = vm_lock(vms[vm]);

		bell_op_step(&op, &locked.vm->bells, effects);
		bells_end(locked, effects);
	}
	spin_unlock(&bells_control);
	bells_deliver(v->cpu);
	return set_handle(v, op.error, op.result);
}

/* Stores of clients that ring a bell are forgotten with it. */
static int32_t close(struct vcpu *v)
{
	struct vm_locked locked;
	struct bell_ref bell;
	int32_t error;

	if (is_remote(BELLHOP_HANDLE_TYPE(v->r[1])))
		return client_close(v);
	locked = vm_lock(v->vm);
	error = bell_own_ref(&v->vm->bells, v->r[1], &bell);
	vm_unlock(locked);
	if (error == BELLHOP_OK)
		client_forget_bell(v, bell);
	return operate(v);
}

#define N(call) [(call)-BELLHOP_CALL(0)]
static const call_handler calls[BELLHOP_N_CALLS] = {
	N(BELLHOP_FEATURES) = features,
	N(BELLHOP_LIST) = list,
	N(BELLHOP_FIND) = find,
	N(BELLHOP_CREATE) = create,
	N(BELLHOP_CLOSE) = close,
	N(BELLHOP_SIGNAL) = signal,
	N(BELLHOP_READ) = read_bell,
	N(BELLHOP_MASK) = mask,
	N(BELLHOP_BIND_VIRQ) = bind_virq,
	N(BELLHOP_PEEK) = peek,
	N(BELLHOP_WAIT) = bell_call_wait,
	N(BELLHOP_POLLSET_CREATE) = pollset_create,
	N(BELLHOP_POLLSET_ADD) = pollset_add,
	N(BELLHOP_POLLSET_DEL) = pollset_del,
	N(BELLHOP_POLL) = poll,
	N(BELLHOP_GRANT) = operate,
	N(BELLHOP_REVOKE) = operate,
	N(BELLHOP_SIGNAL_AND_WAIT) = signal_and_wait,
	N(BELLHOP_IRQ_BIND) = operate,
	N(BELLHOP_IRQ_SET_LEVEL) = irq_set_level,
	N(BELLHOP_EOI_BIND) = operate,
	N(BELLHOP_MSI_SIGNAL) = client_msi_signal,
	N(BELLHOP_IOEV_BIND) = client_ioev_bind,
	N(BELLHOP_MMIO_CLAIM) = client_mmio_claim,
	N(BELLHOP_MMIO_GET) = client_mmio_get,
	N(BELLHOP_MMIO_COMPLETE) = client_mmio_complete,
	N(BELLHOP_MSIX_REGISTER) = client_msix_register,
	N(BELLHOP_MSIX_CTL) = client_msix_ctl,
	N(BELLHOP_MSIX_BIND) = client_msix_bind,
};

/* DEN0028, section 6.2. */
static void standard_call(struct vcpu *v)
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

/* Not what a guest asks for: is it empty, is there another one. Nor the number of a WAIT. */
static void count_mistake(struct vm *vm, int32_t result)
{
	if (result >= BELLHOP_PIPE && result != BELLHOP_AGAIN && result != BELLHOP_NOENT)
		vm->counters.refused++;
}

void bell_call(struct vcpu *v)
{
	uint32_t n = v->r[0] - BELLHOP_CALL(0);
	int32_t result;

	if (n >= BELLHOP_N_CALLS || calls[n] == NULL) {
		standard_call(v);
		return;
	}
	result = calls[n](v);
	v->r[0] = (uint32_t)result;
	if (result < BELLHOP_OK)
		count_mistake(v->vm, result);
}
