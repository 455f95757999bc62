"""Who reads a constant."""

from __future__ import annotations

from iacfix.languages.python import syntax
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.names import Names
from iacfix.languages.python.tree import inside
from iacfix.model import Neighbours, Text

TEXTS = frozenset({"str", "Final", "Final[str]", "typing.Final", "Optional[str]", "str | None"})
"""What a constant may be declared as that holds any text."""


def reads(definitions: Definitions, neighbours: Neighbours, text: Text) -> list[syntax.Node] | None:
    """The places that read the variable or the attribute whose whole value the text is; None where others may."""
    match text.node.parent:
        case syntax.Assign(targets=[syntax.AssignTarget(target=target)]):
            pass
        case syntax.AnnAssign(target=target, annotation=syntax.Annotation(annotation=kind)) if (
            definitions.names.module.code(kind) in TEXTS
        ):
            pass
        case _:
            return None
    if isinstance(target, syntax.Name):
        return _of_variable(definitions.names, neighbours, target)
    if isinstance(target, syntax.Attribute) and definitions.field(target, target.attr.value) is text.node:
        return _of_attribute(definitions, neighbours, target)
    return None


def _of_variable(names: Names, neighbours: Neighbours, target: syntax.Name) -> list[syntax.Node] | None:
    bound = names.assignment(target)
    function = names.outer_function(target)
    if bound is None or bound.node is not target or (function is None and names.owner(target) is not None):
        return None
    if function is None and neighbours.may_import(target.value):
        return None
    return names.uses(target)


def _of_attribute(
    definitions: Definitions, neighbours: Neighbours, target: syntax.Attribute
) -> list[syntax.Node] | None:
    """`self.x` is read in its own class, and not of an object of it."""
    names, attr = definitions.names, target.attr.value
    owner = names.owner(target)
    if owner is None or not isinstance(target.value, syntax.Name) or target.value.value != "self":
        return None
    if any(isinstance(base.value, syntax.Name) and base.value.value == owner.name.value for base in _bases(names)):
        return None
    if any(True for _, other in neighbours.programs(owner.name.value) for _ in other.reads(None, attr)):
        return None
    reads: list[syntax.Node] = []
    for node in inside(names.module, syntax.Attribute):
        if node.attr.value != attr or node is target:
            continue
        if isinstance(node.value, syntax.Name) and node.value.value == "self":
            reads += [node] if names.owner(node) is owner else []
        elif isinstance(made := definitions.of(node.value), syntax.Call) and _constructs(made, owner):
            return None
    return reads


def _bases(names: Names) -> list[syntax.Arg]:
    return [base for found in inside(names.module, syntax.ClassDef) for base in found.bases]


def _constructs(call: syntax.Call, owner: syntax.ClassDef) -> bool:
    return isinstance(call.func, syntax.Name) and call.func.value == owner.name.value
