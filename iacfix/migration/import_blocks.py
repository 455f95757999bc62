"""Import blocks for Terraform root modules, for the resources that fixes add."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from iacfix.engine.run import Run
from iacfix.files.modules import SEAM
from iacfix.files.provider_version.terraform import LOCK
from iacfix.files.suffixes import language_name
from iacfix.languages import ImportBlock, language
from iacfix.registry import packs
from iacfix.result import Outcome

NAME = "imports.tf"
HEAD = """# Apply the fixes first, then save this file in the same folder: the plan imports each of these resources
# and does not change the resources they were split from. What does not exist in the cloud cannot be imported: remove
# its block, and it is created. Delete this file once it is applied.
"""
CLAUSE = re.compile(r"(~>|>=|<=|!=|=|<|>|)\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")


@dataclass(frozen=True)
class Blocks:
    """The import blocks of a module: the text of a file for its folder, empty where none is needed, and messages."""

    folder: str
    text: str
    notes: tuple[str, ...]


def blocks(done: Run) -> Iterator[Blocks]:
    """The import blocks of every module that the fixes change."""
    modules: dict[str, list[Outcome]] = {}
    for outcome in done.outcomes:
        if language_name(outcome.path) == "terraform" and not outcome.path.endswith(".json"):
            modules.setdefault(os.path.dirname(outcome.path), []).append(outcome)
    for folder, files in modules.items():
        if any(file.changed for file in files):
            yield _of(folder, files, done.root)


def _of(folder: str, files: list[Outcome], root: Path) -> Blocks:
    (provider,) = [file.provider for file in files if file.provider][:1] or [None]
    package = next((pack.provider for pack in packs() if provider and pack.provider.name == provider.name), None)
    if provider is None or package is None:
        return Blocks(folder, "", ())
    terraform = language("terraform")
    before, after = (
        terraform.read(SEAM.join(texts), package, provider)
        for texts in ([file.before for file in files], [file.after for file in files])
    )
    found = terraform.import_blocks(before, after, package.imports.ids)
    where = folder or "the module"
    if found is None or not found.blocks:
        return Blocks(folder, "", ())
    if not found.is_root and not (root / folder / LOCK).is_file():
        why = f"{where} does not look like a root module (no backend, no configured provider, no {LOCK})"
        return Blocks(folder, "", (f"{why}; import blocks belong in the root module that calls it",))
    notes: list[str] = []
    kept: list[ImportBlock] = []
    for block in found.blocks:
        if block.reason:
            notes.append(f"{where}: no block for {block.address}: {block.reason}")
        elif not admits(found.required, block.needs):
            needed = ".".join(map(str, block.needs))
            why = f"it needs Terraform {needed}, but required_version is {found.required}"
            notes.append(f"{where}: no block for {block.address}: {why}")
        else:
            kept.append(block)
    if not kept:
        return Blocks(folder, "", tuple(notes))
    needed = ".".join(map(str, max(block.needs for block in kept)))
    head = HEAD + f"# It needs Terraform {needed} or newer.\n"
    return Blocks(folder, "\n".join((head, *(block.text for block in kept))), tuple(notes))


def admits(wanted: str, needed: tuple[int, int]) -> bool:
    """`required_version` admits some release from `needed` on; a constraint that cannot be read admits all."""
    for clause in filter(None, map(str.strip, wanted.split(","))):
        found = CLAUSE.fullmatch(clause)
        if found is None:
            continue
        sign, *numbers = found.groups()
        major, minor, patch = (int(number) if number else 0 for number in numbers)
        match sign:
            case "<" if (major, minor, patch) <= (*needed, 0):
                return False
            case "<=" | "=" | "" if (major, minor) < needed:
                return False
            case "~>" if numbers[2] is not None and (major, minor) < needed:
                return False
            case "~>" if numbers[1] is not None and major < needed[0]:
                return False
            case _:
                pass
    return True
