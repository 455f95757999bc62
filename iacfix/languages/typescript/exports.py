"""What other files import of a file, by the names that the file itself imports it by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.bindings import Binding, dotted, module_of
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.names import member_of, pairs
from iacfix.languages.typescript.tree import unwrapped

DEFAULT = "default"
WHOLE = frozenset({"module.exports", "exports"})


def exported(definitions: Definitions, path: tuple[str, ...]) -> Iterator[str]:
    """The dotted names of what stands at a path of names, the default where that is empty; several where all that
    other modules have is exported."""
    first, *rest = path or (DEFAULT,)
    root = definitions.names.root
    statements = [node for node in root.entries if node.type == "export_statement"]
    for node in statements:
        yield from _by_statement(definitions, node, first, rest)
    for node in root.inside("assignment_expression"):
        left = node.entries[0]
        if left.text in WHOLE:
            yield from _at(definitions, node.entries[-1], path)
        elif member_of(left) == first and left.entries[0].text in WHOLE:
            yield from _at(definitions, node.entries[-1], rest)
    if first != DEFAULT:
        yield from (dotted(module_of(source), path) for node in statements if (source := _all_of(node)) is not None)
        yield from exported(definitions, (DEFAULT, *path))


def _by_statement(definitions: Definitions, node: Node, first: str, rest: Sequence[str]) -> Iterator[str]:
    """What one statement exports by a name."""
    source, value = node.child_by_field_name("source"), node.child_by_field_name("value")
    module = module_of(source.text[1:-1]) if source is not None else None
    for found in node.entries:
        if found.type == "namespace_export" and found.entries[-1].text == first and module is not None:
            yield dotted(module, rest)
        for each in found.entries if found.type == "export_clause" else ():
            name = each.child_by_field_name("name")
            given = each.child_by_field_name("alias") or name
            if name is not None and given is not None and given.text == first:
                named = [dotted(module, [name.text, *rest])] if module is not None else _at(definitions, name, rest)
                yield from named
    if value is not None and first == DEFAULT:
        yield from _at(definitions, value, rest)
    elif source is None and first == DEFAULT and any(child.type == "=" for child in node.children):
        yield from _at(definitions, node.entries[-1], rest)
    for bound in _declared(definitions, node, first):
        head = definitions.imported(bound)
        if head is not None:
            yield dotted(head, rest)
        elif bound.value is not None:
            yield from _at(definitions, bound.value, rest)


def _declared(definitions: Definitions, node: Node, name: str) -> Iterator[Binding]:
    """What an exported declaration binds by a name."""
    declared = node.child_by_field_name("declaration")
    if declared is not None:
        bound = definitions.names.lookup(name, declared)
        yield from (each for each in bound if declared in each.target.ancestors())


def _at(definitions: Definitions, node: Node, path: Sequence[str]) -> Iterator[str]:
    """The dotted name of a member of an expression."""
    node = unwrapped(node)
    if (head := definitions.qualified(node)) is not None:
        yield dotted(head, path)
        return
    held = unwrapped(definitions.of(node) or node)
    for key, value in pairs(held) if path else ():
        if key == path[0]:
            yield from _at(definitions, value, path[1:])


def _all_of(node: Node) -> str | None:
    """The module of which a statement exports everything."""
    source = node.child_by_field_name("source")
    is_whole = source is not None and len(node.entries) == 1 and any(child.type == "*" for child in node.children)
    return source.text[1:-1] if source is not None and is_whole else None
