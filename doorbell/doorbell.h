/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doorbells: objects that are signalled, and what they drive (include/bellhop/abi.h, docs/abi.md).
 *
 * Pure functions over values, like vgic/. A bell lives in the VM that created it, its home; an
 * irqfd in the VM that it interrupts; a link (resamplefd, eoifd) in the home of the bell that it
 * signals. What has to happen in another VM comes back as a post: a reference with an id that was
 * never used before. Whoever delivers it locks that VM, and bell_deliver() believes it only if the
 * object there still has the id. So nothing that was in flight has an effect after its connection
 * was cut, and nobody waits for anything in flight.
 *
 * Locking: every function needs the lock of the VM whose doorbells it gets, but for bells_init()
 * and where it says otherwise. A bell_op needs the control lock besides (op.h).
 */
#ifndef BELLHOP_DOORBELL_DOORBELL_H
#define BELLHOP_DOORBELL_DOORBELL_H

#include <stdbool.h>
#include <stdint.h>

#include "bellhop/abi.h"

#define BELL_FIRST_INTID 32u /* inputs are SPIs */
#define BELL_MAX_INTIDS 1020u
#define BELL_MAX_VMS 16u

/* Something in a VM, by number. */
enum bell_ref_kind { REF_NONE, REF_BELL, REF_IRQFD, REF_LINK, REF_VECTOR };
struct bell_ref {
	uint32_t id; /* what the object has to have still */
	uint8_t kind;
	uint8_t vm;
	uint16_t index;
};

enum bell_line_change { BELL_LINE_KEEP, BELL_LINE_LOW, BELL_LINE_HIGH, BELL_LINE_PULSE };
enum bell_wiring { BELL_WIRING_KEEP, BELL_WIRING_NONE, BELL_WIRING_EDGE, BELL_WIRING_LEVEL };
enum bell_notify { BELL_NOTIFY_KEEP, BELL_NOTIFY_OFF, BELL_NOTIFY_ON };

/* What the caller does to the VM's own vGIC under the same lock: one input at most. Wiring before
 * line where it gets a driver, line before wiring where it loses it; the caller does the latter
 * for BELL_WIRING_NONE. No input has INTID 0: nothing is to be done then. */
struct bell_change {
	uint16_t intid;
	uint8_t line;	/* enum bell_line_change */
	uint8_t wiring; /* enum bell_wiring */
	uint8_t notify; /* enum bell_notify: is bell_eoi() wanted for it? */
};

/*
 * What a call wants done. Besides `change`, after the lock was dropped: vCPUs of this VM to be
 * woken from WAIT (bit each), and posts, in their order. A delivery adds at most one post and takes
 * one, so the ring cannot overflow: a VM has BELLHOP_MAX_IRQFDS irqfds, with two links each, and no
 * more than that comes of one hold of its lock.
 */
#define BELL_MAX_POSTS (2u * BELLHOP_MAX_IRQFDS)
struct bell_effects {
	struct bell_change change;
	uint8_t wake;
	uint8_t first_post; /* index into post[] */
	uint8_t n_posts;
	struct bell_ref post[BELL_MAX_POSTS];
};

/* Before the first use, and change and wake again after each time that they were done. */
static inline void bell_effects_clear(struct bell_effects *effects)
{
	effects->change = (struct bell_change){ 0 };
	effects->wake = 0u;
	effects->first_post = 0u;
	effects->n_posts = 0u;
}

/* The next post, which is taken out. False: there is none. */
static inline bool bell_next_post(struct bell_effects *effects, struct bell_ref *post)
{
	if (effects->n_posts == 0u)
		return false;
	*post = effects->post[effects->first_post];
	effects->first_post = (uint8_t)((effects->first_post + 1u) % BELL_MAX_POSTS);
	effects->n_posts--;
	return true;
}

/* One more post. No effect where there is no room, which the above rules out. */
static inline void bell_add_post(struct bell_effects *effects, const struct bell_ref *post)
{
	if (effects->n_posts == BELL_MAX_POSTS)
		return;
	effects->post[(effects->first_post + effects->n_posts) % BELL_MAX_POSTS] = *post;
	effects->n_posts++;
}

