#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What EL2 says when it dies: reason, CPU, registers, decoded HSR, and a stack trace whose first
address lies where the fault was. The image is that of EL2's own tests; boot arguments ask."""

import re
import subprocess

from machine import Machine, main, virt

EXIT_PANIC = 70
REGISTERS = [f"r{n}" for n in range(13)] + ["sp", "lr", "pc", "cpsr"]
STACKS_END = 0xF0044000  # HYP_STACKS and one stride: the first CPU's
STACK_SIZE = 0x2000


def crash(room, how):
    with Machine(virt(room.selftest, "-initrd", room.ticker_pack(), "-append", how)) as machine:
        code = machine.exit_code()
        lines = machine.lines()
    assert code == EXIT_PANIC, f"exit code {code}"
    starts = [n for n, line in enumerate(lines) if line.startswith("bellhop: panic: ")]
    assert len(starts) == 1, f"{len(starts)} panics"
    report = lines[starts[0]:]
    assert report[1] == "cpu 0", f"expected the place: {report[1]}"
    return report


def function_at(room, address):
    """By addr2line, as the trace's heading advises. A return address belongs to the call before."""
    elf = room.selftest.with_suffix(".elf")
    run = subprocess.run(["arm-none-eabi-addr2line", "-f", "-e", elf, f"{address:#x}"],
                         capture_output=True, text=True, check=True)
    return run.stdout.splitlines()[0]


def trace(room, report):
    heading = [n for n, line in enumerate(report) if line.startswith("stack trace")]
    assert len(heading) == 1, "expected one stack trace"
    addresses = report[heading[0] + 1:]
    assert addresses, "the stack trace is empty"
    assert all(re.fullmatch("  0x[0-9a-f]{8}", line) for line in addresses), addresses
    return [function_at(room, int(line, 16) - 4) for line in addresses]


def registers(report):
    found = re.findall(r"\b(r\d+|sp|lr|pc|cpsr) +0x([0-9a-f]{8})\b", "\n".join(report))
    assert [name for name, _ in found] == REGISTERS, [name for name, _ in found]
    values = {name: int(value, 16) for name, value in found}
    assert values["cpsr"] & 0x1F == 0x1A, f"not Hyp mode: cpsr {values['cpsr']:#x}"
    return values


def expect_line(report, pattern):
    matches = [re.fullmatch(pattern, line) for line in report]
    matches = [match for match in matches if match]
    assert len(matches) == 1, f"{len(matches)} lines are /{pattern}/"
    return matches[0]


def panic(room):
    report = crash(room, "panic")
    assert report[0] == "bellhop: panic: asked for by the boot arguments, as a test", report[0]
    assert trace(room, report)[0] == "hyp_main", trace(room, report)


def fault(room):
    report = crash(room, "fault")
    assert report[0] == "bellhop: panic: data abort in the hypervisor", report[0]
    expect_line(report, r"hsr 0x9[0-9a-f]{7}: data abort at EL2, write at 0x00001234, "
                        r"fault status 0x0[567]")
    where = function_at(room, registers(report)["pc"])
    assert where == "hyp_main", where
    assert trace(room, report)[0] in ("boot_cpu", "_start"), trace(room, report)


def undef(room):
    report = crash(room, "undef")
    assert report[0] == "bellhop: panic: undefined instruction in the hypervisor", report[0]
    expect_line(report, r"hsr 0x0[0-9a-f]{7}: unknown reason \(undefined instruction\)")
    where = function_at(room, registers(report)["pc"])
    assert where == "hyp_main", where
    assert trace(room, report)[0] in ("boot_cpu", "_start"), trace(room, report)


def overflow(room):
    """The stack ends at an unmapped page, and the report needs a stack itself."""
    report = crash(room, "overflow")
    assert report[0] == "bellhop: panic: data abort in the hypervisor: its stack overflowed", \
        report[0]
    hsr = expect_line(report, r"hsr 0x9[0-9a-f]{7}: data abort at EL2, write at 0x([0-9a-f]{8}), "
                              r"fault status 0x0[567]")
    bottom = STACKS_END - STACK_SIZE
    assert bottom - 0x1000 <= int(hsr.group(1), 16) < bottom, hsr.group(1)
    where = function_at(room, registers(report)["pc"])
    assert where == "overflow", where
    assert trace(room, report)[0] == "overflow", trace(room, report)


if __name__ == "__main__":
    main(__doc__, {"panic": panic, "fault": fault, "undef": undef, "overflow": overflow})
