// SPDX-License-Identifier: BSD-2-Clause
/* Peer handles: who may signal, and for how long. */
#include "bell_world.h"

#define DM BELL_WORLD_DM
#define CLIENT BELL_WORLD_CLIENT
#define OTHER 2u
#define GSI 60u

static struct bell_world w;
static uint32_t s, r;

static int setup(void **state)
{
	(void)state;
	bw_start(&w);
	s = bw_create(&w, DM);
	r = bw_create(&w, DM);
	return 0;
}

static uint32_t grant(unsigned int from, uint32_t bell, unsigned int to, uint32_t rights,
		      uint32_t label)
{
	uint32_t handle = 0;

	assert_int_equal(bw_op(&w, from, BELLHOP_GRANT, bell, to, rights, label, 0, &handle),
			 BELLHOP_OK);
	assert_int_equal(BELLHOP_HANDLE_TYPE(handle), BELLHOP_TYPE_PEER);
	return handle;
}

static void a_peer_signals(void **state)
{
	uint32_t peer = grant(DM, s, CLIENT, BELLHOP_RIGHT_SIGNAL, 7);
	uint32_t found = 0;
	struct bell_ref bell;
	uint32_t x;

	(void)state;
	assert_int_equal(bell_find(&w.d[CLIENT], DM, 7, &found), BELLHOP_OK);
	assert_int_equal(found, peer);
	assert_int_equal(bell_find(&w.d[CLIENT], DM, 8, &found), BELLHOP_NOENT);
	assert_int_equal(bell_find(&w.d[CLIENT], OTHER, 7, &found), BELLHOP_NOENT);
	assert_int_equal(bell_find(&w.d[CLIENT], 99, 7, &found), BELLHOP_RANGE);
	assert_int_equal(bw_signal(&w, CLIENT, peer, 3), BELLHOP_OK);
	assert_int_equal(bw_read(&w, DM, s), 3);
	assert_int_equal(bell_resolve_peer(&w.d[CLIENT], peer, BELLHOP_RIGHT_PEEK, &bell),
			 BELLHOP_PERM);
	/* Its handle is of no use elsewhere, nor for what only the home may do. */
	assert_int_equal(bw_signal(&w, OTHER, peer, 1), BELLHOP_BADH);
	assert_int_equal(bw_read(&w, CLIENT, peer), BELLHOP_BADH);
	assert_int_equal(bw_mask(&w, CLIENT, peer, 1), BELLHOP_BADH);
	assert_int_equal(bell_wait(&w.d[CLIENT], peer, 0, &x), BELLHOP_BADH);
	assert_int_equal(bw_irq(&w, CLIENT, CLIENT, GSI, peer, 0, 0), BELLHOP_BADH);
	bells_set_off(&w.d[DM], true);
	assert_int_equal(bw_signal(&w, CLIENT, peer, 1), BELLHOP_STATE);
	bells_set_off(&w.d[DM], false);
	assert_int_equal(bw_signal(&w, CLIENT, peer, 1), BELLHOP_OK);
	/* The last one that could signal closes. */
	assert_int_equal(bw_close(&w, CLIENT, peer), BELLHOP_OK);
	assert_int_equal(bw_status(&w, DM, s), BELLHOP_READABLE | BELLHOP_HUP);
	assert_int_equal(bw_signal(&w, CLIENT, peer, 1), BELLHOP_BADH);
	peer = grant(DM, s, CLIENT, BELLHOP_RIGHT_PEEK, 0);
	/* 0 is no label. */
	assert_int_equal(bell_find(&w.d[CLIENT], DM, 0, &found), BELLHOP_NOENT);
	assert_int_equal(bell_find(&w.d[CLIENT], 99, 0, &found), BELLHOP_RANGE);
	assert_int_equal(bw_status(&w, DM, s), BELLHOP_READABLE);
	assert_int_equal(bw_signal(&w, CLIENT, peer, 1), BELLHOP_PERM);
	assert_int_equal(bell_resolve_peer(&w.d[CLIENT], peer, BELLHOP_RIGHT_PEEK, &bell),
			 BELLHOP_OK);
	assert_int_equal(bell_peek_from(&w.d[DM], bell, CLIENT, &x), BELLHOP_OK);
	assert_int_equal(x, BELLHOP_READABLE);
	assert_int_equal(bell_peek_from(&w.d[DM], bell, OTHER, &x), BELLHOP_PIPE);
}

