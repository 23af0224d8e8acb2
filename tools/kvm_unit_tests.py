#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run kvm-unit-tests' 32-bit Arm tests as virtual machines, unmodified.

DIR is a tree that was configured with --arch=arm and built (any arm-none-eabi or Linux cross
compiler does). Each test is one VM whose kernel is the test's .flat image; its result is the line
`EXIT: STATUS=` that the test prints, whose value is 2 * code + 1."""

import argparse
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECONDS = 120
SKIPPED = 77

# name, image, vCPUs, arguments
TESTS = [
    ("selftest-setup", "selftest", 2, "setup smp=2 mem=128"),
    ("selftest-vectors-kernel", "selftest", 1, "vectors-kernel"),
    ("selftest-vectors-user", "selftest", 1, "vectors-user"),
    ("selftest-smp", "selftest", 4, "smp"),
    ("gicv2-ipi", "gic", 4, "ipi"),
    ("gicv2-mmio", "gic", 4, "mmio"),
    ("gicv2-mmio-up", "gic", 1, "mmio"),
    ("gicv2-mmio-3p", "gic", 3, "mmio"),
    ("gicv2-mmio-8", "gic", 8, "mmio"),
    ("gicv2-active", "gic", 4, "active"),
    ("psci", "psci", 2, ""),
    ("pmu-cycle-counter", "pmu", 1, "cycle-counter 0"),
    ("spinlock-test", "spinlock-test", 4, ""),
]
NOT_RUN = [
    ("pl031", "a VM has no PL031"),
    ("pci-test", "a VM has no PCI host and no pci-testdev"),
    ("gicv3-*, its-*", "a VM has a GICv2"),
]

DESCRIPTION = """/dts-v1/;
/ {{
	compatible = "bellhop,vms-1";
	vms {{
		test {{
			vcpus = <{vcpus}>;
			memory = <0x40000000 0x08000000>;
			kernel = "{image}.flat";
			load-address = <0x40010000>;
			initrd = "environment";
			bootargs = "{arguments}";
		}};
	}};
}};
"""
# The test of CPU_ON by several callers at once is skipped unless the kernel is known to be sane.
ENVIRONMENT = "ERRATA_6c7a5dce22b3=y\n"


def pack(folder, images, image, vcpus, arguments):
    source = os.path.join(folder, "vms.dts")
    with open(source, "w") as out:
        out.write(DESCRIPTION.format(image=image, vcpus=vcpus, arguments=arguments))
    with open(os.path.join(folder, "environment"), "w") as out:
        out.write(ENVIRONMENT)
    result = os.path.join(folder, "vms.itb")
    subprocess.run([os.path.join(TOP, "tools", "mkpack"), source, "-o", result, "-I", images],
                   check=True)
    return result


def run(hypervisor, packed, smp):
    """The machine's output; None where it did not end by itself."""
    command = ["qemu-system-arm", "-M", "virt,virtualization=on,gic-version=2",
               "-cpu", "cortex-a15", "-smp", str(smp), "-m", "512M",
               "-nic", "none", "-display", "none", "-monitor", "none", "-serial", "stdio",
               "-semihosting-config", "enable=on,target=native",
               "-kernel", hypervisor, "-initrd", packed]
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=SECONDS).stdout
    except subprocess.TimeoutExpired:
        return None


def judge(output):
    """(verdict, what the test counted); the verdict is pass, skip or FAIL."""
    if output is None:
        return "FAIL", f"no end within {SECONDS} s"
    status = re.search(r"EXIT: STATUS=(\d+)", output)
    summary = re.search(r"SUMMARY: (.*)", output)
    counted = summary.group(1).strip() if summary else "no summary"
    if status is None:
        return "FAIL", "no exit status"
    code = int(status.group(1)) >> 1
    if code == SKIPPED:
        return "skip", counted
    return ("pass" if code == 0 and summary else "FAIL"), counted


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("tree", metavar="DIR", help="a built tree of kvm-unit-tests")
    parser.add_argument("--hypervisor", required=True, help="bellhop.bin")
    parser.add_argument("--smp", type=int, default=2, help="physical CPUs (default 2)")
    arguments = parser.parse_args()
    images = os.path.join(arguments.tree, "arm")
    if not os.path.exists(os.path.join(images, "gic.flat")):
        sys.exit(f"{images}/gic.flat is missing: build the tree first, there: "
                 "./configure --arch=arm --cross-prefix=arm-none-eabi- && make")

    verdicts = []
    for name, image, vcpus, text in TESTS:
        with tempfile.TemporaryDirectory() as folder:
            packed = pack(folder, images, image, vcpus, text)
            output = run(arguments.hypervisor, packed, arguments.smp)
        verdict, counted = judge(output)
        verdicts.append(verdict)
        plural = "s" if vcpus > 1 else " "
        print(f"{verdict:5} {name:26} {vcpus} vCPU{plural} {counted}", flush=True)
        if verdict == "FAIL" and output:
            print("".join(f"      | {line}\n" for line in output.splitlines() if "FAIL" in line),
                  end="")
    for name, reason in NOT_RUN:
        print(f"skip  {name:26}         {reason}")
    passed, failed = verdicts.count("pass"), verdicts.count("FAIL")
    print(f"{passed} passed, {failed} failed, {verdicts.count('skip') + len(NOT_RUN)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
