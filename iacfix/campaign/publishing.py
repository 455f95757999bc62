"""Publishes the patches of a campaign as pull requests, identified by their branches; others' commits are kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from iacfix.campaign.branches import Workshop, tips
from iacfix.campaign.folder import ROOM, Campaign
from iacfix.campaign.git import GitError
from iacfix.campaign.host_commands import Commands, Refused, must_be_installed
from iacfix.campaign.hosts import CLOSED, MERGED, Host, Hosted, Place, branch_of, first_open, host_of
from iacfix.campaign.job import PULL_REQUESTS, JobResult
from iacfix.campaign.lines import Lines, read_lines
from iacfix.campaign.targets import Repository
from iacfix.errors import UsageError

Tell = Callable[[Sequence[str]], None]
FILE = "published.jsonl"
CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
LEFT_ALONE, NOT_MADE, FAILED = "left alone", "not made", "failed"
THERE = (CREATED, UPDATED, UNCHANGED)
OUTCOMES = (*THERE, MERGED, CLOSED, LEFT_ALONE, NOT_MADE, FAILED)
NOT_PUBLISHED = "not published"
UNSURE = "its host does not know yet whether it conflicts; try again"


@dataclass(frozen=True)
class Wanted:
    """A pull request to publish, from the results of a campaign. `branch` is its own, `base` the branch to merge into,
    `commit` the one that the patch applies to, `behind` the rule of the pull request it is stacked on."""

    repository: Repository
    rule: str
    title: str
    behind: str | None
    branch: str
    base: str
    commit: str
    patch: Path
    body: Path

    @cached_property
    def message(self) -> str:
        return f"{self.title}\n\nMade by iacfix; the pull request says what it means."

    def content(self, front: str) -> str:
        """A digest of all that it is made of; where it differs, the branch is pushed again. `front` is the commit it is
        stacked on, or empty."""
        parts = (self.title, self.commit, front, self.base)
        texts = (self.patch.read_bytes(), self.body.read_bytes(), *map(str.encode, parts))
        return sha256(b"\0".join(texts)).hexdigest()


@dataclass(frozen=True)
class Chosen:
    """Which pull requests to publish; without rules those of all, `repository` is a glob pattern of names."""

    rules: Sequence[str] = ()
    repository: str = "*"
    tool: str | None = None


@dataclass(frozen=True)
class Hosting:
    """A repository with pull requests to publish, and its host; None for a local folder."""

    repository: Repository
    wanted: Sequence[Wanted]
    at: tuple[Host, Place] | None


@dataclass(frozen=True)
class Published:
    """The outcome of one pull request: `state` is one of OUTCOMES, or of the host's STATES."""

    repository: str
    rule: str
    state: str
    url: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class _Known:
    """What an earlier run published: the commit it pushed, the number of the pull request, and the digest `content`."""

    commit: str
    number: int | None = None
    content: str = ""


def hostings(campaign: Campaign, chosen: Chosen) -> list[Hosting]:
    """The repositories with chosen pull requests. Raises UsageError where none of the existing ones is chosen, where a
    host is not known or its command is not installed."""
    records = campaign.records()
    found, others = list[Hosting](), list[str]()
    for repository in campaign.repositories:
        result = records[repository.name].result
        if result and result.pull_requests:
            is_named = fnmatch(repository.name, chosen.repository)
            wanted = _wanted(campaign, repository, result, chosen.rules) if is_named else []
            if wanted:
                found.append(Hosting(repository, wanted, host_of(repository, chosen.tool)))
            else:
                others.append(f"{repository.name} has {' and '.join(result.pull_requests[:3])}")
    if others and not found:
        raise UsageError(f"no pull request is chosen; {others[0]}")
    for program in {each.at[0].program for each in found if each.at}:
        must_be_installed(program)
    return found


def _wanted(campaign: Campaign, repository: Repository, result: JobResult, rules: Sequence[str]) -> list[Wanted]:
    place = campaign.results(repository).absolute()
    rows: list[dict[str, str | None]] = json.loads((place / PULL_REQUESTS).read_text(encoding="utf-8"))
    return [
        Wanted(
            repository,
            rule,
            row["title"] or rule,
            behind,
            branch_of(repository, rule),
            branch_of(repository, behind) if behind else result.branch or "HEAD",
            result.commit or "",
            place / f"{rule}.patch",
            place / f"{rule}.md",
        )
        for row in rows
        if (rule := row["rule"]) and (not rules or rule in rules)
        for behind in (row["behind"],)
    ]


