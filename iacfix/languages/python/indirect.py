"""Resources whose class is chosen, or handed on, where they are built: seen as far as that goes, not edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from iacfix.languages.indirect import BESIDE, CHOSEN, Given, builds, given_beside, given_to, resource
from iacfix.languages.python import syntax
from iacfix.languages.python.names import camel, last_name
from iacfix.languages.python.shapes import OPTIONS
from iacfix.languages.python.tree import inside
from iacfix.model import Fields, Resource, Spelling, Value

if TYPE_CHECKING:
    from iacfix.languages.python.read import PythonProgram

Named = tuple[str | None, syntax.BaseExpression]
PARTIAL = "functools.partial"
ANY_STAR = "one of those that star imports may give"


def handed(program: PythonProgram) -> Iterator[Resource]:
    """Every such resource; one that may be of several classes as each of them."""
    for call in program.calls:
        if program.type_of(call) is None and not program.is_inputs(call):
            yield from tuple(_chosen(program, call)) or _in_call(program, call)
    for node in inside(program.module, syntax.Dict):
        yield from _in_mapping(program, node)
    for kind in (syntax.List, syntax.Tuple):
        for listed in inside(program.module, kind):
            yield from _in_list(program, listed)


def _chosen(program: PythonProgram, call: syntax.Call) -> Iterator[Resource]:
    """`(cloud.A if live else cloud.B)("x")`, a class of several star imports, and what a function makes of a class."""
    for type in program.types_by_stars(call.func):
        yield replace(program.resource(call, type), indirect=ANY_STAR)
    for choice in program.definitions.choices(call.func):
        if (type := _type(program, choice)) is not None:
            yield replace(program.resource(call, type), indirect=CHOSEN)
        elif isinstance(choice, syntax.Call) and choice is not call:
            for type in _types(program, _arguments(choice)):
                made = program.resource(call, type)
                before = program.keywords(choice) if _is_partial(program, choice) else None
                args = _completed(made.args, before) if before is not None else made.args
                yield replace(made, args=args, indirect=f"handed to {program.code(choice.func)}")


def _completed(args: Fields, before: Fields) -> Fields:
    """The inputs of a call with those that a partial call of the same class has given."""
    earlier = tuple(entry for entry in before.entries if not args.has(entry.key))
    spread = before.spreads[: sum(bool(arg.star) for arg in before.node.args)]
    is_open = args.is_open or bool(spread)
    spreads = (*spread, *args.spreads) if args.spreads or not args.is_open else ()
    return replace(args, entries=(*earlier, *args.entries), is_open=is_open, spreads=spreads)


def _is_partial(program: PythonProgram, call: syntax.Call) -> bool:
    return program.qualified(call.func) == PARTIAL


def _in_call(program: PythonProgram, call: syntax.Call) -> Iterator[Resource]:
    """`make(cloud.Bucket, "x", size=1)`; a partial call that the file completes is seen where that is done."""
    callee = last_name(call.func) or ""
    types = _types(program, _arguments(call))
    if not types or not builds(callee):
        return
    given = given_to(callee, _values(program, _arguments(call)), hides=any(arg.star for arg in call.args))
    if _is_partial(program, call):
        held = call.parent
        target = held.targets[0].target if isinstance(held, syntax.Assign) else None
        completed = isinstance(target, syntax.Name) and any(
            isinstance(use, syntax.Name) and isinstance(use.parent, syntax.Call) for use in program.names.uses(target)
        )
        given = None if completed else replace(given or Given(), is_open=True)
    if given is not None:
        for type in types:
            yield resource(program.shapes.opaque(call, "call"), type, given, f"handed to {program.code(call.func)}")


def _in_list(program: PythonProgram, node: syntax.List | syntax.Tuple) -> Iterator[Resource]:
    """`(cloud.Bucket, {...})`"""
    written: list[Named] = [(None, element.value) for element in node.elements if isinstance(element, syntax.Element)]
    types = _types(program, written)
    given = given_to("", _values(program, written)) if types else None
    if given is not None:
        for type in types:
            yield resource(program.shapes.opaque(node, "list"), type, given, BESIDE)


def _in_mapping(program: PythonProgram, node: syntax.Dict) -> Iterator[Resource]:
    """`{"type": cloud.Bucket, "args": {...}}`"""
    types = _types(program, [(None, element.value) for element in node.elements])
    shape = program.shape(node, node, Spelling.INPUT) if types else None
    given = given_beside(shape.entries) if isinstance(shape, Fields) else None
    if given is not None:
        for type in types:
            yield resource(program.shapes.opaque(node, "mapping"), type, given, BESIDE)


def _arguments(call: syntax.Call) -> list[Named]:
    return [
        (camel(arg.keyword.value) if arg.keyword is not None else None, arg.value)
        for arg in call.args
        if not arg.star and (arg.keyword is None or arg.keyword.value not in OPTIONS)
    ]


def _types(program: PythonProgram, given: Iterable[Named]) -> list[str]:
    return [type for _, node in given if (type := _type(program, node)) is not None]


def _type(program: PythonProgram, node: syntax.BaseExpression) -> str | None:
    is_class = (last_name(node) or "")[:1].isupper()
    return program.type_named(node) if is_class else None


def _values(program: PythonProgram, given: Sequence[Named]) -> Iterator[tuple[str | None, Value]]:
    """What stands beside a class, functions aside."""
    for key, node in given:
        is_function = isinstance(node, syntax.Lambda) or program.names.function(node) is not None
        if not is_function and _type(program, node) is None:
            yield key, program.value(node, Spelling.INPUT)
