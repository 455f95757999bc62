"""One source through the rules until it is still."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from iacfix import ignores, majors, registry
from iacfix.errors import CannotFix, IacfixError, SourceError
from iacfix.identity import Surroundings
from iacfix.languages import ALONE, Language, language, language_name
from iacfix.model import Neighbours, Program, Provider
from iacfix.neighbours import ProjectFiles
from iacfix.registry import Pack
from iacfix.result import Accept, Fix, Outcome, Place, Plan, Reported, Step
from iacfix.rule import Finding, Rule, Safety, Severity
from iacfix.seen import Key, Seen, line_map
from iacfix.sites import site_of, splits_of
from iacfix.source import Source
from iacfix.verify import broken_promise

STEPS = 500
"""More steps than the fixes of one file could need, each taken by itself."""

UNUSED, UNKNOWN_MAJOR, SKIPPED = "unused-ignore", "unknown-provider-major", "skipped-file"
"""Findings of the machine itself: an ignore that ignores nothing, a program for another major, a file over a limit."""


def examine(
    source: Source,
    plan: Plan,
    root: Path,
    accept: Accept | None = None,
    kept: Collection[Reported] | None = None,
) -> Outcome:
    """Find, fix and verify; never raises for what a file can contain. Of the findings only those `kept` are fixed."""
    name = language_name(source.name)
    if name is None:
        return Outcome(source.name, source.text, source.text, errors=(f"{source.name}: not a language iacfix reads",))
    outcome = Outcome(source.name, source.text, source.text)
    for pack in registry.packs():
        package = pack.provider.packages.get(name)
        if package is None or package not in outcome.after:
            continue
        try:
            found = _Examination(source, outcome.after, pack, plan, language(name), root, accept, kept).outcome()
        except SourceError as error:
            error.path = source.name
            return replace(outcome, errors=(*outcome.errors, str(error)))
        outcome = replace(
            found,
            before=source.text,
            findings=(*outcome.findings, *found.findings),
            steps=(*outcome.steps, *found.steps),
            sites=(*outcome.sites, *found.sites),
            errors=(*outcome.errors, *found.errors),
        )
    return outcome


def skipped(source: Source, what: str, setting: str) -> Outcome:
    """What is said of a file that is over a limit."""
    reason = f"raise {setting}, split the file, or exclude it"
    found = Reported(SKIPPED, Severity.LOW, source.name, 1, 1, f"the file {what}", Fix.NONE, reason)
    return Outcome(source.name, source.text, source.text, (found,))


@dataclass
class _Examination:
    source: Source
    text: str
    pack: Pack
    plan: Plan
    language: Language
    root: Path
    accept: Accept | None
    kept: Collection[Reported] | None
    steps: list[Step] = field(default_factory=list[Step])
    errors: list[str] = field(default_factory=list[str])
    declined: set[Key] = field(default_factory=set[Key])
    used_ignores: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    known: tuple[list[ignores.Ignore], list[ignores.Problem]] = field(default_factory=lambda: ([], []))
    cached: tuple[Program, dict[str, list[Finding]]] | None = None
    around: Surroundings | None = None

    def __post_init__(self) -> None:
        self.seen = Seen(self.source.name)

    def outcome(self) -> Outcome:
        original = self.text
        rules = self._rules(original)
        if not rules and ignores.WORD not in original:
            return Outcome(self.source.name, original, original)
        program = self._first_read(original)
        self.known = self._ignores(program)
        if self.provider.major not in self.pack.provider.majors:
            return Outcome(self.source.name, original, original, (self._about_major(),), provider=self.provider)
        for rule in rules:
            self._keys(rule, program, lambda line: line)
        sites = tuple(site_of(made, self.source.name, made.line) for made in program.resources())
        text = self._settled(program, rules, original)
        found = [*self.seen.reports(), *self._about_ignores()]
        findings = sorted(found, key=lambda found: (found.line, found.column, found.rule))
        return Outcome(
            path=self.source.name,
            before=original,
            after=text,
            findings=tuple(findings),
            steps=tuple(self.steps),
            sites=sites,
            provider=self.provider,
            errors=tuple(self.errors),
        )

    # reading

    def _rules(self, text: str) -> list[Rule]:
        data = text.encode("utf-8", "surrogatepass")
        mine = {rule.id: rule for rule in self.pack.rules}
        return [
            mine[id] for id in self.plan.rules if id in mine and any(trigger in data for trigger in mine[id].triggers)
        ]

    def _read(self, text: str) -> Program:
        return self.language.read(text, self.pack.provider, self.provider, self._neighbours())

    def _neighbours(self) -> Neighbours:
        path, package = self.source.path, self.pack.provider
        return ProjectFiles(path, self.root, self.language, package, self.provider) if path is not None else ALONE

    def _first_read(self, text: str) -> Program:
        """Read the text for the provider major it is written for."""
        name, known = self.pack.provider.name, self.pack.provider.majors
        folder = self.source.path.parent if self.source.path else self.root
        distribution = self.pack.provider.distributions[language_name(self.source.name) or ""]
        if self.plan.major is not None:
            self.provider = Provider(name, self.plan.major, "as set")
        elif (pin := majors.pinned_major(folder, self.root, distribution, known)) is not None:
            self.provider = Provider(name, pin.major, pin.why)
        else:
            self.provider = Provider(name, known[-1], f"no pin found, the newest major {known[-1]} is assumed")
            program = self._read(text)
            told = self.language.told_major(program)
            if told is None or told[0] == known[-1]:
                return program
            self.provider = Provider(name, told[0], f"{told[1]} exists in {told[0]} only")
        return self._read(text)

    def _findings(self, rule: Rule, program: Program) -> list[Finding]:
        """The rule's findings that nobody told it to ignore; a rule that raises loses its step."""
        if self.cached is None or self.cached[0] is not program:
            self.cached = (program, {})
        if rule.id not in self.cached[1]:
            self.cached[1][rule.id] = self._checked(rule, program)
        return self.cached[1][rule.id]

    def _checked(self, rule: Rule, program: Program) -> list[Finding]:
        try:
            found = list(rule.findings(program, self._options(rule)))
        except MemoryError:
            raise
        except Exception as error:
            said = f"{self.source.name}: the rule {rule.id} failed ({_one_line(error)}); please report it"
            if said not in self.errors:
                self.errors.append(said)
            return []
        if not self.known[0]:
            return found
        kept: list[Finding] = []
        marks, _ = self._ignores(program)
        for finding in found:
            lines = {
                *range(finding.at.line, finding.at.end_line + 1),
                self.language.statement_line(program, finding.at),
            }
            hits = [index for index, mark in enumerate(marks) if ignores.covers(mark, rule.id, lines)]
            self.used_ignores.update((index, rule.id) for index in hits)
            if not hits:
                kept.append(finding)
        return kept

    def _options(self, rule: Rule) -> Mapping[str, bool]:
        return self.plan.options.get(rule.id, {})

    def _keys(self, rule: Rule, program: Program, line_of: Callable[[int], int]) -> list[Key]:
        """What each finding of the rule is known by."""
        if self.around is None or self.around.program is not program:
            self.around = Surroundings(program, self.language)
        around = self.around
        found = self._findings(rule, program)
        return self.seen.keys(rule, found, line_of, lambda finding: around.of(finding.at, line_of))

    def _ignores(self, program: Program) -> tuple[list[ignores.Ignore], list[ignores.Problem]]:
        """The comments that tell iacfix to leave something alone."""
        if ignores.WORD not in self.text:
            return [], []
        return ignores.parse(self.language.comments(program), registry.rules())

    # fixing

    def _settled(self, program: Program, rules: list[Rule], original: str) -> str:
        text = self.text
        while True:
            still = True
            for rule in rules:
                while (step := self._step(rule, program, text, original)) is not None:
                    still = False
                    program, text = step
                    if len(self.steps) > STEPS:
                        self.errors.append(
                            f"{self.source.name}: the rules do not come to rest; left alone, please report it"
                        )
                        self.steps.clear()
                        return original
            if still:
                return text

    def _step(self, rule: Rule, program: Program, text: str, original: str) -> tuple[Program, str] | None:
        """One rule once: the new program and text, None where it has nothing (more) to do."""
        line_of = line_map(text, original)
        todo: list[tuple[Key, Finding]] = []
        findings = self._findings(rule, program)
        for key, finding in zip(self._keys(rule, program, line_of), findings, strict=True):
            if (
                finding.edits
                and self._allowed(rule, finding)
                and key not in self.seen.refused
                and key not in self.declined
                and (self.kept is None or self.seen[key] in self.kept)
            ):
                todo.append((key, finding))
        if not todo:
            return None
        if self.accept is None and len(todo) > 1:
            if (done := self._tried(rule, program, text, todo, line_of, blame=False)) is not None:
                return done
            todo = self._writable(program, todo)
            if (done := self._tried(rule, program, text, todo, line_of, blame=False)) is not None:
                return done
        for key, finding in todo:
            done = self._tried(rule, program, text, [(key, finding)], line_of, blame=True)
            if done is None:
                continue
            if self.accept is not None and not self.accept(self.seen[key], text, done[1]):
                self.steps.pop()
                self.seen.restored(rule)
                self.declined.add(key)
                continue
            return done
        return None

    def _writable(self, program: Program, todo: list[tuple[Key, Finding]]) -> list[tuple[Key, Finding]]:
        """The findings that can be written by themselves; the others keep the writer's reason."""
        kept: list[tuple[Key, Finding]] = []
        for key, finding in todo:
            try:
                self.language.write(program, finding.edits)
                kept.append((key, finding))
            except CannotFix as refusal:
                self.seen.refused[key] = str(refusal)
            except MemoryError:
                raise
            except Exception:
                kept.append((key, finding))  # tried again by itself, where its failure is told
        return kept

    def _allowed(self, rule: Rule, finding: Finding) -> bool:
        return self.plan.unsafe or (finding.safety or rule.safety) is Safety.SAFE

    def _tried(
        self,
        rule: Rule,
        program: Program,
        text: str,
        todo: list[tuple[Key, Finding]],
        line_of: Callable[[int], int],
        *,
        blame: bool,
    ) -> tuple[Program, str] | None:
        """Write and verify these findings together; with `blame` a failure becomes the finding's reason."""
        edits = [edit for _, finding in todo for edit in finding.edits]
        try:
            new = self.language.write(program, edits)
            wrong = "nothing would change" if new == text else None
            after = self._read(new)
            wrong = wrong or broken_promise(self.language, program, after, text, new)
            if wrong is None and self._finds_again(
                rule, after, {finding.message for _, finding in todo}, len(todo), program
            ):
                wrong = "the same rule would find it again"
        except CannotFix as refusal:
            if blame:
                self.seen.refused[todo[0][0]] = str(refusal)
            return None
        except IacfixError as error:
            wrong, after, new = f"the new text would not parse ({error.message})", program, text
        except MemoryError:
            raise
        except Exception as error:
            wrong, after, new = _one_line(error), program, text
        if wrong is not None:
            if blame:
                self.seen.refused[todo[0][0]] = f"the fix failed its own check: {wrong}"
                key = todo[0][0]
                self.errors.append(
                    f"{self.source.name}:{key.line}: the fix of {rule.id} failed its own check: {wrong}; "
                    "nothing was changed there, please report it"
                )
            return None
        splits = splits_of(rule, (finding for _, finding in todo), self.source.name, line_of)
        self.steps.append(Step(rule.id, text, new, tuple(splits)))
        self.seen.fixed(rule, {key for key, _ in todo})
        return after, new

    def _finds_again(self, rule: Rule, after: Program, messages: set[str], fixed: int, before: Program) -> bool:
        """The rule could fix as much in the new text as before, or the same again."""
        had = [finding.message for finding in self._findings(rule, before) if finding.edits]
        has = [finding.message for finding in rule.findings(after, self._options(rule)) if finding.edits]
        return any(has.count(message) >= had.count(message) for message in messages) and len(has) > len(had) - fixed

    # reporting

    def _about_ignores(self) -> Iterator[Reported]:
        """What is wrong with the comments themselves, and those that ignore nothing."""
        marks, problems = self.known
        for problem in problems:
            yield self._about_ignore(problem.line, problem.message, "correct the comment")
        for index, mark in enumerate(marks):
            unused = [
                rule for rule in sorted(mark.rules & set(self.plan.rules)) if (index, rule) not in self.used_ignores
            ]
            if unused:
                yield self._about_ignore(
                    mark.line, f"ignore[{', '.join(unused)}] ignores nothing", "take the comment out"
                )

    def _about_major(self) -> Reported:
        known = " and ".join(str(major) for major in self.pack.provider.majors)
        message = f"written for {self.pack.provider.name} {self.provider.major} ({self.provider.why})"
        reason = f"iacfix knows the majors {known}; upgrade first, or set --provider-version"
        whole = Place(around=(1, self.text.count("\n") + 1))
        return Reported(UNKNOWN_MAJOR, Severity.LOW, self.source.name, 1, 1, message, Fix.NONE, reason, place=whole)

    def _about_ignore(self, line: int, message: str, reason: str) -> Reported:
        return Reported(UNUSED, Severity.LOW, self.source.name, line, 1, message, Fix.NONE, reason)


def _one_line(error: Exception) -> str:
    """A foreign error as one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
