#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What Bellhop costs: instructions per operation, image size, memory at EL2, lines of code.

QEMU counts instructions here (-icount shift=0: one takes 1 ns of the machine's time), so a row is
the work of the whole machine, guest and hypervisor, and the same in every run. A counter's tick is
16 instructions: a row of a single operation is exact to that. What instructions do not show (exits,
accesses to devices and CP15, barriers, maintenance, all at EL2) a plugin counts in a second run,
tools/qemu_count.c. The programs are in guest/bench, the limits in guest/bench/limits.json."""

import argparse
import bisect
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(ROOT, "guest", "bench")
DESCRIPTIONS = ("bench.dts", "switch.dts", "bells.dts")
PAIR_DESCRIPTION = "pair.dts" # two CPUs, whose instructions are one clock: no events by operation
OTHER_DESCRIPTION = "other.dts"
ROOMS = ("boot", "doorbell", "drivers", "hyp", "include", "linker", "vgic", "guest", "tests",
         "tools")
SECTIONS = (".text", ".rodata", ".data", ".bss", ".pages")
QEMU = ("qemu-system-arm", "-M", "virt,virtualization=on,gic-version=2", "-cpu", "cortex-a15",
        "-m", "256M", "-nic", "none", "-display", "none", "-monitor", "none",
        "-serial", "stdio", "-semihosting-config", "enable=on,target=native",
        "-icount", "shift=0,sleep=off")
ROW = re.compile(r"^bench (\w+) (\d+) (\d+) (\d+) (-?\d+)$", re.M)
HZ = re.compile(r"^bench-hz (\d+)$", re.M)
OTHER = re.compile(r"^bench-other-interrupts (\d+)$", re.M)
REGION = re.compile(r"^region (\d+) (.*)$", re.M)
MARK = re.compile(r"^(?:mark|guest) 0x\w+ (\d+)$", re.M)
# Where the time before the first guest goes: what is done, and the function that comes next.
PHASES = (
    ("tables and MMU", "hyp_main"),
    ("machine's devicetree", "mm_heap_init"),
    ("description of the VMs", "gic_init"),
    ("GIC", "vm_create"),
    ("VMs and CPUs", "vm_start_all"),
    ("images, entry", None),
)
LONGEST = re.compile(r"^longest exit_(\w+) (\d+) (-?\d+)$", re.M)
EXITS = ("hvc", "wfi", "cp15", "abort", "vfp", "irq")
# The functions of hyp/trap.c's table, by the kind of exit that they are for.
HANDLERS = {"trap_hvc": "hvc", "trap_smc": "hvc", "trap_wfx": "wfi", "sysreg_trapped": "cp15",
            "abort_data": "abort", "abort_prefetch": "abort", "trap_vfp": "vfp"}
# What is shown and held: a name, and the plugin's counters that it is the sum of.
EVENTS = {
    "device": ("device_reads", "device_writes"),
    "cp15": ("cp15_reads", "cp15_writes"),
    "barrier": ("barriers", "exclusives"),
    "tlb": ("tlb", "cache"),
    "exit": tuple("exit_" + reason for reason in EXITS),
}
BANNER = re.compile(r"^bellhop: .*?(\d+) VMs?, EL2 uses (\d+) KiB", re.M)
SOURCE = (".c", ".h", ".S", ".ld", ".py", ".sh", ".cmake", ".dts", ".awk")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|^[ \t]*#(?!include|define|if|ifn?def|el|end|und)[^\n]*",
                     re.S | re.M)


class Failure(Exception):
    pass


def output_of(command):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        raise Failure(f"{command[0]} failed ({result.returncode}):\n{result.stdout}")
    return result.stdout


def run_guest(image, pack, seconds, *options, cpus=1):
    """What the guest prints, checked to be complete."""
    command = [*QEMU, "-smp", str(cpus), "-kernel", image, "-initrd", pack, *options]
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"no end after {seconds} s; so far:\n"
                      + (late.output or b"").decode("utf-8", "replace")) from late
    text = result.stdout.decode("utf-8", "replace").replace("\r", "")
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"^\[\w+\] ", "", text, flags=re.M)
    if result.returncode != 0 or "\nbench-end\n" not in text:
        raise Failure(f"QEMU ended with {result.returncode}, the guest's output is:\n{text}")
    other = OTHER.search(text)
    if not other or int(other.group(1)):
        raise Failure(f"interrupts that nobody asked for:\n{text}")
    return text


def instructions(ticks, hz, operations):
    """Exact to a tick; one instruction is one nanosecond."""
    return round(ticks * 1_000_000_000 / hz / operations)


def make_pack(build, name, scratch):
    pack = os.path.join(scratch, name + ".itb")
    output_of([os.path.join(ROOT, "tools", "mkpack"), os.path.join(BENCH, name),
               "-I", os.path.join(build, "target", "guest", "bench"), "-o", pack])
    return pack


def measure_one(build, image, seconds, name, cpus=1):
    """({row: (best, worst)}, what the guest printed)"""
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        text = run_guest(image, make_pack(build, name, scratch), seconds, cpus=cpus)
    hz = int(HZ.search(text).group(1))
    return {row: tuple(instructions(int(t), hz, int(operations)) for t in (best, worst))
            for row, best, worst, operations, _ in ROW.findall(text)}, text


def measure(build, image, seconds):
    """({row: (best, worst)}, number of VMs of the first run, EL2 bytes then)"""
    rows, memory = {}, None
    for name in DESCRIPTIONS:
        more, text = measure_one(build, image, seconds, name)
        rows.update(more)
        if memory is None:
            banner = BANNER.search(text)
            if not banner:
                raise Failure(f"no banner with the memory of EL2:\n{text}")
            memory = int(banner.group(1)), int(banner.group(2)) * 1024
    rows.update(measure_one(build, image, seconds, PAIR_DESCRIPTION, cpus=2)[0])
    return rows, *memory


def code_symbols(elf):
    """[(address, name)]; static functions of several files may have one name"""
    return re.findall(r"^([0-9a-f]+) [tT] (\S+)$", output_of(["arm-none-eabi-nm", elf]), re.M)


def symbols(elf):
    """{name: address}"""
    return {name: "0x" + address for address, name in code_symbols(elf)}


def a32_options(elf):
    """The plugin's a32=START-END of every stretch of A32 code."""
    stretches, start = [], None
    for line in output_of(["arm-none-eabi-nm", "-n", "--special-syms", elf]).splitlines():
        words = line.split()
        if len(words) != 3 or words[2][:2] not in ("$a", "$t", "$d"):
            continue
        if start and words[2][:2] != "$a":
            stretches.append(f"a32=0x{start}-0x{words[0]}")
            start = None
        elif not start and words[2][:2] == "$a":
            start = words[0]
    return stretches


def plugin_options(build, elf, out):
    """What the plugin has to know of the hypervisor."""
    names = symbols(elf)
    return [os.path.join(build, "tools", "libqemu_count.so"), "out=" + out,
            "vectors=" + names["hyp_vectors"], *a32_options(elf),
            *(f"handler=exit_{reason}:{names[name]}" for name, reason in HANDLERS.items())]


def counted(args, image, name, scratch, *options):
    """({row: (region, operations)}, what the plugin wrote)"""
    out = os.path.join(scratch, "counts")
    plugin = plugin_options(args.build, image + ".elf", out) + list(options)
    text = run_guest(image + ".bin", make_pack(args.build, name, scratch), args.seconds,
                     "-plugin", ",".join(plugin))
    rows = {row: (region, int(operations)) for row, _, _, operations, region in ROW.findall(text)}
    with open(out, encoding="utf-8") as file:
        return rows, file.read()


def boot_phases(args, image):
    """{what is done: instructions}, from reset to the first guest."""
    names = symbols(image + ".elf")
    marks = [f"watch={name}:{names[name]}" for _, name in PHASES if name]
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        _, text = counted(args, image, DESCRIPTIONS[0], scratch, *marks)
    at = [0] + [int(number) for number in MARK.findall(text)]
    if len(at) != len(PHASES) + 1 or at != sorted(at):
        raise Failure(f"phases of boot: reached after {at} instructions")
    return {what: at[i + 1] - at[i] for i, (what, _) in enumerate(PHASES)}


def count_events(args, image):
    """({row: {event: number for one operation}}, {row: {reason: exits}}, {reason: longest stretch
    at EL2})"""
    events, exits, longest = {}, {}, dict.fromkeys(EXITS, 0)
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        for name in DESCRIPTIONS:
            rows, text = counted(args, image, name, scratch)
            regions = {number: dict(pair.split("=") for pair in values.split())
                       for number, values in REGION.findall(text)}
            for row, (region, operations) in rows.items():
                if region not in regions:
                    continue
                counts = {name: int(count) for name, count in regions[region].items()}
                events[row] = {event: round(sum(counts[name] for name in names) / operations, 1)
                               for event, names in EVENTS.items()}
                exits[row] = {reason: round(counts["exit_" + reason] / operations, 2)
                              for reason in EXITS if counts["exit_" + reason]}
            for reason, number, _ in LONGEST.findall(text):
                longest[reason] = max(longest[reason], int(number))
    return events, exits, longest


def section_sizes(elf):
    text = output_of(["arm-none-eabi-size", "-A", elf])
    sizes = dict(re.findall(r"^(\.\w+)\s+(\d+)", text, re.M))
    return {section: int(sizes[section]) for section in SECTIONS}


def count_by_cloc(rooms):
    text = output_of(["cloc", "--json", "--by-file", "--quiet", *rooms])
    lines = collections.Counter()
    for path, entry in json.loads(text).items():
        if path not in ("header", "SUM"):
            lines[os.path.relpath(path, ROOT).split(os.sep)[0]] += entry["code"]
    return lines


def count_ourselves(rooms):
    """Lines with something on them besides a comment."""
    lines = collections.Counter()
    for room in rooms:
        for folder, _, names in os.walk(room):
            for name in names:
                if not name.endswith(SOURCE):
                    continue
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    text = COMMENT.sub("", file.read())
                lines[os.path.basename(room)] += sum(1 for line in text.split("\n") if line.strip())
    return lines


def lines_of_code():
    rooms = [os.path.join(ROOT, room) for room in ROOMS if os.path.isdir(os.path.join(ROOT, room))]
    if shutil.which("cloc"):
        return "cloc", count_by_cloc(rooms)
    return "own count", count_ourselves(rooms)


def compiler(build):
    with open(os.path.join(build, "target", "compile_commands.json"), encoding="utf-8") as file:
        command = json.load(file)[0]["command"]
    return output_of([command.split()[0], "--version"]).split("\n")[0]


def verdict(value, must, held):
    if must is None:
        must = held
    if must is None:
        return "-"
    if value <= must:
        return "ok"
    return "held" if held is not None and value <= held else "over"


def entry(limit, best, worst, must, aim, held=None):
    return {"what": limit["what"], "value": best, "worst": worst, "must": must, "aim": aim,
            "verdict": verdict(worst, must, held)}


def judge(limits, rows, vms, el2_bytes, sections):
    """All that has a limit, by name, in the order of limits.json."""
    result = {}
    table = [dict(zip(limits["columns"], row)) for row in limits["rows"]]
    odd = sorted({limit["name"] for limit in table} ^ set(rows))
    if odd:
        raise Failure("not both in limits.json and measured: " + ", ".join(odd))
    for limit in table:
        name = limit["name"]
        result[name] = entry(limit, *rows[name], limit["must"], limit["aim"],
                             limits["held"].get(name))
    limit, size = limits["image_bytes"], sum(sections.values())
    result["image_bytes"] = entry(limit, size, size, limit["must"], limit["aim"],
                                  limits["held"].get("image_bytes"))
    limit = limits["el2_bytes"]
    result["el2_bytes"] = entry(limit, el2_bytes, el2_bytes,
                                limit["must"] + vms * limit["must_per_vm"],
                                limit["aim"] + vms * limit["aim_per_vm"])
    return result


def over_events(limits, events, longest):
    """Lines about what is above limits.json."""
    bounds = limits["events"]
    lines = []
    for row, counts in events.items():
        for event, bound in zip(bounds["columns"], bounds["rows"].get(row, ())):
            if counts[event] > bound:
                lines.append(f"{row}: {counts[event]} {event}, held at {bound}")
    lines += [f"{length} instructions at EL2 after an exit by {reason}"
              for reason, length in longest.items() if length > limits["longest"][reason]]
    return lines


def print_rows(report):
    def cell(value):
        return "-" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:g}"

    def line(what, cells, end):
        print((f"{what:46} {cells[0]:>12} {cells[1]:>9} {cells[2]:>9} {cells[3]:>8} "
               + "".join(f"{text:>8}" for text in cells[4:]) + "  " + end).rstrip())

    line("operation", ("instructions", "worst", "must", "aim", "other", *EVENTS), "")
    for name, row in report["rows"].items():
        what = row["what"] + (" (bytes)" if name.endswith("_bytes") else "")
        counts = report["events"].get(name, {})
        line(what, [cell(row[key]) for key in ("value", "worst", "must", "aim")]
             + [cell(report["elsewhere"].get(name))]
             + [cell(counts.get(event)) for event in EVENTS], row["verdict"])


