# SPDX-License-Identifier: BSD-2-Clause
# The virtual GIC above the modelled GICH of tests/model, under the sanitizers.
set(VGIC_UNIT_SOURCES
	vgic_world.c
	vgic_guest.c
	vgic_scene.c
	tests/model/gich_model.c
	tests/model/gicv_model.c
	vgic/vgic.c
	vgic/vgic_ask.c
	vgic/vgic_dist.c
	vgic/vgic_dist_byte.c
	vgic/vgic_dist_irq.c
	vgic/vgic_enable.c
	vgic/vgic_fill.c
	vgic/vgic_fold.c
	vgic/vgic_level.c
	vgic/vgic_lr.c
	vgic/vgic_refresh.c
	vgic/vgic_reset.c
	vgic/vgic_sgi.c
)
bellhop_unit_test(gicv2 SOURCES test_vgic_codec.c)
# Each twice: with a fold and a fill before every entry that needs something, and the short way.
foreach(name IN ITEMS lr overflow pending active hw sgi registers peek route cpuif reset retry wait
		patience notify switch settled eoi level input short again content kick enable
		enable_long)
	bellhop_unit_test(vgic_${name}
		SOURCES test_vgic_${name}.c ${VGIC_UNIT_SOURCES} INCLUDES tests/unit)
	bellhop_unit_test(vgic_${name}_refresh
		SOURCES test_vgic_${name}.c ${VGIC_UNIT_SOURCES} INCLUDES tests/unit
		DEFINITIONS WORLD_REFRESH)
endforeach()
