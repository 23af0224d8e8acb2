// SPDX-License-Identifier: BSD-2-Clause
/* How a world begins, how it starts anew, and what is said when a property fails. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/check/world.h"

struct world_stats world_stats;
const char *world_ignored = "";

/*
 * What a guest did that is UNPREDICTABLE may leave it with any state of interrupts; the list
 * registers are legal all the same, nothing storms and no other vCPU is named that is not there.
 */
static bool compares(const char *property)
{
	static const char *const all[] = { "P1", "P2", "P3", "P4",  "P5",
					   "P6", "P7", "P9", "P11", "wake" };

	for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(property, all[i]))
			return true;
	return false;
}

static bool is_ignored(const char *property)
{
	size_t length = strlen(property);

	for (const char *at = world_ignored; (at = strstr(at, property)); at += length)
		if (at[length] == ',' || at[length] == '\0')
			return true;
	return false;
}

void world_fail(struct world *w, const char *property, const char *format, ...)
{
	va_list args;

	if (w->violation || (w->wild && compares(property)) || is_ignored(property))
		return;
	w->violation = property;
	va_start(args, format);
	vsnprintf(w->detail, sizeof(w->detail), format, args);
	va_end(args);
}

int world_wiring(const struct world *w, unsigned int intid)
{
	for (unsigned int i = 0; i < w->config.n_pool; i++)
		if (w->config.pool[i] == intid)
			return w->config.wiring[i];
	return VGIC_UNDRIVEN;
}

/* The values that a reset leaves are the vGIC's choice where the architecture has none. */
static void adopt_reset_values(struct world *w)
{
	struct vgic_effects effects;
	uint32_t value;

	vgic_effects_clear(&effects);
	for (uint32_t n = 32; n < w->config.n_intids; n++) {
		if (vgic_dist_read(world_lock(w), 0, 0x800 + n, 1, &value, &effects) == VGIC_OK)
			w->ideal.spi[n - 32].targets = (uint8_t)value;
		if (vgic_dist_read(world_lock(w), 0, 0xc00 + n / 16 * 4, 4, &value, &effects) ==
		    VGIC_OK)
			w->ideal.spi[n - 32].edge_config = value >> (n % 16 * 2 + 1) & 1;
	}
}

static void set_wirings(struct world *w)
{
	const struct world_config *c = &w->config;

	for (unsigned int i = 0; i < c->n_pool; i++) {
		unsigned int intid = c->pool[i];
		unsigned int copies = intid < 32 ? c->n_vcpus : 1;
		unsigned int physical = intid < 32 ? intid : intid + WORLD_SPI_TO_PHYSICAL;

		for (unsigned int v = 0; v < copies && intid >= 16; v++)
			vgic_set_wiring(world_lock(w), v, intid, (enum vgic_wiring)c->wiring[i],
					physical);
		if (!world_notifies(c, i))
			continue;
		vgic_set_notify(world_lock(w), intid, true);
		ideal_irq(&w->ideal, 0, intid)->count_ends = true;
	}
}

void world_init(struct world *w, const struct world_config *config)
{
	struct vgic_config c = { config->n_vcpus, config->n_intids, config->n_lrs };

	memset(w, 0, sizeof(*w));
	w->config = *config;
	if (!vgic_init(&w->vgic, &c))
		world_fail(w, "init", "vgic_init refused the configuration");
	ideal_init(&w->ideal, config->n_vcpus, config->n_intids);
	for (unsigned int v = 0; v < config->n_vcpus; v++) {
		gich_model_reset(&w->vcpu[v].hw, config->n_lrs);
		w->vcpu[v].folded = true;
	}
	set_wirings(w);
	adopt_reset_values(w);
}

static void forget_vcpu(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	struct gich shadow = c->shadow;

	memset(c, 0, sizeof(*c));
	c->shadow = shadow;
	gich_model_reset(&c->hw, w->config.n_lrs);
	c->folded = c->woken = true;
	memset(w->physical_active[v], 0, sizeof(w->physical_active[v]));
	memset(w->hw_soft[v], 0, sizeof(w->hw_soft[v]));
	memset(w->again[v], 0, sizeof(w->again[v]));
	memset(w->unsure[v], 0, sizeof(w->unsure[v]));
}

/* Off: nothing of it is saved. */
static void stop(struct world *w, unsigned int v)
{
	world_unload(w, v);
	world_fold(w, v);
}

/* All vCPUs are stopped; the physical interrupts are made inactive by who resets. */
void world_reset_vm(struct world *w)
{
	struct ideal_gic *before = &w->ideal;
	static struct ideal_gic after;

	for (unsigned int v = 0; v < w->config.n_vcpus; v++)
		stop(w, v);
	vgic_reset(world_lock(w));
	ideal_init(&after, w->config.n_vcpus, w->config.n_intids);
	for (unsigned int v = 0; v < w->config.n_vcpus; v++) {
		forget_vcpu(w, v);
		for (unsigned int n = 0; n < 32; n++)
			ideal_set_line(&after, v, n, ideal_irq(before, v, n)->line);
	}
	for (unsigned int n = 32; n < w->config.n_intids; n++) {
		ideal_set_line(&after, 0, n, ideal_irq(before, 0, n)->line);
		ideal_irq(&after, 0, n)->count_ends = ideal_irq(before, 0, n)->count_ends;
	}
	w->ideal = after;
	memset(w->spi_active, 0, sizeof(w->spi_active));
	memset(w->spi_hw_soft, 0, sizeof(w->spi_hw_soft));
	memset(w->spi_again, 0, sizeof(w->spi_again));
	memset(w->spi_unsure, 0, sizeof(w->spi_unsure));
	memset(w->active_unsure, 0, sizeof(w->active_unsure));
	w->open_race = w->wild = false;
	adopt_reset_values(w);
}

/* PSCI CPU_ON of a CPU that was off: its interface and its private interrupts start anew. */
void world_reset_vcpu(struct world *w, unsigned int v)
{
	struct world_vcpu *c = &w->vcpu[v];
	struct vgic_effects effects;

	if (c->loaded)
		return;
	stop(w, v);
	vgic_effects_clear(&effects);
	vgic_reset_vcpu(world_lock(w), v, &effects);
	ideal_reset_cpu(&w->ideal, v);
	forget_vcpu(w, v);
	world_effects(w, v, &effects);
}
