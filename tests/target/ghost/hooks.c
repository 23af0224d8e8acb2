// SPDX-License-Identifier: BSD-2-Clause
/*
 * Every function of vgic/ that EL2 calls, wrapped by the linker (--wrap): what the guest has done
 * is looked at first, then the real one is called, then its outcome is compared with the ideal
 * GIC's.
 */
#include <stddef.h>

#include "tests/target/ghost/ghost.h"

#include "bellhop/gicv2.h"
#include "drivers/gic.h"
#include "hyp/console.h"
#include "hyp/mm.h"
#include "hyp/panic.h"

/* WRAP(type, name, parameters): the real function, and the declaration of ours. */
#define WRAP(type, name, ...)                                                                      \
	type __real_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__)

WRAP(void, gic_init, const struct machine_gic *machine)
{
	__real_gic_init(machine);
	ghost_machine_gic((uintptr_t)mm_map_device(machine->gicd.base, 0x1000));
}

WRAP(void, machine_off, void)
{
	struct ghost_counts c = ghost_total();

	console_print("bellhop: ghost: %u folds, %u fills, %u refreshes, %u reads and %u WFIs "
		      "compared; %u acknowledges, %u ends, %u open questions\n",
		      c.folds, c.fills, c.refreshes, c.accesses, c.wakes, c.acks, c.ends, c.unsure);
	__real_machine_off();
}

WRAP(bool, vgic_init, struct vgic *vgic, const struct vgic_config *config)
{
	if (!__real_vgic_init(vgic, config))
		return false;
	(void)ghost_new(vgic);
	return true;
}

WRAP(void, vgic_reset, struct vgic_locked v)
{
	__real_vgic_reset(v);
	ghost_reset(ghost_of(v.vgic));
}

WRAP(void, vgic_reset_vcpu, struct vgic_locked v, unsigned int vcpu, struct vgic_effects *effects)
{
	__real_vgic_reset_vcpu(v, vcpu, effects);
	ghost_reset_vcpu(ghost_of(v.vgic), vcpu);
}

WRAP(void, vgic_set_wiring, struct vgic_locked v, unsigned int vcpu, unsigned int intid,
     enum vgic_wiring wiring, unsigned int physical_intid)
{
	__real_vgic_set_wiring(v, vcpu, intid, wiring, physical_intid);
	ghost_of(v.vgic)->wiring[intid] = (uint8_t)wiring;
}

/* All that the guest has done up to here. */
static struct ghost *before(struct vgic_locked v)
{
	struct ghost *g = ghost_of(v.vgic);

	ghost_observe(g);
	return g;
}

/* ... and what is active outside, as an access to the distributor may show it. */
static struct ghost *before_access(struct vgic_locked v, unsigned int vcpu)
{
	struct ghost *g = before(v);

	ghost_check_physical(g, vcpu);
	return g;
}

WRAP(enum vgic_status, vgic_dist_read, struct vgic_locked v, unsigned int vcpu, uint32_t offset,
     unsigned int width, uint32_t *value, struct vgic_effects *effects)
{
	struct ghost *g = before_access(v, vcpu);
	enum vgic_status status = __real_vgic_dist_read(v, vcpu, offset, width, value, effects);

	if (status == VGIC_OK)
		ghost_check_read(g, vcpu, offset, width, *value);
	return status;
}

/* A new occurrence while another vCPU has it in a list register. */
static void note_again(struct ghost *g, unsigned int vcpu, uint32_t offset, uint32_t value)
{
	uint32_t list = value >> GICD_SGIR_CPUTARGETLIST_SHIFT & GICD_SGIR_CPUTARGETLIST_MASK;
	uint32_t bit = 1u << (value & GICD_SGIR_SGIINTID_MASK);
	unsigned int n = (offset - GICD_ISPENDR(0)) / 4;

	if (offset == GICD_SGIR) {
		if (value >> GICD_SGIR_TARGETLISTFILTER_SHIFT & GICD_SGIR_TARGETLISTFILTER_MASK)
			list = ~(1u << vcpu);
		for (unsigned int u = 0; u < g->vgic->n_vcpus; u++)
			if (u != vcpu && (list >> u & 1) != 0)
				g->again.private_word[u] |= bit & g->vgic->word[u].resident;
	} else if (n > 0 && n < GHOST_WORDS) {
		const struct vgic_word *w = &g->vgic->word[VGIC_MAX_VCPUS - 1 + n];
		uint32_t own = g->vgic->cpu[vcpu].queue[n];

		g->again.spi_word[n] |= value & w->resident & ~own;
	}
}

