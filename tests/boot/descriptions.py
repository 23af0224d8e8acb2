# SPDX-License-Identifier: BSD-2-Clause
"""A VM description and the mistakes that one can make in it, each with the line that tells it."""

BASE = """/dts-v1/;
/ {
	compatible = "bellhop,vms-1";
	vms {
		vm {
			cpus = <0>;
			memory = <0x40000000 0x00400000>;
			kernel = "ticker.elf";
		};
	};
	options {
		focus = "vm";
	};
};
"""

CPUS = "cpus = <0>;"
MEMORY = "memory = <0x40000000 0x00400000>;"
KERNEL = 'kernel = "ticker.elf";'
END = "\t};\n};\n"
REGION = "vms { vm { regions { flash { address = <0x50000000>; size = <0x1000>; %s }; }; }; };"
SHARED = "shared-memory { box { size = <0x1000>; %s { address = <%s>; }; }; };"


def in_vm(text):
    return {CPUS: CPUS + " " + text}


def added(text):
    return {END: END + "/ { " + text + " };\n"}


def many(n, node):
    return "".join(node % number for number in range(n))


def as_much_as_can_be_said():
    """Each range has page tables of its own, two in each VM."""
    starts = (*range(0x50000000, 0xa0000000, 0x10000000), 0xc0000000, 0xd0000000)
    ranges = "".join(f", <{start + 0x1ff000:#x} 0x2000>" for start in starts)
    vms = "".join(f"v{i} {{ cpus = <0 0 0 0 0 0 0 0>; memory = <0x40000000 0x400000>{ranges}; "
                  f"{KERNEL} }}; " for i in range(15))
    shared = ""
    for i in range(16):
        place = 0x201ff000 + i * 0x400000
        users = range(8) if i % 2 else range(7, 15)
        seen = " ".join(f"v{user} {{ address = <{place:#x}>; }};" for user in users)
        shared += f"s{i} {{ size = <0x2000>; {seen} }}; "
    return f"vms {{ {vms} }}; shared-memory {{ {shared} }};"


