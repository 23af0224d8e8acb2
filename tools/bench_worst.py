#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How long EL2 does not look at its interrupts at most, by case: guest/bench/worst.c drives each
kind of exit to its bound, and a plugin of QEMU counts instructions. More than the bound fails.
With --tests it counts while the guests of some tests run: conformance, doorbells, random calls."""

import argparse
import os
import re
import sys
import tempfile

import bench

BOUND = 20000
GUESTS = "target/tests/target/guests/"
CONFORMANCE = {"guest.elf": "target/guest/conformance/conformance.elf"}
TESTS = {  # name: (description, CPUs, VMs, images, other numbers in the description)
    "conformance, 1 vCPU": ("one_vcpu", 1, "vm", CONFORMANCE, ()),
    "conformance, 4 vCPUs on 2 CPUs": ("four_on_two", 2, "vm", CONFORMANCE, ()),
    "doorbells, 2 vCPUs": ("two_vcpus", 2, "vm", {"guest.elf": GUESTS + "doorbell.elf"}, ()),
    "random calls": ("bell_fuzz", 2, "fuzz,victim", {
        "guest.elf": GUESTS + "bell_fuzz.elf", "served.elf": GUESTS + "bell_served.elf",
        "victim.elf": GUESTS + "victim.elf"}, ("calls=200000",)),
}
CASE = re.compile(r"^worst (\d+) (.*)$", re.M)


def measure(args):
    """([(instructions, case)], {kind of exit: longest of the whole run})"""
    image = bench.image_of(args)
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        out = os.path.join(scratch, "counts")
        plugin = bench.plugin_options(args.build, image + ".elf", out)
        printed = bench.run_guest(image + ".bin", bench.make_pack(args.build, "worst.dts", scratch),
                                  args.seconds, "-plugin", ",".join(plugin))
        with open(out, encoding="utf-8") as file:
            text = file.read()
    longest = {number: int(dict(pair.split("=") for pair in values.split())["longest"])
               for number, values in bench.REGION.findall(text)}
    return ([(longest[region], case) for region, case in CASE.findall(printed)],
            {reason: int(length) for reason, length, _ in bench.LONGEST.findall(text)})


def run_test(args, name):
    """{kind of exit: longest} while the guests of a test run."""
    description, cpus, vms, images, numbers = TESTS[name]
    image = bench.image_of(args)
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        out = os.path.join(scratch, "counts")
        command = [os.path.join(bench.ROOT, "tests", "target", "run.py"), "--quiet",
                   "--hyp", image + ".bin", "--smp", str(cpus), "--vms", vms,
                   "--desc", os.path.join(bench.ROOT, "tests", "target", description + ".dts"),
                   "--timeout", str(args.seconds), "--icount", "shift=0,sleep=off",
                   "--qemu-arg=-plugin",
                   "--qemu-arg=" + ",".join(bench.plugin_options(args.build, image + ".elf", out))]
        for number in numbers:
            command += ["--set", number]
        for what, file in images.items():
            command += ["--image", f"{what}={os.path.join(args.build, file)}"]
        bench.output_of(command)
        with open(out, encoding="utf-8") as file:
            return {reason: int(n) for reason, n, _ in bench.LONGEST.findall(file.read())}


def tests(args):
    over = []
    print("| run | " + " | ".join(bench.EXITS) + " |\n|---" + "|---" * len(bench.EXITS) + "|")
    for name in TESTS:
        longest = run_test(args, name)
        print(f"| {name} | " + " | ".join(f"{longest.get(e, 0):,}" for e in bench.EXITS) + " |",
              flush=True)
        over += [f"{name}: {reason}" for reason, length in longest.items() if length > BOUND]
    return over


def cases(args):
    rows, longest = measure(args)
    print("| case | instructions |\n|---|---|")
    for length, case in rows:
        print(f"| {case} | {length:,} |")
    print("\nlongest of the whole run, with its start and end, by exit: "
          + ", ".join(f"{reason} {length:,}" for reason, length in longest.items()))
    return ([case for length, case in rows if length > BOUND]
            + [reason for reason, length in longest.items() if length > BOUND])


def main():
    parser = argparse.ArgumentParser(prog="bellhop bench --worst",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default=os.path.join(bench.ROOT, "build", "default"))
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--tests", action="store_true",
                        help="while guests of tests run; takes some minutes")
    args = parser.parse_args()
    try:
        over = tests(args) if args.tests else cases(args)
    except (bench.Failure, OSError) as error:
        sys.exit(f"bench: {error}")
    print(f"bound {BOUND:,}: {len(over)} over" + "".join(f"\n    {case}" for case in over))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
