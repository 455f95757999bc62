"""Inputs that the provider does not have, and the edits that correct their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from iacfix.edit import Inputs, Keep, Rename
from iacfix.model import Entry, Fields, Items, Program, Resource, Spelling, Text, Value
from iacfix_aws._schema import Declared, is_class, is_module, names_in, nested_of, type_of, types
from iacfix_aws._tables import reasons
from iacfix_aws._tables.majors import MAJORS
from iacfix_aws._tables.other_names import NO_CLASSES, OTHER_NAMES
from iacfix_aws._tables.renames import CLASSES, NESTED, OTHER_PACKAGES
from iacfix_aws._views.unknown_arguments import unknown_arguments
from iacfix_aws._views.wording import closest

OPTIONS = frozenset(
    {
        "additionalSecretOutputs",
        "aliases",
        "customTimeouts",
        "deleteBeforeReplace",
        "dependsOn",
        "ignoreChanges",
        "lifecycle",
        "parent",
        "protect",
        "provider",
        "replaceOnChanges",
        "retainOnDelete",
    }
)
"""Names of resource options, which are never inputs, and Terraform's `lifecycle`."""


@dataclass(frozen=True)
class Unknown:
    """An entry of a resource's inputs that does not exist there in the program's major.

    `type` is the class, the host's own or the one that it should have; `declared` is what does exist there, and `path`
    leads to the entry, as `rules.status`.
    """

    host: Resource
    type: str
    fields: Fields
    entry: Entry
    declared: Mapping[str, Declared]
    path: str
    others: tuple[int, ...]

    @property
    def nearest(self) -> str:
        """The closest name, as a clause for messages."""
        return closest(self.entry.key, self.declared)


def unknown_inputs(program: Program, host: Resource, type: str = "") -> Iterator[Unknown]:
    """The inputs that the class, or another class `type`, does not have. Spreads are skipped: their objects may have
    other keys on purpose."""
    name = type or host.type
    declared = type_of(name, program.provider.major)
    if declared is None or host.indirect or host.written:
        return
    for entry in host.args.entries:
        if entry.key not in declared.inputs and entry.key not in OPTIONS:
            others = _others(program, name, entry.key)
            yield Unknown(host, name, host.args, entry, declared.inputs, entry.key, others)


def unknown_nested(program: Program, host: Resource, type: str = "") -> Iterator[Unknown]:
    """The unknown entries of objects inside the inputs."""
    name = type or host.type
    declared = type_of(name, program.provider.major)
    if declared is None or host.indirect:
        return
    for entry in host.args.entries:
        if entry.key in declared.inputs:
            yield from _below(program, host, name, declared.inputs[entry.key].kind, entry.value, entry.key)


def _fits(program: Program, unknown: Unknown, right: str) -> bool:
    """The value fits an input of the class: every unknown entry in it has a known correction there."""
    declared, known = unknown.declared[right], NESTED.get(unknown.type, {})
    value = unknown.entry.value
    values = value.elements if declared.is_list and isinstance(value, Items) else (value,)
    code = declared.kind.removeprefix("[")
    inside = (found for each in values for found in _below(program, unknown.host, unknown.type, code, each, right))
    return all(found.path in known for found in inside)


def _below(program: Program, host: Resource, type: str, code: str, value: Value, path: str) -> Iterator[Unknown]:
    match value:
        case Items() if code.startswith("["):
            for element in value:
                yield from _below(program, host, type, code[1:], element, path)
        case Fields() if code.startswith("{"):
            for entry in value.entries:
                yield from _below(program, host, type, code[1:], entry.value, f"{path}.{entry.key}")
        case Fields(spelling=Spelling.INPUT) if code.startswith("#"):
            yield from _inside(program, host, type, code[1:], value, path)
        case _:
            return


def _inside(program: Program, host: Resource, type: str, name: str, value: Fields, path: str) -> Iterator[Unknown]:
    majors = {major: nested_of(type, name, major) for major in MAJORS}
    declared = majors[program.provider.major]
    if not declared:
        return
    for entry in value.entries:
        inner = f"{path}.{entry.key}"
        if entry.key in declared:
            yield from _below(program, host, type, declared[entry.key].kind, entry.value, inner)
        else:
            others = tuple(major for major, has in majors.items() if entry.key in has)
            yield Unknown(host, type, value, entry, declared, inner, others)


def _others(program: Program, type: str, key: str) -> tuple[int, ...]:
    """The other majors whose class has the input."""
    found = ((major, type_of(type, major)) for major in MAJORS if major != program.provider.major)
    return tuple(major for major, declared in found if declared is not None and key in declared.inputs)


