#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Two rules of a vCPU switch (docs/bringup.md) that QEMU hides: build the hypervisor without the
rule and without what hides it, and see the guest that tests the rule fail.

CLREX: the exclusive stores of EL2's own locks clear the monitor as well, so they go, too (one CPU).
TLBIALL: QEMU drops its TLB whenever DACR, TTBCR and the like are written, so only changes are."""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ["boot", "cmake", "doorbell", "drivers", "hyp", "include", "linker", "vgic",
         "CMakeLists.txt"]

PLAIN_LOCK = [
    ("hyp/spinlock.h", "uint32_t drawn = __atomic_fetch_add(&lock->word, 1u << 16, "
     "__ATOMIC_ACQUIRE);", "uint32_t drawn = lock->word;\n\n\tlock->word += 1u << 16;"),
    ("hyp/vcpu.c", "__atomic_fetch_or(&v->events, events, __ATOMIC_RELAXED);",
     "v->events |= events;"),
    ("hyp/vcpu.c", "__atomic_fetch_or(&cpu->kicked[v->slot / 32], 1u << v->slot % 32, "
     "__ATOMIC_RELEASE);", "cpu->kicked[v->slot / 32] |= 1u << v->slot % 32;"),
    ("hyp/events.c", "__atomic_exchange_n(&v->events, 0, __ATOMIC_ACQUIRE);",
     "v->events;\n\tv->events = 0;"),
    ("hyp/events.c", "__atomic_exchange_n(&cpu->kicked[word], 0, __ATOMIC_ACQUIRE);",
     "cpu->kicked[word];\n\t\tcpu->kicked[word] = 0;"),
]
MUTANTS = {
    "clrex": PLAIN_LOCK + [("hyp/vcpu.c", "\tclrex();\n", "")],
    "tlb": [
        ("hyp/vcpu.c", "\twrite_tlbiall(0);\n", ""),
        ("hyp/context.c", '#define MCR(r, reg) "mcr p15, " reg(r) "\\n\\t"',
         '#define MCR(r, reg) "mrc p15, " reg("r12") "\\n\\tcmp r12, " r '
         '"\\n\\tit ne\\n\\tmcrne p15, " reg(r) "\\n\\t"'),
        ("hyp/context.c", '"r8", "memory")', '"r8", "r12", "cc", "memory")'),
    ],
}


def remake(folder, edits):
    for room in ROOMS:
        copy = shutil.copytree if (TOP / room).is_dir() else shutil.copy
        copy(TOP / room, folder / room)
    for name, old, new in edits:
        text = (folder / name).read_text()
        if text.count(old) != 1:
            sys.exit(f"{name}: the text that is to be replaced is not there once:\n{old}")
        (folder / name).write_text(text.replace(old, new))


def build(folder, libfdt):
    out = folder / "build"
    commands = [
        ["cmake", "-G", "Ninja", "-S", folder, "-B", out, "-DBELLHOP_PART=target",
         f"-DCMAKE_TOOLCHAIN_FILE={folder}/cmake/arm-none-eabi.cmake", f"-DLIBFDT_DIR={libfdt}"],
        ["ninja", "-C", out, "bellhop.elf"],
    ]
    for command in commands:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            sys.exit(result.stdout[-3000:] + result.stderr[-3000:])
    return out / "hyp" / "bellhop.bin"


def run(hypervisor, guest):
    """(all tests of the guest passed, one of them said not ok)"""
    command = [sys.executable, TOP / "tests/target/run.py", "--hyp", hypervisor,
               "--desc", TOP / "tests/target/shared_cpu.dts", "--image", f"guest.elf={guest}",
               "--smp", "1", "--vms", "vm", "--timeout", "60"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    print(result.stdout)
    return result.returncode == 0, "not ok" in result.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("rule", choices=sorted(MUTANTS))
    parser.add_argument("--guests", required=True, help="folder with the test guests' ELF files")
    parser.add_argument("--libfdt", required=True, help="folder with libfdt's source")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        remake(folder, MUTANTS[arguments.rule])
        hypervisor = build(folder, arguments.libfdt)
        passed, failed_test = run(hypervisor, f"{arguments.guests}/{arguments.rule}.elf")
    if passed or not failed_test:
        sys.exit(f"the guest {arguments.rule} does not notice that the rule is gone")
    print(f"found: the guest {arguments.rule} fails without the rule")


if __name__ == "__main__":
    main()
