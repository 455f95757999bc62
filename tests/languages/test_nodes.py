"""The light tree says what tree-sitter says, but for what is between the named nodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tree_sitter import Node as Parsed

from iacfix.languages.shared.nodes import Node, grown
from iacfix.languages.typescript.tree import LEAVES, parse

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "typescript").rglob("*.ts"))
FIELDS = ("arguments", "body", "constructor", "function", "key", "left", "name", "parameters", "right", "type", "value")
CODE = 'f(/* é */ `${a + b}ü`, "a\\n"); class A { m(x: string) { return x ?? this.y; } }\n'


def pairs(data: bytes) -> Iterator[tuple[Node, Parsed]]:
    """The same nodes of both trees."""
    tree = parse(data, jsx=False)
    stack = [(grown(tree, data, LEAVES), tree.root_node)]
    while stack:
        ours, theirs = stack.pop()
        yield ours, theirs
        if theirs.type not in LEAVES:
            stack += zip(ours.children, theirs.children, strict=True)


@pytest.mark.parametrize("text", [CODE, *(path.read_text(encoding="utf-8") for path in EXAMPLES)])
def test_the_light_tree_is_the_parsed_one(text: str) -> None:
    for ours, theirs in pairs(text.encode()):
        assert (ours.type, ours.start_byte, ours.end_byte) == (theirs.type, theirs.start_byte, theirs.end_byte)
        assert ours.text.encode() == theirs.text
        assert (ours.start_point, ours.end_point) == (theirs.start_point, theirs.end_point)
        assert (ours.parent is None) == (theirs.parent is None)
        for name in FIELDS:
            mine, other = ours.child_by_field_name(name), theirs.child_by_field_name(name)
            assert (mine and mine.start_byte) == (other and other.start_byte), (ours, name)


@pytest.mark.parametrize("text", [CODE, *(path.read_text(encoding="utf-8") for path in EXAMPLES)])
def test_what_is_inside_is_found_by_its_kinds(text: str) -> None:
    data = text.encode()
    root = grown(parse(data, jsx=False), data)
    for node in root.below():
        for kinds in (("identifier",), ("string", "comment"), ("call_expression", "pair", "binary_expression")):
            assert node.inside(*kinds) == [found for found in node.below() if found.type in kinds]
        assert all(node in found.ancestors() for found in node.below()[1:])


def test_siblings_and_leaves() -> None:
    data = CODE.encode()
    call, declared = grown(parse(data, jsx=False), data).named_children
    assert (call.next_sibling, declared.prev_sibling, call.next_named_sibling) == (declared, call, declared)
    assert (call.prev_sibling, declared.next_sibling) == (None, None)
    assert [leaf.text for leaf in call.leaves()][:3] == ["f", "(", "/* é */"]
    (sum_,) = call.inside("binary_expression")
    assert sum_.operator == "+"
