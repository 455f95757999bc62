"""Baselines: known findings that are not reported again, identified by rule, file, resource and text, not by line."""

from __future__ import annotations

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import cast

from iacfix.engine.fingerprints import digest
from iacfix.engine.run import Run
from iacfix.errors import UsageError
from iacfix.files.suffixes import MODULES, ending_of
from iacfix.registry import rules
from iacfix.result import Reported

VERSION = 1
_CONFLICT = re.compile(rb"^(?:<{7}|={7}|>{7})", re.MULTILINE)
_KEYS = ("rule", "path", "resource", "text")


@dataclass(frozen=True, order=True)
class BaselineEntry:
    """The identity of a finding in a baseline; `text` is a digest of the source text or the message."""

    rule: str
    path: str
    resource: str
    text: str


Baseline = Counter[BaselineEntry]
"""The number of equal findings by entry."""


def entry_of(finding: Reported) -> BaselineEntry:
    rule, path, resource, text = finding.identity
    return BaselineEntry(rule, path, resource, digest(text))


def compared(found: Iterable[Reported], known: Baseline) -> tuple[list[Reported], Baseline]:
    """The findings that are not in the baseline, and its entries that are not found. Of more equal findings than it has
    the last are new."""
    left = Counter(known)
    new: list[Reported] = []
    for finding in found:
        entry = entry_of(finding)
        if left[entry] > 0:
            left[entry] -= 1
        else:
            new.append(finding)
    return _without_moved(new, +left)


def _without_moved(new: list[Reported], left: Baseline) -> tuple[list[Reported], Baseline]:
    """The same without resources that stand in another file of their module now, which has each address once."""
    before = {_in_module(entry): entry for entry in left if entry.resource and ending_of(entry.path) in MODULES}
    moved: set[Reported] = set()
    for finding in new:
        entry = before.get(_in_module(entry_of(finding)))
        if entry is not None and left[entry] > 0:
            left[entry] -= 1
            moved.add(finding)
    return [finding for finding in new if finding not in moved], +left


def _in_module(entry: BaselineEntry) -> BaselineEntry:
    return replace(entry, path=os.path.dirname(entry.path))


def stale(left: Baseline, done: Run) -> Baseline:
    """The entries that this run should have found, of those that it did not find."""
    return Counter({entry: count for entry, count in left.items() if _judged(entry, done)})


def renewed(known: Baseline, done: Run) -> Baseline:
    """The findings of this run, with the known ones of files and rules outside of it."""
    kept = Counter({entry: count for entry, count in known.items() if not _judged(entry, done)})
    return kept + Counter(map(entry_of, done.findings))


def _judged(entry: BaselineEntry, done: Run) -> bool:
    """The run would have found the entry: it examined the file with this rule, or the file no longer exists."""
    asked = done.visited.get(entry.path)
    if asked is None:
        return not os.path.exists(done.root / entry.path)
    if any(outcome.path == entry.path and outcome.errors for outcome in done.outcomes):
        return False
    return entry.rule in asked or (entry.rule not in rules() and not done.selective)


def read(path: Path) -> Baseline:
    """The baseline in a file; raises UsageError with a remedy."""
    try:
        if not stat.S_ISREG(mode := path.stat().st_mode) and not stat.S_ISFIFO(mode):  # a device may never end
            raise UsageError("is not a file; name a baseline that iacfix baseline write made", path=path)
        text = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}; iacfix baseline write makes one", path=path) from error
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        if conflict := _CONFLICT.search(text):
            line = text.count(b"\n", 0, conflict.start()) + 1
            raise UsageError("has a merge conflict; keep the entries of both sides", path=path, line=line) from error
        raise UsageError("is not a baseline: not JSON; remove it and run iacfix baseline write", path=path) from error
    version = cast("Mapping[str, object]", data).get("version") if isinstance(data, dict) else None
    if version is None:
        raise UsageError("is not a baseline: it has no version; remove it and run iacfix baseline write", path=path)
    if type(version) is not int or version != VERSION:
        why = f"is a baseline of version {json.dumps(version)}, and this iacfix knows version {VERSION}"
        raise UsageError(f"{why}; remove it and run iacfix baseline write", path=path)
    entries = cast("Mapping[str, object]", data).get("findings")
    try:
        if not isinstance(entries, list):
            raise TypeError(entries)
        return Counter(dict(map(_read_entry, cast("list[Mapping[str, object]]", entries))))
    except (TypeError, KeyError, ValueError) as error:
        why = "is not a baseline: an entry is broken"
        raise UsageError(f"{why}; remove it and run iacfix baseline write", path=path) from error


def _read_entry(found: Mapping[str, object]) -> tuple[BaselineEntry, int]:
    texts = [found[key] for key in _KEYS]
    count = found["count"]
    if not all(isinstance(text, str) for text in texts) or not isinstance(count, int) or count < 1:
        raise ValueError(found)
    return BaselineEntry(*map(str, texts)), count


def written(known: Baseline) -> str:
    """The text of a baseline file: sorted, one entry per line, so that git can merge it."""
    lines = [
        json.dumps({**dict(zip(_KEYS, astuple(entry), strict=True)), "count": known[entry]}) for entry in sorted(known)
    ]
    listed = "".join(f"\n    {line}{',' if number < len(lines) else ''}" for number, line in enumerate(lines, start=1))
    return f'{{\n  "version": {VERSION},\n  "findings": [{listed}{chr(10) + "  " if lines else ""}]\n}}\n'
