#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""corpus.py unpack DIR | pack DIR

The fuzzer's corpus is kept as text (corpus.hex: inputs in hexadecimal, blank lines between them).
unpack writes a file for each input into DIR; pack makes the text of the files in DIR, shortest
first. What a long run found is packed after it was merged into an empty directory:
    vgic_fuzz -max_len=144 -merge=1 MERGED FOUND && corpus.py pack MERGED"""

import pathlib
import sys

TEXT = pathlib.Path(__file__).with_name("corpus.hex")
HEAD = "# SPDX-License-Identifier: BSD-2-Clause\n# Inputs of fuzz_vgic.c; see corpus.py.\n"
WIDTH = 96


def inputs(text):
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for block in "\n".join(lines).split("\n\n"):
        data = bytes.fromhex(block)
        if data:
            yield data


def unpack(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs(TEXT.read_text("utf-8"))):
        (folder / f"seed{number:04}").write_bytes(data)


def folded(data):
    text = data.hex()
    return "\n".join(text[at : at + WIDTH] for at in range(0, len(text), WIDTH))


def pack(folder):
    found = sorted((path.read_bytes() for path in folder.iterdir()), key=lambda d: (len(d), d))
    TEXT.write_text(HEAD + "".join(f"\n{folded(data)}\n" for data in found), "utf-8")


def main():
    actions = {"unpack": unpack, "pack": pack}
    if len(sys.argv) != 3 or sys.argv[1] not in actions:
        sys.exit(__doc__)
    actions[sys.argv[1]](pathlib.Path(sys.argv[2]))


if __name__ == "__main__":
    main()
