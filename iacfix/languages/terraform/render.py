"""New values as HCL that looks like its neighbours; kept expressions are copied byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from iacfix.edit import Inputs, Join, Keep, Lookup, New, RefTo, When
from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.layout import STEP
from iacfix.languages.terraform.read import TerraformProgram
from iacfix.languages.terraform.tree import TEXTS, attribute, label_text, labels_of, unwrapped
from iacfix.model import Flag, Value

IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*")
ELSEWHERE = "a part of it is written in several places"


class Render:
    """Writes new values for one program; `look_up` gives the expression that stands for a lookup."""

    def __init__(self, program: TerraformProgram, look_up: Callable[[Lookup], str]) -> None:
        self.program, self._look_up = program, look_up

    def value(self, new: New, indent: str) -> str:
        """An expression that stands on a line with this indent."""
        match new:
            case bool():
                return "true" if new else "false"
            case int():
                return str(new)
            case str():
                return quoted(new)
            case Keep(value):
                return self._kept(value)
            case RefTo(resource, output):
                if any(attribute(resource.node, meta) is not None for meta in ("count", "for_each")):
                    raise CannotFix(f"{resource.label} is made several times")
                labels = [label_text(label) for label in labels_of(resource.node)]
                return ".".join((*labels, self.program.shapes.vocabulary.spelled(output)))
            case Join(parts):
                return f'"{"".join(map(self._part, parts))}"'
            case Lookup():
                return self._look_up(new)
            case When(test, then, otherwise):
                if isinstance(test, Flag):
                    return self.value(then if test.flag else otherwise, indent)
                return f"{self._kept(test)} ? {self.value(then, indent)} : {self.value(otherwise, indent)}"
            case Inputs(_, fields):
                spelled = self.program.shapes.vocabulary.spelled
                return self._object({spelled(key): each for key, each in fields.items()}, indent)
            case Mapping():
                return self._object(cast("Mapping[str, New]", new), indent)
            case Sequence():
                return self._list(cast("Sequence[New]", new), indent)
            case _:
                raise CannotFix("what would be written here has no form in HCL yet")

    def block(self, name: str, made: Inputs, indent: str) -> str:
        """A nested block of its own lines."""
        inner = f"{indent}{STEP}"
        lines = [f"{name} {{"]
        spelled = self.program.shapes.vocabulary.spelled
        lines += [f"{inner}{spelled(key)} = {self.value(new, inner)}" for key, new in made.fields.items()]
        return "\n".join((*lines, f"{indent}}}"))

    def _object(self, fields: Mapping[str, New], indent: str) -> str:
        inner = f"{indent}{STEP}"
        lines = [f"{inner}{key_like(key)} = {self.value(new, inner)}" for key, new in fields.items()]
        return "\n".join(("{", *lines, f"{indent}}}"))

    def _list(self, items: Sequence[New], indent: str) -> str:
        written = [self.value(item, f"{indent}{STEP}") for item in items]
        if not any("\n" in item for item in written):
            return f"[{', '.join(written)}]"
        lines = [f"{indent}{STEP}{item}," for item in written]
        return "\n".join(("[", *lines, f"{indent}]"))

    def _part(self, part: New) -> str:
        if isinstance(part, str):
            return escaped(part)
        if isinstance(part, Keep) and isinstance(part.value.place, Node):
            node = unwrapped(part.value.place)
            if node.type in TEXTS and node.type != "heredoc_template":
                return node.text[1:-1]
        return f"${{{self.value(part, '')}}}"

    def _kept(self, value: Value) -> str:
        if not isinstance(value.place, Node):
            raise CannotFix(ELSEWHERE)
        return value.place.text


def escaped(text: str) -> str:
    """A text as it stands between quotes."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return text.replace("${", "$${").replace("%{", "%%{")


def quoted(text: str) -> str:
    return f'"{escaped(text)}"'


def key_like(key: str, sibling: str = "") -> str:
    """A key, in quotes where it needs some or the one beside it has some."""
    return key if IDENTIFIER.fullmatch(key) and not sibling.startswith('"') else quoted(key)
