# SPDX-License-Identifier: BSD-2-Clause
# demo: the pack of virtual machines that `./bellhop run` starts, <build>/demo.itb. Made by every
# build, because only the target side knows when the programs in it changed.
add_custom_target(demo ALL
	COMMAND "${PROJECT_SOURCE_DIR}/tools/mkpack" "${PROJECT_SOURCE_DIR}/guest/demos/demo.dts"
		-o "${PROJECT_BINARY_DIR}/demo.itb"
		-I "${BELLHOP_TARGET_DIR}/guest" -I "${CMAKE_CURRENT_BINARY_DIR}/guest/linux"
		-I "${BELLHOP_LINUX_DIR}"
	COMMENT "Packing the demo's virtual machines"
	VERBATIM)
add_dependencies(demo target linux_initrd)
