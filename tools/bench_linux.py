#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Debian's Linux in a VM beside the same Linux on the same emulator without a hypervisor:
instructions of the whole machine for a few loads, several times each, and what makes the VM exit.
tools/qemu_count.c counts, between the marks of guest/linux/root/tests/load. Time is counted too
(-icount shift=0: an instruction takes 1 ns, and idle time is skipped), and neither the date nor the
machine's random numbers come from outside, so that a run is the same again."""

import argparse
import concurrent.futures
import os
import re
import statistics
import subprocess
import sys
import tempfile

import bench

LOAD = re.compile(r"^# load (\w+)$", re.M)
REGION = re.compile(r"^(region|between) (-?\d+) (.*)$", re.M)
# What exits are about: functions of the hypervisor that serve them, by the kind of exit.
CALLS = {
    "guest's timer": ("virq_hw_raise",), "... the long way": ("hw_raise",),
    "EL2's timer": ("timer_fired",), "UART": ("vuart_read", "vuart_write"),
    "distributor": ("read_gicd", "write_gicd"), "not a word": ("abort_other",),
}
CLOCK = ("-rtc", "base=2026-01-01,clock=vm")
APPEND = "console=ttyAMA0 quiet panic=-1 bellhop.test=load"


def run(args, command, plugin, out):
    """{load: [{counter: number} of each time]}, boot first"""
    if args.no_seed:
        command = [word.replace("gic-version=2", "gic-version=2,dtb-randomness=off")
                   for word in command]
    result = subprocess.run([*command, "-seed", str(args.seed), *CLOCK,
                             "-plugin", ",".join(plugin)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, timeout=args.seconds, check=False)
    text = result.stdout.decode("utf-8", "replace").replace("\r", "")
    text = re.sub(r"^\[\w+\] ", "", re.sub(r"\x1b\[[0-9;]*m", "", text), flags=re.M)
    if "\nok 1 load" not in text:
        raise bench.Failure("the loads did not end:\n" + text[-2000:])
    with open(out, encoding="utf-8") as file:
        regions = {(kind, int(number)): counters_of(values)
                   for kind, number, values in REGION.findall(file.read())}
    loads = {"boot": [regions["between", -1]]}
    for number, name in enumerate(LOAD.findall(text)):
        loads.setdefault(name, []).append(regions["region", number])
    return loads


def counters_of(values):
    return {name: int(number) for name, number in (pair.split("=") for pair in values.split())}


def native(args, folder, images, scratch):
    machine = [word.replace("virtualization=on,", "") for word in bench.QEMU]
    machine[machine.index("256M")] = "128M"
    out = os.path.join(scratch, "native")
    return run(args, [*machine, "-smp", "1", "-kernel", os.path.join(folder, "vmlinuz"),
                      "-initrd", os.path.join(images, "initrd.gz"),
                      "-append", f"{APPEND} bellhop.rounds={args.rounds}"],
               [os.path.join(args.build, "tools", "libqemu_count.so"), "out=" + out], out)


def in_vm(args, folder, images, scratch):
    pack, out = os.path.join(scratch, "linux.itb"), os.path.join(scratch, "vm")
    description = os.path.join(scratch, "linux.dts")
    with open(os.path.join(bench.BENCH, "linux.dts"), encoding="utf-8") as file:
        text = file.read()
    with open(description, "w", encoding="utf-8") as file:
        file.write(text.replace(APPEND, f"{APPEND} bellhop.rounds={args.rounds}"))
    bench.output_of([os.path.join(bench.ROOT, "tools", "mkpack"), description,
                     "-I", images, "-I", folder, "-o", pack])
    elf = bench.image_of(args) + ".elf"
    names = bench.symbols(elf)
    watch = [f"watch={name}:{names[name]}" for called in CALLS.values() for name in called]
    return run(args, [*bench.QEMU, "-smp", "1", "-m", "512M",
                      "-kernel", bench.image_of(args) + ".bin", "-initrd", pack],
               bench.plugin_options(args.build, elf, out) + watch, out)


def millions(times):
    """Median, and least and most where there are several."""
    numbers = [counters["instructions"] / 1e6 for counters in times]
    text = f"{statistics.median(numbers):,.1f}"
    return text + (f" ({min(numbers):,.1f} - {max(numbers):,.1f})" if len(numbers) > 1 else "")


def ratio(alone, guest):
    return (statistics.median(counters["instructions"] for counters in guest)
            / statistics.median(counters["instructions"] for counters in alone))


def mean(times, names):
    return sum(counters[name] for counters in times for name in names) / len(times)


def print_report(alone, guest):
    print("| load | native, 10^6 instructions | in a VM | ratio | of these EL2's |")
    print("|---|---|---|---|---|")
    for name, times in guest.items():
        share = 100 * mean(times, ["el2"]) / mean(times, ["instructions"])
        print(f"| {name} | {millions(alone[name])} | {millions(times)} "
              f"| {ratio(alone[name], times):.4f} | {share:.2f} % |")
    columns = {reason: ("exit_" + reason,) for reason in bench.EXITS} | CALLS
    print("\n| exits of one | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for name, times in guest.items():
        print(f"| {name} | "
              + " | ".join(f"{mean(times, names):,.4g}" for names in columns.values()) + " |")


def main():
    parser = argparse.ArgumentParser(prog="bellhop bench --linux",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default=os.path.join(bench.ROOT, "build", "default"))
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--rounds", type=int, default=5, help="so often each load (default: 5)")
    parser.add_argument("--seed", type=int, default=1, help="of the machine's random numbers")
    parser.add_argument("--no-seed", action="store_true", help="a machine that has none")
    args = parser.parse_args()
    folder = os.path.join(bench.ROOT, "build", "cache", "linux")
    images = os.path.join(args.build, "guest", "linux")
    try:
        with tempfile.TemporaryDirectory(prefix="bench.") as scratch, \
             concurrent.futures.ThreadPoolExecutor() as both:
            alone = both.submit(native, args, folder, images, scratch)
            guest = both.submit(in_vm, args, folder, images, scratch)
            print_report(alone.result(), guest.result())
    except (bench.Failure, OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
