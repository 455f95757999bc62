"""The fixes of one file: one rule at a time on freshly read text, verified, until it is still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from iacfix.errors import CannotFix, IacfixError
from iacfix.identity import Surroundings
from iacfix.languages import Language
from iacfix.model import Program
from iacfix.origins import Origins
from iacfix.result import Accept, Plan, Reported, Step
from iacfix.rewrite import changed
from iacfix.rule import Finding, Rule, Safety
from iacfix.seen import Key, Seen
from iacfix.sites import splits_of
from iacfix.verify import broken_promise

STEPS = 500
"""More steps than the fixes of one file could need, each taken by itself."""

Todo = Sequence[tuple[Key, Finding]]


@dataclass(eq=False)
class Reading:
    """One text of the file, parsed, with what the rules find in it."""

    text: str
    program: Program
    origins: Origins
    language: Language
    _found: dict[str, list[Finding]] = field(default_factory=dict[str, list[Finding]])

    def findings(self, rule: Rule, plan: Plan) -> list[Finding]:
        """All that the rule finds; raises what the rule raises."""
        if rule.id not in self._found:
            self._found[rule.id] = list(rule.findings(self.program, plan.options.get(rule.id, {})))
        return self._found[rule.id]

    @cached_property
    def around(self) -> Surroundings:
        return Surroundings(self.program, self.language)

    def keys(self, seen: Seen, rule: Rule, findings: Sequence[Finding]) -> list[Key]:
        """What each of these findings of the rule is known by."""
        return seen.keys(
            rule,
            findings,
            lambda finding: self.origins.of(finding.at.line, finding.at.column),
            lambda finding: self.around.of(finding.at, self.origins.line),
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
    seen: Seen
    accept: Accept | None = None
    kept: Collection[Reported] | None = None
    steps: list[Step] = field(default_factory=list[Step])
    errors: list[str] = field(default_factory=list[str])
    declined: set[Key] = field(default_factory=set[Key])

    def __post_init__(self) -> None:
        self._kept = None if self.kept is None else set(map(_known_by, self.kept))

    def settled(self, first: Reading) -> Reading:
        """The reading after which no rule has anything to do; the first one where that is never reached."""
        reading, asked_anew = first, 0
        while True:
            still = True
            for rule in self.rules:
                while (step := self._step(rule, reading)) is not None:
                    still = False
                    reading = step
                    if len(self.steps) > STEPS:
                        self.errors.append(f"{self.path}: the rules do not come to rest; left alone, please report it")
                        self.steps.clear()
                        return first
            if still and asked_anew == len(self.steps):
                return reading
            if still:  # what stood in the way of a fix may have gone with another one
                asked_anew = len(self.steps)
                self.seen.forget_refusals()

    def refuse_unsafe(self, settled: Reading) -> None:
        """Try the unsafe fixes on the settled text and take none: what cannot be written is not promised."""
        if not self.plan.unsafe:
            trial = self._trial(settled, unsafe=True)
            self.seen.refused |= {key: reason for key, reason in trial.refused.items() if key in self.seen}

    def not_taken(self, settled: Reading) -> frozenset[Reported]:
        """What could still be fixed after all questions, and what would follow these fixes, as a run without questions
        reports it too."""
        here = self.seen.here()
        new = self.seen.brought(self._trial(settled, unsafe=self.plan.unsafe)) if self.kept is None else set[Key]()
        return frozenset(self.seen.reports(here | new))

    def _trial(self, settled: Reading, *, unsafe: bool) -> Seen:
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

    def _step(self, rule: Rule, reading: Reading) -> Reading | None:
        """One rule once: what comes of it, None where it has nothing (more) to do."""
        findings = self.look(rule, reading)
        todo = [
            (key, finding)
            for key, finding in zip(reading.keys(self.seen, rule, findings), findings, strict=True)
            if finding.edits and self._allowed(rule, finding) and self._wanted(key)
        ]
        if self.accept is None and len(todo) > 1:
            if (done := self._tried(rule, reading, todo, blame=False)) is not None:
                return self._taken(rule, reading, done, todo)
            todo = self._writable(reading, todo)
            if (done := self._tried(rule, reading, todo, blame=False)) is not None:
                return self._taken(rule, reading, done, todo)
        for key, finding in todo:
            done = self._tried(rule, reading, [(key, finding)], blame=True)
            if done is None:
                continue
            if self.accept is not None and not self.accept(self.seen[key], reading.text, done.text):
                self.declined.add(key)
                continue
            return self._taken(rule, reading, done, [(key, finding)])
        return None

    def _allowed(self, rule: Rule, finding: Finding) -> bool:
        return self.plan.unsafe or (finding.safety or rule.safety) is Safety.SAFE

    def _wanted(self, key: Key) -> bool:
        return (
            key not in self.seen.refused
            and key not in self.declined
            and (self._kept is None or _known_by(self.seen[key]) in self._kept)
        )

    def _writable(self, reading: Reading, todo: Todo) -> Todo:
        """The findings that can be written by themselves; the others keep the writer's reason."""
        kept: list[tuple[Key, Finding]] = []
        for key, finding in todo:
            try:
                self.language.write(reading.program, finding.edits)
                kept.append((key, finding))
            except CannotFix as refusal:
                self.seen.refused[key] = str(refusal)
            except MemoryError:
                raise
            except Exception:
                kept.append((key, finding))  # tried again by itself, where its failure is told
        return kept

    def _tried(self, rule: Rule, reading: Reading, todo: Todo, *, blame: bool) -> Reading | None:
        """Write and verify these findings together; with `blame` a failure becomes the finding's reason."""
        done = None
        try:
            edits = [edit for _, finding in todo for edit in finding.edits]
            new = changed(reading.text, self.language.write(reading.program, edits))
            done = Reading(new, self.read(new), reading.origins.after(new), self.language)
            wrong = "nothing would change" if new == reading.text else None
            wrong = wrong or broken_promise(self.language, reading.program, done.program, reading.text, new)
            if wrong is None and self._finds_again(rule, reading, done, [finding.message for _, finding in todo]):
                wrong = "the same rule would find it again"
        except CannotFix as refusal:
            if blame:
                self.seen.refused[todo[0][0]] = str(refusal)
            return None
        except IacfixError as error:
            wrong = f"the new text would not parse ({error.message})"
        except MemoryError:
            raise
        except Exception as error:
            wrong = one_line(error)
        if wrong is None:
            return done
        if blame:
            key, _ = todo[0]
            self.seen.refused[key] = f"the fix failed its own check: {wrong}"
            said = (
                f"{self.path}:{key.at.line}: the fix of {rule.id} failed its own check: {wrong}; "
                "nothing was changed there, please report it"
            )
            if said not in self.errors:
                self.errors.append(said)
        return None

    def _finds_again(self, rule: Rule, before: Reading, after: Reading, fixed: Sequence[str]) -> bool:
        """The rule could fix as much in the new text as before, or the same again."""
        had = Counter(finding.message for finding in self.look(rule, before) if finding.edits)
        has = Counter(finding.message for finding in after.findings(rule, self.plan) if finding.edits)
        return any(has[message] >= had[message] for message in fixed) and has.total() > had.total() - len(fixed)

    def _taken(self, rule: Rule, before: Reading, after: Reading, todo: Todo) -> Reading:
        """The fix of these findings is the file's next text."""
        splits = splits_of(
            rule,
            (finding for _, finding in todo),
            self.path,
            lambda resource: before.origins.of(resource.line, resource.column).place.line,
        )
        self.steps.append(Step(rule.id, before.text, after.text, tuple(splits)))
        self.seen.fixed(rule, todo)
        return after


def _known_by(finding: Reported) -> tuple[str, int, int, str]:
    """What does not depend on whether it can be fixed, which shows late."""
    return finding.rule, finding.line, finding.column, finding.message


def one_line(error: Exception) -> str:
    """A foreign error as one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
