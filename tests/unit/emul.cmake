# SPDX-License-Identifier: BSD-2-Clause
# What EL2 emulates for a guest, over values: no part of it needs a target.
foreach(name IN ITEMS insn insn_a32 insn_t32 insn_random)
	bellhop_unit_test(${name}
		SOURCES test_${name}.c insn_support.c hyp/insn.c hyp/insn_a32.c hyp/insn_t32.c)
endforeach()
bellhop_unit_test(vpl011 SOURCES test_vpl011.c hyp/vpl011.c)
bellhop_unit_test(inject SOURCES test_inject.c hyp/inject.c)
bellhop_unit_test(cp15 SOURCES test_cp15.c hyp/cp15.c)
bellhop_unit_test(console_text SOURCES test_console_text.c hyp/console_text.c hyp/fmt.c
	INCLUDES hyp)
