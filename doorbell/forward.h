/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MMIO forwarding: accesses of a client VM to ranges that another VM, its device model, emulates.
 *
 * A vCPU whose access lies in a claimed range is parked: it runs no instruction until the access
 * has a result. It has one request, which has a number (BELLHOP_MMIO_* in abi.h) that says what
 * access it is, whose, and the how manyth, so an answer that comes too late finds nobody.
 *
 *	IDLE -> POSTED  forward_begin()     the access trapped; the device model's bell is rung
 *	     -> TAKEN   forward_get()       the device model has it
 *	     -> DONE    forward_complete()  ... and answered
 *	     -> IDLE    forward_finish()    the vCPU's own CPU has given it the result
 *
 * A request FAILED instead of DONE when its deadline passes, when its claim goes, or when the
 * device model stops after it took it: whether it was carried out is not known then, so it is not
 * given to anybody else. The client gets what the claim says: an external abort, or zeros. One that
 * was not taken waits on, until its deadline, for a device model that starts again. A vCPU that
 * stops itself drops its request.
 *
 * Everything is the client VM's state and protected by its lock.
 */
#ifndef BELLHOP_DOORBELL_FORWARD_H
#define BELLHOP_DOORBELL_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "bellhop/abi.h"
#include "doorbell.h"

#define FORWARD_VCPUS 8u
#define FORWARD_NO_CLAIM UINT32_MAX

struct forward_config {
	uint32_t ipa; /* [ipa, ipa + size), bytes */
	uint32_t size;
	uint8_t server; /* the device model's VM */
	bool zeros;	/* what a failed access does: reads zero, ignores writes; else it aborts */
	bool described; /* in the VM description: stays when the device model goes */
	uint64_t patience; /* ticks of the system counter until a request fails */
};

struct forward_claim {
	struct forward_config config; /* size 0: free */
	uint32_t id;		      /* of the device model's hold on it; 0: nobody holds it */
	struct bell_ref bell;	      /* ... and is rung so */
	bool reset;		      /* the client was, and no device model has been told */
};

enum forward_state { FORWARD_IDLE, FORWARD_POSTED, FORWARD_TAKEN, FORWARD_DONE, FORWARD_FAILED };

struct forward_access {
	uint32_t ipa;
	uint32_t value; /* stored, zero-extended, or loaded */
	uint8_t width;	/* bytes: 1, 2, 4 */
	bool write;
};

struct forward_request {
	uint8_t state; /* enum forward_state */
	uint8_t claim;
	bool zeros;	   /* of the claim, which may be gone at the end */
	uint32_t number;   /* as in BELLHOP_MMIO_GET */
	uint64_t deadline; /* CNTPCT */
	struct forward_access access;
};

/* All zero: no claims. */
struct forward {
	uint32_t last_id;  /* of a hold */
	uint32_t sequence; /* of the latest request */
	uint32_t failed;   /* requests that ended so */
	struct forward_claim claim[BELLHOP_MAX_CLAIMS];
	struct forward_request request[FORWARD_VCPUS];
};

/*
 * A range of the description, at boot: nobody holds it yet. Accesses wait for who will, as long as
 * the claim's patience lasts. False when there are too many.
 */
bool forward_describe(struct forward *forward, const struct forward_config *config);

/*
 * A device model takes a range and is rung by bell. A described range is taken as a whole, by the
 * VM that the description names; of *config only range and server count then.
 * *pending: forward_get() has something to say already, ring the bell once.
 * INVAL: empty or wraps; EXIST: it overlaps another claim, or is held already; PERM: it is
 * described for another VM; NOSPC.
 */
int32_t forward_hold(struct forward *forward, const struct forward_config *config,
		     struct bell_ref bell, uint32_t *index, bool *pending);

/* The claim that holds all of [ipa, ipa + width), or FORWARD_NO_CLAIM. Few instructions. */
uint32_t forward_find(const struct forward *forward, uint32_t ipa, uint32_t width);

/*
 * Park a vCPU that has no request. True: ring *bell. The caller takes the vCPU off its CPU, and
 * wakes it when one of the functions below returns its bit, or at the deadline.
 */
bool forward_begin(struct forward *forward, uint32_t vcpu, uint32_t claim,
		   const struct forward_access *access, uint64_t now, struct bell_ref *bell);

/* The device model's side. Is the claim still the one that it took? */
bool forward_holds(const struct forward *forward, uint32_t claim, uint32_t id);

/*
 * The oldest request of the claim that is not taken yet; AGAIN when there is none. STATE, once,
 * after the client has stopped: what the device was told before is void, also what the last holder
 * of a described range was. Requests of its next start wait behind that.
 */
int32_t forward_get(struct forward *forward, uint32_t claim, struct forward_request *request);

/*
 * The answer to a request that was taken from this claim; value is of no matter for a store.
 * abort: the device refuses the access. NOENT: no such request (any more). On success the vCPU
 * BELLHOP_MMIO_VCPU(number) is to be woken.
 */
int32_t forward_complete(struct forward *forward, uint32_t claim, uint32_t number, uint32_t value,
			 bool abort);

/* The device model lets go. Returns the vCPUs whose requests failed: bit per vCPU. */
uint32_t forward_release(struct forward *forward, uint32_t index);

/* The device model's VM stopped: all its claims are released. As above. */
uint32_t forward_server_gone(struct forward *forward, uint8_t server);

/* The client's side again, on the vCPU's own CPU. */
enum forward_result {
	FORWARD_WAITS, /* not yet */
	FORWARD_VALUE, /* *value was loaded, or the store was done */
	FORWARD_ABORT, /* the access ends in an external abort */
};

/* A request whose deadline is not after now fails. With a result the vCPU has no request more. */
enum forward_result forward_finish(struct forward *forward, uint32_t vcpu, uint64_t now,
				   uint32_t *value);

/* The vCPU stops. */
void forward_cancel(struct forward *forward, uint32_t vcpu);
/* All of the VM did. Returns the claims whose device models are to be rung: bit per claim. */
uint32_t forward_reset(struct forward *forward);

#endif
