"""Resources whose class is chosen, or handed on, where they are built: seen as far as that goes, not edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from iacfix.languages.python import syntax
from iacfix.languages.python.names import camel, last_name
from iacfix.languages.python.shapes import OPTIONS, Shapes
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.indirect import BESIDE, CHOSEN, Given, builds, given_beside, given_to, resource
from iacfix.model import Fields, Resource, Spelling, Value

Named = tuple[str | None, syntax.BaseExpression]
Made = Callable[[syntax.Call, str], Resource]
"""What a call constructs, as an instance of a type."""

PARTIAL = "functools.partial"
ANY_STAR = "one of those that star imports may give"


def handed(shapes: Shapes, made: Made) -> Iterator[Resource]:
    """Every such resource; one that may be of several classes as each of them."""
    for call in inside(shapes.definitions.names.module, syntax.Call):
        if shapes.provider.type_of(call) is None and not shapes.provider.is_inputs(call):
            yield from tuple(_chosen(shapes, made, call)) or _in_call(shapes, call)
    for node in inside(shapes.definitions.names.module, syntax.Dict):
        yield from _in_mapping(shapes, node)
    for kind in (syntax.List, syntax.Tuple):
        for listed in inside(shapes.definitions.names.module, kind):
            yield from _in_list(shapes, listed)


def _chosen(shapes: Shapes, made: Made, call: syntax.Call) -> Iterator[Resource]:
    """`(cloud.A if live else cloud.B)("x")`, a class of several star imports, and what a function makes of a class."""
    for type in shapes.provider.types_by_stars(call.func):
        yield replace(made(call, type), indirect=ANY_STAR)
    for choice in shapes.definitions.choices(call.func):
        if (type := _type(shapes, choice)) is not None:
            yield replace(made(call, type), indirect=CHOSEN)
        elif isinstance(choice, syntax.Call) and choice is not call:
            for type in _types(shapes, _arguments(choice)):
                found = made(call, type)
                before = shapes.keywords(choice) if _is_partial(shapes, choice) else None
                args = _completed(found.args, before) if before is not None else found.args
                yield replace(found, args=args, indirect=f"handed to {shapes.reader.code(choice.func)}")


def _completed(args: Fields, before: Fields) -> Fields:
    """The inputs of a call with those that a partial call of the same class has given."""
    earlier = tuple(entry for entry in before.entries if not args.has(entry.key))
    spread = before.spreads[: sum(bool(arg.star) for arg in before.node.args)]
    is_open = args.is_open or bool(spread)
    spreads = (*spread, *args.spreads) if args.spreads or not args.is_open else ()
    return replace(args, entries=(*earlier, *args.entries), is_open=is_open, spreads=spreads)


def _is_partial(shapes: Shapes, call: syntax.Call) -> bool:
    return shapes.provider.qualified(call.func) == PARTIAL


def _in_call(shapes: Shapes, call: syntax.Call) -> Iterator[Resource]:
    """`make(cloud.Bucket, "x", size=1)`; a partial call that the file completes is seen where that is done."""
    callee = last_name(call.func) or ""
    types = _types(shapes, _arguments(call))
    if not types or not builds(callee):
        return
    given = given_to(callee, _values(shapes, _arguments(call)), hides=any(arg.star for arg in call.args))
    if _is_partial(shapes, call):
        held = call.parent
        target = held.targets[0].target if isinstance(held, syntax.Assign) else None
        names = shapes.definitions.names
        completed = isinstance(target, syntax.Name) and any(
            isinstance(use, syntax.Name) and isinstance(use.parent, syntax.Call) for use in names.uses(target)
        )
        given = None if completed else replace(given or Given(), is_open=True)
    if given is not None:
        for type in types:
            yield resource(shapes.opaque(call, "call"), type, given, f"handed to {shapes.reader.code(call.func)}")


def _in_list(shapes: Shapes, node: syntax.List | syntax.Tuple) -> Iterator[Resource]:
    """`(cloud.Bucket, {...})`"""
    written: list[Named] = [(None, element.value) for element in node.elements if isinstance(element, syntax.Element)]
    types = _types(shapes, written)
    given = given_to("", _values(shapes, written)) if types else None
    if given is not None:
        for type in types:
            yield resource(shapes.opaque(node, "list"), type, given, BESIDE)


def _in_mapping(shapes: Shapes, node: syntax.Dict) -> Iterator[Resource]:
    """`{"type": cloud.Bucket, "args": {...}}`"""
    types = _types(shapes, [(None, element.value) for element in node.elements])
    shape = shapes.shape(node, node, Spelling.INPUT) if types else None
    given = given_beside(shape.entries) if isinstance(shape, Fields) else None
    if given is not None:
        for type in types:
            yield resource(shapes.opaque(node, "mapping"), type, given, BESIDE)


def _arguments(call: syntax.Call) -> list[Named]:
    return [
        (camel(arg.keyword.value) if arg.keyword is not None else None, arg.value)
        for arg in call.args
        if not arg.star and (arg.keyword is None or arg.keyword.value not in OPTIONS)
    ]


def _types(shapes: Shapes, given: Iterable[Named]) -> list[str]:
    return [type for _, node in given if (type := _type(shapes, node)) is not None]


def _type(shapes: Shapes, node: syntax.BaseExpression) -> str | None:
    is_class = (last_name(node) or "")[:1].isupper()
    return shapes.provider.type_named(node) if is_class else None


def _values(shapes: Shapes, given: Sequence[Named]) -> Iterator[tuple[str | None, Value]]:
    """What stands beside a class, functions aside."""
    for key, node in given:
        is_function = isinstance(node, syntax.Lambda) or shapes.definitions.names.function(node) is not None
        if not is_function and _type(shapes, node) is None:
            yield key, shapes.value(node, Spelling.INPUT)
