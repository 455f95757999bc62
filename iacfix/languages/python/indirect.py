"""Resources whose class is chosen, or handed on, where they are built: seen as far as that goes, not edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from iacfix.languages.python import syntax
from iacfix.languages.python.choices import called_of, choices
from iacfix.languages.python.classes import extended
from iacfix.languages.python.names import camel, last_name
from iacfix.languages.python.scopes import ImportAssignment
from iacfix.languages.python.shapes import OPTIONS, Shapes
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.choices import CALLED, Choices
from iacfix.languages.shared.indirect import (
    BESIDE,
    CHOSEN,
    NAMES,
    REBOUND,
    Given,
    builds,
    given_beside,
    given_to,
    resource,
)
from iacfix.model import Fields, Resource, Spelling, Value

Named = tuple[str | None, syntax.BaseExpression]
Made = Callable[[syntax.Call, str], Resource]
"""What a call constructs, as an instance of a type."""

Ways = tuple[syntax.Node, ...]
"""The functions and classes of the file that a class comes through."""
PARTIAL = "functools.partial"
ANY_STAR = "possibly one of a star import"


def handed(shapes: Shapes, made: Made) -> Iterator[Resource]:
    """Every such resource; one that may be of several classes as each of them. What a function of the file is given
    with a class is seen where it is given, else where the function calls the class."""
    module = shapes.definitions.names.module
    calls = [
        call
        for call in inside(module, syntax.Call)
        if shapes.provider.type_of(call) is None and not shapes.provider.is_inputs(call)
    ]
    chosen = [found for call in calls for found in _chosen(shapes, made, call)]
    given = [(called_of(shapes.definitions, call), found) for call in calls for found in _in_call(shapes, call)]
    called = {(through, found.type) for found, ways in chosen for through in ways}
    told = {(through, found.type) for through, found in given if set(found.args.keys) - NAMES}
    yield from (found for through, found in given if not {(through, found.type)} & called - told)
    listed = (*inside(module, syntax.List), *inside(module, syntax.Tuple))
    beside = [found for node in inside(module, syntax.Dict) for found in _in_mapping(shapes, node)]
    beside += (found for node in listed for found in _in_list(shapes, node))
    yield from beside
    with_inputs = {found.type for found in beside}
    for found, ways in chosen:
        is_told = found.args.hidden is not None and found.type in with_inputs
        if not is_told and not any((through, found.type) in told for through in ways):
            yield found


def _chosen(shapes: Shapes, made: Made, call: syntax.Call) -> Iterator[tuple[Resource, Ways]]:
    """`(cloud.A if live else cloud.B)("x")`, a class of several star imports, what a function makes of a class, and
    what is called of a module by a computed name; and the functions and classes of the file that hand the class on."""
    for type in shapes.provider.types_by_stars(call.func):
        yield replace(made(call, type), indirect=ANY_STAR), ()
    if not shapes.provider.has_indirect_uses and not shapes.provider.imports_files:
        return
    found = choices(shapes.definitions, call.func)
    for type, path in sorted(_stored_types(shapes, call, found)):
        yield replace(made(call, type), indirect=f"kept in {path}"), tuple(found.through)
    if not shapes.provider.has_indirect_uses:
        return
    how = REBOUND if _is_rebound(shapes, call.func) else CHOSEN
    for type in sorted(filter(None, map(shapes.provider.type_by, found.imported))):
        yield replace(made(call, type), indirect=how), tuple(found.through)
    for maker in found.calls:
        if maker is not call:
            yield from ((each, ()) for each in _made_of(shapes, made(call, ""), maker))


def _is_rebound(shapes: Shapes, func: syntax.BaseExpression) -> bool:
    """`except ImportError: import other as cloud`, `data = data.Store("x")`: an import shares the name with others."""
    while isinstance(func, syntax.Attribute):
        func = func.value
    bound = shapes.definitions.names.scope(func)[func.value] if isinstance(func, syntax.Name) else ()
    return len(bound) > 1 and any(isinstance(each, ImportAssignment) for each in bound)


def _stored_types(shapes: Shapes, call: syntax.Call, found: Choices[syntax.Call]) -> set[tuple[str, str]]:
    """The types that a call may construct of what other files of the project keep or extend, and those files."""
    provider, names = shapes.provider, set(found.imported)
    if not provider.imports_files:
        return set()
    for maker in found.calls:
        if maker is not call and (name := shapes.definitions.qualified(maker.func)) is not None:
            names.add(f"{name}.{CALLED}")
    bases = (shapes.definitions.qualified(base) for base in extended(shapes.definitions, call))
    names.update(name for name in bases if name is not None)
    kept = (each for name in names if provider.type_by(name) is None for each in provider.possible_re_exports(name))
    return {(type, each.path) for each in kept if (type := provider.type_by(each.name)) is not None}


def _made_of(shapes: Shapes, found: Resource, maker: syntax.Call) -> Iterator[Resource]:
    """What a class that a function makes of others makes."""
    modules = (shapes.provider.types_in(node) for _, node in _arguments(maker))
    for type in (*_types(shapes, _arguments(maker)), *filter(None, modules)):
        before = shapes.keywords(maker) if _is_partial(shapes, maker) else None
        args = _completed(found.args, before) if before is not None else found.args
        yield replace(found, type=type, args=args, indirect=f"passed to {shapes.reader.code(maker.func)}")


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
        completed = completed or (isinstance(held, syntax.Call) and held.func is call)
        given = None if completed else replace(given or Given(), is_open=True)
    if given is not None:
        for type in types:
            yield resource(shapes.opaque(call, "call"), type, given, f"passed to {shapes.reader.code(call.func)}")


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