struct doorbells; /* complete in state.h, so that the hypervisor can embed it */

struct bells_config {
	uint8_t vm;	   /* number of this VM, below n_vms */
	uint8_t n_vms;	   /* 1..16 */
	uint16_t n_intids; /* of its GIC, as in vgic_config */
	uint16_t serves;   /* VMs that it is a device model of, bit each; itself is implied */
	uint16_t peers;	   /* VMs that it may grant to, likewise */
};

/* As after power-on: nothing there. False when a limit of config is exceeded. */
bool bells_init(struct doorbells *d, const struct bells_config *config);
/* The hypervisor drives this input itself: nobody can bind to it. At boot, as the next. */
void bells_fix_line(struct doorbells *d, unsigned int intid);
/* This input is of a GICv2m frame, wired as an edge: only MSI_BIND binds to it. */
void bells_frame_line(struct doorbells *d, unsigned int intid);
/* The VM goes off (true) or is started: peers get BELLHOP_STATE meanwhile. */
void bells_set_off(struct doorbells *d, bool off);

/*
 * The VM is reset: nobody will EOI any more. To be called for each index below BELLHOP_MAX_IRQFDS,
 * each with its own `change` to be done. The resample source of its input goes low, and all its
 * resamplers are told once; all that is bound stays bound.
 */
void bells_reset_irqfd(struct doorbells *d, unsigned int index, struct bell_effects *effects);

/*
 * The calls of the ABI that concern one VM, named as there. Each returns BELLHOP_OK or an error,
 * and changes nothing then; with BELLHOP_NOSPC *handle is the BELLHOP_LIMIT_* that was reached.
 */
int32_t bell_features(uint32_t word, uint32_t *value);
int32_t bell_list(const struct doorbells *d, uint32_t type, uint32_t index, uint32_t *handle);
int32_t bell_find(const struct doorbells *d, uint32_t vm, uint32_t label, uint32_t *handle);
int32_t bell_create(struct doorbells *d, uint32_t flags, uint64_t value, uint32_t *handle);
/* Returns 1 when the bell was readable before, else 0, or an error. Not for peer handles. */
int32_t bell_signal(struct doorbells *d, uint32_t handle, uint64_t value,
		    struct bell_effects *effects);
int32_t bell_read(struct doorbells *d, uint32_t handle, uint64_t *value, uint32_t *status,
		  struct bell_effects *effects);
int32_t bell_mask(struct doorbells *d, uint32_t handle, uint32_t masked, uint32_t *was,
		  struct bell_effects *effects);
int32_t bell_bind_virq(struct doorbells *d, uint32_t handle, uint32_t intid, uint32_t flags,
		       struct bell_effects *effects);
int32_t bell_peek(const struct doorbells *d, uint32_t handle, uint32_t *status);
/* stats: signals, coalesced, lost. */
int32_t bell_stats(const struct doorbells *d, uint32_t handle, uint32_t stats[3]);
int32_t bell_pollset_create(struct doorbells *d, uint32_t flags, uint32_t *handle);
int32_t bell_pollset_add(struct doorbells *d, uint32_t pollset, uint32_t handle, uint32_t bit,
			 struct bell_effects *effects);
int32_t bell_pollset_del(struct doorbells *d, uint32_t pollset, uint32_t handle,
			 struct bell_effects *effects);
int32_t bell_poll(const struct doorbells *d, uint32_t pollset, uint32_t *bits);

/*
 * What WAIT returns if it returns now: *value is the status of a bell or the bits of a poll set.
 * BELLHOP_AGAIN: nothing is ready, and this vCPU will be in `wake` when that changes, or when the
 * handle is closed. It may also be woken for no reason.
 */
int32_t bell_wait(struct doorbells *d, uint32_t handle, unsigned int vcpu, uint32_t *value);

/*
 * The same of TAKE, which also reads what is ready: taken is the count (lower word first) and the
 * status of a bell, as bell_read() has them; of a poll set the bits that are ready, 0 and 0, and
 * each of these members is read.
 */
