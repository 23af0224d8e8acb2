/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doorbells for bare-metal guests: the calls of <bellhop/abi.h> as functions, and a loop that waits
 * for several bells. docs/abi.md says what each call does; here is only what differs.
 *
 * Every call returns BELLHOP_OK or a negative enum bellhop_error, and stores results only when it
 * succeeds. They may be made from any vCPU and from interrupt handlers. Handles are uint32_t; 0 is
 * never one, so it can stand for "none". Memory written before a signal is visible to whoever reads
 * the bell: EL2 has the barriers.
 */
#ifndef BELLHOP_GUEST_DOORBELL_H
#define BELLHOP_GUEST_DOORBELL_H

#include <stdbool.h>
#include <stdint.h>

#include <bellhop/abi.h>

struct bellhop_result {
	int32_t status;
	uint32_t r1, r2, r3;
};

/* HVC #0 with r0..r7, for calls with up to seven arguments. */
static inline struct bellhop_result bellhop_call(uint32_t fn, uint32_t a1, uint32_t a2, uint32_t a3,
						 uint32_t a4, uint32_t a5, uint32_t a6, uint32_t a7)
{
	register uint32_t r0 __asm__("r0") = fn;
	register uint32_t r1 __asm__("r1") = a1;
	register uint32_t r2 __asm__("r2") = a2;
	register uint32_t r3 __asm__("r3") = a3;
	register uint32_t r4 __asm__("r4") = a4;
	register uint32_t r5 __asm__("r5") = a5;
	register uint32_t r6 __asm__("r6") = a6;
	register uint32_t r7 __asm__("r7") = a7;

	__asm__ volatile("hvc #0"
			 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)
			 : "r"(r4), "r"(r5), "r"(r6), "r"(r7)
			 : "memory");
	return (struct bellhop_result){ (int32_t)r0, r1, r2, r3 };
}

