"""Resources whose class is chosen, or handed on, where they are built: seen as far as that goes, not edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from iacfix.languages.shared.choices import CALLED, Choices
from iacfix.languages.shared.indirect import BESIDE, CHOSEN, NAMES, Given, builds, given_beside, given_to, resource
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.choices import choices, function_of
from iacfix.languages.typescript.classes import extended
from iacfix.languages.typescript.shapes import Shapes
from iacfix.languages.typescript.tree import FUNCTIONS, arguments, is_wrapper, unwrapped
from iacfix.model import Resource, Spelling, Value

ACCESSES = frozenset({"member_expression", "subscript_expression"})
CONSTRUCT = "Reflect.construct"
"""It builds a class with the elements of a list."""
Made = Callable[[Node, str], Resource]
"""What a call constructs, as an instance of a type."""


def handed(shapes: Shapes, made: Made) -> Iterator[Resource]:
    """Every such resource; one that may be of several classes as each of them. What a function of the file is given
    with a class is seen where it is given, else where the function builds it."""
    root, provider = shapes.definitions.names.root, shapes.provider
    beside_class = {_around(node) for node in shapes.definitions.heads()}
    calls = [node for node in root.inside("new_expression", "call_expression") if provider.type_of(node) is None]
    chosen = [found for node in calls for found in _chosen(shapes, made, node)]
    built = {found.node for found, _ in chosen}
    given = [
        (function_of(shapes.definitions, node), found)
        for node in calls
        if node in beside_class and node not in built
        for found in _in_call(shapes, node)
    ]
    called = {(through, found.type) for found, ways in chosen for through in ways}
    told = {(through, found.type) for through, found in given if set(found.args.keys) - NAMES}
    yield from (found for through, found in given if not {(through, found.type)} & called - told)
    beside = [
        found
        for node in root.inside("object", "array")
        if node in beside_class
        for found in (_in_object(shapes, node) if node.type == "object" else _in_list(shapes, node))
    ]
    yield from beside
    with_inputs = {found.type for found in beside}
    for found, ways in chosen:
        is_told = found.args.hidden is not None and found.type in with_inputs
        if not is_told and not any((through, found.type) in told for through in ways):
            yield found


def _around(head: Node) -> Node | None:
    """The call, object or list that is given what begins with a name."""
    node = head
    while (parent := node.parent) is not None and (is_wrapper(parent) or parent.type in ACCESSES):
        node = parent
    return parent.parent if parent is not None and parent.type in ("arguments", "pair") else parent


def _chosen(shapes: Shapes, made: Made, node: Node) -> Iterator[tuple[Resource, tuple[Node, ...]]]:
    """`new (live ? cloud.A : cloud.B)("x")`, what is built of a module by a computed name, and a class that a function
    makes of one; and the functions of the file that hand the class on."""
    func = node.child_by_field_name("function")
    constructor = node.child_by_field_name("constructor")
    if func is not None and (func.type == "super" or _is_made(shapes, func)):
        constructor = func
    if constructor is None or not (shapes.provider.has_indirect_uses or shapes.provider.imports_files):
        return
    found = choices(shapes.definitions, constructor)
    for type, path in sorted(_stored_types(shapes, node, found)):
        yield replace(made(node, type), indirect=f"kept in {path}"), tuple(found.through)
    if not shapes.provider.has_indirect_uses:
        return
    for type in sorted(filter(None, map(shapes.provider.type_by, found.imported))):
        yield replace(made(node, type), indirect=CHOSEN), tuple(found.through)
    for maker in found.calls:
        if constructor == func and not builds(_callee(maker).rpartition(".")[2]):
            continue
        modules = filter(None, map(shapes.provider.types_in, arguments(maker)))
        for type in (*_types(shapes, arguments(maker)), *modules) if maker != node else ():
            yield replace(made(node, type), indirect=f"passed to {_callee(maker)}"), ()


def _is_made(shapes: Shapes, func: Node) -> bool:
    """A function elsewhere makes what is called here: `curried(cloud.Bucket)("x", { ... })`."""
    made = shapes.definitions.of(func) if func.type == "identifier" else func
    return made is not None and unwrapped(made).type == "call_expression"


def _stored_types(shapes: Shapes, call: Node, found: Choices[Node]) -> set[tuple[str, str]]:
    """The types that a call may construct of what other files of the project keep or extend, and those files."""
    provider, names = shapes.provider, set(found.imported)
    if not provider.imports_files:
        return set()
    for maker in found.calls:
        func = maker.child_by_field_name("function")
        if func is not None and (name := shapes.definitions.qualified(func)) is not None:
            names.add(f"{name}.{CALLED}")
    bases = (shapes.definitions.qualified(base) for base in extended(shapes.definitions, call))
    names.update(name for name in bases if name is not None)
    kept = (each for name in names if provider.type_by(name) is None for each in provider.possible_re_exports(name))
    return {(type, each.path) for each in kept if (type := provider.type_by(each.name)) is not None}


def _in_call(shapes: Shapes, node: Node) -> Iterator[Resource]:
    """`app.add(cloud.Bucket, { config: { ... } })`, `Reflect.construct(cloud.Bucket, ["x", { ... }])`"""
    written = arguments(node)
    types = _types(shapes, written)
    callee = _callee(node)
    if not types or not builds(callee.rpartition(".")[2]):
        return
    unlisted = False
    if callee == CONSTRUCT and len(written) > 1:
        listed = unwrapped(shapes.definitions.of(written[1]) or written[1])
        written, unlisted = (listed.entries, False) if listed.type == "array" else ([], True)
    hides = unlisted or any(found.type == "spread_element" for found in written)
    values = [(None, value) for value in _values(shapes, written)]
    given = given_to(callee.rpartition(".")[2], values, hides=hides)
    if given is not None:
        for type in types:
            yield resource(shapes.opaque(node, "call"), type, given, f"passed to {callee}")


def _in_list(shapes: Shapes, node: Node) -> Iterator[Resource]:
    """`[cloud.Bucket, { ... }]`"""
    types = _types(shapes, node.entries)
    given = given_to("", [(None, value) for value in _values(shapes, node.entries)]) if types else None
    if given is not None:
        for type in types:
            yield resource(shapes.opaque(node, "list"), type, given, BESIDE)


def _in_object(shapes: Shapes, node: Node) -> Iterator[Resource]:
    """`{ type: cloud.Bucket, args: { ... } }`"""
    values = [child.child_by_field_name("value") or child for child in node.entries]
    types = _types(shapes, values)
    given = given_beside(shapes.fields(node, node, Spelling.INPUT).entries) if types else None
    if given is not None:
        for type in types:
            yield resource(shapes.opaque(node, "object"), type, given, BESIDE)


def spread(shapes: Shapes, node: Node) -> tuple[Given, str] | None:
    """What is seen of the arguments that a call makes of others, and by what: `new cloud.Bucket(...made({ ... }))`."""
    spreads = [unwrapped(given.entries[0]) for given in arguments(node) if given.type == "spread_element"]
    calls = [call for call in spreads if call.type == "call_expression"]
    if not calls:
        return None
    seen = given_to("", [(None, value) for value in _values(shapes, arguments(calls[0]))]) or Given()
    return Given(seen.entries, is_open=True), f"called with what {_callee(calls[0])} returns"


def _types(shapes: Shapes, nodes: list[Node]) -> list[str]:
    return [type for node in nodes if (type := _type(shapes, unwrapped(node))) is not None]


def _type(shapes: Shapes, node: Node) -> str | None:
    if node.type not in ("identifier", "member_expression", "subscript_expression", "shorthand_property_identifier"):
        return None
    return shapes.provider.type_named(node)


def _values(shapes: Shapes, nodes: list[Node]) -> Iterator[Value]:
    """What stands beside a class, functions aside."""
    for node in nodes:
        if (
            node.type in FUNCTIONS
            or node.type == "spread_element"
            or shapes.definitions.names.function(node) is not None
        ):
            continue
        if _type(shapes, unwrapped(node)) is None:
            yield shapes.value(node, Spelling.INPUT)


def _callee(node: Node) -> str:
    func = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    return " ".join(func.text.split()) if func is not None else ""
