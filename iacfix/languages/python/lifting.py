"""A call inside a larger expression that can be taken into a statement of its own, above the one it is part of."""

from __future__ import annotations

import libcst as cst

from iacfix.errors import CannotFix
from iacfix.languages.python.names import Names
from iacfix.languages.python.purity import Purity
from iacfix.languages.python.tree import children, inside

EAGER = (
    cst.Arg,
    cst.Attribute,
    cst.BinaryOperation,
    cst.Call,
    cst.Dict,
    cst.DictElement,
    cst.Element,
    cst.List,
    cst.Set,
    cst.StarredElement,
    cst.Tuple,
)
"""What carries out all that it holds, once and in the order in which it is written."""

STATEMENTS = (cst.AnnAssign, cst.Assign, cst.AugAssign, cst.Expr, cst.Return)
INSIDE = "the resource is built inside another expression"
LATER = f"{INSIDE}, and what comes before it there might be carried out later than before"


def refuse_unliftable(names: Names, call: cst.Call) -> None:
    """Raises CannotFix where the call may not be carried out, or where something would be carried out later for it."""
    lines = [*inside(call.func, cst.Newline), *inside(call.whitespace_after_func, cst.Newline)]
    if lines and not call.lpar:
        raise CannotFix(f"{INSIDE}, and the name of its class breaks a line")
    node: cst.CSTNode = call
    earlier: list[cst.CSTNode] = []
    while not isinstance(node, STATEMENTS):
        around = names.parents[node]
        if isinstance(around, cst.AugAssign):
            earlier.append(around.target)
        elif isinstance(around, EAGER):
            for part in children(around):
                if part is node:
                    break
                earlier.append(part)
        elif not isinstance(around, STATEMENTS):
            raise CannotFix(INSIDE)
        node = around
    block = names.parents[names.parents[node]]
    if isinstance(names.parents.get(block), cst.ClassDef):
        raise CannotFix(f"{INSIDE}, in the body of a class")
    if not all(Purity(names).is_steady(part) for part in (*earlier, *call.args)):
        raise CannotFix(LATER)
