// SPDX-License-Identifier: BSD-2-Clause
/*
 * Every state of an interrupt and every thing that can happen to it there, against the ideal GIC of
 * tests/model: inactive, pending, active, active and pending; edge, level, level with a line, SGI;
 * enabled or not. After each step the distributor's registers are compared, at the end what comes
 * until nothing comes any more. "Elsewhere" is the same for an interrupt of vCPU 1, in whose list
 * registers it then is, while vCPU 0 does the writing.
 */
#include "conformance.h"

#include "tests/model/ideal_gic.h"

/* What can happen. X(name, function of below) */
#define OPS(X)                                                                                     \
	X(PEND, pend)                                                                              \
	X(UNPEND, unpend)                                                                          \
	X(ENABLE, enable)                                                                          \
	X(DISABLE, disable)                                                                        \
	X(ACTIVATE, activate)                                                                      \
	X(DEACTIVATE, deactivate)                                                                  \
	X(PRIORITY, change_priority)                                                               \
	X(NO_TARGET, remove_target)                                                                \
	X(TARGET, restore_target)                                                                  \
	X(GROUP1, to_group1)                                                                       \
	X(GROUP0, to_group0)                                                                       \
	X(LINE_HIGH, raise_line)                                                                   \
	X(LINE_LOW, lower_line)                                                                    \
	X(DIST_OFF, distributor_off)                                                               \
	X(DIST_ON, distributor_on)                                                                 \
	X(TAKE, take_it)                                                                           \
	X(END, end_it)

#define OP_NUMBER(name, function) name,
enum op { OPS(OP_NUMBER) N_OPS };

#define MAX_STEPS 4u
#define LAST (-1)

/* How each state is reached; then every op, and every op after that one. */
static const int8_t states[][MAX_STEPS] = {
	{ LAST },
	{ PEND, LAST },
	{ PEND, TAKE, LAST },
	{ PEND, TAKE, PEND, LAST },
	/* with the line high, where there is one */
	{ LINE_HIGH, LAST },
	{ LINE_HIGH, TAKE, LAST },
	{ LINE_HIGH, PEND, TAKE, LAST },
};
#define N_STATES (sizeof(states) / sizeof(states[0]))
#define N_STATES_WITHOUT_LINE 4u

struct subject {
	uint32_t intid;
	unsigned int vcpu; /* where it goes, and is taken */
	bool edge;
	bool has_line;
	bool taken; /* between its acknowledge and its EOI */
	bool wrong;
};

static struct ideal_gic ideal;

static void both(uint32_t offset, uint32_t width, uint32_t value)
{
	if (width == 1)
		mmio_write8(GICD_BASE + offset, (uint8_t)value);
	else
		gicd_write(offset, value);
	dsb();
	ideal_dist_write(&ideal, 0, offset, width, value);
}

static uint32_t look(uint32_t arg)
{
	(void)arg;
	timer_delay_us(4);
	return gicc_read(GICC_IAR);
}

/* Taken when the ideal GIC has it to give. A maintenance interrupt may be on its way. */
static uint32_t acknowledge(const struct subject *s, bool expected)
{
	uint32_t (*fn)(uint32_t) = expected ? remote_take : look;

	return s->vcpu ? on_vcpu(s->vcpu, fn, 0) : fn(0);
}

static void take_it(struct subject *s)
{
	const struct ideal_irq *irq = ideal_irq_const(&ideal, s->vcpu, s->intid);
	const bool expected = ideal_forwarded(&ideal, s->vcpu, s->intid) && !irq->group1 &&
			      !s->taken;
	const uint32_t iar = acknowledge(s, expected);

	if (expected) {
		ideal_acknowledge(&ideal, s->vcpu, s->intid, 0, irq->priority, false);
		s->taken = true;
	}
	s->wrong |= !ktap_check(iar == (expected ? s->intid : GIC_SPURIOUS),
				"IAR is 0x%lx, ideally it is %sthere", (unsigned long)iar,
				expected ? "" : "not ");
}

