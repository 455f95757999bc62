"""The results of a whole campaign by repository, by rule, and by reason why findings are not fixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from iacfix.campaign.folder import RESULTS, Campaign
from iacfix.campaign.job import REVIEW, STATES, JobResult
from iacfix.campaign.journal import Record
from iacfix.campaign.targets import LeftOut, Repository
from iacfix.registry import rules

OPEN = "open"
"""The state of a repository that is still to be checked."""
SLOWEST = 10
REASONS = 50


@dataclass(frozen=True)
class Row:
    """A repository and its result. `page` is the URL of its review page relative to the folder of the campaign;
    `findings` and `refused` as in JobResult."""

    name: str
    address: str
    state: str
    reason: str | None
    page: str | None
    findings: Mapping[str, Mapping[str, int]]
    pull_requests: Sequence[str]
    errors: Sequence[str]
    refused: Mapping[str, int]
    seconds: float
    attempts: int
    commit: str | None
    same_as: str | None

    @property
    def found(self) -> int:
        return sum(each["found"] for each in self.findings.values())

    @property
    def fixed(self) -> int:
        return sum(each["fixed"] for each in self.findings.values())


@dataclass(frozen=True)
class RuleCount:
    """Counts of a rule over all repositories: `repositories` with a finding of it, `patches` for its pull requests."""

    rule: str
    repositories: int
    found: int
    fixed: int
    patches: int


@dataclass(frozen=True)
class Overview:
    title: str
    rows: Sequence[Row]
    left_out: Sequence[LeftOut]

    @property
    def states(self) -> dict[str, int]:
        """The number of repositories by state, without states that none is in."""
        counts = Counter(row.state for row in self.rows)
        return {state: counts[state] for state in (*STATES, OPEN) if counts[state]}

    @property
    def rules(self) -> list[RuleCount]:
        """The rules with findings, in the order of the catalogue."""
        order = {name: at for at, name in enumerate(rules())}
        found = {rule for row in self.rows for rule in row.findings}
        names = sorted(found, key=lambda name: (order.get(name, len(order)), name))
        return [self._count(name) for name in names]

    def _count(self, rule: str) -> RuleCount:
        mine = [row.findings[rule] for row in self.rows if rule in row.findings]
        patches = sum(rule in row.pull_requests for row in self.rows)
        found, fixed = (sum(each[key] for each in mine) for key in ("found", "fixed"))
        return RuleCount(rule, len(mine), found, fixed, patches)

    @property
    def slowest(self) -> list[Row]:
        return sorted((row for row in self.rows if row.seconds), key=lambda row: -row.seconds)[:SLOWEST]

    @property
    def refused(self) -> list[tuple[str, int]]:
        """Reasons why findings are not fixed with their numbers, the most frequent first, at most REASONS."""
        counts = Counter[str]()
        for row in self.rows:
            counts.update(row.refused)
        return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:REASONS]


def overview(campaign: Campaign) -> Overview:
    records = campaign.records()
    rows = [_row(campaign, each, records[each.name]) for each in campaign.repositories]
    return Overview(campaign.folder.absolute().name, rows, campaign.targets.left_out)


def _row(campaign: Campaign, repository: Repository, record: Record) -> Row:
    state = record.state
    result = record.result if state is not None and record.result else JobResult(OPEN)
    has_page = (campaign.results(repository) / REVIEW).is_file()
    page = f"{RESULTS}/{quote(repository.folder, safe='@+~')}/{REVIEW}" if has_page else None
    return Row(
        repository.name,
        repository.address,
        state or OPEN,
        record.reason if state else None,
        page,
        result.findings,
        result.pull_requests,
        result.errors,
        result.refused,
        result.seconds,
        record.attempts,
        result.commit,
        result.same_as,
    )


def document(shown: Overview) -> dict[str, object]:
    """All of it, for programs."""
    return {
        "schema_version": 1,
        "states": shown.states,
        "rules": [vars(each) for each in shown.rules],
        "refused": [{"reason": reason, "findings": number} for reason, number in shown.refused],
        "slowest": [row.name for row in shown.slowest],
        "repositories": [{**vars(row), "found": row.found, "fixed": row.fixed} for row in shown.rows],
        "left_out": [vars(each) for each in shown.left_out],
    }


def table(shown: Overview) -> Iterator[str]:
    """The lines of a table for the terminal."""
    columns = ("state", "findings", "fixed", "seconds", "repository")
    rows = [(row.state, str(row.found), str(row.fixed), f"{row.seconds:.1f}", _name(row)) for row in shown.rows]
    yield from _aligned([columns, *rows])
    if shown.rules:
        yield ""
        heads = ("repositories", "findings", "fixed", "patches", "rule")
        counts = [
            (str(each.repositories), str(each.found), str(each.fixed), str(each.patches), each.rule)
            for each in shown.rules
        ]
        yield from _aligned([heads, *counts])
    if shown.refused:
        yield ""
        yield from _aligned([("findings", "not fixed because"), *((str(n), why) for why, n in shown.refused)])
    for each in shown.left_out:
        yield f"skipped: {each.address} {each.why}"


def _name(row: Row) -> str:
    about = row.reason or (f"the same as {row.same_as}" if row.same_as else None)
    return f"{row.name}: {about}" if about else row.name


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows with aligned columns, numbers to the right; the last column is not padded."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    are_numbers = [all(row[at].replace(".", "").isdigit() for row in rows[1:]) for at in range(len(widths))]
    for row in rows:
        cells = [
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, are_numbers, strict=False)
        ]
        yield "  ".join([*cells, row[-1]])
