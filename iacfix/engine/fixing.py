"""The fixing loop of one file: fixes are written and verified together, in rounds until no rule has any left."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from iacfix import reasons
from iacfix.edit import AddResource
from iacfix.engine.creation_sites import splits_of
from iacfix.engine.fingerprints import Locator
from iacfix.engine.source_map import Origin, Position, SourceMap
from iacfix.engine.tracking import Key, TrackedFindings
from iacfix.engine.verify import failed_check
from iacfix.errors import CannotFix, IacfixError
from iacfix.files.modules import SEAM
from iacfix.languages import Language
from iacfix.model import Program
from iacfix.patches.diff import LineMap, Original, RewrittenLines
from iacfix.reasons import Reason
from iacfix.result import Accept, Fix, Plan, Repair, Reported, Step, TouchedLines
from iacfix.rewrite import Change, Share, changed, trimmed, utf8
from iacfix.rule import Finding, Rule, Safety

STEPS = 500
"""The most steps for one file, more than its fixes need one by one; beyond that the rules do not converge."""

Fixes = Sequence[tuple[Key, Finding]]
"""Findings of one rule that are to be fixed, each with its key."""
Batch = Mapping[Rule, Fixes]
"""Findings of several rules whose edits are written and verified together."""


@dataclass(eq=False)
class Reading:
    """One version of the text of a file, parsed, with the findings of each rule in it and the changes of each batch."""

    text: str
    program: Program
    source_map: SourceMap
    language: Language
    read_only: tuple[int, ...] = ()
    """The indices of the files of a module that must not change."""
    report_only: tuple[int, ...] = ()
    """The indices of its files in JSON syntax, which is not written."""
    _found: dict[str, list[Finding]] = field(default_factory=dict[str, list[Finding]])
    _written: dict[tuple[Key, ...], tuple[Change, ...] | str] = field(
        default_factory=dict[tuple[Key, ...], "tuple[Change, ...] | str"]
    )
    """The changes by the keys of their batch, or why there are none: to keep an exception would keep its frames."""

    def findings(self, rule: Rule, plan: Plan) -> list[Finding]:
        """All findings of the rule in this text, in the words of its language; raises what the rule raises."""
        if rule.id not in self._found:
            found = rule.findings(self.program, plan.options.get(rule.id, {}))
            if (safety := plan.safeties.get(rule.id)) is not None:
                found = (replace(finding, safety=safety) if finding.edits else finding for finding in found)
            self._found[rule.id] = [self._in_its_language(finding) for finding in _once(found)]
        return self._found[rule.id]

    def _in_its_language(self, finding: Finding) -> Finding:
        """The finding with input names spelled as in its language; `schema_message` keeps the original message."""
        return replace(
            finding,
            message=self._spelled(finding.message),
            reason=self._spelled(finding.reason) if finding.reason else None,
            note=tuple(map(self._spelled, finding.notes)),
            schema_message=finding.message,
        )

    def _spelled(self, text: str) -> str:
        worded = partial(self.language.worded, self.program)
        return Reason(text.id, worded(text), worded(text.remedy)) if isinstance(text, Reason) else worded(text)

    def changes(self, batch: Batch) -> tuple[Change, ...]:
        """The changes of the text that fix the whole batch, computed once; raises CannotFix."""
        keys = tuple(key for _, key, _ in _each(batch))
        if keys not in self._written:
            edits = [edit for _, _, finding in _each(batch) for edit in finding.edits]
            try:
                self._refuse_json()
                self._written[keys] = self._within(self.language.write(self.program, edits))
            except CannotFix as refusal:
                self._written[keys] = self._spelled(refusal.reason)
        if isinstance(made := self._written[keys], str):
            raise CannotFix(made)
        return made

    def _refuse_json(self) -> None:
        """Raise CannotFix where all files of the module are in JSON syntax: nothing is written to see that."""
        if len(self.report_only) > self.text.count(SEAM):
            raise CannotFix(reasons.JSON_SYNTAX)

    def _within(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The same changes; raises CannotFix where one is in a file of the module that must not change."""
        if self.read_only or self.report_only:
            data = utf8(self.text)
            files = {data.count(utf8(SEAM), 0, change.start) for change in changes}
            if not files.isdisjoint(self.report_only):
                raise CannotFix(reasons.JSON_SYNTAX)
            if not files.isdisjoint(self.read_only):
                raise CannotFix(reasons.OTHER_FILE_OF_MODULE)
        return changes

    def origin(self, finding: Finding) -> Origin:
        """Where the code of a finding was in the file as it was read."""
        return self.source_map.of(finding.at.line, finding.at.column)

    def touched(self, batch: Batch) -> Iterator[TouchedLines]:
        """The lines of the file as it was read that each rule of the batch changes."""
        asked = [rule.id for rule, _, finding in _each(batch) for _ in finding.edits]
        for change in self.changes(batch):
            for share in self._shares(change):
                first, last = self._lines(share)
                for rule in sorted({asked[edit] for edit in share.edits}) or ("",):
                    yield TouchedLines(rule, first, last)

    def _shares(self, change: Change) -> Iterator[Share]:
        """The shares of a change; one that covers the whole change is cut to the text that differs."""
        for share in change.shares or (Share(change.start, change.stop, frozenset()),):
            if (share.start, share.stop) != (change.start, change.stop) or share.start == share.stop:
                yield share
                continue
            old = self._data[share.start : share.stop].decode("utf-8", "surrogatepass")
            for differs in trimmed(old, change.text):
                yield Share(share.start + differs.start, share.start + differs.stop, share.edits)

    def _lines(self, share: Share) -> tuple[int, int]:
        """The first and the last line of a share, in the file as it was read."""
        first = bisect_right(self._starts, share.start)
        last = max(first, bisect_right(self._starts, share.stop - 1))
        return self._before.of(first, last) if self._before is not None else (first, last)

    @cached_property
    def _starts(self) -> list[int]:
        """The byte offset of each line."""
        return [0, *(end.end() for end in re.finditer(b"\n", self._data))]

    @cached_property
    def _data(self) -> bytes:
        return utf8(self.text)

    @cached_property
    def _before(self) -> LineMap | None:
        """Maps lines to the file as it was read; None where this is its text."""
        original = self.source_map.original
        return LineMap(original, self.text) if self.text != original else None

    @cached_property
    def locator(self) -> Locator:
        return Locator(self.program, self.language)

    def keys(self, tracked: TrackedFindings, rule: Rule, findings: Sequence[Finding]) -> list[Key]:
        """The key of each of these findings of the rule."""
        return tracked.keys(
            rule,
            findings,
            self.origin,
            lambda finding: self.locator.of(finding.at, self.source_map.line),
        )