/* An EOIR without an acknowledge is UNPREDICTABLE. */
static void end_it(struct subject *s)
{
	if (!s->taken)
		return;
	ideal_eoi(&ideal, s->vcpu, s->intid, 0);
	s->taken = false;
	if (s->vcpu)
		on_vcpu(s->vcpu, remote_eoi, s->intid);
	else
		eoi(s->intid);
}

static void write_bit(const struct subject *s, uint32_t offset_of_word_0)
{
	both(offset_of_word_0 + s->intid / 32 * 4, 4, SPI_BIT(s->intid));
}

/* The pending latch: of an SGI by its own registers. */
static void pend(struct subject *s)
{
	if (s->intid < GIC_N_SGIS)
		both(GICD_SPENDSGIR(0) + s->intid, 1, 1);
	else
		write_bit(s, GICD_ISPENDR(0));
}

static void unpend(struct subject *s)
{
	if (s->intid < GIC_N_SGIS)
		both(GICD_CPENDSGIR(0) + s->intid, 1, 1);
	else
		write_bit(s, GICD_ICPENDR(0));
}

static void enable(struct subject *s)
{
	write_bit(s, GICD_ISENABLER(0));
}

static void disable(struct subject *s)
{
	write_bit(s, GICD_ICENABLER(0));
}

/* Not while an EOI is due that could then end it or not; and an SPI without a target is
 * nobody's. */
static void activate(struct subject *s)
{
	if (!s->taken &&
	    (s->intid < GIC_FIRST_SPI || ideal_irq_const(&ideal, 0, s->intid)->targets != 0))
		write_bit(s, GICD_ISACTIVER(0));
}

static void deactivate(struct subject *s)
{
	write_bit(s, GICD_ICACTIVER(0));
}

static void change_priority(struct subject *s)
{
	both(GICD_IPRIORITYR(0) + s->intid, 1, 0x40);
}

static void remove_target(struct subject *s)
{
	both(GICD_ITARGETSR(0) + s->intid, 1, 0);
}

static void restore_target(struct subject *s)
{
	both(GICD_ITARGETSR(0) + s->intid, 1, 1u << s->vcpu);
}

static void set_group(const struct subject *s, uint32_t group1)
{
	const uint32_t offset = GICD_IGROUPR(s->intid / 32);
	const uint32_t others = gicd_read(offset) & ~SPI_BIT(s->intid);

	both(offset, 4, others | (group1 ? SPI_BIT(s->intid) : 0));
}

static void to_group1(struct subject *s)
{
	set_group(s, 1);
}

static void to_group0(struct subject *s)
{
	set_group(s, 0);
}

static void set_line(const struct subject *s, bool high)
{
	if (!s->has_line)
		return;
	line(high);
	ideal_set_line(&ideal, 0, s->intid, high);
}

static void raise_line(struct subject *s)
{
	set_line(s, true);
}

static void lower_line(struct subject *s)
{
	set_line(s, false);
}

static void distributor_off(struct subject *s)
{
	(void)s;
	both(GICD_CTLR, 4, 0);
}

static void distributor_on(struct subject *s)
{
	(void)s;
	both(GICD_CTLR, 4, 1);
}

#define OP_ENTRY(name, function) [name] = { #function, function },
static const struct {
	const char *name;
	void (*run)(struct subject *s);
} ops[N_OPS] = { OPS(OP_ENTRY) };

static void same(struct subject *s, uint32_t offset, const char *name)
{
	const uint32_t bit = SPI_BIT(s->intid);
	const uint32_t real = gicd_read(offset + s->intid / 32 * 4) & bit;
	const uint32_t should = ideal_dist_read(&ideal, 0, offset + s->intid / 32 * 4, 4) & bit;

	s->wrong |=
		!ktap_check(real == should, "%s is %d, ideally %d", name, real != 0, should != 0);
}

