# SPDX-License-Identifier: BSD-2-Clause
"""U-Boot as the machine's own firmware: at EL2 it starts the hypervisor where it is told to."""

from machine import UBOOT, VIRT, Machine

PACK = 0x52001000
QEMU_FDT = 0x40000000


class Firmware(Machine):
    """The image lies at one address, the pack at another; then U-Boot's prompt is there."""

    def __init__(self, image, image_address, pack, memory="1G"):
        super().__init__([
            "-M", VIRT, "-cpu", "cortex-a15", "-smp", 2, "-m", memory, "-bios", UBOOT,
            "-device", f"loader,file={image},addr={image_address:#x},force-raw=on",
            "-device", f"loader,file={pack},addr={PACK:#x},force-raw=on"])
        self.image_address = image_address
        self.pack_size = pack.stat().st_size

    def command(self, text):
        self.send(text + "\r")
        self.expect("=> ")

    def start(self, fdt=QEMU_FDT):
        """Tells the hypervisor of the pack as bootz would, which takes no FIT as an initrd."""
        self.expect("Hit any key to stop autoboot")
        self.send("\r")
        self.expect("=> ")
        self.command(f"fdt addr {QEMU_FDT:x}")
        if fdt != QEMU_FDT:
            self.command(f"fdt move {QEMU_FDT:x} {fdt:x} 100000")
        # This U-Boot writes start + size - 1 as the end, where the end is the first byte behind.
        self.command(f"fdt chosen {PACK:x} {self.pack_size + 1:x}")
        self.send(f"bootz {self.image_address:x} - {fdt:x}\r")
        self.expect(r"Starting kernel \.\.\.\s+")
