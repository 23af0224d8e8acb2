// SPDX-License-Identifier: BSD-2-Clause
/* Who outlives whom: eoifds, unbind and close in every order. T104 to T111. */
#include "bell_world.h"

#define DM BELL_WORLD_DM
#define CLIENT BELL_WORLD_CLIENT
#define OTHER 2u
#define GSI 60u

static struct bell_world w;
static uint32_t s, r, e;

static int setup(void **state)
{
	(void)state;
	bw_start(&w);
	s = bw_create(&w, DM);
	r = bw_create(&w, DM);
	e = bw_create(&w, DM);
	return 0;
}

static struct bell_input *input(void)
{
	return &w.input[CLIENT][GSI];
}

static int32_t bind(uint32_t flags)
{
	return bw_irq(&w, DM, CLIENT, GSI, s, flags == BELLHOP_RESAMPLE ? r : 0, flags);
}

static int32_t bind_eoi(uint32_t flags)
{
	return bw_eoi_bind(&w, DM, CLIENT, s, e, flags);
}

static void close_all(void)
{
	bw_close(&w, DM, s);
	bw_close(&w, DM, r);
	bw_close(&w, DM, e);
	bw_assert_empty(&w);
}

static void eoi_of_a_level_irqfd(void **state)
{
	(void)state;
	assert_int_equal(bind(BELLHOP_LEVEL), BELLHOP_OK);
	assert_false(input()->notify);
	assert_int_equal(bind_eoi(0), BELLHOP_OK);
	assert_true(input()->notify);
	bw_signal(&w, DM, s, 1);
	assert_true(input()->high);
	bw_eoi(&w, CLIENT, GSI);
	assert_false(input()->high);
	assert_int_equal(bw_read(&w, DM, e), 1);
	/* Only what it asserted itself. */
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 1), BELLHOP_OK);
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(bw_read(&w, DM, e), BELLHOP_AGAIN);
	assert_int_equal(bw_set_level(&w, CLIENT, GSI, 0), BELLHOP_OK);
	close_all();
}

/* Both kinds of notice for one EOI: resamplers first, then eoifds. */
static void in_order(struct bell_world *world, struct bell_ref post)
{
	if (post.kind != REF_LINK)
		return;
	if (world->scratch[0]++ == 0) {
		assert_int_equal(world->d[DM].link[post.index].kind, LINK_RESAMPLE);
		assert_int_equal(bw_count(world, DM, e), 0);
	} else {
		assert_int_equal(world->d[DM].link[post.index].kind, LINK_EOI);
		assert_int_equal(bw_count(world, DM, r), 1);
	}
	assert_false(world->input[CLIENT][GSI].high);
}

static void resamplers_are_told_before_eoifds(void **state)
{
	(void)state;
	assert_int_equal(bind(BELLHOP_RESAMPLE), BELLHOP_OK);
	assert_int_equal(bind_eoi(0), BELLHOP_OK);
	bw_signal(&w, DM, s, 1);
	w.before_post = in_order;
	bw_eoi(&w, CLIENT, GSI);
	assert_int_equal(w.scratch[0], 2);
	assert_int_equal(bw_read(&w, DM, r), 1);
	assert_int_equal(bw_read(&w, DM, e), 1);
}

