"""The input and the output of the process that checks one repository, as plain data that is sent between machines."""

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
    """The options that hold for every repository; other options need another folder of results."""

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
"""The command line option of each field of CheckOptions, for messages."""


@dataclass(frozen=True)
class Bounds:
    """Limits for one repository: `seconds` of wall time, `memory` of each process in megabytes, and `output`, the
    megabytes of its files and also those of its results."""

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
    """CheckOptions from parsed JSON, in which tuples are lists."""
    rest = {key: value for key, value in values.items() if key not in ("select", "ignore", "given")}
    return CheckOptions(
        tuple(values["select"]), tuple(values["ignore"]), **rest, given=_given_of(values.get("given", {}))
    )


def _given_of(values: dict[str, Any]) -> SettingsOverrides:
    """Settings of the command line are relative to no folder; they apply to each repository's own."""
    files, settings = (tuple(_settings_file_of(each) for each in values.get(key, ())) for key in ("files", "values"))
    return SettingsOverrides(files, settings, values.get("isolated", False), values.get("allow_packs"))


def _settings_file_of(values: dict[str, Any]) -> SettingsFile:
    shown, text, table = values["shown"], values["text"], tuple[str, ...](values["table"])
    return SettingsFile(shown, text, table, is_option=values["is_option"], rules_from=values["rules_from"])


@dataclass(frozen=True)
class JobResult:
    """The result of one repository. `state` is one of STATES, `reason` tells why it failed, `same_as` names a
    repository with the same files whose results count, `findings` has the counts "found" and "fixed" by rule, `refused`
    the number of findings by the reason why they are not fixed, `files` the contents of result files by name."""

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
