"""Which files are programs, by their names."""

from __future__ import annotations

import os
from pathlib import PurePath

SUFFIXES = {
    ".py": "python",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "typescript",
    ".js": "typescript",
    ".mjs": "typescript",
    ".cjs": "typescript",
    ".jsx": "typescript",
    ".tf": "terraform",
}
"""File name endings and the language they are read as."""


def language_name(path: PurePath | str) -> str | None:
    """The language a file is read as, by its ending."""
    return SUFFIXES.get(os.path.splitext(path)[1])
