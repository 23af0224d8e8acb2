# SPDX-License-Identifier: BSD-2-Clause
# Interface libraries that say how code is generated. A room links the one it needs, PRIVATE.
#   bellhop_el2       (target side) freestanding EL2 code
#   bellhop_pure      code that runs both at EL2 and in host tests: bellhop_el2 there, plain C here
#   bellhop_sanitize  (host side) ASan and UBSan; the first finding ends the program
include(${CMAKE_CURRENT_LIST_DIR}/warnings.cmake)

add_library(bellhop_pure INTERFACE)
target_link_libraries(bellhop_pure INTERFACE bellhop_warnings)

if(BELLHOP_PART STREQUAL "target")
	# Code generation alone, which libfdt shares: no vector registers at EL2 because a guest's
	# are live there, and no unaligned access because the boot code runs with the MMU off.
	# T32: two thirds of A32's size and, all in all, fewer instructions; exceptions are taken
	# in A32 (HSCTLR.TE is 0), so boot/*.S is that.
	add_library(bellhop_el2_codegen INTERFACE)
	target_compile_options(bellhop_el2_codegen INTERFACE
		-ffreestanding -mgeneral-regs-only -mthumb -march=armv7ve -mno-unaligned-access
		# Branches are cheaper here than conditions that are computed and combined.
		--param=logical-op-non-short-circuit=0
		-fno-common -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
		# This toolchain calls 32-bit integers long. The same size, but "%u" would then be
		# wrong here and right in the host's build of the same file.
		-U__UINT32_TYPE__ -U__INT32_TYPE__
		"-D__UINT32_TYPE__=unsigned int" "-D__INT32_TYPE__=int")

	add_library(bellhop_el2 INTERFACE)
	target_link_libraries(bellhop_el2 INTERFACE bellhop_el2_codegen bellhop_warnings)
	target_link_libraries(bellhop_pure INTERFACE bellhop_el2)
else()
	add_library(bellhop_sanitize INTERFACE)
	target_compile_options(bellhop_sanitize INTERFACE
		-Og -g -fsanitize=address,undefined -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	target_link_options(bellhop_sanitize INTERFACE -fsanitize=address,undefined)
endif()
