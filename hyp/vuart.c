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

/* The end of what was done to the UART: its interrupt output has changed, or mostly it has not. */
static void __attribute__((noinline)) change_line(struct vm_locked locked)
{
	struct vgic_effects effects;
	struct vm *vm = locked.vm;

	vgic_effects_clear(&effects);
	vm->uart_line = !vm->uart_line;
	vgic_set_line(vm_vgic(locked), 0, GUEST_UART_INTID, vm->uart_line, &effects);
	vm_unlock(locked);
	virq_apply(vm, &effects);
}

static inline void finish(struct vm_locked locked)
{
	if (vpl011_line(&locked.vm->uart) != locked.vm->uart_line)
		change_line(locked);
	else
		vm_unlock(locked);
}

static inline void look_for_room(struct vm *vm)
{
	bool full = !console_has_room();

	if (vm->uart.tx_full != full)
		vpl011_set_tx_full(&vm->uart, full);
}

/* Only a read of DR changes anything, and there is nothing to be done first: a register is read
 * without the lock. Flags of FR are then each of a moment of its own. */
static inline bool is_still(const struct vm *vm, uint32_t offset)
{
	return offset - PL011_RSR < VPL011_SIZE - PL011_RSR && vm->input_read == vm->input_write &&
	       vm->uart.tx_full != console_has_room();
}

enum mmio_status vuart_read(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t *value)
{
	struct vm *vm = v->vm;
	struct vm_locked locked;

	if (is_still(vm, ipa - GUEST_UART_IPA)) {
		*value = vpl011_read(&vm->uart, ipa - GUEST_UART_IPA, width);
		return MMIO_OK;
	}
	locked = vm_lock(vm);
	look_for_room(vm);
	*value = vpl011_read(&vm->uart, ipa - GUEST_UART_IPA, width);
	refill(vm);
	finish(locked);
	return MMIO_OK;
}

enum mmio_status vuart_write(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t value)
{
	struct vm *vm = v->vm;
	struct vm_locked locked = vm_lock(vm);
	struct vpl011_tx tx;

	look_for_room(vm);
	tx = vpl011_write(&vm->uart, ipa - GUEST_UART_IPA, width, value);
	if (vm->input_read != vm->input_write)
		refill(vm); /* LCR_H.FEN makes room, too */
	finish(locked);
	if (tx.has_char)
		console_vm_write(vm->index, tx.ch);
	return MMIO_OK;
}

void vuart_input(struct vm *vm, uint8_t ch)
{
	struct vm_locked locked = vm_lock(vm);

	if (vm->input_write - vm->input_read < VUART_INPUT)
		vm->input[vm->input_write++ % VUART_INPUT] = ch;
	refill(vm);
	finish(locked);
}

void vuart_room(void)
{
	for (unsigned int i = 0; i < n_vms; i++) {
		struct vm *vm = vms[i];
		struct vm_locked locked;

		/* Without the lock: set under it by this VM's own access, which arms the transmit
		 * interrupt that leads here again when it comes too late for this look. */
		if (!vm->uart.tx_full)
			continue;
		locked = vm_lock(vm);
		vpl011_set_tx_full(&vm->uart, false);
		finish(locked);
	}
}
