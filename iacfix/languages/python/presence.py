"""Whether a value that cannot be seen through is there for certain, and where it comes from."""

from __future__ import annotations

import libcst as cst
from libcst.metadata import Assignment, ImportAssignment

from iacfix.languages.python.names import Names, assigned_value
from iacfix.languages.python.tree import inside
from iacfix.languages.whence import changed, computed, held, imported, looped, parameter, returned


def kind_of_bound(names: Names, name: cst.Name) -> str:
    """`given` for a parameter that is always there, `optional` for one that may be left out, `item` in a loop."""
    bound = names.assignment(name)
    node = bound.node if bound is not None else None
    param = node if isinstance(node, cst.Param) else names.parents.get(node) if node is not None else None
    match param:
        case cst.Param(default=default, annotation=annotation):
            told = names.module.code_for_node(annotation.annotation) if annotation is not None else ""
            nothing = isinstance(default, cst.Name) and default.value == "None"
            return "optional" if nothing or "None" in told or "Optional" in told else "given"
        case cst.For() | cst.CompFor() | cst.Tuple() | cst.Element():
            return "item"
        case _:
            return "expression"


def may_give_nothing(function: cst.FunctionDef) -> bool:
    """A call may give `None`: it says so, or a way through it returns nothing."""
    told = function.returns.annotation if function.returns is not None else None
    if told is not None and any(name.value in ("None", "Optional") for name in inside(told, cst.Name)):
        return True
    returned = [node.value for node in inside(function.body, cst.Return)]
    plain = all(isinstance(value, cst.Call | cst.BaseString | cst.BinaryOperation) for value in returned)
    last = function.body.body[-1] if function.body.body else None
    small = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
    return not plain or not isinstance(small, cst.Return)


def whence(names: Names, node: cst.CSTNode) -> str:
    """Where a value comes from that cannot be seen through."""

    def code(node: cst.CSTNode) -> str:
        bare = node.with_changes(lpar=(), rpar=()) if isinstance(node, cst.BaseExpression) else node
        return names.module.code_for_node(bare)

    if isinstance(node, cst.Call):
        return returned(code(node.func))
    root = node
    while isinstance(root, cst.Attribute | cst.Subscript):
        root = root.value
    if not isinstance(root, cst.Name):
        return computed(code(node))
    found = names.scope(root)[root.value]
    if any(isinstance(bound, ImportAssignment) for bound in found):
        return imported(code(node))
    only = next(iter(found)) if len(found) == 1 else None
    target = only.node if isinstance(only, Assignment) else None
    around = names.parents.get(target) if target is not None else None
    match target if isinstance(target, cst.Param) else around:
        case cst.Param() if root.value != "self":
            return parameter(code(node))
        case cst.For() | cst.CompFor() | cst.Tuple() | cst.Element():
            return looped(code(node))
        case _:
            pass
    if root is not node:
        kept = names.definition(node) if isinstance(node, cst.Attribute) else None
        if isinstance(kept, cst.Call):
            return held(code(node), code(kept.func))
        return whence(names, kept) if isinstance(kept, cst.Name) else computed(code(node))
    made = assigned_value(names.parents, target) if target is not None else None
    if isinstance(made, cst.Call):
        return held(code(node), code(made.func))
    return (
        changed(code(node))
        if found and (made is None or isinstance(made, cst.Dict | cst.List))
        else computed(code(node))
    )
