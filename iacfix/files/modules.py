"""Terraform modules: all files of a folder are read as one text.

The files are concatenated with a separator between them, a comment that no file contains. So a position in the text is
a position in one file, also after edits.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from iacfix.errors import SourceError
from iacfix.files.evidence import names, stands
from iacfix.files.source import Source, from_bytes, read_bytes
from iacfix.files.suffixes import MODULES, ending_of

SEAM = "\n#\x1d\n"
"""The separator: the end of the last line, and a comment with a control character."""
NATIVE, INSTEAD = ".tf", ".tofu"


class ModuleFile(NamedTuple):
    """A file of a module. One that is not `asked` for is read but not changed."""

    source: Source
    asked: bool

    @property
    def is_json(self) -> bool:
        """It is in JSON syntax, which is only read."""
        return self.source.name.endswith(".json")


def parts_of(folder: str, asked: Iterable[Source], root: Path, max_size: int) -> tuple[ModuleFile, ...]:
    """The files of a folder in Terraform's order: by name, override files last. Raises SourceError for one that cannot
    be read."""
    mine = {str(source.path): source for source in asked}
    found: list[ModuleFile] = []
    there = frozenset(names(Path(folder)))
    for name in sorted(there, key=lambda name: (_overrides(name), name)):
        path = os.path.join(folder, name)
        if not is_named(name) or replaced_by(name, there):
            continue
        if path in mine:
            found.append(ModuleFile(mine[path], asked=True))
        elif not name.startswith(".") and stands(path) == "file":
            shown = os.path.relpath(path, root).replace(os.sep, "/")
            data = read_bytes(Path(path), shown, max_size=max_size)
            found.append(ModuleFile(from_bytes(data, shown, path=Path(path)), asked=False))
    return tuple(found)


def joined(parts: Sequence[ModuleFile]) -> Source:
    """The module as one source, which is not written as such."""
    first = parts[0].source
    texts = list(map(native_text, parts))
    report_only = tuple(index for index, part in enumerate(parts) if part.is_json)
    if len(parts) == 1:
        return replace(first, text=texts[0], report_only=report_only)
    for part in parts:
        if "\x1d" in part.source.text:
            raise SourceError("holds the control character U+001D; take it out", path=part.source.name)
    text = SEAM.join(texts)
    path = first.path.with_name(f"*{NATIVE}") if first.path is not None else None
    name = f"{os.path.dirname(first.name)}/*{NATIVE}".lstrip("/")
    read_only = tuple(index for index, part in enumerate(parts) if not part.asked)
    return Source(path, name, text, text.encode(), read_only=read_only, report_only=report_only)


def native_text(part: ModuleFile) -> str:
    """The text in the native syntax. Raises SourceError for a `.json` file that is not JSON."""
    if not part.is_json:
        return part.source.text
    try:
        from iacfix.files.json_modules import native  # most runs meet no such file

        return native(part.source.text)
    except SourceError as error:
        error.path = part.source.name
        raise


def split(text: str) -> list[str]:
    """The texts of the files of a joined text."""
    return text.split(SEAM)


def place_of(text: str, line: int) -> tuple[int, int]:
    """The index of the file that contains a line of the joined text, and the line in that file; lines count from 1."""
    starts = _starts(text)
    index = bisect_left(starts, line) - 1
    return index, line - starts[index]


@lru_cache(maxsize=4)  # asked for every finding of a module
def _starts(text: str) -> tuple[int, ...]:
    """The number of lines before each file."""
    return (0, *accumulate(part.count("\n") + 2 for part in split(text)[:-1]))


def is_named(name: str) -> bool:
    """The file name is that of a part of a module."""
    return ending_of(name) in MODULES


def _overrides(name: str) -> bool:
    """It is an override file, whose blocks are merged into those of the same address."""
    base = name.removesuffix(".json").removesuffix(ending_of(name))
    return base == "override" or base.endswith("_override")


def replaced_by(name: str, there: Collection[str]) -> str | None:
    """The `.tofu` file that OpenTofu reads instead of a `.tf` file."""
    base = name.removesuffix(".json")
    other = f"{base.removesuffix(NATIVE)}{INSTEAD}{name[len(base) :]}"
    return other if base.endswith(NATIVE) and other in there else None
