"""Who reads a constant."""

from __future__ import annotations

from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.names import Names
from iacfix.model import Text


def reads(names: Names, text: Text) -> list[Node] | None:
    """The places that read the constant whose whole value the text is; None where others may."""
    declared = text.node.parent
    name = declared.child_by_field_name("name") if declared is not None else None
    if declared is None or declared.type != "variable_declarator" or name is None or name.type != "identifier":
        return None
    bound = names.binding(name)
    if bound is None or bound.kind != "const" or bound.value != text.node or _is_exported(names, declared, name):
        return None
    return names.uses(bound)


def _is_exported(names: Names, declared: Node, name: Node) -> bool:
    around = declared.parent.parent if declared.parent is not None else None
    is_statement = around is not None and around.type == "export_statement"
    return is_statement or name.text in names.exported
