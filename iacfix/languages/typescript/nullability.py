"""Whether a value that cannot be seen through is there for certain, and where it comes from."""

from __future__ import annotations

from iacfix.languages.shared.nodes import Node
from iacfix.languages.shared.provenance import changed, computed, held, imported, looped, parameter, returned
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.names import Names, is_this_field
from iacfix.languages.typescript.tree import unwrapped


def kind_of_bound(names: Names, name: Node) -> str:
    """`given` for a parameter that is always there, `optional` for one that may be left out."""
    bound = names.binding(name)
    if bound is None or bound.kind != "parameter":
        return "expression"
    param = next((node for node in bound.target.ancestors() if node.type.endswith("_parameter")), None)
    if param is None:
        return "item"
    kind = param.child_by_field_name("type")
    if param.type == "optional_parameter" and param.child_by_field_name("value") is None:
        return "optional"
    return "optional" if kind is not None and _allows_nothing(kind.text) else "given"


def kind_of_member(names: Names, node: Node) -> str:
    """What the interface of this file, that a parameter is declared with, says of a member."""
    owner, member = node.entries[0], node.entries[-1].text
    bound = names.binding(owner) if owner.type == "identifier" else None
    param = bound.target.parent if bound is not None and bound.kind == "parameter" else None
    kind = param.child_by_field_name("type") if param is not None else None
    if kind is None:
        return "expression"
    told = kind.text.lstrip(": ")
    declared = names.root.inside("interface_declaration", "type_alias_declaration")
    shapes = [found for found in declared if (found.child_by_field_name("name") or found).text == told]
    for found in (shapes[0] if shapes else kind).inside("property_signature"):
        if (found.child_by_field_name("name") or found).text == member:
            optional = any(child.type == "?" for child in found.children)
            typed = found.child_by_field_name("type")
            nothing = optional or (typed is not None and _allows_nothing(typed.text))
            return "optional" if nothing else "given"
    return "expression"


def _allows_nothing(kind: str) -> bool:
    return "undefined" in kind or "null" in kind


def may_give_nothing(function: Node) -> bool:
    """A call may give `undefined`: it says so, or a way through it returns nothing."""
    told = function.child_by_field_name("return_type")
    if told is not None:
        return _allows_nothing(told.text)
    body = function.child_by_field_name("body")
    if body is None or body.type != "statement_block":
        return False
    returned = [node.entries[0] if node.entries else node for node in body.inside("return_statement")]
    plain = all(node.type in ("call_expression", "string", "template_string", "binary_expression") for node in returned)
    return not plain or not body.entries or body.entries[-1].type != "return_statement"


def provenance(definitions: Definitions, node: Node) -> str:
    """Where a value comes from that cannot be seen through."""
    node = unwrapped(node)
    if node.type == "await_expression":
        node = unwrapped(node.entries[0])
    if node.type == "call_expression":
        return returned(_callee(node))
    names, root = definitions.names, node
    while root.type in ("member_expression", "subscript_expression"):
        root = unwrapped(root.entries[0])
    kept = definitions.of(node) if is_this_field(node) else None
    if kept is not None and kept.type == "call_expression":
        return held(node.text, _callee(kept))
    if kept is not None and kept.type == "identifier":
        return provenance(definitions, kept)
    if root.type not in ("identifier", "shorthand_property_identifier"):
        return computed(node.text)
    bound = names.binding(root)
    if bound is None:
        is_set = len(names.lookup(root.text, root)) > 1
        return changed(node.text) if is_set else computed(node.text)
    if definitions.imported(bound) is not None:
        return imported(node.text)
    if bound.kind == "parameter":
        is_each = kind_of_bound(names, root) == "item"
        return looped(node.text) if is_each else parameter(node.text)
    if bound.kind == "loop":
        return looped(node.text)
    value = unwrapped(bound.value) if bound.value is not None else None
    if value is not None and value.type == "await_expression":
        value = unwrapped(value.entries[0])
    if root != node or value is None:
        return computed(node.text)
    if value.type == "call_expression":
        return held(node.text, _callee(value))
    return changed(node.text) if value.type in ("object", "array") else computed(node.text)


def _callee(call: Node) -> str:
    func = call.child_by_field_name("function")
    return func.text if func is not None else ""