@dataclass
class Fixing:
    """The fixing loop of one file. `find` gives the findings of a rule that no comment suppresses; only `selected`
    findings are fixed, all where it is None; `accept` decides about each fix, where there is one."""

    path: str
    rules: Sequence[Rule]
    plan: Plan
    language: Language
    read: Callable[[str], Program]
    find: Callable[[Rule, Reading], list[Finding]]
    tracked: TrackedFindings
    accept: Accept | None = None
    selected: Collection[Reported] | None = None
    steps: list[Step] = field(default_factory=list[Step])
    errors: list[str] = field(default_factory=list[str])
    declined: set[Key] = field(default_factory=set[Key])

    def __post_init__(self) -> None:
        self._selected = None if self.selected is None else set(map(_identity, self.selected))

    def found(self, first: Reading) -> Batch:
        """The findings of all rules in the first reading, with the keys that they keep from then on."""
        looked = {rule: self.find(rule, first) for rule in self.rules}
        return {
            rule: list(zip(first.keys(self.tracked, rule, findings), findings, strict=True))
            for rule, findings in looked.items()
        }

    def settled(self, first: Reading) -> Reading:
        """The reading in which no rule has a fix left; the first one where the rules do not converge."""
        reading, asked_anew = first, 0
        while True:
            if (following := self._round(reading)) is not None:
                reading = following
            elif asked_anew == len(self.steps):
                return reading
            else:  # a later fix may have removed what made an earlier one impossible
                asked_anew = len(self.steps)
                self.tracked.forget_refusals()
            if len(self.steps) > STEPS:
                self.errors.append(f"{self.path}: the rules did not converge; not changed, please report it")
                self.steps.clear()
                return first

    def repairs(self, first: Reading, found: Batch, settled: Reading) -> dict[Reported, Repair]:
        """The changes of the first reading that fix each finding alone, for those that are fixed in the end.

        Where the settled text contains the same changed lines, the steps that led there have verified them; otherwise
        the fix is verified by itself.
        """
        made = dict[Reported, Repair]()
        reports = dict(self.tracked.reported())
        original = Original(first.text)
        proved = RewrittenLines(original.edited(trimmed(first.text, settled.text)))
        for rule, key, finding in _each(found):
            reported = reports[key]
            if not finding.edits or not self._is_allowed(rule, finding) or not self._is_selected(key):
                continue
            if reported.fix is Fix.NONE:
                continue
            alone = {rule: [(key, finding)]}
            changes = self._changes_or_none(first, alone)
            if changes is not None and (
                (changes and proved.include(original.edited(changes))) or self._attempt(first, alone, blame=False)
            ):
                made[reported] = changes
        return made

    def refuse_unsafe(self, settled: Reading) -> None:
        """Try the unsafe fixes on the settled text without keeping any, so that one which cannot be written is reported
        with its reason and not as fixable."""
        if not self.plan.unsafe:
            trial = self._trial(settled, unsafe=True)
            self.tracked.refused |= {
                key: found.why
                for key, found in trial.reported()
                if found.why and key in self.tracked and self.tracked[key].fix is not Fix.NONE
            }

    def not_taken(self, settled: Reading) -> frozenset[Reported]:
        """The findings whose fix was declined, and those that would only show after such a fix, which a run without
        questions reports too."""
        here = self.tracked.here()
        new = (
            self.tracked.brought(self._trial(settled, unsafe=self.plan.unsafe)) if self.selected is None else set[Key]()
        )
        return frozenset(self.tracked.reports(here | new))

    def _trial(self, settled: Reading, *, unsafe: bool) -> TrackedFindings:
        """The findings and refusals of a trial run of the loop from this reading; nothing of it is kept."""
        trial = replace(
            self,
            plan=replace(self.plan, unsafe=unsafe),
            tracked=self.tracked.copy(),
            accept=None,
            steps=[],
            errors=[],
            declined=set(),
        )
        trial.settled(settled)
        return trial.tracked

    def _round(self, reading: Reading) -> Reading | None:
        """The next reading, with as many fixes as can be applied at once; None where no rule has a fix left."""
        if self.accept is None and not self.plan.by_rule:
            batch = {rule: fixes for rule in self.rules if (fixes := self._pending_fixes(rule, reading))}
            if sum(map(len, batch.values())) > 1:
                compatible = self._compatible(reading, batch)
                if compatible and (done := self._attempt(reading, compatible, blame=False)) is not None:
                    return self._applied(reading, done, compatible)
        return self._one_rule_at_a_time(reading)

    def _one_rule_at_a_time(self, reading: Reading) -> Reading | None:
        """The reading after each rule in turn has fixed what it finds; None where none has a fix left."""
        last = None
        for rule in self.rules:
            while len(self.steps) <= STEPS and (done := self._step(rule, last or reading)) is not None:
                last = done
        return last

    def _step(self, rule: Rule, reading: Reading) -> Reading | None:
        """The reading after one step of one rule; None where it has no fix left."""
        fixes = self._pending_fixes(rule, reading)
        if self.accept is None and len(fixes) > 1:
            compatible = self._compatible(reading, {rule: fixes})
            if compatible and (done := self._attempt(reading, compatible, blame=False)) is not None:
                return self._applied(reading, done, compatible)
            fixes = [(key, finding) for key, finding in fixes if self._is_pending(key)]
        for key, finding in fixes:
            alone = {rule: [(key, finding)]}
            done = self._attempt(reading, alone, blame=True)
            if done is None:
                continue
            if self.accept is not None and not self.accept(self.tracked[key], reading.text, done.text):
                self.declined.add(key)
                continue
            return self._applied(reading, done, alone)
        return None

    def _pending_fixes(self, rule: Rule, reading: Reading) -> Fixes:
        """The findings of the rule in this reading that are to be fixed."""
        findings = self.find(rule, reading)
        return [
            (key, finding)
            for key, finding in zip(reading.keys(self.tracked, rule, findings), findings, strict=True)
            if finding.edits and self._is_allowed(rule, finding) and self._is_pending(key)
        ]

    def _is_allowed(self, rule: Rule, finding: Finding) -> bool:
        return self.plan.unsafe or (finding.safety or rule.safety) is Safety.SAFE

    def _is_pending(self, key: Key) -> bool:
        return key not in self.tracked.refused and key not in self.declined and self._is_selected(key)

    def _is_selected(self, key: Key) -> bool:
        return self._selected is None or _identity(self.tracked[key]) in self._selected

    # what is written together

    def _compatible(self, reading: Reading, batch: Batch) -> Batch:
        """The part of the batch that can be written together; of edits that overlap the first ones."""
        return self._extended(reading, {}, list(batch.items()))

    def _extended(self, reading: Reading, compatible: Batch, more: Sequence[tuple[Rule, Fixes]]) -> Batch:
        """The compatible fixes with as many more as can be written with them. Rules are added by halves, since most are
        compatible."""
        if self._can_write(reading, both := {**compatible, **dict(more)}):
            return both
        if len(more) > 1:
            half = len(more) // 2
            return self._extended(reading, self._extended(reading, compatible, more[:half]), more[half:])
        ((rule, fixes),) = more
        own = self._bisected(rule, reading, fixes)
        is_fit = own and (not compatible or self._can_write(reading, {**compatible, rule: own}))
        return {**compatible, rule: own} if is_fit else compatible

    def _bisected(self, rule: Rule, reading: Reading, fixes: Fixes) -> Fixes:
        """The fixes of one rule that can be written together; those that cannot be written at all are refused."""
        if len(fixes) == 1:
            return self._writable(rule, reading, fixes)
        if self._can_write(reading, {rule: fixes}):
            return fixes
        half = len(fixes) // 2
        first, second = (self._bisected(rule, reading, part) for part in (fixes[:half], fixes[half:]))
        both = [*first, *second]
        return both if not (first and second) or self._can_write(reading, {rule: both}) else first

    def _can_write(self, reading: Reading, batch: Batch) -> bool:
        return not _adds_twice(batch) and self._changes_or_none(reading, batch) is not None

    def _changes_or_none(self, reading: Reading, batch: Batch) -> tuple[Change, ...] | None:
        """The changes of the batch, None where it cannot be written; the reason shows when each fix is tried alone."""
        try:
            return reading.changes(batch)
        except (MemoryError, RecursionError):
            raise
        except Exception:
            return None

    def _writable(self, rule: Rule, reading: Reading, fixes: Fixes) -> Fixes:
        """The fixes that can be written alone; the others are refused for the writer's reason."""
        writable: list[tuple[Key, Finding]] = []
        for key, finding in fixes:
            try:
                reading.changes({rule: [(key, finding)]})
                writable.append((key, finding))
            except CannotFix as refusal:
                self.tracked.refused[key] = refusal.reason
            except (MemoryError, RecursionError):
                raise
            except Exception:
                writable.append((key, finding))  # tried alone later, which reports the failure
        return writable

    def _attempt(self, reading: Reading, batch: Batch, *, blame: bool) -> Reading | None:
        """The reading after this batch is written and verified; None where that fails. With `blame` the failure becomes
        the reason of its findings."""
        done = None
        try:
            new = changed(reading.text, reading.changes(batch))
            done = Reading(
                new,
                self.read(new),
                reading.source_map.after(new),
                self.language,
                reading.read_only,
                reading.report_only,
            )
            wrong = "nothing would change" if new == reading.text else None
            wrong = wrong or failed_check(self.language, reading.program, done.program, reading.text, new)
            if wrong is None and any(self._finds_again(rule, reading, done, fixes) for rule, fixes in batch.items()):
                wrong = "the same rule would find it again"
        except CannotFix as refusal:
            if blame:
                self.tracked.refused.update((key, refusal.reason) for _, key, _ in _each(batch))
            return None
        except IacfixError as error:
            wrong = f"the new text would not parse ({error.message})"
        except (MemoryError, RecursionError):
            raise
        except Exception as error:
            wrong = one_line(error)
        if wrong is None:
            return done
        for rule, key, _ in _each(batch) if blame else ():
            self.tracked.refused[key] = reasons.FAILED_CHECK.of(wrong=wrong)
            said = (
                f"{self.path}:{key.at.line}: the fix of {rule.id} failed its own check: {wrong}; "
                "nothing was changed there, please report it"
            )
            if said not in self.errors:
                self.errors.append(said)
        return None

    def _finds_again(self, rule: Rule, before: Reading, after: Reading, fixes: Fixes) -> bool:
        """The rule would fix one of these findings once more: it finds as many of the same message at its place."""
        fixed = Counter(_place(before.origin(finding), finding) for _, finding in fixes)
        looked = [(before.origin(finding), finding) for finding in self.find(rule, before)]
        waited = {_place(*each) for each in looked if not each[1].edits}
        left = Counter(_place(*each) for each in looked if each[1].edits) - fixed
        found = Counter(
            place
            for finding in after.findings(rule, self.plan)
            if finding.edits and (place := _nearest(after.origin(finding), finding, fixed)) not in waited
        )
        return any(found[place] > left[place] for place in fixed)

    def _applied(self, before: Reading, after: Reading, batch: Batch) -> Reading:
        """Record the step from one reading to the next, which is returned."""
        splits = [
            split
            for rule, fixes in batch.items()
            for split in splits_of(
                rule,
                (finding for _, finding in fixes),
                self.path,
                lambda resource: before.source_map.of(resource.line, resource.column).position.line,
            )
        ]
        touched = tuple(before.touched(batch))
        self.steps.append(Step(tuple(rule.id for rule in batch), before.text, after.text, tuple(splits), touched))
        for rule, fixes in batch.items():
            self.tracked.fixed(rule, fixes)
        return after


