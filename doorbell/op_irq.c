// SPDX-License-Identifier: BSD-2-Clause
/* IRQ_BIND and MSI_BIND: the caller's bell becomes an irqfd of the target. EOI_BIND is to such an
 * irqfd. */
#include "op_steps.h"

enum { IRQ_RESERVE, IRQ_COMMIT, IRQ_CONNECT, IRQ_UNDO, IRQ_CUT, IRQ_FREE };
enum { EOI_RESERVE, EOI_COMMIT, EOI_UNDO, EOI_CUT, EOI_FORGET };

/* IRQ_BIND vm, gsi, signal, resample, flags */
static int32_t irq_check(struct bell_op *op, const struct doorbells *d)
{
	uint32_t flags = op->arg[4];
	bool level = flags == BELLHOP_LEVEL || flags == BELLHOP_RESAMPLE;
	int32_t error = bell_may_serve(d, op->arg[0]);

	if (error != BELLHOP_OK)
		return error;
	if (level ? op->call == BELLHOP_MSI_BIND : (flags & ~BELLHOP_DEASSIGN) != 0u)
		return BELLHOP_INVAL;
	if (flags != BELLHOP_RESAMPLE && op->arg[3] != 0u)
		return BELLHOP_INVAL;
	if (op->arg[1] < BELL_FIRST_INTID || op->arg[1] >= BELL_MAX_INTIDS)
		return BELLHOP_RANGE;
	op->target = (uint8_t)op->arg[0];
	op->step = flags == BELLHOP_DEASSIGN ? IRQ_CUT : IRQ_RESERVE;
	return BELLHOP_OK;
}

/* A bell whose eoifd is orphaned cannot be bound: the new irqfd would have the old one's eoifd. */
static unsigned int irq_reserve(struct bell_op *op, struct doorbells *d,
				struct bell_effects *effects)
{
	struct bell *signal = bell_get(d, op->arg[2]);
	struct bell *resample = bell_get(d, op->arg[3]);
	bool wants_resample = op->arg[4] == BELLHOP_RESAMPLE;

	(void)effects;
	if (signal == NULL || (wants_resample && resample == NULL))
		return bell_op_fail(op, BELLHOP_BADH, BELL_OP_DONE);
	if (signal == resample)
		return bell_op_fail(op, BELLHOP_INVAL, BELL_OP_DONE);
	if (signal->sink != SINK_NONE || bell_find_eoi(d, op->arg[2]) != NULL)
		return bell_op_fail(op, BELLHOP_BUSY, BELL_OP_DONE);
	if (wants_resample &&
	    !bell_link_create(d, LINK_RESAMPLE, resample, op->arg[2], op->target, &op->link))
		return bell_op_full(op, BELLHOP_LIMIT_LINKS, BELL_OP_DONE);
	return IRQ_COMMIT;
}

static enum bell_irqfd_kind kind_of(uint32_t flags)
{
	if (flags == BELLHOP_RESAMPLE)
		return IRQFD_RESAMPLE;
	return flags == BELLHOP_LEVEL ? IRQFD_LEVEL : IRQFD_PULSE;
}

static enum bell_line_owner owner_of(const struct bell_op *op)
{
	if (op->call == BELLHOP_MSI_BIND)
		return LINE_FRAME;
	return kind_of(op->arg[4]) == IRQFD_PULSE ? LINE_EDGE : LINE_LEVEL;
}

static unsigned int irq_commit(struct bell_op *op, struct doorbells *d,
			       struct bell_effects *effects)
{
	op->error = bell_irqfd_create(d, op->arg[1], kind_of(op->arg[4]), owner_of(op), op->link,
				      &op->irqfd, effects);
	if (op->error == BELLHOP_OK)
		return IRQ_CONNECT;
	if (op->error == BELLHOP_NOSPC)
		op->result = BELLHOP_LIMIT_IRQFDS;
	return op->link.kind != REF_NONE ? IRQ_UNDO : BELL_OP_DONE;
}

static unsigned int free_link(struct bell_op *op, struct doorbells *d, struct bell_effects *effects)
{
	struct bell_link *link = bell_get_link(d, op->link);

	(void)effects;
	if (link != NULL)
		bell_link_free(d, link);
	return BELL_OP_DONE;
}

/* What was counted before is not missed. BIND_VIRQ and POLLSET_ADD do not take the control lock, so
 * the bell may have got a consumer since it was looked at. */
static unsigned int irq_connect(struct bell_op *op, struct doorbells *d,
				struct bell_effects *effects)
{
	struct bell *signal = bell_get(d, op->arg[2]);

	if (signal->sink != SINK_NONE) {
		free_link(op, d, effects);
		return bell_op_fail(op, BELLHOP_BUSY, IRQ_FREE);
	}
	signal->sink = SINK_IRQFD;
	signal->to = op->irqfd;
	signal->gsi = (uint16_t)op->arg[1];
	bell_changed(d, signal, false, effects);
	return BELL_OP_DONE;
}

