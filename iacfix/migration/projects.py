"""The Pulumi project of a program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from iacfix.files.small_files import read_small
from iacfix.files.suffixes import PROJECT_FILES

_NAME = re.compile(r"""^name[ \t]*:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^#\s"'][^#\n]*?))[ \t]*(?:#.*)?$""", re.MULTILINE)


@dataclass(frozen=True)
class Project:
    """`folder` contains its Pulumi.yaml; `name` is None where it is not a plain string there."""

    folder: Path
    name: str | None


def project_of(file: Path, root: Path) -> Project | None:
    """The project of the nearest Pulumi.yaml; None where there is none up to the root."""
    return _project_in(file.parent, root)


@cache
def _project_in(folder: Path, root: Path) -> Project | None:
    for name in PROJECT_FILES:
        try:
            text = read_small(folder / name).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue
        found = _NAME.search(text.replace("\r\n", "\n"))
        return Project(folder, next(filter(None, found.groups()), None) if found else None)
    return None if folder in (root, folder.parent) else _project_in(folder.parent, root)
