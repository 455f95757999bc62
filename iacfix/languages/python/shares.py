"""Where in the text the edits have a share in what becomes of the nodes of a plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from iacfix.languages.python import syntax
from iacfix.languages.python.excerpts import first_line
from iacfix.languages.python.node_changes import NodeChanges
from iacfix.languages.python.originals import Originals, entries
from iacfix.languages.python.read import PythonProgram
from iacfix.rewrite import Share


def shares(
    program: PythonProgram, originals: Originals, plan: NodeChanges, nodes: Collection[syntax.Node]
) -> list[Share]:
    """Those in what becomes of these nodes. A bracket that is laid out anew for what comes in it is on one line with
    that."""
    found = list(_in_place(program, originals, plan, nodes))
    return [*found, *(_moved(program, plan, call, found) for call in nodes if call in plan.lifted)]


def _moved(program: PythonProgram, plan: NodeChanges, call: syntax.Node, found: Iterable[Share]) -> Share:
    """The share in the lines above a statement that a call goes to, with what changes inside of it."""
    inner = [share.edits for share in found if call.start <= share.start and share.stop <= call.end]
    start, stop = _above(program, plan.lifted[call].addition.statement)
    return Share(start, stop, frozenset[int]().union(*inner) if all(inner) else frozenset())


def _in_place(
    program: PythonProgram, originals: Originals, plan: NodeChanges, nodes: Iterable[syntax.Node]
) -> Iterator[Share]:
    asked = plan.attribution.of
    for node in nodes:
        if node in plan.replaced:
            new = originals.code(plan.replaced[node])
            yield Share(*_differing(program, node, new), asked(node))
        elif node in plan.spans or node in plan.lifted:
            yield Share(node.start, node.end, asked(node))
        for after in {new.after for new in plan.inserted.get(node, ())}:
            items = _items(node)
            at = items[after].end if 0 <= after < len(items) else node.start
            yield Share(at, at, asked((node, after)))
        for index in plan.removed.get(node, ()):
            item = _items(node)[index]
            yield Share(item.start, item.end, asked((node, index)))
        if not isinstance(node, syntax.BaseStatement):
            continue
        above, begin = _above(program, node)
        if node in plan.gone:
            yield Share(above, node.end, asked(node))
        elif node in plan.statements:
            bound = plan.statements[node].bind is not None
            yield Share(node.start if bound else node.end, node.end, asked(node))
        if node in plan.before or node in plan.apart or node in plan.joined:
            yield Share(above, begin, asked((node, "above")))


def _above(program: PythonProgram, statement: syntax.BaseStatement) -> tuple[int, int]:
    """The blank and comment lines above a statement."""
    first = first_line(program.module, statement)
    above = first - 1
    while above and _is_blank(program.lines[above - 1]):
        above -= 1
    starts = program.module.source.starts
    return starts[above], starts[first - 1]


def _items(node: syntax.Node) -> list[syntax.Node]:
    if isinstance(node, syntax.ImportFrom | syntax.Import):
        return list(node.names) if not isinstance(node.names, syntax.ImportStar) else []
    assert isinstance(node, syntax.Call | syntax.Dict | syntax.List)
    return list(entries(node))


def _is_blank(line: str) -> bool:
    """The line has no code."""
    return not line.strip() or line.lstrip().startswith("#")


def _differing(program: PythonProgram, node: syntax.Node, new: str) -> tuple[int, int]:
    """The bytes of the lines of a node that are others in its new code."""
    old, come = (code.split("\n") for code in (program.code(node), new))
    room = min(len(old), len(come)) - 1
    head = next((at for at in range(room) if old[at] != come[at]), room)
    tail = next((at for at in range(room - head) if old[-1 - at] != come[-1 - at]), room - head)
    starts, first = program.module.source.starts, program.line(node)
    start = starts[first - 1 + head] if head else node.start
    return start, starts[first - 1 + len(old) - tail] if tail else max(start, node.end)
