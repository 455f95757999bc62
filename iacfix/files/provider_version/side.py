"""One folder that is searched for pins of one distribution."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from iacfix.files.provider_version.formats import text_of
from iacfix.files.provider_version.pins import Pin, Said


@dataclass(frozen=True)
class Side:
    """`root` is the repository's folder: nothing outside of it is read. `wanted` is the distribution's name."""

    folder: Path
    root: Path
    wanted: str

    def shown(self, path: Path) -> str:
        """The path relative to the folder, or to the repository where it is elsewhere."""
        start = self.folder if path.is_relative_to(self.folder) else self.root
        return os.path.relpath(path, start).replace(os.sep, "/")

    def may_read(self, path: Path) -> bool:
        """The path is in the repository."""
        return Path(os.path.normpath(path)).is_relative_to(self.root)


def up(folder: Path, root: Path) -> Iterator[Path]:
    """The folder and those above it, up to the root."""
    for place in (folder, *folder.parents):
        yield place
        if place == root:
            break


Reader = Callable[[Side, Path, str], Iterator[Pin]]
"""Yields the pins of a file with this text."""


def said_by(side: Side, files: Iterable[tuple[Path, Reader]]) -> Said:
    """The pins of the files; broken ones are skipped and named."""
    pins: list[Pin] = []
    unread: list[str] = []
    for path, reader in files:
        try:
            if (text := text_of(path)) is not None:
                pins += reader(side, path, text)
        except ValueError as error:
            unread.append(f"{side.shown(path)} {error}")
    return Said(tuple(pins), tuple(unread))
