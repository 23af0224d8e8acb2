// SPDX-License-Identifier: BSD-2-Clause
/*
 * Bells that send MSI-X vectors. The vector is in a client VM, and is told by a post, which is only
 * believed while the bell still says the same: bell_sends().
 */
#include "core.h"

#define ODD_GENERATION 0x8000u /* so that it is not the next bell in that place */

_Static_assert(ODD_GENERATION >= BELLHOP_MAX_BELLS * BELL_VECTORS, "bell, vector: one index");

static struct bell_ref post_of(const struct doorbells *d, const struct bell *bell,
			       struct bell_ref vector)
{
	vector.index |= (uint16_t)((unsigned int)(bell - d->bell) * BELL_VECTORS);
	if (bell->slot.generation % 2u != 0u)
		vector.index |= ODD_GENERATION;
	return vector;
}

int32_t bell_bind_vector(struct doorbells *d, uint32_t handle, struct bell_ref vector,
			 struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, handle);

	if (bell == NULL)
		return BELLHOP_BADH;
	if (bell->sink != SINK_NONE)
		return BELLHOP_BUSY;
	bell->sink = SINK_VECTOR;
	bell->to = post_of(d, bell, vector);
	bell_changed(d, bell, false, effects);
	return BELLHOP_OK;
}

int32_t bell_unbind_vector(struct doorbells *d, uint32_t handle, struct bell_ref vector)
{
	struct bell *bell = bell_get(d, handle);

	if (bell == NULL)
		return BELLHOP_BADH;
	if (bell->sink != SINK_VECTOR || !bell_ref_equal(bell->to, post_of(d, bell, vector)))
		return BELLHOP_NOENT;
	bell_disconnect(bell);
	return BELLHOP_OK;
}

void bell_cut_vectors(struct doorbells *d, uint32_t vm, uint32_t id)
{
	for (uint32_t i = 0u; i < BELLHOP_MAX_BELLS; i++) {
		struct bell *bell = &d->bell[i];

		if (bell->slot.handle != 0u && bell->sink == SINK_VECTOR && bell->to.vm == vm &&
		    bell->to.id == id)
			bell_disconnect(bell);
	}
}

bool bell_sends(const struct doorbells *d, struct bell_ref post)
{
	uint32_t bell = post.index % ODD_GENERATION / BELL_VECTORS;

	return bell_ref_equal(d->bell[bell].to, post);
}
