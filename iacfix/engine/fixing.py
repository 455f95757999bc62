"""The fixes of one file: what all rules find in one reading, written and verified together, until it is still."""

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
from iacfix.engine.source_map import Origin, SourceMap
from iacfix.engine.tracking import Key, TrackedFindings
from iacfix.engine.verify import failed_check
from iacfix.errors import CannotFix, IacfixError
from iacfix.files.modules import SEAM
from iacfix.languages import Language
from iacfix.model import Program
from iacfix.patches.diff import LinesBefore, Made, Original
from iacfix.reasons import Reason
from iacfix.result import Accept, Fix, Plan, Repair, Reported, Step, TouchedLines
from iacfix.rewrite import Change, Share, changed, trimmed, utf8
from iacfix.rule import Finding, Rule, Safety

STEPS = 500
"""More steps than the fixes of one file could need, each taken by itself."""

Todo = Sequence[tuple[Key, Finding]]
"""Findings of a rule that are to be fixed."""


@dataclass(eq=False)
class Reading:
    """One text of the file, parsed, with what the rules find in it."""

    text: str
    program: Program
    source_map: SourceMap
    language: Language
    left: tuple[int, ...] = ()
    """The files of a module that are not changed."""
    reported: tuple[int, ...] = ()
    """Those that are in a syntax that is not written."""
    _found: dict[str, list[Finding]] = field(default_factory=dict[str, list[Finding]])
    _written: dict[tuple[Key, ...], tuple[Change, ...] | str] = field(
        default_factory=dict[tuple[Key, ...], "tuple[Change, ...] | str"]
    )
    """What was written, or why it cannot be: an exception that is kept keeps the frames that it passed."""

    def findings(self, rule: Rule, plan: Plan) -> list[Finding]:
        """All that the rule finds; raises what the rule raises."""
        if rule.id not in self._found:
            found = rule.findings(self.program, plan.options.get(rule.id, {}))
            if (safety := plan.safeties.get(rule.id)) is not None:
                found = (replace(finding, safety=safety) if finding.edits else finding for finding in found)
            self._found[rule.id] = [self._worded(finding) for finding in found]
        return self._found[rule.id]

    def _worded(self, finding: Finding) -> Finding:
        """The finding in the words of its language; it stays known by those of the schema."""
        return replace(
            finding,
            message=self._said(finding.message),
            reason=self._said(finding.reason) if finding.reason else None,
            note=tuple(map(self._said, finding.notes)),
            schema_message=finding.message,
        )

    def _said(self, text: str) -> str:
        worded = partial(self.language.worded, self.program)
        return Reason(text.id, worded(text), worded(text.remedy)) if isinstance(text, Reason) else worded(text)

    def changes(self, todo: Mapping[Rule, Todo]) -> tuple[Change, ...]:
        """What writing all of it together changes; raises CannotFix. Written once: to know, to prove and to tell."""
        keys = tuple(key for _, key, _ in _each(todo))
        if keys not in self._written:
            edits = [edit for _, _, finding in _each(todo) for edit in finding.edits]
            try:
                self._written[keys] = self._within(self.language.write(self.program, edits))
            except CannotFix as refusal:
                self._written[keys] = self._said(refusal.reason)
        if isinstance(made := self._written[keys], str):
            raise CannotFix(made)
        return made

    def _within(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The same; raises CannotFix where one is of a file that is not changed."""
        if self.left or self.reported:
            data = utf8(self.text)
            files = {data.count(utf8(SEAM), 0, change.start) for change in changes}
            if not files.isdisjoint(self.reported):
                raise CannotFix(reasons.JSON_SYNTAX)
            if not files.isdisjoint(self.left):
                raise CannotFix(reasons.OTHER_FILE_OF_MODULE)
        return changes

    def origin(self, finding: Finding) -> Origin:
        """Where in the file as it was read the code of a finding comes from."""
        return self.source_map.of(finding.at.line, finding.at.column)

    def touched(self, todo: Mapping[Rule, Todo]) -> Iterator[TouchedLines]:
        """Where in the file as it was read each rule asked for what writing all of it together changes."""
        asked = [rule.id for rule, _, finding in _each(todo) for _ in finding.edits]
        for change in self.changes(todo):
            for share in self._shares(change):
                first, last = self._lines(share)
                for rule in sorted({asked[edit] for edit in share.edits}) or ("",):
                    yield TouchedLines(rule, first, last)

    def _shares(self, change: Change) -> Iterator[Share]:
        """The shares in a change; one in all of it is about what differs."""
        for share in change.shares or (Share(change.start, change.stop, frozenset()),):
            if (share.start, share.stop) != (change.start, change.stop) or share.start == share.stop:
                yield share
                continue
            old = self._data[share.start : share.stop].decode("utf-8", "surrogatepass")
            for differs in trimmed(old, change.text):
                yield Share(share.start + differs.start, share.start + differs.stop, share.edits)

    def _lines(self, share: Share) -> tuple[int, int]:
        """The lines of the file as it was read that a share is about."""
        first = bisect_right(self._starts, share.start)
        last = max(first, bisect_right(self._starts, share.stop - 1))
        return self._before.of(first, last) if self._before is not None else (first, last)

    @cached_property
    def _starts(self) -> list[int]:
        """Where the lines begin, in bytes."""
        return [0, *(end.end() for end in re.finditer(b"\n", self._data))]

    @cached_property
    def _data(self) -> bytes:
        return utf8(self.text)

    @cached_property
    def _before(self) -> LinesBefore | None:
        """The lines as those of the file as it was read; None where they are the same."""
        original = self.source_map.original
        return LinesBefore(original, self.text) if self.text != original else None

    @cached_property
    def locator(self) -> Locator:
        return Locator(self.program, self.language)

    def keys(self, seen: TrackedFindings, rule: Rule, findings: Sequence[Finding]) -> list[Key]:
        """What each of these findings of the rule is known by."""
        return seen.keys(
            rule,
            findings,
            self.origin,
            lambda finding: self.locator.of(finding.at, self.source_map.line),
        )


@dataclass
class Fixing:
    """The loop over one file; `look` says what a rule finds that nobody told it to ignore."""

    path: str
    rules: Sequence[Rule]
    plan: Plan
    language: Language
    read: Callable[[str], Program]
    look: Callable[[Rule, Reading], list[Finding]]
    seen: TrackedFindings
    accept: Accept | None = None
    kept: Collection[Reported] | None = None
    steps: list[Step] = field(default_factory=list[Step])
    errors: list[str] = field(default_factory=list[str])
    declined: set[Key] = field(default_factory=set[Key])

    def __post_init__(self) -> None:
        self._kept = None if self.kept is None else set(map(_known_by, self.kept))

    def found(self, first: Reading) -> Mapping[Rule, Todo]:
        """All that the rules find in the text as it is read, by what it is known by from then on."""
        looked = {rule: self.look(rule, first) for rule in self.rules}
        return {
            rule: list(zip(first.keys(self.seen, rule, findings), findings, strict=True))
            for rule, findings in looked.items()
        }

    def settled(self, first: Reading) -> Reading:
        """The reading after which no rule has anything to do; the first one where that is never reached."""
        reading, asked_anew = first, 0
        while True:
            if (following := self._round(reading)) is not None:
                reading = following
            elif asked_anew == len(self.steps):
                return reading
            else:  # what stood in the way of a fix may have gone with another one
                asked_anew = len(self.steps)
                self.seen.forget_refusals()
            if len(self.steps) > STEPS:
                self.errors.append(f"{self.path}: the rules did not converge; not changed, please report it")
                self.steps.clear()
                return first

    def repairs(self, first: Reading, found: Mapping[Rule, Todo], settled: Reading) -> dict[Reported, Repair]:
        """What each of the findings of the first reading changes by itself, of those that are fixed in the end.

        It was written as if nothing else were. Where the lines that it changes are among those that changed in the
        end, the steps there proved them; where they are not, they are proved by themselves.
        """
        made = dict[Reported, Repair]()
        reports = dict(self.seen.reported())
        original = Original(first.text)
        proved = Made(original.edited(trimmed(first.text, settled.text)))
        for rule, key, finding in _each(found):
            reported = reports[key]
            if not finding.edits or not self._allowed(rule, finding) or not self._is_kept(key):
                continue
            if reported.fix is Fix.NONE:
                continue
            alone = {rule: [(key, finding)]}
            changes = self._writable(first, alone)
            if changes is not None and (
                (changes and proved.has(original.edited(changes))) or self._tried(first, alone, blame=False)
            ):
                made[reported] = changes
        return made

    def refuse_unsafe(self, settled: Reading) -> None:
        """Try the unsafe fixes on the settled text and take none: what cannot be written, or not beside another one, is
        not promised."""
        if not self.plan.unsafe:
            trial = self._trial(settled, unsafe=True)
            self.seen.refused |= {
                key: found.why
                for key, found in trial.reported()
                if found.why and key in self.seen and self.seen[key].fix is not Fix.NONE
            }

    def not_taken(self, settled: Reading) -> frozenset[Reported]:
        """What could still be fixed after all questions, and what would follow these fixes, as a run without questions
        reports it too."""
        here = self.seen.here()
        new = self.seen.brought(self._trial(settled, unsafe=self.plan.unsafe)) if self.kept is None else set[Key]()
        return frozenset(self.seen.reports(here | new))

    def _trial(self, settled: Reading, *, unsafe: bool) -> TrackedFindings:
        """What the rules find and refuse when the fixing goes on, which it does not."""
        trial = replace(
            self,
            plan=replace(self.plan, unsafe=unsafe),
            seen=self.seen.copy(),
            accept=None,
            steps=[],
            errors=[],
            declined=set(),
        )
        trial.settled(settled)
        return trial.seen

    def _round(self, reading: Reading) -> Reading | None:
        """What comes of all that the rules find in one reading, None where there is nothing (more) to do."""
        if self.accept is None and not self.plan.by_rule:
            todo = {rule: mine for rule in self.rules if (mine := self._todo(rule, reading))}
            if sum(map(len, todo.values())) > 1:
                fitting = self._fitting(reading, todo)
                if fitting and (done := self._tried(reading, fitting, blame=False)) is not None:
                    return self._taken(reading, done, fitting)
        return self._one_rule_at_a_time(reading)

    def _one_rule_at_a_time(self, reading: Reading) -> Reading | None:
        """What comes of the rules where each reads what the ones before it wrote."""
        last = None
        for rule in self.rules:
            while len(self.steps) <= STEPS and (done := self._step(rule, last or reading)) is not None:
                last = done
        return last

    def _step(self, rule: Rule, reading: Reading) -> Reading | None:
        """One rule once: what comes of it, None where it has nothing (more) to do."""
        todo = self._todo(rule, reading)
        if self.accept is None and len(todo) > 1:
            fitting = self._fitting(reading, {rule: todo})
            if fitting and (done := self._tried(reading, fitting, blame=False)) is not None:
                return self._taken(reading, done, fitting)
            todo = [(key, finding) for key, finding in todo if self._wanted(key)]
        for key, finding in todo:
            alone = {rule: [(key, finding)]}
            done = self._tried(reading, alone, blame=True)
            if done is None:
                continue
            if self.accept is not None and not self.accept(self.seen[key], reading.text, done.text):
                self.declined.add(key)
                continue
            return self._taken(reading, done, alone)
        return None

    def _todo(self, rule: Rule, reading: Reading) -> Todo:
        """What the rule finds there and may fix."""
        findings = self.look(rule, reading)
        return [
            (key, finding)
            for key, finding in zip(reading.keys(self.seen, rule, findings), findings, strict=True)
            if finding.edits and self._allowed(rule, finding) and self._wanted(key)
        ]

    def _allowed(self, rule: Rule, finding: Finding) -> bool:
        return self.plan.unsafe or (finding.safety or rule.safety) is Safety.SAFE

    def _wanted(self, key: Key) -> bool:
        return key not in self.seen.refused and key not in self.declined and self._is_kept(key)

    def _is_kept(self, key: Key) -> bool:
        return self._kept is None or _known_by(self.seen[key]) in self._kept

    # what is written together

    def _fitting(self, reading: Reading, todo: Mapping[Rule, Todo]) -> Mapping[Rule, Todo]:
        """As much of it as can be written together; of edits that touch the same place those that come first."""
        return self._joined(reading, {}, list(todo.items()))

    def _joined(
        self, reading: Reading, fitting: Mapping[Rule, Todo], more: Sequence[tuple[Rule, Todo]]
    ) -> Mapping[Rule, Todo]:
        """What fits with as much more as can be written with it. Rules are tried many at once: most get along."""
        if self._can_write(reading, both := {**fitting, **dict(more)}):
            return both
        if len(more) > 1:
            half = len(more) // 2
            return self._joined(reading, self._joined(reading, fitting, more[:half]), more[half:])
        ((rule, mine),) = more
        own = self._half_by_half(rule, reading, mine)
        is_fit = own and (not fitting or self._can_write(reading, {**fitting, rule: own}))
        return {**fitting, rule: own} if is_fit else fitting

    def _half_by_half(self, rule: Rule, reading: Reading, todo: Todo) -> Todo:
        """Of one rule's findings those that can be written together; what cannot be written at all is refused."""
        if len(todo) == 1:
            return self._not_refused(rule, reading, todo)
        if self._can_write(reading, {rule: todo}):
            return todo
        half = len(todo) // 2
        first, second = (self._half_by_half(rule, reading, part) for part in (todo[:half], todo[half:]))
        both = [*first, *second]
        return both if not (first and second) or self._can_write(reading, {rule: both}) else first

    def _can_write(self, reading: Reading, todo: Mapping[Rule, Todo]) -> bool:
        return not _adds_twice(todo) and self._writable(reading, todo) is not None

    def _writable(self, reading: Reading, todo: Mapping[Rule, Todo]) -> tuple[Change, ...] | None:
        """What writing all of it changes; where something stands in the way, that is told where each is tried alone."""
        try:
            return reading.changes(todo)
        except MemoryError:
            raise
        except Exception:
            return None

    def _not_refused(self, rule: Rule, reading: Reading, todo: Todo) -> Todo:
        """The findings that can be written by themselves; the others keep the writer's reason."""
        kept: list[tuple[Key, Finding]] = []
        for key, finding in todo:
            try:
                reading.changes({rule: [(key, finding)]})
                kept.append((key, finding))
            except CannotFix as refusal:
                self.seen.refused[key] = refusal.reason
            except MemoryError:
                raise
            except Exception:
                kept.append((key, finding))  # tried again by itself, where its failure is told
        return kept

    def _tried(self, reading: Reading, todo: Mapping[Rule, Todo], *, blame: bool) -> Reading | None:
        """Write and verify these findings together; with `blame` a failure becomes the one finding's reason."""
        done = None
        try:
            new = changed(reading.text, reading.changes(todo))
            done = Reading(
                new, self.read(new), reading.source_map.after(new), self.language, reading.left, reading.reported
            )
            wrong = "nothing would change" if new == reading.text else None
            wrong = wrong or failed_check(self.language, reading.program, done.program, reading.text, new)
            if wrong is None and any(self._finds_again(rule, reading, done, mine) for rule, mine in todo.items()):
                wrong = "the same rule would find it again"
        except CannotFix as refusal:
            if blame:
                self.seen.refused.update((key, refusal.reason) for _, key, _ in _each(todo))
            return None
        except IacfixError as error:
            wrong = f"the new text would not parse ({error.message})"
        except MemoryError:
            raise
        except Exception as error:
            wrong = one_line(error)
        if wrong is None:
            return done
        for rule, key, _ in _each(todo) if blame else ():
            self.seen.refused[key] = reasons.FAILED_CHECK.of(wrong=wrong)
            said = (
                f"{self.path}:{key.at.line}: the fix of {rule.id} failed its own check: {wrong}; "
                "nothing was changed there, please report it"
            )
            if said not in self.errors:
                self.errors.append(said)
        return None

    def _finds_again(self, rule: Rule, before: Reading, after: Reading, todo: Todo) -> bool:
        """The rule could fix as much in the new text as before, or the same again; what it could not fix until now
        is not the same."""
        looked = self.look(rule, before)
        had = Counter(finding.message for finding in looked if finding.edits)
        waited = {(before.origin(finding), finding.message) for finding in looked if not finding.edits}
        fixable = [finding for finding in after.findings(rule, self.plan) if finding.edits]
        has = Counter(found.message for found in fixable if (after.origin(found), found.message) not in waited)
        return any(has[fixed.message] >= had[fixed.message] for _, fixed in todo) and (
            has.total() > had.total() - len(todo)
        )

    def _taken(self, before: Reading, after: Reading, todo: Mapping[Rule, Todo]) -> Reading:
        """The fix of these findings is the file's next text."""
        splits = [
            split
            for rule, mine in todo.items()
            for split in splits_of(
                rule,
                (finding for _, finding in mine),
                self.path,
                lambda resource: before.source_map.of(resource.line, resource.column).position.line,
            )
        ]
        touched = tuple(before.touched(todo))
        self.steps.append(Step(tuple(rule.id for rule in todo), before.text, after.text, tuple(splits), touched))
        for rule, mine in todo.items():
            self.seen.fixed(rule, mine)
        return after


def _adds_twice(todo: Mapping[Rule, Todo]) -> bool:
    """Two findings add the same resource beside one: whoever comes second has to see the first."""
    added = Counter(
        each
        for _, _, finding in _each(todo)
        for each in {(id(edit.beside), edit.type, edit.name) for edit in finding.edits if isinstance(edit, AddResource)}
    )
    return any(number > 1 for number in added.values())


def _each(todo: Mapping[Rule, Todo]) -> Iterable[tuple[Rule, Key, Finding]]:
    return ((rule, key, finding) for rule, mine in todo.items() for key, finding in mine)


def _known_by(finding: Reported) -> tuple[str, int, int, str]:
    """What does not depend on whether it can be fixed, which shows late."""
    return finding.rule, finding.line, finding.column, finding.message


def one_line(error: Exception) -> str:
    """A foreign error as one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
