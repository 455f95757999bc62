"""What binds names in a TypeScript file: imports, declarations, parameters, functions and classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from iacfix.languages.typescript.tree import below, entries, inside

PATTERNS = frozenset({"array_pattern", "object_pattern", "pair_pattern", "rest_pattern", "assignment_pattern"})


@dataclass(frozen=True)
class Binding:
    """One thing that binds a name: `target` is its identifier, `value` the expression of a plain `const x = value`,
    `imported` the dotted name of an import; it is the member at the end of a `path` of a `source`. What `is_type` names
    no value: the import is gone when the program runs."""

    target: Node
    kind: str
    value: Node | None = None
    imported: str | None = None
    source: Node | None = None
    path: tuple[str, ...] = ()
    is_type: bool = False


def text_of(node: Node) -> str:
    return (node.text or b"").decode("utf-8")


def bindings(root: Node) -> Iterator[Binding]:
    for node in below(root):
        match node.type:
            case "import_statement":
                yield from _imports(node)
            case "variable_declarator":
                yield from _declared(node)
            case "import_alias":
                yield Binding(entries(node)[0], "const", source=entries(node)[-1])
            case "required_parameter" | "optional_parameter":
                pattern = node.child_by_field_name("pattern")
                yield from (Binding(target, "parameter") for target in _targets(pattern))
            case "arrow_function":
                single = node.child_by_field_name("parameter")
                yield from (Binding(target, "parameter") for target in _targets(single))
            case "for_in_statement":
                yield from (Binding(target, "loop") for target in _targets(node.child_by_field_name("left")))
            case "catch_clause":
                yield from (Binding(target, "parameter") for target in _targets(node.child_by_field_name("parameter")))
            case "function_declaration" | "generator_function_declaration":
                yield from (
                    Binding(name, "function") for name in [node.child_by_field_name("name")] if name is not None
                )
            case "class_declaration" | "enum_declaration" | "abstract_class_declaration":
                yield from (Binding(name, "class") for name in _name(node))
            case _:
                pass


def _name(node: Node) -> list[Node]:
    name = node.child_by_field_name("name")
    return [name] if name is not None else []


def _declared(node: Node) -> Iterator[Binding]:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    keyword = text_of(node.parent.children[0]) if node.parent is not None else "const"
    if name is None:
        return
    module = required(value) if value is not None else None
    if name.type == "identifier":
        yield Binding(name, keyword, value, module, value)
        return
    for target, path in _taken(name, ()):
        whole = ".".join([module, *path]) if module is not None and path else None
        yield Binding(target, "import" if whole else keyword, None, whole, value if path else None, path)


def required(value: Node) -> str | None:
    """The module of `require("...")` and `await import("...")`."""
    if value.type not in ("call_expression", "await_expression"):
        return None
    found = re.fullmatch(r"""(?:require|await import)\(\s*(["'])(.+?)\1\s*\)""", text_of(value))
    return _module(found[2]) if found else None


def _taken(pattern: Node, path: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """What a pattern binds and the members it takes for it: none where that is not plainly one."""
    for child in entries(pattern):
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        named = pattern.type == "object_pattern" and (key is None or key.type == "property_identifier")
        if named and child.type == "shorthand_property_identifier_pattern":
            yield child, (*path, text_of(child))
        elif named and key is not None and value is not None and value.type == "identifier":
            yield value, (*path, text_of(key))
        elif named and key is not None and value is not None and value.type == "object_pattern":
            yield from _taken(value, (*path, text_of(key)))
        else:
            yield from ((target, ()) for target in _targets(child))


def _targets(node: Node | None) -> Iterator[Node]:
    """The identifiers that a pattern binds."""
    if node is None:
        return
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield node
    elif node.type == "pair_pattern":
        yield from _targets(node.child_by_field_name("value"))
    elif node.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from _targets(node.child_by_field_name("left"))
    elif node.type in PATTERNS:
        for child in entries(node):
            yield from _targets(child)


def _module(source: str) -> str:
    """`@pulumi/cloud/storage/bucket` as the head of a dotted name."""
    scope, _, rest = source.partition("/") if source.startswith("@") else ("", "", source)
    package, _, deeper = rest.partition("/")
    head = f"{scope}/{package}" if scope else package
    return ".".join([head, *deeper.split("/")]) if deeper else head


def _imports(node: Node) -> Iterator[Binding]:
    source = next((found for found in inside(node, "string_fragment")), None)
    if source is None:
        return
    module, is_type = _module(text_of(source)), is_of_types(node)
    for found in below(node):
        match found.type:
            case "namespace_import" | "import_require_clause":
                yield Binding(entries(found)[0], "import", imported=module, is_type=is_type)
            case "import_specifier":
                name = found.child_by_field_name("name")
                alias = found.child_by_field_name("alias") or name
                if name is not None and alias is not None:
                    only = is_type or is_of_types(found)
                    yield Binding(alias, "import", imported=f"{module}.{text_of(name)}", is_type=only)
            case "import_clause":
                first = entries(found)[0]
                if first.type == "identifier":
                    yield Binding(first, "import", imported=f"{module}.default", is_type=is_type)
            case _:
                pass


def is_of_types(node: Node) -> bool:
    """`import type ...`, or a name in the brackets of an import with `type` before it."""
    return any(child.type == "type" for child in node.children)
