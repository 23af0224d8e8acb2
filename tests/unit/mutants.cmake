# SPDX-License-Identifier: BSD-2-Clause
# Tests that a mutant asked for, and the bugs of the field, each of which has to be found again.
bellhop_unit_test(vgic_more
	SOURCES test_vgic_more.c ${VGIC_UNIT_SOURCES} INCLUDES tests/unit)
bellhop_unit_test(vgic_more_refresh
	SOURCES test_vgic_more.c ${VGIC_UNIT_SOURCES} INCLUDES tests/unit DEFINITIONS WORLD_REFRESH)

find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
	add_test(NAME mutants.catalogue
		COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/mutants/catalogue.py"
			--cc "${CMAKE_C_COMPILER}")
	add_test(NAME mutants.doorbell
		COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/mutants/doorbell.py"
			--cc "${CMAKE_C_COMPILER}")
	set_tests_properties(mutants.catalogue mutants.doorbell PROPERTIES TIMEOUT 300
		LABELS mutants)
endif()
