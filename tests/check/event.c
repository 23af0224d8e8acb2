// SPDX-License-Identifier: BSD-2-Clause
/* Events: what they do, and how they are written down. */
#include "tests/check/event.h"

#include <string.h>

const char *const op_names[N_OPS] = {
	[OP_LOAD] = "load",
	[OP_UNLOAD] = "unload",
	[OP_EXIT] = "exit",
	[OP_BOUNCE] = "bounce",
	[OP_MAINTENANCE] = "maintenance",
	[OP_KICK] = "kick",
	[OP_ASK] = "ask",
	[OP_ACK] = "ack",
	[OP_EOI] = "eoi",
	[OP_DIR] = "dir",
	[OP_CPU_WRITE] = "gicv",
	[OP_READ] = "read",
	[OP_WRITE] = "write",
	[OP_RETRY] = "retry",
	[OP_WILD] = "wild",
	[OP_LINE] = "line",
	[OP_PULSE] = "pulse",
	[OP_HW] = "hw",
	[OP_RESET] = "reset",
	[OP_WITHDRAW] = "withdraw",
	[OP_RESET_VM] = "vm_reset",
};

static void exit_if(struct world *w, unsigned int v, bool reason)
{
	if (w->vcpu[v].loaded && reason)
		world_exit(w, v);
}

/* A kick or a question, when the vCPU's CPU takes it. */
static void take_event(struct world *w, unsigned int v, unsigned int op)
{
	struct world_vcpu *c = &w->vcpu[v];

	if (op == OP_KICK && c->kicked && world_rests(c))
		world_kick_resting(w, v);
	else if (op == OP_KICK && c->kicked)
		world_enter(w, v);
	else if (op == OP_ASK && c->asked && world_rests(c))
		world_fold(w, v);
	else if (op == OP_ASK)
		exit_if(w, v, c->asked);
}

static void apply_hypervisor(struct world *w, const struct event *e)
{
	unsigned int v = e->vcpu;

	if (e->op == OP_LOAD)
		world_load(w, v);
	else if (e->op == OP_UNLOAD)
		world_unload(w, v);
	else if (e->op == OP_BOUNCE)
		world_bounce(w, v);
	else if (e->op == OP_RESET)
		world_reset_vcpu(w, v);
	else if (e->op == OP_RESET_VM)
		world_reset_vm(w);
	else if (e->op == OP_KICK || e->op == OP_ASK)
		take_event(w, v, e->op);
	else if (e->op == OP_EXIT) {
		if (e->width) /* twice without an entry between: harmless */
			world_fold(w, v);
		exit_if(w, v, true);
	} else if (e->op == OP_MAINTENANCE && gich_model_maintenance(&w->vcpu[v].hw)) {
		world_stats.maintenance++;
		if (!world_end_lr(w, v))
			exit_if(w, v, true);
	}
}

static void apply_guest(struct world *w, const struct event *e)
{
	unsigned int v = e->vcpu;

	if (e->op == OP_ACK)
		guest_ack(w, v, e->width);
	else if (e->op == OP_EOI)
		guest_eoi(w, v);
	else if (e->op == OP_DIR)
		guest_dir(w, v, e->width % w->config.n_vcpus, e->offset);
	else if (e->op == OP_CPU_WRITE)
		guest_cpu_write(w, v, e->offset, e->value);
	else if (e->op == OP_READ)
		guest_access(w, v, ACCESS_READ, e->offset, e->width, 0);
	else if (e->op == OP_WRITE)
		guest_access(w, v, ACCESS_WRITE, e->offset, e->width, e->value);
	else if (e->op == OP_RETRY)
		guest_retry(w, v);
	else if (e->op == OP_WILD)
		guest_wild(w, v, (enum wild_kind)(e->width % N_WILD), e->value);
}

static void apply_device(struct world *w, const struct event *e)
{
	if (e->op == OP_LINE)
		world_line(w, e->vcpu, e->offset, e->width);
	else if (e->op == OP_PULSE)
		world_pulse(w, e->vcpu, e->offset);
	else if (e->op == OP_HW)
		world_hw_raise(w, e->vcpu, e->offset);
	else
		world_hw_withdraw(w, e->vcpu, e->offset);
}

