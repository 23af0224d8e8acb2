// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "config_support.h"

static struct config config;
static struct fmt_line error;

/* A device of the VM "vm", which "server" may serve, and more devices. */
#define SERVED "served-by = \"server\"; "
#define ANY(n) "{ compatible = \"x\"; address = <0x1000" #n ">; size = <1>; " SERVED " };"
#define DEVICE(props, more)                                                                        \
	ONE_VM("devices { d { compatible = \"x\"; address = <0x10000>; size = <0x400>; " props     \
	       " }; " more " }; }; server { " ONE_VM_PROPS)

/* Each mistake and the one line that tells it. */
static const struct {
	const char *description;
	const char *line;
} mistakes[] = {
	{ "/dts-v1/; / { };", "/: expected compatible = \"bellhop,vms-1\"" },
	{ "/dts-v1/; / { compatible = \"x\"; };", "/: compatible: expected \"bellhop,vms-1\"" },
	{ VMS_HEAD VMS_TAIL, "/vms: expected at least one VM" },
	{ VMS_HEAD "vm { };" VMS_TAIL, "/vm: unknown node (expected vms, shared-memory, options)" },
	{ VMS_HEAD "model = \"x\";" VMS_TAIL, "/: model: unknown property" },
	{ VMS_HEAD "vms { count = <1>; };" VMS_TAIL, "/vms: count: unknown property" },
	{ VMS_HEAD "vms { a-name-of-24-characters- { }; };" VMS_TAIL,
	  "/vms/a-name-of-24-characters-: expected a name of 1 to 23 characters without @" },
	{ VMS_HEAD "vms { vm { kernel = \"zImage\"; }; };" VMS_TAIL,
	  "/vms/vm: expected the property memory" },

	{ ONE_VM("kernal = \"zImage\";"), "/vms/vm: kernal: unknown property" },
	{ ONE_VM("disk { };"), "/vms/vm/disk: unknown node (expected regions, devices)" },
	{ ONE_VM("initrd = \"nothing\";"),
	  "/vms/vm: initrd: there is no image \"nothing\" in the pack" },
	{ ONE_VM("initrd = \"empty\";"), "/vms/vm: initrd: the image is empty" },
	{ ONE_VM("initrd = <1>;"), "/vms/vm: initrd: expected one string" },
	{ ONE_VM("initrd = \"a\", \"b\";"), "/vms/vm: initrd: expected one string" },
	{ ONE_VM("vcpus = <0>;"), "/vms/vm: vcpus: expected one number, 1 to 8" },
	{ ONE_VM("vcpus = <9>;"), "/vms/vm: vcpus: expected one number, 1 to 8" },
	{ ONE_VM("vcpus = \"2\";"), "/vms/vm: vcpus: expected one number, 1 to 8" },
	{ ONE_VM("vcpus = <1 2>;"), "/vms/vm: vcpus: expected one number, 1 to 8" },
	{ ONE_VM("cpus = <0 2>;"), "/vms/vm: cpus: the machine has no CPU 2, only 0 to 1" },
	{ ONE_VM("cpus;"), "/vms/vm: cpus: expected 1 to 8 CPU numbers, one for each vCPU" },
	{ ONE_VM("cpus = <0 0 0 0 0 0 0 0 0>;"),
	  "/vms/vm: cpus: expected 1 to 8 CPU numbers, one for each vCPU" },
	{ ONE_VM("vcpus = <2>; cpus = <0>;"),
	  "/vms/vm: cpus: expected as many CPUs as vcpus says" },
	{ ONE_VM("cpus = <0>; vcpus = <2>;"),
	  "/vms/vm: vcpus: differs from the number of CPUs in cpus" },
	{ VMS_HEAD "vms { vm { load-address = <0x40010001>; }; };" VMS_TAIL,
	  "/vms/vm: load-address: expected a multiple of 4" },
	{ ONE_VM("priority = <16>;"), "/vms/vm: priority: expected one number, 0 to 15" },
	{ ONE_VM("severity = <16>;"), "/vms/vm: severity: expected one number, 0 to 15" },
	{ ONE_VM("severity;"), "/vms/vm: severity: expected one number, 0 to 15" },
	{ ONE_VM("time-slice-us = <99>;"),
	  "/vms/vm: time-slice-us: expected one number, 100 to 1000000" },
	{ ONE_VM("spis = <33>;"), "/vms/vm: spis: expected a multiple of 32, or 988" },
	{ ONE_VM("spis = <989>;"), "/vms/vm: spis: expected one number, 32 to 988" },
	{ ONE_VM("msi-spis = <0>;"), "/vms/vm: msi-spis: expected one number, 1 to 64" },
	{ ONE_VM("msi-spis = <49>;"), "/vms/vm: msi-spis: expected spis to be 48 more at least" },
	{ ONE_VM("on-reset = \"restart\";"), "/vms/vm: on-reset: expected \"stop\" or \"reset\"" },
	{ ONE_VM("on-crash;"), "/vms/vm: on-crash: unknown property" },
	{ ONE_VM("no-console = <1>;"), "/vms/vm: no-console: expected no value" },
	{ ONE_VM("no-autostart = \"yes\";"), "/vms/vm: no-autostart: expected no value" },
	{ ONE_VM("background = <1>;"), "/vms/vm: background: expected no value" },
	{ ONE_VM("identity-memory = <1>;"), "/vms/vm: identity-memory: expected no value" },

	{ VMS_HEAD "vms { vm { memory = <0x40000000>; }; };" VMS_TAIL,
	  "/vms/vm: memory: expected 1 to 8 pairs <address size>" },
	{ VMS_HEAD "vms { vm { memory = <0x40000000 0>; }; };" VMS_TAIL,
	  "/vms/vm: memory: expected sizes above 0" },
	{ VMS_HEAD "vms { vm { memory = <0x40000800 0x1000>; }; };" VMS_TAIL,
	  "/vms/vm: memory: region 0x40000800+0x1000: expected address and size in multiples of "
	  "4 KiB" },
	{ VMS_HEAD "vms { vm { memory = <0xfffff000 0x2000>; }; };" VMS_TAIL,
	  "/vms/vm: memory: region 0xfffff000+0x2000: expected an end below 4 GiB" },
	{ VMS_HEAD "vms { vm { memory = <0x40000000 0x2000 0x40001000 0x2000>; }; };" VMS_TAIL,
	  "/vms/vm: memory: region 0x40000000+0x2000 overlaps 0x40001000+0x2000 "
	  "(/vms/vm: memory)" },
	{ VMS_HEAD "vms { vm { memory = <0x07000000 0x1001000>; }; };" VMS_TAIL,
	  "/vms/vm: memory: region 0x07000000+0x1001000 overlaps 0x08000000+0x10000 "
	  "(the GIC distributor)" },
	{ VMS_HEAD "vms { vm { memory = <0x08011000 0x1000>; }; };" VMS_TAIL,
	  "/vms/vm: memory: region 0x08011000+0x1000 overlaps 0x08010000+0x2000 "
	  "(the GIC CPU interface)" },
	{ VMS_HEAD "vms { vm { memory = <0x09000000 0x1000>; }; };" VMS_TAIL,
	  "/vms/vm: memory: region 0x09000000+0x1000 overlaps 0x09000000+0x1000 "
	  "(the console's PL011)" },

	{ ONE_VM("regions { r { size = <0x1000>; }; };"),
	  "/vms/vm/regions/r: expected the properties address and size" },
	{ ONE_VM("regions { r { address = <0>; }; };"),
	  "/vms/vm/regions/r: expected the properties address and size" },
	{ ONE_VM("regions { r { address = <0>; size = <0x1000>; image = \"rom\"; }; };"),
	  "/vms/vm/regions/r: the image does not fit into the region" },
	{ ONE_VM("regions { r { address = <0>; size = <0x3000>; image = \"rom\"; "
		 "image-offset = <0x1001>; }; };"),
	  "/vms/vm/regions/r: the image does not fit into the region" },
	{ ONE_VM("regions { r { adress = <0>; }; };"),
	  "/vms/vm/regions/r: adress: unknown property" },
	{ ONE_VM("regions { r { address = <0>; size = <0x1000>; x { }; }; };"),
	  "/vms/vm/regions/r/x: unknown node" },
	{ ONE_VM("regions { memory { address = <0>; size = <0x1000>; }; };"),
	  "/vms/vm/regions/memory: expected another name: this is that of the property" },
	{ ONE_VM("regions { size = <1>; };"), "/vms/vm/regions: size: unknown property" },
	{ ONE_VM("regions { r { address = <0x40001000>; size = <0x1000>; }; };"),
	  "/vms/vm: memory: region 0x40000000+0x8000000 overlaps 0x40001000+0x1000 "
	  "(/vms/vm/regions/r)" },
	{ ONE_VM("regions { a { address = <0>; size = <4096>; }; b { address = <4096>; "
		 "size = <4096>; }; c { address = <8192>; size = <4096>; }; d { address = <12288>; "
		 "size = <4096>; }; e { address = <16384>; size = <4096>; }; "
		 "f { address = <20480>; size = <4096>; }; "
		 "g { address = <24576>; size = <4096>; }; h { }; };"),
	  "/vms/vm/regions/h: more than 8 regions, those of memory included" },

	{ DEVICE("", ""), "/vms/vm/devices/d: expected the properties compatible, address, size "
			  "and served-by" },
	{ DEVICE("served-by = \"vm\";", ""), "/vms/vm/devices/d: served-by: expected another VM" },
	{ ONE_VM("severity = <1>; devices { d { compatible = \"x\"; address = <0x10000>; "
		 "size = <1>; " SERVED " }; }; }; server { " ONE_VM_PROPS),
	  "/vms/vm/devices/d: served-by: that VM has a lower severity" },
	{ DEVICE("served-by = \"nobody\";", ""),
	  "/vms/vm/devices/d: served-by: there is no VM of that name" },
	{ DEVICE(SERVED "adress = <0>;", ""), "/vms/vm/devices/d: adress: unknown property" },
	{ DEVICE(SERVED "address = <0x40000000>;", ""),
	  "/vms/vm/devices/d: address: expected one number, 0 to 1073741823" },
	{ DEVICE(SERVED "size = <0>;", ""),
	  "/vms/vm/devices/d: size: expected one number, 1 to 1073741824" },
	{ DEVICE(SERVED "address = <0x3ffffff0>; size = <0x11>;", ""),
	  "/vms/vm/devices/d: expected an end below 0x40000000" },
	{ DEVICE(SERVED "compatible;", ""),
	  "/vms/vm/devices/d: compatible: expected one string or several" },
	{ DEVICE(SERVED "compatible = <1>;", ""),
	  "/vms/vm/devices/d: compatible: expected one string or several" },
	{ DEVICE(SERVED "spi = <96>;", ""),
	  "/vms/vm/devices/d: spi: expected one number, 0 to 95" },
	{ DEVICE(SERVED "spi = <1>;", ""), "/vms/vm/devices/d: spi: this one is the console's" },
	{ DEVICE(SERVED "edge-triggered = <1>;", ""),
	  "/vms/vm/devices/d: edge-triggered: expected no value" },
	{ DEVICE(SERVED "timeout-ms = <0>;", ""),
	  "/vms/vm/devices/d: timeout-ms: expected one number, 1 to 60000" },
	{ DEVICE(SERVED "on-timeout = \"hang\";", ""),
	  "/vms/vm/devices/d: on-timeout: expected \"abort\" or \"zeros\"" },
	{ DEVICE(SERVED "properties { reg = <1>; };", ""),
	  "/vms/vm/devices/d/properties: reg: this one is written by Bellhop" },
	{ DEVICE(SERVED "properties { a { }; };", ""),
	  "/vms/vm/devices/d/properties/a: unknown node" },
	{ DEVICE(SERVED "child { };", ""),
	  "/vms/vm/devices/d/child: unknown node (expected properties)" },
	{ DEVICE(SERVED "spi = <2>;",
		 "e { compatible = \"x\"; address = <0x20000>; size = <4>; spi = <2>; " SERVED
		 "};"),
	  "/vms/vm/devices/e: its spi is another device's" },
	{ DEVICE(SERVED, "e { compatible = \"x\"; address = <0x103fc>; size = <8>; " SERVED "};"),
	  "/vms/vm/devices/d: region 0x00010000+0x400 overlaps 0x000103fc+0x8 "
	  "(/vms/vm/devices/e)" },
	{ DEVICE(SERVED "address = <0x0900f000>; size = <0x1000>;",
		 "e { compatible = \"x\"; address = <0x08ffff00>; size = <0x200>; " SERVED "};"),
	  "/vms/vm/devices/e: region 0x08ffff00+0x200 overlaps 0x09000000+0x1000 "
	  "(the console's PL011)" },
	{ ONE_VM("msi-spis = <8>; devices { e { compatible = \"x\"; address = <0x08020000>; "
		 "size = <8>; " SERVED "}; }; }; server { " ONE_VM_PROPS),
	  "/vms/vm/devices/e: region 0x08020000+0x8 overlaps 0x08020000+0x1000 "
	  "(the GICv2m frame)" },
	{ ONE_VM("devices { a " ANY(0) " b " ANY(1) " c " ANY(2) " d " ANY(3) " e " ANY(
		  4) " f " ANY(5) " g " ANY(6) " h " ANY(7) " i " ANY(8) " };"),
	  "/vms/vm/devices/i: more than 8 devices" },

	{ VMS_HEAD "vms { vm { memory = <0x40000000 0x8000000>; kernel = \"raw\"; }; };" VMS_TAIL,
	  "/vms/vm: kernel: neither zImage nor ELF: expected load-address for a raw image" },
	{ VMS_HEAD "vms { vm { memory = <0x40000000 0x8000000>; }; };" VMS_TAIL,
	  "/vms/vm: kernel: expected kernel, or entry into a preloaded region" },

	{ AND_VM("shared-memory { box { vm { address = <0x0b000000>; }; }; };"),
	  "/shared-memory/box: expected the property size" },
	{ AND_VM("shared-memory { box { size = <0x1000>; }; };"),
	  "/shared-memory/box: expected a node for each VM that sees it" },
	{ AND_VM("shared-memory { box { size = <0x1000>; other { }; }; };"),
	  "/shared-memory/box/other: there is no VM of that name" },
	{ AND_VM("shared-memory { box { size = <0x1000>; vm { }; }; };"),
	  "/shared-memory/box/vm: expected the property address" },
	{ AND_VM("shared-memory { box { size = <0x1000>; vm { writable; }; }; };"),
	  "/shared-memory/box/vm: writable: unknown property" },
	{ AND_VM("shared-memory { box { size = <0x1000>; vm { address = <0x40001000>; }; }; };"),
	  "/vms/vm: memory: region 0x40000000+0x8000000 overlaps 0x40001000+0x1000 "
	  "(/shared-memory/box/vm)" },
	{ AND_VM("shared-memory { box { size = <0x800>; vm { address = <0x0b000000>; }; }; };"),
	  "/shared-memory/box/vm: region 0x0b000000+0x800: expected address and size in multiples "
	  "of 4 KiB" },
	{ AND_VM("shared-memory { a { size = <0x1000>; vm { address = <0x0b000000>; }; }; "
		 "b { size = <0x1000>; vm { address = <0x0b000000>; }; }; };"),
	  "/shared-memory/a/vm: region 0x0b000000+0x1000 overlaps 0x0b000000+0x1000 "
	  "(/shared-memory/b/vm)" },

	{ VMS_HEAD "vms { vm { " ONE_VM_PROPS " }; vm { }; };" VMS_TAIL,
	  "/vms/vm: there is a VM of that name already" },
	{ AND_VM("shared-memory { box { size = <0x1000>; vm { address = <0x0b000000>; }; }; "
		 "box { }; };"),
	  "/shared-memory/box: there is an area of that name already" },
	{ AND_VM("shared-memory { box { size = <0x1000>; vm { address = <0x0b000000>; }; "
		 "vm { }; }; };"),
	  "/shared-memory/box/vm: the VM is there already" },
	{ VMS_HEAD "vms { vm { " ONE_VM_PROPS " }; other { " ONE_VM_PROPS " }; }; "
		   "shared-memory { box { size = <0x1000>; vm { address = <0x0b000000>; }; "
		   "other { address = <0x08000000>; }; }; };" VMS_TAIL,
	  "/shared-memory/box/other: region 0x08000000+0x1000 overlaps 0x08000000+0x10000 "
	  "(the GIC distributor)" },
	{ ONE_VM("serves = <1>;"), "/vms/vm: serves: expected names of VMs" },
	{ ONE_VM("serves;"), "/vms/vm: serves: expected names of VMs" },
	{ ONE_VM("serves = \"x\";"), "/vms/vm: serves: \"x\": there is no VM of that name" },
	{ ONE_VM("doorbell-peers = \"vm\";"),
	  "/vms/vm: doorbell-peers: \"vm\": expected another VM" },
	{ VMS_HEAD "vms { a { serves = \"b\"; " ONE_VM_PROPS " }; b { priority = <9>; " ONE_VM_PROPS
		   " }; };" VMS_TAIL,
	  "/vms/a: serves: \"b\": has a higher priority on CPU 0" },
	{ VMS_HEAD "vms { a { severity = <3>; serves = \"b\"; " ONE_VM_PROPS
		   " }; b { severity = <4>; " ONE_VM_PROPS " }; };" VMS_TAIL,
	  "/vms/a: serves: \"b\": has a higher severity" },
	{ AND_VM("options { focus = <1>; };"), "/options: focus: expected one string" },
	{ VMS_HEAD "vms { vm { load-address = <1 2>; }; };" VMS_TAIL,
	  "/vms/vm: load-address: expected one number, 0 to 4294967294" },
	{ AND_VM("shared-memory { size = <1>; };"), "/shared-memory: size: unknown property" },
	{ AND_VM("shared-memory { box { size = <0>; }; };"),
	  "/shared-memory/box: size: expected one number, 1 to 4294967295" },
	{ AND_VM("vms { };"), "/vms: there is a node of that name already" },
	{ AND_VM("options { focus = \"nobody\"; };"),
	  "/options: focus: there is no VM of that name" },
	{ VMS_HEAD "options { focus = \"vm\"; }; vms { vm { " ONE_VM_PROPS
		   " no-console; }; };" VMS_TAIL,
	  "/options: focus: that VM has no console" },
	{ AND_VM("options { x { focus = \"vm\"; }; };"), "/options/x: unknown node" },
};

static void every_mistake_has_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct bytes fit = config_pack(mistakes[i].description);
		struct pack pack;

		assert_true(pack_open(&pack, fit.data, fit.size, &error));
		if (config_load(&config, &pack, &test_machine, test_copy, sizeof(test_copy),
				&error))
			fail_msg("not refused: %s", mistakes[i].description);
		assert_string_equal(error.text, mistakes[i].line);
		free(fit.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_has_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
