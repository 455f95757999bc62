"""Which lines of a module are parsed again for a change: whole blocks, and no more than the change touches."""

from __future__ import annotations

import pytest

from iacfix.languages.terraform.touched import touched
from iacfix.languages.terraform.tree import parsed
from iacfix.rewrite import Change, changed

APART = """# one
locals {
  a = 1
}

locals {
  b = 2
} # two

locals {
  c = 3
}
locals {
  d = 4
}
"""


def _after(text: str, *changes: tuple[str, str]) -> list[str]:
    """What becomes of the lines that are touched where words of the text are replaced."""
    made = [Change(at := text.index(old), at + len(old), new) for old, new in changes]
    data = text.encode()
    found = list(touched(parsed(data).root, data, made))
    new = changed(text, made)
    for each in found:
        assert new.startswith(each.after.text.decode(), each.shift)
    return [each.after.text.decode() for each in found]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ([("1", "11")], ["locals {\n  a = 11\n}\n"]),
        ([("2", "22\n  e = 5")], ["locals {\n  b = 22\n  e = 5\n} # two\n"]),
        ([("} # two", "} # two\n\nlocals {\n}")], ["locals {\n  b = 2\n} # two\n\nlocals {\n}\n"]),
        ([("3", "33")], ["locals {\n  c = 33\n}\n"]),
        ([("1", "11"), ("4", "44")], ["locals {\n  a = 11\n}\n", "locals {\n  d = 44\n}\n"]),
        ([("1", "11"), ("2", "22")], ["locals {\n  a = 11\n}\n\nlocals {\n  b = 22\n} # two\n"]),
        ([("}\nlocals", "}\n\nlocals")], ["locals {\n  c = 3\n}\n\nlocals {\n  d = 4\n}\n"]),
    ],
)
def test_a_change_touches_whole_blocks(changes: list[tuple[str, str]], lines: list[str]) -> None:
    assert _after(APART, *changes) == lines


def test_blocks_on_one_line_are_touched_together() -> None:
    text = "locals { a = 1 } /* over\ntwo lines */ locals { b = 2 }\n\nlocals { c = 3 }\n"
    assert _after(text, ("1", "11")) == ["locals { a = 11 } /* over\ntwo lines */ locals { b = 2 }\n"]


def test_what_is_no_block_is_parsed_with_all_that_stands_around_it() -> None:
    text = "a = 1\n\nlocals {\n  b = 2\n}\n"
    assert _after(text, ("2", "22")) == ["a = 1\n\nlocals {\n  b = 22\n}\n"]
