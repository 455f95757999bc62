"""A file of JSON lines that survives a killed run: each line is synced to disk, and a torn last line is skipped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast


class Lines:
    """Appends to the file; each line is on disk when the call returns."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")  # after a partial line that a killed run left

    def add(self, event: Mapping[str, object]) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **event}).encode() + b"\n"
        while line:
            line = line[os.write(self._file, line) :]
        os.fsync(self._file)

    def close(self) -> None:
        os.close(self._file)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of all whole lines; none where there is no file."""
    try:
        with open(path, "rb") as file:
            for line in file:
                try:
                    event = json.loads(line)
                except ValueError:
                    continue
                if isinstance(event, dict):
                    yield cast("dict[str, Any]", event)
    except FileNotFoundError:
        return
