#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Debian's Linux in a VM beside the same Linux on the same emulator without a hypervisor, one run
after the other: instructions of the whole machine for a few loads, and what makes the VM exit.
QEMU counts (-icount shift=0: one instruction takes 1 ns, and idle time is skipped, not waited)."""

import argparse
import os
import re
import subprocess
import sys
import tempfile

import bench

LOAD = re.compile(r"^# load (\w+) ([\d.]+) ([\d.]+)$", re.M)
TOTAL = re.compile(r"^total (\w+) (\d+)$", re.M)
WATCH = re.compile(r"^watch (\w+) (\d+)$", re.M)
# What aborts and calls are about: functions of the hypervisor that serve them.
WATCHED = ("virq_dist_read", "virq_dist_write", "vuart_read", "vuart_write", "abort_other",
           "psci_call", "bell_call", "virq_hw_raise", "console_interrupt", "sched_wait")
APPEND = "console=ttyAMA0 quiet panic=-1 bellhop.test=load"


def seconds_of(text):
    if "\nok 1 load" not in text:
        raise bench.Failure("the loads did not end:\n" + text[-2000:])
    return {name: float(end) - float(begin) for name, begin, end in LOAD.findall(text)}


def run(seconds, command):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, timeout=seconds, check=False)
    text = result.stdout.decode("utf-8", "replace").replace("\r", "")
    return re.sub(r"^\[\w+\] ", "", re.sub(r"\x1b\[[0-9;]*m", "", text), flags=re.M)


def native(args, kernel, initrd):
    machine = [word.replace("virtualization=on,", "") for word in bench.QEMU]
    machine[machine.index("256M")] = "128M"
    return seconds_of(run(args.seconds, [*machine, "-kernel", kernel, "-initrd", initrd,
                                         "-append", APPEND]))


def in_vm(args, pack, *options):
    image = bench.image_of(args) + ".bin"
    return seconds_of(run(args.seconds, [*bench.QEMU, "-m", "512M", "-kernel", image,
                                         "-initrd", pack, *options]))


def exits(args, pack, scratch):
    """({counter: number}, {function: calls}) of a whole run"""
    out = os.path.join(scratch, "counts")
    elf = bench.image_of(args) + ".elf"
    names = bench.symbols(elf)
    watch = [f"watch={name}:{names[name]}" for name in WATCHED if name in names]
    in_vm(args, pack, "-plugin", ",".join(bench.plugin_options(args.build, elf, out) + watch))
    with open(out, encoding="utf-8") as file:
        text = file.read()
    return ({name: int(count) for name, count in TOTAL.findall(text)},
            {name: int(count) for name, count in WATCH.findall(text)})


def print_report(alone, guest, totals, calls):
    print("| load | native, 10^6 instructions | in a VM | ratio |\n|---|---|---|---|")
    for name, seconds in alone.items():
        print(f"| {name} | {seconds * 1000:,.0f} | {guest[name] * 1000:,.0f} | "
              f"{guest[name] / seconds:.3f} |")
    share = 100 * totals["el2"] / totals["instructions"]
    print(f"\nEL2: {totals['el2']:,} of {totals['instructions']:,} instructions, {share:.2f} %")
    print("exits: " + ", ".join(f"{name[5:]} {count:,}" for name, count in totals.items()
                                if name.startswith("exit_")))
    print("calls: " + ", ".join(f"{name} {count:,}" for name, count in calls.items()))


def main():
    parser = argparse.ArgumentParser(prog="bellhop bench --linux",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default=os.path.join(bench.ROOT, "build", "default"))
    parser.add_argument("--seconds", type=int, default=1800)
    args = parser.parse_args()
    folder = os.path.join(bench.ROOT, "build", "cache", "linux")
    images = os.path.join(args.build, "guest", "linux")
    try:
        with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
            pack = os.path.join(scratch, "linux.itb")
            bench.output_of([os.path.join(bench.ROOT, "tools", "mkpack"),
                             os.path.join(bench.BENCH, "linux.dts"), "-I", images, "-I", folder,
                             "-o", pack])
            alone = native(args, os.path.join(folder, "vmlinuz"),
                           os.path.join(images, "initrd.gz"))
            print_report(alone, in_vm(args, pack), *exits(args, pack, scratch))
    except (bench.Failure, OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
