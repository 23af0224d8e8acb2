# SPDX-License-Identifier: BSD-2-Clause
# What lets one VM serve devices to another: pure functions over values.
bellhop_unit_test(ioevent SOURCES test_ioevent.c doorbell/ioevent.c)
bellhop_unit_test(v2m SOURCES test_v2m.c doorbell/v2m.c)
bellhop_unit_test(msix SOURCES test_msix.c doorbell/msix.c doorbell/v2m.c)
foreach(name IN ITEMS forward forward_claims)
	bellhop_unit_test(${name} SOURCES test_${name}.c forward_support.c doorbell/forward.c)
endforeach()
bellhop_unit_test(remote SOURCES test_remote.c doorbell/remote.c doorbell/handle.c)
