// SPDX-License-Identifier: BSD-2-Clause
/* Bells that send MSI-X vectors. The vector is in a client VM, and is told by a post. */
#include "core.h"

int32_t bell_bind_vector(struct doorbells *d, uint32_t handle, struct bell_ref vector,
			 struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, handle);

	if (bell == NULL)
		return BELLHOP_BADH;
	if (bell->sink != SINK_NONE)
		return BELLHOP_BUSY;
	bell->sink = SINK_VECTOR;
	bell->to = vector;
	bell_changed(d, bell, false, effects);
	return BELLHOP_OK;
}

int32_t bell_unbind_vector(struct doorbells *d, uint32_t handle, struct bell_ref vector)
{
	struct bell *bell = bell_get(d, handle);

	if (bell == NULL)
		return BELLHOP_BADH;
	if (bell->sink != SINK_VECTOR || !bell_ref_equal(bell->to, vector))
		return BELLHOP_NOENT;
	bell->sink = SINK_NONE;
	return BELLHOP_OK;
}

void bell_cut_vectors(struct doorbells *d, uint32_t vm, uint32_t id)
{
	for (uint32_t i = 0u; i < BELLHOP_MAX_BELLS; i++) {
		struct bell *bell = &d->bell[i];

		if (bell->slot.handle != 0u && bell->sink == SINK_VECTOR && bell->to.vm == vm &&
		    bell->to.id == id)
			bell->sink = SINK_NONE;
	}
}
