#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""test_demo.py ROOT: uses `./bellhop run` as the README describes it, through a terminal. The first
thing that does not come as expected ends the test; the whole dialogue is printed."""

import sys

import pexpect

CTRL_A = "\x01"
CTRL_C = "\x03"
PROMPT = "linux# "


class Demo:
    """A terminal with a shell that tells the terminal's settings before and after the demo."""

    def __init__(self, root):
        script = "stty -g; ./bellhop run --no-build; echo status $?; stty -g"
        self.child = pexpect.spawn("/bin/sh", ["-c", script], cwd=root, timeout=180,
                                   encoding="utf-8", codec_errors="replace")
        self.child.logfile_read = sys.stdout

    def expect(self, pattern, timeout=-1):
        self.child.expect(pattern, timeout=timeout)
        return self.child.match

    def send(self, text):
        self.child.send(text)


def settings(demo):
    return demo.expect(r"([0-9a-f]+(:[0-9a-f]+){4,})\r?\n").group(1)


def ping(demo):
    demo.send("ping-vm2 3\r")
    first = int(demo.expect(r"pong (\d+) from the second machine").group(1))
    if first > 1000:
        raise AssertionError(f"the shared page did not start with zero, but with {first - 1}")
    for number in (first + 1, first + 2):
        demo.expect(f"pong {number} from the second machine")
    demo.expect(PROMPT)


def watch_gpio(demo):
    demo.send("gpiomon -n 3 gpiochip0 0\r")
    for _ in range(3):
        demo.expect(r"event: *(RISING|FALLING) EDGE offset: 0")
    demo.expect(PROMPT)


def interrupt(demo):
    demo.send("sleep 600\r")
    demo.expect("sleep 600\r")
    # The program must run before it can be interrupted; it says nothing itself.
    demo.child.expect([pexpect.TIMEOUT], timeout=2)
    demo.send(CTRL_C)
    demo.expect(PROMPT, timeout=60)


def switch_consoles(demo):
    demo.send(CTRL_A + "h")
    demo.expect("linux: 2 vCPUs, running")
    demo.expect("ticker: 1 vCPU, running")
    demo.expect("pl061: 1 vCPU, running")
    demo.send(CTRL_A + "2")
    demo.expect("console of ticker")
    demo.send("ping\r")
    demo.expect(r"\r?\npong\r")
    demo.send(CTRL_A + "1")
    demo.expect("console of linux")
    demo.send("echo $((6 * 7))\r")
    demo.expect(r"\r?\n42\r")
    demo.expect(PROMPT)


def reboot(demo):
    demo.send("reboot\r")
    demo.expect("pl061: reset")
    demo.expect("bellhop: linux is up, 2 CPUs")
    demo.expect(PROMPT)
    ping(demo)
    watch_gpio(demo)


def turn_off(demo):
    demo.send("poweroff\r")
    demo.expect("linux is off")
    demo.send(CTRL_A + "2")
    demo.expect("console of ticker")
    demo.send("off\r")
    demo.expect("all VMs are off")


def main():
    demo = Demo(sys.argv[1])
    before = settings(demo)
    demo.expect("bellhop: linux is up, 2 CPUs")
    demo.expect(PROMPT)
    for step in (ping, watch_gpio, interrupt, switch_consoles, reboot, turn_off):
        step(demo)
    status = int(demo.expect(r"status (\d+)").group(1))
    after = settings(demo)
    demo.child.close(force=True)
    if status != 0:
        return f"./bellhop run ended with status {status}"
    if after != before:
        return f"the terminal was left as {after}, it was {before}"
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (pexpect.TIMEOUT, pexpect.EOF) as error:
        sys.exit(f"\ntest_demo: did not come: {error}")
    except AssertionError as error:
        sys.exit(f"\ntest_demo: {error}")
