"""Texts made of literal and computed parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from iacfix.edit import Keep, New
from iacfix.errors import CannotFix

if TYPE_CHECKING:
    from iacfix.languages.python.render import Renderer, Style


class Texts:
    """Writes joined texts; the renderer writes their parts."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer

    def joined(self, parts: tuple[New, ...], style: Style, indent: str, at: cst.CSTNode) -> str:
        match parts:
            case [Keep(value), *rest] if all(isinstance(part, str) for part in rest):
                return self._lengthened(value.place, "".join(str(part) for part in rest), style, indent)
            case _:
                return self._template(parts, style, indent, at)

    def _lengthened(self, node: cst.BaseExpression, more: str, style: Style, indent: str) -> str:
        """A text expression with literal text added at its end."""
        match node:
            case cst.SimpleString(prefix="", quote='"' | "'", lpar=[]):
                return f"{node.quote}{node.raw_value}{more}{node.quote}"
            case cst.FormattedString(start='f"' | "f'", lpar=[]):
                inner = self.renderer.program.code(node)[2:-1]
                return f"{node.start}{inner}{more}{node.end}"
            case cst.BinaryOperation(operator=cst.Add(), lpar=[]) if isinstance(
                node.right, cst.SimpleString | cst.FormattedString
            ):
                left = self.renderer.mark_node(node.left, indent)
                return f"{left} + {self._lengthened(node.right, more, style, indent)}"
            case cst.Name() | cst.Attribute():
                return f"f{style.quote}{{{self.renderer.mark_node(node, indent)}}}{more}{style.quote}"
            case cst.BinaryOperation() | cst.Call() | cst.Subscript() | cst.BaseString():
                return f"{self.renderer.mark_node(node, indent)} + {self.renderer.literal(more, style.quote)}"
            case _:
                raise CannotFix("a name cannot be made from its own name")

    def _template(self, parts: tuple[New, ...], style: Style, indent: str, at: cst.CSTNode) -> str:
        shown = [part if isinstance(part, str) else self.renderer.code(part, style, indent, at) for part in parts]
        inner = "".join(
            self.renderer.shown(code) for code, part in zip(shown, parts, strict=True) if not isinstance(part, str)
        )
        quote = style.quote if style.quote not in inner else {'"': "'", "'": '"'}[style.quote]
        if quote in inner or "\\" in inner or "\n" in inner:
            raise CannotFix("a part of the new text cannot stand inside a formatted string")
        body = "".join(
            code.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("{", "{{").replace("}", "}}")
            if isinstance(part, str)
            else f"{{{' ' if self.renderer.shown(code).startswith('{') else ''}{code}}}"
            for code, part in zip(shown, parts, strict=True)
        )
        return f"f{quote}{body}{quote}"
