"""The plan of a run and the outcome of a file: plain data for other processes, the cache and every report format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Protocol

from iacfix.model import Provider
from iacfix.reasons import Reason
from iacfix.rewrite import Change
from iacfix.rule import Safety, Severity
from iacfix.rule_folders import RuleFolder


class Fix(Enum):
    """Whether a finding is fixed, and under which option."""

    SAFE = "safe"  # fixed by `apply`
    UNSAFE = "unsafe"  # fixed with `--unsafe-fixes`
    NONE = "none"  # reported only


@dataclass(frozen=True)
class Location:
    """Where a finding stands, beyond its line and column, and what identifies it when lines move.

    Lines count from 1 in the file as it was read; 0 stands for unknown. `resource_lines` are the first and the last
    line of the innermost resource that contains the finding, `statement` is the first line of its statement.
    `resource` is the type and the logical name of that resource, as in `aws.s3.Bucket logs`. `text` is the source at
    the finding in normalised form, empty where the finding is about the resource itself.
    """

    end_line: int = 0
    resource_lines: tuple[int, int] | None = None
    statement: int = 0
    resource: str = ""
    text: str = ""

    def moved(self, lines: int) -> Location:
        """The same location that many lines further down."""
        extent = self.resource_lines
        return replace(
            self,
            end_line=self.end_line and self.end_line + lines,
            resource_lines=extent and (extent[0] + lines, extent[1] + lines),
            statement=self.statement and self.statement + lines,
        )


@dataclass(frozen=True)
class Reported:
    """A finding as reports show it, at its line and column in the file as it was read; both count from 1, columns in
    characters. `notes` are what a deployed stack needs for its fix. `reason` says why it is not fixed."""

    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    fix: Fix
    reason: str | None = None
    notes: tuple[str, ...] = ()
    location: Location = Location()
    reason_id: str | None = None
    remedy: str | None = None
    schema_message: str | None = None
    """The message with the input names of the schema. It is the same in every language, and part of the identity."""

    @property
    def note(self) -> str | None:
        """The notes as one text."""
        return "; ".join(self.notes) or None

    def not_fixed(self, reason: str) -> Reported:
        """The same finding without a fix; a `Reason` also gives its id and its remedy."""
        known = reason if isinstance(reason, Reason) else None
        id, remedy = (known.id, known.remedy) if known is not None else (None, None)
        return replace(self, fix=Fix.NONE, reason=str(reason), reason_id=id, remedy=remedy)

    @property
    def why(self) -> str | None:
        """The reason as a `Reason` with id and remedy, where it has these."""
        return Reason(self.reason_id, self.reason or "", self.remedy or "") if self.reason_id else self.reason

    @property
    def end_line(self) -> int:
        return max(self.line, self.location.end_line)

    @property
    def identity(self) -> Identity:
        """What baselines and fingerprints know a finding by: it is independent of lines, and not unique."""
        return self.rule, self.path, self.location.resource, self.location.text or self.schema_message or self.message


Identity = tuple[str, str, str, str]
"""Rule, path, resource, and the source text or else the message."""


class Parent(Enum):
    """The parent of a resource, as far as the source shows it."""

    NONE = "none"  # it has none
    COMPONENT = "component"  # the component that creates it
    GIVEN = "given"  # an expression, which may be None or undefined at run time
    UNSEEN = "unseen"  # its options are not a literal


@dataclass(frozen=True)
class CreationSite:
    """A call that creates resources, by its line in the file as it was read. `name` are the literal parts of their
    logical name, with a computed part between any two: one part is the whole name, none means that it is unknown."""

    path: str
    line: int
    type: str
    name: tuple[str, ...]
    parent: Parent

    @property
    def label(self) -> str:
        """Type and name for messages, with a star for each computed part."""
        return f"{self.type.rpartition('.')[2]} {'*'.join(self.name) or '*'}"


@dataclass(frozen=True)
class AddedResource:
    """A resource that a split adds: `name` is the suffix to the logical name of the original resource, `moved` the
    input of the original that it takes over."""

    type: str
    name: str
    moved: str | None = None


@dataclass(frozen=True)
class Split:
    """A fix that moves inputs of the resource at `site` into resources of their own, the `parts`. `retyped` is its new
    type where that changes, `note` what a deployed stack needs."""

    site: CreationSite
    rule: str
    parts: tuple[AddedResource, ...]
    retyped: str | None = None
    unsafe: bool = False
    note: str | None = None


@dataclass(frozen=True)
class TouchedLines:
    """Lines `first` to `last` of the file as it was read, from 1, that a rule asked to change; `rule` is empty where
    that is unknown."""

    rule: str
    first: int
    last: int


@dataclass(frozen=True)
class Step:
    """One rewrite of a file with the rules whose fixes it applies; `touched` are the lines that they asked to
    change."""

    rules: tuple[str, ...]
    before: str
    after: str
    splits: tuple[Split, ...] = ()
    touched: tuple[TouchedLines, ...] = field(default=(), compare=False)


Repair = Sequence[Change]
"""The changes of a file that fix one finding and no other."""
RepairByPath = Mapping[str, Repair]
"""The same for a finding of a module, whose fix may change several files: by their paths."""


@dataclass(frozen=True)
class Outcome:
    """The result for one file: `before` is its text as it was read, `after` the verified new text, equal if unchanged.

    `path` is relative to the root of the run, with forward slashes. `errors` are failures, one line each. `suppressed`
    are findings that a comment of another scanner leaves out; their reason names the comment's check. `not_taken` are
    findings whose fix was declined, or would only show after one that was. `repairs` has the changes of `before` that
    fix one finding alone, where the plan asks for them; `module_repairs` those that also change other files of the
    module. `sites` are all creation sites of resources, where the plan asks for them. `packs` are the rule folders in
    use, for a process that has not read the settings.
    """

    path: str
    before: str
    after: str
    findings: tuple[Reported, ...] = ()
    steps: tuple[Step, ...] = ()
    provider: Provider | None = None
    errors: tuple[str, ...] = ()
    sites: tuple[CreationSite, ...] = field(default=(), compare=False)  # follows from `before`
    not_taken: frozenset[Reported] = frozenset()
    repairs: Mapping[Reported, Repair] = field(default_factory=dict[Reported, Repair], compare=False)
    module_repairs: Mapping[Reported, RepairByPath] = field(default_factory=dict[Reported, RepairByPath], compare=False)
    packs: tuple[RuleFolder, ...] = field(default=(), compare=False)
    suppressed: tuple[Reported, ...] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def splits(self) -> tuple[Split, ...]:
        return tuple(split for step in self.steps for split in step.splits)

    @property
    def touched(self) -> tuple[TouchedLines, ...]:
        return tuple(touched for step in self.steps for touched in step.touched)


@dataclass(frozen=True)
class Repairs(Mapping[Reported, Repair]):
    """The changes that fix each finding of a run alone: those within the finding's own file by key, those that also
    change other files of a module in `module_repairs`."""

    in_file: Mapping[Reported, Repair] = field(default_factory=dict[Reported, Repair])
    module_repairs: Mapping[Reported, RepairByPath] = field(default_factory=dict[Reported, RepairByPath])

    def __getitem__(self, finding: Reported) -> Repair:
        return self.in_file[finding]

    def __iter__(self) -> Iterator[Reported]:
        return iter(self.in_file)

    def __len__(self) -> int:
        return len(self.in_file)

    def by_path(self, finding: Reported) -> RepairByPath:
        """The changes that fix a finding, by the paths of the files; empty where they are unknown."""
        own = self.in_file.get(finding)
        return {finding.path: own} if own is not None else self.module_repairs.get(finding, {})


OtherFiles = Sequence[tuple[str, str, str]]
"""The other files of a module that a fix changes: path, text before and text after."""


class AnswerWithdrawn(BaseException):
    """Raised by an `Accept` to withdraw its answer about a fix in the file at `path`. It is no `Exception`, so that
    nobody takes it for a failure of the file whose fix was asked about."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Accept(Protocol):
    """Decides about one fix, given the finding, the text of its file before and after, and the other files that the
    fix changes. False declines the fix; raises AnswerWithdrawn to go back to an earlier file."""

    def __call__(self, finding: Reported, before: str, after: str, beside: OtherFiles = (), /) -> bool: ...


@dataclass(frozen=True)
class Plan:
    """What is asked of one file, from the request and the settings that apply to it.

    `rules` are the ids of the rules in order. `unsafe` also applies unsafe fixes. `major` is the provider major where
    it is set and not detected. `options`, `severities` and `safeties` are by rule id. With `by_rule` each step has
    fixes of one rule only, with `repairs` the outcome has the changes of each fix alone, with `sites` the creation
    sites of resources. `packs` are the rule folders that the settings name.
    """

    rules: tuple[str, ...]
    unsafe: bool = False
    major: int | None = None
    options: Mapping[str, Mapping[str, bool]] = field(default_factory=dict[str, Mapping[str, bool]])
    by_rule: bool = False
    repairs: bool = False
    sites: bool = False
    severities: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    safeties: Mapping[str, Safety] = field(default_factory=dict[str, Safety])
    packs: tuple[RuleFolder, ...] = ()
