// SPDX-License-Identifier: BSD-2-Clause
#include "tests/check/bell_state.h"

#include <string.h>

const char *bs_violation;

/* The real thing, filled in from a state for one action. */
static struct doorbells vms[2], empty[2];
static struct bell_effects effects;

static void fail(const char *what)
{
	if (bs_violation == NULL)
		bs_violation = what;
}

static void unpack(const struct bs_vm *from, struct doorbells *to)
{
	memcpy(to->bell, from->bell, sizeof(from->bell));
	memcpy(to->irqfd, from->irqfd, sizeof(from->irqfd));
	memcpy(to->link, from->link, sizeof(from->link));
	to->line[BS_GSI - BELL_FIRST_INTID] = from->line;
	to->last_id = from->last_id;
}

/* What does not fit would be lost: that is an error of this world, or a leak. */
static void pack(struct doorbells *from, struct bs_vm *to, const struct doorbells *rest)
{
	memcpy(to->bell, from->bell, sizeof(to->bell));
	memcpy(to->irqfd, from->irqfd, sizeof(to->irqfd));
	memcpy(to->link, from->link, sizeof(to->link));
	to->line = from->line[BS_GSI - BELL_FIRST_INTID];
	to->last_id = from->last_id;
	unpack(&(struct bs_vm){ 0 }, from);
	if (memcmp(from, rest, sizeof(*from)) != 0)
		fail("more is used than this world has room for");
}

void bs_start(struct bs_state *state)
{
	for (unsigned int vm = 0; vm < 2; vm++) {
		struct bells_config config = {
			.vm = (uint8_t)vm, .n_vms = 2, .n_intids = 64, .serves = vm == 0 ? 2 : 0
		};

		if (!bells_init(&vms[vm], &config))
			fail("bells_init");
		empty[vm] = vms[vm];
	}
	memset(state, 0, sizeof(*state));
	for (unsigned int i = 0; i < 2; i++) {
		bell_create(&vms[BS_DM], 0, 0, &state->s[i]);
		bell_create(&vms[BS_DM], 0, 0, &state->r[i]);
	}
	pack(&vms[BS_DM], &state->vm[BS_DM], &empty[BS_DM]);
	pack(&vms[BS_CLIENT], &state->vm[BS_CLIENT], &empty[BS_CLIENT]);
}

/* An input is driven only while somebody does, and never high without. */
static void do_change(struct bs_state *state, unsigned int vm)
{
	struct bell_change change = effects.change;

	effects.change = (struct bell_change){ 0 };
	if (vm != BS_CLIENT && (change.line | change.wiring | change.notify) != 0)
		fail("P13: an input of the device model changes");
	if (change.wiring == BELL_WIRING_EDGE || change.wiring == BELL_WIRING_LEVEL)
		state->wiring = change.wiring;
	if (change.line == BELL_LINE_HIGH || change.line == BELL_LINE_LOW)
		state->high = change.line == BELL_LINE_HIGH;
	if (state->high && state->wiring != BELL_WIRING_LEVEL)
		fail("high without being wired as a level");
	if (change.wiring == BELL_WIRING_NONE)
		state->wiring = BELL_WIRING_KEEP;
	if (state->high && state->wiring == BELL_WIRING_KEEP)
		fail("RS-8: the last driver leaves the line high");
	if (change.notify != BELL_NOTIFY_KEEP)
		state->notify = change.notify == BELL_NOTIFY_ON;
}

/* Posts go to the CPU that caused them. */
static void collect(struct bs_state *state, enum bs_cpu cpu)
{
	struct bell_ref post;

	while (bell_next_post(&effects, &post)) {
		if (state->n_posts[cpu] == BS_POSTS) {
			fail("too many posts");
			return;
		}
		state->post[cpu][state->n_posts[cpu]++] = post;
	}
}

static bool is_idle(const struct bs_state *state, enum bs_cpu cpu)
{
	return state->n_posts[cpu] == 0 && (cpu != BS_CPU_OP || !state->op_active);
}

