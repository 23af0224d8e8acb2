#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""coverage_el2.py [--tests REGEX] [--jobs N]: lines of hyp/ and drivers/ that run at EL2 while the
tests in QEMU and Linux run. Builds <tree>/build/coverage with counters in the hypervisor, whose
image writes them through semihosting at its end; runs the tests there; prints a table, and what did
not run with the reason. Fails when more than 5 % of hyp/ neither ran nor has one, or nothing was
counted."""

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/coverage"
ROOMS = ("hyp/", "drivers/")
BAR = 95.0
GCOV = os.environ.get("GCOV", "arm-none-eabi-gcov")
LABELS = "^(target|linux|boot|demo)$"

# Each run of the emulator gets a directory of its own for the files that its image writes.
EMULATOR = """#!/bin/sh
cd "$(mktemp -d "{directory}/run.XXXXXX")" && exec {qemu} "$@"
"""

VALUES = "works on values: the unit tests on the host reach it"
EARLY = "a refusal before the emulator is known ends without counting: boot.refuse.* runs it"
FAST = "QEMU's UART takes everything at once: nothing ever waits"
OTHER_UART = "no such UART on the machine that can count"
NO_EMULATOR = "how the machine ends where there is no emulator to ask"

UNTRAPPED = "QEMU's cortex-a15 does not trap it: WFE, conditions that fail, some registers"
CHECKED = "a panic at what the check of the description has refused before"
RACE = "two CPUs at once: what was to be done is gone, or done, by the time it is looked at"

# (regular expression for "file: function", why it does not run here). What has none is a gap.
REASONS = (
    (r"hyp/(config\w*|console_text|fdt_\w+|fmt|guest_fdt\w*|image\w*)\.[ch]:", VALUES),
    (r"hyp/(inject|insn\w*|machine\w*|vpl011|cp15)\.c:", VALUES),
    (r"hyp/libc\.c: (strnlen|strchr|strcpy|memmove)", "libfdt's, for what these trees do not have"),
    (r"drivers/(uart\.c: (ns16550|none)_|mmio\.h: $)", OTHER_UART),
    (r"drivers/gic\.h: gich_lowest", "list registers from 32 on: QEMU's GIC has 4"),
    (r"drivers/uart\.c: (pl011|uart)_send_irq", FAST),
    (r"hyp/console\.c: (put|finish_output|console_flush)", FAST),
    (r"hyp/vuart\.c: (vuart_room|look_for_room)", FAST),
    (r"hyp/console_input\.c: add", "the bound of a buffer that is large enough"),
    (r"hyp/(panic\.c: (machine_exit|hyp_fault)|smc\.c: psci_system_off)", NO_EMULATOR),
    (r"hyp/panic\.c: is_return_address",
     "calls of T32, or by a register: this image has none on the stacks that are printed"),
    (r"hyp/panic\.c: panic_begin", "the second of two CPUs that panic at once"),
    (r"hyp/panic\.c: (print_place|print_syndrome)",
     "panics with a guest loaded, or at a fetch: ghost.seeded.*, in another image"),
    (r"hyp/boot\.c: |hyp/timer\.c: timer_init|hyp/mm\.c: ", EARLY),
    (r"hyp/(bells\.c: bells_create|client\.c: client_create|vm\.c: create_vgic)", CHECKED),
    (r"hyp/client\.c: (client_(deliver_vector|resume)|forward)|hyp/client_msix\.c: client_msix_ctl",
     RACE),
    (r"hyp/(events\.c: start|vm\.c: vm_stop|fetch\.c: fetch)", RACE),
    (r"hyp/abort_other\.c: abort_uncommon",
     "QEMU has no asynchronous aborts, and its cache maintenance does not fault"),
    (r"hyp/vcpu\.c: vcpu_[gs]et_high_reg",
     "r15: no instruction that has a syndrome, and no transfer to a coprocessor, has it"),
    (r"hyp/virq\.c: fold_resting", "no end that somebody waits for is left where a vCPU rests"),
    (r"hyp/trap\.c: trap_(unknown|wfx|vfp)", UNTRAPPED),
    (r"hyp/sysreg\.c: (set_way|do_write|do_read|give|sysreg_trapped)", UNTRAPPED),
)


def build():
    options = ["-DBELLHOP_COVERAGE=ON", "-DBELLHOP_HOST_TESTS=OFF"]
    subprocess.run(["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", *options], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", BUILD], check=True, stdout=subprocess.DEVNULL)


def run_tests(directory, tests, jobs):
    """Tests that fail are named and counted all the same: a count is not a verdict."""
    emulator = directory / "bin/qemu-system-arm"
    emulator.parent.mkdir()
    emulator.write_text(EMULATOR.format(directory=directory,
                                        qemu=shutil.which("qemu-system-arm")))
    emulator.chmod(emulator.stat().st_mode | stat.S_IXUSR)
    environment = dict(os.environ, PATH=f"{emulator.parent}:{os.environ['PATH']}",
                       BELLHOP_COVERAGE="1")
    command = ["ctest", "--test-dir", str(BUILD), "-L", LABELS, "-j", str(jobs)]
    if tests:
        command += ["-R", tests]
    print(" ".join(command), flush=True)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if "***" in line or "tests passed" in line or "No tests" in line:
            print(line)


def merge(lines, files):
    for source in files:
        path = os.path.relpath(os.path.join(BUILD / "target", source["file"]), ROOT)
        if not path.startswith(ROOMS):
            continue
        for line in source["lines"]:
            entry = lines[path].setdefault(line["line_number"], [0, line.get("function_name", "")])
            entry[0] += line["count"]


def read_counts(directory):
    notes = {n.name: n for n in (BUILD / "target/hyp/CMakeFiles/bellhop_hyp.dir").rglob("*.gcno")}
    lines = collections.defaultdict(dict)
    runs = 0
    for run in directory.glob("run.*"):
        data = [d for d in run.glob("*.gcda") if d.stem + ".gcno" in notes]
        if not data:
            continue
        runs += 1
        for d in data:
            (run / (d.stem + ".gcno")).symlink_to(notes[d.stem + ".gcno"])
        text = subprocess.run([GCOV, "--json-format", "--stdout", *(d.name for d in data)],
                              cwd=run, capture_output=True, text=True, check=True).stdout
        for document in text.splitlines():
            merge(lines, json.loads(document)["files"])
    return lines, runs


def missing_by_function(lines):
    missing = collections.defaultdict(list)
    for number, (count, function) in sorted(lines.items()):
        if count == 0:
            missing[function].append(number)
    return missing


def explain(gaps):
    """Prints what did not run, by reason; returns how many lines of hyp/ have none."""
    groups = collections.defaultdict(list)
    for gap in gaps:
        name = f"{gap[0]}: {gap[1]}"
        why = next((why for pattern, why in REASONS if re.match(pattern, name)), "NO REASON")
        groups[why].append(gap)
    for why, members in sorted(groups.items()):
        print(f"\nNot reached, {sum(len(numbers) for _, _, numbers in members)} lines: {why}")
        for path, function, numbers in members:
            print(f"  {path}: {function}: {' '.join(map(str, numbers))}")
    print()
    return sum(len(numbers) for path, _, numbers in groups["NO REASON"] if path.startswith("hyp/"))


def report(lines):
    """Prints the table; returns the percentage of hyp/ that has run or has a reason not to."""
    total = {room: [0, 0] for room in ROOMS}
    gaps = []
    for path in sorted(lines):
        ran = sum(count > 0 for count, _ in lines[path].values())
        room = total[next(r for r in ROOMS if path.startswith(r))]
        room[0] += ran
        room[1] += len(lines[path])
        print(f"{path:28} {ran:4} of {len(lines[path]):4}  {100 * ran / len(lines[path]):5.1f} %")
        for function, numbers in missing_by_function(lines[path]).items():
            gaps.append((path, function, numbers))
    unexplained = explain(gaps)
    for room, (ran, of) in total.items():
        print(f"{room:28} {ran:4} of {of:4}  {100 * ran / max(of, 1):5.1f} %")
    print(f"without a reason: {unexplained} lines")
    of = total["hyp/"][1]
    return 100 * (of - unexplained) / max(of, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--tests", help="only those whose name matches (ctest -R)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    build()
    with tempfile.TemporaryDirectory(prefix="bellhop-coverage-") as name:
        directory = pathlib.Path(name)
        run_tests(directory, args.tests, args.jobs)
        lines, runs = read_counts(directory)
    print(f"{runs} runs of the emulator have counted")
    if not runs:
        sys.exit("nothing was counted")
    percentage = report(lines)
    if not args.tests and percentage < BAR:
        sys.exit(f"hyp/: {percentage:.1f} % ran or need not: below {BAR} %")


if __name__ == "__main__":
    main()
