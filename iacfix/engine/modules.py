"""Examines Terraform modules: all files of one as a whole, once, with an outcome for each file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from iacfix.engine.examine import examine
from iacfix.errors import SourceError
from iacfix.files.evidence import Evidence, gathered, share
from iacfix.files.modules import SEAM, ModuleFile, joined, native_text, place_of, split
from iacfix.languages import language, language_name
from iacfix.model import Provider
from iacfix.registry import packs
from iacfix.result import Accept, OtherFiles, Outcome, Plan, Repair, RepairByPath, Reported, Step, TouchedLines
from iacfix.rewrite import Change, utf8


@dataclass
class _Last:
    """The outcome of the module that was examined last, since the next file is mostly of the same one."""

    asked: object = None
    outcome: Outcome | None = None
    evidence: Evidence | None = None


_last = _Last()


def examine_part(
    name: str,
    parts: Sequence[ModuleFile],
    plan: Plan,
    root: Path,
    accept: Accept | None = None,
    selected: Collection[Reported] | None = None,
) -> Outcome:
    """The outcome of the file of this name: the findings in it, and what the fixes of its module change in it."""
    module = _Module(tuple(parts))
    asked = (module.parts, plan, root, selected, accept)
    if _last.outcome is None or _last.asked != asked:
        with gathered() as found:
            outcome = module.outcome(plan, root, accept, selected)
        _last.asked, _last.outcome, _last.evidence = asked, outcome, found
    elif _last.evidence is not None:
        share(_last.evidence)
    return module.share_of(_last.outcome, name)


@dataclass(frozen=True)
class _Module:
    parts: tuple[ModuleFile, ...]

    @property
    def names(self) -> list[str]:
        return [part.source.name for part in self.parts]

    def outcome(self, plan: Plan, root: Path, accept: Accept | None, selected: Collection[Reported] | None) -> Outcome:
        """The outcome of the whole module, with positions in the joined text of its files."""
        try:
            source = joined(self.parts)
        except SourceError as error:
            return Outcome("", "", "", errors=(str(error),))
        mine = None if selected is None else {self._in_module(each) for each in selected if each.path in self.names}

        def asked(found: Reported, before: str, after: str, beside: OtherFiles = (), /) -> bool:
            own, index = self._in_file(found, source.text)
            texts = list(zip(self.names, split(before), split(after), strict=True))
            _, old, new = texts.pop(index)
            others = [*beside, *(each for each in texts if each[1] != each[2])]
            return accept is not None and accept(own, old, new, others)

        done = examine(source, plan, root, None if accept is None else asked, mine)
        return replace(done, errors=tuple(self._broken()) or done.errors) if done.errors else done

    def share_of(self, whole: Outcome, name: str) -> Outcome:
        """The part of the module's outcome that concerns one of its files, with positions in that."""
        index = self.names.index(name)
        text, is_json = self.parts[index].source.text, self.parts[index].is_json
        first = next((part.source.name for part in self.parts if part.asked), name)
        errors = [self._relocated(error, whole.before) for error in whole.errors]
        mine = tuple(
            error for error in errors if error.startswith(f"{name}:") or (name == first and not self._is_of(error))
        )
        if not whole.before:
            return Outcome(name, text, text, errors=mine)
        found, suppressed = (
            tuple(each for each, at in (self._in_file(each, whole.before) for each in all) if at == index)
            for all in (whole.findings, whole.suppressed)
        )
        before, after = split(whole.before), split(whole.after)
        shares = {
            own: self._by_file(changes, whole.before)
            for each, changes in whole.repairs.items()
            for own, at in [self._in_file(each, whole.before)]
            if at == index
        }
        return Outcome(
            path=name,
            before=text if is_json else before[index],
            after=text if is_json else after[index],
            findings=found,
            suppressed=suppressed,
            steps=tuple(self._steps(whole.steps, whole.before, index)),
            provider=whole.provider,
            errors=mine,
            not_taken=frozenset(
                each for each, at in (self._in_file(each, whole.before) for each in whole.not_taken) if at == index
            ),
            repairs={each: found[name] for each, found in shares.items() if set(found) == {name}},
            module_repairs={each: found for each, found in shares.items() if found and set(found) != {name}},
        )

    def _by_file(self, changes: Repair, text: str) -> RepairByPath:
        """The changes of the joined text by file; empty where one of them is not within a single file."""
        found: dict[str, Repair] = {}
        start = 0
        for name, part in zip(self.names, split(text), strict=True):
            stop = start + len(utf8(part))
            if mine := [change for change in changes if start <= change.start and change.stop <= stop]:
                found[name] = tuple(Change(each.start - start, each.stop - start, each.text) for each in mine)
            start = stop + len(SEAM)
        return found if sum(map(len, found.values())) == len(changes) else {}

    def _steps(self, steps: Sequence[Step], whole: str, index: int) -> Iterator[Step]:
        """The steps that change one file; `whole` is the text of the module as it was read."""
        for step in steps:
            before, after = split(step.before)[index], split(step.after)[index]
            if before != after:
                placed = [(each, *place_of(whole, each.first), *place_of(whole, each.last)) for each in step.touched]
                touched = [
                    TouchedLines(each.rule, line, end if last == first else line)
                    for each, first, line, last, end in placed
                    if first == index
                ]
                yield replace(step, before=before, after=after, splits=(), touched=tuple(touched))

    def _in_file(self, found: Reported, text: str) -> tuple[Reported, int]:
        """A finding in the joined text as one in its file, and the index of that file."""
        index, line = place_of(text, found.line)
        return self._moved(found, line - found.line, self.names[index]), index

    def _in_module(self, found: Reported) -> Reported:
        """A finding in a file as one in the joined text."""
        before = map(native_text, self.parts[: self.names.index(found.path)])
        return self._moved(found, sum(text.count("\n") + 2 for text in before), found.path)

    def _moved(self, found: Reported, lines: int, path: str) -> Reported:
        return replace(found, path=path, line=found.line + lines, location=found.location.moved(lines))

    # what went wrong

    def _broken(self) -> Iterator[str]:
        """An error for each file that does not parse by itself."""
        kind = language_name(self.parts[0].source.name) or ""
        known = [pack.provider for pack in packs() if kind in pack.provider.packages]
        for part in self.parts if known else ():
            try:
                language(kind).read(native_text(part), known[0], Provider(known[0].name, known[0].majors[-1], ""))
            except SourceError as error:
                error.path = part.source.name
                yield f"{error}" if part.asked else f"{error}, and so is its module"

    def _relocated(self, error: str, text: str) -> str:
        """An error with a line of the joined text as one with the file and its line."""
        name = joined(self.parts).name if text else ""
        if len(self.parts) > 1 and (found := re.match(rf"{re.escape(name)}:(\d+): ", error)) is not None:
            index, line = place_of(text, int(found[1]))
            return f"{self.names[index]}:{line}: {error[found.end() :]}"
        return error

    def _is_of(self, error: str) -> bool:
        """The error belongs to one of the files that are checked, which reports it."""
        return any(part.asked and error.startswith(f"{part.source.name}:") for part in self.parts)
