#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""misra.py: cppcheck's MISRA C:2012 addon over vgic/. A finding is one of a rule that docs/misra.md
names, with the reason for deviating, or it fails; so does a rule named there that nothing deviates
from any more. All others that the addon looks at are kept. Needs cppcheck: tools/setup.sh misra."""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OPTIONS = ["--addon=misra", "--std=c11", "--quiet", "--suppress=missingIncludeSystem"]
FINDING = r"^(\S+:\d+):\d+: \w+: .*\[misra-c2012-([\d.]+)\]$"


def findings():
    """(file:line, rule) of each; a defect that is no matter of MISRA has the rule None."""
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "vgic").glob("*.c"))
    command = ["cppcheck", *OPTIONS, "-Iinclude", "-Ivgic", *sources]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = set(re.findall(FINDING, done.stderr, re.M))
    other = re.findall(r"^.*: (?:error|warning): .*$", done.stderr, re.M)
    return sorted(found) + [(line, None) for line in other]


def main():
    if not shutil.which("cppcheck"):
        sys.exit("cppcheck is missing. Install it by: tools/setup.sh misra")
    table = (ROOT / "docs/misra.md").read_text("utf-8")
    deviations = dict(re.findall(r"^\| ([\d.]+) \| (.*) \|$", table, re.M))
    counts = dict.fromkeys(deviations, 0)
    bad = 0
    for where, rule in findings():
        if rule in counts:
            counts[rule] += 1
        else:
            bad += 1
            print(f"{where}: rule {rule}" if rule else where)
    for rule, count in counts.items():
        print(f"{rule:5} {count:4} times: {deviations[rule]}")
        bad += count == 0
    print(f"{bad} findings that docs/misra.md does not explain")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
