# SPDX-License-Identifier: BSD-2-Clause
"""A mutant with a name: what it does, how it is made, and who has to find it."""

from workbench import Broken


class Bug:
    def __init__(self, name, what, finders, *edits):
        """finders: "program:test" or "random:property|property", with spaces between: each of them
        has to find it. edits: (file, old, new)."""
        self.name, self.what, self.edits = name, what, edits
        self.finders = [finder.split(":") for finder in finders.split()]

    def apply(self, sources):
        changed = {}
        for file, old, new in self.edits:
            text = changed.get(file, sources[file])
            if text.count(old) != 1:
                raise Broken(f"{self.name}: {file} has {text.count(old)} times: {old!r}")
            changed[file] = text.replace(old, new)
        return changed
