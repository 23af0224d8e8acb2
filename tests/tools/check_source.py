#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""check_source.py ROOT: the rules for source text that need no compiler. Prints FILE:LINE: RULE for
each breach; the exit status says whether there was one."""

import pathlib
import re
import sys

COLUMNS = 100
FILE_LINES = 400  # a file has one reason to change; a test's table may be longer
FUNCTION_LINES = 60
CODE = {".c", ".h", ".S", ".ld"}
# Formats without comments, and prose.
NO_LICENCE_LINE = {".json", ".md", ".png", ".svg"}
SKIP = {"build", ".git", "LICENSE", "__pycache__"}
LICENCE = "SPDX-License-Identifier: BSD-2-Clause"
# A quoted word is data (KTAP has one of them). Split, so that this file keeps its own rule.
MARKERS = re.compile(r"(?<!\")\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")


def files(root):
    for entry in sorted(root.iterdir()):
        if entry.name in SKIP:
            continue
        if entry.is_dir():
            yield from files(entry)
        else:
            yield entry


def licence(path, lines):
    if path.suffix in NO_LICENCE_LINE:
        return
    first = 1 if lines[:1] and lines[0].startswith("#!") else 0
    if LICENCE not in "".join(lines[first : first + 1]):
        yield first + 1, f"expected the line {LICENCE}"


def width(path, lines):
    if path.suffix == ".md":
        return
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > COLUMNS:
            yield number, f"more than {COLUMNS} columns"


def markers(_, lines):
    for number, line in enumerate(lines, 1):
        if MARKERS.search(line):
            yield number, "unfinished work belongs to docs/CAVEATS.md"


def blanks(path, lines):
    if path.suffix in {".md", ".json"}:
        return
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line"


def lengths(path, lines):
    """The brace style puts a function's braces, and those alone, into the first column."""
    if path.suffix not in CODE:
        return
    if path.suffix == ".c" and "tests" not in path.parts and len(lines) > FILE_LINES:
        yield len(lines), f"more than {FILE_LINES} lines in one file"
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start + 1 > FUNCTION_LINES:
                yield start, f"more than {FUNCTION_LINES} lines in one function"
            start = None


def check(path):
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        return [(1, "no UTF-8 text: binaries do not belong into the tree")]
    if lines[-1] == "":
        lines.pop()
    rules = (licence, width, markers, blanks, lengths)
    return [breach for rule in rules for breach in rule(path, lines)]


def main():
    root = pathlib.Path(sys.argv[1])
    count = checked = 0
    for path in files(root):
        checked += 1
        for number, rule in check(path):
            print(f"{path.relative_to(root)}:{number}: {rule}")
            count += 1
    print(f"{checked} files, {count} breaches")
    return 1 if count or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
