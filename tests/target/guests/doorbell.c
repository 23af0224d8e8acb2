// SPDX-License-Identifier: BSD-2-Clause
/*
 * Doorbells within one VM: it is its own device model. Cases T47 and T93 to T120 as far as one VM
 * has them, with interrupts that a vCPU really takes. Here are the calls, virqs and poll sets;
 * doorbell_irq.c has irqfds, doorbell_wait.c what waits. What two VMs do is in bell_dm.c.
 */
#include "doorbell_tests.h"

volatile uint32_t taken[128];
volatile uint32_t reads;
volatile uint32_t masks;

static void on_spi(uint32_t iar)
{
	const uint32_t intid = iar & 0x3ff;

	taken[intid]++;
	if (reads != 0)
		bell_read(reads);
	if (masks != 0 && taken[intid] >= masks)
		gic_disable(intid);
}

static void expect_spi(uint32_t intid)
{
	taken[intid] = 0;
	gic_handle(intid, on_spi);
	gic_set_target(intid, 1);
	gic_enable(intid);
}

void begin(void)
{
	reads = 0;
	masks = 0;
	bell_close_all();
	expect_spi(SPI);
	expect_spi(OTHER_SPI);
	irq_enable();
}

static void test_identity(void)
{
	struct smccc_regs regs = { { BELLHOP_UID } };
	struct bell_result features = bell(BELLHOP_FEATURES, BELLHOP_CAPS);

	smccc_hvc_regs(&regs);
	ktap_check(regs.r[0] == BELLHOP_UID_0 && regs.r[1] == BELLHOP_UID_1 &&
			   regs.r[2] == BELLHOP_UID_2 && regs.r[3] == BELLHOP_UID_3,
		   "UID");
	regs = (struct smccc_regs){ { BELLHOP_REVISION } };
	smccc_smc_regs(&regs);
	ktap_check(regs.r[0] == BELLHOP_ABI_MAJOR && regs.r[1] == BELLHOP_ABI_MINOR, "REVISION");
	ktap_check_eq(features.error, BELLHOP_OK, "FEATURES");
	ktap_check((features.r1 & BELLHOP_CAP_RESAMPLE) != 0, "no resample: 0x%lx",
		   (unsigned long)features.r1);
	ktap_check_eq(bell(BELLHOP_FEATURES, BELLHOP_LIMIT_BELLS).r1, BELLHOP_MAX_BELLS, "bells");
	ktap_check_eq(bell(BELLHOP_FEATURES, BELLHOP_N_FEATURES).error, BELLHOP_RANGE, "word");
}

/* A number without a call, and a capability that there is none of. */
static void test_what_is_not_there(void)
{
	static const uint32_t known[] = { 0x01, 0x02, 0x03, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14,
					  0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d,
					  0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x28, 0x29,
					  0x2a, 0x2b, 0x30, 0x31, 0x32, 0x3f };

	for (uint32_t n = 0, next = 0; n < 0x100; n++) {
		if (next < sizeof(known) / sizeof(known[0]) && known[next] == n)
			next++;
		else
			ktap_check_eq(bell(BELLHOP_CALL(n)).error, BELLHOP_NOT_SUPPORTED, "call");
	}
	ktap_check_eq(bell(BELLHOP_FEATURES, BELLHOP_CAPS).r1 >> 15, 0, "capabilities");
}

/* r4..r11 keep their values, and what is not a result as well. */
static void test_registers_are_preserved(void)
{
	struct smccc_regs regs = { { BELLHOP_CREATE, 0, 5, 0, 44, 55, 66, 77 } };

	begin();
	smccc_hvc_regs(&regs);
	ktap_check_eq(regs.r[0], 0, "r0");
	ktap_check(regs.r[2] == 5 && regs.r[3] == 0 && regs.r[4] == 44 && regs.r[5] == 55 &&
			   regs.r[6] == 66 && regs.r[7] == 77,
		   "changed");
	regs = (struct smccc_regs){ { BELLHOP_READ, 3, 22, 33, 44, 55, 66, 77 } };
	smccc_hvc_regs(&regs);
	ktap_check_eq((int32_t)regs.r[0], BELLHOP_BADH, "READ");
	ktap_check(regs.r[1] == 3 && regs.r[2] == 22 && regs.r[3] == 33, "changed by an error");
}