static unsigned int count_of(const struct bs_state *state, uint32_t handle)
{
	return handle != 0 ? (unsigned int)state->vm[BS_DM].bell[handle & 0xff].count : 0;
}

static bool signal(struct bs_state *state, unsigned int i)
{
	struct bell *bell = &vms[BS_DM].bell[state->s[i] & 0xff];
	uint64_t before = bell->count;
	bool taken = bell->sink == SINK_IRQFD && (bell->flags & BELL_MASKED) == 0;

	if (!is_idle(state, BS_CPU_DM) || state->s[i] == 0 || before >= 2)
		return false;
	if (bell_signal(&vms[BS_DM], state->s[i], 1, &effects) < BELLHOP_OK)
		fail("SIGNAL");
	if (bell->count != (taken ? 0 : before + 1) || (effects.n_posts != 0) != taken)
		fail("P12: a ring is lost, or told twice");
	return true;
}

static bool read_bell(struct bs_state *state, unsigned int i)
{
	uint64_t value = 0;
	uint32_t status;

	if (!is_idle(state, BS_CPU_DM) || state->r[i] == 0 || state->told[i] == 0)
		return false;
	if (bell_read(&vms[BS_DM], state->r[i], &value, &status, &effects) != BELLHOP_OK ||
	    value != state->told[i])
		fail("P12: READ returns another number than was rung");
	state->told[i] = 0;
	return true;
}

static bool mask(struct bs_state *state, unsigned int masked)
{
	uint32_t was;

	if (!is_idle(state, BS_CPU_DM) || state->s[0] == 0)
		return false;
	bell_mask(&vms[BS_DM], state->s[0], masked, &was, &effects);
	return was != masked;
}

/* How many posts are on their way to r[i]: none may be added while two wait to be read. */
static bool has_room(const struct bs_state *state)
{
	return state->told[0] < 2 && state->told[1] < 2;
}

/* The shared source is low, and then they are told. by_enable: no eoifds. */
static bool end_of_interrupt(struct bs_state *state, bool by_enable)
{
	if (!is_idle(state, BS_CPU_CLIENT) || !state->high || !state->notify || !has_room(state))
		return false;
	if (by_enable)
		bell_eoi(&vms[BS_CLIENT], BS_GSI, true, &effects);
	else
		effects.change = (struct bell_change){
			.intid = BS_GSI,
			.line = bell_level_ended(&vms[BS_CLIENT], BS_GSI, &effects) ?
					BELL_LINE_HIGH :
					BELL_LINE_LOW,
		};
	if ((vms[BS_CLIENT].line[BS_GSI - BELL_FIRST_INTID].sources & SOURCE_RESAMPLE) != 0)
		fail("RS-3: told before the line is low");
	state->asserted = 0;
	return true;
}

static bool reset(struct bs_state *state)
{
	if (!is_idle(state, BS_CPU_CLIENT) || !has_room(state) || !state->high)
		return false;
	for (unsigned int i = 0; i < BELLHOP_MAX_IRQFDS; i++)
		bells_reset_irqfd(&vms[BS_CLIENT], i, &effects);
	state->asserted = 0;
	return true;
}

/* An effect is right only where this world knows of a binding, or of one that is being changed. */
static void check_delivery(struct bs_state *state, struct bell_ref post, bool effect)
{
	if (post.kind != REF_IRQFD)
		return;
	for (unsigned int i = 0; i < 2; i++) {
		if (state->irqfd[i] != post.id)
			continue;
		if (state->bound[i] == BS_BOUND && !effect)
			fail("a signal of a bound bell is lost");
		if (effect && vms[BS_CLIENT].irqfd[post.index].kind == IRQFD_RESAMPLE)
			state->asserted = 1;
		return;
	}
	if (effect && !state->op_active)
		fail("T104: an effect after unbind");
}