def published(
    campaign: Campaign, found: Sequence[Hosting], commands: Commands, dry: Tell | None
) -> Iterator[Published]:
    """Create and update all of them. With `dry` nothing is pushed or published: it is called with each command instead.
    Raises Busy."""
    known = _known(campaign.folder)
    lines = Lines(campaign.folder / FILE) if dry is None else None
    room = campaign.folder.absolute() / ROOM
    room.mkdir(exist_ok=True)
    try:
        for each in found:
            yield from _of_repository(each, commands, known.get(each.repository.name, {}), lines, room, dry)
    finally:
        shutil.rmtree(room, ignore_errors=True)
        if lines:
            lines.close()


def statuses(campaign: Campaign, found: Sequence[Hosting], commands: Commands) -> Iterator[Published]:
    """The current state of each pull request at its host. Raises Busy."""
    known = _known(campaign.folder)
    for each in found:
        for wanted in each.wanted:
            before = known.get(each.repository.name, {}).get(wanted.rule)
            yield _status(wanted, each.at, commands, before)


def _status(wanted: Wanted, at: tuple[Host, Place] | None, commands: Commands, before: _Known | None) -> Published:
    name, rule = wanted.repository.name, wanted.rule
    if at is None:
        return Published(name, rule, NOT_PUBLISHED, reason="a folder has no pull requests")
    host, place = at
    try:
        there = host.listed(commands.read(host.listing(place, wanted.branch)))
    except Refused as error:
        return Published(name, rule, FAILED, reason=str(error))
    ours = [each for each in there if before and each.number == before.number]
    shown = first_open(there) or next(iter(ours or there), None)
    if shown is None:
        return Published(name, rule, NOT_PUBLISHED)
    return Published(name, rule, shown.state, shown.url, UNSURE if shown.is_unsure else None)


def _known(folder: Path) -> Mapping[str, Mapping[str, _Known]]:
    found: dict[str, dict[str, _Known]] = {}
    for event in read_lines(folder / FILE):
        mine = found.setdefault(str(event.get("repository")), {})
        before = mine.get(str(event.get("rule")))
        number, content = event.get("number"), event.get("content", "")
        number = before.number if before and number is None else number
        mine[str(event.get("rule"))] = _Known(str(event.get("commit")), number, content)
    return found


def _nobody(_command: Sequence[str]) -> None: ...


def _of_repository(
    hosting: Hosting,
    commands: Commands,
    known: Mapping[str, _Known],
    lines: Lines | None,
    room: Path,
    dry: Tell | None,
) -> Iterator[Published]:
    name = hosting.repository.name
    if hosting.at is None:
        for each in hosting.wanted:
            yield Published(name, each.rule, NOT_MADE, reason="a folder has no pull requests")
        return
    place = room / hosting.repository.folder
    workshop = Workshop(place, hosting.repository.address, commands.pace.timeout, dry or _nobody)
    try:
        there = tips(room, hosting.repository.address, commands.pace.timeout)
        making = _Making(*hosting.at, workshop, commands, there, known, lines, dry)
        for each in hosting.wanted:
            yield making.outcome(each)
    except GitError as error:
        for each in hosting.wanted:
            yield Published(name, each.rule, FAILED, reason=str(error))
    finally:
        shutil.rmtree(place, ignore_errors=True)


