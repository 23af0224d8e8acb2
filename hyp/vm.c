// SPDX-License-Identifier: BSD-2-Clause
/*
 * The life of a VM. Stopping is a message to each of its vCPUs' CPUs; the last one to answer ends
 * the VM or starts it again. Nobody waits for anybody.
 */
#include "hyp/vm.h"

#include "drivers/gic.h"
#include "hyp/arm.h"
#include "hyp/bells.h"
#include "hyp/client.h"
#include "hyp/console.h"
#include "hyp/guest_fdt.h"
#include "hyp/irq.h"
#include "hyp/mm.h"
#include "hyp/panic.h"
#include "hyp/sched.h"
#include "hyp/stage2.h"
#include "hyp/timer.h"
#include "hyp/virq.h"

struct vm *vms[CONFIG_MAX_VMS];
unsigned int n_vms;

static void map_memory(struct vm *vm, const struct config *config)
{
	for (unsigned int i = 0; i < vm->config->n_regions; i++) {
		const struct region *region = &vm->config->region[i];

		stage2_map(vm->vttbr, region->ipa, region->pa, region->size,
			   region->kind == REGION_ROM ? STAGE2_READ_ONLY : STAGE2_RAM);
	}
	for (unsigned int i = 0; i < config->n_shm; i++) {
		const struct shm_config *shm = &config->shm[i];

		for (unsigned int j = 0; j < shm->n_users; j++)
			if (shm->user[j].vm == vm->index)
				stage2_map(vm->vttbr, shm->user[j].ipa, shm->pa, shm->size,
					   shm->user[j].read_only ? STAGE2_READ_ONLY : STAGE2_RAM);
	}
	/* The first page of GICV only: DIR, in the second, has to be emulated. */
	stage2_map(vm->vttbr, GUEST_GICC_IPA, gic_gicv_physical(), PAGE_SIZE, STAGE2_DEVICE);
}

static void create_vcpu(struct vm *vm, unsigned int id)
{
	struct cpu *cpu = cpus[vm->config->cpu[id]];
	struct vcpu *v = mm_alloc(sizeof(*v), 64);

	v->vm = vm;
	v->gic = vgic_cpu(&vm->vgic, id);
	v->id = (uint8_t)id;
	v->cpu = cpu;
	v->slot = (uint8_t)cpu->n_vcpus;
	v->priority = vm->config->priority;
	sched_set_slice(v, vm->config->time_slice_us);
	v->stack_top = cpu->stack_top;
	v->state = VCPU_OFF;
	v->power = POWER_OFF;
	v->deadline = TIMER_NEVER;
	cpu->vcpu[cpu->n_vcpus++] = v;
	vm->vcpu[id] = v;
}

/* The inputs of the emulated machine, wired as its FDT says. */
static void create_vgic(struct vm *vm)
{
	struct vgic_config config = {
		.n_vcpus = vm->n_vcpus,
		.n_intids = (uint16_t)(32 + vm->config->n_spis),
		.n_lrs = (uint8_t)gich_list_registers(),
	};
	struct vgic_locked v = { &vm->vgic };

	if (!vgic_init(&vm->vgic, &config))
		panic("vGIC of %s: limits exceeded", vm->config->name);
	for (unsigned int i = 0; i < vm->n_vcpus; i++) {
		vgic_set_wiring(v, i, GUEST_VTIMER_INTID, VGIC_HW, GUEST_VTIMER_INTID);
		vgic_set_wiring(v, i, GUEST_PTIMER_INTID, VGIC_HW, GUEST_PTIMER_INTID);
	}
	if (vm->config->console)
		vgic_set_wiring(v, 0, GUEST_UART_INTID, VGIC_LEVEL, 0);
	for (unsigned int i = 0; i < vm->config->n_msi_spis; i++)
		vgic_set_wiring(v, 0, GUEST_V2M_INTID + i, VGIC_EDGE, 0);
}

