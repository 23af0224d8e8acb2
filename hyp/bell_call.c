// SPDX-License-Identifier: BSD-2-Clause
/* The calls of include/bellhop/abi.h, as a table. */
#include "bellhop/abi.h"
#include "hyp/bell_internal.h"
#include "hyp/bells.h"
#include "hyp/client_call.h"
#include "hyp/vcpu.h"

/* Returns r0; results go to v->r[1..3], and are set only where there are some. */
typedef int32_t (*call_handler)(struct vcpu *v);

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
	return signal_value(v, bell_value_at(v, 2));
}

/* The rest of the call is a WAIT or TAKE, also when it is taken again after an interrupt. */
static int32_t signal_and(struct vcpu *v, uint32_t rest)
{
	int32_t error = signal_value(v, 1);

	if (error != BELLHOP_OK)
		return error;
	v->r[0] = rest;
	v->r[1] = v->r[2];
	v->r[2] = v->r[3];
	v->r[3] = v->r[4];
	return bell_call_wait(v);
}

static int32_t signal_and_wait(struct vcpu *v)
{
	return signal_and(v, BELLHOP_WAIT);
}

static int32_t signal_and_take(struct vcpu *v)
{
	return signal_and(v, BELLHOP_TAKE);
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
	return bell_set_result(v, error, status);
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
	return bell_set_result(v, error, status);
}

#define N(call) [(call)-BELLHOP_CALL(0)]
static const call_handler calls[BELLHOP_N_CALLS] = {
	N(BELLHOP_FEATURES) = bell_call_features,
	N(BELLHOP_LIST) = bell_call_list,
	N(BELLHOP_FIND) = bell_call_find,
	N(BELLHOP_SIGNAL_AND_TAKE) = signal_and_take,
	N(BELLHOP_CREATE) = bell_call_create,
	N(BELLHOP_CLOSE) = bell_call_close,
	N(BELLHOP_SIGNAL) = signal,
	N(BELLHOP_READ) = read_bell,
	N(BELLHOP_MASK) = bell_call_mask,
	N(BELLHOP_BIND_VIRQ) = bell_call_bind_virq,
	N(BELLHOP_PEEK) = peek,
	N(BELLHOP_WAIT) = bell_call_wait,
	N(BELLHOP_POLLSET_CREATE) = bell_call_pollset_create,
	N(BELLHOP_POLLSET_ADD) = bell_call_pollset_add,
	N(BELLHOP_POLLSET_DEL) = bell_call_pollset_del,
	N(BELLHOP_POLL) = bell_call_poll,
	N(BELLHOP_GRANT) = bell_call_operate,
	N(BELLHOP_REVOKE) = bell_call_operate,
	N(BELLHOP_SIGNAL_AND_WAIT) = signal_and_wait,
	N(BELLHOP_TAKE) = bell_call_wait,
	N(BELLHOP_IRQ_BIND) = bell_call_operate,
	N(BELLHOP_IRQ_SET_LEVEL) = bell_call_irq_set_level,
	N(BELLHOP_EOI_BIND) = bell_call_operate,
	N(BELLHOP_MSI_SIGNAL) = client_msi_signal,
	N(BELLHOP_MSI_BIND) = bell_call_msi_bind,
	N(BELLHOP_IOEV_BIND) = client_ioev_bind,
	N(BELLHOP_MMIO_CLAIM) = client_mmio_claim,
	N(BELLHOP_MMIO_GET) = client_mmio_get,
	N(BELLHOP_MMIO_COMPLETE) = client_mmio_complete,
	N(BELLHOP_MSIX_REGISTER) = client_msix_register,
	N(BELLHOP_MSIX_CTL) = client_msix_ctl,
	N(BELLHOP_MSIX_BIND) = client_msix_bind,
	N(BELLHOP_STATS) = bell_call_stats,
};

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
		bell_call_standard(v);
		return;
	}
	result = calls[n](v);
	v->r[0] = (uint32_t)result;
	if (result < BELLHOP_OK)
		count_mistake(v->vm, result);
}