static void count_told(struct bs_state *state, const struct doorbells *before)
{
	for (unsigned int i = 0; i < 2; i++) {
		unsigned int index = state->r[i] & 0xff;

		if (state->r[i] == 0 || vms[BS_DM].bell[index].count == before->bell[index].count)
			continue;
		if (vms[BS_DM].bell[index].count != before->bell[index].count + 1)
			fail("P5: told more than once");
		state->told[i]++;
	}
}

/* A link that this world has not seen unbound, nor its bell closed. */
static bool is_known(const struct bs_state *state, uint32_t link)
{
	return state->link[0] == link || state->link[1] == link || state->link[2] == link;
}

static bool deliver(struct bs_state *state, enum bs_cpu cpu)
{
	static struct doorbells before;
	struct bell_ref post;
	unsigned int intid;
	bool alive;

	if (state->n_posts[cpu] == 0)
		return false;
	post = state->post[cpu][0];
	memmove(&state->post[cpu][0], &state->post[cpu][1],
		(BS_POSTS - 1) * sizeof(state->post[cpu][0]));
	memset(&state->post[cpu][BS_POSTS - 1], 0, sizeof(post));
	state->n_posts[cpu]--;
	before = vms[BS_DM];
	alive = post.kind == REF_LINK && vms[BS_DM].link[post.index].id == post.id &&
		vms[BS_DM].link[post.index].state == LINK_BOUND;
	intid = bell_deliver(&vms[post.vm], &post, &effects);
	if (intid != 0)
		effects.change = (struct bell_change){
			.intid = (uint16_t)(intid & ~BELL_RISES),
			.line = (intid & BELL_RISES) != 0 ? BELL_LINE_HIGH : BELL_LINE_PULSE,
		};
	check_delivery(state, post, effects.change.line != BELL_LINE_KEEP);
	count_told(state, &before);
	if (post.kind == REF_LINK && alive == (memcmp(&before, &vms[BS_DM], sizeof(before)) == 0))
		fail("P5: told by a link that is gone, or not told by one that is there");
	if (alive && !state->op_active && !is_known(state, post.id))
		fail("T104: told after unbind");
	do_change(state, post.vm);
	collect(state, cpu);
	return true;
}

static bool begin(struct bs_state *state, uint32_t call, unsigned int bell, enum bs_bound to,
		  const uint32_t arg[7])
{
	if (!is_idle(state, BS_CPU_OP))
		return false;
	if (bell_op_begin(&state->op, &vms[BS_DM], call, arg) != BELLHOP_OK) {
		memset(&state->op, 0, sizeof(state->op));
		return false;
	}
	state->op_active = 1;
	state->op_bell = (uint8_t)bell;
	state->op_to = (uint8_t)to;
	return true;
}

static bool begin_bind(struct bs_state *state, unsigned int i, uint32_t flags)
{
	bool resample = flags == BELLHOP_RESAMPLE;
	const uint32_t arg[7] = { BS_CLIENT, BS_GSI, state->s[i], resample ? state->r[i] : 0,
				  flags };
	enum bs_bound to = flags == BELLHOP_DEASSIGN ? BS_UNBOUND : BS_BOUND;

	if (state->s[i] == 0 || (resample && state->r[i] == 0))
		return false;
	return begin(state, BELLHOP_IRQ_BIND, i, to, arg);
}

/* Each has a place until r[1] is closed, and there is room for two. */
static bool has_orphans(const struct bs_state *state)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < BS_LINKS; i++)
		n += state->vm[BS_DM].link[i].id != 0 &&
		     state->vm[BS_DM].link[i].state == LINK_ORPHANED;
	return n >= 2;
}

static bool begin_eoi(struct bs_state *state, uint32_t flags)
{
	const uint32_t arg[7] = { BS_CLIENT, state->s[0], state->r[1], flags };

	if (state->s[0] == 0 || state->r[1] == 0 || (flags == 0 && has_orphans(state)))
		return false;
	return begin(state, BELLHOP_EOI_BIND, 2, flags == 0 ? BS_BOUND : BS_UNBOUND, arg);
}