def print_markdown(report):
    """The table of docs/performance.md."""
    print("| operation | instructions | must | aim | accesses and exits at EL2 |")
    print("|---|---|---|---|---|")
    for name, row in report["rows"].items():
        if row["must"] is None:
            continue
        what = row["what"] + (" (bytes)" if name.endswith("_bytes") else "")
        counts = report["events"].get(name, {})
        events = ", ".join(f"{event} {count:g}" for event, count in counts.items() if count)
        mark = "" if row["verdict"] == "ok" else "**not reached:** "
        print(f"| {mark}{what} | {row['worst']:,} | {row['must']:,} | {row['aim']:,} | {events} |")


def print_table(report):
    print_rows(report)
    print()
    print("longest stretch at EL2, in instructions, by exit: "
          + ", ".join(f"{reason} {length:,}" for reason, length in report["longest"].items()))
    print("boot:          " + ", ".join(f"{what} {number:,}"
                                         for what, number in report["boot_phases"].items()))
    print("image:         " + ", ".join(f"{name[1:]} {size:,}"
                                         for name, size in report["sections"].items()) + " bytes")
    print("lines of code: " + ", ".join(f"{room} {count:,}"
                                        for room, count in report["lines"].items())
          + f" ({report['counted_by']})")
    print(f"compiler:      {report['compiler']}")
    print(f"machine:       {report['qemu']}")


