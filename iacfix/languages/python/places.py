"""Where new statements go in a body, whoever asks for them."""

from __future__ import annotations

import libcst as cst

from iacfix.languages.python.imports import dotted
from iacfix.languages.python.names import Names
from iacfix.languages.python.tree import children

Body = tuple[cst.BaseStatement, ...]
BRANCHES = (cst.If, cst.Else, cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally, cst.MatchCase)


def after_imports(body: Body) -> int:
    """The index behind the leading imports, or behind the last import of a provider further down."""
    index = 0
    for position, statement in enumerate(body):
        match statement:
            case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom(), *_]):
                index = position + 1
            case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]) if (
                position == 0
            ):
                index = 1
            case cst.FunctionDef() | cst.ClassDef() | cst.SimpleStatementLine():
                if index:
                    break
            case _:
                pass
    return import_run(body, index)


def import_run(body: Body, start: int) -> int:
    """The index behind the imports that stand from `start` on, those under a condition among them."""
    while start < len(body) and _begins_with_import(body[start]):
        start += 1
    return start


def _begins_with_import(statement: cst.BaseStatement) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom(), *_]):
            return True
        case cst.Try(body=cst.IndentedBlock(body=[first, *_])) | cst.If(body=cst.IndentedBlock(body=[first, *_])):
            return isinstance(first, cst.SimpleStatementLine) and _begins_with_import(first)
        case _:
            return False


def imports(line: cst.BaseStatement) -> set[str]:
    """The top-level packages that a line imports."""
    found: set[str] = set()
    for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
        if isinstance(statement, cst.Import):
            found |= {dotted(alias.name).partition(".")[0] for alias in statement.names}
        elif isinstance(statement, cst.ImportFrom) and statement.module is not None:
            found.add(dotted(statement.module).partition(".")[0])
    return found


def after_super(body: Body) -> int:
    """The index behind the call of the base class's `__init__`, else behind the docstring."""
    index = 0
    for position, statement in enumerate(body):
        match statement:
            case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString())]) if position == 0:
                index = 1
            case cst.SimpleStatementLine(
                body=[cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name("__init__"))))]
            ):
                index = position + 1
            case _:
                pass
    return index


def calls_base(body: Body) -> bool:
    """A statement of its own calls the base class's `__init__`."""
    start = after_super(body)
    return start > 0 and not (
        start == 1
        and isinstance(body[0], cst.SimpleStatementLine)
        and isinstance(body[0].body[0], cst.Expr)
        and isinstance(body[0].body[0].value, cst.SimpleString)
    )


def below(names: Names, statement: cst.CSTNode) -> cst.CSTNode | None:
    """The statement on the next line of code, in the same body or behind its end; None where another branch, a comment
    or nothing stands there."""
    while not isinstance(statement, cst.Module):
        if (following := names.following(statement)) is not None:
            return following
        around = names.parents[statement]
        parts = list(children(around))
        branches = any(isinstance(part, BRANCHES) for part in parts[parts.index(statement) + 1 :])
        if branches or (isinstance(around, cst.IndentedBlock) and around.footer):
            return None
        statement = around
    return None


def binds(statement: cst.BaseStatement, code: str, root: str) -> bool:
    """The statement sets the variable, or the attribute, of this code."""
    return any(
        (isinstance(target, cst.Name) and target.value == root) or cst.Module([]).code_for_node(target) == code
        for small in (statement.body if isinstance(statement, cst.SimpleStatementLine) else ())
        for target in targets(small)
    )


def targets(statement: cst.CSTNode) -> list[cst.BaseExpression]:
    """What an assignment sets, in whatever form."""
    match statement:
        case cst.Assign(targets=found):
            whole = [target.target for target in found]
        case cst.AnnAssign(target=target):
            whole = [target]
        case _:
            whole = []
    tuples = [
        element.value for target in whole if isinstance(target, cst.Tuple | cst.List) for element in target.elements
    ]
    return [*whole, *tuples]