static bool begin_close(struct bs_state *state, uint32_t *handle, unsigned int bell)
{
	const uint32_t arg[7] = { *handle };

	if (*handle == 0 || !begin(state, BELLHOP_CLOSE, bell, BS_UNBOUND, arg))
		return false;
	*handle = 0; /* the caller has given it up */
	return true;
}

static bool create(struct bs_state *state, uint32_t *handle)
{
	if (!is_idle(state, BS_CPU_OP) || *handle != 0)
		return false;
	return bell_create(&vms[BS_DM], 0, 0, handle) == BELLHOP_OK;
}

/* What this world knows of links after an operation: 2 is the eoifd's, 3 and 4 closed r[]. */
static void note_links(struct bs_state *state)
{
	unsigned int i = state->op_bell;

	if (state->op.error != BELLHOP_OK)
		return;
	if (i < 3)
		state->link[i] = state->op_to == BS_BOUND ? state->op.link.id : 0;
	else
		state->link[i - 3] = 0;
	/* Its irqfd, or its bell, is gone. */
	if ((i == 0 && state->op_to == BS_UNBOUND) || i == 4)
		state->link[2] = 0;
}

static bool is_bound(const struct bs_state *state, unsigned int i)
{
	return state->s[i] != 0 && vms[BS_DM].bell[state->s[i] & 0xff].sink == SINK_IRQFD;
}

/* Between the first and the last step of its operation a bell may be bound or not. */
static void note_op(struct bs_state *state, bool done)
{
	unsigned int i = state->op_bell;

	if (done)
		note_links(state);
	if (i >= 2)
		return;
	if (!done) {
		state->bound[i] = BS_CHANGING;
		if (state->op.irqfd.kind == REF_IRQFD && state->op_to == BS_BOUND)
			state->irqfd[i] = state->op.irqfd.id;
		return;
	}
	state->bound[i] = is_bound(state, i) ? BS_BOUND : BS_UNBOUND;
	if (state->op.error == BELLHOP_OK && state->bound[i] != state->op_to)
		fail("an operation that succeeds does not do what it says");
	if (state->bound[i] == BS_UNBOUND)
		state->irqfd[i] = 0;
}

static bool step(struct bs_state *state)
{
	static struct doorbells before[2];
	unsigned int vm = 0;
	bool done;

	if (!state->op_active)
		return false;
	memcpy(before, vms, sizeof(before));
	if (!bell_op_next(&state->op, &vm))
		fail("an operation without steps");
	bell_op_step(&state->op, &vms[vm], &effects);
	if (memcmp(&before[1 - vm], &vms[1 - vm], sizeof(before[0])) != 0)
		fail("P13: a step changes a VM that is not locked");
	do_change(state, vm);
	done = !bell_op_next(&state->op, &vm);
	note_op(state, done);
	collect(state, BS_CPU_OP);
	if (done) {
		state->op_active = 0;
		memset(&state->op, 0, sizeof(state->op));
	}
	return true;
}

/* What this world has counted is what is there; and what nobody drives is low. */
static void check(const struct bs_state *state)
{
	const struct bs_vm *client = &state->vm[BS_CLIENT];
	bool high = client->line.sources != 0 || client->line.asserted != 0;
	unsigned int levels = 0;

	for (unsigned int i = 0; i < 2; i++)
		if (state->r[i] != 0 && count_of(state, state->r[i]) != state->told[i])
			fail("P12: the sum of rings is not the sum of reads and what is left");
	for (unsigned int i = 0; i < BS_IRQFDS; i++)
		levels += client->irqfd[i].id != 0 && client->irqfd[i].kind == IRQFD_LEVEL &&
			  client->irqfd[i].asserted;
	if (client->line.asserted != levels)
		fail("I6: the level is not the OR of its sources");
	if (client->line.owner == LINE_LEVEL && high != (state->high != 0))
		fail("I6: the input is not at the level of its sources");
	if (client->line.first == 0 && state->high)
		fail("RS-8: high without a driver");
	if (!state->op_active && (client->line.sources & SOURCE_RESAMPLE) != 0 && !state->asserted)
		fail("P5: asserted without a signal");
}