def print_difference(old, new):
    print(f"{'operation':46} {'before':>12} {'now':>12}")
    for name, row in new["rows"].items():
        before = old["rows"].get(name, {}).get("worst")
        if before != row["worst"]:
            print(f"{row['what']:46} {before if before is not None else '-':>12} {row['worst']:>12}"
                  + (f"  {100 * (row['worst'] - before) / before:+.1f} %" if before else ""))
    for name, counts in new["events"].items():
        before = old.get("events", {}).get(name, {})
        changes = [f"{event} {before[event]:g} -> {count:g}" for event, count in counts.items()
                   if before.get(event, count) != count]
        if changes:
            print(f"{new['rows'][name]['what']:46} " + ", ".join(changes))
    if old["compiler"] != new["compiler"]:
        print(f"compiler: {old['compiler']} -> {new['compiler']}")


def functions(args, image):
    """[(address, name)] of hypervisor and guest, in order."""
    table = []
    for elf in (image + ".elf", os.path.join(args.build, "target", "guest", "bench", "bench.elf")):
        table += [(int(address, 16), name) for address, name in code_symbols(elf)
                  if not name.startswith("$")]
    return sorted(table)


def by_function(kind, text, table, operations):
    counts = collections.Counter()
    for address, count in re.findall(rf"^{kind} (0x\w+) (\d+)$", text, re.M):
        counts[table[bisect.bisect(table, (int(address, 16), "~")) - 1][1]] += int(count)
    for function, count in counts.most_common():
        if count >= operations:
            print(f"{count / operations:10.1f} {function}")


