// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/client_internal.h"

#include "hyp/bells.h"
#include "hyp/config.h"
#include "hyp/panic.h"
#include "hyp/sched.h"
#include "hyp/timer.h"
#include "hyp/trap.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

static const struct config *description;

bool client_is_taken(const struct vm *client, uint32_t ipa, uint32_t size)
{
	return config_is_taken(description, client->index, ipa, size);
}

void client_create(struct vm *vm, const struct config *all)
{
	const struct vm_config *config = vm->config;

	description = all;
	if (config->n_msi_spis != 0) {
		mmio_map_client(&vm->mmio, GUEST_V2M_IPA, GUEST_V2M_SIZE);
		vm->client.v2m = (struct v2m){ .ipa = GUEST_V2M_IPA,
					       .first_intid = GUEST_V2M_INTID,
					       .n_intids = config->n_msi_spis };
	}
	for (unsigned int i = 0; i < config->n_devices; i++) {
		const struct device_config *device = &config->device[i];
		const struct forward_config range = {
			.ipa = device->ipa,
			.size = device->size,
			.server = device->server,
			.zeros = device->zeros,
			.patience = timer_ticks(device->timeout_ms * 1000u),
		};

		if (!forward_describe(&vm->client.forward, &range))
			panic("devices of %s: limits exceeded", config->name);
		mmio_map_client(&vm->mmio, range.ipa, range.size);
	}
}

void client_send_messages(struct vm_locked locked, struct msix_device *device)
{
	struct vm *vm = locked.vm;
	struct vgic_effects effects;
	uint32_t intid;

	vgic_effects_clear(&effects);
	while (msix_take(device, &vm->client.v2m, &intid))
		vgic_pulse(vm_vgic(locked), 0, intid, &effects);
	vm_unlock(locked);
	virq_apply(vm, &effects);
}

void client_raise(struct vm *vm, uint32_t intid)
{
	struct vgic_effects effects;
	struct vm_locked locked = vm_lock(vm);

	vgic_effects_clear(&effects);
	vgic_pulse(vm_vgic(locked), 0, intid, &effects);
	vm_unlock(locked);
	virq_apply(vm, &effects);
}

/* The bell is one of who registered the function: of another VM, and looked at without its lock. */
void client_deliver_vector(struct vm *vm, struct bell_ref post)
{
	struct vm_locked locked = vm_lock(vm);
	uint32_t vector = post.index % BELL_VECTORS;
	struct msix_device *device = &vm->client.msix.device[vector / BELLHOP_MAX_MSIX_VECTORS];

	if (device->id != post.id || !bell_sends(&vms[device->config.server]->bells, post)) {
		vm_unlock(locked);
		return;
	}
	msix_signal(device, vector % BELLHOP_MAX_MSIX_VECTORS);
	client_send_messages(locked, device);
}

static inline bool ring_by_store(struct vcpu *v, uint32_t ipa, uint32_t width, uint64_t value)
{
	const struct ioevents *events = &v->vm->client.ioevents;
	uint32_t bucket = ioevent_bucket(ipa);
	struct vm_locked locked;
	const struct ioevent *event;
	uint32_t id, serial;
	uint32_t home;

	/* Without the lock: no event, or one that is added this very moment. */
	if (events->bucket[bucket] == 0)
		return false;
	locked = vm_lock(v->vm);
	event = ioevent_match(events, bucket, ipa, width, value);
	if (event == NULL) {
		vm_unlock(locked);
		return false;
	}
	id = event->bell.id;
	home = event->bell.vm;
	if (home != v->vm->index) {
		serial = event->serial;
		vm_unlock(locked);
		locked = vm_lock(vms[home]);
		/* Who unbinds takes this lock before he returns, see vm_pass(). */
		if (__atomic_load_n(&event->serial, __ATOMIC_RELAXED) != serial) {
			vm_unlock(locked);
			return true;
		}
	}
	bells_ring(v->cpu, locked, id);
	return true;
}

bool client_ioevent(struct vcpu *v, uint32_t ipa, uint32_t width, uint64_t value)
{
	return ring_by_store(v, ipa, width, value);
}

/*
 * What was sent before is pending by now; the kick that tells this CPU of it may still be on its
 * way, so it looks itself.
 */
static void access_msix(struct vm_locked locked, struct vcpu *v, struct msix_device *device,
			struct forward_access *access)
{
	if (access->write)
		msix_write(device, access->ipa, access->width, access->value);
	else
		access->value = (uint32_t)msix_read(device, access->ipa, access->width);
	if (vgic_cpu_needs_fill(v->gic))
		v->cpu->work |= WORK_SYNC;
	client_send_messages(locked, device);
}

static bool access_v2m(struct vcpu *v, struct forward_access *access)
{
	const struct v2m *frame = &v->vm->client.v2m;
	uint32_t offset = access->ipa - frame->ipa;
	uint32_t intid;

	if (frame->n_intids == 0 || offset >= V2M_FRAME_SIZE)
		return false;
	if (!access->write) {
		access->value = v2m_read(frame, offset, access->width);
		return true;
	}
	intid = v2m_write(frame, offset, access->width, access->value);
	if (intid != V2M_NOTHING)
		client_raise(v->vm, intid);
	return true;
}

static void park(struct vcpu *v)
{
	v->access.pending = true;
	sched_remove(v, VCPU_PARKED);
}