void event_apply(struct world *w, const struct event *e)
{
	world_stats.steps++;
	if (e->op >= OP_LINE && e->op <= OP_WITHDRAW)
		apply_device(w, e);
	else if (e->op >= OP_ACK && e->op <= OP_WILD)
		apply_guest(w, e);
	else
		apply_hypervisor(w, e);
	for (unsigned int v = 0; v < w->config.n_vcpus && !w->violation; v++) {
		check_running(w, v);
		check_unloaded(w, v);
	}
}

void event_print(FILE *out, const struct event *e)
{
	fprintf(out, "vcpu %u %s", e->vcpu, op_names[e->op]);
	if (e->op == OP_READ)
		fprintf(out, " 0x%03x/%u", e->offset, e->width);
	else if (e->op == OP_WRITE)
		fprintf(out, " 0x%03x/%u = 0x%x", e->offset, e->width, e->value);
	else if (e->op == OP_CPU_WRITE)
		fprintf(out, " 0x%02x = 0x%x", e->offset, e->value);
	else if (e->op == OP_LINE)
		fprintf(out, " %u %s", e->offset, e->width ? "high" : "low");
	else if (e->op == OP_PULSE || e->op == OP_HW || e->op == OP_WITHDRAW)
		fprintf(out, " %u", e->offset);
	else if (e->op == OP_ACK && e->width)
		fprintf(out, " (AIAR)");
	else if (e->op == OP_EXIT && e->width)
		fprintf(out, " (folded twice)");
	else if (e->op == OP_WILD)
		fprintf(out, " (kind %u, 0x%x)", e->width, e->value);
	else if (e->op == OP_DIR)
		fprintf(out, " (of vcpu %u, its number %u)", e->width, e->offset);
	fprintf(out, "\n");
}

bool trace_fails(struct world *w, const struct world_config *config, const struct event *events,
		 size_t n, bool deep, size_t *used)
{
	size_t i;

	world_init(w, config);
	for (i = 0; i < n && !w->violation; i++) {
		event_apply(w, &events[i]);
		if (deep || i % 16 == 0)
			check_deep(w, WORLD_VCPUS);
	}
	*used = i;
	return w->violation;
}

/* One pass: try to do without each stretch of `chunk` events. */
static size_t without_chunks(const struct world_config *config, struct event *events, size_t n,
			     size_t chunk, const char *property)
{
	static struct event tried[8192];
	static struct world w;

	for (size_t at = 0; at < n;) {
		size_t cut = chunk < n - at ? chunk : n - at;
		size_t used;

		memcpy(tried, events, at * sizeof(*events));
		memcpy(tried + at, events + at + cut, (n - at - cut) * sizeof(*events));
		if (trace_fails(&w, config, tried, n - cut, true, &used) &&
		    !strcmp(w.violation, property)) {
			n = used;
			memcpy(events, tried, n * sizeof(*events));
		} else {
			at += cut;
		}
	}
	return n;
}

size_t trace_shrink(const struct world_config *config, struct event *events, size_t n)
{
	static struct world w;
	const char *property;
	size_t before;
	size_t used;

	if (!trace_fails(&w, config, events, n, true, &used))
		return n;
	property = w.violation;
	n = used;
	do {
		before = n;
		for (size_t chunk = n / 2; chunk > 0; chunk /= 2)
			n = without_chunks(config, events, n, chunk, property);
	} while (n < before);
	return n;
}

void trace_report(FILE *out, const struct world_config *config, const struct event *events,
		  size_t n)
{
	static const char *const wirings[] = { "undriven", "edge", "level", "hw" };
	static struct world w;
	size_t used;

	trace_fails(&w, config, events, n, true, &used);
	fprintf(out, "%s: %s\n", w.violation ? w.violation : "none", w.detail);
	fprintf(out, "%u vCPUs, %u LRs, %u INTIDs;", config->n_vcpus, config->n_lrs,
		config->n_intids);
	for (unsigned int i = 0; i < config->n_pool; i++)
		if (config->pool[i] >= 16)
			fprintf(out, " %u %s,", config->pool[i], wirings[config->wiring[i]]);
	fprintf(out, "\n");
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "%3zu  ", i + 1);
		event_print(out, &events[i]);
	}
}
