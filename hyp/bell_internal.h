/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by hyp/bell_*.c: handlers of calls. Each returns r0; results go to v->r[1..3], and are set
 * only where there are some. */
#ifndef BELLHOP_HYP_BELL_INTERNAL_H
#define BELLHOP_HYP_BELL_INTERNAL_H

#include "bellhop/abi.h"
#include "hyp/vcpu.h"

static inline int32_t bell_set_result(struct vcpu *v, int32_t error, uint32_t value)
{
	if (error == BELLHOP_OK)
		v->r[1] = value;
	return error;
}

/* A value of 64 bits in two registers. */
static inline uint64_t bell_value_at(const struct vcpu *v, unsigned int n)
{
	return v->r[n] | (uint64_t)v->r[n + 1] << 32;
}

/* bell_setup.c: the calls of these names. */
int32_t bell_call_features(struct vcpu *v);
int32_t bell_call_list(struct vcpu *v);
int32_t bell_call_find(struct vcpu *v);
int32_t bell_call_create(struct vcpu *v);
int32_t bell_call_pollset_create(struct vcpu *v);
int32_t bell_call_bind_virq(struct vcpu *v);
int32_t bell_call_pollset_add(struct vcpu *v);
int32_t bell_call_pollset_del(struct vcpu *v);
int32_t bell_call_close(struct vcpu *v);
int32_t bell_call_mask(struct vcpu *v);
int32_t bell_call_stats(struct vcpu *v);
int32_t bell_call_poll(struct vcpu *v);
int32_t bell_call_irq_set_level(struct vcpu *v);
/* A call that concerns several VMs. */
int32_t bell_call_operate(struct vcpu *v);
int32_t bell_call_msi_bind(struct vcpu *v);
/* Not one of ours: the general calls of SMCCC, and what nobody serves. */
void bell_call_standard(struct vcpu *v);

#endif
