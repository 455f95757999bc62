"""The types and inputs that a rule names while it looks at its cases, and those that no provider has.

A misspelt input is silent: it is missing everywhere, or nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any, cast

from iacfix.edit import AddResource, Edit, Rename, Retype, SetField
from iacfix.errors import IacfixError
from iacfix.languages import NO_NEIGHBOURS, language, language_name
from iacfix.model import Document, Fields, Hidden, Input, Program, Provider, Resource, Value
from iacfix.registry import packs
from iacfix.rule import Rule
from iacfix.rule_cases.cases import NAMES, Case


@dataclass
class Names:
    """Types, and the paths of inputs: a rule asks several types in one way, and each has its own of them."""

    types: set[str] = field(default_factory=set[str])
    inputs: set[str] = field(default_factory=set[str])


def unknown_names(rule: Rule, cases: Sequence[Case]) -> Iterator[str]:
    """What the rule names and no major of any provider has, with the nearest that there is."""
    names = Names()
    for case in cases:
        for program in _programs(case):
            _note(names, rule, program, case)
    known = sorted(type for type in names.types if _has(type, ()))
    for type in sorted(names.types.difference(known)):
        yield f"names the type {type}, which no provider has"
    for path in sorted(names.inputs if known else ()):
        *above, last = path.split(".")
        if not any(_has(type, (*above, last)) for type in known):
            near = get_close_matches(last, sorted({name for type in known for name in _below(type, tuple(above))}), n=1)
            hint = f"; the nearest is {near[0]}" if near else ""
            whose = f"{known[0]} does not have" if len(known) == 1 else "none of its types has"
            yield f"names the input {path}, which {whose}{hint}"


def _has(type: str, path: tuple[str, ...]) -> bool:
    """Some major of some provider has the type, by whichever name, and the input there; what a provider tells nothing
    of may be there."""
    for package in (pack.provider for pack in packs()):
        for major in package.majors:
            own = package.vocabulary.resource(type, major) if package.vocabulary is not None else type
            if package.schema is None or any(package.schema.has(name, path, major) for name in (type, own)):
                return True
    return False


def _below(type: str, path: tuple[str, ...]) -> set[str]:
    schemas = [(pack.provider.schema, major) for pack in packs() for major in pack.provider.majors]
    return {name for schema, major in schemas if schema is not None for name in schema.inputs(type, path, major)}


def _programs(case: Case) -> Iterator[Program]:
    kind = language_name(NAMES[case.language]) or ""
    for pack in packs():
        package = pack.provider
        if kind in package.packages:
            shown = case.major if kind in package.numbering else None
            provider = Provider(package.name, package.facts_of(kind, case.major), "as set", shown=shown)
            try:
                yield language(kind).read(case.before, package, provider, NO_NEIGHBOURS)
            except IacfixError:  # told where the case is examined
                continue


def _note(names: Names, rule: Rule, program: Program, case: Case) -> None:
    options = {name.replace("-", "_"): True for name in case.options}
    try:
        for finding in rule.check(cast(Program, _Noting(program, names)), **options):
            for edit in finding.edits:
                _note_edit(names, edit)
    except Exception:  # told where the case is examined
        return


def _note_edit(names: Names, edit: Edit) -> None:
    match edit:
        case SetField(fields=_NotedFields() as args, key=key) | Rename(fields=_NotedFields() as args, new=key):
            args.note(key)
        case Retype(type=type):
            names.types.add(type)
        case AddResource(type=type, args=args):
            names.types.add(type)
            names.inputs.update(args)
        case _:
            return


class _Noting:
    """A program that notes what it is asked for."""

    def __init__(self, program: Program, names: Names) -> None:
        self._program, self._names = program, names
        self._originals = dict[int, Resource]()
        self._copies = dict[Resource, Resource]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._program, name)

    def resources(self, *types: str) -> Iterator[Resource]:
        self._names.types.update(types)
        for resource in self._program.resources(*types):
            yield self._noted(resource)

    def at(self, *places: tuple[str, str]) -> Iterator[Input | Hidden]:
        self._note(places)
        yield from self._program.at(*places)

    def documents(self, *places: tuple[str, str]) -> Iterator[Document | Hidden]:
        self._note(places)
        yield from self._program.documents(*places)

    def reads(self, made: Any, output: str, binding: str = "") -> Iterator[Value]:
        return self._program.reads(self._originals.get(id(made), made), output, binding)

    def _note(self, places: Sequence[tuple[str, str]]) -> None:
        self._names.types.update(type for type, _ in places)
        self._names.inputs.update(path for _, path in places)

    def _noted(self, resource: Resource) -> Resource:
        if resource not in self._copies:
            plain = {each.name: getattr(resource.args, each.name) for each in fields(Fields)}
            args = _NotedFields(**plain, type=resource.type, names=self._names)
            copy = replace(resource, args=args)
            self._copies[resource], self._originals[id(copy)] = copy, resource
        return self._copies[resource]


@dataclass(frozen=True, eq=False, kw_only=True)
class _NotedFields(Fields):
    """The inputs of a resource. What it is only asked to have may be a wrong name on purpose."""

    type: str
    names: Names

    def note(self, key: str) -> None:
        if self.type in self.names.types:
            self.names.inputs.add(key)

    def get(self, key: str) -> Value | None:
        self.note(key)
        return super().get(key)

    def lacks(self, key: str) -> bool:
        self.note(key)
        return super().lacks(key)