@dataclass
class _Making:
    """Publishes the pull requests of one repository; `_made` has the commits, by rule, that others can be stacked
    on."""

    host: Host
    place: Place
    workshop: Workshop
    commands: Commands
    tips: Mapping[str, str]
    known: Mapping[str, _Known]
    lines: Lines | None
    dry: Tell | None
    _made: dict[str, str] = field(default_factory=dict[str, str])
    _states: dict[str, str] = field(default_factory=dict[str, str])

    def outcome(self, wanted: Wanted) -> Published:
        try:
            state, hosted, reason = self._outcome(wanted)
        except (GitError, Refused) as error:
            state, hosted, reason = FAILED, None, str(error)
        self._states[wanted.rule] = state
        return Published(wanted.repository.name, wanted.rule, state, hosted.url if hosted else None, reason)

    def _outcome(self, wanted: Wanted) -> tuple[str, Hosted | None, str | None]:
        there = self._there(wanted)
        current, before = first_open(there), self.known.get(wanted.rule)
        if current is None and there:
            last = there[0]
            if last.state == CLOSED:
                return CLOSED, last, "was closed without being merged; reopen it there to have it updated"
            if before and (last.number == before.number or last.commit == before.commit):
                return MERGED, last, None
        if wanted.behind and wanted.behind not in self._made:
            state = self._states.get(wanted.behind, "not chosen")
            why = f"stands on the one of {wanted.behind}, which is {state}"
            return (UNCHANGED, current, None) if current else (NOT_MADE, None, why)
        if wanted.base == "HEAD":
            return NOT_MADE, None, "was checked at a tag, which no pull request can target; name a branch in the list"
        if not wanted.behind and wanted.base not in self.tips:
            return NOT_MADE, current, f"the branch {wanted.base} is gone; run the campaign into a new folder"
        return self._brought_up_to_date(wanted, current, before)

    def _brought_up_to_date(
        self, wanted: Wanted, current: Hosted | None, before: _Known | None
    ) -> tuple[str, Hosted | None, str | None]:
        tip = self.tips.get(wanted.branch)
        content = wanted.content(self._made[wanted.behind] if wanted.behind else "")
        is_known = before is not None and tip == before.commit
        if current and tip and is_known and before and before.content == content:
            self._made[wanted.rule] = tip
            return UNCHANGED, current, None
        digest = self.workshop.digest(self.workshop.fetched(f"refs/heads/{wanted.branch}")) if tip else None
        if tip and digest is None:
            return LEFT_ALONE, current, f"the branch {wanted.branch} has commits of others"
        commit = self._committed(wanted)
        if tip and self.workshop.digest(commit) == digest:
            commit = tip
        else:
            self._push(wanted, commit, tip)
        self._made[wanted.rule] = commit
        if current and commit == tip and before and before.content == content:
            return UNCHANGED, current, None
        state, hosted = (UPDATED, self._update(wanted, current)) if current else (CREATED, self._create(wanted))
        if hosted:
            self._note(wanted, commit, number=hosted.number, content=content)
        return state, hosted, None

    def _committed(self, wanted: Wanted) -> str:
        if wanted.behind is None:
            parent = self.workshop.fetched(wanted.commit)
        elif (parent := self._made[wanted.behind]) == self.tips.get(wanted.base):
            parent = self.workshop.fetched(f"refs/heads/{wanted.base}")
        return self.workshop.committed(wanted.branch, parent, wanted.patch, wanted.message)

    def _push(self, wanted: Wanted, commit: str, tip: str | None) -> None:
        if self.dry:
            self.workshop.tell(["git", "-C", str(self.workshop.place), *self.workshop.push(commit, wanted.branch, tip)])
        else:
            self._note(wanted, commit)
            self.workshop.pushed(commit, wanted.branch, tip)

    def _create(self, wanted: Wanted) -> Hosted | None:
        command = self.host.creation(self.place, wanted.branch, wanted.base, wanted.title, wanted.body)
        if self.dry:
            self.dry(command)
            return None
        printed = self.commands.change(command, lambda: first_open(self._there(wanted)) is not None)
        return self.host.created(printed) if printed is not None else first_open(self._there(wanted))

    def _update(self, wanted: Wanted, current: Hosted) -> Hosted:
        command = self.host.update(self.place, current.number, wanted.base, wanted.title, wanted.body)
        if self.dry:
            self.dry(command)
        else:
            self.commands.change(command)
        return current

    def _there(self, wanted: Wanted) -> list[Hosted]:
        return self.host.listed(self.commands.read(self.host.listing(self.place, wanted.branch)))

    def _note(self, wanted: Wanted, commit: str, **more: object) -> None:
        if self.lines:
            self.lines.add({"repository": wanted.repository.name, "rule": wanted.rule, "commit": commit, **more})
