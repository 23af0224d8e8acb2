# SPDX-License-Identifier: BSD-2-Clause
# target: the same source tree, cross compiled into <build>/target. BUILD_ALWAYS, because only that
# build knows its own dependencies; it costs nothing when nothing changed.
include(ExternalProject)

find_program(BELLHOP_CROSS_CC arm-none-eabi-gcc)
if(NOT BELLHOP_CROSS_CC)
	message(FATAL_ERROR "arm-none-eabi-gcc is missing. Run `./bellhop setup`, or configure "
		"with the preset host-only.")
endif()

set(BELLHOP_TARGET_DIR "${PROJECT_BINARY_DIR}/target")
ExternalProject_Add(target
	SOURCE_DIR "${PROJECT_SOURCE_DIR}"
	BINARY_DIR "${BELLHOP_TARGET_DIR}"
	PREFIX "${PROJECT_BINARY_DIR}/target-prefix"
	CMAKE_ARGS
		-DCMAKE_TOOLCHAIN_FILE=${PROJECT_SOURCE_DIR}/cmake/arm-none-eabi.cmake
		-DCMAKE_BUILD_TYPE=RelWithDebInfo
		-DBELLHOP_PART=target
		-DBELLHOP_COVERAGE=${BELLHOP_COVERAGE}
		-DLIBFDT_DIR=${LIBFDT_DIR}
	BUILD_ALWAYS TRUE
	INSTALL_COMMAND ""
	USES_TERMINAL_BUILD TRUE)
