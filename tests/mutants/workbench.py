# SPDX-License-Identifier: BSD-2-Clause
"""Where mutants of vgic/ are built and tried.

The checks are built once, from a snapshot of the tree, against a shared library of vgic/; a mutant
is another library of that name. So a mutant costs one compilation, and all else is the same."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SNAPSHOT = ("include", "vgic", "tests/unit", "tests/model", "tests/check")
MODEL = ("gich_model", "gicv_model", "ideal_gic", "ideal_dist")
WORLD = tuple(f"tests/unit/vgic_{name}.c" for name in ("world", "guest", "scene"))
CHECK = ("world", "hypervisor", "devices", "guest", "trap", "trap_short", "parts", "property")
CHECK += ("property_deep", "event", "generate", "vgic_random")
OPTIONS = ("-std=gnu11", "-O1", "-fPIC", "-w", "-DIDEAL_MAX_INTIDS=128u")
OPTIONS += ("-ftrivial-auto-var-init=pattern",)  # what is not initialised shows
SANITIZE = ("-fsanitize=address,undefined", "-fno-sanitize-recover")
SECONDS = 4  # a program that takes more CPU time than this hangs
HANGS = (-signal.SIGXCPU, -signal.SIGKILL)


class Broken(Exception):
    """Does not compile, or the tree is not what the caller thinks."""


def run(command, **options):
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, errors="replace", **options
    )


def limited(seconds, command):
    """Of CPU time, so that a busy machine kills no mutant."""
    return ["prlimit", f"--cpu={seconds}", *map(str, command)]


def failures(output):
    """The names of the tests that failed, in what cmocka printed."""
    found = re.findall(r"\[  FAILED  \] (\w+)$", output, re.MULTILINE)
    return {name for name in found if not name.isdigit()}


class Workbench:
    def __init__(self, scratch, cc="gcc", jobs=2, sanitize=False):
        self.scratch = pathlib.Path(scratch).resolve()
        self.cc, self.jobs = cc, jobs
        self.options = SANITIZE if sanitize else ()
        self.tree = self.scratch / "tree"
        self.bin = self.scratch / "bin"
        self.sources = {}
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.bin.mkdir(parents=True)
        for room in SNAPSHOT:
            shutil.copytree(ROOT / room, self.tree / room)
        for path in sorted((self.tree / "vgic").glob("*.[ch]")):
            self.sources[path.name] = path.read_text(encoding="utf-8")
        self._build()

    def compile(self, source, target, *options, vgic=None):
        vgic = vgic or self.tree / "vgic"
        includes = [f"-I{d}" for d in (vgic, self.tree / "include", self.tree)]
        unit = self.tree / "tests/unit"
        flags = [*OPTIONS, *self.options, *options, *includes, "-I", unit]
        done = run([self.cc, *flags, "-c", source, "-o", target])
        if done.returncode:
            raise Broken(done.stderr)
        return target

    def library(self, objects, where):
        """Programs know it by its name alone, so that LD_LIBRARY_PATH says which one they get."""
        return self.link(objects, where / "libvgic.so", "-shared", "-Wl,-soname,libvgic.so")

    def link(self, objects, target, *options):
        done = run([self.cc, *self.options, *objects, "-o", target, *options])
        if done.returncode:
            raise Broken(done.stderr)
        return target

    def _objects(self, sources, suffix="", options=()):
        """Object files of the snapshot, built side by side."""
        where = self.scratch / "obj"
        where.mkdir(exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            futures = {
                s: pool.submit(
                    self.compile,
                    self.tree / s,
                    where / f"{pathlib.Path(s).stem}{suffix}.o",
                    *options,
                )
                for s in sources
            }
            return {s: f.result() for s, f in futures.items()}

    def _build(self):
        tests = sorted((self.tree / "tests/unit").glob("test_vgic_*.c"))
        tests = [f"tests/unit/{path.name}" for path in tests]
        vgic = [f"vgic/{name}" for name in self.sources if name.endswith(".c")]
        model = [f"tests/model/{name}.c" for name in MODEL]
        check = [f"tests/check/{name}.c" for name in CHECK]
        obj = self._objects([*vgic, *model, *check])
        self.vgic_objects = {pathlib.Path(s).name: obj[s] for s in vgic}
        library = self.library(self.vgic_objects.values(), self.bin)
        models = [obj[s] for s in model]
        # Each twice, as in gicv2.cmake: with and without the short way into the guest
        self.unit = []
        for suffix, options in (("", ()), ("_refresh", ("-DWORLD_REFRESH",))):
            unit = self._objects([*WORLD, *tests], suffix, options)
            world = [unit.pop(source) for source in WORLD]
            for source, test in unit.items():
                name = pathlib.Path(source).stem.removeprefix("test_") + suffix
                self.link([test, *world, *models, library], self.bin / name, "-lcmocka")
                self.unit.append(name)
        self.link([*(obj[s] for s in check), *models, library], self.bin / "vgic_random")

    def mutant(self, name, changed):
        """A directory with a library of vgic/ in which these files ({name: text}) are others."""
        where = self.scratch / "mutant" / name
        shutil.rmtree(where, ignore_errors=True)
        where.mkdir(parents=True)
        for file, text in {**self.sources, **changed}.items():
            (where / file).write_text(text, encoding="utf-8")
        header = any(file.endswith(".h") for file in changed)
        objects = []
        for file, old in self.vgic_objects.items():
            if file in changed or header:
                old = self.compile(where / file, where / (file + ".o"), vgic=where)
            objects.append(old)
        self.library(objects, where)
        return where

    def same_object(self, where):
        """True where the compiler made the same code of it: such a mutant is none."""
        return all(
            (where / (f + ".o")).read_bytes() == o.read_bytes()
            for f, o in self.vgic_objects.items()
            if (where / (f + ".o")).exists()
        )

    def execute(self, program, library, *arguments, seconds=SECONDS):
        environment = {**os.environ, "LD_LIBRARY_PATH": str(library)}
        command = limited(seconds, [self.bin / program, *arguments])
        done = run(command, env=environment)
        if done.returncode in HANGS:
            return 1, "hangs"
        return done.returncode, done.stdout + done.stderr

    def run_unit(self, program, library):
        """The names of the tests that failed; one more for a program that did not end by itself."""
        status, output = self.execute(program, library)
        failed = failures(output)
        if status and not failed:
            failed = {"hangs" if output == "hangs" else f"exit status {status}"}
        return failed

    def run_random(self, library, *arguments, seconds=20):
        """The property that was violated, or None. The shrinking after it is not waited for."""
        environment = {**os.environ, "LD_LIBRARY_PATH": str(library)}
        with subprocess.Popen(
            limited(seconds, [self.bin / "vgic_random", *arguments]),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as process:
            found = None
            for line in process.stderr:
                match = re.search(r"VIOLATION of (\w+)|(never happened: .*)", line)
                if match:
                    found = match.group(1) or match.group(2)
                    process.kill()
                    break
            status = process.wait()
        if found:
            return found
        return ("hangs" if status in HANGS else f"exit status {status}") if status else None
