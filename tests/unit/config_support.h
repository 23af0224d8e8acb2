/* SPDX-License-Identifier: BSD-2-Clause */
/* A machine and the images of the descriptions that tests write. */
#ifndef BELLHOP_TESTS_UNIT_CONFIG_SUPPORT_H
#define BELLHOP_TESTS_UNIT_CONFIG_SUPPORT_H

#include "fdt_support.h"
#include "hyp/config.h"

#define VMS_HEAD "/dts-v1/; / { compatible = \"bellhop,vms-1\"; "
#define VMS_TAIL " };"
/* One VM "vm" of 128 MiB that runs the raw image "raw", and more properties or nodes. */
#define ONE_VM(more) VMS_HEAD "vms { vm { " ONE_VM_PROPS more " }; };" VMS_TAIL
/* The same VM as it is, and more nodes beside vms. */
#define AND_VM(more) VMS_HEAD "vms { vm { " ONE_VM_PROPS " }; }; " more VMS_TAIL
#define ONE_VM_PROPS                                                                               \
	"memory = <0x40000000 0x8000000>; kernel = \"raw\"; load-address = <0x40010000>; "

/* Two CPUs and 512 MiB at 0x40000000. */
extern const struct machine test_machine;

/* A pack of the description and the images zImage, raw, rom (8 KiB) and empty. */
struct bytes config_pack(const char *description);

/* config_load() of such a pack, which is returned: blobs point into it. Fails the test on error. */
extern uint64_t test_copy[0x1000]; /* where descriptions are copied to */
struct bytes config_load_good(struct config *config, const char *description);

#endif
