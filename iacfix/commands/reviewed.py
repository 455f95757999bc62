"""A reviewed patch is applied: all of it, or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from iacfix.commands.completeness import missing_half
from iacfix.commands.writing import undoable
from iacfix.engine.verify import broken_program
from iacfix.errors import PatchError, SourceError
from iacfix.files.limits import MAX_FILE_SIZE
from iacfix.files.modules import is_named, joined, parts_of
from iacfix.files.source import Source, from_disk, load, on_disk, write_all
from iacfix.patches.patch import FilePatch, fitted, read_patch

TOGETHER = "nothing was written; put the hunks back that belong together"


@dataclass(frozen=True)
class Applied:
    """How many files were changed, and how many had all their hunks already."""

    changed: int
    before: int


def apply_reviewed(data: bytes, origin: str, root: Path) -> Applied:
    """Write what the patch makes of the files below the root; raises PatchError where a part of it does not fit, where
    a hunk is missing that another one needs, or where a file would be no program any more.

    A file that has all its hunks is done: a run that was killed in between is finished by the next.
    """
    patches = _by_file(read_patch(data.decode("utf-8", "surrogateescape"), origin), origin, root)
    names = dict.fromkeys(part.name for part in patches)
    sources = {name: load(root / name, name) for name in names}
    changes = fitted(patches, lambda name: on_disk(sources[name], sources[name].text))
    try:
        texts = [(sources[name], from_disk(sources[name], after)) for name, _, after in changes]
    except SourceError as error:
        raise PatchError(f"{error}; {TOGETHER}", path=origin) from None
    broken = [
        f"{name}: {wrong}"
        for name, before, after in _programs(texts, root)
        if (wrong := broken_program(name, before, after))
    ] or [f"{source.name}: {wrong}" for source, after in texts if (wrong := missing_half(source, patches, after, root))]
    if broken:
        raise PatchError("; ".join([*broken, TOGETHER]), path=origin)
    with undoable(root, "patch", texts):
        write_all(texts)
    return Applied(len(changes), len(names) - len(changes))


def _programs(texts: Sequence[tuple[Source, str]], root: Path) -> Iterator[tuple[str, str, str]]:
    """What is one program before and after the patch, by name: a file, or a module with all its files."""
    modules: dict[Path, dict[str, str]] = {}
    for source, after in texts:
        if source.path is None or not is_named(source.name):
            yield source.name, source.text, after
        else:
            modules.setdefault(source.path.parent, {})[source.name] = after
    for folder, after in modules.items():
        mine = [source for source, _ in texts if source.name in after]
        parts = parts_of(str(folder), mine, root, MAX_FILE_SIZE)
        new = [
            part._replace(source=replace(part.source, text=after.get(part.source.name, part.source.text)))
            for part in parts
        ]
        yield mine[0].name, joined(parts).text, joined(new).text


def _by_file(patches: Sequence[FilePatch], origin: str, root: Path) -> list[FilePatch]:
    """The same patches, with one name for each file: links and hard links are other names of one."""
    first: dict[tuple[int, int], str] = {}
    found: list[FilePatch] = []
    for patch in patches:
        name = patch.name
        if not os.path.lexists(root / name):
            raise PatchError(f"{name} does not exist below {root}; take its hunks out of the patch", path=origin)
        target = Path(os.path.realpath(root / name))
        if not target.is_relative_to(root) or ".git" in target.relative_to(root).parts:
            raise PatchError(f"{name} is a link out of the project; take its hunks out of the patch", path=origin)
        try:
            status = target.stat()
        except OSError as error:
            raise PatchError(f"{name}: {error.strerror}; take its hunks out of the patch", path=origin) from error
        found.append(replace(patch, name=first.setdefault((status.st_dev, status.st_ino), name)))
    return found
