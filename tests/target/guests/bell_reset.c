// SPDX-License-Identifier: BSD-2-Clause
/*
 * A VM that is reset by one of its vCPUs while the other one is in WAIT: the call is over, and the
 * bell is still there. The VM starts five times; what it remembers is in memory that no image is
 * loaded to, and what is said comes from the last start.
 */
#include "bell.h"

#define LIVES 5u
#define MAGIC 0xbe115e70u
#define DEADLINE_MS 100u

struct kept_memory {
	uint32_t magic;
	uint32_t life;
	uint32_t bell;
	uint32_t on;	   /* starts at which vCPU 1 was not off */
	uint32_t returned; /* from a WAIT of a life before the last */
};

#define kept ((volatile struct kept_memory *)0x41000000u)

static volatile uint32_t waiting; /* next instruction but one is the HVC */
static volatile uint32_t returned;

/* What was stored has to be in memory when the caches are off. */
static void keep(void)
{
	cp15_write(0, 7, 14, 1, (uint32_t)kept); /* DCCIMVAC */
	dsb();
}

/* Nobody rings. The CPU is free meanwhile for the other vCPU. */
static void nap(uint32_t ms)
{
	static uint32_t silent;

	if (silent == 0)
		silent = bell_create(0, 0);
	bell_wait(silent, timer_now() + timer_ms(ms));
}

/* In every second life with a deadline, which comes when the VM has started again. Where all is
 * slow it may come before, which is no mistake. */
static void wait_for_bell(void *arg)
{
	uint64_t deadline = timer_now() + timer_ms(DEADLINE_MS);
	uint32_t life = kept->life;

	(void)arg;
	waiting = 1;
	bell_wait(kept->bell, life % 2 == 0 ? deadline : BELLHOP_NEVER);
	if (kept->life == life)
		return;
	kept->returned++;
	keep();
}

/* Two milliseconds after *word was set who set it is in its call. */
static void nap_until(const volatile uint32_t *word)
{
	for (unsigned int i = 0; *word == 0 && i < 1000; i++)
		nap(1);
	nap(2);
}

static void reset_when_it_waits(void *arg)
{
	(void)arg;
	nap_until(&waiting);
	kept->life++;
	keep();
	smccc_hvc(PSCI_SYSTEM_RESET, 0, 0, 0);
}

/* vCPU 1 waits and vCPU 0 resets; in the first lives it is the other way round. */
static void live_and_be_reset(void)
{
	bool swapped = kept->life < 2;

	vcpu_start(1, swapped ? reset_when_it_waits : wait_for_bell, 0);
	if (!swapped)
		reset_when_it_waits(0);
	for (;;)
		wait_for_bell(0);
}

static void test_who_waits_is_off(void)
{
	ktap_check_eq(kept->life, LIVES - 1, "starts before this one");
	ktap_check_eq(kept->on, 0, "starts with vCPU 1 on");
}

/* Neither its deadline nor its bell finds who waited. */
static void test_the_call_is_over(void)
{
	struct bell_result result;

	nap(2 * DEADLINE_MS);
	result = bell(BELLHOP_SIGNAL, kept->bell, 1, 0);
	ktap_check_eq(result.error, BELLHOP_OK, "the bell of the first life");
	ktap_check_eq(result.r1, 0, "it was readable");
	nap(DEADLINE_MS);
	ktap_check_eq(kept->returned, 0, "returns from a WAIT of an earlier life");
	ktap_check_eq(smccc_hvc(PSCI_AFFINITY_INFO, 1, 0, 0), PSCI_AFFINITY_OFF, "vCPU 1");
	ktap_check_eq(bell_read(kept->bell), 1, "count");
}

static void wait_once_more(void *arg)
{
	(void)arg;
	waiting = 1;
	if (bell_wait(kept->bell, BELLHOP_NEVER).error == BELLHOP_OK)
		returned++;
}

static void test_it_can_wait_again(void)
{
	waiting = 0;
	ktap_check_eq(vcpu_start(1, wait_once_more, 0), 0, "CPU_ON");
	nap_until(&waiting);
	ktap_check_eq(returned, 0, "returned without a reason");
	bell_signal(kept->bell);
	nap_until(&returned);
	ktap_check_eq(returned, 1, "returns");
	ktap_check(vcpu_wait_off(1, 1000), "vCPU 1 is still on");
}

static const struct ktap_test tests[] = {
	{ "who_waits_is_off", test_who_waits_is_off },
	{ "the_call_is_over", test_the_call_is_over },
	{ "it_can_wait_again", test_it_can_wait_again },
};

int main(void)
{
	if (kept->magic != MAGIC) {
		*kept = (struct kept_memory){ .magic = MAGIC };
		kept->bell = bell_create(0, 0);
	}
	kept->on += smccc_hvc(PSCI_AFFINITY_INFO, 1, 0, 0) != PSCI_AFFINITY_OFF;
	if (kept->life < LIVES - 1)
		live_and_be_reset();
	return ktap_run_all(tests);
}
