"""Whether a value that cannot be seen through is there for certain."""

from __future__ import annotations

import libcst as cst

from iacfix.languages.python.names import Names
from iacfix.languages.python.tree import inside


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
