#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Two VMs on one console, used by hand: a program with a small command line, and U-Boot."""

import re

import pexpect

from machine import CTRL_A, ROOM, UBOOT, Machine, main, make_pack, virt

EOL = r"\r+\n"
SECOND = r"\x1b\[3\dm\[second\]\x1b\[0m "
FOCUS = r"bellhop: console of {} \(Ctrl-A h for help\)" + EOL


class Console(Machine):
    def __init__(self, room):
        images = {"ticker.elf": room.ticker, "u-boot.bin": UBOOT}
        pack = make_pack(room.scratch, ROOM / "console.dts", images)
        super().__init__(virt(room.bin, "-initrd", pack))

    def switch(self, key, name):
        self.send(CTRL_A + key)
        self.expect(FOCUS.format(name))

    def seen(self, pattern):
        """It came already, or comes now."""
        if not re.search(pattern, self.output.text):
            self.expect(pattern)

    def quiet(self, seconds=0.5):
        """Nothing comes for a while."""
        index = self.child.expect([".", pexpect.TIMEOUT], timeout=seconds)
        assert index == 1, f"something came: {self.child.match.group(0)!r}"

    def second_prompt(self):
        """U-Boot, in focus, stopped before it would boot something."""
        self.send("\r")
        self.expect("=> ")
        self.send("echo ready\r")
        self.expect(f"{EOL}ready{EOL}=> ")

    def started(self):
        """The first VM has the focus and both have said all that they say unasked, but U-Boot's
        prompt."""
        self.expect("ticker: tick 3, quiet from now on" + EOL)
        self.switch("2", "second")
        self.second_prompt()
        self.switch("1", "first")
        self.send("\r")
        self.expect(f"{EOL}> ")


def prefixes(room):
    """The VM in focus writes plainly; lines of the other have its name in colour in front."""
    with Console(room) as console:
        console.expect(f"{EOL}ticker: vcpu 0 of 1")
        console.expect(f"{EOL}ticker: tick 3, quiet from now on{EOL}")
        console.seen(SECOND + "DRAM:  64 MiB" + EOL)
        assert "[first]" not in console.output.text, "a prefix of the VM in focus"
        assert "[silent]" not in console.output.text, "a VM without a console wrote"
        console.switch("2", "second")
        console.second_prompt()
        console.send("echo one; echo two\r")
        console.expect(f"{EOL}one{EOL}two{EOL}=> ")


def switching(room):
    """By number, and by n past the VM without a console; a wrong number changes nothing."""
    with Console(room) as console:
        console.started()
        for key, name in (("2", "second"), ("1", "first"), ("n", "second"), ("n", "first")):
            console.switch(key, name)
        for key in "39":
            console.send(CTRL_A + key)
            console.expect(f"bellhop: there is no VM {key} with a console{EOL}")
        console.send("ping\r")
        console.expect(f"{EOL}pong{EOL}> ")


def typing(room):
    """What is typed reaches the VM in focus and no other; a begun command waits for its rest."""
    with Console(room) as console:
        console.started()
        console.send("pi")
        console.expect("pi")
        console.switch("2", "second")
        console.send("echo to the second\r")
        console.expect(f"echo to the second{EOL}to the second{EOL}=> ")
        console.switch("1", "first")
        console.send("ng\r")
        console.expect(f"ng{EOL}pong{EOL}> ")
        console.quiet()
        mixed = re.search("Unknown command|: unknown, try help", console.output.text)
        assert not mixed, "a command was mixed with another's"


def prompt_returns(room):
    """Who comes back finds the line that was begun."""
    with Console(room) as console:
        console.started()
        console.send("pi")
        console.expect("pi")
        console.switch("2", "second")
        console.expect("=> ")
        console.switch("1", "first")
        console.expect("> pi")
        console.send("ng\r")
        console.expect(f"ng{EOL}pong{EOL}> ")


def begun_line(room):
    """A line of another VM comes between; what was begun is on the screen again behind it."""
    with Console(room) as console:
        console.started()
        console.switch("2", "second")
        console.send("sleep 3; echo late\r")
        console.expect(f"sleep 3; echo late{EOL}")
        console.switch("1", "first")
        console.send("\r")
        console.expect("> ")
        console.send("pi")
        console.expect("pi")
        console.expect(f"{EOL}{SECOND}late{EOL}> pi")
        console.send("ng\r")
        console.expect(f"ng{EOL}pong{EOL}> ")


def help_text(room):
    """Ctrl-A h, and any key that means nothing."""
    with Console(room) as console:
        console.started()
        for key in "h?":
            console.send(CTRL_A + key)
            console.expect(f"bellhop: Ctrl-A, then{EOL}")
            keys = console.expect(r"((?s:.*?))\* 1 first: 1 vCPU, running" + EOL).group(1)
            for meaning in ("1-9 console", "n  of the next", "a  send Ctrl-A", "s   start",
                            "x  end", "h  this help"):
                assert meaning in keys, f"no help on {meaning}"
            console.expect("  2 second: 1 vCPU, running" + EOL)
            # The prompt comes back once, behind all of it.
            console.expect(f"  3 silent: 1 vCPU, running{EOL}> ")
            console.quiet()


def send_escape(room):
    """U-Boot's command line goes to its beginning at Ctrl-A."""
    with Console(room) as console:
        console.started()
        console.switch("2", "second")
        for twice in (CTRL_A + "a", CTRL_A + CTRL_A):
            console.send("cho moved" + twice + "e\r")
            console.expect(f"{EOL}moved{EOL}=> ")


def start(room):
    """Ctrl-A s starts the VM in focus when it is off, and only then."""
    with Console(room) as console:
        console.started()
        console.send(CTRL_A + "s")
        console.send("off\r")
        console.expect("ticker: off" + EOL)
        console.expect("bellhop: first is off.*" + EOL)
        console.send(CTRL_A + "h")
        console.expect(r"\* 1 first: 1 vCPU, off" + EOL)
        console.send(CTRL_A + "s")
        console.expect("ticker: vcpu 0 of 1.*" + EOL)
        console.expect("ticker: tick 1" + EOL)
        console.send("ping\r")
        console.expect(f"{EOL}pong{EOL}")
        assert console.output.text.count("ticker: vcpu 0 of 1") == 2, "started while it ran"


def leave(room):
    """Ctrl-A x ends all, whatever runs, and the emulator says that all is well."""
    with Console(room) as console:
        console.expect("ticker: tick 1" + EOL)
        console.send(CTRL_A + "x")
        console.expect("bellhop: ended by Ctrl-A x" + EOL)
        code = console.exit_code()
        assert code == 0, f"exit code {code}"


CASES = {
    "prefixes": prefixes,
    "switching": switching,
    "typing": typing,
    "prompt-returns": prompt_returns,
    "begun-line": begun_line,
    "help": help_text,
    "send-escape": send_escape,
    "start": start,
    "leave": leave,
}

if __name__ == "__main__":
    main(__doc__, CASES)
