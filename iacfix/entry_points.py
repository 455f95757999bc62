"""What installed distributions offer to a group.

Read from their folders: importlib.metadata answers the same, but to import it takes four times as long as Python's own
start. It is asked where something on the path is no folder.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

_SECTION = re.compile(r"\s*\[([^]]+)\]")


def offered(group: str) -> dict[str, str]:
    """Object references by their names; of two distributions with one name the first on the path counts."""
    if not _has_folders_only():
        from importlib.metadata import entry_points

        return {point.name: point.value for point in entry_points(group=group)}
    return {name: value for text in _texts() for name, value in _points(text, group)}


def installed() -> frozenset[str]:
    """Every distribution on the path with its version, as its folder is called."""
    return frozenset(name for folder in sys.path for name in _distributions(folder))


def _has_folders_only() -> bool:
    """The path has neither archives nor finders that know distributions of their own."""
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_distributions")]
    return len(finders) <= 1 and not any(os.path.isfile(place) for place in sys.path)


def _texts() -> Iterator[str]:
    known = set[str]()
    for folder in sys.path:
        for name in _distributions(folder):
            distribution = re.sub(r"[-_.]+", "-", name.partition("-")[0]).lower()
            if distribution in known:
                continue
            known.add(distribution)
            try:
                with open(os.path.join(folder, name, "entry_points.txt"), encoding="utf-8") as file:
                    yield file.read()
            except (OSError, UnicodeDecodeError):
                continue


def _distributions(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return []


def _points(text: str, group: str) -> Iterator[tuple[str, str]]:
    is_wanted = False
    for line in text.splitlines():
        if section := _SECTION.match(line):
            is_wanted = section[1].strip() == group
        elif is_wanted and "=" in line and not line.lstrip().startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.partition("[")[0].strip()