static void compare(struct subject *s)
{
	same(s, GICD_ISPENDR(0), "pending");
	same(s, GICD_ISACTIVER(0), "active");
	same(s, GICD_ISENABLER(0), "enabled");
}

static void do_op(struct subject *s, enum op op)
{
	ops[op].run(s);
	compare(s);
}

static void do_ops(struct subject *s, const int8_t *list)
{
	for (; *list != LAST; list++)
		do_op(s, (enum op) * list);
}

/* All that is left comes, in the way that the ideal GIC says, and no more. */
static const int8_t drain[] = { END,  LINE_LOW, DEACTIVATE, DIST_ON, GROUP0, TARGET, ENABLE,
				TAKE, END,	TAKE,	    END,     TAKE,   END,    LAST };

/* Both as they are at rest: the real one, and the ideal one anew. */
static void start(struct subject *s)
{
	static const int8_t rest[] = { LINE_LOW, DIST_ON,  DISABLE, UNPEND, DEACTIVATE,
				       GROUP0,	 PRIORITY, TARGET,  ENABLE, LAST };

	s->taken = s->wrong = false;
	ideal_init(&ideal, machine_vcpus(), 128);
	for (unsigned int cpu = 0; cpu < machine_vcpus(); cpu++) {
		ideal_cpu_write(&ideal, cpu, GICC_CTLR, 1);
		ideal_cpu_write(&ideal, cpu, GICC_PMR, 0xf8);
	}
	for (const int8_t *op = rest; *op != LAST; op++)
		ops[*op].run(s);
	gic_set_priority(s->intid, 0x80);
	ideal_irq(&ideal, s->vcpu, s->intid)->priority = 0x80;
	if (s->intid >= GIC_FIRST_SPI)
		gic_set_edge(s->intid, s->edge);
}

static bool run(struct subject *s, const int8_t *state, enum op first, enum op second)
{
	start(s);
	do_ops(s, state);
	do_op(s, first);
	do_op(s, second);
	for (const int8_t *op = drain; *op != LAST; op++)
		ops[*op].run(s);
	compare(s);
	if (!s->wrong)
		return true;
	ktap_diag("in state %d: %s, %s", (int)(state - states[0]) / (int)MAX_STEPS, ops[first].name,
		  ops[second].name);
	return false;
}

/* Every op after every op; `single`: every op, and a pend after it. */
static void run_all(struct subject s, bool single)
{
	const uint32_t n_states = s.has_line ? N_STATES : N_STATES_WITHOUT_LINE;
	const uint32_t n_second = single ? 1 : N_OPS;
	uint32_t failed = 0;

	if (qemu_differs("its states of a level interrupt differ"))
		return;
	for (uint32_t i = 0; i < n_states * N_OPS * n_second && failed < 4; i++)
		failed += !run(&s, states[i / n_second / N_OPS], (enum op)(i / n_second % N_OPS),
			       (enum op)(i % n_second));
}

void states_of_edge(void)
{
	run_all((struct subject){ .intid = SPI + 3, .edge = true }, false);
}

void states_of_level(void)
{
	run_all((struct subject){ .intid = SPI + 3 }, false);
}

void states_of_line(void)
{
	run_all((struct subject){ .intid = PL011_INTID, .has_line = true }, false);
}

void states_of_sgi(void)
{
	run_all((struct subject){ .intid = 5 }, false);
}

void states_of_edge_elsewhere(void)
{
	if (!needs_vcpus(2))
		run_all((struct subject){ .intid = SPI + 3, .vcpu = 1, .edge = true }, true);
}

void states_of_level_elsewhere(void)
{
	if (!needs_vcpus(2))
		run_all((struct subject){ .intid = SPI + 3, .vcpu = 1 }, true);
}

void states_of_line_elsewhere(void)
{
	if (!needs_vcpus(2))
		run_all((struct subject){ .intid = PL011_INTID, .vcpu = 1, .has_line = true },
			true);
}
