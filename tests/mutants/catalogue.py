#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""catalogue.py [--cc CC] [--scratch DIR] [--jobs N] [--all] [NAME...]

Bugs that virtual GICs in the field have had, made again in vgic/ (field.py, B1 to B18), a mistake
for each row of the catalogue of cases (rows.py, T01 to T92), and one for each property of
tests/check, which finds it and nothing else does, or finds it without the others (alone.py). Each
has to be found by the checks that are named with it: unit tests, or a property of the random
traces. A text that is not in the sources any more is an error: then the bug has to be looked for in
the new code. --all says who else finds it."""

import argparse
import concurrent.futures
import re
import sys
import tempfile

from alone import ALONE, BY_ITSELF
from field import BUGS
from rows import ROWS
from workbench import ROOT, Broken, Workbench, failures, run

STEPS = ("--steps", "400000")
PROPERTIES = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "wake", "fold")
TABLE = ROOT / "docs/catalogue.md"


def header_check(bench, bug, text):
    """A bug in the register definitions: the program that checks them is built with it."""
    program = bug.finders[0][0]
    include = bench.scratch / "mutant" / bug.name / "bellhop"
    include.mkdir(parents=True)
    (include / "gicv2.h").write_text(text, encoding="utf-8")
    source = bench.tree / "tests/unit" / f"test_{program}.c"
    paths = [f"-I{d}" for d in (include.parent, bench.tree / "include", bench.tree)]
    target = include / program
    done = run([bench.cc, "-std=gnu11", "-w", *paths, source, "-lcmocka", "-o", target])
    if done.returncode:
        raise Broken(done.stderr)
    return failures(run([target]).stdout)


def found(bench, bug, everything):
    """Which program found what: names of tests, or a property."""
    if bug.edits[0][0] == "gicv2.h":
        text = (bench.tree / "include/bellhop/gicv2.h").read_text(encoding="utf-8")
        changed = bug.apply({"gicv2.h": text})["gicv2.h"]
        return {bug.finders[0][0]: header_check(bench, bug, changed)}
    where = bench.mutant(bug.name, bug.apply(bench.sources))
    if bench.same_object(where):
        raise Broken(f"{bug.name}: the compiler makes the same code of it")
    named = {program for program, _ in bug.finders}
    by = {p: bench.run_unit(p, where) for p in bench.unit if everything or p in named}
    if everything or "random" in named:
        by["random"] = {bench.run_random(where, *STEPS)} - {None}
    return by


def needed(bench, bug):
    """A property and its mutant: what finds it when that is ignored, or only that is not?"""
    where = bench.scratch / "mutant" / bug.name
    if bug in ALONE:
        others = bench.run_random(where, *STEPS, "--ignore", bug.name)
        return others is None, f"{'':11} without {bug.name} found by {others or 'nothing'}"
    ignored = ",".join(p for p in PROPERTIES if p != bug.name)
    found_it = bench.run_random(where, *STEPS, "--ignore", ignored)
    return found_it == bug.name, f"{'':11} without the others found by {found_it or 'nothing'}"


def check(bench, bug, everything):
    """Did those that are named find it? With what there is to say about it."""
    try:
        by = found(bench, bug, everything)
    except Broken as error:
        return False, f"{bug.name}: {error}"
    says = [f"{bug.name:11} {bug.what}"]
    good = True
    for program, test in bug.finders:
        killed = bool(by[program] & set(test.split("|")))
        good = good and killed
        says.append(f"{'':11} {'killed by' if killed else 'NOT KILLED by'} {program}: {test}")
    if bug in ALONE + BY_ITSELF and good:
        good, text = needed(bench, bug)
        says.append(text)
    if everything or not good:
        names = sorted(name for names in by.values() for name in names)
        says.append(f"{'':11} found by: {', '.join(names) or 'nothing'}")
    return good, "\n".join(says)


def healthy(bench):
    """What fails without a bug cannot find one."""
    sick = {p: failed for p in bench.unit if (failed := bench.run_unit(p, bench.bin))}
    violated = bench.run_random(bench.bin, *STEPS)
    if sick or violated:
        print(f"without any bug: {sick or ''} {violated or ''}")
    return not sick and not violated


def table_errors():
    """Names are used once. docs/catalogue.md: each number has a row, which names the test of its
    mutant or a reason."""
    names = [bug.name for bug in (*ALONE, *BY_ITSELF, *BUGS, *ROWS)]
    for name in {name for name in names if names.count(name) > 1}:
        yield f"two mutants are called {name}"
    finders = {bug.name: bug.finders[0] for bug in ROWS}
    row = r"^\| (T\d\d)(?: \[m\])? \| [^|]+ \| ([^|]+) \|"
    rows = re.findall(row, TABLE.read_text("utf-8"), re.M)
    if [number for number, _ in rows] != [f"T{n:02}" for n in range(1, 93)]:
        yield "its numbers are not T01 to T92"
    for number, where in rows:
        if number not in finders and not where.startswith("target only: "):
            yield f"{number} has no mutant, and no reason for that"
        if number in finders and where != ": ".join(finders[number]):
            yield f"{number} names {where}, its mutant {': '.join(finders[number])}"
        if number in finders and not finders[number][1].startswith(number.lower() + "_"):
            yield f"{number}: the test has another number: {finders[number][1]}"


def choose(arguments):
    bugs = (*ALONE, *BY_ITSELF, *BUGS, *ROWS)
    return [b for b in bugs if not arguments.names or b.name in arguments.names]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--scratch")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    chosen = choose(arguments)
    killed = 0
    with tempfile.TemporaryDirectory() as scratch:
        bench = Workbench(arguments.scratch or scratch, arguments.cc, arguments.jobs)
        good = healthy(bench)
        for error in table_errors():
            print(f"{TABLE.name} and mutants: {error}")
            good = False
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for found_it, says in pool.map(lambda bug: check(bench, bug, arguments.all), chosen):
                print(says, flush=True)
                killed += found_it
    print(f"{killed} of {len(chosen)} bugs killed by what is named for them")
    return 0 if good and killed == len(chosen) and chosen else 1


if __name__ == "__main__":
    sys.exit(main())
