"""One source through the rules until it is still."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePath
from weakref import WeakKeyDictionary, WeakSet

from iacfix import reasons, registry
from iacfix.engine import scanner_comments, suppressions
from iacfix.engine.agreement import agreed
from iacfix.engine.creation_sites import site_of
from iacfix.engine.fixing import Fixing, Reading, one_line
from iacfix.engine.project_files import ProjectFiles
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
    asked = list(_asked(source, name, root))
    for pack in asked:
        spelled = pack.provider.packages[name]
        try:
            if spelled not in outcome.after and not _is_beside(source, pack.provider, language(name), root):
                continue
            examination = _Examination(source, outcome.after, pack, plan, language(name), root, accept, kept)
            examination.is_shared = [each.provider.name for each in asked].count(pack.provider.name) > 1
            found = examination.outcome()
            if plan.repairs and outcome.changed:  # which are told of the text as it was read
                examination = _Examination(source, source.text, pack, plan, language(name), root, accept, kept)
                found = replace(found, repairs=examination.outcome().repairs)
        except SourceError as error:
            error.path = source.name
            return replace(outcome, errors=(*outcome.errors, str(error)))
        outcome = replace(
            found,
            before=source.text,
            findings=_told_once(outcome.findings, found.findings) if outcome.findings else found.findings,
            suppressed=tuple(dict.fromkeys((*outcome.suppressed, *found.suppressed))),
            provider=found.provider or outcome.provider,
            steps=(*outcome.steps, *found.steps),
            sites=(*outcome.sites, *found.sites),
            errors=(*outcome.errors, *found.errors),
            not_taken=outcome.not_taken | found.not_taken,
            repairs={**outcome.repairs, **found.repairs},
        )
    return outcome


def _told_once(before: Sequence[Reported], found: Sequence[Reported]) -> tuple[Reported, ...]:
    """What is found under several names of a provider: one finding of the same text, fixed where one name fixes it."""

    def told(each: Reported) -> tuple[str, int, int, str]:
        return each.rule, each.line, each.column, each.message

    fixed = {told(each) for each in (*before, *found) if each.fix is not Fix.NONE}
    known = {told(each) for each in before}
    kept = [each for each in before if each.fix is not Fix.NONE or told(each) not in fixed]
    kept += (each for each in found if told(each) not in known or (each.fix is not Fix.NONE and each not in kept))
    return tuple(kept)


def _asked(source: Source, language: str, root: Path) -> Iterator[Pack]:
    """The packs for programs of the language, once for each name by which the source imports their provider."""
    for pack in registry.packs():
        package = pack.provider
        if language not in package.packages:
            continue
        own = package.distributions[language]
        for name in imported(_path_of(source, root).parent, root, own, package.majors_in(language), source.text):
            spelled = package.packages[language] if name == own else name
            yield replace(pack, provider=replace(package, packages={**package.packages, language: spelled}))


def _path_of(source: Source, root: Path) -> Path:
    """Where the source stands in the repository, or would stand."""
    path = source.path or root / source.name
    return path if path.is_relative_to(root) else root / path.name


def _is_beside(source: Source, package: ProviderPackage, language: Language, root: Path) -> bool:
    """The file is of a Pulumi program, of which other files use the provider or a manifest names it; or it builds what
    another file hands on of the provider. Raises SourceError where the text does not parse."""
    path, name = source.path, language_name(source.name) or ""
    data = source.text.encode("utf-8", "surrogatepass")
    if path is None or is_test(PurePath(source.name), data):
        return False
    spelled, provider = package.packages[name], Provider(package.name, package.majors[-1], "")
    around = ProjectFiles(path, root, language, package, provider)
    if not imports_pulumi(data):
        is_asked = may_import(spelled.encode(), path, data, root)
        return is_asked and any(language.read(source.text, package, provider, around).resources())
    if around.hold(spelled):
        return True
    distribution = package.distributions[name]
    return bool(pinned(path, root, distribution, package.name, package.majors, source.text).majors)


def skipped(source: Source, what: str, setting: str) -> Outcome:
    """What is said of a file that is over a limit."""
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
    kept: Collection[Reported] | None
    errors: list[str] = field(default_factory=list[str])
    used_ignores: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    open: tuple[int, ...] = ()
    """The majors that the program may meet, as its language numbers them."""
    is_shared: bool = False
    """The program has the provider under several names, and this is about one of them."""
    marks: tuple[Reading, list[suppressions.Ignore]] | None = None
    skips: tuple[Reading, list[scanner_comments.Skip]] | None = None
    certain: WeakKeyDictionary[Reading, dict[str, list[Finding]]] = field(
        default_factory=WeakKeyDictionary[Reading, dict[str, list[Finding]]]
    )
    under: WeakKeyDictionary[Reading, dict[int, Reading]] = field(
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
            return Outcome(self.source.name, original, original, (self._about_major(),), provider=self.provider)
        source_map = SourceMap.identity(self.source.text).after(original)
        first = Reading(original, program, source_map, self.language, self.source.left, self.source.reported)
        fixing = Fixing(
            path=self.source.name,
            rules=rules,
            plan=self.plan,
            language=self.language,
            read=self._read,
            look=self._look,
            seen=TrackedFindings(self.source.name),
            accept=self.accept,
            kept=self.kept,
            errors=self.errors,
        )
        found = fixing.found(first)
        settled = fixing.settled(first)
        not_taken = fixing.not_taken(settled) if self.accept is not None else frozenset[Reported]()
        if self.kept is None:
            fixing.refuse_unsafe(settled)
        reported = [*fixing.seen.reports(), *self._about_ignores(first)]
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
        """Those that are known of the provider of the program's language."""
        return self.pack.provider.majors_in(language_name(self.source.name) or "")

    def _rules(self, text: str) -> list[Rule]:
        """Those that a text gives cause to ask: where another file hands classes on, their triggers may stand there."""
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
        """Read the text for the provider major it is written for."""
        name = self.pack.provider.name
        if self.plan.major is not None and not self._is_for_others(self.plan.major):
            self.provider = self._numbered(self.plan.major, "as set")
            return self._read(text)
        self.provider = self._provider_around(text)
        program = self._read(text)
        told = self.language.inferred_major(program) if self.provider.others else None
        if told is None:
            return program
        self.provider = Provider(name, told[0], f"{told[1]} exists in {told[0]} only")
        return self._read(text)

    def _provider_around(self, text: str) -> Provider:
        """What the files around the program say; where they leave several majors open, the newest that rules know."""
        package = self.pack.provider
        language = language_name(self.source.name) or ""
        own, name = package.distributions[language], package.packages[language]
        said = pinned(_path_of(self.source, self.root), self.root, own, package.name, self.majors, text, name)
        majors, why = said.majors or self.majors, said.why
        major = max([each for each in majors if each in self.majors] or majors)
        if not said.majors or said.is_open:
            why = f"{why}, the newest major {major} is assumed"
        return self._numbered(major, why, majors)

    def _shown(self, major: int) -> str:
        """What people call a major of the facts, as far as it is open."""
        package, language = self.pack.provider, language_name(self.source.name) or ""
        return " or ".join(str(each) for each in self.open if package.facts_of(language, each) == major)

    def _is_for_others(self, major: int) -> bool:
        """The major that is set is one of another language's provider, and none of this one's."""
        package = self.pack.provider
        return major not in self.majors and any(major in package.majors_in(each) for each in package.packages)

    def _numbered(self, major: int, why: str, majors: Iterable[int] = ()) -> Provider:
        """The provider by a major of its language, which may be numbered otherwise than the facts are."""
        package, language = self.pack.provider, language_name(self.source.name) or ""
        self.open = tuple(majors)
        facts = package.facts_of(language, major)
        others = dict.fromkeys(package.facts_of(language, each) for each in majors)
        shown = major if language in package.numbering else None
        return Provider(package.name, facts, why, tuple(each for each in others if each != facts), shown)

    def _look(self, rule: Rule, reading: Reading) -> list[Finding]:
        """The rule's findings that nobody told it to ignore; a rule that raises loses its step."""
        try:
            found = self._certain(rule, reading) if self.provider.others else reading.findings(rule, self.plan)
        except MemoryError:
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
            and self._skipping(rule, reading, finding) is None
            and self._is_asked(reading, finding)
        ]

    def _is_asked(self, reading: Reading, finding: Finding) -> bool:
        return place_of(reading.text, finding.at.line)[0] not in self.source.left

    def _certain(self, rule: Rule, reading: Reading) -> list[Finding]:
        """The rule's findings, safe where the fix is the same under every major that the program may meet."""
        known = self.certain.setdefault(reading, {})
        if rule.id not in known:
            found = reading.findings(rule, self.plan)
            if any(finding.edits for finding in found):
                others = {major: self._found_under(major, rule, reading) for major in self.provider.others}
                found = agreed(found, self.provider, others, self._shown)
            known[rule.id] = found
        return known[rule.id]

    def _found_under(self, major: int, rule: Rule, reading: Reading) -> list[Finding]:
        """What the rule finds in the same text under another major; nothing where no rule knows that."""
        if major not in self.pack.provider.majors:
            return []
        read = self.under.setdefault(reading, {})
        if major not in read:
            program = self._read_for(Provider(self.provider.name, major, self.provider.why), reading.text)
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
            for index, mark in enumerate(marks)
            if suppressions.covers(mark, rule.id, lines)
            and (not mark.whole_file or place_of(reading.text, mark.line)[0] == file)
        ]
        self.used_ignores.update((index, rule.id) for index in hits)
        return bool(hits)

    def _lines(self, reading: Reading, finding: Finding) -> set[int]:
        """The lines on which a comment is about a finding."""
        statement = self.language.statement_line(reading.program, finding.at)
        return {*range(finding.at.line, finding.at.end_line + 1), statement}

    def _skipping(self, rule: Rule, reading: Reading, finding: Finding) -> str | None:
        """The check of another scanner by which the finding is left out."""
        if not self.has_skips:
            return None
        if self.skips is None or self.skips[0] is not reading:
            comments = self.language.comments(reading.program)
            self.skips = reading, scanner_comments.skips(comments, registry.rules())
        return scanner_comments.skipping(self.skips[1], rule.id, self._lines(reading, finding))

    @cached_property
    def has_skips(self) -> bool:
        """Comments of other scanners may be there."""
        return any(word in self.text for word in scanner_comments.WORDS)

    def _suppressed(self, first: Reading, rules: Iterable[Rule]) -> Iterator[Reported]:
        """What comments of other scanners leave out."""
        if not self.has_skips:
            return
        seen = TrackedFindings(self.source.name)
        for rule in rules:
            found = [
                (finding, check)
                for finding in first.findings(rule, self.plan)
                if (check := self._skipping(rule, first, finding)) is not None and self._is_asked(first, finding)
            ]
            for key, (_, check) in zip(first.keys(seen, rule, [each for each, _ in found]), found, strict=True):
                yield replace(seen[key], notes=()).not_fixed(reasons.SUPPRESSED.of(check=check))

    def _marks(self, reading: Reading) -> list[suppressions.Ignore]:
        if self.marks is None or self.marks[0] is not reading:
            self.marks = (reading, self._ignores(reading.program)[0])
        return self.marks[1]

    def _ignores(self, program: Program) -> tuple[list[suppressions.Ignore], list[suppressions.Problem]]:
        """The comments that tell iacfix to leave something alone."""
        if suppressions.WORD not in self.text:
            return [], []
        return suppressions.parse(self.language.comments(program), registry.rules())

    # reporting

    def _about_ignores(self, reading: Reading) -> Iterator[Reported]:
        """What is wrong with the comments themselves, and those that ignore nothing."""
        marks, problems = self._ignores(reading.program)
        mine = set(self.pack.ids).intersection(self.plan.rules)
        for problem in problems:
            yield self._about_ignore(
                reading.source_map.line(problem.line), problem.message, reasons.INVALID_SUPPRESSION
            )
        for index, mark in enumerate(marks):
            unused = [rule for rule in sorted(mark.rules & mine) if (index, rule) not in self.used_ignores]
            if unused and not self.is_shared:  # it may be about what another name is used for
                line = reading.source_map.line(mark.line)
                yield self._about_ignore(
                    line, f"unused suppression ignore[{', '.join(unused)}]", reasons.UNUSED_SUPPRESSION
                )

    def _about_major(self) -> Reported:
        *first, last = map(str, self.majors)
        known = f"{', '.join(first)} and {last}" if first else last
        message = f"written for {self.pack.provider.name} {self.provider.number} ({self.provider.why})"
        whole = Location(resource_lines=(1, self.text.count("\n") + 1))
        found = Reported(UNKNOWN_MAJOR, Severity.LOW, self.source.name, 1, 1, message, Fix.NONE, location=whole)
        return found.not_fixed(reasons.UNKNOWN_MAJOR.of(known=known))

    def _about_ignore(self, line: int, message: str, reason: str) -> Reported:
        return Reported(UNUSED, Severity.LOW, self.source.name, line, 1, message, Fix.NONE).not_fixed(reason)
