"""Who reads a constant: every place, and the text that it becomes part of there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iacfix.languages.nodes import Node
from iacfix.languages.typescript import documents
from iacfix.model import Read, Text

if TYPE_CHECKING:
    from iacfix.languages.typescript.read import TypeScriptProgram


def read_by(program: TypeScriptProgram, text: Text) -> list[Read] | None:
    """The places that read the constant whose whole value the text is; None where others may."""
    declared = text.node.parent
    name = declared.child_by_field_name("name") if declared is not None else None
    if declared is None or declared.type != "variable_declarator" or name is None or name.type != "identifier":
        return None
    bound = program.names.binding(name)
    if bound is None or bound.kind != "const" or bound.value != text.node or _is_exported(program, declared, name):
        return None
    return [_read(program, node) for node in program.names.uses(bound)]


def _is_exported(program: TypeScriptProgram, declared: Node, name: Node) -> bool:
    around = declared.parent.parent if declared.parent is not None else None
    return (around is not None and around.type == "export_statement") or any(
        (node.child_by_field_name("name") or node).text == name.text for node in program.root.inside("export_specifier")
    )


def _read(program: TypeScriptProgram, node: Node) -> Read:
    text, at = program.parts.get(node, (None, 0))
    return Read(program.where(text) if text is not None else documents.where(program, node), text, at)