def profile(args, image):
    """Instructions of one operation by function, for people who make it cheaper."""
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        for name in DESCRIPTIONS:
            rows, _ = counted(args, image, name, scratch)
            if args.profile not in rows:
                continue
            region, operations = rows[args.profile]
            region = "-2" if region == "-1" else region # before the first guest
            _, text = counted(args, image, name, scratch, "profile=" + region)
            return by_function("profile", text, functions(args, image), operations)
    raise Failure(f"no row {args.profile}")


def stretch(args, image):
    """... and of the longest stretch that an exit of this kind began."""
    longest = 0, ""
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        for name in DESCRIPTIONS:
            _, text = counted(args, image, name, scratch, "stretch=exit_" + args.stretch)
            number = dict((reason, int(length)) for reason, length, _ in LONGEST.findall(text))
            longest = max(longest, (number[args.stretch], text))
    by_function("stretch", longest[1], functions(args, image), 1)


def image_of(args):
    return os.path.join(args.build, "target", "hyp", "bellhop")


def make_report(args, limits):
    image = image_of(args)
    rows, vms, el2_bytes = measure(args.build, image + ".bin", args.seconds)
    if args.twice and measure(args.build, image + ".bin", args.seconds) != (rows, vms, el2_bytes):
        raise Failure("a second run gave other figures")
    events, exits, longest = count_events(args, image)
    sections = section_sizes(image + ".elf")
    counted_by, lines = lines_of_code()
    return {
        "rows": judge(limits, rows, vms, el2_bytes, sections),
        "elsewhere": {row: best for row, (best, _) in measure_one(
            args.build, image + ".bin", args.seconds, OTHER_DESCRIPTION)[0].items()},
        "events": events,
        "exits": exits,
        "boot_phases": boot_phases(args, image),
        "longest": longest,
        "sections": sections,
        "lines": {room: lines[room] for room in ROOMS if lines[room]},
        "counted_by": counted_by,
        "compiler": compiler(args.build),
        "qemu": output_of(["qemu-system-arm", "--version"]).split("\n")[0],
    }


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bellhop bench",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", metavar="DIR", default=os.path.join(ROOT, "build", "default"),
                        help="what was built (default: build/default)")
    parser.add_argument("--json", metavar="FILE", help="write all figures there, too")
    parser.add_argument("--against", metavar="FILE",
                        help="only what differs from an earlier --json")
    parser.add_argument("--profile", metavar="ROW", help="instructions of a row by function")
    parser.add_argument("--stretch", metavar="EXIT", choices=EXITS,
                        help="... and of the longest stretch that such an exit began")
    parser.add_argument("--markdown", action="store_true",
                        help="only the rows that have a limit, as a table for docs/performance.md")
    parser.add_argument("--hold", action="store_true",
                        help="let pass what limits.json holds above its limit, so that it does not "
                        "become worse")
    parser.add_argument("--twice", action="store_true", help="fail when a second run differs")
    parser.add_argument("--seconds", metavar="N", type=int, default=120,
                        help="give up after so long (default: %(default)s)")
    return parser.parse_args()


