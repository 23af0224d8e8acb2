#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""eva.py [--call NAME [--part N]] [--jobs N]

Frama-C's Eva over vgic/ (tests/eva/eva_vgic.c): every function of vgic.h with any argument, any
state and any answer of GICH. Sound: no alarm means no undefined behaviour for any of them. Prints
what each analysis found, then a table by call, and fails at an alarm that is not among EXPLAINED
(with more than SPLIT_LRS list registers: what was not written yet in the arrays of vgic_fill(),
which valgrind and the mutants' pattern look after). Half an hour of CPU time or so, at the lowest
priority but one. Needs frama-c-base: tools/setup.sh eva."""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CALLS = {  # name: (EVA_CALL, EVA_FIRST and EVA_LAST)
    "read": (0, [(n, n + 63) for n in range(0, 1024, 64)]),
    "write": (1, [(n, n + 63) for n in range(0, 1024, 64)]),
    "outside": (2, None),
    "dir": (3, None),
    "line": (4, None),
    "pulse": (5, None),
    "hw_raise": (6, None),
    "hw_withdraw": (7, None),
    "fold": (8, None),
    "fill": (9, [(n, n) for n in (1, 2, 3, 4, 8, 16, 32, 64)]),
    "refresh": (10, [(kind, kind) for kind in range(3)]),
    "reset_vcpu": (11, None),
    "reset": (12, None),
    "wiring": (13, None),
    "init": (14, None),
    "lowest": (15, None),
    "again": (16, None),
    "enable": (17, None),
    "end": (18, None),
}
SLEVEL = {"fill": "20"}
# A pointer into lr_latch[] of any vCPU is one of 576, to be told apart from what lies between.
ILEVEL = {"write": "600"}
# Up to so many list registers the number of those in use is told apart (SPLITS), and nothing has to
# be explained. The splits are put into the copy that is analysed: they assume nothing.
SPLIT_LRS = 4
SPLIT_OPTIONS = ("-eva-interprocedural-splits", "-eva-split-return-function", "all_fit:0")
SPLITS = (  # in vgic_fill.c, where @ is: the number whose values are told apart
    ("\tunsigned int found = 0u;\n@", "found"),
    ("@\tchoice->worst = 0u;\n", "choice->count"),
    ("@\tuint32_t key = (rank << KEY_RANK_SHIFT)", "choice->count"),
    ("@\tfor (bits &= ~enabled | w->active;", "choice->count"),
    ("@\tfor (; bits != 0u; bits &= bits - 1u) {\n\t\tunsigned int bit = ", "choice->count"),
    ("@\tfor (; words != 0u; words &= words - 1u)\n\t\toffer_word(", "choice->count"),
    ("@\tchoose(vgic, vcpu, &choice);\n\tif (choice.withheld &&", "choice.count"),
)
# Where a loop counts up to the number of list registers, Eva has to be told that 64 is a bound
# worth trying; it shows by itself whether it is one. In front of the loop, so after the splits.
WIDEN = "//@ loop widen_hints {}, 64;\n"
WIDENED = (
    ("\tfor (; words != 0u; words &= words - 1u) {\n", "found"),
    ("\t\tfor (; bits != 0u; bits &= bits - 1u) {\n\t\t\tif (found", "found"),
    ("\tfor (; words != 0u; words &= words - 1u)\n\t\toffer_word(", "choice->count"),
    ("\tfor (bits &= ~enabled | w->active;", "choice->count"),
    ("\tfor (; bits != 0u; bits &= bits - 1u) {\n\t\tunsigned int bit = ", "choice->count"),
)
# A word of four bytes, which Eva does not see as them in a loop over all interrupts.
UNION = (
    "	const struct vgic_irq fresh = { .owner = VGIC_NO_VCPU };\n\n	irq->word = fresh.word;\n",
    "	irq->priority = 0u;\n	irq->targets = 0u;\n	irq->owner = VGIC_NO_VCPU;\n"
    "	irq->slot = 0u;\n",
)
# What Eva cannot see, by call: it does not relate the length of an array to what was written.
EXPLAINED = {"fill": "accessing uninitialized left-value"}
OPTIONS = """-eva -eva-precision 2 -eva-plevel 3000 -eva-no-show-progress
-eva-no-alloc-returns-null -machdep gcc_x86_32
-inline-calls is_input,is_one,is_again,is_access""".split()
# Functions whose result Eva cannot bound by itself, by what they promise; "lowest" looks at the
# real one of the second.
PROMISES = """
unsigned int Frama_C_unsigned_int_interval(unsigned int, unsigned int);
static inline unsigned int eva_ctz(unsigned int bits)
{
	//@ assert bits != 0;
	return Frama_C_unsigned_int_interval(0u, bits <= 0xffu ? 7u : 31u);
}
static inline unsigned int vgic_lowest64(unsigned long long bits)
{
	return bits == 0u ? 64u : Frama_C_unsigned_int_interval(0u, 63u);
}
"""


def replaced(name, text, edits):
    for old, new in edits:
        if text.count(old) != 1:
            sys.exit(f"{name}: {text.count(old)} times {old}")
        text = text.replace(old, new)
    return text


def edited(path, edits):
    return replaced(path.name, path.read_text(), edits)


def prepare(tree):
    """A copy of the sources with promises and hints, and one of vgic_fill.c with the splits."""
    for room in ("vgic", "include", "tests/eva"):
        shutil.copytree(ROOT / room, tree / room)
    (tree / "promises.h").write_text(PROMISES)
    core = tree / "vgic/vgic_core.h"
    promised = (("__builtin_ctz(", "eva_ctz("), ("vgic_lowest64(", "real_lowest64("))
    core.write_text(edited(core, promised))
    reset = tree / "vgic/vgic_reset.c"
    reset.write_text(edited(reset, (UNION,)))
    fill = tree / "vgic/vgic_fill.c"
    split = [(c.replace("@", ""), c.replace("@", f"\t//@ dynamic_split {n};\n")) for c, n in SPLITS]
    widened = [(code, WIDEN.format(name) + code) for code, name in WIDENED]
    (tree / "split").mkdir()
    (tree / "split/vgic_fill.c").write_text(replaced("split", edited(fill, split), widened))
    fill.write_text(edited(fill, widened))


def analyse(tree, name, number, first, last):
    defines = f"-DEVA_CALL={number} -DEVA_FIRST={first} -DEVA_LAST={last}"
    flags = rf"-Ivgic -Iinclude -include promises.h -D__attribute__\(x\)= {defines}"
    sources = ["tests/eva/eva_vgic.c", *sorted(f"vgic/{p.name}" for p in tree.glob("vgic/*.c"))]
    begin = time.monotonic()
    levels = ["-eva-slevel", SLEVEL.get(name, "500"), "-eva-ilevel", ILEVEL.get(name, "300")]
    explanation = EXPLAINED.get(name, "\0")
    if name == "init":  # what is refused has other limits than what is not
        levels += ["-eva-split-return-function", "vgic_init:0"]
    if name == "fill" and first <= SPLIT_LRS:
        sources[sources.index("vgic/vgic_fill.c")] = "split/vgic_fill.c"
        levels += SPLIT_OPTIONS
        explanation = "\0"
    environment = {**os.environ, "PWD": str(tree)}  # frama-c goes by it
    done = subprocess.run(
        ["nice", "frama-c", *OPTIONS, *levels, f"-cpp-extra-args={flags}", *sources],
        cwd=tree, env=environment, capture_output=True, text=True, check=False,
    )
    summary = re.search(r"(\d+) alarms? generated", done.stdout)
    unknown = re.findall(r"\[eva:alarm\] .*(?:\n  .*)*", done.stdout)
    what = name if first is None else f"{name} {first}..{last}"
    if done.returncode or not summary:
        return what, 1, [done.stdout[-2000:] + done.stderr], time.monotonic() - begin
    explained = [text for text in unknown if explanation in " ".join(text.split())]
    count = max(int(summary.group(1)), len(unknown)) - len(explained)
    return what, count, unknown, time.monotonic() - begin


def slice_of(part):
    return slice(None) if part is None else slice(part, part + 1)


def table(calls):
    print("\ncall         analyses  alarms  seconds")
    for name, (analyses, alarms, seconds) in calls.items():
        print(f"{name:12} {analyses:8} {alarms:7} {seconds:8.0f}")
    alarms = sum(alarms for _, alarms, _ in calls.values())
    print(f"{alarms} alarms in {sum(n for n, _, _ in calls.values())} analyses")
    return 1 if alarms else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--call", choices=sorted(CALLS))
    parser.add_argument("--part", type=int, help="one of the analyses of a call")
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    if not shutil.which("frama-c"):
        sys.exit("frama-c is missing. Install it by: tools/setup.sh eva")
    chosen = [arguments.call] if arguments.call else CALLS
    calls = {name: [0, 0, 0.0] for name in chosen}
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        prepare(tree)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            runs = [
                (name, pool.submit(analyse, tree, name, CALLS[name][0], *part))
                for name in chosen
                for part in (CALLS[name][1] or [(None, None)])[slice_of(arguments.part)]
            ]
            for name, run in runs:
                what, count, texts, seconds = run.result()
                for i, value in enumerate((1, count, seconds)):
                    calls[name][i] += value
                print(f"{what:16} {count:3} alarms {seconds:6.1f} s", flush=True)
                for text in texts:
                    print("\t" + text.replace("\n", "\n\t"))
    return table(calls)


if __name__ == "__main__":
    sys.exit(main())