static unsigned int irq_cut(struct bell_op *op, struct doorbells *d, struct bell_effects *effects)
{
	struct bell *signal = bell_get(d, op->arg[2]);

	(void)effects;
	if (signal == NULL)
		return bell_op_fail(op, BELLHOP_BADH, BELL_OP_DONE);
	if (signal->sink != SINK_IRQFD || signal->to.vm != op->target || signal->gsi != op->arg[1])
		return bell_op_fail(op, BELLHOP_NOENT, BELL_OP_DONE);
	op->irqfd = signal->to;
	bell_irqfd_cut(d, signal);
	return IRQ_FREE;
}

static unsigned int irq_free(struct bell_op *op, struct doorbells *d, struct bell_effects *effects)
{
	bell_irqfd_free(d, op->irqfd, effects);
	return BELL_OP_DONE;
}

#define IRQ_STEPS                                                                                  \
	{                                                                                          \
		[IRQ_RESERVE] = { false, irq_reserve }, [IRQ_COMMIT] = { true, irq_commit },       \
		[IRQ_CONNECT] = { false, irq_connect }, [IRQ_UNDO] = { false, free_link },         \
		[IRQ_CUT] = { false, irq_cut }, [IRQ_FREE] = { true, irq_free },                   \
	}

const struct bell_op_kind bell_op_irq_bind = { BELLHOP_IRQ_BIND, irq_check, IRQ_STEPS };
/* arg[] as of IRQ_BIND: gsi is the INTID that the message raises, there is no resample bell. */
const struct bell_op_kind bell_op_msi_bind = { BELLHOP_MSI_BIND, irq_check, IRQ_STEPS };

/* EOI_BIND vm, signal, eoi, flags */
static int32_t eoi_check(struct bell_op *op, const struct doorbells *d)
{
	int32_t error = bell_may_serve(d, op->arg[0]);

	if (error != BELLHOP_OK)
		return error;
	if (op->arg[3] != 0u && op->arg[3] != BELLHOP_DEASSIGN)
		return BELLHOP_INVAL;
	op->target = (uint8_t)op->arg[0];
	op->step = op->arg[3] == BELLHOP_DEASSIGN ? EOI_CUT : EOI_RESERVE;
	return BELLHOP_OK;
}

static unsigned int eoi_reserve(struct bell_op *op, struct doorbells *d,
				struct bell_effects *effects)
{
	struct bell *signal = bell_get(d, op->arg[1]);
	struct bell *eoi = bell_get(d, op->arg[2]);

	(void)effects;
	if (signal == NULL || eoi == NULL)
		return bell_op_fail(op, BELLHOP_BADH, BELL_OP_DONE);
	if (signal == eoi || signal->sink != SINK_IRQFD || signal->to.vm != op->target)
		return bell_op_fail(op, BELLHOP_INVAL, BELL_OP_DONE);
	if (bell_find_eoi(d, op->arg[1]) != NULL)
		return bell_op_fail(op, BELLHOP_BUSY, BELL_OP_DONE);
	if (!bell_link_create(d, LINK_EOI, eoi, op->arg[1], op->target, &op->link))
		return bell_op_full(op, BELLHOP_LIMIT_LINKS, BELL_OP_DONE);
	op->irqfd = signal->to;
	return EOI_COMMIT;
}

/* Of an edge there is no EOI that anybody could wait for. */
static unsigned int eoi_commit(struct bell_op *op, struct doorbells *d,
			       struct bell_effects *effects)
{
	struct bell_irqfd *irqfd = bell_get_irqfd(d, op->irqfd);

	if (irqfd == NULL || irqfd->kind == IRQFD_PULSE)
		return bell_op_fail(op, BELLHOP_INVAL, EOI_UNDO);
	irqfd->eoi = op->link;
	bell_line_settle(d, irqfd->gsi, effects);
	return BELL_OP_DONE;
}

/* By the key it was bound with, which may be the handle of a bell that is closed by now. */
static unsigned int eoi_cut(struct bell_op *op, struct doorbells *d, struct bell_effects *effects)
{
	struct bell *eoi = bell_get(d, op->arg[2]);
	struct bell_link *link = bell_find_eoi(d, op->arg[1]);
	bool orphaned;

	(void)effects;
	if (eoi == NULL)
		return bell_op_fail(op, BELLHOP_BADH, BELL_OP_DONE);
	if (link == NULL || link->vm != op->target || &d->bell[link->bell] != eoi)
		return bell_op_fail(op, BELLHOP_NOENT, BELL_OP_DONE);
	op->link = (struct bell_ref){ link->id, REF_LINK, d->vm, (uint16_t)(link - d->link) };
	orphaned = link->state == LINK_ORPHANED;
	bell_link_free(d, link);
	return orphaned ? BELL_OP_DONE : EOI_FORGET;
}

static unsigned int eoi_forget(struct bell_op *op, struct doorbells *d,
			       struct bell_effects *effects)
{
	bell_irqfd_unlink(d, op->link, effects);
	return BELL_OP_DONE;
}

const struct bell_op_kind bell_op_eoi_bind = {
	BELLHOP_EOI_BIND,
	eoi_check,
	{
		[EOI_RESERVE] = { false, eoi_reserve },
		[EOI_COMMIT] = { true, eoi_commit },
		[EOI_UNDO] = { false, free_link },
		[EOI_CUT] = { false, eoi_cut },
		[EOI_FORGET] = { true, eoi_forget },
	},
};
