"""One folder that is looked through for the pins of one distribution, file by file."""

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
        """Relative to the folder; to the repository where it stands elsewhere."""
        start = self.folder if path.is_relative_to(self.folder) else self.root
        return os.path.relpath(path, start).replace(os.sep, "/")

    def may_read(self, path: Path) -> bool:
        """It stands in the repository, links resolved or not."""
        return Path(os.path.normpath(path)).is_relative_to(self.root)


def up(folder: Path, root: Path) -> Iterator[Path]:
    """The folder and those around it, to the root."""
    for place in (folder, *folder.parents):
        yield place
        if place == root:
            break


Reader = Callable[[Side, Path, str], Iterator[Pin]]
"""What a file with this text pins."""


def said_by(side: Side, files: Iterable[tuple[Path, Reader]]) -> Said:
    """What the files pin. One that is broken is passed over, and named."""
    pins: list[Pin] = []
    unread: list[str] = []
    for path, reader in files:
        try:
            if (text := text_of(path)) is not None:
                pins += reader(side, path, text)
        except ValueError as error:
            unread.append(f"{side.shown(path)} {error}")
    return Said(tuple(pins), tuple(unread))
