"""Every reason has its place in a table, an id of its own and a way out, and nothing is refused by a text elsewhere."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from iacfix_aws._tables import reasons as pack

from iacfix import reasons as machine
from iacfix.reasons import Reason

ROOT = Path(__file__).parent.parent
TABLES = (machine, pack)
CODE = {
    path: path.read_text(encoding="utf-8")
    for folder in (ROOT / "iacfix", ROOT / "transforms" / "iacfix_aws")
    for path in sorted(folder.rglob("*.py"))
}
REASONS = [(name, reason) for table in TABLES for name, reason in vars(table).items() if isinstance(reason, Reason)]
REFUSALS = frozenset({"CannotFix", "NotMovable", "not_fixed"})
"""What takes a reason as its only argument."""


@pytest.mark.parametrize(("name", "reason"), REASONS, ids=[reason.id for _, reason in REASONS])
def test_a_reason_has_its_id_a_text_and_a_way_out(name: str, reason: Reason) -> None:
    assert reason.id == name.lower().replace("_", "-")
    for text in (reason, reason.remedy):
        assert text == text.strip()
        assert text
        assert not text.endswith((".", ";", ","))
    assert not re.search(r"\bcannot be (?:told|seen)\b|\bstands?\b|\bhanded\b|\bis kept in\b|\bwritten out\b", reason)


def test_no_two_reasons_have_one_id() -> None:
    assert [id for id, count in Counter(reason.id for _, reason in REASONS).items() if count > 1] == []


@pytest.mark.parametrize(("name", "reason"), REASONS, ids=[reason.id for _, reason in REASONS])
def test_a_reason_is_given_somewhere(name: str, reason: Reason) -> None:
    used = re.compile(rf"\breasons\.{name}\b|\bimport .*\b{name}\b")
    assert any(used.search(text) for text in CODE.values()), f"nothing is refused for {reason.id}: take it out"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_refused_for_a_reason_outside_of_the_tables(path: Path) -> None:
    if path not in {Path(str(table.__file__)) for table in TABLES}:
        assert list(texts_of_refusals(ast.parse(CODE[path]))) == [], "give it a row in reasons.py, with a way out"


def test_blanks_are_filled_in_the_text_and_the_remedy() -> None:
    reason = Reason("no-lid", "{box} has no lid", "give {box} a lid")
    filled = reason.of(box="{b}")
    assert (filled, filled.id, filled.remedy) == ("{b} has no lid", "no-lid", "give {b} a lid")


def texts_of_refusals(tree: ast.AST) -> Iterator[str]:
    """The texts that are given as a reason, and reasons that are made there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            given = node.args[:1] if called in REFUSALS else []
            given += [keyword.value for keyword in node.keywords if keyword.arg == "reason" and called == "Finding"]
            yield from (ast.unparse(each) for each in given if isinstance(each, ast.Constant | ast.JoinedStr))
            if called == "Reason" and isinstance(node.args[0], ast.Constant):
                yield ast.unparse(node)
