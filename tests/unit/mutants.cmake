# SPDX-License-Identifier: BSD-2-Clause
# The bugs of the field, of the catalogue of cases and of doorbells, each of which has to be found.
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
