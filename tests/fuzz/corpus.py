#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""corpus.py unpack NAME DIR | pack NAME DIR

A fuzzer's corpus is kept as text (vgic.hex ...: inputs in hexadecimal, blank lines between them).
unpack writes a file for each input into DIR; pack makes the text of the files in DIR, shortest
first. What a long run found is packed after it was merged into an empty directory:
    vgic_fuzz -max_len=144 -merge=1 MERGED FOUND && corpus.py pack vgic MERGED"""

import pathlib
import sys

HERE = pathlib.Path(__file__).parent
HEAD = "# SPDX-License-Identifier: BSD-2-Clause\n# Inputs of fuzz_{}.c; see corpus.py.\n"
WIDTH = 96


def inputs(text):
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for block in "\n".join(lines).split("\n\n"):
        data = bytes.fromhex(block)
        if data:
            yield data


def unpack(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs((HERE / f"{name}.hex").read_text("utf-8"))):
        (folder / f"seed{number:04}").write_bytes(data)


def folded(data):
    text = data.hex()
    return "\n".join(text[at : at + WIDTH] for at in range(0, len(text), WIDTH))


def pack(name, folder):
    found = sorted((path.read_bytes() for path in folder.iterdir()), key=lambda d: (len(d), d))
    text = HEAD.format(name) + "".join(f"\n{folded(data)}\n" for data in found)
    (HERE / f"{name}.hex").write_text(text, "utf-8")


def main():
    actions = {"unpack": unpack, "pack": pack}
    if len(sys.argv) != 4 or sys.argv[1] not in actions:
        sys.exit(__doc__)
    actions[sys.argv[1]](sys.argv[2], pathlib.Path(sys.argv[3]))


if __name__ == "__main__":
    main()
