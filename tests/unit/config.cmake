# SPDX-License-Identifier: BSD-2-Clause
# Machine and VM description: everything that comes in as an FDT or goes out as one.
find_program(DTC dtc)
find_program(QEMU_SYSTEM_ARM qemu-system-arm)
set(config_definitions
	"DTC=\"${DTC}\"" "FDT_DIR=\"${CMAKE_CURRENT_SOURCE_DIR}/fdt\"")
set(config_fdt hyp/fmt.c hyp/fdt_read.c fdt_support.c)

# What QEMU says itself is checked too, where there is a QEMU.
set(qemu_definitions)
if(QEMU_SYSTEM_ARM)
	set(qemu_virt_dtb "${CMAKE_CURRENT_BINARY_DIR}/qemu-virt.dtb")
	add_custom_command(OUTPUT "${qemu_virt_dtb}"
		COMMAND "${QEMU_SYSTEM_ARM}"
			-M "virt,virtualization=on,gic-version=2,dumpdtb=${qemu_virt_dtb}"
			-cpu cortex-a15 -smp 4 -m 512 -nic none -display none
		VERBATIM)
	set(qemu_definitions "QEMU_VIRT_DTB=\"${qemu_virt_dtb}\"")
endif()

bellhop_unit_test(fmt SOURCES test_fmt.c hyp/fmt.c)
bellhop_unit_test(rng SOURCES test_rng.c hyp/rng.c)
bellhop_unit_test(cntvoff SOURCES test_cntvoff.c)
set(config_machine machine_support.c hyp/machine.c hyp/machine_uart.c hyp/rng.c hyp/fdt_walk.c
	${config_fdt})
bellhop_unit_test(machine SOURCES test_machine.c ${config_machine} ${qemu_virt_dtb}
	DEFINITIONS ${config_definitions} ${qemu_definitions} LIBRARIES fdt)
bellhop_unit_test(machine_errors SOURCES test_machine_errors.c ${config_machine}
	DEFINITIONS ${config_definitions} LIBRARIES fdt)

# One pack comes from the tool, so that writer and reader are tested together.
find_program(MKIMAGE mkimage)
set(pack_definitions)
if(MKIMAGE)
	set(packed_itb "${CMAKE_CURRENT_BINARY_DIR}/packed.itb")
	add_custom_command(OUTPUT "${packed_itb}"
		COMMAND "${PROJECT_SOURCE_DIR}/tools/mkpack"
			"${CMAKE_CURRENT_SOURCE_DIR}/fdt/packed.dts"
			-o "${packed_itb}" -i "program.bin=${CMAKE_CURRENT_SOURCE_DIR}/test_pack.c"
		DEPENDS "${PROJECT_SOURCE_DIR}/tools/mkpack" fdt/packed.dts test_pack.c
		VERBATIM)
	set(pack_definitions "MKPACK_ITB=\"${packed_itb}\"")
endif()

set(config_image hyp/image.c hyp/image_elf.c)
set(config_all hyp/config.c hyp/config_device.c hyp/config_parse.c hyp/config_rights.c
	hyp/config_vm.c hyp/config_shm.c
	hyp/config_check.c hyp/config_place.c hyp/pack.c ${config_image} ${config_fdt})

bellhop_unit_test(pack SOURCES test_pack.c hyp/pack.c ${config_fdt} ${packed_itb}
	DEFINITIONS ${config_definitions} ${pack_definitions} LIBRARIES fdt)
bellhop_unit_test(image SOURCES test_image.c ${config_all}
	DEFINITIONS ${config_definitions} LIBRARIES fdt)
bellhop_unit_test(config SOURCES test_config.c config_support.c ${config_all}
	DEFINITIONS ${config_definitions} "GUIDE=\"${PROJECT_SOURCE_DIR}/docs/vms.md\""
	LIBRARIES fdt)
bellhop_unit_test(config_errors SOURCES test_config_errors.c config_support.c ${config_all}
	DEFINITIONS ${config_definitions} LIBRARIES fdt)
bellhop_unit_test(config_place SOURCES test_config_place.c config_support.c ${config_all}
	DEFINITIONS ${config_definitions} LIBRARIES fdt)
bellhop_unit_test(guest_fdt SOURCES test_guest_fdt.c config_support.c hyp/guest_fdt.c
		hyp/guest_fdt_vms.c hyp/guest_fdt_writer.c ${config_all}
	DEFINITIONS ${config_definitions} LIBRARIES fdt)

find_package(Python3 COMPONENTS Interpreter)
if(MKIMAGE AND Python3_FOUND)
	add_test(NAME unit.mkpack COMMAND "${Python3_EXECUTABLE}"
		"${CMAKE_CURRENT_SOURCE_DIR}/test_mkpack.py" "${PROJECT_SOURCE_DIR}/tools/mkpack")
	set_tests_properties(unit.mkpack PROPERTIES TIMEOUT 120 LABELS unit)
endif()