/*
 * The vCPU is off its ready ring before the device model hears of it; an answer that is quicker
 * than this CPU is an event that it takes later.
 */
static void forward(struct vm_locked locked, struct vcpu *v, uint32_t claim,
		    const struct forward_access *access)
{
	struct forward *f = &v->vm->client.forward;
	struct bell_ref bell;
	bool ring = forward_begin(f, v->id, claim, access, timer_now(), &bell);
	uint32_t id = f->claim[claim].id;

	timer_set_deadline(v, f->request[v->id].deadline);
	park(v);
	vm_unlock(locked);
	if (!ring)
		return;
	locked = vm_lock(vms[bell.vm]);
	/* Who closes the claim takes this lock before he returns, see vm_pass(). */
	if (__atomic_load_n(&f->claim[claim].id, __ATOMIC_RELAXED) == id)
		bells_ring(v->cpu, locked, bell.id);
	else
		vm_unlock(locked);
}

/* In a page where a device of ours is, too, nobody can claim anything. */
static enum mmio_status access_own(struct vcpu *v, const struct mmio_device *device,
				   struct forward_access *access)
{
	if (access->write)
		return device->write(v, access->ipa, access->width, access->value);
	return device->read(v, access->ipa, access->width, &access->value);
}

static enum mmio_status access_locked(struct vm_locked locked, struct vcpu *v,
				      struct forward_access *access)
{
	struct client *client = &v->vm->client;
	struct msix_device *device = msix_find(&client->msix, access->ipa, access->width);
	uint32_t claim;

	if (device != NULL) {
		access_msix(locked, v, device, access);
		return MMIO_OK;
	}
	claim = forward_find(&client->forward, access->ipa, access->width);
	if (claim != FORWARD_NO_CLAIM) {
		forward(locked, v, claim, access);
		return MMIO_PARKED;
	}
	vm_unlock(locked);
	v->vm->counters.raz_wi++;
	access->value = 0;
	return MMIO_OK;
}

static enum mmio_status access_client(struct vcpu *v, struct forward_access *access)
{
	const struct mmio_device *own = mmio_own(v->vm, access->ipa);

	if (own != NULL)
		return access_own(v, own, access);
	if (access_v2m(v, access))
		return MMIO_OK;
	return access_locked(vm_lock(v->vm), v, access);
}

enum mmio_status client_read(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t *value)
{
	struct forward_access access = { .ipa = ipa, .width = (uint8_t)width };
	enum mmio_status status = access_client(v, &access);

	*value = access.value;
	return status;
}

static enum mmio_status __attribute__((noinline))
write_further(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t value)
{
	struct forward_access access = {
		.ipa = ipa, .width = (uint8_t)width, .write = true, .value = value
	};

	return access_client(v, &access);
}

/* Doorbells are rung often, so that the rest is kept apart. */
enum mmio_status client_write(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t value)
{
	if (!v->access.half && ring_by_store(v, ipa, width, value))
		return MMIO_OK;
	return write_further(v, ipa, width, value);
}

void client_wake(struct vcpu *v)
{
	if (v->state == VCPU_PARKED)
		sched_ready(v);
}

void client_resume(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t value = 0;
	enum forward_result result =
		forward_finish(&v->vm->client.forward, v->id, timer_now(), &value);

	vm_unlock(locked);
	if (result == FORWARD_WAITS) {
		park(v);
		return;
	}
	v->deadline = TIMER_NEVER;
	v->access.pending = false;
	abort_resume(v, result == FORWARD_ABORT ? MMIO_ABORT : MMIO_OK, value);
}

void client_stop_vcpu(struct vm_locked locked, unsigned int vcpu)
{
	forward_cancel(&locked.vm->client.forward, vcpu);
}

/* Device models hear of it by the bells of their claims, as WORK_BELLS. */
static void tell_servers(struct forward *forward)
{
	struct cpu *cpu = this_cpu();

	for (uint32_t left = forward_reset(forward); left != 0; left &= left - 1)
		bell_add_post(&cpu->bells, &forward->claim[__builtin_ctz(left)].bell);
	if (cpu->bells.n_posts != 0)
		cpu->work |= WORK_BELLS;
}

void client_reset(struct vm_locked locked)
{
	struct msix *msix = &locked.vm->client.msix;

	tell_servers(&locked.vm->client.forward);
	for (unsigned int i = 0; i < BELLHOP_MAX_MSIX; i++)
		if (msix->device[i].id != 0)
			msix_reset(&msix->device[i]);
}

void client_server_gone(struct vm *vm)
{
	struct vm_locked locked = vm_lock(vm);

	for (unsigned int i = 0; i < BELLHOP_MAX_CLAIMS; i++)
		remote_close(&vm->client.remotes.claim[i]);
	vm_unlock(locked);
	for (unsigned int i = 0; i < n_vms; i++) {
		uint32_t failed;

		if ((vm->config->serves & 1u << i) == 0)
			continue;
		locked = vm_lock(vms[i]);
		failed = forward_server_gone(&vms[i]->client.forward, vm->index);
		vm_unlock(locked);
		for (; failed != 0; failed &= failed - 1)
			vcpu_post(vms[i]->vcpu[__builtin_ctz(failed)], EVENT_FORWARD);
	}
}