int32_t bell_take(struct doorbells *d, uint32_t handle, unsigned int vcpu, uint32_t taken[3],
		  struct bell_effects *effects);

/*
 * A peer handle: *bell is what it names, if it gives that right. Then, under the lock of bell.vm,
 * which is another lock: the caller drops the first one in between.
 */
int32_t bell_resolve_peer(const struct doorbells *d, uint32_t handle, uint32_t right,
			  struct bell_ref *bell);
/* from: the VM that has the peer handle. Returns as bell_signal(). */
int32_t bell_signal_from(struct doorbells *d, struct bell_ref ref, unsigned int from,
			 uint64_t value, struct bell_effects *effects);
int32_t bell_peek_from(const struct doorbells *d, struct bell_ref ref, unsigned int from,
		       uint32_t *status);

/* May this VM bind into vm, or drive its lines? Any lock or none: it is constant. */
int32_t bell_may_serve(const struct doorbells *d, uint32_t vm);
/* IRQ_SET_LEVEL, in the VM that is interrupted. */
int32_t bell_set_level(struct doorbells *d, uint32_t gsi, uint32_t level,
		       struct bell_effects *effects);

/*
 * The vGIC says that an interrupt with `notify` was deactivated; or, by_enable, that it was enabled
 * while its line made it pending, when what it stands for may be long over. The caller does
 * `change` before it fills list registers; posts are delivered before the vCPU enters its guest.
 */
void bell_eoi(struct doorbells *d, unsigned int intid, bool by_enable,
	      struct bell_effects *effects);

/* The same of one input (an SPI of this VM) that was deactivated, without `change`: returns the
 * level of its line now. */
bool bell_level_ended(struct doorbells *d, unsigned int intid, struct bell_effects *effects);

/*
 * Signalled by EL2 itself, once: the bell with that id (bell_ref), if it is there still. Returns
 * the INTID of an input of this VM where all that is to be done is one edge of it, and effects are
 * left alone then; else 0.
 */
unsigned int bell_ring_by_id(struct doorbells *d, uint32_t id, struct bell_effects *effects);

/* A reference to one of this VM's own bells, for what other VMs keep of it. */
int32_t bell_own_ref(const struct doorbells *d, uint32_t handle, struct bell_ref *ref);

/*
 * MSIX_BIND, at the bell's home, after the client's vector was found (under the control lock): the
 * bell sends it from now on, also for what it counted before. BUSY: it has a consumer. The index of
 * the reference is that of the function and of the vector in it; a post has the bell in it, too.
 */
#define BELL_VECTOR(function, vector) (BELLHOP_MAX_MSIX_VECTORS * (function) + (vector))
#define BELL_VECTORS (BELLHOP_MAX_MSIX * BELLHOP_MAX_MSIX_VECTORS)
int32_t bell_bind_vector(struct doorbells *d, uint32_t handle, struct bell_ref vector,
			 struct bell_effects *effects);
/* NOENT: the bell does not send this vector. */
int32_t bell_unbind_vector(struct doorbells *d, uint32_t handle, struct bell_ref vector);
/*
 * Is the binding there that this post comes from? With the lock of the client, not of this VM: who
 * unbinds or closes takes the client's lock after he has done so, if only to drop it again. So it
 * is what he has left, or he has not returned yet and either is true.
 */
bool bell_sends(const struct doorbells *d, struct bell_ref post);
/* The function with that id, in VM vm, is gone: bells that sent its vectors have no consumer. */
void bell_cut_vectors(struct doorbells *d, uint32_t vm, uint32_t id);

/*
 * Deliver a post to the VM that it names, but for vectors (msix.h), which are not known here.
 * Nothing happens when the object is not there any more. Returns as bell_ring_by_id(); or, with
 * BELL_RISES, the INTID of an input whose line is high from now on, which is all that is to be
 * done.
 */
#define BELL_RISES 0x8000u
unsigned int bell_deliver(struct doorbells *d, const struct bell_ref *post,
			  struct bell_effects *effects);

#endif
