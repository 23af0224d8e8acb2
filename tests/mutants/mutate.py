#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""mutate.py [--every N] [--offset K] [--file NAME...] [--list] [--cc CC] [--scratch DIR]

Small changes of vgic/, one at a time, each of which some check has to notice: the unit tests, then
random traces, then the unit tests under the sanitizers. What nobody notices is a survivor: it is
equivalent, or a test is missing. survivors.txt has those that were looked at, with the reason; the
exit status says whether there was another one, or an entry of code that is not there any more.
Where the compiler makes the same code of it, it is no mutant. It takes about half a second each on
an idle machine; --every 20 is a sample."""

import argparse
import pathlib
import random
import re
import sys
import tempfile
import time

from workbench import ROOT, Broken, Workbench

REVIEWED = pathlib.Path(__file__).with_name("survivors.txt")
SKIP = {"vgic.h", "vgic_state.h", "vgic_dist.h"}  # declarations: the checks are built from them too
STEPS = ("--steps", "400000")
SECONDS = ("--steps", "6000000", "--seed", "100000")

SWAPS = {
    "condition": [("&&", "||"), ("||", "&&"), ("==", "!="), ("!=", "=="), ("<=", "<"), (">=", ">"),
                  ("<", "<="), (">", ">=")],
    "mask": [("& ~", "& "), (" & ", " | "), (" | ", " & "), ("|=", "="), ("|=", "&="),
             ("&=", "|="), ("^=", "|="), (" + ", " - "), (" - ", " + "), (">>", "<<"),
             ("<<", ">>"), ("++", "--")],
    "word": [("true", "false"), ("VGIC_OK", "VGIC_RETRY"), ("VGIC_RETRY", "VGIC_OK"),
             ("VGIC_FOLD_FIRST", "VGIC_OK"), ("VGIC_ABORT", "VGIC_OK"), ("break", "continue"),
             ("continue", "break")],
    "field": [("active", "held"), ("latch", "line"), ("level", "edge"), ("flight", "flight_next"),
              ("resident", "withheld"), ("driven", "hw"), ("lrs", "lrs_stale"), ("dirty", "loaded"),
              ("priority", "active_priority"), ("sgi_pending", "sgi_active"), ("owner", "slot"),
              ("ask_bits", "ask_served"), ("enabled", "group1"), ("vmcr", "hcr"),
              ("GICH_LR_PENDING", "GICH_LR_ACTIVE"), ("GICH_LR_EOI", "GICH_LR_HW"),
              ("GICH_VMCR_VMGRP0EN", "GICH_VMCR_VMGRP1EN"), ("RANK_ACTIVE", "RANK_MASKED"),
              ("RANK_SIGNALLED", "RANK_MASKED"), ("valid", "sgis")],
}
DECLARATION = (
    r"(?:const|struct|u?int\d*(?:_t)?|unsigned|bool|enum|static|typedef|return|else|case|default)\b"
)
INNER = r"\)\n\t+(?!return)([a-z*][^;{}()]*(?:\([^;{}]*\))?[^;{}]*;)$"  # of an if, for or while


def blank(text):
    """The same length, without comments, strings, preprocessor lines and static assertions."""
    erase = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    text = re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"", erase, text, flags=re.DOTALL)
    return re.sub(r"^#(?:[^\n]*\\\n)*[^\n]*", erase, text, flags=re.MULTILINE)


def closing(text, start):
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return at
    return len(text)


def body(code, at):
    """Inside a function or an initialiser, not in a declaration at the outermost level."""
    return code.rfind("\n{", 0, at) > code.rfind("\n}", 0, at) or code.rfind("= {", 0, at) > max(
        code.rfind("};", 0, at), code.rfind("\n}", 0, at)
    )


def replacements(code):
    """(operator, start, end, text) for everything that can be changed."""
    for match in re.finditer(r"\b(?:if|while) \(", code):
        start = match.end() - 1
        end = closing(code, start)
        yield "negate", start + 1, end, f"!({code[start + 1:end]})"
    for name, pairs in SWAPS.items():
        for old, new in pairs:
            if name == "field":
                both = ((old, new), (new, old))
            else:
                both = ((old, new), ("false", "true")) if old == "true" else ((old, new),)
            for a, b in both:
                word = rf"\b{a}\b" if a[0].isalpha() else re.escape(a)
                if a in ("<", ">"):
                    word = rf"(?<![-<>]) {a} "
                    b = f" {b} "
                for match in re.finditer(word, code):
                    yield name, match.start(), match.end(), b
    for match in re.finditer(r"\b(0x[0-9a-f]+|\d+)(u|ull)?\b", code):
        value, suffix = int(match.group(1), 0), match.group(2) or ""
        for other in (value + 1,) if value < 2 else (value - 1, value + 1):
            yield "constant", match.start(), match.end(), f"{other}{suffix}"
    for match in re.finditer(rf"(?<=\n)(\t+)(?!{DECLARATION})([a-z*(][^;{{}}]*;)", code):
        if not re.match(r"(?:if|for|while|switch) \(", match.group(2)):
            yield "delete", match.start(2), match.end(2), ";"
        else:
            inner = re.search(INNER, match.group(0))
            if inner and not re.match(r"(?:if|for|while)", inner.group(1)):
                yield "delete", match.start() + inner.start(1), match.end(), ";"


class Mutant:
    def __init__(self, file, source, operator, start, end, text):
        self.file, self.operator = file, operator
        self.source = source[:start] + text + source[end:]
        self.line = source.count("\n", 0, start) + 1
        begin = source.rfind("\n", 0, start) + 1
        stop = source.index("\n", end)
        before = " ".join(source[begin:stop].split())
        after = " ".join((source[begin:start] + text + source[end:stop]).split())
        self.key = f"{file}\t{before}\t{after}"
        self.text = f"{operator}: {before}  ->  {after}"


def mutants(sources):
    seen = set()
    for file, source in sources.items():
        if file in SKIP:
            continue
        code = blank(source)
        for operator, start, end, text in replacements(code):
            if (file, start, end, text) in seen or not body(code, start):
                continue
            seen.add((file, start, end, text))
            yield Mutant(file, source, operator, start, end, text)


def killer(bench, where):
    """What noticed the mutant, or None."""
    for program in bench.unit:
        if bench.run_unit(program, where):
            return f"unit.{program}"
    for arguments in (STEPS, SECONDS):
        violated = bench.run_random(where, *arguments)
        if violated:
            return f"check.random: {violated}"
    return None


class Reviewed:
    """survivors.txt: blocks of file, line before, line after, and the reason; * is any text."""

    def __init__(self):
        text = REVIEWED.read_text(encoding="utf-8")
        text = "".join(line for line in text.splitlines(True) if not line.startswith("#"))
        self.rows = []
        self.blocks = []
        for block in filter(None, (b.strip() for b in text.split("\n\n"))):
            file, before, after, *reason = block.split("\n")
            parts = (re.escape(part).replace(r"\*", ".*") for part in (file, before, after))
            self.rows.append((re.compile("\t".join(parts)), " ".join(reason)))
            self.blocks.append(block)

    def reason(self, key):
        return next((reason for pattern, reason in self.rows if pattern.fullmatch(key)), None)

    def stale(self, keys):
        """Entries that are of no mutant of these sources."""
        for (pattern, _), block in zip(self.rows, self.blocks):
            if not any(pattern.fullmatch(key) for key in keys):
                yield block


def sanitizers(bench, mutant):
    """The unit tests as they really are: under the sanitizers. Slow, so for those that live."""
    where = bench.mutant("one", {mutant.file: mutant.source})
    failed = any(bench.run_unit(program, where) for program in bench.unit)
    return "unit tests under the sanitizers" if failed else None


def attempt(bench, slow, mutant, counts):
    """Build and try it; the name of the column that it counts in."""
    try:
        where = bench.mutant("one", {mutant.file: mutant.source})
    except Broken:
        return "does not compile"
    if bench.same_object(where):
        return "same code"
    by = killer(bench, where) or sanitizers(slow, mutant)
    if by:
        counts[by] = counts.get(by, 0) + 1
    return "killed" if by else "survived"


def choose(arguments, sources):
    chosen = [m for m in mutants(sources) if not arguments.file or m.file in arguments.file]
    random.Random(1).shuffle(chosen)  # a part of them is a sample of all
    return chosen[arguments.offset :: arguments.every]


def trial(arguments, scratch):
    bench = Workbench(pathlib.Path(scratch) / "fast", arguments.cc)
    slow = Workbench(pathlib.Path(scratch) / "slow", arguments.cc, sanitize=True)
    counts, by, known, new = {}, {}, Reviewed(), 0
    for block in known.stale([m.key for m in mutants(bench.sources)]):
        new += 1
        print(f"survivors.txt, of no mutant:\n{block}\n")
    begin = time.monotonic()
    for number, mutant in enumerate(choose(arguments, bench.sources), 1):
        what = attempt(bench, slow, mutant, by)
        counts[what] = counts.get(what, 0) + 1
        if number % 100 == 0:
            print(f"{number} mutants in {time.monotonic() - begin:.0f} s: {counts}", flush=True)
        if what == "survived":
            verdict = known.reason(mutant.key)
            new += verdict is None
            print(f"{mutant.file}:{mutant.line}: {mutant.text}")
            print(f"\t{verdict or 'NEW'}\t{mutant.key}", flush=True)
    print(f"{sum(counts.values())} mutants in {time.monotonic() - begin:.0f} s: {counts}")
    print("killed by: " + ", ".join(f"{k} {v}" for k, v in sorted(by.items(), key=lambda i: -i[1])))
    print(f"{new} survivors that nobody has looked at, or stale entries")
    return new


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--file", nargs="+")
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--scratch")
    arguments = parser.parse_args()
    if arguments.list:
        paths = sorted((ROOT / "vgic").glob("*.[ch]"))
        sources = {path.name: path.read_text(encoding="utf-8") for path in paths}
        for mutant in choose(arguments, sources):
            print(f"{mutant.file}:{mutant.line}: {mutant.text}")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        return 1 if trial(arguments, arguments.scratch or scratch) else 0


if __name__ == "__main__":
    sys.exit(main())
