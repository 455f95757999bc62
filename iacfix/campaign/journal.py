"""What happened to each repository: a line of JSON for each event, on disk before anything else goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from iacfix.campaign.job import SET_ASIDE, Answer
from iacfix.errors import UsageError

FILE = "journal.jsonl"
STRIKES = 2
"""Times that a repository may begin without an end."""


@dataclass(frozen=True)
class Record:
    """What is known of a repository: how often it began, how often without an end since it last had one, and its last
    answer, without the files."""

    attempts: int = 0
    open: int = 0
    answer: Answer | None = None

    @property
    def is_set_aside(self) -> bool:
        return self.open >= STRIKES

    @property
    def state(self) -> str | None:
        """None where it is still to be done."""
        if self.is_set_aside:
            return SET_ASIDE
        return self.answer.state if self.answer and not self.open else None

    @property
    def reason(self) -> str | None:
        if self.is_set_aside:
            return f"began {self.open} times without an end; --retry set-aside tries it again"
        return self.answer.reason if self.answer else None


class Journal:
    """Appends to the file; each line is on disk when the call returns."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")  # behind what a killed run left of a line

    def began(self, name: str) -> None:
        self._append({"event": "began", "repository": name})

    def ended(self, name: str, answer: Answer) -> None:
        self._append({"event": "ended", "repository": name, **_told(answer)})

    def given_up(self, name: str) -> None:
        """It began and had no chance to end: the campaign was stopped, or is to try again."""
        self._append({"event": "given up", "repository": name})

    def tried_again(self, name: str) -> None:
        """What is known of it does not count any more."""
        self._append({"event": "tried again", "repository": name})

    def close(self) -> None:
        os.close(self._file)

    def _append(self, event: Mapping[str, object]) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **event}).encode() + b"\n"
        while line:
            line = line[os.write(self._file, line) :]
        os.fsync(self._file)


def _told(answer: Answer) -> dict[str, object]:
    """All but the files, and what says nothing."""
    return {key: value for key, value in vars(answer).items() if key != "files" and (value or key == "state")}


def records(folder: Path) -> dict[str, Record]:
    """What the journal of a campaign says of each repository; a line that was not finished says nothing."""
    found: dict[str, Record] = {}
    try:
        with open(folder / FILE, "rb") as file:
            for event in _events(file):
                name = str(event["repository"])
                found[name] = _after(found.get(name, Record()), event)
    except FileNotFoundError:
        pass
    except (KeyError, TypeError) as error:
        raise UsageError("is no journal of a campaign; name another folder", path=folder / FILE) from error
    return found


def _events(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield cast("dict[str, Any]", event)


def _after(record: Record, event: dict[str, Any]) -> Record:
    match event["event"]:
        case "began":
            return replace(record, attempts=record.attempts + 1, open=record.open + 1)
        case "ended":
            answer = Answer(**{key: value for key, value in event.items() if key not in ("at", "event", "repository")})
            return replace(record, open=0, answer=answer)
        case "given up":
            return replace(record, open=max(0, record.open - 1))
        case "tried again":
            return replace(record, open=0, answer=None)
        case _:
            return record