MISTAKES = {
    # names
    "misspelt property": ({"kernel =": "kernal ="}, "/vms/vm: kernal: unknown property"),
    "unknown node": (added("extra { };"),
                     r"/extra: unknown node \(expected vms, shared-memory, options\)"),
    "unknown node in a VM": (added("vms { vm { disk { }; }; };"),
                             r"/vms/vm/disk: unknown node \(expected regions, devices\)"),
    "other format": ({"vms-1": "vms-9"}, '/: compatible: expected "bellhop,vms-1"'),
    "unit address": ({"vm {": "vm@1 {", '"vm"': '"vm@1"'},
                     "/vms/vm@1: expected a name of 1 to 23 characters without @"),
    "long name": ({"vm {": "a-name-of-some-24-letters {"},
                  "/vms/a-name-of-some-24-letters: expected a name of 1 to 23 .*"),
    "no VM": (added("vms { /delete-node/ vm; }; /delete-node/ options;"),
              "/vms: expected at least one VM"),
    "17 VMs": (added("vms { " + many(
        16, "more-%d { memory = <0x40000000 0x1000>; no-console; };") + "};"),
               "/vms/more-15: more than 16 VMs"),
    # CPUs and time
    "CPU that the machine lacks": ({CPUS: "cpus = <2>;"},
                                   "/vms/vm: cpus: the machine has no CPU 2, only 0 to 1"),
    "9 vCPUs": ({CPUS: "vcpus = <9>;"}, "/vms/vm: vcpus: expected one number, 1 to 8"),
    "9 CPUs": ({CPUS: "cpus = <0 0 0 0 0 0 0 0 0>;"},
               "/vms/vm: cpus: expected 1 to 8 CPU numbers, one for each vCPU"),
    "two numbers of vCPUs": (in_vm("vcpus = <2>;"), "/vms/vm: (cpus|vcpus): .*"),
    "priority": (in_vm("priority = <16>;"), "/vms/vm: priority: expected one number, 0 to 15"),
    "time slice": (in_vm("time-slice-us = <0>;"),
                   "/vms/vm: time-slice-us: expected one number, 100 to 1000000"),
    "SPIs": (in_vm("spis = <33>;"), "/vms/vm: spis: expected a multiple of 32, or 988"),
    # memory
    "no memory": ({MEMORY: ""}, "/vms/vm: expected the property memory"),
    "half a page": ({MEMORY: "memory = <0x40000000 0x00400800>;"},
                    r"/vms/vm: memory: region 0x40000000\+0x400800: expected address and .*"),
    "above 4 GiB": ({MEMORY: "memory = <0xfff00000 0x00400000>;"},
                    r"/vms/vm: memory: region 0xfff00000\+0x400000: expected an end below 4 GiB"),
    "odd number of cells": ({MEMORY: "memory = <0x40000000>;"},
                            "/vms/vm: memory: expected 1 to 8 pairs <address size>"),
    "memory twice": ({MEMORY: "memory = <0x40000000 0x00400000 0x40200000 0x00400000>;"},
                     r"/vms/vm: memory: region 0x40000000\+0x400000 overlaps 0x40200000\+.*"),
    "memory over the GIC": ({MEMORY: "memory = <0x40000000 0x00400000 0x08000000 0x1000>;"},
                            r"/vms/vm: memory: region 0x08000000\+0x1000 overlaps .*distributor\)"),
    "more than the machine has": (
        {MEMORY: "memory = <0x40000000 0x40000000>;"},
        r"/vms/vm: memory: no 0x40000000 bytes of memory left \(largest free: 0x[0-9a-f]+\)"),
    "identity of EL2's memory": (
        in_vm("identity-memory;"),
        r"/vms/vm: memory: identity: 0x40000000\+0x400000 is not free in the machine's memory"),
    "region's image too large": (
        added(REGION % 'image = "large";'),
        "/vms/vm/regions/flash: the image does not fit into the region"),
    "region's unknown property": (added(REGION % "readonly;"),
                                  "/vms/vm/regions/flash: readonly: unknown property"),
    # what it runs
    "raw without address": ({KERNEL: 'kernel = "noise";'},
                            "/vms/vm: kernel: neither zImage nor ELF: expected load-address .*"),
    "raw outside memory": ({KERNEL: 'kernel = "noise"; load-address = <0x403ff004>;'},
                           r"/vms/vm: kernel: 0x403ff004\+0x1000: expected to be within one .*"),
    "ELF outside memory": ({MEMORY: "memory = <0x60000000 0x00400000>;"},
                           r"/vms/vm: kernel: 0x.*: expected to be within one memory region"),
    "truncated zImage": ({KERNEL: 'kernel = "zimage";'},
                         "/vms/vm: kernel: zImage is shorter than its header says"),
    "64-bit ELF": ({KERNEL: 'kernel = "elf64";'},
                   "/vms/vm: kernel: expected an ELF executable for 32-bit little-endian Arm"),
    "truncated ELF": ({KERNEL: 'kernel = "short-elf";'},
                      "/vms/vm: kernel: ELF header is truncated"),
    "nothing to run": ({KERNEL: ""},
                       "/vms/vm: kernel: expected kernel, or entry into a preloaded region"),
    "entry nowhere": ({KERNEL: "entry = <0x40000000>;"}, "/vms/vm: (entry|kernel): .*"),
    "large initrd": (in_vm('initrd = "large";'),
                     "/vms/vm: initrd: no room in memory beside kernel and FDT"),
    "command line of a number": (in_vm("bootargs = <1>;"), "/vms/vm: bootargs: .*"),
    "long command line": (in_vm(f'bootargs = "{"x" * 2048}";'),
                          "/vms/vm: bootargs: expected at most 2047 characters"),
    "policy": (in_vm('on-reset = "explode";'),
               '/vms/vm: on-reset: expected "stop" or "reset"'),
    # what several VMs have
    "shared with nobody": (added(SHARED % ("other", "0x0b000000")),
                           "/shared-memory/box/other: there is no VM of that name"),
    "shared over memory": (added(SHARED % ("vm", "0x40000000")),
                           r"/vms/vm: memory: region 0x40000000\+0x400000 overlaps "
                           r"0x40000000\+0x1000 \(/shared-memory/box/vm\)"),
    "shared too large": (
        added(SHARED.replace("0x1000", "0x80000000") % ("vm", "0x50000000")),
        r"/shared-memory/box: size: no 0x80000000 bytes of memory left \(.*\)"),
    "focus on nobody": ({'"vm"': '"nobody"'}, "/options: focus: there is no VM of that name"),
    "focus without console": (in_vm("no-console;"), "/options: focus: that VM has no console"),
    "too much for EL2": (added(as_much_as_can_be_said()),
                         "/vms: more VMs, vCPUs or ranges of memory than EL2 has room for"),
}
