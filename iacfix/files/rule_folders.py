"""Reads a folder of rules without running its code."""

from __future__ import annotations

import os
from pathlib import Path

from iacfix.errors import RuleError
from iacfix.files.evidence import digest, names, real
from iacfix.files.small_files import read_small
from iacfix.rule_folders import CODE, DECLARED, ID, RuleFolder

CASES = "cases"
"""The subfolder with the cases of the rules."""


def rule_folder(path: Path) -> RuleFolder:
    """Each file that does not begin with an underscore is a rule of its name; raises RuleError, and OSError."""
    place = real(path)
    found, content = dict[str, str](), list[str]()
    for name in sorted(names(place)):
        stem, ending = os.path.splitext(name)
        if ending in (CODE, DECLARED):
            content.append(f"{name} {digest(read_small(os.path.join(place, name)))}")
        if ending == ".yml":
            raise RuleError(f"is passed over; call it {stem}{DECLARED}", path=path / name)
        if ending not in (CODE, DECLARED) or stem.startswith("_"):
            continue
        id = stem.replace("_", "-")
        if not ID.fullmatch(id):
            raise RuleError("is not a valid name; use lower-case letters, digits and underscores", path=path / name)
        if id in found:
            raise RuleError(f"is the rule {id}, as {found[id]} is; rename one", path=path / name)
        found[id] = name
    return RuleFolder(place, tuple(found.items()), digest("\n".join([place, *content]).encode()))
