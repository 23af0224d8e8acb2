// SPDX-License-Identifier: BSD-2-Clause
/* PSCI 1.1 for guests, by HVC and SMC alike, and the discovery calls of SMCCC 1.1. */
#include "hyp/psci.h"

#include <stddef.h>

#include "hyp/sched.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

#define SUSPEND_RESERVED 0xfcfe0000u
#define RESET2_VENDOR 0x80000000u

typedef int32_t (*psci_function)(struct vcpu *v, uint32_t a1, uint32_t a2, uint32_t a3);

/* Affinity level 0 is the vCPU; there are no others. */
static struct vcpu *target_of(struct vcpu *v, uint32_t affinity)
{
	return affinity < v->vm->n_vcpus ? v->vm->vcpu[affinity] : NULL;
}

static int32_t version(struct vcpu *v, uint32_t a1, uint32_t a2, uint32_t a3)
{
	(void)v, (void)a1, (void)a2, (void)a3;
	return PSCI_1_1;
}

static int32_t smccc_version(struct vcpu *v, uint32_t a1, uint32_t a2, uint32_t a3)
{
	(void)v, (void)a1, (void)a2, (void)a3;
	return SMCCC_1_1;
}

/* A power-down state would lose the context, which a guest must be prepared not to happen (DEN0022D
 * 5.4.3): every state is a WFI. */
static int32_t cpu_suspend(struct vcpu *v, uint32_t power_state, uint32_t entry, uint32_t context)
{
	(void)entry, (void)context;
	if (power_state & SUSPEND_RESERVED)
		return PSCI_INVALID_PARAMETERS;
	sched_wait(v);
	return PSCI_SUCCESS;
}

static int32_t cpu_off(struct vcpu *v, uint32_t a1, uint32_t a2, uint32_t a3)
{
	struct vm_locked locked;

	(void)a1, (void)a2, (void)a3;
	/* The list registers are folded while it is still on: who turns it on again may do so as
	 * soon as the lock is free. */
	vcpu_unload(v);
	locked = vm_lock(v->vm);
	v->power = POWER_OFF;
	vm_unlock(locked);
	sched_remove(v, VCPU_OFF);
	return PSCI_SUCCESS;
}

/* No A32 code begins at 2 modulo 4: to go there by ERET would be UNPREDICTABLE. */
static bool is_executable(const struct vm *vm, uint32_t entry)
{
	return entry % 4 != 2 && config_find_region(vm->config, entry & ~1u, 2) != NULL;
}

/* Under one lock, because several CPUs may want the same one. */
static int32_t cpu_on(struct vcpu *v, uint32_t affinity, uint32_t entry, uint32_t context)
{
	struct vcpu *target = target_of(v, affinity);
	struct vgic_effects effects;
	struct vm_locked locked;
	int32_t result = PSCI_SUCCESS;

	vgic_effects_clear(&effects);
	if (target == NULL)
		return PSCI_INVALID_PARAMETERS;
	if (!is_executable(v->vm, entry))
		return PSCI_INVALID_ADDRESS;
	locked = vm_lock(v->vm);
	if (v->vm->state != VM_RUNNING)
		result = PSCI_DENIED;
	else if (target->power == POWER_ON)
		result = PSCI_ALREADY_ON;
	else if (target->power == POWER_ON_PENDING)
		result = PSCI_ON_PENDING;
	if (result == PSCI_SUCCESS) {
		target->power = POWER_ON_PENDING;
		target->start = (struct vcpu_start){ .entry = entry, .r = { context } };
		vgic_reset_vcpu(vm_vgic(locked), target->id, &effects);
	}
	vm_unlock(locked);
	virq_apply(v->vm, &effects);
	if (result == PSCI_SUCCESS)
		vcpu_post(target, EVENT_START);
	return result;
}

