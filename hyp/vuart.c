// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vuart.h"

#include "hyp/console.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

/* What was typed ahead goes into the FIFO as the guest makes room. */
static void refill(struct vm *vm)
{
	while (vm->input_read != vm->input_write &&
	       vpl011_receive(&vm->uart, vm->input[vm->input_read % VUART_INPUT]))
		vm->input_read++;
}

static void drive_line(struct vm_locked locked, struct vgic_effects *effects)
{
	struct vm *vm = locked.vm;
	bool level = vpl011_line(&vm->uart);

	if (level == vm->uart_line)
		return;
	vm->uart_line = level;
	vgic_set_line(vm_vgic(locked), 0, GUEST_UART_INTID, level, effects);
}

uint32_t vuart_read(struct vcpu *v, uint32_t offset, uint32_t width)
{
	struct vgic_effects effects;
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t value;

	vgic_effects_clear(&effects);
	vpl011_set_tx_full(&v->vm->uart, !console_has_room());
	value = vpl011_read(&v->vm->uart, offset, width);
	refill(v->vm);
	drive_line(locked, &effects);
	vm_unlock(locked);
	virq_apply(v->vm, &effects);
	return value;
}

void vuart_write(struct vcpu *v, uint32_t offset, uint32_t width, uint32_t value)
{
	struct vgic_effects effects;
	struct vm_locked locked = vm_lock(v->vm);
	struct vpl011_tx tx;

	vgic_effects_clear(&effects);
	vpl011_set_tx_full(&v->vm->uart, !console_has_room());
	tx = vpl011_write(&v->vm->uart, offset, width, value);
	drive_line(locked, &effects);
	vm_unlock(locked);
	if (tx.has_char)
		console_vm_write(v->vm->index, tx.ch);
	virq_apply(v->vm, &effects);
}

void vuart_input(struct vm *vm, uint8_t ch)
{
	struct vgic_effects effects;
	struct vm_locked locked = vm_lock(vm);

	vgic_effects_clear(&effects);
	if (vm->input_write - vm->input_read < VUART_INPUT)
		vm->input[vm->input_write++ % VUART_INPUT] = ch;
	refill(vm);
	drive_line(locked, &effects);
	vm_unlock(locked);
	virq_apply(vm, &effects);
}

void vuart_room(void)
{
	for (unsigned int i = 0; i < n_vms; i++) {
		struct vm *vm = vms[i];
		struct vgic_effects effects;
		struct vm_locked locked;

		/* Without the lock: set under it by this VM's own access, which arms the transmit
		 * interrupt that leads here again when it comes too late for this look. */
		if (!vm->uart.tx_full)
			continue;
		vgic_effects_clear(&effects);
		locked = vm_lock(vm);
		vpl011_set_tx_full(&vm->uart, false);
		drive_line(locked, &effects);
		vm_unlock(locked);
		virq_apply(vm, &effects);
	}
}
