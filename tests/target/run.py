#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs VMs under Bellhop (or one guest natively) in QEMU and judges what they print.

    run.py --hyp bellhop.bin --pack x.itb --vms a,b            all of a and b must complete KTAP
    run.py --hyp bellhop.bin --pack x.itb --expect 'linux# ' --send 'poweroff\\r'
    run.py --hyp bellhop.bin --desc x.dts --image guest.elf=build/psci.elf --vms vm
    run.py ... --desc x.dts --set races=100000                 another number in its bootargs
    run.py --native guest.elf --smp 2                          without the hypervisor
    run.py --hyp bellhop.bin --pack x.itb --panic 'no memory'  it ends in this panic

A run passes only when QEMU ends by itself in time with the expected exit code, every --expect was
seen in order, and every VM of --vms printed one complete KTAP stream: banner, plan, each result in
order, totals that agree, and "# exit 0". A second banner is an unexpected reboot and fails.
--expect, --send and --pause are steps, done in the order given.
"""

import argparse
import contextlib
import os
import re
import select
import subprocess
import sys
import tempfile
import time

ANSI = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")
PREFIX = re.compile(r"^\[([A-Za-z][A-Za-z0-9_.-]*)\] ?")
RESULT = re.compile(r"^(not )?ok (\d+)(?: -)?(?: ([^#]*?))?(?:\s*# ?(\w+)\b.*)?$")
PLAN = re.compile(r"^1\.\.(\d+)$")
TOTALS = re.compile(r"^# Totals: pass:(\d+) fail:(\d+) skip:(\d+)")
EXIT = re.compile(r"^# exit (-?\d+)$")
KTAP_START = re.compile(r"^(KTAP version |1\.\.\d|ok\b|not ok\b|Bail out!)")
ALWAYS_FORBIDDEN = r"^Bail out!|Kernel panic - not syncing"
PANIC = r"^bellhop: panic: "
EXIT_PANIC = 70
MKPACK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools/mkpack")
MACHINE = "virt,virtualization=on,gic-version=2"
NATIVE_MACHINE = "virt,gic-version=2"


class Ktap:
    """One KTAP version 1 stream, parsed line by line. Other lines in between are allowed."""

    def __init__(self, need_exit=True):
        self.need_exit = need_exit
        self.banner = False
        self.plan = None
        self.passed = self.failed = self.skipped = 0
        self.failures = []
        self.errors = []
        self.exit_code = None
        self.totals = None

    @property
    def results(self):
        return self.passed + self.failed + self.skipped

    def feed(self, line):
        for pattern, handler in ((EXIT, self._exit), (TOTALS, self._totals)):
            match = pattern.match(line)
            if match and self.banner:
                handler(match)
                return
        if not KTAP_START.match(line):
            return
        if line.startswith("Bail out!"):
            self.errors.append(line)
        elif line.startswith("KTAP version "):
            self._banner(line)
        elif not self.banner:
            self.errors.append(f"before the banner: {line}")
        elif self.exit_code is not None:
            self.errors.append(f"after the end: {line}")
        elif PLAN.match(line):
            self._plan(int(PLAN.match(line).group(1)))
        else:
            self._result(line)

    def _banner(self, line):
        if self.banner:
            self.errors.append("a second banner: the VM was restarted")
        elif line != "KTAP version 1":
            self.errors.append(f"unknown version: {line}")
        self.banner = True

    def _plan(self, n):
        if self.plan is not None:
            self.errors.append("a second plan")
        elif n == 0:
            self.errors.append("a plan of no tests")
        self.plan = n

    def _result(self, line):
        match = RESULT.match(line)
        if not match:
            self.errors.append(f"malformed: {line}")
            return
        if self.plan is None:
            self.errors.append(f"a result before the plan: {line}")
        if int(match.group(2)) != self.results + 1:
            self.errors.append(f"result {match.group(2)} where {self.results + 1} was due")
        directive = (match.group(4) or "").upper()
        if match.group(1) or directive in ("TIMEOUT", "ERROR", "TODO"):
            self.failed += 1
            self.failures.append(match.group(3) or match.group(2))
        elif directive == "SKIP":
            self.skipped += 1
        else:
            self.passed += 1

    def _totals(self, match):
        self.totals = tuple(int(n) for n in match.groups())

    def _exit(self, match):
        if self.exit_code is not None:
            self.errors.append("a second exit line")
        self.exit_code = int(match.group(1))

    def verdict(self):
        """List of reasons for failure; empty when the stream is complete and clean."""
        reasons = list(self.errors)
        if not self.banner:
            return reasons + ["no KTAP banner"]
        if self.plan is None:
            reasons.append("no plan")
        elif self.results != self.plan:
            reasons.append(f"{self.results} results of {self.plan} planned")
        if self.failures:
            reasons.append("not ok: " + ", ".join(self.failures))
        if self.totals and self.totals != (self.passed, self.failed, self.skipped):
            reasons.append(f"totals {self.totals} do not agree with the results")
        if self.need_exit and self.exit_code is None:
            reasons.append("no exit line")
        elif self.exit_code:
            reasons.append(f"exit {self.exit_code}")
        if not reasons and self.passed == 0:
            reasons.append("every test was skipped")
        return reasons


def clean(text):
    """Without terminal control sequences and carriage returns."""
    return ANSI.sub("", text).replace("\r", "")


def split_prefix(line, default):
    """('vm', rest) of a line as the console prints it; lines without prefix are `default`'s."""
    match = PREFIX.match(line)
    if match:
        return match.group(1), line[match.end():]
    return default, line


