"""Where a program creates resources, and which of them a fix splits: `iacfix migrate` compares both with a stack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from iacfix.edit import AddResource, Retype
from iacfix.model import HOLE, Fields, Null, Resource, Text, Value
from iacfix.result import AddedResource, CreationSite, Parent, Split
from iacfix.rule import Finding, Rule, Safety

COMPONENT = ("self", "this")
"""How the languages name the component inside its own methods."""


def site_of(resource: Resource, path: str, line: int) -> CreationSite:
    return CreationSite(path, line, resource.type, _runs(resource.name), _parent(resource.options))


def splits_of(
    rule: Rule, findings: Iterable[Finding], path: str, line_of: Callable[[Resource], int]
) -> Iterator[Split]:
    """The splits that these findings ask for, one per resource; `line_of` gives its line in the file as it was read."""
    for finding in findings:
        classes = {edit.resource: edit.type for edit in finding.edits if isinstance(edit, Retype)}
        added = [edit for edit in finding.edits if isinstance(edit, AddResource) and not edit.is_new]
        for resource in dict.fromkeys([*classes, *(edit.beside for edit in added)]):
            yield Split(
                site=site_of(resource, path, line_of(resource)),
                rule=rule.id,
                parts=tuple(
                    AddedResource(edit.type, edit.name, _moved(edit)) for edit in added if edit.beside is resource
                ),
                retyped=classes.get(resource),
                unsafe=(finding.safety or rule.safety) is Safety.UNSAFE,
                note="; ".join(finding.notes) or None,
            )


def _moved(edit: AddResource) -> str | None:
    """The input of the original resource that the new one is made from."""
    return next((entry.key for entry in edit.beside.args.entries if entry.value is edit.origin), None)


def _runs(name: Value | None) -> tuple[str, ...]:
    """The literal parts of a name; none where all is computed, or where a part may contain an escape."""
    if not isinstance(name, Text):
        return ()
    if name.literal is not None:
        return (name.literal,)
    runs = tuple(name.pattern.split(HOLE))
    is_plain = not any(re.search(r"[\\{}]", run) for run in runs)
    return runs if is_plain and any(runs) else ()


def _parent(options: Value | None) -> Parent:
    if options is None or isinstance(options, Null):
        return Parent.NONE
    if not isinstance(options, Fields):
        return Parent.UNSEEN
    given = options.get("parent")
    if given is None:
        return Parent.NONE if options.lacks("parent") else Parent.UNSEEN
    if isinstance(given, Null):
        return Parent.NONE
    return Parent.COMPONENT if given.code in COMPONENT else Parent.GIVEN
