/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What other VMs do for a VM, their client: stores that ring bells, MSI-X tables that are kept for
 * a device model, and accesses that are forwarded to one. doorbell/ has the rules; here they meet
 * the vGIC, the scheduler and the timer.
 */
#ifndef BELLHOP_HYP_CLIENT_H
#define BELLHOP_HYP_CLIENT_H

#include "doorbell/forward.h"
#include "doorbell/ioevent.h"
#include "doorbell/msix.h"
#include "doorbell/remote.h"
#include "doorbell/v2m.h"
#include "hyp/mmio.h"

struct config;
struct vcpu;
struct vm;
struct vm_locked;

/* Part of struct vm, and protected by its lock. */
struct client {
	struct ioevents ioevents;
	struct msix msix;
	struct v2m v2m; /* constant after boot */
	struct forward forward;
	struct remotes remotes; /* as a device model: what it has in its clients */
};

/* Ranges and the GICv2m frame of the description. At boot. */
void client_create(struct vm *vm, const struct config *all);

/* An access to a page that something of the above may be in. MMIO_PARKED: the vCPU waits. */
enum mmio_status client_read(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t *value);
enum mmio_status client_write(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t value);

/* A store that an ioevent takes. Eight bytes: what STRD does where it is one access. */
bool client_ioevent(struct vcpu *v, uint32_t ipa, uint32_t width, uint64_t value);

/*
 * v is loaded and about to run, and was parked: the access that it waits for goes on, if it has a
 * result. It may be parked again.
 */
void client_resume(struct vcpu *v);

/* EVENT_FORWARD: there may be a result. */
void client_wake(struct vcpu *v);

/* What was sent to a vector of vm. Takes the lock. */
void client_deliver_vector(struct vm *vm, struct bell_ref post);

/* A vCPU stopped; all of the VM did, and it may be reset. */
void client_stop_vcpu(struct vm_locked locked, unsigned int vcpu);
void client_reset(struct vm_locked locked);
/* vm stopped: what it had promised to its clients is off. Takes their locks, one by one. */
void client_server_gone(struct vm *vm);

#endif