static int32_t affinity_info(struct vcpu *v, uint32_t affinity, uint32_t level, uint32_t a3)
{
	static const int32_t of_power[] = {
		[POWER_OFF] = PSCI_AFFINITY_OFF,
		[POWER_ON_PENDING] = PSCI_AFFINITY_ON_PENDING,
		[POWER_ON] = PSCI_AFFINITY_ON,
	};
	struct vcpu *target = target_of(v, affinity);
	struct vm_locked locked;
	int32_t result;

	(void)a3;
	if (target == NULL || level != 0)
		return PSCI_INVALID_PARAMETERS;
	locked = vm_lock(v->vm);
	result = of_power[target->power];
	vm_unlock(locked);
	return result;
}

static int32_t migrate_info_type(struct vcpu *v, uint32_t a1, uint32_t a2, uint32_t a3)
{
	(void)v, (void)a1, (void)a2, (void)a3;
	return PSCI_TOS_NOT_PRESENT;
}

static int32_t system_off(struct vcpu *v, uint32_t a1, uint32_t a2, uint32_t a3)
{
	(void)a1, (void)a2, (void)a3;
	vm_stop(v->vm, VM_STOP_OFF);
	return PSCI_SUCCESS;
}

static int32_t system_reset(struct vcpu *v, uint32_t a1, uint32_t a2, uint32_t a3)
{
	(void)a1, (void)a2, (void)a3;
	vm_stop(v->vm, VM_STOP_RESET);
	return PSCI_SUCCESS;
}

/* Type 0 is SYSTEM_WARM_RESET, bit 31 marks vendor types, of which there are none. */
static int32_t system_reset2(struct vcpu *v, uint32_t type, uint32_t cookie, uint32_t a3)
{
	(void)cookie, (void)a3;
	if (type != 0)
		return type & RESET2_VENDOR ? PSCI_NOT_SUPPORTED : PSCI_INVALID_PARAMETERS;
	vm_stop(v->vm, VM_STOP_RESET);
	return PSCI_SUCCESS;
}

static int32_t psci_features(struct vcpu *v, uint32_t id, uint32_t a2, uint32_t a3);
static int32_t arch_features(struct vcpu *v, uint32_t id, uint32_t a2, uint32_t a3);

static const struct {
	uint32_t id;
	psci_function function;
} functions[] = {
	{ PSCI_VERSION, version },
	{ PSCI_CPU_SUSPEND, cpu_suspend },
	{ PSCI_CPU_OFF, cpu_off },
	{ PSCI_CPU_ON, cpu_on },
	{ PSCI_AFFINITY_INFO, affinity_info },
	{ PSCI_MIGRATE_INFO_TYPE, migrate_info_type },
	{ PSCI_SYSTEM_OFF, system_off },
	{ PSCI_SYSTEM_RESET, system_reset },
	{ PSCI_FEATURES, psci_features },
	{ PSCI_SYSTEM_RESET2, system_reset2 },
	{ SMCCC_VERSION, smccc_version },
	{ SMCCC_ARCH_FEATURES, arch_features },
};

static psci_function find(uint32_t id)
{
	for (unsigned int i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (functions[i].id == id)
			return functions[i].function;
	return NULL;
}

static int32_t psci_features(struct vcpu *v, uint32_t id, uint32_t a2, uint32_t a3)
{
	(void)v, (void)a2, (void)a3;
	/* Of SMCCC only its version can be asked for here (DEN0022D 5.15). */
	if (id == SMCCC_ARCH_FEATURES)
		return PSCI_NOT_SUPPORTED;
	return find(id) != NULL ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

static int32_t arch_features(struct vcpu *v, uint32_t id, uint32_t a2, uint32_t a3)
{
	(void)v, (void)a2, (void)a3;
	return id == SMCCC_VERSION || id == SMCCC_ARCH_FEATURES ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

void psci_call(struct vcpu *v)
{
	psci_function function = find(v->r[0]);

	if (function == NULL) {
		v->vm->counters.bad_calls++;
		v->r[0] = (uint32_t)PSCI_NOT_SUPPORTED;
		return;
	}
	v->r[0] = (uint32_t)function(v, v->r[1], v->r[2], v->r[3]);
}
