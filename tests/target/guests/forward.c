// SPDX-License-Identifier: BSD-2-Clause
/*
 * The client of device.c: accesses that another VM carries out. The program mmio_forwarded checks
 * every form of load and store; this one checks what becomes of an access when its device model is
 * slow, silent, hostile or gone.
 */
#include <stddef.h>

#include "common.h"
#include "device.h"
#include "doorbell.h"

#define DEVICE_VM 1u

#define SLOW_MS 20u
#define EARLY_MS 3u
#define TRIES 20u

static uint32_t odd_read(uint32_t offset)
{
	return mmio_read32(DEVICE_ODD + offset);
}

static void odd_write(uint32_t offset, uint32_t value)
{
	mmio_write32(DEVICE_ODD + offset, value);
}

static uint32_t ms_since(uint64_t start)
{
	return (uint32_t)((timer_now() - start) / timer_ms(1));
}

/* An external abort, after about as long as the description says. */
static void check_abort(uint32_t offset, bool timeout)
{
	const uint64_t start = timer_now();
	struct fault fault = { 0 };
	uint32_t value = 0x55;

	ktap_check(fault_read(DEVICE_ODD + offset, 4, &value, &fault), "0x%lx does not abort",
		   (unsigned long)offset);
	ktap_check_eq(fault.vector, VECTOR_DABT, "vector");
	ktap_check_eq(fault.fsr & 0x40f, 0x008, "fault status: external");
	ktap_check_eq(fault.far, DEVICE_ODD + offset, "address");
	ktap_check_eq(value, 0x55, "register");
	if (timeout)
		ktap_check(ms_since(start) >= DEVICE_TIMEOUT_MS, "after %lu ms",
			   (unsigned long)ms_since(start));
}

static void test_memory(void)
{
	for (uint32_t i = 0; i < 64; i++)
		mmio_write32(DEVICE_MEMORY + 4 * i, i * 0x01010101);
	for (uint32_t i = 0; i < 256; i++)
		ktap_check_eq(mmio_read8(DEVICE_MEMORY + i), i / 4, "byte");
}

static void test_slow(void)
{
	const uint64_t start = timer_now();

	odd_write(ODD_SLOW, SLOW_MS);
	ktap_check_eq(odd_read(ODD_SLOW), SLOW_MS, "value");
	ktap_check(ms_since(start) >= SLOW_MS, "after %lu ms", (unsigned long)ms_since(start));
}

static volatile uint32_t ticks;
static volatile uint64_t tick_time;

static void on_tick(uint32_t iar)
{
	(void)iar;
	cntv_set(TIMER_FAR, 0);
	tick_time = timer_now();
	ticks++;
}

/*
 * An interrupt that becomes pending while the access is under way is taken behind it: the register
 * is there, and the device saw the access once.
 */
static void test_interrupt_meanwhile(void)
{
	uint32_t meanwhile = 0;

	odd_write(ODD_SLOW, SLOW_MS);
	odd_write(ODD_COUNT, 0);
	gic_handle(CNTV_INTID, on_tick);
	gic_enable(CNTV_INTID);
	irq_enable();
	for (uint32_t i = 0; i < TRIES; i++) {
		uint64_t start;
		uint32_t value;

		ticks = 0;
		cntv_set(timer_now() + timer_ms(EARLY_MS), CNT_CTL_ENABLE);
		start = timer_now();
		value = odd_read(ODD_SLOW);
		ktap_check(wait_for(&ticks, 1, 100), "no interrupt behind the access");
		ktap_check_eq(value, SLOW_MS, "value");
		/* An emulator may have stood still for so long that it came before the access. */
		if (tick_time < start)
			continue;
		ktap_check(tick_time >= start + timer_ms(SLOW_MS), "taken before the access ended");
		meanwhile++;
	}
	ktap_check(meanwhile > 0, "all interrupts came before the access");
	irq_disable();
	gic_disable(CNTV_INTID);
	ktap_check_eq(odd_read(ODD_COUNT), TRIES, "accesses that the device saw");
}

static void test_no_answer_aborts(void)
{
	check_abort(ODD_NEVER, true);
	ktap_check_eq(odd_read(ODD_LATE), (uint32_t)-7, "a late answer is NOENT");
}

static void test_no_answer_zeros(void)
{
	const uint64_t start = timer_now();
	struct fault fault;
	uint32_t value = 0x55;

	ktap_check(!fault_read(DEVICE_ZEROS, 4, &value, &fault) && value == 0, "reads 0x%lx",
		   (unsigned long)value);
	ktap_check(!fault_write(DEVICE_ZEROS + 4, 1, 1, &fault), "write aborts");
	ktap_check(ms_since(start) >= 2 * ZEROS_TIMEOUT_MS, "after %lu ms",
		   (unsigned long)ms_since(start));
}

static void test_refused(void)
{
	check_abort(ODD_REFUSE, false);
}

static void test_wrong_answers(void)
{
	ktap_check_eq(odd_read(ODD_HOSTILE), 0, "wrong answers that were taken");
}

/* Two words of one instruction, the second in a register that does not answer. */
static void load_pair(void *arg)
{
	__asm__ volatile("ldrd r2, r3, [%0]" ::"r"(arg) : "r2", "r3", "memory");
}

