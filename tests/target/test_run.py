#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Unit tests of run.py's judgement: what must pass, and above all what must not."""

import contextlib
import io
import os
import stat
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run  # noqa: E402

GOOD = """KTAP version 1
1..3
ok 1 first
# a remark
ok 2 second # SKIP not here
ok 3 third
# Totals: pass:2 fail:0 skip:1
# exit 0
"""


def judge(text, vms=("vm",), **kwargs):
    console = run.Console(list(vms), **kwargs)
    console.feed(text)
    return console.finish()


class KtapTest(unittest.TestCase):
    def fails(self, text, fragment):
        reasons = judge(text)
        self.assertTrue(any(fragment in r for r in reasons), f"{fragment!r} not in {reasons}")

    def test_good(self):
        self.assertEqual(judge(GOOD), [])

    def test_carriage_returns_colours_and_prefix(self):
        text = "".join(f"\x1b[1;32m[vm]\x1b[0m {line}\r\n" for line in GOOD.splitlines())
        self.assertEqual(judge("[other] noise\n" + text), [])

    def test_two_vms_interleaved(self):
        lines = [f"[{vm}] {line}" for line in GOOD.splitlines() for vm in ("a", "b")]
        self.assertEqual(judge("\n".join(lines) + "\n", vms=("a", "b")), [])

    def test_begun_line_shown_again(self):
        for cut in range(1, len("ok 1 first") + 1):
            text = GOOD.replace("ok 1 first", "ok 1 first"[:cut] + "\n[b] noise\nok 1 first")
            self.assertEqual(judge(text), [], f"cut at {cut}")

    def test_fragment_without_interruption_counts(self):
        self.assertNotEqual(judge(GOOD.replace("ok 1 first", "ok 1\nok 1 first")), [])

    def test_restart_after_other_output(self):
        self.fails(GOOD.replace("ok 2", "[b] noise\nKTAP version 1\nok 2"), "restarted")

    def test_one_of_two_vms_missing(self):
        reasons = judge(GOOD, vms=("a", "b"))
        self.assertEqual(reasons, ["b: no KTAP banner"])

    def test_kernel_time_stamps_are_no_prefix(self):
        self.assertEqual(run.split_prefix("[12345.678901] text", "vm"),
                         ("vm", "[12345.678901] text"))
        self.assertEqual(run.split_prefix("[linux] [    0.0] text", "vm"),
                         ("linux", "[    0.0] text"))

    def test_every_truncation_fails(self):
        for end in range(len(GOOD) - 1):
            self.assertNotEqual(judge(GOOD[:end]), [], f"cut at {end}")

    def test_every_missing_line_of_weight_fails(self):
        lines = GOOD.splitlines(keepends=True)
        for i in (0, 1, 2, 4, 5, 7):
            self.assertNotEqual(judge("".join(lines[:i] + lines[i + 1:])), [], lines[i])

    def test_not_ok(self):
        self.fails(GOOD.replace("ok 3 third", "not ok 3 third"), "not ok: third")

    def test_timeout_directive_fails(self):
        self.fails(GOOD.replace("ok 3 third", "ok 3 third # TIMEOUT"), "not ok: third")

    def test_exit_code(self):
        self.fails(GOOD.replace("# exit 0", "# exit 1"), "exit 1")

    def test_totals_disagree(self):
        self.fails(GOOD.replace("pass:2", "pass:3"), "totals")

    def test_second_banner(self):
        self.fails(GOOD + GOOD, "restarted")
        self.fails("KTAP version 1\n1..3\nok 1 first\n" + GOOD, "restarted")

    def test_result_after_end(self):
        self.fails(GOOD + "ok 4 fourth\n", "after the end")

    def test_too_many_results(self):
        self.fails(GOOD.replace("1..3", "1..2"), "3 results of 2")

    def test_wrong_number(self):
        self.fails(GOOD.replace("ok 2", "ok 3"), "result 3 where 2")

    def test_empty_plan(self):
        self.fails("KTAP version 1\n1..0\n# exit 0\n", "plan of no tests")

    def test_second_plan(self):
        self.fails(GOOD.replace("1..3\n", "1..3\n1..3\n"), "second plan")

    def test_malformed_result(self):
        self.fails(GOOD.replace("ok 3 third", "ok three"), "malformed")

    def test_only_skips(self):
        self.fails("KTAP version 1\n1..1\nok 1 a # SKIP no\n# exit 0\n", "every test was skipped")

    def test_bail_out(self):
        self.fails(GOOD.replace("ok 3 third", "Bail out! data abort"), "Bail out!")

    def test_other_version(self):
        self.fails(GOOD.replace("version 1", "version 2"), "unknown version")

    def test_nothing(self):
        self.fails("", "no KTAP banner")

    def test_forbidden(self):
        self.assertIn("forbidden output: oops here", judge("oops here\n" + GOOD, forbid=["oops"]))
        self.assertTrue(judge("bellhop: panic: x\n" + GOOD))

    def test_linux_without_exit_line(self):
        text = "KTAP version 1\n1..1\nok 1 boot\n"
        self.assertEqual(judge(text, need_exit=False), [])
        self.assertNotEqual(judge(text), [])

    def test_fed_in_single_bytes(self):
        console = run.Console(["vm"])
        for byte in "\x1b[31m" + GOOD:
            console.feed(byte)
        self.assertEqual(console.finish(), [])