_Place = tuple[Position, str]
"""Where a finding was in the file as it was read, and its message."""


def _place(origin: Origin, finding: Finding) -> _Place:
    return origin.position, finding.message


def _nearest(origin: Origin, finding: Finding, fixed: Iterable[_Place]) -> _Place:
    """The place of a finding; in new code, that of a fixed finding of the same message in the code that it replaced."""
    if origin.gap is not None:
        start, end = origin.gap
        for position, message in fixed:
            if message == finding.message and start <= position < end:
                return position, message
    return _place(origin, finding)


def _adds_twice(batch: Batch) -> bool:
    """Two findings add the same resource beside the same one: the second has to see what the first added."""
    added = Counter(
        each
        for _, _, finding in _each(batch)
        for each in {(id(edit.beside), edit.type, edit.name) for edit in finding.edits if isinstance(edit, AddResource)}
    )
    return any(number > 1 for number in added.values())


def _each(batch: Batch) -> Iterable[tuple[Rule, Key, Finding]]:
    """The fixes by the ids of their rules: what two of them put at one place stands there in this order."""
    by_id = sorted(batch.items(), key=lambda each: each[0].id)
    return ((rule, key, finding) for rule, fixes in by_id for key, finding in fixes)


def _once(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings; one with a reason once, where a resource is seen as each of several classes."""
    told = set[tuple[int, int, str, str]]()
    for finding in found:
        if finding.reason is not None:
            said = finding.at.line, finding.at.column, finding.message, finding.reason
            if said in told:
                continue
            told.add(said)
        yield finding


def _identity(finding: Reported) -> tuple[str, int, int, str]:
    """What a finding is compared by; whether it can be fixed only shows later and does not count."""
    return finding.rule, finding.line, finding.column, finding.message


def one_line(error: Exception) -> str:
    """An exception of other code as one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
