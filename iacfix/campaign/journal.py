"""What happened to each repository: a line of JSON for each event, on disk before anything else goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from iacfix.campaign.job import SET_ASIDE, JobResult
from iacfix.campaign.lines import Lines, read_lines
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
    result: JobResult | None = None

    @property
    def is_set_aside(self) -> bool:
        return self.open >= STRIKES

    @property
    def state(self) -> str | None:
        """None where it is still to be done."""
        if self.is_set_aside:
            return SET_ASIDE
        return self.result.state if self.result and not self.open else None

    @property
    def reason(self) -> str | None:
        if self.is_set_aside:
            return f"began {self.open} times without finishing; --retry set-aside tries it again"
        return self.result.reason if self.result else None


class Journal:
    """Appends an event to the file; it is on disk when the call returns."""

    def __init__(self, folder: Path) -> None:
        self._lines = Lines(folder / FILE)

    def began(self, name: str) -> None:
        self._lines.add({"event": "began", "repository": name})

    def ended(self, name: str, result: JobResult) -> None:
        self._lines.add({"event": "ended", "repository": name, **_entry(result)})

    def given_up(self, name: str) -> None:
        """It began and had no chance to end: the campaign was stopped, or is to try again."""
        self._lines.add({"event": "given up", "repository": name})

    def tried_again(self, name: str) -> None:
        """What is known of it does not count any more."""
        self._lines.add({"event": "tried again", "repository": name})

    def close(self) -> None:
        self._lines.close()


def _entry(result: JobResult) -> dict[str, object]:
    """All but the files, and what says nothing."""
    return {key: value for key, value in vars(result).items() if key != "files" and (value or key == "state")}


def records(folder: Path) -> dict[str, Record]:
    """What the journal of a campaign says of each repository."""
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
