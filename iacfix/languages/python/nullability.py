"""Whether a value that cannot be seen through is there for certain, and where it comes from."""

from __future__ import annotations

from iacfix.languages.python import syntax
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.names import Names, assigned_value
from iacfix.languages.python.scopes import Assignment, ImportAssignment
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.provenance import changed, computed, held, imported, looped, parameter, returned


def kind_of_bound(names: Names, name: syntax.Name) -> str:
    """`given` for a parameter that is always there, `optional` for one that may be left out, `item` in a loop."""
    bound = names.assignment(name)
    node = bound.node if bound is not None else None
    param = node if isinstance(node, syntax.Param) else node.parent if node is not None else None
    match param:
        case syntax.Param(default=default, annotation=annotation):
            told = names.module.code(annotation.annotation) if annotation is not None else ""
            nothing = isinstance(default, syntax.Name) and default.value == "None"
            return "optional" if nothing or "None" in told or "Optional" in told else "given"
        case syntax.For() | syntax.CompFor() | syntax.Tuple() | syntax.Element():
            return "item"
        case _:
            return "expression"


def may_give_nothing(function: syntax.FunctionDef) -> bool:
    """A call may give `None`: it says so, or a way through it returns nothing."""
    told = function.returns.annotation if function.returns is not None else None
    if told is not None and any(name.value in ("None", "Optional") for name in inside(told, syntax.Name)):
        return True
    returned = [node.value for node in inside(function.body, syntax.Return)]
    plain = all(isinstance(value, syntax.Call | syntax.BaseString | syntax.BinaryOperation) for value in returned)
    last = function.body.body[-1] if function.body.body else None
    small = last.body[-1] if isinstance(last, syntax.SimpleStatementLine) else last
    return not plain or not isinstance(small, syntax.Return)


def provenance(definitions: Definitions, node: syntax.Node) -> str:
    """Where a value comes from that cannot be seen through."""

    def code(node: syntax.Node) -> str:
        return definitions.names.module.source.between(node.start, node.end)

    if isinstance(node, syntax.Call):
        return returned(code(node.func))
    names, root = definitions.names, node
    while isinstance(root, syntax.Attribute | syntax.Subscript):
        root = root.value
    if not isinstance(root, syntax.Name):
        return computed(code(node))
    found = names.scope(root)[root.value]
    if any(isinstance(bound, ImportAssignment) for bound in found):
        return imported(code(node))
    only = next(iter(found)) if len(found) == 1 else None
    target = only.node if isinstance(only, Assignment) else None
    around = target.parent if target is not None else None
    match target if isinstance(target, syntax.Param) else around:
        case syntax.Param() if root.value != "self":
            return parameter(code(node))
        case syntax.For() | syntax.CompFor() | syntax.Tuple() | syntax.Element():
            return looped(code(node))
        case _:
            pass
    if root is not node:
        kept = definitions.of(node) if isinstance(node, syntax.Attribute) else None
        if isinstance(kept, syntax.Call):
            return held(code(node), code(kept.func))
        return provenance(definitions, kept) if isinstance(kept, syntax.Name) else computed(code(node))
    made = assigned_value(target) if target is not None else None
    if isinstance(made, syntax.Call):
        return held(code(node), code(made.func))
    return (
        changed(code(node))
        if found and (made is None or isinstance(made, syntax.Dict | syntax.List))
        else computed(code(node))
    )
