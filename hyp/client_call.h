/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls by which a device model serves its clients: IOEV_BIND, MMIO_*, MSIX_*, MSI_SIGNAL, and
 * what LIST and CLOSE do with their handles. arg[] is r1..r7; results go to result[], r1..r3.
 * No lock is held by the caller; each takes those that it needs, one VM's at a time.
 */
#ifndef BELLHOP_HYP_CLIENT_CALL_H
#define BELLHOP_HYP_CLIENT_CALL_H

#include <stdint.h>

#include "doorbell/doorbell.h"

struct vcpu;
struct vm;

int32_t client_ioev_bind(struct vcpu *v);
int32_t client_mmio_claim(struct vcpu *v);
int32_t client_mmio_get(struct vcpu *v);
int32_t client_mmio_complete(struct vcpu *v);
int32_t client_msi_signal(struct vcpu *v);
/* r1..r3 as of MSI_SIGNAL: whose frame, and the INTID that the message raises. */
int32_t client_find_message(const struct vcpu *v, struct vm **client, uint32_t *intid);
int32_t client_msix_register(struct vcpu *v);
int32_t client_msix_ctl(struct vcpu *v);
int32_t client_msix_bind(struct vcpu *v);

/* LIST and CLOSE for handles of BELLHOP_TYPE_MSIX and _CLAIM. */
int32_t client_list(struct vcpu *v);
int32_t client_close(struct vcpu *v);
/* The bell of this VM that a handle names (bell_own_ref()). */
int32_t client_find_bell(struct vcpu *v, uint32_t handle, struct bell_ref *bell);
/* It was closed: no client's store rings it any more. */
void client_forget_bell(struct vcpu *v, struct bell_ref bell);

#endif
