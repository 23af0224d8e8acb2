#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""doorbell.py [--cc CC] [NAME...]

Bugs that doorbells of other systems have had, or could have, made again in doorbell/. The search of
tests/check/bell_explore.c has to find each, and to say which property it breaks; or, where two VMs
are one too many for it, the unit test that is named."""

import argparse
import pathlib
import subprocess
import sys
import tempfile

from bug import Bug
from workbench import ROOT, Broken, failures

CHECK = [ROOT / "tests/check/bell_explore.c", ROOT / "tests/check/bell_state.c"]
UNIT = ROOT / "tests/unit"
FLAGS = ["-std=gnu11", "-O1", f"-I{ROOT}", f"-I{ROOT / 'include'}"]

RESAMPLE = "		if (link->kind == LINK_RESAMPLE) {\n			"
RING = "		bell_ring(d, &d->bell[link->bell], effects);"
NOT_READY = "	if (!ready)\n		return;\n"
TAKE = "	bell->count = 0u;\n"
TO_OTHER = "\tif (bell->to.vm != d->vm)\n"

BUGS = (
    Bug(
        "D1",
        "the resample link outlives its irqfd",
        "T104",
        ("link.c", RESAMPLE + "link->id = 0u;", RESAMPLE + "link->vm = 0u;"),
    ),
    Bug(
        "D2",
        "a post is believed although its irqfd was unbound",
        "T104",
        ("irqfd.c", "ref.id != 0u && irqfd->id == ref.id ? irqfd : NULL", "irqfd"),
    ),
    Bug(
        "D3",
        "the line is not lowered at EOI",
        "RS-3",
        ("irqfd.c", "	line->sources &= (uint8_t)~SOURCE_RESAMPLE;\n	for", "	for"),
    ),
    Bug(
        "D4",
        "the last resampler leaves the line high",
        "RS-8",
        ("irqfd.c", "if (!has_resampler(d, line))", "if (line->owner == LINE_FREE)"),
    ),
    Bug(
        "D5",
        "a level irqfd that is unbound keeps its source",
        "I6",
        ("irqfd.c", "		line->asserted--;\n	if (!has", "		;\n	if (!has"),
    ),
    Bug(
        "D6",
        "an EOI is told twice",
        "P5",
        ("bell.c", RING, "		for (int i = 0; i < 2; i++)\n	" + RING),
    ),
    Bug(
        "D7",
        "a link of a closed bell stays, and tells the next bell in its place",
        "T104",
        ("link.c", "link->state = LINK_DYING;", "link->state = LINK_BOUND;"),
    ),
    Bug(
        "D8",
        "what is counted while masked is lost",
        "P12",
        ("bell.c", NOT_READY + TAKE + TO_OTHER, TAKE + NOT_READY + TO_OTHER),
    ),
    Bug(
        "D9",
        "a store rings an irqfd of its own VM though the bell is masked",
        "bell_irqfd:t93_edge_of_its_own_vm",
        ("bell.c", "(BELL_MASKED | BELL_ONESHOT)) != 0u)\n		return 0u;",
         "BELL_ONESHOT) != 0u)\n		return 0u;"),
    ),
    Bug(
        "D10",
        "a store that rings a one-shot irqfd of its own VM leaves it unmasked",
        "bell_irqfd:one_shot_irqfd_of_its_own_vm",
        ("bell.c", "(BELL_MASKED | BELL_ONESHOT)) != 0u)\n		return 0u;",
         "BELL_MASKED) != 0u)\n		return 0u;"),
    ),
    Bug(
        "D11",
        "a store rings the irqfd of that index in the wrong VM",
        "bell_irqfd:a_ring_for_an_irqfd_elsewhere_is_a_post",
        ("bell.c", "if (bell->sink != SINK_IRQFD || bell->to.vm != d->vm || bell->waiters",
         "if (bell->sink != SINK_IRQFD || bell->waiters"),
        ("bell.c", "return irqfd->id == bell->to.id && irqfd->kind", "return irqfd->kind"),
    ),
    Bug(
        "D12",
        "a vCPU that waits is not woken by a store that rings",
        "bell_irqfd:who_waits_for_an_irqfd_is_woken",
        ("bell.c", "bell->to.vm != d->vm || bell->waiters != 0u ||", "bell->to.vm != d->vm ||"),
    ),
)


def finds(bug, cc, scratch):
    """What the search says of the sources with this bug; None: nothing."""
    sources = {p.name: p.read_text("utf-8") for p in (ROOT / "doorbell").glob("*.[ch]")}
    where = pathlib.Path(scratch) / bug.name
    where.mkdir(parents=True)
    (where / "doorbell").mkdir()
    for name, text in {**sources, **(bug.apply(sources) if bug.edits else {})}.items():
        (where / "doorbell" / name).write_text(text, "utf-8")
    program = where / "explore"
    code = sorted((where / "doorbell").glob("*.c"))
    if bug.finders and len(bug.finders[0]) > 1:
        return unit_test(bug.finders[0][0], cc, where, code)
    subprocess.run([cc, f"-I{where}", *FLAGS, *CHECK, *code, "-o", program], check=True)
    done = subprocess.run([program, "--states", "60000"], capture_output=True, text=True)
    return done.stderr.splitlines()[0] if done.returncode else None


def unit_test(name, cc, where, code):
    """The names of its tests that fail; None: none does."""
    program = where / name
    sources = [UNIT / f"test_{name}.c", UNIT / "bell_world.c", *code]
    subprocess.run([cc, f"-I{where}", *FLAGS, *sources, "-lcmocka", "-o", program], check=True)
    done = subprocess.run([program], capture_output=True, text=True)
    return " ".join(sorted(failures(done.stdout + done.stderr))) or None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    killed = 0
    chosen = [b for b in BUGS if not arguments.names or b.name in arguments.names]
    with tempfile.TemporaryDirectory() as scratch:
        said = finds(Bug("none", "", ""), arguments.cc, scratch)
        if said is not None:
            print(f"without any bug: {said}")
            return 1
        for bug in chosen:
            try:
                said = finds(bug, arguments.cc, scratch)
            except Broken as error:
                said = f"{error}"
            good = said is not None and bug.finders[0][-1] in said
            killed += good
            print(f"{bug.name:4} {bug.what}\n     {'found' if good else 'NOT FOUND'}: {said}")
    print(f"{killed} of {len(chosen)} bugs found")
    return 0 if killed == len(chosen) and chosen else 1


if __name__ == "__main__":
    sys.exit(main())