class Console:
    """All the output so far: for steps as one text, for KTAP as lines per VM."""

    def __init__(self, vms, need_exit=True, forbid=(PANIC,)):
        self.default = vms[0] if vms else None
        self.streams = {vm: Ktap(need_exit) for vm in vms}
        self.forbid = [re.compile(pattern) for pattern in (ALWAYS_FORBIDDEN, *forbid)]
        self.text = ""
        self.partial = ""
        self.done = ""
        self.held = None
        self.interrupted = False
        self.forbidden = []

    def feed(self, data):
        self.partial += data
        *lines, self.partial = self.partial.split("\n")
        for raw in lines:
            self._line(clean(raw))
        self.text = self.done + clean(self.partial)

    def _line(self, line):
        self.done += line + "\n"
        vm, rest = split_prefix(line, self.default)
        if any(pattern.search(rest) for pattern in self.forbid):
            self.forbidden.append(line)
        if PREFIX.match(line) or line.startswith("bellhop: "):
            self.interrupted = True
            if vm in self.streams and vm != self.default:
                self.streams[vm].feed(rest)
                return
        if vm == self.default and vm in self.streams:
            self._focused(rest)

    def _focused(self, line):
        """A line of the VM in focus. When another VM's line comes in between, the console ends the
        line that was begun and shows it again as a whole afterwards: the fragment is dropped."""
        if line.startswith("bellhop: "):
            return
        if self.held is not None and not (self.interrupted and line.startswith(self.held)):
            self.streams[self.default].feed(self.held)
        self.held = line
        self.interrupted = False

    def finish(self):
        """The last line is complete only if a newline ended it; a partial one proves nothing."""
        if self.held is not None:
            self.streams[self.default].feed(self.held)
            self.held = None
        reasons = [f"forbidden output: {line}" for line in self.forbidden]
        for vm, stream in self.streams.items():
            reasons += [f"{vm}: {reason}" for reason in stream.verdict()]
        return reasons


class Steps:
    """--expect, --send and --pause in order, against the console's growing text."""

    def __init__(self, steps):
        self.steps = list(steps)
        self.position = 0
        self.resume_at = 0.0

    def advance(self, text, send, now):
        while self.steps and now >= self.resume_at:
            kind, value = self.steps[0]
            if kind == "expect":
                match = re.compile(value, re.MULTILINE).search(text, self.position)
                if not match:
                    return
                self.position = match.end()
            elif kind == "send":
                send(value.encode().decode("unicode_escape").encode("latin-1"))
            else:
                self.resume_at = now + float(value)
            self.steps.pop(0)

    def left(self):
        return [f"{kind} {value!r} not reached" for kind, value in self.steps]


def qemu_command(args):
    machine = args.machine or (NATIVE_MACHINE if args.native else MACHINE)
    command = [args.qemu, "-M", machine, "-cpu", args.cpu, "-smp", str(args.smp), "-m", args.mem,
               "-nic", "none", "-display", "none", "-monitor", "none",
               "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
               "-no-reboot"]
    if args.icount:
        command += ["-icount", args.icount]
    if args.native:
        return command + ["-kernel", args.native] + args.qemu_arg
    command += ["-kernel", args.hyp, "-semihosting-config", "enable=on,target=native"]
    if args.pack:
        command += ["-initrd", args.pack]
    return command + args.qemu_arg


def pump(process, console, steps, timeout, echo):
    """Feeds output to the console until QEMU ends; False when `timeout` seconds passed first."""
    stdout = process.stdout.fileno()
    deadline = time.monotonic() + timeout

    def send(data):
        try:
            process.stdin.write(data)
            process.stdin.flush()
        except BrokenPipeError:
            pass

    while True:
        now = time.monotonic()
        if now >= deadline:
            return False
        ready, _, _ = select.select([stdout], [], [], min(0.1, deadline - now))
        if ready:
            data = os.read(stdout, 65536)
            if not data:
                return True
            text = data.decode("utf-8", "replace")
            if echo:
                sys.stdout.write(clean(text))
                sys.stdout.flush()
            console.feed(text)
        steps.advance(console.text, send, time.monotonic())