/* Active ones that ICACTIVER ends: EOIs for them will be counted. */
static void note_owed(struct ghost *g, unsigned int vcpu, uint32_t offset, uint32_t value)
{
	unsigned int n = (offset - GICD_ICACTIVER(0)) / 4;

	if (offset < GICD_ICACTIVER(0) || n >= GHOST_WORDS)
		return;
	for (; value != 0; value &= value - 1) {
		unsigned int intid = 32 * n + (unsigned int)__builtin_ctz(value);
		struct ghost_held *held;

		if (intid >= g->vgic->n_intids)
			break;
		held = ghost_held(g, vcpu, intid);
		if (held->vcpu == GHOST_NOBODY)
			continue;
		g->cpu[held->vcpu].owed++;
		g->cpu[held->vcpu].held &= ~(1u << (held->priority >> 3));
		held->vcpu = GHOST_NOBODY;
	}
}

static void written(struct ghost *g, unsigned int vcpu, uint32_t offset, unsigned int width,
		    uint32_t value, enum vgic_status status)
{
	if (status != VGIC_OK)
		return;
	note_again(g, vcpu, offset, value);
	note_owed(g, vcpu, offset, value);
	ideal_dist_write(&g->ideal, vcpu, offset, width, value);
}

WRAP(enum vgic_status, vgic_dist_write, struct vgic_locked v, unsigned int vcpu, uint32_t offset,
     unsigned int width, uint32_t value, struct vgic_effects *effects)
{
	struct ghost *g = before_access(v, vcpu);
	enum vgic_status status = __real_vgic_dist_write(v, vcpu, offset, width, value, effects);

	written(g, vcpu, offset, width, value, status);
	return status;
}

WRAP(enum vgic_status, vgic_dist_write_word, struct vgic_locked v, unsigned int vcpu,
     uint32_t offset, uint32_t value, struct vgic_effects *effects)
{
	struct ghost *g = before_access(v, vcpu);
	enum vgic_status status = __real_vgic_dist_write_word(v, vcpu, offset, value, effects);

	written(g, vcpu, offset, 4, value, status);
	return status;
}

WRAP(enum vgic_status, vgic_sgir_write, struct vgic_locked v, unsigned int vcpu, uint32_t value,
     struct vgic_effects *effects)
{
	struct ghost *g = before_access(v, vcpu);
	enum vgic_status status = __real_vgic_sgir_write(v, vcpu, value, effects);

	written(g, vcpu, GICD_SGIR, 4, value, status);
	return status;
}

WRAP(enum vgic_status, vgic_dir_write, struct vgic_locked v, unsigned int vcpu, uint32_t value,
     struct vgic_effects *effects)
{
	struct ghost *g = before_access(v, vcpu);
	enum vgic_status status = __real_vgic_dir_write(v, vcpu, value, effects);

	if (status == VGIC_OK)
		ideal_dir(&g->ideal, vcpu, value & GICC_IAR_INTID_MASK,
			  value >> GICC_IAR_CPUID_SHIFT & GICC_IAR_CPUID_MASK);
	return status;
}

WRAP(void, vgic_set_line, struct vgic_locked v, unsigned int vcpu, unsigned int intid, bool level,
     struct vgic_effects *effects)
{
	struct ghost *g = before(v);