static void test_abort_in_the_middle(void)
{
	struct fault fault = { 0 };

	odd_write(ODD_SLOW, 0);
	ktap_check(fault_try(load_pair, (void *)(DEVICE_ODD + ODD_SLOW), &fault),
		   "LDRD does not abort");
	ktap_check_eq(fault.vector, VECTOR_DABT, "vector");
}

/* What was under way aborts; what comes next waits for the device model to be there again. */
static void test_restart(void)
{
	const uint32_t starts = odd_read(ODD_STARTS);

	for (uint32_t i = 1; i <= 3; i++) {
		check_abort(ODD_RESTART, false);
		ktap_check_eq(odd_read(ODD_STARTS), starts + i, "starts");
		ktap_check_eq(odd_read(ODD_HOSTILE), 0, "wrong answers that were taken");
	}
}

/* A claim that its holder lets go while the other vCPU waits for an answer. */
static volatile uint32_t other_value;
static volatile uint32_t other_state;

static void read_zeros(void *arg)
{
	(void)arg;
	other_state = 1;
	dsb();
	other_value = mmio_read32(DEVICE_ZEROS);
	dsb();
	other_state = 2;
}

/* Milliseconds from the start of the access to its end. */
static uint32_t close_meanwhile(void)
{
	uint64_t start;

	other_value = 0x55;
	other_state = 0;
	vcpu_start(1, read_zeros, NULL);
	ktap_check(wait_for(&other_state, 1, 1000), "vCPU 1 does not start");
	start = timer_now();
	timer_delay_us(5000);
	odd_write(ODD_CLOSE, 0);
	ktap_check(wait_for(&other_state, 2, 1000), "vCPU 1 does not go on");
	ktap_check_eq(other_value, 0, "value");
	ktap_check(vcpu_wait_off(1, 1000), "vCPU 1 is not off");
	return ms_since(start);
}

/* At once, not at the deadline; an emulator that stands still gets some tries. */
static void test_claim_closed(void)
{
	uint32_t best = UINT32_MAX;

	if (needs_vcpus(2))
		return;
	for (uint32_t i = 0; i < TRIES && best >= ZEROS_TIMEOUT_MS; i++) {
		const uint32_t ms = close_meanwhile();

		best = ms < best ? ms : best;
	}
	ktap_check(best < ZEROS_TIMEOUT_MS, "only after %lu ms", (unsigned long)best);
}

#define TURNS 200u

static volatile uint32_t turns[GUEST_MAX_VCPUS];

static void take_turns(void *arg)
{
	const uint32_t id = (uint32_t)(uintptr_t)arg;
	const uint32_t word = DEVICE_MEMORY + 0x400 + 4 * id;

	mmio_write32(word, 0);
	for (uint32_t i = 0; i < TURNS; i++) {
		mmio_write32(word, mmio_read32(word) + id + 1);
		turns[id]++;
	}
}

/* Each vCPU has a request of its own. */
static void test_all_vcpus(void)
{
	const uint32_t n = machine_vcpus();

	if (needs_vcpus(2))
		return;
	for (uint32_t id = 1; id < n; id++)
		vcpu_start(id, take_turns, (void *)(uintptr_t)id);
	take_turns(NULL);
	for (uint32_t id = 0; id < n; id++) {
		ktap_check(wait_for(&turns[id], TURNS, 10000), "vCPU %lu", (unsigned long)id);
		ktap_check_eq(mmio_read32(DEVICE_MEMORY + 0x400 + 4 * id), TURNS * (id + 1), "sum");
		if (id != 0)
			ktap_check(vcpu_wait_off(id, 1000), "not off");
	}
}

/* A client has no rights over its device model. */
static void test_no_rights(void)
{
	const struct doorbell_msix function = { DEVICE_VM, 0x0c000000, 0x0c000800, 1, 80, 1 };
	uint32_t bell, handle;

	doorbell_create(0, 0, &bell);
	ktap_check_eq(doorbell_claim(DEVICE_VM, 0x0c000000, 4096, bell, 0, &handle), BELLHOP_PERM,
		      "claim");
	ktap_check_eq(doorbell_ioevent(DEVICE_VM, 0x0c000000, 4, 0, bell, 0), BELLHOP_PERM,
		      "ioevent");
	ktap_check_eq(doorbell_msix_register(&function, &handle), BELLHOP_PERM, "MSI-X");
	ktap_check_eq(doorbell_msi_signal(DEVICE_VM, 0x08020040, 80), BELLHOP_PERM, "message");
	/* ... nor over what the description gives to another one. */
	ktap_check_eq(doorbell_claim(0, DEVICE_MEMORY, 0x1000, bell, 0, &handle), BELLHOP_EXIST,
		      "its own device");
	doorbell_close(bell);
}

static const struct ktap_test tests[] = {
	{ "memory", test_memory },
	{ "slow", test_slow },
	{ "interrupt_meanwhile", test_interrupt_meanwhile },
	{ "no_answer_aborts", test_no_answer_aborts },
	{ "no_answer_zeros", test_no_answer_zeros },
	{ "refused", test_refused },
	{ "wrong_answers", test_wrong_answers },
	{ "abort_in_the_middle", test_abort_in_the_middle },
	{ "restart", test_restart },
	{ "claim_closed", test_claim_closed },
	{ "all_vcpus", test_all_vcpus },
	{ "no_rights", test_no_rights },
};

int main(void)
{
	return ktap_run_all(tests);
}