def run(args):
    """Runs QEMU once; returns the list of reasons for failure."""
    vms = [vm for vm in args.vms.split(",") if vm]
    forbid = args.forbid + ([] if args.panic else [PANIC])
    console = Console(vms, need_exit=not args.no_exit_line, forbid=forbid)
    steps = Steps(args.steps)
    command = qemu_command(args)
    if args.verbose:
        print("+", " ".join(command), flush=True)
    started = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True) as process:
        try:
            ended = pump(process, console, steps, args.timeout, not args.quiet)
            if ended:
                process.wait(timeout=10)
        finally:
            if process.poll() is None:
                process.kill()
    reasons = steps.left() + console.finish()
    if not ended:
        reasons.insert(0, f"still running after {args.timeout} s")
    elif process.returncode != args.exit_code:
        reasons.insert(0, f"QEMU exit code {process.returncode}, expected {args.exit_code}")
    summary(console, reasons, time.monotonic() - started)
    return reasons


def summary(console, reasons, seconds):
    print(f"\n--- {seconds:.1f} s")
    for vm, ktap in console.streams.items():
        print(f"--- {vm}: {ktap.passed} ok, {ktap.failed} not ok, {ktap.skipped} skipped"
              f" of {ktap.plan if ktap.plan is not None else 'no plan'}")
    for reason in reasons:
        print(f"--- FAIL {reason}")
    if not reasons:
        print("--- PASS")
    sys.stdout.flush()


class Step(argparse.Action):
    """Keeps the order of --expect, --send and --pause among each other."""

    def __call__(self, parser, namespace, values, option_string=None):
        namespace.steps = [*(namespace.steps or []), (option_string.lstrip("-"), values)]


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--hyp", help="bellhop.bin")
    add("--pack", help="packed VM description and images")
    add("--desc", metavar="DTS", help="pack this VM description for the run")
    add("--image", action="append", default=[], metavar="NAME=FILE", help="an image for --desc")
    add("--set", action="append", default=[], metavar="NAME=NUMBER",
        help="in place of each NAME=number in the text of --desc; repeatable")
    add("--mkpack", default=MKPACK)
    add("--native", metavar="ELF", help="start this guest without the hypervisor")
    add("--qemu", default="qemu-system-arm")
    add("--machine", help=f"default {MACHINE}")
    add("--cpu", default="cortex-a15")
    add("--smp", type=int, default=2)
    add("--mem", default="512M")
    add("--icount", help="for example shift=0,sleep=off")
    add("--qemu-arg", action="append", default=[], help="passed on as it is; repeatable")
    add("--timeout", type=float, default=60.0, help="seconds")
    add("--vms", default="", help="VMs whose KTAP must complete; lines without a prefix belong to "
        "the first")
    add("--no-exit-line", action="store_true", help="KTAP of a guest without '# exit' line")
    add("--exit-code", type=int, default=0, help="of QEMU")
    add("--panic", metavar="REGEX", help="the run has to end in the hypervisor's panic, with this")
    add("--forbid", action="append", default=[], metavar="REGEX", help="a line that fails the run")
    add("--expect", action=Step, dest="steps", metavar="REGEX", default=[])
    add("--send", action=Step, dest="steps", metavar="TEXT", help="with backslash escapes")
    add("--pause", action=Step, dest="steps", metavar="SECONDS")
    add("--quiet", action="store_true", help="do not echo the console")
    add("--verbose", action="store_true", help="print QEMU's command line")
    args = parser.parse_args(argv)
    if bool(args.native) == bool(args.hyp):
        parser.error("give either --hyp or --native")
    if args.panic:
        args.steps = args.steps + [("expect", PANIC + args.panic)]
        args.exit_code = EXIT_PANIC
    if not args.vms and not args.steps:
        parser.error("without --vms or --expect there is nothing to judge")
    return args


def set_numbers(text, settings):
    """The description with other numbers; one that it does not have is an error."""
    for setting in settings:
        name = setting.partition("=")[0]
        text, found = re.subn(rf"\b{re.escape(name)}=\d+", setting, text)
        if found == 0:
            raise ValueError(f"the description has no number {name}=")
    return text


def describe(args, directory):
    """The description to be packed: --desc, or what --set makes of it."""
    if not args.set:
        return args.desc
    path = os.path.join(directory, os.path.basename(args.desc))
    with open(args.desc, encoding="utf-8") as file:
        text = set_numbers(file.read(), args.set)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def pack(args, directory):
    """Packs --desc with the --image files; returns the pack's path."""
    path = os.path.join(directory, "vms.itb")
    command = [args.mkpack, describe(args, directory), "-o", path]
    for image in args.image:
        command += ["-i", image]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            check=False)
    if result.returncode:
        sys.exit(f"{result.stdout}\n--- FAIL {' '.join(command)}: exit {result.returncode}")
    return path


def main(argv=None):
    args = parse_arguments(argv)
    with contextlib.ExitStack() as stack:
        if args.desc:
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="bellhop-run-"))
            args.pack = pack(args, directory)
        return 1 if run(args) else 0


if __name__ == "__main__":
    sys.exit(main())
