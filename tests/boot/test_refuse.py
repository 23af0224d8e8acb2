#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What Bellhop cannot start with: each time one line that names the place, nothing runs, and QEMU
ends with 78 (the machine is unfit) or 65 (it is given something wrong)."""

import random
import re
import subprocess

import pexpect

from descriptions import BASE, MISTAKES
from firmware import Firmware
from machine import ROOM, VIRT, Machine, main, make_pack, virt

EXIT_UNFIT = 78
EXIT_REFUSED = 65
LIMIT = 20  # seconds for a refusal; most take a tenth of one


def judge(name, lines, expected):
    """Exactly one line, and that one."""
    text = [line for line in lines if line.startswith("bellhop: ")]
    assert len(text) == 1, f"{name}: {len(text)} lines of bellhop"
    assert re.fullmatch("bellhop: " + expected, text[0]), \
        f"{name}: expected /{expected}/: {text[0]}"
    assert lines == text, f"{name}: something ran: {lines}"


def refused(name, arguments, expected, code=EXIT_REFUSED):
    """code None: a board without PSCI and semihosting, which stops but cannot exit."""
    with Machine(arguments, timeout=LIMIT) as machine:
        if code is None:
            machine.expect(r"bellhop: .*\r+\n")
            assert machine.child.expect([".", pexpect.TIMEOUT], timeout=0.5) == 1, "not the end"
        else:
            ended = machine.exit_code()
            assert ended == code, f"{name}: exit code {ended}"
        judge(name, machine.lines(), expected)


def together(room, cases):
    """Runs all of {name: (arguments, expected line)} and tells all failures, not only the first."""
    failures = []
    for name, (arguments, expected) in cases.items():
        try:
            refused(name, arguments, expected)
        except (AssertionError, pexpect.TIMEOUT) as error:
            failures.append(f"{name}: {str(error).splitlines()[0]}")
    print(f"{len(cases) - len(failures)} of {len(cases)} refused as they should")
    assert cases and not failures, "\n".join(failures)


def compiled(room, name):
    output = room.scratch / f"{name}.dtb"
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", output, ROOM / f"{name}.dts"],
                   check=True)
    return output


def no_virtualization(room):
    pack = room.ticker_pack()
    line = "this CPU has no Virtualization Extensions"
    for image in (room.bin, room.elf):
        refused("cortex-a15 without", virt(image, "-initrd", pack, machine="virt,gic-version=2"),
                line, EXIT_UNFIT)
    refused("cortex-a9", ["-M", "vexpress-a9", "-m", "256M", "-kernel", room.bin, "-initrd", pack,
                          "-dtb", compiled(room, "bare_a9")], line, None)


def not_hyp(room):
    """The CPU could, but firmware, or its absence, starts us in another mode. One CPU, because
    without firmware QEMU's virt starts all of them at once."""
    line = r"not started in Hyp mode: firmware must enter in Hyp " \
           r"\(QEMU: -M virt,virtualization=on\)"
    secure = "virt,virtualization=on,secure=on,gic-version=2"
    refused("ELF on secure virt", virt(room.elf, machine=secure, smp=1), line, EXIT_UNFIT)
    refused("vexpress-a15", ["-M", "vexpress-a15", "-m", "256M", "-kernel", room.bin,
                             "-dtb", room.dtbs / "vexpress-v2p-ca15-tc1.dtb"], line, None)


def load_address(room):
    """Where no ordinary loader puts it."""
    places = {
        0x50003100: "load address is not a multiple of 4096",
        0xC0000000: "loaded above 0xc0000000, where EL2's own addresses are",
    }
    for address, line in places.items():
        with Firmware(room.bin, address, room.ticker_pack(), memory="3G") as machine:
            machine.start()
            code = machine.exit_code()
            assert code == EXIT_UNFIT, f"exit code {code}"
            after = machine.lines()
            judge(f"{address:#x}", after[after.index("Starting kernel ...") + 1:], line)


def cpu(room):
    """This board has no PSCI, so its second CPU cannot be started, but the VM needs it."""
    text = (ROOM / "ticker.dts").read_text(encoding="utf-8").replace("<0>", "<0 1>")
    packed = make_pack(room.scratch, text, {"ticker.elf": room.ticker})
    refused("vexpress", ["-M", "vexpress-a15,secure=off", "-smp", 2, "-m", "512M",
                         "-kernel", room.bin, "-initrd", packed,
                         "-dtb", room.dtbs / "vexpress-v2p-ca15-tc1.dtb"],
            r"(?i:(/vms/vm: cpus: )?cpu 1 .*does not start.*)", None)


def edit(file, *commands):
    """Each command is fdtput's: its options, node, property and values; the file comes between."""
    for command in commands:
        options = 2 if command[0] == "-t" else 1
        subprocess.run(["fdtput", *command[:options], file, *command[options:]], check=True)


def fdt_edits():
    """{name: (fdtput's options, expected line)}; the nodes are those of QEMU's virt."""
    gic = "/intc@8000000"
    return {
        "no GIC": ([("-r", gic)], r"/: no GICv2 with virtualization extensions \(expected .*"),
        "GIC without GICH and GICV": (
            [("-t", "x", gic, "reg", *"0 8000000 0 10000 0 8010000 0 10000".split())],
            f"{gic}: no GICv2 with virtualization extensions: reg: expected GICD, .*"),
        "no maintenance interrupt": (
            [("-d", gic, "interrupts")],
            f"{gic}: interrupts: expected the maintenance interrupt, 3 cells"),
        "no timer": ([("-r", "/timer")], "/: no generic timer .*"),
        "timer of the secure world alone": (
            [("-t", "x", "/timer", "interrupts", "1", "d", "104")], "/: no generic timer .*"),
        "no CPU": ([("-r", "/cpus/cpu@0"), ("-r", "/cpus/cpu@1")], "/cpus: no CPU"),
    }