/* Most guests' are far smaller than what may be needed: the rest of the place is given back. */
static bool create_fdt(struct vm *vm, const struct config *config, struct rng *rng,
		       struct fmt_line *error)
{
	uint8_t *fdt = mm_alloc(IMAGE_FDT_SIZE, 8);

	if (!guest_fdt_build(fdt, IMAGE_FDT_SIZE, config, vm->index, &vm->plan,
			     rng != NULL ? &vm->rng_seed : NULL, error))
		return false;
	if (rng != NULL)
		rng_draw(rng, vm->rng.key);
	vm->fdt = fdt;
	vm->fdt_size = (uint32_t)fdt[4] << 24 | (uint32_t)fdt[5] << 16 | (uint32_t)fdt[6] << 8 |
		       fdt[7];
	mm_give_back(fdt + vm->fdt_size);
	return true;
}

bool vm_create(const struct config *config, unsigned int index, struct rng *rng,
	       struct fmt_line *error)
{
	struct vm *vm = mm_alloc(sizeof(*vm), 64);

	vm->config = &config->vm[index];
	vm->index = (uint8_t)index;
	vm->n_vcpus = vm->config->n_vcpus;
	vm->state = VM_OFF;
	vm->vttbr = stage2_create((uint8_t)(index + 1));
	vm->uart = vpl011_reset();
	for (unsigned int i = 0; i < vm->n_vcpus; i++)
		create_vcpu(vm, i);
	map_memory(vm, config);
	mmio_init(vm);
	create_vgic(vm);
	bells_create(vm, config->n_vms);
	client_create(vm, config);
	vms[index] = vm;
	n_vms = index + 1;
	return image_plan(&vm->plan, vm->config, error) && create_fdt(vm, config, rng, error);
}

/* From here on the VM is not off; its first vCPU has to be sent EVENT_START. */
static void prepare(struct vm_locked locked)
{
	struct vm *vm = locked.vm;
	struct vcpu *first = vm->vcpu[0];

	vm->state = VM_RUNNING;
	bells_set_off(&vm->bells, false);
	vm->cntvoff = timer_now();
	if (vm->rng_seed != NULL)
		rng_draw(&vm->rng, vm->rng_seed);
	first->power = POWER_ON_PENDING;
	first->start = (struct vcpu_start){
		.entry = vm->plan.entry | (vm->plan.thumb ? 1 : 0),
		.r = { vm->plan.r[0], vm->plan.r[1], vm->plan.r[2] },
		.load = true,
	};
}

void vm_start(struct vm *vm)
{
	struct vm_locked locked = vm_lock(vm);
	bool was_off = vm->state == VM_OFF;

	if (was_off)
		prepare(locked);
	vm_unlock(locked);
	if (was_off)
		vcpu_post(vm->vcpu[0], EVENT_START);
}

/* All are marked before the first one runs: one that ends at once must not find the others off and
 * end the machine. */
void vm_start_all(void)
{
	for (unsigned int i = 0; i < n_vms; i++) {
		struct vm_locked locked = vm_lock(vms[i]);

		if (vms[i]->config->autostart)
			prepare(locked);
		vm_unlock(locked);
	}
	for (unsigned int i = 0; i < n_vms; i++)
		if (vms[i]->config->autostart)
			vcpu_post(vms[i]->vcpu[0], EVENT_START);
}

/* No vCPU runs, so what the vGIC wants done has nobody to be done to. */
static void reset_devices(struct vm_locked locked)
{
	struct vgic_effects effects;
	struct vm *vm = locked.vm;

	vgic_effects_clear(&effects);
	vm->uart = vpl011_reset();
	vm->uart_line = false;
	vm->input_read = vm->input_write;
	if (vm->config->console)
		vgic_set_line(vm_vgic(locked), 0, GUEST_UART_INTID, false, &effects);
	bells_reset(locked);
	vgic_reset(vm_vgic(locked));
	client_reset(locked);
}

#define REPORT_LINE 72u /* what comes behind it begins a line of its own: see after_finish() */