const char *const bs_action_names[BS_ACTIONS] = {
	"step of the operation",
	"deliver (operation)",
	"deliver (client)",
	"deliver (DM)",
	"signal s0",
	"signal s1",
	"read r0",
	"read r1",
	"mask s0",
	"unmask s0",
	"EOI",
	"enable",
	"reset",
	"bind s0 RESAMPLE r0",
	"bind s1 RESAMPLE r1",
	"bind s1 LEVEL",
	"bind s0 edge",
	"unbind s0",
	"unbind s1",
	"bind eoifd s0 r1",
	"unbind eoifd",
	"close s0",
	"close s1",
	"close r0",
	"close r1",
	"create s",
	"create r",
};

static bool begin_something(struct bs_state *state, unsigned int n)
{
	switch (n) {
	case BS_BIND_0:
		return begin_bind(state, 0, BELLHOP_RESAMPLE);
	case BS_BIND_1:
		return begin_bind(state, 1, BELLHOP_RESAMPLE);
	case BS_BIND_LEVEL:
		return begin_bind(state, 1, BELLHOP_LEVEL);
	case BS_BIND_EDGE:
		return begin_bind(state, 0, 0);
	case BS_UNBIND_0:
	case BS_UNBIND_1:
		return begin_bind(state, n - BS_UNBIND_0, BELLHOP_DEASSIGN);
	case BS_BIND_EOI:
		return begin_eoi(state, 0);
	case BS_UNBIND_EOI:
		return begin_eoi(state, BELLHOP_DEASSIGN);
	case BS_CLOSE_S0:
	case BS_CLOSE_S1:
		return begin_close(state, &state->s[n - BS_CLOSE_S0], n - BS_CLOSE_S0);
	case BS_CLOSE_R0:
	case BS_CLOSE_R1:
		state->told[n - BS_CLOSE_R0] = 0;
		return begin_close(state, &state->r[n - BS_CLOSE_R0], 3 + n - BS_CLOSE_R0);
	case BS_CREATE_S:
		return create(state, state->s[0] == 0 ? &state->s[0] : &state->s[1]);
	default:
		return create(state, state->r[0] == 0 ? &state->r[0] : &state->r[1]);
	}
}

/* Changes are done at once, with the lock that they were made under. */
static bool act_locally(struct bs_state *state, unsigned int n)
{
	enum bs_cpu cpu = n < BS_EOI ? BS_CPU_DM : BS_CPU_CLIENT;
	bool done;

	if (n < BS_READ_0)
		done = signal(state, n - BS_SIGNAL_0);
	else if (n < BS_MASK)
		done = read_bell(state, n - BS_READ_0);
	else if (n < BS_EOI)
		done = mask(state, n == BS_MASK);
	else if (n < BS_RESET)
		done = end_of_interrupt(state, n == BS_ENABLE);
	else
		done = reset(state);
	do_change(state, cpu == BS_CPU_DM ? BS_DM : BS_CLIENT);
	collect(state, cpu);
	return done;
}

bool bs_act(struct bs_state *state, unsigned int n)
{
	bool done;

	unpack(&state->vm[0], &vms[0]);
	unpack(&state->vm[1], &vms[1]);
	bell_effects_clear(&effects);
	if (n == BS_STEP)
		done = step(state);
	else if (n < BS_SIGNAL_0)
		done = deliver(state, (enum bs_cpu)(n - BS_DELIVER_OP));
	else if (n < BS_BIND_0)
		done = act_locally(state, n);
	else
		done = begin_something(state, n);
	pack(&vms[0], &state->vm[0], &empty[0]);
	pack(&vms[1], &state->vm[1], &empty[1]);
	if ((state->vm[BS_CLIENT].line.sources & SOURCE_RESAMPLE) == 0)
		state->asserted = 0;
	if (done)
		check(state);
	return done;
}
