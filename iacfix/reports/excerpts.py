"""Excerpts of a file around the changes of a rule, with enough context to be read alone."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from iacfix.result import Outcome

REACH = 25
"""Lines from a change within which the brackets around it are shown."""
NEAR = 2
"""Changes with fewer than twice as many lines between them become one excerpt."""
Block = tuple[int, int, int, int]
"""Half-open line ranges, from 0: top and bottom before, top and bottom after."""
Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Excerpt:
    """Dedented lines of a file before and after a change, with the brackets around them."""

    path: str
    before: str
    after: str


def changed(outcome: Outcome, rule: str) -> Iterator[Excerpt]:
    """The excerpts of what the steps of one rule changed."""
    for step in outcome.steps:
        if step.rules == (rule,):
            before, after = step.before.split("\n"), step.after.split("\n")
            for top, bottom, new_top, new_bottom in _blocks(before, after):
                yield Excerpt(outcome.path, _dedented(before[top:bottom]), _dedented(after[new_top:new_bottom]))


def _blocks(before: Sequence[str], after: Sequence[str]) -> list[Block]:
    """The ranges of the changes with the brackets around them; near changes are joined."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    equal = [(start, size) for start, _, size in matcher.get_matching_blocks() if size]
    above, below = {start + size: size for start, size in equal}, dict(equal)
    blocks: list[Block] = []
    for group in matcher.get_grouped_opcodes(NEAR):
        changes = [opcode for opcode in group if opcode[0] != "equal"]
        if not changes:
            continue
        (_, i1, _, j1, _), (_, _, i2, _, j2) = changes[0], changes[-1]
        up, down = _brackets(before, changes, after)
        up, down = min(up, above.get(i1, 0)), min(down, below.get(i2, 0))
        block = (i1 - up, i2 + down, j1 - up, j2 + down)
        if blocks and block[0] < blocks[-1][1]:
            block = (blocks[-1][0], block[1], blocks[-1][2], block[3])
            blocks.pop()
        blocks.append(block)
    return blocks


def _brackets(before: Sequence[str], changes: Sequence[Opcode], after: Sequence[str]) -> tuple[int, int]:
    """The numbers of lines above and below, up to the brackets around the changes."""
    (_, i1, i2, j1, j2), (_, k1, k2, l1, l2) = changes[0], changes[-1]
    first = _first_indent([*before[i1:i2], *after[j1:j2]])
    last = _first_indent([*before[k1:k2], *after[l1:l2]][::-1])
    up = _reach(before[:i1][::-1], first, lambda line: line.endswith(("(", "[", "{")))
    down = _reach(before[k2:], last, lambda line: line.startswith((")", "]", "}")))
    return (0, 0) if first == last and not (up and down) else (up, down)


def _first_indent(lines: Iterable[str]) -> int:
    return next((_indent(line) for line in lines if line.strip()), 0)


def _reach(lines: Sequence[str], indent: int, holds: Callable[[str], bool]) -> int:
    """The number of lines up to the bracket around a change of this indentation; 0 where it is too far away."""
    for count, line in enumerate(lines[:REACH], start=1):
        if line.strip() and _indent(line) < indent:
            return count if holds(line.strip()) else 0
    return 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _dedented(lines: Iterable[str]) -> str:
    return textwrap.dedent("\n".join(line.rstrip("\r") for line in lines)).strip("\n")
