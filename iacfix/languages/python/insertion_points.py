"""Where new statements go in a body, whoever asks for them."""

from __future__ import annotations

from iacfix.languages.python import syntax
from iacfix.languages.python.excerpts import Statement
from iacfix.languages.python.imports import dotted
from iacfix.languages.python.names import Names
from iacfix.languages.python.originals import Originals
from iacfix.languages.python.read import PythonProgram

Body = tuple[syntax.BaseStatement, ...]
BRANCHES = (syntax.If, syntax.Else, syntax.ExceptHandler, syntax.ExceptStarHandler, syntax.Finally, syntax.MatchCase)


def after_imports(body: Body) -> int:
    """The index behind the leading imports, or behind the last import of a provider further down."""
    index = 0
    for position, statement in enumerate(body):
        match statement:
            case syntax.SimpleStatementLine(body=[syntax.Import() | syntax.ImportFrom(), *_]):
                index = position + 1
            case syntax.SimpleStatementLine(
                body=[syntax.Expr(value=syntax.SimpleString() | syntax.ConcatenatedString())]
            ) if position == 0:
                index = 1
            case syntax.FunctionDef() | syntax.ClassDef() | syntax.SimpleStatementLine():
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


def _begins_with_import(statement: syntax.BaseStatement) -> bool:
    match statement:
        case syntax.SimpleStatementLine(body=[syntax.Import() | syntax.ImportFrom(), *_]):
            return True
        case (
            syntax.Try(body=syntax.IndentedBlock(body=[first, *_]))
            | syntax.If(body=syntax.IndentedBlock(body=[first, *_]))
        ):
            return isinstance(first, syntax.SimpleStatementLine) and _begins_with_import(first)
        case _:
            return False


def imports(line: syntax.BaseStatement) -> set[str]:
    """The top-level packages that a line imports."""
    found: set[str] = set()
    for statement in line.body if isinstance(line, syntax.SimpleStatementLine) else ():
        if isinstance(statement, syntax.Import):
            found |= {dotted(alias.name).partition(".")[0] for alias in statement.names}
        elif isinstance(statement, syntax.ImportFrom) and statement.module is not None:
            found.add(dotted(statement.module).partition(".")[0])
    return found


def after_super(body: Body) -> int:
    """The index behind the call of the base class's `__init__`, else behind the docstring."""
    index = 0
    for position, statement in enumerate(body):
        match statement:
            case syntax.SimpleStatementLine(body=[syntax.Expr(value=syntax.SimpleString())]) if position == 0:
                index = 1
            case syntax.SimpleStatementLine(
                body=[syntax.Expr(value=syntax.Call(func=syntax.Attribute(attr=syntax.Name(value="__init__"))))]
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
        and isinstance(body[0], syntax.SimpleStatementLine)
        and isinstance(body[0].body[0], syntax.Expr)
        and isinstance(body[0].body[0].value, syntax.SimpleString)
    )


def below(names: Names, originals: Originals, last: Statement) -> syntax.Node | None:
    """The statement on the next line of code, in the same body or behind its end; None where another branch, a comment
    or nothing stands there."""
    statement: syntax.Node = last
    while not isinstance(statement, syntax.Module):
        if (following := names.following(statement)) is not None:
            return following
        around = statement.around
        parts = around.children()
        branches = any(isinstance(part, BRANCHES) for part in parts[parts.index(statement) + 1 :])
        if branches or (isinstance(around, syntax.IndentedBlock) and originals.lines_at_end(around, last)):
            return None
        statement = around
    return None


def binds(program: PythonProgram, statement: syntax.BaseStatement, code: str) -> bool:
    """The statement sets the variable, or the attribute, of this code."""
    root = code.partition(".")[0]
    return any(
        (isinstance(target, syntax.Name) and target.value == root) or program.code(target) == code
        for small in (statement.body if isinstance(statement, syntax.SimpleStatementLine) else ())
        for target in targets(small)
    )


def targets(statement: syntax.Node) -> list[syntax.BaseExpression]:
    """What an assignment sets, in whatever form."""
    match statement:
        case syntax.Assign(targets=found):
            whole = [target.target for target in found]
        case syntax.AnnAssign(target=target):
            whole = [target]
        case _:
            whole = []
    tuples = [
        element.value
        for target in whole
        if isinstance(target, syntax.Tuple | syntax.List)
        for element in target.elements
    ]
    return [*whole, *tuples]