	__real_vgic_set_line(v, vcpu, intid, level, effects);
	if (g->wiring[intid] == VGIC_LEVEL)
		ideal_set_line(&g->ideal, vcpu, intid, level);
}

WRAP(void, vgic_pulse, struct vgic_locked v, unsigned int vcpu, unsigned int intid,
     struct vgic_effects *effects)
{
	struct ghost *g = before(v);

	*ghost_word(&g->again, vcpu, intid) |=
		g->vgic->word[intid < 32 ? vcpu : VGIC_MAX_VCPUS - 1 + intid / 32].resident &
		1u << intid % 32;
	__real_vgic_pulse(v, vcpu, intid, effects);
	if (g->wiring[intid] == VGIC_EDGE)
		ideal_pulse(&g->ideal, vcpu, intid);
}

WRAP(void, vgic_hw_raise, struct vgic_locked v, unsigned int vcpu, unsigned int intid,
     struct vgic_effects *effects)
{
	struct ghost *g = before(v);

	__real_vgic_hw_raise(v, vcpu, intid, effects);
	ideal_pulse(&g->ideal, vcpu, intid);
}

WRAP(bool, vgic_hw_withdraw, struct vgic_locked v, unsigned int vcpu, unsigned int intid,
     struct vgic_effects *effects)
{
	bool withdrawn = __real_vgic_hw_withdraw(v, vcpu, intid, effects);

	if (!withdrawn)
		return false;
	ideal_irq(&ghost_of(v.vgic)->ideal, vcpu, intid)->latch = false;
	ideal_update(&ghost_of(v.vgic)->ideal, vcpu, intid);
	return true;
}

WRAP(bool, vgic_fold, struct vgic_locked v, unsigned int vcpu, const struct gich *gich,
     struct vgic_effects *effects)
{
	struct ghost *g = before(v);
	bool hw = __real_vgic_fold(v, vcpu, gich, effects);

	g->cpu[vcpu].loaded = false;
	g->cpu[vcpu].ended = 0;
	ghost_spoil_fold(g, vcpu);
	ghost_check_fold(g, vcpu);
	return hw;
}

/* One list register of a vCPU that stays loaded has been chosen anew, or has become empty: what
 * there is now is compared. */
static void take_lr(struct ghost *g, unsigned int vcpu, unsigned int n, uint32_t lr)
{
	struct ghost_cpu *c = &g->cpu[vcpu];

	if (n < g->vgic->n_lrs)
		c->image.reg.lr[n] = lr;
	c->in_use = vgic_lrs_in_use(g->vgic, vcpu);
	for (unsigned int i = 0; i < g->vgic->n_lrs; i++)
		if ((c->in_use >> i & 1) == 0 && i != n)
			c->image.reg.lr[i] = 0;
	ghost_check_fill(g, vcpu, true);
}

WRAP(void, vgic_fill, struct vgic_locked v, unsigned int vcpu, struct gich *gich)
{
	struct ghost *g = ghost_of(v.vgic);

	__real_vgic_fill(v, vcpu, gich);
	ghost_spoil_fill(g, vcpu, gich);
	g->cpu[vcpu].loaded = true;
	g->cpu[vcpu].in_use = vgic_lrs_in_use(g->vgic, vcpu);
	for (unsigned int n = 0; n < g->vgic->n_lrs; n++)
		g->cpu[vcpu].image.reg.lr[n] = gich->lr[n];
	g->cpu[vcpu].eoicount = 0;
	g->cpu[vcpu].image.reg.hcr = gich->hcr;
	ghost_set_interface(g, vcpu, gich->vmcr);
	ghost_check_fill(g, vcpu, false);
}

WRAP(unsigned int, vgic_refresh, struct vgic_locked v, unsigned int vcpu, unsigned int n,
     struct gich *gich, struct vgic_effects *effects)
{
	struct ghost *g = before(v);
	unsigned int written = __real_vgic_refresh(v, vcpu, n, gich, effects);

