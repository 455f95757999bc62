"""Converts Terraform modules in JSON syntax to the native one. Every name and value stays on its line, so that lines of
the result are lines of the file. The result is only read."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iacfix.errors import SourceError

LABELS = {"resource": 2, "data": 2, "ephemeral": 2}
ONE_LABEL = frozenset({"provider", "variable", "output", "module", "check", "dynamic", "provisioner", "backend"})
"""How many labels the blocks of a kind have; others have none."""
INNER = frozenset(
    {"lifecycle", "connection", "content", "required_providers", "precondition", "postcondition", "validation"}
    | {"dynamic", "provisioner", "backend"}
)
"""Nested blocks, one or several; elsewhere an object may be a block or a map, and both are read alike."""
ADDRESSES = frozenset({"provider", "depends_on", "ignore_changes", "replace_triggered_by", "to", "from", "type"})
"""Arguments whose strings are addresses."""
COMMENT = "//"
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_ADDRESS = re.compile(r"[A-Za-z_][\w.\[\]-]*")


@dataclass(frozen=True)
class _Node:
    """A value at the range `at:end` of the text: `members` of an object, `elements` of an array, or `text`, which is
    that of a string or the source of another literal."""

    at: int
    end: int
    kind: str
    text: str = ""
    members: tuple[tuple[str, _Node], ...] = ()
    elements: tuple[_Node, ...] = ()


def native(text: str) -> str:
    """The module in the native syntax. Raises SourceError where it is not JSON."""
    try:
        json.loads(text)
        writing = _Writing(text)
        writing.module(_value(text, _past_blanks(text, 0)))
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise SourceError("does not parse as JSON; not checked", line=line) from None
    return "".join(writing.pieces)


def _value(text: str, at: int) -> _Node:
    """The value at an index of a text that is valid JSON."""
    match text[at]:
        case '"':
            said, end = _text(text, at)
            return _Node(at, end, "text", said)
        case "{":
            members: list[tuple[str, _Node]] = []
            end = _past_blanks(text, at + 1)
            while text[end] != "}":
                key, end = _text(text, end)
                value = _value(text, _past_blanks(text, _past_blanks(text, end) + 1))
                members.append((key, value))
                end = _past_comma(text, value.end)
            return _Node(at, end + 1, "object", members=tuple(members))
        case "[":
            elements: list[_Node] = []
            end = _past_blanks(text, at + 1)
            while text[end] != "]":
                elements.append(_value(text, end))
                end = _past_comma(text, elements[-1].end)
            return _Node(at, end + 1, "array", elements=tuple(elements))
        case _:
            found = _PLAIN.match(text, at)
            if found is None:
                raise ValueError("no value of a module")
            return _Node(at, found.end(), "plain", found[0])


def _text(text: str, at: int) -> tuple[str, int]:
    """A string and where it ends."""
    said, end = json.JSONDecoder().raw_decode(text, at)
    return str(said), end


def _past_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at


def _past_comma(text: str, at: int) -> int:
    at = _past_blanks(text, at)
    return _past_blanks(text, at + 1) if text[at] == "," else at


class _Writing:
    """Writes the native syntax. Line breaks are written only to reach the line of the next piece."""

    def __init__(self, text: str) -> None:
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self._line = 0
        self.pieces: list[str] = []

    def _put(self, piece: str, at: int) -> None:
        line = bisect_right(self._breaks, at)
        self.pieces.append("\n" * max(0, line - self._line) + piece + " ")
        self._line = max(line, self._line)

    def module(self, root: _Node) -> None:
        for kind, value in _members(root):
            self._blocks(kind, (), LABELS.get(kind, int(kind in ONE_LABEL)), value)

    def _blocks(self, kind: str, labels: Sequence[str], left: int, value: _Node) -> None:
        """The blocks of a kind; each label is one more level of objects."""
        for each in value.elements or (value,):
            if left:
                for label, inner in _members(each):
                    self._blocks(kind, (*labels, label), left - 1, inner)
            elif each.kind == "object":
                self._put(" ".join((kind, *map(_quoted, labels), "{")), each.at)
                self._body(each)
                self._put("}", each.end - 1)

    def _body(self, block: _Node) -> None:
        for key, value in _members(block):
            if not _NAME.fullmatch(key):
                continue
            is_list = bool(value.elements) and all(each.kind == "object" for each in value.elements)
            if key in INNER or is_list:
                self._blocks(key, (), int(key in ONE_LABEL), value)
            else:
                self._put(f"{key} =", value.at)
                self._expression(value, key in ADDRESSES)

    def _expression(self, node: _Node, is_address: bool = False) -> None:
        match node.kind:
            case "object":
                self._put("{", node.at)
                for key, value in node.members:
                    self._put(f"{key if _NAME.fullmatch(key) else _template(key)} =", value.at)
                    self._expression(value)
                    self._put(",", value.end - 1)
                self._put("}", node.end - 1)
            case "array":
                self._put("[", node.at)
                for each in node.elements:
                    self._expression(each, is_address)
                    self._put(",", each.end - 1)
                self._put("]", node.end - 1)
            case "text" if is_address and _ADDRESS.fullmatch(node.text):
                self._put(node.text, node.at)
            case "text":
                parts = list(_parts(node.text))
                is_one = len(parts) == 1 and parts[0][1]
                self._put(parts[0][0] if is_one else _template(node.text), node.at)
            case _:
                self._put(node.text, node.at)


def _members(node: _Node) -> Iterator[tuple[str, _Node]]:
    """The members of an object, or of each object of an array, without comments."""
    for each in node.elements or (node,):
        yield from (member for member in each.members if member[0] != COMMENT)


def _template(text: str) -> str:
    """A quoted template."""
    made = (f"${{{part}}}" if is_computed else _quoted(part)[1:-1] for part, is_computed in _parts(text))
    return f'"{"".join(made)}"'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a template, and whether each is an expression, which is given on one line without `${}`."""
    start = at = 0
    while (at := text.find("${", at)) >= 0:
        end = _end_of_part(text, at + 2)
        if text[at - 1 : at] == "$" or end is None:
            at += 2
            continue
        if at > start:
            yield text[start:at], False
        yield " ".join(text[at + 2 : end].splitlines()), True
        start = at = end + 1
    if start < len(text) or not text:
        yield text[start:], False


def _end_of_part(text: str, at: int) -> int | None:
    """The index of the closing bracket of an expression, whose strings may contain brackets."""
    depth, is_text = 1, False
    while at < len(text):
        if is_text and text[at] == "\\":
            at += 1
        elif text[at] == '"':
            is_text = not is_text
        elif not is_text and text[at] in "{}":
            depth += 1 if text[at] == "{" else -1
            if depth == 0:
                return at
        at += 1
    return None