static void eoi_arguments(void **state)
{
	uint32_t edge = bw_create(&w, DM);

	(void)state;
	assert_int_equal(bind_eoi(0), BELLHOP_INVAL);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI + 1, edge, 0, 0), BELLHOP_OK);
	assert_int_equal(bw_eoi_bind(&w, DM, CLIENT, edge, e, 0), BELLHOP_INVAL);
	assert_int_equal(bind(BELLHOP_LEVEL), BELLHOP_OK);
	for (unsigned int bit = 1; bit < 32; bit++)
		assert_int_equal(bind_eoi(1u << bit), BELLHOP_INVAL);
	assert_int_equal(bw_eoi_bind(&w, DM, CLIENT, s, s, 0), BELLHOP_INVAL);
	assert_int_equal(bw_eoi_bind(&w, DM, OTHER, s, e, 0), BELLHOP_INVAL);
	assert_int_equal(bw_eoi_bind(&w, DM, 3, s, e, 0), BELLHOP_PERM);
	assert_int_equal(bw_eoi_bind(&w, DM, 99, s, e, 0), BELLHOP_RANGE);
	assert_int_equal(bw_eoi_bind(&w, DM, CLIENT, s, 1, 0), BELLHOP_BADH);
	assert_int_equal(bw_eoi_bind(&w, DM, CLIENT, 1, e, 0), BELLHOP_BADH);
	assert_int_equal(bind_eoi(BELLHOP_DEASSIGN), BELLHOP_NOENT);
	assert_int_equal(bind_eoi(0), BELLHOP_OK);
	assert_int_equal(bind_eoi(0), BELLHOP_BUSY);
	assert_int_equal(bw_eoi_bind(&w, DM, CLIENT, s, r, BELLHOP_DEASSIGN), BELLHOP_NOENT);
	assert_int_equal(bw_eoi_bind(&w, DM, OTHER, s, e, BELLHOP_DEASSIGN), BELLHOP_NOENT);
	assert_int_equal(bind_eoi(BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_false(input()->notify);
	assert_int_equal(bw_close(&w, DM, edge), BELLHOP_OK);
	close_all();
}

/* A signal on the way to the irqfd, an EOI on the way to the bells, when it is unbound. */
static void t104_nothing_in_flight_arrives_after_unbind(void **state)
{
	struct bell_ref post, eoi;

	(void)state;
	for (unsigned int i = 0; i < 1000; i++) {
		assert_int_equal(bind(BELLHOP_RESAMPLE), BELLHOP_OK);
		bell_effects_clear(&w.effects);
		assert_int_equal(bell_signal(&w.d[DM], s, 1, &w.effects), BELLHOP_OK);
		assert_true(bell_next_post(&w.effects, &post));
		bell_eoi(&w.d[CLIENT], GSI, false, &w.effects);
		w.effects.change = (struct bell_change){ 0 };
		assert_true(bell_next_post(&w.effects, &eoi));
		assert_int_equal(bind(BELLHOP_DEASSIGN), BELLHOP_OK);
		/* Also when something new is in its place. */
		if (i % 2 != 0)
			assert_int_equal(bind(BELLHOP_RESAMPLE), BELLHOP_OK);
		bell_effects_clear(&w.effects);
		bell_deliver(&w.d[CLIENT], &post, &w.effects);
		bell_deliver(&w.d[DM], &eoi, &w.effects);
		assert_int_equal(w.effects.change.line, BELL_LINE_KEEP);
		assert_int_equal(w.effects.n_posts, 0);
		assert_int_equal(bw_read(&w, DM, r), BELLHOP_AGAIN);
		if (i % 2 != 0)
			assert_int_equal(bind(BELLHOP_DEASSIGN), BELLHOP_OK);
	}
	close_all();
}

/* What another CPU does between any two steps of an unbind or close, at `scratch[0]`. */
static void meanwhile(struct bell_world *world, unsigned int step)
{
	(void)step;
	if (world->scratch[1]++ != world->scratch[0])
		return;
	bw_signal(world, DM, s, 1);
	if (world->input[CLIENT][GSI].notify)
		bell_eoi(&world->d[CLIENT], GSI, false, &world->effects);
	if (world->effects.change.line != BELL_LINE_KEEP)
		world->input[CLIENT][GSI].high = world->effects.change.line == BELL_LINE_HIGH;
	world->effects.change = (struct bell_change){ 0 };
}

static void t104_signals_and_eois_between_steps(void **state)
{
	(void)state;
	for (unsigned int at = 0; at < 4; at++) {
		for (unsigned int how = 0; how < 2; how++) {
			assert_int_equal(bind(BELLHOP_RESAMPLE), BELLHOP_OK);
			bw_signal(&w, DM, s, 1);
			w.scratch[0] = at;
			w.scratch[1] = 0;
			w.before_step = meanwhile;
			if (how == 0) {
				assert_int_equal(bind(BELLHOP_DEASSIGN), BELLHOP_OK);
			} else {
				assert_int_equal(bw_close(&w, DM, s), BELLHOP_OK);
				s = bw_create(&w, DM);
			}
			w.before_step = NULL;
			assert_false(input()->high);
			bw_read(&w, DM, r);
			bw_read(&w, DM, s);
			bw_signal(&w, DM, s, 1);
			assert_false(input()->high);
			assert_int_equal(bw_read(&w, DM, s), 1);
		}
	}
	close_all();
}

#define OWN_GSI 61u

/* Another vCPU gives the bell another consumer, for which it needs no control lock. */
static void consume(struct bell_world *world, unsigned int step)
{
	if (step != world->scratch[0])
		return;
	if (world->scratch[1] == 0)
		assert_int_equal(bw_bind_virq(world, DM, s, OWN_GSI, BELLHOP_LEVEL), BELLHOP_OK);
	else
		assert_int_equal(
			bell_pollset_add(&world->d[DM], world->scratch[1], s, 3, &world->effects),
			BELLHOP_OK);
}

static void one_consumer(uint32_t pollset, unsigned int step, unsigned int client, uint32_t flags)
{
	const uint32_t resample = flags == BELLHOP_RESAMPLE ? r : 0;
	uint32_t bits = 0;

	w.scratch[0] = step;
	w.scratch[1] = pollset;
	w.before_step = consume;
	assert_int_equal(bw_irq(&w, DM, client, GSI, s, resample, flags), BELLHOP_BUSY);
	w.before_step = NULL;
	assert_int_equal(w.d[client].line[GSI - BELL_FIRST_INTID].owner, LINE_FREE);
	assert_int_equal(w.d[DM].link[0].id, 0);
	bw_signal(&w, DM, s, 1);
	assert_false(w.input[client][GSI].high);
	assert_int_equal(w.input[client][GSI].pulses, 0);
	if (pollset == 0) {
		assert_true(w.input[DM][OWN_GSI].high);
		assert_int_equal(bw_bind_virq(&w, DM, s, OWN_GSI, BELLHOP_DEASSIGN), BELLHOP_OK);
	} else {
		assert_int_equal(bell_poll(&w.d[DM], pollset, &bits), BELLHOP_OK);
		assert_int_equal(bits, 1u << 3);
		assert_int_equal(bell_pollset_del(&w.d[DM], pollset, s, &w.effects), BELLHOP_OK);
	}
	assert_int_equal(bw_read(&w, DM, s), 1);
}

static void a_bell_gets_one_consumer(void **state)
{
	static const uint32_t flags[] = { 0, BELLHOP_LEVEL, BELLHOP_RESAMPLE };
	uint32_t pollset;

	(void)state;
	assert_int_equal(bell_pollset_create(&w.d[DM], 0, &pollset), BELLHOP_OK);
	for (unsigned int i = 0; i < 3; i++)
		for (unsigned int step = 0; step < 3; step++)
			for (unsigned int client = DM; client <= CLIENT; client++) {
				one_consumer(0, step, client, flags[i]);
				one_consumer(pollset, step, client, flags[i]);
			}
	assert_int_equal(bw_close(&w, DM, pollset), BELLHOP_OK);
	close_all();
}

static void t105_close_and_unbind(void **state)
{
	(void)state;
	assert_int_equal(bind(BELLHOP_RESAMPLE), BELLHOP_OK);
	bw_signal(&w, DM, s, 1);
	assert_int_equal(bw_close(&w, DM, s), BELLHOP_OK);
	assert_false(input()->high);
	assert_int_equal(bind(BELLHOP_DEASSIGN), BELLHOP_BADH);
	assert_int_equal(bw_close(&w, DM, s), BELLHOP_BADH);
	close_all();
}

/* All that a VM has made goes with its handles, in the order of LIST. */
static void t106_close_everything(void **state)
{
	static const uint32_t types[] = { BELLHOP_TYPE_PEER, BELLHOP_TYPE_POLLSET,
					  BELLHOP_TYPE_BELL };
	uint32_t handle;
	uint32_t set;

	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		uint32_t signal = bw_create(&w, DM);

		assert_int_equal(
			bw_irq(&w, DM, 1 + i % 2, GSI + i / 4, signal, r, BELLHOP_RESAMPLE),
			BELLHOP_OK);
		assert_int_equal(bw_eoi_bind(&w, DM, 1 + i % 2, signal, e, 0), BELLHOP_OK);
		bw_signal(&w, DM, signal, 1);
		assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, signal, 1 + i % 2, 1, 0, 0, NULL),
				 BELLHOP_OK);
	}
	assert_int_equal(bell_pollset_create(&w.d[DM], 0, &set), BELLHOP_OK);
	for (unsigned int vm = 0; vm < BELL_WORLD_VMS; vm++)
		for (unsigned int i = 0; i < 3; i++)
			while (bell_list(&w.d[vm], types[i], 0, &handle) == BELLHOP_OK)
				assert_int_equal(bw_close(&w, vm, handle), BELLHOP_OK);
	bw_assert_empty(&w);
}