static void a_peer_is_cut_off(void **state)
{
	uint32_t peer = grant(DM, s, CLIENT, BELLHOP_RIGHT_SIGNAL, 7);
	uint32_t second = grant(DM, r, CLIENT, BELLHOP_RIGHT_SIGNAL, 8);
	uint32_t again;
	struct bell_ref in_flight;
	uint32_t was;

	(void)state;
	assert_int_equal(bell_resolve_peer(&w.d[CLIENT], peer, BELLHOP_RIGHT_SIGNAL, &in_flight),
			 BELLHOP_OK);
	assert_int_equal(bw_op(&w, DM, BELLHOP_REVOKE, s, CLIENT, 0, 0, 0, NULL), BELLHOP_OK);
	assert_int_equal(bw_op(&w, DM, BELLHOP_REVOKE, s, CLIENT, 0, 0, 0, NULL), BELLHOP_NOENT);
	bell_effects_clear(&w.effects);
	assert_int_equal(bell_signal_from(&w.d[DM], in_flight, CLIENT, 1, &w.effects),
			 BELLHOP_PIPE);
	assert_int_equal(bw_signal(&w, CLIENT, peer, 1), BELLHOP_PIPE);
	assert_int_equal(bell_find(&w.d[CLIENT], DM, 7, &was), BELLHOP_NOENT);
	again = grant(DM, s, CLIENT, BELLHOP_RIGHT_SIGNAL, 7);
	assert_int_equal(bw_signal(&w, CLIENT, peer, 1), BELLHOP_PIPE);
	assert_int_equal(bw_signal(&w, CLIENT, again, 1), BELLHOP_OK);
	assert_int_equal(bw_read(&w, DM, s), 1);
	assert_int_equal(bw_close(&w, DM, r), BELLHOP_OK);
	assert_int_equal(bw_signal(&w, CLIENT, second, 1), BELLHOP_PIPE);
	assert_int_equal(bw_close(&w, CLIENT, second), BELLHOP_OK);
	assert_int_equal(bw_close(&w, CLIENT, peer), BELLHOP_OK);
	assert_int_equal(bw_signal(&w, CLIENT, again, 1), BELLHOP_OK);
	assert_int_equal(bw_close(&w, CLIENT, again), BELLHOP_OK);
	assert_int_equal(bw_close(&w, DM, s), BELLHOP_OK);
	bw_assert_empty(&w);
}

static void grant_arguments(void **state)
{
	uint32_t third = bw_create(&w, DM);
	uint32_t limit = 0;

	(void)state;
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, s, 3, 1, 0, 0, NULL), BELLHOP_PERM);
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, s, DM, 1, 0, 0, NULL), BELLHOP_PERM);
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, s, 4, 1, 0, 0, NULL), BELLHOP_RANGE);
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, 5, 1, 1, 0, 0, NULL), BELLHOP_BADH);
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, s, 1, 0, 0, 0, NULL), BELLHOP_INVAL);
	for (unsigned int bit = 2; bit < 32; bit++)
		assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, s, 1, 1u << bit, 0, 0, NULL),
				 BELLHOP_INVAL);
	assert_int_equal(bw_op(&w, DM, BELLHOP_REVOKE, s, 99, 0, 0, 0, NULL), BELLHOP_RANGE);
	assert_int_equal(bw_op(&w, DM, BELLHOP_REVOKE, 5, 1, 0, 0, 0, NULL), BELLHOP_BADH);
	grant(DM, s, CLIENT, 1, 5);
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, s, CLIENT, 1, 6, 0, NULL), BELLHOP_EXIST);
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, r, CLIENT, 1, 5, 0, NULL), BELLHOP_EXIST);
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, r, CLIENT, 1, 6, 0, NULL), BELLHOP_OK);
	assert_int_equal(bw_op(&w, DM, 0x86000039u, s, 0, 0, 0, 0, NULL), BELLHOP_NOT_SUPPORTED);
	/* A full table: handles of closed bells make room, live ones do not. */
	for (unsigned int i = 2; i < BELLHOP_MAX_PEERS; i++) {
		uint32_t bell = bw_create(&w, OTHER);

		w.d[OTHER].peers |= 1u << CLIENT;
		grant(OTHER, bell, CLIENT, 1, 0);
	}
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, third, CLIENT, 1, 0, 0, &limit),
			 BELLHOP_NOSPC);
	assert_int_equal(limit, BELLHOP_LIMIT_PEERS);
	assert_int_equal(bw_close(&w, DM, r), BELLHOP_OK);
	assert_int_equal(bw_op(&w, DM, BELLHOP_GRANT, third, CLIENT, 1, 0, 0, &limit), BELLHOP_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_peer_signals, setup),
		cmocka_unit_test_setup(a_peer_is_cut_off, setup),
		cmocka_unit_test_setup(grant_arguments, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
