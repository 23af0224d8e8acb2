// SPDX-License-Identifier: BSD-2-Clause
/*
 * CLOSE. It never fails for a valid handle, and has the effect of unbinding all that the object
 * takes part in. The first step already makes the handle invalid; the others tidy up other VMs.
 */
#include "op_steps.h"

enum {
	BELL_CLOSE,
	IRQFD_FREE,
	LINKS,
	LINK_FORGET,
	PEER_REVOKE,
	PEER_CLOSE,
	PEER_RETURN,
	SET_CLOSE
};

static int32_t check(struct bell_op *op, const struct doorbells *d)
{
	static const uint8_t first[] = {
		[BELLHOP_TYPE_BELL] = BELL_CLOSE,
		[BELLHOP_TYPE_PEER] = PEER_CLOSE,
		[BELLHOP_TYPE_POLLSET] = SET_CLOSE,
	};
	uint32_t type = BELLHOP_HANDLE_TYPE(op->arg[0]);

	(void)d;
	if (type == 0u || type >= sizeof(first))
		return BELLHOP_BADH;
	op->step = first[type];
	return BELLHOP_OK;
}

/* After the irqfd: links that tell the bell, then peers that have a handle of it. */
static unsigned int visit_peers(struct bell_op *op)
{
	if (op->vms == 0u)
		return BELL_OP_DONE;
	op->target = (uint8_t)__builtin_ctz(op->vms);
	return PEER_REVOKE;
}

static unsigned int bell_close(struct bell_op *op, struct doorbells *d,
			       struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, op->arg[0]);

	if (bell == NULL)
		return bell_op_fail(op, BELLHOP_BADH, BELL_OP_DONE);
	op->signal = bell_ref_of(d, bell);
	op->vms = bell->granted;
	op->target = bell->to.vm;
	op->irqfd = bell->sink == SINK_IRQFD ? bell->to : (struct bell_ref){ 0 };
	if (bell->sink == SINK_IRQFD)
		bell_irqfd_cut(d, bell);
	bell_release(d, bell, effects);
	bell_links_kill(d, bell);
	effects->wake |= bell->waiters;
	bell->slot.handle = 0u;
	return op->irqfd.kind == REF_IRQFD ? IRQFD_FREE : LINKS;
}

static unsigned int irqfd_free(struct bell_op *op, struct doorbells *d,
			       struct bell_effects *effects)
{
	bell_irqfd_free(d, op->irqfd, effects);
	return LINKS;
}

static unsigned int links(struct bell_op *op, struct doorbells *d, struct bell_effects *effects)
{
	unsigned int vm;

	(void)effects;
	if (!bell_next_killed(d, &op->link, &vm))
		return visit_peers(op);
	op->target = (uint8_t)vm;
	return LINK_FORGET;
}

static unsigned int link_forget(struct bell_op *op, struct doorbells *d,
				struct bell_effects *effects)
{
	bell_irqfd_unlink(d, op->link, effects);
	return LINKS;
}

static unsigned int peer_revoke(struct bell_op *op, struct doorbells *d,
				struct bell_effects *effects)
{
	(void)effects;
	bell_peer_revoke(d, op->signal);
	op->vms &= (uint16_t)(op->vms - 1u);
	return visit_peers(op);
}

static unsigned int peer_close(struct bell_op *op, struct doorbells *d,
			       struct bell_effects *effects)
{
	struct bell_peer *peer = bell_get_peer(d, op->arg[0]);

	(void)effects;
	if (peer == NULL)
		return bell_op_fail(op, BELLHOP_BADH, BELL_OP_DONE);
	peer->slot.handle = 0u;
	if (peer->rights == 0u)
		return BELL_OP_DONE;
	op->signal = peer->bell;
	op->target = peer->bell.vm;
	return PEER_RETURN;
}

/* The bell's owner learns that nobody is left who could signal it. */
static unsigned int peer_return(struct bell_op *op, struct doorbells *d,
				struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, op->signal.id);

	(void)effects;
	if (bell == NULL)
		return BELL_OP_DONE;
	bell->granted &= (uint16_t) ~(1u << op->caller);
	if (bell->granted == 0u)
		bell->flags |= BELL_HUP_PEER;
	return BELL_OP_DONE;
}

static unsigned int set_close(struct bell_op *op, struct doorbells *d, struct bell_effects *effects)
{
	struct bell_pollset *set = bell_get_pollset(d, op->arg[0]);

	if (set == NULL)
		return bell_op_fail(op, BELLHOP_BADH, BELL_OP_DONE);
	bell_pollset_close(d, set, effects);
	return BELL_OP_DONE;
}

const struct bell_op_kind bell_op_close = {
	BELLHOP_CLOSE,
	check,
	{
		[BELL_CLOSE] = { false, bell_close },
		[IRQFD_FREE] = { true, irqfd_free },
		[LINKS] = { false, links },
		[LINK_FORGET] = { true, link_forget },
		[PEER_REVOKE] = { true, peer_revoke },
		[PEER_CLOSE] = { false, peer_close },
		[PEER_RETURN] = { true, peer_return },
		[SET_CLOSE] = { false, set_close },
	},
};
