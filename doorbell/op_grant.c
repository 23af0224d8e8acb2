// SPDX-License-Identifier: BSD-2-Clause
/* GRANT: another VM gets a handle with which it can signal the caller's bell; and REVOKE. */
#include "op_steps.h"

enum { GRANT_RESERVE, GRANT_COMMIT, GRANT_DONE, GRANT_UNDO };
enum { REVOKE_CUT, REVOKE_FORGET };

void bell_peer_revoke(struct doorbells *d, struct bell_ref bell)
{
	for (unsigned int i = 0u; i < BELLHOP_MAX_PEERS; i++)
		if (d->peer[i].slot.handle != 0u && bell_ref_equal(d->peer[i].bell, bell))
			d->peer[i].rights = 0u;
}

/* Of revoked handles the guest may still learn that they are; when there is no other room, not. */
static struct bell_peer *find_room(struct doorbells *d)
{
	for (unsigned int i = 0u; i < BELLHOP_MAX_PEERS; i++) {
		struct bell_peer *peer = &d->peer[i];

		if (bell_slot_take(&peer->slot, BELLHOP_TYPE_PEER, i))
			return peer;
	}
	for (unsigned int i = 0u; i < BELLHOP_MAX_PEERS; i++) {
		struct bell_peer *peer = &d->peer[i];

		if (peer->slot.handle == 0u || peer->rights != 0u)
			continue;
		peer->slot.handle = 0u;
		if (bell_slot_take(&peer->slot, BELLHOP_TYPE_PEER, i))
			return peer;
	}
	return NULL;
}

/* GRANT bell, vm, rights, label */
static int32_t grant_check(struct bell_op *op, const struct doorbells *d)
{
	uint32_t rights = op->arg[2];

	if (op->arg[1] >= d->n_vms)
		return BELLHOP_RANGE;
	if ((d->peers & 1u << op->arg[1]) == 0u)
		return BELLHOP_PERM;
	if (rights == 0u || (rights & ~(BELLHOP_RIGHT_SIGNAL | BELLHOP_RIGHT_PEEK)) != 0u)
		return BELLHOP_INVAL;
	op->target = (uint8_t)op->arg[1];
	return BELLHOP_OK;
}

/* Has the target a handle of the bell from now on? It is EXIST or NOENT where that is no change. */
static unsigned int set_granted(struct bell_op *op, struct doorbells *d, bool granted,
				unsigned int next)
{
	struct bell *bell = bell_get(d, op->arg[0]);
	uint32_t bit = 1u << op->target;

	if (bell == NULL)
		return bell_op_fail(op, BELLHOP_BADH, BELL_OP_DONE);
	if (((bell->granted & bit) != 0u) == granted)
		return bell_op_fail(op, granted ? BELLHOP_EXIST : BELLHOP_NOENT, BELL_OP_DONE);
	bell->granted ^= (uint16_t)bit;
	op->signal = bell_ref_of(d, bell);
	return next;
}

static unsigned int grant_reserve(struct bell_op *op, struct doorbells *d,
				  struct bell_effects *effects)
{
	(void)effects;
	return set_granted(op, d, true, GRANT_COMMIT);
}

static unsigned int grant_commit(struct bell_op *op, struct doorbells *d,
				 struct bell_effects *effects)
{
	struct bell_peer *peer;
	uint32_t same;

	(void)effects;
	if (bell_find(d, op->caller, op->arg[3], &same) == BELLHOP_OK)
		return bell_op_fail(op, BELLHOP_EXIST, GRANT_UNDO);
	peer = find_room(d);
	if (peer == NULL)
		return bell_op_full(op, BELLHOP_LIMIT_PEERS, GRANT_UNDO);
	peer->bell = op->signal;
	peer->rights = (uint8_t)op->arg[2];
	peer->label = op->arg[3];
	op->result = peer->slot.handle;
	return GRANT_DONE;
}

static unsigned int grant_done(struct bell_op *op, struct doorbells *d,
			       struct bell_effects *effects)
{
	(void)effects;
	bell_get(d, op->arg[0])->flags &= (uint8_t)~BELL_HUP_PEER;
	return BELL_OP_DONE;
}

static unsigned int grant_undo(struct bell_op *op, struct doorbells *d,
			       struct bell_effects *effects)
{
	(void)effects;
	return set_granted(op, d, false, BELL_OP_DONE);
}

const struct bell_op_kind bell_op_grant = {
	BELLHOP_GRANT,
	grant_check,
	{
		[GRANT_RESERVE] = { false, grant_reserve },
		[GRANT_COMMIT] = { true, grant_commit },
		[GRANT_DONE] = { false, grant_done },
		[GRANT_UNDO] = { false, grant_undo },
	},
};

/* REVOKE bell, vm */
static int32_t revoke_check(struct bell_op *op, const struct doorbells *d)
{
	if (op->arg[1] >= d->n_vms)
		return BELLHOP_RANGE;
	op->target = (uint8_t)op->arg[1];
	return BELLHOP_OK;
}

static unsigned int revoke_cut(struct bell_op *op, struct doorbells *d,
			       struct bell_effects *effects)
{
	(void)effects;
	return set_granted(op, d, false, REVOKE_FORGET);
}

static unsigned int revoke_forget(struct bell_op *op, struct doorbells *d,
				  struct bell_effects *effects)
{
	(void)effects;
	bell_peer_revoke(d, op->signal);
	return BELL_OP_DONE;
}

const struct bell_op_kind bell_op_revoke = {
	BELLHOP_REVOKE,
	revoke_check,
	{
		[REVOKE_CUT] = { false, revoke_cut },
		[REVOKE_FORGET] = { true, revoke_forget },
	},
};
