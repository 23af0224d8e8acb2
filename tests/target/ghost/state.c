// SPDX-License-Identifier: BSD-2-Clause
#include "tests/target/ghost/ghost.h"

#include <stdarg.h>
#include <stddef.h>

#include "hyp/console.h"
#include "hyp/libc.h"
#include "hyp/mm.h"
#include "hyp/panic.h"
#include "hyp/vm.h"
#include "tests/model/gich_bits.h"

static struct ghost *ghosts[CONFIG_MAX_VMS];
static unsigned int n_ghosts;

struct ghost *ghost_of(const struct vgic *vgic)
{
	for (unsigned int i = 0; i < n_ghosts; i++)
		if (ghosts[i]->vgic == vgic)
			return ghosts[i];
	return NULL;
}

static void hold_nothing(struct ghost *g)
{
	memset(g->private_held, GHOST_NOBODY, sizeof(g->private_held));
	memset(g->spi_held, GHOST_NOBODY, sizeof(g->spi_held));
}

/* The targets that SPIs have after a reset are the vGIC's choice. */
static void adopt_targets(struct ghost *g)
{
	for (unsigned int n = 32; n < g->vgic->n_intids; n++)
		g->ideal.spi[n - 32].targets =
			g->vgic->irq[(VGIC_MAX_VCPUS - 1) * VGIC_PRIVATE_INTIDS + n].targets;
}

/* At boot, one CPU. */
struct ghost *ghost_new(struct vgic *vgic)
{
	struct ghost *g = mm_alloc(sizeof(*g), 8);

	ghosts[n_ghosts++] = g;
	g->vgic = vgic;
	ideal_init(&g->ideal, vgic->n_vcpus, vgic->n_intids);
	adopt_targets(g);
	hold_nothing(g);
	for (unsigned int v = 0; v < vgic->n_vcpus; v++)
		gich_model_reset(&g->cpu[v].image, vgic->n_lrs);
	return g;
}

static void add(struct ghost_counts *sum, const struct ghost_counts *c)
{
	sum->folds += c->folds;
	sum->fills += c->fills;
	sum->refreshes += c->refreshes;
	sum->accesses += c->accesses;
	sum->wakes += c->wakes;
	sum->acks += c->acks;
	sum->ends += c->ends;
	sum->unsure += c->unsure;
}

struct ghost_counts ghost_total(void)
{
	struct ghost_counts sum = { 0 };

	for (unsigned int i = 0; i < n_ghosts; i++)
		add(&sum, &ghosts[i]->counts);
	return sum;
}

uint32_t *ghost_word(struct ghost_bits *bits, unsigned int vcpu, unsigned int intid)
{
	return intid < VGIC_PRIVATE_INTIDS ? &bits->private_word[vcpu] :
					     &bits->spi_word[intid / 32];
}

struct ghost_held *ghost_held(struct ghost *g, unsigned int vcpu, unsigned int intid)
{
	return intid < VGIC_PRIVATE_INTIDS ? &g->private_held[vcpu][intid] : &g->spi_held[intid];
}

void ghost_set_interface(struct ghost *g, unsigned int vcpu, uint32_t vmcr)
{
	struct ideal_cpu *c = &g->ideal.cpu[vcpu];

	g->cpu[vcpu].image.reg.vmcr = vmcr;
	c->group_enabled[0] = vmcr & VMCR_GRP0;
	c->group_enabled[1] = vmcr & VMCR_GRP1;
	c->ack_ctl = vmcr & VMCR_ACKCTL;
	c->fiq_en = vmcr & VMCR_FIQEN;
	c->common_bpr = vmcr & VMCR_CBPR;
	c->eoi_mode = vmcr & VMCR_EOIMODE;
	c->abpr = vmcr >> VMCR_ABP_SHIFT & 7;
	c->bpr = vmcr >> VMCR_BP_SHIFT & 7;
	c->pmr = (uint8_t)(vmcr >> VMCR_PMR_SHIFT << 3);
}

static void forget_cpu(struct ghost *g, unsigned int vcpu)
{
	memset(&g->cpu[vcpu], 0, sizeof(g->cpu[vcpu]));
	gich_model_reset(&g->cpu[vcpu].image, g->vgic->n_lrs);
	g->again.private_word[vcpu] = 0;
	g->unsure.private_word[vcpu] = 0;
}

/* Lines stay: devices drive them. */
void ghost_reset(struct ghost *g)
{
	bool line[VGIC_MAX_INTIDS];

	for (unsigned int n = 32; n < g->vgic->n_intids; n++)
		line[n] = ideal_irq(&g->ideal, 0, n)->line;
	ideal_init(&g->ideal, g->vgic->n_vcpus, g->vgic->n_intids);
	for (unsigned int n = 32; n < g->vgic->n_intids; n++) {
		ideal_irq(&g->ideal, 0, n)->line = line[n];
		ideal_update(&g->ideal, 0, n);
	}
	adopt_targets(g);
	hold_nothing(g);
	for (unsigned int v = 0; v < g->vgic->n_vcpus; v++)
		forget_cpu(g, v);
	memset(&g->again, 0, sizeof(g->again));
	memset(&g->unsure, 0, sizeof(g->unsure));
}

/* SPIs that it had acknowledged stay active; its interface has forgotten their priorities. */
void ghost_reset_vcpu(struct ghost *g, unsigned int vcpu)
{
	ideal_reset_cpu(&g->ideal, vcpu);
	forget_cpu(g, vcpu);
	memset(g->private_held[vcpu], GHOST_NOBODY, sizeof(g->private_held[vcpu]));
	for (unsigned int n = 32; n < g->vgic->n_intids; n++)
		if (g->spi_held[n].vcpu == vcpu)
			g->spi_held[n].vcpu = GHOST_NOBODY;
}

static const char *name_of(const struct ghost *g)
{
	for (unsigned int i = 0; i < n_vms; i++)
		if (&vms[i]->vgic == g->vgic)
			return vms[i]->config->name;
	return "?";
}

static void print_lrs(const struct ghost *g, unsigned int vcpu)
{
	const struct ghost_cpu *c = &g->cpu[vcpu];

	console_print("vm %s vcpu %u: hcr 0x%08x vmcr 0x%08x apr 0x%08x, %s\n", name_of(g), vcpu,
		      c->image.reg.hcr, c->image.reg.vmcr, c->image.reg.apr,
		      c->loaded ? "loaded" : "folded");
	for (unsigned int n = 0; n < g->vgic->n_lrs; n++) {
		uint32_t lr = c->image.reg.lr[n];
		const struct ideal_irq *irq;

		if (!(c->in_use >> n & 1))
			continue;
		irq = ideal_irq_const(&g->ideal, vcpu, lr_virtual_id(lr) % g->vgic->n_intids);
		console_print("  LR%u 0x%08x, ideally latch %u line %u active %u enabled %u "
			      "priority 0x%02x\n",
			      n, lr, irq->latch, irq->line, irq->active, irq->enabled,
			      irq->priority);
	}
}

void ghost_fail(const struct ghost *g, unsigned int vcpu, const char *property, const char *format,
		...)
{
	char text[FMT_LINE_SIZE];
	va_list args;

	va_start(args, format);
	fmt_vprint(text, sizeof(text), format, args);
	va_end(args);
	print_lrs(g, vcpu);
	panic("ghost: %s: vm %s vcpu %u: %s", property, name_of(g), vcpu, text);
}
