"""The journal of a campaign: one line of JSON for each event of a repository, synced to disk at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from iacfix.campaign.job import SET_ASIDE, JobResult
from iacfix.campaign.lines import Lines, read_lines
from iacfix.errors import UsageError

FILE = "journal.jsonl"
STRIKES = 2
"""Starts without an end after which a repository is set aside."""


@dataclass(frozen=True)
class Record:
    """The history of a repository: `attempts` counts all starts, `open` the starts without an end since the last end,
    `result` is the last one, without its files."""

    attempts: int = 0
    open: int = 0
    result: JobResult | None = None

    @property
    def is_set_aside(self) -> bool:
        return self.open >= STRIKES

    @property
    def state(self) -> str | None:
        """The state of the last result, or SET_ASIDE; None where the repository is still to be checked."""
        if self.is_set_aside:
            return SET_ASIDE
        return self.result.state if self.result and not self.open else None

    @property
    def reason(self) -> str | None:
        if self.is_set_aside:
            return f"began {self.open} times without finishing; --retry set-aside tries it again"
        return self.result.reason if self.result else None


class Journal:
    """Appends events to the file; each is on disk when the call returns."""

    def __init__(self, folder: Path) -> None:
        self._lines = Lines(folder / FILE)

    def began(self, name: str) -> None:
        self._lines.add({"event": "began", "repository": name})

    def ended(self, name: str, result: JobResult) -> None:
        self._lines.add({"event": "ended", "repository": name, **_entry(result)})

    def given_up(self, name: str) -> None:
        """It was stopped with the campaign, which does not count against the repository."""
        self._lines.add({"event": "given up", "repository": name})

    def tried_again(self, name: str) -> None:
        """Its earlier result and unfinished starts no longer count."""
        self._lines.add({"event": "tried again", "repository": name})

    def close(self) -> None:
        self._lines.close()


def _entry(result: JobResult) -> dict[str, object]:
    """The fields of a result as JSON, without its files and without empty fields."""
    return {key: value for key, value in vars(result).items() if key != "files" and (value or key == "state")}


def records(folder: Path) -> dict[str, Record]:
    """The record of each repository by name. Raises UsageError for a file that is no journal."""
    found: dict[str, Record] = {}
    try:
        for event in read_lines(folder / FILE):
            name = str(event["repository"])
            found[name] = _after(found.get(name, Record()), event)
    except (KeyError, TypeError) as error:
        raise UsageError("is not the journal of a campaign; name another folder", path=folder / FILE) from error
    return found


def _after(record: Record, event: dict[str, Any]) -> Record:
    match event["event"]:
        case "began":
            return replace(record, attempts=record.attempts + 1, open=record.open + 1)
        case "ended":
            result = JobResult(
                **{key: value for key, value in event.items() if key not in ("at", "event", "repository")}
            )
            return replace(record, open=0, result=result)
        case "given up":
            return replace(record, open=max(0, record.open - 1))
        case "tried again":
            return replace(record, open=0, result=None)
        case _:
            return record
