#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""One bellhop.bin on several machines and at several addresses, up to the first lines of a guest
that has seen its timer's interrupt and its console's."""

from firmware import Firmware
from machine import ROOM, Machine, elf_symbol, main, make_pack, virt

ELF_BASE = 0x40100000
ODD_PAGE = 0x50003000
ODD_FDT = 0x5A001000
MIB = 0x100000


def reach_guest(machine, cpus, midr):
    """The guest's first line tells the CPU it is on; then it works, and turns itself off."""
    machine.expect(rf"bellhop: {cpus} CPUs?, 1 VM, EL2 uses (\d+) KiB\r+\n")
    machine.expect(rf"ticker: vcpu 0 of 1, MIDR {midr}, RAM 4 MiB at 0x40000000")
    machine.expect("ticker: tick 1")
    machine.send("ping\r")
    machine.expect(r"\npong\r+\n")
    machine.send("off\r")
    machine.expect("all VMs are off")


def ends_well(machine):
    assert machine.exit_code() == 0, f"exit code {machine.child.exitstatus}"


def flat(room, cpus=2, midr="414fc0f0", more=(), **options):
    with Machine(virt(room.bin, "-initrd", room.ticker_pack(), *more, smp=cpus,
                      **options)) as machine:
        reach_guest(machine, cpus, midr)
        ends_well(machine)


def big_pack(room):
    """The FDT lies behind the initrd, so a long one moves it by as much."""
    filler = room.scratch / "filler"
    filler.write_bytes(bytes(40 * MIB))
    pack = make_pack(room.scratch, ROOM / "big.dts",
                     {"ticker.elf": room.ticker, "filler": filler}, "big")
    with Machine(virt(room.bin, "-initrd", pack)) as machine:
        reach_guest(machine, 2, "414fc0f0")
        ends_well(machine)


def elf(room):
    """An ELF gets no initrd and r2 = 0: the FDT is below the image, the pack right behind it."""
    pack = room.ticker_pack()
    behind = ELF_BASE + elf_symbol(room.elf, "__image_size")
    with Machine(virt(room.elf, "-device",
                      f"loader,file={pack},addr={behind:#x},force-raw=on")) as machine:
        reach_guest(machine, 2, "414fc0f0")
        ends_well(machine)


def uboot(room):
    """Image, pack and FDT at pages of no alignment; U-Boot has used caches and MMU before."""
    with Firmware(room.bin, ODD_PAGE, room.ticker_pack()) as machine:
        machine.start(ODD_FDT)
        reach_guest(machine, 2, "414fc0f0")
        ends_well(machine)


def vexpress(room):
    """Other addresses, RAM at 2 GiB, no PSCI: it can neither start its second CPU nor exit."""
    with Machine(["-M", "vexpress-a15,secure=off", "-cpu", "cortex-a15", "-smp", 2, "-m", "512M",
                  "-kernel", room.bin, "-initrd", room.ticker_pack(),
                  "-dtb", room.dtbs / "vexpress-v2p-ca15-tc1.dtb"]) as machine:
        reach_guest(machine, 2, "414fc0f0")


def orangepi(room):
    """Allwinner H3: Cortex-A7, another GIC, a 16550 UART. No PSCI in its device tree."""
    with Machine(["-M", "orangepi-pc", "-m", "1G", "-kernel", room.bin,
                  "-initrd", room.ticker_pack(),
                  "-dtb", room.dtbs / "sun8i-h3-orangepi-pc.dtb"]) as machine:
        reach_guest(machine, 4, "410fc075")


CASES = {
    "flat": flat,
    "flat-256M": lambda room: flat(room, memory="256M"),
    "flat-1G": lambda room: flat(room, memory="1G"),
    "flat-3G": lambda room: flat(room, memory="3G"),
    "one-cpu": lambda room: flat(room, cpus=1),
    "eight-cpus": lambda room: flat(room, cpus=8),
    "big-pack": big_pack,
    "elf": elf,
    "uboot": uboot,
    "cortex-a7": lambda room: flat(room, cpu="cortex-a7", midr="410fc075"),
    "cpu-max": lambda room: flat(room, cpu="max", midr="[0-9a-f]{8}"),
    "secure-firmware": lambda room: flat(
        room, machine="virt,virtualization=on,secure=on,gic-version=2"),
    "vexpress": vexpress,
    "orangepi": orangepi,
}

if __name__ == "__main__":
    main(__doc__, CASES)