static void test_t120_arithmetic(void)
{
	struct bell_result result;
	uint32_t b;

	begin();
	b = bell_create(0, 0);
	ktap_check_eq(bell(BELLHOP_READ, b).error, BELLHOP_AGAIN, "empty");
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, UINT32_MAX, UINT32_MAX).error, BELLHOP_INVAL, "max");
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, 1, 0).r1, 0, "was empty");
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, 1, 2).r1, 1, "was not empty");
	result = bell(BELLHOP_READ, b);
	ktap_check(result.r1 == 2 && result.r2 == 2, "0x%lx%08lx", (unsigned long)result.r2,
		   (unsigned long)result.r1);
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, 0xfffffffe, UINT32_MAX).error, BELLHOP_OK, "full");
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, 1, 0).error, BELLHOP_AGAIN, "over");
	ktap_check_eq(bell(BELLHOP_PEEK, b).r1, BELLHOP_READABLE, "PEEK");
	ktap_check_eq(bell(BELLHOP_READ, b).r1, 0xfffffffe, "READ");
	b = bell_create(BELLHOP_SEMAPHORE, 2);
	ktap_check(bell_read(b) == 1 && bell_read(b) == 1 && bell_read(b) == 0, "semaphore");
}

static void test_virq(void)
{
	uint32_t b;

	begin();
	b = bell_create(0, 0);
	ktap_check_eq(bell(BELLHOP_BIND_VIRQ, b, SPI, 0).error, BELLHOP_OK, "edge");
	bell_signal(b);
	bell_signal(b);
	settle();
	ktap_check_eq(taken[SPI], 1, "edge");
	bell_read(b);
	bell_signal(b);
	settle();
	ktap_check_eq(taken[SPI], 2, "edge after READ");
	ktap_check_eq(bell(BELLHOP_BIND_VIRQ, b, SPI, BELLHOP_DEASSIGN).error, BELLHOP_OK,
		      "unbind");
	irq_disable();
	reads = b;
	ktap_check_eq(bell(BELLHOP_BIND_VIRQ, b, OTHER_SPI, BELLHOP_LEVEL).error, BELLHOP_OK,
		      "level");
	ktap_check(gic_is_pending(OTHER_SPI), "bind does not see what was counted");
	irq_enable();
	settle();
	ktap_check_eq(taken[OTHER_SPI], 1, "level at bind");
	bell(BELLHOP_MASK, b, 1);
	bell_signal(b);
	settle();
	ktap_check_eq(taken[OTHER_SPI], 1, "masked");
	bell(BELLHOP_MASK, b, 0);
	settle();
	ktap_check_eq(taken[OTHER_SPI], 2, "unmasked");
}

static void test_poll_set(void)
{
	uint32_t set, a, b;

	begin();
	set = bell(BELLHOP_POLLSET_CREATE, 0).r1;
	a = bell_create(0, 0);
	b = bell_create(0, 1);
	ktap_check_eq(bell(BELLHOP_BIND_VIRQ, set, SPI, 0).error, BELLHOP_OK, "bind");
	ktap_check_eq(bell(BELLHOP_POLLSET_ADD, set, a, 0).error, BELLHOP_OK, "add");
	ktap_check_eq(taken[SPI], 0, "nothing is ready");
	ktap_check_eq(bell(BELLHOP_POLLSET_ADD, set, b, 31).error, BELLHOP_OK, "add");
	settle();
	ktap_check_eq(taken[SPI], 1, "a member is ready");
	bell_signal(a);
	settle();
	ktap_check_eq(taken[SPI], 1, "the set was ready before");
	ktap_check_eq(bell(BELLHOP_POLL, set).r1, 0x80000001u, "POLL");
	bell_read(a);
	ktap_check_eq(bell(BELLHOP_POLL, set).r1, 0x80000000u, "POLL");
	ktap_check_eq(bell(BELLHOP_POLLSET_DEL, set, b).error, BELLHOP_OK, "del");
	ktap_check_eq(bell(BELLHOP_POLL, set).r1, 0, "POLL");
}

static const struct ktap_test tests[] = {
	{ "identity", test_identity },
	{ "what_is_not_there", test_what_is_not_there },
	{ "registers_are_preserved", test_registers_are_preserved },
	{ "t120_arithmetic", test_t120_arithmetic },
	{ "virq", test_virq },
	{ "poll_set", test_poll_set },
	{ "t93_edge_irqfd", test_t93_edge_irqfd },
	{ "t96_resample", test_t96_resample },
	{ "t97_two_resamplers", test_t97_two_resamplers },
	{ "t101_sources", test_t101_sources },
	{ "t47_oneshot_handler", test_t47_oneshot_handler },
	{ "t47_two_at_once", test_t47_two_at_once },
	{ "t102_close_resample", test_t102_close_resample },
	{ "t107_eo3_sequence", test_t107_eo3_sequence },
	{ "t119_loop", test_t119_loop },
	{ "wait_deadline", test_wait_deadline },
	{ "wait_takes_interrupts", test_wait_takes_interrupts },
	{ "take", test_take },
	{ "signal_and_wait", test_signal_and_wait },
	{ "signal_and_take", test_signal_and_take },
};

int main(void)
{
	return ktap_run_all(tests);
}
