// SPDX-License-Identifier: BSD-2-Clause
/* Bells that send MSI-X vectors. */
#include "bell_world.h"

#define DM 0u
#define CLIENT 1u

static const struct bell_ref vector = { .id = 5, .kind = REF_VECTOR, .vm = CLIENT, .index = 3 };

static struct bell_world w;
static uint32_t sent;

static struct bell_ref last;

static void count(struct bell_world *world, struct bell_ref post)
{
	assert_int_equal(post.id, vector.id);
	assert_int_equal(post.kind, REF_VECTOR);
	assert_int_equal(post.vm, CLIENT);
	assert_int_equal(post.index % BELL_VECTORS, vector.index);
	assert_true(bell_sends(&world->d[DM], post));
	last = post;
	sent++;
}

static int setup(void **state)
{
	(void)state;
	bw_start(&w);
	w.before_post = count;
	sent = 0;
	return 0;
}

static int32_t bind(uint32_t bell)
{
	struct bell_ref post;
	int32_t status;

	bell_effects_clear(&w.effects);
	status = bell_bind_vector(&w.d[DM], bell, vector, &w.effects);
	while (bell_next_post(&w.effects, &post))
		count(&w, post);
	return status;
}

static void each_signal_is_one_post(void **state)
{
	uint32_t bell = bw_create(&w, DM);

	(void)state;
	assert_int_equal(bind(bell), BELLHOP_OK);
	assert_int_equal(sent, 0);
	bw_signal(&w, DM, bell, 1);
	bw_signal(&w, DM, bell, 5);
	assert_int_equal(sent, 2);
	assert_int_equal(bw_count(&w, DM, bell), 0);
	assert_int_equal(bw_read(&w, DM, bell), BELLHOP_BUSY);
}

static void what_was_counted_before_is_sent(void **state)
{
	uint32_t bell = bw_create_with(&w, DM, 0, 7);

	(void)state;
	assert_int_equal(bind(bell), BELLHOP_OK);
	assert_int_equal(sent, 1);
}

static void a_masked_bell_keeps_it(void **state)
{
	uint32_t bell = bw_create(&w, DM);

	(void)state;
	bind(bell);
	bw_mask(&w, DM, bell, 1);
	bw_signal(&w, DM, bell, 1);
	assert_int_equal(sent, 0);
	bw_mask(&w, DM, bell, 0);
	assert_int_equal(sent, 1);
}

static void one_consumer(void **state)
{
	uint32_t bell = bw_create(&w, DM);

	(void)state;
	assert_int_equal(bind(bell), BELLHOP_OK);
	assert_int_equal(bind(bell), BELLHOP_BUSY);
	assert_int_equal(bw_irq(&w, DM, CLIENT, 60, bell, 0, 0), BELLHOP_BUSY);
	assert_int_equal(bw_bind_virq(&w, DM, bell, 61, 0), BELLHOP_BUSY);
	assert_int_equal(bind(bell ^ 0x100), BELLHOP_BADH);
}

static void unbind_needs_the_same_vector(void **state)
{
	struct bell_ref other = vector;
	uint32_t bell = bw_create(&w, DM);

	(void)state;
	other.index++;
	bind(bell);
	assert_int_equal(bell_unbind_vector(&w.d[DM], bell, other), BELLHOP_NOENT);
	assert_int_equal(bell_unbind_vector(&w.d[DM], bell, vector), BELLHOP_OK);
	assert_int_equal(bell_unbind_vector(&w.d[DM], bell, vector), BELLHOP_NOENT);
	bw_signal(&w, DM, bell, 2);
	assert_int_equal(sent, 0);
	assert_int_equal(bw_read(&w, DM, bell), 2);
}

/* A post that was under way when its binding went is of none that came later. */
static void no_post_outlives_its_binding(void **state)
{
	uint32_t bell = bw_create(&w, DM), other = bw_create(&w, DM);

	(void)state;
	bind(bell);
	bw_signal(&w, DM, bell, 1);
	assert_int_equal(sent, 1);
	assert_int_equal(bell_unbind_vector(&w.d[DM], bell, vector), BELLHOP_OK);
	assert_false(bell_sends(&w.d[DM], last));
	bind(other);
	assert_false(bell_sends(&w.d[DM], last));
	bind(bell);
	bw_signal(&w, DM, bell, 1);
	assert_int_equal(bw_close(&w, DM, bell), BELLHOP_OK);
	assert_false(bell_sends(&w.d[DM], last));
	/* The next one in its place. */
	bell = bw_create(&w, DM);
	bind(bell);
	assert_false(bell_sends(&w.d[DM], last));
	bw_signal(&w, DM, bell, 1);
	bell_cut_vectors(&w.d[DM], CLIENT, vector.id);
	assert_false(bell_sends(&w.d[DM], last));
}

static void the_function_goes(void **state)
{
	uint32_t bell = bw_create(&w, DM);
	uint32_t other = bw_create(&w, DM);

	(void)state;
	bind(bell);
	bell_cut_vectors(&w.d[DM], CLIENT + 1, vector.id);
	bell_cut_vectors(&w.d[DM], CLIENT, vector.id + 1);
	assert_int_equal(bind(bell), BELLHOP_BUSY);
	bell_cut_vectors(&w.d[DM], CLIENT, vector.id);
	bw_signal(&w, DM, bell, 1);
	assert_int_equal(bw_read(&w, DM, bell), 1);
	assert_int_equal(bw_close(&w, DM, bell), BELLHOP_OK);
	assert_int_equal(bw_close(&w, DM, other), BELLHOP_OK);
	bw_assert_empty(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_signal_is_one_post, setup),
		cmocka_unit_test_setup(what_was_counted_before_is_sent, setup),
		cmocka_unit_test_setup(a_masked_bell_keeps_it, setup),
		cmocka_unit_test_setup(one_consumer, setup),
		cmocka_unit_test_setup(unbind_needs_the_same_vector, setup),
		cmocka_unit_test_setup(no_post_outlives_its_binding, setup),
		cmocka_unit_test_setup(the_function_goes, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