	if (written == VGIC_FOLD)
		return written;
	take_lr(g, vcpu, written, written < g->vgic->n_lrs ? gich->lr[written] : 0);
	return written;
}

/* It occurred again, and its list register as it was is all that this takes; of an SGI only where
 * that register is empty, and not where it is active. */
WRAP(unsigned int, vgic_again, struct vgic_locked v, unsigned int vcpu, unsigned int intid,
     unsigned int source, uint32_t *lr)
{
	struct ghost *g = ghost_of(v.vgic);
	unsigned int n = __real_vgic_again(v, vcpu, intid, source, lr);

	if (n == VGIC_NO_LR)
		return n;
	ghost_observe(g);
	if ((g->cpu[vcpu].image.reg.lr[n] & GICH_LR_ACTIVE) != 0)
		return n;
	if (intid < GIC_N_SGIS)
		g->ideal.cpu[vcpu].sources[intid] |= (uint8_t)(1u << source);
	else
		ideal_irq(&g->ideal, vcpu, intid)->latch = true;
	ideal_update(&g->ideal, vcpu, intid);
	take_lr(g, vcpu, n, *lr);
	return n;
}

/* The line of a level is the driver's: it is low once its end was told, until it rises again. */
WRAP(unsigned int, vgic_end_level, struct vgic_locked v, unsigned int vcpu, unsigned int n,
     uint32_t *lr)
{
	struct ghost *g = before(v);
	unsigned int intid = __real_vgic_end_level(v, vcpu, n, lr);

	if (intid == 0)
		return 0;
	if (intid != VGIC_ENDED)
		ideal_set_line(&g->ideal, vcpu, intid, false);
	take_lr(g, vcpu, n, *lr);
	return intid;
}

WRAP(unsigned int, vgic_again_level, struct vgic_locked v, unsigned int vcpu, unsigned int intid,
     uint32_t *lr)
{
	struct ghost *g = before(v);
	unsigned int n = __real_vgic_again_level(v, vcpu, intid, lr);

	if (n == VGIC_NO_LR)
		return n;
	ideal_set_line(&g->ideal, vcpu, intid, true);
	take_lr(g, vcpu, n, *lr);
	return n;
}

/* A write that changed one list register at most. */
static void enabler_written(struct ghost *g, unsigned int vcpu, uint32_t offset, uint32_t value,
			    unsigned int m, const struct gich *gich)
{
	written(g, vcpu, offset, 4, value, VGIC_OK);
	if (g->cpu[vcpu].loaded)
		take_lr(g, vcpu, m, m < g->vgic->n_lrs ? gich->lr[m] : 0);
}

WRAP(unsigned int, vgic_icenabler_write, struct vgic_locked v, unsigned int vcpu, unsigned int n,
     uint32_t value, unsigned int m, struct gich *gich)
{
	struct ghost *g = before_access(v, vcpu);

	m = __real_vgic_icenabler_write(v, vcpu, n, value, m, gich);
	if (m != VGIC_FOLD)
		enabler_written(g, vcpu, GICD_ICENABLER(n), value, m, gich);
	return m;
}

WRAP(unsigned int, vgic_isenabler_write, struct vgic_locked v, unsigned int vcpu, unsigned int n,
     uint32_t value, struct gich *gich)
{
	struct ghost *g = before_access(v, vcpu);
	unsigned int m = __real_vgic_isenabler_write(v, vcpu, n, value, gich);

	if (m != VGIC_FOLD)
		enabler_written(g, vcpu, GICD_ISENABLER(n), value, m, gich);
	return m;
}

WRAP(bool, vgic_deliverable, struct vgic_locked v, unsigned int vcpu, uint32_t vmcr)
{
	struct ghost *g = ghost_of(v.vgic);
	bool deliverable = ghost_spoil_wake(g, __real_vgic_deliverable(v, vcpu, vmcr));

	ghost_set_interface(g, vcpu, vmcr);
	ghost_check_wake(g, vcpu, deliverable);
	return deliverable;
}