/* The same for calls that a device model makes all the time, which have no more than four. */
static inline struct bellhop_result bellhop_call4(uint32_t fn, uint32_t a1, uint32_t a2,
						  uint32_t a3, uint32_t a4)
{
	register uint32_t r0 __asm__("r0") = fn;
	register uint32_t r1 __asm__("r1") = a1;
	register uint32_t r2 __asm__("r2") = a2;
	register uint32_t r3 __asm__("r3") = a3;
	register uint32_t r4 __asm__("r4") = a4;

	__asm__ volatile("hvc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3) : "r"(r4) : "memory");
	return (struct bellhop_result){ (int32_t)r0, r1, r2, r3 };
}

static inline struct bellhop_result bellhop_call3(uint32_t fn, uint32_t a1, uint32_t a2,
						  uint32_t a3)
{
	register uint32_t r0 __asm__("r0") = fn;
	register uint32_t r1 __asm__("r1") = a1;
	register uint32_t r2 __asm__("r2") = a2;
	register uint32_t r3 __asm__("r3") = a3;

	__asm__ volatile("hvc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3) : : "memory");
	return (struct bellhop_result){ (int32_t)r0, r1, r2, r3 };
}

/* Is Bellhop below, with an ABI that this library knows? */
bool doorbell_present(void);

/*
 * What the node `bellhop` of this VM's devicetree says (docs/vms.md): the number of another VM that
 * has to do with this one, and where a device is that this VM serves to it. False: no such thing.
 */
struct doorbell_device {
	uint32_t vm; /* the client */
	uint32_t address, size;
	uint32_t intid; /* 0: none */
};

bool doorbell_vm(const char *name, uint32_t *vm);
bool doorbell_served(const char *client, const char *name, struct doorbell_device *device);

/* Closes every handle of this VM: what a program does that starts after a reset. */
void doorbell_close_all(void);

/* The text of an error, for messages. */
const char *doorbell_error(int32_t status);

/* Bells. flags: BELLHOP_SEMAPHORE, BELLHOP_ONESHOT. */
int32_t doorbell_create(uint32_t flags, uint64_t count, uint32_t *bell);
int32_t doorbell_close(uint32_t handle);
int32_t doorbell_signal(uint32_t bell, uint64_t value);
int32_t doorbell_read(uint32_t bell, uint64_t *value);
int32_t doorbell_mask(uint32_t bell, bool masked);
int32_t doorbell_bind_virq(uint32_t bell, uint32_t intid, uint32_t flags);
int32_t doorbell_peek(uint32_t handle, uint32_t *status);

/* How often a bell was rung, each modulo 2^32. */
struct doorbell_stats {
	uint32_t signals;   /* in all */
	uint32_t coalesced; /* while it was readable already */
	uint32_t lost;	    /* by EL2, while it was full */
};

int32_t doorbell_stats(uint32_t bell, struct doorbell_stats *stats);

/* Until the bell is readable, or a bit of the poll set is set, or CNTVCT reaches the deadline
 * (BELLHOP_NEVER: none), which is BELLHOP_AGAIN. Like WFI, it lets interrupts be taken. */
int32_t doorbell_wait(uint32_t handle, uint64_t deadline, uint32_t *value);

/* The same, and read it: *value is its count. Of a poll set every member whose bit is in *value is
 * read; who needs their counts waits, and reads them. */
int32_t doorbell_take(uint32_t handle, uint64_t deadline, uint64_t *value);
/* Signal a bell by 1, and then take: what a device model answers, and its next request. */
int32_t doorbell_signal_and_take(uint32_t bell, uint32_t handle, uint64_t deadline,
				 uint64_t *value);

int32_t doorbell_pollset_create(uint32_t *pollset);
int32_t doorbell_pollset_add(uint32_t pollset, uint32_t bell, uint32_t bit);
int32_t doorbell_pollset_del(uint32_t pollset, uint32_t bell);
int32_t doorbell_poll(uint32_t pollset, uint32_t *bits);

/* Other VMs. label: what the peer looks the bell up by. */
int32_t doorbell_grant(uint32_t bell, uint32_t vm, uint32_t rights, uint32_t label);
int32_t doorbell_revoke(uint32_t bell, uint32_t vm);
int32_t doorbell_find(uint32_t vm, uint32_t label, uint32_t *peer);

/* Interrupts of a VM that this one serves. flags: BELLHOP_LEVEL, BELLHOP_RESAMPLE, _DEASSIGN. */
int32_t doorbell_irq_bind(uint32_t vm, uint32_t intid, uint32_t bell, uint32_t resample,
			  uint32_t flags);
int32_t doorbell_irq_set_level(uint32_t vm, uint32_t intid, bool level);
int32_t doorbell_eoi_bind(uint32_t vm, uint32_t bell, uint32_t eoi, uint32_t flags);
int32_t doorbell_msi_signal(uint32_t vm, uint32_t address, uint32_t data);
/* The bell sends that message from now on. flags: BELLHOP_DEASSIGN. */
int32_t doorbell_msi_bind(uint32_t vm, uint32_t address, uint32_t data, uint32_t bell,
			  uint32_t flags);

/* Stores of a VM that ring a bell. length 0: of any width. flags: BELLHOP_DATAMATCH, _DEASSIGN. */
int32_t doorbell_ioevent(uint32_t vm, uint32_t address, uint32_t length, uint64_t data,
			 uint32_t bell, uint32_t flags);

/* Loads and stores of a VM that this one carries out. flags: BELLHOP_ZEROS. */
struct doorbell_access {
	uint32_t request; /* BELLHOP_MMIO_WIDTH(), BELLHOP_MMIO_IS_WRITE(), BELLHOP_MMIO_VCPU() */
	uint32_t address; /* IPA */
	uint32_t value;	  /* of a store */
};

int32_t doorbell_claim(uint32_t vm, uint32_t address, uint32_t size, uint32_t bell, uint32_t flags,
		       uint32_t *claim);
/* BELLHOP_AGAIN: none waits. BELLHOP_STATE: the client has stopped since; forget what it told. */
int32_t doorbell_get(uint32_t claim, struct doorbell_access *access);
/* BELLHOP_NOENT: the vCPU does not wait any more. flags: BELLHOP_ABORT. */
int32_t doorbell_complete(uint32_t claim, uint32_t request, uint32_t value, uint32_t flags);

/* MSI-X tables that EL2 keeps for a function in a VM that this one serves. */
struct doorbell_msix {
	uint32_t vm;
	uint32_t table, pba; /* IPAs */
	uint32_t vectors;
	uint32_t first_intid, n_intids; /* what messages may raise */
};

int32_t doorbell_msix_register(const struct doorbell_msix *function, uint32_t *device);
int32_t doorbell_msix_control(uint32_t device, bool enabled, bool function_mask);
/* The bell sends the vector from now on. flags: BELLHOP_DEASSIGN. */
int32_t doorbell_msix_bind(uint32_t device, uint32_t vector, uint32_t bell, uint32_t flags);

/*
 * A loop: handlers of up to 32 bells, which are read before theirs is called, so that what is rung
 * meanwhile calls it again. One vCPU runs it; handlers may add bells.
 */
typedef void (*doorbell_handler)(void *arg, uint64_t count);

struct doorbell_loop {
	uint32_t pollset;
	uint32_t n;
	struct {
		uint32_t bell;
		doorbell_handler handler;
		void *arg;
	} entry[BELLHOP_POLLSET_BITS];
};

int32_t doorbell_loop_init(struct doorbell_loop *loop);
/* Makes a bell, and a handler for it. */
int32_t doorbell_loop_add(struct doorbell_loop *loop, doorbell_handler handler, void *arg,
			  uint32_t *bell);
/* Waits until the deadline at most, and calls the handlers of what was rung by then, once each. */
int32_t doorbell_loop_run(struct doorbell_loop *loop, uint64_t deadline);

/*
 * The interrupt of a device with a level-triggered output. doorbell_level_update() may be
 * called any number of times; when the client's handler has ended (EOI) and the device still wants
 * service, the loop's resample handler raises it again.
 *
 * The account is exact: while nothing is raised, signals == handlers + cut. An end that nothing
 * explains breaks it; one that is lost leaves the level raised for ever. A program that is started
 * again sets `open` after the init: what its last start had raised was cut, too.
 */
struct doorbell_level {
	uint32_t vm, intid;
	uint32_t irq, resample;
	bool bound;
	bool raised;
	bool open;		   /* a handler of a level that was cut may still run */
	uint64_t signals;	   /* told with the bell irq */
	uint64_t handlers;	   /* whose end is known */
	uint64_t cut;		   /* levels lowered by an unbind without a known end */
	bool (*wanted)(void *arg); /* the device's output */
	void *arg;
};

/* `wanted` and `arg` are set by the caller. */
int32_t doorbell_level_init(struct doorbell_level *level, struct doorbell_loop *loop, uint32_t vm,
			    uint32_t intid);
/* The device's output may have changed. */
void doorbell_level_update(struct doorbell_level *level);

/*
 * Takes the device off its input, at any time: the line goes low, and until it is bound again the
 * client is not interrupted. Ends that were told before are counted; a level that is still raised
 * is cut. Bound again, it is raised anew if the device wants it. Both return what IRQ_BIND does,
 * and BELLHOP_OK without an effect where it is so already.
 *
 * A handler that has begun before the cut still runs. If it ends while nothing is bound, nobody is
 * told. If it ends later, its end is taken for that of the new level, which is right because the
 * device's output is looked at then; or, if nothing is raised, the level was handled and not cut.
 */
int32_t doorbell_level_unbind(struct doorbell_level *level);
int32_t doorbell_level_bind(struct doorbell_level *level);

#endif
