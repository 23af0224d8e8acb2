#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Cost of an operation over the number of VMs, vCPUs, doorbells and bindings, as tables, and with
--plot FILE.svg as a plot by gnuplot. The program is guest/bench/growth.c."""

import argparse
import os
import subprocess
import sys
import tempfile

import bench

BELLS_A_VM = 180  # of 256: those that are bound come on top
SERIES = {
    "VMs": (1, 2, 4, 8),
    "vCPUs": (1, 2, 4, 8),
    "doorbells": (1, 10, 100, 1000),
    "bindings": (1, 4, 16, 64),
}
SMALLEST = dict.fromkeys(SERIES, 1)
VM = """
\t\t{name} {{
\t\t\tcpus = <{cpus}>;
\t\t\tmemory = <0x40000000 0x01000000>;
\t\t\tkernel = "growth.elf";
\t\t\tbootargs = "{args}";
{more}
\t\t}};
"""


def description(size):
    """One VM of `size`; doorbells beyond what it may have are in others, which wait."""
    own = min(size["doorbells"], BELLS_A_VM)
    left = size["doorbells"] - own
    vms = [VM.format(name="bench", cpus=" ".join("0" * size["vCPUs"]), more="",
                     args=f"rows {own} {size['bindings']}")]
    while len(vms) < size["VMs"] or left > 0:
        held = min(left, BELLS_A_VM)
        left -= held
        vms.append(VM.format(name=f"holder{len(vms)}", cpus="0", args=f"holder {held}",
                             more="\t\t\tbackground;\n\t\t\tno-console;"))
    return '/dts-v1/;\n/ {\n\tcompatible = "bellhop,vms-1";\n\tvms {' + "".join(vms) + "\t};\n};\n"


def measure(args, size, scratch):
    """{operation: instructions}"""
    pack, source = (os.path.join(scratch, name) for name in ("growth.itb", "growth.dts"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(description(size))
    bench.output_of([os.path.join(bench.ROOT, "tools", "mkpack"), source, "-o", pack,
                     "-I", os.path.join(args.build, "target", "guest", "bench")])
    text = bench.run_guest(bench.image_of(args) + ".bin", pack, args.seconds)
    if "failed" in text:
        raise bench.Failure(text)
    hz = int(bench.HZ.search(text).group(1))
    return {row: bench.instructions(int(best), hz, int(operations))
            for row, best, _, operations, _ in bench.ROW.findall(text)}


def print_table(what, numbers, results):
    print(f"| {what} | " + " | ".join(f"{number:,}" for number in numbers) + " |")
    print("|---|" + "---|" * len(numbers))
    for operation in results[0]:
        print(f"| {operation} | " + " | ".join(f"{row[operation]:,}" for row in results) + " |")
    print()


def plot(tables, target, scratch):
    """A panel for each series, a line for each operation."""
    script = [f'set terminal svg size 900,700; set output "{target}"', "set multiplot layout 2,2",
              "set logscale x 2; set yrange [0:*]; set ylabel 'instructions'; set key outside"]
    for what, numbers, results in tables:
        data = os.path.join(scratch, what)
        with open(data, "w", encoding="utf-8") as file:
            for number, row in zip(numbers, results):
                file.write(" ".join(str(value) for value in (number, *row.values())) + "\n")
        lines = (f"'{data}' using 1:{column} with linespoints title '{name}' noenhanced"
                 for column, name in enumerate(results[0], 2))
        script += [f"set xlabel '{what}'", "plot " + ", ".join(lines)]
    subprocess.run(["gnuplot"], input="\n".join(script) + "\n", text=True, check=True)


def main():
    parser = argparse.ArgumentParser(prog="bellhop bench --growth",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default=os.path.join(bench.ROOT, "build", "default"))
    parser.add_argument("--plot", metavar="FILE.svg")
    parser.add_argument("--seconds", type=int, default=120)
    args = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
            tables = []
            for what, numbers in SERIES.items():
                results = [measure(args, {**SMALLEST, what: number}, scratch)
                           for number in numbers]
                print_table(what, numbers, results)
                tables.append((what, numbers, results))
            if args.plot:
                plot(tables, args.plot, scratch)
    except (bench.Failure, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
