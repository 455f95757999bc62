"""Examines one source: which rules apply, for which provider major, what they find and fix, and what is suppressed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePath
from weakref import WeakKeyDictionary, WeakSet

from iacfix import reasons, registry
from iacfix.engine import scanner_comments, suppressions
from iacfix.engine.agreement import agreed
from iacfix.engine.creation_sites import site_of
from iacfix.engine.fixing import Fixing, Reading, one_line
from iacfix.engine.project_files import ProjectFiles, serves
from iacfix.engine.source_map import SourceMap
from iacfix.engine.tracking import TrackedFindings
from iacfix.errors import CannotFix, SourceError
from iacfix.files.discovery import imports_pulumi, is_test
from iacfix.files.imports import may_import
from iacfix.files.modules import place_of
from iacfix.files.provider_version import imported, pinned
from iacfix.files.source import Source, encode
from iacfix.languages import NO_NEIGHBOURS, Language, language, language_name
from iacfix.model import Neighbours, Program, Provider
from iacfix.registry import Pack, ProviderPackage
from iacfix.result import Accept, CreationSite, Fix, Location, Outcome, Plan, Reported
from iacfix.rule import Finding, Rule, Severity

UNUSED, UNKNOWN_MAJOR, SKIPPED = "unused-ignore", "unknown-provider-major", "skipped-file"
"""Findings of iacfix itself: an unused suppression, a program for an unknown major, a file over a limit."""

WHOLE_FILE = 0
"""No line of code: suppressions of a whole file are listed there."""
Marks = Mapping[int, Sequence[tuple[int, suppressions.Suppression]]]
"""The suppressions of a file with their indices, by the line that they apply to."""


def examine(
    source: Source,
    plan: Plan,
    root: Path,
    accept: Accept | None = None,
    selected: Collection[Reported] | None = None,
) -> Outcome:
    """The outcome of one source: its findings, and its text with the verified fixes. Only `selected` findings are
    fixed, all where it is None; `accept` decides about each fix, where there is one."""
    name = language_name(source.name)
    if name is None:
        return Outcome(source.name, source.text, source.text, errors=(f"{source.name}: not a language iacfix reads",))
    outcome = Outcome(source.name, source.text, source.text)
    asked = list(_packs_for(source, name, root))
    for pack in asked:
        spelled = pack.provider.packages[name]
        try:
            if spelled not in outcome.after and not _is_beside(source, pack.provider, language(name), root):
                continue
            examination = _Examination(source, outcome.after, pack, plan, language(name), root, accept, selected)
            examination.is_shared = [each.provider.name for each in asked].count(pack.provider.name) > 1
            found = examination.outcome()
            if plan.repairs and outcome.changed:  # repairs are changes of the text as it was read
                examination = _Examination(source, source.text, pack, plan, language(name), root, accept, selected)
                found = replace(found, repairs=examination.outcome().repairs)
        except SourceError as error:
            error.path = source.name
            return replace(outcome, errors=(*outcome.errors, str(error)))
        outcome = replace(
            found,
            before=source.text,
            findings=_deduplicated(outcome.findings, found.findings) if outcome.findings else found.findings,
            suppressed=tuple(dict.fromkeys((*outcome.suppressed, *found.suppressed))),
            provider=found.provider or outcome.provider,
            steps=(*outcome.steps, *found.steps),
            sites=(*outcome.sites, *found.sites),
            errors=(*outcome.errors, *found.errors),
            not_taken=outcome.not_taken | found.not_taken,
            repairs={**outcome.repairs, **found.repairs},
        )
    return outcome


def _deduplicated(before: Sequence[Reported], found: Sequence[Reported]) -> tuple[Reported, ...]:
    """The findings under several names of a provider, each once, and as fixable where it is so under one name."""

    def identity(each: Reported) -> tuple[str, int, int, str]:
        return each.rule, each.line, each.column, each.message

    fixed = {identity(each) for each in (*before, *found) if each.fix is not Fix.NONE}
    known = {identity(each) for each in before}
    kept = [each for each in before if each.fix is not Fix.NONE or identity(each) not in fixed]
    kept += (each for each in found if identity(each) not in known or (each.fix is not Fix.NONE and each not in kept))
    return tuple(kept)


def _packs_for(source: Source, language: str, root: Path) -> Iterator[Pack]:
    """The packs for the language, once for each package name by which the source imports their provider."""
    for pack in registry.packs():
        package = pack.provider
        if language not in package.packages:
            continue
        own = package.distributions[language]
        for name in imported(_path_of(source, root).parent, root, own, package.majors_in(language), source.text):
            spelled = package.packages[language] if name == own else name
            yield replace(pack, provider=replace(package, packages={**package.packages, language: spelled}))


def _path_of(source: Source, root: Path) -> Path:
    """The path of the source in the repository; for stdin, the one it would have."""
    path = source.path or root / source.name
    return path if path.is_relative_to(root) else root / path.name


def _is_beside(source: Source, package: ProviderPackage, language: Language, root: Path) -> bool:
    """A file that does not name the provider but belongs to a program that does: one that names it imports the file,
    another file of the Pulumi project or a manifest names it, or the file creates resources of classes that another
    file re-exports. Raises SourceError where the text does not parse."""
    path, name = source.path, language_name(source.name) or ""
    data = source.text.encode("utf-8", "surrogatepass")
    if path is None or is_test(PurePath(source.name), data):
        return False
    spelled, provider = package.packages[name], Provider(package.name, package.majors[-1], "")
    around = ProjectFiles(path, root, language, package, provider)
    if not imports_pulumi(data):
        if serves(path, root, spelled.encode()):
            return True
        is_asked = may_import(spelled.encode(), path, data, root)
        return is_asked and any(language.read(source.text, package, provider, around).resources())
    if around.hold(spelled):
        return True
    distribution = package.distributions[name]
    return bool(pinned(path, root, distribution, package.name, package.majors, source.text).majors)


def skipped(source: Source, what: str, setting: str) -> Outcome:
    """The outcome of a file that exceeds a limit; `setting` is the one that raises it."""
    found = Reported(SKIPPED, Severity.LOW, source.name, 1, 1, f"the file {what}", Fix.NONE)
    found = found.not_fixed(reasons.OVER_LIMIT.of(setting=setting))
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
    selected: Collection[Reported] | None
    errors: list[str] = field(default_factory=list[str])
    used_ignores: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    open: tuple[int, ...] = ()
    """The majors that the manifests allow, as its language numbers them."""
    is_shared: bool = False
    """The program imports the provider by several names, of which this examination is about one."""
    marks: tuple[Reading, Marks] | None = None
    skips: tuple[Reading, list[scanner_comments.SkippedCheck]] | None = None
    found: WeakKeyDictionary[Reading, dict[str, list[Finding]]] = field(
        default_factory=WeakKeyDictionary[Reading, dict[str, list[Finding]]]
    )
    under_major: WeakKeyDictionary[Reading, dict[int, Reading]] = field(
        default_factory=WeakKeyDictionary[Reading, dict[int, Reading]]
    )
    programs: WeakSet[Program] = field(default_factory=WeakSet[Program])
    """All that were read."""

    def outcome(self) -> Outcome:
        try:
            return self._outcome()
        finally:
            for program in self.programs:
                self.language.release(program)

    def _outcome(self) -> Outcome:
        original = self.text
        spelled = self.pack.provider.packages[language_name(self.source.name) or ""]
        if spelled in original and not self._rules(original) and suppressions.WORD not in original:
            return Outcome(self.source.name, original, original)
        program = self._first_read(original)
        types = {made.type for made in program.resources()}
        rules = self._rules("\n".join((original, *types, *([spelled] if types else ()))))
        if not rules and suppressions.WORD not in original:
            return Outcome(self.source.name, original, original)
        if self.provider.number not in self.majors:
            return Outcome(self.source.name, original, original, (self._major_finding(),), provider=self.provider)
        source_map = SourceMap.identity(self.source.text).after(original)
        first = Reading(original, program, source_map, self.language, self.source.read_only, self.source.report_only)
        fixing = Fixing(
            path=self.source.name,
            rules=rules,
            plan=self.plan,
            language=self.language,
            read=self._read,
            find=self._unsuppressed,
            tracked=TrackedFindings(self.source.name),
            accept=self.accept,
            selected=self.selected,
            errors=self.errors,
        )
        found = fixing.found(first)
        settled = fixing.settled(first)
        not_taken = fixing.not_taken(settled) if self.accept is not None else frozenset[Reported]()
        if self.selected is None:
            fixing.refuse_unsafe(settled)
        reported = [*fixing.tracked.reports(), *self._suppression_findings(first)]
        return Outcome(
            path=self.source.name,
            before=original,
            after=settled.text,
            findings=tuple(sorted(reported, key=lambda found: (found.line, found.column, found.rule))),
            suppressed=tuple(self._suppressed(first, rules)),
            steps=tuple(fixing.steps),
            sites=tuple(self._sites(first)) if self.plan.sites else (),
            provider=self.provider,
            errors=tuple(self.errors),
            not_taken=not_taken,
            repairs=fixing.repairs(first, found, settled) if self.plan.repairs else {},
        )

    def _sites(self, first: Reading) -> Iterator[CreationSite]:
        for made in first.program.resources():
            yield site_of(made, self.source.name, first.source_map.line(made.line))

    # reading

    @cached_property
    def majors(self) -> tuple[int, ...]:
        """The majors that rules know, as the language of the program numbers them."""
        return self.pack.provider.majors_in(language_name(self.source.name) or "")

    def _rules(self, text: str) -> list[Rule]:
        """The rules of the plan whose triggers the text contains, with their severities set."""
        data = text.encode("utf-8", "surrogatepass")
        mine = self.pack.named(self.plan.rules)
        mine |= {id: replace(mine[id], severity=set) for id, set in self.plan.severities.items() if id in mine}
        language = language_name(self.source.name) or ""
        if language in self.pack.provider.numbering:
            known = self.pack.hold_in(language)
            return [mine[id] for id in self.plan.rules if id in mine and id in known]
        return [
            mine[id] for id in self.plan.rules if id in mine and any(trigger in data for trigger in mine[id].triggers)
        ]

    def _read(self, text: str) -> Program:
        try:
            encode(self.source, text)
        except SourceError as error:
            raise CannotFix(reasons.NOT_ENCODABLE.of(problem=error.message)) from None
        return self._read_for(self.provider, text)

    def _read_for(self, provider: Provider, text: str) -> Program:
        path, package = self.source.path, self.pack.provider
        around: Neighbours = NO_NEIGHBOURS
        if path is not None:
            around = ProjectFiles(path, self.root, self.language, package, provider)
        program = self.language.read(text, package, provider, around)
        self.programs.add(program)
        return program

    def _first_read(self, text: str) -> Program:
        """The parsed text, after the provider major is determined."""
        name = self.pack.provider.name
        if self.plan.major is not None and not self._is_for_others(self.plan.major):
            self.provider = self._numbered(self.plan.major, "as set")
            return self._read(text)
        self.provider = self._detected_provider(text)
        program = self._read(text)
        inferred = self.language.inferred_major(program) if self.provider.others else None
        if inferred is None:
            return program
        self.provider = Provider(name, inferred[0], f"{inferred[1]} exists in {inferred[0]} only")
        return self._read(text)

    def _detected_provider(self, text: str) -> Provider:
        """The provider major by lock files and manifests; where these allow several, the newest that rules know."""
        package = self.pack.provider
        language = language_name(self.source.name) or ""
        own, name = package.distributions[language], package.packages[language]
        said = pinned(_path_of(self.source, self.root), self.root, own, package.name, self.majors, text, name)
        majors, why = said.majors or self.majors, said.why
        major = max([each for each in majors if each in self.majors] or majors)
        if not said.majors or said.is_open:
            why = f"{why}, the newest major {major} is assumed"
        return self._numbered(major, why, majors)

    def _open_majors(self, major: int) -> str:
        """The open majors whose facts are those of `major`, as their users number them."""
        package, language = self.pack.provider, language_name(self.source.name) or ""
        return " or ".join(str(each) for each in self.open if package.facts_of(language, each) == major)

    def _as_if(self, facts: int) -> Provider:
        """The provider by the facts of another major that the program may meet."""
        package, language = self.pack.provider, language_name(self.source.name) or ""
        named = [each for each in self.open if package.facts_of(language, each) == facts]
        shown = max(named, default=facts) if language in package.numbering else None
        return Provider(package.name, facts, self.provider.why, (), shown)

    def _is_for_others(self, major: int) -> bool:
        """The major exists for the provider of another language only."""
        package = self.pack.provider
        return major not in self.majors and any(major in package.majors_in(each) for each in package.packages)

    def _numbered(self, major: int, why: str, majors: Iterable[int] = ()) -> Provider:
        """The provider at a major of its language, whose numbers may differ from those that facts are stored by."""
        package, language = self.pack.provider, language_name(self.source.name) or ""
        self.open = tuple(majors)
        facts = package.facts_of(language, major)
        others = dict.fromkeys(package.facts_of(language, each) for each in majors)
        shown = major if language in package.numbering else None
        further = tuple(each for each in others if each != facts)
        return Provider(package.name, facts, why, further, shown, self.open)

    def _unsuppressed(self, rule: Rule, reading: Reading) -> list[Finding]:
        """The rule's findings that no comment suppresses; a rule that raises has none, and is an error."""
        try:
            found = self._findings(rule, reading) if self.provider.others else reading.findings(rule, self.plan)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:
            said = f"{self.source.name}: the rule {rule.id} failed ({one_line(error)}); please report it"
            if said not in self.errors:
                self.errors.append(said)
            return []
        return [
            finding
            for finding in found
            if not self._is_ignored(rule, reading, finding)
            and self._suppressing_check(rule, reading, finding) is None
            and self._is_checked(reading, finding)
        ]

    def _is_checked(self, reading: Reading, finding: Finding) -> bool:
        return place_of(reading.text, finding.at.line)[0] not in self.source.read_only

    def _findings(self, rule: Rule, reading: Reading) -> list[Finding]:
        """The rule's findings; a fix that would differ under another open major becomes unsafe."""
        known = self.found.setdefault(reading, {})
        if rule.id not in known:
            found = reading.findings(rule, self.plan)
            if any(finding.edits for finding in found):
                others = {major: self._found_under(major, rule, reading) for major in self.provider.others}
                package, language = self.pack.provider, language_name(self.source.name)
                vocabulary = package.vocabulary if language in package.numbering else None
                found = agreed(found, self.provider, others, self._open_majors, vocabulary)
            known[rule.id] = found
        return known[rule.id]

    def _found_under(self, major: int, rule: Rule, reading: Reading) -> list[Finding]:
        """The findings in the same text under another major; none where no rule knows that."""
        if major not in self.pack.provider.majors:
            return []
        read = self.under_major.setdefault(reading, {})
        if major not in read:
            program = self._read_for(self._as_if(major), reading.text)
            read[major] = replace(reading, program=program, _found={})
        return read[major].findings(rule, self.plan)

    def _is_ignored(self, rule: Rule, reading: Reading, finding: Finding) -> bool:
        marks = self._marks(reading)
        if not marks:
            return False
        lines = self._lines(reading, finding)
        file = place_of(reading.text, finding.at.line)[0]
        hits = [
            index
            for line in (WHOLE_FILE, *lines)
            for index, mark in marks.get(line, ())
            if suppressions.covers(mark, rule.id, lines)
            and (not mark.whole_file or place_of(reading.text, mark.line)[0] == file)
        ]
        self.used_ignores.update((index, rule.id) for index in hits)
        return bool(hits)

    def _lines(self, reading: Reading, finding: Finding) -> set[int]:
        """The lines that a suppression of the finding may target."""
        statement = self.language.statement_line(reading.program, finding.at)
        return {*range(finding.at.line, finding.at.end_line + 1), statement}

    def _suppressing_check(self, rule: Rule, reading: Reading, finding: Finding) -> str | None:
        """The check of another scanner that suppresses the finding."""
        if not self.has_skips:
            return None
        if self.skips is None or self.skips[0] is not reading:
            comments = self.language.comments(reading.program)
            self.skips = reading, scanner_comments.skips(comments, registry.rules())
        return scanner_comments.skipping(self.skips[1], rule.id, self._lines(reading, finding))

    @cached_property
    def has_skips(self) -> bool:
        """The text may contain suppressions of other scanners."""
        return any(word in self.text for word in scanner_comments.WORDS)

    def _suppressed(self, first: Reading, rules: Iterable[Rule]) -> Iterator[Reported]:
        """The findings that comments of other scanners suppress."""
        if not self.has_skips:
            return
        tracked = TrackedFindings(self.source.name)
        for rule in rules:
            found = [
                (finding, check)
                for finding in first.findings(rule, self.plan)
                if (check := self._suppressing_check(rule, first, finding)) is not None
                and self._is_checked(first, finding)
            ]
            for key, (_, check) in zip(first.keys(tracked, rule, [each for each, _ in found]), found, strict=True):
                yield replace(tracked[key], notes=()).not_fixed(reasons.SUPPRESSED.of(check=check))

    def _marks(self, reading: Reading) -> Marks:
        if self.marks is None or self.marks[0] is not reading:
            by_line = defaultdict[int, list[tuple[int, suppressions.Suppression]]](list)
            for index, mark in enumerate(self._ignores(reading.program)[0]):
                by_line[WHOLE_FILE if mark.whole_file else mark.target].append((index, mark))
            self.marks = (reading, by_line)
        return self.marks[1]

    def _ignores(
        self, program: Program
    ) -> tuple[list[suppressions.Suppression], list[suppressions.InvalidSuppression]]:
        """The suppressions in comments, and what is wrong with any."""
        if suppressions.WORD not in self.text:
            return [], []
        return suppressions.parse(self.language.comments(program), registry.rules())

    # reporting

    def _suppression_findings(self, reading: Reading) -> Iterator[Reported]:
        """Findings about suppressions that are invalid or unused."""
        marks, problems = self._ignores(reading.program)
        mine = set(self.pack.ids).intersection(self.plan.rules)
        for problem in problems:
            yield self._suppression_finding(
                reading.source_map.line(problem.line), problem.message, reasons.INVALID_SUPPRESSION
            )
        for index, mark in enumerate(marks):
            unused = [rule for rule in sorted(mark.rules & mine) if (index, rule) not in self.used_ignores]
            if unused and not self.is_shared:  # it may be about what another name is used for
                line = reading.source_map.line(mark.line)
                yield self._suppression_finding(
                    line, f"unused suppression ignore[{', '.join(unused)}]", reasons.UNUSED_SUPPRESSION
                )

    def _major_finding(self) -> Reported:
        *first, last = map(str, self.majors)
        known = f"{', '.join(first)} and {last}" if first else last
        message = f"written for {self.pack.provider.name} {self.provider.number} ({self.provider.why})"
        whole = Location(resource_lines=(1, self.text.count("\n") + 1))
        found = Reported(UNKNOWN_MAJOR, Severity.LOW, self.source.name, 1, 1, message, Fix.NONE, location=whole)
        return found.not_fixed(reasons.UNKNOWN_MAJOR.of(known=known))

    def _suppression_finding(self, line: int, message: str, reason: str) -> Reported:
        return Reported(UNUSED, Severity.LOW, self.source.name, line, 1, message, Fix.NONE).not_fixed(reason)
