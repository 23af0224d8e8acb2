# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of this room share: QEMU with a terminal, packs, and the command line."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback

import pexpect

ROOM = pathlib.Path(__file__).resolve().parent
MKPACK = ROOM.parent.parent / "tools" / "mkpack"
VIRT = "virt,virtualization=on,gic-version=2"
UBOOT = pathlib.Path("/usr/lib/u-boot/qemu_arm/u-boot.bin")
CTRL_A = "\x01"
ANSI = re.compile(r"\x1b\[[0-9;?]*[@-~]")


class Output:
    """All that came, shown as it comes."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text
        sys.stdout.write(ANSI.sub("", text).replace("\r", ""))

    def flush(self):
        sys.stdout.flush()


class Machine:
    """QEMU with its serial port on a terminal. A context manager, so that no QEMU is left over."""

    def __init__(self, arguments, timeout=20):
        common = ["-nic", "none", "-display", "none", "-monitor", "none", "-no-reboot",
                  "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
                  "-semihosting-config", "enable=on,target=native"]
        command = common + [str(argument) for argument in arguments]
        print("+ qemu-system-arm", " ".join(command), flush=True)
        self.output = Output()
        # The audio of the boards that have some is nobody's.
        environment = {**os.environ, "QEMU_AUDIO_DRV": "none"}
        self.child = pexpect.spawn("qemu-system-arm", command, timeout=timeout, echo=False,
                                   encoding="utf-8", codec_errors="replace", env=environment)
        self.child.logfile_read = self.output
        self.child.delaybeforesend = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # An image that counts its lines writes them down at its end, so that has to come.
        if "BELLHOP_COVERAGE" in os.environ and self.child.isalive():
            self.child.send(CTRL_A + "x")
            self.child.expect([pexpect.EOF, pexpect.TIMEOUT])
        self.child.close(force=True)
        print(flush=True)

    def expect(self, pattern, timeout=-1):
        self.child.expect(pattern, timeout=timeout)
        return self.child.match

    def send(self, text):
        self.child.send(text)

    def exit_code(self):
        """Waits for QEMU to end by itself."""
        self.expect(pexpect.EOF)
        self.child.wait()
        self.child.close()
        return self.child.exitstatus

    def lines(self):
        """Lines of the machine so far without colours; empty ones and QEMU's own left out."""
        text = ANSI.sub("", self.output.text).replace("\r", "")
        return [line for line in text.split("\n")
                if line and not line.startswith(("qemu-system-arm: ", "qemu: "))]


def virt(image, *more, machine=VIRT, cpu="cortex-a15", smp=2, memory="512M"):
    """QEMU's arguments to start an image on its virt board."""
    return ["-M", machine, "-cpu", cpu, "-smp", smp, "-m", memory, "-kernel", image, *more]


def make_pack(directory, description, images, name="vms"):
    """A pack of the description (text or path) and {image name: path}; returns its path."""
    source = pathlib.Path(directory) / f"{name}.dts"
    if isinstance(description, pathlib.Path):
        description = description.read_text(encoding="utf-8")
    source.write_text(description, encoding="utf-8")
    output = source.with_suffix(".itb")
    given = [word for image, path in images.items() for word in ("-i", f"{image}={path}")]
    subprocess.run([MKPACK, source, "-o", output, *given], check=True)
    return output


def elf_symbol(elf, name):
    symbols = subprocess.run(["arm-none-eabi-nm", elf], capture_output=True, text=True, check=True)
    for line in symbols.stdout.splitlines():
        value, _, symbol = line.split()[-3:] if len(line.split()) == 3 else ("0", "", "")
        if symbol == name:
            return int(value, 16)
    raise AssertionError(f"{elf} has no symbol {name}")


class Room:
    """Where the build put things, and a directory for what a test makes."""

    def __init__(self, options, scratch):
        target = pathlib.Path(options.target)
        self.bin = target / "hyp" / "bellhop.bin"
        self.elf = target / "hyp" / "bellhop.elf"
        self.selftest = target / "tests" / "target" / "el2" / "selftest.bin"
        self.ticker = target / "guest" / "ticker.elf"
        self.dtbs = pathlib.Path(options.dtbs)
        self.scratch = pathlib.Path(scratch)

    def ticker_pack(self):
        return make_pack(self.scratch, ROOM / "ticker.dts", {"ticker.elf": self.ticker}, "ticker")


def main(doc, cases):
    """Runs the case that the command line names; cases: {name: function of a Room}."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("case", choices=sorted(cases))
    parser.add_argument("--target", required=True, help="build directory of the Arm side")
    parser.add_argument("--dtbs", default=".", help="directory of the boards' device trees")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bellhop-boot.") as scratch:
        try:
            cases[options.case](Room(options, scratch))
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            wanted = [line for line in str(error).splitlines() if "re.compile" in line]
            sys.exit(f"\n{options.case}: did not come: {' '.join(wanted)}")
        except AssertionError as error:
            traceback.print_exc()
            sys.exit(f"{options.case}: {error}")