/* Only numbers of what there was. Each line in one piece: two VMs may end at once on two CPUs. */
static void report_end(const struct vm *vm, const char *how)
{
	char text[FMT_LINE_SIZE];
	size_t n;
	const struct vm_counters *c = &vm->counters;
	const struct {
		const char *what;
		uint32_t count;
	} counts[] = {
		{ "accesses to nothing", c->raz_wi },
		{ "injected aborts", c->aborts },
		{ "undefined instructions", c->undefs },
		{ "unknown calls", c->bad_calls },
		{ "asynchronous aborts", c->async_aborts },
		{ "unlisted registers", c->unlisted },
		{ "refused calls", c->refused },
		{ "unanswered accesses", vm->client.forward.failed },
		{ "misdirected messages", msix_dropped(&vm->client.msix) },
	};

	n = (size_t)fmt_print(text, sizeof(text), "bellhop: %s is %s", vm->config->name, how);
	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i].count == 0)
			continue;
		if (n > REPORT_LINE) {
			console_print("%s\n", text);
			irq_poll(this_cpu());
			n = (size_t)fmt_print(text, sizeof(text), "bellhop: %s", vm->config->name);
		}
		n += (size_t)fmt_print(text + n, sizeof(text) - n, "; %s %u", counts[i].what,
				       counts[i].count);
	}
	console_print("%s\n", text);
}

/* Without the others' locks: of two that end at once at least one sees both off. */
static void end_if_last(void)
{
	static uint32_t ended;

	dmb_ish(); /* the own state before the others': pairs with the same on another CPU */
	for (unsigned int i = 0; i < n_vms; i++)
		if (vms[i]->state != VM_OFF && !vms[i]->config->background)
			return;
	/* Two that end at once may both come here. */
	if (__atomic_exchange_n(&ended, 1, __ATOMIC_RELAXED) == 0) {
		console_print("bellhop: all VMs are off\n");
		machine_off();
	}
}

/* All its vCPUs are out of the guest. True: it starts again, and was never seen to be off. */
static bool finish(struct vm_locked locked)
{
	struct vm *vm = locked.vm;
	bool again = vm->stop == VM_STOP_RESET && vm->config->on_reset == VM_POLICY_RESET;

	reset_devices(locked);
	vm->restarted = true;
	if (again)
		prepare(locked);
	else
		vm->state = VM_OFF;
	bells_set_off(&vm->bells, !again);
	return again;
}

/* Long in sum, so that interrupts are looked at in between. */
static void after_finish(struct vm *vm, bool again)
{
	irq_poll(this_cpu());
	client_server_gone(vm);
	irq_poll(this_cpu());
	report_end(vm, again ? "starting again" : "off");
	irq_poll(this_cpu());
	if (again)
		vcpu_post(vm->vcpu[0], EVENT_START);
	else
		end_if_last();
}

void vm_vcpu_stopped(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	bool last = --v->vm->n_running == 0;
	bool again = false;

	v->power = POWER_OFF;
	client_stop_vcpu(locked, v->id);
	if (last)
		again = finish(locked);
	vm_unlock(locked);
	if (last)
		after_finish(v->vm, again);
}

/* Mark it; bit per vCPU whose CPU has to answer. */
static uint32_t begin_stop(struct vm *vm, enum vm_stop how)
{
	uint32_t stopping = 0;

	vm->state = VM_STOPPING;
	vm->stop = how;
	for (unsigned int i = 0; i < vm->n_vcpus; i++)
		if (vm->vcpu[i]->power != POWER_OFF) {
			stopping |= 1u << i;
			vm->n_running++;
		}
	return stopping;
}

void vm_stop(struct vm *vm, enum vm_stop how)
{
	struct vm_locked locked = vm_lock(vm);
	bool was_running = vm->state == VM_RUNNING;
	uint32_t stopping = was_running ? begin_stop(vm, how) : 0;
	bool nobody = was_running && stopping == 0;
	bool again = nobody && finish(locked);

	vm_unlock(locked);
	for (; stopping != 0; stopping &= stopping - 1)
		vcpu_post(vm->vcpu[__builtin_ctz(stopping)], EVENT_STOP);
	if (nobody)
		after_finish(vm, again);
}
