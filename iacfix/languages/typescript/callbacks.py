"""Callbacks that get another value: `x.apply(v => ..)` becomes `pulumi.all([x, y]).apply(([v, y]) => ..)`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from iacfix.errors import CannotFix
from iacfix.languages.typescript import documents, layout
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.names import text_of
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import entries, unwrapped


@dataclass
class Joined:
    """A callback that gets another value: the call of `apply` or `then`, the names it has and those it gains."""

    call: Node
    callback: Node
    values: list[str] = field(default_factory=list[str])
    names: list[str] = field(default_factory=list[str])


def rejoined(program: TypeScriptProgram, pulumi: str, joined: Joined) -> Iterator[Splice]:
    """`x.apply(v => ...)` with more values: `pulumi.all([x, region]).apply(([v, region]) => ...)`."""
    func = joined.call.child_by_field_name("function")
    assert func is not None
    before, method = entries(func)[0], entries(func)[-1]
    patterns = documents.parameters(joined.callback)
    if len(patterns) != 1:
        raise CannotFix("the callback does not take one parameter")
    (pattern,) = patterns
    parameter = pattern.parent
    if parameter is not None and parameter.child_by_field_name("type") is not None:
        raise CannotFix("the callback's parameter is declared with a type that would not fit any more")
    source = unwrapped(before)
    if source.type == "call_expression" and documents.called(program, source) == "@pulumi/pulumi.all":
        yield from _appended(program, source, pattern, joined)
        return
    values = ", ".join([text_of(before), *joined.values])
    names = ", ".join([text_of(pattern), *joined.names])
    yield Splice(before.start_byte, before.end_byte, f"{pulumi}.all([{values}])")
    yield Splice(method.start_byte, method.end_byte, "apply")
    listed = joined.callback.child_by_field_name("parameters")
    wrapped = f"[{names}]" if listed is not None else f"([{names}])"
    yield Splice(pattern.start_byte, pattern.end_byte, wrapped)


def _appended(program: TypeScriptProgram, all_call: Node, pattern: Node, joined: Joined) -> Iterator[Splice]:
    given = documents.arguments(all_call)
    if not given or given[0].type != "array" or pattern.type != "array_pattern":
        raise CannotFix("the values the callback is applied to are not a list with a name for each")
    if any(child.type == "spread_element" for child in entries(given[0])):
        raise CannotFix("the values the callback is applied to are not a list with a name for each")
    if len(entries(given[0])) != len(entries(pattern)):
        raise CannotFix("the callback leaves some of its values without a name")
    data = program.data
    unit = "  "
    for node, codes in ((given[0], joined.values), (pattern, joined.names)):
        bracket = layout.read(node)
        newline = "\r\n" if "\r\n" in program.text else "\n"
        yield from layout.inserted(data, bracket, len(bracket.items) - 1, codes, unit, newline)