static void t107_eo3_sequence(void **state)
{
	uint32_t s2 = bw_create(&w, DM);

	(void)state;
	assert_int_equal(bind(BELLHOP_LEVEL), BELLHOP_OK);
	assert_int_equal(bind_eoi(0), BELLHOP_OK);
	assert_int_equal(bind(BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s2, 0, BELLHOP_LEVEL), BELLHOP_OK);
	assert_int_equal(bw_close(&w, DM, e), BELLHOP_OK);
	bw_signal(&w, DM, s2, 1);
	assert_true(input()->high);
	assert_int_equal(bw_close(&w, DM, s2), BELLHOP_OK);
	close_all();
}

/* 0: unbind the irqfd, 1: close its bell, 2: unbind the eoifd. */
static void take_down(unsigned int what)
{
	int32_t error = 0;

	if (what == 0)
		error = bind(BELLHOP_DEASSIGN);
	else if (what == 1)
		error = bw_close(&w, DM, s);
	else
		error = bind_eoi(BELLHOP_DEASSIGN);
	/* The bell may have been closed before. */
	assert_true(error == BELLHOP_OK || (what == 0 && error == BELLHOP_BADH));
}

static void t108_every_order(void **state)
{
	static const uint8_t orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	(void)state;
	for (unsigned int i = 0; i < 6; i++) {
		assert_int_equal(bind(BELLHOP_LEVEL), BELLHOP_OK);
		assert_int_equal(bind_eoi(0), BELLHOP_OK);
		bw_signal(&w, DM, s, 1);
		for (unsigned int j = 0; j < 3; j++)
			take_down(orders[i][j]);
		assert_false(input()->high);
		assert_int_equal(bw_status(&w, DM, e), 0);
		s = bw_create(&w, DM);
	}
	close_all();
}

