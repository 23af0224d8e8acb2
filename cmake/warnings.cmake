# SPDX-License-Identifier: BSD-2-Clause
# bellhop_warnings: what every C file of ours is compiled with, on every side.
add_library(bellhop_warnings INTERFACE)
target_compile_options(bellhop_warnings INTERFACE
	$<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow
	-Wstrict-prototypes -Wmissing-prototypes -Werror>)
