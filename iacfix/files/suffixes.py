"""The languages of files by their names."""

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
    ".tofu": "terraform",
}
"""File name endings and the language they are read as."""
MODULES = (".tofu", ".tf")
"""Endings of programs of several files, in JSON syntax with `.json` behind them; OpenTofu takes the first where both
stand."""
PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")
"""What Pulumi reads of the folder of a program."""


def language_name(path: PurePath | str) -> str | None:
    """The language a file is read as, by its ending."""
    return SUFFIXES.get(ending_of(path))


def ending_of(path: PurePath | str) -> str:
    """The ending of a file name; for a module in JSON syntax the one before `.json`."""
    stem, ending = os.path.splitext(path)
    inner = os.path.splitext(stem)[1] if ending == ".json" else ""
    return inner if inner in MODULES else ending
