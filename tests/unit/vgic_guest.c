// SPDX-License-Identifier: BSD-2-Clause
/* What the guest of a struct world does: its accesses to GICD and GICV. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

static enum vgic_status try_read(struct world *w, unsigned int vcpu, uint32_t offset,
				 unsigned int width, uint32_t *value)
{
	enum vgic_status status =
		vgic_dist_read(world_locked(w), vcpu, offset, width, value, &w->effects);

	if (status != VGIC_FOLD_FIRST)
		return status;
	world_exit(w, vcpu);
	status = vgic_dist_read(world_locked(w), vcpu, offset, width, value, &w->effects);
	assert_int_not_equal(status, VGIC_FOLD_FIRST);
	return status;
}

/* Returns false where that is not the way to enable or disable an interrupt. */
static bool switched(struct world *w, unsigned int vcpu, uint32_t offset, unsigned int width,
		     uint32_t value)
{
#ifdef WORLD_REFRESH
	struct gich *gich = &w->gich[vcpu];
	unsigned int n = (offset - GICD_ISENABLER(0u)) / 4;
	unsigned int m;

	if (n >= 64 || width != 4 || offset % 4 != 0)
		return false;
	if (n < 32) {
		m = vgic_isenabler_write(world_locked(w), vcpu, n, value, gich);
	} else {
		m = vgic_icenabler_reads(world_locked(w), vcpu, n - 32, value);
		if (m == VGIC_FOLD)
			return false;
		if (m != VGIC_NO_LR)
			gich->lr[m] = w->hw[vcpu].reg.lr[m];
		m = vgic_icenabler_write(world_locked(w), vcpu, n - 32, value, m, gich);
	}
	if (m == VGIC_FOLD)
		return false;
	w->switches++;
	if (m != VGIC_NO_LR)
		gich_model_write_lr(&w->hw[vcpu], m, gich->lr[m]);
	world_check_hw(w, vcpu);
	return true;
#else
	(void)w, (void)vcpu, (void)offset, (void)width, (void)value;
	return false;
#endif
}

static enum vgic_status try_write(struct world *w, unsigned int vcpu, uint32_t offset,
				  unsigned int width, uint32_t value)
{
	enum vgic_status status;

	if (switched(w, vcpu, offset, width, value))
		return VGIC_OK;
	status = vgic_dist_write(world_locked(w), vcpu, offset, width, value, &w->effects);
	if (status == VGIC_FOLD_FIRST) {
		world_exit(w, vcpu);
		status = vgic_dist_write(world_locked(w), vcpu, offset, width, value, &w->effects);
	}
	assert_int_not_equal(status, VGIC_FOLD_FIRST);
	world_take_notices(w);
	return status;
}

enum vgic_status world_try_read(struct world *w, unsigned int vcpu, uint32_t offset,
				uint32_t *value)
{
	enum vgic_status status = try_read(w, vcpu, offset, 4, value);

	world_settle(w);
	world_enter(w, vcpu);
	return status;
}

uint32_t gicd_read(struct world *w, unsigned int vcpu, uint32_t offset, unsigned int width)
{
	enum vgic_status status = VGIC_RETRY;
	uint32_t value = 0;
	unsigned int i;

	for (i = 0; i < 4 && status == VGIC_RETRY; i++) {
		status = try_read(w, vcpu, offset, width, &value);
		world_settle(w);
		world_enter(w, vcpu);
	}
	assert_int_equal(status, VGIC_OK);
	return value;
}

void gicd_write(struct world *w, unsigned int vcpu, uint32_t offset, unsigned int width,
		uint32_t value)
{
	enum vgic_status status = VGIC_RETRY;
	unsigned int i;

	for (i = 0; i < 4 && status == VGIC_RETRY; i++) {
		status = try_write(w, vcpu, offset, width, value);
		world_settle(w);
		world_enter(w, vcpu);
	}
	assert_int_equal(status, VGIC_OK);
}

uint32_t rd(struct world *w, uint32_t offset)
{
	return gicd_read(w, 0, offset, 4);
}

void wr(struct world *w, uint32_t offset, uint32_t value)
{
	gicd_write(w, 0, offset, 4, value);
}

bool world_bit(struct world *w, unsigned int vcpu, uint32_t base, unsigned int intid)
{
	return ((gicd_read(w, vcpu, base + intid / 32 * 4, 4) >> (intid % 32)) & 1) != 0;
}

void world_set_bit(struct world *w, unsigned int vcpu, uint32_t base, unsigned int intid)
{
	gicd_write(w, vcpu, base + intid / 32 * 4, 4, 1u << (intid % 32));
}

void world_enable(struct world *w, unsigned int vcpu, unsigned int intid, bool enable)
{
	world_set_bit(w, vcpu, enable ? GICD_ISENABLER(0u) : GICD_ICENABLER(0u), intid);
}

void world_priority(struct world *w, unsigned int vcpu, unsigned int intid, unsigned int priority)
{
	gicd_write(w, vcpu, GICD_IPRIORITYR(0u) + intid, 1, priority);
}

void world_target(struct world *w, unsigned int intid, uint32_t targets)
{
	gicd_write(w, 0, GICD_ITARGETSR(0u) + intid, 1, targets);
}

void world_sgi(struct world *w, unsigned int from, uint32_t targets, unsigned int intid)
{
	gicd_write(w, from, GICD_SGIR, 4, targets << GICD_SGIR_CPUTARGETLIST_SHIFT | intid);
}

static void take_maintenance(struct world *w, unsigned int vcpu)
{
	unsigned int i;

	world_check_hw(w, vcpu);
	for (i = 0; i < 4 && !w->late && gich_model_maintenance(&w->hw[vcpu]); i++) {
		w->maintenance++;
		world_refill(w, vcpu);
		world_settle(w);
	}
	if (!w->late)
		assert_false(gich_model_maintenance(&w->hw[vcpu]));
}

uint32_t gicv_rd(struct world *w, unsigned int vcpu, uint32_t offset)
{
	uint32_t value = gicv_read(&w->hw[vcpu], offset);

	take_maintenance(w, vcpu);
	return value;
}

void gicv_wr(struct world *w, unsigned int vcpu, uint32_t offset, uint32_t value)
{
	gicv_write(&w->hw[vcpu], offset, value);
	take_maintenance(w, vcpu);
}

uint32_t iar(struct world *w, unsigned int vcpu)
{
	return gicv_rd(w, vcpu, GICV_IAR);
}

void eoi(struct world *w, unsigned int vcpu, uint32_t id)
{
	gicv_wr(w, vcpu, GICV_EOIR, id);
}

void dir(struct world *w, unsigned int vcpu, uint32_t id)
{
	enum vgic_status status = VGIC_RETRY;
	unsigned int i;

	for (i = 0; i < 4 && status == VGIC_RETRY; i++) {
		status = vgic_dir_write(world_locked(w), vcpu, id, &w->effects);
		if (status == VGIC_FOLD_FIRST) {
			world_exit(w, vcpu);
			status = vgic_dir_write(world_locked(w), vcpu, id, &w->effects);
		}
		world_take_notices(w);
		world_settle(w);
		world_enter(w, vcpu);
	}
	assert_int_equal(status, VGIC_OK);
}

bool world_active(struct world *w, unsigned int intid)
{
	return world_bit(w, 0, GICD_ISACTIVER(0u), intid);
}

bool world_pending(struct world *w, unsigned int intid)
{
	return world_bit(w, 0, GICD_ISPENDR(0u), intid);
}