def renamed(program: Program, unknown: Unknown, right: str) -> Rename | str:
    """The edit that renames an entry, or the reason why there is none."""
    key, _, inner = right.partition(".")
    declared, value = unknown.declared[key], unknown.entry.value
    module = unknown.type.rpartition(".")[0]
    if inner:
        made = Inputs(f"{module}.{declared.nested}", {inner: Keep(value)})
        return Rename(unknown.fields, unknown.entry.key, key, made)
    if not _fits(program, unknown, right):
        return reasons.HAS_OTHER_NAMES.of(right=right)
    match value:
        case Items(elements=[only]) if not declared.is_list and not value.is_open and value.is_direct:
            return Rename(unknown.fields, unknown.entry.key, key, Keep(only))
        case Items() if not declared.is_list:
            return reasons.TAKES_ONE_VALUE.of(right=right)
        case Fields() | Text() if declared.is_list:
            return Rename(unknown.fields, unknown.entry.key, key, [Keep(value)])
        case _ if declared.is_list and not isinstance(value, Items):
            return reasons.MAYBE_A_LIST.of(right=right)
        case _:
            return Rename(unknown.fields, unknown.entry.key, key)


def known_input(program: Program, host: Resource, key: str) -> Unknown | None:
    """An existing input in the form of an unknown one."""
    declared, entry = type_of(host.type, program.provider.major), host.args.entry(key)
    if declared is None or entry is None or host.indirect or key not in declared.inputs:
        return None
    return Unknown(host, host.type, host.args, entry, declared.inputs, key, ())


LIKE, SLIPS = 0.75, 2
"""The least similarity of a misspelt name, and the largest difference in length."""
STAGES = "aws.apigateway.Deployment"
"""Its outdated inputs create a stage, which another rule reports."""


def outdated(program: Program, host: Resource) -> Iterator[Unknown]:
    """The inputs that only an earlier major has, and `vpc` of an elastic IP."""
    for one in unknown_arguments(program, host):
        if (older := one.older) is not None:
            path = ".".join((*one.keys[:-1], one.key_in(older)))
            yield Unknown(host, host.type, one.fields, one.entry, one.declared, path, (older,))
    found = (*unknown_inputs(program, host), *unknown_nested(program, host)) if host.type != STAGES else ()
    yield from (one for one in found if any(other < program.provider.major for other in one.others))
    if host.type == "aws.ec2.Eip" and not host.written and (vpc := known_input(program, host, "vpc")) is not None:
        yield vpc


def meant(name: str) -> str | None:
    """The reason for a module or class that the provider is known not to have; None for others."""
    if (right := CLASSES.get(name)) is not None:
        return reasons.NAME_MEANT.of(right=right)
    homes = sorted({_module(right) for wrong, right in CLASSES.items() if is_of(name, _module(wrong))})
    if not homes or is_module(name.split(".")[1]):
        return None
    return reasons.MODULE_MEANT.of(modules=" or ".join(homes))


def is_missing(name: str) -> bool:
    """It looks like a class of a module of the provider, and no major has it."""
    module, last = _class_of(name)
    is_class_like = last[:1].isupper() and not last.endswith(NO_CLASSES) and last not in OTHER_NAMES
    return is_class_like and is_module(module) and not any(is_class(_joined(module, last), major) for major in MAJORS)


def misspelt(name: str) -> str | None:
    """The class of the same module that is meant by a misspelt one; None where there is none."""
    module, last = _class_of(name)
    if not is_missing(name) or last.isupper():
        return None
    known = {each for major in MAJORS for each in names_in(module, major).values()}
    near = [each for each in sorted(known) if abs(len(each) - len(last)) <= SLIPS]
    swapped = [each for each in near if sorted(each) == sorted(last)]
    found = swapped or get_close_matches(last, near, 1, LIKE)
    return _joined(module, found[0]) if found else None


def _class_of(name: str) -> tuple[str, str]:
    """The module and the class of a name that may go on: `aws.s3.Bucket.get`."""
    _, first, *rest = name.split(".")
    return (first, rest[0]) if rest and not first[:1].isupper() else ("", first)


def _joined(module: str, last: str) -> str:
    return f"aws.{module}.{last}" if module else f"aws.{last}"


def is_of(name: str, around: str) -> bool:
    """The dotted name is `around`, or below it."""
    return f"{name}.".startswith(f"{around}.")


def _module(type: str) -> str:
    return type.rpartition(".")[0]


def nearest_class(program: Program, type: str) -> str:
    """The reason for a class that no table has, with the nearest class."""
    if type in OTHER_PACKAGES:
        return reasons.OTHER_PACKAGE.of(advice=OTHER_PACKAGES[type])
    module, _, name = type.rpartition(".")
    known = list(types(program.provider.major))
    mine = {one.rpartition(".")[2]: one for one in known if one.rpartition(".")[0] == module}
    found = get_close_matches(name, sorted(mine), 1, 0.6)
    same = sorted(one for one in known if one.rpartition(".")[2] == name)
    nearest = mine[found[0]] if found else (same[0] if len(same) == 1 else "")
    return reasons.NEITHER_MAJOR_NEAREST.of(nearest=nearest) if nearest else reasons.NEITHER_MAJOR
