#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Debian's U-Boot for QEMU's virt as a VM: read-only memory at 0, its FDT at the first byte of RAM,
no kernel image. It is used at its prompt and ends the machine."""

import re

from machine import ROOM, UBOOT, Machine, main, make_pack, virt


def prompt(room):
    pack = make_pack(room.scratch, ROOM / "uboot.dts", {"u-boot.bin": UBOOT})
    with Machine(virt(room.bin, "-initrd", pack)) as machine:
        machine.expect(r"\nU-Boot (20\S+) ")
        version = machine.child.match.group(1)
        machine.expect(r"\nDRAM:  64 MiB\r")
        machine.expect("Hit any key to stop autoboot")
        machine.send("\r")
        machine.expect("=> ")
        machine.send("version\r")
        machine.expect(re.escape(f"U-Boot {version}"))
        machine.expect("=> ")
        # What the hypervisor wrote at the first byte of RAM, as the firmware reads it.
        machine.send("fdt addr 40000000; fdt print /memory@40000000 reg; md.b 0 4\r")
        machine.expect(r"reg = <0x00000000 0x40000000 0x00000000 0x04000000>")
        machine.expect("00000000: (.. .. .. ..)")
        first = bytes.fromhex(machine.child.match.group(1))
        assert first == UBOOT.read_bytes()[:4], f"at 0: {first.hex()}"
        machine.expect("=> ")
        machine.send("poweroff\r")
        machine.expect("poweroff")
        code = machine.exit_code()
        assert code == 0, f"exit code {code}"


if __name__ == "__main__":
    main(__doc__, {"prompt": prompt})
