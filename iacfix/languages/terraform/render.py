"""New values as HCL that looks like its neighbours; kept expressions are copied byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from iacfix import reasons
from iacfix.edit import Inputs, Join, Json, Keep, Lookup, New, RefTo, When
from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.documents import SERIALISER
from iacfix.languages.terraform.layout import STEP
from iacfix.languages.terraform.read import TerraformProgram
from iacfix.languages.terraform.removals import Removals
from iacfix.languages.terraform.tree import IDENTIFIER, TEXTS, attribute, read_as, unwrapped
from iacfix.model import Flag, Resource, Value, is_boolean

INDEX = {"count": "[count.index]", "for_each": "[each.key]"}


class Render:
    """Writes new values for one program; `look_up` gives the expression that stands for a lookup."""

    def __init__(self, program: TerraformProgram, look_up: Callable[[Lookup], str], removals: Removals) -> None:
        self.program, self._look_up = program, look_up
        self.removals, self.comments = removals, removals.comments
        self.step = STEP
        """How much deeper the lines of what is written stand inside of it."""
        self.beside: Resource | None = None
        """The resource that what is written stands below, made as often as that."""

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
                return self._reindented(value, indent)
            case RefTo(resource, output):
                return f"{address(resource)}{self._index(resource)}.{self.program.shapes.vocabulary.spelled(output)}"
            case Join(parts):
                return f'"{"".join(map(self._part, parts))}"'
            case Lookup():
                return self._look_up(new)
            case Json(document):
                return f"{SERIALISER}({self.value(document, indent)})"
            case When(test, then, otherwise):
                if isinstance(test, Flag) and test.is_direct:
                    return self.value(then if test.flag else otherwise, indent)
                return f"{self._asked(new, indent)} ? {self.value(then, indent)} : {self.value(otherwise, indent)}"
            case Inputs(_, fields):
                spelled = self.program.shapes.vocabulary.spelled
                return self._object({spelled(key): each for key, each in fields.items()}, indent)
            case Mapping():
                return self._object(cast("Mapping[str, New]", new), indent)
            case Sequence():
                return self._list(cast("Sequence[New]", new), indent)
            case _:
                raise CannotFix(reasons.NOT_SUPPORTED)

    def _asked(self, new: When, indent: str) -> str:
        """The condition, which may not be null."""
        asked = self._reindented(new.test, indent)
        if not (new.is_required or is_boolean(new.test)):
            return f"coalesce({asked}, false)"
        return f"({asked})" if unwrapped(new.test.place).type == "conditional" else asked

    def on_a_line(self, new: New) -> str:
        """An expression beside others on their line."""
        if isinstance(new, Sequence) and not isinstance(new, str):
            return f"[{', '.join(map(self.on_a_line, cast('Sequence[New]', new)))}]"
        if not isinstance(new, Mapping) or not new:
            return self.value(new, "")
        fields = cast("Mapping[str, New]", new)
        written = [f"{key_like(key)} = {self.on_a_line(each)}" for key, each in fields.items()]
        return f"{{ {', '.join(written)} }}"

    def block(self, name: str, made: Inputs, indent: str) -> str:
        """A nested block of its own lines."""
        inner = f"{indent}{self.step}"
        lines = self.body(made.fields, inner)
        node = made.origin.node if made.origin is not None else None
        if isinstance(node, Node) and node.type == "block" and self.removals.leaves(node):
            rest = self.comments.inside(node.start_byte, node.end_byte)
            lines += [f"{inner}{comment}" for comment in self.comments.take(*rest)]
        return "\n".join((f"{name} {{", *lines, f"{indent}}}")) if lines else f"{name} {{}}"

    def body(self, fields: Mapping[str, New], indent: str) -> list[str]:
        """The lines of a block: arguments first, then nested blocks with a blank line in front of each."""
        vocabulary = self.program.shapes.vocabulary
        lines: list[str] = []
        nested: list[tuple[str, Inputs]] = []
        for key, new in fields.items():
            if isinstance(new, Inputs):
                nested.append((vocabulary.spelled(key), new))
            elif inputs := _inputs(new):
                nested += [(vocabulary.block(key), each) for each in inputs]
            else:
                above, behind = self._comments_of(new)
                lines += [f"{indent}{comment}" for comment in above]
                lines.append(f"{indent}{vocabulary.spelled(key)} = {self.value(new, indent)}{behind}")
        for name, each in nested:
            above, _ = self._comments_of(each)
            lines += [""] if lines else []
            lines += [f"{indent}{comment}" for comment in above]
            lines.append(f"{indent}{self.block(name, each, indent)}")
        return lines

    def _comments_of(self, new: New) -> tuple[list[str], str]:
        """The comments above and behind what a new entry is made of, where that leaves its place."""
        match new:
            case Keep(value) | When(test=value):
                node: object = value.place
            case Inputs(origin=Value() as value) if value.is_direct:
                node = value.node
            case Join(parts):
                kept = next((part for part in parts if isinstance(part, Keep)), "")
                return self._comments_of(kept)
            case _:
                return [], ""
        if self.beside is None or not isinstance(node, Node):
            return [], ""
        entry = node if node.type == "block" else _attribute_of(node)
        if entry is None or not self.removals.leaves(entry):
            return [], ""
        inside = self.comments.inside(node.start_byte, node.end_byte) if node is not entry else []
        self.comments.moved.update(inside)  # they are in the expression that is copied
        behind = self.comments.behind(entry)
        above = list(self.comments.take(*self.comments.above(entry)))
        if entry.type == "block" or behind is None:
            return above, ""
        return above, "".join(f" {text}" for text in self.comments.take(behind))

    def _index(self, resource: Resource) -> str:
        """Which one of several it is, for what is made as often."""
        metas = [meta for meta in INDEX if attribute(resource.node, meta) is not None]
        if metas and resource is not self.beside:
            raise CannotFix(reasons.MADE_SEVERAL_TIMES.of(resource=resource.label))
        return INDEX[metas[0]] if metas else ""

    def _object(self, fields: Mapping[str, New], indent: str) -> str:
        inner = f"{indent}{self.step}"
        lines = [f"{inner}{key_like(key)} = {self.value(new, inner)}" for key, new in fields.items()]
        return "\n".join(("{", *lines, f"{indent}}}"))

    def _list(self, items: Sequence[New], indent: str) -> str:
        written = [self.value(item, f"{indent}{self.step}") for item in items]
        if not any("\n" in item for item in written):
            return f"[{', '.join(written)}]"
        lines = [f"{indent}{self.step}{item}," for item in written]
        return "\n".join(("[", *lines, f"{indent}]"))

    def _part(self, part: New) -> str:
        if isinstance(part, str):
            return escaped(part)
        if isinstance(part, Keep) and isinstance(part.value.place, Node):
            node = unwrapped(part.value.place)
            if node.type in TEXTS and node.type != "heredoc_template":
                return node.text[1:-1]
        return f"${{{self.value(part, '')}}}"

    def _reindented(self, value: Value, indent: str) -> str:
        """The expression, its lines moved to where it stands from now on; those of heredocs stay."""
        node = value.place
        if not isinstance(node, Node):
            raise CannotFix(reasons.IN_SEVERAL_PLACES)
        lines = node.text.split("\n")
        if self.beside is None or len(lines) == 1:
            return node.text
        first = node.start_point[0]
        fixed = {
            row - first
            for heredoc in node.inside("heredoc_template")
            for row in range(heredoc.start_point[0] + 1, heredoc.end_point[0] + 1)
        }
        entry = _attribute_of(node)
        old = entry.start_point[1] if entry is not None else 0
        return "\n".join(
            line if index == 0 or index in fixed else _shifted(line, len(indent) - old)
            for index, line in enumerate(lines)
        ).replace("\r", "")


def _inputs(new: New) -> list[Inputs]:
    """What becomes a block each, of a list of such."""
    if isinstance(new, str) or not isinstance(new, Sequence):
        return []
    given = list(cast("Sequence[New]", new))
    found = [each for each in given if isinstance(each, Inputs)]
    return found if len(found) == len(given) else []


def _attribute_of(node: Node) -> Node | None:
    """The attribute that an expression is written for."""
    found = node.around("attribute", "block")
    return found if found is not None and found.type == "attribute" else None


def _shifted(line: str, by: int) -> str:
    bare = line.lstrip(" ")
    return " " * max(0, len(line) - len(bare) + by) + bare if bare.strip() else ""


def escaped(text: str) -> str:
    """A text as it stands between quotes."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return text.replace("${", "$${").replace("%{", "%%{")


def quoted(text: str) -> str:
    return f'"{escaped(text)}"'


def address(resource: Resource) -> str:
    """The code that reads a resource; raises CannotFix where its name is none that code can have."""
    if (code := read_as(resource.node)) is None:
        raise CannotFix(reasons.UNREADABLE_NAME.of(resource=resource.label))
    return code


def key_like(key: str, sibling: str = "") -> str:
    """A key, in quotes where it needs some or the one beside it has some."""
    return key if IDENTIFIER.fullmatch(key) and not sibling.startswith('"') else quoted(key)
