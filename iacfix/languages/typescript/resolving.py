"""Text and JSON that plain TypeScript makes of outputs, as Pulumi's own functions make it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.imports import PULUMI, Imports
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.output_positions import OutputPositions, Place
from iacfix.languages.typescript.outputs import operands
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import method


def resolved(program: TypeScriptProgram, imports: Imports, at: Node) -> Iterator[Splice]:
    """What changes where text or JSON at a place becomes an output."""
    place = _place(program, at)
    for call in place.serialisers:
        func = call.child_by_field_name("function")
        assert func is not None
        yield Splice(func.start_byte, func.end_byte, imports.spelled(PULUMI, "jsonStringify"))
    for whole in place.sums:
        yield from _joined(whole, imports.spelled(PULUMI, "concat"))
    for template in place.templates:
        yield Splice(template.start_byte, template.start_byte, imports.spelled(PULUMI, "interpolate"))


def _place(program: TypeScriptProgram, at: Node) -> Place:
    if at.type == "augmented_assignment_expression" or (
        at.type == "call_expression" and program.provider_names.called(at) != "JSON.stringify"
    ):
        name = f"{method(at) or 'String'}()" if at.type == "call_expression" else "+="
        raise CannotFix(reasons.UNRESOLVING_FUNCTION.of(name=name, concat="pulumi.concat"))
    positions = OutputPositions(program, heals=True)
    if positions.callback(at) is not None:
        raise CannotFix(reasons.PLAIN_IN_CALLBACK.of(all="pulumi.all"))
    try:
        return positions.of(at)
    except CannotFix as refused:
        is_plain = refused.reason == reasons.TAKES_NO_OUTPUT
        raise CannotFix(reasons.PLAIN_VALUE_NEEDED) if is_plain else refused from None


def _joined(whole: Node, concat: str) -> Iterator[Splice]:
    """`a + b` as `concat(a, b)`."""
    if whole.inside("comment"):
        raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
    yield Splice(whole.start_byte, whole.start_byte, f"{concat}(")
    for before, after in pairwise(operands(whole)):
        between = whole.between(before.end_byte, after.start_byte)
        if between.strip() != "+":
            raise CannotFix(reasons.BRACKETS_IN_SUM)
        yield Splice(before.end_byte, after.start_byte, f",{between.replace('+', '', 1).replace('  ', ' ', 1)}")
    yield Splice(whole.end_byte, whole.end_byte, ")")
