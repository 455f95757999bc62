"""A call inside a larger expression that can be taken into a statement of its own, above the one it is part of."""

from __future__ import annotations

import libcst as cst

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.determinism import Determinism
from iacfix.languages.python.originals import Originals, inside

EAGER = (
    syntax.Arg,
    syntax.Attribute,
    syntax.BinaryOperation,
    syntax.Call,
    syntax.Dict,
    syntax.DictElement,
    syntax.Element,
    syntax.List,
    syntax.Set,
    syntax.StarredElement,
    syntax.Tuple,
)
"""What carries out all that it holds, once and in the order in which it is written."""

STATEMENTS = (syntax.AnnAssign, syntax.Assign, syntax.AugAssign, syntax.Expr, syntax.Return)


def refuse_unliftable(definitions: Definitions, originals: Originals, call: syntax.Call) -> None:
    """Raises CannotFix where the call may not be carried out, or where something would be carried out later for it."""
    written = originals.of(call)
    lines = [*inside(written.func, cst.Newline), *inside(written.whitespace_after_func, cst.Newline)]
    if lines and not call.lpar:
        raise CannotFix(reasons.NESTED_BROKEN_CLASS)
    node: syntax.Node = call
    earlier: list[syntax.Node] = []
    while not isinstance(node, STATEMENTS):
        around = node.around
        if isinstance(around, syntax.AugAssign):
            earlier.append(around.target)
        elif isinstance(around, EAGER):
            for part in around.children():
                if part is node:
                    break
                earlier.append(part)
        elif not isinstance(around, STATEMENTS):
            raise CannotFix(reasons.NESTED_RESOURCE)
        node = around
    block = node.around.around
    if isinstance(block.parent, syntax.ClassDef):
        raise CannotFix(reasons.NESTED_IN_CLASS_BODY)
    if not all(Determinism(definitions).is_steady(part) for part in (*earlier, *call.args)):
        raise CannotFix(reasons.NESTED_REORDERED)
