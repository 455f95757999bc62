"""Changes of a text by bytes: carried out, put in order, found between two texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iacfix.rewrite import Change, changed, ordered, trimmed, utf8

LETTERS = st.text(alphabet='ab\r\n"ä\U0001f600\ufeff\ud800', max_size=12)


@given(LETTERS, LETTERS)
def test_what_differs_turns_one_text_into_the_other(old: str, new: str) -> None:
    assert changed(old, trimmed(old, new)) == new


@given(LETTERS, LETTERS)
def test_what_differs_begins_and_ends_between_characters_and_line_ends(old: str, new: str) -> None:
    data = utf8(old)
    for change in trimmed(old, new):
        for at in (change.start, change.stop):
            assert data[:at].decode("utf-8", "surrogatepass") + data[at:].decode("utf-8", "surrogatepass") == old
            assert (data[at - 1 : at], data[at : at + 1]) != (b"\r", b"\n")


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("x = ä + b\n", "x = ä + ccc\n", Change(9, 10, "ccc")),
        ("a\nb\n", "a\nn\nb\n", Change(2, 2, "n\n")),
        ("a\r\nb\r\n", "a\r\nb\n", Change(4, 6, "\n")),
        ("aaa", "aa", Change(2, 3, "")),
        ("", "new", Change(0, 0, "new")),
    ],
)
def test_only_what_differs_is_named(old: str, new: str, change: Change) -> None:
    assert trimmed(old, new) == (change,)


def test_equal_texts_have_no_change() -> None:
    assert trimmed("a\n", "a\n") == ()


def test_changes_at_one_place_keep_the_order_they_were_asked_for() -> None:
    wanted = [Change(4, 4, "3"), Change(1, 3, "1"), Change(1, 1, "2"), Change(4, 4, "4")]
    assert list(ordered(wanted)) == [Change(1, 3, "1"), Change(3, 3, "2"), Change(4, 4, "3"), Change(4, 4, "4")]
    assert changed("abcdef", wanted) == "a12d34ef"