static void t109_no_eoi_after_unbind(void **state)
{
	(void)state;
	assert_int_equal(bind(BELLHOP_LEVEL), BELLHOP_OK);
	assert_int_equal(bind_eoi(0), BELLHOP_OK);
	bw_signal(&w, DM, s, 1);
	assert_int_equal(bind(BELLHOP_DEASSIGN), BELLHOP_OK);
	bell_effects_clear(&w.effects);
	bell_eoi(&w.d[CLIENT], GSI, false, &w.effects);
	assert_int_equal(w.effects.n_posts, 0);
	assert_int_equal(bw_read(&w, DM, e), BELLHOP_AGAIN);
	assert_int_equal(bw_status(&w, DM, e), BELLHOP_HUP);
}

static void t110_an_orphan_keeps_its_key(void **state)
{
	(void)state;
	assert_int_equal(bind(BELLHOP_LEVEL), BELLHOP_OK);
	assert_int_equal(bind_eoi(0), BELLHOP_OK);
	assert_int_equal(bind(BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_int_equal(bind(BELLHOP_LEVEL), BELLHOP_BUSY);
	/* T111: nor does one of another kind inherit it. */
	assert_int_equal(bind(0), BELLHOP_BUSY);
	assert_int_equal(bind_eoi(BELLHOP_DEASSIGN), BELLHOP_OK);
	assert_int_equal(bw_status(&w, DM, e), 0);
	assert_int_equal(bind(0), BELLHOP_OK);
	close_all();
}

static void t111_an_edge_has_no_eoi(void **state)
{
	uint32_t s2 = bw_create(&w, DM);

	(void)state;
	assert_int_equal(bind(BELLHOP_LEVEL), BELLHOP_OK);
	assert_int_equal(bind_eoi(0), BELLHOP_OK);
	assert_int_equal(bw_irq(&w, DM, CLIENT, GSI, s2, 0, 0), BELLHOP_INVAL);
	assert_int_equal(bw_close(&w, DM, s2), BELLHOP_OK);
	close_all();
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(eoi_of_a_level_irqfd, setup),
		cmocka_unit_test_setup(resamplers_are_told_before_eoifds, setup),
		cmocka_unit_test_setup(eoi_arguments, setup),
		cmocka_unit_test_setup(t104_nothing_in_flight_arrives_after_unbind, setup),
		cmocka_unit_test_setup(t104_signals_and_eois_between_steps, setup),
		cmocka_unit_test_setup(a_bell_gets_one_consumer, setup),
		cmocka_unit_test_setup(t105_close_and_unbind, setup),
		cmocka_unit_test_setup(t106_close_everything, setup),
		cmocka_unit_test_setup(t107_eo3_sequence, setup),
		cmocka_unit_test_setup(t108_every_order, setup),
		cmocka_unit_test_setup(t109_no_eoi_after_unbind, setup),
		cmocka_unit_test_setup(t110_an_orphan_keeps_its_key, setup),
		cmocka_unit_test_setup(t111_an_edge_has_no_eoi, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
