/* SPDX-License-Identifier: BSD-2-Clause */
/* One forwarder, the vCPUs that wait for it and who answers, for tests of doorbell/forward.c. */
#ifndef BELLHOP_TESTS_UNIT_FORWARD_SUPPORT_H
#define BELLHOP_TESTS_UNIT_FORWARD_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doorbell/forward.h"

#define BASE 0x09030000u
#define SIZE 0x1000u
#define SERVER 1u
#define OTHER 2u
#define PATIENCE 1000u

extern struct forward forward;
extern struct bell_ref rung; /* by the last begin() */
extern const struct bell_ref bell;

/* Set-ups: nothing; and the description's range, which SERVER has taken as claim 0. */
int no_claims(void **state);
int described(void **state);

/* A range of this server, which is waited for as long as PATIENCE. */
struct forward_config range(uint32_t ipa, uint32_t size, uint8_t server);

/* A claim with `bell`: the call's result; or whether SERVER hears of a reset with it. */
int32_t hold(uint32_t ipa, uint32_t size, uint8_t server, uint32_t *index);
bool hold_is_pending(uint32_t ipa, uint32_t size);

/* A vCPU's access of 4 bytes, which some claim has; and what has become of it by now. */
bool begin(uint32_t vcpu, uint32_t ipa, bool write, uint32_t value, uint64_t now);
enum forward_result finish(uint32_t vcpu, uint64_t now, uint32_t *value);

/* The server: the number of the next request of a claim, which there is or is not; its answer to
 * one of claim 0. */
uint32_t get(uint32_t claim);
void no_request(uint32_t claim);
int32_t complete(uint32_t number, uint32_t value);

#endif
