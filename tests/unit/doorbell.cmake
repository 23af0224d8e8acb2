# SPDX-License-Identifier: BSD-2-Clause
# Doorbells, under the sanitizers.
set(DOORBELL_UNIT_SOURCES
	bell_world.c
	doorbell/bell.c
	doorbell/bell_own.c
	doorbell/eoi.c
	doorbell/handle.c
	doorbell/irqfd.c
	doorbell/link.c
	doorbell/op.c
	doorbell/op_close.c
	doorbell/op_grant.c
	doorbell/op_irq.c
	doorbell/pollset.c
	doorbell/vector.c
	doorbell/virq.c
	doorbell/wait.c
)
set(DOORBELL_UNIT_EXTRA_random bell_calls.c)
foreach(name IN ITEMS count grant irqfd life message random resample stats
	vector wait)
	bellhop_unit_test(bell_${name}
		SOURCES test_bell_${name}.c ${DOORBELL_UNIT_EXTRA_${name}} ${DOORBELL_UNIT_SOURCES}
		INCLUDES tests/unit)
endforeach()
