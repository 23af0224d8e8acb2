# SPDX-License-Identifier: BSD-2-Clause
# fdt: libfdt compiled from the distribution's source package, for EL2 on the target side and with
# sanitizers for the host's unit tests. The source is not vendored; set-up fetches it once.
set(LIBFDT_DIR "${PROJECT_SOURCE_DIR}/build/cache/libfdt" CACHE PATH
	"Directory with libfdt's source (fdt.c, libfdt.h, ...)")

if(NOT EXISTS "${LIBFDT_DIR}/fdt.c")
	execute_process(COMMAND "${PROJECT_SOURCE_DIR}/tools/setup.sh" libfdt
		RESULT_VARIABLE libfdt_result)
	if(NOT libfdt_result EQUAL 0 OR NOT EXISTS "${LIBFDT_DIR}/fdt.c")
		message(FATAL_ERROR "No libfdt source in ${LIBFDT_DIR}. Run `./bellhop setup` with "
			"a network, or set LIBFDT_DIR to a directory that has fdt.c and libfdt.h.")
	endif()
endif()

add_library(fdt STATIC
	"${LIBFDT_DIR}/fdt.c" "${LIBFDT_DIR}/fdt_addresses.c" "${LIBFDT_DIR}/fdt_ro.c"
	"${LIBFDT_DIR}/fdt_rw.c" "${LIBFDT_DIR}/fdt_strerror.c" "${LIBFDT_DIR}/fdt_sw.c"
	"${LIBFDT_DIR}/fdt_wip.c")
# SYSTEM, because the inline functions of its headers are not clean under our warnings.
target_include_directories(fdt SYSTEM PUBLIC "${LIBFDT_DIR}")
if(BELLHOP_PART STREQUAL "target")
	target_link_libraries(fdt PRIVATE bellhop_el2_codegen)
	# boot/complain.c calls it with the MMU off, at whatever address that is.
	target_compile_options(fdt PRIVATE -fpie -Os)
else()
	target_link_libraries(fdt PRIVATE bellhop_sanitize)
endif()