def fdt(room):
    """QEMU's own device tree, with something missing."""
    original = room.scratch / "virt.dtb"
    subprocess.run(["qemu-system-arm", "-M", f"{VIRT},dumpdtb={original}", "-cpu", "cortex-a15",
                    "-smp", "2", "-m", "512M", "-nic", "none", "-display", "none"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cases = {}
    for number, (name, (commands, line)) in enumerate(fdt_edits().items()):
        edited = room.scratch / f"{number}.dtb"
        edited.write_bytes(original.read_bytes())
        edit(edited, *commands)
        cases[name] = (virt(room.bin, "-initrd", room.ticker_pack(), "-dtb", edited), line)
    cases["no memory for EL2"] = (
        virt(room.bin, "-initrd", room.ticker_pack(), memory="1M"),
        r"no \d+ KiB of free memory below 4 GiB for the hypervisor")
    cases["GICv3"] = (
        virt(room.bin, "-initrd", room.ticker_pack(),
             machine="virt,virtualization=on,gic-version=3"),
        r"/: no GICv2 with virtualization extensions \(expected .*")
    together(room, cases)


def damaged_packs(good):
    """{name: (bytes, expected line)}"""
    none = r"no packed VMs: give them as initrd \(tools/mkpack makes them\)"
    no_fit = r"pack: no FIT, or not aligned to 8 bytes \(libfdt error -\d+\)"
    struct_at = int.from_bytes(good[8:12], "big")
    return {
        "empty": (b"", none),
        "20 bytes": (good[:20], "pack: truncated: only 20 bytes are there"),
        "half": (good[:len(good) // 2],
                 f"pack: truncated: only {len(good) // 2} bytes are there"),
        "one byte short": (good[:-1], r"pack: truncated: only \d+ bytes are there"),
        "noise": (random.Random(1).randbytes(100000), no_fit),
        "one bit of the magic": (bytes([good[0] ^ 0x10]) + good[1:], no_fit),
        "structure block outside": (good[:8] + b"\x7f\xff\xff\xf0" + good[12:],
                                    r"pack: truncated: only \d+ bytes are there"),
        "structure block of zeros": (
            good[:struct_at] + bytes(64) + good[struct_at + 64:],
            r"pack: no node /images \(libfdt error -\d+\)"),
    }


def edited_packs():
    """{name: (fdtput's options, expected line)}"""
    description = "/images/vm-description"
    return {
        "no images": ([("-r", "/images")], r"pack: no node /images \(libfdt error -1\)"),
        "no description": ([("-r", description)], 'pack: there is no image "vm-description"'),
        "description without data": ([("-d", description, "data")],
                                     'pack: there is no image "vm-description"'),
        "description is no FDT": (
            [("-t", "s", description, "data", "not a flattened device tree, though long enough")],
            r"pack: vm-description: no FDT \(libfdt error -\d+\)"),
        "missing image": ([("-r", "/images/ticker.elf")],
                          '/vms/vm: kernel: there is no image "ticker.elf" in the pack'),
    }


def pack(room):
    good = room.ticker_pack()
    damaged = damaged_packs(good.read_bytes())
    cases = {f"none, {image.name}": (virt(image), damaged["empty"][1])
             for image in (room.bin, room.elf)}
    for number, (name, (data, line)) in enumerate(damaged.items()):
        file = room.scratch / f"damaged{number}.itb"
        file.write_bytes(data)
        cases[name] = (virt(room.bin, "-initrd", file), line)
    for number, (name, (commands, line)) in enumerate(edited_packs().items()):
        file = room.scratch / f"edited{number}.itb"
        file.write_bytes(good.read_bytes())
        edit(file, *commands)
        cases[name] = (virt(room.bin, "-initrd", file), line)
    together(room, cases)


def images(room):
    """Files of all names in the descriptions, where mkpack finds them."""
    made = {
        "noise": b"\x11" * 4096,
        "zimage": bytes(36) + bytes.fromhex("18286f01 00000000 00001000") + bytes(64),
        "elf64": b"\x7fELF\x02\x01\x01" + bytes(57),
        "short-elf": b"\x7fELF\x01\x01\x01",
        "large": bytes(5 << 20),
    }
    for name, data in made.items():
        (room.scratch / name).write_bytes(data)
    (room.scratch / "ticker.elf").symlink_to(room.ticker)


def descriptions(room, part):
    """The base description with one mistake; every third of them is a test of its own."""
    images(room)
    cases = {}
    for number, (name, (changes, line)) in enumerate(MISTAKES.items()):
        if number % 3 != part:
            continue
        text = BASE
        for old, new in changes.items():
            assert old in text, f"{name}: nothing to change: {old}"
            text = text.replace(old, new)
        packed = make_pack(room.scratch, text, {}, f"mistake{number}")
        cases[name] = (virt(room.bin, "-initrd", packed), line)
    together(room, cases)


CASES = {
    "no-virtualization": no_virtualization,
    "not-hyp": not_hyp,
    "load-address": load_address,
    "cpu": cpu,
    "fdt": fdt,
    "pack": pack,
    "description-1": lambda room: descriptions(room, 0),
    "description-2": lambda room: descriptions(room, 1),
    "description-3": lambda room: descriptions(room, 2),
}

if __name__ == "__main__":
    main(__doc__, CASES)
