#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""EL2 tests itself (tests/target/el2) with some number of CPUs; its KTAP has to be complete."""

import sys

from machine import ROOM, Machine, main, virt

sys.path.insert(0, str(ROOM.parent / "target"))
from run import Ktap  # pylint: disable=wrong-import-position


def selftest(room, cpus):
    with Machine(virt(room.selftest, "-initrd", room.ticker_pack(), "-append", "selftest",
                      smp=cpus)) as machine:
        code = machine.exit_code()
        lines = machine.lines()
    ktap = Ktap(need_exit=False)
    for line in lines:
        ktap.feed(line)
    assert not ktap.verdict(), ktap.verdict()
    assert ktap.totals is not None, "no totals"
    assert code == 0, f"exit code {code}"


if __name__ == "__main__":
    main(__doc__, {f"{cpus}cpu": lambda room, cpus=cpus: selftest(room, cpus)
                   for cpus in (1, 2, 4)})
