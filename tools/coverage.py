#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""coverage.py [--build DIR]: lines and branches of vgic/ that its unit tests and a short random run
reach. Compiled at -O0, where each condition of && and || is a branch of its own. Prints a table and
all that was not reached, and fails where that is anything."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNIT = ROOT / "tests/unit"
FLAGS = ["-std=gnu11", "-w", "-DIDEAL_MAX_INTIDS=128u"]
FLAGS += [f"-I{d}" for d in (ROOT, ROOT / "include", ROOT / "vgic", UNIT)]
CC = os.environ.get("CC", "gcc")
GCOV = os.environ.get("GCOV", "gcov")
RANDOM_STEPS = "500000"


def run(build, *command):
    done = subprocess.run([str(w) for w in command], cwd=build, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def compile_all(build, sources, prefix, *flags):
    objects = [build / f"{prefix}{s.stem}.o" for s in sources]
    for source, target in zip(sources, objects):
        run(build, CC, *FLAGS, *flags, "-c", source, "-o", target)
    return objects


def exercise(build):
    """Build all of it and run it once."""
    model = [s for s in (ROOT / "tests/model").glob("*.c") if not s.stem.startswith("test_")]
    explorer = ("vgic_explore", "explore", "frontier", "seen", "small_worlds")
    check = [s for s in (ROOT / "tests/check").glob("*.c")
             if s.stem not in explorer and not s.stem.startswith("bell")]
    common = compile_all(build, sorted((ROOT / "vgic").glob("*.c")), "", "-O0", "-g", "--coverage")
    common += compile_all(build, model, "model_", "-O1")
    drivers = compile_all(build, check, "check_", "-O1")
    run(build, CC, "--coverage", *common, *drivers, "-o", "random")
    for name, flags in (("long", ()), ("short", ("-DWORLD_REFRESH",))):
        world = []
        for part in ("vgic_world", "vgic_guest", "vgic_scene"):
            world.append(build / f"{part}_{name}.o")
            run(build, CC, *FLAGS, *flags, "-c", UNIT / f"{part}.c", "-o", world[-1])
        for test in sorted(UNIT.glob("test_vgic_*.c")):
            run(build, CC, *FLAGS, *flags, "-c", test, "-o", "test.o")
            run(build, CC, "--coverage", "test.o", *world, *common, "-lcmocka", "-o", "test")
            run(build, "./test")
    run(build, "./random", "--steps", RANDOM_STEPS)


class File:
    def __init__(self, path):
        self.name = path.name.removesuffix(".gcov")
        self.text = {}
        self.line_counts = {}
        self.branch_counts = {}  # of a function in a header: the sum over all that include it
        number, index = 0, 0
        for row in path.read_text(encoding="utf-8", errors="replace").splitlines():
            line = re.match(r" *([^:]+?)\*?: *(\d+):(.*)", row)
            branch = re.match(r"branch +\d+ (?:never executed|taken (\d+))", row)
            if line:
                number, index = int(line.group(2)), 0
                self._line(line.group(1), number, line.group(3).strip())
            elif branch:
                key = (number, index)
                count = int(branch.group(1) or 0)
                self.branch_counts[key] = self.branch_counts.get(key, 0) + count
                index += 1

    def _line(self, count, number, text):
        if count == "-" or number == 0:
            return
        self.text[number] = text
        count = 0 if count in ("#####", "=====") else int(count)
        self.line_counts[number] = self.line_counts.get(number, 0) + count

    def missed(self):
        yield from ((n, "line") for n, count in self.line_counts.items() if not count)
        yield from ((key[0], "branch") for key, count in self.branch_counts.items() if not count)

    def table_row(self):
        def share(counts):
            whole, part = len(counts), sum(1 for count in counts.values() if count)
            return f"{part:5}/{whole:<5}{100.0 * part / whole if whole else 100.0:6.1f} %"

        return f"{self.name:18}{share(self.line_counts)}{share(self.branch_counts):>20}"

    def print_missed(self):
        missed = sorted(self.missed())
        for number, what in missed:
            print(f"{self.name}:{number}: {what} NOT REACHED: {self.text[number]}")
        return len(missed)


def report(build):
    run(build, GCOV, "--branch-probabilities", "--branch-counts", *sorted(build.glob("vgic*.gcda")))
    files = [File(path) for path in sorted(build.glob("vgic*.gcov"))]
    print(f"{'':18}{'lines':>11}{'branches':>21}")
    for file in files:
        print(file.table_row())
    return sum(file.print_missed() for file in files)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        build = (arguments.build or pathlib.Path(scratch)).resolve()
        build.mkdir(parents=True, exist_ok=True)
        for old in (*build.glob("*.gcda"), *build.glob("*.gcov")):
            old.unlink()
        exercise(build)
        return 1 if report(build) else 0


if __name__ == "__main__":
    sys.exit(main())
