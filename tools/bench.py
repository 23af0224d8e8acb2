#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What Bellhop costs: instructions per operation, image size, memory at EL2, lines of code.

QEMU counts instructions here (-icount shift=0: one takes 1 ns of the machine's time), so a row is
the work of the whole machine, guest and hypervisor, and the same in every run. A counter's tick is
16 instructions: a row of a single operation is exact to that. The programs are in guest/bench, the
limits in guest/bench/limits.json."""

import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(ROOT, "guest", "bench")
DESCRIPTIONS = ("bench.dts", "switch.dts")
ROOMS = ("boot", "doorbell", "drivers", "hyp", "include", "linker", "vgic", "guest", "tests",
         "tools")
SECTIONS = (".text", ".rodata", ".data", ".bss")
QEMU = ("qemu-system-arm", "-M", "virt,virtualization=on,gic-version=2", "-cpu", "cortex-a15",
        "-smp", "1", "-m", "256M", "-nic", "none", "-display", "none", "-monitor", "none",
        "-serial", "stdio", "-semihosting-config", "enable=on,target=native",
        "-icount", "shift=0,sleep=off")
ROW = re.compile(r"^bench (\w+) (\d+) (\d+) (\d+) (-?\d+)$", re.M)
HZ = re.compile(r"^bench-hz (\d+)$", re.M)
OTHER = re.compile(r"^bench-other-interrupts (\d+)$", re.M)
BANNER = re.compile(r"^bellhop: .*?(\d+) VMs?, EL2 uses (\d+) KiB", re.M)
SOURCE = (".c", ".h", ".S", ".ld", ".py", ".sh", ".cmake", ".dts", ".awk")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|^[ \t]*#(?!include|define|if|ifn?def|el|end|und)[^\n]*",
                     re.S | re.M)


class Failure(Exception):
    pass


def output_of(command):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        raise Failure(f"{command[0]} failed ({result.returncode}):\n{result.stdout}")
    return result.stdout


def run_guest(image, pack, seconds):
    """What the guest prints, checked to be complete."""
    command = [*QEMU, "-kernel", image, "-initrd", pack]
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"no end after {seconds} s; so far:\n"
                      + (late.output or b"").decode("utf-8", "replace")) from late
    text = result.stdout.decode("utf-8", "replace").replace("\r", "")
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"^\[\w+\] ", "", text, flags=re.M)
    if result.returncode != 0 or "\nbench-end\n" not in text:
        raise Failure(f"QEMU ended with {result.returncode}, the guest's output is:\n{text}")
    other = OTHER.search(text)
    if not other or int(other.group(1)):
        raise Failure(f"interrupts that nobody asked for:\n{text}")
    return text


def instructions(ticks, hz, operations):
    """Exact to a tick; one instruction is one nanosecond."""
    return round(ticks * 1_000_000_000 / hz / operations)


def measure(build, image, seconds):
    """({row: (best, worst)}, number of VMs of the first run, EL2 bytes then)"""
    rows, memory = {}, None
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        for name in DESCRIPTIONS:
            pack = os.path.join(scratch, name + ".itb")
            output_of([os.path.join(ROOT, "tools", "mkpack"), os.path.join(BENCH, name),
                       "-I", os.path.join(build, "target", "guest", "bench"), "-o", pack])
            text = run_guest(image, pack, seconds)
            hz = int(HZ.search(text).group(1))
            for row, best, worst, operations, _ in ROW.findall(text):
                rows[row] = tuple(instructions(int(t), hz, int(operations)) for t in (best, worst))
            if memory is None:
                banner = BANNER.search(text)
                if not banner:
                    raise Failure(f"no banner with the memory of EL2:\n{text}")
                memory = int(banner.group(1)), int(banner.group(2)) * 1024
    return rows, *memory


def section_sizes(elf):
    text = output_of(["arm-none-eabi-size", "-A", elf])
    sizes = dict(re.findall(r"^(\.\w+)\s+(\d+)", text, re.M))
    return {section: int(sizes[section]) for section in SECTIONS}


def count_by_cloc(rooms):
    text = output_of(["cloc", "--json", "--by-file", "--quiet", *rooms])
    lines = collections.Counter()
    for path, entry in json.loads(text).items():
        if path not in ("header", "SUM"):
            lines[os.path.relpath(path, ROOT).split(os.sep)[0]] += entry["code"]
    return lines


def count_ourselves(rooms):
    """Lines with something on them besides a comment."""
    lines = collections.Counter()
    for room in rooms:
        for folder, _, names in os.walk(room):
            for name in names:
                if not name.endswith(SOURCE):
                    continue
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    text = COMMENT.sub("", file.read())
                lines[os.path.basename(room)] += sum(1 for line in text.split("\n") if line.strip())
    return lines


def lines_of_code():
    rooms = [os.path.join(ROOT, room) for room in ROOMS if os.path.isdir(os.path.join(ROOT, room))]
    if shutil.which("cloc"):
        return "cloc", count_by_cloc(rooms)
    return "own count", count_ourselves(rooms)


def compiler(build):
    with open(os.path.join(build, "target", "compile_commands.json"), encoding="utf-8") as file:
        command = json.load(file)[0]["command"]
    return output_of([command.split()[0], "--version"]).split("\n")[0]


def verdict(value, must):
    if must is None:
        return "-"
    return "ok" if value <= must else "over"


def entry(limit, best, worst, must, aim):
    return {"what": limit["what"], "value": best, "worst": worst, "must": must, "aim": aim,
            "verdict": verdict(worst, must)}


def judge(limits, rows, vms, el2_bytes, sections):
    """All that has a limit, by name, in the order of limits.json."""
    result = {}
    table = [dict(zip(limits["columns"], row)) for row in limits["rows"]]
    odd = sorted({limit["name"] for limit in table} ^ set(rows))
    if odd:
        raise Failure("not both in limits.json and measured: " + ", ".join(odd))
    for limit in table:
        result[limit["name"]] = entry(limit, *rows[limit["name"]], limit["must"], limit["aim"])
    limit, size = limits["image_bytes"], sum(sections.values())
    result["image_bytes"] = entry(limit, size, size, limit["must"], limit["aim"])
    limit = limits["el2_bytes"]
    result["el2_bytes"] = entry(limit, el2_bytes, el2_bytes,
                                limit["must"] + vms * limit["must_per_vm"],
                                limit["aim"] + vms * limit["aim_per_vm"])
    return result


def print_table(report):
    def cell(value):
        return "-" if value is None else f"{value:,}" if isinstance(value, int) else value

    lines = [("operation", "instructions", "worst", "must reach", "aim", "")]
    for name, row in report["rows"].items():
        what = row["what"] + (" (bytes)" if name.endswith("_bytes") else "")
        lines.append((what, row["value"], row["worst"], row["must"], row["aim"], row["verdict"]))
    for what, *values in lines:
        cells = [cell(value) for value in values]
        print(f"{what:46} {cells[0]:>12} {cells[1]:>10} {cells[2]:>10} {cells[3]:>10}  {cells[4]}"
              .rstrip())
    print()
    print("image:         " + ", ".join(f"{name[1:]} {size:,}"
                                         for name, size in report["sections"].items()) + " bytes")
    print("lines of code: " + ", ".join(f"{room} {count:,}"
                                        for room, count in report["lines"].items())
          + f" ({report['counted_by']})")
    print(f"compiler:      {report['compiler']}")
    print(f"machine:       {report['qemu']}")


def make_report(args, limits):
    image = os.path.join(args.build, "target", "hyp", "bellhop")
    rows, vms, el2_bytes = measure(args.build, image + ".bin", args.seconds)
    if args.twice and measure(args.build, image + ".bin", args.seconds) != (rows, vms, el2_bytes):
        raise Failure("a second run gave other figures")
    sections = section_sizes(image + ".elf")
    counted_by, lines = lines_of_code()
    return {
        "rows": judge(limits, rows, vms, el2_bytes, sections),
        "sections": sections,
        "lines": {room: lines[room] for room in ROOMS if lines[room]},
        "counted_by": counted_by,
        "compiler": compiler(args.build),
        "qemu": output_of(["qemu-system-arm", "--version"]).split("\n")[0],
    }


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bellhop bench",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", metavar="DIR", default=os.path.join(ROOT, "build", "default"),
                        help="what was built (default: build/default)")
    parser.add_argument("--json", metavar="FILE", help="write all figures there, too")
    parser.add_argument("--gate", action="store_true", help="fail when a row is over its limit")
    parser.add_argument("--twice", action="store_true", help="fail when a second run differs")
    parser.add_argument("--seconds", metavar="N", type=int, default=120,
                        help="give up after so long (default: %(default)s)")
    return parser.parse_args()


def main():
    args = parse_arguments()
    with open(os.path.join(BENCH, "limits.json"), encoding="utf-8") as file:
        limits = json.load(file)
    try:
        report = make_report(args, limits)
    except (Failure, OSError) as error:
        sys.exit(f"bench: {error}")
    print_table(report)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)
            file.write("\n")
    over = [row["what"] for row in report["rows"].values() if row["verdict"] == "over"]
    print(f"limits:        {len(over)} over" + (": " + "; ".join(over) if over else ""))
    return 1 if args.gate and over else 0


if __name__ == "__main__":
    sys.exit(main())
