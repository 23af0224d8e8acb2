#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How long EL2 does not look at its interrupts at most, by case: guest/bench/worst.c drives each
kind of exit to its bound, and a plugin of QEMU counts instructions. More than the bound fails."""

import argparse
import os
import re
import sys
import tempfile

import bench

BOUND = 20000
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


def main():
    parser = argparse.ArgumentParser(prog="bellhop bench --worst",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default=os.path.join(bench.ROOT, "build", "default"))
    parser.add_argument("--seconds", type=int, default=300)
    args = parser.parse_args()
    try:
        rows, longest = measure(args)
    except (bench.Failure, OSError) as error:
        sys.exit(f"bench: {error}")
    print("| case | instructions |\n|---|---|")
    for length, case in rows:
        print(f"| {case} | {length:,} |")
    print("\nlongest of the whole run, with its start and end, by exit: "
          + ", ".join(f"{reason} {length:,}" for reason, length in longest.items()))
    over = [case for length, case in rows if length > BOUND]
    over += [reason for reason, length in longest.items() if length > BOUND]
    print(f"bound {BOUND:,}: {len(over)} over" + "".join(f"\n    {case}" for case in over))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