class StepsTest(unittest.TestCase):
    def test_order(self):
        sent = []
        steps = run.Steps([("expect", "b"), ("send", r"x\r"), ("expect", "a")])
        steps.advance("a b", sent.append, 0)
        self.assertEqual(sent, [b"x\r"])
        self.assertEqual(len(steps.left()), 1)  # the "a" before "b" does not count
        steps.advance("a b a", sent.append, 0)
        self.assertEqual(steps.left(), [])

    def test_pause(self):
        sent = []
        steps = run.Steps([("pause", "2"), ("send", "x")])
        steps.advance("", sent.append, 10)
        self.assertEqual(sent, [])
        steps.advance("", sent.append, 12.5)
        self.assertEqual(sent, [b"x"])

    def test_unreached(self):
        steps = run.Steps([("expect", "never")])
        steps.advance("text", self.fail, 0)
        self.assertEqual(steps.left(), ["expect 'never' not reached"])


class SetTest(unittest.TestCase):
    def test_each_of_that_name(self):
        text = 'a = "x.edges=1000 edges=20 sledges=3";'
        self.assertEqual(run.set_numbers(text, ["edges=7"]), 'a = "x.edges=7 edges=7 sledges=3";')

    def test_unknown(self):
        with self.assertRaises(ValueError):
            run.set_numbers('a = "edges=20";', ["races=7"])


class WholeRunTest(unittest.TestCase):
    """run.main() against a script in QEMU's place."""

    def judged(self, script, *options):
        with tempfile.NamedTemporaryFile("w", suffix=".sh", delete=False) as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(file.name, stat.S_IRWXU)
        try:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                code = run.main(["--qemu", file.name, "--hyp", "x", "--quiet", *options])
        finally:
            os.unlink(file.name)
        return code, out.getvalue()

    def test_pass(self):
        code, out = self.judged(f"cat <<'E'\n{GOOD}E\n", "--vms", "vm")
        self.assertEqual(code, 0, out)
        self.assertIn("2 ok, 0 not ok, 1 skipped of 3", out)

    def test_exit_code_of_qemu(self):
        code, out = self.judged(f"cat <<'E'\n{GOOD}E\nexit 3\n", "--vms", "vm")
        self.assertEqual(code, 1, out)
        self.assertIn("QEMU exit code 3", out)

    def test_expected_exit_code(self):
        code, out = self.judged("echo bad config; exit 3\n", "--expect", "bad config",
                                "--exit-code", "3")
        self.assertEqual(code, 0, out)

    def test_hang(self):
        code, out = self.judged(f"cat <<'E'\n{GOOD}E\nexec sleep 20\n", "--vms", "vm",
                                "--timeout", "0.5")
        self.assertEqual(code, 1, out)
        self.assertIn("still running", out)

    def test_dialogue(self):
        script = "printf 'prompt> '; read line; echo \"got $line\"\n"
        code, out = self.judged(script, "--expect", "prompt> ", "--send", r"hello\n",
                                "--expect", "got hello", "--timeout", "5")
        self.assertEqual(code, 0, out)


if __name__ == "__main__":
    unittest.main()