def over_elsewhere(limits, report):
    """Lines about rows that cost more in another guest with a neighbour, by over a quarter."""
    lines = []
    for limit in limits["rows"]:
        name, must = limit[0], limit[2]
        here, there = report["rows"][name]["value"], report["elsewhere"].get(name)
        if must is not None and name != "boot" and there is not None and there > here * 1.25:
            lines.append(f"{report['rows'][name]['what']}: {there} in another guest")
    return lines


def report_over(args, limits, report):
    rows = report["rows"].values()
    bad = ("over",) if args.hold else ("over", "held")
    lines = [row["what"] for row in rows if row["verdict"] in bad]
    lines += over_events(limits, report["events"], report["longest"])
    lines += over_elsewhere(limits, report)
    print(f"limits:        {len(lines)} over" + "".join(f"\n    {line}" for line in lines))
    return 1 if lines else 0


def main():
    args = parse_arguments()
    with open(os.path.join(BENCH, "limits.json"), encoding="utf-8") as file:
        limits = json.load(file)
    try:
        if args.profile:
            profile(args, image_of(args))
            return 0
        if args.stretch:
            stretch(args, image_of(args))
            return 0
        report = make_report(args, limits)
        if args.against:
            with open(args.against, encoding="utf-8") as file:
                print_difference(json.load(file), report)
    except (Failure, OSError) as error:
        sys.exit(f"bench: {error}")
    if args.markdown:
        print_markdown(report)
    elif not args.against:
        print_table(report)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)
            file.write("\n")
    return report_over(args, limits, report)


if __name__ == "__main__":
    sys.exit(main())
