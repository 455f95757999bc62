"""What is asked of the process that checks one repository, and what it answers: plain data that travels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from iacfix.files.settings import NOTHING_GIVEN, SettingsOverrides
from iacfix.files.settings_file import SettingsFile

PULL_REQUESTS = "pull_requests.json"
REVIEW = "review.html"
REPORT = "report.json"


@dataclass(frozen=True)
class CheckOptions:
    """What the command line says of every repository; another answer needs another folder of results."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool | None = None
    major: int | None = None
    by: str = "rule"
    given: SettingsOverrides = NOTHING_GIVEN


FLAGS = {
    "select": "--select",
    "ignore": "--ignore",
    "unsafe": "--unsafe-fixes",
    "major": "--provider-version",
    "by": "--by",
    "given": "--config, --isolated or --allow-packs",
}
"""How people say each of them."""


@dataclass(frozen=True)
class Bounds:
    """Of one repository: seconds on the wall, megabytes of memory of each process, megabytes of all its files and
    of all its results."""

    seconds: int = 600
    memory: int = 4096
    output: int = 1024


@dataclass(frozen=True)
class Job:
    """A repository to check. `room` is where its clone stands for a while, None where the system keeps such files; who
    does not find it there does not see the folder of the campaign. `trees` is a folder that names a repository with the
    same files, once it is done; `cache` is one of outcomes of single files."""

    name: str
    address: str
    branch: str | None
    options: CheckOptions
    bounds: Bounds
    room: str | None = None
    trees: str | None = None
    cache: str | None = None

    def written(self) -> str:
        return json.dumps(asdict(self))


def read_job(text: str) -> Job:
    values: dict[str, Any] = json.loads(text)
    options, bounds = options_of(values.pop("options")), Bounds(**values.pop("bounds"))
    return Job(**values, options=options, bounds=bounds)


def options_of(values: dict[str, Any]) -> CheckOptions:
    """From JSON, which knows no tuples."""
    rest = {key: value for key, value in values.items() if key not in ("select", "ignore", "given")}
    return CheckOptions(
        tuple(values["select"]), tuple(values["ignore"]), **rest, given=_given_of(values.get("given", {}))
    )


def _given_of(values: dict[str, Any]) -> SettingsOverrides:
    """Settings of the command line name no folder: in each repository they are about its own."""
    files, settings = (tuple(_settings_file_of(each) for each in values.get(key, ())) for key in ("files", "values"))
    return SettingsOverrides(files, settings, values.get("isolated", False), values.get("allow_packs"))


def _settings_file_of(values: dict[str, Any]) -> SettingsFile:
    shown, text, table = values["shown"], values["text"], tuple[str, ...](values["table"])
    return SettingsFile(shown, text, table, is_option=values["is_option"], rules_from=values["rules_from"])


@dataclass(frozen=True)
class JobResult:
    """What came of it: `state` is one of STATES, `reason` says why where it failed, `same_as` names the repository
    whose files are the same, `files` are the results by name."""

    state: str
    reason: str | None = None
    commit: str | None = None
    tree: str | None = None
    branch: str | None = None
    same_as: str | None = None
    programs: int = 0
    findings: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    refused: Mapping[str, int] = field(default_factory=dict[str, int])
    errors: Sequence[str] = ()
    pull_requests: Sequence[str] = ()
    seconds: float = 0.0
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes], repr=False)


DONE = ("fixed", "reported", "clean", "no program", "empty")
LOST = ("failed", "timed out", "killed")
SET_ASIDE = "set aside"
STATES = (*DONE, *LOST, SET_ASIDE)
