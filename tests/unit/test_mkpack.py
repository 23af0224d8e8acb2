#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""tools/mkpack: what it packs, and what it says about mistakes. Argument 1: the tool."""

import os
import subprocess
import sys
import tempfile
import unittest

TOOL = sys.argv.pop(1)
DESCRIPTION = """/dts-v1/;
/ {
	compatible = "bellhop,vms-1";
	vms {
		vm {
			memory = <0x40000000 0x200000>;
			kernel = "%s";
			initrd = "ramdisk";
		};
	};
};
"""


class Mkpack(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="test-mkpack.")
        self.addCleanup(scratch.cleanup)
        self.dir = scratch.name
        os.mkdir(self.path("images"))
        self.write("images/kernel", b"a kernel")
        self.write("ramdisk", b"a ramdisk")
        self.describe("kernel")

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def describe(self, kernel, text=DESCRIPTION):
        self.write("vms.dts", (text % kernel).encode())

    def mkpack(self, *args):
        return subprocess.run([TOOL, self.path("vms.dts"), *args], capture_output=True, text=True,
                              check=False)

    def packed(self, *args):
        result = self.mkpack("-I", self.path("images"), *args)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        with open(self.path("vms.itb"), "rb") as file:
            return file.read()

    def refused(self, *args):
        result = self.mkpack("-I", self.path("images"), *args)
        self.assertEqual(result.returncode, 1)
        self.assertFalse(os.path.exists(self.path("vms.itb")))
        self.assertNotIn("Traceback", result.stderr)
        return result.stderr

    def test_images_and_description_are_in_the_pack(self):
        pack = self.packed()
        for data in b"a kernel", b"a ramdisk", b"bellhop,vms-1", b"vm-description":
            self.assertIn(data, pack)
        listing = subprocess.run(["dumpimage", "-l", self.path("vms.itb")], capture_output=True,
                                 text=True, check=True)
        for name in "vm-description", "kernel", "ramdisk":
            self.assertRegex(listing.stdout, rf"Image \d \({name}\)")

    def test_equal_inputs_give_equal_packs(self):
        self.assertEqual(self.packed(), self.packed())

    def test_an_image_may_be_given_by_name(self):
        self.write("other", b"another one")
        pack = self.packed("-i", f"kernel={self.path('other')}")
        self.assertIn(b"another one", pack)
        self.assertNotIn(b"a kernel", pack)

    def test_output_goes_where_it_is_told(self):
        self.packed()
        os.rename(self.path("vms.itb"), self.path("first.itb"))
        self.mkpack("-I", self.path("images"), "-o", self.path("second.itb"))
        with open(self.path("first.itb"), "rb") as first:
            with open(self.path("second.itb"), "rb") as second:
                self.assertEqual(first.read(), second.read())

    def test_a_missing_file_is_told_by_node_and_property(self):
        self.describe("nothing")
        error = self.refused()
        self.assertIn('/vms/vm: kernel: there is no file for "nothing"', error)
        self.assertIn(self.path("images/nothing"), error)

    def test_an_empty_file_is_refused(self):
        self.write("images/kernel", b"")
        self.assertIn("/vms/vm: kernel: ", self.refused())

    def test_names_are_no_paths(self):
        for name in "images/kernel", "..", "a" * 32, "", "vm-description":
            self.describe(name)
            self.assertIn("/vms/vm: kernel: ", self.refused(), name)

    def test_a_number_is_no_image(self):
        self.describe("", DESCRIPTION.replace('"%s"', "<1>%.0s"))
        self.assertIn("/vms/vm: kernel: expected one string", self.refused())

    def test_an_image_that_nobody_names_is_a_mistake(self):
        self.assertIn("-i kernle=", self.refused("-i", f"kernle={self.path('ramdisk')}"))
        self.assertIn("expected NAME=FILE", self.refused("-i", "kernel"))

    def test_what_dtc_says_is_passed_on(self):
        self.describe("kernel", "/dts-v1/; / { %.0s")
        self.assertIn("syntax error", self.refused())
        os.unlink(self.path("vms.dts"))
        self.assertIn("there is no such file", self.refused())


if __name__ == "__main__":
    unittest.main()
